"""The map: a constant Folium shell, JSON files beside it, and a small group per filter change."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

import streamlit as st
from streamlit_folium import st_folium

from geo.borders.places import border_label
from geo.columns import Flags
from geo.panels.borders import band_url
from geo.panels.changes import change_url
from geo.panels.lines import agreement_url, lines_url
from geo.panels.state import SHARED
from geo.panels.timeline import days_key, player_state, take_day
from geo.picture import outlines
from geo.view import MapPosition
from geo.webmap import (
    areas_payload,
    events_payload,
    filter_group,
    shell,
    write_static,
    zones_payload,
)
from geo.workspace import ROOT, Shown, Workspace

__all__ = ["board"]

RUN = ROOT / "static" / "run"
HEIGHT_PX = 640
FEW = 2_000  # events whose ids are sent one by one; more go as one bit each
FALLBACK = MapPosition(34.6, 40.9, 7)


@st.cache_resource(show_spinner=False, ttl="6h")
def _event_files(
    _opened: Workspace,
    policy: str,
    source: str,  # noqa: ARG001  (which reports are open)
) -> tuple[str, str]:
    """URLs of the events and the areas; asked again before old files are cleared away."""
    known = _opened.borders_under(policy)
    near = {
        event.id: known[event.place.place_id]
        for event in _opened.events
        if event.place.place_id in known
    }
    events = events_payload(
        _opened.events, _opened.actors, _opened.reports, near, names=_opened.names
    )
    areas = areas_payload(outlines(event.place for event in _opened.events))
    return write_static(RUN, "events", events), write_static(RUN, "areas", areas)


@st.cache_data(show_spinner=False, max_entries=400, ttl="6h")
def _zones_url(
    _opened: Workspace,
    _shown: Shown,
    on: date,  # noqa: ARG001  (the day and the actors decide which zones are shown)
    actors: tuple[str, ...],  # noqa: ARG001
    lines: bool,  # noqa: ARG001
    key: str,  # noqa: ARG001  (what the days follow from)
) -> str:
    return write_static(RUN, "zones", zones_payload(_shown.zones, _opened.actors, _shown.controls))


class _Rows(TypedDict, total=False):
    ids: list[str]
    mask: Flags


def _shown_rows(opened: Workspace, shown: Shown) -> _Rows:
    """Which events are shown: by their ids, or row by row where there are many."""
    flags = shown.selection.flags
    if len(opened.events) <= FEW or flags is None:
        return {"ids": [event.id for event in shown.selection.shown]}
    return {"mask": flags}


def board(opened: Workspace, shown: Shown, *, selected: str | None, source: str = "") -> bool:
    """Draw the map. Returns whether its "Share" button was pressed since the last run.

    ``selected`` opens the card of an event; ``source`` names what is open, "" for the store.
    """
    position = st.session_state.get("link_position") or opened.default_view.position or FALLBACK
    events_url, areas_url = _event_files(opened, shown.view.policy, source)
    group = filter_group(
        **_shown_rows(opened, shown),
        events_url=events_url,
        areas_url=areas_url,
        zones_url=_zones_url(
            opened, shown, shown.on, shown.view.actors, shown.view.lines, days_key(opened)
        )
        if shown.view.zones
        else "",
        on=shown.on,
        since=shown.view.since,
        border_band_km=shown.view.border_km,
        band_url=band_url(opened, shown),
        band_of=border_label(shown.view.border_of, opened.names),
        selected=selected,
        dark=st.context.theme.type == "dark",
        pan_to=st.session_state.get("news_position"),
        time=player_state(opened, shown.view),
        change_url=change_url(opened, shown) or agreement_url(opened, shown),
        lines_url=lines_url(opened, shown),
    )
    answer = st_folium(
        shell((position.lat, position.lon), position.zoom),
        key="map",
        height=HEIGHT_PX,
        use_container_width=True,
        returned_objects=["share", "day"],
        feature_group_to_add=group,
        # Before the run that follows, so that the dates of the page say the same at once.
        on_change=lambda: take_day(opened, st.session_state.get("map")),
    )
    shared = (answer or {}).get("share")
    if not isinstance(shared, dict) or shared.get("n") == st.session_state.get("share_count"):
        return False
    st.session_state.share_count = shared.get("n")
    st.session_state[SHARED] = str(shared.get("map", ""))[:60]
    return True
