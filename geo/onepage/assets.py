"""The scripts, styles and fonts that stand inside one file, read from ``static``."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from functools import lru_cache
from pathlib import Path

from geo.errors import DataError
from geo.webmap.shell import SCRIPTS, STYLES

__all__ = ["font_faces", "integrity", "scripts", "styles"]

STATIC = Path(__file__).resolve().parents[2] / "static"
PAGE_SCRIPTS = ("onepage/page.js",)
PAGE_STYLES = ("onepage/page.css",)
# Family, weight, style, file, and the characters it is for (a regular expression).
LATIN = r"[^\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
ARABIC = r"[\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc\u200c-\u200f]"
HEBREW = r"[\u0590-\u05ff\ufb1d-\ufb4f]"
FACES = (
    ("Noto Sans", 400, "normal", "NotoSans-Regular", LATIN, ""),
    ("Noto Sans", 600, "normal", "NotoSans-SemiBold", LATIN, ""),
    ("Noto Sans", 700, "normal", "NotoSans-Bold", LATIN, ""),
    ("Noto Sans", 400, "italic", "NotoSans-Italic", LATIN, ""),
    ("Noto Sans Arabic", 400, "normal", "NotoSansArabic-Regular", ARABIC, ""),
    ("Noto Sans Arabic", 600, "normal", "NotoSansArabic-SemiBold", ARABIC, ""),
    ("Noto Sans", 400, "normal", "NotoSansHebrew-Regular", HEBREW, "U+0590-05FF,U+FB1D-FB4F"),
)
# What joins letters and places marks; small capitals and the like stay behind.
FEATURES = "calt ccmp curs fina init isol kern liga locl mark medi mkmk rlig rclt".split()
ALWAYS = "".join(map(chr, range(0x20, 0x7F)))  # whatever a reader may type into the search


@lru_cache(maxsize=64)
def _read(name: str) -> str:
    try:
        return (STATIC / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        msg = f"static/{name} cannot be read; install Dateline anew"
        raise DataError(msg) from exc


def scripts() -> list[str]:
    """The map's scripts in the order in which they run, then the file's own.

    Raises DataError for one that could not stand inside a script element.
    """
    found = []
    named = dict(SCRIPTS)
    order = ["leaflet", *(name for name in named if name != "leaflet")]
    for path in (*(named[name] for name in order), *PAGE_SCRIPTS):
        text = _read(path)
        if re.search(r"</script|<!--", text, re.IGNORECASE):
            msg = f"static/{path} holds an end of script; it cannot be put into a file"
            raise DataError(msg)
        found.append(re.sub(r"\n//# sourceMappingURL=\S*\s*$", "\n", text))
    return found


def styles() -> str:
    """The map's style and the file's own, without anything to fetch."""
    paths = [path for name, path in STYLES if name != "fonts-css"]
    text = "\n".join(_read(path) for path in (*paths, *PAGE_STYLES))
    return re.sub(r"url\([^)]*\)", "none", text)  # Leaflet's pictures for controls we do not use


def integrity(text: str) -> str:
    """How a content security policy names this script or style: SHA-256 of its UTF-8 bytes."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def font_faces(characters: frozenset[str]) -> str:
    """Font faces that hold these characters (and ASCII), as a style sheet.

    Scripts for which no font is shipped are left to the reader's system.
    """
    used = characters | frozenset(ALWAYS)
    rules = ["/* Noto Sans, SIL Open Font License 1.1 */"]
    for family, weight, style, file, pattern, reach in FACES:
        wanted = "".join(sorted(char for char in used if re.fullmatch(pattern, char)))
        if not wanted:
            continue
        data = base64.b64encode(_subset(file, wanted)).decode()
        only = f"unicode-range:{reach};" if reach else ""
        rules.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};{only}'
            f'src:url(data:font/woff;base64,{data}) format("woff")}}'
        )
    return "\n".join(rules)


@lru_cache(maxsize=32)
def _subset(file: str, characters: str) -> bytes:
    """A font with only what these characters need (shaping included), as WOFF."""
    from fontTools import subset  # comes with matplotlib; loaded when a file is made
    from fontTools.ttLib import TTLibError

    options = subset.Options()
    options.layout_features = list(FEATURES)
    options.name_IDs = [0, 1, 2, 13, 14]  # whose it is and under which licence: the OFL asks for it
    options.hinting = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.flavor = "woff"
    buffer = io.BytesIO()
    try:
        with subset.load_font(str(STATIC / "fonts" / f"{file}.ttf"), options) as font:
            subsetter = subset.Subsetter(options)
            subsetter.populate(text=characters)
            subsetter.subset(font)
            font.flavor = "woff"
            font.save(buffer, reorderTables=True)
    except (OSError, TTLibError) as exc:
        msg = f"static/fonts/{file}.ttf cannot be read; install Dateline anew"
        raise DataError(msg) from exc
    return buffer.getvalue()
