"""The picture as part of a page: what is seen without scripts, and what is printed.

PNG is taken too, for pictures with so many marks that their SVG would be larger than all else.

An SVG made by ``geo.figure`` keeps its text and its groups; its inline styles become classes,
because the page's content security policy allows only the style sheet it names; its ids get a
prefix of their own, so that nothing in it can be taken for a part of the page; its fonts go,
since the page holds the same ones; and its paths are rounded to a hundredth of a pixel.
"""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from geo.errors import DataError

__all__ = ["HOME", "Still", "still"]

HOME = "dl-still"  # the id of the element that the styles are limited to
SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
PREFIX = "s-"
PNG = b"\x89PNG\r\n\x1a\n"
# Only what our own composer writes; anything else in the file is left out with what it holds.
TAGS = frozenset(
    "svg g defs path text tspan use clipPath rect circle ellipse line polyline polygon image "
    "linearGradient radialGradient stop pattern mask symbol title desc textPath a".split()
)
_LONG = re.compile(r"(\d+\.\d\d)\d+")
_ROUND = frozenset({"d", "x", "y", "transform", "points", "width", "height"})
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SAFE_STYLE = re.compile(r"[^<>{}@\\]*")
_LINK = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Still:
    """The picture's markup for an HTML page, and the style sheet it needs."""

    markup: str
    style: str


def still(picture: bytes) -> Still:
    """Make a picture of ours (SVG or PNG) part of a page. Raises DataError for any other file."""
    if picture.startswith(PNG):
        data = base64.b64encode(picture).decode()
        return Still(f'<img src="data:image/png;base64,{data}" alt="">', "")
    svg = picture
    if b"<!ENTITY" in svg:
        msg = "the picture names entities; give one that Dateline made"
        raise DataError(msg)
    try:
        root = ET.fromstring(svg)  # noqa: S314  (no entities: checked above)
    except ET.ParseError as exc:
        msg = f"the picture is no SVG: {exc}"
        raise DataError(msg) from exc
    if root.tag != f"{{{SVG}}}svg":
        msg = "the picture is no SVG; give one that Dateline made"
        raise DataError(msg)
    rules: list[str] = []
    for parent in root.iter():
        for child in list(parent):
            name = child.tag.removeprefix(f"{{{SVG}}}") if isinstance(child.tag, str) else ""
            if name == "style":
                rules += _rules(child.text or "")
            if name not in TAGS or (parent is root and name in ("title", "desc")):
                _drop(parent, child)
    classes: dict[str, str] = {}
    for node in root.iter():
        _tidy(node, classes)
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    root.set("focusable", "false")
    root.set("aria-hidden", "true")  # the figure round it has the words
    root.attrib.pop("role", None)
    rules += [f"#{HOME} .{name}{{{style}}}" for style, name in classes.items()]
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    return Still(ET.tostring(root, encoding="unicode"), "\n".join(rules))


def _drop(parent: ET.Element, child: ET.Element) -> None:
    """Remove an element but keep the text that follows it."""
    at = list(parent).index(child)
    parent.remove(child)
    if child.tail and child.tail.strip():
        if at:
            parent[at - 1].tail = (parent[at - 1].tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail


def _rules(text: str) -> list[str]:
    """The rules of a style sheet, fonts left out, limited to the picture."""
    found = []
    for selectors, body in _RULE.findall(text):
        if "@" in selectors or not _SAFE_STYLE.fullmatch(body) or "url(" in body:
            continue
        own = re.sub(r'\[id([\^$*~|]?)="', rf'[id\1="{PREFIX}', selectors)
        own = re.sub(r"#(?=[\w-])", f"#{PREFIX}", own)
        own = ",".join(f"#{HOME} {one.strip()}" for one in own.split(","))
        found.append(f"{own}{{{body}}}")
    return found


def _tidy(node: ET.Element, classes: dict[str, str]) -> None:
    for key in list(node.attrib):
        value = node.attrib[key]
        if key.lower().startswith("on"):
            del node.attrib[key]
        elif key == "id":
            node.attrib[key] = PREFIX + value
        elif key in ("href", f"{{{XLINK}}}href"):
            if value.startswith("#"):
                node.attrib[key] = f"#{PREFIX}{value[1:]}"
            elif node.tag == f"{{{SVG}}}a" and _LINK.fullmatch(value):
                node.attrib["rel"] = "noopener noreferrer"
            elif not value.startswith("data:image/png;base64,"):
                del node.attrib[key]
        elif key == "style":
            del node.attrib[key]
            if _SAFE_STYLE.fullmatch(value):
                own = value.replace("url(#", f"url(#{PREFIX}").strip("; ")
                name = classes.setdefault(own, f"{PREFIX}{len(classes)}")
                node.attrib["class"] = f"{node.attrib.get('class', '')} {name}".strip()
        elif "url(#" in value:
            node.attrib[key] = value.replace("url(#", f"url(#{PREFIX}")
        if key in _ROUND and key in node.attrib:
            node.attrib[key] = _LONG.sub(r"\1", node.attrib[key])
