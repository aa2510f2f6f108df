"""Tables of settlements with their holders: read, dated, and turned into probabilities and areas.

What ``python -m geo zones`` does, for whoever wants it in Python.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.dates import DateSpan
from geo.errors import DateError, InputError
from geo.exchange.points import PointTable, read_points
from geo.exchange.problems import Problem
from geo.zones.age import age_weight
from geo.zones.blend import Blend
from geo.zones.change import Changed, two_layers
from geo.zones.kriging import Kriging
from geo.zones.methods import Method, Nearest, Voronoi, on_globe

__all__ = [
    "CAP_KM",
    "METHODS",
    "Answer",
    "Settlements",
    "answer",
    "fitted",
    "read_settlements",
]

CAP_KM = 20.0  # see geo.zones
LARGEST_CAP_KM = 200.0
AREA_NEIGHBOURS = 12  # for areas: as accurate as 24 and three times as fast
METHODS: dict[str, Callable[[], Method]] = {
    "blend": Blend,
    "kriging": Kriging,
    "nearest": Nearest,
    "voronoi": Voronoi,
}
LEARNING = ("blend", "kriging")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Settlements:
    """Known settlements. Arrays of one length: degrees, actor names, weights > 0, file lines.

    ``age_days`` counts back from the day asked; 0 where no date is given.
    """

    lat: Floats
    lon: Floats
    actor: NDArray[np.object_]
    weight: Floats
    age_days: Floats
    lines: NDArray[np.intp]
    problems: tuple[Problem, ...] = ()
    later: int = 0  # rows dated after the day asked, which say nothing about it


def read_settlements(path: Path, *, on: date | None = None) -> Settlements:
    """Read a CSV with lat, lon, actor and, if given, weight and date.

    Ages count back from ``on`` or else from the newest date;
    rows after ``on`` are left aside. Rows that cannot be used are listed in ``problems``. Raises
    InputError for a file without usable rows.
    """
    table = read_points(path, needed=("actor",))
    actors = table.column("actor") or []
    problems = list(table.problems)
    weights = _weights(table, problems)
    days = _days(table, problems)
    used = np.isfinite(weights) & (weights > 0) & ~np.isinf(days)
    for row, actor in enumerate(actors):
        if not actor.strip():
            used[row] = False
            problems.append(Problem(table.file, table.lines[row], "actor", "is empty"))
    newest = float(np.nanmax(days[used])) if np.isfinite(days[used]).any() else math.nan
    day = float(on.toordinal()) if on else newest
    with np.errstate(invalid="ignore"):
        later = used & (days > day)
    used &= ~later
    if not used.any():
        raise InputError(_nothing(table, on, int(later.sum())))
    age = np.nan_to_num(day - days, nan=0.0)
    return Settlements(
        table.lat[used],
        table.lon[used],
        np.array([actor.strip() for actor in actors], dtype=object)[used],
        weights[used],
        age[used],
        np.asarray(table.lines, dtype=np.intp)[used],
        tuple(sorted(problems, key=lambda p: p.row)),
        int(later.sum()),
    )


def _nothing(table: PointTable, on: date | None, later: int) -> str:
    if on is not None and later:
        return (
            f"{table.file}: no settlement is dated on or before {on.isoformat()}; "
            f"{later} are dated after it. Give a later --date."
        )
    return f"{table.file}: no row has a point, an actor and a weight above 0."


def _weights(table: PointTable, problems: list[Problem]) -> Floats:
    """The column ``weight``; 1 where it is missing or empty, NaN where it cannot be read."""
    cells = table.column("weight")
    weights = np.ones(len(table.rows))
    for row, cell in enumerate(cells or []):
        if cell.strip():
            try:
                value = float(cell)
            except ValueError:
                value = math.nan
            if not (math.isfinite(value) and value >= 0):
                reason = f"{cell[:40]!r} is not a weight. Write a number of 0 or more"
                problems.append(Problem(table.file, table.lines[row], "weight", reason))
                value = math.nan
            weights[row] = value
    return weights


def _days(table: PointTable, problems: list[Problem]) -> Floats:
    """The column ``date`` as ordinal days; NaN where empty, inf where it cannot be read."""
    cells = table.column("date")
    days = np.full(len(table.rows), math.nan)
    for row, cell in enumerate(cells or []):
        if cell.strip():
            try:
                latest = DateSpan.parse(cell.strip()).latest
                days[row] = latest.toordinal() if latest else math.nan
            except DateError as exc:
                problems.append(Problem(table.file, table.lines[row], "date", str(exc)))
                days[row] = math.inf
    return days


def fitted(method: str, known: Settlements, *, for_areas: bool = False) -> Method:
    """A method by name, fitted. Raises InputError for a name that is none.

    Where old settlements and new ones are enough to tell who changed hands, old ones inform new
    ones (``geo.zones.change``); otherwise they weigh less. ``voronoi`` and ``nearest`` stay plain.
    """
    if method not in METHODS:
        raise InputError(f"{method!r} is not a method; choose one of {', '.join(METHODS)}.")
    make = METHODS[method]
    if for_areas and method == "kriging":
        make = _for_areas
    if method in LEARNING and two_layers(known.age_days):
        changed = Changed(make, known.age_days)
        return changed.fit(known.lat, known.lon, known.actor, known.weight)
    weight = known.weight * age_weight(known.age_days)
    return make().fit(known.lat, known.lon, known.actor, weight)


def _for_areas() -> Method:
    return Kriging(AREA_NEIGHBOURS)


@dataclass(frozen=True, slots=True)
class Answer:
    """For points: probabilities (n x actors), km to the nearest settlement, within the cap or not.

    ``holder`` is the likeliest actor, however unlikely; ``certainty`` its probability.
    """

    actors: tuple[str, ...]
    share: Floats
    holder: tuple[str, ...]
    certainty: Floats
    distance_km: Floats
    informed: NDArray[np.bool_]


def answer(method: Method, known: Settlements, lat: Floats, lon: Floats, cap_km: float) -> Answer:
    """Ask a fitted method about points (degrees)."""
    share = method.predict_proba(lat, lon)
    best = share.argmax(axis=1)
    chord, _ = cKDTree(on_globe(known.lat, known.lon)).query(on_globe(lat, lon))
    away = 2 * 6371.0088 * np.arcsin(np.minimum(chord / (2 * 6371.0088), 1.0))
    return Answer(
        method.actors,
        share,
        tuple(method.actors[i] for i in best),
        share[np.arange(len(best)), best],
        away,
        away <= cap_km,
    )
