"""``python -m geo lines``: maps that others drew, beside ours or instead of them."""

from __future__ import annotations

import argparse
import getpass
from datetime import date
from pathlib import Path

from geo.commands.common import DONE, Commands, tell_problems, write_file
from geo.errors import InputError

__all__ = ["add"]

WHY = "on the command line"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is not a day; write it as 2017-11-09"
        raise argparse.ArgumentTypeError(msg) from None


def _pair(text: str) -> tuple[str, str]:
    name, equals, actor = text.rpartition("=")
    if not equals or not name.strip() or not actor.strip():
        msg = f"{text!r} does not say who is meant; write NAME=ACTOR-ID"
        raise argparse.ArgumentTypeError(msg)
    return name.strip(), actor.strip()


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "the command line"


def _add(args: argparse.Namespace) -> int:
    from geo.line_files import MAX_BYTES, read_outlines
    from geo.lines import Mode, make_layer
    from geo.model import Tier
    from geo.store import open_store
    from geo.workspace import open_workspace

    path: Path = args.file
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise InputError(f"{path} cannot be read: {exc.strerror}") from exc
    found = read_outlines(path.name, data)
    outlines = found.outlines
    by = args.actor_property
    if by and not any(by in outline.properties for outline in outlines):
        names = sorted({name for outline in outlines for name in outline.properties})
        raise InputError(f"No feature has a property {by!r}. There are: {', '.join(names)[:300]}.")
    if not by and not args.actor:
        raise InputError("Say whose ground it is: --actor ID, or --actor-property NAME.")
    workspace = open_workspace()
    if args.actor and args.actor not in workspace.actors:
        known = ", ".join(workspace.actors)
        raise InputError(f"There is no actor with the id {args.actor!r}. Known: {known}."[:600])
    pairs = [
        (outline.properties.get(by, "") if by else args.actor, outline.geometry)
        for outline in outlines
    ]
    layer, doubts = make_layer(
        pairs,
        title=args.title or path.stem,
        on=args.date,
        until=args.until,
        source=args.source,
        tier=Tier(args.tier),
        actors=workspace.actors,
        known_as=dict(args.name),
        mode=Mode.INSTEAD if args.instead else Mode.BESIDE,
        url=args.url,
    )
    open_store().add_layer(layer, who=_who(), why=WHY)
    for doubt in (*found.mended, *doubts):
        print(doubt)
    print(f"{layer.id}: {len(layer.areas)} areas, {layer.on} to {layer.until}, {layer.mode} ours")
    return tell_problems(found.problems)


def _list(_args: argparse.Namespace) -> int:
    from geo.store import open_store

    layers = open_store().layers()
    if not layers:
        print("No lines have been imported.")
    for layer in layers:
        days = str(layer.on) if layer.on == layer.until else f"{layer.on} to {layer.until}"
        print(f"{layer.id}\t{days}\t{layer.tier}\t{layer.mode} ours\t{layer.source}")
    return DONE


def _remove(args: argparse.Namespace) -> int:
    from geo.store import open_store

    open_store().remove_layer(args.id, who=_who(), why=WHY)
    print(f"{args.id}: removed; the history keeps it")
    return DONE


def _compare(args: argparse.Namespace) -> int:
    from geo.lines import agreement, agreement_csv
    from geo.workspace import open_workspace

    workspace = open_workspace()
    layer = next((a for a in workspace.layers if a.id == args.id), None)
    if layer is None:
        raise InputError(f"There are no imported lines with the id {args.id[:120]!r}.")
    on = args.date or layer.on
    rows = agreement(layer, workspace.day(on).zones)
    print(f"{layer.title} against our areas of {on}, km²")
    print(f"{'':28}{'ours':>10}{'theirs':>10}{'both':>10}{'IoU':>8}")
    for row in rows:
        name = row.label or row.actor_id
        print(
            f"{name[:27]:28}{row.ours_km2:>10,.0f}{row.theirs_km2:>10,.0f}"
            f"{row.both_km2:>10,.0f}{row.iou:>8.3f}"
        )
    if args.output:
        write_file(args.output, agreement_csv(rows, workspace.actors))
    return DONE


def add(commands: Commands) -> None:
    """Add ``lines`` with what can be done to them."""
    lines = commands.add_parser("lines", help="import, list, compare and remove others' maps")
    acts = lines.add_subparsers(dest="act", required=True, metavar="ACT")
    new = acts.add_parser("add", help="import a GeoJSON or KML file of polygons (WGS84)")
    new.add_argument("file", type=Path, metavar="FILE")
    new.add_argument("--date", type=_day, required=True, help="the day the map speaks of")
    new.add_argument("--until", type=_day, help="its last day, if it speaks of several")
    new.add_argument("--source", required=True, help="who drew it")
    new.add_argument("--url", default="", help="where it was published")
    new.add_argument("--title", default="", help="what to call it (the file's name)")
    new.add_argument("--tier", choices=("assessed", "reported", "claimed"), default="reported")
    new.add_argument("--actor-property", metavar="NAME", help="property that names the actor")
    new.add_argument("--actor", metavar="ID", help="the actor who holds all of it")
    new.add_argument(
        "--name", type=_pair, action="append", default=[], metavar="NAME=ID",
        help="which actor a name in the file means; may be given again",
    )  # fmt: skip
    new.add_argument("--instead", action="store_true", help="show it instead of our own areas")
    new.set_defaults(run=_add)
    acts.add_parser("list", help="list what was imported").set_defaults(run=_list)
    gone = acts.add_parser("remove", help="take one off the map")
    gone.add_argument("id", metavar="ID")
    gone.set_defaults(run=_remove)
    against = acts.add_parser("compare", help="measure one against our areas")
    against.add_argument("id", metavar="ID")
    against.add_argument("--date", type=_day, help="our areas of this day (its own first day)")
    against.add_argument("-o", "--output", type=Path, help="a CSV file to write")
    against.set_defaults(run=_compare)
