"""The best method measured: several krigings and a forest, their logarithms weighed and added up.

How much each opinion counts depends on how many settlements are known and on whether their
reports bear one another out; it is a table, not fitted. How sharp and how doubtful they are
together is fitted to their answers about known settlements they had not seen (kriging leaves it
out, the forest asks the trees grown without it). See ``geo.zones.kriging.Pool``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.zones.forest import Forest
from geo.zones.kriging import (
    CALIBRATED_ON,
    SEEN,
    SHRINK,
    SPECS,
    Kriging,
    Pool,
    krige,
    log_share,
    some,
)
from geo.zones.methods import checked, on_globe

__all__ = ["Blend"]

MOST_TOWNS = 12_000  # above it the forest would take longer than it is worth
POINTS = 20_000
# By number of settlements: how much each opinion counts (the krigings of SPECS in turn, the
# forest, its coarser answer), and how much sharper they are together than each alone. With few
# settlements only the far reach carries; with many the forest leads.
SIZES = (56, 300, 1000)
USUAL = (
    (0.10, 0.12, 0.38, 0.0, 0.0, 0.40, 0.0),
    (0.02, 0.18, 0.30, 0.0, 0.0, 0.50, 0.0),
    (0.15, 0.12, 0.13, 0.0, 0.0, 0.60, 0.0),
)
SHARPER = (1.0, 1.4, 1.5)
# Where reports are often wrong, opinions that lean on single ones do not count.
WHEN_WRONG = np.array([0.0, 0.0, 0.30, 0.15, 0.08, 0.17, 0.30])
SHARP = 1  # of SPECS: its doubt tells whether reports are often wrong:
TRUSTED, MISTRUSTED = 0.03, 0.08  # seldom below the first, often above the second
HELD = 200.0  # hold on how sharp they are, added to the number of settlements

Floats = NDArray[np.float64]


class Blend(Kriging):
    """All krigings of SPECS and a forest, pooled."""

    def _learn(self) -> None:
        super()._learn()
        towns = self.towns
        asked, code = self.asked, towns.code
        self.forest: Forest | None = None
        every = some(np.arange(len(asked)), 3 * CALIBRATED_ON)
        opinions = krige(towns, self.own, self.known.only(every), SPECS, self.divides)
        every = asked[every]
        if 20 <= len(towns) <= MOST_TOWNS:
            self.centre = float(np.degrees(np.angle(np.exp(1j * np.radians(towns.lon)).sum())))
            self.narrow = float(np.cos(np.radians(towns.lat.mean())))
            plane = self._plane(towns.lat, towns.lon)
            self.forest = Forest().fit(plane, self.own, code, towns.weight, len(self.actors))
            judged = self.forest.outside(plane, self.own)[every]
            opinions = np.concatenate([opinions, judged], axis=2)
        logs, weight = log_share(opinions), np.minimum(towns.weight[every], 1.0)
        self._pool_all(logs, code[every], weight)

    def _pool_all(self, logs: Floats, code: NDArray[np.intp], weight: Floats) -> None:
        """Weigh the opinions by the tables above, then fit how sharp and how doubtful all are.

        Weights measured before beat weights fitted to the known settlements (by 0.1 to 0.2 points),
        and while reports are right the factor measured before is held as firmly as by all
        settlements again. Where many reports are wrong, the data decide.
        """
        size, shares = len(self.towns), self.towns.shares
        first = Pool(np.ones(1), shares, seen=3 * SEEN).fit(logs[:, :, [SHARP]], code, weight)
        trust = float(np.interp(first.doubt, (TRUSTED, MISTRUSTED), (1.0, 0.0)))
        clean = np.array([np.interp(size, SIZES, column) for column in zip(*USUAL, strict=True)])
        weights = (trust * clean + (1 - trust) * WHEN_WRONG)[: logs.shape[2]]
        weights /= weights.sum()
        usual = np.array([np.interp(size, SIZES, SHARPER)])
        held = trust * (HELD + size)
        self.pool = Pool(usual, shares, SHRINK + held, SEEN + held / 4)
        self.pool.fit((logs @ weights)[:, :, None], code, weight)
        self.pool.exponents = weights * self.pool.exponents[0]

    def _plane(self, lat: Floats, lon: Floats) -> Floats:
        east = (lon - self.centre + 180) % 360 - 180
        return np.column_stack([east * self.narrow, lat])

    def predict_proba(self, lat: ArrayLike, lon: ArrayLike) -> Floats:
        """Probability of each of ``actors`` at each point."""
        if len(self.actors) < 2 or len(self.towns) <= 2:
            return super().predict_proba(lat, lon)
        lats, lons = checked(lat, lon)
        found = np.empty((len(lats), len(self.actors)))
        for start in range(0, len(lats), POINTS):
            part = slice(start, start + POINTS)
            found[part] = self._some_proba(lats[part], lons[part])
        return found

    def _some_proba(self, lat: Floats, lon: Floats) -> Floats:
        scene = self.scene(lat, lon)
        opinions = krige(self.towns, self.own, scene, SPECS, self.divides)
        if self.forest is not None:
            units = scene.units
            if self.units is not None:
                units = self.units.at(lat, lon, on_globe(lat, lon))
            judged = self.forest.predict(self._plane(lat, lon), units)
            opinions = np.concatenate([opinions, judged], axis=2)
        return self.faded(self.pool.apply(log_share(opinions)), scene.away[:, 0])
