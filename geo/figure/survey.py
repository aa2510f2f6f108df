"""Reads the base map for a view: degrees in, px out, cut to the picture."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.basemap import BaseMap, load
from geo.figure.ground import Ground, Name, River
from geo.figure.projection import View

__all__ = ["country_names", "survey", "survey_inset"]

Floats = NDArray[np.float64]
# Degrees of ground read beyond the picture's edge, so that no line ends inside it.
MARGIN = 0.3
WORLD = (-180.0, -90.0, 180.0, 90.0)
KM_PER_DEG = 111.2
# The width and height in px from which on an island or a lake is drawn.
LEAST_PX = 0.7


@lru_cache(maxsize=1)
def country_names() -> dict[str, str]:
    """Country names by ISO code."""
    return {label.iso: label.name for label in load(*WORLD, 0).countries}


def _window(view: View) -> tuple[float, float, float, float]:
    """The extent to cut to, in degrees; its east may lie beyond 180."""
    west, south, east, north = view.extent
    if east - west >= 359:
        lon = view.centre_lon
        return (lon - 179.99, max(-90.0, south - 1), lon + 179.99, min(90.0, north + 1))
    return (
        west - MARGIN,
        max(-90.0, south - MARGIN),
        east + MARGIN,
        min(90.0, north + MARGIN),
    )


def _load(window: tuple[float, float, float, float], zoom: float) -> BaseMap:
    west, south, east, north = window
    if east - west >= 359:
        return load(*WORLD, min(zoom, 5))
    return load((west + 180) % 360 - 180, south, (east + 180) % 360 - 180, north, zoom)


def _cut(
    shapes: Iterable[BaseGeometry] | NDArray[np.object_],
    window: tuple[float, float, float, float],
) -> NDArray[np.object_]:
    """Lon/lat shapes cut to the window, also those that lie in it a full turn away."""
    array = shapes if isinstance(shapes, np.ndarray) else np.array(list(shapes), dtype=object)
    if not len(array):
        return array
    west, south, east, north = window
    bounds = shapely.bounds(array)
    found = []
    for turn in (-360.0, 0.0, 360.0):
        near = (
            (bounds[:, 0] + turn <= east)
            & (bounds[:, 2] + turn >= west)
            & (bounds[:, 1] <= north)
            & (bounds[:, 3] >= south)
        )
        here = array[near]
        if turn:
            here = shapely.transform(here, partial(np.add, (turn, 0.0)))
        found.append(shapely.clip_by_rect(here, west, south, east, north))
    joined = np.concatenate(found)
    seen: NDArray[np.object_] = joined[~shapely.is_empty(joined)]
    return seen


def _area(
    rings: Sequence[Floats], window: tuple[float, float, float, float], view: View
) -> BaseGeometry:
    """Rings of the even-odd rule as one shape in px."""
    # Islets smaller than a spot on the paper are left out, in steps of a factor of two.
    least = LEAST_PX / (view.px_per_km * KM_PER_DEG)
    kept = _Rings(rings)
    return view.area(_filled(kept, window, 2.0 ** math.floor(math.log2(least))))


class _Rings(tuple[Floats, ...]):
    """Rings that are the same if they are the same arrays, which the base map shares."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash(tuple(map(id, self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Rings):
            return NotImplemented
        return len(self) == len(other) and all(a is b for a, b in zip(self, other, strict=True))


# Maps of the world are drawn from the same rings, whatever their size.
@lru_cache(maxsize=12)
def _filled(rings: _Rings, window: tuple[float, float, float, float], least: float) -> BaseGeometry:
    """Rings of at least this many degrees across as one shape, lon/lat, cut to the window."""
    polygons = np.array([shapely.Polygon(r) for r in rings if len(r) > 3], dtype=object)
    if not len(polygons):
        return shapely.Polygon()
    west, south, east, north = window
    bounds = shapely.bounds(polygons)
    seen = (bounds[:, 2:] - bounds[:, :2]).max(axis=1) > least
    if west >= -180 and east <= 180:
        seen &= (
            (bounds[:, 0] <= east)
            & (bounds[:, 2] >= west)
            & (bounds[:, 1] <= north)
            & (bounds[:, 3] >= south)
        )
    polygons = polygons[seen]
    if not len(polygons):
        return shapely.Polygon()
    bad = ~shapely.is_valid(polygons)
    polygons[bad] = shapely.make_valid(polygons[bad])
    # How many rings lie round each ring: even ones fill, odd ones are holes.
    tree = shapely.STRtree(polygons)
    inner, outer = tree.query(shapely.point_on_surface(polygons), predicate="within")
    depth = np.bincount(inner[inner != outer], minlength=len(polygons))
    result: BaseGeometry = shapely.Polygon()
    for level in range(int(depth.max()) + 1):
        layer = shapely.union_all(_cut(polygons[depth == level], window))
        result = result.difference(layer) if level % 2 else result.union(layer)
    return result


def _lines(
    parts: Iterable[Floats], window: tuple[float, float, float, float], view: View
) -> list[Floats]:
    kept = [part for part in parts if len(part) > 1]
    if not kept:
        return []
    cut = _cut(_linestrings(kept), window)
    return view.lines([shapely.get_coordinates(p) for p in shapely.get_parts(cut)])


def _linestrings(parts: Sequence[Floats]) -> NDArray[np.object_]:
    """Many lines made at once."""
    owner = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    made: NDArray[np.object_] = shapely.linestrings(np.concatenate(parts), indices=owner)
    return made


def survey(view: View, *, inset: bool = False) -> Ground:
    """The base map of a view in px. ``inset`` leaves out what a small map cannot show."""
    window = _window(view)
    base = _load(window, 4 if inset else view.zoom)
    solid = [line for line in base.borders if not line.disputed]
    dashed = [line for line in base.borders if line.disputed]
    rivers: dict[tuple[str, int], list[Floats]] = defaultdict(list)
    if not inset:
        # A sheet shows about as much as a web map one level further out.
        most = 2 if view.zoom < 5 else 4 if view.zoom < 7 else 6
        for river in base.rivers:
            if river.rank <= most:
                rivers[river.name or "", river.rank] += river.parts

    def names(rows: Iterable[tuple[str, float, float, float, str, int]]) -> list[Name]:
        told = list(rows)
        xs, ys = view.px(np.array([r[1] for r in told]), np.array([r[2] for r in told]))
        return [
            Name(words, x, y, rank, code, kind)
            for (words, _, _, rank, code, kind), x, y in zip(
                told, xs.tolist(), ys.tolist(), strict=True
            )
            if view.holds(x, y, 2)
        ]

    return Ground(
        land=_area(base.land.rings, window, view),
        lakes=shapely.Polygon() if inset else _lakes(base, window, view),
        coast=_lines((p for line in base.coast for p in line.parts), window, view),
        rivers=[
            River(name, rank, _lines(parts, window, view))
            for (name, rank), parts in sorted(rivers.items())
        ],
        borders=_lines((p for line in solid for p in line.parts), window, view),
        disputed=_lines((p for line in dashed for p in line.parts), window, view),
        admin=[] if inset else _lines((p for a in base.admin1 for p in a.parts), window, view),
        towns=[]
        if inset
        else names(
            (t.name, t.lon, t.lat, -float(t.population) * (8 if t.kind == 0 else 1), "", t.kind)
            for t in base.towns
        ),
        countries=names((c.name, c.lon, c.lat, float(c.rank), c.iso, 0) for c in base.countries),
        regions=[]
        if inset
        else names((r.name, r.lon, r.lat, 0.0, r.code, 0) for r in base.regions),
        pairs=frozenset(line.pair for line in base.borders if line.pair),
    )


def survey_inset(view: View) -> Ground:
    """The base map of a small map."""
    return survey(view, inset=True)


def _lakes(base: BaseMap, window: tuple[float, float, float, float], view: View) -> BaseGeometry:
    """Lakes that are big enough to be seen."""
    lakes = _area(base.lakes.rings, window, view)
    seen = [part for part in shapely.get_parts(lakes) if part.area > 14]
    return MultiPolygon([p for p in seen if isinstance(p, shapely.Polygon)])
