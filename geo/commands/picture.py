"""``python -m geo picture``: views as PNG, SVG or PDF, one or a whole list of them."""

from __future__ import annotations

import argparse
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from geo.commands.common import (
    VIEW_HELP,
    Commands,
    add_discretion,
    discretion_of,
    open_shared,
    tell_notes,
    tell_problems,
    write_file,
)
from geo.errors import InputError
from geo.options import FORMATS, ORDERS, SIZES, STYLES, Options, parse_size

if TYPE_CHECKING:
    from geo.figure import Scene

__all__ = ["add", "add_options", "options_of"]


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options that say how a picture looks and what stands over it."""
    group = command.add_argument_group("the picture")
    group.add_argument(
        "--size", default="web", metavar="NAME", help=f"{', '.join(SIZES)}, or such as 1600x1000"
    )
    group.add_argument("--style", choices=STYLES, default="light", help="grey is for print")
    group.add_argument("--format", choices=FORMATS, help="if the file's ending does not say")
    group.add_argument("--scale", type=float, default=2, metavar="N", help="dots per px of a PNG")
    group.add_argument("--title", help="in place of the project's")
    group.add_argument("--deck", help="the line under the title, in place of one from the view")
    group.add_argument("--as-of", metavar="WORDS", help="the date line in your own words")
    group.add_argument(
        "--numbered", action="store_true", help="number the reports and list them beside the map"
    )
    group.add_argument("--order", choices=ORDERS, default="newest", help="of the numbered list")
    group.add_argument(
        "--link", default="", metavar="ADDRESS", help="print a link and QR code that start with it"
    )


def options_of(args: argparse.Namespace, output: Path | None = None) -> Options:
    """What ``add_options`` asked for. The format is the file's ending if none is named.

    Raises InputError where a value cannot be used.
    """
    ending = output.suffix.lower().removeprefix(".") if output is not None else ""
    kind = args.format or ending
    if kind not in FORMATS:
        msg = f"a picture is a {', '.join(FORMATS)} file; give -o such an ending, or --format"
        raise InputError(msg)
    return Options(
        size=parse_size(args.size).name,
        style=args.style,
        fmt=kind,
        scale=args.scale,
        title=args.title,
        deck=args.deck,
        as_of=args.as_of,
        numbered=args.numbered,
        order=args.order,
        link=args.link,
    )


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """No looking for garbage: one picture leaves little, and looking takes a tenth of its time."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def _run(args: argparse.Namespace) -> int:
    if args.list is not None:
        return _run_list(args)
    with _nothing_collected():
        return _run_one(args)


def _run_one(args: argparse.Namespace) -> int:
    from geo.figure import compose
    from geo.picture import scene_of

    options = options_of(args, args.output)
    # A numbered list prints rows, which may not always be passed on; a map alone may.
    shared = open_shared(args, derived=not options.numbered)
    scene = scene_of(shared.workspace, shared.view, options=options)
    data = compose(
        scene, size=options.sheet, scale=options.scale, style=options.style, fmt=options.fmt
    )
    write_file(args.output, data)
    code = tell_notes(shared, options.title, options.deck, options.as_of)
    shown = len(scene.events)
    print(f"{args.output}: {shown} events shown, {scene.hidden} hidden, as of {scene.as_of}")
    _words(args, scene)
    return code


def _words(args: argparse.Namespace, scene: Scene) -> None:
    from geo.caption import caption

    if args.alt is not None:
        write_file(args.alt, f"{scene.description}\n".encode())
        print(f"{args.alt}: alternative text")
    if args.words:
        print(f"\nAlternative text: {scene.description}\n\nCaption: {caption(scene)}")


def _run_list(args: argparse.Namespace) -> int:
    from geo.picture_list import make_all, read_list

    if args.view or args.alt is not None or args.words:
        msg = "--list takes views and options from its file; leave out --view, --alt and --words"
        raise InputError(msg)
    if args.output.exists() and not args.output.is_dir():
        msg = f"with --list, -o names a folder; {args.output} is a file"
        raise InputError(msg)
    args.format = args.format or "png"
    jobs, problems = read_list(args.list, options_of(args))
    try:
        args.output.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        msg = f"{args.output} cannot be made: {exc.strerror}"
        raise InputError(msg) from exc
    workers = args.jobs or min(len(jobs), os.cpu_count() or 1)
    made = 0
    for job, data, note in make_all(jobs, discretion_of(args), workers=workers):
        if isinstance(data, bytes):
            write_file(args.output / job.name, data)
            made += 1
            print(f"{args.output / job.name}: {note}")
        else:
            problems.append(data)
    print(f"{made} of {made + len(problems)} pictures made")
    return tell_problems(sorted(problems, key=lambda p: p.row), every=True)


def add(commands: Commands) -> None:
    """Add ``picture``."""
    picture = commands.add_parser(
        "picture",
        help="compose a view as PNG, SVG or PDF",
        description="Compose a view as a picture; with --list, one for each line of a file.",
    )
    picture.add_argument("--view", default="", help=VIEW_HELP)
    picture.add_argument(
        "-o", "--output", type=Path, required=True, help="the file to write; a folder with --list"
    )
    add_options(picture)
    words = picture.add_argument_group("words")
    words.add_argument("--alt", type=Path, metavar="FILE", help="write the alternative text there")
    words.add_argument("--words", action="store_true", help="print alternative text and caption")
    many = picture.add_argument_group("many at once")
    many.add_argument(
        "--list",
        type=Path,
        metavar="FILE",
        help="one view a line, options behind it as on a command line; or TOML, one [[picture]] "
        "each with view, name and options",
    )
    many.add_argument("--jobs", type=int, default=0, metavar="N", help="how many at the same time")
    add_discretion(picture)
    picture.set_defaults(run=_run)
