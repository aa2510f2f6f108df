"""``python -m geo gazetteer``: places of one's own beside the shipped ones."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.commands.common import DONE, LEFT_OUT, Commands, tell_problems

if TYPE_CHECKING:
    from geo.gazetteer.imports import Source

__all__ = ["add"]

_ABOUT = """\
Add a gazetteer of your own to the shipped one. FILE is
  - a GeoNames dump (SY.txt, allCountries.txt; 19 columns) or its zip,
  - GeoNames alternate names (alternateNamesV2.txt), after the dump of their places,
  - a CSV with name, lat, lon, or a GeoJSON of points with a name; if there: id, country, admin1,
    feature_code, population, precision_km, alternate_names (parted by ;), name_ar and the like.
It is kept in your data folder. Rows that cannot be used are listed, the rest is added.
"""


def _bar(source: Source) -> Callable[[int], Any]:
    from tqdm import tqdm

    bar: Any = tqdm(
        total=source.size,
        desc=source.file,
        unit="B",
        unit_scale=True,
        disable=None,
        leave=False,
    )
    update: Callable[[int], Any] = bar.update
    return update


def _add(args: argparse.Namespace) -> int:
    from geo.gazetteer import Gazetteer
    from geo.gazetteer.adding import add_file
    from geo.gazetteer.imports import ALTERNATE, opened
    from geo.gazetteer.layers import NAMES
    from geo.gazetteer.user import open_gazetteer

    with opened(args.file) as source:
        names_only = source.kind == ALTERNATE
    # Places are matched with the shipped ones; names may belong to any gazetteer there is.
    base = open_gazetteer() if names_only else Gazetteer()
    added = add_file(args.file, base=base, name=args.name, progress=_bar)
    if added.kind == NAMES:
        print(f'"{added.name}": further names of {added.rows:,} places')
    else:
        print(
            f'"{added.name}": {added.rows:,} places, {added.merged:,} of them merged with shipped '
            "ones; new ones are found from now on (restart the page to see them there)"
        )
    if added.unknown:
        print(
            f"Passed over: {added.unknown:,} names of places that are in no gazetteer here. Add "
            "the dump that has them, then these names again.",
            file=sys.stderr,
        )
    told = tell_problems(added.problems[:20])
    if added.left_out > 20:
        print(f"Left out: {added.left_out:,} rows in all; see {added.listed_in}", file=sys.stderr)
    return LEFT_OUT if added.left_out or added.unknown else told


def _list(_args: argparse.Namespace) -> int:
    from geo.gazetteer.layers import NAMES, layer_folder, read_layers

    layers, problems = read_layers()
    for layer in layers:
        what = "places with further names" if layer.kind == NAMES else "places"
        print(f"{layer.name}: {layer.rows:,} {what}, from {layer.source}, added {layer.added[:10]}")
    for problem in problems:
        print(f"Warning: {problem}", file=sys.stderr)
    if not layers and not problems:
        print(f"No gazetteer of your own in {layer_folder()}.")
    return LEFT_OUT if problems else DONE


def _remove(args: argparse.Namespace) -> int:
    from geo.gazetteer.layers import remove_layer

    remove_layer(args.name)
    print(f'"{args.name}" is removed (restart the page to see it gone there).')
    return DONE


def add(commands: Commands) -> None:
    """Add ``gazetteer``."""
    gazetteer = commands.add_parser(
        "gazetteer",
        help="add, list or remove places of your own",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = gazetteer.add_subparsers(dest="action", required=True, metavar="ACTION")
    adding = actions.add_parser(
        "add",
        help="add a file",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Exit code: 0 all added, 1 some rows left out, 2 nothing added.",
    )
    adding.add_argument("file", type=Path, metavar="FILE")
    adding.add_argument("--name", help="what to call it (by default as the file)")
    adding.set_defaults(run=_add)
    listing = actions.add_parser("list", help="list your own")
    listing.set_defaults(run=_list)
    removing = actions.add_parser("remove", help="remove one of your own")
    removing.add_argument("name", metavar="NAME")
    removing.set_defaults(run=_remove)
