"""One picture from one scene: laid out on a sheet, checked for room, and written to a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from geo.errors import InputError
from geo.figure import told
from geo.figure.canvas import DRAWING, FORMATS, Box, Canvas
from geo.figure.labels import Label
from geo.figure.mapsheet import MapSheet
from geo.figure.pages import on_paper
from geo.figure.scene import Scene
from geo.figure.sheet import Sheet
from geo.figure.style import Palette, palette
from geo.options import LEAST_PX, MOST_PX, Size

__all__ = ["LEAST_MAP", "SMALLER", "Layout", "compose", "finished", "lay_out"]

# The share of the height that the map must have, and how much smaller the type may be for it;
# the same for a list of numbered reports, which is not worth the smallest type.
LEAST_MAP = 0.33
LEAST_LISTED, LEAST_FOR_LIST = 4, 0.7
SMALLER = (1.0, 0.88, 0.76, 0.66, 0.57, 0.5)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything went, for tests: px boxes of the map, of names, and of all blocks."""

    map_box: Box
    labels: Sequence[Label]
    obstacles: Sequence[Box]
    blocks: Sequence[Box]
    canvas: Canvas


def compose(
    scene: Scene,
    *,
    size: Size | None = None,
    width_px: int = 1600,
    height_px: int = 1000,
    scale: float = 2,
    style: str = "light",
    fmt: str = "png",
) -> bytes:
    """The scene as a finished picture: ``png``, ``svg`` or ``pdf`` bytes.

    ``size`` (or ``width_px`` by ``height_px``) is its size on the page; a PNG has ``scale`` dots
    for each px, and a PDF of a paper size has exactly that page. ``style`` is ``light``, ``dark``
    or ``grey``. Equal scenes give equal bytes. Raises InputError for a size, style or format that
    cannot be used.
    """
    if fmt not in FORMATS:
        msg = f"{fmt!r} is not a picture format; choose png, svg or pdf"
        raise InputError(msg)
    if not 0.25 <= scale <= 4:
        msg = f"scale {scale!r} is not between 0.25 and 4"
        raise InputError(msg)
    sheet = size or Size("", "", width_px, height_px)
    # One picture at a time: the drawing library's fonts and settings are shared.
    with DRAWING:
        layout = lay_out(scene, size=sheet, style=style)
        return finished(layout, scene, sheet, fmt, scale)


def finished(layout: Layout, scene: Scene, size: Size, fmt: str, scale: float) -> bytes:
    """A drawn layout as the bytes of a file, with the scene's words about itself in it."""
    data = layout.canvas.save(
        fmt,
        scale,
        title=scene.title,
        summary=told.summary(scene),
        source=scene.link or scene.view_text,
        language=scene.language,
    )
    if fmt == "pdf":
        return on_paper(data, size, title=scene.title, language=scene.language)
    return data


def lay_out(
    scene: Scene,
    *,
    width_px: int = 1600,
    height_px: int = 1000,
    style: str = "light",
    size: Size | None = None,
) -> Layout:
    """The picture as a drawn sheet, not yet written to a file. Raises as ``compose``."""
    size = size or Size("", "", width_px, height_px)
    if not (LEAST_PX <= size.width <= MOST_PX and LEAST_PX <= size.height <= MOST_PX):
        msg = f"{size.width} by {size.height} px cannot be drawn; choose {LEAST_PX} to {MOST_PX} px"
        raise InputError(msg)
    colours = palette(style)
    sheet, drawn = _made(scene, size, colours)
    if scene.numbered and not sheet.listed:
        note = ("This size has no room for a list of numbered reports.",) if drawn.told else ()
        plain = replace(scene, numbered=False, notes=(*scene.notes, *note))
        sheet, drawn = _made(plain, size, colours)
    return Layout(drawn.view.box, drawn.labels, drawn.obstacles, sheet.boxes, sheet.canvas)


def _made(scene: Scene, size: Size, colours: Palette) -> tuple[Sheet, MapSheet]:
    """A sheet and its map. Where long texts leave no map, or no list, all is set smaller."""
    for smaller in SMALLER:
        sheet = Sheet(
            scene,
            float(size.width),
            float(size.height),
            colours,
            smaller,
            larger=size.type,
            brief=size.brief,
        )
        drawn = sheet.make()
        _, top, _, bottom = drawn.view.box
        told = not scene.numbered or sheet.listed >= min(LEAST_LISTED, len(drawn.told))
        if bottom - top >= LEAST_MAP * size.height and (told or smaller < LEAST_FOR_LIST):
            break
    return sheet, drawn
