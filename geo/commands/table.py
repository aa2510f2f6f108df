"""``python -m geo table``: a view's events as CSV."""

from __future__ import annotations

import argparse
from pathlib import Path

from geo.commands.common import (
    VIEW_HELP,
    Commands,
    add_discretion,
    open_shared,
    tell_notes,
    write_file,
)

__all__ = ["add"]


def _run(args: argparse.Namespace) -> int:
    from geo.table import event_rows, left_out_rows, to_csv

    shared = open_shared(args)
    workspace, view = shared.workspace, shared.view
    selection = workspace.show(view).selection
    rows = event_rows(
        selection.shown,
        actors=workspace.actors,
        reports=workspace.reports,
        borders=workspace.borders_under(view.policy),
        notes=shared.notes,
    )
    write_file(args.output, to_csv([*rows, *left_out_rows(shared.left_out)]))
    count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
    print(f"{args.output}: {count}, {selection.hidden} hidden by the view")
    return tell_notes(shared)


def add(commands: Commands) -> None:
    """Add ``table``."""
    table = commands.add_parser("table", help="write a view's events as CSV")
    table.add_argument("--view", default="", help=VIEW_HELP)
    table.add_argument("-o", "--output", type=Path, required=True, help="the file to write")
    add_discretion(table)
    table.set_defaults(run=_run)
