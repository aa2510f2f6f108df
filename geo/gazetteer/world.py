"""The gazetteer as one thing: the world's files with the curated places laid over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from geo.errors import InputError
from geo.gazetteer import layout
from geo.gazetteer.files import DEFAULT_FOLDER, Files, LazyNames
from geo.gazetteer.local import Local, read_local
from geo.gazetteer.names import LOOSE, bones, fold
from geo.gazetteer.reckoned import reckoned
from geo.model import Place

if TYPE_CHECKING:
    from geo.gazetteer.quick import Best, Quick

__all__ = ["Facts", "Gazetteer", "Hit", "Stretch"]

LOCAL_FOLDER = DEFAULT_FOLDER.parent / "local"
# Codes people write for a country that are not its ISO 3166-1 code.
_OTHER_CODES = {"UK": "GB", "EL": "GR"}


# What a village of the lower layers weighs beside a place that GeoNames' list of towns has, even
# where neither has a population.
VILLAGE_TRUST = 0.35


class Hit(NamedTuple):
    """A place found under a key: a row (from 0), or a curated place (-1 and below)."""

    row: int
    flags: int


class Stretch(NamedTuple):
    """A name found in running text: words up to ``end`` (not included), and its folded key."""

    end: int
    key: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What ranking needs to know of a place."""

    feature: str
    countries: tuple[str, ...]
    admin1: str
    population: int
    spellings: int
    lat: float
    lon: float
    trust: float = 1.0  # above 1 for places that a user picked out, below for the lower layers


class Gazetteer:
    """Looks names up and makes places. Reads files only; safe to share between threads.

    Raises DataError or SeedError if a file is missing or broken.
    """

    def __init__(self, folder: Path = DEFAULT_FOLDER, local_folder: Path = LOCAL_FOLDER) -> None:
        self.files = Files(folder)
        self.local: Local = read_local((folder, local_folder))
        self._local_ids = list(self.local.places)
        self._overridden = {
            row: override
            for place_id, override in self.local.overrides.items()
            if (row := self.files.row_of(place_id)) is not None
        }
        self._quick: Quick | None = None
        self._facts = lru_cache(maxsize=32768)(self._read_facts)
        self._curated_bones: dict[str, dict[str, list[tuple[int, str]]]] = {}
        # Folded names that some correction takes away from a place.
        self.corrected = frozenset(k for o in self._overridden.values() for k in o.drop)

    def iso(self, code: str) -> str:
        """The ISO code for what a caller gave as country. Raises InputError if there is none."""
        wanted = code.strip().upper() if isinstance(code, str) else ""
        wanted = _OTHER_CODES.get(wanted, wanted)
        # Svalbard, the Cocos Islands and a few more have towns here but no row of their own.
        if not wanted or wanted not in self.files.countries:
            raise InputError(
                f'"{str(code)[:20]}" is not a country code. Give two letters of ISO 3166-1, '
                "such as SY for Syria."
            )
        return wanted

    def hits(self, key: str) -> list[Hit]:
        """All places with this folded key, by curated names first; a place may come twice."""
        if not key:
            return []
        found = [
            Hit(row, flags)
            for place_id, flags in self.local.keys.get(key, ())
            if (row := self.row_of(place_id)) is not None
        ]
        for row, flags in self.files.rows_for(key):
            override = self._overridden.get(row)
            if override is None or key not in override.drop:
                found.append(Hit(row, flags))
        return found

    def scan(self, words: Sequence[str], start: int, longest: int = 8) -> list[Stretch]:
        """Names that begin at ``words[start]``, longest first, for reading text.

        ``words`` are folded words (``names.words``) in their order, "" where no name may run on
        (a full stop, say). A stretch ends before ``end``; ``hits(key)`` has its places. A name
        with its article in a word of its own is found under the article too.
        """
        local = self.local.keys
        ends: dict[int, int] = {}
        found: list[Stretch] = []
        key = ""
        for end, word in enumerate(words[start : start + longest], start + 1):
            if not word:
                break
            key += word
            ends[len(key)] = end
            if key in local:
                found.append(Stretch(end, key))
        for name in self.files.prefixes(key):
            if len(name) in ends:
                found.append(Stretch(ends[len(name)], name))
        return sorted(set(found), reverse=True) if len(found) > 1 else found

    def row_of(self, place_id: str) -> int | None:
        """The row of an id of any kind, or None."""
        if place_id.startswith("local:"):
            return -1 - self._local_ids.index(place_id) if place_id in self.local.places else None
        return self.files.row_of(place_id)

    def facts(self, row: int) -> Facts:
        """What ranking needs to know of a row."""
        return self._facts(row)

    def _read_facts(self, row: int) -> Facts:
        if row < 0:
            place = self.local.places[self._local_ids[-1 - row]]
            countries = (place.country,) if place.country else ()
            return Facts(
                place.feature_code,
                countries,
                place.admin1 or "",
                place.population,
                1 + sum(map(len, place.names.values())),
                place.lat,
                place.lon,
            )
        files = self.files
        if files.is_village(row):
            villages = files.villages
            code = files.admin1_codes[villages.admin1[row - villages.first]]
            return Facts(
                villages.feature(row),
                (code[:2],),
                code if code[3:] else "",
                villages.population(row),
                1,
                *villages.point(row),
                VILLAGE_TRUST,
            )
        return Facts(
            files.features[files.feature[row]],
            tuple(files.countries_of(row)),
            files.admin1_codes[files.admin1[row]],
            files.population[row],
            files.spellings[row],
            files.lat[row] / layout.DEGREES,
            files.lon[row] / layout.DEGREES,
        )

    def place(self, row: int) -> Place:
        """The place of a row, corrections applied."""
        if row < 0:
            place = self.local.places[self._local_ids[-1 - row]]
            unit = self.files.admin1_row(place.admin1) if place.admin1 else None
            return place if unit is None else replace(place, admin1_name=self.files.label(unit))
        place = self.files.place(row)
        override = self._overridden.get(row)
        if override is None:
            return place
        return replace(
            place,
            name=override.name or place.name,
            precision_km=override.precision_km or place.precision_km,
            note=override.note or place.note,
            names=LazyNames(self.files, row, override.names),
        )

    def place_by_id(self, place_id: str) -> Place:
        """The place with this id. Raises InputError if there is none."""
        place = self._known_place(place_id) if isinstance(place_id, str) else None
        if place is None and isinstance(place_id, str):
            place = reckoned(place_id, self._known_place)
        if place is None:
            raise InputError(
                f'There is no place "{str(place_id)[:60]}" in the gazetteer. Ids look like '
                "geonames:174448, ne:euphrates-river or local:t2-station."
            )
        return place

    def _known_place(self, place_id: str) -> Place | None:
        row = self.row_of(place_id)
        return None if row is None else self.place(row)

    def label(self, row: int) -> str:
        """The main name of a row, without making its place."""
        if row < 0:
            return self.local.places[self._local_ids[-1 - row]].name
        override = self._overridden.get(row)
        return (override and override.name) or self.files.label(row)

    def code_name(self, code: str) -> str | None:
        """The plain name of a country (``SY``) or first-order unit (``SY.07``), or None."""
        files = self.files
        row = files.admin1_row(code) if "." in code else files.country_row(code)
        return None if row is None else self.label(row)

    def near(self, lat: float, lon: float, radius_km: float) -> list[tuple[float, int]]:
        """Settlements of the world files within a radius: (km, row), nearest first."""
        nearest = self.files.nearest
        return sorted(nearest.towns(lat, lon, radius_km) + nearest.villages(lat, lon, radius_km))

    def is_village(self, row: int) -> bool:
        """Whether a row is from the lower layers of the world files, MaxMind's and NGA's."""
        first = self.files.villages.first
        return first <= row < first + len(self.files.villages)

    def known(self, key: str) -> bool:
        """Whether any place has this folded key."""
        return key in self.local.keys or self.files.known(key)

    def skeleton_hits(self, name: str, iso: str) -> list[tuple[int, str]]:
        """Rows of one country with the consonants of ``name``, each with the name that has them.

        Only in countries where names are transliterated from Arabic or Cyrillic script.
        """
        shape = bones(name, iso) if iso in LOOSE else ""
        if len(shape) < 2:
            return []
        if iso not in self._curated_bones:
            self._curated_bones[iso] = self._bones_of_curated(iso)
        curated = self._curated_bones[iso].get(shape, [])
        return curated + self.files.loose_rows(name, iso)

    def _bones_of_curated(self, iso: str) -> dict[str, list[tuple[int, str]]]:
        found: dict[str, list[tuple[int, str]]] = {}
        for at, place in enumerate(self.local.places.values()):
            if place.country == iso:
                for name in (place.name, *(n for names in place.names.values() for n in names)):
                    found.setdefault(bones(name, iso), []).append((-1 - at, name))
        return found

    def best(self, name: str, country: str | None = None) -> Best | None:
        """The likeliest place of a name spelled as the gazetteer has it; see ``quick``."""
        if self._quick is None:
            from geo.gazetteer.quick import Quick

            self._quick = Quick(self)
        return self._quick.best(name, country)

    def keys_near(
        self, iso: str, lat: float, lon: float, radius_km: float
    ) -> Iterator[tuple[str, int]]:
        """Folded main names of the places of a country within a radius, with their rows."""
        first = self.files.villages.first
        for _, row in self.files.nearest.in_country(iso, lat, lon, radius_km):
            yield (fold(self.label(row)) if row < first else self.files.villages.key(row)), row

    def main_keys(self, iso: str, most: int) -> Iterator[tuple[str, int]]:
        """Folded main names of a country's places with their rows, at most so many."""
        for row, place in enumerate(self.local.places.values()):
            if place.country == iso:
                yield fold(place.name), -1 - row
        rows = self.files.rows_in(iso)[:most]
        villages = self.files.villages
        for row in rows[rows < villages.first].tolist():
            yield fold(self.label(row)), row
        below = rows[rows >= villages.first]
        yield from zip(villages.main_keys(below), below.tolist(), strict=True)
