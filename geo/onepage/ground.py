"""The base map of one file: what surrounds the view in detail, the rest of the world in outline.

The answers have the form of the files below ``static/basemap``, so that the same script draws
them. Lines and rings are thinned (Douglas and Peucker's method) by less than half a pixel at the
zoom they are meant for; nothing is cut through, so no seam shows where the detail ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from geo import basemap

__all__ = ["Box", "Ground", "cut"]

Box = tuple[float, float, float, float]
Array = NDArray[np.float64]
Rows = list[Any]

AREAS_AND_LINES = ("land", "lakes", "coast", "rivers", "borders", "admin1")
LABELS = ("towns", "regions", "countries")
MARGIN = 1.0  # of the view's width and height on each side are kept in detail,
MARGIN_DEG = (0.5, 4.0)  # but not less and not more than this
MOST_TILES = 20  # of ten degrees; a wider view is drawn from the world file
SCREEN_PX = 1100  # about the width of a map, for which thinning is reckoned
CLOSER = 5  # zoom levels by which a reader may come closer before the thinning shows
BUDGET = 700_000  # bytes of all tiles together
ATTEMPTS = 6
WORLD_NEAR_DEG = 18.0  # within this of the view the world file keeps its rivers and towns
WORLD_THIN_DEG = (0.012, 0.12)  # near and far
FAR_RING_DEG = 0.8  # islands and lakes smaller than this are left out far away
FAR_TOWNS = 120
_CORNER = np.array([180.0, 90.0])  # added, so that no coordinate is below zero


@dataclass(frozen=True, slots=True)
class Ground:
    """Files by the name the map's script asks for, and the box in which they hold detail.

    ``detail`` is west, south, east, north in degrees (west > east across 180 degrees); None
    where the view is too wide for any.
    """

    files: Mapping[str, Any]
    detail: Box | None

    def words(self) -> str:
        """What a reader must know of it, in a sentence."""
        if self.detail is None:
            return "The base map in this file is coarse: coasts, borders and large rivers only."
        west, south, east, north = self.detail
        return (
            "The base map in this file holds towns, rivers and provinces from "
            f"{_degrees(south, 'N', 'S')} to {_degrees(north, 'N', 'S')} and from "
            f"{_degrees(west, 'E', 'W')} to {_degrees(east, 'E', 'W')}; beyond, coasts and borders "
            "in outline."
        )


def _degrees(value: float, plus: str, minus: str) -> str:
    rounded = round(abs(value), 1)
    return f"{rounded:g}°{'' if rounded == 0 else plus if value > 0 else minus}"


def cut(view: Box) -> Ground:
    """The base map round a view (west, south, east, north; west > east across 180 degrees)."""
    west, south, east, north = view
    wide, tall = (east - west) % 360 or 360.0, north - south
    box = _grown(
        view, *(min(max(MARGIN * side, MARGIN_DEG[0]), MARGIN_DEG[1]) for side in (wide, tall))
    )
    names = basemap.tile_names(*box)
    index: dict[str, Any] = {
        "version": "",
        "detail": [],
        "osm_detail": [],
        "sources": list(basemap.credits()),
    }
    files: dict[str, Any] = {"world": _world(_grown(view, WORLD_NEAR_DEG, WORLD_NEAR_DEG))}
    if wide >= 180 or len(names) > MOST_TILES:
        return Ground({"index": index, **files}, None)
    thin = max(1e-4, wide / SCREEN_PX / 2**CLOSER / 2)
    tiles: dict[str, Any] = {}
    for attempt in range(ATTEMPTS):
        tiles = {name: _tile(name, box, thin * 2**attempt, 6 - attempt) for name in names}
        if sum(len(orjson.dumps(tile)) for tile in tiles.values()) <= BUDGET:
            break
    tiles = {name: tile for name, tile in tiles.items() if tile is not None}
    index["detail"] = sorted(tiles)
    return Ground({"index": index, **files, **tiles}, box)


def _grown(box: Box, by_lon: float, by_lat: float) -> Box:
    west, south, east, north = box
    south, north = max(south - by_lat, -85.0), min(north + by_lat, 85.0)
    if ((east - west) % 360 or 360.0) + 2 * by_lon >= 360:
        return -180.0, south, 180.0, north
    return (west - by_lon + 180) % 360 - 180, south, (east + by_lon + 180) % 360 - 180, north


def _boxes(box: Box) -> list[Box]:
    """The same box as one or two that do not cross 180 degrees."""
    west, south, east, north = box
    if west <= east:
        return [box]
    return [(west, south, 180.0, north), (-180.0, south, east, north)]


class _Parts:
    """The parts of many rows as one array of lines, so that they are thinned all at once."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], box: Box) -> None:
        self.owner = [row for row, item in enumerate(rows) for _ in item["c"]]
        parts = [part for item in rows for part in item["c"]]
        sizes = [len(part) for part in parts]
        points = np.concatenate(parts) if parts else np.empty((0, 2))
        self.numbers = np.repeat(np.arange(len(parts)), sizes)
        self.points = points
        self.ends = np.cumsum(sizes, dtype=np.int64)
        self.lines = shapely.linestrings(points, indices=self.numbers) if parts else np.array([])
        bounds = shapely.bounds(self.lines).reshape(-1, 4)
        self.size = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
        self.near = np.zeros(len(parts), bool)
        self.inside = np.zeros(len(points), bool)
        lon, lat = points[:, 0], points[:, 1]
        for west, south, east, north in _boxes(box):
            self.near |= (
                (bounds[:, 0] <= east)
                & (bounds[:, 2] >= west)
                & (bounds[:, 1] <= north)
                & (bounds[:, 3] >= south)
            )
            self.inside |= (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)

    def thinned(self, near_deg: float, far_deg: float) -> list[Array]:
        """The lines' points, thinned by the first distance in the box and the other beyond."""
        keep = self._kept(far_deg)
        if near_deg < far_deg:
            keep |= self._kept(near_deg) & self.inside
        starts = np.concatenate(([0], self.ends[:-1]))
        return [
            self.points[start:end][keep[start:end]]
            for start, end in zip(starts, self.ends, strict=True)
        ]

    def _kept(self, by_deg: float) -> NDArray[np.bool_]:
        """Which points stay when lines are thinned by so much; none of them moves."""
        found = shapely.simplify(self.lines, by_deg, preserve_topology=False)
        points, part = shapely.get_coordinates(found, return_index=True)
        return np.isin(self._keys(self.points, self.numbers), self._keys(points, part))

    @staticmethod
    def _keys(points: Array, part: NDArray[np.int64]) -> NDArray[np.int64]:
        """A number for each point of each part: 22 bits of longitude, 21 of latitude."""
        lon, lat = np.rint((points + _CORNER) * 10_000).astype(np.int64).T
        numbers: NDArray[np.int64] = part.astype(np.int64) << 43 | lon << 21 | lat
        return numbers


def _rows(
    rows: Sequence[Mapping[str, Any]],
    box: Box,
    q: int,
    *,
    thin: tuple[float, float],
    rings: bool,
    far: float | None,
) -> Rows:
    """Features thinned and coded again.

    ``far`` is the least size in degrees of a part beyond the box; None leaves all of those out.
    """
    if not rows:
        return []
    parts = _Parts(rows, box)
    kept: dict[int, list[list[int]]] = {}
    for number, points in enumerate(parts.thinned(*thin)):
        if not parts.near[number] and (far is None or parts.size[number] < far):
            continue
        steps = np.rint(points * q).astype(np.int64)
        moved = np.ones(len(steps), bool)
        moved[1:] = np.any(steps[1:] != steps[:-1], axis=1)
        steps = steps[moved]
        if len(steps) < (4 if rings else 2):
            continue
        steps[1:] = np.diff(steps, axis=0)
        kept.setdefault(parts.owner[number], []).append(steps.ravel().tolist())
    return [
        {**{key: value for key, value in row.items() if key != "c"}, "c": kept[number]}
        for number, row in enumerate(rows)
        if number in kept
    ]


def _joined(rows: Sequence[Mapping[str, Any]]) -> Rows:
    """Borders with the pieces of each joined end to end: many pieces of three points thin badly."""
    found = []
    for row in rows:
        lines = shapely.multilinestrings([shapely.linestrings(part) for part in row["c"]])
        merged = shapely.line_merge(lines)
        found.append({**row, "c": [shapely.get_coordinates(p) for p in shapely.get_parts(merged)]})
    return found


def _within(rows: Iterable[Sequence[Any]], q: int, box: Box) -> Rows:
    boxes = _boxes(box)
    return [
        list(row)
        for row in rows
        if any(w <= row[0] / q <= e and s <= row[1] / q <= n for w, s, e, n in boxes)
    ]


def _tile(name: str, box: Box, thin: float, most_rank: int) -> dict[str, Any] | None:
    """A tile with its own detail in the box; None for one without anything (open sea)."""
    q, layers = basemap.file_layers(name)
    if not layers:
        return None
    found: dict[str, Rows] = {}
    for layer in AREAS_AND_LINES:
        rows = layers.get(layer, [])
        if layer == "rivers":
            rows = [row for row in rows if row.get("r", 6) <= most_rank]
        # Coasts, lakes and borders stand for the tile as a whole, so they go on beyond the box.
        on = layer in ("land", "coast", "lakes", "borders")
        found[layer] = _rows(
            _joined(rows) if layer in ("borders", "admin1") else rows,
            box,
            q,
            thin=(thin, max(thin * 8, 0.005)),
            rings=layer in ("land", "lakes"),
            far=(0.0 if layer in ("land", "borders") else 0.05) if on else None,
        )
    for layer in LABELS:
        rows = layers.get(layer, [])
        found[layer] = (
            [list(row) for row in rows] if layer == "countries" else _within(rows, q, box)
        )
    if most_rank < 6:
        found["towns"] = sorted(found["towns"], key=lambda row: (row[5], -row[4]))[
            : 200 * max(most_rank, 1)
        ]
    return {"q": q, "layers": {key: rows for key, rows in found.items() if rows}}


def _world(box: Box) -> dict[str, Any]:
    q, layers = basemap.file_layers("world")
    found: dict[str, Any] = {}
    for layer in AREAS_AND_LINES:
        rows = layers.get(layer, [])
        found[layer] = _rows(
            _joined(rows) if layer == "borders" else rows,
            box,
            q,
            thin=WORLD_THIN_DEG,
            rings=layer in ("land", "lakes"),
            far=None if layer == "rivers" else 0.0 if layer == "borders" else FAR_RING_DEG,
        )
    towns = _within(layers.get("towns", []), q, box)
    others = [list(row) for row in layers.get("towns", []) if list(row) not in towns]
    found["towns"] = towns + sorted(others, key=lambda row: -row[4])[:FAR_TOWNS]
    found["countries"] = [list(row) for row in layers.get("countries", [])]
    return {"q": q, "layers": found}
