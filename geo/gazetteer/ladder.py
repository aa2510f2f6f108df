"""From a name to ranked candidates, one rung after another, each less certain than the last.

    exact         the place's main name, letter for letter (case aside)
    folded        one of its names, accents, hyphens, apostrophes and Arabic letter forms aside
    article-less  the same without Al-, ez-, ال
    spelling      the same with sounds written alike (ou/u/o, ee/i, doubled letters, final -ah)
    generic       the name without "province", "town of", نهر; only places of that kind
    skeleton      the same consonants, only within a country that was asked for
    fuzzy         one or two letters otherwise, only within a country that was asked for
    phrase        a name inside a phrase: "X farms", "near X"; or a point reckoned from one or
                  two names: "10 km north of X", "between X and Y"

Nothing is guessed: a name on no rung has no candidates.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from geo.gazetteer import layout
from geo.gazetteer.confidence import QUALITY, RUNGS
from geo.gazetteer.context import around as find_around
from geo.gazetteer.generic import Wanted, says_only_the_kind, without_generic
from geo.gazetteer.loose import by_skeleton, by_spelling, transliterations
from geo.gazetteer.names import ARABIC_SPHERE, MAX_NAME, core, fold, squeeze, tidy
from geo.gazetteer.nearby import by_district
from geo.gazetteer.phrases import PART, Reading, readings
from geo.gazetteer.ranking import (
    Around,
    Ask,
    Found,
    Told,
    add,
    allowed,
    distance_km,
    prominence,
)
from geo.gazetteer.reckoned import middle, offset
from geo.gazetteer.together import (
    WIDE,
    between,
    fits_around,
    joined,
    limited,
    with_neighbours,
    without_noise,
)
from geo.gazetteer.world import Facts, Gazetteer, Hit
from geo.model import AREA_CODES, Candidate, Place

__all__ = ["RUNGS", "Ask", "distance_km", "narrowing", "search"]

_KIND_WORDS = {
    "admin1": "the text asks for a province, not a town",
    "river": "the text asks for a river",
    "town": "the text asks for a town or village",
    "district": "the text asks for a district",
    "the": "with the article, as countries, regions and rivers are named",
}
_TOWN_OF_DISTRICT = "the gazetteer has no such district; this is the town of that name"
_CODE_FIT = 0.4
_DISTRICT_KM = 15.0
_IN_TOWN_KM = 60.0
# What is left of the score where nothing but the country says which place is meant: the village
# of the text may be one the gazetteer lacks.
_ALONE = {"skeleton": 0.76, "fuzzy": 0.8, "generic": 0.92}
# A village among namesakes: of 17 answers of the tuning half 7 were right.
_ONE_OF_MANY = 0.7
_DEPTH = 3  # phrases within phrases
_COMMA = re.compile(r"\s*[,،;]\s*")

Rung = Callable[[Gazetteer, str, Ask, Around], "dict[int, Found]"]


def _short_fits(world: Gazetteer, name: str, hit: Hit, facts: Facts) -> bool:
    """Whether so short a name may stand for the place: "UK" may, "in" and "AL" may not.

    A code counts in capitals only (a country's of three letters always); any other name of two
    Latin letters must be the place's main name as it stands.
    """
    if hit.flags & (layout.KEY_CODE | layout.KEY_CURATED):
        return name.isupper() or (facts.feature == "PCLI" and len(name) > 2)
    return bool(hit.flags & layout.KEY_MAIN) and world.label(hit.row) == name


def _is_label(world: Gazetteer, name: str, row: int) -> bool:
    return world.label(row).casefold() == name.casefold()


def _by_key(
    world: Gazetteer,
    name: str,
    key: str,
    rung: str,
    ask: Ask,
    around: Around,
    found: dict[int, Found],
) -> None:
    """Candidates for one key; ``rung`` is the grade of the query's own folding."""
    short = len(key) < 3 and key.isascii()
    for hit in world.hits(key):
        row, flags = hit
        facts = world.facts(row)
        if not allowed(facts, ask):
            continue
        if (short or flags & layout.KEY_CODE) and not (
            rung == "folded" and _short_fits(world, name, hit, facts)
        ):
            continue
        if rung != "folded" and not (
            facts.feature == "STM" or any(c in ARABIC_SPHERE for c in facts.countries)
        ):
            continue
        weight = prominence(facts, ask, around, curated=row < 0)
        here, why = rung, "one of its names"
        if rung == "spelling" or flags & layout.KEY_SQUEEZED:
            here, why, weight = "spelling", "one of its names, spelled another way", weight * 0.3
        elif flags & layout.KEY_CORE or rung == "article-less":
            here, why, weight = "article-less", "one of its names, the article aside", weight * 0.5
        elif flags & layout.KEY_MAIN:
            why = "its main name"
            if row < 0 or not flags & layout.KEY_CURATED:  # renaming is not to change the rank
                weight *= 2.0
            if _is_label(world, name, row):
                here = "exact"
        if flags & layout.KEY_BARE:
            weight *= 0.8
        fit = 1.0
        if flags & layout.KEY_CODE and facts.feature != "PCLI":
            fit, why = _CODE_FIT, "a code for it, not a name"
        add(found, Found(row, facts, here, weight, why, fit))


def _articles(key: str) -> tuple[str, ...]:
    """Articles a bare Arabic name may have lost; before some letters the l is written as they."""
    if not key.isascii():
        return ("ال",)
    if key.startswith("sh"):
        return "al", "ash", "as"
    return ("al", f"a{key[0]}") if key[0] in "sdnrtz" else ("al",)


def _climb(world: Gazetteer, name: str, ask: Ask, around: Around) -> dict[int, Found]:
    """The rungs up to ``spelling`` for a name taken whole."""
    found: dict[int, Found] = {}
    key, bald = fold(name), core(name)
    if key.isdigit():
        return found
    _by_key(world, name, key, "folded", ask, around, found)
    if bald != key and len(bald) > 1:
        _by_key(world, name, bald, "article-less", ask, around, found)
    elif len(key) > 2 and any(c in ARABIC_SPHERE for c in ask.countries):
        for head in _articles(key):
            if world.known(head + key):
                _by_key(world, name, head + key, "article-less", ask, around, found)
    if not found:
        even = squeeze(bald)
        if even not in (key, bald) and len(even) > 2:
            _by_key(world, name, even, "spelling", ask, around, found)
    if not found:
        for spelled in transliterations(name):
            found = _climb(world, spelled, ask, around)
            for item in found.values():
                item.rung = "spelling" if item.rung in ("exact", "folded") else item.rung
                item.why += ", in Latin letters"
            if found:
                break
    return found


def _bare(world: Gazetteer, name: str, ask: Ask, around: Around, rung: Rung) -> dict[int, Found]:
    wanted = without_generic(name)
    if wanted is None:
        return {}
    found = rung(world, wanted.name, replace(ask, kind=wanted.kind), around)
    for item in found.values():
        _said_kind(item, wanted)
    return found


def _said_kind(item: Found, wanted: Wanted) -> None:
    item.rung = "generic" if item.rung not in ("skeleton", "fuzzy") else item.rung
    item.fit *= 0.99
    if wanted.kind != "district":
        item.why += f"; {_KIND_WORDS[wanted.kind]}"
    elif item.facts.feature.startswith("ADM"):
        item.why += f"; {_KIND_WORDS['district']}"
        item.weight *= 20.0
    else:
        item.why += f"; {_TOWN_OF_DISTRICT}"
        item.fit *= 0.5
        item.radius_km = max(item.radius_km, _DISTRICT_KM)


def _phrase(
    world: Gazetteer, reading: Reading, ask: Ask, around: Around, depth: int
) -> dict[int, Found]:
    parts = [_find(world, name, ask, around, depth + 1) for name in reading.names]
    if reading.how == "either":
        found = joined(parts)
    elif reading.how in ("between", "beside"):
        found = between(parts, halfway=reading.how == "between")
    else:
        found = parts[0]
    for item in found.values():
        if reading.how != "either":
            item.rung = item.rung if item.rung in ("skeleton", "fuzzy") else "phrase"
        item.fit *= reading.trust
        if reading.why == PART and item.facts.feature in WIDE:
            item.fit *= 0.6  # "eastern X province" is not the middle of the province
        item.why += f"; {reading.why}"
        item.radius_km = max(item.radius_km, reading.radius_km)
        if reading.how == "off":
            _move(item, reading)
    return found


def _move(item: Found, reading: Reading) -> None:
    """Put a candidate off its place, unless "off" is told of an area or of a reckoned point."""
    if item.told is not None or item.facts.feature in WIDE:
        item.radius_km += reading.km
        return
    item.told = Told(reading.km, reading.bearing_deg)
    turn, degrees = math.radians(reading.bearing_deg), reading.km / 111.2
    facts = item.facts
    lat = max(-89.9, min(89.9, facts.lat + degrees * math.cos(turn)))
    lon = facts.lon + degrees * math.sin(turn) / math.cos(math.radians(lat))
    item.facts = replace(facts, lat=lat, lon=(lon + 180) % 360 - 180)  # near enough for ranking


def _find(
    world: Gazetteer, name: str, ask: Ask, around: Around, depth: int = 0
) -> dict[int, Found]:
    """All rungs for a name without commas."""
    found = _climb(world, name, ask, around)
    if name[:4].casefold() == "the " and not limited(ask):  # "the Gulf" is no village
        found = {row: item for row, item in found.items() if not world.is_village(row)}
    found = found or _bare(world, name, ask, around, _climb)
    if found or depth > _DEPTH:
        return found
    double = "/" in name or "(" in name
    if double and (found := _taken_apart(world, name, ask, around, depth)):
        return found
    elsewhere: dict[int, Found] = {}
    for rung in (by_skeleton, by_spelling) if ask.loose else (by_skeleton,):
        found = _loosely(world, name, ask, around, rung)
        if found and (not around or any(around.fits(item.facts) for item in found.values())):
            return found
        elsewhere = elsewhere or found
    if not double and (found := _taken_apart(world, name, ask, around, depth)):
        return found
    return _loosely(world, name, ask, around, by_district) or elsewhere


def _taken_apart(
    world: Gazetteer, name: str, ask: Ask, around: Around, depth: int
) -> dict[int, Found]:
    for reading in readings(name):
        found = _phrase(world, reading, ask, around, depth)
        if found:
            return found
    return {}


def _loosely(world: Gazetteer, name: str, ask: Ask, around: Around, rung: Rung) -> dict[int, Found]:
    """One of the loose rungs, for the name without its generic word if it has one."""
    if without_generic(name) is None:
        return rung(world, name, ask, around)
    return _bare(world, name, ask, around, rung)


def _within(world: Gazetteer, part: str, ask: Ask) -> tuple[Ask, bool] | None:
    """The ask narrowed by a containing place ("…, Syria"), and whether that is a town.

    None if it is not known.
    """
    found = _find(world, part, replace(ask, kind=None, near=None, admin1=None), Around())
    if not found:
        return None
    # What contains something is rather an area than a town of the same name.
    best = max(found.values(), key=lambda f: f.weight * (3.0 if f.facts.feature == "ADM1" else 1))
    if best.facts.feature == "PCLI":
        return replace(ask, countries=best.facts.countries), False
    if best.facts.feature == "ADM1":
        return replace(ask, countries=best.facts.countries, admin1=best.facts.admin1), False
    near = best.facts.lat, best.facts.lon
    narrowed = replace(ask, countries=best.facts.countries or ask.countries, near=near)
    province = any(f.facts.feature == "ADM1" for f in found.values())
    return narrowed, best.facts.feature not in WIDE and not province


def _beside(facts: Facts, ask: Ask) -> bool:
    return ask.near is None or distance_km(*ask.near, facts.lat, facts.lon) <= _IN_TOWN_KM


def _reasons(item: Found, ask: Ask, around: Around, others: int) -> tuple[str, ...]:
    facts = item.facts
    said = item.why.split("; ")
    if facts.population and facts.feature not in AREA_CODES:
        said.append(f"population {facts.population:,}")
    if ask.near is not None:
        said.append(f"{distance_km(*ask.near, facts.lat, facts.lon):,.0f} km from the point given")
    if ask.prefer and any(c in ask.prefer for c in facts.countries):
        said.append("in the country at hand")
    if around.district is not None:
        km = distance_km(*around.district, facts.lat, facts.lon)
        said.append(f"{km:,.0f} km from the middle of {ask.adm2_name}")
    elif around.units:
        inside = facts.admin1 in around.units
        said.append(f"{'in' if inside else 'not in'} {ask.adm1_name}")
    if others:
        said.append(f"{others} other place{'s' if others > 1 else ''} with this name")
    return tuple(said)


def _placed(world: Gazetteer, item: Found) -> Place:
    place = world.place(item.row)
    if item.told is not None:
        told = item.told
        place = (
            offset(place, told.bearing_deg, told.km)
            if told.other is None
            else middle(place, world.place(told.other))
        )
    if item.radius_km > place.precision_km:
        return replace(place, precision_km=item.radius_km)
    return place


def search(world: Gazetteer, name: str, ask: Ask, limit: int = 8) -> list[Candidate]:
    """Ranked candidates for a name, best first; empty if no rung has it.

    A score is the rung's quality (see ``confidence``) times the candidate's share among all
    places of that name, weighed by type, population, number of spellings, and nearness,
    preferred country or named units where given.
    """
    name = tidy(name) if len(name) <= 4 * MAX_NAME else ""
    if not name or len(name) > MAX_NAME or says_only_the_kind(name):
        return []
    around = find_around(world, ask)
    found = _find(world, name, ask, around)
    if not found:
        head, *rest = [part for part in _COMMA.split(name) if part] or [""]
        if not rest:
            return []
        in_town = False
        for part in reversed(rest):
            narrowed = _within(world, part, ask)
            if narrowed is None:
                return []
            ask, in_town = narrowed
        found = _find(world, head, ask, around)
        if in_town:  # "Homs, Atlantis": what lies in a town lies beside it
            found = {row: item for row, item in found.items() if _beside(item.facts, ask)}
    found = without_noise(world, found, ask)
    total = sum(item.weight for item in found.values())
    ranked = sorted(found.values(), key=lambda item: (-item.weight, item.row))
    answers = []
    for number, item in enumerate(ranked[:limit]):
        weight = with_neighbours(item, ranked) if number == 0 else item.weight
        score = QUALITY[item.rung] * item.fit * weight / total
        if item.facts.feature not in WIDE:
            score *= fits_around(item, around) if around else _alone(world, item, ask, len(found))
        reasons = _reasons(item, ask, around, len(found) - 1)
        answers.append(Candidate(_placed(world, item), round(score, 4), reasons, item.rung))
    return answers


def _alone(world: Gazetteer, item: Found, ask: Ask, readings_found: int) -> float:
    """What is left of the score where no unit beside the name says which place is meant."""
    left = _ALONE.get(item.rung, 1.0)
    if ask.near is None and readings_found > 1 and world.is_village(item.row):
        left *= _ONE_OF_MANY
    return left


def narrowing(world: Gazetteer, countries: Sequence[str]) -> tuple[str, ...]:
    """Checked ISO codes. Raises InputError for one that is not a country's."""
    return tuple(dict.fromkeys(world.iso(code) for code in countries))
