"""Held over time: land, towns and people by actor, and the land that no report tells about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from geo.change import ALL
from geo.colour import toned
from geo.dates import DateSpan
from geo.holdings import History, Holding, history, holdings_csv
from geo.panels.timeline import days_key
from geo.workspace import Shown, Workspace

__all__ = ["holdings_panel", "picked_day"]

LAND = {"light": "#FBFAF7", "dark": "#16191C"}
INK = {"light": "#5d5851", "dark": "#a9b1b8"}
MOST_LINES = 6
HEIGHT_PX = 168
LABEL_PX = 15
SILENT = "no report"

Value = Callable[[Holding], float]
MEASURES: tuple[tuple[str, str, Value, str], ...] = (
    ("held", "Land held, km²", lambda row: row.held_km2, ",.0f"),
    ("claimed", "Land only claimed, km²", lambda row: row.claimed_km2, ",.0f"),
    ("contested", "Land contested, km²", lambda row: row.contested_km2, ",.0f"),
    ("towns", "Towns held", lambda row: row.settlements, ",.0f"),
    ("people", "People in towns held", lambda row: row.population, ",.0f"),
)


@st.cache_resource(show_spinner="Measuring the days…", max_entries=8)
def _history(
    _opened: Workspace,
    key: str,  # noqa: ARG001  (what the days follow from; the cache goes by it)
    lines: bool,
) -> History:
    return history(_opened.days_with_lines() if lines else _opened.days(), _opened.terrain)


def picked_day(answer: Any, first: date, last: date) -> date | None:
    """The day that was pressed in a chart, if it is one of the period."""
    chosen = answer.get("selection", {}).get("day") if hasattr(answer, "get") else None
    said = chosen[0].get("on") if isinstance(chosen, list) and chosen else None
    try:
        day = date.fromisoformat(str(said)[:10])
    except ValueError:
        return None
    return day if first <= day <= last else None


def _take(opened: Workspace, key: str) -> None:
    day = picked_day(st.session_state.get(key), *opened.period)
    if day is not None:
        since, _ = st.session_state.when
        st.session_state.when = (min(since, day), day)


def holdings_panel(opened: Workspace, shown: Shown) -> None:
    """Draw one small chart for each measure, the numbers of the day, and the download."""
    found = _history(opened, days_key(opened), shown.view.lines)
    if not found.holdings:
        st.info("No report says who holds a place.")
        return
    codes = [code for code in found.land_km2 if code != ALL]
    where = st.selectbox(
        "Where",
        [ALL, *codes],
        format_func=lambda c: "All provinces with reports" if c == ALL else opened.names.get(c, c),
        key="holdings_where",
        width=320,
    )
    day = max((d for d in found.days if d <= shown.on), default=found.days[0])
    silent = found.unknown[day, where]
    st.caption(
        f"On {shown.on.day} {shown.on:%B %Y} no report tells about **{silent:.1%}** of the "
        f"{found.land_km2[where]:,.0f} km² of land here. Press a point of a chart to go to that "
        "day. Towns are those of GeoNames from 500 inhabitants, people its numbers where it has "
        "any."
    )
    theme = "dark" if st.context.theme.type == "dark" else "light"
    rows = [row for row in found.holdings if row.admin1 == where]
    left, right = st.columns(2)
    for number, (name, title, value, fmt) in enumerate(MEASURES):
        series = _series(found.days, rows, value)
        with (left, right)[number % 2]:
            _draw(opened, shown, name, title, series, fmt, theme)
    share = {SILENT: {on: 100 * found.unknown[on, where] for on in found.days}}
    with right:
        _draw(opened, shown, "silent", "Land without any report, %", share, ".0f", theme)
    _numbers(opened, found, rows, day)


def _series(
    days: Sequence[date], rows: Sequence[Holding], value: Value
) -> dict[str, dict[date, float]]:
    """By actor the value on each day of change, 0 where it has none; empty actors left out."""
    said = {(row.actor_id, row.on): value(row) for row in rows}
    actors = dict.fromkeys(row.actor_id for row in rows)
    found = {a: {on: said.get((a, on), 0.0) for on in days} for a in actors}
    kept = {a: line for a, line in found.items() if any(line.values())}
    order = sorted(kept, key=lambda a: -max(kept[a].values()))[:MOST_LINES]
    return {actor: kept[actor] for actor in order}


def _draw(
    opened: Workspace,
    shown: Shown,
    name: str,
    title: str,
    series: Mapping[str, Mapping[date, float]],
    fmt: str,
    theme: str,
) -> None:
    if not series:
        return
    key = f"chart_{name}"
    st.altair_chart(
        _chart(opened, shown.on, title, series, fmt, theme),
        key=key,
        on_select=lambda: _take(opened, key),
        selection_mode="day",
        alt=f"{title} from {opened.period[0]} to {opened.period[1]}",
    )


def _labels(lasts: Sequence[tuple[str, float]], top: float) -> dict[str, float]:
    """Heights for the labels at the ends of lines, pushed apart so that none covers another."""
    room = top * LABEL_PX / (HEIGHT_PX - 50)
    placed: dict[str, float] = {}
    height = -room
    for actor, value in sorted(lasts, key=lambda item: item[1]):
        height = max(value, height + room)
        placed[actor] = height
    over = max(placed.values()) - top
    if over > 0:  # too many at the top: move the crowd down together
        height = top + room
        for actor in sorted(placed, key=lambda a: -placed[a]):
            height = min(placed[actor], height - room)
            placed[actor] = height
    return placed


def _data(rows: Sequence[Mapping[str, object]]) -> Any:
    import altair as alt

    return alt.InlineData(values=list(rows))


def _chart(
    opened: Workspace,
    on: date,
    title: str,
    series: Mapping[str, Mapping[date, float]],
    fmt: str,
    theme: str,
) -> Any:
    import altair as alt

    last = opened.period[1]
    actors = opened.actors
    names = {a: actors[a].short if a in actors else a for a in series}
    ink = INK[theme]
    colours = {
        names[a]: toned(actors[a].colour if a in actors else ink, LAND[theme]) for a in series
    }
    ends = {actor: line[max(line)] for actor, line in series.items()}
    whole = {actor: {**line, last: ends[actor]} for actor, line in series.items()}
    rows = [
        {"day": day.isoformat(), "who": names[actor], "value": value}
        for actor, line in whole.items()
        for day, value in line.items()
    ]
    top = max(max(line.values()) for line in whole.values()) or 1.0
    heights = _labels(list(ends.items()), top)
    labels = [
        {"day": last.isoformat(), "value": heights[a], "who": names[a], "label": names[a]}
        for a in series
    ]
    days = sorted({day for line in whole.values() for day in line})
    # What is pressed is a text: a moment would come back in the reader's time zone.
    wide = [
        {"day": day.isoformat(), "on": day.isoformat(), "words": DateSpan(day, day).words()}
        | {f"v{number}": whole[a][day] for number, a in enumerate(whole)}
        for day in days
    ]
    x = alt.X(
        "day:T",
        title=None,
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(format="%-d %b", grid=False, tickCount=5, labelOverlap=True),
    )
    y = alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(domain=[0, top * 1.04], nice=False),
        axis=alt.Axis(tickCount=4, format=fmt, domain=False, ticks=False, minExtent=48),
    )
    colour = alt.Color(
        "who:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=None
    )
    lines = (
        alt.Chart(_data(rows))
        .mark_line(interpolate="step-after", strokeWidth=2.2)
        .encode(x=x, y=y, color=colour)
    )
    words = (
        alt.Chart(_data(labels))
        .mark_text(align="left", dx=6, fontSize=12, fontWeight=600)
        .encode(x="day:T", y="value:Q", text="label:N", color=colour)
    )
    near = alt.selection_point(
        name="near", fields=["on"], nearest=True, on="pointerover", empty=False
    )
    pressed = alt.selection_point(name="day", fields=["on"], nearest=True, on="click", empty=False)
    tips = [alt.Tooltip("words:N", title="From")]
    tips += [
        alt.Tooltip(f"v{number}:Q", title=names[a], format=fmt) for number, a in enumerate(whole)
    ]
    rule = (
        alt.Chart(_data(wide))
        .mark_rule(color=ink)
        .encode(x="day:T", opacity=alt.condition(near, alt.value(0.6), alt.value(0)), tooltip=tips)
        .add_params(near, pressed)
    )
    now = (
        alt.Chart(_data([{"day": on.isoformat()}]))
        .mark_rule(color=ink, strokeDash=[3, 3], opacity=0.9)
        .encode(x="day:T")
    )
    return (
        alt.layer(now, lines, words, rule)
        .properties(
            height=HEIGHT_PX,
            padding={"left": 4, "right": 8, "top": 6, "bottom": 4},
            title=alt.TitleParams(title, anchor="start", fontSize=13, offset=8),
        )
        .configure_view(strokeWidth=0)
    )


def _numbers(opened: Workspace, found: History, rows: Sequence[Holding], day: date) -> None:
    held = [row for row in rows if row.on == day]
    seen = [
        {
            "Who": opened.actors[row.actor_id].short
            if row.actor_id in opened.actors
            else row.actor_id,
            "Held, km²": row.held_km2,
            "Only claimed, km²": row.claimed_km2,
            "Contested, km²": row.contested_km2,
            "Towns held": row.settlements,
            "People in towns held": row.population,
        }
        for row in held
    ]
    if seen:
        number = st.column_config.NumberColumn(format="%,.0f")
        config = {name: number for name in seen[0] if "km²" in name}
        config["People in towns held"] = st.column_config.NumberColumn(format="localized")
        st.dataframe(seen, hide_index=True, column_config=config, alt="Who holds how much")
    st.download_button(
        "All days as CSV",
        data=lambda: holdings_csv(found, opened.actors, opened.names),
        file_name="dateline-held-over-time.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="holdings_csv",
    )
