"""Old reports and few new ones: how often the answer is right on offensives made up on real towns.

    python benchmarks/zones_change.py [--towns FILE] [--rounds N] [--seed N]

No second dated table is given, so the second date is made up: from the holders in FILE, offensives
of 10 to 60 km radius start next to ground of the side that wins, until so many towns have another
holder; 7 % of the towns within stay. All towns are known as they were, few as they are;
the others are asked. "By lot": any town may go to any side, and nothing can be learnt.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geo.exchange.points import read_points
from geo.zones.age import age_weight
from geo.zones.blend import Blend
from geo.zones.change import Changed
from geo.zones.kriging import Kriging
from geo.zones.methods import Method, on_globe

TOWNS = Path(__file__).resolve().parents[1] / ".." / "shared" / "control" / "syria-towns-2014.csv"
WORLDS = {"a year, 21.5 %": 0.215, "5 %": 0.05, "by lot, 21.5 %": 0.215}
YEAR = 365.0


def offensives(then: np.ndarray, xyz: np.ndarray, share: float, seed: int) -> np.ndarray:
    rng, tree, now = np.random.default_rng(seed), cKDTree(xyz), then.copy()
    sides = np.unique(then)
    while (now != then).mean() < share:
        centre, winner, reach = rng.integers(len(then)), rng.choice(sides), rng.uniform(10, 60)
        loser = now[centre]
        if loser == winner or winner not in now[tree.query_ball_point(xyz[centre], 1.3 * reach)]:
            continue
        near = np.array(tree.query_ball_point(xyz[centre], reach))
        away = np.linalg.norm(xyz[near] - xyz[centre], axis=1)
        taken = (now[near] == loser) & (away < reach * (0.7 + 0.3 * rng.random()))
        now[near[taken & (rng.random(len(near)) < 0.93)]] = winner
    return now


def by_lot(then: np.ndarray, share: float, seed: int) -> np.ndarray:
    rng, now = np.random.default_rng(seed), then.copy()
    moved = rng.random(len(then)) < share
    now[moved] = rng.choice(np.unique(then), int(moved.sum()))
    return now


def right(method: Method, lat: np.ndarray, lon: np.ndarray, truth: np.ndarray) -> float:
    share = method.predict_proba(lat, lon)
    return float((np.array(method.actors)[share.argmax(axis=1)] == truth).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--towns", type=Path, default=TOWNS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=21)
    args = parser.parse_args()
    table = read_points(args.towns, needed=("actor",))
    lat, lon, then = table.lat, table.lon, np.array(table.column("actor"))
    xyz, size = on_globe(lat, lon), len(then)
    print("Right about the others: old label kept; new only; old with less weight; old inform new")
    for name, share in WORLDS.items():
        for count in (56, 282, 564, 2800):
            found, spent = [], 0.0
            for number in range(args.rounds):
                seed = args.seed + number
                lots = name.startswith("by lot")
                now = by_lot(then, share, seed) if lots else offensives(then, xyz, share, seed)
                order = np.random.default_rng([seed, count]).permutation(size)
                fresh, rest = order[:count], order[count:]
                asked = lat[rest], lon[rest], now[rest]
                age = np.r_[np.full(size, YEAR), np.zeros(count)]
                places = np.r_[lat, lat[fresh]], np.r_[lon, lon[fresh]]
                label = np.r_[then, now[fresh]]
                anew = Blend().fit(lat[fresh], lon[fresh], now[fresh])
                light = Kriging().fit(*places, label, age_weight(age))
                start = time.process_time()
                changed = right(Changed(Blend, age).fit(*places, label), *asked)
                spent += time.process_time() - start
                kept = float((then[rest] == now[rest]).mean())
                found.append((kept, right(anew, *asked), right(light, *asked), changed))
            figures = "  ".join(f"{value:.3f}" for value in np.mean(found, axis=0))
            print(f"{name}, {count} new: {figures}   {spent / args.rounds:.1f} s of CPU")


if __name__ == "__main__":
    main()
