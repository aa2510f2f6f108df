"""The geocoder: Dateline's own calls, and the same as a geopy geocoder.

    candidates("Deir Al Zor province")     ranked readings of a name, each with its reasons
    resolve("Qaim", country="IQ")          the one reading that is clear enough, or None
    place("geonames:174448")               a place by its id
    explain("Qaimm", country="IQ")         why there is nothing, and what is spelled nearly so

All of it works offline; ``geo.geocode.online`` is asked only where somebody says so.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from geo.gazetteer.user import open_gazetteer
from geo.geocode.lookup import CLEAR, Explanation, Lookup
from geo.model import Candidate, Place

if TYPE_CHECKING:
    from geo.geocode.geocoder import Dateline

__all__ = [
    "CLEAR",
    "Dateline",
    "Explanation",
    "candidates",
    "explain",
    "open_geocoder",
    "open_lookup",
    "place",
    "resolve",
]


def __getattr__(name: str) -> Any:
    # geopy reads all of its geocoders when it is imported; the page and the pictures need none.
    if name == "Dateline":
        from geo.geocode.geocoder import Dateline

        return Dateline
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@lru_cache(maxsize=1)
def open_lookup() -> Lookup:
    """Names on the shipped data and the user's own, opened once. Raises DataError."""
    return Lookup(open_gazetteer())


@lru_cache(maxsize=1)
def open_geocoder() -> Dateline:
    """The same as a geopy geocoder. Raises DataError."""
    from geo.geocode.geocoder import Dateline

    return Dateline(open_lookup().gazetteer)


def candidates(name: str, **options: Any) -> list[Candidate]:
    """``Lookup.candidates`` on the shipped data."""
    return open_lookup().candidates(name, **options)


def resolve(name: str, **options: Any) -> Candidate | None:
    """``Lookup.resolve`` on the shipped data."""
    return open_lookup().resolve(name, **options)


def place(place_id: str) -> Place:
    """``Lookup.place`` on the shipped data."""
    return open_lookup().place(place_id)


def explain(name: str, **options: Any) -> Explanation:
    """``Lookup.explain`` on the shipped data."""
    return open_lookup().explain(name, **options)
