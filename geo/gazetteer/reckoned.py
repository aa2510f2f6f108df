"""Points that a text tells by other places: so far off in a direction, or between two.

Such a point has no row. Its id says how it is told, so that it can be reckoned again:
``offset:10km@090:geonames:163808``, ``between:geonames:173361|geonames:170063``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from geo.model import Place

__all__ = [
    "COMPASS",
    "FARTHEST_KM",
    "TURN",
    "ahead",
    "bearing_of",
    "destination",
    "length_km",
    "middle",
    "offset",
    "radius_km",
    "reckoned",
]

COMPASS = {
    "north": 0, "northeast": 45, "east": 90, "southeast": 135, "south": 180, "southwest": 225,
    "west": 270, "northwest": 315,
}  # fmt: skip
TURN = r"(?:north|south)[\s\-]?(?:east|west)|north|south|east|west"  # a direction, in a pattern
FARTHEST_KM = 150.0  # a place told from farther off is told too vaguely for a point
_TURN = {float(bearing): name for name, bearing in COMPASS.items()}
_FEATURE = "LCTY"  # GeoNames: a place of unspecified character and indefinite boundaries
_OFFSET_ID = re.compile(r"offset:(?P<km>\d{1,3}(?:\.\d{1,3})?)km@(?P<turn>\d{3}):(?P<of>.{1,300})")
_BETWEEN_ID = "between:"
_LONGEST_ID = 700
_MOST_OWN_KM = 10.0  # of a large place the edge is meant, as a rule
# Directions are told to an eighth of a turn and distances rounded.
_VAGUE = 0.25
_MILE_KM = 1.609344


@lru_cache(maxsize=1)
def _geod() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def bearing_of(turn: str) -> float:
    """Degrees clockwise from north of a direction: "north-east", "South West"."""
    return float(COMPASS[re.sub(r"[\s\-]", "", turn.lower())])


def length_km(number: str, unit: str) -> float:
    """The km of "1,5" "km", "2,500" "m", "3" "miles"; a comma before three figures parts them."""
    whole, comma, rest = number.partition(",")
    amount = float(whole + rest if comma and len(rest) == 3 else number.replace(",", "."))
    unit = unit.lower()
    if unit.startswith("mi"):
        return amount * _MILE_KM
    return amount if unit.startswith("k") else amount / 1000


def destination(lat: float, lon: float, bearing_deg: float, km: float) -> tuple[float, float]:
    """The point so far off in a direction (clockwise from north): latitude, longitude."""
    there_lon, there_lat, _ = _geod().fwd(lon, lat, bearing_deg, km * 1000)
    return float(there_lat), float(there_lon)


def ahead(lat1: float, lon1: float, lat2: float, lon2: float) -> tuple[float, float]:
    """Bearing in degrees and geodesic distance in km from one point to another."""
    bearing, _, metres = _geod().inv(lon1, lat1, lon2, lat2)
    return float(bearing), float(metres) / 1000


def radius_km(place: Place, km: float) -> float:
    """How far off a point may be that is told so far from a place."""
    return max(1.0, min(place.precision_km, _MOST_OWN_KM)) + _VAGUE * km


def offset(place: Place, bearing_deg: float, km: float) -> Place:
    """The point so far off a place; its radius grows by a quarter of the distance."""
    lat, lon = destination(place.lat, place.lon, bearing_deg, km)
    return _told(
        f"offset:{km:g}km@{bearing_deg:03.0f}:{place.id}",
        f"{km:g} km {_TURN.get(bearing_deg, f'{bearing_deg:.0f}°')} of {place.name}",
        lat,
        lon,
        radius_km(place, km),
        place.country,
        place.source,
    )


def middle(one: Place, two: Place) -> Place:
    """The point halfway between two places; its radius reaches both."""
    bearing, km = ahead(one.lat, one.lon, two.lat, two.lon)
    lat, lon = destination(one.lat, one.lon, bearing, km / 2)
    return _told(
        f"{_BETWEEN_ID}{one.id}|{two.id}",
        f"between {one.name} and {two.name}",
        lat,
        lon,
        max(km / 2, 1.0),
        one.country if one.country == two.country else None,
        one.source if one.source == two.source else f"{one.source}; {two.source}",
    )


def _told(
    place_id: str,
    name: str,
    lat: float,
    lon: float,
    radius_km: float,
    country: str | None,
    source: str,
) -> Place:
    return Place(
        id=place_id,
        name=name,
        lat=round(float(lat), 5),
        lon=round(float(lon), 5),
        feature_code=_FEATURE,
        country=country,
        precision_km=round(radius_km, 1),
        names={"en": (name,)},
        source=source,
        note=f"A point reckoned from the words, good to {radius_km:.0f} km; no place of its own.",
    )


def reckoned(place_id: str, known: Callable[[str], Place | None]) -> Place | None:
    """The place of such an id, or None; ``known`` gives the places that it is told by."""
    if len(place_id) > _LONGEST_ID:
        return None
    if found := _OFFSET_ID.fullmatch(place_id):
        km, bearing = float(found["km"]), int(found["turn"])
        place = known(found["of"]) if km <= FARTHEST_KM and bearing < 360 else None
        return None if place is None else offset(place, bearing, km)
    if place_id.startswith(_BETWEEN_ID):
        both = place_id.removeprefix(_BETWEEN_ID)
        for at in (stroke.start() for stroke in re.finditer(r"\|", both)):  # own ids may have some
            first, second = known(both[:at]), known(both[at + 1 :])
            if first is not None and second is not None:
                return middle(first, second)
    return None
