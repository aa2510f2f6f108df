"""Other maps: lines that others drew, beside ours or instead of them, and how far we agree."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import date

import streamlit as st

from geo.errors import DatelineError, StoreError
from geo.line_files import Outline, read_outlines
from geo.lines import (
    Agreement,
    Layer,
    Mode,
    agreement,
    agreement_csv,
    make_layer,
    naming_property,
    on_day,
)
from geo.model import Tier
from geo.panels.state import workspace
from geo.panels.timeline import days_key
from geo.store import Store, open_store
from geo.webmap import agreement_payload, lines_payload, web_link, write_static
from geo.workspace import ROOT, Shown, Workspace

__all__ = ["agreement_url", "lines_panel", "lines_url"]

RUN = ROOT / "static" / "run"
TIERS = (Tier.ASSESSED, Tier.REPORTED, Tier.CLAIMED)
MODES = {Mode.BESIDE: "beside ours", Mode.INSTEAD: "instead of ours"}


@st.cache_resource(show_spinner="Comparing the maps…", max_entries=40)
def _agreement(
    _opened: Workspace,
    key: str,  # noqa: ARG001  (what the days follow from; the cache goes by it)
    _layer: Layer,
    layer_id: str,  # noqa: ARG001
    on: date,
) -> tuple[Agreement, ...]:
    return agreement(_layer, _opened.day(on).zones)


def _chosen(opened: Workspace, shown: Shown) -> Layer | None:
    """The lines the view is compared with, if they speak of its day."""
    found = next((a for a in opened.layers if a.id == shown.view.compare), None)
    return found if found is not None and found.speaks_of(shown.on) else None


def agreement_url(opened: Workspace, shown: Shown) -> str:
    """The file with what differs from imported lines, for the map; empty if nothing is compared."""
    layer = _chosen(opened, shown)
    if layer is None or not shown.view.zones:
        return ""
    rows = _agreement(opened, days_key(opened), layer, layer.id, shown.on)
    return write_static(RUN, "change", agreement_payload(layer, rows, opened.actors))


def lines_url(opened: Workspace, shown: Shown) -> str:
    """The file with the lines that stand beside ours, for the map."""
    beside = [layer for layer in opened.layers if layer.mode is Mode.BESIDE]
    if not beside or not shown.view.lines:
        return ""
    return write_static(RUN, "lines", lines_payload(beside, opened.actors))


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "a reader of the page"


def _remove(layer: Layer) -> None:
    _store(lambda store: store.remove_layer(layer.id, who=_who(), why="removed on the page"))
    if st.session_state.compare == layer.id:
        st.session_state.compare = ""


def _turn(layer: Layer) -> None:
    other = Mode.BESIDE if layer.mode is Mode.INSTEAD else Mode.INSTEAD
    _store(lambda store: store.set_layer_mode(layer.id, other, who=_who(), why="set on the page"))


def _store(change: Callable[[Store], None]) -> None:
    try:
        change(open_store())
    except StoreError as exc:
        st.session_state.lines_trouble = str(exc)
        return
    workspace.clear()


def _compare(layer: Layer) -> None:
    st.session_state.compare = "" if st.session_state.compare == layer.id else layer.id


def _go(opened: Workspace, layer: Layer) -> None:
    first, last = opened.period
    day = min(max(layer.on, first), last)
    since, _ = st.session_state.when
    st.session_state.when = (min(since, day), day)


def lines_panel(opened: Workspace, shown: Shown) -> None:
    """Draw the list of imported lines, the comparison, and the form that adds a file."""
    if told := st.session_state.pop("lines_told", None):
        st.text("\n".join(told))
    if trouble := st.session_state.pop("lines_trouble", None):
        st.error("The lines were not changed.")
        st.text(trouble)
    if not opened.layers:
        st.caption(
            "Put a map that others drew beside ours, or in its place, for a day: GeoJSON or KML "
            "with one polygon or more for each actor."
        )
    here = {layer.id for mode in Mode for layer in on_day(opened.layers, shown.on, mode)}
    for layer in opened.layers:
        _one(opened, shown, layer, layer.id in here)
    chosen = _chosen(opened, shown)
    if chosen is not None:
        _table(opened, shown, chosen)
    with st.expander("Add lines from a file", expanded=not opened.layers):
        _form(opened, shown)


def _span(layer: Layer) -> str:
    words = f"{layer.on.day} {layer.on:%b %Y}"
    return words if layer.until == layer.on else f"{words} – {layer.until.day} {layer.until:%b %Y}"


def _one(opened: Workspace, shown: Shown, layer: Layer, here: bool) -> None:
    with st.container(border=True):
        st.text(f"{layer.title} · {_span(layer)}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"{layer.source} · {layer.tier.value} · shown {MODES[layer.mode]}")
            if link := web_link(layer.url):
                st.link_button("Source", link, type="tertiary")
        with st.container(horizontal=True):
            if here:
                on = shown.view.compare == layer.id
                st.button(
                    "Hide the difference" if on else "Show the difference",
                    key=f"differ_{layer.id}",
                    on_click=_compare,
                    args=(layer,),
                )
            else:
                st.button("Go to its day", key=f"go_{layer.id}", on_click=_go, args=(opened, layer))
            other = Mode.BESIDE if layer.mode is Mode.INSTEAD else Mode.INSTEAD
            st.button(f"Show {MODES[other]}", key=f"turn_{layer.id}", on_click=_turn, args=(layer,))
            st.button(
                "Remove", key=f"remove_{layer.id}", on_click=_remove, args=(layer,), type="tertiary"
            )


def _table(opened: Workspace, shown: Shown, layer: Layer) -> None:
    rows = _agreement(opened, days_key(opened), layer, layer.id, shown.on)
    seen = [
        {
            "Who": opened.actors[row.actor_id].short
            if row.actor_id in opened.actors
            else row.label or row.actor_id,
            "Ours, km²": round(row.ours_km2, 1),
            "Theirs, km²": round(row.theirs_km2, 1),
            "Both, km²": round(row.both_km2, 1),
            "Only ours, km²": round(row.only_ours_km2, 1),
            "Only theirs, km²": round(row.only_theirs_km2, 1),
            "Agreement (IoU)": round(row.iou, 3),
        }
        for row in rows
    ]
    st.caption(
        f"Our areas of {shown.on.day} {shown.on:%B %Y} against these lines. IoU is the ground "
        "both give to an actor over the ground either gives it: 1 is the same map. Ours says "
        "nothing beyond its distance cap, so “only theirs” holds land no report tells about."
    )
    st.dataframe(seen, hide_index=True, alt="Agreement of the two maps by actor")
    st.download_button(
        "Comparison as CSV",
        data=lambda: agreement_csv(rows, opened.actors),
        file_name=f"dateline-{layer.id}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="lines_csv",
    )


def _form(opened: Workspace, shown: Shown) -> None:
    file = st.file_uploader("GeoJSON or KML", ["geojson", "json", "kml"], key="lines_file")
    if file is None:
        return
    try:
        found = read_outlines(file.name, file.getvalue())
    except DatelineError as exc:
        st.error("This file cannot be used.")
        st.text(str(exc))
        return
    outlines = found.outlines
    names = sorted({name for outline in outlines for name in outline.properties if name})
    doubts = [*found.mended, *map(str, found.problems)]
    if doubts:
        with st.expander(f"Mended or left out: {len(doubts)}"):
            st.text("\n".join(doubts[:200]))
    with st.form("lines_form", border=False):
        left, right = st.columns(2)
        title = left.text_input("Title", max_chars=200, key="lines_title")
        source = right.text_input("Who drew it", max_chars=300, key="lines_source")
        url = left.text_input("Address of the source", max_chars=500, key="lines_url")
        tier = right.selectbox(
            "How sure", TIERS, 1, format_func=lambda t: t.value.capitalize(), key="lines_tier"
        )
        usual_days = (shown.on, shown.on)
        days = left.date_input(
            "Day or days it speaks of", usual_days, format="DD/MM/YYYY", key="lines_days"
        )
        mode = right.selectbox(
            "Shown", list(MODES), format_func=lambda m: MODES[m], key="lines_mode"
        )
        usual = naming_property([outline.properties for outline in outlines], opened.actors)
        by = left.selectbox(
            "The property that names the actor",
            [*names, ""],
            names.index(usual) if usual else len(names),
            format_func=lambda n: n or "none: one actor holds all of it",
            key="lines_property",
        )
        whole = right.selectbox(
            "If none: the actor",
            list(opened.actors),
            format_func=lambda a: opened.actors[a].name,
            key="lines_actor",
        )
        if st.form_submit_button("Add these lines", type="primary"):
            span = list(days)
            pairs = [(_name(outline, by, whole), outline.geometry) for outline in outlines]
            try:
                layer, told = make_layer(
                    pairs, title=title, on=span[0], until=span[-1], source=source, tier=tier,
                    actors=opened.actors, mode=mode, url=url,
                )  # fmt: skip
                open_store().add_layer(layer, who=_who(), why="added on the page")
            except (DatelineError, IndexError) as exc:
                st.error("These lines were not added.")
                st.text(str(exc) or "Give the day they speak of.")
                return
            workspace.clear()
            st.session_state.lines_told = told
            st.rerun()


def _name(outline: Outline, by: str, whole: str) -> str:
    return outline.properties.get(by, "") if by else whole
