"""Border distances: accuracy against reference values, and speed beside a plain STRtree.

    python benchmarks/borders.py [--shared FOLDER] [--points N]

FOLDER holds ``exact-distances.csv`` (borders that are meridians or parallels) and
``reference-towns.csv``; by default ``../shared/borders`` beside the checkout.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path

import numpy as np
import shapely

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from geo.borders import GEOD, Borders, open_borders  # noqa: E402

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


def accuracy(folder: Path) -> None:
    for name, show in (("exact-distances.csv", exact), ("reference-towns.csv", towns)):
        file = folder / name
        if not file.exists():
            print(f"{name}: not found, skipped; name its folder with --shared")
            continue
        with file.open(encoding="utf-8", newline="") as text:
            show(list(csv.DictReader(text)))


def exact(rows: list[dict[str, str]]) -> None:
    print("method against exact lines")
    worst = 0.0
    for row in rows:
        line = next(xy for start, xy in EXACT.items() if row["case"].startswith(start))
        own = Borders.from_lines("exact", [("AA", "BB", np.array(line, float))])
        found = own.nearest(float(row["lat"]), float(row["lon"]))
        error_mm = (found.distance_km - float(row["dist_km"])) * 1e6
        worst = max(worst, abs(error_mm))
        print(f"  {row['case'][:44]:44} {found.distance_km:12.6f} km  {error_mm:+8.3f} mm")
    print(f"  worst {worst:.3f} mm")


def towns(rows: list[dict[str, str]]) -> None:
    print("towns against the full-resolution reference (km)")
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


def some_points(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Points spread like towns: within 4 degrees of some border vertex."""
    rng = np.random.default_rng(7)
    borders = open_borders()
    start = borders._start[rng.integers(0, len(borders._start), count)] / borders._unit  # noqa: SLF001
    point = start + rng.normal(0, 1.5, (count, 2))
    return np.clip(point[:, 1], -85, 85), np.clip(point[:, 0], -179, 179)


def speed(count: int) -> None:
    lats, lons = some_points(count)
    began = time.perf_counter()
    open_borders.cache_clear()
    borders = open_borders()
    print(f"opened in {(time.perf_counter() - began) * 1000:.0f} ms")
    began = time.perf_counter()
    for lat, lon in zip(lats[:200], lons[:200], strict=True):
        borders.nearest(lat, lon)
    print(f"one at a time: {(time.perf_counter() - began) * 5:.2f} ms a point (side included)")
    borders.nearest_many(lats[:300], lons[:300])  # builds the index, as the peer's is built below
    began = time.process_time()
    ours = borders.nearest_many(lats, lons)
    spent = time.process_time() - began
    print(f"nearest_many: {count / spent:10,.0f} points/s of CPU")

    one, two = borders._open(np.arange(len(borders._size)))  # noqa: SLF001
    lines = shapely.linestrings(np.stack([one, two], axis=1))
    tree = shapely.STRtree(lines)
    few = min(count, 5_000)
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
        f"STRtree in degrees:  {few / spent:10,.0f} points/s of CPU; too far by "
        f"{np.percentile(off, 95) * 1000:,.0f} m (95 %), {off.max():.1f} km (worst)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "borders")
    parser.add_argument("--points", type=int, default=50_000)
    arguments = parser.parse_args()
    accuracy(arguments.shared)
    speed(arguments.points)


if __name__ == "__main__":
    main()
