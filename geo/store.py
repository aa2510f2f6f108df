"""Where reports, actors and events are kept: SQLAlchemy, SQLite in a file by default.

Any SQLAlchemy URL works (``DATELINE_DB``); the tables use only portable types, with the columns
that filters need kept apart from the nested parts, which are JSON. Rows that came from the
shipped seeds carry ``origin = "seed"``; loading new seeds replaces only those. Every change is
appended to ``changes`` with who, when and why, and is never rewritten.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from platformdirs import user_data_path
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError

from geo.dates import DateSpan
from geo.errors import StoreError
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

__all__ = ["Snapshot", "Store", "default_url", "open_store"]

SCHEMA_VERSION = "1"
OPENING_TRIES = 5  # another process may be making the same tables at the same moment
START_AFRESH = "set DATELINE_HOME to another folder to start a fresh one"
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
CHANGES = sa.Table(
    "changes",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the views need, read in one go. Events come oldest first."""

    events: tuple[Event, ...]
    reports: Mapping[str, Report]
    actors: Mapping[str, Actor]


def default_url() -> str:
    """The database to use: ``DATELINE_DB`` (an SQLAlchemy URL), or a file in the user's data."""
    given = os.environ.get("DATELINE_DB", "").strip()
    if given:
        return given
    folder = Path(os.environ.get("DATELINE_HOME") or user_data_path("dateline", appauthor=False))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        msg = (
            f"The folder for the database cannot be made ({exc.strerror}: {folder}). "
            "Set DATELINE_HOME to a folder you may write to."
        )
        raise StoreError(msg) from exc
    return f"sqlite:///{folder / 'dateline.db'}"


def open_store(url: str | None = None) -> Store:
    """Open (and if need be create) the database at ``url``. Raises StoreError if that fails."""
    return Store(url or default_url())


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
    }


def _event_of(row: Any, participants: Iterable[Participant]) -> Event:
    doc = row.doc
    attribution = doc["attribution"]
    return Event(
        id=row.id,
        type=EventType(row.type),
        participants=tuple(participants),
        place=EventPlace(**doc["place"]),
        date=DateSpan.parse(row.date),
        attribution=Attribution(**{**attribution, "tier": Tier(attribution["tier"])}),
        quote=Quote(**doc["quote"]),
        summary=doc["summary"],
        subtype=doc["subtype"],
        numbers=Numbers(**doc["numbers"]) if doc["numbers"] else None,
        status=Status(row.status),
        reviewed_by=doc["reviewed_by"],
        reviewed_at=datetime.fromisoformat(doc["reviewed_at"]) if doc["reviewed_at"] else None,
        candidates=tuple(
            CandidateNote(**{**note, "reasons": tuple(note["reasons"])})
            for note in doc["candidates"]
        ),
    )


def _actor_of(doc: Mapping[str, Any]) -> Actor:
    return Actor(
        **{
            **doc,
            "kind": ActorKind(doc["kind"]),
            "aliases": {tag: tuple(names) for tag, names in doc["aliases"].items()},
            "allied_with": tuple(doc["allied_with"]),
        }
    )


class Store:
    """An open database. Safe to share between threads: each call uses its own connection."""

    def __init__(self, url: str) -> None:
        try:
            self._engine = sa.create_engine(url)
            if self._engine.dialect.name == "sqlite":
                sa.event.listen(self._engine, "connect", _sqlite_setup)
            found = self._prepare()
        except (SQLAlchemyError, ImportError) as exc:
            msg = (
                f"The database cannot be opened ({_first_line(exc)}). "
                f"Check DATELINE_DB, or {START_AFRESH}."
            )
            raise StoreError(msg) from exc
        if found not in (None, SCHEMA_VERSION):
            msg = (
                f"The database was made by another version of Dateline (its schema is {found}, "
                f"this version reads {SCHEMA_VERSION}). Set DATELINE_HOME to another folder."
            )
            raise StoreError(msg)

    def _prepare(self) -> str | None:
        """Make what tables are missing. Returns the schema found, None in a new database."""
        for tries_left in reversed(range(OPENING_TRIES)):
            try:
                METADATA.create_all(self._engine)
                found = self._meta("schema")
                if found is None:
                    self._set_meta("schema", SCHEMA_VERSION)
            except (IntegrityError, OperationalError, ProgrammingError):
                if not tries_left:
                    raise
                time.sleep(0.05)
            else:
                break
        return found

    def meta(self, key: str) -> str | None:
        """A remembered value, such as the fingerprint of the loaded seeds. Raises StoreError."""
        try:
            return self._meta(key)
        except SQLAlchemyError as exc:
            raise _unreadable(_first_line(exc)) from exc

    def _meta(self, key: str) -> str | None:
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(META.c.value).where(META.c.key == key))

    def _set_meta(self, key: str, value: str) -> None:
        with self._engine.begin() as connection:
            _put_meta(connection, key, value)

    def replace_seeds(
        self,
        actors: Iterable[Actor],
        reports: Iterable[Report],
        events: Sequence[Event],
        *,
        fingerprint: str,
        who: str = "Dateline",
    ) -> None:
        """Put these seeds in the place of the earlier ones, in one transaction.

        Rows of any other origin stay as they are. Raises StoreError, and changes nothing, if
        the database refuses.
        """
        try:
            with self._engine.begin() as connection:
                self._drop_seeds(connection)
                _insert(
                    connection,
                    ACTORS,
                    [
                        {
                            "id": actor.id,
                            "doc": {**asdict(actor), "kind": actor.kind.value},
                            "origin": "seed",
                        }
                        for actor in actors
                    ],
                )
                _insert(
                    connection,
                    REPORTS,
                    [
                        {**asdict(report), "published": str(report.published), "origin": "seed"}
                        for report in reports
                    ],
                )
                _insert_events(connection, events, origin="seed")
                _put_meta(connection, "seeds", fingerprint)
                connection.execute(
                    sa.insert(CHANGES).values(
                        at=datetime.now(UTC),
                        who=who,
                        why="the shipped seeds are new or have changed",
                        what=f"loaded {len(events)} seed events ({fingerprint[:12]})",
                    )
                )
        except SQLAlchemyError as exc:
            msg = f"The seeds could not be stored ({_first_line(exc)}); nothing was changed."
            raise StoreError(msg) from exc

    @staticmethod
    def _drop_seeds(connection: sa.Connection) -> None:
        seeds = sa.select(EVENTS.c.id).where(EVENTS.c.origin == "seed")
        connection.execute(sa.delete(EVENT_ACTORS).where(EVENT_ACTORS.c.event_id.in_(seeds)))
        for table in (EVENTS, REPORTS, ACTORS):
            connection.execute(sa.delete(table).where(table.c.origin == "seed"))

    def snapshot(self) -> Snapshot:
        """Everything stored. Raises StoreError if it cannot be read."""
        try:
            with self._engine.connect() as connection:
                roles: dict[str, list[Participant]] = {}
                for row in connection.execute(
                    sa.select(EVENT_ACTORS).order_by(EVENT_ACTORS.c.position)
                ):
                    roles.setdefault(row.event_id, []).append(
                        Participant(row.actor_id, Role(row.role))
                    )
                events = [
                    _event_of(row, roles.get(row.id, ()))
                    for row in connection.execute(sa.select(EVENTS))
                ]
                reports = {
                    row.id: Report(
                        id=row.id,
                        title=row.title,
                        publisher=row.publisher,
                        published=DateSpan.parse(row.published),
                        text=row.text,
                        url=row.url,
                        source_note=row.source_note,
                        language=row.language,
                        licence=row.licence,
                    )
                    for row in connection.execute(sa.select(REPORTS).order_by(REPORTS.c.published))
                }
                actors = [_actor_of(row.doc) for row in connection.execute(sa.select(ACTORS))]
        except SQLAlchemyError as exc:
            raise _unreadable(_first_line(exc)) from exc
        except (AttributeError, KeyError, TypeError, ValueError) as exc:
            raise _unreadable(f"a row is damaged: {type(exc).__name__}, {exc}") from exc
        events.sort(key=lambda event: event.recency)
        actors.sort(key=lambda actor: (actor.order, actor.name))
        return Snapshot(tuple(events), reports, {actor.id: actor for actor in actors})

    def changes(self) -> list[tuple[datetime, str, str, str]]:
        """The history, oldest first: when (UTC), who, why, what."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(CHANGES).order_by(CHANGES.c.id))
            return [(row.at.replace(tzinfo=UTC), row.who, row.why, row.what) for row in rows]


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)


def _insert_events(connection: sa.Connection, events: Sequence[Event], *, origin: str) -> None:
    _insert(
        connection,
        EVENTS,
        [
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
        ],
    )
    _insert(
        connection,
        EVENT_ACTORS,
        [
            {
                "event_id": event.id,
                "actor_id": participant.actor_id,
                "role": participant.role.value,
                "position": position,
            }
            for event in events
            for position, participant in enumerate(event.participants)
        ],
    )


def _put_meta(connection: sa.Connection, key: str, value: str) -> None:
    connection.execute(sa.delete(META).where(META.c.key == key))
    connection.execute(sa.insert(META).values(key=key, value=value))


def _sqlite_setup(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _unreadable(what: str) -> StoreError:
    return StoreError(f"The database cannot be read ({what}). Restore it, or {START_AFRESH}.")


def _first_line(exc: Exception) -> str:
    return str(getattr(exc, "orig", None) or exc).splitlines()[0]
