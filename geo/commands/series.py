"""``python -m geo pair``, ``multiples`` and ``film``: a view on more than one day."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from geo.commands.common import (
    DONE,
    VIEW_HELP,
    Commands,
    add_discretion,
    open_shared,
    tell_notes,
    write_file,
)
from geo.errors import InputError
from geo.options import FORMATS, SIZES, STYLES, Options

if TYPE_CHECKING:
    from geo.series import Series

__all__ = ["add"]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is not a day; write it as 2017-11-09"
        raise argparse.ArgumentTypeError(msg) from None


def _days(text: str) -> list[date]:
    return [_day(part.strip()) for part in text.split(",") if part.strip()]


def _kind(args: argparse.Namespace, allowed: Sequence[str]) -> str:
    kind = args.format or args.output.suffix.lower().removeprefix(".")
    if kind not in allowed:
        msg = f"{args.output}: give a file that ends in {', '.join(allowed)}, or --format"
        raise InputError(msg)
    return str(kind)


def _options(args: argparse.Namespace, fmt: str = "png", scale: float = 2) -> Options:
    return Options(
        size=args.size,
        style=args.style,
        fmt=fmt,
        scale=scale,
        title=args.title,
        deck=args.deck,
        as_of=args.as_of,
        link=args.link,
    )


def _told(args: argparse.Namespace, series: Series, data: bytes) -> None:
    write_file(args.output, data)
    print(
        f"{args.output}: {len(series.days)} days from {series.days[0]} to {series.days[-1]}, "
        f"{len(data):,} bytes"
    )
    if args.words:
        print(f"Alternative text: {series.alt_text}\nCaption: {series.caption}")


def _pair(args: argparse.Namespace) -> int:
    from geo.series import composed, series_of

    options = _options(args, _kind(args, FORMATS), args.scale)
    shared = open_shared(args, derived=True)
    code = tell_notes(shared)
    days = [day for day in (args.before, args.after) if day is not None]
    if len(days) == 1:
        usual = series_of(shared.workspace, shared.view, options, kind="pair").days
        days = [args.before or usual[0], args.after or usual[-1]]
    series = series_of(shared.workspace, shared.view, options, kind="pair", days=days or None)
    _told(args, series, composed(series))
    return code or DONE


def _multiples(args: argparse.Namespace) -> int:
    from geo.series import composed, series_of

    options = _options(args, _kind(args, FORMATS), args.scale)
    shared = open_shared(args, derived=True)
    code = tell_notes(shared)
    series = series_of(
        shared.workspace,
        shared.view,
        options,
        kind="multiples",
        days=args.days,
        count=args.count,
    )
    _told(args, series, composed(series))
    return code or DONE


def _film(args: argparse.Namespace) -> int:
    from geo.series import FILM_FORMATS, filmed, series_of, stills

    if args.output is None and args.frames is None:
        msg = "give -o FILE.gif (or .mp4), --frames FOLDER for still pictures, or both"
        raise InputError(msg)
    fmt = _kind(args, FILM_FORMATS) if args.output is not None else "gif"
    options = _options(args)
    shared = open_shared(args, derived=True)
    code = tell_notes(shared)
    series = series_of(
        shared.workspace, shared.view, options, kind="film", days=args.days, step=args.step
    )
    if args.frames is not None:
        _make_folder(args.frames)
        for name, data in stills(series, scale=args.scale):
            write_file(args.frames / name, data)
        print(f"{args.frames}: {len(series.days)} pictures")
    if args.output is not None:
        told = _progress if sys.stderr.isatty() else None
        data = filmed(series, fmt=fmt, seconds=args.seconds, scale=args.scale, progress=told)
        _told(args, series, data)
    return code or DONE


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        msg = f"{path} cannot be made a folder: {exc.strerror}"
        raise InputError(msg) from exc


def _progress(done: int, whole: int) -> None:
    end = "\n" if done == whole else ""
    print(f"\r{done} of {whole} pictures drawn", end=end, file=sys.stderr, flush=True)


def _common(command: argparse.ArgumentParser, scale: int, *, still: bool) -> None:
    command.add_argument("--view", default="", help=VIEW_HELP)
    command.add_argument("-o", "--output", type=Path, required=still, help="the file to write")
    kinds = FORMATS if still else ("gif", "mp4")
    command.add_argument("--format", choices=kinds, help="if the file's ending does not say")
    command.add_argument(
        "--size",
        default="web" if still else "social",
        help=f"{', '.join(SIZES)}, or such as 1600x1000",
    )
    command.add_argument("--style", choices=STYLES, default="light")
    command.add_argument(
        "--scale", type=float, default=scale, help="dots for each px of the size, 0.25 to 4"
    )
    command.add_argument("--title", help="in place of the project's")
    command.add_argument("--deck", help="the line under the title")
    command.add_argument("--as-of", help="words in place of the dates above the title")
    command.add_argument(
        "--link", default="", help="the address the permalink starts with: printed, and as QR code"
    )
    command.add_argument(
        "--words", action="store_true", help="also print an alternative text and a caption"
    )
    add_discretion(command)


def add(commands: Commands) -> None:
    """Add ``pair``, ``multiples`` and ``film``."""
    pair = commands.add_parser("pair", help="two days of a view in one picture: before and after")
    _common(pair, 2, still=True)
    pair.add_argument("--before", type=_day, metavar="DAY", help="else the first of the view")
    pair.add_argument("--after", type=_day, metavar="DAY", help="else the last of the view")
    pair.set_defaults(run=_pair)
    many = commands.add_parser("multiples", help="three to twelve days of a view in one picture")
    _common(many, 2, still=True)
    many.add_argument("--days", type=_days, metavar="DAY,DAY,…", help="else chosen by change")
    many.add_argument("--count", type=int, default=6, help="how many to choose, 3 to 12")
    many.set_defaults(run=_multiples)
    film = commands.add_parser("film", help="a run over the days of a view, as GIF or MP4")
    _common(film, 1, still=False)
    film.add_argument("--days", type=_days, metavar="DAY,DAY,…", help="these days only")
    film.add_argument(
        "--step", type=int, metavar="N", help="every N days; else each day that changes something"
    )
    film.add_argument("--seconds", type=float, default=1.0, help="how long each day stands")
    film.add_argument("--frames", type=Path, metavar="FOLDER", help="also write still pictures")
    film.set_defaults(run=_film)
