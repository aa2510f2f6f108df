"""Which country points lie in, told by the nearest border line or by the countries' areas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.areas import countries_at, on_land
from geo.borders.mesh import Floats

__all__ = ["side_codes"]

SIDE_SURE_KM = 5.0  # nearer than this the border line itself tells the side, beyond it the area


def side_codes(
    points: Floats,
    distance_km: Floats,
    turn: Floats,
    pairs: NDArray[np.str_],
    pair: NDArray[np.int64] | None = None,
) -> NDArray[np.str_]:
    """ISO alpha-2 of the country each point (Nx2 longitude, latitude) lies in; empty at sea.

    Near the line its own course decides (``turn`` above 0 is left, the first of the point's pair):
    Natural Earth's areas are up to 2 km off there. Farther away the areas do, so that a point
    across a strait is not put on the border's near side. ``pair`` numbers the ``pairs`` (Nx2);
    without it there is one pair for all.
    """
    codes = countries_at(points[:, 1], points[:, 0])
    near = np.flatnonzero(distance_km <= SIDE_SURE_KM)
    if not len(near):
        return codes
    both = pairs[pair[near] if pair is not None else np.zeros(len(near), np.int64)]
    own = np.where(turn[near] > 0, both[:, 0], both[:, 1])
    # Where the areas name one of the two, the point is on land; else the base map is asked.
    dry = (codes[near] == both[:, 0]) | (codes[near] == both[:, 1])
    for index in np.flatnonzero(~dry):
        dry[index] = on_land(float(points[near[index], 1]), float(points[near[index], 0]))
    codes[near] = np.where((turn[near] != 0) & dry, own, "")
    return codes
