"""Least and greatest distance to a border of areas and lines.

The distance to the nearest border changes no faster than the point moves. So a piece of a shape
whose middle is d away and whose points are all within r of the middle lies between d - r and d + r;
pieces that may hold an extreme are halved until what is left to win is below the tolerance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.borders.engine import Borders
from geo.borders.many import GEOD
from geo.errors import InputError

__all__ = ["BorderExtent", "border_extent"]

TOLERANCE_KM = 0.001
SHARE = 0.0002  # and of the distance itself
MOST = 200_000  # pieces looked at; beyond that the bounds reached are given
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BorderExtent:
    """Least and greatest distance of a shape's points to the nearest border, good to
    ``within_km``; the least is 0 where a border crosses the shape.
    """

    least_km: float
    greatest_km: float
    within_km: float


def border_extent(borders: Borders, shape: Any) -> BorderExtent:
    """Distances of a Shapely geometry (longitude, latitude; edges straight in degrees).

    Raises InputError if it is empty or not on the globe.
    """
    if shape is None or shape.is_empty:
        raise InputError("the shape is empty; there is nothing to measure")
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InputError("the shape is not on the globe; give longitude, latitude in degrees")
    parts = shapely.get_parts(shape)
    areas = [p for p in parts if p.geom_type == "Polygon"]
    lines = [shapely.get_coordinates(p) for p in parts if p.geom_type == "LineString"]
    rings = [shapely.get_coordinates(r) for p in areas for r in (p.exterior, *p.interiors)]
    points = [shapely.get_coordinates(p) for p in parts if p.geom_type == "Point"]
    along = [np.repeat(xy, 2, axis=0)[1:-1].reshape(-1, 2, 2) for xy in [*rings, *lines]]
    along += [np.repeat(xy, 2, axis=0).reshape(-1, 2, 2) for xy in points]
    least, slack = _least(borders, np.concatenate(along))
    crossed = bool(areas) and _crosses(borders, shapely.multipolygons(areas))
    # The greatest distance of an area can lie inside it.
    greatest, more = _greatest(borders, np.concatenate(along))
    if areas:
        inside, also = _inside(borders, shapely.multipolygons(areas), greatest)
        greatest, more = max(greatest, inside), max(more, also)
    return BorderExtent(0.0 if crossed else least, greatest, max(0.0 if crossed else slack, more))


def _crosses(borders: Borders, area: Any) -> bool:
    """Whether some vertex of a border lies in an area (its outline is looked at by ``_least``)."""
    west, south, east, north = area.bounds
    lonlat = borders.mesh.lonlat
    near = (lonlat[:, 0] >= west) & (lonlat[:, 0] <= east)
    near &= (lonlat[:, 1] >= south) & (lonlat[:, 1] <= north)
    shapely.prepare(area)
    return bool(shapely.intersects_xy(area, *lonlat[near].T).any())


def _measured(borders: Borders, lon: Floats, lat: Floats) -> Floats:
    return borders.nearest_many(lat, lon, sides=False).distance_km


def _pieces(ends: Floats) -> tuple[Floats, Floats]:
    """Middles of edges and their radii in km, a little too large."""
    middle = ends.mean(axis=1)
    far = [GEOD.inv(*middle.T, *ends[:, k].T)[2] / 1000 for k in (0, 1)]
    return middle, np.maximum(*far) * 1.01 + 1e-9


def _halved(ends: Floats) -> Floats:
    middle = ends.mean(axis=1)
    return np.concatenate(
        [np.stack([ends[:, 0], middle], axis=1), np.stack([middle, ends[:, 1]], axis=1)]
    )


def _least(borders: Borders, ends: Floats) -> tuple[float, float]:
    best, slack, seen = np.inf, 0.0, 0
    while len(ends):
        middle, radius = _pieces(ends)
        away = _measured(borders, *middle.T)
        seen += len(ends)
        best = min(best, float(away.min()))
        low = np.maximum(away - radius, 0.0)
        good = best - low > max(TOLERANCE_KM, SHARE * best)
        if not good.any() or seen > MOST:
            slack = float(max(0.0, best - low.min()))
            break
        ends = _halved(ends[good])
    return best, slack


def _greatest(borders: Borders, ends: Floats) -> tuple[float, float]:
    best, slack, seen = 0.0, 0.0, 0
    while len(ends):
        middle, radius = _pieces(ends)
        away = _measured(borders, *middle.T)
        seen += len(ends)
        best = max(best, float(away.max()))
        good = away + radius - best > max(TOLERANCE_KM, SHARE * best)
        if not good.any() or seen > MOST:
            slack = float(max(0.0, (away + radius).max() - best))
            break
        ends = _halved(ends[good])
    return best, slack


def _inside(borders: Borders, area: Any, best: float) -> tuple[float, float]:
    """The greatest distance over an area: boxes, quartered, those that it does not meet dropped."""
    shapely.prepare(area)
    boxes = np.array([area.bounds])
    slack, seen = 0.0, 0
    while len(boxes):
        boxes = boxes[shapely.intersects(area, shapely.box(*boxes.T))]
        if not len(boxes):
            break
        middle = np.stack([boxes[:, [0, 2]].mean(axis=1), boxes[:, [1, 3]].mean(axis=1)], axis=1)
        x, y = middle.T
        corners = [GEOD.inv(x, y, boxes[:, i], boxes[:, j])[2] for i in (0, 2) for j in (1, 3)]
        radius = np.max(corners, axis=0) / 1000 * 1.02 + 1e-9
        away = _measured(borders, *middle.T)
        seen += len(boxes)
        hit = shapely.intersects_xy(area, *middle.T)
        best = max(best, float(away[hit].max(initial=0.0)))
        good = away + radius - best > max(TOLERANCE_KM, SHARE * best)
        if not good.any() or seen > MOST:
            slack = float(max(0.0, (away + radius).max() - best))
            break
        west, south, east, north = boxes[good].T
        x, y = middle[good].T
        quarters = [
            (west, south, x, y),
            (x, south, east, y),
            (west, y, x, north),
            (x, y, east, north),
        ]
        boxes = np.concatenate([np.stack(q, axis=1) for q in quarters])
    return best, slack
