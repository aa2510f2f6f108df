"""Tables of points: CSV with ``lat`` and ``lon``, other columns kept as they are."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.exchange.problems import Problem

__all__ = ["PointTable", "passed_on", "point_chunks", "read_points", "safe_cell", "write_csv"]

MAX_BYTES = 4 * 2**30
MAX_FIELD = 2**20
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?")
_LAT = ("lat", "latitude", "y")
_LON = ("lon", "lng", "long", "longitude", "x")


@dataclass(frozen=True, slots=True)
class PointTable:
    """The rows that have a point, in the order of the file.

    ``rows`` are the cells as text, ``lines`` the rows' places in the file counted from 1 (the
    header is 1), ``lat`` and ``lon`` float64 arrays of WGS84 degrees. ``problems`` lists the
    rows left out.
    """

    file: str
    header: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    problems: list[Problem]

    def column(self, name: str) -> list[str] | None:
        """The cells of a column by its name, whatever its case; None if there is none."""
        folded = [title.casefold() for title in self.header]
        if name.casefold() not in folded:
            return None
        at = folded.index(name.casefold())
        return [row[at] for row in self.rows]


def _opened(path: Path) -> IO[str]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path.name} is larger than 4 GB. Split it into smaller files.")
        return path.open(encoding="utf-8-sig", newline="")
    except OSError as exc:
        raise InputError(f"{path} cannot be read: {exc.strerror}") from exc


def _delimiter(head: str) -> str:
    return max(",;\t", key=head.count)


def _find(header: Sequence[str], names: Sequence[str]) -> int | None:
    folded = [title.strip().casefold() for title in header]
    return next((folded.index(name) for name in names if name in folded), None)


def _degrees(text: str, limit: float) -> float | str:
    """The value, or why it is none."""
    if not text.strip():
        return "is empty"
    try:
        value = float(text)
    except ValueError:
        return f"{text[:40]!r} is not a number. Write degrees with a point, such as 34.4523"
    if math.isnan(value) or math.isinf(value):
        return f"{text[:40]!r} is not a position"
    if abs(value) > limit:
        return f"{text[:40]} is beyond {limit:.0f} degrees"
    return value


def read_points(path: Path, *, needed: Iterable[str] = ()) -> PointTable:
    """Read a CSV (comma, semicolon or tab) with ``lat``, ``lon`` and the ``needed`` columns.

    Rows without a usable point are left out and listed in ``problems``; nothing is swapped or
    corrected in silence. Raises InputError if the file cannot be read, is empty, or lacks a
    column.
    """
    (table,) = point_chunks(path, size=None, needed=needed)
    return table


def point_chunks(
    path: Path, *, size: int | None, needed: Iterable[str] = ()
) -> Iterator[PointTable]:
    """Read a table of points as ``read_points`` does, ``size`` rows at a time (None: all).

    At least one table is given. Raises as ``read_points`` does; an encoding error may come late.
    """
    with _opened(path) as file:
        try:
            yield from _chunks(path.name, file, size, tuple(needed))
        except UnicodeDecodeError as exc:
            data = path.read_bytes()
            try:
                data.decode("utf-8-sig")
            except UnicodeDecodeError as where:
                line = data.count(b"\n", 0, where.start) + 1
            else:
                line = 1
            raise InputError(
                f"{path.name}, row {line}: the text is not UTF-8. Save the file as CSV UTF-8."
            ) from exc


def _chunks(
    name: str, file: IO[str], size: int | None, needed: tuple[str, ...]
) -> Iterator[PointTable]:
    csv.field_size_limit(MAX_FIELD)
    start = file.tell()
    first = next((line for line in file if line.strip()), "")
    if not first:
        raise InputError(f"{name} is empty. It needs a header with lat and lon, and rows.")
    file.seek(start)
    reader = csv.reader(file, delimiter=_delimiter(first))
    try:
        written = ((reader.line_num, row) for row in reader if any(c.strip() for c in row))
        at, titles = next(written, (1, []))
    except csv.Error as exc:
        raise InputError(f"{name}: the header cannot be read as CSV ({exc}).") from exc
    header, lat_at, lon_at = _header(name, at, titles, needed)
    table = _Rows(name, header, lat_at, lon_at)
    given = False
    while True:
        at = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as exc:
            table.problems.append(Problem(name, at, "", f"cannot be read as CSV ({exc})"))
            continue
        table.take(at, row)
        if size is not None and len(table.rows) + len(table.problems) >= size:
            yield table.done()
            table, given = _Rows(name, header, lat_at, lon_at), True
    if table.rows or table.problems or not given:
        yield table.done()


def _header(
    name: str, line: int, titles: Sequence[str], needed: Sequence[str]
) -> tuple[tuple[str, ...], int, int]:
    """The columns' names, and where latitude and longitude stand."""
    header = [cell.strip() for cell in titles]
    found = _find(header, _LAT), _find(header, _LON)
    missing = [n for n, at in zip(("lat", "lon"), found, strict=True) if at is None]
    missing += [title for title in needed if _find(header, (title.casefold(),)) is None]
    if missing:
        raise InputError(
            f"{name}, row {line}: no column {' or '.join(missing)}. "
            f"The header has: {', '.join(header)[:300]}."
        )
    return tuple(header), found[0] or 0, found[1] or 0


@dataclass(slots=True)
class _Rows:
    """Gathers the rows of one table."""

    file: str
    header: tuple[str, ...]
    lat_at: int
    lon_at: int
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    lats: list[float] = field(default_factory=list)
    lons: list[float] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def take(self, line: int, row: list[str]) -> None:
        """Take a row, or note why not; blank ones are passed over."""
        if not any(cell.strip() for cell in row):
            return
        if len(row) != len(self.header):
            reason = f"has {len(row)} cells where the header has {len(self.header)}"
            self.problems.append(Problem(self.file, line, "", reason))
            return
        lat, lon = _degrees(row[self.lat_at], 90), _degrees(row[self.lon_at], 180)
        if isinstance(lat, str):
            swapped = isinstance(_degrees(row[self.lat_at], 180), float) and isinstance(
                _degrees(row[self.lon_at], 90), float
            )
            hint = "; are lat and lon swapped?" if swapped else ""
            self.problems.append(Problem(self.file, line, self.header[self.lat_at], lat + hint))
        elif isinstance(lon, str):
            self.problems.append(Problem(self.file, line, self.header[self.lon_at], lon))
        else:
            self.rows.append(row)
            self.lines.append(line)
            self.lats.append(lat)
            self.lons.append(lon)

    def done(self) -> PointTable:
        """What was gathered."""
        lat, lon = np.asarray(self.lats, np.float64), np.asarray(self.lons, np.float64)
        return PointTable(self.file, self.header, self.rows, self.lines, lat, lon, self.problems)


def safe_cell(value: object) -> object:
    """A cell that no spreadsheet runs as a formula (a quote mark in front, as is usual)."""
    if isinstance(value, str) and value.lstrip().startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value
    return value


def passed_on(value: object) -> object:
    """``safe_cell``, but a plain number that came as text (-1.5) stays as it came."""
    plain = isinstance(value, str) and _NUMBER.fullmatch(value)
    return value if plain else safe_cell(value)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write UTF-8 CSV, cells made safe for spreadsheets. Raises InputError."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([safe_cell(cell) for cell in header])
            writer.writerows([passed_on(cell) for cell in row] for row in rows)
    except OSError as exc:
        raise InputError(f"{path} cannot be written: {exc.strerror}") from exc
