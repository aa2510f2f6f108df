"""A sheet of px with y down, drawn by matplotlib and saved as PNG, SVG or PDF.

One px is one point of the drawing library at every output, so nothing moves between formats.
Only ``Figure`` is used, never ``pyplot``; the few settings the writers read from global state
are set under a lock, so pictures can be made on several threads.
"""

from __future__ import annotations

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
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from geo.errors import InputError
from geo.figure.lettering import (
    clean,
    font,
    is_arabic,
    is_rtl,
    outline,
    points,
    text_width,
)
from geo.figure.pdftext import write_rtl
from geo.figure.svgfile import finish, layer_start, write_text

__all__ = ["DRAWING", "FORMATS", "Box", "Canvas", "spread"]

FORMATS = ("png", "svg", "pdf")
Box = tuple[float, float, float, float]
# A halo lets a little of the map through, so that it does not look like a hole.
HALO_ALPHA = 0.80
# Beyond this level a file takes much longer to write and is hardly smaller.
PNG_LEVEL = 4
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
        writer = _svg_writer(renderer)
        if writer is not None:
            layer_start(writer, str(self.get_gid()))
        for child in self.children:
            child.draw(renderer)
        if writer is not None:
            writer.end("g")


def _inner(renderer: RendererBase) -> Any:
    """The renderer itself where the library wraps it."""
    return getattr(renderer, "_renderer", renderer)


def _kind(renderer: RendererBase) -> str:
    return type(_inner(renderer)).__name__


def _svg_writer(renderer: RendererBase) -> Any:
    """The XML writer of an SVG renderer, None of another."""
    if _kind(renderer) != "RendererSVG":
        return None
    return _inner(renderer).writer


class _Words(Text):
    """A text with a halo: its outline underneath, or a second text in SVG.

    ``start`` is its left end on the baseline and ``look`` what ``write_text`` needs, in px.
    """

    halo: tuple[Path, str, float] | None = None
    start: tuple[float, float]
    look: dict[str, Any]

    def draw(self, renderer: RendererBase) -> None:
        writer = _svg_writer(renderer)
        if writer is not None:
            halo = (self.halo[1], self.halo[2], HALO_ALPHA) if self.halo is not None else None
            write_text(writer, self.get_text(), gid=str(self.get_gid()), halo=halo, **self.look)
            return
        if self.halo is not None:
            path, colour, width = self.halo
            gc = renderer.new_gc()
            gc.set_foreground(colour)
            gc.set_linewidth(float(np.asarray(renderer.points_to_pixels(width))))
            gc.set_joinstyle("round")
            gc.set_capstyle("round")
            gc.set_alpha(HALO_ALPHA)
            renderer.draw_path(gc, path, self.get_transform())
            gc.restore()
        if _kind(renderer) != "RendererPdf" or not is_rtl(self.get_text()):
            super().draw(renderer)
            return
        start = self.get_transform().transform(self.start)
        write_rtl(_inner(renderer), self, float(start[0]), float(start[1]))


class Canvas:
    """A sheet ``width`` by ``height`` px. Draw in order; ``layer`` names groups in SVG."""

    def __init__(self, width: float, height: float, paper: str) -> None:
        self.width, self.height = float(width), float(height)
        self._figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor=paper)
        # px with y down to inches with y up, then to whatever dots the writer uses.
        inches = Affine2D().scale(1 / 72, -1 / 72).translate(0, height / 72)
        self._to_dots = inches + self._figure.dpi_scale_trans
        self._offset = 0.0, 0.0
        self._layer: _Group | None = None
        self._count = 0
        self._clip: Box | None = None
        # The SVG's own title and description have these.
        self._ids: dict[str, int] = {"title": 1, "desc": 1}

    @contextmanager
    def layer(self, name: str) -> Iterator[None]:
        """Put what is drawn inside the block into one group of this name."""
        group = _Group(self._id(name))
        self._put(group)
        before, self._layer = self._layer, group
        try:
            yield
        finally:
            self._layer = before

    @contextmanager
    def moved(self, right: float, down: float) -> Iterator[None]:
        """Draw what is drawn inside the block so many px further right and down."""
        before = self._to_dots, self._offset
        self._to_dots = Affine2D().translate(right, down) + before[0]
        self._offset = before[1][0] + right, before[1][1] + down
        try:
            yield
        finally:
            self._to_dots, self._offset = before

    @contextmanager
    def clip(self, box: Box) -> Iterator[None]:
        """Cut what is drawn inside the block to ``box`` (left, top, right, bottom)."""
        before, self._clip = self._clip, box
        try:
            yield
        finally:
            self._clip = before

    def _id(self, name: str) -> str:
        """``name`` as an id of the SVG that no other element has."""
        key = re.sub(r"[^\w-]+", "-", name).strip("-")[:60] or "part"
        key = key if key[0].isalpha() else f"_{key}"
        count = self._ids[key] = self._ids.get(key, 0) + 1
        return key if count == 1 else self._id(f"{key}-{count}")

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
            patch.set_gid(self._id(name))
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
        artist.start = start, y
        if halo is not None:
            shape = outline(words, size, weight, italic=italic, arabic=arabic)
            moved = points(shape) * (1, -1) + (start, y)
            artist.halo = (Path(moved, shape.codes), halo, halo_width)
        right, down = self._offset
        artist.look = {
            "at": (x + right, y + down),
            "size": size,
            "weight": weight,
            "italic": italic,
            "colour": colour,
            "align": align,
            "spaced": spaced,
        }
        artist.set_gid(self._id(name or "text"))
        self._put(artist)

    def save(
        self,
        fmt: str,
        scale: float,
        *,
        title: str,
        summary: str,
        source: str = "",
        language: str = "en",
    ) -> bytes:
        """The sheet as ``png`` (``scale`` dots per px), ``svg`` or ``pdf``.

        ``title``, ``summary`` (the alternative text) and ``source`` go into the file. The same
        sheet always gives the same bytes. Raises InputError for another format.
        """
        if fmt not in FORMATS:
            msg = f"{fmt!r} is not a picture format; choose png, svg or pdf"
            raise InputError(msg)
        title, summary, source = clean(title), clean(summary), clean(source)
        out = io.BytesIO()
        with DRAWING, mpl.rc_context(_SETTINGS), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            if fmt == "png":
                self._save_png(out, scale, title, summary, source)
            else:
                self._figure.savefig(
                    out, format=fmt, dpi=72, metadata=_about(fmt, title, summary, source)
                )
        if fmt != "svg":
            return out.getvalue()
        size = self.width, self.height
        text = finish(
            out.getvalue().decode(), size, title=title, summary=summary, language=language
        )
        return text.encode()

    def _save_png(
        self, out: io.BytesIO, scale: float, title: str, summary: str, source: str
    ) -> None:
        """Opaque, hence without an alpha channel: smaller, and sooner written."""
        self._figure.set_dpi(72 * scale)
        sheet: Any = FigureCanvasAgg(self._figure)
        sheet.draw()
        image = Image.fromarray(np.ascontiguousarray(np.asarray(sheet.buffer_rgba())[:, :, :3]))
        self._figure.set_dpi(72)
        about = PngInfo()
        words = {"Title": title, "Description": summary, "Source": source, "Software": "Dateline"}
        for key, value in words.items():
            if value:
                about.add_text(key, value)
        # 96 px are an inch, as on a web page.
        dots = (96 * scale, 96 * scale)
        image.save(out, "png", compress_level=PNG_LEVEL, pnginfo=about, dpi=dots)


def _about(fmt: str, title: str, summary: str, source: str) -> dict[str, str | None]:
    """What an SVG or PDF says of itself: nothing that changes from day to day."""
    if fmt == "svg":
        about = {"Title": title, "Creator": "Dateline", "Source": source}
        return {**{key: value for key, value in about.items() if value}, "Date": None}
    about = {"Title": title, "Subject": summary, "Keywords": source, "Creator": "Dateline"}
    kept = {key: value for key, value in about.items() if value}
    return {**kept, "Producer": None, "CreationDate": None}


def spread(words: str) -> str:
    """``words`` with hair spaces (a tenth of an em) between the letters, twice."""
    return words if is_arabic(words) else "\u200a\u200a".join(words)
