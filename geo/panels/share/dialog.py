"""The window: words on it, what is held back, and one part for each thing that can be made."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo.errors import DatelineError, InputError
from geo.headline import about, default_deck, default_title
from geo.options import MOST_LETTERS, Options
from geo.panels.share.days import days_part
from geo.panels.share.files import bundle_part, page_part
from geo.panels.share.held_back import held_back, show_held_back
from geo.panels.share.making import Choice
from geo.panels.share.picture import picture_part
from geo.panels.share.words import words_part
from geo.panels.state import shared_position
from geo.panels.text import plain
from geo.view import View
from geo.workspace import Workspace

__all__ = ["share_dialog"]

AS_IT_STANDS, ALL_SHOWN = "The map as it stands", "All that is shown"
DAYS = "More days"
PARTS = {
    "Picture": picture_part,
    DAYS: days_part,
    "HTML file": page_part,
    "Bundle": bundle_part,
    "Words": words_part,
}


@st.dialog("Share this map", width="large")
def share_dialog(opened: Workspace, view: View, *, source: str = "") -> None:
    """Draw the window for a view. ``source`` names what is open, "" for the store."""
    part = st.segmented_control(
        "What to make",
        list(PARTS),
        default="Picture",
        required=True,
        key="share_part",
        persist_state="session",
        label_visibility="collapsed",
    )
    position = shared_position(opened) if _frame() == AS_IT_STANDS else None
    placed = replace(view, position=position)
    side, main = st.columns([5, 11], gap="medium")
    words, options, last = side.container(), side.container(), side.container()
    with last:
        how = held_back()
    choice = Choice(opened, placed, Options(), how, source)
    try:
        with words:
            choice = replace(choice, options=_words(choice, several=part == DAYS))
        with main:
            show_held_back(opened, placed, how)
        PARTS[part or "Picture"](choice, options, main)
    except DatelineError as exc:
        main.error("That cannot be made.")
        main.text(str(exc))


def _frame() -> str:
    return str(st.session_state.get("share_frame", AS_IT_STANDS))


def _words(choice: Choice, *, several: bool) -> Options:
    """Title, line below, date line and link; what nobody writes is written from the view.

    ``several`` days share one line, which then counts nothing.
    """
    shared = choice.shared(derived=True)
    usual = {
        "title": default_title(shared.workspace),
        "deck": about(shared.workspace, shared.view)
        if several
        else default_deck(shared.workspace, shared.workspace.show(shared.view)),
    }
    _follow("title", usual["title"])
    title = st.text_input(
        "Title", max_chars=MOST_LETTERS["title"], key="share_title", persist_state="session"
    )
    _follow("deck", usual["deck"])
    deck = st.text_area(
        "Line below",
        max_chars=MOST_LETTERS["deck"],
        key="share_deck",
        persist_state="session",
        height=118,
    )
    given: dict[str, str | None] = {"title": title, "deck": " ".join(deck.split())}
    own = {name: None if text == usual[name] else text for name, text in given.items()}
    written = any(own.values())
    if several and given["deck"] != shared.workspace.project.deck:  # a series’ own line
        own["deck"] = given["deck"]
    if choice.how.hides_places and written:
        st.caption("Your own words are printed as they stand. See that they tell no place.")
    with st.expander("Frame, date line and link"):
        st.segmented_control(
            "Shows",
            [AS_IT_STANDS, ALL_SHOWN],
            default=AS_IT_STANDS,
            required=True,
            key="share_frame",
            persist_state="session",
        )
        as_of = st.text_input(
            "Date line",
            max_chars=MOST_LETTERS["as_of"],
            key="share_as_of",
            persist_state="session",
            placeholder="As of 11 November 2017, 6 p.m. in Damascus",
            help="In place of the date that is written from the view.",
        )
        link = st.text_input(
            "Address where this map is found",
            max_chars=MOST_LETTERS["link"],
            key="share_link",
            persist_state="session",
            placeholder="https://…",
            help="Printed on the picture, with a code for phones, and put into files. The view is "
            "added to it. Without an address there is no link.",
        )
    plain_words = Options(title=own["title"], deck=own["deck"])
    try:
        return replace(plain_words, as_of=as_of.strip() or None, link=link.strip())
    except InputError as exc:
        st.error(plain(str(exc)))
        return plain_words


def _follow(name: str, usual: str) -> None:
    """Let a field that nobody has changed go with what is written from the view."""
    state = st.session_state
    key, before = f"share_{name}", f"share_usual_{name}"
    if state.get(key) in (None, state.get(before)):
        state[key] = usual
    state[before] = usual
