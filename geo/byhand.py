"""An event that a reviewer adds because the reader missed it, resting on the report's words."""

from __future__ import annotations

from collections.abc import Collection
from math import nan

from geo.dates import DateSpan
from geo.documents.source import Source
from geo.errors import InputError
from geo.model import (
    Attribution,
    CandidateNote,
    Event,
    EventPlace,
    EventType,
    Place,
    Quote,
    Status,
    Tier,
)
from geo.reading.found import FoundEvent, Reading
from geo.reading.summary import summary
from geo.reading.tokens import sentences
from geo.reading.words import Mention

__all__ = ["ADDED", "added_by_hand", "event_place", "sentence_spans"]

ADDED = "added"  # among ``Event.edited`` of an event that no reader found
NOTE = "Added by hand on review; the reader did not find it."
MOST_CANDIDATES = 8


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence of a text that holds letters, to choose the words from."""
    spans = [(sentence.start, sentence.end) for sentence in sentences(text)]
    return [span for span in spans if any(c.isalpha() for c in text[slice(*span)])]


def added_by_hand(
    source: Source,
    reading: Reading,
    report_id: str,
    span: tuple[int, int],
    kind: EventType,
    taken: Collection[str] = (),
) -> FoundEvent:
    """An event of this kind that rests on these characters of the text; the rest is still open.

    Its place is the one that the words name, if they name just one; who, when and who says so are
    for the reviewer to say. ``taken`` are ids in use. Raises InputError for words that are not
    in the text.
    """
    start, end = span
    if not 0 <= start < end <= len(source.text):
        raise InputError("Choose the words of the report that say it.")
    inside = [m for m in reading.mentions if m.literal and start <= m.start and m.end <= end]
    known = {m.place.id: m for m in inside if m.place is not None and m.area is None}
    named = next(iter(known.values()), inside[0] if inside else None)
    only = len(known) == 1 and len(inside) == len({id(m) for m in known.values()})
    place = _place(named, sure=only)
    number = 1
    while (event_id := f"{report_id}/{ADDED}-{number}") in taken:
        number += 1
    event = Event(
        id=event_id,
        type=kind,
        participants=(),
        place=place,
        date=DateSpan(None, None),
        attribution=Attribution(source.publisher, source.publisher, Tier.REPORTED, None, NOTE),
        quote=Quote(report_id, start, end),
        summary=summary(kind, (), place.name or "?", None, {}),
        status=Status.FOUND,
        candidates=_candidates(inside),
        edited=(ADDED,),
    )
    where = (named.start, named.end) if named is not None and only else None
    return FoundEvent(event, 1.0, span, where, (NOTE,))


def event_place(place: Place, text: str) -> EventPlace:
    """Where an event is put: a place of the gazetteer, and the report's words for it."""
    return EventPlace(
        place_id=place.id,
        text=text,
        name=place.name,
        lat=place.lat,
        lon=place.lon,
        feature_code=place.feature_code,
        country=place.country,
        admin1=place.admin1,
        precision_km=place.precision_km,
        arabic=place.arabic,
    )


def _place(named: Mention | None, *, sure: bool) -> EventPlace:
    """The place of a mention; its words alone where it is not sure to be the one."""
    place = named.place if named is not None and sure else None
    text = named.text if named is not None and sure else ""
    if place is None:
        return EventPlace("", text, text, nan, nan, "", None, None, nan)
    return event_place(place, text)


def _candidates(mentions: list[Mention]) -> tuple[CandidateNote, ...]:
    """What the words may mean: the place of each name first, then its other readings."""
    ordered = [(m.place, m.score, m.reasons) for m in mentions if m.place is not None]
    ordered += [(c.place, c.score, c.reasons) for m in mentions for c in m.candidates]
    notes: dict[str, CandidateNote] = {}
    for place, score, reasons in ordered:
        notes.setdefault(
            place.id,
            CandidateNote(
                place.id,
                place.name,
                place.lat,
                place.lon,
                place.feature_code,
                place.country,
                score,
                reasons,
            ),
        )
    return tuple(notes.values())[:MOST_CANDIDATES]
