"""Cut geometries into 10-degree tiles and write them as the base map's JSON files.

Coordinates are integers (degrees times ``Q``), delta-coded, longitude first.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely

Q = 10_000  # units per degree in tiles: 11 m
Q_WORLD = 1_000  # units per degree in the world file: 111 m
DEGREES = 10
EDGE = 0.00004  # degrees; less than half a stored unit
Cell = tuple[int, int]
Feature = dict[str, Any]
Layers = dict[str, list[Any]]


def cell_of(lon: float, lat: float) -> Cell:
    """The tile that holds a point."""
    return (
        min(int((lon + 180) // DEGREES), 35),
        min(int((lat + 90) // DEGREES), 17),
    )


def cut(geometries: Iterable[Any]) -> Iterator[tuple[Cell, Any]]:
    """Clip lines or polygons to the tiles they touch."""
    for geometry in geometries:
        # A line that runs along a tile's edge is inside neither tile: lines get a little margin.
        margin = EDGE if "Line" in geometry.geom_type else 0.0
        west, south, east, north = geometry.bounds
        (x0, y0), (x1, y1) = cell_of(west, south), cell_of(east, north)
        if (x0, y0) == (x1, y1):
            yield (x0, y0), geometry
            continue
        for x in range(x0, x1 + 1):
            left = x * DEGREES - 180
            right = left + DEGREES
            column = shapely.clip_by_rect(geometry, left - margin, -90, right + margin, 90)
            for y in range(y0, y1 + 1) if not column.is_empty else ():
                low = y * DEGREES - 90
                box = left - margin, low - margin, right + margin, low + DEGREES + margin
                piece = shapely.clip_by_rect(column, *box)
                if not piece.is_empty:
                    yield (x, y), piece


def code(xy: np.ndarray, q: int, least: int) -> list[int] | None:
    """One part as [x0, y0, dx1, dy1, ...]; None if fewer than ``least`` points are left."""
    units = np.round(xy * q).astype(np.int64)
    fresh = np.any(np.diff(units, axis=0) != 0, axis=1)
    units = units[np.concatenate([[True], fresh])]
    if len(units) < least:
        return None
    units[1:] = np.diff(units, axis=0)
    flat: list[int] = units.ravel().tolist()
    return flat


def ring_parts(geometry: Any, q: int = Q) -> list[list[int]]:
    """Rings of a (multi)polygon, to be filled by the even-odd rule."""
    found = []
    for polygon in shapely.get_parts(geometry):
        if polygon.geom_type != "Polygon":
            continue
        for ring in shapely.get_rings(polygon):
            part = code(shapely.get_coordinates(ring), q, 4)
            if part:
                found.append(part)
    return found


def line_parts(geometry: Any, q: int = Q) -> list[list[int]]:
    """Parts of a (multi)line."""
    found = []
    for line in shapely.get_parts(geometry):
        if line.geom_type == "LineString":
            part = code(shapely.get_coordinates(line), q, 2)
            if part:
                found.append(part)
    return found


class TileSet:
    """Features by tile and layer; parts with equal properties make one feature."""

    def __init__(self) -> None:
        self.parts: dict[Cell, dict[str, dict[tuple[Any, ...], list[list[int]]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(list))
        )
        self.labels: dict[Cell, Layers] = defaultdict(lambda: defaultdict(list))

    def add(self, layer: str, geometries: Iterable[Any], *, area: bool, **props: Any) -> None:
        """Cut ``geometries`` and keep them under ``props`` (None values are left out)."""
        key = tuple((name, value) for name, value in props.items() if value is not None)
        coder = ring_parts if area else line_parts
        for cell, piece in cut(geometries):
            parts = coder(piece)
            if parts:
                self.parts[cell][layer][key].extend(parts)

    def write(self, folder: Path, digest: Any) -> list[str]:
        """Write one file per tile into ``folder``; returns the tiles' names."""
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("x*y*.json"):
            old.unlink()
        names = []
        for x, y in sorted(set(self.parts) | set(self.labels)):
            layers: Layers = {
                layer: features(groups) for layer, groups in self.parts[x, y].items()
            } | dict(self.labels[x, y])
            save(folder / f"x{x}y{y}.json", Q, layers, digest)
            names.append(f"x{x}y{y}")
        return names


def features(groups: dict[tuple[Any, ...], list[list[int]]]) -> list[Feature]:
    """Grouped parts as the features of a layer."""
    return [{"c": parts, **dict(key)} for key, parts in groups.items()]


def save(path: Path, q: int, layers: Layers, digest: Any = None) -> None:
    """Write one base map file and feed its bytes to ``digest``."""
    text = orjson.dumps({"q": q, "layers": layers})
    path.write_bytes(text)
    if digest is not None:
        digest.update(path.name.encode() + text)


def new_digest() -> Any:
    """The hash that names a version of the base map."""
    return hashlib.blake2b(digest_size=6)
