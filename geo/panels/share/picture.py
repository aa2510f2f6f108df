"""The still picture: sizes, styles, words on it, and the files to save."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.options import ORDERS, SIZES, STYLES, Options
from geo.panels.share.making import Choice, command, picture_of

__all__ = ["MIME", "look", "picture_part", "shown_width"]

MIME = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
STYLE_NAMES = {"light": "Light", "dark": "Dark", "grey": "Grey for print"}
ORDER_NAMES = {"newest": "Newest first", "date": "By date"}
SHARPNESS = {1: "PNG 1×", 2: "2×", 3: "3×"}
PREVIEW_PX = 1600
TALLEST_PX = 820


def look(options: Options, kind: str, *, size: str = "web") -> Options:
    """Draw the choice of size and style for one ``kind`` of picture; return the options with it."""
    chosen = st.selectbox(
        "Size",
        list(SIZES),
        index=list(SIZES).index(size),
        format_func=lambda name: SIZES[name].label,
        key=f"share_size_{kind}",
        persist_state="session",
    )
    style = st.segmented_control(
        "Style",
        list(STYLES),
        default="light",
        required=True,
        format_func=lambda name: STYLE_NAMES[name],
        key="share_style",
        persist_state="session",
    )
    return replace(options, size=chosen, style=style or "light")


def preview(options: Options) -> Options:
    """The same as a PNG no larger than the window can show."""
    sheet = options.sheet
    scale = min(1.0, PREVIEW_PX / max(sheet.width, sheet.height))
    return replace(options, fmt="png", scale=round(scale, 2))


def shown_width(options: Options) -> int | Literal["stretch"]:
    """How wide a picture is shown: an upright one so that it is seen whole."""
    sheet = options.sheet
    upright = sheet.height > sheet.width
    return round(TALLEST_PX * sheet.width / sheet.height) if upright else "stretch"


def picture_part(choice: Choice, side: DeltaGenerator, main: DeltaGenerator) -> None:
    """Draw the choices at the ``side``, the picture and buttons to save it in the ``main`` part."""
    with side:
        options = look(choice.options, "picture")
        if st.toggle(
            "Numbers, with a list of what happened", key="share_numbered", persist_state="session"
        ):
            order = st.segmented_control(
                "Order of the list",
                list(ORDERS),
                default="newest",
                required=True,
                format_func=lambda name: ORDER_NAMES[name],
                key="share_order",
                persist_state="session",
            )
            options = replace(options, numbered=True, order=order or "newest")
    choice = replace(choice, options=options)
    with main:
        st.image(picture_of(choice, preview(options)), width=shown_width(options), alt=_alt(choice))
        _save(choice, options)


def _save(choice: Choice, options: Options) -> None:
    """Draw a button for each kind of file, which is made when it is pressed."""
    with st.container(horizontal=True, vertical_alignment="center"):
        for fmt, mime in MIME.items():
            sharp = float(st.session_state.get("share_sharp") or 2)
            wanted = replace(options, fmt=fmt, scale=sharp if fmt == "png" else 2)
            st.download_button(
                fmt.upper(),
                data=partial(picture_of, choice, wanted),
                file_name=f"{choice.stem}.{fmt}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"save_{fmt}",
            )
        sharp = st.segmented_control(
            "Sharpness of the PNG",
            list(SHARPNESS),
            default=2,
            required=True,
            format_func=lambda n: SHARPNESS[n],
            key="share_sharp",
            persist_state="session",
            label_visibility="collapsed",
            help="How many dots the PNG has for each point of its size.",
        )
    saved = replace(options, scale=float(sharp or 2))
    command(choice, ["picture", *saved.arguments()], f"{choice.stem}.png")


def _alt(choice: Choice) -> str:
    from geo.caption import alt_text
    from geo.picture import scene_of

    shared = choice.shared(derived=True)
    return alt_text(scene_of(shared.workspace, shared.view, options=choice.options))
