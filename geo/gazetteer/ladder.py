"""From a name to ranked candidates, one rung after another, each less certain than the last.

    exact         the place's main name, letter for letter (case aside)
    folded        one of its names, accents, hyphens, apostrophes and Arabic letter forms aside
    article-less  the same without Al-, ez-, ال
    spelling      the same with sounds written alike (ou/u/o, ee/i, doubled letters, final -ah)
    generic       the name without "province", "town of", نهر; only places of that kind
    skeleton      the same consonants, only within a country that was asked for

Nothing is guessed: a name on no rung has no candidates.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from geo.gazetteer import layout
from geo.gazetteer.generic import Wanted, says_only_the_kind, without_generic
from geo.gazetteer.names import ARABIC_SPHERE, MAX_NAME, core, fold, script_tag, squeeze, tidy
from geo.gazetteer.world import Facts, Gazetteer, Hit
from geo.model import AREA_CODES, Candidate

__all__ = ["RUNGS", "Ask", "search"]

RUNGS = ("exact", "folded", "article-less", "spelling", "generic", "skeleton")
_QUALITY = {
    "exact": 1.0,
    "folded": 0.98,
    "article-less": 0.93,
    "spelling": 0.85,
    "generic": 0.97,
    "skeleton": 0.6,
}
_TYPE = {
    "PPLC": 4.0, "PPLA": 1.3, "PPLX": 0.3, "PPLH": 0.1, "PPLQ": 0.1, "PPLW": 0.1, "PPLF": 0.3,
    "ADM1": 0.3, "RGN": 0.1, "STM": 0.25,
}  # fmt: skip
_WHOLE = {"PCLI": 3e7, "CONT": 1e7}
_KIND_CODES = {
    "admin1": frozenset({"ADM1", "RGN", "PCLI"}),
    "river": frozenset({"STM", "STMI", "WAD", "CNL"}),
    "the": frozenset({"PCLI", "CONT", "RGN", "STM", "STMI", "WAD", "CNL"}),
}
_KIND_WORDS = {
    "admin1": "the text asks for a province, not a town",
    "river": "the text asks for a river",
    "town": "the text asks for a town or village",
    "district": "the gazetteer has no districts; this is the town of that name",
    "the": "with the article, as countries, regions and rivers are named",
}
_ALIKE = 0.75
_CODE_FIT = 0.4
_DISTRICT_KM = 15.0
_NEAR_KM = 150.0
_COMMA = re.compile(r"\s*[,،;]\s*")
_BRACKETED = re.compile(r"^(?P<outer>[^()]*\S)\s*\([^()]+\)$")
_EITHER = re.compile(r"\s*/\s*")


@dataclass(frozen=True, slots=True)
class Ask:
    """What is looked for. ``countries`` (ISO codes) and ``admin1`` limit, the rest only ranks.

    ``near`` is (lat, lon) in degrees; ``kind`` limits to what a generic word asked for.
    """

    countries: tuple[str, ...] = ()
    admin1: str | None = None
    prefer: tuple[str, ...] = ()
    near: tuple[float, float] | None = None
    kind: str | None = None


Look = Callable[[Gazetteer, str, Ask], "dict[int, _Found]"]


@dataclass(slots=True)
class _Found:
    row: int
    facts: Facts
    rung: str
    weight: float
    why: str
    fit: float = 1.0  # how well a loose rung's name fits, 0 to 1


def _allowed(facts: Facts, ask: Ask) -> bool:
    if ask.countries and not any(c in ask.countries for c in facts.countries):
        return False
    if ask.admin1 and facts.admin1 != ask.admin1:
        return False
    if ask.kind in _KIND_CODES:
        return facts.feature in _KIND_CODES[ask.kind]
    if ask.kind in ("town", "district"):
        return facts.feature not in AREA_CODES and facts.feature != "STM"
    return True


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Distance on the sphere in km: enough for ranking, not for a figure that is shown."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    h = (
        math.sin((phi2 - phi1) / 2) ** 2
        + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 12742.0 * math.asin(math.sqrt(min(1.0, h)))


def _prominence(facts: Facts, ask: Ask) -> float:
    """How likely a place is meant, before its name is looked at (no unit)."""
    whole = _WHOLE.get(facts.feature)
    if ask.kind == "the" and facts.feature == "STM":
        whole = _WHOLE["PCLI"]  # "the Jordan" is the river as well as the country
    if whole is not None:
        weight = whole
    else:
        people = facts.population
        if facts.feature == "STM":
            people = facts.spellings * 4000  # spellings grow with a river's length
        elif facts.feature == "ADM1":
            people = max(people, 200_000)
        # A region whose people are counted is run like a province, not a stretch of country.
        kind = "ADM1" if facts.feature == "RGN" and people else facts.feature
        weight = (people + 300) ** 0.6 * (1 + facts.spellings / 40) * _TYPE.get(kind, 1.0)
    if ask.prefer:
        weight *= 20.0 if any(c in ask.prefer for c in facts.countries) else 1.0
    if ask.near is not None and whole is None:
        km = distance_km(*ask.near, facts.lat, facts.lon)
        weight *= 0.02 + math.exp(-km / _NEAR_KM)
    return weight


def _add(found: dict[int, _Found], item: _Found) -> None:
    before = found.get(item.row)
    if before is None or item.weight > before.weight:
        found[item.row] = item


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
    world: Gazetteer, name: str, key: str, rung: str, ask: Ask, found: dict[int, _Found]
) -> None:
    """Candidates for one key; ``rung`` is the grade of the query's own folding."""
    short = len(key) < 3 and key.isascii()
    for hit in world.hits(key):
        row, flags = hit
        facts = world.facts(row)
        if not _allowed(facts, ask):
            continue
        if (short or flags & layout.KEY_CODE) and not (
            rung == "folded" and _short_fits(world, name, hit, facts)
        ):
            continue
        if rung != "folded" and not (
            facts.feature == "STM" or any(c in ARABIC_SPHERE for c in facts.countries)
        ):
            continue
        weight = _prominence(facts, ask)
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
        _add(found, _Found(row, facts, here, weight, why, fit))


def _climb(world: Gazetteer, name: str, ask: Ask) -> dict[int, _Found]:
    """The rungs up to ``spelling`` for a name taken whole."""
    found: dict[int, _Found] = {}
    key, bald = fold(name), core(name)
    if key.isdigit():
        return found
    _by_key(world, name, key, "folded", ask, found)
    if bald != key and len(bald) > 1:
        _by_key(world, name, bald, "article-less", ask, found)
    if not found:
        even = squeeze(bald)
        if even not in (key, bald) and len(even) > 2:
            _by_key(world, name, even, "spelling", ask, found)
    return found


def _likeness(world: Gazetteer, name: str, row: int, known: str) -> float:
    """How alike two names with one skeleton look, 0 to 1.

    Across scripts letters cannot be compared; there it is 0.8 if the place has no name in the
    script of the query, and 0 if it has one, which then did not fit.
    """
    script = script_tag(name)
    if script == script_tag(known):
        return SequenceMatcher(None, squeeze(core(name)), squeeze(core(known))).ratio()
    names = world.place(row).names
    return 0.0 if any(script_tag(n) == script for ns in names.values() for n in ns) else 0.8


def _by_skeleton(world: Gazetteer, name: str, ask: Ask) -> dict[int, _Found]:
    found: dict[int, _Found] = {}
    for iso in ask.countries:
        for row, known in world.skeleton_hits(name, iso):
            facts = world.facts(row)
            if not _allowed(facts, ask):
                continue
            likeness = _likeness(world, name, row, known)
            if likeness >= _ALIKE:
                weight = _prominence(facts, ask) * likeness**8
                why = f'the consonants of "{known}"'
                _add(found, _Found(row, facts, "skeleton", weight, why, likeness))
    return found


def _variants(name: str) -> list[tuple[str, ...]]:
    """The name; without what is in brackets; and the two of "this/that" together."""
    bracketed = _BRACKETED.match(name)
    outer = bracketed["outer"] if bracketed else name
    either = [part for part in _EITHER.split(outer) if part]
    if any(len(part.split()) > 3 for part in either):  # a phrase, not two names
        either = []
    return list(dict.fromkeys(((name,), (outer,), tuple(either) or (outer,))))


def _joined(parts: Sequence[dict[int, _Found]]) -> dict[int, _Found]:
    """What the names of "this/that" led to: two spellings of one place, or else two places."""
    found: dict[int, _Found] = {}
    for part in parts:
        for item in part.values():
            _add(found, item)
    if len(parts) > 1 and not set.intersection(*map(set, parts)):
        for item in found.values():
            item.fit /= len(parts)  # so that neither is clear enough to be taken for both
            item.why += f", one of {len(parts)} places named together"
    return found


def _find(world: Gazetteer, name: str, ask: Ask) -> tuple[dict[int, _Found], Wanted | None]:
    """All rungs for a name without commas; and the generic word that was taken off, if any."""

    def bare(text: str, look: Look) -> tuple[dict[int, _Found], Wanted | None]:
        want = without_generic(text)
        return (look(world, want.name, replace(ask, kind=want.kind)) if want else {}), want

    def skeleton(text: str) -> dict[int, _Found]:
        return {} if without_generic(text) else _by_skeleton(world, text, ask)

    steps: tuple[Callable[[str], tuple[dict[int, _Found], Wanted | None]], ...] = (
        lambda text: (_climb(world, text, ask), None),
        lambda text: bare(text, _climb),
        lambda text: bare(text, _by_skeleton),
        lambda text: (skeleton(text), None),
    )
    variants = _variants(name)
    for step in steps:
        for texts in variants:
            read = [(part, want) for part, want in map(step, texts) if part]
            if read:
                return _joined([part for part, _ in read]), read[0][1]
    return {}, None


def _within(world: Gazetteer, part: str, ask: Ask) -> Ask | None:
    """The ask narrowed by a containing place ("…, Syria"); None if that is not known."""
    found, _ = _find(world, part, replace(ask, kind=None, near=None, admin1=None))
    if not found:
        return None
    # What contains something is rather an area than a town of the same name.
    best = max(found.values(), key=lambda f: f.weight * (3.0 if f.facts.feature == "ADM1" else 1))
    if best.facts.feature == "PCLI":
        return replace(ask, countries=best.facts.countries)
    if best.facts.feature == "ADM1":
        return replace(ask, countries=best.facts.countries, admin1=best.facts.admin1)
    return replace(
        ask, countries=best.facts.countries or ask.countries, near=(best.facts.lat, best.facts.lon)
    )


def _reasons(item: _Found, want: Wanted | None, ask: Ask, others: int) -> tuple[str, ...]:
    facts = item.facts
    said = [item.why]
    if want is not None:
        said.append(_KIND_WORDS[want.kind])
    if facts.population and facts.feature not in AREA_CODES:
        said.append(f"population {facts.population:,}")
    if ask.near is not None:
        said.append(f"{distance_km(*ask.near, facts.lat, facts.lon):,.0f} km from the point given")
    if ask.prefer and any(c in ask.prefer for c in facts.countries):
        said.append("in the country at hand")
    if others:
        said.append(f"{others} other place{'s' if others > 1 else ''} with this name")
    return tuple(said)


def search(world: Gazetteer, name: str, ask: Ask, limit: int = 8) -> list[Candidate]:
    """Ranked candidates for a name, best first; empty if no rung has it.

    A score is the rung's quality (1.0 exact to 0.6 skeleton) times the candidate's share among
    all places of that name, weighed by type, population, number of spellings, and nearness or
    preferred country where given: 0.98 means "folded, and nobody else it could be".
    """
    name = tidy(name) if len(name) <= 4 * MAX_NAME else ""
    if not name or len(name) > MAX_NAME or says_only_the_kind(name):
        return []
    found, want = _find(world, name, ask)
    if not found:
        head, *rest = [part for part in _COMMA.split(name) if part] or [""]
        if not rest:
            return []
        for part in reversed(rest):
            narrowed = _within(world, part, ask)
            if narrowed is None:
                return []
            ask = narrowed
        found, want = _find(world, head, ask)
    total = sum(item.weight for item in found.values())
    ranked = sorted(found.values(), key=lambda item: (-item.weight, item.row))
    answers = []
    for item in ranked[:limit]:
        score = _QUALITY[item.rung] * item.fit * item.weight / total
        place, rung = world.place(item.row), item.rung
        if want is not None:
            rung = rung if rung == "skeleton" else "generic"
            score *= _QUALITY["generic"]
            if want.kind == "district":
                score *= 0.5
                place = replace(place, precision_km=max(place.precision_km, _DISTRICT_KM))
        reasons = _reasons(item, want, ask, len(found) - 1)
        answers.append(Candidate(place, round(score, 4), reasons, rung))
    return answers


def narrowing(world: Gazetteer, countries: Sequence[str]) -> tuple[str, ...]:
    """Checked ISO codes. Raises InputError for one that is not a country's."""
    return tuple(dict.fromkeys(world.iso(code) for code in countries))
