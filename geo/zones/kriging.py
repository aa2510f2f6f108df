"""Kriging of holders: each settlement speaks as far as it is near, new and not shadowed.

For every actor the indicator "held by it" is estimated at a point from the NEIGHBOURS nearest
settlements by ordinary kriging with an exponential correlation exp(-distance/range) and a
nugget, which is the share of noise in a report (Journel 1983, indicator kriging). A
settlement hidden behind another of the same side adds little; two that disagree halve the land.
Correlation is lowered where a province, a country or a great river divides (``geo.zones.units``).

What is learnt. Range and nugget (SPECS) and how much each divide matters (DIVIDES) are chosen
by leave-one-out log loss on the known settlements alone; so a table with many wrong labels
chooses a large nugget by itself. Then the answer is sharpened or softened by one exponent fitted
the same way, so that 80 % means 80 %.

Far away. What was fitted holds at the distances at which the known settlements lie from each
other. Beyond the distance that nearly all of them (SUPPORT) keep, the answer fades towards all
holders alike, to 1/e over FADE_KM: with whole 60 km squares of the Syrian towns of 2014 hidden,
the agreement of a town with the nearest known one above chance falls from .82 at 3.5 km to .61
at 17 and .35 at 45, which is exp(-d/47).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.zones.methods import Towns, checked, on_globe, with_neighbours
from geo.zones.units import COLUMNS, Units

__all__ = ["FLOOR", "SEEN", "Kriging", "Pool", "Spec", "krige", "log_share"]

NEIGHBOURS = 24
FLOOR = 0.005  # no actor is ever wholly ruled out
CHUNK = 2000  # rows solved at once; bounds the memory
TUNED_ON = 400  # settlements near another side that the choice is made on
CALIBRATED_ON = 1500
ASKED = 6000  # settlements looked at in all
SURPRISE = 5.0  # log-likelihood by which another choice must beat the usual one
SUPPORT = 0.99
FADE_KM = 47.0
SHRINK = 30.0  # how firmly exponents stay where they start
USUAL_DOUBT = 0.015  # share of the settlements that no neighbour explains, before any is seen
SEEN = 10.0  # and how many settlements that is worth

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Spec:
    """A correlation: its range in km, its nugget (noise relative to signal), and if divides matter.

    A far-reaching correlation across a divide gains nothing (measured in Syria and Ukraine).
    """

    range_km: float
    nugget: float
    divided: bool = True


SPECS = (
    Spec(20, 0.05),
    Spec(50, 0.05),
    Spec(150, 0.1, divided=False),
    Spec(30, 0.5),
    Spec(30, 2.0),
)
# Correlation across a border of countries, a province's limit, a great river.
DIVIDES = ((0.5, 0.7, 0.6), (1.0, 1.0, 1.0), (0.5, 0.7, 1.0), (0.3, 0.4, 0.4), (0.5, 0.85, 0.8))


@dataclass(frozen=True, slots=True)
class Scene:
    """Points with their nearest settlements: all that kriging needs, whatever its spec.

    ``away`` km and ``index``, n x k; ``units`` the codes of the points, n x 3.
    """

    away: Floats
    index: Ints
    units: NDArray[np.int32]

    def only(self, rows: Ints) -> Scene:
        """Some of the points."""
        return Scene(self.away[rows], self.index[rows], self.units[rows])

    def pure(self, code: Ints) -> NDArray[np.bool_]:
        """Where all the nearest settlements have one holder."""
        near = code[self.index]
        whole: NDArray[np.bool_] = (near == near[:, :1]).all(axis=1)
        return whole


def krige(
    towns: Towns, units: NDArray[np.int32], scene: Scene, specs: Sequence[Spec],
    divides: Sequence[float],
) -> Floats:  # fmt: skip
    """Shares of the actors, n x actors x specs, each row adding up to 1.

    ``units`` are the settlements' own codes, ``divides`` the correlation across each of them.
    """
    size, actors = len(scene.index), len(towns.actors)
    found = np.zeros((size, actors, len(specs)))
    pure = scene.pure(towns.code)
    # Where all agree the answer is known without solving anything.
    found[np.flatnonzero(pure), towns.code[scene.index[pure, 0]]] = 1.0
    mixed = np.flatnonzero(~pure)
    onehot = towns.onehot
    for start in range(0, len(mixed), CHUNK):
        rows = mixed[start : start + CHUNK]
        index = scene.index[rows]
        points = towns.xyz[index]
        square = (points**2).sum(axis=2)
        between = square[:, :, None] + square[:, None, :] - 2 * points @ points.transpose(0, 2, 1)
        between = np.sqrt(np.maximum(between, 0.0))
        apart, across = np.ones_like(between), np.ones(index.shape)
        for column, factor in enumerate(divides):
            if factor < 1.0:
                own = units[index, column]
                apart[own[:, :, None] != own[:, None, :]] *= factor
                across[own != scene.units[rows, column][:, None]] *= factor
        noise = 1.0 / towns.weight[index]
        ones = np.ones_like(across)
        diagonal = np.arange(index.shape[1])
        for number, spec in enumerate(specs):
            matrix = np.exp(between / -spec.range_km)
            right = np.exp(scene.away[rows] / -spec.range_km)
            if spec.divided:
                matrix *= apart
                right *= across
            matrix[:, diagonal, diagonal] += spec.nugget * noise + 1e-6
            solved = np.linalg.solve(matrix, np.stack([right, ones], axis=2))
            weigh, unit = solved[..., 0], solved[..., 1]
            weigh = weigh + unit * ((1 - weigh.sum(axis=1)) / unit.sum(axis=1))[:, None]
            share = np.clip(np.einsum("nk,nka->na", weigh, onehot[index]), 0.0, None)
            found[rows, :, number] = share / share.sum(axis=1, keepdims=True)
    return found


def log_share(share: Floats) -> Floats:
    """Logarithm of shares (actors along axis 1), none below FLOOR."""
    actors = share.shape[1]
    logs: Floats = np.log((share + FLOOR) / (1 + FLOOR * actors))
    return logs


class Pool:
    """Several opinions made one: their logarithms weighed, added up, and doubted.

    Probability = (1 - doubt) x softmax(logs @ exponents) + doubt x share of the actor: ``doubt`` is
    the part of the known settlements that no neighbour explains (exclaves, wrong reports). Both
    are fitted by likelihood, the exponents held near ``start`` by ``shrink`` (a precision), the
    doubt near USUAL_DOUBT as by ``seen`` settlements.
    """

    def __init__(
        self, start: Floats, shares: Floats, shrink: float = SHRINK, seen: float = SEEN
    ) -> None:
        self.start, self.shares, self.shrink, self.seen = start, shares, shrink, seen
        self.exponents, self.doubt = start, USUAL_DOUBT

    def fit(self, logs: Floats, code: Ints, weight: Floats) -> Self:
        """``logs`` n x actors x opinions, ``code`` the true actor of each row."""
        rows, opinions = np.arange(len(code)), len(self.start)
        usual = self.shares[code]

        def loss(at: Floats) -> tuple[float, Floats]:
            drift, doubt = at[:opinions] - self.start, 0.5 / (1 + np.exp(-at[opinions]))
            share = self._shares(logs, at[:opinions])
            own = share[rows, code]
            said = (1 - doubt) * own + doubt * usual
            cost = -(weight @ np.log(said)) + 0.5 * self.shrink * (drift @ drift)
            share[rows, code] -= 1.0
            pull = weight * (1 - doubt) * own / said
            slope = np.einsum("na,naj->j", share * pull[:, None], logs) + self.shrink * drift
            turn = -(weight @ ((usual - own) / said)) * doubt * (1 - 2 * doubt)
            odd, plain = self.seen * USUAL_DOUBT, self.seen * (1 - USUAL_DOUBT)
            cost -= odd * np.log(doubt) + plain * np.log(1 - doubt)
            turn -= (odd / doubt - plain / (1 - doubt)) * doubt * (1 - 2 * doubt)
            return float(cost), np.append(slope, turn)

        if len(code):
            from scipy.optimize import minimize  # slow to import; a page may never fit anything

            first = np.append(self.start, -3.0)
            found = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 60})
            if found.x[:opinions].sum() > 0:
                self.exponents = found.x[:opinions]
                self.doubt = float(0.5 / (1 + np.exp(-found.x[opinions])))
            self.cost = float(found.fun)
        return self

    @staticmethod
    def _shares(logs: Floats, exponents: Floats) -> Floats:
        share = logs @ exponents
        share = np.exp(share - share.max(axis=1, keepdims=True))
        whole: Floats = share / share.sum(axis=1, keepdims=True)
        return whole

    def apply(self, logs: Floats) -> Floats:
        """Probabilities, n x actors."""
        share = self._shares(logs, self.exponents)
        return (1 - self.doubt) * share + self.doubt * self.shares


def some(rows: Ints, most: int) -> Ints:
    """At most so many of the rows, evenly taken, the same ones every time."""
    if len(rows) <= most:
        return rows
    return rows[np.random.default_rng(0).permutation(len(rows))[:most]]


class Kriging:
    """One correlation chosen and calibrated by leave-one-out; the fast method."""

    actors: tuple[str, ...] = ()

    def __init__(self, neighbours: int = NEIGHBOURS, *, divided: bool = True) -> None:
        self.neighbours = neighbours
        self.divided = divided

    def fit(
        self, lat: ArrayLike, lon: ArrayLike, label: ArrayLike, weight: ArrayLike | None = None
    ) -> Self:
        """Learn from known settlements. Raises InputError for what cannot be used."""
        self.towns = towns = Towns(lat, lon, label, weight)
        self.actors = towns.actors
        self.units = Units(towns.lat, towns.lon, towns.xyz) if self.divided else None
        blank = np.zeros((len(towns), len(COLUMNS)), dtype=np.int32)
        self.own = self.units.own if self.units else blank
        self.divides: tuple[float, ...] = (1.0,) * len(COLUMNS)
        self.spec = SPECS[1]
        self.pool = self._pool()
        self.reach_km = 0.0
        if len(self.actors) > 1 and len(towns) > 2:
            self._learn()
        return self

    def _learn(self) -> None:
        towns = self.towns
        self.asked = some(np.arange(len(towns)), ASKED)
        away, index = with_neighbours(towns, self.asked, self.neighbours)
        self.known = Scene(away, index, self.own[self.asked])
        self.reach_km = float(np.quantile(away[:, 0], SUPPORT))
        code, weight = towns.code[self.asked], np.minimum(towns.weight[self.asked], 1.0)
        alone = ~self.known.pure(towns.code) | (towns.code[index[:, 0]] != code)
        rows = some(np.flatnonzero(alone), TUNED_ON)
        if len(rows):
            self._choose(self.known.only(rows), code[rows], weight[rows])
        every = some(np.arange(len(code)), CALIBRATED_ON)
        share = krige(towns, self.own, self.known.only(every), (self.spec,), self.divides)
        self.pool.fit(log_share(share), code[every], weight[every])

    def _choose(self, scene: Scene, code: Ints, weight: Floats) -> None:
        """Divides first (with a middling spec), then the spec."""

        def costs(specs: Sequence[Spec], divides: Sequence[float]) -> list[float]:
            logs = log_share(krige(self.towns, self.own, scene, specs, divides))
            return [self._pool().fit(logs[:, :, [i]], code, weight).cost for i in range(len(specs))]

        varied = self.units.varied if self.units else np.zeros(len(COLUMNS), dtype=bool)
        trials = list(dict.fromkeys(
            tuple(d if v else 1.0 for d, v in zip(divide, varied, strict=True))
            for divide in DIVIDES
        ))  # fmt: skip
        # The first is what holds in general; another must do better by more than chance.
        middling = (Spec(40, 0.1),)
        by_divide = [costs(middling, d)[0] + SURPRISE * (n > 0) for n, d in enumerate(trials)]
        self.divides = trials[int(np.argmin(by_divide))]
        self.spec = SPECS[int(np.argmin(costs(SPECS, self.divides)))]

    def _pool(self) -> Pool:
        return Pool(np.ones(1), self.towns.shares)

    def scene(self, lat: ArrayLike, lon: ArrayLike) -> Scene:
        """Points (degrees) with their nearest settlements and on which side of what they lie."""
        lats, lons = checked(lat, lon)
        xyz = on_globe(lats, lons)
        away, index = with_neighbours(self.towns, xyz, self.neighbours)
        codes = np.zeros((len(lats), len(COLUMNS)), dtype=np.int32)
        if self.units is not None and min(self.divides) < 1.0:
            near = self.towns.code[index]
            mixed = np.flatnonzero((near != near[:, :1]).any(axis=1))
            codes[mixed] = self.units.at(lats[mixed], lons[mixed], xyz[mixed])
        return Scene(away, index, codes)

    def predict_proba(self, lat: ArrayLike, lon: ArrayLike) -> Floats:
        """Probability of each of ``actors`` at each point."""
        scene = self.scene(lat, lon)
        share = krige(self.towns, self.own, scene, (self.spec,), self.divides)
        return self.faded(self.pool.apply(log_share(share)), scene.away[:, 0])

    def faded(self, share: Floats, away_km: Floats) -> Floats:
        """Probabilities at these distances from the nearest settlement (see "Far away" above)."""
        kept = np.exp(np.minimum(self.reach_km - away_km, 0.0) / FADE_KM)[:, None]
        faded: Floats = kept * share + (1 - kept) / share.shape[1]
        return faded
