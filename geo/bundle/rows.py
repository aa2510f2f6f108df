"""Reports, events, actors and imported lines as a bundle holds them, and back, checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

import shapely
from shapely.geometry import shape

from geo.bundle.fields import MAX_ID, Fields
from geo.lines import MAX_POINTS, Area, Layer, Mode
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
)
from geo.webmap import web_link

__all__ = [
    "actor_json",
    "event_json",
    "layer_json",
    "read_actors",
    "read_events",
    "read_layers",
    "read_reports",
    "report_json",
]

MAX_ROWS = 300_000
MAX_TEXT = 4_000_000  # letters of one report
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_PATTERN = re.compile(r"[a-z][a-z-]{0,40}")
_CODE = re.compile(r"[A-Za-z0-9_.-]{0,20}")

Row = TypeVar("Row", Report, Actor, Event, Layer)


def _keys(kind: type) -> frozenset[str]:
    return frozenset(f.name for f in fields(kind))


def _plain(row: Any, **others: Any) -> dict[str, Any]:
    """A row as its fields, those named written otherwise; what they hold orjson knows to write."""
    return {**{f.name: getattr(row, f.name) for f in fields(row)}, **others}


def report_json(report: Report) -> dict[str, Any]:
    """A report as ``dump`` writes it."""
    return _plain(report, published=str(report.published))


def actor_json(actor: Actor) -> dict[str, Any]:
    """An actor as ``dump`` writes it."""
    return _plain(actor, aliases={tag: list(names) for tag, names in actor.aliases.items()})


def event_json(event: Event) -> dict[str, Any]:
    """An event as ``dump`` writes it."""
    reviewed = event.reviewed_at.isoformat() if event.reviewed_at else None
    return _plain(event, date=str(event.date), reviewed_at=reviewed)


def layer_json(layer: Layer) -> dict[str, Any]:
    """Imported lines as ``dump`` writes them."""
    return _plain(layer)


def _all(
    member: str, value: Any, read: Callable[[Fields], Row], key: Callable[[Row], str]
) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in Fields.rows(member, value, MAX_ROWS):
        one = read(row)
        if key(one) in found:
            raise row.fail("id", f"({key(one)[:60]!r}) is there twice")
        found[key(one)] = one
    return found


def read_reports(member: str, value: Any) -> dict[str, Report]:
    """Reports by id. Raises InputError, naming record and field."""

    def read(row: Fields) -> Report:
        row.known(_keys(Report))
        url = row.text("url")
        if url and not web_link(url):
            raise row.fail("url", "is not a web address")
        return Report(
            id=row.ident("id"),
            title=row.text("title"),
            publisher=row.text("publisher"),
            published=row.span("published"),
            text=row.text("text", most=MAX_TEXT),
            url=url,
            source_note=row.text("source_note"),
            language=row.text("language", most=35),
            licence=row.text("licence"),
        )

    return _all(member, value, read, lambda one: one.id)


def read_actors(member: str, value: Any) -> dict[str, Actor]:
    """Actors by id, in their order. Raises InputError, naming record and field."""

    def read(row: Fields) -> Actor:
        row.known(_keys(Actor))
        # Both go into drawings and style sheets.
        if not _COLOUR.fullmatch(row.text("colour")):
            raise row.fail("colour", "is not a colour such as #c0392b")
        if not _PATTERN.fullmatch(row.text("pattern")):
            raise row.fail("pattern", "is not the name of a pattern")
        aliases = row.inner("aliases")
        return Actor(
            id=row.ident("id"),
            name=row.text("name", empty=False),
            short=row.text("short"),
            kind=row.choice("kind", ActorKind),
            colour=row.text("colour"),
            pattern=row.text("pattern"),
            aliases={tag[:MAX_ID]: aliases.texts(tag) for tag in sorted(aliases.data)[:200]},
            part_of=row.maybe("part_of"),
            allied_with=row.texts("allied_with"),
            order=row.whole("order", -(10**6), 10**6),
        )

    return _all(member, value, read, lambda one: one.id)


def _place(row: Fields) -> EventPlace:
    row.known(_keys(EventPlace))
    if not _CODE.fullmatch(row.text("feature_code")):
        raise row.fail("feature_code", "is not a GeoNames feature code")
    return EventPlace(
        place_id=row.ident("place_id"),
        text=row.text("text"),
        name=row.text("name"),
        lat=row.number("lat", -90, 90),
        lon=row.number("lon", -180, 180),
        feature_code=row.text("feature_code"),
        country=row.maybe("country"),
        admin1=row.maybe("admin1"),
        precision_km=row.number("precision_km", 0, 21_000),
        arabic=row.maybe("arabic", most=400),
    )


def _numbers(row: Fields) -> Numbers | None:
    if row.data.get("numbers") is None:
        return None
    own = row.inner("numbers")
    own.known(_keys(Numbers))
    low, best, high = (
        None if own.data.get(key) is None else own.number(key, -1e15, 1e15)
        for key in ("low", "best", "high")
    )
    return Numbers(low, best, high, own.text("unit"))


def _candidate(row: Fields) -> CandidateNote:
    row.known(_keys(CandidateNote))
    return CandidateNote(
        place_id=row.ident("place_id"),
        name=row.text("name"),
        lat=row.number("lat", -90, 90),
        lon=row.number("lon", -180, 180),
        feature_code=row.text("feature_code", most=10),
        country=row.maybe("country"),
        score=row.number("score", 0, 1),
        reasons=row.texts("reasons"),
    )


def read_events(
    member: str, value: Any, reports: Mapping[str, Report], actors: Mapping[str, Actor]
) -> tuple[Event, ...]:
    """Events in their order, each pointing at a report and at actors that are there.

    Raises InputError, naming record and field.
    """

    def read(row: Fields) -> Event:
        row.known(_keys(Event))
        quote, said = row.inner("quote"), row.inner("attribution")
        quote.known(_keys(Quote))
        said.known(_keys(Attribution))
        report = reports.get(quote.ident("report_id"))
        if report is None:
            raise quote.fail("report_id", "is no report of the bundle")
        start = quote.whole("start", 0, len(report.text))
        end = quote.whole("end", start, len(report.text))
        people = [
            Participant(one.ident("actor_id"), one.choice("role", Role))
            for one in row.each("participants", 200)
        ]
        strange = [p.actor_id for p in people if p.actor_id not in actors]
        if strange:
            raise row.fail("participants", f"names {strange[0][:60]!r}, who is no actor of it")
        if row.choice("status", Status) is not Status.CONFIRMED:
            raise row.fail("status", "is not confirmed; such events are on no map")
        return Event(
            id=row.ident("id"),
            type=row.choice("type", EventType),
            participants=tuple(people),
            place=_place(row.inner("place")),
            date=row.span("date"),
            attribution=Attribution(
                publisher=said.text("publisher"),
                speaker=said.text("speaker"),
                tier=said.choice("tier", Tier),
                party=said.maybe("party"),
                note=said.text("note"),
            ),
            quote=Quote(report.id, start, end),
            summary=row.text("summary"),
            subtype=row.text("subtype"),
            numbers=_numbers(row),
            status=Status.CONFIRMED,
            reviewed_by=row.text("reviewed_by"),
            reviewed_at=row.moment("reviewed_at"),
            candidates=tuple(_candidate(one) for one in row.each("candidates", 100)),
            edited=row.texts("edited", most=20),
        )

    found = _all(member, value, read, lambda one: one.id)
    return tuple(sorted(found.values(), key=lambda event: event.recency))


def _area(row: Fields) -> Area:
    row.known(_keys(Area))
    geometry = row.data.get("geometry")
    if not isinstance(geometry, dict) or geometry.keys() != {"type", "coordinates"}:
        raise row.fail("geometry", "is not a GeoJSON polygon")
    if geometry["type"] not in ("Polygon", "MultiPolygon"):
        raise row.fail("geometry", "is not a polygon")
    try:
        drawn = shape(geometry)
        corners = shapely.get_coordinates(drawn)
        usable = drawn.is_valid and not drawn.is_empty
    except (TypeError, ValueError, AttributeError, IndexError, shapely.errors.ShapelyError):
        raise row.fail("geometry", "cannot be read as a polygon") from None
    if not usable or len(corners) > MAX_POINTS:
        raise row.fail("geometry", f"is no valid polygon of at most {MAX_POINTS:,} corners")
    if not ((abs(corners[:, 0]) <= 180) & (abs(corners[:, 1]) <= 90)).all():
        raise row.fail("geometry", "is not on the globe")
    return Area(row.text("actor_id", most=MAX_ID), row.text("label"), geometry)


def read_layers(member: str, value: Any) -> tuple[Layer, ...]:
    """Imported lines in their order. Raises InputError, naming record and field."""

    def read(row: Fields) -> Layer:
        row.known(_keys(Layer))
        first, last = row.day("on"), row.day("until")
        if last < first:
            raise row.fail("until", "is before the first day")
        return Layer(
            id=row.ident("id"),
            title=row.text("title", empty=False),
            on=first,
            until=last,
            source=row.text("source"),
            tier=row.choice("tier", Tier),
            areas=tuple(_area(one) for one in row.each("areas", 2_000)),
            mode=row.choice("mode", Mode),
            url=row.text("url"),
            note=row.text("note"),
        )

    return tuple(_all(member, value, read, lambda one: one.id).values())
