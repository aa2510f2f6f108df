"""What our SVG needs beyond the drawing library's: real text, layers, a title and its fonts.

Everything a renderer must understand stands on the element itself (no selectors, no
``paint-order``), since drawing programs read little of a style sheet. A halo is a second text
below the first, hidden from screen readers.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from typing import Any

from geo.figure.lettering import FONTS, LATIN_FILES, clean, is_rtl

__all__ = ["finish", "layer_start", "write_text"]

# Where Noto is not installed and a program passes by the fonts inside: the nearest first, and
# the narrow ones before DejaVu, which is a tenth wider and would run over.
_LATIN = "'Noto Sans', 'Open Sans', 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans'"
_ARABIC = "'Noto Sans Arabic', 'Noto Naskh Arabic', 'Segoe UI', Tahoma, 'Geeza Pro'"
_HEBREW = "'Noto Sans Hebrew'"
_LAST = "'DejaVu Sans', sans-serif"
FAMILIES = f"{_LATIN}, {_ARABIC}, {_HEBREW}, {_LAST}"
RTL_FAMILIES = f"{_ARABIC}, {_HEBREW}, {_LATIN}, {_LAST}"
# Letter spacing of spread words, in em.
SPACING = 0.2
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_TURNED = {"start": "end", "middle": "middle", "end": "start"}
_INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"


def layer_start(writer: Any, gid: str) -> None:
    """Open a group that drawing programs list as a layer of this name."""
    label = gid.replace("-", " ").capitalize()
    writer.start("g", attrib={"id": gid, "inkscape:groupmode": "layer", "inkscape:label": label})


def write_text(
    writer: Any,
    words: str,
    at: tuple[float, float],
    *,
    gid: str,
    size: float,
    weight: int,
    italic: bool,
    colour: str,
    align: str,
    spaced: bool = False,
    halo: tuple[str, float, float] | None = None,
) -> None:
    """Write one line of text at its baseline (px). ``halo`` is colour, width and opacity."""
    rtl = is_rtl(words)
    x, y = at
    anchor = _ANCHORS[align]
    style = f"font-family:{RTL_FAMILIES if rtl else FAMILIES};font-size:{size:g}px"
    if weight != 400:
        style += f";font-weight:{weight}"
    if italic:
        style += ";font-style:italic"
    if spaced and "\u200a" in words:
        words = words.replace("\u200a", "")
        gap = round(SPACING * size, 3)
        style += f";letter-spacing:{gap:g}px"
        # The space after the last letter counts too when a text is aligned.
        x += {"start": 0.0, "middle": gap / 2, "end": gap}[anchor]
    if rtl:
        style += ";direction:rtl"
        anchor = _TURNED[anchor]
    if anchor != "start":
        style += f";text-anchor:{anchor}"
    place = {"x": f"{x:.2f}", "y": f"{y:.2f}"}
    writer.start("g", attrib={"id": gid})
    if halo is not None:
        edge, width, opacity = halo
        under = (
            f"fill:none;stroke:{edge};stroke-width:{width:g}px;"
            f"stroke-opacity:{opacity:g};stroke-linejoin:round"
        )
        writer.element(
            "text",
            words,
            attrib={"class": "halo", "aria-hidden": "true", "style": f"{style};{under}", **place},
        )
    writer.element("text", words, attrib={"style": f"{style};fill:{colour}", **place})
    writer.end("g")


def finish(text: str, size: tuple[float, float], *, title: str, summary: str, language: str) -> str:
    """Give the drawing library's SVG its size in px, its words, and its fonts."""
    wide, tall = size
    about = html.escape(language, quote=True)
    head = (
        f'width="{wide:g}" height="{tall:g}" role="img" lang="{about}" xml:lang="{about}" '
        f'aria-labelledby="title desc" xmlns:inkscape="{_INKSCAPE}"'
    )
    text = re.sub(r"<!DOCTYPE[^>]*>\s*", "", text, count=1)
    text = text.replace(' standalone="no"', "", 1)
    text = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', head, text, count=1)
    # Our title comes first; the library writes its own without an id.
    text = re.sub(r"\n <title>.*?</title>", "", text, count=1, flags=re.DOTALL)
    words = (
        f'<title id="title">{html.escape(clean(title), quote=False)}</title>'
        f'<desc id="desc">{html.escape(clean(summary), quote=False)}</desc>'
        f"<style>{''.join(_font_faces(text))}</style>"
    )
    text = re.sub(r"(<svg[^>]*>)", lambda found: found[1] + words, text, count=1)
    # A group round a single nameless shape, and the one round the whole sheet, only make the
    # list of layers longer.
    text = re.sub(r'<g id="patch_\d+">\s*(<path[^>]*/>)\s*</g>', r"\1", text)
    text = text.replace('\n <g id="figure_1">', "", 1)
    at = text.rfind("\n </g>")
    return text[:at] + text[at + len("\n </g>") :] if at >= 0 else text


def _font_faces(svg: str) -> list[str]:
    """Style rules that carry the fonts an SVG uses, so that it looks the same anywhere."""
    weights = {weight for weight in (400, 600, 700) if f"font-weight:{weight}" in svg} | {400}
    italic = "font-style:italic" in svg
    faces = [("Noto Sans", w, f"noto-sans-latin-{w}.woff2") for w in sorted(weights)]
    if italic:
        faces.append(("Noto Sans", 400, "noto-sans-latin-400-italic.woff2"))
    if re.search("[\u0100-\u024f\u1e00-\u1eff]", svg):
        faces += [("Noto Sans", w, f"noto-sans-latin-ext-{w}.woff2") for w in (400, 600)]
    if re.search("[\u0370-\u052f]", svg):
        # Greek and Cyrillic are only in the fonts that pictures are drawn with.
        faces += [("Noto Sans", w, LATIN_FILES[w]) for w in sorted(weights)]
        faces += [("Noto Sans", 400, LATIN_FILES["italic"])] if italic else []
    if re.search("[\u0590-\u05ff]", svg):
        faces.append(("Noto Sans Hebrew", 400, "NotoSansHebrew-Regular.ttf"))
    if re.search("[\u0600-\u06ff]", svg):
        bold = (400, 600) if weights - {400} else (400,)
        faces += [("Noto Sans Arabic", w, f"noto-sans-arabic-arabic-{w}.woff2") for w in bold]
    return [rule for face in faces if (rule := _face(*face))]


# The letters each file is for; without this a browser would load the last of equal names only.
_RANGES: Mapping[str, str] = {
    "noto-sans-latin-ext": "U+100-24F,U+1E00-1EFF,U+2C60-2C7F,U+A720-A7FF",
    "noto-sans-arabic": "U+600-6FF,U+750-77F,U+8A0-8FF,U+FB50-FDFF,U+FE70-FEFF",
    "NotoSans-": "U+370-52F,U+1C80-1C88,U+2DE0-2DFF,U+A640-A69F",
}


def _face(family: str, weight: int, name: str) -> str:
    path = FONTS / name
    if not path.is_file():
        return ""
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    style = "italic" if "italic" in name.lower() else "normal"
    kind = "woff2" if name.endswith("woff2") else "ttf"
    span = next((span for start, span in _RANGES.items() if name.startswith(start)), "")
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};'
        + (f"unicode-range:{span};" if span else "")
        + f"src:url(data:font/{kind};base64,{data})}}"
    )
