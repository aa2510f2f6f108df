"""Sentences that say whose a place is with no verb of holding: "X is Ukrainian again", "X is ours".

The word that says whose is put among the page's actors, so that the phrase is read like "in
Ukrainian hands".
"""

from __future__ import annotations

from bisect import insort

from geo.model import EventType
from geo.reading.actors import ActorWords
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
    found = []
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
