"""More than one day: before and after, a grid of days, a moving picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.options import Options
from geo.panels.share.making import Choice, command, kept_or_asked, told
from geo.panels.share.picture import MIME, look, shown_width
from geo.panels.share.words import below_picture

__all__ = ["days_part"]

PAIR, MANY, FILM = "Before and after", "Several days", "Moving picture"
FORMATS = {"png": "PNG", "svg": "SVG", "pdf": "PDF"}
MOVING = {"gif": "GIF", "mp4": "MP4"}
MOVING_MIME = {"gif": "image/gif", "mp4": "video/mp4"}
CHANGES, STEPS = "Each day that changes something", "Every so many days"


@dataclass(frozen=True)
class _Made:
    """A picture or film of several days, with its words."""

    data: bytes
    alt: str
    caption: str
    days: tuple[date, ...]


def days_part(choice: Choice, side: DeltaGenerator, main: DeltaGenerator) -> None:
    """Draw the choice of one of the three, its options, and what comes out once it is asked for."""
    with main:
        kind = st.segmented_control(
            "What to make",
            [PAIR, MANY, FILM],
            default=PAIR,
            required=True,
            key="share_series",
            persist_state="session",
            label_visibility="collapsed",
            wrap=True,
        )
    {PAIR: _pair, MANY: _many, FILM: _film}[kind or PAIR](choice, side, main)


def _still(choice: Choice, kind: str, days: Sequence[date] | None, count: int, fmt: str) -> _Made:
    from geo.series import composed, series_of

    shared = choice.shared(derived=True)
    options = replace(choice.options, fmt=fmt)
    series = series_of(shared.workspace, shared.view, options, kind=kind, days=days, count=count)
    return _Made(composed(series), series.alt_text, series.caption, series.days)


def _format(kind: str) -> str:
    chosen = st.segmented_control(
        "File",
        list(FORMATS),
        default="png",
        required=True,
        format_func=lambda name: FORMATS[name],
        key=f"share_fmt_{kind}",
        persist_state="session",
    )
    return chosen or "png"


def _result(kind: str, made: _Made, fmt: str, options: Options) -> None:
    """Draw what was made, its words, and the button to save it."""
    if fmt in ("png", "gif"):
        st.image(made.data, width=shown_width(options), alt=made.alt)
    elif fmt == "mp4":
        st.video(made.data, loop=True, autoplay=False)
    else:
        st.caption(f"The {fmt.upper()} is ready; it is not shown here. Choose PNG to see it.")
    first, last = made.days[0], made.days[-1]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            fmt.upper(),
            data=made.data,
            file_name=f"dateline-{kind}-{first.isoformat()}-{last.isoformat()}.{fmt}",
            mime={**MIME, **MOVING_MIME}[fmt],
            on_click="ignore",
            icon=":material/download:",
            key=f"save_{kind}",
        )
        days = ", ".join(f"{day.day} {day:%b}" for day in made.days[:12])
        more = f" and {len(made.days) - 12} more" if len(made.days) > 12 else ""
        st.caption(f"{told(len(made.data))} · {len(made.days)} days: {days}{more}")
    with st.expander("Words for it"):
        below_picture(made.alt, made.caption)


def _pair(choice: Choice, side: DeltaGenerator, main: DeltaGenerator) -> None:
    shared = choice.shared(derived=True)
    first, last = shared.workspace.period
    since, until = shared.view.since or first, shared.view.until or last
    with side:
        left, right = st.columns(2)
        # Keys of these days: a narrower view must not leave a day outside its bounds behind.
        span = f"{since.isoformat()}-{until.isoformat()}"
        before = left.date_input(
            "Before",
            value=max(since, first),
            min_value=first,
            max_value=last,
            key=f"share_before_{span}",
            persist_state="session",
        )
        after = right.date_input(
            "After",
            value=min(until, last),
            min_value=first,
            max_value=last,
            key=f"share_after_{span}",
            persist_state="session",
        )
        choice = replace(choice, options=look(choice.options, "pair"))
        fmt = _format("pair")
    with main:
        if before == after:
            st.caption("Choose two different days.")
            return
        low, high = sorted((before, after))
        made = kept_or_asked(
            "pair",
            "Draw the two maps",
            (choice.key, choice.options, low, high, fmt),
            lambda: _still(choice, "pair", (low, high), 2, fmt),
        )
        if made is not None:
            _result("pair", made, fmt, choice.options)
        days = ["--before", low.isoformat(), "--after", high.isoformat()]
        command(choice, ["pair", *days, *_arguments(choice.options)], f"pair.{fmt}")


def _many(choice: Choice, side: DeltaGenerator, main: DeltaGenerator) -> None:
    with side:
        count = st.slider(
            "How many days",
            3,
            12,
            6,
            key="share_count_days",
            persist_state="session",
            help="Days on which something changed, spread over the dates of the view.",
        )
        choice = replace(choice, options=look(choice.options, "multiples"))
        fmt = _format("multiples")
    with main:
        made = kept_or_asked(
            "multiples",
            "Draw the days",
            (choice.key, choice.options, count, fmt),
            lambda: _still(choice, "multiples", None, count, fmt),
        )
        if made is not None:
            _result("multiples", made, fmt, choice.options)
        words = ["multiples", "--count", str(count), *_arguments(choice.options)]
        command(choice, words, f"days.{fmt}")


def _film(choice: Choice, side: DeltaGenerator, main: DeltaGenerator) -> None:
    from geo.animation import FFMPEG_MISSING, has_ffmpeg

    with side:
        which = st.selectbox(
            "Days", [CHANGES, STEPS], key="share_film_days", persist_state="session"
        )
        left, right = st.columns(2)
        step = left.number_input(
            "Days between",
            1,
            90,
            7,
            key="share_film_step",
            persist_state="session",
            disabled=which == CHANGES,
        )
        seconds = right.number_input(
            "Seconds for each",
            0.1,
            20.0,
            1.0,
            0.5,
            key="share_film_seconds",
            persist_state="session",
        )
        choice = replace(choice, options=look(choice.options, "film", size="social"))
        chosen = st.segmented_control(
            "File",
            list(MOVING),
            default="gif",
            required=True,
            format_func=lambda name: MOVING[name],
            key="share_fmt_film",
            persist_state="session",
        )
        fmt = chosen or "gif"
    every = int(step) if which == STEPS else None
    with main:
        if fmt == "mp4" and not has_ffmpeg():
            st.info(FFMPEG_MISSING)
            return
        made = kept_or_asked(
            "film",
            "Make the moving picture",
            (choice.key, choice.options, every, seconds, fmt),
            lambda: _filmed(choice, every, float(seconds), fmt),
        )
        if made is None:
            st.caption(
                "It takes about a third of a second for each day. The first and the last day "
                "stand longer."
            )
        else:
            _result("film", made, fmt, choice.options)
        words = ["film", "--seconds", f"{seconds:g}"]
        words += ["--step", str(every)] if every else []
        words += ["--size", "web"] if choice.options.size == "web" else []  # not usual for films
        command(choice, [*words, *_arguments(choice.options)], f"days.{fmt}")


def _filmed(choice: Choice, step: int | None, seconds: float, fmt: str) -> _Made:
    from geo.series import filmed, series_of

    shared = choice.shared(derived=True)
    series = series_of(shared.workspace, shared.view, choice.options, kind="film", step=step)
    bar = st.progress(0.0, f"{len(series.days)} days")

    def progress(done: int, whole: int) -> None:
        bar.progress(done / whole, f"{done} of {whole} days drawn")

    data = filmed(series, fmt=fmt, seconds=seconds, progress=progress)
    bar.empty()
    return _Made(data, series.alt_text, series.caption, series.days)


def _arguments(options: Options) -> list[str]:
    """Size, style and words as options of the command line; the ending says the format."""
    return replace(options, fmt="png").arguments()
