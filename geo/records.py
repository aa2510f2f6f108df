"""Strict reading of hand-written TOML: every fault names its file, its record and the way out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from geo.dates import DateSpan
from geo.errors import DateError, SeedError

__all__ = ["MAX_BYTES", "Record", "many", "one", "tables", "toml_files"]

MAX_BYTES = 1_000_000  # a hand-written file is never near this; a wrong path may be

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Record:
    """One TOML table with the place to blame when it is wrong."""

    file: str
    row: int | None
    data: Mapping[str, Any]

    def fail(self, reason: str) -> SeedError:
        """The error to raise for this record."""
        return SeedError(self.file, self.row, reason)

    def allow(self, keys: frozenset[str]) -> None:
        """Refuse keys that nobody knows."""
        unknown = sorted(set(self.data) - keys)
        if unknown:
            known = ", ".join(sorted(keys))
            raise self.fail(f"unknown key {unknown[0]!r}; the keys are {known}")

    def text(self, key: str, default: str | None = None) -> str:
        """The string under ``key``; without a default it must be there and not be blank."""
        value = self.data.get(key, default)
        if value is None:
            raise self.fail(f"{key!r} is missing")
        if not isinstance(value, str):
            raise self.fail(f"{key!r} must be a text, not {value!r}")
        if default is None and not value.strip():
            raise self.fail(f"{key!r} is empty")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of strings under ``key``; empty if it is not there."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(f"{key!r} must be a list of texts")
        return tuple(value)

    def whole(self, key: str) -> int:
        """The whole number under ``key``."""
        value = self.data.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.fail(f"{key!r} must be a whole number, not {value!r}")
        return value

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        """The member of ``kind`` that stands under ``key``."""
        value = self.text(key)
        try:
            return kind(value)
        except ValueError:
            known = ", ".join(kind)
            raise self.fail(f"{key!r} is {value!r}; it must be one of {known}") from None

    def date(self, key: str) -> DateSpan:
        """The date under ``key``, in the forms of ``geo.dates``."""
        try:
            return DateSpan.parse(self.text(key))
        except DateError as exc:
            raise self.fail(f"{key!r}: {exc}") from exc


def tables(path: Path, *allowed: str) -> dict[str, Any]:
    """The top level of a TOML file. Raises SeedError if it cannot be read."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise SeedError(path.name, None, f"is {size:,} bytes; the limit is {MAX_BYTES:,}")
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise SeedError(path.name, None, f"cannot be read: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise SeedError(path.name, None, f"is not UTF-8 at byte {exc.start}") from exc
    except (ValueError, RecursionError) as exc:  # a huge number is a bare ValueError
        raise SeedError(path.name, None, f"is not TOML: {exc}") from exc
    Record(path.name, None, data).allow(frozenset(allowed))
    return data


def one(path: Path, data: Mapping[str, Any], key: str) -> Record:
    """The table ``[key]``. Raises SeedError if it is missing."""
    table = data.get(key)
    if not isinstance(table, dict):
        raise SeedError(path.name, None, f"has no [{key}] table")
    return Record(path.name, None, table)


def many(path: Path, data: Mapping[str, Any], key: str) -> list[Record]:
    """The tables ``[[key]]``, numbered from 1."""
    rows = data.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SeedError(path.name, None, f"{key!r} must be written as [[{key}]] tables")
    return [Record(path.name, number, row) for number, row in enumerate(rows, start=1)]


def toml_files(folder: Path, what: str) -> list[Path]:
    """The TOML files of a folder, by name. Raises SeedError if there is none."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise SeedError(folder.name, None, f"holds no {what} (*.toml)")
    return files
