"""Zones on the picture: colour says who, texture how sure, and the edge fades with knowledge.

Held ground is a wash in its holder's colour that thins out in steps as certainty falls, with
the holder's own fine pattern so that a grey print still tells the sides apart. Claimed ground
is striped with a dashed limit, contested ground carries the stripes of both. In the grey style
(see ``geo.figure.looks``) the pattern alone says who, and its strength how sure.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from matplotlib.path import Path
from numpy.typing import NDArray
from shapely import MultiLineString
from shapely.geometry.base import BaseGeometry

from geo.figure.canvas import Canvas
from geo.figure.lettering import points
from geo.figure.looks import look_of
from geo.figure.projection import View, as_geometry, outline_path
from geo.figure.style import UNKNOWN_COLOUR, Look, Palette, mix
from geo.model import Actor, Zone

__all__ = ["Patch", "actor_colour", "draw_patch", "draw_patches", "patches", "pattern_lines"]

# Certainties closer than this are drawn as one step.
STEP = 0.05
# Angle in degrees from the horizontal and spacing in px of the fine patterns.
_ANGLES = {
    "diagonal-right": (45.0,),
    "diagonal-left": (-45.0,),
    "horizontal": (0.0,),
    "vertical": (90.0,),
    "cross": (45.0, -45.0),
    "grid": (0.0, 90.0),
    "steep": (68.0,),
    "triangles": (0.0, 60.0, -60.0),
    "thick": (45.0,),
}
# Stroke in px and spacing in spacings, where they are not those of a fine pattern.
_STROKES = {"thick": (3.4, 1.5), "cross": (1.0, 1.15), "grid": (1.2, 1.0), "triangles": (0.9, 1.4)}
SPACING = 9.0
STRIPE = 5.0


@dataclass(frozen=True, slots=True)
class Patch:
    """The ground of one side (or two, contested), in px; ``steps`` from faint to certain.

    Each step is the ground at least that certain, so steps nest and their edges never gape.
    """

    holders: tuple[str, ...]
    kind: str
    steps: tuple[tuple[float, BaseGeometry], ...]

    @property
    def whole(self) -> BaseGeometry:
        """All of it."""
        return self.steps[0][1]


def actor_colour(actors: Mapping[str, Actor], actor_id: str | None, colours: Palette) -> str:
    """The actor's colour, lifted on dark paper where it would sink into the land; in grey, ink."""
    if colours.grey:
        return colours.ink
    actor = actors.get(actor_id) if actor_id else None
    colour = actor.colour if actor else UNKNOWN_COLOUR
    dark_paper = _light(colours.land) < 0.2
    if dark_paper and _light(colour) < 0.25:
        return mix(colour, "#FFFFFF", 0.18 + 0.9 * (0.25 - _light(colour)) * 1.6)
    return colour


def _light(colour: str) -> float:
    """Relative luminance, as in WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def patches(zones: Sequence[Zone], view: View) -> list[Patch]:
    """The zones that can be seen, grouped by holders and kind, in px."""
    grouped: dict[tuple[tuple[str, ...], str], list[tuple[float, BaseGeometry]]]
    grouped = defaultdict(list)
    for zone in zones:
        ground = view.area(as_geometry(zone.geometry), tolerance=0.0)
        if not ground.is_empty:
            level = max(STEP, round(zone.certainty / STEP) * STEP)
            grouped[zone.holders, zone.kind].append((level, ground))
    found = []
    for (holders, kind), parts in grouped.items():
        levels = sorted({level for level, _ in parts})
        steps = tuple(
            (level, shapely.union_all([g for at, g in parts if at >= level], grid_size=0.01))
            for level in levels
        )
        found.append(Patch(holders, kind, steps))
    # Order of drawing must not depend on the order of input.
    return sorted(found, key=lambda p: (p.kind != "held", p.kind, p.holders))


def _weight(certainty: float, least: float) -> float:
    """The strength of colour for a certainty. Certainties of ground cluster between 0.3 and
    0.8 (see ``geo.zones``); that range is spread out, so that the steps can be seen.
    """
    return min(1.0, max(least, (certainty - 0.28) / 0.50))


def pattern_lines(
    ground: BaseGeometry, pattern: str, spacing: float = SPACING
) -> list[NDArray[np.float64]]:
    """The strokes of a fine pattern on ``ground`` (px); none for ``solid`` and ``dots``."""
    strokes: list[NDArray[np.float64]] = []
    for angle in _ANGLES.get(pattern, ()):
        grid = _parallels(ground, angle, spacing)
        cut = shapely.intersection(grid, ground)
        strokes += [
            shapely.get_coordinates(part)
            for part in shapely.get_parts(cut)
            if shapely.get_type_id(part) == 1
        ]
    return strokes


def _parallels(ground: BaseGeometry, angle: float, spacing: float) -> BaseGeometry:
    """Parallel lines over the bounds of ``ground``, in step with all other ground."""
    left, top, right, bottom = ground.bounds
    along = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))])
    across = np.array([-along[1], along[0]])
    corners = np.array([(left, top), (right, top), (left, bottom), (right, bottom)])
    reach, steps = corners @ along, corners @ across
    count = np.arange(math.floor(steps.min() / spacing), math.ceil(steps.max() / spacing) + 1)
    offset = np.outer(count * spacing, across)
    starts, ends = offset + along * reach.min(), offset + along * reach.max()
    return MultiLineString(list(np.stack([starts, ends], axis=1)))


def _stamped(
    ground: BaseGeometry, stamp: Path, reach: float, spacing: float, *, whole: bool = True
) -> Path | None:
    """A small shape repeated over ``ground``, in step with all other ground."""
    left, top, right, bottom = ground.bounds
    rows = np.arange(math.floor(top / spacing), math.ceil(bottom / spacing) + 1)
    columns = np.arange(math.floor(left / spacing), math.ceil(right / spacing) + 1)
    across, down = np.meshgrid(columns * spacing, rows * spacing)
    x = (across + (rows % 2)[:, None] * spacing / 2).ravel()
    y = down.ravel()
    inside = shapely.contains_xy(ground.buffer(-reach) if whole else ground, x, y)
    centres = np.column_stack([x[inside], y[inside]])
    if not len(centres):
        return None
    corners = (points(stamp)[None] + centres[:, None]).reshape(-1, 2)
    return Path(corners, np.tile(np.asarray(stamp.codes, np.uint8), len(centres)))


def _dots(ground: BaseGeometry, spacing: float, radius: float) -> Path | None:
    return _stamped(ground, Path.circle((0, 0), radius), radius, spacing)


def _bands(
    ground: BaseGeometry, angle: float, period: float, width: float, phase: float
) -> BaseGeometry:
    """Stripes of ``width`` every ``period`` px on ``ground``."""
    grid = _parallels(ground.buffer(period), angle, period)
    across = np.array([-math.sin(math.radians(angle)), math.cos(math.radians(angle))])
    moved = shapely.transform(grid, lambda xy: xy + across * phase)
    return shapely.intersection(moved.buffer(width / 2, cap_style="flat"), ground)


def draw_patch(
    canvas: Canvas,
    patch: Patch,
    actors: Mapping[str, Actor],
    colours: Palette,
    *,
    scale: float = 1.0,
) -> None:
    """Draw one patch: wash, pattern and edge; ``scale`` follows the type size."""
    if colours.grey:
        _draw_grey(canvas, patch, colours, scale)
        return
    first = actor_colour(actors, patch.holders[0] if patch.holders else None, colours)
    if patch.kind == "contested":
        second = actor_colour(actors, patch.holders[1] if len(patch.holders) > 1 else None, colours)
        _draw_stripes(canvas, patch, (first, second), colours, scale)
        return
    if patch.kind == "claimed":
        _draw_stripes(canvas, patch, (first,), colours, scale)
        edge = outline_path(patch.whole)
        canvas.path(edge, stroke=first, width=1.1 * scale, dash=(5 * scale, 3.4 * scale), alpha=0.8)
        return
    name = f"zone-{patch.kind}-{'-'.join(patch.holders)}"
    before = 0.0
    for certainty, ground in patch.steps:
        target = colours.zone_alpha * _weight(certainty, 0.18)
        canvas.path(
            outline_path(ground), fill=first, alpha=1 - (1 - target) / (1 - before), name=name
        )
        before = target
    actor = actors.get(patch.holders[0]) if patch.holders else None
    pattern = actor.pattern if actor else "solid"
    strength = 0.42 * min(1.0, patch.steps[-1][0] + 0.2)
    if pattern == "dots":
        dots = _dots(patch.whole, SPACING * 0.8 * scale, 0.85 * scale)
        if dots is not None:
            canvas.path(dots, fill=first, alpha=strength + 0.1)
    else:
        strokes = pattern_lines(patch.whole, pattern, SPACING * scale)
        canvas.lines(strokes, stroke=first, width=0.75 * scale, alpha=strength, cap="butt")


def _draw_stripes(
    canvas: Canvas, patch: Patch, pair: tuple[str, ...], colours: Palette, scale: float
) -> None:
    width = STRIPE * scale
    period = width * 2
    # A claim must never catch the eye before ground that is held: fine and faint.
    claim = len(pair) == 1
    full, least, share = (0.95, 0.25, 0.34) if claim else (1.25, 0.42, 1.0)
    name = f"zone-{patch.kind}-{'-'.join(patch.holders)}"
    for index, colour in enumerate(pair):
        before = 0.0
        for certainty, ground in patch.steps:
            target = min(0.9, full * colours.zone_alpha * _weight(certainty, least))
            stripes = _bands(ground, 45, period, width * share, index * width)
            canvas.path(
                outline_path(stripes), fill=colour, alpha=1 - (1 - target) / (1 - before), name=name
            )
            before = target


def _draw_grey(canvas: Canvas, patch: Patch, colours: Palette, scale: float) -> None:
    """A patch without colour: the holder's pattern, stronger the surer; contested, both in turn."""
    looks = [look_of(colours, holder) for holder in patch.holders[:2]] or [look_of(colours, None)]
    name = f"zone-{patch.kind}-{'-'.join(patch.holders)}"
    edge = outline_path(patch.whole)
    if patch.kind == "claimed":
        # White ground and a thin pattern: nobody but the gainer says so.
        faint = Look(looks[0].pattern, colours.land, colours.text, "")
        _hatch(canvas, patch.whole, faint, colours, scale, 0.45, name=name)
        canvas.path(edge, stroke=colours.ink, width=1.2 * scale, dash=(5 * scale, 3.4 * scale))
        return
    if patch.kind == "contested":
        width = 11.0 * scale
        for index in range(2):
            band = _bands(patch.whole, 60, 2 * width, width, index * width)
            look = looks[min(index, len(looks) - 1)]
            _hatch(canvas, band, look, colours, scale, 1.0, name=name)
            canvas.path(outline_path(band), stroke=colours.ink, width=0.7 * scale)
        canvas.path(edge, stroke=colours.ink, width=2.0 * scale)
        return
    for certainty, ground in patch.steps:
        # Steps nest, so that each one covers the fainter one below it.
        _hatch(canvas, ground, looks[0], colours, scale, _weight(certainty, 0.25), name=name)
    canvas.path(edge, stroke=colours.ink, width=0.9 * scale)


def _hatch(
    canvas: Canvas,
    ground: BaseGeometry,
    look: Look,
    colours: Palette,
    scale: float,
    strength: float,
    name: str,
) -> None:
    """Fill ``ground`` with a look; with less ``strength`` it is nearer to blank land."""
    if ground.is_empty:
        return
    pale = 0.62 * (1 - strength)
    tone, ink = mix(look.tone, colours.land, pale), look.ink
    if _light(ink) < _light(tone):
        ink = mix(ink, colours.land, pale)
    canvas.path(outline_path(ground), fill=tone, name=name)
    thin = 0.55 + 0.45 * strength
    gap = SPACING * scale
    if look.pattern in _ANGLES:
        width, apart = _STROKES.get(look.pattern, (1.3, 0.9))
        strokes = pattern_lines(ground, look.pattern, gap * apart)
        canvas.lines(strokes, stroke=ink, width=width * thin * scale, cap="butt")
        return
    stamp = _STAMPS.get(look.pattern)
    if stamp is None:
        return
    shape, reach, apart, filled = stamp
    sized = Path(points(shape) * thin * scale, shape.codes)
    found = _stamped(ground, sized, reach * scale, gap * apart)
    if found is not None and filled:
        canvas.path(found, fill=ink)
    elif found is not None:
        canvas.path(found, stroke=ink, width=1.0 * thin * scale, cap="butt")


_ARM = 2.7
# Shape in px round its middle, how far it reaches, its distance in spacings, filled or drawn.
_STAMPS: dict[str, tuple[Path, float, float, bool]] = {
    "dots": (Path.circle((0, 0), 1.55), 1.2, 0.78, True),
    "rings": (Path.circle((0, 0), 2.3), 2.3, 1.0, False),
    "plus": (
        Path([(-_ARM, 0), (_ARM, 0), (0, -_ARM), (0, _ARM)], [1, 2, 1, 2]),
        _ARM,
        1.0,
        False,
    ),
    "blocks": (
        Path([(-2.1, -2.1), (2.1, -2.1), (2.1, 2.1), (-2.1, 2.1), (-2.1, -2.1)], [1, 2, 2, 2, 79]),
        2.1,
        1.05,
        True,
    ),
}


def draw_patches(
    canvas: Canvas,
    found: Sequence[Patch],
    actors: Mapping[str, Actor],
    colours: Palette,
    *,
    scale: float,
) -> None:
    """Draw all patches and a thin gap where two sides meet."""
    for patch in found:
        draw_patch(canvas, patch, actors, colours, scale=scale)
    meets = []
    for i, one in enumerate(found):
        for other in found[i + 1 :]:
            if "claimed" in (one.kind, other.kind):
                continue
            line = shapely.intersection(one.whole.boundary, other.whole.boundary, grid_size=0.05)
            meets += [p for p in shapely.get_parts(line) if shapely.get_type_id(p) == 1]
    if meets:
        merged = shapely.line_merge(shapely.multilinestrings(meets))
        parts = [shapely.get_coordinates(p) for p in shapely.get_parts(merged)]
        canvas.lines(parts, stroke=colours.land, width=1.7 * scale)
