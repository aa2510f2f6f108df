"""Before you share: what is made less exact, delayed or left out, of all that is made here."""

from __future__ import annotations

import streamlit as st

from geo.discretion import FIELDS, Discretion
from geo.errors import InputError
from geo.panels.text import plain
from geo.passing_on import passable
from geo.view import View
from geo.workspace import Workspace

__all__ = ["held_back", "show_held_back"]

EXACT, ROUNDED, MOVED = "As they are", "Rounded", "Moved"
STEPS_KM = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)


def held_back() -> Discretion:
    """Draw the choices. They stay as chosen for all that follows, the next time too."""
    with st.expander("Before you share: hold something back"):
        st.caption(
            "A map can put people in danger. What you choose here is taken out of everything made "
            "in this window, and every picture and file says so."
        )
        positions = st.segmented_control(
            "Positions",
            [EXACT, ROUNDED, MOVED],
            default=EXACT,
            required=True,
            key="share_positions",
            persist_state="session",
            help="Rounded: to a fixed grid. Moved: by a distance that only this machine knows, the "
            "same each time. Both also take away names and words that tell where a place is.",
        )
        km = st.selectbox(
            "Grid, or farthest move",
            STEPS_KM,
            index=2,
            format_func=lambda value: f"{value:g} km",
            key="share_km",
            persist_state="session",
            disabled=positions == EXACT,
        )
        days = st.number_input(
            "Hold back the last days",
            0,
            3660,
            0,
            key="share_delay",
            persist_state="session",
            help="Nothing that happened within so many days before today is shown.",
        )
        names = st.checkbox(
            "Keep names and words beside positions that are rounded or moved",
            key="share_names",
            persist_state="session",
            disabled=positions == EXACT,
            help="A town’s name is its position: keep it only where that does no harm.",
        )
        out = st.multiselect(
            "Leave out",
            list(FIELDS),
            format_func=lambda key: FIELDS[key].capitalize(),
            key="share_out",
            persist_state="session",
            placeholder="nothing",
        )
    how = Discretion()
    try:
        how = Discretion(
            round_km=km if positions == ROUNDED else None,
            blur_km=km if positions == MOVED else None,
            delay_days=int(days),
            leave_out=frozenset(out),
            keep_names=bool(names) and positions != EXACT,
        )
    except InputError as exc:
        st.error(plain(str(exc)))
    return how


def show_held_back(opened: Workspace, view: View, how: Discretion) -> None:
    """Say what is held back, and how many rows may not be passed on."""
    if how.holds_back:
        st.info("\n".join(f"- {words}" for words in how.words()), icon=":material/shield:")
    left = passable(opened, view)[1]
    if left:
        st.caption(
            f":material/lock: {left.events:,} of the events shown may not be passed on: pictures "
            "use them with the credit that is asked for, pages and bundles hold their counts only."
        )
