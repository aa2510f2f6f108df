"""The command line: ``python -m geo --help``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from geo import __version__
from geo.errors import DatelineError, InputError, ViewError

if TYPE_CHECKING:
    from geo.view import View
    from geo.workspace import Workspace

__all__ = ["main"]

FORMATS = ("png", "svg", "pdf")


def _open_view(text: str) -> tuple[Workspace, View]:
    from geo.workspace import open_workspace

    workspace = open_workspace()
    for problem in workspace.problems:
        print(f"Warning: {problem}", file=sys.stderr)
    view, problems = workspace.parse(text)
    if problems:
        raise ViewError(" ".join(problems))
    return workspace, view


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.lower().partition("x")
    try:
        size = int(width), int(height)
    except ValueError:
        size = (0, 0)
    if not cross or not all(400 <= side <= 5000 for side in size):
        msg = f"{text!r} is not a size; write it as 1600x1000 (each side 400 to 5000)"
        raise argparse.ArgumentTypeError(msg)
    return size


def _picture(args: argparse.Namespace) -> int:
    from geo.figure import compose
    from geo.picture import scene_of

    kind = args.format or args.output.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        msg = f"a picture is a {', '.join(FORMATS)} file; give -o such an ending, or --format"
        raise InputError(msg)
    workspace, view = _open_view(args.view)
    scene = scene_of(workspace, view, title=args.title, deck=args.deck)
    width, height = args.size
    data = compose(
        scene, width_px=width, height_px=height, scale=args.scale, style=args.style, fmt=kind
    )
    _write(args.output, data)
    shown = len(scene.events)
    print(f"{args.output}: {shown} events shown, {scene.hidden} hidden, as of {scene.as_of}")
    return 0


def _table(args: argparse.Namespace) -> int:
    from geo.table import event_rows, to_csv

    workspace, view = _open_view(args.view)
    selection = workspace.show(view).selection
    rows = event_rows(
        selection.shown,
        actors=workspace.actors,
        reports=workspace.reports,
        borders=workspace.borders,
    )
    _write(args.output, to_csv(rows))
    count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
    print(f"{args.output}: {count}, {selection.hidden} hidden by the view")
    return 0


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as exc:
        msg = f"{path} cannot be written: {exc.strerror}"
        raise InputError(msg) from exc


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m geo", description="Dateline: a map of reported locations."
    )
    parser.add_argument("--version", action="version", version=f"Dateline {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    view_help = "what to show: the part of a permalink after the question mark"

    picture = commands.add_parser("picture", help="compose a view as PNG, SVG or PDF")
    picture.add_argument("--view", default="", help=view_help)
    picture.add_argument("-o", "--output", type=Path, required=True, help="the file to write")
    picture.add_argument("--format", choices=FORMATS, help="if the file's ending does not say")
    picture.add_argument("--style", choices=("light", "dark"), default="light")
    picture.add_argument("--size", type=_size, default=(1600, 1000), help="such as 1600x1000")
    picture.add_argument("--scale", type=int, choices=(1, 2, 3), default=2, help="PNG pixels")
    picture.add_argument("--title", help="in place of the project's")
    picture.add_argument("--deck", help="the line under the title")
    picture.set_defaults(run=_picture)

    table = commands.add_parser("table", help="write a view's events as CSV")
    table.add_argument("--view", default="", help=view_help)
    table.add_argument("-o", "--output", type=Path, required=True, help="the file to write")
    table.set_defaults(run=_table)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0, or 2 with a message on standard error if it cannot be done."""
    args = _parser().parse_args(argv)
    try:
        return int(args.run(args))
    except DatelineError as exc:
        print(f"Error: {exc}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
