"""``python -m geo read``: what reports say, for people, as JSON, or many at once."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from geo.commands.common import DONE, LEFT_OUT, Commands, tell_problems
from geo.dates import DateSpan
from geo.errors import DatelineError, InputError

if TYPE_CHECKING:
    from geo.documents import Source
    from geo.exchange.problems import Problem

__all__ = ["add"]

FLUSH_EVERY = 64


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes (1 to 256)")
    return int(text)


def _batch(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from geo.documents.batch import cores, open_output, read_batch

    if args.output is None:
        raise InputError("--batch needs -o, the file to write.")
    if not args.batch.is_file():
        raise InputError(f"{args.batch} is not a file that can be read.")
    if args.output.exists() and args.output.samefile(args.batch):
        raise InputError("-o names the input itself; choose another file.")
    file, done = open_output(args.output, resume=args.resume)
    kept = done.total()
    problems: list[Problem] = []
    written = 0
    tqdm.monitor_interval = 0  # no thread beside the processes
    answers = read_batch(args.batch, jobs=args.jobs or cores(), done=done)
    try:
        with file, closing(answers), tqdm(unit=" documents", disable=None) as bar:
            for answer in answers:
                bar.update()
                if isinstance(answer, bytes):
                    file.write(answer)
                    written += 1
                    if written % FLUSH_EVERY == 0:
                        file.flush()
                elif answer is not None:
                    problems.append(answer)
    except OSError as exc:
        raise InputError(f"{args.output} cannot be written: {exc.strerror}") from exc
    except KeyboardInterrupt as exc:
        raise InputError("Stopped. Run the same again with --resume to go on.") from exc
    before = f", {kept} were there before" if kept else ""
    print(f"{args.output}: {written} documents read{before}, {len(problems)} lines left out")
    return tell_problems(problems, every=True)


def _given(args: argparse.Namespace, source: Source) -> Source:
    """The source with what the user says of it where it does not say so itself."""
    published = source.published
    if args.published and published is None:
        published = DateSpan.parse(args.published)
    return replace(
        source,
        published=published,
        publisher=args.publisher or source.publisher,
        title=args.title or source.title,
    )


def _sources(args: argparse.Namespace, failed: list[str]) -> Iterator[tuple[str, Source]]:
    from geo.documents import read_address, read_bytes, read_file
    from geo.documents.fetch import is_address
    from geo.documents.source import MAX_BYTES

    for name in args.file:
        try:
            if name == "-":
                data = sys.stdin.buffer.read(MAX_BYTES + 1)
                found = read_bytes(data, name="the standard input")
            elif is_address(name):
                found = read_address(name)
            else:
                found = read_file(Path(name))
        except DatelineError as exc:
            failed.append(str(exc))
            print(f"Not read: {exc}", file=sys.stderr)
            continue
        for source in found:
            yield name, _given(args, source)


def _run(args: argparse.Namespace) -> int:
    if args.published:
        DateSpan.parse(args.published)  # a slip is told before anything is read
    if args.batch:
        if args.file:
            raise InputError("--batch reads one file of JSON lines; name no other files with it.")
        return _batch(args)
    if not args.file:
        raise InputError("Name a file to read, an address, or - for the standard input.")
    from geo.documents.told import as_json, told
    from geo.reading.reader import read

    failed: list[str] = []
    count = 0
    for name, source in _sources(args, failed):
        reading = read(source.document(source.report_id()))
        if args.json:
            sys.stdout.buffer.write(as_json(source, reading))
            sys.stdout.buffer.flush()
        else:
            if count or len(args.file) > 1:
                print(f"{'' if not count else chr(10)}── {name}")
            print(told(source, reading))
        count += 1
    if failed and not count:
        raise InputError("Nothing was read.")
    return LEFT_OUT if failed else DONE


def add(commands: Commands) -> None:
    """Add ``read``."""
    read = commands.add_parser("read", help="find places, actors and events in reports")
    read.add_argument(
        "file", nargs="*", metavar="FILE", help=".txt, .html, .pdf, .docx, feed, https://…, or -"
    )
    read.add_argument("--json", action="store_true", help="one line of JSON for each report")
    read.add_argument("--published", help="the day, where a report does not say (2017-11-10)")
    read.add_argument("--publisher", default="", help="who published it")
    read.add_argument("--title", default="", help="its title")
    read.add_argument("--batch", type=Path, metavar="IN.jsonl", help="read one document per line")
    read.add_argument("-o", "--output", type=Path, metavar="OUT.jsonl", help="for --batch")
    read.add_argument("--jobs", type=_jobs, help="processes for --batch (all cores)")
    read.add_argument("--resume", action="store_true", help="go on with an OUT.jsonl cut short")
    read.set_defaults(run=_run)
