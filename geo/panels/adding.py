"""An event the reader missed: the sentence that says it and what happened, then a card like any."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo.byhand import ADDED, added_by_hand, sentence_spans
from geo.documents import Source
from geo.errors import InputError
from geo.model import EventType, Status
from geo.panels.desk import Desk
from geo.panels.text import plain
from geo.reading.found import Reading
from geo.review import Decision

__all__ = ["adding_form", "remove_added"]


def adding_form(here: Desk, source: Source, reading: Reading) -> None:
    """Draw the button that asks for a sentence and a kind of event, and adds it when told."""
    spans = sentence_spans(source.text)
    # A key of what is there already: once an event is added, the little window closes.
    key = f"add-event-{here.turn}-{len(reading.events)}"
    with (
        st.popover("Add a missed event", type="tertiary", key=key),
        st.form(f"add-form-{here.turn}", border=False),
    ):
        st.selectbox(
            "The sentence that says it",
            range(len(spans)),
            format_func=lambda row: " ".join(source.text[slice(*spans[row])].split())[:200],
            index=None,
            key=f"add-words-{here.turn}",
            placeholder="Type a word of it",
        )
        st.selectbox(
            "What it says happened",
            list(EventType),
            format_func=lambda value: value.value.capitalize(),
            index=None,
            key=f"add-type-{here.turn}",
            placeholder="Choose one",
        )
        if here.add_problem:
            st.error(plain(here.add_problem))
        st.form_submit_button(
            "Add it", type="primary", on_click=_add, args=(here, source, reading, spans)
        )
        st.caption("Then say who and when on its card, at the end of the list.")


def _add(here: Desk, source: Source, reading: Reading, spans: list[tuple[int, int]]) -> None:
    """Put the event at the end of the list, accepted, its fields open."""
    state = st.session_state
    row, kind = state.get(f"add-words-{here.turn}"), state.get(f"add-type-{here.turn}")
    if row is None or kind is None:
        here.add_problem = "Choose both: the sentence, and what happened."
        return
    taken = {item.event.id for item in reading.events}
    try:
        item = added_by_hand(source, reading, here.report_id, spans[row], kind, taken)
    except InputError as exc:
        here.add_problem = str(exc)
        return
    here.add_problem = here.edit_problem = ""
    here.reading = replace(reading, events=(*reading.events, item))
    here.decisions[item.event.id] = Decision(Status.CONFIRMED)
    here.editing = item.event.id
    state[f"add-words-{here.turn}"] = state[f"add-type-{here.turn}"] = None


def remove_added(here: Desk, event_id: str) -> None:
    """Take an event that was added by hand away again."""
    if here.reading is None:
        return
    events = tuple(
        item
        for item in here.reading.events
        if item.event.id != event_id or ADDED not in item.event.edited
    )
    here.reading = replace(here.reading, events=events)
    here.decisions.pop(event_id, None)
    here.editing = here.edit_problem = ""
