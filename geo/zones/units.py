"""What divides the ground: provinces, countries and great rivers.

Front lines tend to stop at them: two settlements on one side of such a line are likelier to
have the same holder than two as near to each other across it. How much likelier is learnt where
it is used (``geo.zones.kriging``); here it is only told who stands on which side.

Measured on the Syrian towns of 2014 (``benchmarks/zones.py``): provinces bring 0.3 to 0.5 points
of accuracy at every share hidden, the Euphrates another 0.1 to 0.2.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo import basemap
from geo.areas import admin1_area, admin1_codes, country_area, country_at

__all__ = ["COLUMNS", "Units"]

COLUMNS = ("country", "province", "river side")
GREAT_RANK = 3  # rank of the base map's rivers, 1 the greatest
GAP_DEG = 1.2  # reservoirs interrupt a river; nearer ends than this are joined
MOUTH_DEG = 1.0  # a river that ends this near to the country's edge reaches it
LEAST_DEG2 = 0.02  # a bank smaller than this is a bend or an island
RIVER_ZOOM = 8
MARGIN_DEG = 0.05
CELL_DEG = 1.0  # one settlement per cell is asked for its country, as often as ROUNDS
ROUNDS = 3
MOST_CELLS = 400

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]


@lru_cache(maxsize=64)
def _banks(country: str) -> tuple[Any, ...]:
    """The parts into which great rivers divide a country; empty where they divide nothing."""
    ground = country_area(country)
    if ground is None:
        return ()
    west, south, east, north = ground.bounds
    if east - west > 60 or north - south > 60:
        return ()  # a country as wide as a continent: every river would be far too thin a line
    edge = shapely.simplify(ground, 0.02).buffer(MARGIN_DEG).boundary
    lines: list[Any] = []
    by_name: dict[str, list[Any]] = {}
    box = (max(west - 1, -180), max(south - 1, -90), min(east + 1, 180), min(north + 1, 90))
    for river in basemap.load(*box, RIVER_ZOOM).rivers:
        if river.name and 0 < river.rank <= GREAT_RANK:
            parts = [shapely.LineString(part) for part in river.parts if len(part) > 1]
            by_name.setdefault(river.name, []).extend(parts)
    for parts in by_name.values():
        whole = shapely.union_all(parts)
        if whole.intersects(ground):
            merged = shapely.line_merge(whole) if whole.geom_type != "LineString" else whole
            lines.extend(_joined(list(shapely.get_parts(merged)), edge))
    if not lines:
        return ()
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all([*lines, edge])]))
    faces = faces[(shapely.area(faces) > LEAST_DEG2) & shapely.intersects(faces, ground)]
    shapely.prepare(faces)
    return tuple(faces) if len(faces) > 1 else ()


def _joined(parts: list[Any], edge: Any) -> list[Any]:
    """The parts of a river, its gaps bridged and its ends led to the country's edge."""
    ends = [(shapely.Point(part.coords[at]), i) for i, part in enumerate(parts) for at in (0, -1)]
    bridges = []
    for point, own in ends:
        others = [(point.distance(other), n) for n, (other, i) in enumerate(ends) if i != own]
        gap, nearest = min(others, default=(np.inf, 0))
        away = point.distance(edge)
        if 0 < gap < GAP_DEG and gap < away:
            bridges.append(shapely.LineString([point, ends[nearest][0]]))
        elif 0 < away < MOUTH_DEG and gap > 0:
            reach = shapely.shortest_line(point, edge)
            end = np.asarray(reach.coords)
            bridges.append(shapely.LineString([end[0], end[1] + (end[1] - end[0]) * 1e-6]))
    return [*parts, *bridges]


class Units:
    """Country, province and river side of points, told from those of known settlements.

    ``lat``, ``lon`` (degrees) are the known settlements; ``own`` their codes, n x 3 (see COLUMNS).
    A point outside every province (a shore the map draws too far in) counts with its nearest
    settlement.
    """

    def __init__(self, lat: Floats, lon: Floats, xyz: Floats) -> None:
        self._tree = cKDTree(xyz)
        self._provinces: list[tuple[int, int, Any]] = []
        self._countries: list[str] = []
        found: Codes = np.full((len(lat), len(COLUMNS)), -1, dtype=np.int32)
        for _ in range(ROUNDS):
            lost = np.flatnonzero(found[:, 1] < 0)
            if not self._add_countries(lat[lost], lon[lost]):
                break
            found[lost] = self._told(lat[lost], lon[lost])
        seen = set(found[:, 1].tolist())
        self._provinces = [p for p in self._provinces if p[1] in seen]
        known = found[:, 1] >= 0
        if known.any() and not known.all():
            _, near = cKDTree(xyz[known]).query(xyz[~known])
            found[~known] = found[known][near]
        self.own: Codes = found

    def _add_countries(self, lat: Floats, lon: Floats) -> bool:
        """Take in the provinces of the countries round these points; whether any was new."""
        cells = np.floor(np.column_stack([lat, lon]) / CELL_DEG)
        _, first = np.unique(cells, axis=0, return_index=True)
        if len(first) > MOST_CELLS:  # half a continent: the map is too coarse for provinces
            return False
        known = len(self._countries)
        for i in first.tolist():
            country = country_at(float(lat[i]), float(lon[i]))
            if country is None or country in self._countries:
                continue
            self._countries.append(country)
            units = [admin1_area(code) for code in admin1_codes(country)]
            for unit in [u for u in units if u is not None] or [country_area(country)]:
                number = len(self._provinces)
                self._provinces.append((len(self._countries) - 1, number, unit))
        return len(self._countries) > known

    @property
    def varied(self) -> NDArray[np.bool_]:
        """Which of the columns tell the known settlements apart."""
        return np.array([len(np.unique(column)) > 1 for column in self.own.T])

    def at(self, lat: Floats, lon: Floats, xyz: Floats) -> Codes:
        """Codes of points, n x 3."""
        found = self._told(lat, lon)
        lost = found[:, 1] < 0
        if lost.any():
            _, near = self._tree.query(xyz[lost])
            found[lost] = self.own[near]
        return found

    def _told(self, lat: Floats, lon: Floats) -> Codes:
        found: Codes = np.full((len(lat), len(COLUMNS)), -1, dtype=np.int32)
        for country, number, area in self._provinces:
            inside = _inside(area, lat, lon, found[:, 1] < 0)
            found[inside, 0], found[inside, 1] = country, number
        for country in np.unique(found[:, 0]).tolist():
            if country < 0:
                continue
            mine = found[:, 0] == country
            for face, area in enumerate(_banks(self._countries[country])):
                found[_inside(area, lat, lon, mine & (found[:, 2] < 0)), 2] = 1000 * country + face
        return found


def _inside(area: Any, lat: Floats, lon: Floats, wanted: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Indices of the wanted points that lie in the area."""
    west, south, east, north = area.bounds
    near = wanted & (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
    index = np.flatnonzero(near)
    inside: NDArray[np.intp] = index[shapely.contains_xy(area, lon[index], lat[index])]
    return inside
