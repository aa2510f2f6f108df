"""Land borders by country pair: OpenStreetMap at full resolution, Natural Earth 10m beside it.

An OpenStreetMap border is an edge that two countries' rings share. What is left out:
- edges at sea (their middle is not within 900 m of GSHHG land, the Caspian counting as sea);
- edges shared only because a country's relation holds its overseas part a second time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely

from data.build.border_extra import coarse_lines, marks, zone_lines
from data.build.sources import caspian, iso_by_a3, natural_earth, osm_countries, shoreline
from geo.borders.blocks import Line, block_lines

ROOT = Path(__file__).resolve().parents[2]
THIN = 0.00001  # degrees; Douglas-Peucker, 1.1 m
NEAR_LAND = 0.008  # degrees

# A country whose relation repeats the territory of others: the other one names the border.
TWICE = {
    "FR": {"BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"},
    "NL": {"AW", "BQ", "CW", "SX"},
    "NO": {"BV", "SJ"},
    "US": {"AS", "GU", "MP", "PR", "UM", "VI"},
    "AU": {"CC", "CX", "HM", "NF"},
    "FI": {"AX"},
    "MA": {"EH"},
}


Edge = tuple[int, int]  # keys of the two ends
APART = 0.02  # degrees between two drawings of one border
CLAIMS_APART = 1.0  # degrees between two claims
SHORE = 0.03  # degrees; this close to a shore a lone edge is a limit at sea
# Countries whose territory another country's ring takes in whole.
WITHIN = {"EH": "MA"}
# Pairs that meet at sea only, on rocks or where a limit passes close to a shore.
AT_SEA = {("BH", "QA"), ("CA", "GL"), ("CA", "PM"), ("DK", "SE"), ("VG", "VI")}


def _pair(countries: set[str]) -> tuple[str, str] | None:
    """The two countries of an edge claimed by ``countries``; None if it is no border."""
    for whole, parts in TWICE.items():
        if whole in countries and countries & parts:
            if countries - {whole} <= parts:
                only = sorted(countries - {whole})
                # Western Sahara's own limit with Morocco is a border; France's with Réunion not.
                return ("EH", "MA") if only == ["EH"] else None
            countries = countries - {whole}
    if len(countries) < 2:
        return None
    first, second, *_ = sorted(countries)
    return first, second


def _chains(edges: list[tuple[int, int]]) -> Iterable[list[int]]:
    """Join directed edges into chains, broken where they fork."""
    after: dict[int, list[int]] = defaultdict(list)
    before: dict[int, int] = defaultdict(int)
    for start, end in edges:
        after[start].append(end)
        before[end] += 1
    left = set(edges)
    heads = [s for s in after if len(after[s]) != 1 or before[s] != 1]
    for start in [*heads, *list(after)]:
        for end in after[start]:
            if (start, end) not in left:
                continue
            left.discard((start, end))
            chain = [start, end]
            while len(onward := after[chain[-1]]) == 1 and before[chain[-1]] == 1:
                if (chain[-1], onward[0]) not in left:
                    break
                left.discard((chain[-1], onward[0]))
                chain.append(onward[0])
            yield chain


class _Ground:
    """Tells land from sea."""

    def __init__(self) -> None:
        polygons, _ = shoreline()[1]
        self.tree = shapely.STRtree(_cells(polygons))
        self.inland_sea = caspian().buffer(-NEAR_LAND)
        shapely.prepare(self.inland_sea)

    def has(self, one: np.ndarray, two: np.ndarray) -> np.ndarray:
        """Whether the middles of the edges from ``one`` to ``two`` (Nx2) lie near land."""
        middle = shapely.points((one + two) / 2)
        land = np.zeros(len(middle), bool)
        land[self.tree.query(middle, predicate="dwithin", distance=NEAR_LAND)[0]] = True
        return land & ~shapely.intersects(self.inland_sea, middle)

    def by_the_shore(self, shapes: np.ndarray) -> np.ndarray:
        """Whether edges lie near a coast of GSHHG."""
        rings = [shapely.get_coordinates(p) for p in shoreline()[1][0]]
        parts = [r[i : i + 40] for r in rings for i in range(0, len(r) - 1, 39)]
        tree = shapely.STRtree([shapely.linestrings(p) for p in parts if len(p) > 1])
        near = np.zeros(len(shapes), bool)
        near[tree.query(shapes, predicate="dwithin", distance=SHORE)[0]] = True
        return near

    def runs(self, line: Line) -> Iterator[Line]:
        """The parts of a line that lie near land."""
        left, right, xy = line
        land = self.has(xy[1:], xy[:-1])
        for run in np.split(np.arange(len(land)), np.flatnonzero(np.diff(land)) + 1):
            if land[run[0]]:
                yield left, right, xy[run[0] : run[-1] + 2]


def _cells(polygons: np.ndarray, limit: int = 400) -> np.ndarray:
    """Cut large polygons in quarters until none has more than ``limit`` vertices."""
    done: list[np.ndarray] = []
    while len(polygons):
        large = shapely.get_num_coordinates(polygons) > limit
        done.append(polygons[~large])
        pieces = []
        for polygon in polygons[large]:
            west, south, east, north = polygon.bounds
            x, y = (west + east) / 2, (south + north) / 2
            for box in ((west, south, x, y), (x, south, east, y), (west, y, x, north)):
                pieces.append(shapely.clip_by_rect(polygon, *box))
            pieces.append(shapely.clip_by_rect(polygon, x, y, east, north))
        polygons = shapely.get_parts(np.array(pieces)) if pieces else np.array([])
        polygons = polygons[shapely.get_dimensions(polygons) == 2] if len(polygons) else polygons
    return np.concatenate(done)


def osm_lines() -> list[Line]:
    """Every OpenStreetMap land border: (left country, right country, lon/lat)."""
    owners: dict[Edge, set[str]] = defaultdict(set)
    edges = [(iso, _edges(ring)) for iso, ring in osm_countries()]
    for iso, of_ring in edges:
        for start, end in of_ring:
            owners[min(start, end), max(start, end)].add(iso)
    shared = {edge: pair for edge, who in owners.items() if len(who) > 1 and (pair := _pair(who))}
    directed: dict[tuple[str, str], set[Edge]] = defaultdict(set)
    alone: list[tuple[str, Edge]] = []
    for iso, of_ring in edges:
        for start, end in of_ring:
            edge = min(start, end), max(start, end)
            pair = shared.get(edge)
            if pair and pair[0] == iso:
                directed[pair].add((start, end))
            elif len(owners[edge]) == 1:
                alone.append((iso, (start, end)))
    ground = _Ground()
    for iso, other, edge in _unshared(alone, ground):
        directed[iso, other].add(edge)
    lines: list[Line] = []
    for (left, right), found in directed.items():
        if (min(left, right), max(left, right)) in AT_SEA:
            continue
        for chain in _chains(sorted(found)):
            xy = _degrees(np.array(chain))
            thin = shapely.get_coordinates(shapely.simplify(shapely.linestrings(xy), THIN))
            lines.extend(ground.runs((left, right, thin)))
    for line in zone_lines():
        lines.extend(ground.runs(line))
    lines.extend(coarse_lines())
    return lines


def _edges(ring: np.ndarray) -> list[Edge]:
    """A ring's edges as pairs of vertex keys."""
    units = np.round(ring * 10_000_000).astype(np.int64)
    keys = ((units[:, 0] + 1_800_000_000) * 2_000_000_000 + units[:, 1] + 900_000_000).tolist()
    return [(start, end) for start, end in pairwise(keys) if start != end]


def _degrees(keys: np.ndarray) -> np.ndarray:
    """Vertex keys back to longitude, latitude."""
    x, y = keys // 2_000_000_000 - 1_800_000_000, keys % 2_000_000_000 - 900_000_000
    return np.stack([x, y], axis=-1) / 10_000_000


def _unshared(alone: list[tuple[str, Edge]], ground: _Ground) -> Iterator[tuple[str, str, Edge]]:
    """Borders that two countries' rings draw apart: (left, right, edge).

    - Where another country's lone edge lies within 2 km the two are one border, drawn once, along
      the line of the country first in the alphabet.
    - Farther inland, up to a degree apart, the lines are two claims: both count.
    - Or the country is held to lie within another.
    """
    iso = np.array([name for name, _ in alone])
    ends = _degrees(np.array([edge for _, edge in alone]))
    kept = np.flatnonzero(ground.has(ends[:, 0], ends[:, 1]))
    iso, ends = iso[kept], ends[kept]
    shapes = shapely.linestrings(ends)
    near = _neighbours(shapes, iso, APART)
    far = np.array([index not in near for index in range(len(iso))])
    far &= ~ground.by_the_shore(shapes)
    lone = np.flatnonzero(far)
    claims = _neighbours(shapes[lone], iso[lone], CLAIMS_APART)
    rival = {int(lone[index]): name for index, name in claims.items()}
    for index, (name, number) in enumerate(zip(iso.tolist(), kept.tolist(), strict=True)):
        other = near.get(index) or WITHIN.get(name) or rival.get(index)
        if other and _pair({name, other}) and (name < other or index not in near):
            yield name, other, alone[number][1]


def _neighbours(shapes: np.ndarray, iso: np.ndarray, reach: float) -> dict[int, str]:
    """For every edge that has one: the other country with an edge within ``reach`` degrees."""
    found: dict[int, str] = {}
    for country in sorted(set(iso.tolist())):
        own = np.flatnonzero(iso == country)
        others = np.flatnonzero(iso != country)
        if len(others):
            at, hit = shapely.STRtree(shapes[others]).query_nearest(
                shapes[own], max_distance=reach, all_matches=False
            )
            found |= zip(own[at].tolist(), iso[others[hit]].tolist(), strict=True)
    return found


def natural_earth_lines() -> list[Line]:
    """Every Natural Earth 10m land border between two countries with codes."""
    geometry, column = natural_earth("10m", "admin_0_boundary_lines_land")
    iso = iso_by_a3()
    lines: list[Line] = []
    for shape, left, right, kind in zip(
        geometry, column["adm0_a3_l"], column["adm0_a3_r"], column["featurecla"], strict=True
    ):
        one, two = iso.get(left, left), iso.get(right, right)
        if one == two or len(one) != 2 or len(two) != 2 or kind.startswith(("Lease", "Overlay")):
            continue
        for part in shapely.get_parts(shape):
            xy = shapely.get_coordinates(part)
            lines.append((one, two, xy) if one < two else (two, one, xy[::-1]))
    return lines


def write(lines: list[Line], path: Path) -> None:
    """Write border lines in the form of ``geo.borders.blocks``, in the smallest integers."""
    blocks = block_lines(lines)
    kinds = {"start": np.int32, "centre": np.int32, "size": np.uint8, "pair": np.uint16}
    kinds |= {"radius_m": np.uint16, "steps": np.int16}
    path.parent.mkdir(parents=True, exist_ok=True)
    names, mark = marks(blocks["pairs"], blocks["pair"], blocks["start"])
    stored = {name: blocks[name].astype(kind) for name, kind in kinds.items()}
    assert all((stored[name] == blocks[name]).all() for name in kinds)
    np.savez_compressed(
        path, pairs=np.array(blocks["pairs"]), marks=np.array(names), mark=mark, **stored
    )
    print(
        f"{path.name}: {len(blocks['pairs'])} pairs, {len(stored['size'])} blocks, "
        f"{len(stored['steps'])} edges, {path.stat().st_size / 1e6:.2f} MB"
    )


def build() -> None:
    """Write ``data/osm/borders.npz`` and ``data/naturalearth/borders.npz``, and their lists."""
    write(natural_earth_lines(), ROOT / "data" / "naturalearth" / "borders.npz")
    write(osm_lines(), ROOT / "data" / "osm" / "borders.npz")
