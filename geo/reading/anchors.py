"""Places a text names without doubt, and how far from them another place lies."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.gazetteer.ranking import distance_km
from geo.model import Place
from geo.reading.lookup import UNITS

__all__ = ["LOST_KM", "SMALL", "Anchor", "anchors_of", "km_to", "spread_km", "well_known"]

SMALL = 5000  # people up to which a place is taken for another of its name
LOST_KM = 350.0  # a village so far from all else that the text names is a namesake
_FEW, _LEAST_SPREAD_KM = 3, 250.0
_BESIDE = 200.0  # characters over which an anchor's weight falls off
_BESIDE_SHARE = 0.15  # of the most, from which an anchor's weight makes it one beside a name
_FLOOR = 0.05  # weight of an anchor anywhere else in the text


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that the text names and that is hardly in doubt. ``start`` indexes characters."""

    start: int
    lat: float
    lon: float
    radius_km: float = 0.0
    trust: float = 1.0

    def weight(self, at: int) -> float:
        """How much it says of a name at a character."""
        return self.trust * (math.exp(-abs(self.start - at) / _BESIDE) + _FLOOR)

    def km(self, lat: float, lon: float) -> float:
        """How far a point lies from it, its own extent aside."""
        return max(0.0, distance_km(self.lat, self.lon, lat, lon) - self.radius_km)


def anchors_of(places: Iterable[tuple[int, Place]]) -> list[Anchor]:
    """Anchors of places with the characters at which they are named; countries tell nothing."""
    found = []
    for start, place in places:
        code = place.feature_code
        if code.startswith("PCL"):
            continue
        if code in UNITS:
            radius = min(120.0, max(20.0, place.precision_km))
            found.append(Anchor(start, place.lat, place.lon, radius, 0.5))
        elif not (place.is_area or place.is_line):
            # Much is said in a capital about what happens elsewhere.
            trust = 0.3 if code == "PPLC" else 1.0 if well_known(place) else 0.5
            found.append(Anchor(start, place.lat, place.lon, 0.0, trust))
    return found


def well_known(place: Place) -> bool:
    """Whether a settlement is a town, the seat of something, or one written down by hand."""
    return (
        place.population >= SMALL
        or place.feature_code.startswith(("PPLA", "PPLC"))
        or place.id.startswith("local:")
    )


def km_to(anchors: Sequence[Anchor], at: int, place: Place) -> float:
    """How far a place is from the nearest of the anchors that stand near a character, in km."""
    most = max(a.weight(at) / a.trust for a in anchors)
    beside = [a for a in anchors if a.weight(at) / a.trust >= _BESIDE_SHARE * most]
    return min(a.km(place.lat, place.lon) for a in beside)


def spread_km(anchors: Sequence[Anchor]) -> float:
    """How far apart the places of a text lie: one and a half times the widest gap among them."""
    if len(anchors) < _FEW:
        return LOST_KM
    gaps = []
    for one in anchors:
        apart = [distance_km(one.lat, one.lon, a.lat, a.lon) for a in anchors]
        gaps.append(min((km for km in apart if km > 1.0), default=0.0))
    return max(_LEAST_SPREAD_KM, 1.5 * max(gaps))
