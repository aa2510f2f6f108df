"""Dateline: the page, top to bottom. Run it with ``streamlit run dashboard.py``."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from geo.errors import DatelineError
from geo.panels.board import board
from geo.panels.borders import facing_panel
from geo.panels.changes import gains_panel
from geo.panels.filters import sidebar
from geo.panels.holdings import holdings_panel
from geo.panels.lines import lines_panel
from geo.panels.opened import (
    banner,
    bundle_button,
    bundle_dialog,
    bundle_open,
    opened_bundle,
)
from geo.panels.placeless import placeless_table
from geo.panels.reading import add_button, after_saving, reading_dialog, reading_open, show_news
from geo.panels.rows import control_table, event_table, picked_event, reports_table
from geo.panels.share import share_dialog
from geo.panels.state import current_view, read_link, workspace, write_borders, write_compare
from geo.panels.text import DARK_STYLE, plain

# A file of our own: a named symbol would be fetched from the network.
ICON = Path(__file__).with_name("static") / "dateline" / "icon.svg"
st.set_page_config(page_title="Dateline", page_icon=str(ICON), layout="wide")
st.logo(str(ICON), size="large")

with st.container():  # always there, as the map must keep its place on the page
    if st.context.theme.type == "dark":
        st.html(DARK_STYLE)

news = after_saving()
bundle = opened_bundle()
source = bundle.checksum if bundle else ""
try:
    opened = bundle.workspace if bundle else workspace()
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

if news:
    show_news(opened, news)

sidebar(opened)
view = current_view(opened)
shown = opened.show(view)

with st.container():  # always there, so that the map below it stays the same one
    if bundle:
        banner(bundle)
with st.container(horizontal=True, vertical_alignment="center"):
    st.title(plain(opened.project.title), anchor=False)
    if not bundle:
        add_button(opened)
        bundle_button()
if opened.project.deck:
    st.caption(plain(opened.project.deck))

write_borders()
write_compare()

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
shared = board(opened, shown, selected=picked or st.session_state.link_event, source=source)

# What is costly to draw is drawn when its tab is opened.
table, sources, holders, gains, history, across, others = st.tabs(
    ["Events", "Reports", "Holders", "Changes", "Over time", "Borders", "Other maps"],
    key="tab",
    on_change="rerun",
)
with table:
    event_table(opened, shown)
with holders:
    control_table(opened, shown)
if gains.open:
    with gains:
        gains_panel(opened, shown)
if history.open:
    with history:
        holdings_panel(opened, shown)
if others.open:
    with others:
        if bundle:
            st.info("A bundle is read only: lines are added to your own reports.")
        else:
            lines_panel(opened, shown)
if across.open:
    with across:
        facing_panel(opened, shown)
with sources:
    reports_table(opened, shown)
    placeless_table(opened)

if shared:
    share_dialog(opened, view, source=source)
elif bundle_open():
    bundle_dialog()
elif reading_open() and not bundle:
    reading_dialog(opened)
