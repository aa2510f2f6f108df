"""Numbered reports: numbers on the map, and beside it who did what, where, and who says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from geo.figure.blocks import LOOSE, TIGHT, Block
from geo.figure.canvas import Canvas
from geo.figure.key import actor_name
from geo.figure.lettering import clean, ellipsis, wrap
from geo.figure.marks import Mark, count_box, draw_count
from geo.figure.style import Palette, Type
from geo.model import Actor, Event, Role, Tier

__all__ = [
    "Entry",
    "Head",
    "Rest",
    "Told",
    "badges",
    "blocks",
    "entries",
    "merged",
    "shortened",
]

# Numbers told on one badge before it is cut short.
_MOST_ON_BADGE = 9
_SURE = {
    Tier.ASSESSED: "assessed",
    Tier.REPORTED: "reported",
    Tier.CLAIMED: "claimed",
    Tier.DENIED: "denied",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: events told in one sentence. ``number`` counts from 1."""

    number: int
    events: tuple[Event, ...]
    day: str
    words: str
    source: str
    tier: Tier


def _words(event: Event, actors: Mapping[str, Actor]) -> str:
    """Who did what where: the summary, or the same from the event's parts."""
    if clean(event.summary):
        return clean(event.summary)
    who = " and ".join(actor_name(actors, a) for a in event.actors(Role.AGENT, Role.ALLY))
    whom = " and ".join(actor_name(actors, a) for a in event.actors(Role.TARGET))
    parts = [who or "Somebody", event.type.value, clean(event.place.name)]
    return clean(" ".join(parts) + (f" (against {whom})" if whom else ""))


def _source(event: Event) -> str:
    said = event.attribution
    speaker, publisher = clean(said.speaker), clean(said.publisher)
    if not speaker or speaker.casefold() == publisher.casefold():
        return publisher
    return f"{speaker}, in {publisher}" if publisher else speaker


def _newness(event: Event) -> tuple[date, date, tuple[date, int, str]]:
    """Sorts events, newest last; of those that end on one day the shorter ones are newer."""
    return (event.date.latest or date.min, event.date.start or date.min, event.recency)


def entries(
    marks: Sequence[Mark], actors: Mapping[str, Actor], *, most: int, order: str = "newest"
) -> tuple[list[Entry], int]:
    """The newest ``most`` reports of these marks, numbered, and how many events are left out.

    ``order`` is ``newest`` first or by ``date``. One sentence about several places has one number.
    """
    grouped: dict[tuple[str, str, date], list[Event]] = defaultdict(list)
    seen = [event for mark in marks if mark.kind != "country" for event in mark.events]
    for event in sorted(seen, key=_newness, reverse=True):
        told = (_words(event, actors), _source(event), event.date.latest or date.min)
        grouped[told].append(event)
    chosen = list(grouped.items())[: max(0, most)]
    if order == "date":
        chosen.reverse()
    found = [
        Entry(
            number, tuple(events), events[0].date.words(), words, source, events[0].attribution.tier
        )
        for number, ((words, source, _), events) in enumerate(chosen, start=1)
    ]
    return found, len(seen) - sum(len(entry.events) for entry in found)


def badges(found: Sequence[Entry]) -> dict[str, str]:
    """The numbers that belong to each place (by id), runs joined: ``1–3, 7``."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for entry in found:
        for event in entry.events:
            numbers[event.place.place_id].add(entry.number)
    return {place: _joined(sorted(at)) for place, at in numbers.items()}


def _joined(numbers: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts: list[str] = []
    for run in runs:
        parts += [f"{run[0]}–{run[-1]}"] if len(run) > 2 else [str(n) for n in run]
    return ", ".join(parts)


def merged(several: Iterable[str]) -> str:
    """The numbers of several badges as those of one."""
    numbers: set[int] = set()
    for part in ", ".join(several).split(", "):
        first, _, last = part.partition("–")
        numbers.update(range(int(first), int(last or first) + 1))
    return _joined(sorted(numbers))


def shortened(numbers: str) -> str:
    """Numbers as they stand on a badge, which must not grow across the map."""
    parts = numbers.split(", ")
    if len(parts) <= _MOST_ON_BADGE:
        return numbers
    return ", ".join([*parts[: _MOST_ON_BADGE - 1], "…"])


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the list as a block; the first of a day is headed by its date."""

    entry: Entry
    first: bool
    type: Type
    colours: Palette

    def _indent(self) -> float:
        return 25 * self.type.scale

    def _lines(self, width: float) -> tuple[list[str], list[str]]:
        room, t = width - self._indent(), self.type
        said = f"{_SURE[self.entry.tier]} · {self.entry.source}"
        return wrap(self.entry.words, t.small * 1.06, room, limit=3), wrap(
            said, t.small, room, limit=2
        )

    def _day(self) -> float:
        return self.type.small * 1.62 if self.first else 0.0

    def height(self, width: float) -> float:
        """Date, sentence, and who says so."""
        t = self.type
        words, source = self._lines(width)
        return self._day() + (len(words) * 1.06 + len(source)) * t.small * TIGHT

    def draw(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Draw it from the top left."""
        t, c, indent = self.type, self.colours, self._indent()
        if self.first:
            canvas.text(x, y + t.small, self.entry.day, t.small, c.text, weight=600, name="item")
            y += self._day()
        number, size = str(self.entry.number), t.small * 0.86
        reach = count_box(0, 0, number, size)[2]
        draw_count(canvas, x + reach, y + t.small * 0.68, number, size, c)
        words, source = self._lines(width)
        line = y + t.small * 1.03 - t.small * 1.06 * TIGHT
        for part in words:
            line += t.small * 1.06 * TIGHT
            canvas.text(x + indent, line, part, t.small * 1.06, c.ink, name="item")
        for part in source:
            line += t.small * TIGHT
            canvas.text(x + indent, line, part, t.small, c.faint, name="item")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the list."""

    words: str
    type: Type
    colours: Palette

    def height(self, width: float) -> float:  # noqa: ARG002  (as every block)
        """One line."""
        return self.type.head * 1.35

    def draw(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Draw it from the top left."""
        t, c = self.type, self.colours
        words = ellipsis(self.words, t.head, width, 700)
        canvas.text(x, y + t.head, words, t.head, c.ink, weight=700, name="list")


@dataclass(frozen=True, slots=True)
class Rest:
    """How many events the list leaves out."""

    words: str
    type: Type
    colours: Palette

    def height(self, width: float) -> float:
        """Its lines."""
        return len(wrap(self.words, self.type.small, width)) * self.type.small * LOOSE

    def draw(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Draw it from the top left."""
        t = self.type
        for part in wrap(self.words, t.small, width):
            y += t.small * LOOSE
            canvas.text(x, y - t.small * 0.36, part, t.small, self.colours.text, name="list")


def blocks(
    found: Sequence[Entry], left_out: int, order: str, t: Type, colours: Palette
) -> list[Block]:
    """The list as blocks: head, entries, and what is left out."""
    if not found:
        return []
    head = "Reports, newest first" if order == "newest" else "Reports, by date"
    made: list[Block] = [Head(head, t, colours)]
    days = ["", *(entry.day for entry in found)]
    made += [
        Told(entry, entry.day != before, t, colours)
        for entry, before in zip(found, days, strict=False)
    ]
    if left_out:
        more = "event" if left_out == 1 else "events"
        made.append(Rest(f"and {left_out:,} more {more} on this map, in the table", t, colours))
    return made
