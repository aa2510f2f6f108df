"""Border lines as one array of vertices, for work on many points at once.

Vertex ``i`` and ``i + 1`` are the ends of edge ``i`` where ``joined[i]``. All lengths are metres,
``at`` earth-centred coordinates on WGS84, ``lonlat`` degrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["E2", "A", "Mesh", "ecef", "mesh_of"]

A, E2 = 6_378_137.0, 6.694379990141316e-3  # WGS84
SAMPLE_M = 300.0  # longest stretch of an edge without a sample of its own in the tree
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def ecef(lon: Floats, lat: Floats) -> Floats:
    """Earth-centred metres (Nx3) of degrees on the WGS84 ellipsoid."""
    x, y = np.radians(lon), np.radians(lat)
    sin, cos = np.sin(y), np.cos(y)
    normal = A / np.sqrt(1 - E2 * sin * sin)
    out = np.empty((*np.shape(x), 3))
    flat = normal * cos
    np.multiply(flat, np.cos(x), out=out[..., 0])
    np.multiply(flat, np.sin(x), out=out[..., 1])
    np.multiply(normal * (1 - E2), sin, out=out[..., 2])
    return out


@dataclass(frozen=True)
class Mesh:
    """Vertices of all lines in a row; ``kind`` says what line each is part of."""

    lonlat: Floats
    at: Floats
    joined: NDArray[np.bool_]
    kind: NDArray[np.uint32]

    @cached_property
    def length(self) -> NDArray[np.float32]:
        """Metres of the edge that starts at each vertex; 0 where none does."""
        step = np.diff(self.at, axis=0)
        far = np.zeros(len(self.at), np.float32)
        far[:-1] = np.sqrt(np.einsum("ij,ij->i", step, step)) * self.joined[:-1]
        return far

    @cached_property
    def reach(self) -> NDArray[np.float32]:
        """How far from the vertex a foot on its edges can lie and be nearer to it than to the
        edge's other end: half the longer edge.
        """
        before = np.concatenate([[np.float32(0)], self.length[:-1]])
        return np.asarray(np.maximum(self.length, before) / 2, np.float32)

    @cached_property
    def samples(self) -> tuple[Any, NDArray[np.int32]]:
        """A tree of points at most ``SAMPLE_M`` apart on all lines, and whose each is.

        The owner is the vertex, or ``~edge`` for a point within an edge.
        """
        from scipy.spatial import cKDTree

        long = np.flatnonzero(self.length > SAMPLE_M)
        parts = np.ceil(self.length[long] / SAMPLE_M).astype(np.int64)
        owner = np.repeat(long, parts - 1)
        begin = np.cumsum(parts - 1) - (parts - 1)
        share = (np.arange(len(owner)) - np.repeat(begin, parts - 1) + 1) / np.repeat(
            parts, parts - 1
        )
        between = self.at[owner] + share[:, None] * (self.at[owner + 1] - self.at[owner])
        every = np.concatenate([self.at, between])
        tree = cKDTree(every, leafsize=16, balanced_tree=False, compact_nodes=False)
        # The tree keeps the vertices too: once is enough (36 MB).
        object.__setattr__(self, "at", every[: len(self.at)])
        names = np.concatenate([np.arange(len(self.at)), ~owner]).astype(np.int32)
        return tree, names


def mesh_of(start: Ints, size: Ints, kind: Ints, steps: NDArray[Any], unit: float) -> Mesh:
    """The vertices of blocks (see ``geo.borders.blocks``), blocks of one line joined again."""
    first = np.concatenate([[0], np.cumsum(size)])
    wide = steps.astype(np.int64)
    ends = np.add.reduceat(wide, first[:-1], axis=0) + start
    head = np.ones(len(size), bool)
    head[1:] = (ends[:-1] != start[1:]).any(axis=1) | (kind[1:] != kind[:-1])
    line = np.flatnonzero(head)
    place = np.arange(len(steps)) + np.repeat(np.cumsum(head), size)  # of each edge's end
    begins = place[first[:-1][line]] - 1
    moves = np.empty((len(steps) + len(line), 2), np.int64)
    moves[place] = wide
    before = np.zeros((len(line), 2), np.int64)
    before[1:] = ends[line[1:] - 1]
    moves[begins] = start[line] - before
    lonlat = np.cumsum(moves, axis=0) / unit
    joined = np.ones(len(lonlat), bool)
    joined[begins[1:] - 1] = False
    joined[-1] = False
    many = np.diff(np.concatenate([begins, [len(lonlat)]]))
    return Mesh(
        lonlat,
        ecef(lonlat[:, 0], lonlat[:, 1]),
        joined,
        np.repeat(kind[line], many).astype(np.uint32),
    )
