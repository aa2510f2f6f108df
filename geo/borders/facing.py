"""Places that face each other across a border: Al Bu Kamal and Al-Qaim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.borders.engine import Borders
from geo.borders.many import GEOD
from geo.borders.mesh import ecef
from geo.errors import InputError

__all__ = ["Facing", "Place", "facing"]

MOST = 2_000  # pairs listed


@dataclass(frozen=True, slots=True)
class Place:
    """A place to compare: WGS84 degrees, good to ``precision_km``."""

    id: str
    name: str
    lat: float
    lon: float
    precision_km: float = 0.0


@dataclass(frozen=True, slots=True)
class Facing:
    """Two places on different sides of one border, ``distance_km`` apart.

    ``one`` lies in the first country of ``pair``. ``sure`` is false where a place's own precision
    reaches across the border.
    """

    one: Place
    two: Place
    pair: tuple[str, str]
    distance_km: float
    one_border_km: float
    two_border_km: float
    sure: bool


def facing(
    places: Sequence[Place], borders: Borders, within_km: float = 25.0
) -> tuple[Facing, ...]:
    """Pairs of places at most ``within_km`` apart whose nearest border is the same and runs between
    them, nearest first (the first 2,000).

    Sides are told by the places' points. Raises InputError if the distance is not above 0.
    """
    from scipy.spatial import cKDTree

    if not 0 < within_km <= 1000:
        raise InputError(f"{within_km} km: give a distance above 0 and up to 1000 km")
    if len(places) < 2:
        return ()
    lat = np.array([place.lat for place in places])
    lon = np.array([place.lon for place in places])
    near = borders.nearest_many(lat, lon)
    # Only places this near a border can face one across it within the distance.
    some = np.flatnonzero(near.distance_km <= within_km)
    if len(some) < 2:
        return ()
    tree = cKDTree(ecef(lon[some], lat[some]))
    both = some[tree.query_pairs(within_km * 1000, output_type="ndarray")]
    same = near.pair[both[:, 0]] == near.pair[both[:, 1]]
    side = near.side[both]
    both = both[same & (side[:, 0] != side[:, 1]) & (side != "").all(axis=1)]
    if not len(both):
        return ()
    one, two = both.T
    far = GEOD.inv(lon[one], lat[one], lon[two], lat[two])[2] / 1000
    found: list[Facing] = []
    for index in np.argsort(far, kind="stable").tolist():
        if far[index] > within_km or len(found) == MOST:
            break
        a, b = int(one[index]), int(two[index])
        first, second = str(near.pair[a]).split("|")
        if {near.side[a], near.side[b]} != {first, second}:
            continue
        if near.side[a] != first:
            a, b = b, a
        sure = all(places[i].precision_km < near.distance_km[i] for i in (a, b))
        found.append(
            Facing(
                places[a],
                places[b],
                (first, second),
                float(far[index]),
                float(near.distance_km[a]),
                float(near.distance_km[b]),
                sure,
            )
        )
    return tuple(found)
