"""Old reports inform new ones: who has changed hands near here, among those who were held alike?

When few places are reported anew, what was known of all places long ago is worth more than a light
weight. ``Changed`` keeps two layers. The old one says who held the ground then. The new one
says, at the places reported anew, what became of it; so of every old holder it is known
how often its places near a point went to whom (a local transition, within a kernel whose
reach is chosen by leaving each new report out), falling back on the whole table's transition,
and that on how long holders keep places in general (``geo.zones.age``). Old holder times transition
is one opinion; the method asked for, on the new reports alone, is the other; how much each counts
is fitted to new reports that neither has seen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from geo.errors import InputError
from geo.zones.age import age_weight, persistence
from geo.zones.kriging import Kriging, Pool, log_share
from geo.zones.methods import Method, Towns, checked, on_globe

__all__ = ["OLD_DAYS", "Changed", "two_layers"]

OLD_DAYS = 90.0  # by then 7 % of the places have another holder
LEAST_OLD, LEAST_NEW = 30, 10  # fewer settlements of either kind are no layer
SAME_PLACE_KM = 0.3
SURE = 0.98  # of an old report about the very place
REACHES_KM = (8.0, 20.0, 50.0)
WHOLE_WORTH = 2.0  # new reports that the whole table's transition is worth, and
USUAL_WORTH = 5.0  # that general persistence is worth within that
FOLDS = 4
SHRINK = 10.0
MOST_CELLS = 4_000_000  # points x actors x actors at once; bounds the memory
CHUNK = 2000
PLACE_DECIMALS = 4  # of degrees: nearer than 10 m is the same place reported again
NEAREST = 100  # new reports asked about a point; farther ones hardly count

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


def two_layers(age_days: Floats) -> bool:
    """Whether ages split settlements into enough old and enough new ones."""
    old = age_days > OLD_DAYS
    return int(old.sum()) >= LEAST_OLD and int((~old).sum()) >= LEAST_NEW


class Changed:
    """``make`` gives the method for the new reports; ``age_days`` is the age of each settlement.

    Needs at least one settlement up to OLD_DAYS old and one older; see ``two_layers``.
    """

    actors: tuple[str, ...] = ()

    def __init__(self, make: Callable[[], Method], age_days: Floats) -> None:
        self.make, self.age_days = make, age_days

    def fit(
        self, lat: ArrayLike, lon: ArrayLike, label: ArrayLike, weight: ArrayLike | None = None
    ) -> Self:
        """Learn from known settlements, old and new. Raises InputError for unusable ones."""
        self.actors = Towns(lat, lon, label, weight).actors
        lats, lons = checked(lat, lon)
        heavy = np.ones(len(lats)) if weight is None else np.asarray(weight, dtype=np.float64)
        heavy = heavy.ravel()
        names = np.array([str(name) for name in np.asarray(label, dtype=object).ravel()])
        if len(self.age_days) != len(lats):
            raise InputError("There must be as many ages as settlements.")
        old = self._newest(lats, lons, (self.age_days > OLD_DAYS) & (heavy > 0))
        new = self._newest(lats, lons, (self.age_days <= OLD_DAYS) & (heavy > 0))
        if not (len(old) and len(new)):
            raise InputError("Change is learnt from old and new settlements; one kind is missing.")
        # Within each layer age still counts, in the old one from its own newest report.
        ages = self.age_days[old] - self.age_days[old].min()
        then = heavy[old] * age_weight(ages)
        self.old = Kriging().fit(lats[old], lons[old], names[old], then)
        place, now = (lats[new], lons[new]), heavy[new] * age_weight(self.age_days[new])
        self.new = self.make().fit(*place, names[new], now)
        self.code: Ints = np.searchsorted(self.actors, names[new])
        self.weight = np.minimum(now, 1.0)
        self.xyz = on_globe(*place)
        self.tree = cKDTree(self.xyz)
        kept = float(persistence(np.median(self.age_days[old]) - np.median(self.age_days[new])))
        self.was = self._was(*place)
        self.whole = self._whole(kept)
        self._learn(*place, names[new], now)
        return self

    def _newest(self, lat: Floats, lon: Floats, layer: NDArray[np.bool_]) -> Ints:
        """The settlements of a layer (indices), only the newest report of every place."""
        index = np.flatnonzero(layer)
        index = index[np.argsort(self.age_days[index], kind="stable")]
        places = np.round(np.column_stack([lat[index], lon[index]]), PLACE_DECIMALS)
        _, first = np.unique(places, axis=0, return_index=True)
        return index[np.sort(first)]

    def _was(self, lat: Floats, lon: Floats) -> Floats:
        """Who held these points by the old reports, n x actors."""
        share = self._spread(self.old, self.old.predict_proba(lat, lon))
        away, near = self.old.towns.tree.query(on_globe(lat, lon))
        there = away < SAME_PLACE_KM
        column = np.searchsorted(self.actors, np.array(self.old.actors)[self.old.towns.code[near]])
        share[there] *= 1 - SURE
        share[np.flatnonzero(there), column[there]] += SURE
        return share

    def _spread(self, method: Method, share: Floats) -> Floats:
        """The columns of a method that knows fewer actors among all actors."""
        whole = np.zeros((len(share), len(self.actors)))
        whole[:, np.searchsorted(self.actors, method.actors)] = share
        return whole

    def _whole(self, kept: float) -> Floats:
        """Transition of the whole table, old holder x new holder, rows adding up to 1."""
        count = len(self.actors)
        after = np.bincount(self.code, self.weight, minlength=count) + 0.5
        usual = np.tile(after, (count, 1))
        np.fill_diagonal(usual, 0.0)
        usual *= (1 - kept) / usual.sum(axis=1, keepdims=True) if count > 1 else 0.0
        np.fill_diagonal(usual, kept if count > 1 else 1.0)
        seen = self.was.T @ (np.eye(count)[self.code] * self.weight[:, None])
        whole: Floats = seen + USUAL_WORTH * usual
        whole /= whole.sum(axis=1, keepdims=True)
        return whole

    def _moved(self, xyz: Floats, was: Floats, reach_km: float, own: Ints | None = None) -> Floats:
        """Old holders led through the transition near each point; ``own`` are left out."""
        found = np.empty_like(was)
        count = min(NEAREST + (own is not None), len(self.code))
        chunk = max(1, min(CHUNK, MOST_CELLS // len(self.actors) ** 2))
        for start in range(0, len(xyz), chunk):
            part = slice(start, start + chunk)
            away, index = self.tree.query(xyz[part], k=count)
            away, index = away.reshape(-1, count), index.reshape(-1, count)
            near = np.exp(-away / reach_km) * self.weight[index]
            if own is not None:
                near[index == own[part, None]] = 0.0
            change = np.tile(WHOLE_WORTH * self.whole, (len(near), 1, 1))
            before = self.was[index]
            for actor in range(len(self.actors)):
                gained = near * (self.code[index] == actor)
                change[:, :, actor] += np.einsum("nk,nka->na", gained, before)
            change /= change.sum(axis=2, keepdims=True)
            found[part] = np.einsum("na,nab->nb", was[part], change)
        return found

    def _learn(self, lat: Floats, lon: Floats, label: NDArray[np.str_], weight: Floats) -> None:
        size = len(self.code)
        rows = np.arange(size)
        by_reach = [self._moved(self.xyz, self.was, reach, rows) for reach in REACHES_KM]
        costs = [-(self.weight @ np.log(moved[rows, self.code] + 1e-3)) for moved in by_reach]
        self.reach_km = REACHES_KM[int(np.argmin(costs))]
        moved = by_reach[int(np.argmin(costs))]
        alone = np.full((size, len(self.actors)), 1 / len(self.actors))
        fold = np.random.default_rng(0).permutation(size) % FOLDS
        for number in range(min(FOLDS, size - 1) if size > FOLDS else 0):
            out = fold == number
            method = self.make().fit(lat[~out], lon[~out], label[~out], weight[~out])
            alone[out] = self._spread(method, method.predict_proba(lat[out], lon[out]))
        # A layer of few new reports says little by itself.
        start = np.array([1.0, 0.0]) + np.array([-1.0, 1.0]) * min(0.6, 0.1 * np.log10(size) ** 2)
        count = np.bincount(self.code, minlength=len(self.actors)) + 0.5
        shares: Floats = count / count.sum()
        self.pool = Pool(start, shares, SHRINK)
        self.pool.fit(self._logs(moved, alone), self.code, self.weight)

    @staticmethod
    def _logs(moved: Floats, alone: Floats) -> Floats:
        return log_share(np.stack([moved, alone], axis=2))

    def predict_proba(self, lat: ArrayLike, lon: ArrayLike) -> Floats:
        """Probability of each of ``actors`` at each point, on the day of the new reports."""
        lats, lons = checked(lat, lon)
        moved = self._moved(on_globe(lats, lons), self._was(lats, lons), self.reach_km)
        alone = self._spread(self.new, self.new.predict_proba(lats, lons))
        return self.pool.apply(self._logs(moved, alone))
