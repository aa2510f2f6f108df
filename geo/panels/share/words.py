"""Words for what is shared: alternative text, caption, sources to cite, and the link."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.caption import alt_text, caption
from geo.citations import bibtex, csl_json, plain_citations
from geo.panels.share.making import Choice
from geo.picture import reports_used, scene_of

__all__ = ["below_picture", "words_part"]

CITATIONS = (
    ("Sources as text", "txt", plain_citations),
    ("BibTeX", "bib", bibtex),
    ("CSL-JSON", "json", csl_json),
)


def below_picture(alternative: str, below: str) -> None:
    """Draw an alternative text and a caption, each to be copied."""
    st.caption("Alternative text, for readers who do not see the picture:")
    st.code(alternative, language=None, wrap_lines=True)
    st.caption("Caption, to print below it:")
    st.code(below, language=None, wrap_lines=True)


def words_part(choice: Choice, side: DeltaGenerator, main: DeltaGenerator) -> None:  # noqa: ARG001
    """Draw the words of the still picture, the sources to cite, and the link to the view."""
    with main:
        _words(choice)


def _words(choice: Choice) -> None:
    shared = choice.shared(derived=True)
    scene = scene_of(shared.workspace, shared.view, options=choice.options)
    below_picture(alt_text(scene), caption(scene))
    reports = reports_used(shared.workspace, shared.view)
    st.caption(f"Sources to cite ({len(reports)}):")
    st.code(plain_citations(reports), language=None, wrap_lines=True, height=180)
    with st.container(horizontal=True):
        for label, ending, write in CITATIONS:
            st.download_button(
                label,
                data=write(reports),
                file_name=f"{choice.stem}-sources.{ending}",
                on_click="ignore",
                icon=":material/format_quote:",
                key=f"cite_{ending}",
            )
    if choice.source:
        return
    st.caption(
        "Link to this view. It opens for whoever can open this page and has the same reports; "
        "to others send the HTML file or the bundle."
    )
    page = (st.context.url or "").partition("?")[0]
    st.code(f"{page}?{shared.view.query()}", language=None, wrap_lines=True)
