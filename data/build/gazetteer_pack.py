"""Write the villages of data/gazetteer/; their form is described in geo/gazetteer/layout.py."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np
import shapely

from data.build.gazetteer_rows import Row
from data.build.gazetteer_villages import Village
from geo.gazetteer import layout
from geo.gazetteer.names import LOOSE, bones, fold, loose_hash
from geo.gazetteer.recipes import recipe_of

# What the words of a name say about a place without a type; anything else is a settlement.
_LAST_WORD = {
    "river": "STM", "creek": "STM", "stream": "STM", "lake": "LK", "lakes": "LK",
    "reservoir": "RSV",
    "island": "ISL", "islands": "ISLS", "isle": "ISL", "mountain": "MT", "mountains": "MTS",
    "hills": "HLLS", "hill": "HLL", "range": "MTS", "peak": "PK", "desert": "DSRT", "bay": "BAY",
    "gulf": "GULF", "sea": "SEA", "strait": "STRT", "cape": "CAPE", "canyon": "CNYN",
    "valley": "VAL", "glacier": "GLCR", "peninsula": "PEN", "plateau": "UPLD", "plain": "PLN",
    "airport": "AIRP", "airfield": "AIRF", "airbase": "AIRB", "dam": "DAM", "park": "PRK",
    "port": "PRT", "beach": "BCH", "forest": "FRST", "waterfall": "FLLS", "falls": "FLLS",
    "bridge": "BDG", "canal": "CNL", "station": "RSTN", "pass": "PASS", "reef": "RF",
}  # fmt: skip
_FIRST_WORD = {
    "jabal": "MT", "jebel": "MT", "djebel": "MT", "mount": "MT", "monte": "MT", "gora": "MT",
    "cerro": "HLL", "kuh": "MT", "kuhe": "MT", "koh": "MT", "wadi": "WAD", "ouadi": "WAD",
    "oued": "WAD", "nahr": "STM", "rio": "STM", "reka": "STM", "ozero": "LK", "lake": "LK",
    "lago": "LK", "laguna": "LK", "buhayrat": "LK", "jazirat": "ISL", "ilha": "ISL",
    "isla": "ISL", "ile": "ISL", "ostrov": "ISL", "pulau": "ISL", "gulf": "GULF", "bahia": "BAY",
    "cape": "CAPE", "cabo": "CAPE", "ras": "CAPE", "mys": "CAPE", "sierra": "MTS", "serra": "MTS",
    "sarir": "DSRT", "sahra": "DSRT", "sadd": "DAM", "matar": "AIRP",
}  # fmt: skip
_FEATURES = ["PPL", *sorted({*_LAST_WORD.values(), *_FIRST_WORD.values()})]
# Five bits are kept for the feature: the rarest share a more general one.
_SHARED = {"RF": "ISL", "PASS": "VAL", "GLCR": "MTS", "UPLD": "PLN", "CNYN": "VAL", "PK": "MT",
           "BCH": "CAPE", "RSTN": "PPL", "HLLS": "HLL", "PRT": "PPL"}  # fmt: skip


def feature_of(village: Village) -> str:
    """Feature code by the words of an NGA name; MaxMind's file holds settlements only."""
    if village.source != "nga" or len(village.points) > 1:
        return "PPL"
    words = village.names[0].replace("-", " ").casefold().split()
    if len(words) < 2:
        return "PPL"
    code = _LAST_WORD.get(words[-1]) or _FIRST_WORD.get(words[0]) or "PPL"
    return _SHARED.get(code, code)


class Provinces:
    """First-order units to look points up in."""

    def __init__(self, units: list[dict[str, Any]], codes: set[str]) -> None:
        pairs = [
            (polygon, unit["gn_a1_code"])
            for unit in units
            if (unit.get("gn_a1_code") or "") in codes
            for polygon in unit["shape"]
        ]
        self._polygons = [polygon for polygon, _ in pairs]
        self._codes = [code for _, code in pairs]
        self._tree = shapely.STRtree(self._polygons)

    def codes_of(self, villages: Sequence[Village | Row]) -> list[str]:
        """The unit of each village, in its own country; ``SY.`` where it lies in none."""
        points = shapely.points([(v.lon, v.lat) for v in villages])
        found = [f"{v.country}." for v in villages]
        for index, at in zip(*self._tree.query(points, predicate="within"), strict=True):
            if self._codes[at][:2] == villages[index].country:
                found[index] = self._codes[at]
        lost = [i for i, code in enumerate(found) if code[3:] == ""]
        if (
            lost
        ):  # on the shore, or beyond a border drawn another way: the nearest within 0.1 degree
            pairs = self._tree.query(points[lost], predicate="dwithin", distance=0.1)
            best: dict[int, tuple[float, str]] = {}
            for index, at in zip(*pairs, strict=True):
                if self._codes[at][:2] != villages[lost[index]].country:
                    continue
                away = float(shapely.distance(points[lost[index]], self._polygons[at]))
                if index not in best or away < best[index][0]:
                    best[index] = away, self._codes[at]
            for index, (_, code) in best.items():
                found[lost[index]] = code
        return found


def _grid(lats: list[float], lons: list[float]) -> tuple[float, float, float, float]:
    """South, west and steps in degrees that hold all points in 65,536 steps each way."""
    ring = sorted(lon % 360 for lon in lons)
    gaps = [(b - a, b) for a, b in zip(ring, [*ring[1:], ring[0] + 360], strict=True)]
    west = max(gaps)[1] % 360
    span = max((lon - west) % 360 for lon in ring)
    west = west - 360 if west > 180 else west
    south = min(lats)
    # Corners and steps in round figures, so that a rebuilt file gives the same points.
    south, west = np.floor(south * 10) / 10, np.floor(west * 10) / 10
    lat_step, lon_step = (
        max(0.0001, float(np.ceil((extent + 0.2) / 65535 * 1e5)) / 1e5)
        for extent in (max(lats) - south, span)
    )
    return float(round(south, 1)), float(round(west, 1)), lat_step, lon_step


@dataclass(slots=True)
class Packed:
    """What the rest of the build needs to know of the villages."""

    pairs: list[tuple[str, int]]  # key and row of names other than the main one
    tables: dict[str, Any]
    loose: dict[str, list[tuple[int, int]]]  # country: (hash of a skeleton, row)


def _kind(village: Village) -> int:
    spread = village.spread_km
    size = next((i for i, km in enumerate((1.6, 2.7, 4.6)) if spread <= km), 3)
    feature = _FEATURES_KEPT.index(feature_of(village))
    return feature | (32 if village.source == "nga" else 0) | size << 6


_FEATURES_KEPT = ["PPL", *sorted({_SHARED.get(c, c) for c in _FEATURES} - {"PPL"})]
assert len(_FEATURES_KEPT) <= 32, len(_FEATURES_KEPT)


def write(
    out: Path, villages: list[Village], codes: list[str], admin1: list[str], first: int
) -> Packed:
    """Write the village files; ``codes`` are their units, ``first`` is the first one's row."""
    keys = [fold(v.names[0]) for v in villages]
    trie = marisa_trie.Trie(sorted(set(keys)), order=marisa_trie.LABEL_ORDER)
    trie.save(str(out / "villages.marisa"))
    order = sorted(
        range(len(villages)),
        key=lambda i: (trie[keys[i]], villages[i].country, villages[i].lat, villages[i].lon),
    )
    counts = np.bincount([trie[key] for key in keys], minlength=len(trie))
    np.save(out / "village_counts.npy", np.minimum(counts, 255).astype("<u1"))
    many = {int(number): int(counts[number]) for number in np.flatnonzero(counts >= 255)}
    starts = np.concatenate([[0], np.cumsum(counts)])
    np.save(out / "village_starts.npy", starts[:-1][:: layout.KEYS_STEP].astype("<u4"))

    by_country: dict[str, list[int]] = defaultdict(list)
    for index, village in enumerate(villages):
        by_country[village.country].append(index)
    grids = {
        country: _grid([villages[i].lat for i in rows], [villages[i].lon for i in rows])
        for country, rows in sorted(by_country.items())
    }
    where = {code: number for number, code in enumerate(admin1)}
    columns: dict[str, list[int]] = {name: [] for name in layout.VILLAGE_COLUMNS}
    people: list[tuple[int, int]] = []
    lines, pairs = [], []
    loose: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, index in enumerate(order):
        village, key = villages[index], keys[index]
        south, west, lat_step, lon_step = grids[village.country]
        columns["village_lat"].append(round((village.lat - south) / lat_step))
        columns["village_lon"].append(round(((village.lon - west) % 360) / lon_step))
        columns["village_admin1"].append(where[codes[index]])
        columns["village_kind"].append(_kind(village))
        if village.population:
            people.append((at, village.population))
        lines.append("\t".join((recipe_of(key, village.names[0]), *village.names[1:])))
        others = {fold(n) for n in village.names[1:]} - {key}
        pairs += [(other, first + at) for other in sorted(others) if len(other) > 1]
        if village.country in LOOSE:
            shapes = {bones(n, village.country) for n in village.names}
            loose[village.country] += [
                (loose_hash(shape), first + at) for shape in shapes if len(shape) > 1
            ]
    for name, dtype in layout.VILLAGE_COLUMNS.items():
        values = np.asarray(columns[name])
        assert values.min() >= 0
        assert values.max() <= np.iinfo(dtype).max
        np.save(out / f"{name}.npy", values.astype(dtype))
    np.save(out / "village_people_rows.npy", np.asarray([r for r, _ in people], dtype="<u4"))
    np.save(out / "village_people.npy", np.asarray([p for _, p in people], dtype="<u4"))
    blocks, offsets = [], [0]
    for start in range(0, len(lines), layout.NAMES_BLOCK):
        text = "\n".join(lines[start : start + layout.NAMES_BLOCK])
        blocks.append(zlib.compress(text.encode(), 9))
        offsets.append(offsets[-1] + len(blocks[-1]))
    (out / "villages.bin").write_bytes(b"".join(blocks))
    np.save(out / "village_blocks.npy", np.asarray(offsets, dtype="<u4"))
    tables: dict[str, Any] = {
        "villages": len(villages),
        "grids": grids,
        "village_features": _FEATURES_KEPT,
        "village_many": {str(k): v for k, v in many.items()},
    }
    return Packed(pairs, tables, dict(loose))


def write_loose(out: Path, loose: dict[str, list[tuple[int, int]]]) -> dict[str, list[int]]:
    """Write the hashes of skeletons by country; returns where each country's begin and end."""
    hashes: list[int] = []
    rows: list[int] = []
    bounds = {}
    for country, pairs in sorted(loose.items()):
        unique = sorted(set(pairs))
        bounds[country] = [len(hashes), len(hashes) + len(unique)]
        hashes += [h for h, _ in unique]
        rows += [r for _, r in unique]
    np.save(out / "loose_hash.npy", np.asarray(hashes, dtype="<u2"))
    np.save(out / "loose_row.npy", np.asarray(rows, dtype="<u4"))
    return bounds


def known_countries(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Folded name to code, the first of each name."""
    found: dict[str, str] = {}
    for name, code in rows:
        found.setdefault(fold(name), code)
    return found
