"""The filters: in the sidebar, and the dates above the map. All live in the address bar."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date

import streamlit as st

from geo.model import EventType, Tier
from geo.panels.state import ANY_DISTANCE, BORDER_STEPS, default_dates, write_dates
from geo.workspace import Workspace
from geo.zones import CAP_KM, FACILITY_CAP_KM

__all__ = ["date_bar", "sidebar"]

TIER_HELP = (
    "Assessed: two independent sources, the losing side admits it, or an analyst confirmed it. "
    "Reported: one independent source. Claimed: only the side that gains says so. "
    "Denied: someone disputes it."
)


def sidebar(opened: Workspace) -> None:
    """Draw the filters. Their values are read through ``current_view``."""
    actors = opened.actors
    used = {actor for event in opened.events for actor in event.actors()}
    offered = [a for a in actors if a in used or any(actors[u].part_of == a for u in used)]
    types = [kind for kind in EventType if any(e.type is kind for e in opened.events)]
    with st.sidebar:
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
        st.select_slider(
            "Within this distance of a land border",
            BORDER_STEPS,
            value=ANY_DISTANCE,
            key="border",
            bind="query-params",
            help="A place whose position is uncertain is kept as long as it may be that near.",
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
        st.text_input(
            "Words",
            key="q",
            bind="query-params",
            type="search",
            max_chars=200,
            placeholder="In quote, place, actor, source",
        )
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
        st.button("Show everything again", on_click=_reset, args=(opened,), type="tertiary")


def _reset(opened: Workspace) -> None:
    state = st.session_state
    for key in ("actor", "tier", "type", "publisher"):
        state[key] = []
    state.border = ANY_DISTANCE
    state.q = ""
    state.zones = True
    state.when = default_dates(opened)
    state.link_problems = ()


def _days(opened: Workspace) -> list[date]:
    """The days on which something is reported to have happened, in order."""
    first, last = opened.period
    days = {e.date.latest for e in opened.events if e.date.latest is not None}
    return sorted(day for day in days if first <= day <= last)


def _step(opened: Workspace, by: int) -> None:
    """Move the end of the period to the next or the previous day with a report."""
    days = _days(opened)
    since, until = st.session_state.when
    place = bisect_right(days, until) if by > 0 else bisect_left(days, until) - 1
    if 0 <= place < len(days):
        day = days[place]
        st.session_state.when = (min(since, day), day)


def date_bar(opened: Workspace) -> None:
    """Draw the dates: a slider through the period, and steps from report to report."""
    first, last = opened.period
    if first == last:
        return
    days = _days(opened)
    until = st.session_state.when[1]
    with st.container(horizontal=True, vertical_alignment="bottom", key="dates"):
        st.button(
            "Earlier",
            icon=":material/chevron_left:",
            on_click=_step,
            args=(opened, -1),
            disabled=not days or until <= days[0],
            key="previous_day",
            help="To the previous day with a report",
        )
        st.slider(
            "Dates",
            min_value=first,
            max_value=last,
            format="D MMM YYYY",
            key="when",
            help="Events between these days, and who held what on the last of them.",
        )
        st.button(
            "Later",
            icon=":material/chevron_right:",
            icon_position="right",
            on_click=_step,
            args=(opened, 1),
            disabled=not days or until >= days[-1],
            key="next_day",
            help="To the next day with a report",
        )
    write_dates(opened)
