"""Text where Streamlit reads Markdown, and its colour where Streamlit gets it wrong."""

from __future__ import annotations

import re

__all__ = ["DARK_STYLE", "plain"]

# Streamlit writes white on the primary colour; in the dark theme that colour is light.
DARK_STYLE = (
    "<style>[data-testid='stBaseButton-primary'], [data-testid='stBaseButton-primaryFormSubmit'],"
    " [data-testid='stMultiSelectTag'], [data-testid='stMultiSelect'] [data-baseweb='tag']"
    " {color: #16191C !important}</style>"
)
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&])")


def plain(text: str) -> str:
    """The text on one line with every mark escaped, so that it is shown letter for letter."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
