"""Sentences that say whose a place is with no verb of holding: "X is Ukrainian again", "X is ours".

The word that says whose is put among the page's actors, so that the phrase is read like "in
Ukrainian hands".
"""

from __future__ import annotations

from bisect import insort

from geo.model import EventType
from geo.reading.actors import ActorWords, nouns
from geo.reading.coreference import Memory
from geo.reading.frames import FRAMES
from geo.reading.lexicon import Entry, Form, lexicon
from geo.reading.page import ADVERBS, BE, Page
from geo.reading.tokens import Sentence
from geo.reading.triggers import Trigger

__all__ = ["find_predicates"]

_BETWEEN = (
    ADVERBS
    | frozenset("almost certainly fully wholly entirely again once more firmly today".split())
) - {"not", "n't", "never"}
_ENDS = frozenset(
    '. , ; : ! and but again now once since after at on in as ” " — – for while'.split()
)
_OWN = {"ours": "our", "theirs": "they"}
_STEPS = 5


def find_predicates(page: Page, sent: Sentence, memory: Memory) -> list[Trigger]:
    """Such sentences as events of holding; their words for the holder become actors."""
    found = _last_held(page, sent)
    words = lexicon()
    for at in range(sent.first + 1, sent.last):
        if page.low[at] not in BE or page.low[at] in ("be", "being"):
            continue
        if not any(place.last == at for place in page.within(page.places, max(0, at - 8), at)):
            continue
        end = at + 1
        while end < sent.last and end - at <= _STEPS and page.low[end] in _BETWEEN:
            end += 1
        if end >= sent.last or (end + 1 < sent.last and page.low[end + 1] not in _ENDS):
            continue
        code = words.demonyms.get((page.low[end],)) if page.toks[end].is_capital else None
        state = memory.cast.state(code) if code else None
        if state is not None:
            item = ActorWords(end, end + 1, "state", (state,), code or "")
        elif page.low[end] in _OWN:
            item = ActorWords(end, end + 1, "pronoun", noun=_OWN[page.low[end]])
        else:
            continue
        if not any(actor.first == end for actor in page.within(page.actors, end, end + 1)):
            insort(page.actors, item, key=lambda actor: actor.first)
        entry = Entry(EventType.HOLDS, "held-by")
        frame = FRAMES["held-by"]
        found.append(Trigger(end, end + 1, at, Form.PHRASE, entry, frame, False, "fact"))
    return found


_LAST = frozenset("last only final sole remaining one main biggest largest".split())
_HOLD = frozenset("place pocket area position holdout refuge redoubt foothold".split())
_TIES = frozenset("of that which under still has have holds keeps controls remains".split())
_NOT_HELD = frozenset("outside not beyond against fall taken lost had was were".split())
_FAR = 12


def _last_held(page: Page, sent: Sentence) -> list[Trigger]:
    """Places told to be the last that somebody has: "X is the only town that they have left"."""
    kinds = nouns()["settlement"] | _HOLD
    found = []
    for at in range(sent.first + 1, sent.last):
        if page.low[at] not in ("is", "are", "remains", "remain", ","):
            continue
        if not any(place.last == at for place in page.within(page.places, max(0, at - 8), at)):
            continue
        end = next(
            (n for n in range(at + 1, min(at + 1 + _FAR, sent.last)) if page.low[n] in ",.;:"),
            min(at + 1 + _FAR, sent.last),
        )
        ranked = next((n for n in range(at + 1, min(at + 5, end)) if page.low[n] in _LAST), None)
        if ranked is None or not _NOT_HELD.isdisjoint(page.low[at + 1 : end]):
            continue
        noun = next((n for n in range(ranked + 1, min(ranked + 4, end)) if page.low[n] in kinds), 0)
        owners = page.within(page.actors, at + 1, end)
        if not noun or not owners:
            continue
        behind = [a for a in owners if a.first > noun]
        tied = not _TIES.isdisjoint(page.low[noun + 1 : behind[0].first]) if behind else True
        if len(behind) == len(owners) and not tied:
            continue
        entry = Entry(EventType.HOLDS, "held-by")
        owner = behind[0].last if behind and not owners[0].first < noun else noun + 1
        end = min(end, owner + 1)  # "the army's only foothold in Darfur": not Darfur
        frame = FRAMES["last-held"]
        trigger = Trigger(at + 1, end, at, Form.PHRASE, entry, frame, False, "fact")
        found.append(trigger)
    return found
