"""Writing down a found event: its quote, place, tier, score and summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import nan

from geo.dates import DateSpan
from geo.model import (
    Attribution,
    CandidateNote,
    Event,
    EventPlace,
    Participant,
    Place,
    Quote,
    Role,
    Status,
    Tier,
)
from geo.reading.attribution import tier_of
from geo.reading.confidence import Signs, judge
from geo.reading.coreference import Memory
from geo.reading.draft import Draft
from geo.reading.found import FoundEvent
from geo.reading.page import Page, PlaceWords, Speech
from geo.reading.summary import summary
from geo.reading.words import Relation
from geo.sides import Sides

__all__ = ["merged", "record"]

CANDIDATES_KEPT = 5


_REACH = 40  # tokens that a quote is grown by at most, to a comma


_WHOLE = 26  # a sentence of so many words is quoted whole


def record(page: Page, draft: Draft, number: int, sides: Sides, memory: Memory) -> FoundEvent:
    """A draft as a found event, with the next number of its document."""
    parts, speech = draft.parts, draft.speech
    agents = _unique(parts.agents)
    targets = [t for t in _unique(parts.targets) if t not in agents]
    allies = [a for a in _unique(parts.allies) if a not in agents and a not in targets]
    participants = tuple(
        Participant(actor, role)
        for role, ids in ((Role.AGENT, agents), (Role.ALLY, allies), (Role.TARGET, targets))
        for actor in ids
    )
    start, end = _quote(page, draft)
    place, notes = _event_place(page, draft.place)
    publisher = page.doc.publisher
    if speech is None and page.low[draft.trigger.first].startswith("claim") and agents:
        speech = Speech(0, 0, 0, "say", page.text(*_agent_words(draft)), agents[0])
    attribution = Attribution(
        publisher,
        speech.speaker if speech else publisher,
        Tier.REPORTED,
        speech.party if speech else None,
    )
    event = Event(
        id=f"{page.doc.doc_id}/{number}",
        type=draft.type,
        participants=participants,
        place=place,
        date=draft.date,
        attribution=attribution,
        quote=Quote(page.doc.doc_id, start, end),
        summary=summary(draft.type, agents, place.name, draft.numbers, memory.cast.actors),
        subtype=draft.trigger.entry.subtype,
        numbers=draft.numbers,
        status=Status.FOUND,
        candidates=notes,
    )
    kind = speech.kind if speech else ""
    tier = tier_of(event, agents + allies, targets, kind, sides)
    event = replace(event, attribution=replace(attribution, tier=tier))
    toks, words = page.toks, draft.place
    score, reasons = judge(
        Signs(
            type=draft.type,
            noun=draft.trigger.frame.noun,
            agent=bool(agents),
            agent_cost=parts.agent_cost if agents else 3.0,
            agent_kind=parts.agent_kind,
            place_cost=parts.place_cost,
            place_noun=words.noun,
            place_known=bool(place.place_id),
            place_score=words.mention.score if words.mention else 0.6,
            dated=draft.parts.date is not None,
            hedged=draft.trigger.hedged,
            denied=tier is Tier.DENIED,
        )
    )
    return FoundEvent(
        event,
        score,
        (toks[draft.trigger.first].start, toks[draft.trigger.last - 1].end),
        (toks[words.first].start, toks[words.last - 1].end),
        reasons,
    )


def _agent_words(draft: Draft) -> tuple[int, int]:
    """The tokens that name the agent (they follow those of the event word)."""
    own = draft.parts.tokens
    return (own[2], own[3] + 1) if len(own) > 3 else (draft.trigger.first, draft.trigger.last)


def _unique(ids: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(i for i in ids if i))


def _quote(page: Page, draft: Draft) -> tuple[int, int]:
    """The words that justify the event: the sentence, or of a long one the parts that matter."""
    sent, low = draft.sent, page.low
    own = [*draft.parts.tokens]
    if sent.first <= draft.place.first < sent.last:
        own += [draft.place.first, draft.place.last - 1]
    own = [n for n in own if sent.first <= n < sent.last]
    first, last = min(own), max(own) + 1
    if sent.last - sent.first <= _WHOLE:
        first, last = sent.first, sent.last
    else:
        floor, roof = max(sent.first, first - _REACH), min(sent.last, last + _REACH)
        while first > floor and low[first - 1] not in (",", ";", ":", "—", "“", '"'):
            first -= 1
        while last < roof and low[last] not in (",", ";", ":", "—", "”", '"', "."):
            last += 1
    while first < last - 1 and low[first] in ('"', "“", "”", ",", "'"):
        first += 1
    return page.toks[first].start, page.toks[last - 1].end


def _event_place(page: Page, words: PlaceWords) -> tuple[EventPlace, tuple[CandidateNote, ...]]:
    place, mention = words.found, words.mention
    text = page.text(words.first, words.last)
    if mention is not None and not words.noun and mention.area is not None:
        text = mention.area.text or text
    notes = tuple(
        _note(candidate.place, candidate.score, candidate.reasons)
        for candidate in (mention.candidates if mention else ())[:CANDIDATES_KEPT]
    )
    if place is None:
        name = mention.text if mention else text
        return EventPlace("", text, name, nan, nan, "", None, None, nan), notes
    lat, lon, precision, place_id, code = (
        place.lat,
        place.lon,
        place.precision_km,
        place.id,
        place.feature_code,
    )
    area = mention.area if mention is not None and not words.noun and words.place is None else None
    if area is not None:
        at_town = area.relation in (Relation.NEAR, Relation.OUTSIDE, Relation.PART, Relation.SIDE)
        if at_town and not (place.is_area or place.is_line):
            precision = max(precision, area.precision_km)
        else:
            lat, lon, precision = area.lat, area.lon, area.precision_km
            place_id = f"{place.id}#{area.relation.value}-{lat:.2f},{lon:.2f}"
            code = "AREA"
    elif words.facility:
        precision = max(precision, 5.0)
    return (
        EventPlace(
            place_id=place_id,
            text=text,
            name=place.name,
            lat=lat,
            lon=lon,
            feature_code=code,
            country=place.country,
            admin1=place.admin1,
            precision_km=precision,
            arabic=place.arabic,
        ),
        notes,
    )


def _note(place: Place, score: float, reasons: tuple[str, ...]) -> CandidateNote:
    return CandidateNote(
        place.id,
        place.name,
        place.lat,
        place.lon,
        place.feature_code,
        place.country,
        score,
        reasons,
    )


def merged(events: list[FoundEvent]) -> list[FoundEvent]:
    """Events told twice by the same speaker are kept once, the better told one."""
    kept: list[FoundEvent] = []
    known: dict[tuple[object, ...], list[int]] = {}
    for found in events:
        event = found.event
        said = event.attribution
        key = (event.type, said.tier, said.party, event.place.place_id, event.place.name)
        twins = known.setdefault((*key, event.actors(Role.AGENT)), [])
        twin = next((n for n in twins[-_TWINS:] if _meet(kept[n].event.date, event.date)), None)
        if twin is None:
            twins.append(len(kept))
            kept.append(found)
        elif found.score > kept[twin].score + 0.05:
            kept[twin] = replace(found, event=replace(event, id=kept[twin].event.id))
    kept.sort(key=lambda f: f.trigger)
    return kept


_TWINS = 50  # earlier tellings looked at


def _meet(one: DateSpan, other: DateSpan) -> bool:
    """Whether two spans can share a day."""
    low = max(filter(None, (one.start, other.start)), default=None)
    high = min(filter(None, (one.end, other.end)), default=None)
    return low is None or high is None or low <= high
