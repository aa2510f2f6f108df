"""Add a report: paste, choose or fetch a text, see what is found in it, accept or reject, keep."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from geo.documents import KINDS, Source
from geo.documents.language import language_name
from geo.errors import DateError, DatelineError
from geo.model import Event, Report, Status
from geo.panels.desk import (
    NEWS,
    NOBODY,
    News,
    clear_desk,
    desk,
    get_and_read,
    keep_report,
    known_actors,
    open_own,
    read_source,
    remove_own,
)
from geo.panels.found import event_cards, report_text
from geo.panels.text import plain
from geo.reading.found import Reading
from geo.review import published_on, tally
from geo.workspace import Workspace

__all__ = ["add_button", "after_saving", "reading_dialog", "reading_open", "show_news"]

OPEN = "reading_open"
WIDE_KM = 50.0  # a place known no better does not move the map
# What the reader says of language and date stands above the text in our own words.
SAID_ABOVE = ("The text is in ", "The publication date is not known")


def reading_open() -> bool:
    """Whether the window is to be shown in this run."""
    return bool(st.session_state.get(OPEN))


def _open() -> None:
    st.session_state[OPEN] = True


def _close() -> None:
    st.session_state[OPEN] = False


def _open_events(opened: Workspace) -> tuple[Event, ...]:
    """Events that are on no map: undecided, rejected, or without a place."""
    return (*opened.snapshot.undecided, *opened.snapshot.placeless)


def add_button(opened: Workspace) -> None:
    """Draw "Add a report", with how many found events still wait for a decision."""
    waiting = sum(event.status is Status.FOUND for event in _open_events(opened))
    events = "event waits" if waiting == 1 else "events wait"
    st.button(
        f"Add a report ({waiting} undecided)" if waiting else "Add a report",
        icon=":material/note_add:",
        key="add_report",
        on_click=_open,
        help="Paste a text, choose a file or name a page: see what it says, accept or reject."
        + (f" {waiting} found {events} for a decision." if waiting else ""),
    )


@st.dialog("Add a report", width="large", on_dismiss=_close)
def reading_dialog(opened: Workspace) -> None:
    """Draw the window: first the text, then what was found in it."""
    here = desk()
    if here.source is not None and here.reading is not None:
        _found(opened, here.source, here.reading)
    elif here.choices:
        _choose(opened, here.choices)
    else:
        _ask(opened)


def _ask(opened: Workspace) -> None:
    """Paste, file or address; and the reports added before."""
    here = desk()
    # Always there, and the tabs have a key: a message must not throw anyone back to the first tab.
    with st.container():
        if here.problem:
            st.error("That could not be read.")
            st.text(here.problem)
    pasted, file, address = st.tabs(
        ["Paste a text", "Choose a file", "A page or feed"], key=f"reading_tabs_{here.turn}"
    )
    with pasted:
        st.text_area(
            "Text of the report",
            key="reading_text",
            height=300,
            placeholder="The whole text: headline, date and all. It is read on this machine.",
        )
        st.button(
            "Read",
            key="read_text",
            type="primary",
            on_click=get_and_read,
            args=("text", opened),
            help="Finds places, actors and events. Nothing is kept before you say so.",
        )
    with file:
        st.file_uploader(
            "A text, web page, PDF, Word file or saved feed, up to 20 MB",
            type=list(KINDS),
            key=f"reading_file_{here.turn}",
            on_change=get_and_read,
            args=("file", opened),
        )
        st.caption("It is read as soon as it is chosen. Nothing is kept before you say so.")
    with address:
        st.text_input(
            "Address of a page or of an RSS or Atom feed",
            key="reading_address",
            max_chars=2000,
            placeholder="https://…",
        )
        st.caption(
            "This goes online, to this address only; links on the page or in the feed are not "
            "followed. Everything else works without a network."
        )
        st.button(
            "Get and read", key="read_address", on_click=get_and_read, args=("address", opened)
        )
    _own_reports(opened)


def _own_reports(opened: Workspace) -> None:
    """The reports a user has added, to open again."""
    own = [report for key, report in opened.reports.items() if key in opened.snapshot.own]
    if not own:
        return
    counts: dict[str, int] = {}
    for event in _open_events(opened):
        if event.status is Status.FOUND:
            key = event.quote.report_id
            counts[key] = counts.get(key, 0) + 1

    def named(report: Report) -> str:
        waiting = counts.get(report.id, 0)
        more = f" ({waiting} undecided)" if waiting else ""
        return f"{report.title or '(no title)'}, {report.published.words()}{more}"[:160]

    st.divider()
    st.selectbox(
        "Reports you added",
        own,
        format_func=named,
        key="reading_own",
        index=None,
        placeholder="Choose one to open it again",
        on_change=lambda: open_own(opened, st.session_state.get("reading_own")),
    )


def _choose(opened: Workspace, choices: Sequence[Source]) -> None:
    """The entries of a feed, one to be read."""
    here = desk()
    if here.problem:
        st.error(plain(here.problem))
    st.write(f"The feed has {len(choices)} entries. Which one is to be read?")

    def named(row: int) -> str:
        entry = choices[row]
        when = entry.published.words() if entry.published else "no date"
        return f"{entry.title or entry.text[:80]} ({when})"

    row = st.selectbox(
        "Entry", range(len(choices)), format_func=named, label_visibility="collapsed"
    )

    def take() -> None:
        here.problem = ""
        try:
            read_source(opened, choices[row])
        except DatelineError as exc:
            here.problem = str(exc)

    with st.container(horizontal=True):
        st.button("Read", key="read_entry", type="primary", on_click=take)
        st.button("Start over", key="reading_again", on_click=clear_desk)


def _fields(opened: Workspace, source: Source) -> None:
    """Title, publisher, date and address, as the source gives them; a change reads anew."""
    here = desk()
    turn = here.turn
    one, two, three, four = st.columns([4, 2.5, 1.7, 2.5])
    title = one.text_input("Title", source.title, max_chars=300, key=f"reading_title_{turn}")
    publisher = two.text_input(
        "Published by", source.publisher, max_chars=120, key=f"reading_publisher_{turn}"
    )
    before = str(source.published) if source.published else ""
    day = three.text_input(
        "Published on",
        before,
        max_chars=40,
        key=f"reading_date_{turn}",
        placeholder="YYYY-MM-DD",
        help="“Yesterday” and “last weekend” are counted from this day. Leave it empty if nobody "
        "knows; no day is made up.",
    )
    url = four.text_input(
        "Address",
        source.url,
        max_chars=2000,
        key=f"reading_url_{turn}",
        placeholder="https://…",
    )
    try:
        published = source.published if day == before else published_on(day)
    except DateError as exc:
        published = source.published
        st.error(plain(str(exc)))
    changed = replace(
        source, title=title.strip(), publisher=publisher.strip(), published=published, url=url
    )
    if changed != source:
        try:
            read_source(opened, changed)
        except DatelineError as exc:
            here.problem = str(exc)


def _told(source: Source, reading: Reading) -> None:
    """What the reader must know before trusting the list: language, date, parts not read."""
    notes = [*source.notes, *(note for note in reading.notes if not note.startswith(SAID_ABOVE))]
    if note := source.language_note():
        st.warning(plain(note))
    if source.published is None:
        st.warning(
            "The text does not say when it was published, so “yesterday” and the like have no "
            "day. Give the date above if you know it."
        )
    named = sorted(source.guessed & {"title", "publisher", "published"})
    if named:
        words = {"published": "date"}
        listed = ", ".join(words.get(name, name) for name in named)
        notes.insert(0, f"Taken from the first lines of the text, please check: {listed}.")
    if source.skipped:
        count = len(source.skipped)
        notes.append(f"{count} line{'' if count == 1 else 's'} around the text not read.")
    language = language_name(source.language.tag)
    size = f"{len(source.text):,} characters" + (f", {language}" if language else "")
    st.caption(plain(" · ".join([size, *dict.fromkeys(n for n in notes if n)])))


def _found(opened: Workspace, source: Source, reading: Reading) -> None:
    """The text with its marks beside the list of events, and the decision to keep it."""
    here = desk()
    _fields(opened, source)
    assert here.source is not None
    assert here.reading is not None
    source, reading = here.source, here.reading
    if here.problem:
        st.error("That could not be done.")
        st.text(here.problem)
    _told(source, reading)
    actors = known_actors(opened, reading)
    words, events = st.columns(2, gap="medium")
    with words:
        report_text(source, reading, actors)
    with events:
        event_cards(here, source, reading, actors)
    _save_bar(opened, source, reading)


def _reviewer(opened: Workspace) -> str:
    """Who reviewed last; asked for otherwise."""
    said = [(e.reviewed_at, e.reviewed_by) for e in opened.events if e.reviewed_at]
    last = max(said, default=(None, ""), key=lambda item: str(item[0]))[1]
    return "" if last == NOBODY else last


def _save_bar(opened: Workspace, source: Source, reading: Reading) -> None:
    here = desk()
    counts = tally(reading.events, here.decisions)
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    left.text_input(
        "Reviewed by",
        _reviewer(opened),
        max_chars=80,
        key="reading_reviewer",
        placeholder="your name or initials",
        help="Kept with every decision.",
    )
    with (
        right,
        st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"),
    ):
        st.button("Start over", key="reading_over", on_click=clear_desk, type="tertiary")
        if here.report_id in opened.snapshot.own:
            st.button(
                "Remove this report",
                key="reading_remove",
                on_click=remove_own,
                args=(opened,),
                help="Takes the report and its events off the map. The history keeps them.",
            )
        st.caption(
            f"{counts[Status.CONFIRMED]} accepted, {counts[Status.REJECTED]} rejected, "
            f"{counts[Status.FOUND]} undecided",
            width="content",
        )
        st.button(
            "Keep the report",
            key="reading_save",
            type="primary",
            on_click=keep_report,
            args=(opened, source, reading),
        )
    if st.session_state.get(NEWS):
        st.rerun()  # the whole page: the map has changed


def after_saving() -> News | None:
    """What was just kept, once: called before anything is drawn, so that all of it is new."""
    news = st.session_state.pop(NEWS, None)
    if not isinstance(news, News):
        return None
    st.cache_data.clear()
    st.cache_resource.clear()
    _close()
    clear_desk()
    return news


def show_news(opened: Workspace, news: News) -> None:
    """Say what was kept, and move the dates and the map to it. Before the filters are drawn."""
    state = st.session_state
    words = news.words
    if news.events:
        first, last = opened.period
        since, until = state.when
        days = [day for event in news.events if (day := event.date.latest)]
        state.when = (
            max(first, min([since, *days])),
            min(last, max([until, *days])),
        )
        small = [e.place for e in news.events if e.place.precision_km <= WIDE_KM]
        places = small or [e.place for e in news.events]
        state.news_position = _around([(place.lat, place.lon) for place in places])
        telling = [e for e in news.events if e.type.changes_control] or list(news.events)
        state.link_event = telling[0].id
    st.toast(plain(words), icon=":material/check:")


def _around(points: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Latitude, longitude and web map zoom that show all points."""
    lats, lons = [p[0] for p in points], [p[1] for p in points]
    wide = max(max(lons) - min(lons), 1.6 * (max(lats) - min(lats)), 0.2)
    zoom = max(2.0, min(9.0, math.log2(360 / wide)))
    return (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2, round(zoom, 1)
