"""Events that leave out the verb said before: "X fell on the 26th, and on the 30th Y".

A stretch after a comma or semicolon that holds a date, then a place and no verb, tells what the
verb before it told, of that place and day.
"""

from __future__ import annotations

from dataclasses import replace

from geo.reading.dating import event_date
from geo.reading.draft import Draft
from geo.reading.page import Page
from geo.reading.tokens import Sentence

__all__ = ["find_gapped"]

_BREAKS = frozenset({",", ";"})
_LIGHT = frozenset("and then also later finally followed by in on at the".split())


def find_gapped(page: Page, sent: Sentence, drafts: list[Draft]) -> list[Draft]:
    """The events of such stretches after the last event of a sentence."""
    told = [draft for draft in drafts if not draft.trigger.frame.noun]
    if not told:
        return []
    last = max(told, key=lambda draft: draft.trigger.last)
    if not last.type.changes_control:
        return []
    taken = {draft.place.first for draft in drafts}
    found: list[Draft] = []
    start = max(last.trigger.last, last.place.last)
    for at in range(start, sent.last):
        joined = page.low[at : at + 2] == ["and", ","]  # "took X and, on 24 July, the town of Y"
        if page.low[at] not in _BREAKS and not joined:
            continue
        first = at + 1 + joined
        day_end = max((d.last for d in page.within(page.dates, first, first + 3)), default=0)
        signs = (n for n in range(first, sent.last) if page.low[n] in (",", ";", "."))
        end = next((n for n in signs if n != day_end), sent.last)
        dates = [words for words in page.within(page.dates, first, end) if words.span is not None]
        places = page.within(page.places, first, end)
        if not dates or not places or page.verbs(first, end):
            continue
        place, day = places[0], dates[0]
        opens = all(word in _LIGHT for word in page.low[first : day.first])
        if not opens or place.first < day.last or place.first in taken or place.noun:
            continue
        parts = replace(last.parts, date=day.span, places=[place], place_cost=0.8)
        parts.tokens = [last.trigger.first, last.trigger.last - 1, day.first, place.last - 1]
        when = event_date(page, parts, last.type)
        found.append(replace(last, parts=parts, place=place, date=when))
    return found
