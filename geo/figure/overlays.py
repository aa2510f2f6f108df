"""What is laid over the zones: what changed since another day, and lines that others drew.

Gained ground has strokes that rise to the right, lost ground strokes that fall, newly contested
ground both, in the colour of whom it concerns; ground lost to another keeps a dotted edge in the
loser's colour. Others' lines are outlines only, broken as no line of our own is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geo.figure.canvas import Canvas
from geo.figure.projection import View, as_geometry, outline_path
from geo.figure.scene import Overlay
from geo.figure.style import Palette
from geo.figure.territory import Patch, actor_colour, pattern_lines
from geo.model import Actor

__all__ = ["DRAWN", "Laid", "draw_laid", "draw_overlays", "laid"]

DRAWN = "drawn"  # the kind of others' lines
# Strokes by kind: the patterns (as in ``territory``), their width in px, and the edge's dashes.
_STROKES: dict[str, tuple[tuple[str, ...], float, tuple[float, ...] | None]] = {
    "gained": (("diagonal-left",), 1.5, None),
    "lost": (("diagonal-right",), 0.9, (2.0, 3.0)),
    "claimed": (("diagonal-left",), 0.75, (6.0, 4.0)),
    "contested": (("diagonal-left", "diagonal-right"), 0.9, None),
    "left": ((), 0.0, (2.0, 3.0)),
}
_LINE = (10.0, 3.0, 2.2, 3.0)
SPACING = 7.0


@dataclass(frozen=True, slots=True)
class Laid:
    """An overlay in px."""

    actor_id: str
    kind: str
    title: str
    ground: BaseGeometry


def laid(overlays: Sequence[Overlay], view: View) -> list[Laid]:
    """The overlays that can be seen, in px."""
    found = []
    for overlay in overlays:
        ground = view.area(as_geometry(overlay.geometry), tolerance=0.0)
        if not ground.is_empty and ground.intersects(shapely.box(*view.box)):
            found.append(Laid(overlay.actor_id, overlay.kind, overlay.title, ground))
    return found


def draw_laid(
    canvas: Canvas, item: Laid, colour: str, colours: Palette, *, scale: float = 1.0
) -> None:
    """Draw one overlay in its colour."""
    edge = outline_path(item.ground)
    if item.kind == DRAWN:
        canvas.path(edge, stroke=colours.land, width=4.2 * scale, alpha=0.85)
        dash = [v * scale for v in _LINE]
        canvas.path(edge, stroke=colour, width=2.1 * scale, dash=dash, cap="butt")
        return
    patterns, width, dashes = _STROKES[item.kind]
    if item.kind == "gained":
        canvas.path(edge, fill=colour, alpha=0.22)
    for pattern in patterns:
        strokes = pattern_lines(item.ground, pattern, SPACING * scale)
        canvas.lines(strokes, stroke=colour, width=width * scale, alpha=0.9, cap="butt")
    canvas.path(
        edge,
        stroke=colour,
        width=(2.0 if item.kind == "left" else 1.3) * scale,
        dash=[v * scale for v in dashes] if dashes else None,
        cap="butt" if dashes else "round",
    )


def draw_overlays(
    canvas: Canvas,
    found: Sequence[Laid],
    patches: Sequence[Patch],
    actors: Mapping[str, Actor],
    colours: Palette,
    *,
    scale: float,
) -> None:
    """Draw all of them; under a difference the zones step back, so that it is read first."""
    if patches and any(item.kind != DRAWN for item in found):
        veil = shapely.union_all([patch.whole for patch in patches], grid_size=0.01)
        canvas.path(outline_path(veil), fill=colours.land, alpha=0.62)
    for item in sorted(found, key=lambda i: i.kind == DRAWN):
        colour = actor_colour(actors, item.actor_id, colours)
        draw_laid(canvas, item, colour, colours, scale=scale)
