"""Border lines that the country outlines lack, and the marks of disputed ones.

OpenStreetMap's country relations treat Hong Kong, Ceuta, Crimea or northern Cyprus as parts of a
country. Its time zones do not: where two of them meet, the package timezonefinder-data has the line
at full resolution. Abkhazia and Somaliland come from Natural Earth 1:10 million.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import numpy as np
import shapely

from data.build.sources import natural_earth
from geo.areas import admin1_area, admin1_codes
from geo.borders.blocks import UNIT, Line
from geo.borders.policy import PATH

# Left and right of the line, and the zones that meet along it.
ZONES = (
    ("HK", "CN", "Asia/Hong_Kong", "Asia/Shanghai"),
    ("MO", "CN", "Asia/Macau", "Asia/Shanghai"),
    ("ES", "MA", "Africa/Ceuta", "Africa/Casablanca"),
    ("XC", "CY", "Asia/Famagusta", "Asia/Nicosia"),
    ("RU", "UA", "Europe/Simferopol", "Europe/Kyiv"),
)


def _meeting(one: shapely.Geometry, two: shapely.Geometry) -> list[np.ndarray]:
    """Where the outlines of two areas are the same line, walked with the first to the left."""
    shared = shapely.intersection(one.boundary, two.boundary)
    parts = [p for p in shapely.get_parts(shared) if p.geom_type == "LineString"]
    merged = shapely.get_parts(shapely.line_merge(shapely.union_all(parts)))
    lines = []
    for xy in map(shapely.get_coordinates, merged):
        step = xy[1] - xy[0]
        aside = (xy[0] + xy[1]) / 2 + np.array([-step[1], step[0]]) * 0.01
        lines.append(xy if shapely.intersects_xy(one, *aside) else xy[::-1])
    return lines


def _zone(name: str) -> shapely.Geometry:
    from timezonefinder import TimezoneFinder

    polygons = TimezoneFinder(in_memory=True).get_geometry(tz_name=name, coords_as_pairs=True)
    shapes = np.array([shapely.Polygon(rings[0], rings[1:]) for rings in polygons])
    return shapely.union_all(shapely.make_valid(shapes))


def zone_lines() -> Iterator[Line]:
    """The lines above, land and sea."""
    for left, right, one, two in ZONES:
        for xy in _meeting(_zone(one), _zone(two)):
            yield left, right, xy


def coarse_lines() -> Iterator[Line]:
    """Abkhazia's edge inside Georgia, and Somaliland's towards the rest of Somalia."""
    abkhazia = admin1_area("GE.02")
    rest = [admin1_area(code) for code in admin1_codes("GE") if code != "GE.02"]
    for xy in _meeting(abkhazia, shapely.union_all(np.array(rest))):
        yield "XA", "GE", xy
    geometry, column = natural_earth("10m", "admin_0_boundary_lines_land")
    for shape, left, right in zip(geometry, column["adm0_a3_l"], column["adm0_a3_r"], strict=True):
        names = {"SOL": "XS", "SOM": "SO"}
        if {left, right} == set(names):
            for part in shapely.get_parts(shape):
                yield names[left], names[right], shapely.get_coordinates(part)


def marks(pairs: list[str], pair: np.ndarray, start: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Names of the disputes (the first is none), and each block's, by its pair and first vertex."""
    with PATH.open("rb") as file:
        rows = tomllib.load(file)["dispute"]
    at = start / UNIT
    mark = np.zeros(len(pair), np.uint8)
    for number, row in enumerate(rows, 1):
        wanted = [index for index, name in enumerate(pairs) if name in row["pairs"]]
        west, south, east, north = row.get("box", (-180, -90, 180, 90))
        inside = (at[:, 0] >= west) & (at[:, 0] <= east) & (at[:, 1] >= south) & (at[:, 1] <= north)
        mark[np.isin(pair, wanted) & inside] = number
    return ["", *(row["id"] for row in rows)], mark
