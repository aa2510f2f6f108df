"""From what was found in a report to what is kept: who decided what, and nothing lost.

What a reading finds has the status ``found`` until a person accepts or rejects it. Only accepted
events are on the map; the others are kept beside the report, and so are the names that no place
was found for.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from geo.dates import DateSpan
from geo.documents.plain import date_in
from geo.documents.source import Source
from geo.geocode import open_geocoder
from geo.model import (
    Actor,
    CandidateNote,
    Event,
    EventPlace,
    Participant,
    Place,
    Report,
    Status,
    Toponym,
)
from geo.reading.found import FoundEvent, Reading

__all__ = [
    "Decision",
    "Kept",
    "author_of",
    "earlier_decisions",
    "event_place",
    "kept",
    "own_report_id",
    "place_choices",
    "published_on",
    "tally",
]

OWN = "own-"  # begins the ids of what a user adds; nothing that ships begins so
MOST_CHOICES = 8


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about one found event. ``place_id`` is "" for the place as found."""

    status: Status = Status.FOUND
    place_id: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store takes of a read report. ``left`` counts events that no place is known for."""

    report: Report
    events: tuple[Event, ...]
    actors: tuple[Actor, ...]
    unplaced: tuple[Toponym, ...]
    left: int


def own_report_id(source: Source) -> str:
    """The id of a user's report: its first title and a hash of its text, so read again the same."""
    digest = hashlib.sha256(source.text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    plain = unicodedata.normalize("NFKD", source.title).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40].strip("-")
    return OWN + "-".join(part for part in (slug, digest) if part)


def author_of(report: Report) -> str:
    """Who wrote a user's report, as its note says ("By Jane Doe."); "" where it does not."""
    note = report.source_note
    return note.removeprefix("By ").removesuffix(".") if note.startswith("By ") else ""


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


def place_choices(found: FoundEvent, search: str = "") -> list[CandidateNote]:
    """Places an event may be put: its own first, then its candidates, then those of ``search``."""
    event = found.event
    choices: dict[str, CandidateNote] = {}
    if found.placed:
        place = event.place
        choices[place.place_id] = CandidateNote(
            place.place_id, place.name, place.lat, place.lon, place.feature_code, place.country, 1.0
        )
    for note in event.candidates:
        choices.setdefault(note.place_id, note)
    if search.strip():
        for candidate in open_geocoder().candidates(search.strip()[:100], limit=MOST_CHOICES):
            place_found = candidate.place
            choices.setdefault(
                place_found.id,
                CandidateNote(
                    place_found.id,
                    place_found.name,
                    place_found.lat,
                    place_found.lon,
                    place_found.feature_code,
                    place_found.country,
                    candidate.score,
                    candidate.reasons,
                ),
            )
    return list(choices.values())


def _own_actors(reading: Reading) -> dict[str, Actor]:
    """The reading's new actors by the ids it gave them, under ids that nothing shipped can have."""
    renamed = {
        actor.id: actor.id if actor.id.startswith(OWN) else OWN + actor.id
        for actor in reading.new_actors
    }
    return {
        actor.id: replace(
            actor,
            id=renamed[actor.id],
            part_of=renamed.get(actor.part_of or "", actor.part_of),
            allied_with=tuple(renamed.get(ally, ally) for ally in actor.allied_with),
        )
        for actor in reading.new_actors
    }


def _placed(found: FoundEvent, decision: Decision) -> EventPlace | None:
    """Where the event is to be put; None where nobody knows."""
    place = found.event.place
    if decision.place_id and decision.place_id != place.place_id:
        return event_place(open_geocoder().place(decision.place_id), place.text)
    return place if found.placed else None


def kept(
    source: Source,
    reading: Reading,
    decisions: Mapping[str, Decision],
    *,
    report_id: str,
    who: str,
    at: datetime | None = None,
) -> Kept:
    """The report and its events as decided, by event id; what nobody decided on stays found.

    An event that no place is known for cannot be kept as an event: it is counted in ``left``, its
    name is kept with the unplaced ones, and reading the report again finds it again.
    """
    at = at or datetime.now(UTC)
    fresh = _own_actors(reading)
    events: list[Event] = []
    names = {(m.start, m.end): m.literal for m in reading.mentions if m.place is None}
    left = 0
    for found in reading.events:
        decision = decisions.get(found.event.id, Decision())
        place = _placed(found, decision)
        if place is None:
            left += 1
            if found.place:
                names.setdefault(found.place, True)
            continue
        if found.place:
            names.pop(found.place, None)
        event = found.event
        decided = decision.status is not Status.FOUND
        said = event.attribution
        party = fresh[said.party].id if said.party in fresh else said.party
        events.append(
            replace(
                event,
                place=place,
                participants=_participants(event, fresh),
                attribution=replace(said, publisher=source.publisher, party=party),
                quote=replace(event.quote, report_id=report_id),
                status=decision.status,
                reviewed_by=who if decided else "",
                reviewed_at=at if decided else None,
            )
        )
    used = {part.actor_id for event in events for part in event.participants}
    return Kept(
        report=source.report(report_id),
        events=tuple(events),
        actors=tuple(actor for actor in fresh.values() if actor.id in used),
        unplaced=_toponyms(report_id, source.text, names),
        left=left,
    )


def _participants(event: Event, fresh: Mapping[str, Actor]) -> tuple[Participant, ...]:
    """The participants, new actors under their own ids, nobody twice in the same role."""
    return tuple(
        dict.fromkeys(
            replace(part, actor_id=fresh[part.actor_id].id) if part.actor_id in fresh else part
            for part in event.participants
        )
    )


def _toponyms(
    report_id: str, text: str, names: Mapping[tuple[int, int], bool]
) -> tuple[Toponym, ...]:
    return tuple(
        Toponym(report_id, start, end, text[start:end], literal)
        for (start, end), literal in sorted(names.items())
    )


def tally(events: Iterable[FoundEvent], decisions: Mapping[str, Decision]) -> dict[Status, int]:
    """How many events stand accepted, rejected and undecided."""
    counts = dict.fromkeys(Status, 0)
    for found in events:
        counts[decisions.get(found.event.id, Decision()).status] += 1
    return counts


def earlier_decisions(
    events: Sequence[Event], reading: Reading, report_id: str
) -> dict[str, Decision]:
    """Decisions kept with a report, for the events of a new reading of it.

    An event is the same if its type and its words are; ids are counted anew in every reading.
    """
    before = {
        (event.type, event.quote.start, event.quote.end, event.participants): event
        for event in events
        if event.quote.report_id == report_id
    }
    fresh = _own_actors(reading)
    found: dict[str, Decision] = {}
    for item in reading.events:
        event = item.event
        key = (event.type, event.quote.start, event.quote.end, _participants(event, fresh))
        old = before.get(key)
        if old is None:
            continue
        moved = old.place.place_id if old.place.place_id != event.place.place_id else ""
        found[event.id] = Decision(old.status, moved)
    return found


def published_on(text: str) -> DateSpan | None:
    """A date of publication as typed: 2017-11-10, 2017-11, 10 November 2017; None for nothing.

    Raises DateError.
    """
    text = " ".join(text.split())
    span = date_in(text) or DateSpan.parse(text)
    return span if span.latest is not None else None
