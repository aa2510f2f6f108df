"""What was found in a report: its text with marks, and a card for each event to decide on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from geo.byhand import ADDED
from geo.corrections import corrected
from geo.documents import Source
from geo.model import Actor, CandidateNote, Event, Role, Status
from geo.panels.adding import adding_form, remove_added
from geo.panels.correcting import correcting_form, edit_button
from geo.panels.desk import Desk
from geo.panels.marked import KEY, STYLE, Mark, actor_spans, marked, quoted
from geo.panels.text import plain
from geo.reading.found import FoundEvent, Reading
from geo.review import Decision, place_choices
from geo.webmap.payload import feature_words

if TYPE_CHECKING:
    from geo.reading.words import Mention

__all__ = ["event_cards", "report_text"]

HEIGHT_PX = 430
PER_PAGE = 40
ACCEPT, REJECT = "Accept", "Reject"
_STATUS = {ACCEPT: Status.CONFIRMED, REJECT: Status.REJECTED, None: Status.FOUND}
_CHOICE = {status: choice for choice, status in _STATUS.items()}


def _mention_mark(mention: Mention) -> Mark:
    if mention.place is None:
        label = "No place of this name is known" if mention.literal else "Named, not a place here"
        return Mark(mention.start, mention.end, "unplaced" if mention.literal else "other", label)
    place = mention.place
    where = ", ".join(part for part in (place.name, place.admin1_name, place.country) if part)
    label = f"{where} ({feature_words(place.feature_code)}), score {mention.score:.2f}"
    if mention.area is not None:
        label += f"; {mention.area.text}: ±{mention.area.precision_km:.0f} km"
    if not mention.literal:
        label += f"; {mention.kind.value}, nothing is said to be there"
    return Mark(mention.start, mention.end, "place" if mention.literal else "other", label)


def marks_of(source: Source, reading: Reading, actors: Mapping[str, Actor]) -> list[Mark]:
    """Everything found in a text, as marks; events are numbered as in the list."""
    found = [Mark(part.start, part.end, "skipped", part.reason) for part in source.skipped]
    found += [_mention_mark(mention) for mention in reading.mentions]
    named = {part.actor_id for item in reading.events for part in item.event.participants}
    taking_part = [actors[actor] for actor in named if actor in actors]
    found += [
        Mark(start, end, "actor", actor.name)
        for start, end, actor in actor_spans(source.text, taking_part)
    ]
    for number, item in enumerate(reading.events, 1):
        quote = item.event.quote
        found.append(Mark(quote.start, quote.end, "event", "", number))
        if ADDED not in item.event.edited:  # its words are the whole sentence
            found.append(Mark(*item.trigger, "trigger", f"{number}: {item.event.type.value}"))
    return found


def report_text(source: Source, reading: Reading, actors: Mapping[str, Actor]) -> None:
    """Draw the text with what was found in it, and the names without a place."""
    st.html(STYLE)
    st.html(KEY)
    with st.container(height=HEIGHT_PX, border=True):
        st.html(marked(source.text, marks_of(source, reading, actors)))
    unplaced = dict.fromkeys(m.text for m in reading.mentions if m.place is None and m.literal)
    if unplaced:
        st.caption(f"Names without a place: {plain(', '.join(unplaced))}")
    if reading.new_actors:
        names = ", ".join(actor.name for actor in reading.new_actors)
        st.caption(f"Groups that no actor set knows: {plain(names)}")


def _who(event: Event, actors: Mapping[str, Actor]) -> str:
    def names(role: Role) -> str:
        return ", ".join(actors[a].short if a in actors else a for a in event.actors(role))

    agents, allies, targets = (names(role) for role in (Role.AGENT, Role.ALLY, Role.TARGET))
    words = agents or "not said who"
    words += f" with {allies}" if allies else ""
    return words + (f" → {targets}" if targets else "")


def _set(here: Desk, event_id: str, **change: str) -> None:
    """Take a choice of a widget over into the decisions."""
    state = st.session_state
    old = here.decisions.get(event_id, Decision())
    status, place = old.status, old.place_id
    if "status" in change:
        status = _STATUS[state.get(change["status"])]
    if "place" in change:
        chosen = state.get(change["place"])
        place = chosen if isinstance(chosen, str) else ""
    here.decisions[event_id] = replace(old, status=status, place_id=place)


def _search(here: Desk, event_id: str, key: str) -> None:
    here.searches[event_id] = str(st.session_state.get(key) or "")


def _accept_all(here: Desk, reading: Reading) -> None:
    """Accept what has a place and was not decided on; the rest needs a look of its own."""
    for item in reading.events:
        decision = here.decisions.get(item.event.id, Decision())
        if decision.status is Status.FOUND and (item.placed or decision.place_id):
            here.decisions[item.event.id] = replace(decision, status=Status.CONFIRMED)


def event_cards(here: Desk, source: Source, reading: Reading, actors: Mapping[str, Actor]) -> None:
    """Draw the events, each with what it rests on, and yes or no."""
    count = len(reading.events)
    by_hand = sum(ADDED in item.event.edited for item in reading.events)
    added = f", {by_hand} added" if by_hand else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{count - by_hand} event{'' if count - by_hand == 1 else 's'} found**{added}"
        )
        if count:
            st.button(
                "Accept all undecided",
                key="accept_all",
                type="tertiary",
                on_click=_accept_all,
                args=(here, reading),
            )
        adding_form(here, source, reading)
    if not count:
        st.info("No event was found. Add one by hand, or keep the report without any.")
        return
    first = 0
    if count > PER_PAGE:
        pages = range(0, count, PER_PAGE)
        first = st.selectbox(
            "Events",
            pages,
            format_func=lambda n: f"{n + 1} to {min(n + PER_PAGE, count)} of {count}",
            key=f"event_page_{here.turn}",
            label_visibility="collapsed",
        )
    marks = marks_of(source, reading, actors)
    with st.container(height=HEIGHT_PX, border=False):
        for number in range(first, min(first + PER_PAGE, count)):
            _card(here, number + 1, reading, source, actors, marks)


def _where(event: Event, moved: str) -> str:
    place = event.place
    if moved:
        return f"at {moved}, as you chose"
    if place.place_id:
        return f"{place.name} ±{place.precision_km:g} km"
    return f"“{place.text}”: no place known" if place.text else "no place named"


def _card(
    here: Desk,
    number: int,
    reading: Reading,
    source: Source,
    actors: Mapping[str, Actor],
    marks: list[Mark],
) -> None:
    item = reading.events[number - 1]
    decision = here.decisions.get(item.event.id, Decision())
    event = corrected(item.event, decision.change, actors)
    said = event.attribution
    stem = f"{here.turn}-{event.id}"
    placed = item.placed or bool(decision.place_id)
    with st.container(border=True, key=f"event-{here.turn}-{number}"):
        counted = f", {event.numbers.words()}" if event.numbers else ""
        by_hand = ADDED in event.edited
        edited = " · :small[edited]" if event.edited else ""
        edited = " · :small[added by hand]" if by_hand else edited
        st.markdown(
            f"**{number} · {plain(event.type.value.capitalize() + counted)}** "
            f"— {plain(_who(event, actors))}{edited}"
        )
        key = f"decide-{stem}"
        st.session_state[key] = _CHOICE[decision.status]
        speaker = said.speaker or said.publisher or source.publisher or "the report"
        party = actors[said.party].short if said.party and said.party in actors else ""
        side = f" (side of {party})" if party else ""
        moved = ""
        if decision.place_id:
            notes = {n.place_id: n for n in place_choices(item, here.searches.get(event.id, ""))}
            moved = _described(notes, decision.place_id)
        score = "" if event.edited else f" · score {item.score:.2f}"
        st.caption(
            plain(
                f"{_where(event, moved)} · {event.date.words()} · "
                f"{said.tier.value}, says {speaker}{side}{score}"
            ),
            help=plain("; ".join(item.reasons)) or None,
        )
        st.html(
            quoted(
                source.text,
                event.quote.start,
                event.quote.end,
                [m for m in marks if m.kind not in ("event", "skipped")],
            )
        )
        with st.container(horizontal=True, vertical_alignment="center"):  # wraps where it is narrow
            st.segmented_control(
                f"Decision on event {number}",
                [ACCEPT, REJECT],
                key=key,
                on_change=partial(_set, here, event.id, status=key),
                label_visibility="collapsed",
                width="content",
                help=None
                if placed
                else "No place is known for it. Accepted, it is kept and listed, on no map.",
            )
            _place(here, item, decision, stem)
            edit_button(here, event.id, stem)
        if here.editing == event.id:
            correcting_form(here, item, reading, actors, stem, partial(remove_added, here))


def _described(choices: Mapping[str, CandidateNote], place_id: str) -> str:
    note = choices.get(place_id)
    if note is None:
        return place_id
    country = f", {note.country}" if note.country else ""
    feature = feature_words(note.feature_code)
    return f"{note.name}{country}, {feature} ({note.lat:.2f}, {note.lon:.2f})"


def _place(here: Desk, item: FoundEvent, decision: Decision, stem: str) -> None:
    """The choice of another place: among the candidates, or by a name typed in."""
    event = item.event
    found = place_choices(item, here.searches.get(event.id, ""))
    choices = {note.place_id: note for note in found}
    label = "Choose a place" if not item.placed else "Another place"
    if decision.place_id:
        label = f"Moved to {_described(choices, decision.place_id)}"[:60]
    with st.popover(plain(label), type="tertiary"):
        text = f"search-{stem}"
        st.text_input(
            "Look up a name",
            here.searches.get(event.id, ""),
            key=text,
            max_chars=100,
            on_change=partial(_search, here, event.id, text),
            placeholder=event.place.text or "name of a place",
        )
        key = f"place-{stem}"
        options = list(choices)
        if decision.place_id and decision.place_id not in options:
            options.append(decision.place_id)
        current = decision.place_id or event.place.place_id
        st.session_state[key] = current if current in options else None
        if not options:
            searched = here.searches.get(event.id)
            st.caption(
                "Nothing of that name is known." if searched else "Type the name of a place."
            )
            return
        st.radio(
            "Place of the event",
            options,
            key=key,
            index=None,
            format_func=lambda place_id: plain(_described(choices, place_id)),
            on_change=partial(_set, here, event.id, place=key),
        )
