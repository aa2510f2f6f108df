"""Lines of JSON: read one after the other, a bad line reported with its number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from geo.errors import InputError
from geo.exchange.problems import Problem

__all__ = ["read_lines"]

MAX_LINE = 32 * 2**20


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | Problem]]:
    """Each line's number (from 1) with its object, or with the Problem it has.

    Empty lines are skipped. Raises InputError if the file cannot be read.
    """
    try:
        file = path.open("rb")
    except OSError as exc:
        raise InputError(f"{path} cannot be read: {exc.strerror}") from exc
    with file:
        number = 0
        while True:
            line = file.readline(MAX_LINE)
            if not line:
                return
            number += 1
            if len(line) == MAX_LINE and not line.endswith(b"\n"):
                while line and not line.endswith(b"\n"):
                    line = file.readline(MAX_LINE)
                yield number, Problem(path.name, number, "", "is longer than 32 MB")
                continue
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if not line.strip():
                continue
            try:
                value = orjson.loads(line)
            except orjson.JSONDecodeError as exc:
                yield number, Problem(path.name, number, "", f"is not JSON ({exc})")
                continue
            if isinstance(value, dict):
                yield number, value
            else:
                yield number, Problem(path.name, number, "", "is not a JSON object { … }")
