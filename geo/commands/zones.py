"""``python -m geo zones``: who holds what, from settlements whose holder is known."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.commands.common import Commands, tell_problems, write_file
from geo.errors import InputError

if TYPE_CHECKING:
    from geo.zones.settlements import Settlements

__all__ = ["add"]

ABOUT = """\
From settlements whose holder is known: the probability of every holder at the points of a
table (-o FILE.csv, with --query), or areas held and contested (-o FILE.geojson), or both.

TOWNS.csv has lat, lon, actor, and if you like weight (1 is an ordinary report) and date: older rows
weigh less; with 30 rows older than 90 days and 10 newer ones, old rows tell who held a place and
new ones what became of places held alike nearby.

FILE.csv repeats the rows of POINTS.csv with p_<actor> for every actor, holder (the likeliest),
certainty (its probability, measured: see docs), distance_km to the nearest settlement, and
informed: "no" beyond the cap, where the figures are only a best guess and no area is drawn."""
EXAMPLES = """\
examples:
  python -m geo zones --known towns.csv -o zones.geojson --country SY
  python -m geo zones --known towns.csv --query villages.csv -o villages-holders.csv"""


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        msg = f"{text!r} is not a day; write it as 2017-11-09"
        raise argparse.ArgumentTypeError(msg) from exc


def _outputs(args: argparse.Namespace) -> tuple[Path | None, Path | None]:
    tables = [path for path in args.output if path.suffix.lower() == ".csv"]
    maps = [path for path in args.output if path.suffix.lower() in (".geojson", ".json")]
    if len(tables) > 1 or len(maps) > 1 or len(tables) + len(maps) != len(args.output):
        raise InputError("Give -o one .csv file, one .geojson file, or one of each.")
    if tables and args.query is None:
        raise InputError("A .csv file holds answers for points: give them with --query POINTS.csv.")
    if args.query is not None and not tables:
        raise InputError("--query needs a .csv file for its answers: give one with -o.")
    return (tables or [None])[0], (maps or [None])[0]


def _run(args: argparse.Namespace) -> int:
    from geo.zones.settlements import LARGEST_CAP_KM, answer, fitted, read_settlements

    table_path, map_path = _outputs(args)
    if not 0 < args.cap_km <= LARGEST_CAP_KM:
        raise InputError(f"--cap-km must lie between 0 and {LARGEST_CAP_KM:.0f}.")
    known = read_settlements(args.known, on=args.date)
    problems = list(known.problems)
    if table_path is not None:
        from geo.exchange.points import read_points, write_csv

        points = read_points(args.query)
        problems += points.problems
        if not points.rows:
            raise InputError(f"{points.file}: no row has a point, so there is nothing to answer.")
        told = answer(
            fitted(args.method or "blend", known), known, points.lat, points.lon, args.cap_km
        )
        header = [*points.header, *(f"p_{actor}" for actor in told.actors)]
        header += ["holder", "certainty", "distance_km", "informed"]
        write_csv(
            table_path,
            header,
            (
                [*row, *(f"{p:.4f}" for p in share), holder, f"{sure:.4f}", f"{km:.2f}", yes]
                for row, share, holder, sure, km, yes in zip(
                    points.rows,
                    told.share.tolist(),
                    told.holder,
                    told.certainty.tolist(),
                    told.distance_km.tolist(),
                    ("yes" if near else "no" for near in told.informed),
                    strict=True,
                )
            ),
        )
    if map_path is not None:
        _write_map(map_path, args, known)
    if known.later:
        print(f"{known.later} rows are dated after {args.date} and were left aside.")
    return tell_problems(problems)


def _write_map(path: Path, args: argparse.Namespace, known: Settlements) -> None:
    import orjson
    from shapely.geometry import mapping

    from geo.zones.areas import areas
    from geo.zones.settlements import fitted

    name = args.method or "kriging"
    method = fitted(name, known, for_areas=True)
    land = _ground(args.country, known, args.cap_km)
    found = areas(method, known.lat, known.lon, cap_km=args.cap_km, land=land)
    features = [
        {
            "type": "Feature",
            "properties": {
                "kind": area.kind,
                "holders": list(area.holders),
                "certainty": area.certainty,
                "area_km2": round(area.area_km2, 2),
                # What speaks for it: lines of the table of known settlements.
                "rows": known.lines[area.towns].tolist(),
            },
            "geometry": mapping(area.geometry),
        }
        for area in found
    ]
    whole: dict[str, Any] = {
        "type": "FeatureCollection",
        "dateline": {
            "known": args.known.name,
            "settlements": len(known.lat),
            "method": name,
            "cap_km": args.cap_km,
            "date": args.date.isoformat() if args.date else None,
            "country": args.country,
            "covered_km2": round(sum(area.area_km2 for area in found), 1),
        },
        "features": features,
    }
    if args.country and land is not None:
        from geo.polygons import geodesic_km2

        whole["dateline"]["no_information_km2"] = round(
            max(0.0, geodesic_km2(land) - whole["dateline"]["covered_km2"]), 1
        )
    write_file(path, orjson.dumps(whole))


def _ground(country: str | None, known: Settlements, cap_km: float) -> Any | None:
    """The land to cut to: a country's, or all of it round the settlements."""
    import math

    import numpy as np

    from geo.areas import country_area, land_area
    from geo.grounds import country_ground

    if country is not None:
        area = country_area(country)
        if area is None:
            raise InputError(f"{country!r} is not an ISO code of a country we know, such as SY.")
        west, south, east, north = area.bounds
    else:
        near = cap_km / 111 + 0.1
        wide = near / math.cos(math.radians(min(88.0, float(np.abs(known.lat).max()) + near)))
        west, east = float(known.lon.min()) - wide, float(known.lon.max()) + wide
        south, north = float(known.lat.min()) - near, float(known.lat.max()) + near
    if west < -180 or east > 180:
        west, east = -180.0, 180.0
    box = (
        max(math.floor(west), -180), max(math.floor(south), -90),
        min(math.ceil(east), 180), min(math.ceil(north), 90),
    )  # fmt: skip
    ground = country_ground(country.upper(), *box) if country else land_area(*box)
    if ground.is_empty:
        print("The map has no land there; the areas are not cut to it.", file=sys.stderr)
        return None
    return ground


def add(commands: Commands) -> None:
    """Add the command and its options."""
    parser = commands.add_parser(
        "zones",
        help="who holds what, from settlements whose holder is known",
        description=ABOUT,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--known", type=Path, required=True, metavar="TOWNS.csv")
    parser.add_argument("--query", type=Path, metavar="POINTS.csv")
    parser.add_argument(
        "-o", "--output", type=Path, action="append", required=True, metavar="FILE",
        help="a .csv (answers for --query) or .geojson file (areas); may be given once each",
    )  # fmt: skip
    parser.add_argument(
        "--method", choices=("blend", "kriging", "nearest", "voronoi"),
        help="blend is the most accurate and the usual one for points, kriging nearly as good and "
        "fast, and the usual one for areas; nearest and voronoi are there to compare",
    )  # fmt: skip
    parser.add_argument(
        "--cap-km", type=float, default=20.0, metavar="N",
        help="nothing is claimed further than this from every settlement (default 20: beyond it "
        "a hidden Syrian town agrees with the nearest known one little better than by chance)",
    )  # fmt: skip
    parser.add_argument("--date", type=_day, help="leave later rows aside and age the others")
    parser.add_argument("--country", metavar="CC", help="cut areas to this country (ISO code)")
    parser.set_defaults(run=_run)
