"""Build ``static/fonts``: Noto Sans for the pictures (ttf) and for the page (woff2).

The page's woff2 files are taken as they are. The pictures' ttf files are cut down to the
scripts a map of reports needs: matplotlib parses and subsets the whole file each time it
writes a PDF, so a smaller file is a faster picture. Every font is under the SIL Open Font
License 1.1, which allows this; its text goes with the files.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from data.build.fetch import fetch
from data.build.packages import ARABIC_TTF, ARABIC_WOFF2, HEBREW_TTF, LATIN_TTF, LATIN_WOFF2

__all__ = ["build"]

TARGET = Path(__file__).resolve().parents[2] / "static" / "fonts"


# Latin, Greek, Cyrillic, their marks, punctuation, currency, letterlike signs.
KEPT = (
    *range(0x20, 0x530),
    *range(0x1E00, 0x1F00),
    *range(0x2000, 0x2070),
    *range(0x2070, 0x2150),
    *range(0x2190, 0x2194),
    *(0x2212, 0x25CC, 0xFFFD),
)
# The word joiners and marks of Arabic script travel with it; nothing is cut from it.
TTF = {
    "NotoSans-Regular.ttf": (LATIN_TTF, "400Regular/NotoSans_400Regular.ttf", KEPT),
    "NotoSans-Italic.ttf": (LATIN_TTF, "400Regular_Italic/NotoSans_400Regular_Italic.ttf", KEPT),
    "NotoSans-SemiBold.ttf": (LATIN_TTF, "600SemiBold/NotoSans_600SemiBold.ttf", KEPT),
    "NotoSans-Bold.ttf": (LATIN_TTF, "700Bold/NotoSans_700Bold.ttf", KEPT),
    "NotoSansArabic-Regular.ttf": (ARABIC_TTF, "400Regular/NotoSansArabic_400Regular.ttf", None),
    "NotoSansArabic-SemiBold.ttf": (
        ARABIC_TTF,
        "600SemiBold/NotoSansArabic_600SemiBold.ttf",
        None,
    ),
    "NotoSansHebrew-Regular.ttf": (HEBREW_TTF, "400Regular/NotoSansHebrew_400Regular.ttf", None),
}
# The ranges in which a browser fetches each file, as the fonts were cut.
LATIN_RANGE = (
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,"
    "U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD"
)
LATIN_EXT_RANGE = (
    "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1D00-1DBF,U+1E00-1E9F,"
    "U+1EF2-1EFF,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF"
)
ARABIC_RANGE = (
    "U+0600-06FF,U+0750-077F,U+0870-088E,U+0890-0891,U+0897-08E1,U+08E3-08FF,U+200C-200E,"
    "U+2010-2011,U+204F,U+2E41,U+FB50-FDFF,U+FE70-FE74,U+FE76-FEFC"
)
WOFF2 = [
    ("Noto Sans", LATIN_WOFF2, "noto-sans-latin", (400, 600, 700), LATIN_RANGE),
    ("Noto Sans", LATIN_WOFF2, "noto-sans-latin-ext", (400, 600), LATIN_EXT_RANGE),
    ("Noto Sans Arabic", ARABIC_WOFF2, "noto-sans-arabic-arabic", (400, 600), ARABIC_RANGE),
]


def _cut(source: Path, target: Path, kept: tuple[int, ...] | None) -> None:
    """Write a font with these code points (all of them if None), without hinting."""
    from fontTools import subset

    options = subset.Options()
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    if kept is None:
        options.layout_features = ["*"]
        options.glyph_names = False
    else:
        options.layout_features = ["ccmp", "locl", "kern", "mark", "mkmk", "liga"]
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=kept if kept is not None else font.getBestCmap())
    cutter.subset(font)
    subset.save_font(font, str(target), options)


def build() -> None:
    """Write the fonts, the style sheet that names them and the licence."""
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    for name, (package, path, kept) in TTF.items():
        _cut(fetch(package) / "package" / path, TARGET / name, kept)
    rules = [
        "/* Noto Sans, SIL Open Font License 1.1 (OFL.txt). Written by data/build/fonts.py. */"
    ]
    for family, package, stem, weights, span in WOFF2:
        for weight in weights:
            name = f"{stem}-{weight}.woff2"
            source = fetch(package) / "package" / "files" / f"{stem}-{weight}-normal.woff2"
            shutil.copyfile(source, TARGET / name)
            rules.append(
                f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:normal;'
                f'font-display:swap;src:url("{name}") format("woff2");unicode-range:{span}}}'
            )
    # The page has no italics; an SVG carries this one with it.
    italic = fetch(LATIN_WOFF2) / "package" / "files" / "noto-sans-latin-400-italic.woff2"
    shutil.copyfile(italic, TARGET / italic.name)
    (TARGET / "fonts.css").write_text("\n".join(rules) + "\n", encoding="utf-8")
    licence = fetch(LATIN_TTF) / "package" / "LICENSE_FONT"
    shutil.copyfile(licence, TARGET / "OFL.txt")


if __name__ == "__main__":
    build()
