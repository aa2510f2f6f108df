"""Tables of points: CSV with ``lat`` and ``lon``, other columns kept as they are."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.exchange.problems import Problem

__all__ = ["PointTable", "read_points", "safe_cell", "write_csv"]

MAX_BYTES = 4 * 2**30
MAX_FIELD = 2**20
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


def _opened(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path.name} is larger than 4 GB. Split it into smaller files.")
        data = path.read_bytes()
    except OSError as exc:
        raise InputError(f"{path} cannot be read: {exc.strerror}") from exc
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise InputError(
            f"{path.name}, row {line}: the text is not UTF-8. Save the file as CSV UTF-8."
        ) from exc


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
    text = _opened(path)
    first = text.lstrip("\r\n").partition("\n")[0]
    if not first.strip():
        raise InputError(f"{path.name} is empty. It needs a header with lat and lon, and rows.")
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(first))
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    lats: list[float] = []
    lons: list[float] = []
    problems: list[Problem] = []
    lat_at = lon_at = 0
    line = 0
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as exc:
            problems.append(Problem(path.name, line, "", f"cannot be read as CSV ({exc})"))
            continue
        if not any(cell.strip() for cell in row):
            continue
        if not header:
            header = [cell.strip() for cell in row]
            found = _find(header, _LAT), _find(header, _LON)
            missing = [n for n, at in zip(("lat", "lon"), found, strict=True) if at is None]
            missing += [name for name in needed if _find(header, (name.casefold(),)) is None]
            if missing:
                raise InputError(
                    f"{path.name}, row {line}: no column {' or '.join(missing)}. "
                    f"The header has: {', '.join(header)[:300]}."
                )
            lat_at, lon_at = found[0] or 0, found[1] or 0
            continue
        if len(row) != len(header):
            reason = f"has {len(row)} cells where the header has {len(header)}"
            problems.append(Problem(path.name, line, "", reason))
            continue
        lat, lon = _degrees(row[lat_at], 90), _degrees(row[lon_at], 180)
        if isinstance(lat, str):
            swapped = isinstance(_degrees(row[lat_at], 180), float) and isinstance(
                _degrees(row[lon_at], 90), float
            )
            hint = "; are lat and lon swapped?" if swapped else ""
            problems.append(Problem(path.name, line, header[lat_at], lat + hint))
            continue
        if isinstance(lon, str):
            problems.append(Problem(path.name, line, header[lon_at], lon))
            continue
        rows.append(row)
        lines.append(line)
        lats.append(lat)
        lons.append(lon)
    return PointTable(
        path.name,
        tuple(header),
        rows,
        lines,
        np.asarray(lats, dtype=np.float64),
        np.asarray(lons, dtype=np.float64),
        problems,
    )


def safe_cell(value: object) -> object:
    """A cell that no spreadsheet runs as a formula (a quote mark in front, as is usual).

    A number stays a number, also where it came as text.
    """
    if isinstance(value, str) and value.lstrip().startswith(("=", "+", "-", "@", "\t", "\r")):
        try:
            float(value)
        except ValueError:
            return "'" + value
    return value


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write UTF-8 CSV, cells made safe for spreadsheets. Raises InputError."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([safe_cell(cell) for cell in header])
            writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    except OSError as exc:
        raise InputError(f"{path} cannot be written: {exc.strerror}") from exc
