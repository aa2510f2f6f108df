"""What several commands share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from geo.errors import InputError, ViewError

if TYPE_CHECKING:
    from geo.exchange.problems import Problem
    from geo.view import View
    from geo.workspace import Workspace

__all__ = ["DONE", "LEFT_OUT", "VIEW_HELP", "Commands", "open_view", "tell_problems", "write_file"]

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
