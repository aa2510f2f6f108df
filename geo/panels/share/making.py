"""What is shared, and the making of it; what was made is kept until something else is chosen."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import streamlit as st

from geo.discretion import Discretion
from geo.errors import DatelineError
from geo.options import Options
from geo.sharing import Shared, for_sharing
from geo.view import View
from geo.workspace import Workspace

__all__ = ["Choice", "command", "kept_or_asked", "picture_of", "show_notes", "told"]

MADE = "share_made"
Made = TypeVar("Made")


@dataclass(frozen=True)
class Choice:
    """What is open, the view with the map's position, the words on it, and what is held back.

    ``source`` names what is open ("" for the store); a command line can only be given for that.
    """

    opened: Workspace
    view: View
    options: Options
    how: Discretion
    source: str = ""

    @property
    def key(self) -> str:
        """All that decides what comes out, but for the options, as a short text."""
        parts = (
            self.source,
            self.opened.evidence_key.hex(),
            self.view.query(),
            *self.how.arguments(),
            date.today().isoformat(),  # what a delay is counted from
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @property
    def stem(self) -> str:
        """How files are called."""
        shown = self.shared(derived=True)
        return f"dateline-{shown.view.until.isoformat() if shown.view.until else 'all'}"

    def shared(self, *, derived: bool) -> Shared:
        """What may leave this machine; ``derived`` for what shows no rows. Raises InputError."""
        return _shared(self.opened, self.view, self.how, self.key, derived)


@st.cache_resource(show_spinner=False, max_entries=12)
def _shared(
    _opened: Workspace,
    _view: View,
    _how: Discretion,
    key: str,  # noqa: ARG001  (the cache goes by it)
    derived: bool,
) -> Shared:
    return for_sharing(_opened, _view, _how, derived=derived)


@st.cache_data(show_spinner="Composing the picture…", max_entries=16)
def _picture(
    _choice: Choice,
    key: str,  # noqa: ARG001  (the cache goes by it and the options)
    options: dict[str, object],
) -> bytes:
    from geo.picture import picture  # brings matplotlib, which the page does not need to open

    shared = _choice.shared(derived=True)
    return picture(shared.workspace, shared.view, Options.from_dict(options))


def picture_of(choice: Choice, options: Options) -> bytes:
    """The still picture with these options."""
    return _picture(choice, choice.key, options.to_dict())


def kept_or_asked(
    name: str, label: str, wanted: tuple[object, ...], make: Callable[[], Made]
) -> Made | None:
    """What was made for ``wanted``; else a button to make it, and None until it is pressed.

    One result of each ``name`` is kept for this reader.
    """
    shelf: dict[str, tuple[tuple[object, ...], Any]] = st.session_state.setdefault(MADE, {})
    known = shelf.get(name)
    if known is not None and known[0] == wanted:
        return known[1]  # type: ignore[no-any-return]
    place = st.empty()
    again = " again: something else is chosen now" if known is not None else ""
    if not place.button(f"{label}{again}", key=f"make_{name}", type="primary"):
        return None
    place.empty()
    try:
        with st.spinner("Working…", show_time=True):
            made = make()
    except DatelineError as exc:
        st.error("That cannot be made.")
        st.text(str(exc))
        return None
    shelf[name] = (wanted, made)
    return made


def command(choice: Choice, words: list[str], output: str) -> None:
    """Show the command line that makes the same from what is stored."""
    if choice.source:
        return
    parts = ["python", "-m", "geo", words[0], "--view", choice.view.query(), *words[1:]]
    parts += [*choice.how.arguments(), "-o", output]
    with st.expander("The same from the command line"):
        st.code(shlex.join(parts), language="bash", wrap_lines=True)


def show_notes(shared: Shared) -> None:
    """Say what rows may not be passed on, with their counts."""
    rows = shared.left_out.rows
    if not rows and not shared.left_out:
        return
    with st.container(border=True):
        for words in shared.left_out.words():
            st.text(words)
        for row in rows[:12]:
            st.text(row.words())
        if len(rows) > 12:
            st.text(f"… and {len(rows) - 12} lines more; the file holds all counts.")


def told(size: int) -> str:
    """A size in bytes for people."""
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(size / 1000, 0.1):.1f} kB"
