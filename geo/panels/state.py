"""What a page remembers: the open workspace, and the link it was opened with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo.borders.policy import DEFAULT_POLICY
from geo.view import MapPosition, View, parse_view
from geo.workspace import Workspace, open_workspace

__all__ = [
    "ANY_DISTANCE",
    "BORDER_STEPS",
    "begin_with",
    "current_view",
    "default_dates",
    "read_link",
    "set_filters",
    "shared_position",
    "workspace",
    "write_borders",
    "write_compare",
    "write_dates",
]

ANY_DISTANCE = "any"
BORDER_STEPS = (ANY_DISTANCE, "5 km", "10 km", "25 km", "50 km", "100 km")
SHARED = "shared_position"  # the last position the map sent with "Share"


@st.cache_resource(show_spinner="Opening the reports…")
def workspace() -> Workspace:
    """The workspace, opened once for all who look at this server."""
    return open_workspace()


def read_link(opened: Workspace) -> tuple[str, ...]:
    """Set the filters from the page's link, first and on going back; return what it cannot mean.

    Streamlit reads its own labels from the address bar; this also takes ids (``actor=daesh``)
    and single dates, and says so in words where Streamlit drops a value in silence.
    """
    state = st.session_state
    first_run = "link_problems" not in state
    if not first_run and not getattr(get_script_run_ctx(), "is_history_navigation", False):
        return tuple(state.link_problems)
    link = {key: st.query_params.get_all(key) for key in st.query_params}
    view, problems = opened.parse(link)
    set_filters(opened, view)
    if view.border_km is not None and state.border != f"{view.border_km:g} km":
        problems = (*problems, f"For {view.border_km:g} km from a border, “{state.border}” is set.")
    state.link_problems = problems
    if first_run:
        state.link_position = view.position
        known = any(e.id == view.event_id for e in opened.events)
        state.link_event = view.event_id if known else None
        shown = opened.show(view).selection.shown
        if known and all(e.id != view.event_id for e in shown):
            problems = (*problems, "The event this link points to is hidden by its own filters.")
            state.link_problems = problems
    if _relabel(opened, link):
        st.rerun()
    return problems


def set_filters(opened: Workspace, view: View) -> None:
    """Set the filters to those of a view; before their widgets are drawn, or in a callback."""
    state = st.session_state
    state.actor = [actor for actor in view.actors if actor in opened.actors]
    state.tier = list(view.tiers)
    state.type = list(view.types)
    state.publisher = list(view.publishers)
    state.border = _border_label(view.border_km)
    state.border_of = view.border_of
    state.policy = view.policy
    state.q = view.text
    state.zones = view.zones
    state.lines = view.lines
    state.compare = view.compare
    state.when = _within(opened, view)


def begin_with(opened: Workspace, view: View) -> None:
    """Show a view of other reports than before, as if the page had been opened with it."""
    state = st.session_state
    set_filters(opened, view)
    state.pop(SHARED, None)
    if view.position:
        # The map goes there even where it keeps a position of its own in the address.
        state.news_position = (view.position.lat, view.position.lon, view.position.zoom)
    else:
        state.pop("news_position", None)
    state.link_problems = ()
    state.link_position = view.position
    state.link_event = view.event_id
    for key in ("map", "event"):
        if key in st.query_params:
            del st.query_params[key]


def _relabel(opened: Workspace, link: Mapping[str, list[str]]) -> bool:
    """Write ids of a link as the labels Streamlit knows; it would drop them from the address."""
    state = st.session_state
    labels = {
        "actor": [opened.actors[actor].short for actor in state.actor],
        "tier": [tier.value.capitalize() for tier in state.tier],
        "type": [kind.value.capitalize() for kind in state.type],
        "publisher": list(state.publisher),
        "border": [] if state.border == ANY_DISTANCE else [state.border],
        "zones": [] if state.zones else ["false"],
        "lines": [] if state.lines else ["false"],
    }
    changed = [key for key, said in labels.items() if key in link and link[key] != said]
    for key in changed:
        if labels[key]:
            st.query_params[key] = labels[key]
        else:
            del st.query_params[key]
    return bool(changed)


def _within(opened: Workspace, view: View) -> tuple[date, date]:
    """The view's first and last day, moved into the period of the events."""
    first, last = opened.period
    since, until = view.since or first, view.until or last
    return min(max(since, first), last), min(max(until, first), last)


def _linked_dates(opened: Workspace) -> tuple[date, date]:
    view, _ = opened.parse({"when": st.query_params.get_all("when")})
    return _within(opened, view)


def default_dates(opened: Workspace) -> tuple[date, date]:
    """The days that the dates stand at when no link says otherwise."""
    return _within(opened, opened.default_view)


def write_dates(opened: Workspace) -> None:
    """Put the dates into the address bar, as days; a link that says the same is left alone.

    Not Streamlit's own binding: when a button moves a bound slider, that writes microseconds, or
    nothing.
    """
    since, until = st.session_state.when
    if (since, until) == _linked_dates(opened):
        return
    if (since, until) == default_dates(opened):
        del st.query_params["when"]
    else:
        st.query_params["when"] = [since.isoformat(), until.isoformat()]


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
        border_of=state.border_of or "",
        policy=state.policy,
        zones=state.zones,
        lines=state.lines,
        compare=state.compare,
    )


def write_borders() -> None:
    """Put which border is meant, and the policy, into the address bar as ids."""
    state = st.session_state
    usual = {"border_of": "", "policy": DEFAULT_POLICY}
    for key, unset in usual.items():
        said = state[key] or unset
        if said == unset:
            if key in st.query_params:
                del st.query_params[key]
        elif st.query_params.get(key) != said:
            st.query_params[key] = said


def write_compare() -> None:
    """Put what the view is compared with into the address bar."""
    said = st.session_state.compare
    if said:
        if st.query_params.get("compare") != said:
            st.query_params["compare"] = said
    elif "compare" in st.query_params:
        del st.query_params["compare"]


def shared_position(opened: Workspace) -> MapPosition | None:
    """Where the map stood when its "Share" button was last pressed, else where it opened."""
    text = st.session_state.get(SHARED)
    if text:
        view, _ = parse_view({"map": [str(text)]}, actors={}, publishers=())
        if view.position is not None:
            return view.position
    found = st.session_state.get("link_position") or opened.default_view.position
    return found if isinstance(found, MapPosition) else None
