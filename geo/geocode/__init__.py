"""The geocoder: Dateline's own calls, and the same as a geopy geocoder.

    candidates("Deir Al Zor province")     ranked readings of a name, each with its reasons
    resolve("Qaim", country="IQ")          the one reading that is clear enough, or None
    place("geonames:174448")               a place by its id
    explain("Qaimm", country="IQ")         why there is nothing, and what is spelled nearly so

All of it works offline; ``geo.geocode.online`` is asked only where somebody says so.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from geo.geocode.geocoder import Dateline
from geo.geocode.lookup import CLEAR, Explanation
from geo.model import Candidate, Place

__all__ = [
    "CLEAR",
    "Dateline",
    "Explanation",
    "candidates",
    "explain",
    "open_geocoder",
    "place",
    "resolve",
]


@lru_cache(maxsize=1)
def open_geocoder() -> Dateline:
    """The geocoder on the shipped data and the user's own, opened once. Raises DataError."""
    return Dateline()


def candidates(name: str, **options: Any) -> list[Candidate]:
    """``Dateline.candidates`` on the shipped data."""
    return open_geocoder().candidates(name, **options)


def resolve(name: str, **options: Any) -> Candidate | None:
    """``Dateline.resolve`` on the shipped data."""
    return open_geocoder().resolve(name, **options)


def place(place_id: str) -> Place:
    """``Dateline.place`` on the shipped data."""
    return open_geocoder().place(place_id)


def explain(name: str, **options: Any) -> Explanation:
    """``Dateline.explain`` on the shipped data."""
    return open_geocoder().explain(name, **options)
