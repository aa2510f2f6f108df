"""``python -m geo picture``: a view as PNG, SVG or PDF."""

from __future__ import annotations

import argparse
from pathlib import Path

from geo.commands.common import VIEW_HELP, Commands, open_view, write_file
from geo.errors import InputError

__all__ = ["add"]

FORMATS = ("png", "svg", "pdf")


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


def _run(args: argparse.Namespace) -> int:
    from geo.figure import compose
    from geo.picture import scene_of

    kind = args.format or args.output.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        msg = f"a picture is a {', '.join(FORMATS)} file; give -o such an ending, or --format"
        raise InputError(msg)
    workspace, view = open_view(args.view)
    scene = scene_of(workspace, view, title=args.title, deck=args.deck)
    width, height = args.size
    data = compose(
        scene, width_px=width, height_px=height, scale=args.scale, style=args.style, fmt=kind
    )
    write_file(args.output, data)
    shown = len(scene.events)
    print(f"{args.output}: {shown} events shown, {scene.hidden} hidden, as of {scene.as_of}")
    return 0


def add(commands: Commands) -> None:
    """Add ``picture``."""
    picture = commands.add_parser("picture", help="compose a view as PNG, SVG or PDF")
    picture.add_argument("--view", default="", help=VIEW_HELP)
    picture.add_argument("-o", "--output", type=Path, required=True, help="the file to write")
    picture.add_argument("--format", choices=FORMATS, help="if the file's ending does not say")
    picture.add_argument("--style", choices=("light", "dark"), default="light")
    picture.add_argument("--size", type=_size, default=(1600, 1000), help="such as 1600x1000")
    picture.add_argument("--scale", type=int, choices=(1, 2, 3), default=2, help="PNG pixels")
    picture.add_argument("--title", help="in place of the project's")
    picture.add_argument("--deck", help="the line under the title")
    picture.set_defaults(run=_run)
