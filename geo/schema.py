"""The tables of the store, and how reports, actors and events become rows and come back.

Only portable types: the columns that filters need stand apart from the nested parts, which are
JSON. ``origin`` says whose a row is: ``seed`` for what ships, anything else for what was added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from math import nan
from typing import Any

import sqlalchemy as sa

from geo.dates import DateSpan
from geo.model import (
    Actor,
    ActorKind,
    Attribution,
    CandidateNote,
    Event,
    EventPlace,
    EventType,
    Numbers,
    Participant,
    Quote,
    Report,
    Role,
    Status,
    Tier,
    Toponym,
)

__all__ = [
    "ACTORS",
    "CHANGES",
    "EVENTS",
    "EVENT_ACTORS",
    "META",
    "METADATA",
    "PLACELESS",
    "REPORTS",
    "TOPONYMS",
    "Row",
    "actor_of",
    "actor_row",
    "event_of",
    "event_rows",
    "placeless_of",
    "placeless_row",
    "report_of",
    "report_row",
    "toponym_of",
    "toponym_row",
]

Row = dict[str, Any]

METADATA = sa.MetaData()

META = sa.Table(
    "meta",
    METADATA,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
REPORTS = sa.Table(
    "reports",
    METADATA,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("publisher", sa.Text, nullable=False),
    sa.Column("published", sa.String(40), nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("source_note", sa.Text, nullable=False),
    sa.Column("language", sa.String(20), nullable=False),
    sa.Column("licence", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("origin", sa.String(20), nullable=False),
)
ACTORS = sa.Table(
    "actors",
    METADATA,
    sa.Column("id", sa.String(100), primary_key=True),
    sa.Column("doc", sa.JSON, nullable=False),
    sa.Column("origin", sa.String(20), nullable=False),
)
EVENTS = sa.Table(
    "events",
    METADATA,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("report_id", sa.ForeignKey("reports.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("type", sa.String(20), nullable=False),
    sa.Column("tier", sa.String(20), nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("date", sa.String(40), nullable=False),
    sa.Column("date_start", sa.Date, index=True),
    sa.Column("date_end", sa.Date, index=True),
    sa.Column("place_id", sa.String(100), nullable=False, index=True),
    sa.Column("lat", sa.Float, nullable=False),
    sa.Column("lon", sa.Float, nullable=False),
    sa.Column("doc", sa.JSON, nullable=False),
    sa.Column("origin", sa.String(20), nullable=False),
)
EVENT_ACTORS = sa.Table(
    "event_actors",
    METADATA,
    sa.Column("event_id", sa.ForeignKey("events.id"), primary_key=True),
    sa.Column("actor_id", sa.ForeignKey("actors.id"), primary_key=True),
    sa.Column("role", sa.String(20), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
)
# Names that no place was found for; a table of its own, so that databases made before it open too.
TOPONYMS = sa.Table(
    "toponyms",
    METADATA,
    sa.Column("report_id", sa.ForeignKey("reports.id"), primary_key=True),
    sa.Column("start", sa.Integer, primary_key=True),
    sa.Column("end", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("literal", sa.Boolean, nullable=False),
    sa.Column("place_id", sa.String(100)),
)
# Events that no place is known for; never in EVENTS, so that nothing can put them at 0°, 0°.
PLACELESS = sa.Table(
    "placeless",
    METADATA,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("report_id", sa.ForeignKey("reports.id"), nullable=False, index=True),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("doc", sa.JSON, nullable=False),
)
CHANGES = sa.Table(
    "changes",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
)


def actor_row(actor: Actor, origin: str) -> Row:
    """An actor as a row of ``ACTORS``."""
    doc = {**asdict(actor), "kind": actor.kind.value}
    return {"id": actor.id, "doc": doc, "origin": origin}


def report_row(report: Report, origin: str) -> Row:
    """A report as a row of ``REPORTS``."""
    return {**asdict(report), "published": str(report.published), "origin": origin}


def event_rows(events: Sequence[Event], origin: str) -> tuple[list[Row], list[Row]]:
    """Events as rows of ``EVENTS`` and of ``EVENT_ACTORS``."""
    rows = [
        {
            "id": event.id,
            "report_id": event.quote.report_id,
            "position": position,
            "type": event.type.value,
            "tier": event.attribution.tier.value,
            "status": event.status.value,
            "date": str(event.date),
            "date_start": event.date.start,
            "date_end": event.date.latest,
            "place_id": event.place.place_id,
            "lat": event.place.lat,
            "lon": event.place.lon,
            "doc": _event_doc(event),
            "origin": origin,
        }
        for position, event in enumerate(events)
    ]
    parts = [
        {
            "event_id": event.id,
            "actor_id": participant.actor_id,
            "role": participant.role.value,
            "position": position,
        }
        for event in events
        for position, participant in enumerate(event.participants)
    ]
    return rows, parts


def toponym_row(toponym: Toponym) -> Row:
    """A toponym as a row of ``TOPONYMS``; its candidates are looked up anew when asked for."""
    kept = ("report_id", "start", "end", "text", "literal", "place_id")
    return {key: getattr(toponym, key) for key in kept}


def toponym_of(row: Any) -> Toponym:
    """The toponym of a row of ``TOPONYMS``."""
    return Toponym(row.report_id, row.start, row.end, row.text, row.literal, place_id=row.place_id)


def report_of(row: Any) -> Report:
    """The report of a row of ``REPORTS``."""
    plain = {field.name: getattr(row, field.name) for field in fields(Report)}
    return Report(**{**plain, "published": DateSpan.parse(row.published)})


def _event_doc(event: Event) -> dict[str, Any]:
    place = asdict(event.place)
    return {
        "place": place,
        "attribution": {**asdict(event.attribution), "tier": event.attribution.tier.value},
        "quote": asdict(event.quote),
        "summary": event.summary,
        "subtype": event.subtype,
        "numbers": asdict(event.numbers) if event.numbers else None,
        "reviewed_by": event.reviewed_by,
        "reviewed_at": event.reviewed_at.isoformat() if event.reviewed_at else None,
        "candidates": [asdict(candidate) for candidate in event.candidates],
        "edited": list(event.edited),
    }


def placeless_row(event: Event) -> Row:
    """An event that no place is known for as a row of ``PLACELESS``."""
    doc = _event_doc(event)
    for key in ("lat", "lon", "precision_km"):
        doc["place"][key] = None  # JSON has no word for "not a number"
    doc["type"], doc["date"] = event.type.value, str(event.date)
    doc["participants"] = [[p.actor_id, p.role.value] for p in event.participants]
    return {
        "id": event.id,
        "report_id": event.quote.report_id,
        "status": event.status.value,
        "doc": doc,
    }


def placeless_of(row: Any) -> Event:
    """The event of a row of ``PLACELESS``; KeyError and such if it is damaged."""
    doc = row.doc
    place = {**doc["place"], "lat": nan, "lon": nan, "precision_km": nan}
    parts = [Participant(actor, Role(role)) for actor, role in doc["participants"]]
    return _event(
        row.id, doc["type"], doc["date"], row.status, {**doc, "place": place}, tuple(parts)
    )


def event_of(row: Any, participants: Iterable[Participant]) -> Event:
    """The event of a row of ``EVENTS`` and its participants; KeyError and such if it is damaged."""
    return _event(row.id, row.type, row.date, row.status, row.doc, tuple(participants))


def _event(
    event_id: str,
    kind: str,
    day: str,
    status: str,
    doc: Mapping[str, Any],
    participants: tuple[Participant, ...],
) -> Event:
    attribution = doc["attribution"]
    return Event(
        id=event_id,
        type=EventType(kind),
        participants=participants,
        place=EventPlace(**doc["place"]),
        date=DateSpan.parse(day),
        attribution=Attribution(**{**attribution, "tier": Tier(attribution["tier"])}),
        quote=Quote(**doc["quote"]),
        summary=doc["summary"],
        subtype=doc["subtype"],
        numbers=Numbers(**doc["numbers"]) if doc["numbers"] else None,
        status=Status(status),
        reviewed_by=doc["reviewed_by"],
        reviewed_at=datetime.fromisoformat(doc["reviewed_at"]) if doc["reviewed_at"] else None,
        candidates=tuple(
            CandidateNote(**{**note, "reasons": tuple(note["reasons"])})
            for note in doc["candidates"]
        ),
        edited=tuple(doc.get("edited", ())),  # not in databases made before there were edits
    )


def actor_of(doc: Mapping[str, Any]) -> Actor:
    """The actor of a row's document."""
    return Actor(
        **{
            **doc,
            "kind": ActorKind(doc["kind"]),
            "aliases": {tag: tuple(names) for tag, names in doc["aliases"].items()},
            "allied_with": tuple(doc["allied_with"]),
        }
    )
