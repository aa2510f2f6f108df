"""The geocoder: Dateline's own calls, and the same as a geopy geocoder.

    candidates("Deir Al Zor province")     ranked readings of a name, each with its reasons
    resolve("Qaim", country="IQ")          the one reading that is clear enough, or None
    place("geonames:174448")               a place by its id
    explain("Qaimm", country="IQ")         why there is nothing, and what is spelled nearly so

All of it works offline.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from typing import Any, NoReturn

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderQueryError, GeocoderUnavailable
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point

from geo.errors import InputError
from geo.gazetteer import Ask, Gazetteer, search
from geo.gazetteer.generic import says_only_the_kind
from geo.gazetteer.ladder import narrowing
from geo.gazetteer.layout import KEY_CODE
from geo.gazetteer.names import MAX_NAME, fold, tidy
from geo.model import Candidate, Place

__all__ = [
    "Dateline",
    "Explanation",
    "candidates",
    "explain",
    "open_geocoder",
    "place",
    "resolve",
]

OFFLINE = "This geocoder answers from its own files and never asks the network."
CLEAR = 0.5  # score above which ``resolve`` takes the first candidate; two may have just so much
_REVERSE_KM = (5.0, 15.0, 50.0)  # reverse: radii tried; no settlement beyond is named
_SUGGESTED_FROM = 3000  # names looked through for a near spelling


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a name led to, for people. ``suggestions`` are spellings, never answers."""

    query: str
    found: tuple[Candidate, ...]
    reason: str
    suggestions: tuple[str, ...] = ()

    def __str__(self) -> str:
        hint = f" Similar names: {'; '.join(self.suggestions)}." if self.suggestions else ""
        return self.reason + hint


class _NoNetwork(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """Stands where geopy wants a network adapter; this geocoder never needs one."""

    def get_json(self, *_args: Any, **_options: Any) -> NoReturn:
        raise GeocoderUnavailable(OFFLINE)

    get_text = get_json


def _text(query: Any) -> str:
    """The name in a geopy query. Raises GeocoderQueryError with what to do instead."""
    if not isinstance(query, str):
        raise GeocoderQueryError(f"The query must be text, not {type(query).__name__}.")
    name = tidy(query[: 8 * MAX_NAME])
    if not name:
        raise GeocoderQueryError("The query is empty. Give the name of a place.")
    if len(name) > MAX_NAME:
        raise GeocoderQueryError(
            f"The query is longer than {MAX_NAME} characters. Give one place name, not a text."
        )
    return name


def _as_codes(country: str | Sequence[str] | None) -> Sequence[str]:
    if country is None:
        return ()
    if isinstance(country, str) or not isinstance(country, Iterable):
        return (country,)
    return tuple(country)


def _checked_point(lat: Any, lon: Any) -> tuple[float, float]:
    try:
        y, x = float(lat), float(lon)
    except (TypeError, ValueError):
        y = x = float("nan")
    if not (-90 <= y <= 90 and -180 <= x <= 180):
        raise InputError(
            f"({lat}, {lon}) is not a point: give latitude -90 to 90, longitude -180 to 180."
        )
    return y, x


class Dateline(Geocoder):  # type: ignore[misc]  # geopy has no types
    """The offline gazetteer as a geopy geocoder.

    ``geocode`` and ``reverse`` return ``geopy.Location`` (or a list, or None), whose ``raw``
    holds the place's fields with score, rung and reasons. Bad input raises GeocoderQueryError.
    """

    def __init__(
        self, gazetteer: Gazetteer | None = None, *, timeout: Any = DEFAULT_SENTINEL
    ) -> None:
        super().__init__(timeout=timeout, user_agent="Dateline", adapter_factory=_NoNetwork)
        self.gazetteer = gazetteer or Gazetteer()

    # -- Dateline's own calls --------------------------------------------------------------

    def candidates(
        self,
        name: str,
        *,
        country: str | Sequence[str] | None = None,
        admin1: str | None = None,
        near: tuple[float, float] | None = None,
        prefer: str | Sequence[str] | None = None,
        limit: int = 8,
    ) -> list[Candidate]:
        """Readings of a name, best first; empty if it is unknown, empty, or no name.

        ``country`` (ISO 3166-1 alpha-2, one or several) and ``admin1`` (``SY.07``) limit the
        search; ``near`` (lat, lon in degrees) and ``prefer`` (countries) only rank. Raises
        InputError for a code or a point that does not exist.
        """
        if not isinstance(name, str):
            raise InputError(f"A place name must be text, not {type(name).__name__}.")
        ask = Ask(
            narrowing(self.gazetteer, _as_codes(country)),
            self._admin1(admin1),
            narrowing(self.gazetteer, _as_codes(prefer)),
            None if near is None else _checked_point(*near),
        )
        return search(self.gazetteer, name, ask, max(1, limit))

    def resolve(
        self,
        name: str,
        *,
        country: str | Sequence[str] | None = None,
        admin1: str | None = None,
        near: tuple[float, float] | None = None,
        prefer: str | Sequence[str] | None = None,
    ) -> Candidate | None:
        """The first candidate if its score is above 0.5, that is, if it is clearly meant."""
        found = self.candidates(
            name, country=country, admin1=admin1, near=near, prefer=prefer, limit=1
        )
        return found[0] if found and found[0].score > CLEAR else None

    def place(self, place_id: str) -> Place:
        """The place with this id. Raises InputError if there is none."""
        return self.gazetteer.place_by_id(place_id)

    def explain(
        self,
        name: str,
        *,
        country: str | Sequence[str] | None = None,
        admin1: str | None = None,
    ) -> Explanation:
        """What a name leads to and, where nothing, why; near spellings only as suggestions."""
        found = tuple(self.candidates(name, country=country, admin1=admin1))
        shown = tidy(name[: 4 * MAX_NAME])[:80]
        if found:
            first = found[0]
            others = f"; {len(found) - 1} more could be meant" if len(found) > 1 else ""
            sure = "is" if first.score > CLEAR else "may be"
            reason = f'"{shown}" {sure} {self._address(first.place)} ({first.rung}{others}).'
            return Explanation(name, found, reason)
        if not fold(shown):
            return Explanation(name, (), "There is no name to look for.")
        if fold(shown).isdigit():
            return Explanation(name, (), f'"{shown}" is a number, not a name.')
        if says_only_the_kind(tidy(name)):
            return Explanation(name, (), f'"{shown}" says what kind of place it is, not which.')
        if len(tidy(name)) > MAX_NAME:
            return Explanation(name, (), "The text is too long to be one place name.")
        if country is not None or admin1 is not None:
            elsewhere = self.candidates(name, limit=3)
            if elsewhere:
                names = tuple(self._address(c.place) for c in elsewhere)
                return Explanation(
                    name, (), f'"{shown}" is known, but not within the limits given.', names
                )
        return Explanation(
            name, (), f'The gazetteer has no place called "{shown}".', self._near_spellings(shown)
        )

    # -- geopy's calls ---------------------------------------------------------------------

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        country_codes: str | Sequence[str] | None = None,
        language: str | None = None,
        near: Any = None,
        limit: int | None = None,
        timeout: Any = DEFAULT_SENTINEL,  # noqa: ARG002 - part of geopy's call
    ) -> Location | list[Location] | None:
        """Find a name, as geopy does: the best Location, a list of them, or None.

        ``country_codes`` limits to countries, ``near`` (anything geopy takes as a point) ranks,
        ``language`` chooses the names in the address. "Town, Province, Country" works too.
        """
        name = _text(query)
        point = None if near is None else self._point(near)
        count = 1 if exactly_one else (limit or 8)
        try:
            found = self.candidates(name, country=country_codes, near=point, limit=count)
        except InputError as error:
            raise GeocoderQueryError(str(error)) from error
        if not found:
            return None
        places = [self._location(c, language) for c in found]
        return places[0] if exactly_one else places

    def reverse(
        self,
        query: Any,
        *,
        exactly_one: bool = True,
        language: str | None = None,
        limit: int | None = None,
        timeout: Any = DEFAULT_SENTINEL,  # noqa: ARG002 - part of geopy's call
    ) -> Location | list[Location] | None:
        """The settlements nearest to a point, at most 50 km away; None if there are none."""
        lat, lon = self._point(query)
        count = 1 if exactly_one else max(1, limit or 8)
        near: list[tuple[float, int]] = []
        for radius in _REVERSE_KM:
            near = self.gazetteer.near(lat, lon, radius)
            if len(near) >= count:
                break
        if not near:
            return None
        found = [
            Candidate(
                self.gazetteer.place(row),
                round(1 / (1 + km), 4),
                (f"{km:.1f} km from the point",),
                "nearest",
            )
            for km, row in near[:count]
        ]
        places = [self._location(c, language) for c in found]
        return places[0] if exactly_one else places

    # -- inside ----------------------------------------------------------------------------

    def _admin1(self, code: str | None) -> str | None:
        if code is None:
            return None
        if not isinstance(code, str) or self.gazetteer.files.admin1_row(code) is None:
            raise InputError(
                f'"{str(code)[:20]}" is not a first-order unit. Give a GeoNames code such as SY.07.'
            )
        return code

    @staticmethod
    def _point(query: Any) -> tuple[float, float]:
        # geopy would make (0, 0) of an empty sequence.
        if query is None or (isinstance(query, Sequence) and not query):
            raise GeocoderQueryError("The point is empty. Give latitude and longitude.")
        try:
            point = query if isinstance(query, Point) else Point(query)
            return _checked_point(point.latitude, point.longitude)
        except (ValueError, TypeError) as error:
            raise GeocoderQueryError(f"This is not a point: {error}") from error

    def _name_in(self, place: Place, language: str | None) -> str:
        if language is None:
            return place.name
        tag = language.replace("_", "-").split("-")[0].lower()
        if tag in place.names:
            return place.names[tag][0]
        if tag in ("ar", "fa", "ckb", "ur") and place.arabic:
            return place.arabic
        return place.name

    def _address(self, place: Place, language: str | None = None) -> str:
        parts = [self._name_in(place, language)]
        files = self.gazetteer.files
        for row in (
            files.admin1_row(place.admin1) if place.admin1 else None,
            files.country_row(place.country) if place.country else None,
        ):
            if row is not None:
                name = self._name_in(self.gazetteer.place(row), language)
                if name != parts[-1]:
                    parts.append(name)
        return ("، " if language and language[:2] in ("ar", "fa", "ur") else ", ").join(parts)

    def _location(self, candidate: Candidate, language: str | None) -> Location:
        place = candidate.place
        raw = {
            "place_id": place.id,
            "name": place.name,
            "lat": place.lat,
            "lon": place.lon,
            "feature_code": place.feature_code,
            "country": place.country,
            "admin1": place.admin1,
            "admin1_name": place.admin1_name,
            "population": place.population,
            "precision_km": place.precision_km,
            "bbox": place.bbox,
            "names": dict(place.names),
            "source": place.source,
            "note": place.note,
            "score": candidate.score,
            "rung": candidate.rung,
            "reasons": list(candidate.reasons),
        }
        return Location(self._address(place, language), (place.lat, place.lon), raw)

    def _near_spellings(self, name: str) -> tuple[str, ...]:
        key = fold(name)
        keys: list[str] = []
        for length in (4, 3, 2):
            if len(key) >= length:
                start = self.gazetteer.files.trie.iterkeys(key[:length])
                keys = list(dict.fromkeys(islice(start, _SUGGESTED_FROM)))
                if keys:
                    break
        said: dict[str, None] = {}
        for close in get_close_matches(key, keys, n=5, cutoff=0.75):
            hits = (hit for hit in self.gazetteer.hits(close) if not hit.flags & KEY_CODE)
            for hit in islice(hits, 1):
                said.setdefault(self._address(self.gazetteer.place(hit.row)))
        return tuple(said)[:3]


@lru_cache(maxsize=1)
def open_geocoder() -> Dateline:
    """The geocoder on the shipped data, opened once. Raises DataError if files are missing."""
    return Dateline()


def candidates(
    name: str,
    *,
    country: str | Sequence[str] | None = None,
    admin1: str | None = None,
    near: tuple[float, float] | None = None,
    prefer: str | Sequence[str] | None = None,
    limit: int = 8,
) -> list[Candidate]:
    """``Dateline.candidates`` on the shipped data."""
    return open_geocoder().candidates(
        name, country=country, admin1=admin1, near=near, prefer=prefer, limit=limit
    )


def resolve(
    name: str,
    *,
    country: str | Sequence[str] | None = None,
    admin1: str | None = None,
    near: tuple[float, float] | None = None,
    prefer: str | Sequence[str] | None = None,
) -> Candidate | None:
    """``Dateline.resolve`` on the shipped data."""
    return open_geocoder().resolve(name, country=country, admin1=admin1, near=near, prefer=prefer)


def place(place_id: str) -> Place:
    """``Dateline.place`` on the shipped data."""
    return open_geocoder().place(place_id)


def explain(
    name: str, *, country: str | Sequence[str] | None = None, admin1: str | None = None
) -> Explanation:
    """``Dateline.explain`` on the shipped data."""
    return open_geocoder().explain(name, country=country, admin1=admin1)
