"""Which town "the town", "the airport", "the governor's offices" and "there" are about.

Not always the one named last: a town named in an aside ("60 km north of X", "the road to X") is
not what a report goes on to speak of. Every town named before is weighed by how often and how
lately it was named, whether the sentences before are about it, and whether the noun fits it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from geo.gazetteer.names import fold
from geo.reading.page import Page, PlaceWords, Speech
from geo.reading.tokens import Sentence

__all__ = ["SMALL", "antecedent", "headed_by"]

# Units so small that the text means their town, where the gazetteer has only the unit.
SMALL = frozenset({"ADM3", "ADM4", "ADM5"})

REACH = 500  # tokens back in which a town is looked for
_DATELINE = 30  # tokens within which a text says where it was written
_HEAD = 10  # tokens within which a paragraph's heading names a place and ends
_OFTEN = 0.5
_PER_TOKEN = 1 / 120
_SAME_SENTENCE = 1.5
_OPENING = 1.0  # "In X, …"
_SENTENCE_BEFORE = 0.4
_ASIDE = 1.2
_SAME_PARAGRAPH = 0.3
_TOPIC = 0.7
_TITLE = 0.7
_HAS_IT = 1.5  # "X airport" was named: "the airport" is that of X
_SEAT = 1.5  # of a government, whose name stands for it
_GREAT_PEOPLE = 100_000
_GREAT = frozenset("airport university stadium cathedral terminal".split())
_VILLAGE_PEOPLE, _CITY_PEOPLE = 30_000, 3_000
_ASIDES = frozenset("from to toward towards near outside via beyond".split())
_UNITS = ("district", "township", "province", "region", "county", "subdistrict")
_TURNS = ("north", "south", "east", "west")


def antecedent(
    page: Page,
    sent: Sentence,
    words: PlaceWords,
    topic: PlaceWords | None,
    speeches: Sequence[Speech],
) -> PlaceWords | None:
    """The name of the town that the noun ``words`` means, or None if none was named before.

    ``topic`` is where the events before took place.
    """
    towns = [
        other
        for other in page.within(page.places, max(0, words.first - REACH), words.first)
        if other.noun == "" and other.last <= words.first and _is_town(page, other)
    ]
    if not towns:
        return None
    named = Counter(map(_key, towns))
    title = fold(page.doc.title)
    previous = max((s.first for s in page.sents if s.first < sent.first), default=0)

    title_key = next((_key(t) for t in towns if t.mention and fold(t.mention.text) in title), "")

    dateline = towns[0] if _is_dateline(page, towns[0]) else None

    def weight(other: PlaceWords) -> float:
        key = _key(other)
        found = other.found
        total = _OFTEN * math.log(1 + named[key]) - _PER_TOKEN * (words.first - other.last)
        aside = _in_aside(page, other)
        speaker = any(s.name[0] <= other.first < s.name[1] for s in speeches)
        if aside or speaker:
            total -= _ASIDE
        elif other.first >= sent.first:
            opening = page.low[sent.first] == "in" and other.first <= sent.first + 3
            total += _SAME_SENTENCE + _OPENING * opening
        elif other.first >= previous:
            total += _SENTENCE_BEFORE
        if topic is not None and _key(topic) == key:
            total += _TOPIC
        if other is dateline and key != title_key:
            total -= _ASIDE
        elif "\n" not in page.doc.text[page.toks[other.first].start : page.toks[words.first].start]:
            total += _SAME_PARAGRAPH
        if other.mention is not None and fold(other.mention.text) in title:
            total += _TITLE
        if words.noun and _has(page, other, words.noun):
            total += _HAS_IT
        if found is not None:
            fit = _fits(words.noun, found.feature_code, found.population)
            if "international" in page.low[words.first : words.last]:
                fit = 1.0 if found.population > _GREAT_PEOPLE else -1.0
            total += max(fit, 0.0) if key == title_key else fit
        return total

    return max(towns, key=lambda other: (weight(other), other.first))


def headed_by(page: Page, sent: Sentence) -> PlaceWords | None:
    """The place that heads the paragraph of a sentence: "Dhuluiya, 90 km from Baghdad: …"."""
    text = page.doc.text
    start = text.rfind("\n", 0, page.toks[sent.first].start) + 1
    first = bisect_left(page.toks, start, key=lambda token: token.start)
    for words in page.within(page.places, first, first + _HEAD):
        if words.noun or not _is_town(page, words) or page.verbs(first, words.first):
            continue
        for at in range(words.last, min(words.last + _HEAD, len(page.toks))):
            sign = page.toks[at]
            spaced = text[sign.start - 1 : sign.start] == " "
            alone = sign.text == "." and at == words.last and words.first == first
            if alone and _opens_line(page, words):
                return words if first > 0 or page.sents[0].last - page.sents[0].first <= 4 else None
            if sign.text == ":" or (sign.text in ("–", "—", "-") and spaced):
                # At the head of all it is where the text was written.
                return words if first > _DATELINE else None
            if page.verbs(at, at + 1) or sign.text in (".", ";") or "\n" in _gap(page, at):
                break
        return None
    return None


def _opens_line(page: Page, words: PlaceWords) -> bool:
    before = page.doc.text[: page.toks[words.first].start].rstrip(" ")
    return not before or before.endswith("\n")


def _is_dateline(page: Page, words: PlaceWords) -> bool:
    """Whether a place is only where the text was written: "KOSTI – …"."""
    if words.first > _DATELINE or not _opens_line(page, words):
        return False
    for at in range(words.last, min(words.last + _HEAD, len(page.low))):
        if page.low[at] in ("–", "—", "-", ":"):
            return True
        if page.verbs(at, at + 1):
            return False
    return False


def _gap(page: Page, at: int) -> str:
    """The characters between a token and the one before it."""
    return page.doc.text[page.toks[at - 1].end : page.toks[at].start]


def _key(words: PlaceWords) -> str:
    found = words.found
    if found is not None:
        return found.id
    return fold(words.mention.text) if words.mention is not None else ""


def _is_town(page: Page, words: PlaceWords) -> bool:
    place = words.found
    if place is None or place.feature_code.startswith("PPL") or place.id.startswith("local:"):
        return True
    text = words.mention.text.lower() if words.mention is not None else ""
    told = page.low[words.last : words.last + 1]
    return place.feature_code in SMALL and not text.endswith(_UNITS) and told != ["township"]


def _in_aside(page: Page, words: PlaceWords) -> bool:
    """Whether it only tells where something else is: "60 km north of X", "the road to X"."""
    at = words.first - 1
    while at > 0 and page.low[at] in ("the", "town", "city", "village", "nearby"):
        at -= 1
    if at < 0:
        return False
    word = page.low[at]
    if word == "of":
        return at > 0 and page.low[at - 1].startswith(_TURNS)
    if word == "to" and page.low[max(0, at - 2) : at] == ["laid", "siege"]:
        return False
    return word in _ASIDES


def _has(page: Page, words: PlaceWords, noun: str) -> bool:
    """Whether a thing of this kind was named by the town's name: "Goma airport"."""
    ahead = page.low[words.last : words.last + 3]
    text = words.mention.text.lower() if words.mention is not None else ""
    return noun in ahead or text.endswith(" " + noun)


def _fits(noun: str, feature: str, people: int) -> float:
    if noun == "capital":
        return 1.0 if feature.startswith(("PPLA", "PPLC")) else -1.0
    if feature == "PPLC":
        return -_SEAT
    if noun in _GREAT:
        return 0.4 if people > _GREAT_PEOPLE else -0.4
    if noun in ("village", "hamlet"):
        return -2.0 if people > _VILLAGE_PEOPLE else 0.0
    if noun == "city" and feature == "PPL" and people < _CITY_PEOPLE:
        return -1.2
    return 0.0
