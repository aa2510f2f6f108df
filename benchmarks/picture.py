"""CPU seconds for a picture of the seed reports, 1600 by 1000: python benchmarks/picture.py."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from geo.areas import admin1_area, land_area  # noqa: E402
from geo.control import control_on  # noqa: E402
from geo.figure import Scene, compose  # noqa: E402
from geo.geocode import open_geocoder  # noqa: E402
from geo.seeds import load_actors, load_seeds  # noqa: E402
from geo.zones import zones  # noqa: E402

LIMIT_S = 2.0
ON = date(2017, 11, 11)
ROUNDS = 5


def seed_scene(on: date = ON) -> Scene:
    """The scene of all seed events up to a day."""
    actors = load_actors(ROOT / "data" / "actors")
    seeds = load_seeds(ROOT / "seeds" / "reports", actors, open_geocoder())
    events = [event for event in seeds.events if event.date.within(None, on)]
    controls = control_on(seeds.events, on, actors)
    lats = [control.place.lat for control in controls]
    lons = [control.place.lon for control in controls]
    land = land_area(min(lons) - 1, min(lats) - 1, max(lons) + 1, max(lats) + 1)
    provinces = {e.place.place_id: e.place for e in events if e.place.feature_code == "ADM1"}
    shapes = {
        key: shape
        for key, place in provinces.items()
        if place.admin1 and (shape := admin1_area(place.admin1)) is not None
    }
    return Scene(
        title="Al Bu Kamal, autumn 2017",
        as_of=on,
        deck="Who was reported to hold what along the Euphrates",
        events=events,
        hidden=len(seeds.events) - len(events),
        zones=zones(controls, land=land),
        controls=controls,
        actors=actors,
        sources=sorted({report.publisher for report in seeds.reports}),
        outlines=shapes,
    )


def main() -> int:
    scene = seed_scene()
    print(f"{len(scene.events)} events, {len(scene.zones)} zones, 1600 x 1000 px, CPU seconds")
    worst = 0.0
    for fmt in ("png", "svg", "pdf"):
        taken = []
        for _ in range(ROUNDS):
            start = time.process_time()
            data = compose(scene, fmt=fmt, scale=2)
            taken.append(time.process_time() - start)
        name = "png @2x" if fmt == "png" else fmt
        middle = sorted(taken)[ROUNDS // 2]
        print(f"{name:8} first {taken[0]:5.2f}  median {middle:5.2f}  {len(data) / 1024:6.0f} KB")
        worst = max(worst, taken[0])
    verdict = "within" if worst <= LIMIT_S else "OVER"
    print(f"slowest {worst:.2f} s, {verdict} the limit of {LIMIT_S:g} s")
    return 0 if worst <= LIMIT_S else 1


if __name__ == "__main__":
    raise SystemExit(main())
