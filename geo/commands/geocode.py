"""``python -m geo geocode``: a name, or a file of them, to places."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.commands.common import DONE, LEFT_OUT, Commands, tell_problems
from geo.errors import InputError

if TYPE_CHECKING:
    from geo.exchange.problems import Problem
    from geo.geocode import Dateline
    from geo.model import Candidate

__all__ = ["add"]

_CODE = re.compile(r"[A-Za-z]{2}\.[0-9A-Za-z]{1,8}")
_ABOUT = """\
Find a place by its name, offline: the readings of the name, the likeliest first, each with the
reasons and how sure it is. Nothing leaves this machine unless --online is given.

With --batch, each line of IN is a JSON object with "place" and, if known, "cc" (ISO country),
"adm1" and "adm2" (names of province and district); OUT repeats it with lat, lon, place_id, name,
feature_code, precision_km, rung, confidence (null where no reading is clear) and candidates.
"""
_EXIT = """\
Exit code: 0 found (or all lines done), 1 nothing found (or lines left out), 2 not possible.
"""
_ONLINE = (
    "ask this service for a second opinion. It is sent the place name and the --country, nothing "
    "else; one request a second. DATELINE_ONLINE_URL names another server"
)


def _point(text: str) -> tuple[float, float]:
    from geo.geocode.lookup import checked_point

    lat, _, lon = text.partition(",")
    try:
        return checked_point(lat, lon)
    except InputError as exc:
        raise argparse.ArgumentTypeError(f"{text[:40]!r}: write it as 34.45,40.92 ({exc})") from exc


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 1000):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a number from 1 to 1000")
    return int(text)


def _clean(text: str) -> str:
    """For the terminal: what a file says must not steer it."""
    return "".join(char if char.isprintable() else " " for char in text)


def _geocoder(service: str | None) -> Dateline:
    from geo.geocode import Dateline
    from geo.geocode.online import online_from

    geocoder = Dateline(online=online_from(service))
    for problem in geocoder.problems:
        print(f"Warning: {problem}", file=sys.stderr)
    return geocoder


def _one(args: argparse.Namespace) -> int:
    import orjson

    from geo.geocode.batch import described

    geocoder = _geocoder(args.online)
    area = args.admin1.strip() if args.admin1 else None
    code = area.upper() if area and _CODE.fullmatch(area) else None
    found = geocoder.candidates(
        args.name,
        country=args.country,
        admin1=code,
        near=args.near,
        adm1_name=None if code else area,
        limit=args.limit,
    )
    opinion = geocoder.online.ask(args.name, args.country) if geocoder.online else None
    if opinion is not None:
        found = opinion.weigh(found)[: args.limit]
    told = "" if found else str(geocoder.explain(args.name, country=args.country, admin1=code))
    if args.json:
        answer: dict[str, Any] = {
            "query": args.name[:1000],
            "candidates": [described(candidate) for candidate in found],
        }
        if told:
            answer["note"] = told
        if opinion is not None:
            lat, lon = (found[0].place.lat, found[0].place.lon) if found else (0.0, 0.0)
            answer["online"] = opinion.as_dict(lat, lon)
        print(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode())
    else:
        _show(geocoder, found)
        if told:
            print(_clean(told), file=sys.stderr)
        if opinion is not None and opinion.note:
            print(opinion.note, file=sys.stderr)
    return DONE if found else LEFT_OUT


def _show(geocoder: Dateline, found: list[Candidate]) -> None:
    for candidate in found:
        place = candidate.place
        arabic = f" · {place.arabic}" if place.arabic else ""
        print(_clean(f"{geocoder.address(place)}{arabic}"))
        where = f"{place.lat:.5f}, {place.lon:.5f} (within {place.precision_km:g} km)"
        kind = f"  {place.feature_code}" if place.feature_code else ""
        print(f"  {where}{kind}  {_clean(place.id)}")
        print(_clean(f"  {candidate.score:.2f} {candidate.rung}: {'; '.join(candidate.reasons)}"))


def _many(args: argparse.Namespace) -> int:
    import orjson
    from tqdm import tqdm

    from geo.exchange.lines import read_lines
    from geo.exchange.problems import Problem
    from geo.geocode.batch import answer_rows

    if args.output.resolve() == args.batch.resolve():
        raise InputError(f"{args.batch} is the file to read; give -o another name.")
    geocoder = _geocoder(args.online)
    problems: list[Problem] = []
    numbers: list[int] = []

    def rows() -> Iterator[dict[str, Any]]:
        for number, line in read_lines(args.batch):
            if isinstance(line, Problem):
                problems.append(line)
                continue
            if args.country and not line.get("cc"):
                line["cc"] = args.country
            numbers.append(number)
            yield line

    answered = done = 0
    unfinished = args.output.with_name(args.output.name + ".part")
    answers = answer_rows(rows(), geocoder=geocoder, limit=args.limit, jobs=args.jobs)
    try:
        with unfinished.open("wb") as file:
            for answer in tqdm(answers, unit=" places", disable=None, leave=False):
                try:
                    file.write(orjson.dumps(answer.row, option=orjson.OPT_APPEND_NEWLINE))
                except (TypeError, ValueError) as exc:
                    reason = f"cannot be written ({exc})"
                    problems.append(Problem(args.batch.name, numbers[done], "", reason))
                answered += answer.row["lat"] is not None
                if answer.problem:
                    problems.append(Problem(args.batch.name, numbers[done], "", answer.problem))
                done += 1
        os.replace(unfinished, args.output)  # noqa: PTH105 - whole or not at all
    except OSError as exc:
        raise InputError(f"{args.output} cannot be written: {exc.strerror}") from exc
    finally:
        unfinished.unlink(missing_ok=True)
    print(f"{args.output}: {done:,} lines, {answered:,} with a clear answer")
    return tell_problems(sorted(problems, key=lambda problem: problem.row))


def _run(args: argparse.Namespace) -> int:
    if (args.name is None) == (args.batch is None):
        raise InputError("Give one name, or a file of them with --batch IN.jsonl -o OUT.jsonl.")
    if args.batch is None:
        return _one(args)
    if args.output is None:
        raise InputError("Name the file to write: -o OUT.jsonl.")
    if args.near or args.admin1:
        raise InputError("--near and --admin1 go with one name; a batch has them in its lines.")
    return _many(args)


def add(commands: Commands) -> None:
    """Add ``geocode``."""
    geocode = commands.add_parser(
        "geocode",
        help="find a place by its name, or those of a file",
        description=_ABOUT,
        epilog=_EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    geocode.add_argument("name", nargs="?", help="such as 'Al Bu Kamal' or 'Homs, Syria'")
    geocode.add_argument("--country", help="ISO code of the country it lies in, such as SY")
    geocode.add_argument(
        "--admin1", help="province: a GeoNames code (SY.07) limits, a name (Aleppo) only ranks"
    )
    geocode.add_argument(
        "--near", type=_point, metavar="LAT,LON", help="nearer places go first (--near=34.4,40.9)"
    )
    geocode.add_argument("--limit", type=_count, default=8, help="readings shown (8)")
    geocode.add_argument("--json", action="store_true", help="print JSON")
    geocode.add_argument("--batch", type=Path, metavar="IN.jsonl", help="a file of names")
    geocode.add_argument("-o", "--output", type=Path, metavar="OUT.jsonl", help="for --batch")
    geocode.add_argument("--jobs", type=_count, default=1, help="processes for --batch (1)")
    geocode.add_argument("--online", choices=("nominatim", "photon", "geonames"), help=_ONLINE)
    geocode.set_defaults(run=_run)
