"""Looking at somebody's bundle: read only, told in a banner, and one press away from one's own."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

from geo.bundle import SUFFIX, OpenedBundle, open_bundle
from geo.errors import DatelineError, InputError
from geo.panels.state import begin_with, workspace
from geo.panels.text import plain

__all__ = ["banner", "bundle_button", "bundle_dialog", "bundle_open", "opened_bundle"]

BUNDLE = "opened_bundle"
ASKING = "asking_for_bundle"
PROBLEM = "bundle_problem"
GIVEN = "bundle_given"  # whether the one named on the command line was looked at
FLAG = "--bundle"


def _given() -> Path | None:
    """The file after ``--bundle`` in ``streamlit run dashboard.py -- --bundle FILE``."""
    words = sys.argv[1:]
    for at, word in enumerate(words):
        flag, equals, name = word.partition("=")
        if flag == FLAG:
            name = name if equals else "".join(words[at + 1 : at + 2])
            if not name:
                raise InputError(
                    "--bundle names no file: streamlit run dashboard.py -- --bundle FILE"
                )
            return Path(name)
    return None


def opened_bundle() -> OpenedBundle | None:
    """The bundle this reader looks at, if any."""
    state = st.session_state
    if GIVEN not in state:
        state[GIVEN] = True
        try:
            path = _given()
            if path is not None:
                from geo.commands.bundle import read_bundle

                _show(open_bundle(read_bundle(path)))
        except DatelineError as exc:
            state[PROBLEM] = str(exc)
            state[ASKING] = True
    found = state.get(BUNDLE)
    return found if isinstance(found, OpenedBundle) else None


def _show(found: OpenedBundle) -> None:
    st.session_state[BUNDLE] = found
    st.session_state[ASKING] = False
    begin_with(found.workspace, found.view)


def _back() -> None:
    st.session_state[BUNDLE] = None
    own = workspace()
    begin_with(own, own.default_view)


def _ask() -> None:
    st.session_state[ASKING] = True
    st.session_state[PROBLEM] = ""


def _stop_asking() -> None:
    st.session_state[ASKING] = False


def bundle_open() -> bool:
    """Whether the window that asks for a file is to be shown in this run."""
    return bool(st.session_state.get(ASKING))


def bundle_button() -> None:
    """Draw "Open a bundle"."""
    st.button(
        "Open a bundle",
        icon=":material/folder_open:",
        key="open_bundle",
        on_click=_ask,
        help="Look at a map that somebody sealed and sent you. Your own reports stay as they are.",
    )


def _take() -> None:
    """Open the file that was chosen; what is wrong with it is told."""
    state = st.session_state
    state[PROBLEM] = ""
    given = state.get("bundle_file")
    if given is None:
        return
    try:
        found = open_bundle(given.getvalue())
    except InputError as exc:
        state[PROBLEM] = str(exc)
        return
    _show(found)


@st.dialog("Open a bundle", on_dismiss=_stop_asking)
def bundle_dialog() -> None:
    """Ask for a file, and say what is wrong with it."""
    if problem := st.session_state.get(PROBLEM):
        st.error("That bundle cannot be opened.")
        st.text(problem)
    st.file_uploader(
        "A .dateline file", type=[SUFFIX.removeprefix(".")], key="bundle_file", on_change=_take
    )
    st.caption(
        "It is checked and shown as it was sealed. Nothing of it is kept, and nothing in it is run "
        "or fetched."
    )
    if not bundle_open():
        st.rerun()  # the whole page: it was opened


def banner(found: OpenedBundle) -> None:
    """Say that this is a bundle, whether it is as it was sealed, and how to go back."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                ":material/inventory_2: **You are looking at a bundle, read only.** "
                + (
                    "It is as it was sealed."
                    if found.verified
                    else ":red[**It was changed after it was sealed.**]"
                )
            )
            st.button("Back to my reports", key="close_bundle", on_click=_back, type="primary")
        for change in found.changes[:12]:
            st.text(change)
        told = [*found.notes, *(row.words() for row in found.left_out.rows[:12])]
        if told:
            st.caption(" · ".join(plain(words) for words in told))
        with st.expander("What it was made with"):
            st.caption("SHA-256 of the file; compare it with what the sender says:")
            st.code(found.checksum, language=None, wrap_lines=True)
            if found.versions:
                st.caption("Made with other versions, so a picture may differ in small ways:")
                for words in found.versions[:30]:
                    st.text(words)
            else:
                st.caption("Made with the versions that are here: its picture comes out the same.")
