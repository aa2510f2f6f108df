"""Named border crossings: which one is nearest, and what is known of it.

``data/borders/crossings.toml`` holds a row per crossing with the pages its position and status were
read from. A status is what a source said on a day, never "now".
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.borders.many import GEOD
from geo.borders.mesh import ecef
from geo.errors import DataError

__all__ = ["Crossing", "NearestCrossing", "crossings", "nearest_crossing", "nearest_crossings"]

PATH = Path(__file__).resolve().parents[2] / "data" / "borders" / "crossings.toml"
STATUSES = ("open", "limited", "closed")
UNEVEN = 1.02  # straight distances this close may be the other way round on the ellipsoid


@dataclass(frozen=True, slots=True)
class Crossing:
    """A crossing: WGS84 degrees good to ``precision_km``, pair as ``IQ|SY``.

    ``status`` is open, limited or closed as ``status_source`` had it on ``status_on`` (ISO day,
    month or year), or empty where no source was read.
    """

    id: str
    name: str
    pair: str
    lat: float
    lon: float
    precision_km: float
    source: str
    other_names: tuple[str, ...] = ()
    status: str = ""
    status_on: str = ""
    status_source: str = ""
    note: str = ""

    def status_words(self) -> str:
        """Status and its date, such as ``closed, as of 2014-10``; or empty."""
        return f"{self.status}, as of {self.status_on}" if self.status else ""


@dataclass(frozen=True, slots=True)
class NearestCrossing:
    """A crossing and how far it is."""

    crossing: Crossing
    distance_km: float


def _read(row: Mapping[str, object], number: int) -> Crossing:
    def text(key: str, *, needed: bool = False) -> str:
        value = row.get(key, "")
        if not isinstance(value, str) or (needed and not value):
            raise DataError(f"{PATH.name}, record {number}: {key} is missing or no text")
        return value

    def number_of(key: str, limit: float) -> float:
        value = row.get(key)
        if not isinstance(value, int | float) or not abs(value) <= limit:
            raise DataError(f"{PATH.name}, record {number}: {key} is missing or out of range")
        return float(value)

    names = row.get("other_names", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise DataError(f"{PATH.name}, record {number}: other_names is no list of texts")
    status = text("status")
    if status and (status not in STATUSES or not text("status_on") or not text("status_source")):
        raise DataError(
            f"{PATH.name}, record {number}: a status is one of {', '.join(STATUSES)} "
            "and needs status_on and status_source"
        )
    return Crossing(
        text("id", needed=True),
        text("name", needed=True),
        "|".join(sorted(text("pair", needed=True).split("-"))),
        number_of("lat", 90),
        number_of("lon", 180),
        number_of("precision_km", 50),
        text("source", needed=True),
        tuple(names),
        status,
        text("status_on"),
        text("status_source"),
        text("note"),
    )


@cache
def crossings() -> tuple[Crossing, ...]:
    """All crossings. Raises DataError naming the record that cannot be used."""
    try:
        with PATH.open("rb") as file:
            rows = tomllib.load(file).get("crossing", [])
    except (OSError, tomllib.TOMLDecodeError) as exc:
        raise DataError(f"data/borders/{PATH.name} cannot be read: {exc}") from exc
    found = tuple(_read(row, number) for number, row in enumerate(rows, 1))
    ids = [one.id for one in found]
    twice = {name for name in ids if ids.count(name) > 1}
    if twice:
        raise DataError(f"{PATH.name}: {', '.join(sorted(twice))} stands there twice")
    return found


def nearest_crossing(lat: float, lon: float, pair: Sequence[str]) -> NearestCrossing | None:
    """The nearest crossing on a pair's border to a point (degrees); None if we know none."""
    index, far = nearest_crossings([lat], [lon], ["|".join(pair)])
    return NearestCrossing(crossings()[index[0]], float(far[0])) if index[0] >= 0 else None


def nearest_crossings(
    lats: ArrayLike, lons: ArrayLike, pairs: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For many points (degrees): the number of the nearest crossing of its pair, and geodesic km.

    The number is -1 and the distance NaN where no crossing of the pair (``IQ|SY``) is known.
    """
    lat, lon = np.asarray(lats, np.float64), np.asarray(lons, np.float64)
    pair = np.asarray(pairs, np.str_)
    index, far = np.full(len(lat), -1, np.int64), np.full(len(lat), np.nan)
    every = crossings()
    owner = np.array([one.pair for one in every], np.str_)
    for name in np.unique(pair):
        own = np.flatnonzero(owner == name)
        if not len(own):
            continue
        here = np.flatnonzero(pair == name)
        spot = np.array([(every[i].lon, every[i].lat) for i in own.tolist()])
        away = np.linalg.norm(
            ecef(lon[here], lat[here])[:, None] - ecef(spot[:, 0], spot[:, 1])[None], axis=2
        )
        row, column = np.nonzero(away <= away.min(axis=1, keepdims=True) * UNEVEN)
        at = here[row]
        km = GEOD.inv(lon[at], lat[at], spot[column, 0], spot[column, 1])[2] / 1000
        order = np.lexsort((km, at))
        first = order[np.concatenate([[True], np.diff(at[order]) > 0])]
        index[at[first]], far[at[first]] = own[column[first]], km[first]
    return index, far
