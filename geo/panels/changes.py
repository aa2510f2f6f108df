"""Gains and losses: this day against another one, on the map and in a table."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from geo.change import ALL, Difference, change_csv, difference
from geo.lines import apply_layers
from geo.panels.timeline import days_key
from geo.webmap import change_payload, write_static
from geo.workspace import ROOT, Shown, Workspace

__all__ = ["change_url", "compared", "gains_panel"]

RUN = ROOT / "static" / "run"


@st.cache_resource(show_spinner="Comparing two days…", max_entries=60)
def _difference(
    _opened: Workspace,
    key: str,  # noqa: ARG001  (what the days follow from; the cache goes by it)
    before: date,
    after: date,
    lines: bool,
) -> Difference:
    layers = _opened.layers if lines else ()
    sides = [(day, apply_layers(_opened.day(day).zones, layers, day)) for day in (before, after)]
    return difference(sides[0], sides[1], _opened.terrain)


def compared(opened: Workspace, shown: Shown) -> Difference | None:
    """The view's day against the one it is compared with, the earlier first; None if it is not."""
    try:
        other = date.fromisoformat(shown.view.compare)
    except ValueError:
        return None
    if other == shown.on:
        return None
    before, after = sorted((other, shown.on))
    return _difference(opened, days_key(opened), before, after, shown.view.lines)


def change_url(opened: Workspace, shown: Shown) -> str:
    """The file with what changed, for the map; empty if the view compares no days."""
    found = compared(opened, shown)
    if found is None or not shown.view.zones:
        return ""
    return write_static(RUN, "change", change_payload(found, opened.actors))


def _words(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _choose() -> None:
    day = st.session_state.compare_day
    st.session_state.compare = day.isoformat() if day else ""


def _set(day: date) -> None:
    st.session_state.compare = day.isoformat()


def gains_panel(opened: Workspace, shown: Shown) -> None:
    """Draw the choice of the other day, the sums by actor, and those by province."""
    first, last = opened.period
    found = compared(opened, shown)
    other = None
    if found is not None:
        other = found.before if found.after == shown.on else found.after
    st.session_state.compare_day = other
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.date_input(
            f"Compare {_words(shown.on)} with",
            value=None,
            min_value=first,
            max_value=last,
            format="DD/MM/YYYY",
            key="compare_day",
            on_change=_choose,
            width=220,
        )
        for label, day in (
            ("The day before", shown.on - timedelta(days=1)),
            ("A week before", shown.on - timedelta(days=7)),
            ("The first day", shown.view.since or first),
        ):
            if first <= day < shown.on:
                st.button(label, key=f"compare_{label}", on_click=_set, args=(day,))
    if found is None:
        st.info("Choose a day: the map then shows what was gained and lost between the two.")
        return
    if not found.changes:
        st.info(f"No area changed between {_words(found.before)} and {_words(found.after)}.")
    whole = found.coverage[0]
    st.caption(
        f"From {_words(found.before)} to {_words(found.after)}. No report tells about "
        f"**{whole.unknown_before:.1%}** of the land of these provinces on the first day and "
        f"**{whole.unknown_after:.1%}** on the last. “Not known before” is ground that no report "
        "told about on the first day: more knowledge, not more conquest. Towns are those of "
        "GeoNames from 500 inhabitants, people its numbers where it has any."
    )
    if found.changes:
        _tables(opened, found)
    st.download_button(
        "Changes as CSV",
        data=lambda: change_csv(found, opened.actors, opened.names),
        file_name=f"dateline-changes-{found.before}-{found.after}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="changes_csv",
    )


def _tables(opened: Workspace, found: Difference) -> None:
    shares = {row.admin1: row for row in found.coverage}
    rows = []
    for change in found.changes:
        share = shares.get(change.admin1)
        actor = opened.actors.get(change.actor_id)
        where = opened.names.get(change.admin1, change.admin1) or "Elsewhere"
        rows.append(
            {
                "Who": actor.short if actor else change.actor_id,
                "Where": "Everywhere" if change.admin1 == ALL else where,
                "Gained, km²": change.gained_km2,
                "not known before": change.gained_unknown_km2,
                "Lost, km²": change.lost_km2,
                "not known after": change.lost_unknown_km2,
                "Newly claimed": change.claimed_km2,
                "Newly contested": change.contested_km2,
                "Towns gained": change.settlements_gained,
                "Towns lost": change.settlements_lost,
                "People gained": change.population_gained,
                "People lost": change.population_lost,
                "No report, before": share.unknown_before if share else None,
                "No report, after": share.unknown_after if share else None,
            }
        )
    areas = [name for name in rows[0] if "km²" in name or "known" in name or "Newly" in name]
    config = {name: st.column_config.NumberColumn(format="%,.0f") for name in areas}
    config |= {
        name: st.column_config.NumberColumn(format="localized")
        for name in ("People gained", "People lost")
    }
    config |= {
        name: st.column_config.NumberColumn(format="percent")
        for name in ("No report, before", "No report, after")
    }
    for title, wanted in (("By actor", True), ("By actor and province", False)):
        part = [row for row in rows if (row["Where"] == "Everywhere") is wanted]
        if wanted:
            part = [{k: v for k, v in row.items() if k != "Where"} for row in part]
        if part:
            st.markdown(f"**{title}**")
            st.dataframe(part, hide_index=True, column_config=config, alt=f"{title}: what changed")
