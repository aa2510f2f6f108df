"""Share: the current view as a picture, and as a link."""

from __future__ import annotations

import shlex
from dataclasses import replace
from functools import partial

import streamlit as st

from geo.errors import DatelineError
from geo.panels.state import shared_position
from geo.picture import scene_of
from geo.view import View
from geo.workspace import Workspace

__all__ = ["share_dialog"]

SIZES = {
    "Web 1600 × 1000": (1600, 1000),
    "Social 1200 × 675": (1200, 675),
    "Square 1080 × 1080": (1080, 1080),
}
MIME = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}


@st.cache_data(show_spinner="Composing the picture…", max_entries=24)
def _picture(
    _opened: Workspace,
    _view: View,
    key: str,  # noqa: ARG001  (the cache goes by it: the view as text)
    title: str,
    deck: str,
    size: tuple[int, int],
    style: str,
    fmt: str,
    scale: int,
) -> bytes:
    from geo.figure import compose  # brings matplotlib, which the page does not need to open

    scene = scene_of(_opened, _view, title=title, deck=deck)
    width, height = size
    return compose(scene, width_px=width, height_px=height, scale=scale, style=style, fmt=fmt)


@st.dialog("Share this map", width="large")
def share_dialog(opened: Workspace, view: View) -> None:
    """Show the picture of the view as it will be saved, and offer it as PNG, SVG and PDF."""
    placed = replace(view, position=shared_position(opened))
    left, right = st.columns(2)
    title = left.text_input("Title", opened.project.title, max_chars=120, key="picture_title")
    deck = right.text_input("Line below", opened.project.deck, max_chars=200, key="picture_deck")
    with st.container(horizontal=True):
        size = st.segmented_control("Size", list(SIZES), default=next(iter(SIZES)), required=True)
        style = st.segmented_control("Style", ["light", "dark"], default="light", required=True)
        frame = st.segmented_control(
            "Shows",
            ["The map as it stands", "All that is shown"],
            default="The map as it stands",
            required=True,
        )
    if frame != "The map as it stands":
        placed = replace(placed, position=None)

    def made(fmt: str, scale: int = 2) -> bytes:
        return _picture(opened, placed, placed.query(), title, deck, SIZES[size], style, fmt, scale)

    try:
        st.image(made("png"), alt=f"{title}. {deck}")
    except DatelineError as exc:
        st.error("The picture cannot be made.")
        st.text(str(exc))
        return
    stem = f"dateline-{view.until.isoformat() if view.until else 'all'}"
    with st.container(horizontal=True):
        for fmt, mime in MIME.items():
            st.download_button(
                fmt.upper(),
                data=partial(made, fmt),
                file_name=f"{stem}.{fmt}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"save_{fmt}",
            )
    st.caption("The same picture from the command line:")
    size_words = "x".join(map(str, SIZES[size]))
    parts = ["python", "-m", "geo", "picture", "--view", placed.query()]
    parts += ["--size", size_words, "--style", style, "--title", title, "--deck", deck]
    st.code(shlex.join([*parts, "-o", f"{stem}.png"]), language="bash", wrap_lines=True)
    st.caption("The address bar of this page is the link to this view.")
