"""The form in which border lines are kept: blocks of a few edges, each with a bounding radius.

Arrays: ``pairs`` (``IQ|SY``, sorted); per block ``start`` (longitude, latitude in units),
``size`` (edges), ``pair`` (index into pairs), ``centre`` (units) and ``radius_m`` (every vertex
is within it); and ``steps``, the differences from vertex to vertex of all blocks in a row. The
first country of a pair lies to the left of its edges.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["UNIT", "Line", "block_lines"]

UNIT = 1_000_000  # stored units per degree: 0.11 m
LONGEST = 0.025  # degrees; longer edges are split straight in longitude/latitude (RFC 7946)
WIDEST = 0.05  # degrees from a block's first vertex to any other
PER_BLOCK = 24  # edges
DEGREE_M = 111_700.0  # metres of the longest degree, rounded up
Line = tuple[str, str, NDArray[np.float64]]  # left country, right country, Nx2 lon/lat


def _split(xy: NDArray[np.float64], unit: float) -> NDArray[np.int64]:
    """A line in units, long edges split, repeated vertices dropped."""
    parts = np.maximum(1, np.ceil(np.abs(np.diff(xy, axis=0)).max(axis=1) / LONGEST))
    at = np.concatenate([[0], np.cumsum(parts)])
    along = np.arange(at[-1] + 1)
    fine = np.column_stack([np.interp(along, at, xy[:, axis]) for axis in (0, 1)])
    units: NDArray[np.int64] = np.round(fine * unit).astype(np.int64)
    fresh = np.concatenate([[True], np.any(np.diff(units, axis=0) != 0, axis=1)])
    kept: NDArray[np.int64] = units[fresh]
    return kept


def _last(units: NDArray[np.int64], first: int, unit: float) -> int:
    """Last vertex of the block that starts at ``first``: few edges, and close together."""
    last = min(first + PER_BLOCK, len(units) - 1)
    close = np.abs(units[first : last + 1] - units[first]).max(axis=1) <= WIDEST * unit
    run = last - first if close.all() else int(np.argmin(close)) - 1
    return first + max(run, 1)


def block_lines(lines: Iterable[Line], unit: float = UNIT) -> dict[str, Any]:
    """The arrays above for border lines (degrees)."""
    ordered = [(a, b, xy) if a < b else (b, a, xy[::-1]) for a, b, xy in lines]
    pairs = sorted({(a, b) for a, b, _ in ordered})
    number = {pair: index for index, pair in enumerate(pairs)}
    steps, start, size, owner, centre, radius = [], [], [], [], [], []
    for left, right, xy in ordered:
        units = _split(np.asarray(xy, np.float64), unit)
        first = 0
        while first < len(units) - 1:
            last = _last(units, first, unit)
            block = units[first : last + 1]
            middle = (block.min(axis=0) + block.max(axis=0)) // 2
            shrink = np.array([np.cos(np.radians(middle[1] / unit)), 1.0])
            far = np.hypot(*((block - middle) * shrink).T).max() / unit * DEGREE_M
            start.append(block[0])
            size.append(last - first)
            owner.append(number[left, right])
            steps.append(np.diff(block, axis=0))
            centre.append(middle)
            radius.append(int(far * 1.02 + 2))  # a plane's metres to the ellipsoid's, rounded up
            first = last
    return {
        "pairs": [f"{a}|{b}" for a, b in pairs],
        "start": np.array(start, np.int64),
        "size": np.array(size, np.int64),
        "pair": np.array(owner, np.int64),
        "centre": np.array(centre, np.int64),
        "radius_m": np.array(radius, np.int64),
        "steps": np.concatenate(steps),
    }
