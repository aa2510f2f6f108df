"""What reading a document gives back: places, events with their reasons, new actors, notes."""

from __future__ import annotations

from dataclasses import dataclass

from geo.model import Actor, Event
from geo.reading.words import Mention

__all__ = ["FoundEvent", "Reading"]


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event as found in a text, waiting for yes or no.

    ``trigger`` and ``place`` are character spans of the text: the words that say what happened
    and the words that say where (None where the text names no place for it). ``score`` is the
    calibrated probability that who, what, where and when are all right. ``reasons`` say, in
    words for people, how the event was put together and what is in doubt.
    """

    event: Event
    score: float
    trigger: tuple[int, int]
    place: tuple[int, int] | None
    reasons: tuple[str, ...] = ()

    @property
    def placed(self) -> bool:
        """Whether the gazetteer knows the place; if not, its lat and lon are NaN."""
        return bool(self.event.place.place_id)


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as read. ``mentions`` and ``events`` are in the order of the text.

    ``new_actors`` are groups that no actor set knows, proposed for the analyst; events may name
    them. ``theatres`` are the ids of the actor sets the document was read with, best first.
    ``notes`` say in words what was not read and why.
    """

    mentions: tuple[Mention, ...]
    events: tuple[FoundEvent, ...]
    new_actors: tuple[Actor, ...] = ()
    notes: tuple[str, ...] = ()
    theatres: tuple[str, ...] = ()
