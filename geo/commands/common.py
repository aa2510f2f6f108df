"""What several commands share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from geo.errors import InputError, ViewError

if TYPE_CHECKING:
    from geo.discretion import Discretion
    from geo.exchange.problems import Problem
    from geo.sharing import Shared
    from geo.view import View
    from geo.workspace import Workspace

__all__ = [
    "DONE",
    "LEFT_OUT",
    "VIEW_HELP",
    "Commands",
    "add_discretion",
    "discretion_of",
    "open_shared",
    "open_view",
    "tell_notes",
    "tell_problems",
    "write_file",
]

# argparse has no public name for what add_subparsers returns.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001

DONE, LEFT_OUT = 0, 1  # exit codes; what cannot be done at all raises and ends with 2
VIEW_HELP = "what to show: the part of a permalink after the question mark"
_TOLD = 20


def open_view(text: str) -> tuple[Workspace, View]:
    """The workspace and the view a permalink's text asks for. Raises ViewError."""
    from geo.workspace import open_workspace

    workspace = open_workspace()
    for problem in workspace.problems:
        print(f"Warning: {problem}", file=sys.stderr)
    view, problems = workspace.parse(text)
    if problems:
        raise ViewError(" ".join(problems))
    return workspace, view


def add_discretion(command: argparse.ArgumentParser) -> None:
    """Add the options that hold something back before sharing."""
    group = command.add_argument_group("before you share")
    group.add_argument("--round-km", type=float, metavar="N", help="round positions to a grid")
    group.add_argument(
        "--blur-km", type=float, metavar="N", help="move positions by up to N km, alike each time"
    )
    group.add_argument(
        "--delay-days", type=int, default=0, metavar="N", help="leave the last N days out"
    )
    group.add_argument(
        "--leave-out",
        default="",
        metavar="WHAT",
        help="texts, full-texts, speakers, addresses, numbers, reviewers, lines; with commas",
    )
    group.add_argument(
        "--keep-names",
        action="store_true",
        help="keep names and words beside rounded or moved positions",
    )


def discretion_of(args: argparse.Namespace) -> Discretion:
    """What the options of ``add_discretion`` ask to hold back. Raises InputError."""
    from geo.discretion import Discretion

    return Discretion(
        round_km=args.round_km,
        blur_km=args.blur_km,
        delay_days=args.delay_days,
        leave_out=frozenset(part.strip() for part in args.leave_out.split(",") if part.strip()),
        keep_names=args.keep_names,
    )


def open_shared(args: argparse.Namespace, *, derived: bool = False) -> Shared:
    """``args.view`` of the stored reports as it may be shared; see ``geo.sharing.for_sharing``."""
    from geo.sharing import for_sharing

    how = discretion_of(args)
    workspace, view = open_view(args.view)
    return for_sharing(workspace, view, how, derived=derived)


def tell_notes(shared: Shared, *texts: str | None) -> int:
    """Say on standard error what was held back, and which of ``texts`` gives it away.

    Returns LEFT_OUT if rows may not be passed on.
    """
    for text in shared.gives_away(*texts):
        print(f"Warning: “{text}” names a place whose name is left out.", file=sys.stderr)
    for note in shared.notes:
        print(f"Note: {note}", file=sys.stderr)
    for row in shared.left_out.rows[:_TOLD]:
        print(f"Left out: {row.words()}", file=sys.stderr)
    return LEFT_OUT if shared.left_out else DONE


def write_file(path: Path, data: bytes) -> None:
    """Write a result. Raises InputError with the reason where the file cannot be written."""
    try:
        path.write_bytes(data)
    except OSError as exc:
        msg = f"{path} cannot be written: {exc.strerror}"
        raise InputError(msg) from exc


def tell_problems(problems: Iterable[Problem], *, every: bool = False) -> int:
    """List rows left out on standard error, the first twenty unless ``every``.

    Returns the exit code: DONE where there is none, else LEFT_OUT.
    """
    listed = list(problems)
    for problem in listed if every else listed[:_TOLD]:
        print(f"Left out: {problem}", file=sys.stderr)
    if len(listed) > _TOLD and not every:
        print(f"Left out: {len(listed) - _TOLD} rows more.", file=sys.stderr)
    return LEFT_OUT if listed else DONE
