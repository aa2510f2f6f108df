"""Adding a file to the user's gazetteers: read, matched with the shipped places, indexed.

Written piece by piece (``segment``) into a folder aside, which takes its name only when all of
it is there: an interrupted run leaves nothing that could be opened.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from geo.errors import InputError
from geo.exchange.problems import Problem
from geo.gazetteer import layout
from geo.gazetteer.import_rows import RawPlace, fold
from geo.gazetteer.imports import ALTERNATE, DUMP, Source, opened, read_places
from geo.gazetteer.ladder import distance_km
from geo.gazetteer.layers import FORMAT, MANIFEST, NAMES, PLACES, key_version, layer_folder
from geo.gazetteer.names import ARABIC_SPHERE, LOOSE, bones, core, is_code, squeeze
from geo.gazetteer.segment import BONES, Entry, write_segment
from geo.gazetteer.world import Gazetteer

__all__ = ["Added", "add_file", "layer_name"]

SEGMENT_ROWS = 1_000_000
NAMES_HELD = 250_000  # alternate names gathered at once
TWIN_KM = 5.0  # one name within this distance is one settlement, the shipped and the user's
_BESIDE_KM = 25.0  # a place without a country has that of the settlement next to it
_BORDER_KM = 10.0  # unless settlements of two countries are this near
_LEFT_S = 86_400
_KEPT_PROBLEMS = 10_000
_LEFT_OUT = "left-out.txt"


@dataclass(frozen=True, slots=True)
class Added:
    """What came of it. ``problems`` are the first rows left out, ``left_out`` counts all.

    ``unknown`` counts alternate names of places that no gazetteer here has.
    """

    name: str
    kind: str
    rows: int
    merged: int
    left_out: int
    unknown: int
    problems: tuple[Problem, ...]
    listed_in: Path | None


def layer_name(text: str) -> str:
    """A folder's name made of a file's: small letters, figures and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "mine"


class _Matcher:
    """Makes rows ready to be written: keys, the shipped twin, country and province."""

    def __init__(self, base: Gazetteer, *, guess_country: bool) -> None:
        self._base = base
        self._guess = guess_country
        self.merged = 0
        self._unit = lru_cache(maxsize=4096)(self._find_unit)
        self._called = lru_cache(maxsize=1 << 15)(self._places_called)
        self._iso = lru_cache(maxsize=1024)(self._find_iso)

    def entry(self, raw: RawPlace) -> Entry:
        """The row as it is stored. Raises ValueError with a reason if it cannot be."""
        country = raw.country if raw.gid else self._iso(raw.country) if raw.country else ""
        lat = raw.lat
        if lat is None:
            sphere, twin = True, ""
        else:
            keys = [fold(raw.name), *(fold(name) for _, name in raw.names[:20])]
            twin = self._twin(raw, lat, country, keys)
            if not country and not twin and self._guess:
                country = self._countries_near(lat, raw.lon)
            sphere = not country or not ARABIC_SPHERE.isdisjoint(country.split())
        self.merged += bool(twin)
        admin1 = raw.admin1
        if admin1 and not raw.gid:
            admin1 = self._unit(country, admin1)
        return Entry(
            raw.gid,
            raw.own_id,
            raw.name,
            lat,
            raw.lon,
            raw.feature,
            country,
            admin1,
            raw.population,
            raw.precision_km,
            raw.names,
            _keys(raw, sphere, country),
            "" if raw.gid and twin == f"geonames:{raw.gid}" else twin,
        )

    def _twin(self, raw: RawPlace, lat: float, country: str, keys: list[str]) -> str:
        """The id of the shipped place that this is, or ""."""
        base = self._base
        if raw.gid and base.files.row_of(f"geonames:{raw.gid}") is not None:
            return f"geonames:{raw.gid}"
        settled = raw.feature == "" or raw.feature.startswith("PPL") or raw.feature == "P"
        if not settled:
            return ""  # a hill or a school beside a village of its name is not the village
        for key in dict.fromkeys(keys):
            nearest, best = TWIN_KM, None
            for row, other_lat, other_lon, countries, settlement in self._called(key):
                if abs(other_lat - lat) > 0.1 or not (settlement or not raw.feature):
                    continue
                if country and countries and country not in countries:
                    continue
                km = distance_km(lat, raw.lon, other_lat, other_lon)
                if km <= nearest:
                    nearest, best = km, row
            if best is not None:
                return base.place(best).id
        return ""

    def _places_called(self, key: str) -> list[tuple[int, float, float, tuple[str, ...], bool]]:
        """Shipped places with a name: row, lat, lon, countries, whether it is a settlement."""
        found = []
        for hit in self._base.hits(key):
            if not hit.flags & layout.KEY_CODE:
                facts = self._base.facts(hit.row)
                settlement = facts.feature == "P" or facts.feature.startswith("PPL")
                found.append((hit.row, facts.lat, facts.lon, facts.countries, settlement))
        return found

    def _countries_near(self, lat: float, lon: float) -> str:
        """The country of the nearest settlement; both where a border is near, so none is lost."""
        close = self._base.near(lat, lon, _BORDER_KM) or self._base.near(lat, lon, _BESIDE_KM)[:1]
        return " ".join(sorted({c for _, row in close for c in self._base.facts(row).countries}))

    def _find_iso(self, text: str) -> str:
        try:
            return self._base.iso(text)
        except InputError:
            pass
        for hit in self._base.hits(fold(text)):
            facts = self._base.facts(hit.row)
            if facts.feature.startswith("PCL") and len(facts.countries) == 1:
                return facts.countries[0]
        raise ValueError(f"{text[:40]!r} is no country; give a code such as SY")

    def _find_unit(self, country: str, text: str) -> str:
        """The GeoNames code of a province by code or name; "" where it is not known."""
        if self._base.files.admin1_row(text.upper()) is not None:
            return text.upper()
        for key in (fold(text), core(text), squeeze(core(text))):
            for hit in self._base.hits(key):
                facts = self._base.facts(hit.row)
                if facts.feature == "ADM1" and (not country or facts.countries == (country,)):
                    return facts.admin1
        return ""


def _keys(raw: RawPlace, sphere: bool, country: str) -> dict[str, int]:
    """Folded names with their KEY_* flags, as the shipped index has them; and consonants."""
    found: dict[str, int] = {}
    loose: dict[str, int] = {}
    isos = [iso for iso in country.split() if iso in LOOSE]

    def add(key: str, flags: int) -> None:
        if len(key) > 1 and (key not in found or flags < found[key]):
            found[key] = flags

    for name in dict.fromkeys((raw.name, *(name for _, name in raw.names))):
        code = layout.KEY_CODE if is_code(name) else 0
        key = fold(name)
        add(key, code)
        for iso in isos:
            shape = bones(name, iso)
            if len(shape) >= 2:
                loose[f"{BONES}{iso}:{shape}"] = 0
        if not sphere or code:
            continue
        bald = core(name)
        if bald != key:
            add(bald, layout.KEY_CORE)
        even = squeeze(bald)
        if even != bald:
            add(even, layout.KEY_SQUEEZED)
    if raw.lat is not None and fold(raw.name) in found:
        found[fold(raw.name)] = layout.KEY_MAIN
    return found | loose


class _Problems:
    """Counts rows left out, keeps the first, and writes all of them to a file."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")
        self.first: list[Problem] = []
        self.count = 0

    def add(self, problem: Problem) -> None:
        self.count += 1
        if len(self.first) < _KEPT_PROBLEMS:
            self.first.append(problem)
        self._file.write(f"{problem}\n")

    def close(self) -> None:
        self._file.close()


def _entries(
    places: Iterator[RawPlace | Problem], matcher: _Matcher, file: str, problems: _Problems
) -> Iterator[Entry]:
    seen: set[str] = set()
    for raw in places:
        if isinstance(raw, Problem):
            problems.add(raw)
            continue
        try:
            entry = matcher.entry(raw)
        except ValueError as error:
            problems.add(Problem(file, raw.line, "country", str(error)))
            continue
        if raw.own_id:
            if raw.own_id in seen:
                problems.add(Problem(file, raw.line, "id", f"{raw.own_id!r} is there twice"))
                continue
            seen.add(raw.own_id)
        yield entry


class _Named:
    """Alternate names gathered by place, because the file has them in the order they were made."""

    def __init__(self, base: Gazetteer) -> None:
        self._base = base
        self.unknown = 0

    def places(self, rows: Iterator[RawPlace | Problem]) -> Iterator[RawPlace | Problem]:
        """One row a place; those of unknown places are counted only."""
        gathered: dict[int, dict[tuple[str, str], None]] = {}
        first: dict[int, RawPlace] = {}
        held = 0
        for raw in rows:
            if isinstance(raw, Problem):
                yield raw
                continue
            if raw.gid not in first:
                if self._base.row_of(f"geonames:{raw.gid}") is None:
                    self.unknown += 1
                    continue
                first[raw.gid] = raw
            gathered.setdefault(raw.gid, {}).update(dict.fromkeys(raw.names))
            held += 1
            if held == NAMES_HELD:
                yield from self._all(first, gathered)
                first, gathered, held = {}, {}, 0
        yield from self._all(first, gathered)

    @staticmethod
    def _all(
        first: dict[int, RawPlace], gathered: dict[int, dict[tuple[str, str], None]]
    ) -> Iterator[RawPlace]:
        for gid, raw in first.items():
            yield raw._replace(name="", names=tuple(gathered[gid]))


def add_file(
    path: Path,
    *,
    base: Gazetteer,
    name: str | None = None,
    progress: Callable[[Source], Callable[[int], Any]] = lambda _: lambda _: None,
) -> Added:
    """Add a file's places, or names, as a layer; one of that name before is replaced.

    ``base`` is what the places are matched with: the shipped gazetteer, or for alternate names
    all there is. Raises InputError, and adds nothing, if the file cannot be used.
    """
    name = layer_name(name or path.name.partition(".")[0])
    home = layer_folder()
    aside = home / f".{name}-{os.getpid()}"
    try:
        home.mkdir(parents=True, exist_ok=True)
        for left in home.glob(".*"):  # by runs that were killed
            if time.time() - left.stat().st_mtime > _LEFT_S:
                shutil.rmtree(left, ignore_errors=True)
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        with opened(path) as source:
            added = _write(source, aside, name, base, progress(source))
        _put(aside, home / name)
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"The gazetteer cannot be kept in {home}: {reason}.") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return added


def _write(
    source: Source, aside: Path, name: str, base: Gazetteer, progress: Callable[[int], Any]
) -> Added:
    problems = _Problems(aside / _LEFT_OUT)
    matcher = _Matcher(base, guess_country=source.kind not in (DUMP, ALTERNATE))
    named = _Named(base)
    segments: list[dict[str, Any]] = []
    try:
        rows = read_places(source, progress)
        if source.kind == ALTERNATE:
            rows = named.places(rows)
        entries = _entries(rows, matcher, source.file, problems)
        while True:
            part = aside / f"{len(segments):04d}"
            written = write_segment(part, islice(entries, SEGMENT_ROWS))
            if not written["rows"]:
                shutil.rmtree(part)
                break
            segments.append(written)
    finally:
        problems.close()
    count = sum(part["rows"] for part in segments)
    if not count:
        why = f" The first: {problems.first[0]}." if problems.first else ""
        if named.unknown:
            why = " None of its places is known here: add their dump first (such as SY.txt)."
        raise InputError(f"{source.file} has no row that can be used.{why}")
    manifest = {
        "format": FORMAT,
        "keys": key_version(),
        "kind": NAMES if source.kind == ALTERNATE else PLACES,
        "source": f"{source.file} ({source.kind})",
        "own_list": source.kind not in (DUMP, ALTERNATE),
        "added": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": count,
        "left_out": problems.count,
        "segments": segments,
    }
    (aside / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    listed = layer_folder() / name / _LEFT_OUT if problems.count else None
    return Added(
        name,
        manifest["kind"],
        count,
        matcher.merged,
        problems.count,
        named.unknown,
        tuple(problems.first),
        listed,
    )


def _put(aside: Path, target: Path) -> None:
    """Give the finished folder its name, in the place of an earlier one."""
    old = aside.with_name(f"{aside.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    try:
        aside.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
