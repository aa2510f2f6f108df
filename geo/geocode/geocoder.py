"""Dateline as a geopy geocoder: the same calls, answers and exceptions, without a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderQueryError, GeocoderUnavailable
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point

from geo.errors import InputError
from geo.gazetteer import Gazetteer
from geo.gazetteer.files import precision_of
from geo.gazetteer.names import MAX_NAME, tidy
from geo.gazetteer.user import open_gazetteer
from geo.geocode.lookup import CLEAR, Lookup, checked_point
from geo.geocode.online import Opinion, SecondOpinion
from geo.model import Candidate

__all__ = ["Dateline"]

OFFLINE = "This geocoder answers from its own files and never asks the network."
_REVERSE_KM = (5.0, 15.0, 50.0)  # reverse: radii tried; no settlement beyond is named
# In UCDP's Syrian strings 0.3 named as many places rightly as 0 did, 1 two in a hundred fewer.
_OWN_SHARE = 0.3
_READINGS = 8
# The parts of a structured query as geopy's geocoders take them, from small to large.
_NAMED = ("name", "amenity", "village", "town", "city")
_WITHIN = ("county", "state", "country")


class _NoNetwork(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """Stands where geopy wants a network adapter; this geocoder never needs one."""

    def get_json(self, *_args: Any, **_options: Any) -> NoReturn:
        raise GeocoderUnavailable(OFFLINE)

    get_text = get_json


def _structured(query: Mapping[Any, Any]) -> tuple[str, str | None]:
    """One line of a query in parts, and its country: {"city": "Homs", "country": "Syria"}."""
    parts = {key: value for key, value in query.items() if value is not None}
    unknown = set(parts) - {*_NAMED, *_WITHIN}
    named = [parts[key] for key in _NAMED if key in parts]
    if unknown or len(named) > 1 or not parts:
        raise GeocoderQueryError(
            f"A query in parts takes one of {', '.join(_NAMED)}, and {', '.join(_WITHIN)}."
        )
    listed = [str(part) for part in (*named, *(parts[k] for k in _WITHIN if k in parts))]
    if len(listed) > 1 and "country" in parts:
        return ", ".join(listed[:-1]), listed[-1]
    return ", ".join(listed), None


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


class Dateline(Lookup, Geocoder):  # type: ignore[misc]  # geopy has no types
    """The offline gazetteer as a geopy geocoder.

    ``geocode`` and ``reverse`` return ``geopy.Location`` (or a list, or None), whose ``raw``
    holds the place's fields with score, rung and reasons. Bad input raises GeocoderQueryError.
    ``online`` is a second opinion to ask besides (see ``geo.geocode.online``); by default none.
    """

    def __init__(
        self,
        gazetteer: Gazetteer | None = None,
        *,
        online: SecondOpinion | None = None,
        timeout: Any = DEFAULT_SENTINEL,
    ) -> None:
        Lookup.__init__(self, gazetteer or open_gazetteer())
        Geocoder.__init__(self, timeout=timeout, user_agent="Dateline", adapter_factory=_NoNetwork)
        self.online = online

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be opened of the user's own gazetteers, in words."""
        return getattr(self.gazetteer, "problems", ())

    def geocode(
        self,
        query: Any,
        *,
        exactly_one: bool = True,
        country_codes: str | Sequence[str] | None = None,
        language: str | None = None,
        near: Any = None,
        adm1_name: str | None = None,
        adm2_name: str | None = None,
        limit: int | None = None,
        timeout: Any = DEFAULT_SENTINEL,  # noqa: ARG002 - part of geopy's call
    ) -> Location | list[Location] | None:
        """Find a name, as geopy does: the best Location, a list of them, or None.

        ``country_codes`` limits to countries, ``near`` (anything geopy takes as a point) and the
        names of province and district rank, ``language`` chooses the names in the address.
        "Town, Province, Country" works too, as does {"city": …, "country": …}.
        """
        if isinstance(query, Mapping):
            query, within = _structured(query)
            if within is not None:
                country_codes = self._country(within)
                if not country_codes:
                    return None
        name = _text(query)
        point = None if near is None else self._point(near)
        count = 1 if exactly_one else max(1, limit or _READINGS)
        try:
            found = self.candidates(
                name,
                country=country_codes,
                near=point,
                adm1_name=adm1_name,
                adm2_name=adm2_name,
                limit=count if self.online is None else max(count, _READINGS),
            )
        except InputError as error:
            raise GeocoderQueryError(str(error)) from error
        opinion = None
        if self.online is not None:
            opinion = self.online.ask(name, country_codes)
            found = opinion.weigh(found)
        if not found:
            return None
        places = [self._location(c, language, opinion) for c in found[:count]]
        return places[0] if exactly_one else places

    def geocode_many(self, queries: Iterable[Any], **options: Any) -> list[Any]:
        """``geocode`` for each query, in their order; None where a query is no name.

        ``options`` are those of ``geocode`` and hold for all; a wrong one raises.
        """
        # A wrong option is not a wrong name: it is found out before the first.
        if options.get("near") is not None:
            self._point(options["near"])
        try:
            self.candidates("", country=options.get("country_codes"))
        except InputError as error:
            raise GeocoderQueryError(str(error)) from error
        answers: list[Any] = []
        for query in queries:
            try:
                answers.append(self.geocode(query, **options))
            except GeocoderQueryError:
                answers.append(None)
        return answers

    def reverse(
        self,
        query: Any,
        *,
        exactly_one: bool = True,
        language: str | None = None,
        limit: int | None = None,
        timeout: Any = DEFAULT_SENTINEL,  # noqa: ARG002 - part of geopy's call
    ) -> Location | list[Location] | None:
        """The settlements nearest to a point, at most 50 km away; None if there are none.

        Villages count as towns do; only near its middle is a city named before its quarters.
        """
        lat, lon = self._point(query)
        count = 1 if exactly_one else max(1, limit or _READINGS)
        near: list[tuple[float, int]] = []
        for radius in _REVERSE_KM:
            near = self.gazetteer.near(lat, lon, radius)
            if len(near) >= count:
                break
        if not near:
            return None
        near.sort(key=lambda item: (item[0] - self._own_km(item[1]), item[1]))
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

    def _own_km(self, row: int) -> float:
        """By how much a town goes before the quarters within it, which are places too."""
        facts = self.gazetteer.facts(row)
        return _OWN_SHARE * precision_of(facts.feature, facts.population, None)

    def _country(self, name: str) -> tuple[str, ...]:
        """The codes of a country by code or name, as people write it; none if it is none."""
        try:
            return (self.gazetteer.iso(name),)
        except InputError:
            found = self.resolve(name)
        whole = found is not None and found.place.feature_code.startswith("PCL")
        return (found.place.country,) if found and whole and found.place.country else ()

    @staticmethod
    def _point(query: Any) -> tuple[float, float]:
        # geopy would make (0, 0) of an empty sequence.
        if query is None or (isinstance(query, Sequence) and not query):
            raise GeocoderQueryError("The point is empty. Give latitude and longitude.")
        try:
            point = query if isinstance(query, Point) else Point(query)
            return checked_point(point.latitude, point.longitude)
        except (ValueError, TypeError) as error:
            raise GeocoderQueryError(f"This is not a point: {error}") from error

    def _location(
        self, candidate: Candidate, language: str | None, opinion: Opinion | None = None
    ) -> Location:
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
            "clear": candidate.score > CLEAR,
            "rung": candidate.rung,
            "reasons": list(candidate.reasons),
        }
        if opinion is not None:
            raw["online"] = opinion.as_dict(place.lat, place.lon)
        return Location(self.address(place, language), (place.lat, place.lon), raw)
