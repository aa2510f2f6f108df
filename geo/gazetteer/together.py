"""What several names, or several places of one name, come to together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from geo.gazetteer.ranking import Around, Ask, Found, Told, add, distance_km
from geo.gazetteer.world import Facts, Gazetteer
from geo.model import AREA_CODES, LINE_CODES

__all__ = [
    "WIDE",
    "between",
    "fits_around",
    "joined",
    "limited",
    "with_neighbours",
    "without_noise",
]

WIDE = AREA_CODES | LINE_CODES
_ONE_PLACE_KM = 12.0  # names given together whose places lie so close may be one place
_PAIR_KM = 60.0  # "X and Y" farther apart than this says too little
_BETWEEN_KM = 80.0  # so does "between X and Y", whose radius is half of it
_BESIDE_KM = 5.0
_BESIDE_WIDE_KM = 15.0  # a mountain or a region has its point somewhere in it
_WITHIN_KM = 25.0
_SURE_KM, _PER_KM = 30.0, 0.005
_REACH_KM = 65.0
_ELSEWHERE = 0.45
_SAME_AREA_KM = 300.0
_IN_REGION_KM = 60.0
_FAR_GREATER = 20.0
_ANYWHERE = 0.6  # what is left of the score of a village of whatever country
_SITE = 0.8  # and again, where only a part of the text is its name ("Good Farm")


def limited(ask: Ask) -> bool:
    """Whether anything says in which part of the world a place lies."""
    return bool(ask.countries or ask.near or ask.prefer or ask.admin1)


def joined(parts: Sequence[dict[int, Found]]) -> dict[int, Found]:
    """What the names of "this/that" led to: names of one place, or else two places."""
    known = [part for part in parts if part]
    if len(known) < 2:
        return known[0] if known else {}
    shared = set.intersection(*map(set, known))
    found: dict[int, Found] = {}
    for part in known:
        for item in part.values():
            if not shared or item.row in shared:
                add(found, item)
    if not shared:
        tops = [max(part.values(), key=lambda i: i.weight) for part in known]
        apart = max(
            distance_km(a.facts.lat, a.facts.lon, b.facts.lat, b.facts.lon)
            for a in tops
            for b in tops
        )
        # Two towns beside each other are two; of what is hardly known one may be the other.
        towns = sum(bool(top.facts.population) for top in tops)
        near = _BESIDE_KM if towns > 1 else _ONE_PLACE_KM
        if len({top.facts.countries for top in tops}) > 1:
            near = -1.0
        for item in found.values():
            if apart <= near and item in tops:
                item.radius_km = max(item.radius_km, round(apart, 1))
                item.weight *= 100.0 if item is tops[0] else 1.0
            else:
                item.fit /= len(parts)  # so that neither is clear enough to be taken for both
                item.why += f", one of {len(parts)} places named together"
    return found


def between(parts: Sequence[dict[int, Found]], *, halfway: bool) -> dict[int, Found]:
    """What two names told together come to; nothing if one is not known, or if they lie far apart.

    ``halfway``: the point midway, with a radius that reaches both. Else it is one of the two: the
    better known, as wide as they are apart.
    """
    if halfway:  # the point of a province says nothing about what lies on the way to it
        parts = [{r: i for r, i in p.items() if i.facts.feature not in WIDE} for p in parts]
    if not all(parts):
        return {}
    pairs = [
        (distance_km(a.facts.lat, a.facts.lon, b.facts.lat, b.facts.lon), a, b)
        for a in parts[0].values()
        for b in parts[1].values()
        if a.row != b.row and a.told is None and b.told is None
    ]
    if not pairs:
        return {}
    # Of namesakes the two that lie together are meant.
    apart, first, second = min(
        pairs, key=lambda p: (p[0] + 20) / (p[1].weight * p[2].weight) ** 0.2
    )
    if apart > (_BETWEEN_KM if halfway else _PAIR_KM):
        return {}
    if not halfway:
        nearer = max((first, second), key=lambda i: i.weight)
        nearer.radius_km = max(nearer.radius_km, round(apart, 1))
        return {nearer.row: nearer}
    first.told = Told(other=second.row)
    first.radius_km = max(first.radius_km, second.radius_km)
    first.fit = min(first.fit, second.fit)
    if first.rung not in ("skeleton", "fuzzy"):
        first.rung = second.rung
    lat, lon = (first.facts.lat + second.facts.lat) / 2, first.facts.lon
    lon += ((second.facts.lon - first.facts.lon + 180) % 360 - 180) / 2
    first.facts = replace(first.facts, lat=lat, lon=(lon + 180) % 360 - 180)
    return {first.row: first}


def without_noise(world: Gazetteer, found: dict[int, Found], ask: Ask) -> dict[int, Found]:
    """Candidates less those that only stand in the way.

    A curated region, or a village of a region's name inside it, gives way to the same region of
    GeoNames. Where nothing says in which country a place lies, villages beside a far greater
    namesake are left out.
    """
    regions = [i.facts for i in found.values() if i.row >= 0 and i.facts.feature == "RGN"]
    areas = [i.facts for i in found.values() if i.row >= 0 and i.facts.feature in AREA_CODES]
    top = max((item.weight for item in found.values()), default=0.0)
    kept = {}
    for row, item in found.items():
        curated = row < 0 and item.facts.feature in AREA_CODES and not item.facts.population
        village = world.is_village(row)
        if curated and _has_near(areas, item.facts, _SAME_AREA_KM):
            continue
        if village and _has_near(regions, item.facts, _IN_REGION_KM):
            continue
        if village and not limited(ask):
            if item.weight * _FAR_GREATER < top:
                continue
            item.fit *= _ANYWHERE * (_SITE if item.rung == "phrase" else 1.0)
        kept[row] = item
    return kept


def _has_near(areas: Sequence[Facts], facts: Facts, km: float) -> bool:
    return any(distance_km(facts.lat, facts.lon, a.lat, a.lon) < km for a in areas)


def with_neighbours(best: Found, ranked: Sequence[Found]) -> float:
    """The weight of the best and of those beside it, among which the choice matters little.

    Its radius grows to hold them.
    """
    weight = best.weight
    beside = _BESIDE_WIDE_KM if best.facts.feature in WIDE else _BESIDE_KM
    for item in ranked[1:20]:
        away = distance_km(best.facts.lat, best.facts.lon, item.facts.lat, item.facts.lon)
        same_side = item.facts.countries == best.facts.countries  # Rafah is two towns
        if away <= beside and same_side and item.facts.feature not in WIDE:
            weight += item.weight
            best.radius_km = max(best.radius_km, round(away, 1))
    return weight


def fits_around(item: Found, around: Around) -> float:
    """How much of the score is left where a place lies as far off the units that were named.

    Of answers on the tuning half under the name itself, all 136 within 25 km of the middle of the
    district were right, all 26 within 35 km, 22 of 24 within 50, 7 of 8 within 60, and 3 of 9
    beyond that; in another province 1 of 3 within 50 km, and none of 21 beyond.
    """
    if around.district is None and around.fits(item.facts):
        return 1.0
    if around.district is None:
        return 0.8 if around.beside(item.facts) else _ELSEWHERE
    away = distance_km(*around.district, item.facts.lat, item.facts.lon)
    if around.units and item.facts.admin1 not in around.units:
        return 1.0 if away <= _WITHIN_KM else 0.5 if away <= 2 * _WITHIN_KM else _ELSEWHERE
    return 1.0 - _PER_KM * max(0.0, away - _SURE_KM) if away < _REACH_KM else _ELSEWHERE
