"""From a name in a text to the places it may mean, each with how likely it is to begin with.

The weights are powers of ten: a sense one higher is meant ten times as often, all else equal.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from geo.gazetteer import Gazetteer, layout
from geo.gazetteer.names import ARABIC_SPHERE, core, fold, is_code, squeeze
from geo.gazetteer.user import open_gazetteer
from geo.reading.wordlists import WordLists, word_lists

__all__ = ["AREAL", "WORLD_REGIONS", "Names", "Sense", "names"]

FAMOUS = 6.8
MOST = 48  # senses kept of one name: the likeliest
COUNTRIES = frozenset("PCL PCLI PCLD PCLS PCLF PCLIX TERR PCLH".split())
UNITS = frozenset("ADM1 ADM2 ADM3 ADM4 ADM5 ADMD ADM1H ADM2H ADM3H".split())
WORLD_REGIONS = frozenset("CONT RGN SEA OCN MTS DSRT LK ISL GULF STRT PEN LKS ISLS AREA".split())
AREAL = COUNTRIES | UNITS | WORLD_REGIONS
_LINES = frozenset("STM STMI WAD CNL RD BDRY".split())
_SPLIT = re.compile(r"[\s\-–]+")
_THE = re.compile(r"^the\s+", re.IGNORECASE)
_COMPASS = re.compile(
    r"^(?:north|south|east|west|central|northern|southern|eastern|western|upper|lower|greater|mid"
    r"|rural|downtown|old|inner|outer|metropolitan|"
    r"(?:north|south)[ -]?(?:east|west)(?:ern)?)[\s\-]+(?=\S)",
    re.IGNORECASE,
)


class Sense(NamedTuple):
    """One place that a name may mean. ``weight`` is log10; ``part`` if only part of it is meant."""

    row: int
    feature: str
    countries: tuple[str, ...]
    admin1: str
    population: int
    lat: float
    lon: float
    weight: float
    rung: str
    why: str
    part: bool = False

    @property
    def is_country(self) -> bool:
        """Whether it is a whole country."""
        return self.feature in COUNTRIES

    @property
    def is_unit(self) -> bool:
        """Whether it is a province, district or the like."""
        return self.feature in UNITS


def _size(feature: str, population: int, spellings: int, *, curated: bool) -> float:
    """How often a place of this kind and size is spoken of, log10."""
    known = 0.35 * math.log10(1 + spellings)
    if feature in COUNTRIES:
        return 7.2 + 0.1 * math.log10(1 + population)
    if feature == "CONT":
        return 7.0
    if curated and feature in WORLD_REGIONS:
        return 6.6
    people = math.log10(population + 60)
    if feature == "ADM1":
        return max(5.4, 0.5 * people + 2.8) + known
    if feature == "PPLC":
        return people + 1.0 + known
    if feature in UNITS:
        return max(3.0, people - 1.2) + known
    if feature in WORLD_REGIONS:
        return max(3.2, 0.7 * people) + known
    if feature in _LINES:
        return 3.0 + 1.4 * math.log10(1 + spellings)
    if feature == "PPLX":
        return people - 0.6 + known
    if feature.startswith("PPLA"):
        return people + 0.3 + known
    if curated:
        return max(5.5, people + known)
    if not feature.startswith("PPL"):
        return people - 0.3 + known
    return people + known


class Names:
    """Looks up names in a gazetteer and in the short forms of the lexicon; keeps what it found."""

    def __init__(self, world: Gazetteer, lex: WordLists) -> None:
        self.world = world
        self.lex = lex
        self.first_village = world.files.villages.first
        self.last_village = len(world.files)
        self.senses = lru_cache(maxsize=20_000)(self._senses)
        self.of_text = lru_cache(maxsize=20_000)(self._of_text)
        self.short_form = lru_cache(maxsize=20_000)(self._short_form)

    def country(self, iso: str, why: str = "short for the country") -> Sense | None:
        """The sense for a country's code."""
        row = self.world.files.country_row(iso)
        return None if row is None else self.sense(row, 8.0, "exact", why)

    def unit(self, code: str, why: str = "short for it") -> Sense | None:
        """The sense for a first-order unit's GeoNames code."""
        row = self.world.files.admin1_row(code)
        if row is None:
            return None
        weight = 6.5
        if code == "US.DC":
            capital = self.world.row_of("geonames:4140963")
            row, weight = (row if capital is None else capital), 6.5
        return self.sense(row, weight, "folded", why)

    def sense(self, row: int, weight: float, rung: str, why: str, *, part: bool = False) -> Sense:
        """The sense for a row."""
        facts = self.world.facts(row)
        return Sense(
            row, facts.feature, facts.countries, facts.admin1, facts.population, facts.lat,
            facts.lon, weight, rung, why, part,
        )  # fmt: skip

    def _senses(self, key: str, *, code: bool = False) -> tuple[Sense, ...]:
        """Senses of a folded key, likeliest first; codes only if the name was written as one."""
        best: dict[int, Sense] = {}
        top = 0.0
        for row, flags in self.world.hits(key):
            # Nobody means a hamlet by the name of a great city; leaving them out saves time.
            if top > FAMOUS and self.first_village <= row < self.last_village:
                continue
            facts = self.world.facts(row)
            is_a_code = bool(flags & layout.KEY_CODE)
            if is_a_code and not code:
                continue
            curated = bool(flags & layout.KEY_CURATED) or row < 0
            weight = _size(facts.feature, facts.population, facts.spellings, curated=curated)
            rung, why = "folded", "one of its names"
            if flags & layout.KEY_SQUEEZED:
                rung, why, weight = "spelling", "one of its names, spelled another way", weight - 1
            elif flags & layout.KEY_CORE:
                rung, why = "article-less", "one of its names, the article aside"
                weight -= 0.4
            elif flags & layout.KEY_MAIN:
                rung, why, weight = "exact", "its main name", weight + 0.4
            elif facts.feature not in AREAL and facts.population:
                weight -= 0.6  # an old, foreign or rare name
            if flags & layout.KEY_BARE:
                weight -= 0.1
            if is_a_code and facts.feature not in COUNTRIES:
                weight -= 2.5
            top = max(top, weight)
            before = best.get(row)
            if before is None or weight > before.weight:
                best[row] = Sense(
                    row, facts.feature, facts.countries, facts.admin1, facts.population,
                    facts.lat, facts.lon, weight, rung, why,
                )  # fmt: skip
        _city_before_unit(best)
        _one_region(best)
        ranked = sorted(best.values(), key=lambda s: (-s.weight, s.row))
        return tuple(ranked[:MOST])

    def _short_form(self, text: str, *, after_comma: bool = False) -> tuple[Sense, ...]:
        """What a short form, as written, stands for: "U.S.", "Ky.", behind a comma "KY"."""
        lex = self.lex
        iso = lex.countries.get(fold(text))
        if iso is not None and (len(fold(text)) > 3 or text.isupper()):
            found = self.country(iso)
            return (found,) if found else ()
        codes: Iterable[str] = ()
        if text in lex.press or text + "." in lex.press:
            codes = (lex.press.get(text) or lex.press[text + "."],)
        elif after_comma and text in lex.postal:
            codes = lex.postal[text]
        found_units = [s for s in map(self.unit, codes) if s is not None]
        if found_units:
            return tuple(found_units)
        full = lex.full_names.get(text)
        return self.senses(fold(full)) if full else ()

    def demonym(self, text: str) -> tuple[Sense, ...]:
        """The country or region whose people a word names."""
        key = fold(text)
        iso = self.lex.people.get(key)
        if iso is not None:
            found = self.country(iso, "a word for its people")
            return (found,) if found else ()
        region = self.lex.region_people.get(key)
        if region is None:
            return ()
        return tuple(s for s in self.senses(fold(region))[:2])

    def _of_text(self, text: str, *, after_comma: bool = False) -> tuple[Sense, ...]:
        """Senses of a name as written, looser and looser until something is found."""
        text = " ".join(text.split()).strip(" \"'“”‘’.,;:()[]") if len(text) > 4 else text.strip()
        found = self.short_form(text, after_comma=after_comma)
        if found:
            return found
        return self.demonym(text) or self._plainly(text) or self._without_kind(text)

    def _plainly(self, text: str) -> tuple[Sense, ...]:
        key = fold(text)
        if not key or key.isdigit():
            return ()
        code = is_code(text)
        if len(key) < 3 and key.isascii() and not code:
            return ()
        found = self.senses(key, code=code)
        if found:
            return found
        bald = core(text)
        found = self.senses(bald) if bald != key and len(bald) > 2 else ()
        if found:
            return found
        found = self.spelled_otherwise(bald)
        if found:
            return found
        if text.startswith(("St. ", "St ")):
            return self._plainly("Saint " + text.split(" ", 1)[1])
        if text.startswith(("Mt. ", "Mt ")):
            return self._plainly("Mount " + text.split(" ", 1)[1])
        bare = _THE.sub("", text)
        return self._plainly(bare) if bare != text else ()

    def spelled_otherwise(self, bald: str) -> tuple[Sense, ...]:
        """Senses of a name without its article under another spelling of the same sounds."""
        even = squeeze(bald)
        if len(even) < 4 or even == bald:
            return ()
        return tuple(s for s in self.senses(even) if any(c in ARABIC_SPHERE for c in s.countries))

    def _without_kind(self, text: str) -> tuple[Sense, ...]:
        """Senses of "northern X", "X Province", "County X", with the word left out."""
        compass = _COMPASS.match(text)
        if compass:
            found = self.of_text(text[compass.end() :])
            return tuple(_partly(s) for s in found)
        words = _SPLIT.split(_THE.sub("", text))
        if len(words) < 2:
            return ()
        last, first = words[-1].lower().rstrip("."), words[0].lower().rstrip(".")
        kind = self.lex.kinds.get(last)
        if kind is not None:
            return _of_kind(self.of_text(" ".join(words[:-1])), kind)
        if first == "university" and len(words) > 2 and words[1].lower() == "of":
            return _of_kind(self.of_text(" ".join(words[2:])), "facility")
        if first in ("co", "county"):
            return _of_kind(self.of_text(" ".join(words[1:])), "unit")
        if first in self.lex.kinds or first in self.lex.kinds_before:
            rest = words[2:] if words[1].lower() in ("of", "de", "al") and words[2:] else words[1:]
            return _of_kind(self.of_text(" ".join(rest)), self.lex.kinds.get(first, "nature"))
        return ()


def _city_before_unit(found: dict[int, Sense]) -> None:
    """A province with the name of its seat is meant less often, unless that is its own name."""
    seats = {s.admin1: s for s in found.values() if s.feature.startswith("PPL") and s.weight > 4}
    for row, sense in list(found.items()):
        seat = seats.get(sense.admin1)
        if sense.feature == "ADM1" and sense.rung != "exact" and seat is not None:
            found[row] = sense._replace(weight=min(sense.weight, seat.weight - 0.3))


def _one_region(found: dict[int, Sense]) -> None:
    """A region that GeoNames has too is as well known as the curated one, and goes before it."""
    curated = [s.weight for s in found.values() if s.row < 0 and s.feature in WORLD_REGIONS]
    if curated:
        for row, sense in found.items():
            if row >= 0 and sense.feature in ("RGN", "CONT") and sense.rung != "spelling":
                found[row] = sense._replace(weight=max(curated) + 0.1)


def _partly(sense: Sense) -> Sense:
    return sense._replace(weight=sense.weight - 0.2, why="part of it", part=True)


def _of_kind(senses: Iterable[Sense], kind: str) -> tuple[Sense, ...]:
    """Senses with those of the kind asked for put first."""

    def fits(sense: Sense) -> float:
        if kind == "unit":
            return 1.0 if sense.is_unit else 0.0 if sense.feature.startswith("PPL") else -1.0
        if kind == "nature":
            other = sense.feature in WORLD_REGIONS or sense.feature in _LINES
            return 1.0 if other else -1.0
        if kind == "settled":
            return 1.0 if sense.feature.startswith("PPL") else -0.5
        return 0.5 if sense.feature.startswith("PPL") else 0.0

    moved = [
        s._replace(
            weight=s.weight + fits(s) - 0.3,
            rung="generic",
            why=f"the name without its word for the kind; {s.why}",
            part=kind == "facility" or (kind == "nature" and fits(s) < 0),
        )
        for s in senses
    ]
    return tuple(sorted(moved, key=lambda s: (-s.weight, s.row)))


@lru_cache(maxsize=1)
def names() -> Names:
    """The names of the shipped gazetteer, opened once."""
    return Names(open_gazetteer(), word_lists())
