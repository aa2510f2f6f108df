"""Border distances: accuracy against references, speed and memory, and a peer in the same run.

    python benchmarks/borders.py [--shared FOLDER] [--towns FILE] [--points N]

FOLDER holds ``exact-distances.csv`` (borders that are meridians or parallels) and
``reference-towns.csv``; by default ``../shared/borders`` beside the checkout. FILE is a CSV with
lat and lon; without it 3,000 towns of our gazetteer are drawn. Speeds are points per second of CPU
on one core.
"""

from __future__ import annotations

import argparse
import csv
import resource
import sys
import time
from pathlib import Path

import numpy as np
import shapely

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from geo.borders import GEOD, BorderDistances, Borders, open_borders  # noqa: E402
from geo.borders.mesh import Floats, ecef  # noqa: E402

TOWNS = 3_000
PIECE_M = 500.0
# The line each exact case speaks of, by the start of its name (longitude, latitude of both ends).
EXACT = {
    "25E": [(25, 20), (25, 32)],
    "141W": [(-141, 60), (-141, 70)],
    "141E": [(141, -9), (141, -2.6)],
    "56E": [(56, 41), (56, 45)],
    "20E": [(20, -25), (20, -22)],
    "49N": [(-123, 49), (-95, 49)],
    "22N": [(25, 22), (37, 22)],
    "27.6667N": [(-13.2, 83 / 3), (-8.67, 83 / 3)],
}


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def references(folder: Path) -> None:
    for name, show in (("exact-distances.csv", exact), ("reference-towns.csv", named_towns)):
        file = folder / name
        if not file.exists():
            print(f"{name}: not found, skipped; name its folder with --shared")
            continue
        with file.open(encoding="utf-8", newline="") as text:
            show(list(csv.DictReader(text)))


def exact(rows: list[dict[str, str]]) -> None:
    worst = 0.0
    for row in rows:
        line = next(xy for start, xy in EXACT.items() if row["case"].startswith(start))
        own = Borders.from_lines("exact", [("AA", "BB", np.array(line, float))])
        found = own.nearest(float(row["lat"]), float(row["lon"]))
        worst = max(worst, abs(found.distance_km - float(row["dist_km"])) * 1e6)
    print(f"exact lines: {len(rows)} cases, worst {worst:.3f} mm (limit 1 mm)")


def named_towns(rows: list[dict[str, str]]) -> None:
    print("named towns against the full-resolution reference (km, limit 5 m, lines thinned to 1 m)")
    for row in rows:
        lat, lon = float(row["lat"]), float(row["lon"])
        osm, ne = open_borders("osm").nearest(lat, lon), open_borders("ne").nearest(lat, lon)
        off_m = (osm.distance_km - float(row["osmfull_km"])) * 1000
        agree = "|".join(osm.pair) == row["osmfull_pair"]
        print(
            f"  {row['town'][:24]:24} OSM {osm.distance_km:9.4f} ({off_m:+6.1f} m) "
            f"{'|'.join(osm.pair)} {'' if agree else 'OTHER PAIR '}side {osm.side}  "
            f"NE {ne.distance_km:8.3f}"
        )


def some_towns(file: Path | None) -> tuple[Floats, Floats]:
    """Latitudes and longitudes of towns: of a file, or drawn from the gazetteer."""
    if file is not None:
        with file.open(encoding="utf-8-sig", newline="") as text:
            rows = [(float(r["lat"]), float(r["lon"])) for r in csv.DictReader(text)]
        lats, lons = np.array(rows).T
        return lats, lons
    folder = ROOT / "data" / "gazetteer"
    lat, lon = (np.load(folder / f"{name}.npy").astype(float) for name in ("lat", "lon"))
    scale = 1.0 if np.abs(lat).max() <= 90 else 180 / 2**31 if np.abs(lat).max() > 1e8 else 1e-5
    rows = np.random.default_rng(42).choice(len(lat), TOWNS, replace=False)
    return lat[rows] * scale, lon[rows] * scale


def reference(borders: Borders, lats: Floats, lons: Floats) -> tuple[Floats, list[str]]:
    """Distances by another way: pieces of at most 0.5 km in an azimuthal map round each point.

    All pieces that the nearest sample leaves possible are laid out by their exact distance and
    direction from the point; the nearest stretch of those straight pieces is the distance.
    """
    mesh = borders.mesh
    edge = np.flatnonzero(mesh.joined)
    parts = np.ceil(mesh.length[edge] / PIECE_M).astype(int)
    owner = np.repeat(edge, parts)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(parts) - parts, parts)
    one, two = mesh.lonlat[owner], mesh.lonlat[owner + 1]
    share = (step / np.repeat(parts, parts))[:, None]
    width = (1 / np.repeat(parts, parts))[:, None]
    start, end = one + share * (two - one), one + (share + width) * (two - one)
    from scipy.spatial import cKDTree

    at = ecef(*start.T)
    tree = cKDTree(at)
    distances, pairs = np.empty(len(lats)), []
    for index, (lat, lon) in enumerate(zip(lats, lons, strict=True)):
        where = ecef(np.array([lon]), np.array([lat]))[0]
        near = tree.query(where)[0]
        # Direction changes a chord's length by less than 2.5 % of its excess over the arc.
        shell = near + 2 * PIECE_M + 0.05 * near**3 / (24 * 6.37e6**2)
        some = np.asarray(tree.query_ball_point(where, shell))
        a, b = start[some], end[some]
        here = np.full(len(some), lon), np.full(len(some), lat)
        flat = []
        for xy in (a, b):
            bearing, _, far = GEOD.inv(*here, *xy.T)
            angle = np.radians(bearing)
            flat.append(np.column_stack([far * np.sin(angle), far * np.cos(angle)]))
        p, q = flat
        along = q - p
        t = np.clip(-(p * along).sum(1) / np.maximum((along**2).sum(1), 1e-12), 0, 1)
        gap = np.hypot(*(p + t[:, None] * along).T)
        best = int(gap.argmin())
        distances[index] = gap[best] / 1000
        pairs.append(borders.pairs[mesh.kind[owner[some[best]]] // 256])
    return distances, pairs


def against_reference(lats: Floats, lons: Floats) -> None:
    borders = open_borders()
    wanted, pairs = reference(borders, lats, lons)
    ours = borders.nearest_many(lats, lons)
    error = np.abs(ours.distance_km - wanted) * 1e6
    longer = (ours.distance_km - wanted).max() * 1e6
    # Where two pairs' borders meet at the nearest point, both are right.
    other = [
        i
        for i, pair in enumerate(pairs)
        if pair != ours.pair[i]
        and borders.only(pair.replace("|", "-")).nearest(lats[i], lons[i]).distance_km
        > ours.distance_km[i] + 1e-6
    ]
    print(
        f"{len(lats)} towns against 0.5 km pieces in azimuthal maps: p95 "
        f"{np.percentile(error, 95):.3f} mm (limit 5 mm), worst {error.max():.2f} mm "
        f"(limit 100 mm), longest by {longer:.3f} mm, wrong pair {len(other)} (limit 0)"
    )


def world(count: int) -> tuple[Floats, Floats]:
    """Points spread evenly over the globe."""
    rng = np.random.default_rng(7)
    return np.degrees(np.arcsin(rng.uniform(-1, 1, count))), rng.uniform(-180, 180, count)


def speed(count: int, towns: tuple[Floats, Floats]) -> BorderDistances:
    began = time.process_time()
    open_borders.cache_clear()
    borders = open_borders()
    opened = time.process_time() - began
    began = time.process_time()
    borders.nearest_many([0.0], [0.0], sides=False)
    _ = borders.mesh.samples
    index = time.process_time() - began
    print(
        f"opened in {opened * 1000:.0f} ms, index for many points in {index * 1000:.0f} ms more "
        f"(limit 1 s), resident {resident_mb():.0f} MB (limit 500 MB)"
    )
    lats, lons = towns
    began = time.process_time()
    few = min(200, len(lats))
    for lat, lon in zip(lats[:few], lons[:few], strict=True):
        borders.nearest(lat, lon)
    print(f"one at a time: {(time.process_time() - began) / few * 1000:.2f} ms a point")
    for name, points in (("towns", towns), ("world points", world(count))):
        began = time.process_time()
        found = borders.nearest_many(*points, precision_km=1.0)
        spent = time.process_time() - began
        print(
            f"{len(points[0]):,} {name}: {len(points[0]) / spent:,.0f} points/s with foot, "
            f"bearing, pair, side and interval; resident {resident_mb():.0f} MB"
        )
    began = time.process_time()
    borders.nearest_many(*world(count), sides=False)
    spent = time.process_time() - began
    print(f"  without sides {count / spent:,.0f} points/s (limit 250,000)")
    return found


def peer_shapely(count: int, ours: BorderDistances) -> None:
    """What a planar index does: nearest edge in degrees, geodesic to its foot."""
    lats, lons = world(count)
    mesh = open_borders().mesh
    edge = np.flatnonzero(mesh.joined)
    lines = shapely.linestrings(np.stack([mesh.lonlat[edge], mesh.lonlat[edge + 1]], axis=1))
    tree = shapely.STRtree(lines)
    few = min(count, 20_000)
    tree.nearest(shapely.points(lons[:10], lats[:10]))
    began = time.process_time()
    points = shapely.points(lons[:few], lats[:few])
    near = lines[tree.nearest(points)]
    foot = shapely.line_interpolate_point(near, shapely.line_locate_point(near, points))
    xy = shapely.get_coordinates(foot)
    planar = GEOD.inv(lons[:few], lats[:few], xy[:, 0], xy[:, 1])[2] / 1000
    spent = time.process_time() - began
    off = planar - ours.distance_km[:few]
    print(
        f"peer, shapely STRtree in degrees: {few / spent:,.0f} points/s; too far by "
        f"{np.percentile(off, 95):,.2f} km (95 %), {off.max():.0f} km (worst)"
    )


def peer_geopandas(count: int, ours: BorderDistances) -> None:
    """The usual way: ``sjoin_nearest`` in Web Mercator, if GeoPandas is installed."""
    try:
        import geopandas
    except ImportError:
        print("peer, geopandas.sjoin_nearest: GeoPandas is not installed, skipped")
        return
    few = min(count, 50_000)
    lats, lons = (values[:few] for values in world(count))
    inside = np.abs(lats) < 85
    mesh = open_borders().mesh
    edge = np.flatnonzero(mesh.joined)
    lines = shapely.linestrings(np.stack([mesh.lonlat[edge], mesh.lonlat[edge + 1]], axis=1))
    frame = geopandas.GeoDataFrame(geometry=lines, crs=4326).to_crs(3857)
    points = geopandas.GeoDataFrame(
        geometry=shapely.points(lons[inside], lats[inside]), crs=4326
    ).to_crs(3857)
    _ = frame.sindex
    began = time.process_time()
    joined = geopandas.sjoin_nearest(points, frame, distance_col="metres")
    spent = time.process_time() - began
    joined = joined[~joined.index.duplicated()].sort_index()
    rows = np.flatnonzero(inside)
    metres = joined["metres"].to_numpy() * np.cos(np.radians(lats[rows]))
    off = np.abs(metres / 1000 - ours.distance_km[rows])
    print(
        f"peer, geopandas.sjoin_nearest in Web Mercator: {len(rows) / spent:,.0f} points/s; off by "
        f"{np.percentile(off, 95):,.0f} km (95 %), {off.max():,.0f} km (worst)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "borders")
    parser.add_argument("--towns", type=Path, help="CSV with lat and lon")
    parser.add_argument("--points", type=int, default=1_000_000)
    arguments = parser.parse_args()
    towns = some_towns(arguments.towns)
    ours = speed(arguments.points, towns)
    references(arguments.shared)
    against_reference(*towns)
    peer_shapely(arguments.points, ours)
    peer_geopandas(arguments.points, ours)
    print("peer, PostGIS: not run here; `geography <->` gives about 4,000 points/s")


if __name__ == "__main__":
    main()
