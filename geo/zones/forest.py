"""A forest of randomly turned cuts through the land (after extremely randomised trees).

Each tree cuts a random part of the known settlements in two, again and again, until every piece
has one holder. At every step it tries TRIALS lines in random directions at random places, and one
province and one river side, and takes the one that parts the holders best (Gini). Lines in all
directions leave no staircase. The average over the trees is the answer; a second, coarser
answer stops where fewer than COARSE settlements are left, and so follows single reports less.

Geurts, Ernst and Wehenkel 2006, "Extremely randomized trees"; turned frames after Blaser and
Fryzlewicz 2016. All trees grow at once, level by level, so that numpy does the work.
"""

from __future__ import annotations

import math
from typing import Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Forest"]

TREES = 120
PART = 0.85  # of the settlements in each tree; the others judge it
TRIALS = 10
COARSE = 6
DEEPEST = 40
CHUNK = 400_000  # pairs of tree and point followed at once

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Codes = NDArray[np.int32]


class Forest:
    """``fit`` on planar points; ``outside`` and ``predict`` give two opinions for every point."""

    def __init__(self, trees: int = TREES, seed: int = 0) -> None:
        self.trees, self.seed = trees, seed

    def fit(self, xy: Floats, units: Codes, code: Ints, weight: Floats, actors: int) -> Self:
        """``xy`` n x 2 in any unit, ``units`` n x columns of codes, ``code`` the holders."""
        rng = np.random.default_rng(self.seed)
        size = len(code)
        each = max(2, min(size, round(PART * size)))
        drawn = np.argsort(rng.random((self.trees, size)), axis=1)[:, :each]
        self.inside = np.zeros((self.trees, size), dtype=bool)
        np.put_along_axis(self.inside, drawn, True, axis=1)
        self.actors = actors
        point, tree = drawn.ravel(), np.repeat(np.arange(self.trees), each)
        node = tree.copy()
        self._share: list[Floats] = []
        self._cut: list[Floats] = []  # per node: cos, sin, offset, column (-1 a line), value
        self._child: list[Ints] = []  # first child, 0 = none
        self._size: list[Ints] = []
        first, count = 0, self.trees
        for _ in range(DEEPEST):
            held = np.bincount(
                (node - first) * actors + code[point], weight[point], minlength=count * actors
            ).reshape(count, actors)
            number = np.bincount(node - first, minlength=count)
            self._share.append(held / held.sum(axis=1, keepdims=True))
            self._size.append(number)
            child = np.zeros(count, dtype=np.intp)
            cut = np.zeros((count, 5))
            self._child.append(child)
            self._cut.append(cut)
            mixed = (held > 0).sum(axis=1) > 1
            go = mixed[node - first]
            point, node = point[go], node[go]
            if not len(point):
                break
            order = np.argsort(node, kind="stable")
            point, node = point[order], node[order]
            starts = np.flatnonzero(np.r_[True, node[1:] != node[:-1]])
            local = np.cumsum(np.r_[False, node[1:] != node[:-1]])
            best, left = self._best_cut(rng, xy, units, code, weight, point, local, starts)
            made = best[:, 3] > -2  # a node whose points all coincide cannot be cut
            names = node[starts] - first
            begin = first + count
            child[names[made]] = begin + 2 * np.arange(int(made.sum()))
            cut[names] = best
            go = made[local]
            node = child[node[go] - first] + ~left[go]
            point = point[go]
            first, count = begin, 2 * int(made.sum())
            if not count:
                break
        self.share, self.cut = np.concatenate(self._share), np.concatenate(self._cut)
        self.child, self.size = np.concatenate(self._child), np.concatenate(self._size)
        del self._share, self._cut, self._child, self._size
        return self

    def _best_cut(
        self, rng: np.random.Generator, xy: Floats, units: Codes, code: Ints, weight: Floats,
        point: Ints, local: Ints, starts: Ints,
    ) -> tuple[Floats, NDArray[np.bool_]]:  # fmt: skip
        """The best of the trials for every node, and which points go left by it."""
        count, actors = len(starts), self.actors
        best, gain = np.full((count, 5), -2.0), np.full(count, -np.inf)
        left = np.zeros(len(point), dtype=bool)
        slot = local * actors + code[point]
        heavy = weight[point]
        whole = np.bincount(slot, heavy, minlength=count * actors).reshape(count, actors)
        places = xy[point]
        sizes = np.diff(np.r_[starts, len(point)])
        for trial in range(TRIALS + units.shape[1]):
            if trial < TRIALS:
                turn = rng.uniform(0, math.pi, count)
                cos, sin = np.cos(turn), np.sin(turn)
                along = places[:, 0] * cos[local] + places[:, 1] * sin[local]
                low = np.minimum.reduceat(along, starts)
                high = np.maximum.reduceat(along, starts)
                offset = low + rng.random(count) * (high - low)
                side = along < offset[local]
                made = np.column_stack(
                    [cos, sin, offset, np.full(count, -1.0), np.zeros(count)]
                )  # fmt: skip
            else:
                column = trial - TRIALS
                own = units[point, column]
                value = own[starts + (rng.random(count) * sizes).astype(np.intp)]
                side = own == value[local]
                made = np.zeros((count, 5))
                made[:, 3], made[:, 4] = column, value
            part = np.bincount(slot[side], heavy[side], minlength=count * actors)
            part = part.reshape(count, actors)
            rest = whole - part
            one, other = part.sum(axis=1), rest.sum(axis=1)
            with np.errstate(divide="ignore", invalid="ignore"):
                pure = (part**2).sum(axis=1) / one + (rest**2).sum(axis=1) / other
            cuts = (one > 1e-9) & (other > 1e-9)
            better = cuts & (pure > gain)
            best[better], gain[better] = made[better], pure[better]
            chosen = better[local]
            left[chosen] = side[chosen]
        return best, left

    def _follow(self, tree: Ints, xy: Floats, units: Codes) -> tuple[Ints, Ints]:
        """The leaf, and the last node of at least COARSE settlements, of each pair."""
        node, stop = tree.copy(), tree.copy()
        active = np.arange(len(tree))
        while len(active):
            at = node[active]
            going = self.child[at] > 0
            active, at = active[going], at[going]
            cut = self.cut[at]
            column = cut[:, 3].astype(np.intp)
            lines = xy[active, 0] * cut[:, 0] + xy[active, 1] * cut[:, 1] < cut[:, 2]
            told = units[active, np.maximum(column, 0)] == cut[:, 4]
            left = np.where(column < 0, lines, told)
            node[active] = self.child[at] + ~left
            big = self.size[node[active]] >= COARSE
            stop[active[big]] = node[active[big]]
        return node, stop

    def _average(
        self, tree: Ints, point: Ints, xy: Floats, units: Codes, size: int
    ) -> Floats:  # fmt: skip
        found = np.zeros((size, self.actors, 2))
        for start in range(0, len(tree), CHUNK):
            rows = point[start : start + CHUNK]
            nodes = self._follow(tree[start : start + CHUNK], xy[rows], units[rows])
            for opinion, node in enumerate(nodes):
                for actor in range(self.actors):
                    found[:, actor, opinion] += np.bincount(
                        rows, self.share[node, actor], minlength=size
                    )
        return found

    def outside(self, xy: Floats, units: Codes) -> Floats:
        """What the trees grown without it say of each settlement, n x actors x 2 opinions.

        A settlement that every tree has seen (chance, in very small tables) gets no opinion:
        zeros.
        """
        tree, point = np.nonzero(~self.inside)
        total = self._average(tree, point, xy, units, self.inside.shape[1])
        total /= np.maximum(total.sum(axis=1, keepdims=True), 1e-12)
        return total

    def predict(self, xy: Floats, units: Codes) -> Floats:
        """Shares of the actors at points, n x actors x 2 opinions (fine, coarse)."""
        size = len(xy)
        point = np.repeat(np.arange(size), self.trees)
        tree = np.tile(np.arange(self.trees), size)
        return self._average(tree, point, xy, units, size) / self.trees
