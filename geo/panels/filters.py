"""The filters in the sidebar, the common ones first. All live in the address bar."""

from __future__ import annotations

import streamlit as st

from geo.borders.policy import DEFAULT_POLICY
from geo.model import Tier
from geo.panels.borders import ANY_BORDER, border_filter
from geo.panels.state import ANY_DISTANCE, BORDER_STEPS, default_dates, write_dates
from geo.workspace import Workspace
from geo.zones import CAP_KM, FACILITY_CAP_KM

__all__ = ["sidebar"]

TIER_HELP = (
    "Assessed: two independent sources, the losing side admits it, or an analyst confirmed it. "
    "Reported: one independent source. Claimed: only the side that gains says so. "
    "Denied: someone disputes it."
)


def sidebar(opened: Workspace) -> None:
    """Draw the filters. Their values are read through ``current_view``."""
    actors = opened.actors
    used = opened.taking_part
    offered = [a for a in actors if a in used or any(actors[u].part_of == a for u in used)]
    types = list(opened.kinds)
    with st.sidebar:
        st.text_input(
            "Words",
            key="q",
            bind="query-params",
            type="search",
            max_chars=200,
            placeholder="In quote, place, actor, source",
        )
        _dates(opened)
        st.pills(
            "Who",
            offered,
            format_func=lambda a: actors[a].short if a in actors else a,
            selection_mode="multi",
            key="actor",
            bind="query-params",
            help="Events in which any of these takes part. None chosen: all are shown.",
        )
        st.pills(
            "How sure",
            list(Tier),
            format_func=lambda tier: tier.value.capitalize(),
            selection_mode="multi",
            key="tier",
            bind="query-params",
            help=TIER_HELP,
        )
        st.multiselect(
            "What",
            types,
            format_func=lambda kind: kind.value.capitalize(),
            key="type",
            bind="query-params",
            placeholder="All kinds of event",
        )
        st.multiselect(
            "Published by",
            opened.publishers,
            key="publisher",
            bind="query-params",
            placeholder="All sources",
        )
        _near_border(opened)
        st.toggle(
            "Areas held",
            value=True,
            key="zones",
            bind="query-params",
            help="Areas around places whose holder is reported, no farther than "
            f"{CAP_KM:.0f} km from a town, {FACILITY_CAP_KM:.0f} km from a station or field, and "
            "not across a border. "
            "Land left blank is land no report tells about.",
        )
        if opened.layers:
            st.toggle(
                "Imported lines",
                value=True,
                key="lines",
                bind="query-params",
                help="Maps that others drew, on the days they speak of; see “Other maps”.",
            )
        st.button("Show everything again", on_click=_reset, args=(opened,), type="tertiary")


def _reset(opened: Workspace) -> None:
    state = st.session_state
    for key in ("actor", "tier", "type", "publisher"):
        state[key] = []
    state.border = ANY_DISTANCE
    state.border_of = ANY_BORDER
    state.policy = DEFAULT_POLICY
    state.q = ""
    state.zones = True
    state.lines = True
    state.compare = ""
    state.when = default_dates(opened)
    state.link_problems = ()


def _near_border(opened: Workspace) -> None:
    """Draw the filter by distance, folded away unless the page was opened with it."""
    state = st.session_state
    state.setdefault("border_unfolded", state.border != ANY_DISTANCE or bool(state.border_of))
    with st.expander("Near a border", expanded=state.border_unfolded):
        st.select_slider(
            "No farther than",
            BORDER_STEPS,
            value=ANY_DISTANCE,
            key="border",
            bind="query-params",
            help="A place whose position is uncertain is kept as long as it may be that near.",
        )
        border_filter(opened)


def _dates(opened: Workspace) -> None:
    """Draw the first and the last day; the player on the map moves the last one."""
    first, last = opened.period
    if first == last:
        return
    st.slider(
        "Dates",
        min_value=first,
        max_value=last,
        format="D MMM YYYY",
        key="when",
        help="Events between these days, and who held what on the last of them. The player below "
        "the map moves the last day from report to report.",
    )
    write_dates(opened)
