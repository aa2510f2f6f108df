"""The strip of so many kilometres along a border, as an area: a geodesic buffer.

Stretches of the line are widened one by one in azimuthal maps of their own, which is right to a few
parts in ten thousand; then every corner of the outline is moved along the geodesic to its nearest
point of the border until it lies exactly as far away as was asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geo.borders.engine import Borders, open_borders
from geo.borders.many import GEOD
from geo.errors import InputError

__all__ = ["MOST_KM", "band_of", "border_band"]

MOST_KM = 500.0
STRETCH_DEG = 1.0  # a stretch spans about so much of latitude or longitude
COARSE = 0.004  # the line and the outline are thinned by so much of the width
FINE = 0.06  # corners of the outline are at most so much of the width apart
ROUNDS = 2
Floats = NDArray[np.float64]


def border_band(borders: Borders, pairs: Sequence[str], width_km: float) -> Any:
    """All within ``width_km`` of the borders of these pairs (``IQ|SY``), both sides, land and sea.

    A valid Shapely Polygon or MultiPolygon, longitude, latitude in degrees within -180 to 180,
    empty where the set has none of the pairs. Raises InputError unless the width is above 0 and
    at most 500 km.
    """
    if not 0 < width_km <= MOST_KM:
        raise InputError(f"a strip of {width_km} km cannot be drawn; give up to {MOST_KM:g} km")
    lines = [xy for pair in pairs for xy, _ in borders.lines(pair)]
    if not lines:
        return shapely.MultiPolygon()
    middle = float(np.median(np.concatenate(lines)[:, 0]))
    parts = [_wide(piece, middle, width_km) for xy in lines for piece in _stretches(xy)]
    whole = shapely.make_valid(shapely.union_all(np.array(parts)))
    whole = shapely.simplify(whole, COARSE * width_km / 111.2)
    exact = _exact(shapely.segmentize(whole, FINE * width_km / 111.2), borders, pairs, width_km)
    return _within_the_globe(exact)


@lru_cache(maxsize=64)
def band_of(set_name: str, policy: str, pairs: tuple[str, ...], width_km: float) -> Any:
    """``border_band`` of a shipped set under a policy; kept."""
    return border_band(open_borders(set_name, policy), pairs, width_km)


def _stretches(xy: Floats) -> list[Floats]:
    """A line cut where it has moved on by a stretch."""
    cuts, start = [0], xy[0]
    for index in range(1, len(xy) - 1):
        if np.abs(xy[index] - start).max() > STRETCH_DEG:
            cuts.append(index)
            start = xy[index]
    cuts.append(len(xy) - 1)
    return [xy[a : b + 1] for a, b in pairwise(cuts)]


def _wide(xy: Floats, middle: float, width_km: float) -> Any:
    """One stretch widened; longitudes run on past 180 beside ``middle``."""
    lon0, lat0 = (xy.min(axis=0) + xy.max(axis=0)) / 2
    text = f"+proj=aeqd +lat_0={lat0} +lon_0={lon0} +ellps=WGS84"
    to_plane = Transformer.from_crs("EPSG:4326", text, always_xy=True)
    x, y = to_plane.transform(xy[:, 0], xy[:, 1])
    line = shapely.simplify(shapely.linestrings(np.column_stack([x, y])), COARSE * width_km * 500)
    area = shapely.buffer(line, width_km * 1000, quad_segs=16)

    def back(plane: Floats) -> Floats:
        lon, lat = to_plane.transform(plane[:, 0], plane[:, 1], direction="INVERSE")
        near = (np.asarray(lon) - lon0 + 180) % 360 - 180 + lon0
        turns = np.round((lon0 - middle) / 360) * 360
        return np.column_stack([near - turns, lat])

    return shapely.make_valid(shapely.transform(area, back))


def _exact(area: Any, borders: Borders, pairs: Sequence[str], width_km: float) -> Any:
    """Every corner moved to lie exactly so far from the borders."""
    own = borders.only_pairs(pairs)

    def moved(xy: Floats) -> Floats:
        lon = (xy[:, 0] + 180) % 360 - 180
        lat = np.clip(xy[:, 1], -90, 90)
        for _ in range(ROUNDS):
            found = own.nearest_many(lat, lon, sides=False)
            out = GEOD.inv(found.foot_lon, found.foot_lat, lon, lat)[0]
            far = np.full(len(lon), width_km * 1000)
            lon, lat, _ = GEOD.fwd(found.foot_lon, found.foot_lat, out, far)
        beside = xy[:, 0] + (np.asarray(lon) - xy[:, 0] + 180) % 360 - 180
        return np.column_stack([beside, lat])

    return shapely.make_valid(shapely.transform(area, moved))


def _within_the_globe(area: Any) -> Any:
    """Longitudes brought back to -180 to 180, cut there; only areas kept."""
    parts = []
    for turn in (-360.0, 0.0, 360.0):
        shifted = shapely.transform(area, lambda xy, turn=turn: xy + np.array([turn, 0.0]))
        parts.append(shapely.clip_by_rect(shifted, -180, -90, 180, 90))
    flat = shapely.get_parts(shapely.make_valid(np.array(parts)))
    flat = shapely.get_parts(flat[shapely.get_dimensions(flat) == 2])
    return shapely.union_all(flat[shapely.get_dimensions(flat) == 2])
