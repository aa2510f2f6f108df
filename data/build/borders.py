"""Land borders by country pair: OpenStreetMap at full resolution, Natural Earth 10m beside it.

An OpenStreetMap border is an edge that two countries' rings share. What is left out:
- edges at sea (their middle is not within 900 m of GSHHG land, the Caspian counting as sea);
- edges shared only because a country's relation holds its overseas part a second time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import shapely

from geo.border_blocks import Line, block_lines

from data.build.sources import caspian, iso_by_a3, natural_earth, osm_countries, shoreline

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
            while len(after[end]) == 1 and before[end] == 1 and (end, after[end][0]) in left:
                left.discard((end, after[end][0]))
                end = after[end][0]
                chain.append(end)
            yield chain


def _on_land(lines: list[Line]) -> list[Line]:
    """Keep the runs of edges whose middle lies near land."""
    polygons, _ = shoreline()[1]
    tree = shapely.STRtree(_cells(polygons))
    inland_sea = caspian().buffer(-NEAR_LAND)
    shapely.prepare(inland_sea)
    kept: list[Line] = []
    for left, right, xy in lines:
        middle = shapely.points((xy[1:] + xy[:-1]) / 2)
        land = np.zeros(len(middle), bool)
        land[tree.query(middle, predicate="dwithin", distance=NEAR_LAND)[0]] = True
        land &= ~shapely.intersects(inland_sea, middle)
        change = np.flatnonzero(np.diff(land.astype(int))) + 1
        for run in np.split(np.arange(len(land)), change):
            if land[run[0]]:
                kept.append((left, right, xy[run[0] : run[-1] + 2]))
    return kept


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
    owners: dict[tuple[int, int], set[str]] = defaultdict(set)
    directed: dict[tuple[int, int], list[tuple[str, tuple[int, int]]]] = defaultdict(list)
    for iso, ring in osm_countries():
        units = np.round(ring * 10_000_000).astype(np.int64)
        keys = (units[:, 0] + 1_800_000_000) * 2_000_000_000 + units[:, 1] + 900_000_000
        for start, end in zip(keys[:-1].tolist(), keys[1:].tolist(), strict=True):
            if start != end:
                owners[(min(start, end), max(start, end))].add(iso)
    shared = {edge: pair for edge, who in owners.items() if len(who) > 1 and (pair := _pair(who))}
    for iso, ring in osm_countries():
        units = np.round(ring * 10_000_000).astype(np.int64)
        keys = (units[:, 0] + 1_800_000_000) * 2_000_000_000 + units[:, 1] + 900_000_000
        for start, end in zip(keys[:-1].tolist(), keys[1:].tolist(), strict=True):
            pair = shared.get((min(start, end), max(start, end)))
            if pair and pair[0] == iso:
                directed[pair].append((iso, (start, end)))
    lines: list[Line] = []
    for pair, edges in directed.items():
        for chain in _chains(list({edge for _, edge in edges})):
            keys = np.array(chain)
            xy = np.column_stack(
                [keys // 2_000_000_000 - 1_800_000_000, keys % 2_000_000_000 - 900_000_000]
            )
            lines.append((*pair, xy / 10_000_000))
    return _on_land([(a, b, _thin(xy)) for a, b, xy in lines])


def _thin(xy: np.ndarray) -> np.ndarray:
    return np.asarray(shapely.get_coordinates(shapely.simplify(shapely.linestrings(xy), THIN)))


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
    """Write border lines in the form of ``geo.border_blocks``, in the smallest integers."""
    blocks = block_lines(lines)
    kinds = {"start": np.int32, "centre": np.int32, "size": np.uint8, "pair": np.uint16}
    kinds |= {"radius_m": np.uint16, "steps": np.int16}
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = {name: blocks[name].astype(kind) for name, kind in kinds.items()}
    assert all((stored[name] == blocks[name]).all() for name in kinds)
    np.savez_compressed(path, pairs=np.array(blocks["pairs"]), **stored)
    print(
        f"{path.name}: {len(blocks['pairs'])} pairs, {len(stored['size'])} blocks, "
        f"{len(stored['steps'])} edges, {path.stat().st_size / 1e6:.2f} MB"
    )


def build() -> None:
    """Write ``data/osm/borders.npz`` and ``data/naturalearth/borders.npz``."""
    write(natural_earth_lines(), ROOT / "data" / "naturalearth" / "borders.npz")
    write(osm_lines(), ROOT / "data" / "osm" / "borders.npz")
