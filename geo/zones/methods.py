"""Methods that tell from known settlements how likely each side holds any point.

Every method has ``fit(lat, lon, label, weight)`` and ``predict_proba(lat, lon)``; degrees WGS84.
``label`` are the names of the holders, ``actors`` afterwards the sorted names and with it the
columns of the answer. They tune themselves on what they are given and on nothing else.

``voronoi`` (the nearest settlement, wholly trusted) is the reference; ``nearest`` weighs the
eight nearest by 1/distance²; ``kriging`` and ``blend`` live in modules of their own. Which is the
best is measured by ``benchmarks/zones.py``.
"""

from __future__ import annotations

from typing import Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from geo.errors import InputError

__all__ = [
    "EARTH_KM",
    "Method",
    "Nearest",
    "Towns",
    "Voronoi",
    "checked",
    "on_globe",
    "with_neighbours",
]

EARTH_KM = 6371.0088
LEAST_KM = 0.05  # nearer than this is the same place

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


class Method(Protocol):
    """From settlements whose holder is known to probabilities anywhere."""

    actors: tuple[str, ...]

    def fit(
        self, lat: ArrayLike, lon: ArrayLike, label: ArrayLike, weight: ArrayLike | None = None
    ) -> Self:
        """Learn from known settlements. Raises InputError for what cannot be used."""
        ...

    def predict_proba(self, lat: ArrayLike, lon: ArrayLike) -> Floats:
        """Probability of each of ``actors`` (columns) at each point (rows, adding up to 1)."""
        ...


class Towns:
    """Checked settlements: points on the globe, codes of holders, weights.

    ``lat``, ``lon`` in degrees; ``xyz`` n x 3 in km from the Earth's centre; ``code`` indexes
    ``actors``; ``weight`` > 0, 1 for an ordinary report. Sorted by place, not as they were given.
    """

    def __init__(
        self, lat: ArrayLike, lon: ArrayLike, label: ArrayLike, weight: ArrayLike | None
    ) -> None:
        self.lat, self.lon = checked(lat, lon)
        names = np.asarray(label, dtype=object).ravel()
        size = len(self.lat)
        weights = np.ones(size) if weight is None else np.asarray(weight, dtype=np.float64).ravel()
        if len(names) != size or len(weights) != size:
            raise InputError("Positions, holders and weights must be equally many.")
        if not (np.isfinite(weights).all() and (weights >= 0).all()):
            raise InputError("A weight is a number of 0 or more; 1 is an ordinary report.")
        used = weights > 0
        if not used.any():
            raise InputError("Zones need at least one settlement whose holder is known.")
        texts = np.array([str(name) for name in names[used]])
        # One order whatever the order of the rows, so that lots drawn later fall alike.
        order = np.lexsort([weights[used], texts, self.lon[used], self.lat[used]])
        self.lat, self.lon = self.lat[used][order], self.lon[used][order]
        self.weight = weights[used][order]
        actors, code = np.unique(texts[order], return_inverse=True)
        self.actors = tuple(actors.tolist())
        self.code: Ints = code.ravel().astype(np.intp)
        self.xyz = on_globe(self.lat, self.lon)
        self.tree = cKDTree(self.xyz)

    def __len__(self) -> int:
        return len(self.code)

    @property
    def onehot(self) -> Floats:
        """Settlements x actors, 1 where the settlement is held by the actor."""
        return np.eye(len(self.actors))[self.code]

    @property
    def shares(self) -> Floats:
        """The share of each actor among the settlements, none of them nought."""
        count = np.bincount(self.code, self.weight, minlength=len(self.actors))
        shares: Floats = (count + 0.5) / (count.sum() + 0.5 * len(self.actors))
        return shares


def checked(lat: ArrayLike, lon: ArrayLike) -> tuple[Floats, Floats]:
    """Both as float arrays. Raises InputError where a point is not on Earth."""
    lats = np.asarray(lat, dtype=np.float64).ravel()
    lons = np.asarray(lon, dtype=np.float64).ravel()
    if len(lats) != len(lons):
        raise InputError("There must be as many latitudes as longitudes.")
    bad = ~((np.abs(lats) <= 90) & (np.abs(lons) <= 180))
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        raise InputError(f"Point {at + 1} (latitude {lats[at]}, {lons[at]}) is not on Earth.")
    return lats, lons


def on_globe(lat: Floats, lon: Floats) -> Floats:
    """Points as n x 3 km from the Earth's centre (a sphere: 0.3 % off at most)."""
    phi, lam = np.radians(lat), np.radians(lon)
    return EARTH_KM * np.column_stack(
        [np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)]
    )


def with_neighbours(towns: Towns, asked: Floats | Ints, count: int) -> tuple[Floats, Ints]:
    """The nearest settlements of points (n x 3 km), or of settlements (indices) without themselves.

    Distances in km (chords) and indices, n x at most ``count``, nearest first.
    """
    if asked.ndim == 1:
        own_index = asked.astype(np.intp)
        count = min(count, len(towns) - 1)
        away, index = towns.tree.query(towns.xyz[own_index], k=count + 1)
        own = index == own_index[:, None]
        lost = ~own.any(axis=1)  # many settlements on one point
        own[lost, -1] = True
        return away[~own].reshape(len(asked), count), index[~own].reshape(len(asked), count)
    count = min(count, len(towns))
    away, index = towns.tree.query(asked, k=count)
    return away.reshape(len(asked), count), index.reshape(len(asked), count)


class Voronoi:
    """The nearest settlement speaks for the point, with all certainty."""

    actors: tuple[str, ...] = ()

    def fit(
        self, lat: ArrayLike, lon: ArrayLike, label: ArrayLike, weight: ArrayLike | None = None
    ) -> Self:
        """Learn from known settlements. Raises InputError for what cannot be used."""
        self.towns = Towns(lat, lon, label, weight)
        self.actors = self.towns.actors
        return self

    def predict_proba(self, lat: ArrayLike, lon: ArrayLike) -> Floats:
        """1 for the holder of the nearest settlement, 0 for all others."""
        _, index = with_neighbours(self.towns, on_globe(*checked(lat, lon)), 1)
        return self.towns.onehot[index[:, 0]]


class Nearest:
    """The ``count`` nearest settlements, weighed by 1/distance²."""

    actors: tuple[str, ...] = ()

    def __init__(self, count: int = 8) -> None:
        self.count = count

    def fit(
        self, lat: ArrayLike, lon: ArrayLike, label: ArrayLike, weight: ArrayLike | None = None
    ) -> Self:
        """Learn from known settlements. Raises InputError for what cannot be used."""
        self.towns = Towns(lat, lon, label, weight)
        self.actors = self.towns.actors
        return self

    def predict_proba(self, lat: ArrayLike, lon: ArrayLike) -> Floats:
        """Share of each actor among the nearest settlements, so weighed."""
        away, index = with_neighbours(self.towns, on_globe(*checked(lat, lon)), self.count)
        say = self.towns.weight[index] / np.maximum(away, LEAST_KM) ** 2
        shares: Floats = np.einsum("nk,nka->na", say, self.towns.onehot[index])
        shares /= shares.sum(axis=1, keepdims=True)
        return shares
