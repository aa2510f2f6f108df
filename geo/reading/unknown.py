"""Names of places that no gazetteer has, seen from the event word beside them.

"Captured X", "drove troops out of X", "X fell to": a capitalised name there is a place, even if
nobody knows where. It is kept without a position, for the analyst to place.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence

from geo.reading.lexicon import lexicon
from geo.reading.nearby import again, anchors_of
from geo.reading.page import DETERMINERS, PREPOSITIONS, Page, PlaceWords
from geo.reading.placenouns import lookup
from geo.reading.tokens import Sentence
from geo.reading.triggers import Trigger
from geo.reading.words import Mention

__all__ = ["add_unknown"]

SCORE = 0.5  # how likely such words are the name of a place; the gazetteer cannot vouch for it
_LONGEST = 5
_LEAST = 3  # letters of a name that stands alone
_LISTED = 15  # places in one list
_STEPS = 6  # words such as "the town of" between the event word and the name
_THINGS = frozenset(
    "oil gas oilfield field fields plant pumping station air base airbase dam airport airfield "
    "refinery camp barracks crossing bridge castle citadel island district valley mountain "
    "hill".split()
)
_AFTER_NAME = frozenset(
    "and or but while as when where which who that again today yesterday overnight late early last "
    "this since until district township province region state area two three then earlier later "
    "again also back".split()
)
_BEFORE_NAME = frozenset(
    "town city village district villages towns settlement port of districts areas provinces "
    "cities perimeter outskirts edge edges centre center part parts countryside side suburb "
    "suburbs entrance hilltop imperative strategic key nearby small large whole entire vicinity "
    "hamlet mountain island refugee border frontline".split()
)
_WHERE = frozenset("in near at around outside inside".split())
_AROUND = 120  # tokens before and after a name in which places say where it may lie
_AHEAD = 16  # tokens after the event word in which "in X" is looked for


def add_unknown(page: Page, sent: Sentence, triggers: Sequence[Trigger]) -> None:
    """Add places to the page that stand right beside these event words and are not known."""
    for trigger in triggers:
        frame = trigger.frame
        if frame.subject == "place" or (trigger.passive and frame.object == "place"):
            last = trigger.head
            if last > sent.first and page.low[last - 1] == ",":
                last = _before_aside(page, sent, last)
            while last > sent.first and page.low[last - 1] in _THINGS | {"town", "city"}:
                last -= 1
            first = last
            while (
                first > sent.first and last - first < _LONGEST and _name_word(page, first - 1, sent)
            ):
                first -= 1
            opens = first == sent.first + 1 and page.toks[sent.first].is_capital
            if (opens or first == last == sent.first + 1) and _may_open(page, sent.first):
                _add(page, sent.first, last, sure=True)  # "Soledar fell": only if it is known
            else:
                _add(page, first, last)
        first = trigger.last
        direct = frame.place.get("", 9.0) <= 0.3 or page.low[first - 1] in PREPOSITIONS
        if not direct and first < sent.last and frame.place.get(page.low[first], 9.0) > 0.2:
            continue
        steps = 0
        while first < sent.last and steps < _STEPS:
            word = page.low[first]
            near = word in PREPOSITIONS and frame.place.get(word, 9.0) <= 0.2
            if not (near or word in DETERMINERS or _leads(word)):
                break
            first += 1
            steps += 1
        if (
            frame.object == "target"
            and trigger.entry.frame not in ("strike", "fight")
            and steps == 0
            and (page.low[trigger.last - 1] not in PREPOSITIONS)
        ):
            continue  # "killed X": a person as soon as a place
        if steps and page.low[first - 1] in DETERMINERS - {"the"}:
            continue
        last = first
        while last < sent.last and last - first < _LONGEST and _name_word(page, last, sent):
            last += 1
        while last > first and not page.toks[last - 1].is_capital:
            last -= 1
        if last < sent.last and (_goes_on(page, last) or page.low[last] in ("'s", "’s")):
            continue
        _add(page, first, last)
        _listed(page, sent, first)
    if triggers and not page.within(page.places, sent.first, sent.last):
        for trigger in triggers:
            _farther(page, sent, trigger)


def _leads(word: str) -> bool:
    """Whether a word can stand between "in" and a name."""
    return word in _BEFORE_NAME or word.endswith("ern")


def _farther(page: Page, sent: Sentence, trigger: Trigger) -> None:
    """Add a name after "in" or "near" a little farther on, in a sentence that names no place."""
    for at in range(trigger.last, min(trigger.last + _AHEAD, sent.last)):
        if page.low[at] not in _WHERE:
            continue
        first = at + 1
        while (
            first < sent.last
            and first - at <= _STEPS
            and (page.low[first] in ("the", "of") or _leads(page.low[first]))
        ):
            first += 1
        last = first
        while last < sent.last and last - first < _LONGEST and _name_word(page, last, sent):
            last += 1
        while last > first and not page.toks[last - 1].is_capital:
            last -= 1
        if last > first and not (last < sent.last and page.low[last] in ("'s", "’s")):
            if last >= sent.last or not _goes_on(page, last):
                _add(page, first, last)
            return


def _before_aside(page: Page, sent: Sentence, last: int) -> int:
    """Where "X" ends in "X, 25 km west of Y, fell"; ``last`` is the end of the aside."""
    for at in range(last - 2, max(sent.first, last - 14), -1):
        if page.low[at] == ",":
            return at
    return last


def _goes_on(page: Page, i: int) -> bool:
    """Whether a plain noun follows, so that the capitals only describe it: "Kurdish villages"."""
    word = page.low[i]
    if not word.isalpha() or page.toks[i].is_capital or word in PREPOSITIONS or word in _AFTER_NAME:
        return False
    return word not in _THINGS and not word.endswith("ly") and page.verbs(i, i + 1) == 0


def _listed(page: Page, sent: Sentence, first: int) -> None:
    """Add the unknown names that a list goes on with: "Blida and Aita al-Shaab"."""
    for _ in range(_LISTED):
        here = next(
            (w for w in page.within(page.places, first, first + 1) if isinstance(w, PlaceWords)),
            None,
        )
        if here is None:
            return
        at = here.last
        while at < sent.last and page.low[at] in (",", "and", "the") and at - here.last < 3:
            at += 1
        if at == here.last or not _listing(page, sent, here.last):
            return
        if any(w.first == at for w in page.within(page.places, at, at + 1)):
            first = at
            continue
        last = at
        while last < sent.last and last - at < _LONGEST and _name_word(page, last, sent):
            last += 1
        while last > at and not page.toks[last - 1].is_capital:
            last -= 1
        after = page.low[last] if last < len(page.low) else ""
        if (
            last == at
            or after in ("'s", "said", "who")
            or page.verbs(last, min(last + 2, sent.last))
        ):
            return
        _add(page, at, last)
        first = at


def _listing(page: Page, sent: Sentence, at: int) -> bool:
    """Whether an "and" comes before any verb: the commas are those of a list."""
    for n in range(at, min(at + 40, sent.last)):
        if page.low[n] == "and":
            return page.verbs(at, n) == 0
    return False


def _name_word(page: Page, i: int, sent: Sentence) -> bool:
    token = page.toks[i]
    if i == sent.first or not (token.is_capital or token.text in ("-", "al", "el")):
        return False
    lower = page.low[i]
    words = lexicon()
    return (lower,) not in words.demonyms and (lower,) not in words.countries


_COMMON = frozenset(
    "it they he she we this that these those there all both most many some several half much "
    "who what nothing everything nobody others one two three four five six the a an".split()
)


def _may_open(page: Page, first: int) -> bool:
    """Whether the word that opens a sentence may be a name."""
    token = page.toks[first]
    return token.is_capital and page.low[first] not in _COMMON and len(token.text) >= _LEAST


def _add(page: Page, first: int, last: int, *, sure: bool = False) -> None:
    """Add the name to the page; with ``sure`` only if a place of that name is known."""
    while first < last and page.toks[first].text == "-":
        first += 1
    if (
        first >= last
        or last > len(page.toks)
        or not any(page.toks[n].is_capital for n in range(first, last))
    ):
        return
    for items in (page.places, page.actors, page.dates):
        for item in page.within(items, max(0, first - 8), last):
            if item.first < last and item.last > first:
                return
    short = len(page.toks[first].text) < _LEAST and last - first == 1
    grown = last
    while grown < len(page.toks) and grown - last < 3 and page.low[grown] in _THINGS:
        grown += 1
    if short and grown == last:
        return
    named = [
        w
        for w in page.within(page.places, max(0, first - _AROUND), last + _AROUND)
        if isinstance(w, PlaceWords) and w.found
    ]
    near = next((w.found for w in reversed(named) if w.first < first), None)
    place = None
    if grown > last:
        place = lookup(page.text(first, grown), near)
        last = grown
    start, end = page.toks[first].start, page.toks[last - 1].end
    mention = Mention(
        start, end, page.doc.text[start:end], score=SCORE, reasons=("named beside an event word",)
    )
    if place is None and page.countries:
        asked = [
            (page.toks[w.first].start, w.found)
            for w in named
            if w.noun == "" and w.found is not None
        ]
        mention = again(mention, page.countries, anchors_of(asked), page.doc.text)
    if sure and place is None and mention.place is None:
        return
    insort(
        page.places, PlaceWords(first, last, mention, place=place), key=lambda words: words.first
    )
