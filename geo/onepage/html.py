"""Small pieces of HTML made from text that nobody has checked.

A tag's content is escaped here and nowhere else: ``tag`` takes text or ``Html``, and only this
module makes ``Html`` out of text.
"""

from __future__ import annotations

import html
import re

from geo.webmap import web_link

__all__ = ["Html", "joined", "link", "script_json", "tag", "text"]

# HTML cannot hold these at all; they are shown as the sign for a character that is not known.
_IMPOSSIBLE = re.compile("[\x00\ud800-\udfff]")
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_VOID = frozenset({"meta", "input", "br", "hr"})


class Html(str):
    """Markup that is safe to put into a page as it is."""

    __slots__ = ()


def text(value: object) -> Html:
    """Text as a page shows it, character for character; carriage returns too."""
    clean = _IMPOSSIBLE.sub("\ufffd", str(value))
    return Html(html.escape(clean).replace("\r", "&#13;"))


def joined(parts: object, between: str = "") -> Html:
    """Several pieces in a row; text among them is escaped."""
    found = [part if isinstance(part, Html) else text(part) for part in parts]  # type: ignore[attr-defined]
    return Html(text(between).join(found))


def tag(name: str, /, *content: str, **attributes: object) -> Html:
    """An element. ``class_`` is ``class``, ``data_row`` is ``data-row``; None leaves one out.

    An attribute that is True stands alone. Never give ``script`` or ``style`` content here.
    """
    names = {key: key.rstrip("_").replace("_", "-") for key in attributes}
    for made in (name, *names.values()):
        if not _NAME.fullmatch(made):
            msg = f"{made!r} is no name of an element or attribute"
            raise ValueError(msg)
    told = "".join(
        f" {names[key]}" if value is True else f' {names[key]}="{text(value)}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Html(f"<{name}{told}>")
    return Html(f"<{name}{told}>{joined(content)}</{name}>")


def link(url: str, words: str) -> Html:
    """A link that tells the other side nothing; the words alone if the address is not plain web."""
    if not web_link(url):
        return tag("span", words, dir="auto")
    return tag("a", words, href=url, rel="noopener noreferrer", target="_blank", dir="auto")


def script_json(data: bytes) -> Html:
    """JSON that cannot end the script element it stands in, whatever strings it holds."""
    found = data.decode()
    for char in ("<", ">", "&", "\u2028", "\u2029"):
        found = found.replace(char, f"\\u{ord(char):04x}")
    return Html(found)
