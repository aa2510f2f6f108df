"""A sheet of px with y down, drawn by matplotlib and saved as PNG, SVG or PDF.

One px is one point of the drawing library at every output, so nothing moves between formats.
Only ``Figure`` is used, never ``pyplot``; the few settings the writers read from global state
are set under a lock, so pictures can be made on several threads.
"""

from __future__ import annotations

import base64
import html
import io
import re
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox
from numpy.typing import NDArray

from geo.errors import InputError
from geo.figure.lettering import FONTS, clean, font, is_arabic, outline, points, text_width

__all__ = ["DRAWING", "FORMATS", "Box", "Canvas", "spread"]

FORMATS = ("png", "svg", "pdf")
Box = tuple[float, float, float, float]
# A halo lets a little of the map through, so that it does not look like a hole.
HALO_ALPHA = 0.80
DRAWING = threading.RLock()
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "dateline",
    "svg.id": None,
    "pdf.fonttype": 42,
    "text.hinting": "none",
    "path.simplify": False,
    "text.usetex": False,
    "text.parse_math": False,
}


class _Group(Artist):
    """Artists drawn in order, as one named group of the SVG."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.set_gid(name)
        self.children: list[Artist] = []

    def draw(self, renderer: RendererBase) -> None:
        renderer.open_group("layer", gid=self.get_gid())
        for child in self.children:
            child.draw(renderer)
        renderer.close_group("layer")


class _Words(Text):
    """A text with a halo: an outline underneath, or a rule of the style sheet in SVG.

    ``words`` are the single words of an Arabic text, placed one by one. The PDF writer of the
    drawing library moves letters apart where it changes between two parts of a font, as it does
    at each space of an Arabic text; a word alone is written right.
    """

    halo: tuple[Path, str, float] | None = None
    words: tuple[Text, ...] = ()

    def draw(self, renderer: RendererBase) -> None:
        writer = type(getattr(renderer, "_renderer", renderer)).__name__
        if self.halo is not None and writer != "RendererSVG":
            path, colour, width = self.halo
            gc = renderer.new_gc()
            gc.set_foreground(colour)
            gc.set_linewidth(float(np.asarray(renderer.points_to_pixels(width))))
            gc.set_joinstyle("round")
            gc.set_capstyle("round")
            gc.set_alpha(HALO_ALPHA)
            renderer.draw_path(gc, path, self.get_transform())
            gc.restore()
        if self.words and writer == "RendererPdf":
            for word in self.words:
                word.draw(renderer)
        else:
            super().draw(renderer)


class Canvas:
    """A sheet ``width`` by ``height`` px. Draw in order; ``layer`` names groups in SVG."""

    def __init__(self, width: float, height: float, paper: str) -> None:
        self.width, self.height = float(width), float(height)
        self._figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor=paper)
        # px with y down to inches with y up, then to whatever dots the writer uses.
        inches = Affine2D().scale(1 / 72, -1 / 72).translate(0, height / 72)
        self._to_dots = inches + self._figure.dpi_scale_trans
        self._layer: _Group | None = None
        self._count = 0
        self._clip: Box | None = None
        self._halos: dict[tuple[str, float], str] = {}

    @contextmanager
    def layer(self, name: str) -> Iterator[None]:
        """Put what is drawn inside the block into one group of this name."""
        group = _Group(name)
        self._put(group)
        before, self._layer = self._layer, group
        try:
            yield
        finally:
            self._layer = before

    @contextmanager
    def clip(self, box: Box) -> Iterator[None]:
        """Cut what is drawn inside the block to ``box`` (left, top, right, bottom)."""
        before, self._clip = self._clip, box
        try:
            yield
        finally:
            self._clip = before

    def _put(self, artist: Artist) -> None:
        self._count += 1
        artist.set_zorder(self._count)
        artist.set_figure(self._figure)
        if self._clip is not None and not isinstance(artist, _Group):
            left, top, right, bottom = self._clip
            box = Bbox.from_extents(left, top, right, bottom)
            artist.set_clip_box(TransformedBbox(box, self._to_dots))
            artist.set_clip_on(True)
        if self._layer is None:
            self._figure.add_artist(artist)
        else:
            self._layer.children.append(artist)

    def path(
        self,
        path: Path,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        width: float = 1.0,
        alpha: float = 1.0,
        dash: Sequence[float] | None = None,
        cap: str = "round",
        name: str | None = None,
    ) -> None:
        """Draw a path given in px. ``dash`` is on, off, … in px."""
        if not len(points(path)):
            return
        patch = PathPatch(
            path,
            facecolor=fill or "none",
            edgecolor=stroke or "none",
            linewidth=width if stroke else 0,
            alpha=alpha if alpha < 1 else None,
            joinstyle="round",
            capstyle=cap,
            linestyle=(0, tuple(v / width for v in dash)) if dash else "solid",
        )
        patch.set_transform(self._to_dots)
        if name:
            patch.set_gid(name)
        self._put(patch)

    def lines(
        self, parts: Sequence[NDArray[np.float64]], *, stroke: str, width: float, **how: object
    ) -> None:
        """Draw polylines, each an N by 2 array in px, as one path."""
        kept = [part for part in parts if len(part) > 1]
        if kept:
            path = Path.make_compound_path(*(Path(part) for part in kept))
            self.path(path, stroke=stroke, width=width, **how)  # type: ignore[arg-type]

    def rect(self, box: Box, **how: object) -> None:
        """Draw a rectangle: left, top, right, bottom."""
        left, top, right, bottom = box
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        self.path(Path(corners, closed=True), **how)  # type: ignore[arg-type]

    def circle(self, x: float, y: float, radius: float, **how: object) -> None:
        """Draw a circle."""
        self.path(Path.circle((x, y), radius), **how)  # type: ignore[arg-type]

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        colour: str,
        *,
        weight: int = 400,
        italic: bool = False,
        align: str = "left",
        halo: str | None = None,
        halo_width: float = 3.2,
        spaced: bool = False,
        name: str | None = None,
    ) -> None:
        """Write one line with its baseline at ``y``; ``align`` is left, center or right.

        ``spaced`` marks a line whose letters are set apart by hair spaces (see ``spread``).
        """
        words = clean(words)
        if not words:
            return
        arabic = is_arabic(words)
        how: dict[str, Any] = {
            "fontproperties": font(size, weight, italic=italic, arabic=arabic),
            "color": colour,
            "va": "baseline",
            "transform": self._to_dots,
            "parse_math": False,
        }
        artist = _Words(x, y, words, ha=align, **how)
        wide = text_width(words, size, weight, italic=italic, arabic=arabic)
        start = x - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * wide
        if arabic and " " in words:
            parts = _apart(words, size, weight)
            artist.words = tuple(Text(start + at, y, word, ha="left", **how) for word, at in parts)
            for part in artist.words:
                part.set_figure(self._figure)
        gid = name or ""
        if halo is not None:
            shape = outline(words, size, weight, italic=italic, arabic=arabic)
            moved = points(shape) * (1, -1) + (start, y)
            artist.halo = (Path(moved, shape.codes), halo, halo_width)
            key = self._halos.setdefault((halo, halo_width), f"halo{len(self._halos)}")
            gid = f"{key}-{gid}"
        if spaced:
            gid = f"spaced-{gid}"
        self._count += 1
        artist.set_gid(f"{gid}-{self._count}" if gid else f"text-{self._count}")
        self._put(artist)

    def save(self, fmt: str, scale: float, *, title: str, summary: str) -> bytes:
        """The sheet as ``png`` (``scale`` dots per px), ``svg`` or ``pdf``.

        The same sheet always gives the same bytes. Raises InputError for another format.
        """
        if fmt not in FORMATS:
            msg = f"{fmt!r} is not a picture format; choose png, svg or pdf"
            raise InputError(msg)
        title = clean(title)
        about: dict[str, str | None] = {
            "png": {"Title": title, "Software": "Dateline"},
            "svg": {"Title": title, "Creator": "Dateline", "Date": None},
            "pdf": {"Title": title, "Creator": "Dateline", "Producer": None, "CreationDate": None},
        }[fmt]  # type: ignore[assignment]
        out = io.BytesIO()
        with DRAWING, mpl.rc_context(_SETTINGS), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            dpi = 72 * scale if fmt == "png" else 72
            self._figure.savefig(out, format=fmt, dpi=dpi, metadata=about)
        if fmt == "svg":
            return self._finish_svg(out.getvalue().decode(), title, summary).encode()
        return out.getvalue()

    def _finish_svg(self, text: str, title: str, summary: str) -> str:
        """Give the SVG its size in px, a title, its fonts, halos and letter spacing."""
        size = f'width="{self.width:g}" height="{self.height:g}"'
        text = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', f'{size} role="img"', text, count=1)
        text = re.sub(r"<!DOCTYPE[^>]*>\s*", "", text, count=1)
        rules = [
            f'g[id^="{key}-"] text,g[id^="spaced-{key}-"] text{{paint-order:stroke;'
            f"stroke:{colour};stroke-width:{width}px;stroke-opacity:{HALO_ALPHA}}}"
            for (colour, width), key in self._halos.items()
        ]
        rules.append('g[id^="spaced-"] text{letter-spacing:.2em}')
        rules.extend(_font_faces(text))
        head = (
            f"<title>{html.escape(title, quote=False)}</title>"
            f"<desc>{html.escape(clean(summary), quote=False)}</desc>"
            f"<style>{''.join(rules)}</style>"
        )
        text = re.sub(r"(<svg[^>]*>)", lambda found: found[1] + head, text, count=1)
        return re.sub(
            r'<g id="spaced-.*?</g>',
            lambda found: found[0].replace("\u200a", ""),
            text,
            flags=re.DOTALL,
        )


def _apart(text: str, size: float, weight: int) -> list[tuple[str, float]]:
    """The words of an Arabic text, each with the px from the text's left edge to its own."""
    words = text.split()
    gap = text_width("ا ا", size, weight, arabic=True) - text_width("اا", size, weight, arabic=True)
    at = text_width(text, size, weight, arabic=True)
    found = []
    for word in words:
        at -= text_width(word, size, weight, arabic=True)
        found.append((word, at))
        at -= gap
    return found


def spread(words: str) -> str:
    """``words`` with hair spaces (a tenth of an em) between the letters, twice."""
    return words if is_arabic(words) else "\u200a\u200a".join(words)


def _font_faces(svg: str) -> list[str]:
    """Style rules that carry the fonts an SVG uses, so that it looks the same anywhere."""
    faces = [("Noto Sans", weight, f"noto-sans-latin-{weight}.woff2") for weight in (400, 600, 700)]
    if "font-style: italic" in svg:
        faces.append(("Noto Sans", 400, "noto-sans-latin-400-italic.woff2"))
    if re.search("[\u0100-\u024f\u1e00-\u1eff]", svg):
        faces += [("Noto Sans", w, f"noto-sans-latin-ext-{w}.woff2") for w in (400, 600)]
    if re.search("[\u0600-\u06ff]", svg):
        faces += [("Noto Sans Arabic", w, f"noto-sans-arabic-arabic-{w}.woff2") for w in (400, 600)]
    rules = []
    for family, weight, name in faces:
        style = "italic" if "italic" in name else "normal"
        path = FONTS / name
        if path.is_file():
            data = base64.b64encode(path.read_bytes()).decode("ascii")
            rules.append(
                f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};'
                f"src:url(data:font/woff2;base64,{data})}}"
            )
    return rules
