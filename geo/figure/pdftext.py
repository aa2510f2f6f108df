"""Right-to-left text in PDF: every glyph at its place, every letter spelt once.

The drawing library's PDF writer (3.11) kerns twice where a text changes between two parts of a
font, and lets each glyph of a letter (its shape, its dots) spell the whole letter, so that
"القائم" copies out with letters doubled. Here the glyphs are set one by one; the dots spell
nothing, or the vowel signs of their letter.
"""

from __future__ import annotations

from typing import Any

from matplotlib.font_manager import FontPath
from matplotlib.ft2font import LoadFlags
from matplotlib.text import Text

__all__ = ["write_rtl"]

_TRUETYPE = 42
# What a glyph that spells nothing maps to, for readers that pass by ActualText.
_NOTHING = "\u2060"


def write_rtl(renderer: Any, text: Text, x: float, y: float) -> None:
    """Write the text with its left end at ``x``, ``y`` (points from the lower left corner)."""
    # Reading the PDF writer takes a tenth of a second, which other formats need not wait for.
    from matplotlib.backends import backend_pdf

    op: Any = backend_pdf.Op
    verbatim: Any = backend_pdf.Verbatim
    props = text.get_fontproperties()
    size = props.get_size_in_points()
    gc = renderer.new_gc()
    gc.set_foreground(text.get_color())
    renderer.check_gc(gc, gc.get_rgb())
    file = renderer.file
    font = renderer._get_font_ttf(props)  # noqa: SLF001
    file.output(op.gsave, op.begin_text)
    for item, spelt in _spelt(font, text.get_text()):
        subset, code = file._character_tracker.track_glyph(  # noqa: SLF001
            item.ft_object, spelt or _NOTHING, item.glyph_index
        )
        path = FontPath(item.ft_object.fname, item.ft_object.face_index)
        word = "FEFF" + spelt.encode("utf-16-be").hex().upper()
        file.output(verbatim(f"/Span <</ActualText <{word}>>> BDC".encode()))
        file.output(file.fontName(path, subset), size, op.selectfont)
        file.output(1, 0, 0, 1, x + item.x, y + item.y, op.textmatrix)
        file.output(renderer._encode_glyphs([code], _TRUETYPE), op.show)  # noqa: SLF001
        file.output(verbatim(b"EMC"))
    file.output(op.end_text, op.grestore)
    gc.restore()


def _spelt(font: Any, words: str) -> list[tuple[Any, str]]:
    """The glyphs from left to right, each with the letters it stands for."""
    found: list[tuple[Any, str]] = []
    rest = ""
    for item in font._layout(words, LoadFlags.NO_HINTING):  # noqa: SLF001
        glyph = item.ft_object.load_glyph(item.glyph_index, flags=LoadFlags.NO_HINTING)
        if glyph.linearHoriAdvance:
            # The marks on a letter come before it from left to right, and spell what follows it.
            found.append((item, item.char[: -len(rest)] if rest else item.char))
            rest = ""
        else:
            found.append((item, "" if rest else item.char[1:]))
            rest = rest or item.char[1:]
    return found
