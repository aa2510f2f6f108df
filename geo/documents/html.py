"""Web pages: the article without what stands around it, and what the page says about itself.

The article's text comes from Trafilatura. The date is taken only from fields that say "published"
(schema.org, Open Graph, Dublin Core, ``<time pubdate>``); a date that merely stands somewhere on
the page is never used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import orjson

from geo.dates import DateSpan
from geo.documents.language import detect
from geo.documents.plain import boilerplate, decoded, title_and_publisher
from geo.documents.source import MAX_TEXT, Source, cleaned, day_of, one_line
from geo.errors import InputError

__all__ = ["read_html"]

MAX_JSON = 500_000
MAX_DEPTH = 12
MAX_ELEMENTS = 40_000  # an article has hundreds, the longest encyclopedia pages some 30,000
_ARTICLE = re.compile(r"(?i)article|posting|report|webpage|story")
_CHARSET = re.compile(rb"(?i)<meta[^>]{0,200}charset\s*=\s*[\"']?([a-z0-9_-]{2,30})")
_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "citation_publication_date",
    "citation_date",
    "cxenseparse:recs:publishtime",
)
_TITLES = ("og:title", "twitter:title", "dc.title", "citation_title", "parsely-title")
_PUBLISHERS = (
    "og:site_name",
    "dc.publisher",
    "citation_journal_title",
    "application-name",
)
_AUTHORS = ("author", "article:author", "dc.creator", "parsely-author", "citation_author", "byl")


def _metas(tree: Any) -> dict[str, str]:
    """The first content of each ``<meta>`` by its name, property or itemprop in small letters."""
    found: dict[str, str] = {}
    for node in tree.iter("meta"):
        content = node.get("content")
        for key in ("name", "property", "itemprop"):
            name = (node.get(key) or "").strip().lower()
            if name and content and content.strip():
                found.setdefault(name, content)
    return found


def _objects(value: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            if isinstance(inner, dict | list):
                yield from _objects(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value[:200]:
            yield from _objects(inner, depth + 1)


def _linked_data(tree: Any) -> dict[str, Any]:
    """The page's schema.org article, {} if it has none."""
    for node in tree.iter("script"):
        if (node.get("type") or "").lower() != "application/ld+json" or not node.text:
            continue
        if len(node.text) > MAX_JSON:
            continue
        try:
            data = orjson.loads(node.text.strip())
        except orjson.JSONDecodeError:
            continue
        for item in _objects(data):
            kinds = item.get("@type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            named = any(isinstance(kind, str) and _ARTICLE.search(kind) for kind in kinds)
            if named and (item.get("datePublished") or item.get("headline")):
                return item
    return {}


def _name(value: object) -> str:
    """The name of a schema.org person or organisation, of the first few if there are several."""
    if isinstance(value, list):
        return ", ".join(name for name in map(_name, value[:5]) if name)
    return one_line(value.get("name") if isinstance(value, dict) else value, 120)


def _time(tree: Any) -> DateSpan | None:
    """The day of the one ``<time>`` that says it is the publication's."""
    days = set()
    for node in tree.iter("time"):
        marked = node.get("pubdate") is not None or (
            (node.get("itemprop") or "").lower() == "datepublished"
        )
        day = day_of(node.get("datetime")) if marked else None
        if day:
            days.add(day)
    return days.pop() if len(days) == 1 else None


def _heading(tree: Any) -> str:
    found = [one_line("".join(node.itertext())) for node in tree.iter("h1")]
    return found[0] if len(found) == 1 else ""


def _first(metas: dict[str, str], names: tuple[str, ...], most: int = 300) -> str:
    return next((one_line(metas[name], most) for name in names if name in metas), "")


def _author(metas: dict[str, str], data: dict[str, Any]) -> str:
    said = _name(data.get("author")) or _first(metas, _AUTHORS, 120)
    return "" if said.startswith(("http:", "https:", "www.")) else said


def _title(tree: Any, metas: dict[str, str], data: dict[str, Any], site: str) -> str:
    said = one_line(data.get("headline")) or _first(metas, _TITLES) or _heading(tree)
    if not said:
        said = one_line(next((node.text for node in tree.iter("title")), ""))
    # "Headline - The Paper" and "Headline | The Paper": the paper has a field of its own.
    for mark in (" - ", " | ", " – ", " — "):
        head, found, tail = said.rpartition(mark)
        if found and site and tail.strip().casefold() == site.casefold():
            return head.strip()
    return said


def read_html(data: bytes, *, name: str, url: str = "", charset: str = "") -> Source:
    """A web page as a report. ``name`` is what messages call it, ``url`` where it was found.

    Raises InputError where the page cannot be read or holds no article.
    """
    from lxml import etree
    from lxml import html as lxml_html

    found = _CHARSET.search(data[:4096])
    text = decoded(data, name=name, charset=charset or (found[1].decode() if found else ""))
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)  # lxml refuses text that names an encoding
    try:
        tree = lxml_html.fromstring(text, parser=lxml_html.HTMLParser(huge_tree=False))
    except (etree.LxmlError, ValueError) as exc:
        raise InputError(f"{name} is not a web page that can be read. Paste its text.") from exc
    _check_size(tree, name)
    metas, data_said = _metas(tree), _linked_data(tree)
    publisher = _name(data_said.get("publisher")) or _first(metas, _PUBLISHERS, 120)
    title = _title(tree, metas, data_said, publisher)
    if not publisher:
        title, publisher = title_and_publisher(title)
    host = urlsplit(url).hostname or ""
    publisher = publisher or host.removeprefix("www.")
    published = day_of(data_said.get("datePublished"))
    for key in _PUBLISHED:
        published = published or day_of(metas.get(key))
    published = published or _time(tree)
    body = _article(text)
    if not body:
        raise InputError(
            f"No article was found in {name}: the page may need a script or a login to show it. "
            "Open it in a browser, and paste the text."
        )
    if title and title.casefold() not in body[: len(title) + 200].casefold():
        body = f"{title}\n\n{body}"
    body = cleaned(body)
    return Source(
        text=body,
        title=title,
        publisher=publisher,
        author=_author(metas, data_said),
        published=published,
        url=url or _canonical(tree),
        language=detect(body),
        skipped=boilerplate(body),
    )


def _check_size(tree: Any, name: str) -> None:
    """Refuse pages that no reader could read and that would keep the machine busy for minutes."""
    count = size = 0
    for node in tree.iter():
        if node.tag in ("script", "style"):
            continue
        count += 1
        size += len(node.text or "") + len(node.tail or "")
    if count > MAX_ELEMENTS or size > 2 * MAX_TEXT:
        raise InputError(f"{name} is too large a page. Paste the part of its text that matters.")


def _article(text: str) -> str:
    """The article's paragraphs, a blank line between them; "" if there is none."""
    import trafilatura

    body = trafilatura.extract(
        text,
        output_format="txt",
        include_comments=False,
        include_tables=True,
        with_metadata=False,
        deduplicate=False,
    )
    lines = [line.strip() for line in (body or "").split("\n")]
    return "\n\n".join(line for line in lines if line)


def _canonical(tree: Any) -> str:
    """The page's own address, if it gives one that can be linked to."""
    for node in tree.iter("link"):
        if (node.get("rel") or "").lower() == "canonical":
            href = one_line(node.get("href"), 2000)
            if href.startswith(("https://", "http://")) and " " not in href:
                return href
    return ""
