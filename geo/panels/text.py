"""Text for the few places where Streamlit reads Markdown."""

from __future__ import annotations

import re

__all__ = ["plain"]

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&])")


def plain(text: str) -> str:
    """The text on one line with every mark escaped, so that it is shown letter for letter."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
