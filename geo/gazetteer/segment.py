"""One piece of a user's gazetteer: up to a million places in three memory-mapped files.

    columns.bin   arrays one after another; the manifest says where each begins and its type
    texts.bin     main names, own ids and ids of shipped twins (offsets in columns.bin)
    names.bin     all names, BLOCK rows to a zlib block: rows parted by newline, names by tab, the
                  language (where known) before the unit separator
    keys.marisa   folded name -> row in the low 24 bits, KEY_* flags above; besides, under
                  BONES + country + ":" + consonants, the rows with such a name, and under
                  OWN_ID + id those with an id of the file's own

Kept apart from the shipped files' form on purpose: these are written on the user's machine from
a stream of any length with little memory, and must open with later versions too.
"""

from __future__ import annotations

import math
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import marisa_trie
import numpy as np
from numpy.typing import NDArray

from geo.gazetteer import layout
from geo.gazetteer.names import script_tag
from geo.gazetteer.nearest import cells_near, distances_km

__all__ = ["BONES", "NOWHERE", "OWN_ID", "Entry", "Segment", "write_segment"]

BLOCK = 64  # rows unpacked together: names of candidates are read here and there
BONES, OWN_ID = "\x01", "\x02"
NOWHERE = -(2**31)  # lat of a row that only adds names to a place known elsewhere
FILES = ("columns.bin", "texts.bin", "names.bin", "keys.marisa")
_WIDE = int(360 / layout.CELL_DEG)
_TYPES = {
    "gid": "<u4", "lat": "<i4", "lon": "<i4", "population": "<u4", "precision": "<u2",
    "country": "<u2", "admin1": "<u2", "feature": "<u2", "spellings": "<u1",
}  # fmt: skip
_KINDS = {"<u4": "I", "<i4": "i", "<u2": "H", "<u1": "B"}  # the same for Python's arrays


class Entry(NamedTuple):
    """A place to be written. ``gid`` is its GeoNames id or 0; ``own_id`` one of the file's own.

    ``country`` may hold several ISO codes parted by spaces where the file gives none and the
    place lies near a border. ``precision_km`` 0 is unknown. ``names`` are (language or "", name).
    ``keys`` are folded names with their KEY_* flags; ``twin`` is the id of the shipped place
    that it is, or "". ``lat`` is None in a row that only adds names.
    """

    gid: int
    own_id: str
    name: str
    lat: float | None
    lon: float
    feature: str
    country: str
    admin1: str
    population: int
    precision_km: float
    names: tuple[tuple[str, str], ...]
    keys: Mapping[str, int]
    twin: str


def _digest(place_id: str) -> int:
    return int.from_bytes(blake2b(place_id.encode(), digest_size=8).digest(), "little")


def _crc(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while part := file.read(2**20):
            value = zlib.crc32(part, value)
    return value


def write_segment(folder: Path, entries: Iterable[Entry]) -> dict[str, Any]:
    """Write one segment. Returns its part of the manifest. Raises OSError."""
    folder.mkdir(parents=True)
    # Machine numbers throughout: a million rows of Python's would take hundreds of megabytes.
    columns = {name: array(_KINDS[kind]) for name, kind in _TYPES.items()}
    codes: dict[str, dict[str, int]] = {name: {"": 0} for name in ("country", "admin1", "feature")}
    twins: list[tuple[int, int, str]] = []
    text_at, id_at, blocks = array("I", [0]), array("I", [0]), array("I", [0])
    lines: list[str] = []
    offset = 0
    trie_keys = folder / "keys.tmp"
    with (
        (folder / "texts.bin").open("wb") as texts,
        (folder / "names.bin").open("wb") as names,
        trie_keys.open("w", encoding="utf-8", newline="\n") as keys,
    ):
        ids = bytearray()
        row = -1
        for row, entry in enumerate(entries):
            nowhere = entry.lat is None
            columns["gid"].append(entry.gid)
            columns["lat"].append(
                NOWHERE if entry.lat is None else round(entry.lat * layout.DEGREES)
            )
            columns["lon"].append(0 if nowhere else round(entry.lon * layout.DEGREES))
            columns["population"].append(entry.population)
            columns["precision"].append(min(65535, math.ceil(entry.precision_km * 10)))
            columns["spellings"].append(min(255, len(entry.names) + 1))
            for name, table in codes.items():
                columns[name].append(table.setdefault(getattr(entry, name), len(table)))
            text_at.append(text_at[-1] + texts.write(entry.name.encode()))
            ids += entry.own_id.encode()
            id_at.append(len(ids))
            lines.append(
                "\t".join(f"{t}{layout.LANGUAGE_SEP}{n}" if t else n for t, n in entry.names)
            )
            if len(lines) == BLOCK:
                offset += names.write(zlib.compress("\n".join(lines).encode(), 6))
                blocks.append(offset)
                lines = []
            for key, flags in entry.keys.items():
                keys.write(f"{row | flags << layout.ROW_BITS}\t{key}\n")
            if entry.own_id:
                keys.write(f"{row}\t{OWN_ID}{entry.own_id}\n")
            if entry.twin:
                twins.append((_digest(entry.twin), row, entry.twin))
        if lines:
            offset += names.write(zlib.compress("\n".join(lines).encode(), 6))
            blocks.append(offset)
        texts.write(ids)
        twin_texts = [twin.encode() for _, _, twin in twins]
        texts.write(b"".join(twin_texts))
    _write_trie(folder, trie_keys)
    arrays: dict[str, NDArray[Any]] = {
        name: np.asarray(values, dtype=_TYPES[name]) for name, values in columns.items()
    }
    arrays |= {
        "text_at": np.asarray(text_at, dtype="<u4"),
        "id_at": np.asarray(id_at, dtype="<u4") + np.uint32(text_at[-1]),
        "blocks": np.asarray(blocks, dtype="<u4"),
        "gid_order": np.argsort(arrays["gid"], kind="stable").astype("<u4"),
    }
    arrays["gid_sorted"] = arrays["gid"][arrays["gid_order"]]
    arrays |= _grid(arrays, list(codes["feature"]))
    ends = np.cumsum([0, *map(len, twin_texts)]) + text_at[-1] + id_at[-1]
    by_digest = sorted(range(len(twins)), key=lambda i: twins[i][0])
    arrays |= {
        "twin_row": np.asarray([row for _, row, _ in twins], dtype="<u4"),
        "twin_at": ends.astype("<u4"),
        "twin_digest": np.asarray([twins[i][0] for i in by_digest], dtype="<u8"),
        "twin_digest_row": np.asarray([twins[i][1] for i in by_digest], dtype="<u4"),
    }
    where = _write_columns(folder / "columns.bin", arrays)
    files = {}
    for name in FILES:
        path = folder / name
        files[name] = [path.stat().st_size, path.stat().st_mtime_ns, _crc(path)]
    return {
        "folder": folder.name,
        "rows": row + 1,
        "columns": where,
        "tables": {name: list(table) for name, table in codes.items()},
        "files": files,
    }


def _write_trie(folder: Path, spool: Path) -> None:
    def records() -> Iterator[tuple[str, tuple[int]]]:
        with spool.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                value, _, key = line.rstrip("\n").partition("\t")
                yield key, (int(value),)

    marisa_trie.RecordTrie("<I", records()).save(str(folder / "keys.marisa"))
    spool.unlink()


def _grid(arrays: Mapping[str, NDArray[Any]], features: list[str]) -> dict[str, NDArray[Any]]:
    """Settlements by grid cell, for what lies near a point."""
    settled = np.asarray([f == "" or f.startswith("PPL") for f in features])
    rows = np.flatnonzero(settled[arrays["feature"]] & (arrays["lat"] != NOWHERE))
    south = (arrays["lat"][rows] / layout.DEGREES + 90) // layout.CELL_DEG
    west = (arrays["lon"][rows] / layout.DEGREES + 180) // layout.CELL_DEG % _WIDE
    cells = (south * _WIDE + west).astype("<u4")
    order = np.argsort(cells, kind="stable")
    return {"cells": cells[order], "cell_rows": rows[order].astype("<u4")}


def _write_columns(path: Path, arrays: Mapping[str, NDArray[Any]]) -> dict[str, list[Any]]:
    where: dict[str, list[Any]] = {}
    with path.open("wb") as file:
        for name, array in arrays.items():
            file.write(b"\0" * (-file.tell() % 8))
            where[name] = [file.tell(), array.dtype.str, len(array)]
            file.write(array.tobytes())
        file.write(b"\0" * 8)  # never empty, which cannot be mapped
    return where


class Segment:
    """An opened segment. Raises OSError, ValueError, KeyError or RuntimeError if it is damaged."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        for name, (size, written, crc) in manifest["files"].items():
            stat = (folder / name).stat()
            if stat.st_size != size:
                raise ValueError(f"{name} has {stat.st_size} bytes and should have {size}")
            # Reading all of it is left out where the file is as it was written.
            if stat.st_mtime_ns != written and _crc(folder / name) != crc:
                raise ValueError(f"{name} has been changed")
        mapped = np.memmap(folder / "columns.bin", np.uint8, "r")
        arrays = {
            name: np.asarray(mapped[at : at + np.dtype(kind).itemsize * count]).view(kind)
            for name, (at, kind, count) in manifest["columns"].items()
        }
        self.rows = int(manifest["rows"])
        self.trie = marisa_trie.RecordTrie("<I")
        self.trie.mmap(str(folder / "keys.marisa"))
        self._lats, self._lons = arrays["lat"], arrays["lon"]
        self._country = arrays["country"]
        self._cells, self._cell_rows = arrays["cells"], arrays["cell_rows"]
        single = {name: memoryview(arrays[name]) for name in arrays}
        self.gid, self.lat, self.lon = single["gid"], single["lat"], single["lon"]
        self.population, self.precision = single["population"], single["precision"]
        self.spellings = single["spellings"]
        self._codes = {name: single[name] for name in ("country", "admin1", "feature")}
        self._tables: dict[str, list[str]] = manifest["tables"]
        self._text_at, self._id_at = single["text_at"], single["id_at"]
        self._gid_order, self._gid_sorted = single["gid_order"], single["gid_sorted"]
        self._twin_row, self._twin_at = single["twin_row"], single["twin_at"]
        self._twin_digest, self._twin_digest_row = single["twin_digest"], single["twin_digest_row"]
        self._blocks = single["blocks"]
        self._texts = _mapped(folder / "texts.bin")
        self._names = _mapped(folder / "names.bin")
        self._block = lru_cache(maxsize=256)(self._read_block)

    def records(self, key: str) -> list[tuple[int, int]]:
        """Rows under a key, each with its KEY_* flags."""
        return [
            (value & layout.ROW_MASK, value >> layout.ROW_BITS)
            for (value,) in self.trie.get(key, ())
        ]

    def code(self, column: str, row: int) -> str:
        """The text of a row's country, admin1 or feature."""
        return self._tables[column][self._codes[column][row]]

    def rows_in(self, iso: str) -> list[int]:
        """Rows of one country, those that may be of it among them."""
        codes = [i for i, text in enumerate(self._tables["country"]) if iso in text.split()]
        rows: list[int] = np.flatnonzero(np.isin(self._country, codes)).tolist()
        return rows

    def label(self, row: int) -> str:
        """The main name of a row."""
        return bytes(self._texts[self._text_at[row] : self._text_at[row + 1]]).decode()

    def own_id(self, row: int) -> str:
        """The file's own id of a row, or ""."""
        return bytes(self._texts[self._id_at[row] : self._id_at[row + 1]]).decode()

    def row_of_gid(self, gid: int) -> int | None:
        """The row with a GeoNames id."""
        at = bisect_left(self._gid_sorted, gid)
        found = gid and at < self.rows and self._gid_sorted[at] == gid
        return self._gid_order[at] if found else None

    def row_of_own_id(self, own_id: str) -> int | None:
        """The row with an id of the file's own."""
        return next((row for row, _ in self.records(OWN_ID + own_id)), None)

    def row_of_twin(self, place_id: str) -> int | None:
        """The row that is the shipped place with this id."""
        if not self._twin_row:
            return None
        digest = _digest(place_id)
        at = bisect_left(self._twin_digest, digest)
        found = at < len(self._twin_digest) and self._twin_digest[at] == digest
        return self._twin_digest_row[at] if found else None

    def twin_of(self, row: int) -> str:
        """The id of the shipped place that a row is, or ""."""
        at = bisect_left(self._twin_row, row)
        if at == len(self._twin_row) or self._twin_row[at] != row:
            return ""
        return bytes(self._texts[self._twin_at[at] : self._twin_at[at + 1]]).decode()

    def _read_block(self, block: int) -> list[str]:
        data = bytes(self._names[self._blocks[block] : self._blocks[block + 1]])
        return zlib.decompress(data).decode().split("\n")

    def names(self, row: int) -> dict[str, tuple[str, ...]]:
        """All names of a row by language tag, its main name among them."""
        found: dict[str, list[str]] = {}
        main = self.label(row)
        for text in self._block(row // BLOCK)[row % BLOCK].split("\t"):
            tag, parted, name = text.rpartition(layout.LANGUAGE_SEP)
            if name:
                found.setdefault(tag if parted else script_tag(name), []).append(name)
        if main and not any(main in names for names in found.values()):
            found.setdefault(script_tag(main), []).insert(0, main)
        return {tag: tuple(names) for tag, names in found.items()}

    def rows_near(self, lat: float, lon: float, radius_km: float) -> list[tuple[float, int]]:
        """Settlements within a radius: (distance on the sphere in km, row), in no order."""
        rows: list[int] = []
        for first, end in cells_near(lat, lon, radius_km):
            low, high = np.searchsorted(self._cells, (first, end))
            rows.extend(self._cell_rows[low:high].tolist())
        index = np.unique(np.asarray(rows, dtype=np.int64))
        lats, lons = self._lats[index] / layout.DEGREES, self._lons[index] / layout.DEGREES
        km = distances_km(lat, lon, lats, lons)
        return [(float(km[i]), int(index[i])) for i in range(len(index)) if km[i] <= radius_km]


def _mapped(path: Path) -> memoryview:
    if not path.stat().st_size:
        return memoryview(b"")
    data: Any = np.memmap(path, np.uint8, "r")
    return memoryview(data)
