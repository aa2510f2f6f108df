"""Estimates of strength: "between 2,500 and 3,500 militants around X"."""

from __future__ import annotations

from collections.abc import Sequence

from geo.model import EventType
from geo.reading.amounts import find_numbers
from geo.reading.coreference import Memory
from geo.reading.dating import event_date
from geo.reading.draft import Draft, Parts, innermost
from geo.reading.frames import FRAMES
from geo.reading.lexicon import Entry, Form
from geo.reading.page import Page, PlaceWords, Speech
from geo.reading.tokens import Sentence
from geo.reading.triggers import Trigger

__all__ = ["find_counts"]

_FORCES = frozenset(
    "fighters militants soldiers troops rebels insurgents jihadists gunmen terrorists men members "
    "mercenaries personnel peacekeepers".split()
)


_LOST = frozenset(
    "killed dead died wounded killing injured captured surrendered arrested evacuated lost losing "
    "buried executed kidnapped freed moved sent ambushed attacked laid handed kill graves deaths "
    "casualties death trained toll bodies crossed hit struck bombed shelled".split()
)


_THERE = frozenset("in around near inside at within outside".split())


def find_counts(
    page: Page, sent: Sentence, speeches: Sequence[Speech], memory: Memory
) -> list[Draft]:
    """Estimates of strength: "between 2,500 and 3,500 militants around X"."""
    if _FORCES.isdisjoint(page.low[sent.first : sent.last]):
        return []
    counted = find_numbers(page.low, sent.first, sent.last)
    if counted is None or counted[0].unit not in _FORCES:
        return []
    numbers, first, last = counted
    if page.low[first - 1 : first] == ["-"] and first > sent.first:
        return []  # "B-52 bombers"
    if page.within(page.dates, max(0, first - 3), last) and any(
        words.last > first for words in page.within(page.dates, max(0, first - 3), last)
    ):
        return []  # "on September 10 Ukrainian soldiers": a day, not a count
    near = page.low[max(sent.first, first - 9) : min(sent.last, last + 9)]
    if _LOST.intersection(near):
        return []
    unit = next((n for n in range(last, min(last + 5, sent.last)) if page.low[n] in _FORCES), last)
    place: PlaceWords | None = None
    for words in page.within(page.places, max(sent.first, first - 12), min(sent.last, unit + 16)):
        if page.before(words.first) in _THERE or words.noun == "there":
            gap = page.verbs(unit, words.first) if words.first > unit else 0
            if gap <= 1:
                place = words
                break
    if place is None:
        return []
    parts = Parts(tokens=[first, unit], places=[place], place_cost=0.3)
    for item in page.within(page.actors, max(sent.first, first - 14), min(sent.last, unit + 2)):
        ids = memory.actors(item)
        kind = item.kind
        if (
            not ids
            or kind == "country"
            or any(s.name[0] <= item.first < s.name[1] for s in speeches)
        ):
            continue
        if item.last > first or page.low[item.first] in ("its", "their"):
            parts.agents, parts.agent_kind, parts.agent_cost = list(ids), kind, 0.3
    if not parts.agents:
        return []
    entry = Entry(EventType.ESTIMATE, "count")
    trigger = Trigger(first, unit + 1, first, Form.NOUN, entry, FRAMES["count"], False, "fact")
    speech = innermost(speeches, unit)
    for dates in page.within(page.dates, sent.first, sent.last):
        if dates.span is not None:
            parts.date = dates.span
    day = event_date(page, parts, EventType.ESTIMATE)
    return [Draft(EventType.ESTIMATE, trigger, sent, parts, place, speech, day, numbers)]
