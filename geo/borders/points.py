"""Checks of points and precisions given to the search of borders."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from geo.borders.mesh import Floats
from geo.errors import InputError

__all__ = ["check_precision", "checked_points", "checked_precisions"]


def check_precision(precision_km: float) -> None:
    """Raises InputError unless this is a distance of 0 or more."""
    if not (math.isfinite(precision_km) and precision_km >= 0):
        msg = f"the precision {precision_km} km is not a distance; give 0 or more"
        raise InputError(msg)


def checked_precisions(given: ArrayLike, count: int) -> Floats:
    """Checked precisions: one for all, or one per point."""
    precision = np.asarray(given, np.float64)
    if precision.ndim and precision.shape != (count,):
        msg = f"{precision.size} precisions but {count} points; give one, or one of each per point"
        raise InputError(msg)
    with np.errstate(invalid="ignore"):
        bad = ~(np.isfinite(precision) & (precision >= 0))
    if bad.any():
        check_precision(float(np.atleast_1d(precision)[np.atleast_1d(bad)][0]))
    return precision


def checked_points(lats: ArrayLike, lons: ArrayLike) -> Floats:
    """Checked Nx2 longitude, latitude."""
    try:
        lat, lon = np.asarray(lats, np.float64).ravel(), np.asarray(lons, np.float64).ravel()
    except (TypeError, ValueError) as exc:
        msg = "latitude and longitude must be numbers in degrees"
        raise InputError(msg) from exc
    if lat.shape != lon.shape:
        msg = f"{len(lat)} latitudes but {len(lon)} longitudes; give one of each per point"
        raise InputError(msg)
    with np.errstate(invalid="ignore"):
        bad = ~((np.abs(lat) <= 90) & (np.abs(lon) <= 180))
    if bad.any():
        index = int(np.argmax(bad))
        msg = (
            f"point {index + 1} (latitude {lat[index]}, longitude {lon[index]}) is not on the "
            "globe; latitude runs from -90 to 90, longitude from -180 to 180"
        )
        raise InputError(msg)
    return np.column_stack([lon, lat])
