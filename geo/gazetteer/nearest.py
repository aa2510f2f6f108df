"""What lies near a point: towns by a grid in the files, villages country by country.

A country's places are put in order of latitude when first asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.gazetteer import layout
from geo.gazetteer.villages import Villages

__all__ = ["EARTH_KM", "Nearest", "cells_near", "distances_km"]

EARTH_KM = 6371.0
# A country of 200,000 places takes 2.4 MB; several are asked where borders meet.
_COUNTRIES = 24


class _Points(NamedTuple):
    """Places of a country from south to north: rows, and points in degrees."""

    rows: NDArray[np.int32]
    lats: NDArray[np.float32]
    lons: NDArray[np.float32]


def cells_near(lat: float, lon: float, radius_km: float) -> Iterator[tuple[int, int]]:
    """Stretches of grid cells that hold all within a radius: the first, and the one after the last.

    Cells are numbered by lines from the south-west corner.
    """
    wide = int(360 / layout.CELL_DEG)
    reach = radius_km / 111.0
    south = max(0, int((lat - reach + 90) / layout.CELL_DEG))
    north = min(int(180 / layout.CELL_DEG), int((lat + reach + 90) / layout.CELL_DEG))
    shrink = math.cos(math.radians(min(89.9, abs(lat) + reach)))
    span = min(wide // 2, int(reach / shrink / layout.CELL_DEG) + 1)
    middle = int((lon + 180) / layout.CELL_DEG)
    first, last = middle - span, middle + span
    # One stretch to a line, or two where it passes the antimeridian.
    stretches = [(max(0, first), min(wide - 1, last))]
    if first < 0:
        stretches.append((first + wide, wide - 1))
    if last >= wide:
        stretches.append((0, last - wide))
    for y in range(south, north + 1):
        for a, b in stretches:
            yield y * wide + a, y * wide + b + 1


def distances_km(lat: float, lon: float, lats: NDArray[Any], lons: NDArray[Any]) -> NDArray[Any]:
    """Distances on the sphere in km of points in degrees."""
    phi, phis = math.radians(lat), np.radians(lats)
    h = (
        np.sin((phis - phi) / 2) ** 2
        + np.cos(phis) * math.cos(phi) * np.sin(np.radians(lons - lon) / 2) ** 2
    )
    km: NDArray[Any] = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(1, h)))
    return km


class Nearest:
    """Finds rows near points. ``lats`` and ``lons`` are those of the rows above the villages."""

    def __init__(
        self,
        folder: Path,
        lats: NDArray[np.int32],
        lons: NDArray[np.int32],
        villages: Villages,
        rows_in: Callable[[str], NDArray[np.int64]],
    ) -> None:
        self._cells = np.load(folder / "cells.npy")
        self._cell_starts = np.load(folder / "cell_starts.npy")
        self._cell_rows = np.load(folder / "cell_rows.npy", mmap_mode="r")
        self._lats, self._lons = lats, lons
        self._villages, self._rows_in = villages, rows_in
        # South, north, west, east of each country's villages, to begin with those of its grid.
        self._extents: dict[str, tuple[float, float, float, float]] = {
            iso: (south, south + 65535 * lat_step, west, west + 65535 * lon_step)
            for iso, (south, west, lat_step, lon_step) in villages.grids.items()
        }
        self._points_in = lru_cache(maxsize=_COUNTRIES)(self._read_points)

    def towns(self, lat: float, lon: float, radius_km: float) -> list[tuple[float, int]]:
        """Settlements within a radius: (distance on the sphere in km, row), nearest first."""
        rows: list[int] = []
        for first, end in cells_near(lat, lon, radius_km):
            low, high = self._cell_starts[np.searchsorted(self._cells, (first, end))]
            rows.extend(self._cell_rows[low:high].tolist())
        if not rows:
            return []
        index = np.unique(np.asarray(rows))
        km = distances_km(
            lat, lon, self._lats[index] / layout.DEGREES, self._lons[index] / layout.DEGREES
        )
        order = np.argsort(km)
        return [(float(km[i]), int(index[i])) for i in order if km[i] <= radius_km]

    def _read_points(self, iso: str) -> _Points:
        rows = self._rows_in(iso)
        above = rows[rows < self._villages.first]
        below = rows[rows >= self._villages.first]
        points = np.concatenate(
            [
                np.column_stack([self._lats[above], self._lons[above]]) / layout.DEGREES,
                self._villages.points(below),
            ]
        )
        order = np.argsort(points[:, 0], kind="stable")
        found = _Points(
            rows[order].astype(np.int32), *(points[order, i].astype(np.float32) for i in (0, 1))
        )
        if len(rows):  # grids are wider than the smaller countries
            west, east = float(found.lons.min()), float(found.lons.max())
            self._extents[iso] = float(found.lats[0]), float(found.lats[-1]), west, east
        return found

    def in_country(
        self, iso: str, lat: float, lon: float, radius_km: float
    ) -> list[tuple[float, int]]:
        """Rows of a country within a radius, villages and all: (km, row), in no order."""
        points = self._points_in(iso)
        reach = radius_km / 111.0
        low, high = np.searchsorted(points.lats, np.asarray((lat - reach, lat + reach), np.float32))
        lats, lons = points.lats[low:high], points.lons[low:high]
        km = distances_km(lat, lon, lats, lons)
        near = np.flatnonzero(km <= radius_km)
        return list(zip(km[near].tolist(), points.rows[low + near].tolist(), strict=True))

    def villages(self, lat: float, lon: float, radius_km: float) -> list[tuple[float, int]]:
        """Villages (settlements of the lower layers) within a radius: (km, row), in no order."""
        reach = radius_km / 111.0
        polar = abs(lat) + reach >= 89.0
        wide = 360.0 if polar else reach / math.cos(math.radians(abs(lat) + reach))
        found: list[tuple[float, int]] = []
        for iso, (south, north, west, east) in list(self._extents.items()):
            if south - reach > lat or north + reach < lat:
                continue
            if (lon - west + wide) % 360 > east - west + 2 * wide:
                continue
            for km, row in self.in_country(iso, lat, lon, radius_km):
                if row >= self._villages.first and self._villages.feature(row) == "PPL":
                    found.append((km, row))
        return found
