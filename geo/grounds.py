"""A country's ground as the map draws it: land cut along the very border lines on the map.

Natural Earth's country areas lie up to two kilometres off the full-resolution border lines that
the map shows. An area clipped to them would cross the drawn border here and stop short there. So
land is split by the drawn lines, and each piece goes to the country that Natural Earth says most
of it belongs to.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo import basemap
from geo.areas import admin1_area, admin1_codes, country_area, land_area

__all__ = ["country_ground", "province_ground"]

DETAIL_ZOOM = 8.0  # any zoom that reads the detail tiles
MINE = 0.8  # share of a piece from which it is wholly a country's
JOIN_DEG = 0.0002  # two steps of the base map's grid
EDGE_DEG = 0.03  # Natural Earth's areas lie this near to the drawn borders
SOME = 0.2  # below this share it is not a country's at all; between, it is cut by Natural Earth


@lru_cache(maxsize=32)
def _pieces(west: float, south: float, east: float, north: float) -> tuple[Any, ...]:
    """Land within an extent (degrees), split along the drawn borders."""
    land = land_area(west, south, east, north)
    if land.is_empty:
        return ()
    drawn = basemap.load(west, south, east, north, DETAIL_ZOOM).borders
    lines = _joined([part for line in drawn for part in line.parts if len(part) > 1])
    if not lines:
        return (land,)
    limits = shapely.union_all([*lines, land.boundary])
    faces = shapely.get_parts(shapely.polygonize([limits]))
    inside = shapely.intersects(land, shapely.point_on_surface(faces))
    return tuple(faces[inside])


def _joined(parts: list[NDArray[np.float64]]) -> list[Any]:
    """Lines (lon, lat) whose ends are made one where the map's tiles cut them a step apart."""
    ends: list[tuple[float, float]] = []

    def one(lon: float, lat: float) -> tuple[float, float]:
        for end in ends:
            if abs(end[0] - lon) <= JOIN_DEG and abs(end[1] - lat) <= JOIN_DEG:
                return end
        ends.append((lon, lat))
        return lon, lat

    lines = []
    for part in parts:
        points = part.copy()
        points[0], points[-1] = one(*part[0]), one(*part[-1])
        lines.append(shapely.LineString(points))
    return lines


@lru_cache(maxsize=64)
def country_ground(iso: str, west: float, south: float, east: float, north: float) -> Any:
    """A country's land within an extent in degrees, as the map draws it.

    Returns a Polygon or MultiPolygon (longitude, latitude), empty if it has none there; for an
    unknown country all land. An extent that crosses the antimeridian gives all its land too.
    """
    known = country_area(iso)
    if known is None or west > east:
        return land_area(west, south, east, north)
    own: list[Any] = []
    for piece in _pieces(west, south, east, north):
        part = shapely.intersection(known, piece)
        share = part.area / piece.area if piece.area else 0.0
        if share >= MINE:
            own.append(piece)
        elif share > SOME or part.area > SOME * known.area:  # Hong Kong: no line is drawn round it
            own.append(part)
    whole = shapely.union_all(np.array(own, dtype=object))
    polygons = [p for p in shapely.get_parts(whole) if p.geom_type == "Polygon"]
    return shapely.MultiPolygon(polygons)


@lru_cache(maxsize=64)
def province_ground(code: str) -> Any | None:
    """A first-order unit's land as the map draws it, by GeoNames code (``SY.07``).

    Its own side follows Natural Earth; where it meets a border it ends at the drawn line. None
    if the unit is not known.
    """
    own = admin1_area(code)
    if own is None:
        return None
    west, south, east, north = own.bounds
    if east - west > 180:
        return own
    box = (
        max(math.floor(west), -180), max(math.floor(south), -90),
        min(math.ceil(east), 180), min(math.ceil(north), 90),
    )  # fmt: skip
    country = code.split(".", maxsplit=1)[0]
    ground = country_ground(country, *box)
    near = own.buffer(EDGE_DEG)
    sisters = [admin1_area(sister) for sister in admin1_codes(country) if sister != code]
    others = shapely.union_all([s for s in sisters if s is not None and s.intersects(near)])
    whole = shapely.difference(shapely.intersection(near, ground), others)
    parts = [p for p in shapely.get_parts(whole) if p.geom_type == "Polygon" and p.intersects(own)]
    return shapely.MultiPolygon(parts) if parts else own
