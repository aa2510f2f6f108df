"""A second opinion from an online geocoder, only where somebody asked for it.

    Dateline(online=SecondOpinion("nominatim"))        or DATELINE_ONLINE=nominatim
    python -m geo geocode "Al Bu Kamal" --online photon

What leaves this machine is the name of the place and the country codes given with it, nothing
else. One request a second at most, none repeated, each answer kept in the user's data folder
for thirty days, and after three failures in a row silence for five minutes: the offline answer
stands in any case, with a note. ``DATELINE_ONLINE_URL`` names a server of one's own;
GeoNames needs ``DATELINE_GEONAMES_USER``.
"""

from __future__ import annotations

import json
import math
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import URLLibAdapter
from geopy.exc import GeocoderParseError, GeocoderTimedOut, GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import GeoNames, Nominatim, Photon
from geopy.location import Location

from geo import __version__
from geo.errors import InputError
from geo.gazetteer.ladder import distance_km
from geo.gazetteer.layers import data_home
from geo.gazetteer.names import MAX_NAME, fold, tidy
from geo.geocode.lookup import CLEAR
from geo.model import Candidate, Place

__all__ = ["SERVICES", "Opinion", "SecondOpinion", "online_from"]

SERVICES = ("nominatim", "photon", "geonames")
TIMEOUT_S = 4.0
EVERY_S = 1.0  # the usage policies of these services: one request a second
KEPT_DAYS = 30
MAX_ANSWER = 2**20
GIVE_UP_AFTER, GIVE_UP_S = 3, 300.0
_AGREES_KM = 10.0
_UNKNOWN_KM = 5.0  # precision where a service gives no extent
_WANTED = 5
_CREDIT = {
    "nominatim": "OpenStreetMap contributors, by Nominatim",
    "photon": "OpenStreetMap contributors, by Photon",
    "geonames": "GeoNames, online",
}
_CODES = {
    "city": "PPL", "town": "PPL", "village": "PPL", "hamlet": "PPL", "suburb": "PPLX",
    "neighbourhood": "PPLX", "state": "ADM1", "province": "ADM1", "country": "PCLI",
    "county": "ADM2", "district": "ADM2", "administrative": "ADMD", "river": "STM",
    "aerodrome": "AIRP", "peak": "PK",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the service said: its places, best first, and a note where it said nothing."""

    service: str
    places: tuple[Place, ...] = ()
    note: str = ""
    kept: bool = False  # from an earlier answer; nothing was sent

    def weigh(self, found: Sequence[Candidate]) -> list[Candidate]:
        """Our readings in the light of this one.

        A clear reading stays first. Of several, the one the service puts at the same spot goes
        first, and half of what was missing to certainty is made up (judgement, not measured).
        Where we know nothing, its answer is given, at a score that is never clear.
        """
        if not self.places:
            return list(found)
        if not found:
            why = (f"only {self.service} (online) knows this name; not checked against ours",)
            return [Candidate(place, CLEAR, why, "online") for place in self.places]
        if found[0].score > CLEAR:
            return list(found)
        theirs = self.places[0]
        for index, candidate in enumerate(found):
            place = candidate.place
            km = distance_km(place.lat, place.lon, theirs.lat, theirs.lon)
            if km <= max(_AGREES_KM, place.precision_km):
                agreed = replace(
                    candidate,
                    score=round(candidate.score + (1 - candidate.score) / 2, 4),
                    reasons=(*candidate.reasons, f"{self.service} (online) puts it here too"),
                )
                return [agreed, *found[:index], *found[index + 1 :]]
        return list(found)

    def as_dict(self, lat: float, lon: float) -> dict[str, Any]:
        """For ``raw``: the service's first place and how far it is from the answer given."""
        said: dict[str, Any] = {"service": self.service, "note": self.note, "kept": self.kept}
        if self.places:
            first = self.places[0]
            said |= {"name": first.name, "lat": first.lat, "lon": first.lon, "id": first.id}
            said["km_from_answer"] = round(distance_km(lat, lon, first.lat, first.lon), 1)
        return said


class _Bounded(URLLibAdapter):  # type: ignore[misc]  # geopy has no types
    """geopy's adapter, reading no more of an answer than a geocoder's can be long."""

    def _decode_page(self, page: Any) -> str:
        try:
            data = page.read(MAX_ANSWER + 1)
            if len(data) > MAX_ANSWER:
                raise GeocoderParseError("The answer is longer than 1 MB.")
            return str(data, encoding=page.headers.get_content_charset() or "utf-8")
        except (ValueError, LookupError, OSError) as error:
            raise GeocoderParseError("The answer cannot be read.") from error


def _within(seconds: float, call: Callable[[], Any]) -> Any:
    """The call's result; GeocoderTimedOut after so long, however slowly bytes may trickle in."""
    done: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put((call(), None))
        except BaseException as error:  # noqa: BLE001 - handed over and raised by the caller
            done.put((None, error))

    threading.Thread(target=run, daemon=True, name="second-opinion").start()
    try:
        result, error = done.get(timeout=seconds)
    except queue.Empty:
        raise GeocoderTimedOut(f"no answer within {seconds:g} s") from None
    if error is not None:
        raise error
    return result


class _Kept:
    """Earlier answers, in a file of the user's; one that cannot be used is gone without."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=2)
        connection.execute(
            "CREATE TABLE IF NOT EXISTS answers"
            " (service TEXT, query TEXT, at REAL, places TEXT, PRIMARY KEY (service, query))"
        )
        return connection

    def get(self, service: str, query: str) -> list[Place] | None:
        since = time.time() - KEPT_DAYS * 86400
        try:
            with closing(self._open()) as connection:
                row = connection.execute(
                    "SELECT places FROM answers WHERE service = ? AND query = ? AND at > ?",
                    (service, query, since),
                ).fetchone()
            return None if row is None else [_from_json(raw) for raw in json.loads(row[0])]
        except (sqlite3.Error, OSError, ValueError, TypeError, KeyError):
            return None

    def put(self, service: str, query: str, places: Iterable[Place]) -> None:
        text = json.dumps([_to_json(place) for place in places], ensure_ascii=False)
        try:
            with closing(self._open()) as connection, connection:
                connection.execute(
                    "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)",
                    (service, query, time.time(), text),
                )
        except (sqlite3.Error, OSError):
            return


_FIELDS = ("id", "name", "lat", "lon", "feature_code", "country", "precision_km", "source")


def _to_json(place: Place) -> dict[str, Any]:
    return {field: getattr(place, field) for field in _FIELDS}


def _from_json(raw: Any) -> Place:
    return Place(**{field: raw[field] for field in _FIELDS})


class SecondOpinion:
    """One online service, asked carefully. Raises InputError if it cannot be set up."""

    def __init__(
        self,
        service: str,
        *,
        url: str | None = None,
        user: str | None = None,
        keep_in: Path | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        if service not in SERVICES:
            raise InputError(
                f"{service[:40]!r} is not an online geocoder we know: {', '.join(SERVICES)}."
            )
        self.service = service
        self.timeout_s = timeout_s
        self._kept = _Kept(keep_in or data_home() / "online.db")
        self._geocoder = self._open(url or os.environ.get("DATELINE_ONLINE_URL", ""), user)
        self._limited = RateLimiter(
            self._request, min_delay_seconds=EVERY_S, max_retries=0, swallow_exceptions=False
        )
        self._lock = threading.Lock()
        self._failed = 0
        self._silent_until = 0.0

    def _open(self, url: str, user: str | None) -> Any:
        options: dict[str, Any] = {
            "user_agent": f"Dateline/{__version__} (offline gazetteer; second opinion)",
            "timeout": self.timeout_s,
            "adapter_factory": _Bounded,
        }
        if url:
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.netloc:
                raise InputError("DATELINE_ONLINE_URL must look like https://host or http://host.")
            options |= {"scheme": parts.scheme, "domain": parts.netloc + parts.path.rstrip("/")}
        if self.service == "nominatim":
            return Nominatim(**options)
        if self.service == "photon":
            return Photon(**options)
        user = user or os.environ.get("DATELINE_GEONAMES_USER", "").strip()
        if not user:
            raise InputError("GeoNames needs an account: set DATELINE_GEONAMES_USER to its name.")
        return GeoNames(user, **options)

    def ask(self, name: str, country: str | Sequence[str] | None = None) -> Opinion:
        """The service's reading of a name. Never raises for what the service does."""
        codes = [country] if isinstance(country, str) else list(country or ())
        codes = sorted({code.strip().upper() for code in codes})
        query = f"{fold(name)}|{','.join(codes)}"
        kept = self._kept.get(self.service, query)
        if kept is not None:
            return Opinion(self.service, tuple(kept), kept=True)
        with self._lock:
            if time.monotonic() < self._silent_until:
                return Opinion(self.service, note=self._note("it failed several times"))
            try:
                found = self._limited(name, codes)
                places = _usable(self.service, found, codes)
            except (GeopyError, ValueError, TypeError, KeyError, AttributeError) as error:
                self._failed += 1
                if self._failed >= GIVE_UP_AFTER:
                    self._failed = 0
                    self._silent_until = time.monotonic() + GIVE_UP_S
                # A server's words are not repeated: only what sort of failure it was.
                return Opinion(self.service, note=self._note(_failure(error)))
            self._failed = 0
        self._kept.put(self.service, query, places)
        return Opinion(self.service, tuple(places))

    def _note(self, why: str) -> str:
        return f"{self.service} (online) gave no second opinion: {why}. This is the offline answer."

    def _request(self, name: str, codes: list[str]) -> Any:
        options: dict[str, Any] = {"exactly_one": False, "timeout": self.timeout_s}
        if self.service != "geonames":
            options["limit"] = _WANTED
        if codes and self.service == "nominatim":
            options["country_codes"] = [code.lower() for code in codes]
        if codes and self.service == "geonames":
            options["country"] = codes
        if self.service == "nominatim":
            options["addressdetails"] = True
        return _within(self.timeout_s, lambda: self._geocoder.geocode(name, **options))


def _failure(error: Exception) -> str:
    words = type(error).__name__.removeprefix("Geocoder").removeprefix("Adapter")
    known = {
        "TimedOut": "no answer in time",
        "ServiceError": "it answered with an error",
        "QueryError": "it refused the question",
        "RateLimited": "it wants fewer requests",
        "QuotaExceeded": "it wants fewer requests",
        "Unavailable": "it cannot be reached",
        "InsufficientPrivileges": "it refused the request",
        "AuthenticationFailure": "it refused the account",
    }
    return known.get(words, "its answer cannot be read")


def _precision(raw: dict[str, Any]) -> float:
    """Half the diagonal of the extent the service gives; 5 km where it gives none."""
    box = raw.get("boundingbox")
    if isinstance(box, (list, tuple)) and len(box) == 4:  # south, north, west, east
        south, north, west, east = (float(v) for v in box)
        km = distance_km(south, west, north, east) / 2
        return round(max(1.0, km), 1) if math.isfinite(km) else _UNKNOWN_KM
    return _UNKNOWN_KM


def _usable(service: str, found: Any, codes: Sequence[str]) -> list[Place]:
    """Checked places of an answer. Raises ValueError where it is no geocoder's answer."""
    places = []
    for location in (found or [])[:_WANTED]:
        if not isinstance(location, Location) or not isinstance(location.raw, dict):
            raise ValueError("not a list of places")  # noqa: TRY004 - one kind of bad answer
        raw = location.raw
        properties = raw.get("properties")
        inner: dict[str, Any] = properties if isinstance(properties, dict) else raw
        address = raw.get("address")
        country = (
            inner.get("countrycode")
            or inner.get("countryCode")
            or (address.get("country_code") if isinstance(address, dict) else None)
        )
        country = country.upper() if isinstance(country, str) and len(country) == 2 else None
        lat, lon = float(location.latitude), float(location.longitude)
        name = tidy(str(inner.get("name") or location.address or ""))[:MAX_NAME]
        if not (-90 <= lat <= 90 and -180 <= lon <= 180) or not name:
            raise ValueError("a place without a point or name")
        if codes and country and country not in codes:
            continue
        if service == "geonames":
            place_id = f"geonames:{int(raw['geonameId'])}"
        else:
            number = f"{inner.get('osm_type', '')}{inner.get('osm_id', '')}"
            place_id = f"{service}:{tidy(number)[:40]}"
        kind = str(inner.get("fcode") or _CODES.get(str(inner.get("type")), ""))[:10]
        precision = _precision(raw)
        place = Place(
            place_id, name, lat, lon, kind, country, precision_km=precision, source=_CREDIT[service]
        )
        places.append(place)
    return places


def online_from(service: str | None) -> SecondOpinion | None:
    """The service named, or the one in ``DATELINE_ONLINE``, or None. Raises InputError."""
    name = (service or os.environ.get("DATELINE_ONLINE", "")).strip().lower()
    return SecondOpinion(name) if name else None
