"""A grid of labelled points made into areas that fit together without gap or overlap.

Every cell of the grid is two triangles. Along an edge whose ends carry different labels one
point is put where the two labels are equally strong; a triangle with two labels is cut by the
line between its two points, one with three by three lines that meet in the middle. All areas are
the faces between these lines, so that neighbours share every vertex, and nothing is ever covered
twice (marching triangles; for several labels after Bloomenthal and Ferguson 1995).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

__all__ = ["Crossing", "faces"]

NEAR, FAR = 0.04, 0.96  # a limit keeps this share of an edge away from its ends: no slivers

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
# Given the nodes at both ends of edges: where the limit lies, 0 at the first end, 1 at the other.
Crossing = Callable[[Ints, Ints], Floats]


def faces(
    x: Floats, y: Floats, label: Ints, crossing: Crossing, *, empty: int
) -> list[tuple[int, Any, Ints]]:
    """Areas of one label each: (label, polygon, the nodes inside).

    ``x`` (columns) and ``y`` (rows) are the grid's coordinates, ``label`` rows x columns; node
    numbers run along rows. Nodes labelled ``empty`` make no area; the outermost must be so.
    """
    rows, columns = label.shape
    flat = label.ravel()
    node = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = node[:-1, :-1], node[:-1, 1:], node[1:, :-1], node[1:, 1:]
    # The diagonal alternates, so that no direction is favoured.
    even = (np.add.outer(np.arange(rows - 1), np.arange(columns - 1)) % 2 == 0).ravel()
    a, b, c, d = (corner.ravel() for corner in (a, b, c, d))
    triangles = np.concatenate(
        [
            np.column_stack([a, b, d])[even], np.column_stack([a, d, c])[even],
            np.column_stack([a, b, c])[~even], np.column_stack([b, d, c])[~even],
        ]
    )  # fmt: skip
    own = flat[triangles]
    cut = triangles[(own != own[:, :1]).any(axis=1)]
    if not len(cut):
        return []
    edges = np.sort(cut[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    keys, at = np.unique(edges[:, 0] * len(flat) + edges[:, 1], return_inverse=True)
    pairs = np.column_stack(np.divmod(keys, len(flat)))
    at = at.reshape(-1, 3)
    parted = flat[pairs[:, 0]] != flat[pairs[:, 1]]
    share = np.full(len(pairs), np.nan)
    share[parted] = np.clip(crossing(pairs[parted, 0], pairs[parted, 1]), NEAR, FAR)
    where = np.column_stack([np.tile(x, rows), np.repeat(y, columns)])
    limit = where[pairs[:, 0]] * (1 - share)[:, None] + where[pairs[:, 1]] * share[:, None]

    crossed = parted[at]
    three = crossed.all(axis=1)
    ends = limit[at[~three][crossed[~three]].reshape(-1, 2)]
    corners = limit[at[three]]
    middle = np.repeat(corners.mean(axis=1)[:, None, :], 3, axis=1)
    spokes = np.stack([corners, middle], axis=2).reshape(-1, 2, 2)
    lines = shapely.linestrings(np.concatenate([ends, spokes]))
    areas = shapely.get_parts(shapely.polygonize(lines))
    return _named(areas, where, flat, triangles, empty)


def _named(
    areas: NDArray[Any], where: Floats, flat: Ints, triangles: Ints, empty: int
) -> list[tuple[int, Any, Ints]]:
    """Each area with its label, told by a node inside; every area holds at least one."""
    sides = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    sides = sides[flat[sides[:, 0]] == flat[sides[:, 1]]]
    graph = coo_matrix((np.ones(len(sides), np.int8), (sides[:, 0], sides[:, 1])), (len(flat),) * 2)
    _, group = connected_components(graph, directed=False)
    order = np.argsort(group, kind="stable")
    bounds = np.flatnonzero(np.r_[True, np.diff(group[order]) > 0])
    members = np.split(order, bounds[1:])
    members = [m for m in members if flat[m[0]] != empty]
    points = shapely.points(where[[m[0] for m in members]])
    tree = shapely.STRtree(areas)
    point, area = tree.query(points, predicate="within")
    return [
        (int(flat[members[p][0]]), areas[f], members[p])
        for p, f in zip(point.tolist(), area.tolist(), strict=True)
    ]
