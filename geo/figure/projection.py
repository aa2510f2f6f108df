"""From degrees to px: an equal-area projection centred on what is shown.

Lambert's azimuthal equal-area projection on the WGS84 ellipsoid keeps the sizes of zones
comparable, has north up at its centre, and knows no antimeridian. Pictures wider than a third
of the globe use Equal Earth instead (both as in PROJ).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from matplotlib.path import Path
from numpy.typing import NDArray
from pyproj import Geod, Proj
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.figure.canvas import Box

__all__ = ["GEOD", "View", "as_geometry", "fit", "fit_round", "outline_path"]

GEOD = Geod(ellps="WGS84")
Floats = NDArray[np.float64]
Extent = tuple[float, float, float, float]
# Beyond this many degrees of longitude or latitude the azimuthal picture bends too much.
WIDEST_AZIMUTHAL = 110.0
# The least ground a fitted picture shows, so that one town is not shown alone on a blank sheet.
LEAST_SPAN_KM = 70.0
# All land but the Antarctic, cut in the Bering Strait.
WORLD = (-169.0, -58.0, 190.9, 78.0)
# Air round the reported places, as a share of their span.
MARGIN = 0.16


@dataclass(frozen=True, slots=True)
class View:
    """A projection and the px box it fills. ``scale`` is px per projected metre.

    ``wide`` marks a picture so wide that no one scale holds for it.
    """

    proj: Proj
    box: Box
    mid_x: float
    mid_y: float
    scale: float
    centre_lon: float
    centre_lat: float
    wide: bool = False

    def px(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Degrees to px, y down. Points the projection cannot show are not finite."""
        east, north = self.proj(np.asarray(lon, float), np.asarray(lat, float))
        left, top, right, bottom = self.box
        x = (left + right) / 2 + (np.asarray(east) - self.mid_x) * self.scale
        y = (top + bottom) / 2 - (np.asarray(north) - self.mid_y) * self.scale
        return x, y

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """One place in px."""
        x, y = self.px(np.array([lon]), np.array([lat]))
        return float(x[0]), float(y[0])

    def lonlat(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Px to degrees; not finite outside the globe."""
        left, top, right, bottom = self.box
        east = (np.asarray(x, float) - (left + right) / 2) / self.scale + self.mid_x
        north = ((top + bottom) / 2 - np.asarray(y, float)) / self.scale + self.mid_y
        lon, lat = self.proj(east, north, inverse=True)
        return np.asarray(lon), np.asarray(lat)

    def holds(self, x: float, y: float, inset: float = 0.0) -> bool:
        """Whether a px point lies in the box, ``inset`` px or more from its edge."""
        left, top, right, bottom = self.box
        return (
            math.isfinite(x + y)
            and left + inset <= x <= right - inset
            and top + inset <= y <= bottom - inset
        )

    @property
    def px_per_km(self) -> float:
        """Px per kilometre at the centre, along the geodesic (not the projection's own word)."""
        left, top, right, bottom = self.box
        y = (top + bottom) / 2
        half = min(200.0, (right - left) / 4)
        mid = (left + right) / 2
        lon, lat = self.lonlat(np.array([mid - half, mid + half]), np.array([y, y]))
        metres = GEOD.inv(lon[0], lat[0], lon[1], lat[1])[2]
        return float(2 * half / (metres / 1000))

    @property
    def extent(self) -> Extent:
        """West, south, east, north in degrees that hold the box; east may exceed 180."""
        left, top, right, bottom = self.box
        xs = np.linspace(left, right, 33)
        ys = np.linspace(top, bottom, 33)
        grid_x, grid_y = np.meshgrid(xs, ys)
        lon, lat = self.lonlat(grid_x.ravel(), grid_y.ravel())
        good = np.isfinite(lon) & np.isfinite(lat)
        if not good.all():
            return (-180.0, -90.0, 180.0, 90.0)
        offset = (lon[good] - self.centre_lon + 180) % 360 - 180
        south, north = float(lat[good].min()), float(lat[good].max())
        if offset.max() - offset.min() > 300 or north > 88 or south < -88:
            return (-180.0, max(-90.0, south - 1), 180.0, min(90.0, north + 1))
        west = float(self.centre_lon + offset.min())
        east = float(self.centre_lon + offset.max())
        if west < -180:
            west, east = west + 360, east + 360
        return (west, south, east, north)

    @property
    def zoom(self) -> float:
        """The web-map zoom level of the same scale at the centre."""
        metres_per_px = 1000 / self.px_per_km
        at_zero = 156543.03 * max(0.2, math.cos(math.radians(self.centre_lat)))
        return math.log2(at_zero / metres_per_px)

    def lines(self, parts: Sequence[Floats], tolerance: float = 0.35) -> list[Floats]:
        """Lon/lat polylines (N by 2) as px polylines within the box, thinned to the eye."""
        kept = [part for part in parts if len(part) > 1]
        if not kept:
            return []
        count = [len(part) for part in kept]
        flat = np.concatenate(kept)
        x, y = self.px(flat[:, 0], flat[:, 1])
        xy = np.column_stack([x, y]).round(2)
        owner = np.repeat(np.arange(len(kept)), count)
        bad = np.unique(owner[~np.isfinite(xy).all(axis=1)])
        if len(bad):
            good = ~np.isin(owner, bad)
            owner, xy = np.unique(owner[good], return_inverse=True)[1], xy[good]
        if not len(xy):
            return []
        shapes = shapely.linestrings(xy, indices=owner)
        cut = shapely.get_parts(shapely.clip_by_rect(shapes, *self._padded()))
        cut = cut[(shapely.get_type_id(cut) == 1) & ~shapely.is_empty(cut)]
        merged = shapely.line_merge(shapely.multilinestrings(cut))
        thin = shapely.simplify(merged, tolerance, preserve_topology=False)
        return [
            shapely.get_coordinates(part)
            for part in shapely.get_parts(thin)
            if shapely.get_type_id(part) == 1
        ]

    def area(self, shape: BaseGeometry, tolerance: float = 0.25) -> BaseGeometry:
        """A lon/lat shape in px, cut to the box (a little beyond its edge) and valid."""
        if shape.is_empty:
            return shapely.Polygon()
        moved = shapely.transform(
            shapely.segmentize(shape, 1.0),
            lambda xy: np.column_stack(self.px(xy[:, 0], xy[:, 1])),
        )
        if not np.isfinite(shapely.get_coordinates(moved)).all():
            return shapely.Polygon()
        if not shapely.is_valid(moved):
            moved = shapely.make_valid(moved)
        cut = shapely.clip_by_rect(moved, *self._padded())
        thin = shapely.simplify(cut, tolerance)
        return thin if shapely.is_valid(thin) else shapely.make_valid(thin)

    def _padded(self) -> Box:
        left, top, right, bottom = self.box
        return (left - 12, top - 12, right + 12, bottom + 12)


def _projection(lon: float, lat: float, wide: bool) -> Proj:
    if wide:
        return Proj(proj="eqearth", lon_0=lon, ellps="WGS84")
    return Proj(proj="laea", lon_0=lon, lat_0=lat, ellps="WGS84")


def _edges(extent: Extent) -> tuple[Floats, Floats]:
    west, south, east, north = extent
    if east < west:
        east += 360
    along = np.linspace(0, 1, 25)
    lon = west + (east - west) * np.concatenate([along, along, 0 * along, 0 * along + 1])
    lat = south + (north - south) * np.concatenate([0 * along, 0 * along + 1, along, along])
    return lon, lat


def fit(
    box: Box, *, extent: Extent | None = None, lon: Floats | None = None, lat: Floats | None = None
) -> View:
    """The view that shows ``extent`` (or these points, with air round them) in ``box``.

    Degrees; ``extent`` is west, south, east, north, with west > east across the antimeridian.
    With neither, the whole world.
    """
    margin = 0.0
    if extent is not None and (extent[2] - extent[0]) % 360 in (0, 360) and extent[2] != extent[0]:
        # The whole globe: its inhabited part, cut opposite to the middle asked for.
        middle = (extent[0] + extent[2]) / 2
        half = (WORLD[2] - WORLD[0]) / 2
        middle = middle if abs(middle) > 30 else (WORLD[0] + WORLD[2]) / 2
        extent = (middle - half, max(WORLD[1], extent[1]), middle + half, min(WORLD[3], extent[3]))
    if extent is None and (lon is None or lat is None or not len(lon)):
        extent = WORLD
    if extent is not None:
        lons, lats = _edges(extent)
    else:
        lons, lats, margin = np.asarray(lon, float), np.asarray(lat, float), MARGIN
    # The mean direction finds the middle on either side of the antimeridian.
    turn = np.radians(lons)
    middle = math.degrees(math.atan2(np.sin(turn).mean(), np.cos(turn).mean()))
    offset = (lons - middle + 180) % 360 - 180
    if extent is not None:
        middle = float((lons.min() + lons.max()) / 2)
        offset = lons - middle
    middle += float(offset.min() + offset.max()) / 2
    offset = offset - (offset.min() + offset.max()) / 2
    centre_lat = float(lats.min() + lats.max()) / 2
    wide = bool(np.ptp(offset) > WIDEST_AZIMUTHAL or np.ptp(lats) > WIDEST_AZIMUTHAL)
    middle = (middle + 180) % 360 - 180
    proj = _projection(middle, 0.0 if wide else centre_lat, wide)
    x, y = (np.asarray(v) for v in proj(middle + offset, lats))
    good = np.isfinite(x) & np.isfinite(y)
    x, y = x[good], y[good]
    left, top, right, bottom = box
    width = max(np.ptp(x) * (1 + 2 * margin), LEAST_SPAN_KM * 1000 if extent is None else 2000.0)
    height = max(np.ptp(y) * (1 + 2 * margin), LEAST_SPAN_KM * 1000 if extent is None else 2000.0)
    scale = min((right - left) / width, (bottom - top) / height)
    return View(
        proj=proj,
        box=box,
        mid_x=float(x.min() + x.max()) / 2,
        mid_y=float(y.min() + y.max()) / 2,
        scale=float(scale),
        centre_lon=middle,
        centre_lat=centre_lat,
        wide=wide,
    )


def fit_round(box: Box, lon: float, lat: float, half_width_km: float) -> View:
    """The view of the ground round a place (degrees), this far from it to either side of ``box``.

    Works up to a quarter of the globe, poles included.
    """
    left, _, right, _ = box
    return View(
        proj=_projection(lon, lat, wide=False),
        box=box,
        mid_x=0.0,
        mid_y=0.0,
        scale=(right - left) / 2 / (half_width_km * 1000),
        centre_lon=lon,
        centre_lat=lat,
    )


def as_geometry(geometry: object) -> BaseGeometry:
    """A shapely geometry from one, or from a GeoJSON-like mapping (lon/lat)."""
    if isinstance(geometry, BaseGeometry):
        return geometry
    assert isinstance(geometry, Mapping)
    made: BaseGeometry = shape(dict(geometry))
    return made


def outline_path(shape: BaseGeometry) -> Path:
    """The path of all polygons of a shape, holes turned against their rings."""
    vertices: list[Floats] = []
    codes: list[NDArray[np.uint8]] = []
    for polygon in shapely.get_parts(shapely.orient_polygons(shape)):
        for ring in _rings(polygon):
            xy = shapely.get_coordinates(ring)
            if len(xy) < 4:
                continue
            code = np.full(len(xy), Path.LINETO, dtype=np.uint8)
            code[0], code[-1] = Path.MOVETO, Path.CLOSEPOLY
            vertices.append(xy)
            codes.append(code)
    if not vertices:
        return Path(np.empty((0, 2)))
    return Path(np.concatenate(vertices), np.concatenate(codes))


def _rings(shape: BaseGeometry) -> list[BaseGeometry]:
    if isinstance(shape, shapely.Polygon):
        return [] if shape.is_empty else [shape.exterior, *shape.interiors]
    if isinstance(shape, shapely.MultiPolygon | shapely.GeometryCollection):
        return [ring for part in shape.geoms for ring in _rings(part)]
    return []
