"""The gazetteer as one thing: the world's files with the curated places laid over them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from geo.errors import InputError
from geo.gazetteer import layout
from geo.gazetteer.files import DEFAULT_FOLDER, Files, LazyNames
from geo.gazetteer.local import Local, read_local
from geo.gazetteer.names import ARABIC_SPHERE, skeleton
from geo.model import Place

__all__ = ["Facts", "Gazetteer", "Hit"]

LOCAL_FOLDER = DEFAULT_FOLDER.parent / "local"
# Codes people write for a country that are not its ISO 3166-1 code.
_OTHER_CODES = {"UK": "GB", "EL": "GR"}


class Hit(NamedTuple):
    """A place found under a key: a row (from 0), or a curated place (-1 and below)."""

    row: int
    flags: int


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
        self._skeletons = lru_cache(maxsize=8)(self._build_skeletons)

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

    def row_of(self, place_id: str) -> int | None:
        """The row of an id of any kind, or None."""
        if place_id.startswith("local:"):
            return -1 - self._local_ids.index(place_id) if place_id in self.local.places else None
        return self.files.row_of(place_id)

    def facts(self, row: int) -> Facts:
        """What ranking needs to know of a row."""
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
        row = self.row_of(place_id) if isinstance(place_id, str) else None
        if row is None:
            raise InputError(
                f'There is no place "{str(place_id)[:60]}" in the gazetteer. Ids look like '
                "geonames:174448, ne:euphrates-river or local:t2-station."
            )
        return self.place(row)

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
        return self.files.rows_near(lat, lon, radius_km)

    def skeleton_hits(self, name: str, iso: str) -> list[tuple[int, str]]:
        """Rows of one country with the consonants of ``name``, each with the name that has them.

        Only in countries where names are transliterated from Arabic script.
        """
        bones = skeleton(name)
        if len(bones) < 3 or iso not in ARABIC_SPHERE:
            return []
        return self._skeletons(iso).get(bones, [])

    def _build_skeletons(self, iso: str) -> dict[str, list[tuple[int, str]]]:
        found: dict[str, list[tuple[int, str]]] = {}
        rows = self.files.rows_in(iso).tolist()
        rows += [-1 - i for i, p in enumerate(self.local.places.values()) if p.country == iso]
        for row in rows:
            place = self.place(row)
            for name in (place.name, *(n for names in place.names.values() for n in names)):
                bones = skeleton(name)
                if len(bones) >= 3:
                    found.setdefault(bones, []).append((row, name))
        return found
