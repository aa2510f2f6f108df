"""What is asked for, and how likely each place of a name is meant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from geo.gazetteer.world import Facts
from geo.model import AREA_CODES, LINE_CODES

__all__ = [
    "KIND_CODES",
    "Around",
    "Ask",
    "Found",
    "Told",
    "add",
    "allowed",
    "distance_km",
    "prominence",
]

_TYPE = {
    "PPLC": 4.0, "PPLA": 1.3, "PPLX": 0.3, "PPLH": 0.1, "PPLQ": 0.1, "PPLW": 0.1, "PPLF": 0.3,
    "ADM1": 0.3, "ADM2": 0.1, "ADM3": 0.05, "ADM4": 0.05, "ADMD": 0.05, "RGN": 0.1, "STM": 0.25,
}  # fmt: skip
_WHOLE = {"PCLI": 3e7, "CONT": 1e7}
_VAST = frozenset("SEA OCN GULF DSRT MTS STRT BAY PEN".split())
_RIVERS = frozenset("STM STMI WAD CNL".split())
KIND_CODES = {
    "admin1": frozenset({"ADM1", "RGN", "PCLI"}),
    "river": _RIVERS,
    "the": frozenset({"PCLI", "CONT", "RGN"}) | _RIVERS | _VAST | {"LK", "ISLS"},
}
_NEAR_KM = 150.0
_DISTRICT_KM = 25.0  # about the reach of a district around its chief town
_FLAT_DEG = 3.0  # so near, the Earth may be taken as flat: off by less than 0.1 %
_SAME_UNIT, _OTHER_UNIT = 12.0, 0.25


@dataclass(frozen=True, slots=True)
class Ask:
    """What is looked for. ``countries`` (ISO codes) and ``admin1`` limit, the rest only ranks.

    ``near`` is (lat, lon) in degrees; ``kind`` limits to what a generic word asked for.
    ``adm1_name`` and ``adm2_name`` are names of units as a source has them ("Aleppo
    Governorate", "Manbij district"); what is not known by that name is passed over. Without
    ``loose`` no slips of the pen are looked for in all the names of a country.
    """

    countries: tuple[str, ...] = ()
    admin1: str | None = None
    prefer: tuple[str, ...] = ()
    near: tuple[float, float] | None = None
    kind: str | None = None
    adm1_name: str | None = None
    adm2_name: str | None = None
    loose: bool = True


@dataclass(frozen=True, slots=True)
class Around:
    """What the named units came to: first-order codes, their extents, the point of a district."""

    units: tuple[str, ...] = ()
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    district: tuple[float, float] | None = None

    def __bool__(self) -> bool:
        return bool(self.units) or self.district is not None

    def beside(self, facts: Facts) -> bool:
        """Whether a place lies within the extent of a unit, perhaps in a city of its own there."""
        return any(
            west <= facts.lon <= east and south <= facts.lat <= north
            for west, south, east, north in self.boxes
        )

    def fits(self, facts: Facts) -> bool:
        """Whether a place lies where the units say."""
        if self.district is not None:
            return distance_km(*self.district, facts.lat, facts.lon) <= 2 * _DISTRICT_KM
        return bool(self.units) and facts.admin1 in self.units


@dataclass(slots=True)
class Found:
    """A candidate on its way: ``fit`` is how well a loose rung's name fits, 0 to 1."""

    row: int
    facts: Facts
    rung: str
    weight: float
    why: str
    fit: float = 1.0
    radius_km: float = 0.0  # at least so wide, because of how the text puts it
    told: Told | None = None  # the point meant, where it is not the place's own


class Told(NamedTuple):
    """A point told by the place of a candidate: off it in a direction, or on the way to another."""

    km: float = 0.0
    bearing_deg: float = 0.0
    other: int | None = None  # row of the place at the other end


def add(found: dict[int, Found], item: Found) -> None:
    """Keep the better of two ways to one place."""
    before = found.get(item.row)
    if before is None or item.weight * item.fit > before.weight * before.fit:
        found[item.row] = item


def allowed(facts: Facts, ask: Ask) -> bool:
    """Whether a place lies within the limits and is of the kind asked for."""
    if ask.countries and not any(c in ask.countries for c in facts.countries):
        return False
    if ask.admin1 and facts.admin1 != ask.admin1:
        return False
    if ask.kind in KIND_CODES:
        return facts.feature in KIND_CODES[ask.kind]
    if ask.kind == "district":
        return facts.feature not in LINE_CODES and facts.feature not in ("PCLI", "ADM1", "CONT")
    if ask.kind == "town":
        return facts.feature not in AREA_CODES and facts.feature not in LINE_CODES
    return True


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Distance on the sphere in km: enough for ranking, not for a figure that is shown."""
    if abs(lat1 - lat2) < _FLAT_DEG and abs(lon1 - lon2) < _FLAT_DEG:
        x = (lon1 - lon2) * math.cos(math.radians((lat1 + lat2) / 2))
        return 111.195 * math.hypot(x, lat1 - lat2)
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    h = (
        math.sin((phi2 - phi1) / 2) ** 2
        + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 12742.0 * math.asin(math.sqrt(min(1.0, h)))


def prominence(facts: Facts, ask: Ask, around: Around, *, curated: bool = False) -> float:
    """How likely a place is meant, before its name is looked at (no unit)."""
    feature = facts.feature
    whole = _WHOLE.get(feature)
    if ask.kind == "the" and feature == "STM":
        whole = _WHOLE["PCLI"]  # "the Jordan" is the river as well as the country
    if whole is not None:
        weight = whole
    else:
        people: float = facts.population
        if feature == "STM" and facts.spellings > 1:
            people = facts.spellings * 4000  # spellings grow with a river's length
        elif feature == "ADM1":
            people = max(people, 200_000)
        elif curated and not people:
            # A place somebody wrote down by hand is one that reports speak of.
            people = 1e6 if feature in _VAST or feature in AREA_CODES else 20_000
            feature = "ADM1" if people > 20_000 else "PPL"
        # A region whose people are counted is run like a province, not a stretch of country.
        kind = "ADM1" if feature == "RGN" and people else feature
        weight = (people + 300) ** 0.6 * (1 + facts.spellings / 40) * _TYPE.get(kind, 1.0)
    weight *= facts.trust
    if ask.prefer:
        weight *= 20.0 if any(c in ask.prefer for c in facts.countries) else 1.0
    if ask.near is not None and whole is None:
        km = distance_km(*ask.near, facts.lat, facts.lon)
        weight *= 0.02 + math.exp(-km / _NEAR_KM)
    if around.units and whole is None and feature not in _RIVERS:
        weight *= _SAME_UNIT if facts.admin1 in around.units else _OTHER_UNIT
    if around.district is not None and whole is None:
        km = distance_km(*around.district, facts.lat, facts.lon)
        weight *= 0.02 + math.exp(-km / _DISTRICT_KM)
    return weight
