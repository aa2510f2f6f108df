"""The base map: ``static/basemap``, from Natural Earth, GSHHG, GeoNames and OpenStreetMap.

``world.json`` serves zoom 5 and less, ``detail/`` zoom 6 and more in tiles of 10 degrees;
``osm/`` holds what comes from OpenStreetMap (ODbL), apart from the rest.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
import shapely.geometry
import shapely.ops

from data.build import labels
from data.build.borders import natural_earth_lines, osm_lines
from data.build.rivers import ARABIC, RANK, english, named_rivers
from data.build.sources import (
    caspian,
    iso_by_a3,
    lakes_50m,
    natural_earth,
    osm_lakes,
    shoreline,
)
from data.build.tiles import (
    Q_WORLD,
    Cell,
    Layers,
    Q,
    TileSet,
    cell_of,
    line_parts,
    new_digest,
    ring_parts,
    save,
)

STATIC = Path(__file__).resolve().parents[2] / "static" / "basemap"
# Degrees from the equator -> Douglas-Peucker tolerance in degrees, smallest island in km2:
# skerries and fjords would otherwise take half of the space.
COAST = ((0, 0.003, 1.0), (46, 0.005, 5.0), (56, 0.011, 25.0), (66, 0.025, 100.0))
CASPIAN, ICE = 0.003, 0.015
RIVER, RIVER_SMALL, RIVER_NORTH = 0.0018, 0.004, 0.007  # small: rank 5 and 6; north: beyond 50
BORDER = 0.0006
ADMIN1 = 0.004
LAKE = 0.003
WORLD = 0.02
WORLD_ISLAND_KM2 = 150.0
# Where the seeds' story plays (west, south, east, north), rivers, lakes and coasts are finer.
FINE_BOX = (34.0, 29.0, 49.0, 38.5)
FINE = 0.0006
LAKE_KM2, LAKE_KM2_FINE, LAKE_KM2_NORTH = 10.0, 3.0, 80.0
NORTH = 50.0
WORLD_TOWNS = 600
TOWN_BYTES, TOWN_BYTES_FINE = 40_000, 160_000  # of a tile's town list
# Edges longer than this (degrees) with this share of land about them are cuts through land.
SEAM_EDGE, SEAM_WIDTH, SEAM_SHARE = 1.0, 0.03, 0.75
# Dry salt pans and flats that OpenStreetMap maps as lakes: west, south, east, north.
DRY = (
    (40.95, 34.80, 41.35, 35.45),  # Rawdah and Buwara flats on the Syria-Iraq border
    (41.10, 34.60, 41.33, 34.95),
    (41.78, 35.50, 41.95, 35.66),  # Sabkhat as Sunaysilah, Iraq
    (40.25, 34.68, 40.45, 34.76),  # flats west of Al Bu Kamal
    (38.00, 34.30, 38.60, 34.60),  # Sabkhat al Muh, Palmyra
)
CREDITS = [
    "Natural Earth (public domain)",
    "GSHHG 2.3.7, Wessel and Smith (LGPL)",
    "GeoNames (CC BY 4.0)",
    "© OpenStreetMap contributors (ODbL): borders and lakes",
]
DISPUTED = ("Disputed", "Line of control", "Indeterminant")
DISPUTED_TOO = {("IL", "LB")}  # the Blue Line of 2000 is no agreed border


def fine(lon: Any, lat: Any) -> Any:
    """Whether points lie in the finer box."""
    west, south, east, north = FINE_BOX
    return (lon > west) & (lon < east) & (lat > south) & (lat < north)


def simple(shapes: np.ndarray, tolerance: float) -> np.ndarray:
    """Douglas-Peucker that keeps rings valid; empty results dropped."""
    found = shapely.simplify(shapes, tolerance, preserve_topology=True)
    return np.asarray(found[~shapely.is_empty(found)])


def land() -> np.ndarray:
    """Land polygons of the detail tiles, simplified the more the farther from the equator."""
    polygons, areas = shoreline()[1]
    box = shapely.bounds(polygons)
    steps = np.array([row[0] for row in COAST])
    middle = np.searchsorted(steps, np.abs(box[:, 1] + box[:, 3]) / 2, side="right") - 1
    found = []
    for polygon in polygons[areas > np.array([row[2] for row in COAST])[middle]]:
        xy = shapely.get_coordinates(polygon)
        band = np.searchsorted(steps, np.abs(xy[:, 1]), side="right") - 1
        band[fine(xy[:, 0], xy[:, 1])] = -1
        runs = []
        for run in np.split(np.arange(len(xy)), np.flatnonzero(np.diff(band)) + 1):
            part = shapely.linestrings(xy[run]) if len(run) > 2 else None
            tolerance = COAST[band[run[0]]][1] if band[run[0]] >= 0 else FINE
            thin = shapely.simplify(part, tolerance) if part else None
            runs.append(shapely.get_coordinates(thin) if thin else xy[run])
        ring = np.vstack(runs)
        if len(ring) >= 4:
            found.append(shapely.polygons(ring))
    ice, size = shoreline()[5]
    clean = shapely.get_parts(shapely.make_valid(np.array(found)))
    return np.concatenate([clean[shapely.get_dimensions(clean) == 2], simple(ice[size > 20], ICE)])


def seams(polygons: np.ndarray) -> np.ndarray:
    """Strips along straight cuts where GSHHG divides a land mass (Chukotka, New Guinea).

    Such a cut is a long edge with land on both sides, not always exactly along its twin.
    """
    tree = shapely.STRtree(polygons)
    strips = []
    for ring in shapely.get_rings(polygons):
        xy = shapely.get_coordinates(ring)
        size = np.hypot(*np.diff(xy, axis=0).T)
        for i in np.flatnonzero((size > SEAM_EDGE) & (np.abs(xy[:-1, 1]) < 75)):
            edge = shapely.linestrings(xy[i : i + 2])
            wide = edge.buffer(SEAM_WIDTH, cap_style="flat")
            near = polygons[tree.query(wide, predicate="intersects")]
            covered = shapely.union_all(shapely.intersection(near, wide)).area / wide.area
            if covered > SEAM_SHARE:
                strips.append(edge.buffer(SEAM_WIDTH / 2, cap_style="square"))
    return np.array(strips)


def outlines(polygons: np.ndarray, cuts: np.ndarray | None = None) -> np.ndarray:
    """Rings as lines, without the cuts along the 180th meridian, at the pole and in ``cuts``."""
    lines = []
    inner = shapely.union_all(cuts) if cuts is not None and len(cuts) else None
    for ring in shapely.get_rings(polygons):
        xy = shapely.get_coordinates(ring)
        side = (np.abs(xy[:, 0]) > 179.9995) | (xy[:, 1] < -89.5)
        false = side[1:] & side[:-1]
        if inner is not None and inner.intersects(ring):
            long = np.hypot(*np.diff(xy, axis=0).T) > SEAM_EDGE
            edges = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
            false |= long & shapely.covers(inner, edges)
        if not false.any():
            lines.append(shapely.linestrings(xy))
            continue
        for run in np.split(np.arange(len(xy)), np.flatnonzero(false) + 1):
            if len(run) > 1:
                lines.append(shapely.linestrings(xy[run]))
    return np.array(lines)


def km2(polygons: np.ndarray) -> np.ndarray:
    """Areas on a sphere's plane at each polygon's middle; good to a percent for lakes."""
    box = shapely.bounds(polygons)
    shrink = np.cos(np.radians((box[:, 1] + box[:, 3]) / 2))
    return np.asarray(shapely.area(polygons) * 111.2**2 * shrink)


def lakes() -> np.ndarray:
    """OpenStreetMap lakes worth drawing, dry flats left out."""
    polygons = osm_lakes()
    box = shapely.bounds(polygons)
    least = np.where(np.abs(box[:, 1]) > NORTH, LAKE_KM2_NORTH, LAKE_KM2)
    least[fine(box[:, 0], box[:, 1])] = LAKE_KM2_FINE
    keep = km2(polygons) > least
    for west, south, east, north in DRY:
        x, y = (box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2
        keep &= ~((x > west) & (x < east) & (y > south) & (y < north))
    polygons, box = polygons[keep], box[keep]
    near = fine(box[:, 0], box[:, 1])
    return np.concatenate([simple(polygons[near], FINE), simple(polygons[~near], LAKE)])


def river_tolerance(line: Any, rank: int) -> float:
    """How much a river is simplified, in degrees."""
    west, south, _, _ = line.bounds
    if fine(west, south):
        return FINE
    if abs(south) > NORTH:
        return RIVER_NORTH
    return RIVER if rank < 5 else RIVER_SMALL


def disputed_pairs() -> dict[tuple[str, str], Any]:
    """Buffered Natural Earth lines it does not call plain international borders, by pair."""
    shapes, column = natural_earth("10m", "admin_0_boundary_lines_land")
    iso = iso_by_a3()
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for shape, kind, left, right in zip(
        shapes, column["featurecla"], column["adm0_a3_l"], column["adm0_a3_r"], strict=True
    ):
        if kind.startswith(DISPUTED):
            one, two = sorted((iso.get(left, left), iso.get(right, right)))
            found[one, two].append(shape)
    return {pair: shapely.union_all(lines).buffer(0.1) for pair, lines in found.items()}


def add_borders(tiles: TileSet) -> None:
    """OpenStreetMap land borders, split where Natural Earth calls them disputed."""
    doubtful = disputed_pairs()
    for one, two, xy in osm_lines():
        line = shapely.simplify(shapely.linestrings(xy), BORDER)
        zone = doubtful.get((one, two))
        pieces = [("disputed" if (one, two) in DISPUTED_TOO else "international", line)]
        if zone is not None:
            pieces = [
                ("international", shapely.difference(line, zone)),
                ("disputed", shapely.intersection(line, zone)),
            ]
        for kind, piece in pieces:
            if not piece.is_empty:
                tiles.add("borders", [piece], area=False, a=one, b=two, k=kind)


def admin1_lines() -> np.ndarray:
    """Lines between first-order units, regions and statistical limits left out."""
    shapes, column = natural_earth("10m", "admin_1_states_provinces_lines")
    plain = column["featurecla"] == "Admin-1 boundary"
    return simple(shapes[plain], ADMIN1)


def add_labels(tiles: TileSet) -> list[list[Any]]:
    """Fill the label layers; returns the towns of the world file."""

    def at(lon: float, lat: float, q: int = Q) -> tuple[int, int]:
        return round(lon * q), round(lat * q)

    every = labels.towns()
    west, south, east, north = FINE_BOX
    room: dict[Cell, int] = defaultdict(lambda: TOWN_BYTES)
    (x0, y0), (x1, y1) = cell_of(west, south), cell_of(east, north)
    room |= {(x, y): TOWN_BYTES_FINE for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)}
    for lon, lat, *rest in every:
        cell = cell_of(lon, lat)
        row = [*at(lon, lat), *rest]
        room[cell] -= len(orjson.dumps(row)) + 1
        if room[cell] > 0:
            tiles.labels[cell]["towns"].append(row)
    for lon, lat, *rest in labels.regions():
        tiles.labels[cell_of(lon, lat)]["regions"].append([*at(lon, lat), *rest])
    for lon, lat, *rest in labels.countries():
        tiles.labels[cell_of(lon, lat)]["countries"].append([*at(lon, lat), *rest])
    # Capitals and large cities, the largest first; no capital is lost to a crowd elsewhere.
    first = [t for t in every if t[5] == 0] + [t for t in every if t[5] != 0][:WORLD_TOWNS]
    chosen = sorted(first[:WORLD_TOWNS], key=lambda t: -t[4])
    return [[*at(t[0], t[1], Q_WORLD), *t[2:]] for t in chosen]


def world(towns: list[list[Any]]) -> Layers:
    """Everything for zoom 5 and less."""
    shapes, _ = natural_earth("50m", "land")
    shapes = simple(np.concatenate([shapely.get_parts(s) for s in shapes]), WORLD)
    shapes = shapes[km2(shapes) > WORLD_ISLAND_KM2]
    layers: Layers = {
        "land": [{"c": [p for s in shapes for p in ring_parts(s, Q_WORLD)]}],
        "coast": [{"c": [p for s in outlines(shapes) for p in line_parts(s, Q_WORLD)]}],
    }
    water = simple(lakes_50m(), WORLD)
    layers["lakes"] = [{"c": [p for s in water for p in ring_parts(s, Q_WORLD)]}]
    layers["rivers"] = []
    rivers, column = natural_earth("50m", "rivers_lake_centerlines")
    for shape, name, scale in zip(rivers, column["name"], column["scalerank"], strict=True):
        title = english(name)
        row = {"c": line_parts(shapely.simplify(shape, WORLD), Q_WORLD), "r": RANK[int(scale)]}
        if title:
            row["n"] = title
            if title in ARABIC:
                row["ar"] = ARABIC[title]
        layers["rivers"].append(row)
    doubtful = disputed_pairs()
    groups: dict[tuple[str, str, str], list[list[int]]] = defaultdict(list)
    for one, two, xy in natural_earth_lines():
        line = shapely.simplify(shapely.linestrings(xy), WORLD)
        zone = doubtful.get((one, two))
        doubt = (one, two) in DISPUTED_TOO or (zone is not None and zone.covers(line))
        kind = "disputed" if doubt else "international"
        groups[one, two, kind].extend(line_parts(line, Q_WORLD))
    layers["borders"] = [{"c": c, "a": a, "b": b, "k": k} for (a, b, k), c in groups.items()]
    layers["countries"] = [
        [round(lon * Q_WORLD), round(lat * Q_WORLD), *rest]
        for lon, lat, *rest in labels.countries()
    ]
    layers["towns"] = towns
    return layers


def build() -> None:
    """Write all of ``static/basemap``."""
    base, osm = TileSet(), TileSet()
    ground = land()
    cuts = seams(ground)
    sea = simple(shapely.get_parts(caspian()), CASPIAN)
    base.add("land", np.concatenate([ground, cuts]), area=True)
    base.add("lakes", sea, area=True)
    base.add("coast", np.concatenate([outlines(ground, cuts), outlines(sea)]), area=False)
    for line, name, local, rank in named_rivers():
        thin = shapely.simplify(line, river_tolerance(line, rank))
        base.add("rivers", [thin], area=False, n=name, ar=local, r=rank)
    base.add("admin1", admin1_lines(), area=False)
    osm.add("lakes", lakes(), area=True)
    add_borders(osm)
    towns = add_labels(base)
    STATIC.mkdir(parents=True, exist_ok=True)
    digest = new_digest()
    save(STATIC / "world.json", Q_WORLD, world(towns), digest)
    detail = base.write(STATIC / "detail", digest)
    osm_detail = osm.write(STATIC / "osm", digest)
    index = {
        "version": digest.hexdigest(),
        "tile_deg": 10,
        "detail": detail,
        "osm_detail": osm_detail,
        "sources": CREDITS,
    }
    (STATIC / "index.json").write_bytes(orjson.dumps(index))
    size = sum(f.stat().st_size for f in STATIC.rglob("*.json"))
    print(f"static/basemap: {len(detail)} + {len(osm_detail)} tiles, {size / 1e6:.1f} MB")
