"""Files that open elsewhere: one HTML page, and the sealed bundle."""

from __future__ import annotations

import hashlib

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.options import Options
from geo.panels.share.making import Choice, command, kept_or_asked, show_notes, told
from geo.panels.share.picture import look

__all__ = ["bundle_part", "page_part"]

LARGE_BYTES = 3_000_000


def page_part(choice: Choice, side: DeltaGenerator, main: DeltaGenerator) -> None:
    """Draw what the page holds, make it once asked for, and offer it."""
    every = side.toggle(
        "All days of the reports, not only the view’s",
        key="share_all_days",
        persist_state="session",
    )
    with main:
        _page(choice, every)


def _page(choice: Choice, every: bool) -> None:
    st.caption(
        "One file with the map as it can be used here: cards, filters, the days to play, the table "
        "and the sources. It opens in any browser, needs no network and prints well."
    )
    shared = choice.shared(derived=False)
    options = choice.options

    def make() -> bytes:
        from geo.onepage import one_page

        return one_page(
            shared.workspace,
            shared.view,
            title=options.title,
            deck=options.deck,
            as_of=options.as_of,
            left_out=shared.left_out,
            all_days=every,
            link=options.link,
        )

    show_notes(shared)
    made = kept_or_asked("page", "Make the file", (choice.key, options, every), make)
    if made is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                "HTML",
                data=made,
                file_name=f"{choice.stem}.html",
                mime="text/html",
                on_click="ignore",
                icon=":material/download:",
                key="save_page",
            )
            shown = len(shared.workspace.show(shared.view).selection.shown)
            advice = " · a narrower view makes it smaller" if len(made) > LARGE_BYTES else ""
            st.caption(f"{told(len(made))} · {shown:,} events shown{advice}")
    words = ["page"]
    for flag, value in (
        ("--title", options.title),
        ("--deck", options.deck),
        ("--as-of", options.as_of),
        ("--link", options.link or None),
    ):
        words += [] if value is None else [flag, value]
    words += ["--all-days"] if every else []
    command(choice, words, f"{choice.stem}.html")


def bundle_part(choice: Choice, side: DeltaGenerator, main: DeltaGenerator) -> None:
    """Draw what a bundle holds, seal it once asked for, and offer it."""
    with side:
        options = look(choice.options, "picture")
    with main:
        _bundle(choice, options)


def _bundle(choice: Choice, options: Options) -> None:
    st.caption(
        "A sealed file with the view, the events and reports it rests on, the picture and its "
        "words. Opened in Dateline it is the same map again; it says if anything in it was "
        "changed."
    )
    shared = choice.shared(derived=False)

    def make() -> bytes:
        from geo.bundle import make_bundle

        return make_bundle(shared, options)

    show_notes(shared)
    made = kept_or_asked("bundle", "Seal the bundle", (choice.key, options), make)
    if made is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                "Bundle",
                data=made,
                file_name=f"{choice.stem}.dateline",
                mime="application/zip",
                on_click="ignore",
                icon=":material/download:",
                key="save_bundle",
            )
            shown = len(shared.workspace.show(shared.view).selection.shown)
            st.caption(f"{told(len(made))} · {shown:,} events shown")
        st.caption("SHA-256 of the file; send it another way, and who gets the file can compare:")
        st.code(hashlib.sha256(made).hexdigest(), language=None, wrap_lines=True)
    command(choice, ["bundle", *options.arguments()], f"{choice.stem}.dateline")
