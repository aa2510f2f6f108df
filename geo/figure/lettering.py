"""Type: the fonts, what may be printed, how wide it is, and how it wraps.

All sizes are px of the picture (1 px = 1 pt of the drawing library). Widths come from the font
files without hinting, so a layout is the same in PNG, SVG and PDF.
"""

from __future__ import annotations

import os
import threading
import unicodedata
import warnings
from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import ft2font
from matplotlib.font_manager import FontEntry, FontProperties, fontManager
from matplotlib.path import Path as Outline
from matplotlib.textpath import text_to_path
from numpy.typing import NDArray

from geo.errors import DataError

__all__ = [
    "FONTS",
    "LATIN_FILES",
    "cap_height",
    "clean",
    "ellipsis",
    "font",
    "is_arabic",
    "is_rtl",
    "outline",
    "points",
    "text_width",
    "wrap",
]

FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"
FAMILIES = ("Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "DejaVu Sans")
ARABIC_FAMILIES = ("Noto Sans Arabic", "Noto Sans", "Noto Sans Hebrew", "DejaVu Sans")
# Family, and its files by weight. The nearest lighter one serves where a weight is not there, and
# the first where the italic is not.
_FILES: dict[str, dict[int | str, str]] = {
    "Noto Sans": {
        400: "NotoSans-Regular.ttf",
        600: "NotoSans-SemiBold.ttf",
        700: "NotoSans-Bold.ttf",
        "italic": "NotoSans-Italic.ttf",
    },
    "Noto Sans Arabic": {400: "NotoSansArabic-Regular.ttf", 600: "NotoSansArabic-SemiBold.ttf"},
    "Noto Sans Hebrew": {400: "NotoSansHebrew-Regular.ttf"},
    "DejaVu Sans": {400: "DejaVuSans.ttf", 700: "DejaVuSans-Bold.ttf"},
}
LATIN_FILES = _FILES["Noto Sans"]
# A share of the type size; Noto Sans has capitals of 0.714 em.
CAP_HEIGHT = 0.714


def _file(files: dict[int | str, str], weight: int | str) -> str:
    if isinstance(weight, str):
        return files.get(weight, files[400])
    return files[max(w for w in files if isinstance(w, int) and w <= weight)]


def _register() -> None:
    # Arabic is only joined and turned right to left where the text layout library is built in.
    if not getattr(ft2font, "__libraqm_version__", ""):
        msg = "matplotlib 3.11 or newer is needed for Arabic names; run the install command again"
        raise DataError(msg)
    entries = []
    for family, files in _FILES.items():
        folder = Path(mpl.get_data_path(), "fonts", "ttf") if family == "DejaVu Sans" else FONTS
        for weight in (400, 600, 700, "italic"):
            path = folder / _file(files, weight)
            if not path.is_file():
                msg = f"the font {path.name} is missing; restore static/fonts from the repository"
                raise DataError(msg)
            italic = weight == "italic"
            entries.append(
                FontEntry(
                    fname=str(path),
                    name=family,
                    style="italic" if italic else "normal",
                    weight=400 if italic else weight,
                    size="scalable",
                )
            )
    # In front, so that another copy installed on the machine cannot change a picture.
    fontManager.ttflist[:0] = entries
    fontManager._findfont_cached.cache_clear()  # type: ignore[attr-defined]  # noqa: SLF001


_register()


@lru_cache(maxsize=256)
def font(
    size: float, weight: int = 400, *, italic: bool = False, arabic: bool = False
) -> FontProperties:
    """The font of this size in px; do not change what is returned."""
    return FontProperties(
        family=list(ARABIC_FAMILIES if arabic else FAMILIES),
        size=size,
        weight=weight,
        style="italic" if italic else "normal",
    )


def clean(text: str) -> str:
    """``text`` on one line, without characters that no XML file or font can hold.

    Control characters, lone surrogates and non-characters go; everything else stays as it is,
    right-to-left marks and emoji included.
    """
    kept = []
    for char in text:
        if char in "\t\n\r\x0b\x0c\x85\u2028\u2029":
            kept.append(" ")
        elif unicodedata.category(char) not in ("Cc", "Cs") and ord(char) & 0xFFFE != 0xFFFE:
            kept.append(char)
    return "".join(kept).strip()


def is_arabic(text: str) -> bool:
    """Whether the first strong letter of ``text`` is of the Arabic script."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind == "AL":
            return True
        if kind in ("L", "R"):
            return False
    return False


def is_rtl(text: str) -> bool:
    """Whether the first strong letter of ``text`` runs from right to left."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("AL", "R", "L"):
            return kind != "L"
    return False


def text_width(
    text: str, size: float, weight: int = 400, *, italic: bool = False, arabic: bool = False
) -> float:
    """Advance width of ``text`` in px."""
    if not text:
        return 0.0
    return _unit_width(text, weight, italic, arabic) * size / text_to_path.FONT_SCALE


@lru_cache(maxsize=16384)
def _unit_width(text: str, weight: int, italic: bool, arabic: bool) -> float:
    """Width at the size that outlines are read in; unhinted, so it grows with the size."""
    with warnings.catch_warnings():
        # A letter that none of the fonts has is drawn as a box; that is not news to anyone.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        face = _face(weight, italic, arabic, threading.get_ident())
        face.set_size(text_to_path.FONT_SCALE, text_to_path.DPI)
        face.set_text(text, 0.0, flags=ft2font.LoadFlags.NO_HINTING)
        return float(face.get_width_height()[0]) / 64.0


@lru_cache(maxsize=64)
def _face(weight: int, italic: bool, arabic: bool, _thread: int) -> ft2font.FT2Font:
    """The drawing library's own font object, which it keeps apart for each thread."""
    props = font(10.0, weight, italic=italic, arabic=arabic)
    return text_to_path._get_font(props)  # type: ignore[attr-defined, no-any-return] # noqa: SLF001


# A font reads its file as it goes: processes that share one open file would read in each other's
# places, so a forked one opens its own (as the drawing library does for its cache).
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_face.cache_clear)


def cap_height(size: float) -> float:
    """Height of a capital letter in px."""
    return CAP_HEIGHT * size


def points(path: Outline) -> NDArray[np.float64]:
    """The points of a path as an N by 2 array."""
    return np.asarray(path.vertices, float).reshape(-1, 2)


@lru_cache(maxsize=2048)
def outline(
    text: str, size: float, weight: int = 400, *, italic: bool = False, arabic: bool = False
) -> Outline:
    """Outline of ``text`` in px, y up, from its start on the baseline."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        props = font(size, weight, italic=italic, arabic=arabic)
        vertices, codes = text_to_path.get_text_path(props, text)
    if not len(codes):
        return Outline(np.empty((0, 2)))
    return Outline(np.asarray(vertices) * (size / text_to_path.FONT_SCALE), codes)


def ellipsis(text: str, size: float, room: float, weight: int = 400) -> str:
    """``text`` cut to ``room`` px, ending in … if anything was cut."""
    if text_width(text, size, weight) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(text[:middle].rstrip() + "…", size, weight) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


def _fits(line: str, size: float, room: float, weight: int) -> bool:
    """Whether a line fits. Words are measured once each; only a near thing is measured whole."""
    space = text_width("n n", size, weight) - 2 * text_width("n", size, weight)
    words = line.split()
    about = sum(text_width(w, size, weight) for w in words) + space * (len(words) - 1)
    if abs(about - room) > 0.04 * room + 2 * space:
        return about < room
    return text_width(line, size, weight) <= room


def wrap(
    text: str, size: float, room: float, weight: int = 400, *, limit: int | None = None
) -> list[str]:
    """``text`` in lines of at most ``room`` px; a word wider than that is broken.

    ``limit`` is the greatest number of lines; the last one then ends in ….
    """
    lines: list[str] = []
    current = ""
    for word in clean(text).split():
        trial = f"{current} {word}" if current else word
        if _fits(trial, size, room, weight):
            current = trial
            continue
        if current:
            lines.append(current)
        current = word
        while text_width(current, size, weight) > room and len(current) > 1:
            cut = len(current) - 1
            while cut > 1 and text_width(current[:cut], size, weight) > room:
                cut = min(cut - 1, int(cut * room / text_width(current[:cut], size, weight)) + 1)
            lines.append(current[: max(1, cut)])
            current = current[max(1, cut) :]
    if current:
        lines.append(current)
    if limit is not None and len(lines) > limit:
        lines = [*lines[: limit - 1], ellipsis(" ".join(lines[limit - 1 :]), size, room, weight)]
    return lines
