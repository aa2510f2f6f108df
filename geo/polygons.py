"""Polygons in longitude and latitude: rounded, valid, measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Proj

__all__ = [
    "DECIMALS",
    "areas_km2",
    "geodesic_km2",
    "is_area",
    "moved",
    "polygons",
    "rounded",
    "rounded_all",
    "valid",
]

DECIMALS = 5  # about a metre
_EQUAL_AREA = Proj(proj="cea", ellps="WGS84", over=True)

Floats = NDArray[np.float64]
Geometry = Any  # shapely ships no types


def geodesic_km2(geometry: Geometry) -> float:
    """Area on the WGS84 ellipsoid of a (Multi)Polygon in longitude/latitude, in km².

    Edges are straight in longitude and latitude (RFC 7946), taken in steps of 0.05 degrees on an
    equal-area cylinder; with such steps it agrees with Karney's geodesic area to 1 part in 10⁶.
    """

    def flat(coordinates: Floats) -> Floats:
        return np.column_stack(_EQUAL_AREA(coordinates[:, 0], coordinates[:, 1]))

    short = shapely.segmentize(geometry, 0.05)
    return float(shapely.area(shapely.transform(short, flat))) / 1e6


def areas_km2(geometries: Sequence[Geometry]) -> Floats:
    """``geodesic_km2`` of many at once."""

    def flat(coordinates: Floats) -> Floats:
        return np.column_stack(_EQUAL_AREA(coordinates[:, 0], coordinates[:, 1]))

    short = shapely.segmentize(np.asarray(geometries, dtype=object), 0.05)
    found: Floats = shapely.area(shapely.transform(short, flat)) / 1e6
    return found


def moved(geometry: Geometry, degrees_east: float) -> Geometry:
    """The geometry shifted in longitude."""
    if not degrees_east:
        return geometry
    return shapely.transform(geometry, lambda c: c + np.array([degrees_east, 0.0]))


def rounded(parts: Sequence[Geometry]) -> Geometry | None:
    """One valid, anticlockwise (Multi)Polygon with rounded coordinates, or None if it is empty.

    Rounding vertex by vertex moves both sides of a shared edge alike.
    """
    whole = parts[0] if len(parts) == 1 else shapely.GeometryCollection(list(parts))
    whole = polygons(whole)
    if whole.is_empty:
        return None
    whole = shapely.transform(whole, lambda c: np.round(c, DECIMALS))
    if not whole.is_valid:  # mend only the few parts that rounding has folded
        flat = shapely.get_parts(whole)
        broken = ~shapely.is_valid(flat)
        flat[broken] = shapely.set_precision(shapely.make_valid(flat[broken]), 10.0**-DECIMALS)
        whole = polygons(shapely.GeometryCollection(list(flat)))
        if not whole.is_valid:  # two parts have come to overlap or share an edge
            whole = polygons(shapely.set_precision(shapely.union_all(flat), 10.0**-DECIMALS))
        whole = shapely.transform(whole, lambda c: np.round(c, DECIMALS))
    whole = shapely.remove_repeated_points(whole)
    if whole.is_empty or not whole.area:
        return None
    return shapely.orient_polygons(whole, exterior_cw=False)


def rounded_all(geometries: NDArray[Any]) -> list[Geometry | None]:
    """``rounded`` for many geometries at once; only those that rounding breaks are mended."""
    plain = np.isin(shapely.get_type_id(geometries), (3, 6)) & ~shapely.is_empty(geometries)
    ready = shapely.transform(geometries, lambda c: np.round(c, DECIMALS))
    ready = shapely.orient_polygons(shapely.remove_repeated_points(ready), exterior_cw=False)
    good = plain & shapely.is_valid(ready) & (shapely.area(ready) > 0)
    return [
        shape if fine else rounded([raw])
        for shape, fine, raw in zip(ready, good, geometries, strict=True)
    ]


def polygons(geometry: Geometry) -> Geometry:
    """The polygons of a geometry, as one Polygon or MultiPolygon."""
    flat = shapely.get_parts(shapely.get_parts(geometry))
    flat = flat[(shapely.get_type_id(flat) == 3) & ~shapely.is_empty(flat)]
    return flat[0] if len(flat) == 1 else shapely.multipolygons(flat)


def valid(geometry: Geometry) -> Geometry:
    """The geometry itself if it is valid, else its polygons mended."""
    return geometry if geometry.is_valid else polygons(shapely.make_valid(geometry))


def is_area(geometry: Geometry) -> bool:
    """Whether it is a Polygon or MultiPolygon."""
    return isinstance(geometry, shapely.Polygon | shapely.MultiPolygon)
