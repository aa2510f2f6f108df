"""The map: a constant Folium shell, JSON files beside it, and a small group per filter change."""

from __future__ import annotations

from datetime import date

import streamlit as st
from streamlit_folium import st_folium

from geo.panels.state import SHARED
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
FALLBACK = MapPosition(34.6, 40.9, 7)


@st.cache_resource(show_spinner=False, ttl="6h")
def _event_files(_opened: Workspace) -> tuple[str, str]:
    """URLs of the events and the areas; asked again before old files are cleared away."""
    near = {
        event.id: _opened.borders[event.place.place_id]
        for event in _opened.events
        if event.place.place_id in _opened.borders
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
) -> str:
    return write_static(RUN, "zones", zones_payload(_shown.zones, _opened.actors))


def board(opened: Workspace, shown: Shown, *, selected: str | None) -> bool:
    """Draw the map. Returns whether its "Share" button was pressed since the last run.

    ``selected`` opens the card of an event.
    """
    position = st.session_state.get("link_position") or opened.default_view.position or FALLBACK
    events_url, areas_url = _event_files(opened)
    group = filter_group(
        ids=[event.id for event in shown.selection.shown],
        events_url=events_url,
        areas_url=areas_url,
        zones_url=_zones_url(opened, shown, shown.on, shown.view.actors)
        if shown.view.zones
        else "",
        on=shown.on,
        since=shown.view.since,
        border_band_km=shown.view.border_km,
        selected=selected,
        dark=st.context.theme.type == "dark",
    )
    answer = st_folium(
        shell((position.lat, position.lon), position.zoom),
        key="map",
        height=HEIGHT_PX,
        use_container_width=True,
        returned_objects=["share"],
        feature_group_to_add=group,
    )
    shared = (answer or {}).get("share")
    if not isinstance(shared, dict) or shared.get("n") == st.session_state.get("share_count"):
        return False
    st.session_state.share_count = shared.get("n")
    st.session_state[SHARED] = str(shared.get("map", ""))[:60]
    return True
