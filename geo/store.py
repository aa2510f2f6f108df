"""Where reports, actors and events are kept: SQLAlchemy, SQLite in a file by default.

Any SQLAlchemy URL works (``DATELINE_DB``); the tables use only portable types, with the columns
that filters need kept apart from the nested parts, which are JSON. Rows that came from the
shipped seeds carry ``origin = "seed"``; loading new seeds replaces only those. Every change is
appended to ``changes`` with who, when and why, and is never rewritten.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from platformdirs import user_data_path
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError

from geo.errors import StoreError
from geo.layer_store import LayerShelf, read_layers
from geo.lines import Layer
from geo.model import Actor, Event, Participant, Report, Role, Status, Toponym
from geo.schema import (
    ACTORS,
    CHANGES,
    EVENT_ACTORS,
    EVENTS,
    META,
    METADATA,
    PLACELESS,
    REPORTS,
    TOPONYMS,
    Row,
    actor_of,
    actor_row,
    event_of,
    event_rows,
    placeless_of,
    placeless_row,
    report_of,
    report_row,
    toponym_of,
    toponym_row,
)

__all__ = ["Snapshot", "Store", "default_url", "open_store"]

SCHEMA_VERSION = "1"
SEED = "seed"
USER = "user"
OPENING_TRIES = 5  # another process may be making the same tables at the same moment
START_AFRESH = "set DATELINE_HOME to another folder to start a fresh one"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the views need, read in one go. Events come oldest first.

    ``events`` are confirmed; what reading found and nobody has decided on, or what was rejected,
    waits in ``undecided`` and is on no map; so is what no place is known for, whatever was decided
    about it (``placeless``). ``unplaced`` are the names without a place, by report.
    ``own`` are the ids of the reports that a user added.
    """

    events: tuple[Event, ...]
    reports: Mapping[str, Report]
    actors: Mapping[str, Actor]
    undecided: tuple[Event, ...] = ()
    placeless: tuple[Event, ...] = ()
    unplaced: Mapping[str, tuple[Toponym, ...]] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    layers: tuple[Layer, ...] = ()  # imported lines, oldest map first


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


class Store(LayerShelf):
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

        Rows of any other origin stay as they are, and so does an old seed report or actor that
        they point at. Raises StoreError, and changes nothing, if
        the database refuses.
        """
        try:
            with self._engine.begin() as connection:
                _drop_seed_events(connection)
                new_actors = [actor_row(actor, SEED) for actor in actors]
                new_reports = [report_row(report, SEED) for report in reports]
                _replace(connection, ACTORS, new_actors, used=EVENT_ACTORS.c.actor_id)
                _replace(connection, REPORTS, new_reports, used=EVENTS.c.report_id)
                for table, rows in zip(
                    (EVENTS, EVENT_ACTORS), event_rows(events, SEED), strict=True
                ):
                    if rows:
                        connection.execute(sa.insert(table), rows)
                _put_meta(connection, "seeds", fingerprint)
                _note_change(
                    connection,
                    who,
                    "the shipped seeds are new or have changed",
                    f"loaded {len(events)} seed events ({fingerprint[:12]})",
                )
        except SQLAlchemyError as exc:
            msg = f"The seeds could not be stored ({_first_line(exc)}); nothing was changed."
            raise StoreError(msg) from exc

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
                rows = connection.execute(sa.select(EVENTS))
                events = [event_of(row, roles.get(row.id, ())) for row in rows]
                rows = connection.execute(sa.select(REPORTS).order_by(REPORTS.c.published))
                reports, own = {}, set()
                for row in rows:
                    reports[row.id] = report_of(row)
                    if row.origin == USER:
                        own.add(row.id)
                unplaced: dict[str, list[Toponym]] = {}
                for row in connection.execute(
                    sa.select(TOPONYMS).order_by(TOPONYMS.c.report_id, TOPONYMS.c.start)
                ):
                    unplaced.setdefault(row.report_id, []).append(toponym_of(row))
                rows = connection.execute(sa.select(PLACELESS).order_by(PLACELESS.c.id))
                placeless = [placeless_of(row) for row in rows]
                actors = [actor_of(row.doc) for row in connection.execute(sa.select(ACTORS))]
                layers = read_layers(connection)
        except SQLAlchemyError as exc:
            raise _unreadable(_first_line(exc)) from exc
        except (AttributeError, KeyError, TypeError, ValueError) as exc:
            raise _unreadable(f"a row is damaged: {type(exc).__name__}, {exc}") from exc
        events.sort(key=lambda event: event.recency)
        actors.sort(key=lambda actor: (actor.order, actor.name))
        return Snapshot(
            events=tuple(e for e in events if e.status is Status.CONFIRMED),
            reports=reports,
            actors={actor.id: actor for actor in actors},
            undecided=tuple(e for e in events if e.status is not Status.CONFIRMED),
            placeless=tuple(sorted(placeless, key=lambda event: event.recency)),
            unplaced={key: tuple(found) for key, found in unplaced.items()},
            own=frozenset(own),
            layers=layers,
        )

    def add_report(
        self,
        report: Report,
        events: Sequence[Event],
        *,
        actors: Iterable[Actor] = (),
        placeless: Sequence[Event] = (),
        unplaced: Iterable[Toponym] = (),
        who: str,
        why: str,
    ) -> None:
        """Keep a user's report with its events, in place of an earlier reading of it.

        ``actors`` are new ones that the events name; one that is known already stays as it is.
        Raises StoreError, and changes nothing, if a seed has that id or the database refuses.
        """
        decided = Counter(event.status.value for event in (*events, *placeless))
        tally = ", ".join(f"{count} {status}" for status, count in sorted(decided.items()))
        try:
            with self._engine.begin() as connection:
                before = _taken_out(connection, report.id)
                known = set(connection.scalars(sa.select(ACTORS.c.id)))
                fresh = [actor_row(actor, USER) for actor in actors if actor.id not in known]
                for table, rows in (
                    (ACTORS, fresh),
                    (REPORTS, [report_row(report, USER)]),
                    *zip((EVENTS, EVENT_ACTORS), event_rows(events, USER), strict=True),
                    (PLACELESS, [placeless_row(event) for event in placeless]),
                    (TOPONYMS, [toponym_row(toponym) for toponym in unplaced]),
                ):
                    if rows:
                        connection.execute(sa.insert(table), rows)
                verb = "read again" if before else "added"
                what = f"{verb} the report {report.id} ({tally or 'no events'})"
                _note_change(connection, who, why, f"{what}\nbefore: {before}" if before else what)
        except SQLAlchemyError as exc:
            msg = f"The report could not be stored ({_first_line(exc)}); nothing was changed."
            raise StoreError(msg) from exc

    def remove_report(self, report_id: str, *, who: str, why: str) -> None:
        """Take a user's report and its events out; the history keeps them.

        Raises StoreError if it is not a user's, or the database refuses.
        """
        try:
            with self._engine.begin() as connection:
                before = _taken_out(connection, report_id)
                if not before:
                    msg = f"There is no report {report_id!r} that a user added."
                    raise StoreError(msg)
                what = f"removed the report {report_id}\nbefore: {before}"
                _note_change(connection, who, why, what)
        except SQLAlchemyError as exc:
            msg = f"The report could not be removed ({_first_line(exc)}); nothing was changed."
            raise StoreError(msg) from exc

    def changes(self) -> list[tuple[datetime, str, str, str]]:
        """The history, oldest first: when (UTC), who, why, what."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(CHANGES).order_by(CHANGES.c.id))
            return [(row.at.replace(tzinfo=UTC), row.who, row.why, row.what) for row in rows]


def _taken_out(connection: sa.Connection, report_id: str) -> str:
    """Delete a user's report and what hangs on it. Returns what it was as JSON, "" if not there."""
    row = connection.execute(sa.select(REPORTS).where(REPORTS.c.id == report_id)).first()
    if row is None:
        return ""
    if row.origin != USER:
        msg = f"The report {report_id!r} ships with Dateline and stays as it is."
        raise StoreError(msg)
    mine = EVENTS.c.report_id == report_id
    ids = list(connection.scalars(sa.select(EVENTS.c.id).where(mine)))
    parts = EVENT_ACTORS.c.event_id.in_(ids)
    names = TOPONYMS.c.report_id == report_id
    placeless = PLACELESS.c.report_id == report_id
    before = {
        "report": _plain(row),
        "events": [_plain(r) for r in connection.execute(sa.select(EVENTS).where(mine))],
        "event_actors": [
            _plain(r) for r in connection.execute(sa.select(EVENT_ACTORS).where(parts))
        ],
        "placeless": [_plain(r) for r in connection.execute(sa.select(PLACELESS).where(placeless))],
        "unplaced": [_plain(r) for r in connection.execute(sa.select(TOPONYMS).where(names))],
    }
    connection.execute(sa.delete(EVENT_ACTORS).where(parts))
    connection.execute(sa.delete(EVENTS).where(mine))
    connection.execute(sa.delete(PLACELESS).where(placeless))
    connection.execute(sa.delete(TOPONYMS).where(names))
    connection.execute(sa.delete(REPORTS).where(REPORTS.c.id == report_id))
    return orjson.dumps(before).decode()


def _plain(row: sa.Row[Any]) -> Row:
    """A row by the names of its columns."""
    return {str(key): value for key, value in row._asdict().items()}


def _note_change(connection: sa.Connection, who: str, why: str, what: str) -> None:
    change = {"at": datetime.now(UTC), "who": who, "why": why, "what": what}
    connection.execute(sa.insert(CHANGES).values(change))


def _drop_seed_events(connection: sa.Connection) -> None:
    seeds = sa.select(EVENTS.c.id).where(EVENTS.c.origin == SEED)
    connection.execute(sa.delete(EVENT_ACTORS).where(EVENT_ACTORS.c.event_id.in_(seeds)))
    connection.execute(sa.delete(EVENTS).where(EVENTS.c.origin == SEED))


def _replace(
    connection: sa.Connection, table: sa.Table, rows: list[Row], *, used: sa.Column[Any]
) -> None:
    """Make these the seed rows of a table; an old one still pointed at (``used``) stays."""
    ids = {row["id"] for row in rows}
    mine = table.c.origin == SEED
    known = set(connection.scalars(sa.select(table.c.id).where(mine)))
    for row in rows:
        if row["id"] in known:
            connection.execute(sa.update(table).where(table.c.id == row["id"]).values(row))
    if fresh := [row for row in rows if row["id"] not in known]:
        connection.execute(sa.insert(table), fresh)
    still = set(connection.scalars(sa.select(used).distinct()))
    if gone := known - ids - still:
        connection.execute(sa.delete(table).where(mine, table.c.id.in_(gone)))


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
