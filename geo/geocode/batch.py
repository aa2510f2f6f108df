"""Many names at once: rows of ``place`` and what is known about it, answered in their order."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from geo.errors import InputError
from geo.geocode.geocoder import Dateline
from geo.geocode.lookup import CLEAR
from geo.model import Candidate

__all__ = ["Answer", "answer_row", "answer_rows", "described"]

GIVEN = ("place", "cc", "adm1", "adm2")
CHUNK = 2000
_MEMO = 50_000  # distinct questions kept: the same names come again and again in reports
_EMPTY = ("lat", "lon", "place_id", "name", "feature_code", "precision_km", "rung", "confidence")


class Answer(NamedTuple):
    """A row with the answer's keys added, and what was wrong with its question, if anything."""

    row: dict[str, Any]
    problem: str = ""


def described(candidate: Candidate) -> dict[str, Any]:
    """A candidate as JSON: the keys of an answer with country, score and reasons."""
    place = candidate.place
    return {
        "lat": round(place.lat, 6),
        "lon": round(place.lon, 6),
        "place_id": place.id,
        "name": place.name,
        "feature_code": place.feature_code,
        "country": place.country,
        "admin1": place.admin1,
        "precision_km": place.precision_km,
        "rung": candidate.rung,
        "score": candidate.score,
        "reasons": list(candidate.reasons),
    }


def _absent(value: Any) -> bool:
    return value is None or (
        isinstance(value, str) and value.strip().casefold() in ("", "nan", "null")
    )


class _Memo:
    """One geocoder, remembering its answers to questions that come again."""

    def __init__(self, geocoder: Dateline, limit: int) -> None:
        self._geocoder = geocoder
        self._limit = limit
        self.online = geocoder.online is not None
        self.ask = lru_cache(maxsize=_MEMO)(self._ask)

    def _ask(
        self, place: str, cc: str | None, adm1: str | None, adm2: str | None
    ) -> tuple[dict[str, Any] | None, list[dict[str, Any]], str]:
        """The answer or None, the candidates, and a note."""
        try:
            found = self._geocoder.candidates(
                place, country=cc, adm1_name=adm1, adm2_name=adm2, limit=self._limit
            )
        except InputError as error:
            return None, [], str(error)
        note = ""
        if self._geocoder.online is not None:
            opinion = self._geocoder.online.ask(place, cc)
            found, note = opinion.weigh(found), opinion.note
        listed = [described(candidate) for candidate in found[: self._limit]]
        clear = found and found[0].score > CLEAR
        return (listed[0] if clear else None), listed, note


def answer_row(memo: _Memo, row: Mapping[str, Any]) -> Answer:
    """One row with its answer; where there is none, nulls and why, never a guess."""
    values = {key: None if _absent(row.get(key)) else row[key] for key in GIVEN}
    nothing = dict.fromkeys(_EMPTY)
    if values["place"] is None:
        problem = 'has no "place"'
    elif wrong := next((k for k, v in values.items() if not isinstance(v, str | None)), None):
        problem = f'"{wrong}" must be text'
    else:
        answer, listed, note = memo.ask(*values.values())
        known = nothing if answer is None else {key: answer.get(key) for key in _EMPTY}
        if answer is not None:
            known["confidence"] = answer["score"]
        result = {**row, **known, "candidates": listed}
        if note:
            result["note"] = note
        # Offline a note says that the question could not be asked, online that nobody answered.
        return Answer(result, "" if memo.online else note)
    return Answer({**row, **nothing, "candidates": [], "note": problem}, problem)


_worker: list[_Memo] = []


def _start(limit: int) -> None:
    _worker[:] = [_Memo(Dateline(), limit)]


def _chunk(rows: list[dict[str, Any]]) -> list[Answer]:
    return [answer_row(_worker[0], row) for row in rows]


def answer_rows(
    rows: Iterable[dict[str, Any]], *, geocoder: Dateline, limit: int = 8, jobs: int = 1
) -> Iterator[Answer]:
    """Answers in the order of the rows.

    With ``jobs`` above 1 as many processes work, each on the shipped data and the user's own;
    an online opinion is asked from one process only, which keeps the pace the services ask for.
    """
    if jobs <= 1 or geocoder.online is not None:
        memo = _Memo(geocoder, limit)
        for row in rows:
            yield answer_row(memo, row)
        return
    # Fresh processes: the memory-mapped files are shared by the system, not by forking.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=_start, initargs=(limit,)) as pool:
        waiting = iter(rows)
        pending = [pool.submit(_chunk, part) for part in _parts(waiting, 2 * jobs)]
        while pending:
            yield from pending.pop(0).result()
            pending += [pool.submit(_chunk, part) for part in _parts(waiting, 1)]


def _parts(rows: Iterator[dict[str, Any]], count: int) -> Iterator[list[dict[str, Any]]]:
    for _ in range(count):
        part = list(islice(rows, CHUNK))
        if not part:
            return
        yield part
