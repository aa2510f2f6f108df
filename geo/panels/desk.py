"""The desk: the report that is being read on the page, from its words to what is kept of it.

It lives outside the widgets, so that a window closed by mistake opens again as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import streamlit as st

from geo.byhand import ADDED
from geo.documents import Source, read_address, read_bytes, read_plain
from geo.errors import DatelineError, InputError
from geo.model import Actor, Event, Report, Status
from geo.reading.found import Reading
from geo.review import (
    Decision,
    author_of,
    earlier_decisions,
    kept,
    not_found_again,
    own_report_id,
)
from geo.store import open_store
from geo.workspace import Workspace

__all__ = [
    "NEWS",
    "NOBODY",
    "Desk",
    "News",
    "clear_desk",
    "desk",
    "get_and_read",
    "keep_report",
    "known_actors",
    "open_own",
    "read_source",
    "remove_own",
]

DESK = "reading_desk"
NEWS = "reading_news"
MAX_ON_PAGE = 200_000  # characters; longer texts go through the command line
NOBODY = "an unnamed reviewer"
WHY_ADDED = "read on the page and reviewed"


@dataclass
class Desk:
    """One report being read: its source, what was found in it, and what was decided so far.

    ``choices`` are the entries of a feed, of which one is read at a time. ``report_id`` is set
    once and stays, whatever is changed about the report.
    """

    source: Source | None = None
    choices: list[Source] = field(default_factory=list)
    reading: Reading | None = None
    decisions: dict[str, Decision] = field(default_factory=dict)
    searches: dict[str, str] = field(default_factory=dict)
    named: list[Actor] = field(default_factory=list)  # new actors that the reviewer has named
    editing: str = ""  # the id of the event whose fields are open
    edit_problem: str = ""
    add_problem: str = ""
    report_id: str = ""
    turn: int = 0  # told apart from the desk before, in the keys of its widgets
    problem: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What the page has to tell after something was kept or removed."""

    words: str
    events: tuple[Event, ...] = ()


def desk() -> Desk:
    """The desk of this page; it stays as it is while the window is closed."""
    state = st.session_state
    if DESK not in state:
        state[DESK] = Desk()
    found = state[DESK]
    assert isinstance(found, Desk)
    return found


def clear_desk() -> None:
    """Put the report away; what was not kept is gone."""
    st.session_state[DESK] = Desk(turn=desk().turn + 1)


def _shipped() -> Mapping[str, Actor]:
    from geo.documents.told import shipped_actors

    return shipped_actors()


def known_actors(opened: Workspace, reading: Reading) -> dict[str, Actor]:
    """All actors that events of a reading may name."""
    fresh = {actor.id: actor for actor in reading.new_actors}
    return {**_shipped(), **opened.actors, **fresh}


def read_source(opened: Workspace, source: Source) -> None:
    """Read a source and lay it on the desk; decisions on the same words stay."""
    from geo.reading.reader import read

    here = desk()
    if len(source.text) > MAX_ON_PAGE:
        raise InputError(
            f"The text has {len(source.text):,} characters; the page takes {MAX_ON_PAGE:,}. "
            "Split it, or use “python -m geo read”."
        )
    fresh = here.source is None or here.source.text != source.text
    if fresh:
        here.report_id = _known_id(opened, source) or own_report_id(source)
        here.decisions, here.named, here.add_problem = {}, [], ""
        here.turn += 1
    before, here.source, here.editing = here.reading, source, ""
    reading = read(source.document(here.report_id), actors=dict(opened.actors) or None)
    past = [*opened.events, *opened.snapshot.undecided, *opened.snapshot.placeless]
    if fresh or before is None:
        lost = not_found_again(past, reading, here.report_id)
    else:  # what was added by hand, stored or not, is as it stands on the desk
        lost = tuple(
            item
            for item in not_found_again(past, reading, here.report_id)
            if ADDED not in item.event.edited
        )
        lost += tuple(item for item in before.events if ADDED in item.event.edited)
    here.reading = replace(
        reading,
        events=(*reading.events, *lost),
        new_actors=(*reading.new_actors, *here.named),
    )
    if fresh:
        here.decisions = earlier_decisions(past, here.reading, here.report_id)
    elif before is not None:
        here.decisions = _carried(before, here.reading, here.decisions)


def _known_id(opened: Workspace, source: Source) -> str:
    """The id of a user's report with the same text, which is then read again."""
    own = opened.snapshot.own
    return next((key for key in own if opened.reports[key].text == source.text), "")


def _carried(
    before: Reading, after: Reading, decisions: Mapping[str, Decision]
) -> dict[str, Decision]:
    """Decisions moved to the events of a new reading that rest on the same words."""
    old = {
        (f.event.type, f.trigger, f.event.quote.start, f.event.participants): f.event.id
        for f in before.events
        if ADDED not in f.event.edited
    }
    moved = {}
    for f in after.events:
        key = (f.event.type, f.trigger, f.event.quote.start, f.event.participants)
        before_id = f.event.id if ADDED in f.event.edited else old.get(key)
        if before_id is not None and before_id in decisions:
            moved[f.event.id] = decisions[before_id]
    return moved


def get_and_read(work: str, opened: Workspace) -> None:
    """Get what was asked for and read it; what goes wrong is told, and what was typed stays."""
    here = desk()
    state = st.session_state
    here.problem = ""
    try:
        if work == "text":
            read_source(opened, read_plain(str(state.get("reading_text") or "")))
            return
        if work == "file":
            given = state.get(f"reading_file_{here.turn}")
            if given is None:  # taken away again
                return
            found = read_bytes(given.getvalue(), name=plain_name(given.name))
        else:
            found = read_address(str(state.get("reading_address") or ""))
        if len(found) == 1:
            read_source(opened, found[0])
        else:
            here.choices = found
    except DatelineError as exc:
        here.problem = str(exc)


def plain_name(name: str) -> str:
    """A file's name for messages: its last part, short."""
    return name.replace("\\", "/").rpartition("/")[2][-80:] or "The file"


def open_own(opened: Workspace, report: Report | None) -> None:
    """Lay a user's report on the desk again, with what was decided about it."""
    if report is None:
        return
    here = desk()
    try:
        source = replace(
            read_plain(report.text),
            title=report.title,
            publisher=report.publisher,
            published=report.published if report.published.latest else None,
            url=report.url,
            author=author_of(report),
            guessed=frozenset(),
        )
        read_source(opened, source)
    except DatelineError as exc:
        here.problem = str(exc)


def _who() -> str:
    return str(st.session_state.get("reading_reviewer") or "").strip() or NOBODY


def keep_report(opened: Workspace, source: Source, reading: Reading) -> None:
    """Keep the report as decided, and take it to the map."""
    here = desk()
    here.problem = ""
    who = _who()
    try:
        if not source.title and not source.publisher:
            raise InputError("Give the report a title or a publisher, so that it can be told.")
        done = kept(
            source,
            reading,
            here.decisions,
            report_id=here.report_id,
            who=who,
            actors=known_actors(opened, reading),
        )
        open_store().add_report(
            done.report,
            done.events,
            actors=done.actors,
            placeless=done.placeless,
            unplaced=done.unplaced,
            who=who,
            why=WHY_ADDED,
        )
    except DatelineError as exc:
        here.problem = str(exc)
        return
    shown = [event for event in done.events if event.status is Status.CONFIRMED]
    count = len(shown)
    words = f"Kept. {count} event{'' if count == 1 else 's'} added to the map."
    apart = sum(event.status is Status.CONFIRMED for event in done.placeless)
    if apart:
        words += f" {apart} without a place {'is' if apart == 1 else 'are'} listed under Reports."
    st.session_state[NEWS] = News(words, tuple(shown))


def remove_own(opened: Workspace) -> None:
    """Take the report on the desk out of the store."""
    here = desk()
    here.problem = ""
    try:
        open_store().remove_report(here.report_id, who=_who(), why="removed on the page")
    except DatelineError as exc:
        here.problem = str(exc)
        return
    title = opened.reports[here.report_id].title or here.report_id
    st.session_state[NEWS] = News(f"Removed “{title}”.")
