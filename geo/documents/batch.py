"""Many documents: JSON lines in, JSON lines out, in the same order, on all cores.

A line that cannot be used is reported with its number and left out. The output is written as the
work goes on, so that a run that was stopped can be taken up where it ended.
"""

from __future__ import annotations

import os
import signal
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from geo.documents.lines import read_line
from geo.errors import InputError
from geo.exchange.lines import read_lines
from geo.exchange.problems import Problem

__all__ = ["cores", "open_output", "read_batch"]

CHUNK = 8  # documents sent to a process at once
AHEAD = 4  # chunks waiting per process

Numbered = tuple[int, dict[str, Any]]


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _read_one(file: str, number: int, line: dict[str, Any]) -> bytes | Problem:
    try:
        return orjson.dumps(read_line(line)) + b"\n"
    except InputError as exc:
        return Problem(file, number, "", str(exc))
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as e:
        # A slip of ours on one text must not cost a night's run; it is told, not hidden.
        return Problem(file, number, "", f"could not be read ({type(e).__name__}: {e})")


def _worker() -> None:
    """Leave Ctrl-C to the parent, which then ends its processes in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _read_chunk(file: str, chunk: list[Numbered]) -> list[bytes | Problem]:
    return [_read_one(file, number, line) for number, line in chunk]


def _chunks(lines: Iterable[Numbered]) -> Iterator[list[Numbered]]:
    stream = iter(lines)
    while chunk := list(islice(stream, CHUNK)):
        yield chunk


def read_batch(
    path: Path, *, jobs: int, done: Counter[str]
) -> Generator[bytes | Problem | None, None, None]:
    """For each line in order: its answer as a line of JSON, its Problem, or None if it is done.

    ``done`` counts the ids that an earlier run has answered; it is used up. Raises InputError if
    the file cannot be read, or if a process is killed.
    """
    waiting: deque[Problem | Future[list[bytes | Problem]] | None] = deque()
    file = path.name

    def wanted() -> Iterator[Numbered | Problem | None]:
        for number, line in read_lines(path):
            key = str(line.get("doc_id")) if isinstance(line, dict) else ""
            if done[key] > 0:
                done[key] -= 1
                yield None
            elif isinstance(line, Problem):
                yield line
            else:
                yield number, line

    if jobs == 1:
        for item in wanted():
            yield _read_one(file, *item) if isinstance(item, tuple) else item
        return

    with ProcessPoolExecutor(max_workers=jobs, initializer=_worker) as pool:
        chunk: list[Numbered] = []
        try:
            for item in wanted():
                if isinstance(item, tuple):
                    chunk.append(item)
                if chunk and (len(chunk) == CHUNK or not isinstance(item, tuple)):
                    waiting.append(pool.submit(_read_chunk, file, chunk))
                    chunk = []
                if not isinstance(item, tuple):
                    waiting.append(item)
                while len(waiting) > jobs * AHEAD:
                    yield from _answers(waiting.popleft())
            if chunk:
                waiting.append(pool.submit(_read_chunk, file, chunk))
            while waiting:
                yield from _answers(waiting.popleft())
        except BrokenProcessPool as exc:
            raise InputError(
                "A process was stopped from outside (too little memory?). "
                "Run again with --resume and fewer --jobs."
            ) from exc
        finally:
            for left in waiting:
                if isinstance(left, Future):
                    left.cancel()


def _answers(
    item: Problem | Future[list[bytes | Problem]] | None,
) -> Iterable[bytes | Problem | None]:
    return item.result() if isinstance(item, Future) else (item,)


def _answered(path: Path) -> tuple[Counter[str], int]:
    """The ids of whole lines of an output file, and where the last of them ends, in bytes."""
    done: Counter[str] = Counter()
    end = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    value = orjson.loads(line) if line.endswith(b"\n") else None
                except orjson.JSONDecodeError:
                    value = None
                if not isinstance(value, dict) or "doc_id" not in value:
                    if file.read(1):
                        raise InputError(
                            f"{path.name}, line {number}: is not a line that --batch has written. "
                            "Choose another -o, or run without --resume."
                        )
                    break
                done[str(value["doc_id"])] += 1
                end += len(line)
    except FileNotFoundError:
        return done, 0
    except OSError as exc:
        raise InputError(f"{path} cannot be read: {exc.strerror}") from exc
    return done, end


def open_output(path: Path, *, resume: bool) -> tuple[BinaryIO, Counter[str]]:
    """The output opened for writing, and the ids it already answers.

    To resume, a last line that was cut off is dropped. Raises InputError.
    """
    done, end = _answered(path) if resume else (Counter[str](), 0)
    try:
        file = path.open("r+b" if resume and path.exists() else "wb")
        file.truncate(end)
        file.seek(end)
    except OSError as exc:
        raise InputError(f"{path} cannot be written: {exc.strerror}") from exc
    return file, done
