"""Dateline: the page, top to bottom. Run it with ``streamlit run dashboard.py``."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from geo.errors import DatelineError
from geo.panels.board import board
from geo.panels.filters import date_bar, sidebar
from geo.panels.rows import control_table, event_table, picked_event, reports_table
from geo.panels.share import share_dialog
from geo.panels.state import current_view, read_link, workspace
from geo.panels.text import plain

# A file of our own: a named symbol would be fetched from the network.
ICON = Path(__file__).with_name("static") / "dateline" / "icon.svg"
st.set_page_config(page_title="Dateline", page_icon=str(ICON), layout="wide")
st.logo(str(ICON), size="large")

try:
    opened = workspace()
except DatelineError as exc:
    st.error("Dateline cannot open its data.")
    st.text(str(exc))
    st.stop()

for problem in opened.problems:
    st.error("The reports on disk were not loaded; what was stored before is shown.")
    st.text(problem)
link_problems = read_link(opened)
if link_problems:
    st.warning("Part of this link could not be used; the usual view stands in for it.")
    st.text("\n".join(link_problems))

sidebar(opened)
view = current_view(opened)
shown = opened.show(view)

st.title(plain(opened.project.title), anchor=False)
if opened.project.deck:
    st.caption(plain(opened.project.deck))

date_bar(opened)

count = len(shown.selection.shown)
hidden = "; ".join(f"{number} by {name}" for name, number in shown.selection.hidden_by.items())
st.caption(
    f"**{count} event{'' if count == 1 else 's'} shown**, {shown.selection.hidden} hidden"
    + (f" ({hidden})" if hidden else "")
    + f" · areas as of **{shown.on.day} {shown.on:%B %Y}**",
)

picked = picked_event(shown)
if picked:
    st.session_state.link_event = None  # the reader has moved on from what the link opened
shared = board(opened, shown, selected=picked or st.session_state.link_event)

table, holders, sources = st.tabs(["Events", "Who holds what", "Reports"])
with table:
    event_table(opened, shown)
with holders:
    control_table(opened, shown)
with sources:
    reports_table(opened, shown)

if shared:
    share_dialog(opened, view)
