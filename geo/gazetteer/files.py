"""Reading the gazetteer's files: columns through the memory map, names on demand."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np
from numpy.typing import NDArray

from geo.errors import DataError
from geo.gazetteer import layout
from geo.gazetteer.names import script_tag
from geo.model import AREA_CODES, LINE_CODES, Place

__all__ = ["DEFAULT_FOLDER", "Files", "LazyNames", "precision_of"]

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "data" / "gazetteer"
_SOURCES = {
    "cities500": "GeoNames",
    "country": "GeoNames",
    "admin1": "GeoNames, Natural Earth",
    "region": "GeoNames",
    "river": "Natural Earth",
}
_EARTH_KM = 6371.0


class LazyNames(Mapping[str, tuple[str, ...]]):
    """Names by language tag, read from the files when first asked for.

    ``first`` are names that go before those of the files.
    """

    __slots__ = ("_files", "_first", "_found", "_row")

    def __init__(
        self, files: Files, row: int, first: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        self._files = files
        self._row = row
        self._first = first or {}
        self._found: Mapping[str, tuple[str, ...]] | None = None

    def _names(self) -> Mapping[str, tuple[str, ...]]:
        if self._found is None:
            names = self._files.names(self._row)
            for tag, texts in self._first.items():
                names[tag] = tuple(dict.fromkeys((*texts, *names.get(tag, ()))))
            self._found = names
        return self._found

    def __getitem__(self, key: str) -> tuple[str, ...]:
        return self._names()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def __repr__(self) -> str:
        return repr(dict(self._names()))

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self._names()),)


def precision_of(
    feature_code: str, population: int, bbox: tuple[float, float, float, float] | None
) -> float:
    """Radius in km within which a place lies when no source says better.

    An area or a line: half the diagonal of its extent (at least 25 km where none is known). A
    settlement: 1 km, growing with the square root of its population (a town of 57,000: 1.9 km,
    a city of a million: 8 km), which is about the radius of the built-up area.
    """
    if feature_code in AREA_CODES or feature_code in LINE_CODES:
        if bbox is None:
            return 25.0
        west, south, east, north = bbox
        width = math.radians(east - west) * math.cos(math.radians((south + north) / 2))
        return round(_EARTH_KM * math.hypot(width, math.radians(north - south)) / 2, 1)
    return round(max(1.0, 0.008 * math.sqrt(population)), 1)


def _view(array: Any) -> memoryview:
    """Single values are read several times faster through a memoryview than from numpy."""
    return memoryview(array)


class Files:
    """The opened files. Rows are 0-based; a row's place is made by ``place``.

    Raises DataError if a file is missing or does not fit the others.
    """

    def __init__(self, folder: Path = DEFAULT_FOLDER) -> None:
        try:
            self.tables: dict[str, Any] = json.loads((folder / "tables.json").read_bytes())
            columns = {
                name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))
                for name in layout.COLUMNS
            }
            self.trie = marisa_trie.RecordTrie("<I")
            self.trie.mmap(str(folder / "keys.marisa"))
            self._labels = _view(np.memmap(folder / "labels.bin", np.uint8, "r"))
            self._blob = np.memmap(folder / "names.bin", dtype=np.uint8, mode="r")
            self._blocks = np.load(folder / "blocks.npy")
            self._label_at = np.load(folder / "label_at.npy").tolist()
            self._cells = np.load(folder / "cells.npy")
            self._cell_starts = np.load(folder / "cell_starts.npy")
            self._cell_rows = np.load(folder / "cell_rows.npy", mmap_mode="r")
            boxed = np.load(folder / "boxed.npy")
            self._boxes = np.load(folder / "boxes.npy")
        except (OSError, ValueError, RuntimeError, EOFError) as error:
            raise DataError(
                f"The gazetteer in {folder.name}/ cannot be read ({error}). Restore data/gazetteer "
                "from the repository, or build it: python -m data.build gazetteer"
            ) from error
        self._gids: NDArray[np.uint32] = columns["gid"]
        self._lats: NDArray[np.int32] = columns["lat"]
        self._lons: NDArray[np.int32] = columns["lon"]
        self._country: NDArray[np.uint8] = columns["country"]
        self.gid, self.lat, self.lon = (_view(columns[c]) for c in ("gid", "lat", "lon"))
        self.population = _view(columns["population"])
        self.country, self.admin1 = _view(columns["country"]), _view(columns["admin1"])
        self.feature, self.layer = _view(columns["feature"]), _view(columns["layer"])
        self.spellings, self._label = (_view(columns[c]) for c in ("spellings", "label"))
        if len(self.gid) != self.tables["places"] or len(self._label) != len(self.gid):
            raise DataError(
                "The gazetteer's files are not from one build. Restore data/gazetteer from the "
                "repository, or build it: python -m data.build gazetteer"
            )
        self.countries: list[str] = self.tables["countries"]
        self.admin1_codes: list[str] = self.tables["admin1"]
        self.features: list[str] = self.tables["features"]
        self.layers: list[str] = self.tables["layers"]
        self._country_rows: dict[str, int] = self.tables["country_rows"]
        self._admin1_rows: dict[str, int] = self.tables["admin1_rows"]
        self._ne: list[str] = self.tables["ne"]
        self._crosses: dict[str, list[str]] = self.tables["crosses"]
        self._box_of = {int(row): index for index, row in enumerate(boxed)}
        self._block = lru_cache(maxsize=512)(self._read_block)

    def __len__(self) -> int:
        return len(self.gid)

    def rows_for(self, key: str) -> list[tuple[int, int]]:
        """Rows with this folded key, each with its KEY_* flags."""
        return [
            (value & layout.ROW_MASK, value >> layout.ROW_BITS)
            for (value,) in self.trie.get(key, ())
        ]

    def row_of(self, place_id: str) -> int | None:
        """The row of a ``geonames:`` or ``ne:`` id, or None."""
        kind, _, rest = place_id.partition(":")
        if kind == "geonames" and rest.isascii() and rest.isdigit() and len(rest) < 10:
            gid = int(rest)
        elif kind == "ne" and place_id in self._ne:
            gid = layout.NE_BASE + self._ne.index(place_id)
        else:
            return None
        row = int(np.searchsorted(self._gids, np.uint32(gid)))
        return row if row < len(self.gid) and self.gid[row] == gid else None

    def id_of(self, row: int) -> str:
        """The public id of a row."""
        gid = self.gid[row]
        return self._ne[gid - layout.NE_BASE] if gid >= layout.NE_BASE else f"geonames:{gid}"

    def label(self, row: int) -> str:
        """The main name of a row."""
        step = row // layout.LABEL_STEP
        start = self._label_at[step] + sum(self._label[step * layout.LABEL_STEP : row])
        return bytes(self._labels[start : start + self._label[row]]).decode()

    def countries_of(self, row: int) -> list[str]:
        """ISO codes of the countries a place lies in: several for a river."""
        several = self._crosses.get(str(row))
        if several:
            return several
        code = self.countries[self.country[row]]
        return [code] if code else []

    def country_row(self, iso: str) -> int | None:
        """The row of a country by ISO 3166-1 alpha-2 code."""
        return self._country_rows.get(iso)

    def admin1_row(self, code: str) -> int | None:
        """The row of a first-order unit by GeoNames code (``SY.07``)."""
        return self._admin1_rows.get(code)

    def bbox(self, row: int) -> tuple[float, float, float, float] | None:
        """West, south, east, north in degrees, where known (areas and rivers)."""
        index = self._box_of.get(row)
        if index is None:
            return None
        west, south, east, north = (round(float(v), 4) for v in self._boxes[index])
        return west, south, east, north

    def _read_block(self, block: int) -> list[str]:
        data = self._blob[int(self._blocks[block]) : int(self._blocks[block + 1])]
        return zlib.decompress(data.tobytes()).decode().split("\n")

    def names(self, row: int) -> dict[str, tuple[str, ...]]:
        """All display names of a row by language tag (``und-…`` where only the script is known)."""
        main = self.label(row)
        found: dict[str, list[str]] = {}
        for entry in self._block(row // layout.NAMES_BLOCK)[row % layout.NAMES_BLOCK].split("\t"):
            tag, parted, name = entry.rpartition(layout.LANGUAGE_SEP)
            if name:
                found.setdefault(tag if parted else script_tag(name), []).append(name)
        if not any(main in names for names in found.values()):
            found.setdefault(script_tag(main), []).insert(0, main)
        return {tag: tuple(names) for tag, names in found.items()}

    def place(self, row: int) -> Place:
        """The place of a row; its names are read only when looked at."""
        code = self.features[self.feature[row]]
        population = self.population[row]
        admin1 = self.admin1_codes[self.admin1[row]] or None
        admin1_row = self.admin1_row(admin1) if admin1 else None
        bbox = self.bbox(row)
        return Place(
            id=self.id_of(row),
            name=self.label(row),
            lat=self.lat[row] / layout.DEGREES,
            lon=self.lon[row] / layout.DEGREES,
            feature_code=code,
            country=self.countries[self.country[row]] or None,
            admin1=admin1,
            admin1_name=None if admin1_row is None else self.label(admin1_row),
            population=population,
            precision_km=precision_of(code, population, bbox),
            names=LazyNames(self, row),
            bbox=bbox,
            source=_SOURCES[self.layers[self.layer[row]]],
        )

    def rows_near(self, lat: float, lon: float, radius_km: float) -> list[tuple[float, int]]:
        """Settlements within a radius: (distance on the sphere in km, row), nearest first."""
        wide = int(360 / layout.CELL_DEG)
        reach = radius_km / 111.0
        south = max(0, int((lat - reach + 90) / layout.CELL_DEG))
        north = min(int(180 / layout.CELL_DEG), int((lat + reach + 90) / layout.CELL_DEG))
        shrink = math.cos(math.radians(min(89.9, abs(lat) + reach)))
        span = min(wide // 2, int(reach / shrink / layout.CELL_DEG) + 1)
        middle = int((lon + 180) / layout.CELL_DEG)
        rows: list[int] = []
        for y in range(south, north + 1):
            # One stretch of cells to a line, or two where it passes the antimeridian.
            first, last = middle - span, middle + span
            stretches = [(max(0, first), min(wide - 1, last))]
            if first < 0:
                stretches.append((first + wide, wide - 1))
            if last >= wide:
                stretches.append((0, last - wide))
            for a, b in stretches:
                cells = np.searchsorted(self._cells, (y * wide + a, y * wide + b + 1))
                low, high = self._cell_starts[cells]
                rows.extend(self._cell_rows[low:high].tolist())
        if not rows:
            return []
        index = np.unique(np.asarray(rows))
        lats = np.radians(self._lats[index] / layout.DEGREES)
        lons = np.radians(self._lons[index] / layout.DEGREES)
        phi, lam = math.radians(lat), math.radians(lon)
        h = (
            np.sin((lats - phi) / 2) ** 2
            + np.cos(lats) * math.cos(phi) * np.sin((lons - lam) / 2) ** 2
        )
        km = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.minimum(1, h)))
        order = np.argsort(km)
        return [(float(km[i]), int(index[i])) for i in order if km[i] <= radius_km]

    @lru_cache(maxsize=16)  # noqa: B019 - lives as long as the one opened gazetteer
    def rows_in(self, iso: str) -> NDArray[np.int64]:
        """Rows of one country."""
        if iso not in self.countries:
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero(self._country == self.countries.index(iso))
