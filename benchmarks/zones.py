"""Control zones: how often they are right, how sure they should be, how long they take.

    python benchmarks/zones.py [--towns FILE] [--polygon FILE] [--country CC] [--seed N] [--quick]

FILE of --towns is a CSV with lat, lon, actor (other columns are ignored). Towns are hidden at
random, several times over; every method learns and tunes on the others alone and is asked about
the hidden ones. FILE of --polygon is a GeoJSON of one side's ground in country CC: the towns of
our own gazetteer are labelled by it, some hidden, and the ground that follows is compared.

ECE: |share right - certainty| over 15 bins of certainty, weighed by their size, mean over the
rounds; "all rounds" puts the rounds together first, since in a round with 56 known towns chance
alone moves all certainties together. "Sure 90 %": share right among the 90 % it is surest of.
How opinions are weighed and sharpened (``geo.zones.blend``) was chosen on half of the Syrian towns
(``looked_at``: known and hidden ones both from it, seeds of their own; the krigings, divides and
forest before that on the whole file). "Other half" scores the hidden towns of the rest.
The 35/7 km rule: nothing further than 35 km from a town, contested where the nearest towns
of two sides are 7 km or less apart; compared at the same coverage.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry import shape

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geo.areas import admin1_area, admin1_codes, country_area, country_at
from geo.exchange.points import read_points
from geo.polygons import geodesic_km2
from geo.zones.areas import areas
from geo.zones.blend import Blend
from geo.zones.kriging import Kriging
from geo.zones.methods import Method, Nearest, Voronoi, on_globe
from geo.zones.settlements import AREA_NEIGHBOURS

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "control"
HIDE = (0.5, 0.8, 0.9, 0.95, 0.99)
ACCURACY = (0.949, 0.924, 0.904, 0.875, 0.772)
ECE = (0.02, 0.02, 0.02, 0.02, 0.045)
SURE, NOISE, LOSS = 0.985, 0.10, 0.023
CAP_KM = 20.0
GRID_KM = 3.0


def undivided() -> Method:
    return Kriging(divided=False)


METHODS: dict[str, Callable[[], Method]] = {
    "blend": Blend,
    "kriging": Kriging,
    "kriging, no divides": undivided,
    "nearest 8": Nearest,
    "Voronoi": Voronoi,
}


@dataclass
class Score:
    """What one method did, round by round."""

    right: list[float] = field(default_factory=list)
    ece: list[float] = field(default_factory=list)
    sure: list[float] = field(default_factory=list)
    certainty: list[np.ndarray] = field(default_factory=list)
    correct: list[np.ndarray] = field(default_factory=list)

    def add(self, certainty: np.ndarray, correct: np.ndarray) -> None:
        """One round more."""
        self.right.append(float(correct.mean()))
        self.ece.append(calibration(certainty, correct))
        best = np.argsort(-certainty, kind="stable")[: round(0.9 * len(correct))]
        self.sure.append(float(correct[best].mean()))
        self.certainty.append(certainty)
        self.correct.append(correct)

    @property
    def together(self) -> float:
        """ECE of all rounds put together."""
        return calibration(np.concatenate(self.certainty), np.concatenate(self.correct))


def calibration(certainty: np.ndarray, correct: np.ndarray, bins: int = 15) -> float:
    where = np.minimum((certainty * bins).astype(int), bins - 1)
    size = np.bincount(where, minlength=bins)
    gap = np.bincount(where, certainty - correct, minlength=bins)
    return float(np.abs(gap).sum() / size.sum())


def verdict(value: float, limit: float, *, least: bool = True) -> str:
    fine = value >= limit if least else value <= limit
    return f"{'≥' if least else '≤'} {limit:.3f} {'met' if fine else 'MISSED'}"


@dataclass(frozen=True)
class Table:
    """Towns: degrees and holders."""

    lat: np.ndarray
    lon: np.ndarray
    actor: np.ndarray

    def __len__(self) -> int:
        return len(self.actor)

    def rounds(self, hide: float, count: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Known and hidden towns (indices), drawn by lot so many times."""
        for number in range(count):
            order = np.random.default_rng([seed, round(1000 * hide), number]).permutation(len(self))
            known = max(2, round(len(self) * (1 - hide)))
            yield order[:known], order[known:]


def read_towns(path: Path) -> Table:
    table = read_points(path, needed=("actor",))
    return Table(table.lat, table.lon, np.array(table.column("actor")))


def ask(method: Method, towns: Table, hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Certainty and whether right, of the likeliest holder of each hidden town."""
    share = method.predict_proba(towns.lat[hidden], towns.lon[hidden])
    best = share.argmax(axis=1)
    said = np.array(method.actors, dtype=object)[best]
    return share[np.arange(len(hidden)), best], said == towns.actor[hidden]


def looked_at(towns: Table) -> np.ndarray:
    """The half of the towns that choices were made on."""
    names = (f"{lat:.5f},{lon:.5f}" for lat, lon in zip(towns.lat, towns.lon, strict=True))
    return np.array([hashlib.sha256(name.encode()).digest()[0] % 2 == 0 for name in names])


def provinces(towns: Table) -> np.ndarray:
    """First-order unit of each town, -1 outside all."""
    middle = country_at(float(np.median(towns.lat)), float(np.median(towns.lon))) or ""
    unit = np.full(len(towns), -1)
    for number, code in enumerate(admin1_codes(middle)):
        area = admin1_area(code)
        if area is not None:
            unit[shapely.contains_xy(area, towns.lon, towns.lat)] = number
    return unit


def majority(unit: np.ndarray, towns: Table, known: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Whether right, if every unit is given to whom most of its known towns belong."""
    names, code = np.unique(towns.actor, return_inverse=True)
    usual = np.bincount(code[known]).argmax()
    counts = np.zeros((unit.max() + 2, len(names)), dtype=int)
    np.add.at(counts, (unit[known] + 1, code[known]), 1)
    best = np.where(counts.sum(axis=1) > 0, counts.argmax(axis=1), usual)
    return best[unit[hidden] + 1] == code[hidden]


def rule(towns: Table, known: np.ndarray, hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The 35/7 km rule: which hidden towns it colours, and whether rightly."""
    points, asked = on_globe(towns.lat, towns.lon)[known], on_globe(towns.lat, towns.lon)[hidden]
    sides = np.unique(towns.actor[known])
    away = np.column_stack(
        [cKDTree(points[towns.actor[known] == side]).query(asked)[0] for side in sides]
    )
    ranked = np.sort(away, axis=1)
    colours = ranked[:, 0] <= 35
    if len(sides) > 1:
        colours &= ranked[:, 1] - ranked[:, 0] > 7
    return colours, sides[away.argmin(axis=1)] == towns.actor[hidden]


def hidden_towns(towns: Table, quick: bool, seed: int) -> None:
    unit, fresh = provinces(towns), ~looked_at(towns)
    repeats = (2, 2, 2, 3, 6) if quick else (8, 8, 8, 12, 32)
    print("\nHidden towns            right   ECE (rounds, together)  sure 90 %  s CPU a round")
    for hide, count, accuracy, ece in zip(HIDE, repeats, ACCURACY, ECE, strict=True):
        scores = {name: Score() for name in METHODS}
        spent = dict.fromkeys(METHODS, 0.0)
        admin, ruled, covered, same, other = [], [], [], [], []
        for known, hidden in towns.rounds(hide, count, seed):
            for name, make in METHODS.items():
                start = time.process_time()
                method = make().fit(towns.lat[known], towns.lon[known], towns.actor[known])
                certainty, correct = ask(method, towns, hidden)
                spent[name] += time.process_time() - start
                scores[name].add(certainty, correct)
                if name == "blend":
                    colours, fine = rule(towns, known, hidden)
                    surest = np.argsort(-certainty, kind="stable")[: int(colours.sum())]
                    covered.append(colours.mean())
                    ruled.append(fine[colours].mean())
                    same.append(correct[surest].mean())
                    other.append(correct[fresh[hidden]].mean())
            admin.append(majority(unit, towns, known, hidden).mean())
        print(f"hidden {hide:.0%} ({count} rounds, {round(len(towns) * (1 - hide))} known)")
        for name, score in scores.items():
            right, gap, sure = (float(np.mean(v)) for v in (score.right, score.ece, score.sure))
            notes = ""
            if name == "blend":
                notes = f"  right {verdict(right, accuracy)}, ECE {verdict(gap, ece, least=False)}"
                notes += f", sure {verdict(sure, SURE)}" if hide == HIDE[0] else ""
            print(
                f"  {name:20s} {right:.4f}  {gap:.4f}  {score.together:.4f}          {sure:.4f}"
                f"     {spent[name] / count:.2f}{notes}"
            )
        print(f"  {'blend, other half':20s} {np.mean(other):.4f}")
        print(f"  {'admin-1 majority':20s} {np.mean(admin):.4f}")
        note = verdict(float(np.mean(same)), float(np.mean(ruled)))
        print(
            f"  {'35/7 km rule':20s} {np.mean(ruled):.4f} of the {np.mean(covered):.1%} "
            f"it colours; blend there {np.mean(same):.4f}: {note}"
        )
    wrong_labels(towns, 2 if quick else 6, seed)


def wrong_labels(towns: Table, count: int, seed: int) -> None:
    print(f"\n{NOISE:.0%} of the known labels made wrong: right, and points lost")
    names = np.unique(towns.actor)
    for hide in HIDE[:-1]:
        cells = []
        for name in ("blend", "kriging", "nearest 8", "Voronoi"):
            dirty, fine = [], []
            for number, (known, hidden) in enumerate(towns.rounds(hide, count, seed)):
                rng = np.random.default_rng([seed, 2, number])
                label = towns.actor[known].copy()
                spoilt = np.flatnonzero(rng.random(len(known)) < NOISE)
                for i in spoilt.tolist():
                    label[i] = rng.choice(names[names != label[i]])
                for labels, found in ((label, dirty), (towns.actor[known], fine)):
                    method = METHODS[name]().fit(towns.lat[known], towns.lon[known], labels)
                    found.append(ask(method, towns, hidden)[1].mean())
            lost = float(np.mean(fine) - np.mean(dirty))
            note = f" ({verdict(lost, LOSS, least=False)})" if name == "blend" else ""
            cells.append(f"{name} {np.mean(dirty):.4f} -{100 * lost:.1f}{note}")
        print(f"  hidden {hide:.0%}: " + "; ".join(cells))


def hidden_squares(towns: Table, count: int, seed: int) -> None:
    """Whole squares of 60 km hidden: what anyone can say far from reports."""
    print("\nWhole 60 km squares hidden: right, ECE, and right within the cap")
    for hide in (0.5, 0.8, 0.9):
        scores = {name: Score() for name in ("blend", "kriging", "Voronoi")}
        near: dict[str, list[float]] = {name: [] for name in scores}
        for number in range(count):
            rng = np.random.default_rng([seed, 3, number])
            row = np.floor((towns.lat * 111.2 + rng.uniform(0, 60)) / 60)
            narrow = np.cos(np.radians(towns.lat.mean()))
            column = np.floor((towns.lon * 111.2 * narrow + rng.uniform(0, 60)) / 60)
            _, square = np.unique(np.column_stack([row, column]), axis=0, return_inverse=True)
            gone = (rng.random(square.max() + 1) < hide)[square.ravel()]
            known, hidden = np.flatnonzero(~gone), np.flatnonzero(gone)
            if len(known) < 10 or not len(hidden):
                continue
            globe = on_globe(towns.lat, towns.lon)
            away, _ = cKDTree(globe[known]).query(globe[hidden])
            for name, score in scores.items():
                method = METHODS[name]().fit(towns.lat[known], towns.lon[known], towns.actor[known])
                certainty, correct = ask(method, towns, hidden)
                score.add(certainty, correct)
                near[name].append(correct[away <= CAP_KM].mean())
        print(f"  hidden {hide:.0%}: " + "; ".join(
            f"{name} {np.mean(s.right):.3f}, {s.together:.3f}, {np.nanmean(near[name]):.3f}"
            for name, s in scores.items()
        ))  # fmt: skip


def labelled_by(path: Path, country: str) -> tuple[Table, object, object]:
    """Towns of the gazetteer (500 inhabitants or more) labelled by a polygon; it; the country."""
    from geo.gazetteer import Gazetteer

    features = json.loads(path.read_bytes())["features"]
    held = shapely.union_all([shapely.make_valid(shape(f["geometry"])) for f in features])
    ground = country_area(country)
    gazetteer = Gazetteer()
    rows = gazetteer.files.rows_in(country).tolist()
    facts = [gazetteer.facts(row) for row in rows if not gazetteer.files.is_village(row)]
    spots = np.array(
        [(f.lat, f.lon) for f in facts if f.population >= 500 and f.feature.startswith("PPL")]
    )
    inside = shapely.contains_xy(held, spots[:, 1], spots[:, 0])
    return Table(spots[:, 0], spots[:, 1], np.where(inside, "held", "not")), held, ground


def overlap(path: Path, country: str, quick: bool, seed: int) -> None:
    towns, held, ground = labelled_by(path, country)
    west, south, east, north = ground.bounds
    narrow = np.cos(np.radians((south + north) / 2))
    x, y = np.meshgrid(
        np.arange(west, east, GRID_KM / 111.2 / narrow), np.arange(south, north, GRID_KM / 111.2)
    )
    x, y = x.ravel(), y.ravel()
    inside = shapely.contains_xy(ground, x, y)
    x, y = x[inside], y[inside]
    truth = shapely.contains_xy(held, x, y)
    size = np.cos(np.radians(y))
    names = ("blend", "kriging", "kriging, no divides", "nearest 8", "Voronoi")
    print(
        f"\nGround of {path.name} from {len(towns)} towns ({(towns.actor == 'held').sum()} in it), "
        f"{len(x)} cells of {GRID_KM:.0f} km: intersection over union"
    )
    for hide, count in zip((0.0, 0.8, 0.9, 0.95, 0.99), (1, 4, 8, 8, 16), strict=True):
        found: dict[str, list[float]] = {name: [] for name in names}
        for known, _ in towns.rounds(hide, 1 if quick else count, seed):
            if len(np.unique(towns.actor[known])) < 2:
                continue
            for name in names:
                method = METHODS[name]().fit(towns.lat[known], towns.lon[known], towns.actor[known])
                share = method.predict_proba(y, x)[:, method.actors.index("held")]
                both = size[(share > 0.5) & truth].sum()
                found[name].append(both / size[(share > 0.5) | truth].sum())
        mean = {name: float(np.mean(values)) for name, values in found.items()}
        limit = max(mean["Voronoi"], mean["kriging, no divides"])
        cells = ", ".join(f"{name} {value:.4f}" for name, value in mean.items())
        print(f"  hidden {hide:.0%}: {cells}; blend {verdict(mean['blend'], limit)}")


def clean_areas(towns: Table, country: str) -> None:
    """The polygons themselves: overlaps, gaps to the country, time."""
    ground = country_area(country)
    method = Kriging(AREA_NEIGHBOURS).fit(towns.lat, towns.lon, towns.actor)
    found = areas(method, towns.lat, towns.lon, cap_km=CAP_KM, land=ground)
    shapes = [area.geometry for area in found]
    whole = shapely.union_all(shapes)
    double = sum(map(geodesic_km2, shapes)) - geodesic_km2(whole)
    by_kind = {k: sum(a.area_km2 for a in found if a.kind == k) for k in ("held", "contested")}
    total = geodesic_km2(ground)
    print(
        f"\nAreas of all {len(towns)} towns in {country}: {len(found)}, "
        f"valid {all(s.is_valid for s in shapes)}, covered twice {double:.4f} km²; held "
        f"{by_kind['held'] / total:.1%}, contested {by_kind['contested'] / total:.1%}, no "
        f"information {1 - sum(by_kind.values()) / total:.1%}"
    )


def timing(towns: Table, country: str) -> None:
    ground = country_area(country)
    print("\nAreas, learning, polygons and clip included: s of CPU, best of 3")
    west, south, east, north = ground.bounds
    rng = np.random.default_rng(0)
    for count, limit in ((5_000, 0.3), (50_000, 2.0)):
        spots = np.column_stack(
            [rng.uniform(south, north, 4 * count), rng.uniform(west, east, 4 * count)]
        )
        spots = spots[shapely.contains_xy(ground, spots[:, 1], spots[:, 0])][:count]
        # Each takes the holder of the nearest real town, so that fronts look like real ones.
        globe = cKDTree(on_globe(towns.lat, towns.lon))
        actor = towns.actor[globe.query(on_globe(spots[:, 0], spots[:, 1]))[1]]
        mixed = np.array(["a", "b", "c"])[rng.integers(0, 3, len(spots))]
        for name, labels in (("real fronts", actor), ("labels by lot", mixed)):
            spent = []
            for _ in range(3):
                start = time.process_time()
                method = Kriging(AREA_NEIGHBOURS).fit(spots[:, 0], spots[:, 1], labels)
                areas(method, spots[:, 0], spots[:, 1], cap_km=CAP_KM, land=ground)
                spent.append(time.process_time() - start)
            note = verdict(min(spent), limit, least=False) if name == "real fronts" else ""
            print(f"  {len(spots)} settlements, {name}: {min(spent):.2f} {note}")


def campaign() -> None:
    from datetime import date

    from geo.view import View
    from geo.workspace import open_workspace

    opened = open_workspace(url="sqlite://")
    days = [date(2017, 11, day) for day in (9, 10, 11)]
    opened.show(View(until=date(2017, 11, 8)))  # reads the land
    start = time.process_time()
    counts = [len(opened.show(View(until=day)).zones) for day in days]
    spent = (time.process_time() - start) / len(days)
    print(f"\nSeed campaign, one day: {counts[-1]} zones on their land, {spent:.3f} s of CPU")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--towns", type=Path, default=SHARED / "syria-towns-2014.csv")
    parser.add_argument(
        "--polygon", type=Path, default=SHARED / "ukraine-occupied-2025-05-10.geojson"
    )
    parser.add_argument("--country", default="UA", help="of the polygon")
    parser.add_argument("--seed", type=int, default=13, help="of the lots drawn")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    args = parser.parse_args()
    started = time.process_time()
    if args.towns.exists():
        towns = read_towns(args.towns)
        middle = country_at(float(np.median(towns.lat)), float(np.median(towns.lon))) or "SY"
        timing(towns, middle)
        clean_areas(towns, middle)
        hidden_towns(towns, args.quick, args.seed)
        hidden_squares(towns, 2 if args.quick else 6, args.seed)
    if args.polygon.exists():
        overlap(args.polygon, args.country, args.quick, args.seed)
    campaign()
    print(f"\n{time.process_time() - started:.0f} s of CPU in all")


if __name__ == "__main__":
    main()
