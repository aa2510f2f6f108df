"""Countries, first-order units and land as areas (Natural Earth 10m; land as the map draws it).

All geometries are Shapely, longitude, latitude in WGS84 degrees. ``data/naturalearth/areas.npz``
is opened on first use and an area is unpacked only when asked for. Disputed areas follow Natural
Earth's assignment (see ``data/ATTRIBUTION.md``).
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo import basemap
from geo.errors import DataError, InputError

__all__ = [
    "admin1_area",
    "admin1_at",
    "admin1_codes",
    "countries_at",
    "country_area",
    "country_at",
    "land_area",
    "on_land",
]

PATH = Path(__file__).resolve().parents[1] / "data" / "naturalearth" / "areas.npz"
CELLS_PATH = PATH.with_name("country-cells.npz")
Q = 10_000
SHORE_DEG = 0.03  # a point this close to an area counts as in it: simplified shores cut corners
FEW = 50  # up to this many points are looked up one by one, which unpacks few areas
LAND_ZOOM = 8  # any zoom that reads the detail tiles


@dataclass(frozen=True, slots=True)
class _Areas:
    """The unpacked file: codes, bounding boxes, and rings as ``data.build.areas`` packs them."""

    code: NDArray[np.str_]
    box: NDArray[np.float64]
    rings: NDArray[np.int64]  # first ring of each area, and one past the last
    outer: NDArray[np.bool_]
    ends: NDArray[np.int64]
    xy: NDArray[np.int32]


@cache
def _areas() -> _Areas:
    try:
        with np.load(PATH) as data:
            code, part = data["code"], data["part_of"]
            return _Areas(
                code=code,
                box=data["box"].astype(np.float64),
                rings=np.searchsorted(part, np.arange(len(code) + 1)),
                outer=data["outer"],
                ends=np.concatenate([[0], data["ends"].astype(np.int64)]),
                xy=data["xy"],
            )
    except (OSError, KeyError, ValueError, EOFError, BadZipFile) as exc:
        msg = "data/naturalearth/areas.npz cannot be read; run: python -m data.build areas"
        raise DataError(msg) from exc


@lru_cache(maxsize=8192)
def _unpack(index: int) -> Any:
    """The area with this number, prepared for point tests."""
    file = _areas()
    polygons: list[list[Any]] = []
    for ring in range(file.rings[index], file.rings[index + 1]):
        xy = np.cumsum(file.xy[file.ends[ring] : file.ends[ring + 1]], axis=0) / Q
        if file.outer[ring]:
            polygons.append([xy])
        else:
            polygons[-1].append(xy)
    shapes = np.array([shapely.Polygon(p[0], p[1:]) for p in polygons])
    area = shapely.union_all(shapely.make_valid(shapes))
    shapely.prepare(area)
    return area


@lru_cache(maxsize=300)
def country_area(iso: str) -> Any | None:
    """A country's land (Polygon or MultiPolygon) by ISO 3166-1 alpha-2; None if not known."""
    found = np.flatnonzero(np.char.startswith(_areas().code, f"{iso.upper()}."))
    if not len(found):
        return None
    units = [_unpack(int(i)) for i in found]
    try:
        # Units of a country were simplified together, so their shared edges are identical.
        area = shapely.coverage_union_all(units)
    except shapely.GEOSException:  # save where a unit had to be made valid (Latvia)
        area = shapely.union_all(units)
    shapely.prepare(area)
    return area


def admin1_area(code: str) -> Any | None:
    """A first-order unit by GeoNames code (``SY.07``); None if not known."""
    codes = _areas().code
    index = int(np.searchsorted(codes, code))
    if index == len(codes) or codes[index] != code:
        return None
    return _unpack(index)


def admin1_codes(country: str) -> tuple[str, ...]:
    """GeoNames codes (``SY.07``) of a country's first-order units; empty if none is known."""
    return tuple(str(code) for code in _areas().code if str(code).startswith(f"{country}."))


def _check(lat: float, lon: float) -> None:
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        msg = f"latitude {lat}, longitude {lon} is not on the globe; give degrees"
        raise InputError(msg)


def _at(lat: float, lon: float) -> str | None:
    """Code of the area that holds a point or is within 0.03 degrees of it, the nearest first."""
    _check(lat, lon)
    file = _areas()
    west, south, east, north = file.box.T
    near = np.flatnonzero(
        (west - SHORE_DEG <= lon)
        & (lon <= east + SHORE_DEG)
        & (south - SHORE_DEG <= lat)
        & (lat <= north + SHORE_DEG)
    )
    point = shapely.Point(lon, lat)
    best, code = SHORE_DEG, None
    for index in near.tolist():
        away = _unpack(index).distance(point)
        if away < best:
            best, code = away, str(file.code[index])
        if away == 0:
            break
    return code


def country_at(lat: float, lon: float) -> str | None:
    """ISO alpha-2 of the country at a point (degrees); None at sea.

    A point up to about 3 km off a simplified shore counts as on it. Raises InputError for a point
    that is not on the globe.
    """
    code = _at(lat, lon)
    return code.split(".")[0] if code else None


@cache
def _country_cells() -> tuple[NDArray[np.uint8], NDArray[np.str_]] | None:
    """Cells of 0.1 degrees (1800x3600 from the south-west) that lie in one country, or at sea.

    Numbers point into the names; 255 is "part of several, or of a shore". None if the file is
    missing or not of these areas: then every point is looked up in the areas.
    """
    try:
        with np.load(CELLS_PATH) as data:
            if int(data["areas"]) != zlib.crc32(PATH.read_bytes()):
                return None
            return data["cells"], data["names"]
    except (OSError, KeyError, ValueError, EOFError, BadZipFile):
        return None


@cache
def _units() -> tuple[NDArray[Any], Any, NDArray[np.str_]]:
    """All areas at once, light and unprepared, a tree of their boxes, and their countries."""
    file = _areas()
    total = np.cumsum(file.xy, axis=0, dtype=np.int64)
    begin, end = file.ends[:-1], file.ends[1:]
    before = total[begin] - file.xy[begin]  # each ring's numbers start afresh
    xy = (total - np.repeat(before, end - begin, axis=0)) / Q
    polygon = np.flatnonzero(file.outer)  # first ring of each polygon
    part = np.searchsorted(polygon, file.rings)
    offsets = (file.ends, np.append(polygon, len(file.outer)), part)
    units = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, xy, offsets)
    return units, shapely.STRtree(units), np.array([code.split(".")[0] for code in file.code])


def countries_at(lats: ArrayLike, lons: ArrayLike) -> NDArray[np.str_]:
    """ISO alpha-2 of the country at each point (degrees, arrays of equal length); "" at sea.

    The answers are those of ``country_at``. Raises InputError for a point not on the globe.
    """
    lat, lon = np.asarray(lats, np.float64).ravel(), np.asarray(lons, np.float64).ravel()
    bad = ~((np.abs(lat) <= 90) & (np.abs(lon) <= 180))
    if bad.any():
        _check(float(lat[bad][0]), float(lon[bad][0]))
    codes = np.zeros(len(lat), "U2")
    left = np.arange(len(lat))
    known = _country_cells()
    if known is not None and len(lat) > 0:
        cells, names = known
        x = np.minimum(((lon + 180) * 10).astype(np.int64), 3599)
        y = np.minimum(((lat + 90) * 10).astype(np.int64), 1799)
        number = cells[y, x]
        left = np.flatnonzero(number == 255)
        codes = names[np.where(number == 255, 0, number)]
    if len(left) <= FEW:
        codes[left] = [country_at(lat[i], lon[i]) or "" for i in left.tolist()]
    else:
        codes[left] = _in_areas(lat[left], lon[left])
    return codes


def _in_areas(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.str_]:
    units, tree, country = _units()
    codes = np.zeros(len(lat), "U2")
    boxes = shapely.box(lon - SHORE_DEG, lat - SHORE_DEG, lon + SHORE_DEG, lat + SHORE_DEG)
    point, unit = tree.query(boxes)
    inside = shapely.intersects_xy(units[unit], lon[point], lat[point])
    order = np.lexsort((unit[inside], point[inside]))[::-1]  # the first area in the file wins
    codes[point[inside][order]] = country[unit[inside][order]]
    dry = np.zeros(len(lat), bool)
    dry[point[inside]] = True
    by_shore = ~dry[point]
    point, unit = point[by_shore], unit[by_shore]
    away = shapely.distance(units[unit], shapely.points(lon[point], lat[point]))
    near = away < SHORE_DEG
    order = np.lexsort((-unit[near], -away[near]))
    codes[point[near][order]] = country[unit[near][order]]
    return codes


def admin1_at(lat: float, lon: float) -> str | None:
    """GeoNames code of the first-order unit at a point; None at sea or where it has no code."""
    code = _at(lat, lon)
    return code if code and "?" not in code else None


@lru_cache(maxsize=16)
def _land_cell(x: int, y: int) -> NDArray[Any]:
    """Land polygons of one tile of the base map."""
    west, south = x * 10 - 180, y * 10 - 90
    rings = basemap.load(west + 4, south + 4, west + 6, south + 6, LAND_ZOOM).land.rings
    if not rings:
        return np.array([], object)
    return np.asarray(shapely.make_valid(np.array([shapely.Polygon(ring) for ring in rings])))


def land_area(west: float, south: float, east: float, north: float) -> Any:
    """Land within an extent (degrees), as the base map draws it, lakes included.

    An extent with west > east crosses the 180th meridian. Raises InputError if it is not on the
    globe. The result is a valid Polygon or MultiPolygon, empty at sea.
    """
    values = (west, south, east, north)
    if not all(math.isfinite(v) for v in values) or not (
        -180 <= west <= 180 and -180 <= east <= 180 and -90 <= south < north <= 90
    ):
        msg = f"the extent {values} is not on the globe; give west, south, east, north in degrees"
        raise InputError(msg)
    if west > east:
        halves = [land_area(west, south, 180, north), land_area(-180, south, east, north)]
        return shapely.union_all(halves)
    parts = []
    for x in range(int((west + 180) // 10), min(int((east + 180) // 10), 35) + 1):
        for y in range(int((south + 90) // 10), min(int((north + 90) // 10), 17) + 1):
            pieces = shapely.clip_by_rect(_land_cell(x, y), west, south, east, north)
            parts.append(pieces[shapely.area(pieces) > 0])
    pieces = shapely.make_valid(np.concatenate(parts)) if parts else np.array([])
    return shapely.union_all(pieces)


def on_land(lat: float, lon: float) -> bool:
    """Whether a point (degrees) is on land as the base map draws it; lakes count as land.

    Raises InputError for a point that is not on the globe.
    """
    _check(lat, lon)
    cell = min(int((lon + 180) // 10), 35), min(int((lat + 90) // 10), 17)
    polygons = _land_cell(*cell)
    return bool(len(polygons)) and bool(shapely.intersects_xy(polygons, lon, lat).any())
