"""The base map of a picture: land, water and lines, in px."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.figure.canvas import Canvas
from geo.figure.projection import View, outline_path
from geo.figure.style import Palette

__all__ = ["Ground", "Name", "River", "draw_land", "draw_lines"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Name:
    """A name at a px point; ``rank`` is lower for the more important."""

    words: str
    x: float
    y: float
    rank: float
    code: str = ""
    kind: int = 2


@dataclass(frozen=True, slots=True)
class River:
    """A river's lines in px. ``rank`` runs from 1, the biggest, to 6."""

    words: str
    rank: int
    parts: Sequence[Floats]


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under the reports, in px of one view."""

    land: BaseGeometry
    lakes: BaseGeometry
    coast: Sequence[Floats] = ()
    rivers: Sequence[River] = ()
    borders: Sequence[Floats] = ()
    disputed: Sequence[Floats] = ()
    admin: Sequence[Floats] = ()
    towns: Sequence[Name] = ()
    countries: Sequence[Name] = ()
    regions: Sequence[Name] = ()
    pairs: frozenset[tuple[str, str]] = field(default_factory=frozenset)


def draw_land(canvas: Canvas, ground: Ground, view: View, colours: Palette) -> None:
    """Sea and land."""
    with canvas.layer("land"):
        canvas.rect(view.box, fill=colours.sea)
        canvas.path(outline_path(ground.land), fill=colours.land)


def draw_lines(canvas: Canvas, ground: Ground, colours: Palette, scale: float) -> None:
    """Lakes, rivers, coast and borders, over the zones."""
    with canvas.layer("water"):
        for river in sorted(ground.rivers, key=lambda r: -r.rank):
            width = max(0.55, 2.3 - 0.33 * (river.rank - 1)) * scale
            canvas.lines(river.parts, stroke=colours.river, width=width)
        canvas.path(
            outline_path(ground.lakes), fill=colours.sea, stroke=colours.coast, width=0.6 * scale
        )
        canvas.lines(ground.coast, stroke=colours.coast, width=0.8 * scale)
    with canvas.layer("borders"):
        canvas.lines(ground.admin, stroke=colours.admin, width=0.8 * scale)
        both = [*ground.borders, *ground.disputed]
        canvas.lines(both, stroke=colours.border_glow, width=4.2 * scale, alpha=0.75)
        canvas.lines(ground.borders, stroke=colours.border, width=1.25 * scale)
        canvas.lines(
            ground.disputed,
            stroke=colours.border,
            width=1.25 * scale,
            dash=(4.5 * scale, 3.2 * scale),
            cap="butt",
        )
