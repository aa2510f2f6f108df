"""Places by name and by nouns that stand for one: "the town", "the border", "there"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from geo.errors import InputError
from geo.geocode import open_lookup
from geo.model import Place
from geo.reading.actors import nouns
from geo.reading.focus import SMALL, antecedent
from geo.reading.lexicon import lexicon
from geo.reading.page import PREPOSITIONS, Page, PlaceWords, Speech
from geo.reading.seats import seat_of
from geo.reading.tokens import Sentence
from geo.reading.words import Mention, MentionKind

__all__ = ["lookup", "name_places", "settle_nouns"]

_FAR = 60  # tokens back to which a noun may still mean the place named there


def _is_settlement(place: Place | None) -> bool:
    return place is None or not (place.is_area or place.is_line) or place.feature_code in SMALL


def name_places(page: Page, mentions: Sequence[Mention]) -> list[PlaceWords]:
    """Places by name and by nouns that stand for one, in the order of the text."""
    at_start = {token.start: n for n, token in enumerate(page.toks)}
    by_end = {token.end: n + 1 for n, token in enumerate(page.toks)}
    named: list[PlaceWords] = []
    for mention in mentions:
        first, last = at_start.get(mention.start), by_end.get(mention.end)
        if first is None or last is None or not mention.literal:
            continue
        if _modifies(page, last, mention):
            continue
        if mention.kind is not MentionKind.PLACE or mention.text in _NO_PLACES:
            continue
        named.append(PlaceWords(first, last, mention))
    named = _seats(page, _longer(page, _quarters(page, named)))
    taken = {n for words in named for n in range(words.first, words.last)}
    found: list[PlaceWords] = []
    queue = iter(named)
    upcoming = next(queue, None)
    last_town: PlaceWords | None = None
    last_area: PlaceWords | None = None
    for i, word in enumerate(page.low):
        if upcoming is not None and upcoming.first == i:
            found.append(upcoming)
            if upcoming.found is not None or upcoming.mention is not None:
                if upcoming.found is not None and upcoming.found.feature_code == "PPLX":
                    last_town = last_town or upcoming  # a quarter: "the airport" is the city's
                elif _is_settlement(upcoming.found):
                    last_town = upcoming
                else:
                    last_area = upcoming
            upcoming = next(queue, None)
            continue
        if i in taken:
            continue
        noun = _noun_at(page, i, word, last_town, last_area, found)
        if noun is not None:
            found.append(noun)
    return found


_NO_PLACES = frozenset({"United Nations", "UN", "U.N."})  # "the United Nations camp"
_QUARTER = re.compile(
    r", (?:an?|the|one of the) (?:[\w-]+ ){0,3}?(?:suburb|quarter|neighbou?rhood|district|part|"
    r"outskirts?|camp)s? (?:of|in|on) (?:the )?(?:\w+ ){0,2}?$"
)


def _quarters(page: Page, named: Sequence[PlaceWords]) -> list[PlaceWords]:
    """Unknown quarters of known towns put there: "Salha, a suburb of Omdurman"."""
    found = list(named)
    for n, (words, town) in enumerate(pairwise(named)):
        if words.found is not None or not _is_settlement(town.found) or town.found is None:
            continue
        between = page.doc.text[page.toks[words.last - 1].end : page.toks[town.first].start]
        if len(between) < _APART and _QUARTER.fullmatch(between):
            found[n] = replace(words, facility=True, place=town.found)
    return found


def _seats(page: Page, named: Sequence[PlaceWords]) -> list[PlaceWords]:
    """Provinces put at their seats: "swept into the capital of Sennar state"."""
    found = list(named)
    for n, words in enumerate(named):
        area = words.found
        at = words.first - 2 - (page.low[words.first - 1] == "the")
        if area is None or area.feature_code != "ADM1" or at < 1:
            continue
        apposed = page.low[at - 1] == "the" and page.low[max(0, at - 2)] == ","
        if page.low[at : at + 2] == ["capital", "of"] and not apposed:
            found[n] = replace(words, place=seat_of(area) or words.place)
    return found


_APART = 60  # characters
_WIDE = frozenset("desert deserts bank banks border frontier countryside valley".split())


def _longer(page: Page, named: list[PlaceWords]) -> list[PlaceWords]:
    """Names of areas that begin with a common noun: "the desert west of the Euphrates"."""
    found: list[PlaceWords] = []
    for words in named:
        start = next(
            (
                n
                for n in range(words.first - 1, max(-1, words.first - 8), -1)
                if page.low[n] in _WIDE
            ),
            None,
        )
        if start is None or not all(
            page.toks[n].is_word or page.toks[n].text == "-" for n in range(start, words.first)
        ):
            found.append(words)
            continue
        if start and page.low[start - 1].endswith("ern"):
            start -= 1
        place = None
        for last in (words.last, words.last - 1):
            if last > words.first and place is None:
                place = _lookup(page.text(start, last), None)
        if place is not None and place.id.startswith("local:"):
            found.append(PlaceWords(start, words.last, words.mention, place=place))
        else:
            found.append(words)
    return found


def _modifies(page: Page, last: int, mention: Mention) -> bool:
    """Whether a sea or country only describes a noun: "the Red Sea port"."""
    place = mention.place
    wide = (
        place is None
        or place.is_area
        or place.is_line
        or place.feature_code in ("OCN", "GULF", "SEA")
    )
    return wide and page.low[last : last + 1] in (
        ["port"],
        ["town"],
        ["city"],
        ["village"],
        ["capital"],
    )


def settle_nouns(
    page: Page, sent: Sentence, topic: PlaceWords | None, speeches: Sequence[Speech]
) -> None:
    """Let "the town" of a sentence mean the place that the text is about there.

    ``topic`` is where the events before took place.
    """
    for n, words in enumerate(page.places):
        if not sent.first <= words.first < sent.last or words.noun in ("", "crossing", "border"):
            continue
        if words.noun == "capital" and words.place is page.capital:
            continue
        if words.noun in nouns()["area"] - {"area", "district"}:
            continue
        meant = antecedent(page, sent, words, topic, speeches)
        if meant is not None:
            page.places[n] = replace(words, mention=meant.mention, place=meant.place)


@lru_cache(maxsize=1)
def _place_nouns() -> frozenset[str]:
    """Every noun that may stand for a place."""
    kinds = nouns()
    own = ("there", "crossing", "border", "borders", "frontier", "capital")
    return kinds["settlement"] | kinds["facility"] | kinds["area"] | frozenset(own)


def _noun_at(
    page: Page,
    i: int,
    word: str,
    town: PlaceWords | None,
    area: PlaceWords | None,
    found: Sequence[PlaceWords],
) -> PlaceWords | None:
    """What a common noun at token ``i`` stands for, if it stands for a place."""
    if word not in _place_nouns():
        return None
    kinds = nouns()
    low = page.low
    following = low[i + 1] if i + 1 < len(low) else ""
    if word == "there" and town is not None and following not in AUX_AFTER_THERE:
        if low[i - 1 : i] != ["from"] and i - town.first < 4 * _FAR:
            return PlaceWords(i, i + 1, town.mention, "there", place=town.place)
        return None
    named = i + 2 < len(page.toks) and page.toks[i + 2].is_capital
    if (
        following in ("of", "at", "in", "near", "outside")
        and named
        and word not in ("crossing", "streets", "outskirts", "border", "borders")
    ):
        return None
    if word in kinds["facility"] | kinds["settlement"] and _told_behind(page, i):
        return None
    definite, first = _definite(page, i)
    if word == "crossing":
        if i > 1 and page.toks[i - 1].is_capital and low[i - 1] != "the":
            return None  # "the Spin Boldak crossing" has a name of its own
        return _crossing(i, first, town, found)
    if word in ("border", "borders", "frontier"):
        if following in kinds["settlement"] or following in kinds["facility"]:
            return None
        return _border(i, first, found)
    if not definite or (word in _NAMED and _named_before(page, i)):
        return None
    if word == "capital" and page.low[i - 1] == "the" and page.capital is not None:
        return PlaceWords(first, i + 1, None, word, place=page.capital)
    if word in kinds["settlement"] and town is not None:
        return PlaceWords(first, i + 1, town.mention, word, place=town.place)
    if word == "town" and low[i - 1] == "in" and town is not None:
        return PlaceWords(i, i + 1, town.mention, word, place=town.place)
    if word in kinds["facility"] and town is not None:
        return PlaceWords(first, i + 1, town.mention, word, facility=True, place=town.place)
    if word == "area" and town is not None:
        return PlaceWords(first, i + 1, town.mention, word, place=town.place)
    if word in kinds["area"] and area is not None:
        if area.found is not None and area.found.feature_code.startswith("PCL"):
            return None
        return PlaceWords(first, i + 1, area.mention, word, place=area.place)
    return None


# Nouns that a name of its own may stand before: "the Sheikh Saeed district", "Hantoub bridge".
_NAMED = frozenset(
    "district districts quarter neighbourhood neighborhood suburb camp bridge square market "
    "hospital base barracks roundabout mosque prison plant dam checkpoint post airport airbase "
    "compound stadium street streets".split()
)
_TELLING = frozenset("in at near outside of".split())
_BEHIND = 7  # tokens behind a noun in which "at X" tells which one is meant


def _named_before(page: Page, i: int) -> bool:
    """Whether the noun at ``i`` has a name of its own before it."""
    return (
        i > 1
        and page.toks[i - 1].is_capital
        and page.low[i - 1] != "the"
        and page.low[i - 1] not in _KIND_OF
        and not any(a.last == i for a in page.within(page.actors, max(0, i - 6), i))
    )


_KIND_OF = frozenset("un u.n. nato international military national army air".split())


def _told_behind(page: Page, i: int) -> bool:
    """Whether "at X" behind the noun at ``i`` says which is meant: "the base at al-Mastumah"."""
    for at in range(i + 1, min(i + _BEHIND, len(page.low) - 1)):
        word = page.low[at]
        if word in _TELLING:
            ahead = at + 1 + (page.low[at + 1] == "the")
            return (
                ahead < len(page.toks)
                and (page.toks[ahead].is_capital or page.low[ahead] in ("al", "el"))
                and (page.low[ahead],) not in lexicon().demonyms
                and not any(
                    a.first <= ahead < a.last
                    for a in page.within(page.actors, ahead - 3, ahead + 1)
                )
            )
        if not (word.isalnum() or word == "-") or page.verbs(at, at + 1):
            return word in ("known", "called", "named") and _told_behind(page, at)
        naming = word in ("known", "as", "called", "named")
        if not (naming or page.toks[at].is_capital or word.isdigit()):
            return False
    return False


_ANOTHER = frozenset(
    "next other another nearby neighbouring neighboring adjacent adjoining last similar "
    "surrounding closest nearest remaining only".split()
)
AUX_AFTER_THERE = frozenset("is are was were has have had will would".split())


def _definite(page: Page, i: int) -> tuple[bool, int]:
    """Whether the noun at ``i`` is "the …", "its …"; and where the words for it begin."""
    at = i - 1
    while at >= 0 and i - at <= 5:
        word = page.low[at]
        if word == "-":
            at -= 1  # "second-largest"
            continue
        if word in ("the", "this", "that", "its", "their", "her", "his", "our"):
            return True, at
        if word in ("'s", "’s"):
            return True, at - 1 if at else at
        if word in _ANOTHER:
            return False, i  # "the next town", "the nearby village": not the one spoken of
        if word == "in" and at == i - 1 and page.low[i] == "town":
            return True, i
        if not word.isalpha() or word in PREPOSITIONS or word in ("a", "an", "and", "or"):
            break
        at -= 1
    return False, i


def lookup(name: str, near: Place | None) -> Place | None:
    """The place that is called exactly so, the one nearest to another place first."""
    return _lookup(name, near)


def _lookup(name: str, near: Place | None) -> Place | None:
    try:
        spot = (near.lat, near.lon) if near else None
        best = open_lookup().candidates(name, near=spot, limit=1)
    except InputError:
        return None
    return best[0].place if best and best[0].rung in ("exact", "folded") else None


def _crossing(
    i: int, first: int, town: PlaceWords | None, found: Sequence[PlaceWords]
) -> PlaceWords | None:
    """A border crossing known by the name of the town last named."""
    if town is None or town.mention is None:
        return None
    for words in reversed(found[-6:]):
        if words.mention is not None and words.noun == "" and _is_settlement(words.found):
            place = _lookup(f"{words.mention.text} crossing", words.found)
            if place is not None and not place.is_area:
                return PlaceWords(first, i + 1, words.mention, "crossing", place=place)
    return PlaceWords(first, i + 1, town.mention, "crossing", facility=True, place=town.place)


def _border(i: int, first: int, found: Sequence[PlaceWords]) -> PlaceWords | None:
    """What "the border" is: one named before, or that of the two countries the text speaks of."""
    for words in reversed(found):
        if words.found is not None and words.found.feature_code == "BDRY":
            return PlaceWords(first, i + 1, words.mention, "border", place=words.found)
    countries: list[str] = []
    for words in reversed(found):
        place = words.found
        if (
            place is not None
            and place.feature_code.startswith("PCL")
            and place.name not in countries
        ):
            countries.append(place.name)
    if len(countries) >= 2:
        for one, other in ((0, 1), (1, 0)):
            place = _lookup(f"{countries[one]}-{countries[other]} border", None)
            if place is not None and place.feature_code == "BDRY":
                return PlaceWords(first, i + 1, None, "border", place=place)
    return None
