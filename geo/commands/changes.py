"""``python -m geo changes`` and ``python -m geo holdings``: areas through time as CSV."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from geo.commands.common import DONE, Commands, write_file
from geo.errors import InputError

__all__ = ["add"]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is not a day; write it as 2017-11-09"
        raise argparse.ArgumentTypeError(msg) from None


def _changes(args: argparse.Namespace) -> int:
    from geo.change import change_csv, difference
    from geo.lines import apply_layers
    from geo.workspace import open_workspace

    workspace = open_workspace()
    first, last = args.since, args.until
    if first >= last:
        raise InputError(f"The first day ({first}) must lie before the last ({last}).")
    sides = [
        (day, apply_layers(workspace.day(day).zones, workspace.layers, day))
        for day in (first, last)
    ]
    found = difference(sides[0], sides[1], workspace.terrain)
    write_file(args.output, change_csv(found, workspace.actors, workspace.names))
    whole = found.coverage[0]
    print(
        f"{args.output}: {len(found.changes)} rows; no report tells about "
        f"{whole.unknown_before:.1%} of the land on {found.before}, "
        f"{whole.unknown_after:.1%} on {found.after}"
    )
    return DONE


def _holdings(args: argparse.Namespace) -> int:
    from geo.holdings import history, holdings_csv
    from geo.workspace import open_workspace

    workspace = open_workspace()
    found = history(workspace.days_with_lines(), workspace.terrain)
    write_file(args.output, holdings_csv(found, workspace.actors, workspace.names))
    print(f"{args.output}: {len(found.holdings)} rows on {len(found.days)} days")
    return DONE


def add(commands: Commands) -> None:
    """Add ``changes`` and ``holdings``."""
    changes = commands.add_parser(
        "changes", help="what was gained, lost and newly contested between two days, as CSV"
    )
    changes.add_argument("--from", dest="since", type=_day, required=True, metavar="DAY")
    changes.add_argument("--to", dest="until", type=_day, required=True, metavar="DAY")
    changes.add_argument("-o", "--output", type=Path, required=True, help="the CSV file to write")
    changes.set_defaults(run=_changes)
    holdings = commands.add_parser(
        "holdings", help="land, settlements and people held, by actor and day, as CSV"
    )
    holdings.add_argument("-o", "--output", type=Path, required=True, help="the CSV file to write")
    holdings.set_defaults(run=_holdings)
