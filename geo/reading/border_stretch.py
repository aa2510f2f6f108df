"""Where on a border a text is: the stretch nearest to the towns it names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["border_stretch"]

_STRETCH_KM = 60.0
_KM_PER_DEGREE = 111.2


def border_stretch(
    one: str, other: str, towns: Sequence[tuple[float, float]]
) -> tuple[float, float, float] | None:
    """Latitude, longitude and radius (km) of the stretch between two countries (ISO codes).

    ``towns`` are (lat, lon); with none near, the middle of the border and half its extent. None
    where the two have no land border.
    """
    from geo.borders import open_borders

    pair = "|".join(sorted((one, other)))
    lines = [xy for xy, _ in open_borders().lines(pair)]
    if not lines:
        return None
    points = np.concatenate([np.asarray(xy, dtype=float) for xy in lines])
    centre = points.mean(axis=0)
    scale = np.array([np.cos(np.radians(centre[1])), 1.0]) * _KM_PER_DEGREE
    flat = points * scale
    extent = float(np.hypot(*(flat.max(axis=0) - flat.min(axis=0)))) / 2
    near = []
    for lat, lon in towns:
        away = np.hypot(*(flat - np.array([lon, lat]) * scale).T)
        nearest = int(np.argmin(away))
        if away[nearest] < 2 * _STRETCH_KM:
            near.append((float(away[nearest]), points[nearest]))
    if not near:
        middle = points[int(np.argmin(np.hypot(*((points - centre) * scale).T)))]
        return round(float(middle[1]), 5), round(float(middle[0]), 5), round(extent, 1)
    _, foot = min(near, key=lambda item: item[0])
    return round(float(foot[1]), 5), round(float(foot[0]), 5), min(_STRETCH_KM, round(extent, 1))
