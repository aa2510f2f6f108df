"""Reading the gazetteer's files: columns through the memory map, names on demand."""

from __future__ import annotations

import json
import math
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np
from numpy.typing import NDArray

from geo.errors import DataError
from geo.gazetteer import layout
from geo.gazetteer.lazy import LazyNames
from geo.gazetteer.names import bones, script_tag
from geo.gazetteer.nearest import EARTH_KM, Nearest
from geo.gazetteer.villages import Villages
from geo.model import AREA_CODES, LINE_CODES, Place

__all__ = ["DEFAULT_FOLDER", "Files", "LazyNames", "precision_of"]

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "data" / "gazetteer"
_SOURCES = {
    "cities500": "GeoNames",
    "country": "GeoNames",
    "admin1": "GeoNames, Natural Earth",
    "region": "GeoNames",
    "river": "Natural Earth",
    "admin2": "GeoNames",
    "maxmind": "MaxMind world cities",
    "nga": "NGA GEOnet Names Server, by way of GDELT",
}
_ID_DEG = 0.02  # by so much may the point of an id be off, in degrees: grids are rounded


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
        return round(EARTH_KM * math.hypot(width, math.radians(north - south)) / 2, 1)
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
            boxed = np.load(folder / "boxed.npy")
            self._boxes = np.load(folder / "boxes.npy")
            spread = np.load(folder / "spread_rows.npy"), np.load(folder / "spread_km.npy")
            self.villages = Villages(folder, self.tables, int(self.tables["places"]))
            lats, lons = columns["lat"], columns["lon"]
            self.nearest = Nearest(folder, lats, lons, self.villages, self.rows_in)
        except (OSError, ValueError, RuntimeError, EOFError, KeyError) as error:
            raise DataError(
                f"The gazetteer in {folder.name}/ cannot be read ({error}). Restore data/gazetteer "
                "from the repository, or build it: python -m data.build gazetteer"
            ) from error
        self._gids: NDArray[np.uint32] = columns["gid"]
        self._country: NDArray[np.uint8] = columns["country"]
        self.gid, self.lat, self.lon = (_view(columns[c]) for c in ("gid", "lat", "lon"))
        self.population = _view(columns["population"])
        self.country, self.admin1 = _view(columns["country"]), _view(columns["admin1"])
        self.feature, self.layer = _view(columns["feature"]), _view(columns["layer"])
        self.spellings, self._label = (_view(columns[c]) for c in ("spellings", "label"))
        if (
            len(self.gid) != self.tables["places"]
            or len(self._label) != len(self.gid)
            or len(self.villages) != self.tables["villages"]
        ):
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
        self._spread = dict(zip(spread[0].tolist(), spread[1].tolist(), strict=True))
        self._all_names = lru_cache(maxsize=8192)(self._read_all_names)
        self._block = lru_cache(maxsize=512)(self._read_block)

    def __len__(self) -> int:
        return len(self.gid) + len(self.villages)

    def rows_for(self, key: str) -> list[tuple[int, int]]:
        """Rows with this folded key, each with its KEY_* flags."""
        found = [
            (value & layout.ROW_MASK, value >> layout.ROW_BITS)
            for (value,) in self.trie.get(key, ())
        ]
        return found + [(row, layout.KEY_MAIN) for row in self.villages.rows_for(key)]

    def known(self, key: str) -> bool:
        """Whether any place has this folded key."""
        return key in self.trie or key in self.villages.trie

    def prefixes(self, key: str) -> list[str]:
        """Folded names that ``key`` begins with; some may come twice."""
        return self.trie.prefixes(key) + self.villages.trie.prefixes(key)  # type: ignore[no-any-return]

    def is_village(self, row: int) -> bool:
        """Whether a row is from the lower layers, MaxMind's and NGA's."""
        return row >= self.villages.first

    def _village_of(self, layer: str, rest: str) -> int | None:
        """The row of ``SY/albahluniyah/35.123,38.456``, or None."""
        country, _, others = rest.partition("/")
        key, _, point = others.partition("/")
        try:
            lat, lon = (float(v) for v in point.split(","))
        except ValueError:
            return None
        rows: list[tuple[float, int]] = []
        for row in self.villages.rows_for(key):
            here = self.villages.point(row)
            away = max(abs(here[0] - lat), abs(here[1] - lon))
            if (
                away < _ID_DEG
                and self.villages.layer(row) == layer
                and self.admin1_codes[self.villages.admin1[row - self.villages.first]][:2]
                == country
            ):
                rows.append((away, row))
        return min(rows)[1] if rows else None

    def row_of(self, place_id: str) -> int | None:
        """The row of a ``geonames:``, ``ne:``, ``maxmind:`` or ``nga:`` id, or None."""
        kind, _, rest = place_id.partition(":")
        if kind in ("maxmind", "nga"):
            return self._village_of(kind, rest)
        if kind == "geonames" and rest.isascii() and rest.isdigit() and len(rest) < 10:
            gid = int(rest)
        elif kind == "ne" and place_id in self._ne:
            gid = layout.NE_BASE + self._ne.index(place_id)
        else:
            return None
        row = int(np.searchsorted(self._gids, np.uint32(gid)))
        return row if row < len(self.gid) and self.gid[row] == gid else None

    def id_of(self, row: int) -> str:
        """The public id of a row.

        A village's is made of what it is: source, country, folded main name and point.
        """
        if row >= self.villages.first:
            lat, lon = self.villages.point(row)
            country = self.countries_of(row)[0]
            return (
                f"{self.villages.layer(row)}:{country}/{self.villages.key(row)}/{lat:.3f},{lon:.3f}"
            )
        gid = self.gid[row]
        return self._ne[gid - layout.NE_BASE] if gid >= layout.NE_BASE else f"geonames:{gid}"

    def label(self, row: int) -> str:
        """The main name of a row."""
        if row >= self.villages.first:
            return self.villages.names(row)[0]
        step = row // layout.LABEL_STEP
        start = self._label_at[step] + sum(self._label[step * layout.LABEL_STEP : row])
        return bytes(self._labels[start : start + self._label[row]]).decode()

    def countries_of(self, row: int) -> list[str]:
        """ISO codes of the countries a place lies in: several for a river."""
        if row >= self.villages.first:
            return [self.admin1_codes[self.villages.admin1[row - self.villages.first]][:2]]
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
        found: dict[str, list[str]] = {}
        if row >= self.villages.first:
            for name in self.villages.names(row):
                found.setdefault(script_tag(name), []).append(name)
            return {tag: tuple(names) for tag, names in found.items()}
        main = self.label(row)
        for entry in self._block(row // layout.NAMES_BLOCK)[row % layout.NAMES_BLOCK].split("\t"):
            tag, parted, name = entry.rpartition(layout.LANGUAGE_SEP)
            if name:
                found.setdefault(tag if parted else script_tag(name), []).append(name)
        if not any(main in names for names in found.values()):
            found.setdefault(script_tag(main), []).insert(0, main)
        return {tag: tuple(names) for tag, names in found.items()}

    def _read_all_names(self, row: int) -> tuple[str, ...]:
        if row >= self.villages.first:
            return self.villages.names(row)
        return tuple(name for texts in self.names(row).values() for name in texts)

    def place(self, row: int) -> Place:
        """The place of a row; its names are read only when looked at."""
        if row >= self.villages.first:
            return self._village(row)
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
            precision_km=max(
                precision_of(code, population, bbox), round(self._spread.get(row, 0.0), 1)
            ),
            names=LazyNames(self, row),
            bbox=bbox,
            source=_SOURCES[self.layers[self.layer[row]]],
        )

    def _village(self, row: int) -> Place:
        villages = self.villages
        lat, lon = villages.point(row)
        code = self.admin1_codes[villages.admin1[row - villages.first]]
        unit = self.admin1_row(code) if code[3:] else None
        return Place(
            id=self.id_of(row),
            name=self.label(row),
            lat=lat,
            lon=lon,
            feature_code=villages.feature(row),
            country=code[:2],
            admin1=code if code[3:] else None,
            admin1_name=None if unit is None else self.label(unit),
            population=villages.population(row),
            precision_km=villages.precision_km(row),
            names=LazyNames(self, row),
            source=_SOURCES[villages.layer(row)],
        )

    def rows_in(self, iso: str) -> NDArray[np.int64]:
        """Rows of one country, in their order."""
        if iso not in self.countries:
            return np.empty(0, dtype=np.int64)
        above = np.flatnonzero(self._country == self.countries.index(iso))
        return np.concatenate([above, self.villages.rows_in(iso, self.admin1_codes)])

    def loose_rows(self, name: str, iso: str) -> list[tuple[int, str]]:
        """Rows of a country with a name of the same skeleton, each with that name."""
        shape = bones(name, iso)
        found = []
        for row in self.villages.loose_rows(iso, shape) if len(shape) > 1 else ():
            found += [(row, known) for known in self._all_names(row) if bones(known, iso) == shape]
        return found
