"""RSS and Atom feeds: each entry a report of its own. Links in a feed are never followed."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any

from geo.dates import DateSpan
from geo.documents.docx import parse_xml
from geo.documents.language import detect
from geo.documents.plain import boilerplate
from geo.documents.source import Source, cleaned, day_of, one_line
from geo.errors import InputError

__all__ = ["is_feed", "read_feed"]

MAX_ENTRIES = 200
_ROOTS = ("rss", "feed", "RDF")
# Fuller text first; a summary only where there is nothing else.
_BODIES = ("encoded", "content", "description", "summary")


def _kind(node: Any) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def is_feed(data: bytes) -> bool:
    """Whether the bytes begin like a feed."""
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and any(
        mark in head for mark in (b"<rss", b"<feed", b"<rdf:RDF", b"<atom:feed")
    )


def _child(node: Any, *kinds: str) -> Any:
    """The first child of the first of these kinds that there is."""
    for kind in kinds:
        for child in node:
            if _kind(child) == kind and (len(child) or (child.text or "").strip()):
                return child
    return None


def _text(node: Any) -> str:
    return "".join(node.itertext()) if node is not None else ""


def _day(node: Any) -> DateSpan | None:
    """The day of an entry, as written; an RSS date is in the words of e-mail."""
    said = _text(node).strip()
    found = day_of(said)
    if found or not said:
        return found
    try:
        return DateSpan.day(parsedate_to_datetime(said).date())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _link(entry: Any) -> str:
    for child in entry:
        if _kind(child) == "link" and child.get("rel", "alternate") == "alternate":
            href = one_line(child.get("href") or child.text or "", 2000)
            if href.startswith(("https://", "http://")) and " " not in href:
                return href
    return ""


def _words(node: Any) -> str:
    """The words of an entry, which may be written as a piece of a web page."""
    from lxml import etree
    from lxml import html as lxml_html

    if node is None:
        return ""
    raw = _text(node)
    if len(node):
        return _blocks(node)
    if "<" not in raw:
        return raw.strip()
    try:
        return _blocks(lxml_html.fromstring(f"<div>{raw}</div>"))
    except (etree.LxmlError, ValueError):
        return raw.strip()


_BLOCKS = frozenset("p div li h1 h2 h3 h4 h5 h6 blockquote tr br section article ul ol".split())
_HIDDEN = frozenset("script style noscript template iframe".split())


def _blocks(root: Any) -> str:
    """Text of a tree with a blank line between blocks; scripts and styles left out."""
    from lxml import etree

    pieces: list[str] = []
    hidden = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        kind = _kind(node).lower()
        if event == "start":
            hidden += kind in _HIDDEN
            pieces.append("\n\n" if kind in _BLOCKS else "")
            pieces.append("" if hidden or not kind else node.text or "")
        else:
            hidden -= kind in _HIDDEN
            pieces.append("\n\n" if kind in _BLOCKS else "")
            pieces.append("" if hidden or node is root else node.tail or "")
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n\n".join(line for line in lines if line)


def read_feed(data: bytes, *, name: str, url: str = "") -> list[Source]:
    """The entries of a feed, in its order. ``name`` is what messages call it.

    Raises InputError where it is no feed or has no entries with words.
    """
    root = parse_xml(data.lstrip(), name=name)
    if _kind(root) not in _ROOTS:
        raise InputError(f"{name} is not an RSS or Atom feed.")
    channel = next((child for child in root if _kind(child) == "channel"), root)
    publisher = one_line(_text(_child(channel, "title")), 120)
    entries = [node for node in root.iter() if _kind(node) in ("item", "entry")]
    found = []
    for entry in entries[:MAX_ENTRIES]:
        title = one_line(_text(_child(entry, "title")))
        body = _words(_child(entry, *_BODIES))
        if title and title.casefold() not in body[: len(title) + 200].casefold():
            body = f"{title}\n\n{body}"
        if not body.strip():
            continue
        body = cleaned(body)
        found.append(
            Source(
                text=body,
                title=title,
                publisher=publisher,
                author=one_line(_text(_child(entry, "creator", "author")), 120),
                published=_day(_child(entry, "pubDate", "published", "date")),
                url=_link(entry) or url,
                language=detect(body),
                skipped=boilerplate(body),
                notes=("From a feed, which may hold only the beginning of the report.",),
            )
        )
    if not found:
        raise InputError(f"{name} is a feed without entries that have words.")
    return found
