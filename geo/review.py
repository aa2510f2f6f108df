"""From what was found in a report to what is kept: who decided what, and nothing lost.

What a reading finds has the status ``found`` until a person accepts or rejects it. Only accepted
events with a place are on the map; the others are kept beside the report, and so are the names
that no place was found for. What a person corrects is kept as corrected, with what was found.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from geo.byhand import ADDED, event_place
from geo.corrections import AS_FOUND, Correction, corrected, correction_of, found_words
from geo.dates import DateSpan
from geo.documents.plain import date_in
from geo.documents.source import Source
from geo.geocode import open_lookup
from geo.model import (
    Actor,
    CandidateNote,
    Event,
    EventPlace,
    Participant,
    Report,
    Role,
    Status,
    Toponym,
)
from geo.reading.found import FoundEvent, Reading
from geo.reading.summary import summary

__all__ = [
    "OWN",
    "Decision",
    "Kept",
    "author_of",
    "earlier_decisions",
    "event_place",
    "kept",
    "not_found_again",
    "own_report_id",
    "place_choices",
    "published_on",
    "tally",
]

OWN = "own-"  # begins the ids of what a user adds; nothing that ships begins so
MOST_CHOICES = 8
KEPT_REASON = "decided earlier; this reading does not find it"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about one found event. ``place_id`` is "" for the place as found."""

    status: Status = Status.FOUND
    place_id: str = ""
    change: Correction = AS_FOUND


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store takes of a read report. ``placeless`` are events without a known place."""

    report: Report
    events: tuple[Event, ...]
    actors: tuple[Actor, ...]
    unplaced: tuple[Toponym, ...]
    placeless: tuple[Event, ...] = ()


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
        for candidate in open_lookup().candidates(search.strip()[:100], limit=MOST_CHOICES):
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
        return event_place(open_lookup().place(decision.place_id), place.text)
    return place if found.placed else None


def kept(
    source: Source,
    reading: Reading,
    decisions: Mapping[str, Decision],
    *,
    report_id: str,
    who: str,
    actors: Mapping[str, Actor] | None = None,
    at: datetime | None = None,
) -> Kept:
    """The report and its events as decided, by event id; what nobody decided on stays found.

    Events that no place is known for are kept apart, their names with the unplaced ones.
    ``actors`` are those that corrections may name, for the words of the summary.
    """
    at = at or datetime.now(UTC)
    fresh = _own_actors(reading)
    known = {**(actors or {}), **fresh, **{actor.id: actor for actor in fresh.values()}}
    events: list[Event] = []
    placeless: list[Event] = []
    names = {(m.start, m.end): m.literal for m in reading.mentions if m.place is None}
    for found in reading.events:
        decision = decisions.get(found.event.id, Decision())
        place = _placed(found, decision)
        if found.place:
            if place is None:
                names.setdefault(found.place, True)
            else:
                names.pop(found.place, None)
        event = _as_decided(found.event, decision, place, known)
        decided = decision.status is not Status.FOUND
        said = event.attribution
        party = fresh[said.party].id if said.party in fresh else said.party
        note = said.note
        by_hand = ADDED in found.event.edited  # nothing was found that could be told
        if not by_hand and (
            anew := [field for field in event.edited if field not in found.event.edited]
        ):
            told = found_words(found.event, anew, known)
            note = " ".join(
                part for part in (note, f"Corrected on review; found as: {told}.") if part
            )
        (events if place else placeless).append(
            replace(
                event,
                participants=_participants(event, fresh),
                attribution=replace(said, publisher=source.publisher, party=party, note=note),
                quote=replace(event.quote, report_id=report_id),
                status=decision.status,
                reviewed_by=who if decided else "",
                reviewed_at=at if decided else None,
            )
        )
    used = {part.actor_id for event in (*events, *placeless) for part in event.participants}
    return Kept(
        report=source.report(report_id),
        events=tuple(events),
        actors=tuple(actor for actor in fresh.values() if actor.id in used),
        unplaced=_toponyms(report_id, source.text, names),
        placeless=tuple(placeless),
    )


def _as_decided(
    event: Event, decision: Decision, place: EventPlace | None, actors: Mapping[str, Actor]
) -> Event:
    """The event with its place and corrections, and a summary that says the same."""
    if place is not None and place != event.place:
        event = replace(event, place=place, edited=(*event.edited, "place"))
        agents = event.actors(Role.AGENT)
        event = replace(
            event, summary=summary(event.type, agents, place.name, event.numbers, actors)
        )
    return corrected(event, decision.change, actors)


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
    """Decisions kept with a report, for the events of a new reading of it."""
    fresh = _own_actors(reading)
    return {
        item.event.id: _decision(old, replace(item.event, participants=parts))
        for item, old in _again(events, reading, report_id)
        for parts in [_participants(item.event, fresh)]
    }


def _decision(old: Event, found: Event) -> Decision:
    moved = old.place.place_id if old.place.place_id != found.place.place_id else ""
    return Decision(old.status, moved, correction_of(found, old))


def not_found_again(
    events: Sequence[Event], reading: Reading, report_id: str
) -> tuple[FoundEvent, ...]:
    """Events of a report that a person decided on and that a new reading does not find.

    They are kept as decided: a newer reader must not undo what somebody has checked. So is what
    somebody added, decided or not.
    """
    again = {old.id for _, old in _again(events, reading, report_id)}
    ids = {item.event.id for item in reading.events}
    lost = []
    for old in events:
        if old.quote.report_id != report_id or old.id in again:
            continue
        by_hand = ADDED in old.edited
        if old.status is Status.FOUND and not by_hand:
            continue
        event_id = old.id
        while event_id in ids:
            event_id += "-kept"
        ids.add(event_id)
        quote = (old.quote.start, old.quote.end)
        event = replace(old, id=event_id, status=Status.FOUND, reviewed_by="", reviewed_at=None)
        lost.append(
            FoundEvent(event, 1.0, quote, None, (old.attribution.note if by_hand else KEPT_REASON,))
        )
    return tuple(lost)


def _again(
    events: Sequence[Event], reading: Reading, report_id: str
) -> list[tuple[FoundEvent, Event]]:
    """The events of a new reading with those kept of the earlier one, each used once.

    An event is the same if its type, actors and words are; ids are counted anew in every reading.
    One that was edited is known by its words alone, and by its id where several share them.
    One that was added by hand is known by its id: what the reader finds in its words is another.
    """
    fresh = _own_actors(reading)
    before = [event for event in events if event.quote.report_id == report_id]

    def words(event: Event) -> tuple[int, int]:
        return event.quote.start, event.quote.end

    def whole(event: Event) -> tuple[object, ...]:
        by_hand = event.id if ADDED in event.edited else ""
        return by_hand, event.type, *words(event), _participants(event, fresh)

    def numbered(event: Event) -> tuple[object, ...]:
        return event.id, *words(event)

    pairs: list[tuple[FoundEvent, Event]] = []
    left, waiting = list(reading.events), before
    for same, old_ones in ((whole, None), (numbered, True), (words, True)):
        mine: dict[tuple[object, ...], list[Event]] = {}
        for event in waiting:
            if old_ones is None or (event.edited and ADDED not in event.edited):
                mine.setdefault(same(event), []).append(event)
        still = []
        for item in left:
            found = mine.get(same(item.event))
            if found:
                pairs.append((item, found.pop(0)))
            else:
                still.append(item)
        used = {id(old) for _, old in pairs}
        left, waiting = still, [event for event in waiting if id(event) not in used]
    return pairs


def published_on(text: str) -> DateSpan | None:
    """A date of publication as typed: 2017-11-10, 2017-11, 10 November 2017; None for nothing.

    Raises DateError.
    """
    text = " ".join(text.split())
    span = date_in(text) or DateSpan.parse(text)
    return span if span.latest is not None else None
