"""Share: the current view as a picture, and as a link."""

from __future__ import annotations

import shlex
from dataclasses import replace
from functools import partial

import streamlit as st

from geo.caption import alt_text, caption
from geo.citations import bibtex, csl_json, plain_citations
from geo.errors import DatelineError
from geo.model import Report
from geo.panels.state import shared_position
from geo.picture import reports_used, scene_of
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


def _words(alternative: str, below: str, reports: list[Report], stem: str) -> None:
    """What goes with the picture: alternative text, a caption, and the reports to cite."""
    with st.expander("Words for it: alternative text, caption, sources to cite"):
        st.caption("Alternative text, for readers who do not see the picture:")
        st.code(alternative, language=None, wrap_lines=True)
        st.caption("Caption, to print below it:")
        st.code(below, language=None, wrap_lines=True)
        with st.container(horizontal=True):
            for label, ending, write in (
                ("Sources as text", "txt", plain_citations),
                ("BibTeX", "bib", bibtex),
                ("CSL-JSON", "json", csl_json),
            ):
                st.download_button(
                    label,
                    data=write(reports),
                    file_name=f"{stem}-sources.{ending}",
                    on_click="ignore",
                    icon=":material/format_quote:",
                    key=f"cite_{ending}",
                )


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
        scene = scene_of(opened, placed, title=title, deck=deck)
        st.image(made("png"), alt=alt_text(scene))
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
    _words(alt_text(scene), caption(scene), reports_used(opened, placed), stem)
    st.caption("The same picture from the command line:")
    size_words = "x".join(map(str, SIZES[size]))
    parts = ["python", "-m", "geo", "picture", "--view", placed.query()]
    parts += ["--size", size_words, "--style", style, "--title", title, "--deck", deck]
    st.code(shlex.join([*parts, "-o", f"{stem}.png"]), language="bash", wrap_lines=True)
    st.caption("The address bar of this page is the link to this view.")
