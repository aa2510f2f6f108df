"""Read the hand-coded actors, reports and events that ship with Dateline.

Every file is TOML and read strictly: a key nobody knows, a quote that is not in its text letter
for letter, a place that does not exist or an event later than its report stops the loading with
``SeedError``, which names the file, the 1-based record and the reason. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from geo.dates import DateSpan
from geo.errors import InputError, SeedError
from geo.model import (
    Actor,
    ActorKind,
    Attribution,
    Candidate,
    CandidateNote,
    Event,
    EventPlace,
    EventType,
    Numbers,
    Participant,
    Place,
    Quote,
    Report,
    Role,
    Tier,
)
from geo.records import Record, many, one, tables, toml_files

__all__ = [
    "PATTERNS",
    "PlaceSource",
    "RawEvent",
    "SeedData",
    "load_actors",
    "load_seeds",
    "read_report",
]

CANDIDATES_KEPT = 5
MOST_COUNTED = 10_000_000_000  # more than there are people
PATTERNS = frozenset(
    {"solid", "diagonal-right", "diagonal-left", "horizontal", "vertical", "cross", "dots"}
)

MAX_SHORT = 40
_MARKS = re.compile(r"[*_`\[\]()<>!$:#\\\x00-\x1f]")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ACTOR_KEYS = frozenset(
    "id name short kind colour pattern order part_of allied_with aliases".split()
)
_REPORT_KEYS = frozenset(
    "id title publisher published url source_note language licence text".split()
)
_EVENT_KEYS = frozenset(
    "id type agents allies targets place toponym date quote speaker party tier summary numbers "
    "note".split()
)
_NUMBER_KEYS = frozenset({"low", "best", "high", "unit"})


class PlaceSource(Protocol):
    """The part of a geocoder that seeds need."""

    def place(self, place_id: str) -> Place:
        """The place with this id. Raises InputError if there is none."""
        ...

    def candidates(
        self, name: str, *, country: str | None = None, limit: int = 8
    ) -> Sequence[Candidate]:
        """Places the name may mean, best first."""
        ...


@dataclass(frozen=True, slots=True)
class RawEvent:
    """An event as its file gives it, checked against its own report only.

    ``row`` is the 1-based record in the file; ``start`` and ``end`` index the report's text.
    """

    id: str
    row: int
    type: EventType
    agents: tuple[str, ...]
    allies: tuple[str, ...]
    targets: tuple[str, ...]
    place_id: str
    toponym: str
    date: DateSpan
    start: int
    end: int
    speaker: str
    party: str | None
    tier: Tier
    summary: str
    numbers: Numbers | None
    note: str


@dataclass(frozen=True, slots=True)
class SeedData:
    """Everything the seed files hold: reports by date, their events, and the actors by id."""

    reports: tuple[Report, ...]
    events: tuple[Event, ...]
    actors: Mapping[str, Actor]


def load_actors(folder: Path) -> dict[str, Actor]:
    """Read every actor set in ``folder``; actors by id, in their ``order``.

    Raises SeedError for a broken file, a doubled id, or a link to an actor that is not there.
    """
    actors: dict[str, Actor] = {}
    records: dict[str, Record] = {}
    for path in toml_files(folder, "actor sets"):
        data = tables(path, "set", "actor")
        head = one(path, data, "set")
        head.allow(frozenset({"id", "name", "from", "to"}))
        head.text("id")
        head.text("name")
        if head.whole("from") > head.whole("to"):
            raise head.fail("'from' is later than 'to'")
        for record in many(path, data, "actor"):
            actor = _actor(record)
            if actor.id in actors:
                raise record.fail(f"the id {actor.id!r} is used twice")
            actors[actor.id] = actor
            records[actor.id] = record
    for actor in actors.values():
        for other in (actor.part_of, *actor.allied_with):
            if other and (other not in actors or other == actor.id):
                raise records[actor.id].fail(f"{other!r} is not another actor's id")
    return dict(sorted(actors.items(), key=lambda item: (item[1].order, item[0])))


def _actor(record: Record) -> Actor:
    record.allow(_ACTOR_KEYS)
    name = record.text("id")
    if not _ID.fullmatch(name):
        raise record.fail(f"the id {name!r} must be small letters, digits and hyphens")
    colour = record.text("colour")
    if not _COLOUR.fullmatch(colour):
        raise record.fail(f"'colour' is {colour!r}; write it as #rrggbb")
    pattern = record.text("pattern")
    if pattern not in PATTERNS:
        known = ", ".join(sorted(PATTERNS))
        raise record.fail(f"'pattern' is {pattern!r}; it must be one of {known}")
    short = record.text("short")
    if _MARKS.search(short) or len(short) > MAX_SHORT:
        raise record.fail(
            f"'short' is {short!r}; it stands on buttons and in links, so keep it to "
            f"{MAX_SHORT} characters and none of * _ ` [ ] ( ) < > ! $ : # \\"
        )
    aliases = record.data.get("aliases", {})
    if not isinstance(aliases, dict):
        raise record.fail("'aliases' must be a table of lists by language")
    words = Record(record.file, record.row, aliases)
    return Actor(
        id=name,
        name=record.text("name"),
        short=short,
        kind=record.choice("kind", ActorKind),
        colour=colour,
        pattern=pattern,
        aliases={language: words.texts(language) for language in aliases},
        part_of=record.text("part_of", "") or None,
        allied_with=record.texts("allied_with"),
        order=record.whole("order"),
    )


def read_report(path: Path) -> tuple[Report, list[RawEvent]]:
    """Read one report file and check its events against its own text.

    Quotes must occur in the text exactly once, toponyms at least once, and no event may be
    later than the report unless it is an intention. Raises SeedError.
    """
    data = tables(path, "report", "event")
    head = one(path, data, "report")
    head.allow(_REPORT_KEYS)
    report = Report(
        id=head.text("id"),
        title=head.text("title"),
        publisher=head.text("publisher"),
        published=head.date("published"),
        text=head.text("text"),
        url=head.text("url", ""),
        source_note=head.text("source_note", ""),
        language=head.text("language", "en"),
        licence=head.text("licence", ""),
    )
    if not _ID.fullmatch(report.id):
        raise head.fail(f"the id {report.id!r} must be small letters, digits and hyphens")
    if report.published.latest is None:
        raise head.fail("'published' must be a date")
    if report.url and not report.url.startswith(("https://", "http://")):
        raise head.fail(f"'url' is {report.url!r}; it must start with http:// or https://")
    if not report.url and not report.source_note:
        raise head.fail("with no 'url', 'source_note' must say where the facts come from")
    events: list[RawEvent] = []
    for record in many(path, data, "event"):
        event = _raw_event(record, report)
        if any(event.id == other.id for other in events):
            raise record.fail(f"the id {event.id!r} is used twice")
        events.append(event)
    return report, events


def _raw_event(record: Record, report: Report) -> RawEvent:
    record.allow(_EVENT_KEYS)
    name = record.text("id")
    before, _, own = name.partition("/")
    if before != report.id or not _ID.fullmatch(own):
        raise record.fail(
            f"the id {name!r} must start with {report.id + '/'!r} and end in a number"
        )
    start, end = _quote_span(record, report.text)
    toponym = record.text("toponym")
    if toponym not in report.text:
        raise record.fail(f"the toponym {toponym!r} is not in the report's text")
    kind = record.choice("type", EventType)
    span = record.date("date")
    published = report.published.latest
    late = span.latest is not None and published is not None and span.latest > published
    if late and kind is not EventType.INTENTION:
        raise record.fail(f"the event ({span}) is later than its report ({report.published})")
    agents = record.texts("agents")
    if not agents:
        raise record.fail("'agents' must name at least one actor")
    for key in ("agents", "allies", "targets"):
        if len(set(record.texts(key))) < len(record.texts(key)):
            raise record.fail(f"{key!r} names an actor twice")
    return RawEvent(
        id=name,
        row=record.row or 0,
        type=kind,
        agents=agents,
        allies=record.texts("allies"),
        targets=record.texts("targets"),
        place_id=record.text("place"),
        toponym=toponym,
        date=span,
        start=start,
        end=end,
        speaker=record.text("speaker", ""),
        party=record.text("party", "") or None,
        tier=record.choice("tier", Tier),
        summary=record.text("summary"),
        numbers=_numbers(record),
        note=record.text("note", ""),
    )


def _quote_span(record: Record, text: str) -> tuple[int, int]:
    quote = record.text("quote")
    start = text.find(quote)
    if start < 0:
        raise record.fail(f"the quote {quote!r} is not in the report's text, letter for letter")
    if text.find(quote, start + 1) >= 0:
        raise record.fail(f"the quote {quote!r} occurs more than once; quote more words")
    return start, start + len(quote)


def _numbers(record: Record) -> Numbers | None:
    table = record.data.get("numbers")
    if table is None:
        return None
    if not isinstance(table, dict):
        raise record.fail("'numbers' must be a table with low, best, high and unit")
    given = Record(record.file, record.row, table)
    given.allow(_NUMBER_KEYS)
    found: dict[str, float | None] = {}
    for key in ("low", "best", "high"):
        value = table.get(key)
        if value is None:
            found[key] = None
            continue
        counted = isinstance(value, int | float) and not isinstance(value, bool)
        if not counted or not 0 <= value <= MOST_COUNTED:
            raise record.fail(f"{key!r} must be a number from 0 to {MOST_COUNTED:,}")
        found[key] = float(value)
    bounds = [value for value in found.values() if value is not None]
    if not bounds or bounds != sorted(bounds):
        raise record.fail("'numbers' needs low, best or high, in rising order")
    return Numbers(found["low"], found["best"], found["high"], given.text("unit"))


def load_seeds(reports_dir: Path, actors: Mapping[str, Actor], geocoder: PlaceSource) -> SeedData:
    """Read every report in ``reports_dir`` and make its events.

    Places are looked up by id; the toponym's candidates are kept beside them. Reports come
    back by publication date, events in the order of their reports. Raises SeedError.
    """
    reports: dict[str, Report] = {}
    events: list[Event] = []
    read = [(path, *read_report(path)) for path in toml_files(reports_dir, "reports")]
    read.sort(key=lambda item: (str(item[1].published.latest), item[1].id))
    for path, report, raw_events in read:
        if report.id in reports:
            raise SeedError(path.name, None, f"the report id {report.id!r} is used twice")
        reports[report.id] = report
        for raw in raw_events:
            try:
                events.append(_event(raw, report, actors, geocoder))
            except InputError as exc:
                raise SeedError(path.name, raw.row, str(exc)) from exc
    return SeedData(tuple(reports.values()), tuple(events), actors)


def _event(
    raw: RawEvent, report: Report, actors: Mapping[str, Actor], geocoder: PlaceSource
) -> Event:
    roles = ((Role.AGENT, raw.agents), (Role.ALLY, raw.allies), (Role.TARGET, raw.targets))
    participants = tuple(Participant(name, role) for role, names in roles for name in names)
    named = [p.actor_id for p in participants] + ([raw.party] if raw.party else [])
    for name in named:
        if name not in actors:
            known = ", ".join(actors)
            msg = f"there is no actor {name!r}; the actors are {known}"
            raise InputError(msg)
    place = geocoder.place(raw.place_id)
    candidates = geocoder.candidates(raw.toponym, country=place.country, limit=CANDIDATES_KEPT)
    return Event(
        id=raw.id,
        type=raw.type,
        participants=participants,
        place=EventPlace(
            place_id=place.id,
            text=raw.toponym,
            name=place.name,
            lat=place.lat,
            lon=place.lon,
            feature_code=place.feature_code,
            country=place.country,
            admin1=place.admin1,
            precision_km=place.precision_km,
            arabic=place.arabic,
        ),
        date=raw.date,
        attribution=Attribution(report.publisher, raw.speaker, raw.tier, raw.party, raw.note),
        quote=Quote(report.id, raw.start, raw.end),
        summary=raw.summary,
        numbers=raw.numbers,
        candidates=tuple(_note(candidate) for candidate in candidates),
    )


def _note(candidate: Candidate) -> CandidateNote:
    place = candidate.place
    return CandidateNote(
        place_id=place.id,
        name=place.name,
        lat=place.lat,
        lon=place.lon,
        feature_code=place.feature_code,
        country=place.country,
        score=candidate.score,
        reasons=candidate.reasons,
    )
