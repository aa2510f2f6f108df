"""Reading untrusted JSON: every fault names the member, the record and the field."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

import orjson

from geo.dates import DateSpan
from geo.errors import DateError, InputError

__all__ = ["Fields", "clean", "dump", "load"]

MAX_DEPTH = 12
MAX_SHORT = 4_000
MAX_ID = 200
LAST_YEAR = 2999  # days are counted on from a date, which the calendar's last ones do not bear
_KEPT = "\t\n\r"
# How control characters that are not kept look in JSON: escapes, DEL, and U+0080 to U+009F.
_SUSPECT = re.compile(rb"\\u00|\\b|\\f|\x7f|\xc2[\x80-\x9f]")

Choice = TypeVar("Choice", bound=StrEnum)


def clean(value: Any) -> Any:
    """A value as it may stand in a bundle: control characters become U+FFFD, one for one.

    Quotes point at characters by number, so none may go; lone surrogates have no UTF-8.
    """
    if isinstance(value, str) and not isinstance(value, StrEnum):
        if value.isprintable():
            return value
        return "".join("\ufffd" if _strange(c) else c for c in value)
    if isinstance(value, Mapping):
        return {clean(str(key)): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    if is_dataclass(value):
        return {field.name: clean(getattr(value, field.name)) for field in fields(value)}
    return value


def _strange(char: str) -> bool:
    return char not in _KEPT and unicodedata.category(char) in ("Cc", "Cs")


def dump(value: Any) -> bytes:
    """JSON as a bundle holds it: cleaned, indented, keys in order, the same bytes every time.

    Dataclasses, enums and days are written as orjson does.
    """
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    try:
        data = orjson.dumps(value, option=options)
    except TypeError:  # a lone surrogate
        return orjson.dumps(clean(value), option=options)
    # Cleaning row by row takes ten times as long as writing; it is seldom needed.
    return orjson.dumps(clean(value), option=options) if _SUSPECT.search(data) else data


def load(member: str, data: bytes) -> Any:
    """The JSON of a member. Raises InputError if it is none, or nested too deeply."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as exc:
        raise InputError(f"{member} in the bundle is not JSON: {str(exc)[:200]}") from exc
    level, depth = [value], 0
    while level:
        if depth > MAX_DEPTH:
            raise InputError(f"{member} in the bundle is nested too deeply to be ours.")
        depth += 1
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, dict | list)
        ]
    return value


@dataclass(frozen=True, slots=True)
class Fields:
    """A JSON object of a member, with the path to blame when it is wrong."""

    where: str
    data: Mapping[str, Any]

    @classmethod
    def of(cls, where: str, value: Any) -> Fields:
        """The object ``value``. Raises InputError if it is none."""
        if not isinstance(value, dict):
            raise InputError(f"{where} in the bundle is not an object.")
        return cls(where, value)

    @classmethod
    def rows(cls, member: str, value: Any, most: int) -> Iterator[Fields]:
        """The objects of a list, counted from 1."""
        if not isinstance(value, list):
            raise InputError(f"{member} in the bundle is not a list.")
        if len(value) > most:
            raise InputError(f"{member} in the bundle has {len(value):,} rows; at most {most:,}.")
        for number, row in enumerate(value, 1):
            yield cls.of(f"{member}, record {number}", row)

    def fail(self, key: str, reason: str) -> InputError:
        """The error to raise for a field."""
        return InputError(f"{self.where}: {key!r} {reason}. The bundle is damaged or not ours.")

    def known(self, keys: frozenset[str]) -> None:
        """Refuse fields that nobody knows: they would be lost without a word."""
        strange = sorted(self.data.keys() - keys)
        if strange:
            raise self.fail(str(clean(strange[0]))[:60], "is not a field of this version")

    def text(self, key: str, *, most: int = MAX_SHORT, empty: bool = True) -> str:
        """The text under ``key``."""
        value = self.data.get(key)
        if not isinstance(value, str):
            raise self.fail(key, "is not a text")
        if not empty and not value.strip():
            raise self.fail(key, "is empty")
        if len(value) > most:
            raise self.fail(key, f"has {len(value):,} letters; at most {most:,}")
        if not value.isprintable() and any(map(_strange, value)):
            raise self.fail(key, "holds control characters")
        return value

    def ident(self, key: str) -> str:
        """An id: a short text, not empty."""
        return self.text(key, most=MAX_ID, empty=False)

    def maybe(self, key: str, *, most: int = MAX_ID) -> str | None:
        """A text or null."""
        return None if self.data.get(key) is None else self.text(key, most=most)

    def texts(self, key: str, *, most: int = 200) -> tuple[str, ...]:
        """A list of texts."""
        value = self.data.get(key)
        if not isinstance(value, list):
            raise self.fail(key, "is not a list")
        if len(value) > most:
            raise self.fail(key, f"has {len(value):,} entries; at most {most}")
        each = (Fields(f"{self.where}, {key}", {str(n): v}) for n, v in enumerate(value, 1))
        return tuple(one.text(next(iter(one.data))) for one in each)

    def number(self, key: str, low: float, high: float) -> float:
        """A number within bounds."""
        value = self.data.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fail(key, "is not a number")
        if not (math.isfinite(value) and low <= value <= high):
            raise self.fail(key, f"is {value!r:.40}, not between {low:g} and {high:g}")
        return float(value)

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number within bounds."""
        value = self.data.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.fail(key, f"is not a whole number between {low} and {high}")
        return value

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.data.get(key)
        if not isinstance(value, bool):
            raise self.fail(key, "is neither true nor false")
        return value

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        """A member of ``kind``."""
        try:
            return kind(self.text(key))
        except ValueError:
            raise self.fail(key, f"is not one of {', '.join(kind)}") from None

    def span(self, key: str) -> DateSpan:
        """A date in the forms of ``geo.dates``."""
        try:
            found = DateSpan.parse(self.text(key, most=60))
        except DateError as exc:
            raise self.fail(key, f"is no date ({exc})") from exc
        self._not_too_late(key, found.start, found.end)
        return found

    def day(self, key: str) -> date:
        """One day, as 2017-11-09."""
        try:
            found = date.fromisoformat(self.text(key, most=10))
        except ValueError:
            raise self.fail(key, "is not a day") from None
        self._not_too_late(key, found)
        return found

    def _not_too_late(self, key: str, *days: date | None) -> None:
        if any(day is not None and day.year > LAST_YEAR for day in days):
            raise self.fail(key, f"is later than the year {LAST_YEAR}")

    def moment(self, key: str) -> datetime | None:
        """A day and time as ISO 8601, or null."""
        said = self.maybe(key, most=40)
        try:
            return datetime.fromisoformat(said) if said is not None else None
        except ValueError:
            raise self.fail(key, "is not a time") from None

    def inner(self, key: str) -> Fields:
        """The object under ``key``."""
        return Fields.of(f"{self.where}, {key}", self.data.get(key))

    def each(self, key: str, most: int) -> Iterator[Fields]:
        """The objects of the list under ``key``."""
        return Fields.rows(f"{self.where}, {key}", self.data.get(key), most)
