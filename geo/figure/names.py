"""Which names go on the map, and where."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely import MultiLineString
from shapely.geometry.base import BaseGeometry

from geo.figure.along import Bent, bend
from geo.figure.canvas import Box, spread
from geo.figure.ground import Ground, Name
from geo.figure.labels import Label, Line, Placer, around, block_size
from geo.figure.lettering import clean
from geo.figure.marks import Mark
from geo.figure.projection import View
from geo.figure.style import Palette, Type

__all__ = [
    "MANY",
    "mark_radius",
    "name_areas",
    "name_countries",
    "name_marks",
    "name_rivers",
    "name_towns",
]

# With more marks than this they are drawn small and in one go, and only the first are named.
MANY = 400
MOST_NAMES = 250
# From so many reports on, the place with the most of them is set larger.
LEADS_WITH = 4
# Names of more letters than this may be set in two lines.
LONG = 16
# How far in px a name may stand off its mark; from ``LEADER_FROM`` on with a line to it.
NEAR = (0.0, 4.0, 12.0, 20.0, 30.0, 42.0, 56.0)
FAR = (0.0, 4.0, 12.0, 20.0, 30.0, 42.0, 56.0, 72.0, 90.0, 110.0)
CountryAt = Callable[[float, float], str | None]


def mark_radius(t: Type, marks: Sequence[Mark] = ()) -> float:
    """Radius in px of the mark of an event, smaller where marks crowd each other."""
    radius = 7.0 * t.scale
    at = np.array([(m.x, m.y) for m in marks if m.events and m.kind == "point"])
    if len(at) > 1:
        nearest = cKDTree(at).query(at, k=2)[0][:, 1]
        crowded = int((nearest < 2.2 * radius).sum())
        radius *= 1.0 if crowded < 5 else 0.80 if len(at) < MANY else 0.55
    return radius


def name_marks(
    placer: Placer,
    marks: Sequence[Mark],
    radius: float,
    t: Type,
    colours: Palette,
    *,
    crowd: bool = True,
) -> list[Label]:
    """Names of reported places, with the Arabic name under the Latin one.

    ``crowd`` lets names of a crowd stand far off; on a map of the world they would lie abroad.
    """
    found = []
    points = [m for m in marks if m.kind == "point"]
    # Those with most news first, the crowded ones before the free ones among equals.
    points.sort(
        key=lambda m: (
            -len(m.events),
            -len(m.control.evidence) if m.control else 0,
            m.place.name,
            m.place.place_id,
        )
    )
    left: list[tuple[Mark, Line, float]] = []
    for rank, mark in enumerate(points[:MOST_NAMES]):
        minor = not mark.events
        size = t.place * (0.86 if minor else 1.0) * (0.90 if len(points) > 16 else 1.0)
        weight = 400 if minor else 600
        if rank == 0 and len(mark.events) >= LEADS_WITH:
            size, weight = size * 1.14, 700
        lines = [Line(clean(mark.place.name), size, colours.ink, weight)]
        arabic = clean(mark.place.arabic or "")
        if arabic and not minor:
            lines.append(Line(arabic, size * 0.92, colours.text))
        if not lines[0].words:
            continue
        besieged = mark.control is not None and bool(mark.control.besieged_by)
        reach = radius * (1.9 if besieged else 0.66 if minor else 1.0)
        # Only names with news may stand off; the more news, the further.
        steps = NEAR[:2] if minor else NEAR[:5] if len(mark.events) < 3 else NEAR
        trials = [lines, *([_folded(lines[0])] if len(lines[0].words) > LONG else []), lines[:1]]
        label = _beside(placer, mark, trials, reach, steps)
        # What found no room in a crowd is set smaller, further off, where there is free ground:
        # those with much news at once, the others when all have had their turn.
        if label is None and crowd and len(mark.events) >= LEADS_WITH:
            label = _far(placer, mark, lines[0], reach, t)
        if label is not None:
            found.append(label)
        elif not minor and len(mark.events) < LEADS_WITH:
            left.append((mark, lines[0], reach))
    for mark, line, reach in left if crowd else ():
        label = _far(placer, mark, line, reach, t)
        if label is not None:
            found.append(label)
    return found


def _far(placer: Placer, mark: Mark, line: Line, reach: float, t: Type) -> Label | None:
    """Place a name set smaller, in one line or two, with a line to its mark."""
    smaller = replace(line, size=max(line.size * 0.86, min(line.size, t.small)))
    trials = [[smaller], *([_folded(smaller)] if len(line.words) > LONG else [])]
    return _beside(placer, mark, trials, reach, tuple(f * max(1.0, t.scale) for f in FAR))


def _folded(line: Line) -> list[Line]:
    """A long name in two lines, broken at the space nearest its middle."""
    words = line.words
    spaces = [i for i, char in enumerate(words) if char == " "]
    if not spaces:
        return [line]
    at = min(spaces, key=lambda i: abs(i - len(words) / 2))
    return [replace(line, words=words[:at]), replace(line, words=words[at + 1 :])]


def _beside(
    placer: Placer,
    mark: Mark,
    trials: Sequence[list[Line]],
    reach: float,
    steps: Sequence[float],
) -> Label | None:
    """Place the first of ``trials`` that has room beside a mark."""
    at = (mark.x, mark.y)
    for trial in trials:
        spots = list(around(*at, reach, block_size(trial), steps))
        label = placer.put("place", trial, at, spots, rim=reach, key=mark.place.place_id)
        if label is not None:
            return label
    return None


def name_areas(
    placer: Placer,
    marks: Sequence[Mark],
    shapes: Mapping[str, BaseGeometry],
    px_per_km: float,
    t: Type,
    colours: Palette,
    numbers: Mapping[str, str] | None = None,
) -> list[Label]:
    """Names of areas and lines that reports speak of, inside their shape.

    ``numbers`` are those that reports about them have in a list, by place id.

    Without a shape, a name stands no farther off than the place may reach: on a map of the world
    a name elsewhere would be wrong, and none is better.
    """
    found = []
    for mark in sorted(marks, key=lambda m: (-len(m.events), m.place.place_id)):
        if mark.kind not in ("area", "line"):
            continue
        count = len(mark.events)
        told = f"{count} reports" if count > 1 else "1 report"
        if numbers and (listed := numbers.get(mark.place.place_id)):
            told = f"No. {listed}" if listed.isdigit() else f"Nos {listed}"
        words = clean(mark.place.name)
        lines = [
            Line(words, t.place * 0.92, colours.ink, italic=True),
            Line(told, t.small * 0.95, colours.text),
        ]
        shape = shapes.get(mark.place.place_id)
        size = block_size(lines)
        reach = max(mark.place.precision_km * px_per_km, size[1])
        spots = _inside(size, (mark.x, mark.y), shape, placer.frame, reach)
        if shape is not None and not shape.is_empty:
            spots += _within(size, shape.intersection(shapely.box(*placer.frame)))
        label = placer.put("area", lines, (mark.x, mark.y), spots, key=mark.place.place_id)
        if label is not None:
            found.append(label)
    return found


def _inside(
    size: tuple[float, float],
    near: tuple[float, float],
    shape: BaseGeometry | None,
    frame: Box,
    reach: float = math.inf,
) -> list[tuple[Box, str, float]]:
    """Centred positions, the nearest first: on the shape, or within ``reach`` px of the point."""
    wide, tall = size
    left, top, right, bottom = frame
    x0 = min(max(near[0], left + wide / 2 + 8), right - wide / 2 - 8)
    y0 = min(max(near[1], top + tall / 2 + 8), bottom - tall / 2 - 8)
    spots = []
    for ring in range(9):
        turns = 1 if ring == 0 else 12
        for k in range(turns):
            angle = 2 * math.pi * k / turns
            x = x0 + math.cos(angle) * ring * tall * 0.9
            y = y0 + math.sin(angle) * ring * tall * 0.6
            if shape is None or shape.is_empty:
                fits = math.dist((x, y), (x0, y0)) <= reach
            else:
                fits = bool(shapely.contains_xy(shape, x, y))
            if fits:
                box = (x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
                spots.append((box, "center", 0.0))
    return spots


def name_rivers(placer: Placer, ground: Ground, t: Type) -> list[Bent]:
    """Names along the rivers, the biggest first, each once."""
    found = []
    told: set[str] = set()
    for river in sorted(ground.rivers, key=lambda r: (r.rank, -_length(r.parts), r.words)):
        words = clean(river.words)
        if not words or words in told:
            continue
        size = t.town * (1.16 if river.rank <= 2 else 0.96)
        bent = bend(words, size, river.parts, placer)
        if bent is not None:
            told.add(words)
            found.append(bent)
        if len(found) >= 7:
            break
    return found


def _length(parts: Sequence[NDArray[np.float64]]) -> float:
    return float(sum(np.hypot(*np.diff(p, axis=0).T).sum() for p in parts if len(p) > 1))


def name_countries(
    placer: Placer,
    ground: Ground,
    view: View,
    country_at: CountryAt,
    names: Mapping[str, str],
    avoid: BaseGeometry,
    t: Type,
    colours: Palette,
) -> list[Label]:
    """A letterspaced name in the visible part of each country.

    The land without its borders falls into parts; each part asks whose it is. Names stay off
    ``avoid`` (the zones) where they can.
    """
    land = shapely.intersection(ground.land, shapely.box(*view.box))
    cuts = MultiLineString([p for p in (*ground.borders, *ground.disputed) if len(p) > 1])
    # Wide enough to close the gap between a border's end and the coast.
    walls = shapely.simplify(cuts, 1.0).buffer(4.0, quad_segs=2, cap_style="square")
    biggest: dict[str, BaseGeometry] = {}
    for cell in shapely.get_parts(land.difference(walls)):
        if cell.area < 60 * 60:
            continue
        spot = shapely.maximum_inscribed_circle(cell, tolerance=6)
        x, y = shapely.get_coordinates(spot)[0]
        lon, lat = view.lonlat(np.array([x]), np.array([y]))
        iso = country_at(float(lat[0]), float(lon[0])) if np.isfinite(lon[0]) else None
        if iso and (iso not in biggest or cell.area > biggest[iso].area):
            biggest[iso] = cell
    found = []
    for iso, cell in sorted(biggest.items(), key=lambda item: -item[1].area):
        words = clean(names.get(iso, ""))
        if not words:
            continue
        for size in (t.country, t.country * 0.8, t.country * 0.66):
            line = Line(spread(words.upper()), size, colours.country, spaced=True)
            spots = _within(block_size([line]), cell, avoid)
            label = placer.put("country", [line], (0, 0), spots, gap=6.0, worst=7.0)
            if label is not None:
                found.append(label)
                break
    return found


def _within(
    size: tuple[float, float], cell: BaseGeometry, avoid: BaseGeometry | None = None
) -> list[tuple[Box, str, float]]:
    """Centred positions wholly inside a face, those nearest its middle first."""
    wide, tall = size
    left, top, right, bottom = cell.bounds
    # Small faces are searched closely, and may be filled to their edge.
    room = shapely.buffer(cell, -4 if right - left > 300 else -1)
    if room.is_empty:
        return []
    xs = np.arange(left + wide / 2, right - wide / 2, max(5.0, (right - left) / 36))
    ys = np.arange(top + tall / 2, bottom - tall / 2, max(4.0, (bottom - top) / 30))
    if not len(xs) or not len(ys):
        return []
    grid_x, grid_y = (g.ravel() for g in np.meshgrid(xs, ys))
    boxes = shapely.box(grid_x - wide / 2, grid_y - tall / 2, grid_x + wide / 2, grid_y + tall / 2)
    shapely.prepare(room)
    good = shapely.contains(room, boxes)
    middle = room.centroid
    away = np.hypot(grid_x - middle.x, (grid_y - middle.y) * 1.2)[good]
    if avoid is not None and not avoid.is_empty:
        away = away + 1e5 * shapely.intersects(avoid, boxes[good])
    order = np.argsort(away, kind="stable")
    bounds = shapely.bounds(boxes[good])[order]
    return [((float(b[0]), float(b[1]), float(b[2]), float(b[3])), "center", 0.0) for b in bounds]


def name_towns(
    placer: Placer, ground: Ground, taken: set[str], t: Type, colours: Palette, most: int
) -> tuple[list[Label], list[Name]]:
    """Provinces and the biggest other towns that still have room; also the towns' points."""
    labels: list[Label] = []
    dots: list[Name] = []
    seats = 0
    for town in sorted(ground.towns, key=lambda n: (n.rank, n.words)):
        if len(dots) >= most:
            break
        words = clean(town.words)
        if not words or words.casefold() in taken:
            continue
        reach = 2.6 * t.scale
        dot = (town.x - reach, town.y - reach, town.x + reach, town.y + reach)
        if not placer.free(dot, 3.0):
            continue
        size = t.town * (1.08 if town.kind == 0 else 1.0)
        line = Line(words, size, colours.town, 600 if town.kind == 0 else 400)
        spots = list(around(town.x, town.y, reach, block_size([line])))
        label = placer.put("town", [line], (town.x, town.y), spots, gap=5.0, worst=9.0)
        if label is not None:
            placer.block(dot)
            taken.add(words.casefold())
            labels.append(label)
            dots.append(town)
    for region in ground.regions:
        if seats >= 12:
            break
        words = clean(region.words)
        if words.casefold() in taken:
            continue
        line = Line(spread(words), t.town * 0.92, colours.country, italic=True, spaced=True)
        spots = _inside(block_size([line]), (region.x, region.y), None, placer.frame)[:40]
        label = placer.put("region", [line], (region.x, region.y), spots, gap=7.0, worst=1.0)
        if label is not None:
            seats += 1
            labels.append(label)
    return labels, dots
