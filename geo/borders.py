"""How far a place is from the nearest international land border, and between which countries.

Method. Border lines are kept as blocks of a few edges with a bounding radius. For a point, the
distance to every block's centre gives a lower and an upper bound; only blocks that can hold the
nearest edge are opened (exact: nothing is missed). Their edges are compared by straight lines in
earth-centred coordinates, and those within a few metres of the best are settled on the WGS84
ellipsoid with geodesics (Karney 2013, through pyproj). Edges are straight in longitude/latitude
(RFC 7946, 3.1.1) and were split below 0.025 degrees, so a chord is off by less than 0.25 m before
that last step.

Data: ``data/osm/borders.npz`` (OpenStreetMap, ODbL) and ``data/naturalearth/borders.npz``, in
the form that ``geo.border_blocks`` describes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

from geo.border_blocks import UNIT, Line, block_lines
from geo.errors import DataError, InputError

__all__ = ["BorderDistance", "BorderDistances", "Borders", "open_borders"]

DATA = Path(__file__).resolve().parents[1] / "data"
SETS = {
    "osm": (DATA / "osm" / "borders.npz", "OpenStreetMap, full resolution"),
    "ne": (DATA / "naturalearth" / "borders.npz", "Natural Earth 1:10 million"),
}
FINE_UNIT = 1_000_000_000  # for lines given at run time: 0.1 mm
GEOD = Geod(ellps="WGS84")
_A, _E2 = 6_378_137.0, 6.694379990141316e-3
SIDE_SURE_KM = 5.0  # nearer than this the border line itself tells the side, beyond it the area
CHUNK = 8_192  # points worked on at a time by nearest_many
TIE_M = 0.0005  # feet this close to equally far are one and the same corner
MANY = 256  # from this many points on, all edges are opened once
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BorderDistance:
    """The nearest land border of a point.

    ``low_km`` to ``high_km`` is the distance's interval when the point may be off by its own
    precision. ``pair`` holds the two countries (ISO alpha-2, sorted), ``side`` the country the
    point lies in (None at sea or where it is not known; where ``low_km`` is 0 the place itself may
    lie across). ``foot_lat``, ``foot_lon`` is the border's nearest point, ``bearing_deg`` the
    direction to it, clockwise from north.
    """

    distance_km: float
    low_km: float
    high_km: float
    pair: tuple[str, str]
    side: str | None
    foot_lat: float
    foot_lon: float
    bearing_deg: float
    boundary_set: str


@dataclass(frozen=True, slots=True)
class BorderDistances:
    """Nearest borders of many points, one array entry per point; ``pair`` is ``IQ|SY``."""

    distance_km: Floats
    foot_lat: Floats
    foot_lon: Floats
    bearing_deg: Floats
    pair: NDArray[np.str_]


def _ecef(lon: Floats, lat: Floats) -> Floats:
    """Earth-centred metres (Nx3) of degrees on the WGS84 ellipsoid."""
    x, y = np.radians(lon), np.radians(lat)
    sin, cos = np.sin(y), np.cos(y)
    normal = _A / np.sqrt(1 - _E2 * sin * sin)
    return np.stack(
        [normal * cos * np.cos(x), normal * cos * np.sin(x), normal * (1 - _E2) * sin], axis=-1
    )


class Borders:
    """A set of land borders with their index. Use ``open_borders``; it is shared and read-only."""

    def __init__(
        self,
        name: str,
        pairs: Sequence[str],
        start: ArrayLike,
        size: ArrayLike,
        pair: ArrayLike,
        centre: ArrayLike,
        radius_m: ArrayLike,
        steps: ArrayLike,
        *,
        unit: float = UNIT,
    ) -> None:
        self.name = name
        self.pairs = tuple(pairs)
        self._unit = unit
        self._start = np.asarray(start, np.int64)
        self._size = np.asarray(size, np.int64)
        self._pair = np.asarray(pair, np.int64)
        self._radius = np.asarray(radius_m, np.float64)
        self._steps = np.asarray(steps)
        self._first = np.concatenate([[0], np.cumsum(self._size)])
        middle = np.asarray(centre, np.float64) / unit
        self._centre = _ecef(middle[:, 0], middle[:, 1])
        self._square = np.einsum("ij,ij->i", self._centre, self._centre)

    @classmethod
    def from_lines(cls, name: str, lines: Iterable[Line]) -> Borders:
        """A set of your own: (left country, right country, Nx2 longitude, latitude) per line.

        "Left" is as one walks along the line. Countries may come in any order.
        """
        return cls(name, **block_lines(lines, FINE_UNIT), unit=FINE_UNIT)

    @cached_property
    def _tree(self) -> Any:
        from scipy.spatial import cKDTree

        return cKDTree(self._centre)

    @cached_property
    def _edges(self) -> tuple[Floats, Floats]:
        """Start and direction of every edge in metres (about 70 MB; only for many points)."""
        one, two = self._open(np.arange(len(self._size)))
        start = _ecef(*one.T)
        return start, _ecef(*two.T) - start

    def nearest(self, lat: float, lon: float, precision_km: float = 0.0) -> BorderDistance:
        """The nearest land border of one point (degrees); see ``BorderDistance``.

        Raises InputError if the point is not on the globe or the precision is negative.
        """
        if not (math.isfinite(precision_km) and precision_km >= 0):
            msg = f"the precision {precision_km} km is not a distance; give 0 or more"
            raise InputError(msg)
        points = _points([lat], [lon])
        where = _ecef(*points.T)[0]
        # |c - p|^2 spelled out: one matrix product over all blocks instead of three passes.
        square = self._square - 2 * (self._centre @ where) + where @ where
        away = np.sqrt(np.maximum(square, 0.0))
        best = float(np.min(away + self._radius))
        blocks = np.flatnonzero(away - self._radius <= best + _slack(best))
        found = self._settle(points, np.zeros(len(blocks), np.int64), blocks)
        distance = float(found.distance_m[0]) / 1000
        pair = self.pairs[self._pair[found.block[0]]].split("|")
        return BorderDistance(
            distance_km=distance,
            low_km=max(0.0, distance - precision_km),
            high_km=distance + precision_km,
            pair=(pair[0], pair[1]),
            side=_side(float(lat), float(lon), distance, pair, float(found.turn[0])),
            foot_lat=float(found.foot[0, 1]),
            foot_lon=float(found.foot[0, 0]),
            bearing_deg=float(found.bearing[0]) % 360,
            boundary_set=self.name,
        )

    def nearest_many(self, lats: ArrayLike, lons: ArrayLike) -> BorderDistances:
        """Nearest land borders of many points (degrees, two arrays of equal length).

        Raises InputError naming the first point that is not on the globe.
        """
        points = _points(lats, lons)
        distance = np.empty(len(points))
        bearing = np.empty(len(points))
        foot = np.empty((len(points), 2))
        block = np.empty(len(points), np.int64)
        # Points near each other open the same blocks: sorted, they run about twice as fast.
        order = np.lexsort((points[:, 0], np.floor(points[:, 1])))
        for begin in range(0, len(points), CHUNK):
            part = order[begin : begin + CHUNK]
            found = self._settle(points[part], *self._candidates(points[part]))
            distance[part] = found.distance_m / 1000
            bearing[part] = found.bearing % 360
            foot[part] = found.foot
            block[part] = found.block
        pair = np.array(self.pairs)[self._pair[block]] if len(points) else np.array([], "U5")
        return BorderDistances(distance, foot[:, 1], foot[:, 0], bearing, pair)

    def _candidates(self, points: Floats) -> tuple[Ints, Ints]:
        """Pairs (point, block) that can hold the nearest edge, sorted by point."""
        where = _ecef(*points.T)
        count = min(6, len(self._radius))
        away, near = self._tree.query(where, k=count)
        away, near = away.reshape(-1, count), near.reshape(-1, count)
        # The edges of the closest block bound the distance well below its radius.
        upper = np.full(len(points), np.inf)
        every = np.arange(len(points))
        _, gap, owner = self._gaps(where, every, near[:, 0], fast=len(points) >= MANY)
        np.minimum.at(upper, owner, gap)
        upper += _slack(upper)
        widest = float(self._radius.max())
        done = (away[:, -1] - widest > upper) | (count == len(self._radius))
        row, column = np.nonzero((away - self._radius[near] <= upper[:, None]) & done[:, None])
        rows, hits = [row], [near[row, column]]
        rest = np.flatnonzero(~done)
        if len(rest):
            lists = self._tree.query_ball_point(where[rest], upper[rest] + widest)
            row = np.repeat(rest, [len(blocks) for blocks in lists])
            hit = np.concatenate([np.asarray(blocks, np.int64) for blocks in lists])
            away = np.linalg.norm(self._centre[hit] - where[row], axis=1)
            keep = away - self._radius[hit] <= upper[row]
            rows.append(row[keep])
            hits.append(hit[keep])
        row = np.concatenate(rows)
        order = np.argsort(row, kind="stable")
        return row[order], np.concatenate(hits)[order]

    def _open(self, blocks: Ints) -> tuple[Floats, Floats]:
        """Both ends (longitude, latitude) of every edge of these blocks, in order."""
        size = self._size[blocks]
        begin = np.cumsum(size) - size
        step = self._steps[_spread(self._first[blocks], size)].astype(np.int64)
        total = np.cumsum(step, axis=0)
        base = total[begin] - step[begin]
        end = np.repeat(self._start[blocks] - base, size, axis=0) + total
        return (end - step) / self._unit, end / self._unit

    def _gaps(
        self, where: Floats, at: Ints, blocks: Ints, *, fast: bool
    ) -> tuple[Floats, Floats, Ints]:
        """Share along, straight distance and point of every edge of the pairs (at, block)."""
        size = self._size[blocks]
        owner = np.repeat(at, size)
        if fast:
            index = _spread(self._first[blocks], size)
            start, along = self._edges[0][index], self._edges[1][index]
        else:
            one, two = self._open(blocks)
            start = _ecef(*one.T)
            along = _ecef(*two.T) - start
        back = where[owner] - start
        share = np.einsum("ij,ij->i", back, along) / np.einsum("ij,ij->i", along, along)
        share = np.clip(share, 0.0, 1.0)
        back -= share[:, None] * along
        return share, np.sqrt(np.einsum("ij,ij->i", back, back)), owner

    def _settle(self, points: Floats, at: Ints, blocks: Ints) -> _Found:
        """The nearest edge of each point among its candidate blocks."""
        fast = len(points) >= MANY
        share, gap, owner = self._gaps(_ecef(*points.T), at, blocks, fast=fast)
        best = np.full(len(points), np.inf)
        np.minimum.at(best, owner, gap)
        near = np.flatnonzero(gap <= best[owner] + _slack(best[owner]))
        who = owner[near]
        size = self._size[blocks]
        # Only the blocks of edges that are left are opened again for their ends.
        which = np.repeat(np.arange(len(blocks)), size)[near]
        used, slot = np.unique(which, return_inverse=True)
        one, two = self._open(blocks[used])
        left = np.cumsum(size[used]) - size[used]
        place_in = left[slot] + near - (np.cumsum(size) - size)[which]
        one, two = one[place_in], two[place_in]
        exact, foot, bearing = _geodesic(points[who], one, two, share[near])
        best = np.full(len(points), np.inf)
        np.minimum.at(best, who, exact)
        # Where edges share the foot, the one that leans most towards the point bounds its country:
        # nothing lies between the two. So a point off a corner, or off the meeting of three
        # countries, gets the pair and the side of the border that it really faces.
        flat = np.stack([np.cos(np.radians(foot[:, 1])), np.ones(len(foot))], axis=1)
        ahead = (two - one) * flat
        ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
        back = points[who] - foot
        back[:, 0] = (back[:, 0] + 180.0) % 360.0 - 180.0
        back *= flat
        at_end = ((2 * foot - one - two) * flat * ahead).sum(axis=1) > 0
        lean = (back * ahead).sum(axis=1) * np.where(at_end, -1.0, 1.0)
        order = np.lexsort((-lean, exact > best[who] + TIE_M, who))
        first = order[np.concatenate([[True], np.diff(who[order]) > 0])]
        turn = ahead[first, 0] * back[first, 1] - ahead[first, 1] * back[first, 0]
        return _Found(best, foot[first], bearing[first], blocks[which[first]], turn)


def _spread(first: Ints, size: Ints) -> Ints:
    """Indices first[i], first[i]+1, ... (size[i] of them) for every i, joined."""
    begin = np.cumsum(size) - size
    spread: Ints = np.arange(int(size.sum())) - np.repeat(begin - first, size)
    return spread


@dataclass(frozen=True, slots=True)
class _Found:
    """Per point: metres, foot (lon, lat), bearing, block, and the sign of its side (left > 0)."""

    distance_m: Floats
    foot: Floats
    bearing: Floats
    block: Ints
    turn: Floats


def _slack(metres: float | Floats) -> float | Floats:
    """How much farther a chord may be than the best one and still win on the ellipsoid.

    A chord falls short of its arc by d^3/24R^2; between directions that differs by less than the
    flattening (1/298, doubled here). 0.6 m covers what splitting and rounding leave.
    """
    return 0.6 + metres**3 / (24 * _A**2) * (2 / 298)


def _geodesic(
    points: Floats, one: Floats, two: Floats, share: Floats
) -> tuple[Floats, Floats, Floats]:
    """Geodesic metres, foot and bearing to edges that are straight in longitude/latitude.

    The squared distance is close to a parabola along so short an edge: three geodesics give its
    lowest point, a fourth the distance there.
    """

    def inverse(t: Floats) -> tuple[Floats, Floats, Floats]:
        foot = one + t[:, None] * (two - one)
        bearing, _, metres = GEOD.inv(points[:, 0], points[:, 1], foot[:, 0], foot[:, 1])
        return np.asarray(metres), foot, np.asarray(bearing)

    width = np.full(len(share), 0.25)
    middle = np.clip(share, width, 1 - width)
    low, mid, high = (inverse(middle + d)[0] ** 2 for d in (-width, 0 * width, width))
    bend = low - 2 * mid + high
    with np.errstate(divide="ignore", invalid="ignore"):
        move = np.where(bend > 0, width * (low - high) / (2 * bend), 0.0)
    return inverse(np.clip(middle + move, 0.0, 1.0))


def _points(lats: ArrayLike, lons: ArrayLike) -> Floats:
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


def _side(
    lat: float, lon: float, distance_km: float, pair: Sequence[str], turn: float
) -> str | None:
    """The country the point lies in.

    Near the line its own course decides (Natural Earth is up to 2 km off there); farther away
    the country areas do, so that a point across a strait is not put on the border's near side.
    """
    from geo.areas import country_at, on_land

    if distance_km > SIDE_SURE_KM:
        return country_at(lat, lon)
    if turn == 0 or not on_land(lat, lon):
        return None
    return pair[0] if turn > 0 else pair[1]


@cache
def open_borders(set_name: str = "osm") -> Borders:
    """The borders of OpenStreetMap (``osm``) or Natural Earth (``ne``), opened once.

    Raises InputError for another name, DataError if the file is missing or damaged.
    """
    if set_name not in SETS:
        msg = f"there is no border set {set_name!r}; choose one of: {', '.join(SETS)}"
        raise InputError(msg)
    path, title = SETS[set_name]
    try:
        with np.load(path) as data:
            return Borders(title, data["pairs"].tolist(), *(data[k] for k in _ARRAYS))
    except (OSError, KeyError, ValueError, EOFError, BadZipFile) as exc:
        name = f"data/{path.parent.name}/{path.name}"
        msg = f"{name} cannot be read; run: python -m data.build borders"
        raise DataError(msg) from exc


_ARRAYS = ("start", "size", "pair", "centre", "radius_m", "steps")
