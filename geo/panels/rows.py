"""The table: the same events as the map, for those who cannot use the map and for checking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from geo.model import Control, Event
from geo.passing_on import passable
from geo.table import Row, crossing_cells, event_rows, left_out_rows, to_csv
from geo.webmap import web_link
from geo.workspace import Shown, Workspace

__all__ = ["control_table", "event_table", "picked_event", "reports_table"]

MOST_ROWS = 5_000  # drawn in the table; more would make every change of a filter wait
COLUMN_NAMES = {
    "date": "When",
    "place": "Place",
    "place_arabic": "Arabic",
    "summary": "What is reported",
    "agents": "Who",
    "tier": "How sure",
    "speaker": "Who says so",
    "quote": "In these words",
    "border_km": "Border, km",
    "border_range": "may be, km",
    "border_pair": "Of",
    "crossing": "Nearest crossing",
    "precision_km": "Place ±km",
    "publisher": "Published by",
    "published": "Published",
    "url": "Link",
    "event_id": "Id",
}


def row_key(shown: Shown) -> str:
    """The table's key: of these rows only, so that a choice never passes to another event."""
    return f"rows-{shown.selection.key[:16]}"


def picked_event(shown: Shown) -> str | None:
    """The id of the event whose row is chosen, if one is; known before the table is drawn."""
    state = st.session_state.get(row_key(shown)) or {"selection": {"rows": []}}
    rows = state["selection"]["rows"]
    events = shown.selection.shown
    return events[rows[0]].id if rows and rows[0] < len(events) else None


def event_table(opened: Workspace, shown: Shown) -> None:
    """Draw the rows, the download and the chosen row in full."""

    def made(events: Sequence[Event]) -> list[Row]:
        return event_rows(
            events,
            actors=opened.actors,
            reports=opened.reports,
            borders=opened.borders_under(shown.view.policy),
        )

    events = shown.selection.shown
    rows = made(events[:MOST_ROWS])
    if not rows:
        st.info("No event passes these filters. Widen the dates or press “Show everything again”.")
        return
    seen = [
        {
            title: f"{row['border_low_km']:.1f}–{row['border_high_km']:.1f}"
            if column == "border_range" and row["border_km"] is not None
            else (web_link(str(row["url"])) or None if column == "url" else row.get(column))
            for column, title in COLUMN_NAMES.items()
        }
        for row in rows
    ]
    chosen = st.dataframe(
        seen,
        key=row_key(shown),
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
        height=min(480, 38 * (len(seen) + 1)),
        column_config={
            "Link": st.column_config.LinkColumn(validate=r"^https?://", display_text="open"),
            "What is reported": st.column_config.TextColumn(width="large"),
            "In these words": st.column_config.TextColumn(width="large"),
            "Border, km": st.column_config.NumberColumn(format="%.1f"),
        },
        alt="The events on the map, one row each",
    )
    st.download_button(
        "Rows as CSV",
        data=lambda: _csv(opened, shown),
        file_name=f"dateline-events-{shown.on.isoformat()}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="csv",
    )
    if len(events) > len(rows):
        st.caption(f"The first {len(rows):,} of {len(events):,} rows; the CSV holds all.")
    picked = chosen["selection"]["rows"]
    if picked and picked[0] < len(rows):
        _words(opened, shown, picked[0])


def _csv(opened: Workspace, shown: Shown) -> bytes:
    """All rows that may be passed on, and counts of the others."""
    kept, left = passable(opened, shown.view)
    rows = event_rows(
        [event for event in shown.selection.shown if event.quote.report_id in kept.reports],
        actors=opened.actors,
        reports=opened.reports,
        borders=opened.borders_under(shown.view.policy),
        notes=kept.notes,
    )
    return to_csv([*rows, *left_out_rows(left)])


def _words(opened: Workspace, shown: Shown, row: int) -> None:
    """The chosen row in full, as plain text."""
    event = shown.selection.shown[row]
    report = opened.reports[event.quote.report_id]
    border = opened.borders_under(shown.view.policy).get(event.place.place_id)
    lines = [
        event.summary,
        f"“{report.text[event.quote.start : event.quote.end]}”",
        f"Says: {event.attribution.speaker} ({event.attribution.tier.value}), "
        f"in {report.publisher}, {report.published.words()}",
        f"When: {event.date.words()} (precision: {event.date.precision.value})",
        f"Where: {event.place.name} ({event.place.text} in the report), "
        f"±{event.place.precision_km:g} km",
    ]
    if border is not None:
        lines.append(
            f"Border {'–'.join(border.pair)}: {border.distance_km:.1f} km "
            f"({border.low_km:.1f} to {border.high_km:.1f}, boundary set {border.boundary_set})"
            + (f"; disputed: {border.dispute}" if border.dispute else "")
        )
        crossing = crossing_cells(event.place, border)
        if crossing["crossing"]:
            lines.append(f"Crossing: {crossing['crossing']}, {crossing['crossing_km']:.1f} km")
    if event.attribution.note:
        lines.append(f"Note: {event.attribution.note}")
    with st.container(border=True):
        for line in lines:
            st.text(line)
        with st.expander(f"The report: {len(report.text):,} characters"):
            st.text(report.title)
            st.text(report.text)


def control_table(opened: Workspace, shown: Shown) -> None:
    """Draw who holds each place on the last day, with the reason and the evidence."""

    def holder(control: Control) -> str:
        names = [opened.actors[h].short if h in opened.actors else h for h in control.holders]
        return " / ".join(names) or "not known"

    rows = [
        {
            "Place": control.place.name,
            "Arabic": control.place.arabic,
            "Held by": holder(control),
            "How sure": control.tier.value if control.tier else "",
            "Since": control.since.words() if control.since else "",
            "Contested": control.contested,
            "Not lately confirmed": control.stale,
            "Why": control.reason,
            "Evidence": ", ".join(control.evidence),
        }
        for control in shown.controls
    ]
    if not rows:
        st.info("No report up to this day says who holds a place.")
        return
    st.caption(
        f"Judged on all reports up to {shown.on.day} {shown.on:%B %Y}, whatever the filters; "
        "a later report never changes an earlier day."
    )
    st.dataframe(
        rows,
        hide_index=True,
        height=min(480, 38 * (len(rows) + 1)),
        column_config={"Why": st.column_config.TextColumn(width="large")},
        alt="Who is reported to hold each place",
    )


def reports_table(opened: Workspace, shown: Shown) -> None:
    """Draw the reports, with how many of their events the view shows."""
    counts = Counter(event.quote.report_id for event in shown.selection.shown)
    st.dataframe(
        [
            {
                "Published": report.published.words(),
                "Publisher": report.publisher,
                "Title": report.title,
                "Events shown": counts[report.id],
                "Link": web_link(report.url) or None,
                "Source": report.source_note,
            }
            for report in opened.reports.values()
        ],
        hide_index=True,
        column_config={
            "Link": st.column_config.LinkColumn(validate=r"^https?://", display_text="open"),
            "Title": st.column_config.TextColumn(width="large"),
            "Source": st.column_config.TextColumn(width="large"),
        },
        alt="The reports behind the map",
    )
    st.caption("Texts are our own summaries of what was published; follow the link for the words.")
