"""The player on the map: its file of days, made beside the page, and the day it gives back."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from geo.errors import DatelineError
from geo.lines import Mode
from geo.timeline import DayState
from geo.view import View, family
from geo.webmap import static_name, static_url, time_state, timeline_payload, write_named
from geo.workspace import ROOT, Workspace

__all__ = ["days_key", "player_state", "take_day"]

RUN = ROOT / "static" / "run"
START_S = 3.0  # the page itself comes first
PAUSE_S = 0.03
LOG = logging.getLogger(__name__)
# What decides how a day's areas come out; a file made by other code has another name.
CODE = (
    *("areas.py", "control*.py", "grounds.py", "polygons.py", "replay.py", "sides.py"),
    *("timeline.py", "zone*.py", "zones/*.py", "webmap/ground.py", "workspace.py"),
)
_making: set[str] = set()
_lock = threading.Lock()


@lru_cache(maxsize=1)
def _code() -> bytes:
    digest = hashlib.sha256()
    folder = Path(__file__).resolve().parents[1]
    for path in sorted(path for pattern in CODE for path in folder.glob(pattern)):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.digest()


def days_key(opened: Workspace) -> str:
    """A name for all that the days' areas follow from: statements, actors and our own rules."""
    return hashlib.sha256(_code() + opened.evidence_key).hexdigest()


def _unhurried(days: Iterable[DayState]) -> Iterator[DayState]:
    """The days, with a breath after each, in which the page can answer its reader."""
    for day in days:
        yield day
        time.sleep(PAUSE_S)


def _make(opened: Workspace, name: str, lines: bool) -> None:
    """Work the days out and write the file; runs beside the page, once."""
    try:
        days = opened.days_with_lines() if lines else opened.days()
        write_named(RUN, name, timeline_payload(_unhurried(days), opened.actors))
    except (DatelineError, OSError) as exc:
        # The map says that these areas did not load; all else works on.
        LOG.warning("The areas of all days could not be made: %s", exc)
        return  # and not tried again by this server
    with _lock:
        _making.discard(name)


def _days_url(opened: Workspace, lines: bool) -> str:
    lines = lines and any(layer.mode is Mode.INSTEAD for layer in opened.layers)
    name = static_name("timeline", f"{days_key(opened)} {lines}".encode())
    with _lock:
        wanted = not (RUN / name).exists() and name not in _making
        if wanted:
            _making.add(name)
    if wanted:
        later = threading.Timer(START_S, _make, args=(opened, name, lines))
        later.daemon = True
        later.start()
    return static_url(RUN, name)


def player_state(opened: Workspace, view: View) -> dict[str, object] | None:
    """What the player on the map needs for this view; None where there is only one day."""
    first, last = opened.period
    if first == last:
        return None
    return time_state(
        url=_days_url(opened, view.lines) if view.zones else "",
        first=first,
        last=last,
        pool=opened.pool(view),
        holders=family(view.actors, opened.actors) if view.actors else None,
    )


def take_day(opened: Workspace, answer: Any) -> bool:
    """Set the page's last day to the one the reader stopped at on the map. Returns whether it did.

    ``answer`` is what the map sent; anything that is no day of the period is left alone.
    """
    said = answer.get("day") if isinstance(answer, dict) else None
    state = st.session_state
    if not isinstance(said, dict) or said.get("n") == state.get("day_count"):
        return False
    state.day_count = said.get("n")
    try:
        day = date.fromisoformat(str(said.get("on")))
    except ValueError:
        return False
    first, last = opened.period
    if not first <= day <= last:
        return False
    since, _ = state.when
    state.when = (min(since, day), day)
    return True
