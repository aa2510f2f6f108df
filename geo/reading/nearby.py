"""A second look at places once it is known which war a text is about.

A name that was left unplaced, or put in a country the text never speaks of, is looked for again
in the countries of the actor set that fits the text, nearest to the place named before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from geopy.distance import great_circle

from geo.errors import InputError
from geo.geocode import open_geocoder
from geo.model import Candidate, Place
from geo.reading.actors import Cast
from geo.reading.words import Mention, MentionKind

__all__ = ["again", "look_again"]

_APPOSITION = re.compile(
    r",? (?:an?|the) (?:\w+ ){0,3}?(?:village|town|settlement|hamlet|city|suburb|place|port)s? "
    r"(?:just |some |about |\d+ ?km |\d+ kilomet\w+ |\w+ )?(?:near|outside|north|south|east|west|"
    r"north-?east|north-?west|south-?east|south-?west|close to|beside)(?: of| to)? (?:the )?"
    r"(?:\w+ ){0,3}?$"
)
_BESIDE_KM = 80.0  # how far from the place it is said to be near such a place may lie
_REACH = 90  # characters between the two names

MOST = 12  # names looked up again in one text
# Score from which a reading is taken, by how loosely the name had to be matched. Chosen on the
# development reports.
_SURE = {"exact": 0.45, "folded": 0.45, "spelling": 0.5, "skeleton": 0.6}
_SCORE = 0.6  # what such a reading is worth


def look_again(mentions: Sequence[Mention], cast: Cast, text: str = "") -> list[Mention]:
    """The mentions, those that did not fit the theatre read anew where that is clear."""
    countries = [code for theatre in cast.theatres[:1] for code in theatre.countries]
    if not countries:
        return list(mentions)
    spoken = _countries_named(mentions) | set(countries)
    left = MOST
    found: list[Mention] = []
    last: Place | None = None
    for number, given in enumerate(mentions):
        mention = given
        if left and _doubtful(mention, spoken):
            left -= 1
            mention = again(mention, countries, last)
        if left and number + 1 < len(mentions) and text:
            beside = mentions[number + 1]
            between = text[given.end : min(beside.start, given.end + _REACH)]
            if beside.start - given.end < _REACH and _APPOSITION.fullmatch(between):
                left -= 1
                mention = _beside(mention, beside)
        if mention.place is not None and mention.literal and not mention.place.is_area:
            last = mention.place
        found.append(mention)
    return found


def _beside(mention: Mention, other: Mention) -> Mention:
    """The mention as the place of its name near the other: "X, a village near Y"."""
    anchor = other.place
    if anchor is None or anchor.is_area or anchor.is_line:
        return mention
    spot = (anchor.lat, anchor.lon)
    if mention.place is not None:
        here = (mention.place.lat, mention.place.lon)
        if great_circle(here, spot).km <= _BESIDE_KM:
            return mention
    try:
        read = open_geocoder().candidates(mention.text, near=spot, limit=4)
    except InputError:
        return mention
    for candidate in read:
        place = candidate.place
        if great_circle((place.lat, place.lon), spot).km <= _BESIDE_KM:
            reasons = (*mention.reasons, f"said to lie near {anchor.name}")
            ids = {c.place.id for c in read}
            kept = (*read, *(c for c in mention.candidates if c.place.id not in ids))[:6]
            return replace(mention, place=place, candidates=kept, reasons=reasons)
    return mention


def _countries_named(mentions: Sequence[Mention]) -> set[str]:
    """Countries that the text names, or that hold two or more of its places."""
    codes: dict[str, int] = {}
    for mention in mentions:
        place = mention.place
        if place is not None and place.country:
            whole = place.feature_code.startswith("PCL") or mention.kind is not MentionKind.PLACE
            codes[place.country] = codes.get(place.country, 0) + (2 if whole else 1)
    return {code for code, count in codes.items() if count >= 2}


def _doubtful(mention: Mention, spoken: set[str]) -> bool:
    if mention.kind is not MentionKind.PLACE or not mention.literal or len(mention.text) < 4:
        return False
    place = mention.place
    if place is None:
        return mention.text[0].isupper() or "-" in mention.text
    settled = not (place.is_area or place.is_line)
    return settled and place.country is not None and place.country not in spoken


def again(mention: Mention, countries: Sequence[str], last: Place | None) -> Mention:
    """The mention read within these countries, nearest to ``last``, if that is clear."""
    try:
        near = (last.lat, last.lon) if last else None
        read = open_geocoder().candidates(mention.text, country=countries, near=near, limit=4)
    except InputError:
        return mention
    if not read or read[0].score < _SURE.get(read[0].rung, 2.0):
        return mention
    best: Candidate = read[0]
    reasons = (*mention.reasons, "looked for again where the text's war is")
    ids = {candidate.place.id for candidate in read}
    kept = (*read, *(c for c in mention.candidates if c.place.id not in ids))[:6]
    return replace(
        mention, place=best.place, candidates=kept, score=_SCORE * best.score, reasons=reasons
    )
