"""What a page remembers: the open workspace, and the link it was opened with."""

from __future__ import annotations

import streamlit as st

from geo.view import MapPosition, View, parse_view
from geo.workspace import Workspace, open_workspace

__all__ = ["ANY_DISTANCE", "BORDER_STEPS", "current_view", "read_link", "workspace"]

ANY_DISTANCE = "any"
BORDER_STEPS = (ANY_DISTANCE, "5 km", "10 km", "25 km", "50 km", "100 km")
SHARED = "shared_position"  # the last position the map sent with "Share"


@st.cache_resource(show_spinner="Opening the reports…")
def workspace() -> Workspace:
    """The workspace, opened once for all who look at this server."""
    return open_workspace()


def read_link(opened: Workspace) -> tuple[str, ...]:
    """On a page's first run, set the filters from its link; return what was not understood.

    Streamlit reads its own labels from the address bar; this also takes ids (``actor=daesh``)
    and single dates, and says so in words where Streamlit drops a value in silence.
    """
    state = st.session_state
    if "link_problems" in state:
        return tuple(state.link_problems)
    link = {key: st.query_params.get_all(key) for key in st.query_params}
    view, problems = opened.parse(link)
    state.link_problems = problems
    state.link_position = view.position
    state.link_event = view.event_id if any(e.id == view.event_id for e in opened.events) else None
    actors = opened.actors
    state.actor = [actor for actor in view.actors if actor in actors]
    state.tier = list(view.tiers)
    state.type = list(view.types)
    state.publisher = list(view.publishers)
    state.border = _border_label(view.border_km)
    state.q = view.text
    state.zones = view.zones
    first, last = opened.period
    since, until = view.since or first, view.until or last
    state.when = (min(max(since, first), last), min(max(until, first), last))
    return problems


def _border_label(limit_km: float | None) -> str:
    """The step nearest to a linked distance that does not hide what the link shows."""
    if limit_km is None:
        return ANY_DISTANCE
    for label in BORDER_STEPS[1:]:
        if float(label.removesuffix(" km")) >= limit_km:
            return label
    return ANY_DISTANCE


def current_view(opened: Workspace) -> View:
    """The view that the widgets stand at now."""
    state = st.session_state
    border = state.border if state.border != ANY_DISTANCE else None
    return View(
        actors=tuple(a for a in state.actor if a in opened.actors),
        since=state.when[0],
        until=state.when[1],
        tiers=tuple(state.tier),
        types=tuple(state.type),
        publishers=tuple(state.publisher),
        text=(state.q or "").strip()[:200],
        border_km=float(border.removesuffix(" km")) if border else None,
        zones=state.zones,
    )


def shared_position(opened: Workspace) -> MapPosition | None:
    """Where the map stood when its "Share" button was last pressed, else where it opened."""
    text = st.session_state.get(SHARED)
    if text:
        view, _ = parse_view({"map": [str(text)]}, actors={}, publishers=())
        if view.position is not None:
            return view.position
    found = st.session_state.get("link_position") or opened.default_view.position
    return found if isinstance(found, MapPosition) else None
