"""Zones: how long they take (the seed campaign, many places), and how far they can be trusted.

    python benchmarks/zones.py [--towns FILE]

FILE is a CSV with columns lat, lon, actor. Whole 60 km squares of its towns are hidden, and each
hidden town is judged by the nearest known one; printed is the share that agrees by distance,
and that share above what the commonest holder gives by itself (what geo.zones uses).
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geo.dates import DateSpan
from geo.model import Control, EventPlace, Tier
from geo.view import View
from geo.workspace import open_workspace
from geo.zones import zones

EDGES_KM = (0, 7, 14, 20, 30, 60)
ROUNDS = 20


def control(number: int, lat: float, lon: float, holder: str) -> Control:
    place = EventPlace(f"local:{number}", "", "", lat, lon, "PPL", None, None, 1.0)
    day = date(2017, 11, 9)
    span = DateSpan.day(day)
    evidence = (f"e/{number}",)
    return Control(place, day, (holder,), Tier.REPORTED, span, False, False, (), evidence, "")


def timing(name: str, controls: list[Control]) -> None:
    zones(controls[:2])
    start = time.process_time()
    found = zones(controls)
    seconds = time.process_time() - start
    print(f"{name}: {len(controls)} places, {len(found)} zones, {seconds:.3f} s of CPU")


def campaign() -> None:
    opened = open_workspace(url="sqlite://")
    days = [date(2017, 11, day) for day in (9, 10, 11)]
    opened.show(View(until=date(2017, 11, 8)))  # reads the land
    start = time.process_time()
    counts = [len(opened.show(View(until=day)).zones) for day in days]
    seconds = (time.process_time() - start) / len(days)
    print(f"seed campaign, one day: {counts[-1]} zones on their land, {seconds:.3f} s of CPU")


def agreement(lats: np.ndarray, lons: np.ndarray, actors: np.ndarray) -> None:
    rng = np.random.default_rng(1)
    lat, lon = np.radians(lats), np.radians(lons)
    xyz = 6371 * np.column_stack(
        [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]
    )
    chance = max(Counter(actors.tolist()).values()) / len(actors)
    print(f"commonest holder: {chance:.3f}")
    for hide in (0.5, 0.8, 0.9):
        right, seen = np.zeros(len(EDGES_KM) - 1), np.zeros(len(EDGES_KM) - 1)
        for _ in range(ROUNDS):
            offset = rng.uniform(0, 60, 2)
            row = np.floor((lats * 111.2 + offset[0]) / 60)
            column = np.floor((lons * 111.2 * np.cos(lat.mean()) + offset[1]) / 60)
            _, square = np.unique(np.column_stack([row, column]), axis=0, return_inverse=True)
            square = square.ravel()
            hidden = (rng.random(square.max() + 1) < hide)[square]
            if hidden.all() or not hidden.any():
                continue
            away, nearest = cKDTree(xyz[~hidden]).query(xyz[hidden])
            agrees = actors[~hidden][nearest] == actors[hidden]
            right += np.histogram(away[agrees], EDGES_KM)[0]
            seen += np.histogram(away, EDGES_KM)[0]
        share = right / np.maximum(seen, 1)
        cells = (
            f"{low}-{high} km {s:.3f} ({(s - chance) / (1 - chance):.2f})"
            for low, high, s in zip(EDGES_KM, EDGES_KM[1:], share, strict=False)
        )
        print(f"squares hidden {hide:.0%}: " + ", ".join(cells))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--towns", type=Path)
    towns = parser.parse_args().towns
    campaign()
    rng = np.random.default_rng(0)
    for count, south, north, west, east in ((60, 34, 36, 39.5, 42.5), (5000, 45, 52, 22, 40)):
        spots = zip(rng.uniform(south, north, count), rng.uniform(west, east, count), strict=True)
        made = [control(i, *spot, "abc"[rng.integers(3)]) for i, spot in enumerate(spots)]
        timing("random places, three sides", made)
    if towns:
        with towns.open(encoding="utf-8", newline="") as file:
            rows = [(float(r["lat"]), float(r["lon"]), r["actor"]) for r in csv.DictReader(file)]
        timing(towns.name, [control(i, *row) for i, row in enumerate(rows)])
        agreement(*(np.array(column) for column in zip(*rows, strict=True)))


if __name__ == "__main__":
    main()
