"""Ready to be shared: a workspace and a view with what must or should not leave taken away.

One function for the picture, the page, the table and the bundle, on the page and on the command
line, so that they hold back the same. What was held back stands in ``Workspace.notes``.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from geo.discreet_words import gives_away
from geo.discretion import Discretion, discreet
from geo.errors import StoreError
from geo.passing_on import LeftOut, passable

if TYPE_CHECKING:
    from geo.view import View
    from geo.workspace import Workspace

__all__ = ["NOTHING", "Shared", "blur_key", "for_sharing"]

NOTHING = Discretion()
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Shared:
    """What may leave this machine. ``notes`` must be printed on whatever is made of it.

    ``left_out`` counts the rows whose terms forbid passing on, ``delayed`` the events that the
    delay took out.
    """

    workspace: Workspace
    view: View
    how: Discretion = NOTHING
    left_out: LeftOut = field(default_factory=LeftOut)
    delayed: int = 0
    names: frozenset[str] = frozenset()

    def gives_away(self, *texts: str | None) -> tuple[str, ...]:
        """Those of these texts (a title, a file's name) that hold a name which is left out."""
        return tuple(text for text in texts if text and gives_away(text, self.names))

    @property
    def notes(self) -> tuple[str, ...]:
        """What was held back and left out, in sentences."""
        return self.workspace.notes


def for_sharing(
    workspace: Workspace,
    view: View,
    how: Discretion = NOTHING,
    *,
    derived: bool = False,
    today: date | None = None,
    key: bytes | None = None,
) -> Shared:
    """The workspace and the view as they may be shared.

    ``derived`` is for what shows no rows (a picture): those that may not be passed on then still
    count, with the credit that ``geo.passing_on.credits_of`` gives. ``today`` is what a delay is
    counted from, ``key`` fixes where positions move to (this machine's own by default). Raises
    InputError for a view that would tell what is left out, StoreError for a key that cannot be
    kept.
    """
    left = LeftOut()
    if not derived:
        workspace, left = passable(workspace, view)
    if how.blur_km and key is None:
        key = blur_key()
    done = discreet(workspace, how, today=today, key=key or b"")
    return Shared(done.workspace, done.view(view), how, left, done.gone, done.names)


def blur_key(folder: Path | None = None) -> bytes:
    """The key of this machine for moved positions, made on first use, readable by its owner only.

    Raises StoreError if it cannot be made, read, or is damaged.
    """
    from geo.gazetteer.layers import data_home  # only where positions are moved

    path = (folder or data_home()) / "blur.key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
        key = path.read_bytes()
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as exc:
        msg = f"The key for moved positions cannot be kept ({exc.strerror}: {path.name})."
        raise StoreError(f"{msg} Set DATELINE_HOME to a folder you may write to.") from exc
    if len(key) != KEY_BYTES:
        msg = (
            f"{path.name} in your Dateline folder is damaged ({len(key)} bytes, not {KEY_BYTES}). "
            "Put the file back from a copy; a new key would move positions elsewhere."
        )
        raise StoreError(msg)
    return key
