"""``python -m geo borders``: how far points are from borders and crossings, and who faces whom."""

from __future__ import annotations

import argparse
import csv
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from geo.commands.common import VIEW_HELP, Commands, tell_problems
from geo.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from geo.borders import Borders
    from geo.borders.facing import Facing
    from geo.exchange.points import PointTable
    from geo.exchange.problems import Problem

__all__ = ["COLUMNS", "add"]

CHUNK = 100_000  # rows in memory at a time
KEPT = 10_000  # bad rows listed at most
COLUMNS = (
    "border_km",
    "border_low_km",
    "border_high_km",
    "border_pair",
    "side",
    "foot_lat",
    "foot_lon",
    "bearing",
    "crossing",
    "crossing_km",
    "border_dispute",
    "border_set",
    "border_policy",
)


def _precision(table: PointTable) -> NDArray[np.float64]:
    """The column ``precision_km``; rows whose cell is no distance are marked NaN."""
    import numpy as np

    cells = table.column("precision_km")
    if cells is None:
        return np.zeros(len(table.rows))
    values = []
    for cell in cells:
        try:
            value = float(cell) if cell.strip() else 0.0
        except ValueError:
            value = math.nan
        values.append(value if 0 <= value < math.inf else math.nan)
    return np.array(values)


def _measured(
    table: PointTable, borders: Borders, args: argparse.Namespace, problems: list[Problem]
) -> tuple[list[list[object]], int]:
    """The rows of one part of the file with their columns, and how many were farther away."""
    import numpy as np

    from geo.borders.crossings import crossings, nearest_crossings
    from geo.exchange.points import passed_on, safe_cell
    from geo.exchange.problems import Problem

    off = _precision(table)
    for index in np.flatnonzero(np.isnan(off)).tolist():
        reason = "is no distance in km of 0 or more"
        problems.append(Problem(table.file, table.lines[index], "precision_km", reason))
    kept = np.flatnonzero(~np.isnan(off))
    found = borders.nearest_many(table.lat[kept], table.lon[kept], off[kept])
    number, km = nearest_crossings(table.lat[kept], table.lon[kept], found.pair)
    names = [crossing.name for crossing in crossings()]
    rows: list[list[object]] = []
    for at, index in enumerate(kept.tolist()):
        if args.within is not None and found.low_km[at] > args.within:
            continue
        known = number[at] >= 0
        rows.append(
            [
                *(passed_on(cell) for cell in table.rows[index]),
                f"{found.distance_km[at]:.4f}",
                f"{found.low_km[at]:.4f}",
                f"{found.high_km[at]:.4f}",
                str(found.pair[at]).replace("|", "-"),
                found.side[at],
                f"{found.foot_lat[at]:.7f}",
                f"{found.foot_lon[at]:.7f}",
                f"{found.bearing_deg[at]:.2f}",
                safe_cell(names[number[at]]) if known else "",
                f"{km[at]:.3f}" if known else "",
                found.dispute_names[found.dispute_number[at]],
                borders.name,
                args.policy,
            ]
        )
    return rows, len(kept) - len(rows)


def _header(table: PointTable) -> list[str]:
    """The file's columns and ours. Raises InputError where a name is taken."""
    taken = {name.casefold() for name in table.header} & set(COLUMNS)
    if taken:
        raise InputError(
            f"{table.file} already has a column {', '.join(sorted(taken))}; rename it first"
        )
    return [*table.header, *COLUMNS]


def _progress(path: Path, parts: Iterator[PointTable]) -> Iterator[PointTable]:
    """The parts of a file; for large ones with a bar where a person is looking."""
    if not sys.stderr.isatty():
        yield from parts
        return
    from tqdm import tqdm

    with tqdm(desc=path.name, unit=" rows", unit_scale=True) as bar:
        for part in parts:
            yield part
            bar.update(len(part.rows) + len(part.problems))


def _points(args: argparse.Namespace, borders: Borders) -> int:
    from geo.exchange.points import point_chunks, safe_cell

    if args.output is None:
        raise InputError("--points needs -o OUT.csv, the file to write")
    problems: list[Problem] = []
    written = farther = 0
    partial = args.output.with_name(args.output.name + ".part")
    parts = point_chunks(args.points, size=CHUNK)
    first = next(parts)  # nothing is written where the file cannot be read at all
    header = _header(first)
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow([safe_cell(name) for name in header])
            for part in _progress(args.points, _with(first, parts)):
                problems += part.problems[: max(0, KEPT - len(problems))]
                rows, away = _measured(part, borders, args, problems)
                out.writerows(rows)
                written, farther = written + len(rows), farther + away
        partial.replace(args.output)
    except OSError as exc:
        raise InputError(f"{args.output} cannot be written: {exc.strerror}") from exc
    finally:
        partial.unlink(missing_ok=True)
    limit = f", {farther} farther than {args.within:g} km" if args.within is not None else ""
    print(f"{args.output}: {written} rows{limit} ({borders.name}, policy {args.policy})")
    return tell_problems(problems)


def _with(first: PointTable, rest: Iterator[PointTable]) -> Iterator[PointTable]:
    yield first
    yield from rest


def _twins(args: argparse.Namespace, borders: Borders) -> int:
    from geo.borders.facing import Place, facing

    within = 25.0 if args.within is None else args.within
    problems: Sequence[Problem] = ()
    if args.points is not None:
        from geo.exchange.points import read_points

        table = read_points(args.points)
        names = table.column("name") or table.column("place") or [""] * len(table.rows)
        off = _precision(table)
        places = [
            Place(str(line), name or f"row {line}", float(lat), float(lon), float(radius))
            for line, name, lat, lon, radius in zip(
                table.lines, names, table.lat, table.lon, off, strict=True
            )
            if not math.isnan(radius)
        ]
        problems = table.problems
    else:
        from geo.commands.common import open_view
        from geo.model import AREA_CODES, LINE_CODES

        workspace, view = open_view(args.view)
        shown = {
            event.place.place_id: event.place
            for event in workspace.show(view).selection.shown
            if event.place.feature_code not in AREA_CODES | LINE_CODES
        }
        places = [Place(p.place_id, p.name, p.lat, p.lon, p.precision_km) for p in shown.values()]
    found = facing(places, borders, within)
    if args.output is not None:
        from geo.exchange.points import write_csv

        write_csv(args.output, _TWIN_COLUMNS, [_twin_row(pair) for pair in found])
    else:
        for pair in found:
            doubt = "" if pair.sure else " (a place's own doubt reaches across)"
            print(
                f"{pair.one.name} [{pair.pair[0]}] – {pair.two.name} [{pair.pair[1]}]: "
                f"{pair.distance_km:.1f} km{doubt}"
            )
    count = "1 pair faces" if len(found) == 1 else f"{len(found)} pairs face"
    print(f"{count} each other across a border within {within:g} km")
    return tell_problems(problems)


_TWIN_COLUMNS = (
    "one", "one_country", "one_border_km", "two", "two_country", "two_border_km", "distance_km",
    "sure",
)  # fmt: skip


def _twin_row(pair: Facing) -> list[object]:
    return [
        pair.one.name,
        pair.pair[0],
        f"{pair.one_border_km:.3f}",
        pair.two.name,
        pair.pair[1],
        f"{pair.two_border_km:.3f}",
        f"{pair.distance_km:.3f}",
        "yes" if pair.sure else "no",
    ]


def _run(args: argparse.Namespace) -> int:
    from geo.borders import open_borders

    if args.within is not None and not (0 <= args.within <= 25_000):
        raise InputError(f"--within {args.within} is no distance; give 0 to 25000 km")
    borders = open_borders(args.set, args.policy)
    if args.of:
        borders = borders.only(args.of)
    if args.twins:
        return _twins(args, borders)
    if args.points is None:
        raise InputError("give --points IN.csv -o OUT.csv, or --twins")
    return _points(args, borders)


def add(commands: Commands) -> None:
    """Add ``borders``."""
    from geo.borders.policy import DEFAULT_POLICY, POLICIES

    parser = commands.add_parser(
        "borders",
        help="how far points are from land borders and crossings",
        description="Adds the nearest land border and crossing to a table of points. Columns lat "
        "and lon are needed, precision_km is used, others are kept.",
        epilog="Policies: " + " ".join(f"{name}: {text}" for name, text in POLICIES.items()),
    )
    parser.add_argument("--points", type=Path, help="CSV with lat and lon in degrees")
    parser.add_argument("-o", "--output", type=Path, help="the CSV to write")
    parser.add_argument(
        "--within", type=float, metavar="KM", help="keep points that may be so near"
    )
    parser.add_argument("--of", metavar="SY|SY-IQ", help="only this country's or pair's border")
    parser.add_argument("--set", default="osm", choices=("osm", "ne"), help="the boundary set")
    parser.add_argument(
        "--policy",
        default=DEFAULT_POLICY,
        choices=tuple(POLICIES),
        help="which disputed lines count",
    )
    parser.add_argument(
        "--twins",
        action="store_true",
        help="list places that face each other across a border within --within km (25): of the "
        "reports, or of --points",
    )
    parser.add_argument("--view", default="", help=VIEW_HELP)
    parser.set_defaults(run=_run)
