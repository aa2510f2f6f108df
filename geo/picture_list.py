"""Many pictures from a list of views: the list's file, and the making in several processes."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from geo.discretion import Discretion
from geo.errors import DatelineError, InputError, ViewError
from geo.exchange.problems import Problem
from geo.options import FORMATS, Options
from geo.workspace import Workspace, open_workspace

__all__ = ["Job", "make_all", "read_list"]

MOST_BYTES = 2_000_000
MOST_PICTURES = 5000
_NAME = re.compile(r"[\w][\w .,()+-]{0,119}")
# Names that some systems keep for devices.
_KEPT = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_FLAGS = frozenset({"numbered"})


@dataclass(frozen=True, slots=True)
class Job:
    """One picture to make: the list's file and row (from 1), its view, options and file name."""

    file: str
    row: int
    view: str
    name: str
    options: Options


def read_list(path: Path, base: Options) -> tuple[list[Job], list[Problem]]:
    """The pictures a list asks for, and the rows that cannot be used.

    A line is a view's text, then options as on the command line (``--size a4 --name b.pdf``);
    empty lines and those that start with # are passed over. A ``.toml`` file has ``[[picture]]``
    tables with ``view``, ``name`` and options. What a row does not say is as in ``base``. Names
    are plain file names. Raises InputError where the file itself cannot be read.
    """
    try:
        size = path.stat().st_size
        text = path.read_text(encoding="utf-8-sig") if size <= MOST_BYTES else ""
    except OSError as exc:
        msg = f"{path} cannot be read: {exc.strerror}"
        raise InputError(msg) from exc
    except UnicodeDecodeError as exc:
        msg = f"{path} is not a text in UTF-8; save it as such"
        raise InputError(msg) from exc
    if size > MOST_BYTES:
        msg = f"{path} is larger than {MOST_BYTES // 1_000_000} MB; split the list"
        raise InputError(msg)
    rows = _tables(path, text) if path.suffix.lower() == ".toml" else _lines(text)
    jobs: list[Job] = []
    problems: list[Problem] = []
    names: dict[str, int] = {}
    for row, wanted in rows:
        try:
            job = _job(path, row, wanted, base) if not isinstance(wanted, str) else None
            wrong = str(wanted)
        except InputError as exc:
            job, wrong = None, str(exc)
        if job is not None and job.name.casefold() in names:
            wrong = f"{job.name} is already the name of row {names[job.name.casefold()]}"
            job = None
        if job is None:
            problems.append(Problem(path.name, row, "", wrong))
            continue
        names[job.name.casefold()] = row
        jobs.append(job)
    if not jobs and not problems:
        msg = f"{path} holds no view; write one a line"
        raise InputError(msg)
    if len(jobs) > MOST_PICTURES:
        msg = f"{path} asks for {len(jobs)} pictures; the most at once is {MOST_PICTURES}"
        raise InputError(msg)
    return jobs, problems


def _lines(text: str) -> Iterator[tuple[int, dict[str, object] | str]]:
    for row, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            words = shlex.split(line)
        except ValueError:
            yield row, "a quotation mark is not closed"
            continue
        yield row, _parsed(words)


def _parsed(words: Sequence[str]) -> dict[str, object] | str:
    """Words of a line as keys and values, or what is wrong with them."""
    found: dict[str, object] = {}
    rest = list(words)
    if rest and not rest[0].startswith("-"):
        found["view"] = rest.pop(0)
    while rest:
        flag = rest.pop(0)
        key = {"-o": "name", "--output": "name", "--format": "fmt"}.get(flag)
        if key is None and not flag.startswith("--"):
            return f"{flag[:40]!r} is neither the view nor an option; put a view in quotes"
        key = key or flag[2:].replace("-", "_")
        if key in found:
            return f"{flag[:40]} stands twice"
        if key in _FLAGS:
            found[key] = True
        elif not rest:
            return f"{flag[:40]} has no value"
        else:
            value = rest.pop(0)
            found[key] = _number(value) if key == "scale" else value
    return found


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text  # the options say what is wrong with it


def _tables(path: Path, text: str) -> Iterator[tuple[int, dict[str, object] | str]]:
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        msg = f"{path} is not TOML: {exc}"
        raise InputError(msg) from exc
    listed = whole.get("picture")
    if set(whole) - {"picture"} or not isinstance(listed, list):
        msg = f"{path} has no [[picture]] tables, or something beside them"
        raise InputError(msg)
    for row, table in enumerate(listed, start=1):
        if not isinstance(table, dict):
            yield row, "this is not a table; write [[picture]] above it"
            continue
        other = {"format": "fmt", "as-of": "as_of"}
        keys: dict[str, object] = {other.get(str(key), str(key)): v for key, v in table.items()}
        yield row, keys


def _job(path: Path, row: int, wanted: Mapping[str, object], base: Options) -> Job:
    rest = dict(wanted)
    view, name = rest.pop("view", ""), rest.pop("name", "")
    if not isinstance(view, str) or not isinstance(name, str):
        msg = "view and name must be texts"
        raise InputError(msg)
    ending = Path(name).suffix.lower().removeprefix(".")
    if ending in FORMATS and "fmt" not in rest:
        rest["fmt"] = ending
    options = Options.from_dict(rest, base=base)
    if not name:
        name = f"{path.stem}-{row:03d}.{options.fmt}"
    if not _NAME.fullmatch(name) or _KEPT.match(name) or name.endswith((".", " ")):
        msg = f"{name[:60]!r} is not a plain file name; leave folders out of it"
        raise InputError(msg)
    if Path(name).suffix.lower().removeprefix(".") != options.fmt:
        name = f"{name}.{options.fmt}"
    return Job(path.name, row, view.removeprefix("?"), name, options)


_open: dict[str, Workspace] = {}  # in a working process, the workspace it opened


def _started() -> None:
    """Open the workspace once in each process."""
    _open["it"] = open_workspace()


def _made(job: Job, how: Discretion) -> tuple[bytes | Problem, str]:
    """A picture and a line about it, or why there is none."""
    from geo.figure import compose
    from geo.picture import scene_of
    from geo.sharing import for_sharing

    try:
        workspace = _open["it"]
        view, problems = workspace.parse(job.view)
        if problems:
            raise ViewError(" ".join(problems))
        options = job.options
        shared = for_sharing(workspace, view, how, derived=not options.numbered)
        scene = scene_of(shared.workspace, shared.view, options=options)
        data = compose(
            scene, size=options.sheet, scale=options.scale, style=options.style, fmt=options.fmt
        )
    except DatelineError as exc:
        return Problem(job.file, job.row, "", str(exc)), ""
    return data, f"{len(scene.events)} events shown, {scene.hidden} hidden, as of {scene.as_of}"


def make_all(
    jobs: Sequence[Job], how: Discretion, *, workers: int = 1
) -> Iterator[tuple[Job, bytes | Problem, str]]:
    """Make all pictures, in ``workers`` processes; each job with its bytes, or its problem.

    The order is that of ``jobs`` and the bytes are the same whatever the number of processes.
    """
    if workers <= 1 or len(jobs) <= 1:
        _started()
        for job in jobs:
            data, note = _made(job, how)
            yield job, data, note
        return
    with ProcessPoolExecutor(workers, initializer=_started) as pool:
        waiting = [(job, pool.submit(_made, job, how)) for job in jobs]
        for job, future in waiting:
            try:
                data, note = future.result()
            except BrokenProcessPool:
                why = "its process stopped, perhaps for want of memory; try --jobs 1"
                data, note = Problem(job.file, job.row, "", why), ""
            yield job, data, note
