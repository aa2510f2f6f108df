"""Rows of other people's gazetteers, checked field by field."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from geo.gazetteer.names import MAX_NAME, tidy
from geo.gazetteer.names import fold as fold_anew

__all__ = [
    "DUMP_COLUMNS",
    "BadRowError",
    "RawPlace",
    "fold",
    "known_columns",
    "of_alternate",
    "of_dump",
    "of_fields",
]

# A row's names are folded to check them, to match them and to index them.
fold = lru_cache(maxsize=4096)(fold_anew)

DUMP_COLUMNS = 19
MAX_NAMES = 500
# Entries of the alternate names that are no names: links, codes of posts and airports.
_NO_NAMES = frozenset("link wkdt post unlc phon iata icao faac tcid".split())

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "place", "placename", "place_name", "title"),
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "lng", "long", "longitude", "x"),
    "id": ("id", "place_id", "geonameid", "pcode"),
    "country": ("country", "cc", "country_code", "countrycode", "iso2", "iso"),
    "admin1": ("admin1", "adm1", "admin1_name", "adm1_name", "province", "governorate"),
    "feature": ("feature_code", "featurecode", "fcode"),
    "population": ("population", "pop"),
    "precision": ("precision_km",),
    "names": ("alternate_names", "alternatenames", "alternate names", "alt_names", "aliases",
              "names"),
}  # fmt: skip


class RawPlace(NamedTuple):
    """A row as the file has it, checked. ``lat`` is None in a row of alternate names."""

    line: int
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


class BadRowError(ValueError):
    """Why a row is left out: (column, reason)."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def _degrees(text: Any, limit: float, column: str) -> float:
    try:
        value = math.nan if isinstance(text, bool) else float(text)
    except (TypeError, ValueError):
        said = "is empty" if text in (None, "") else f"{str(text)[:40]!r} is not a number"
        raise BadRowError(column, said) from None
    if not math.isfinite(value) or abs(value) > limit:
        raise BadRowError(column, f"{str(text)[:40]} is not within {limit:.0f} degrees")
    return value


def _name(text: Any, column: str = "name") -> str:
    name = tidy(text[: 4 * MAX_NAME]) if isinstance(text, str) else ""
    if not name or not fold(name):
        raise BadRowError(column, "is empty" if not name else f"{name[:40]!r} is no name")
    if len(name) > MAX_NAME:
        raise BadRowError(column, f"is longer than {MAX_NAME} characters")
    return name


def _count(text: Any, column: str) -> int:
    if text in (None, ""):
        return 0
    try:
        value = float(text)
    except (TypeError, ValueError):
        raise BadRowError(column, f"{str(text)[:40]!r} is not a number") from None
    if not 0 <= value < 2**32:
        raise BadRowError(column, f"{str(text)[:40]} is not a count of people")
    return int(value)


def _code(text: Any) -> str:
    code = tidy(str(text))[:10].upper() if text else ""
    return code if code.isalnum() and code.isascii() else ""


def _others(texts: Sequence[tuple[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Further names that can be used, each once; the others go without a word."""
    kept: dict[tuple[str, str], None] = {}
    for tag, text in texts[:MAX_NAMES]:
        name = tidy(text) if isinstance(text, str) and len(text) <= MAX_NAME else ""
        if name and "://" not in name and fold(name):
            kept[tag, name] = None
    return tuple(kept)


def _gid(text: str, column: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:11]) < 2**31):
        raise BadRowError(column, f"{text[:40]!r} is not a GeoNames id")
    return int(text)


def of_dump(line: int, cells: list[str]) -> RawPlace:
    """GeoNames' main table: 19 columns parted by tabs, as its readme describes them."""
    if len(cells) != DUMP_COLUMNS:
        raise BadRowError("", f"has {len(cells)} columns; a GeoNames dump has {DUMP_COLUMNS}")
    gid = _gid(cells[0], "geonameid")
    name = _name(cells[1])
    lat, lon = _degrees(cells[4], 90, "latitude"), _degrees(cells[5], 180, "longitude")
    country = _code(cells[8])
    unit = _code(cells[10])
    names = [("", cells[2]), *(("", text) for text in cells[3].split(","))]
    return RawPlace(
        line,
        gid,
        "",
        name,
        lat,
        lon,
        _code(cells[7]) or _code(cells[6]),
        country if len(country) == 2 else "",
        f"{country}.{unit}" if country and unit not in ("", "00") else "",
        _count(cells[14], "population"),
        0.0,
        _others(names),
    )


def of_alternate(line: int, cells: list[str]) -> RawPlace | None:
    """GeoNames' alternateNames or alternateNamesV2; None where the entry is no name."""
    if not 4 <= len(cells) <= 10:
        raise BadRowError("", f"has {len(cells)} columns; alternate names have 8 or 10")
    gid = _gid(cells[1], "geonameid")
    tag = cells[2].strip().casefold()
    if tag in _NO_NAMES:
        return None
    # "fr_1793" and the like are names of their time; the language is what counts here.
    tag = tag.partition("_")[0]
    name = _name(cells[3], "alternate name")
    if not (2 <= len(tag) <= 12 and tag.replace("-", "").isalnum() and tag.isascii()):
        tag = ""
    return RawPlace(line, gid, "", name, None, 0.0, "", "", "", 0, 0.0, ((tag, name),))


def of_fields(line: int, fields: Mapping[str, Any], others: list[tuple[str, Any]]) -> RawPlace:
    """A row of named fields, from a table or a GeoJSON feature."""
    own_id = tidy(str(fields.get("id") or ""))
    if len(own_id) > 80:
        raise BadRowError("id", "is longer than 80 characters")
    lat = _degrees(fields.get("lat"), 90, "lat")
    lon = _degrees(fields.get("lon"), 180, "lon")
    precision = fields.get("precision")
    km = _degrees(precision, 5000, "precision_km") if precision not in (None, "") else 0.0
    listed = fields.get("names")
    if isinstance(listed, str):
        mark = next((mark for mark in ";|\n" if mark in listed), ",")
        others = [*others, *(("", text) for text in listed.split(mark))]
    elif isinstance(listed, list):
        others = [*others, *(("", text) for text in listed)]
    return RawPlace(
        line,
        0,
        own_id or str(line),
        _name(fields.get("name")),
        lat,
        lon,
        _code(fields.get("feature")),
        tidy(str(fields.get("country") or ""))[:MAX_NAME],
        tidy(str(fields.get("admin1") or ""))[:MAX_NAME],
        _count(fields.get("population"), "population"),
        max(0.0, km),
        _others(others),
    )


def _language_column(title: str) -> str | None:
    """``ar`` for a column called name_ar, name:ar or name-ar."""
    folded = title.casefold()
    if not folded.startswith("name") or folded[4:5] not in ("_", ":", "-"):
        return None
    tag = folded[5:].replace("_", "-")
    return tag if 2 <= len(tag) <= 12 and tag.isascii() and tag.replace("-", "").isalnum() else None


def known_columns(titles: Sequence[str]) -> tuple[dict[str, int], dict[int, str]]:
    """Where each field of a table stands, and the language of each further column of names."""
    folded = [title.strip().casefold() for title in titles]
    at = {}
    for field, spellings in _COLUMNS.items():
        found = next((folded.index(name) for name in spellings if name in folded), None)
        if found is not None:
            at[field] = found
    taken = set(at.values())
    tongues = {
        i: tag
        for i, title in enumerate(folded)
        if i not in taken and (tag := _language_column(title)) is not None
    }
    return at, tongues
