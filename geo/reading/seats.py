"""The seat of a province, for texts that call a town only "the capital of X state"."""

from __future__ import annotations

from functools import lru_cache

from geo.geocode import open_geocoder
from geo.model import Place

__all__ = ["seat_of"]

_PROVINCE_KM = 300.0  # around its middle, in which the seat is looked for
_SEAT = ("PPLA", "PPLC")


def seat_of(area: Place) -> Place | None:
    """The largest town that the gazetteer marks as seat of a first-order unit, or None."""
    return _seat(area.id, area.admin1, area.lat, area.lon)


@lru_cache(maxsize=256)
def _seat(place_id: str, admin1: str | None, lat: float, lon: float) -> Place | None:
    if not admin1 or not place_id.startswith("geonames:"):
        return None
    gazetteer = open_geocoder().gazetteer
    best: tuple[int, int] | None = None
    for _km, row in gazetteer.files.nearest.towns(lat, lon, _PROVINCE_KM):
        facts = gazetteer.facts(row)
        if facts.feature in _SEAT and facts.admin1 == admin1:
            best = max(best or (-1, 0), (facts.population, row))
    return gazetteer.place(best[1]) if best else None
