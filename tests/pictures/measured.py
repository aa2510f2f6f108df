"""Where the letters of a finished SVG really are, measured without the code that placed them.

The SVG is read as any program would read it; the ink of every text is measured with Pillow's
FreeType and Raqm from the font files, not with the drawing library that composed the picture.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

from PIL import ImageFont

FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"
SVG = "{http://www.w3.org/2000/svg}"
# Measured at this many times the size, since Pillow answers in whole px.
FINE = 16
# Boxes that touch by less than this many px do not lie on each other to any eye.
TOUCH = 0.6
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Ink:
    """One text, or one letter of a bent name: its layer, label, words, and box in px."""

    layer: str
    label: str
    words: str
    box: Box


def _style(node: ET.Element) -> dict[str, str]:
    pairs = (part.partition(":") for part in node.get("style", "").split(";"))
    return {key.strip(): value.strip() for key, _, value in pairs}


def _px(text: str) -> float:
    return float(text.removesuffix("px"))


def _rtl(words: str) -> bool:
    strong = (unicodedata.bidirectional(char) for char in words)
    return next((kind != "L" for kind in strong if kind in ("L", "R", "AL")), False)


@lru_cache(maxsize=256)
def _font(script: str, weight: int, italic: bool, size: int) -> ImageFont.FreeTypeFont:
    if script == "arabic":
        name = "NotoSansArabic-SemiBold" if weight >= 600 else "NotoSansArabic-Regular"
    elif script == "hebrew":
        name = "NotoSansHebrew-Regular"
    elif italic:
        name = "NotoSans-Italic"
    else:
        name = {400: "NotoSans-Regular", 600: "NotoSans-SemiBold"}.get(weight, "NotoSans-Bold")
    return ImageFont.truetype(str(FONTS / f"{name}.ttf"), size, layout_engine=ImageFont.Layout.RAQM)


def _text_box(node: ET.Element) -> Box | None:
    words = "".join(node.itertext())
    style = _style(node)
    size = _px(style["font-size"])
    script = "latin"
    if re.search("[\u0600-\u06ff]", words):
        script = "arabic"
    elif re.search("[\u0590-\u05ff]", words):
        script = "hebrew"
    weight = int(style.get("font-weight", "400"))
    font = _font(script, weight, style.get("font-style") == "italic", round(size * FINE))
    shrink = size / round(size * FINE)
    direction = "rtl" if _rtl(words) else "ltr"
    left, top, right, bottom = (
        v * shrink for v in font.getbbox(words, anchor="ls", direction=direction)
    )
    long = font.getlength(words, direction=direction) * shrink
    gap = _px(style.get("letter-spacing", "0"))
    right += gap * (len(words) - 1)
    long += gap * len(words)
    anchor = style.get("text-anchor", "start")
    if style.get("direction") == "rtl":
        anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
    x = float(node.get("x", 0)) - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * long
    y = float(node.get("y", 0))
    if right - left < 0.1:
        return None
    return (x + left, y + top, x + right, y + bottom)


def _letters(path: str) -> list[Box]:
    """The boxes of the contours of a path that is written with full coordinates."""
    found = []
    for contour in path.split("M")[1:]:
        numbers = [float(v) for v in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", contour)]
        xs, ys = numbers[0::2], numbers[1::2]
        found.append((min(xs), min(ys), max(xs), max(ys)))
    return found


def ink(svg: bytes) -> tuple[list[Ink], dict[str, Box], Box]:
    """All ink of letters, the boxes of the maps by their layer's name, and the sheet."""
    root = ET.fromstring(svg)
    found: list[Ink] = []
    maps: dict[str, Box] = {}

    def walk(node: ET.Element, layer: str, label: str, bent: str) -> None:
        key = node.get("id", "")
        if node.tag == f"{SVG}g":
            if re.match(r"(land|locator)(-\d+)?$", key) and node.find(f"{SVG}text") is None:
                first = next(node.iter(f"{SVG}path"), None)
                if first is not None:
                    maps[key] = _letters(first.get("d", ""))[0]
            if node.get("{http://www.inkscape.org/namespaces/inkscape}groupmode") == "layer":
                layer = key
            elif key:
                label = key
            if key.startswith("river-"):
                bent = key
        elif node.tag == f"{SVG}text" and node.get("class") != "halo":
            box = _text_box(node)
            if box is not None:
                found.append(Ink(layer, label, "".join(node.itertext()), box))
        elif node.tag == f"{SVG}path" and bent:
            found.extend(Ink(layer, bent, bent, box) for box in _letters(node.get("d", "")))
        for child in node:
            walk(child, layer, label, bent)

    walk(root, "", "", "")
    _, _, wide, tall = (float(v) for v in root.get("viewBox", "").split())
    return found, maps, (0.0, 0.0, wide, tall)


def overlaps(one: Box, other: Box, touch: float = TOUCH) -> bool:
    """Whether two boxes lie on each other by more than ``touch`` px both ways."""
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > touch
        and min(one[3], other[3]) - max(one[1], other[1]) > touch
    )


def faults(svg: bytes) -> list[str]:
    """What is wrong with the lettering of a picture: words on words, words over an edge."""
    found, maps, sheet = ink(svg)
    wrong = []
    # Letters inside marks (in grey print) are part of the marks, which lie one over another.
    labels = [
        text
        for text in found
        if not (
            re.match(r"marks(-\d+)?$", text.layer) and len(text.words) == 1 and text.words.isalpha()
        )
    ]
    for one, other in combinations(labels, 2):
        same = one.label == other.label and one.label.startswith("river-")
        if not same and overlaps(one.box, other.box):
            wrong.append(f"{one.words!r} ({one.label}) lies on {other.words!r} ({other.label})")
    for text in found:
        frame = sheet
        match = re.match(r"(base-names|place-names|scale)(-\d+)?$", text.layer)
        if match:
            frame = maps[f"land{match[2] or ''}"]
        elif text.layer.startswith("locator"):
            frame = maps[text.layer]
        left, top, right, bottom = text.box
        out = max(frame[0] - left, frame[1] - top, right - frame[2], bottom - frame[3])
        if out > TOUCH:
            wrong.append(f"{text.words!r} ({text.label}) leaves its frame by {out:.1f} px")
    return wrong
