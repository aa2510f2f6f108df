"""Reading the villages: millions of small places in a few bytes each.

Their rows follow those of the other places, in the order of the keys of their main names, so that
the trie's own key numbers lead to rows and back. Form of the files: geo/gazetteer/layout.py.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np
from numpy.typing import NDArray

from geo.gazetteer import layout
from geo.gazetteer.names import loose_hash
from geo.gazetteer.recipes import name_of

__all__ = ["Villages"]


def _view(array: Any) -> memoryview:
    """Single values are read several times faster through a memoryview than from numpy."""
    return memoryview(array)


class Villages:
    """The opened village files. Rows are counted as in the whole gazetteer, from ``first``."""

    def __init__(self, folder: Path, tables: Mapping[str, Any], first: int) -> None:
        self.first = first
        self.trie = marisa_trie.Trie()
        self.trie.mmap(str(folder / "villages.marisa"))
        columns = {
            name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))
            for name in layout.VILLAGE_COLUMNS
        }
        self._admin1: NDArray[np.uint16] = columns["village_admin1"]
        self.admin1 = _view(columns["village_admin1"])
        self._lat, self._lon = _view(columns["village_lat"]), _view(columns["village_lon"])
        self.kinds = _view(columns["village_kind"])
        self._counts = _view(np.asarray(np.load(folder / "village_counts.npy", mmap_mode="r")))
        self._starts: NDArray[np.uint32] = np.load(folder / "village_starts.npy")
        self._start_list = _view(self._starts)
        self._blob = np.memmap(folder / "villages.bin", dtype=np.uint8, mode="r")
        self._blocks = np.load(folder / "village_blocks.npy")
        self._people = dict(
            zip(
                np.load(folder / "village_people_rows.npy").tolist(),
                np.load(folder / "village_people.npy").tolist(),
                strict=True,
            )
        )
        self._hashes = _view(np.asarray(np.load(folder / "loose_hash.npy", mmap_mode="r")))
        self._loose_rows = _view(np.asarray(np.load(folder / "loose_row.npy", mmap_mode="r")))
        self._loose: Mapping[str, list[int]] = tables["loose"]
        self.grids: Mapping[str, Any] = tables["grids"]
        self._grids = [
            tuple(tables["grids"].get(code[:2], (0.0, 0.0, 1.0, 1.0))) for code in tables["admin1"]
        ]
        self._many = {int(k): v for k, v in tables["village_many"].items()}
        self._blocks_with_many = {number // layout.KEYS_STEP for number in self._many}
        self.features: list[str] = tables["village_features"]
        self._block = lru_cache(maxsize=256)(self._read_block)
        self._names = lru_cache(maxsize=8192)(self._read_names)

    def __len__(self) -> int:
        return len(self.admin1)

    def rows_for(self, key: str) -> range:
        """Rows whose main name has this folded key."""
        number = self.trie.get(key)
        if number is None:
            return range(0)
        block = number // layout.KEYS_STEP
        first = block * layout.KEYS_STEP
        start = self._start_list[block] + sum(self._counts[first:number]) + self.first
        if block in self._blocks_with_many:
            start += sum(self._many[n] - 255 for n in self._many if first <= n < number)
        count = self._counts[number]
        return range(start, start + (self._many[number] if count == 255 else count))

    def _count(self, number: int) -> int:
        count = self._counts[number]
        return self._many[number] if count == 255 else count

    def point(self, row: int) -> tuple[float, float]:
        """Latitude and longitude in degrees."""
        at = row - self.first
        south, west, lat_step, lon_step = self._grids[self.admin1[at]]
        lon = west + self._lon[at] * lon_step
        return round(south + self._lat[at] * lat_step, 4), round(lon - 360 * (lon > 180), 4)

    def points(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Latitude and longitude of several rows, one row each."""
        at = rows - self.first
        grids = np.asarray(self._grids)[self._admin1[at]]
        lats = grids[:, 0] + np.asarray(self._lat)[at] * grids[:, 2]
        lons = grids[:, 1] + np.asarray(self._lon)[at] * grids[:, 3]
        return np.column_stack([lats, lons - 360 * (lons > 180)])

    def feature(self, row: int) -> str:
        """GeoNames feature code: PPL unless the name says what it is."""
        return self.features[self.kinds[row - self.first] & 31]

    def layer(self, row: int) -> str:
        """``maxmind`` or ``nga``: whose point it is."""
        return "nga" if self.kinds[row - self.first] & 32 else "maxmind"

    def precision_km(self, row: int) -> float:
        """Radius in km within which the place lies, from how far the sources are apart."""
        return layout.VILLAGE_KM[self.kinds[row - self.first] >> 6]

    def population(self, row: int) -> int:
        """Population where the source says one, or 0."""
        return int(self._people.get(row - self.first, 0))

    def _read_block(self, block: int) -> list[str]:
        data = self._blob[int(self._blocks[block]) : int(self._blocks[block + 1])]
        return zlib.decompress(data.tobytes()).decode().split("\n")

    def key(self, row: int) -> str:
        """The folded key of the main name."""
        at = row - self.first
        block = bisect_right(self._start_list, at) - 1
        first = block * layout.KEYS_STEP
        before = at - self._start_list[block]
        if block in self._blocks_with_many:
            counts = [
                self._count(n)
                for n in range(first, min(first + layout.KEYS_STEP, len(self._counts)))
            ]
        else:
            counts = self._counts[first : first + layout.KEYS_STEP].tolist()
        number = first + bisect_right(list(accumulate(counts)), before)
        return str(self.trie.restore_key(number))

    def names(self, row: int) -> tuple[str, ...]:
        """All names, the main one first."""
        return self._names(row)

    def _read_names(self, row: int) -> tuple[str, ...]:
        at = row - self.first
        recipe, *others = self._block(at // layout.NAMES_BLOCK)[at % layout.NAMES_BLOCK].split("\t")
        return (name_of(self.key(row), recipe), *others)

    def _codes(self, country: str, admin1: list[str]) -> NDArray[np.intp]:
        return np.asarray([i for i, code in enumerate(admin1) if code[:2] == country])

    def rows_in(self, country: str, admin1: list[str]) -> NDArray[np.int64]:
        """Rows of one country; ``admin1`` is the table of codes that the rows point into."""
        return np.flatnonzero(np.isin(self._admin1, self._codes(country, admin1))) + self.first

    def main_keys(self, rows: NDArray[np.int64]) -> Iterator[str]:
        """Folded keys of the main names of rows."""
        ends = np.cumsum(self._counts, dtype=np.uint32)
        for number, count in self._many.items():
            ends[number:] += np.uint32(count - 255)
        restore = self.trie.restore_key
        for number in np.searchsorted(ends, rows - self.first, side="right").tolist():
            yield restore(number)

    def loose_rows(self, country: str, bones: str) -> list[int]:
        """Rows of all kinds in a country that may have a name with this skeleton (a hash)."""
        bounds = self._loose.get(country)
        if bounds is None:
            return []
        wanted = loose_hash(bones)
        low = bisect_left(self._hashes, wanted, *bounds)
        high = bisect_right(self._hashes, wanted, low, bounds[1])
        return sorted(set(self._loose_rows[low:high]))
