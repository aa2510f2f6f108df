"""``python -m geo page``: a view as one HTML file that opens anywhere."""

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
from geo.errors import InputError

__all__ = ["add"]

LARGE_BYTES = 3_000_000  # what mail still carries and phones open at once


def _run(args: argparse.Namespace) -> int:
    from geo.onepage import one_page

    if args.output.suffix.lower() not in (".html", ".htm"):
        msg = f"{args.output.name} is no HTML file; give -o such an ending: map.html"
        raise InputError(msg)
    shared = open_shared(args)
    data = one_page(
        shared.workspace,
        shared.view,
        title=args.title,
        deck=args.deck,
        as_of=args.as_of,
        left_out=shared.left_out,
        all_days=args.all_days,
        link=args.link,
    )
    write_file(args.output, data)
    code = tell_notes(shared, args.title, args.deck, args.as_of, args.output.name)
    shown = shared.workspace.show(shared.view)
    size = f"{len(data) / 1_000_000:.2f} MB"
    advice = "; a narrower view makes it smaller" if len(data) > LARGE_BYTES else ""
    print(
        f"{args.output}: {len(shown.selection.shown)} events shown, {shown.selection.hidden} "
        f"hidden, as of {shown.on}; {size} in one file{advice}"
    )
    return code


def add(commands: Commands) -> None:
    """Add ``page``."""
    page = commands.add_parser("page", help="write a view as one HTML file with its map")
    page.add_argument("--view", default="", help=VIEW_HELP)
    page.add_argument("-o", "--output", type=Path, required=True, help="the file to write")
    page.add_argument("--title", help="in place of the project's")
    page.add_argument("--deck", help="the line under the title")
    page.add_argument("--as-of", help="words in place of the date line")
    page.add_argument(
        "--all-days", action="store_true", help="all days of the reports, not only the view's"
    )
    page.add_argument("--link", default="", help="address of a Dateline that has this view")
    add_discretion(page)
    page.set_defaults(run=_run)
