"""``python -m geo bundle``: seal a view into one file, open it again, check it."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from geo.commands.common import (
    DONE,
    LEFT_OUT,
    VIEW_HELP,
    Commands,
    add_discretion,
    open_shared,
    tell_notes,
    write_file,
)
from geo.commands.picture import add_options, options_of
from geo.errors import InputError, ViewError

__all__ = ["add", "read_bundle"]


def read_bundle(path: Path) -> bytes:
    """The bytes of a bundle's file. Raises InputError if it cannot be read or is too large."""
    from geo.bundle.container import MAX_FILE

    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE + 1)
    except OSError as exc:
        raise InputError(f"{path} cannot be read: {exc.strerror}") from exc


def _make(args: argparse.Namespace) -> int:
    from geo.bundle import SUFFIX, check_bundle, make_bundle

    if args.output is None:
        raise InputError("Say which file to write: -o FILE.dateline")
    if args.output.suffix.lower() != SUFFIX:
        raise InputError(f"{args.output.name} is no bundle; give -o the ending {SUFFIX}")
    # The bundle holds PNG and SVG, whatever the options of a picture say.
    args.format = "png"
    options = options_of(args)
    shared = open_shared(args)
    data = make_bundle(shared, options)
    write_file(args.output, data)
    made = check_bundle(data)
    counts = made.manifest.inner("counts").data
    code = tell_notes(shared, args.title, args.deck, args.as_of, args.output.name)
    print(
        f"{args.output}: {counts['shown']} events shown, {counts['evidence']} more as evidence of "
        f"who holds what, {counts['not_included']} others stay behind; {len(data):,} bytes"
    )
    print(f"SHA-256 {made.checksum}")
    return code


def _tell_changes(changes: tuple[str, ...]) -> int:
    for change in changes:
        print(f"Changed: {change}", file=sys.stderr)
    return LEFT_OUT if changes else DONE


def _open(args: argparse.Namespace) -> int:
    from geo.bundle import open_bundle, pictures_again
    from geo.picture import picture

    opened = open_bundle(read_bundle(args.file))
    code = _tell_changes(opened.changes)
    for note in opened.notes:
        print(f"Note: {note}", file=sys.stderr)
    for row in opened.left_out.rows:
        print(f"Left out: {row.words()}", file=sys.stderr)
    view, options = opened.view, opened.options
    if args.view:
        view, problems = opened.workspace.parse(args.view)
        if problems:
            raise ViewError(" ".join(problems))
    shown = opened.workspace.show(view)
    title = options.title or opened.workspace.project.title
    print(f"{title}: as of {shown.on}")
    print(f"{len(shown.selection.shown)} events shown of {len(opened.workspace.events)} inside")
    print(f"View: {view.query()}")
    kind = args.output.suffix.lower().removeprefix(".") if args.output else ""
    if kind and (args.view or kind == "pdf"):
        write_file(args.output, picture(opened.workspace, view, replace(options, fmt=kind)))
    elif kind:
        made = pictures_again(opened, (kind,))
        write_file(args.output, made[f"picture.{kind}"][0])
        for name, (_, same) in made.items():
            print(f"{args.output}: {_compared(name, same, opened.versions)}")
    elif opened.versions:
        print("Made with other versions than are here: " + "; ".join(opened.versions))
    return code


def _compared(name: str, same: bool, versions: tuple[str, ...]) -> str:
    if same:
        return f"byte for byte the {name} inside"
    if versions:
        return f"not byte for byte the {name} inside; other versions: {'; '.join(versions)}"
    return f"not byte for byte the {name} inside, though all versions are the same"


def _check(args: argparse.Namespace) -> int:
    from geo.bundle import check_bundle
    from geo.bundle.versions import differences

    found = check_bundle(read_bundle(args.file))
    code = _tell_changes(found.changes)
    if found.verified:
        print(f"{args.file}: as it was sealed, {len(found.members)} members")
    print(f"SHA-256 {found.checksum}")
    if args.expect and args.expect.strip().lower() != found.checksum:
        print("Changed: the checksum is not the one expected.", file=sys.stderr)
        code = LEFT_OUT
    for said in differences(found.manifest):
        print(f"Made with another version: {said}")
    return code


def add(commands: Commands) -> None:
    """Add ``bundle``, ``bundle open`` and ``bundle check``."""
    bundle = commands.add_parser("bundle", help="seal a view with all it needs; open or check one")
    bundle.add_argument("--view", default="", help=VIEW_HELP)
    bundle.add_argument("-o", "--output", type=Path, help="the file to write (.dateline)")
    add_options(bundle)
    add_discretion(bundle)
    bundle.set_defaults(run=_make)
    parts = bundle.add_subparsers(dest="part", metavar="open|check")
    opened = parts.add_parser("open", help="check a bundle and restore its map")
    opened.add_argument("file", type=Path, help="the .dateline file")
    opened.add_argument("-o", "--output", type=Path, help="write its picture (.png, .svg, .pdf)")
    opened.add_argument("--view", default="", help="show something else of it")
    opened.set_defaults(run=_open)
    checked = parts.add_parser("check", help="say what was changed since it was sealed")
    checked.add_argument("file", type=Path, help="the .dateline file")
    checked.add_argument(
        "--expect", default="", metavar="SHA256", help="the checksum you were told"
    )
    checked.set_defaults(run=_check)
