"""Which places of a text are in doubt once its war is known, and what the words beside them say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from geo.gazetteer.names import fold
from geo.reading.anchors import SMALL
from geo.reading.lookup import UNITS, names
from geo.reading.words import Mention, MentionKind

__all__ = ["LOOSE_RUNGS", "VILLAGE", "Spoken", "doubtful", "is_village", "town_meant", "world_city"]

VILLAGE = 20_000  # people above which nobody speaks of a village
_VILLAGE_BEFORE = re.compile(r"\b(?:village|hamlet|settlement)s? (?:called |named |of )?$")
_VILLAGE_AFTER = re.compile(
    r",? (?:an?|the) (?:\w+ ){0,2}?(?:village|hamlet|settlement)\b|[ ](?:village|hamlet)\b"
)
_UNIT_WORD = (
    "provinces?|regions?|states?|oblasts?|governorates?|districts?|county|counties|departments?"
    "|municipalit(?:y|ies)|prefectures?|townships?|countryside"
)
_UNIT_AFTER = re.compile(
    r"(?:(?:,| and|,? or|, and) (?:the )?[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?){0,4} "
    rf"(?:{_UNIT_WORD})\b|['’]s? (?:\w+ )?(?:{_UNIT_WORD}|capital)\b"
)
_UNIT_BEFORE = re.compile(
    rf"\b(?:{_UNIT_WORD}) (?:of )?(?:[A-Z][\w'’-]+(?:,| and| or) )*$|"
    r"\b(?:north|south|east|west|central|rural|north-?east|north-?west|south-?east|south-?west)"
    r"(?:ern)?[ -]$|\b(?:across|throughout) $"
)
_LOOK = 60  # characters before and behind a name that say what it is
_LARGE, _GREAT = 300_000, 2_000_000  # people of cities that are meant wherever they are named
LOOSE_RUNGS = frozenset({"spelling", "skeleton", "fuzzy"})


def town_meant(mention: Mention, text: str) -> Mention:
    """The mention as the town, where a unit of the same name was taken that is not called one.

    "An attack on a post at Tillaberi", "captured Kunduz": reports say "province" of a province.
    """
    place = mention.place
    if place is None or place.feature_code not in UNITS or not mention.literal:
        return mention
    if mention.kind is not MentionKind.PLACE or not text:
        return mention
    if _UNIT_AFTER.match(text, mention.end):
        return mention
    if _UNIT_BEFORE.search(text[max(0, mention.start - _LOOK) : mention.start]):
        return mention
    for candidate in mention.candidates:
        town = candidate.place
        if (
            town.feature_code.startswith("PPL")
            and town.country == place.country
            and town.admin1 == place.admin1
            and (town.population or town.feature_code.startswith("PPLA"))
        ):
            reasons = (*mention.reasons, "the town; the text does not say province or district")
            return replace(mention, place=town, reasons=reasons)
    return mention


class Spoken:
    """Which countries a text speaks of, a name of its own aside."""

    def __init__(self, mentions: Sequence[Mention], theatre: Sequence[str]) -> None:
        self._theatre = frozenset(theatre)
        self._by: dict[str, set[str]] = {}
        for mention in mentions:
            place = mention.place
            if place is not None and place.country:
                self._by.setdefault(place.country, set()).add(fold(mention.text))

    def of(self, country: str | None, text: str) -> bool:
        """Whether the country is that of the war, or another name in the text lies there."""
        if country is None or country in self._theatre:
            return True
        return bool(self._by.get(country, set()) - {fold(text)})


def is_village(text: str, mention: Mention) -> bool:
    """Whether the text calls it a village."""
    if not text:
        return False
    return bool(
        _VILLAGE_BEFORE.search(text[max(0, mention.start - _LOOK) : mention.start])
        or _VILLAGE_AFTER.match(text, mention.end)
    )


def doubtful(mention: Mention, spoken: Spoken, text: str) -> bool:
    """Whether a place is to be looked for again, now that the war is known."""
    if mention.kind is not MentionKind.PLACE or not mention.literal or len(mention.text) < 3:
        return False
    place = mention.place
    if place is None:
        return len(mention.text) > 3 and (mention.text[0].isupper() or "-" in mention.text)
    if mention.candidates and mention.candidates[0].rung in LOOSE_RUNGS:
        return True
    main = fold(mention.text) == fold(place.name)
    if place.feature_code.startswith("PCL"):
        known = names().lex.countries
        return not (main or fold(mention.text) in known or spoken.of(place.country, mention.text))
    if place.is_area or place.is_line:
        return False
    if not spoken.of(place.country, mention.text):
        return True
    if place.feature_code.startswith(("PPLA", "PPLC")) or place.id.startswith("local:"):
        return False
    return place.population < SMALL or (place.population > VILLAGE and is_village(text, mention))


def world_city(mention: Mention) -> bool:
    """Whether the name is that of a great city of another country: Geneva, Doha, Moscow."""
    place = mention.place
    if place is None or fold(mention.text) not in {fold(place.name), fold(f"{place.name} city")}:
        return place is not None and place.population > _GREAT
    return place.feature_code == "PPLC" or place.population > _LARGE
