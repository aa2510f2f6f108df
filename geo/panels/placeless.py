"""What was accepted but is on no map, because no place is known for it."""

from __future__ import annotations

import streamlit as st

from geo.model import Status
from geo.workspace import Workspace

__all__ = ["placeless_table"]


def placeless_table(opened: Workspace) -> None:
    """Draw accepted events without a place, and the names that no place was found for."""
    events = [e for e in opened.snapshot.placeless if e.status is Status.CONFIRMED]
    if not events:
        return
    rows = []
    for event in events:
        report = opened.reports[event.quote.report_id]
        rows.append(
            {
                "When": event.date.words(),
                "The report writes": event.place.text,
                "What is reported": event.summary,
                "How sure": event.attribution.tier.value,
                "Who says so": event.attribution.speaker,
                "In these words": report.text[event.quote.start : event.quote.end],
                "Report": report.title or report.publisher,
                "Checked by": event.reviewed_by,
            }
        )
    count = len(rows)
    st.subheader(f"{count} accepted event{'' if count == 1 else 's'} without a place", anchor=False)
    st.caption(
        "No place is known for what these reports name, so they are on no map and count for no "
        "area. Open the report under “Add a report” to look a place up, or add your own list of "
        "places (python -m geo gazetteer add) and open it again."
    )
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            "In these words": st.column_config.TextColumn(width="large"),
            "What is reported": st.column_config.TextColumn(width="medium"),
        },
        alt="Accepted events that no place is known for, one row each",
    )
