"""The base map as arrays: what the web layer draws from ``static/basemap``, for the picture.

The files hold integers (degrees times ``q``), delta-coded, longitude first; ``load`` decodes
those tiles that touch an extent and joins them. Polygons are cut at tile edges: fill them by
the even-odd rule and never stroke them; their outlines are in ``coast``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from geo.errors import DataError, InputError

__all__ = [
    "BaseMap",
    "CountryLabel",
    "Lines",
    "RegionLabel",
    "Rings",
    "TownLabel",
    "credits",
    "file_layers",
    "load",
    "tile_names",
]

FOLDER = Path(__file__).resolve().parents[1] / "static" / "basemap"
DETAIL_ZOOM = 6  # from this zoom on the detail tiles are read, below it the world file
WORLD_WIDE = 400  # tiles; a wider extent is drawn from the world file whatever the zoom
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rings:
    """Polygon rings (each Nx2 longitude, latitude) to be filled by the even-odd rule."""

    rings: tuple[Array, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Parts of a line (each Nx2 longitude, latitude) with what is known of it.

    Rivers: ``name``, ``arabic`` and ``rank`` (1 big to 6 small). Borders: ``pair`` (ISO alpha-2,
    sorted) and ``disputed``.
    """

    parts: tuple[Array, ...]
    name: str | None = None
    arabic: str | None = None
    rank: int = 0
    pair: tuple[str, str] | None = None
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class TownLabel:
    """A town; ``kind`` is 0 for a capital, 1 for the seat of a first-order unit, 2 for others."""

    lon: float
    lat: float
    name: str
    arabic: str | None
    population: int
    kind: int


@dataclass(frozen=True, slots=True)
class CountryLabel:
    """A country's name; ``rank`` runs from 1 (largest) to 6."""

    lon: float
    lat: float
    name: str
    arabic: str | None
    rank: int
    iso: str


@dataclass(frozen=True, slots=True)
class RegionLabel:
    """A first-order unit's name; ``code`` is the GeoNames code (``SY.07``)."""

    lon: float
    lat: float
    name: str
    arabic: str | None
    code: str


@dataclass(frozen=True, slots=True)
class BaseMap:
    """Decoded layers of an extent. Draw in this order: land, rivers, lakes, coast, admin1, borders.

    Rivers run on through lakes, so lakes cover them.
    """

    land: Rings = field(default_factory=lambda: Rings(()))
    lakes: Rings = field(default_factory=lambda: Rings(()))
    coast: tuple[Lines, ...] = ()
    rivers: tuple[Lines, ...] = ()
    borders: tuple[Lines, ...] = ()
    admin1: tuple[Lines, ...] = ()
    towns: tuple[TownLabel, ...] = ()
    countries: tuple[CountryLabel, ...] = ()
    regions: tuple[RegionLabel, ...] = ()


def load(west: float, south: float, east: float, north: float, zoom: float) -> BaseMap:
    """Layers of all tiles that touch the extent (degrees; west > east across 180 degrees).

    Lines and rings are whole tiles, not clipped to the extent; labels lie within it. Below zoom 6,
    or for a very wide extent, they come from the world file. Towns are sorted by population.
    Raises InputError for an extent that is not on the globe, DataError if a file is missing or
    damaged.
    """
    if not all(math.isfinite(v) for v in (west, south, east, north)) or not (
        -90 <= south < north <= 90 and -180 <= west <= 180 and -180 <= east <= 180 and west != east
    ):
        msg = (
            f"the extent {west}, {south}, {east}, {north} is not on the globe; give west, south, "
            "east, north in degrees"
        )
        raise InputError(msg)
    names = _tiles(west, south, east, north)
    if zoom < DETAIL_ZOOM or len(names) > WORLD_WIDE:
        return _join([_read("world.json")], (west, south, east, north))
    index = _index()
    files = [f"detail/{name}.json" for name in names if name in index["detail"]]
    files += [f"osm/{name}.json" for name in names if name in index["osm_detail"]]
    return _join([_read(file) for file in files], (west, south, east, north))


def credits() -> tuple[str, ...]:  # noqa: A001 - the word people know
    """Whom the base map is from, to be printed with it."""
    return tuple(_index()["sources"])


def tile_names(west: float, south: float, east: float, north: float) -> list[str]:
    """The names (``x22y12``) of the ten-degree tiles that an extent touches."""
    return _tiles(west, south, east, north)


def file_layers(name: str) -> tuple[int, dict[str, list[Any]]]:
    """The unit (steps to a degree) and the layers of ``world`` or of a tile, as files hold them.

    Parts (``c``) are decoded to Nx2 arrays of degrees, longitude first; labels stay in steps. A
    tile joins its two files; a tile of open sea has no layers. The answer is shared: copy it to
    change it. Raises DataError if a file is missing or damaged.
    """
    if name == "world":
        return _read("world.json")
    index = _index()
    files = [("detail", index["detail"]), ("osm", index["osm_detail"])]
    parts = [_read(f"{folder}/{name}.json") for folder, names in files if name in names]
    if len({q for q, _ in parts}) > 1:
        msg = f"the two files of {name} differ in unit; run: python -m data.build basemap"
        raise DataError(msg)
    layers: dict[str, list[Any]] = {}
    for _, found in parts:
        for layer, rows in found.items():
            layers[layer] = [*layers.get(layer, ()), *rows]
    return (parts[0][0] if parts else 1), layers


def _tiles(west: float, south: float, east: float, north: float) -> list[str]:
    def column(lon: float) -> int:
        return min(int((lon + 180) // 10), 35)

    last = column(east) + (36 if west > east else 0)
    last = min(last, column(west) + 35)  # round the globe no tile is read twice
    rows = range(int((south + 90) // 10), min(int((north + 90) // 10), 17) + 1)
    return [f"x{x % 36}y{y}" for x in range(column(west), last + 1) for y in rows]


@lru_cache(maxsize=1)
def _index() -> dict[str, Any]:
    index = _loads("index.json")
    return index | {"detail": set(index["detail"]), "osm_detail": set(index["osm_detail"])}


def _loads(name: str) -> dict[str, Any]:
    try:
        file: dict[str, Any] = orjson.loads((FOLDER / name).read_bytes())
    except (OSError, orjson.JSONDecodeError) as exc:
        msg = f"static/basemap/{name} cannot be read; run: python -m data.build basemap"
        raise DataError(msg) from exc
    return file


@lru_cache(maxsize=24)
def _read(name: str) -> tuple[int, dict[str, list[Any]]]:
    """A file's unit and layers, with every part decoded to an Nx2 array of degrees."""
    file = _loads(name)
    q = file["q"]
    layers = file["layers"]
    for rows in layers.values():
        for row in rows:
            if isinstance(row, dict):
                row["c"] = tuple(_decode(part, q) for part in row["c"])
    return q, layers


def _decode(part: list[int], q: int) -> Array:
    array: Array = np.cumsum(np.array(part, np.int64).reshape(-1, 2), axis=0) / q
    array.setflags(write=False)
    return array


def _join(
    files: Iterable[tuple[int, dict[str, list[Any]]]], box: tuple[float, float, float, float]
) -> BaseMap:
    found: dict[str, list[Any]] = {
        name: [] for name in "land lakes coast rivers borders admin1".split()
    }
    towns: list[TownLabel] = []
    countries: list[CountryLabel] = []
    regions: list[RegionLabel] = []
    for q, layers in files:
        for name, rows in found.items():
            rows.extend(layers.get(name, ()))
        towns += [TownLabel(*_degrees(r, q)) for r in layers.get("towns", ()) if _within(r, q, box)]
        countries += [
            CountryLabel(*_degrees(r, q)) for r in layers.get("countries", ()) if _within(r, q, box)
        ]
        regions += [
            RegionLabel(*_degrees(r, q)) for r in layers.get("regions", ()) if _within(r, q, box)
        ]
    towns.sort(key=lambda town: -town.population)
    return BaseMap(
        land=Rings(tuple(part for row in found["land"] for part in row["c"])),
        lakes=Rings(tuple(part for row in found["lakes"] for part in row["c"])),
        coast=tuple(Lines(row["c"]) for row in found["coast"]),
        rivers=tuple(
            Lines(_parts(rows), rows[0].get("n"), rows[0].get("ar"), rows[0]["r"])
            for rows in _together(found["rivers"], "n", "r")
        ),
        borders=tuple(
            Lines(
                _parts(rows),
                pair=(rows[0]["a"], rows[0]["b"]),
                disputed=rows[0]["k"] == "disputed",
            )
            for rows in _together(found["borders"], "a", "b", "k")
        ),
        admin1=tuple(Lines(row["c"]) for row in found["admin1"]),
        towns=tuple(towns),
        countries=tuple(countries),
        regions=tuple(regions),
    )


def _together(rows: list[Any], *keys: str) -> list[list[Any]]:
    """Rows of several tiles grouped by some of their properties."""
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        groups.setdefault(tuple(row.get(key) for key in keys), []).append(row)
    return list(groups.values())


def _parts(rows: list[Any]) -> tuple[Array, ...]:
    return tuple(part for row in rows for part in row["c"])


def _degrees(row: list[Any], q: int) -> list[Any]:
    return [row[0] / q, row[1] / q, *row[2:]]


def _within(row: list[Any], q: int, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    lon, lat = row[0] / q, row[1] / q
    across = west <= lon <= east if west <= east else lon >= west or lon <= east
    return bool(across and south <= lat <= north)
