"""Plans told with a verb that the lexicon does not know: "vowed that his men would pray in X".

Whoever vows, plans or is poised to do something at a place means to act there, whatever it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from geo.model import EventType
from geo.reading.frames import FRAMES
from geo.reading.lexicon import Entry, Form, lexicon
from geo.reading.page import BE, Page
from geo.reading.tokens import Sentence
from geo.reading.triggers import Trigger

__all__ = ["find_aims"]

_POISED = frozenset("ready poised prepared set determined preparing".split())
_REACH = 4  # words between the aim and what is aimed at
_SCOPE = 16  # words after it in which the lexicon's own events make it needless
_SPEAKING = frozenset(
    "be have say tell speak talk meet discuss hold provide give help support investigate continue "
    "remain keep respect honour work cooperate pay respond answer consider make see do".split()
)


def find_aims(page: Page, sent: Sentence, triggers: Sequence[Trigger]) -> list[Trigger]:
    """Aims of a sentence that no event word of the lexicon tells."""
    words = lexicon()
    aims = words.groups["intend"]
    found: list[Trigger] = []
    for at in range(sent.first, sent.last - 2):
        word = page.low[at]
        own = aims.get(word) in words.own_aims and page.low[at - 1 : at] not in (["no"], ["not"])
        poised = word in _POISED and page.low[at - 1] in BE
        if not (own or poised):
            continue
        passive = page.low[at - 1] in BE and not word.endswith("ing")
        if own and not poised and passive:
            continue  # "is planned to": nobody says by whom
        verb = _verb_of(page, sent, at)
        if verb is None or page.low[verb] in _SPEAKING:
            continue
        if any(
            (at <= t.first <= verb + _SCOPE and not t.frame.noun) or t.aim == at for t in triggers
        ):
            continue
        entry = Entry(EventType.INTENTION, "aim")
        trigger = Trigger(
            verb, verb + 1, verb, Form.BASE, entry, FRAMES["aim-there"], False, "intent", at
        )
        found.append(trigger)
    return found


def _verb_of(page: Page, sent: Sentence, at: int) -> int | None:
    """The plain verb that is aimed at: after "to", or after "that … would"."""
    for n in range(at + 1, min(at + 3 * _REACH, sent.last - 1)):
        near = n <= at + _REACH
        if near and page.low[n] == "to" and page.toks[n + 1].text[0].islower():
            return n + 1
        if page.low[n] in ("would", "will") and page.toks[n + 1].text[0].islower():
            return n + 1
        if page.low[n] in (",", ";", "not"):
            return None
    return None
