"""How far a place is from the nearest international land border, and between which countries.

Method. Border lines are kept as blocks of a few edges with a bounding radius. For one point, the
distance to every block's centre gives a lower and an upper bound; only blocks that can hold the
nearest edge are opened (exact: nothing is missed). Their edges are compared by straight lines in
earth-centred coordinates, and those that may still win are settled on the WGS84 ellipsoid with
geodesics (Karney 2013, through pyproj). ``geo.borders.many`` does the same for millions of points.
Edges are straight in longitude/latitude (RFC 7946, 3.1.1) and were split below 0.025 degrees.

Data: ``data/osm/borders.npz`` (OpenStreetMap, ODbL) and ``data/naturalearth/borders.npz``, in
the form that ``geo.borders.blocks`` describes; which disputed lines count is a policy, see
``geo.borders.policy``.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.borders.blocks import UNIT, Line, block_lines
from geo.borders.cells import Cells, cell_number, read_cells
from geo.borders.many import GEOD, feet_on, nearest_feet, slack_m
from geo.borders.mesh import Floats, Ints, Mesh, ecef, mesh_of
from geo.borders.points import check_precision, checked_points, checked_precisions
from geo.borders.policy import DEFAULT_POLICY, Dispute, chosen
from geo.borders.sides import side_codes
from geo.errors import DataError, InputError

__all__ = ["GEOD", "SETS", "BorderDistance", "BorderDistances", "Borders", "open_borders"]

DATA = Path(__file__).resolve().parents[2] / "data"
SETS = {
    "osm": (DATA / "osm" / "borders.npz", "OpenStreetMap, full resolution"),
    "ne": (DATA / "naturalearth" / "borders.npz", "Natural Earth 1:10 million"),
}
FINE_UNIT = 1_000_000_000  # for lines given at run time: 0.1 mm
CHUNK = 32_768  # points worked on at a time by nearest_many


@dataclass(frozen=True, slots=True)
class BorderDistance:
    """The nearest land border of a point.

    ``low_km`` to ``high_km`` is the distance's interval when the point may be off by its own
    precision. ``pair`` holds the two countries (ISO alpha-2, sorted), ``side`` the country the
    point lies in: None at sea, where it is not known, and where ``low_km`` is 0, because the place
    may then lie on either side. ``foot_lat``, ``foot_lon`` is the border's nearest point,
    ``bearing_deg`` the direction to it, clockwise from north. ``dispute`` names the dispute that
    the line is part of, or is empty.
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
    dispute: str = ""


@dataclass(frozen=True, slots=True)
class BorderDistances:
    """Nearest borders of many points, one array entry per point; as in ``BorderDistance``.

    ``pair`` is ``IQ|SY``; ``side`` is empty where there is none. ``dispute_number`` points into
    ``dispute_names``, of which the first is empty.
    """

    distance_km: Floats
    low_km: Floats
    high_km: Floats
    foot_lat: Floats
    foot_lon: Floats
    bearing_deg: Floats
    pair: NDArray[np.str_]
    side: NDArray[np.str_]
    dispute_number: NDArray[np.uint8]
    dispute_names: tuple[str, ...]

    def one_by_one(self, boundary_set: str) -> Iterator[BorderDistance]:
        """The same as one ``BorderDistance`` per point."""
        for at in range(len(self.distance_km)):
            first, second = str(self.pair[at]).split("|")
            yield BorderDistance(
                float(self.distance_km[at]),
                float(self.low_km[at]),
                float(self.high_km[at]),
                (first, second),
                str(self.side[at]) or None,
                float(self.foot_lat[at]),
                float(self.foot_lon[at]),
                float(self.bearing_deg[at]),
                boundary_set,
                self.dispute_names[self.dispute_number[at]],
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
        marks: ArrayLike | None = None,
        disputes: Sequence[Dispute | None] = (None,),
        cell_file: Path | None = None,
        rename: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.pairs = tuple(pairs)
        self.disputes = tuple(disputes)
        self._unit = unit
        self._cell_file = cell_file
        self._rename = dict(rename or {})
        self._start = np.asarray(start, np.int64)
        self._size = np.asarray(size, np.int64)
        self._pair = np.asarray(pair, np.int64)
        self._radius = np.asarray(radius_m, np.float64)
        self._steps = np.asarray(steps)
        self._mark = np.zeros(len(self._size), np.int64) if marks is None else np.asarray(marks)
        self._first = np.concatenate([[0], np.cumsum(self._size)])
        self._middle = np.asarray(centre)
        self._centre = ecef(*(self._middle.astype(np.float64) / unit).T)
        self._square = np.einsum("ij,ij->i", self._centre, self._centre)

    @classmethod
    def from_lines(cls, name: str, lines: Iterable[Line]) -> Borders:
        """A set of your own: (left country, right country, Nx2 longitude, latitude) per line.

        "Left" is as one walks along the line. Countries may come in any order.
        """
        return cls(name, **block_lines(lines, FINE_UNIT), unit=FINE_UNIT)

    @cached_property
    def mesh(self) -> Mesh:
        """All lines as vertices (about 150 MB with its index; only for many points)."""
        return self._opened(np.arange(len(self._size)))

    @cached_property
    def _cells(self) -> Cells | None:
        return read_cells(self._cell_file, self.check) if self._cell_file else None

    @cached_property
    def check(self) -> int:
        """A checksum of the lines; lists of candidates carry it."""
        return zlib.crc32(self._steps.tobytes(), zlib.crc32(self._start.tobytes()))

    def _opened(self, blocks: Ints) -> Mesh:
        """The vertices of some blocks, given in order."""
        whole = len(blocks) == len(self._size)
        index = slice(None) if whole else _spread(self._first[blocks], self._size[blocks])
        kind = self._pair[blocks] * 256 + self._mark[blocks]
        return mesh_of(
            self._start[blocks], self._size[blocks], kind, self._steps[index], self._unit
        )

    def only(self, wanted: str) -> Borders:
        """The borders of one country (``SY``) or of one pair (``SY-IQ``, in any order) alone.

        Raises InputError naming what there is if the set has no such border.
        """
        return self._part(self._numbers(wanted))

    def only_pairs(self, pairs: Iterable[str]) -> Borders:
        """The borders of some pairs (``IQ|SY``) alone; those the set does not have are left out."""
        return self._part([self.pairs.index(pair) for pair in pairs if pair in self.pairs])

    def _part(self, numbers: Sequence[int]) -> Borders:
        kept = np.flatnonzero(np.isin(self._pair, numbers))
        return Borders(
            self.name,
            self.pairs,
            self._start[kept],
            self._size[kept],
            self._pair[kept],
            self._middle[kept],
            self._radius[kept],
            self._steps[_spread(self._first[kept], self._size[kept])],
            unit=self._unit,
            marks=self._mark[kept],
            disputes=self.disputes,
            rename=self._rename,
        )

    def _numbers(self, wanted: str) -> list[int]:
        codes = [code for code in wanted.upper().replace("|", "-").split("-") if code]
        found = [i for i, pair in enumerate(self.pairs) if set(codes) <= set(pair.split("|"))]
        if 1 <= len(codes) <= 2 and found:
            return found
        known = {code for pair in self.pairs for code in pair.split("|")}
        strange = [code for code in codes if code not in known]
        if strange:
            msg = (
                f"{strange[0][:20]} has no land border in this set; give a code such as SY or SY-IQ"
            )
        elif len(codes) == 2:
            beside = sorted(
                {c for p in self.pairs if codes[0] in p.split("|") for c in p.split("|")}
            )
            beside.remove(codes[0])
            has = ", ".join(beside)
            msg = f"{codes[0]} and {codes[1]} share no land border; {codes[0]} has {has}"
        else:
            msg = f"{wanted[:20]!r} is no country or pair; give a code such as SY or SY-IQ"
        raise InputError(msg)

    def lines(self, pair: str) -> list[tuple[Floats, str]]:
        """The lines of a pair (``IQ|SY``) as Nx2 longitude, latitude, each with its dispute's name.

        Empty where the set has no such pair.
        """
        if pair not in self.pairs:
            return []
        mesh = self._opened(np.flatnonzero(self._pair == self.pairs.index(pair)))
        ends = np.flatnonzero(~mesh.joined) + 1
        parts = np.split(np.arange(len(mesh.lonlat)), ends[:-1])
        return [(mesh.lonlat[part], self._dispute(int(mesh.kind[part[0]]))) for part in parts]

    def _dispute(self, kind: int) -> str:
        found = self.disputes[kind % 256]
        return found.name if found else ""

    def nearest(self, lat: float, lon: float, precision_km: float = 0.0) -> BorderDistance:
        """The nearest land border of one point (degrees); see ``BorderDistance``.

        Raises InputError if the point is not on the globe or the precision is negative.
        """
        check_precision(precision_km)
        points = checked_points([lat], [lon])
        away = self._away(points)
        return self._among(points, away, np.arange(len(away)), precision_km)

    def nearest_pairs(
        self, lat: float, lon: float, k: int = 3, precision_km: float = 0.0
    ) -> tuple[BorderDistance, ...]:
        """The nearest border of each of the ``k`` nearest country pairs, nearest first.

        Near the meeting of three countries these are the borders at hand. Raises InputError as
        ``nearest`` does, and where ``k`` is below 1.
        """
        if k < 1:
            raise InputError(f"{k} borders cannot be found; ask for 1 or more")
        check_precision(precision_km)
        points = checked_points([lat], [lon])
        away = self._away(points)
        least = np.full(len(self.pairs), np.inf)
        np.minimum.at(least, self._pair, away - self._radius)
        found: list[BorderDistance] = []
        for pair in np.argsort(least):
            bound = float(least[pair])
            if not math.isfinite(bound):
                break
            bound = max(bound, 0.0) / 1000
            if len(found) >= k and bound > found[k - 1].distance_km + 0.001:
                break
            own = np.flatnonzero(self._pair == pair)
            found.append(self._among(points, away[own], own, precision_km))
            found.sort(key=lambda one: one.distance_km)
        return tuple(found[:k])

    def _away(self, points: Floats) -> Floats:
        """Straight metres from one point to the centre of every block."""
        where = ecef(points[:, 0], points[:, 1])[0]
        # |c - p|^2 spelled out: one matrix product over all blocks instead of three passes.
        square = self._square - 2 * (self._centre @ where) + where @ where
        return np.asarray(np.sqrt(np.maximum(square, 0.0)))

    def _among(
        self, points: Floats, away: Floats, blocks: Ints, precision_km: float
    ) -> BorderDistance:
        """The nearest border of one point among blocks that are ``away`` metres off."""
        radius = self._radius[blocks]
        best = np.asarray(np.min(away + radius))
        few = self._opened(blocks[away - radius <= best + slack_m(best)])
        feet = feet_on(few, points)
        kind = int(few.kind[feet.edge[0]])
        distance = float(feet.distance_m[0]) / 1000
        low = max(0.0, distance - precision_km)
        pair = self.pairs[kind // 256].split("|")
        side = ""
        if low > 0:
            side = str(side_codes(points, np.array([distance]), feet.turn, np.array([pair]))[0])
        return BorderDistance(
            distance_km=distance,
            low_km=low,
            high_km=distance + precision_km,
            pair=(pair[0], pair[1]),
            side=self._rename.get(side, side) or None,
            foot_lat=float(feet.foot[0, 1]),
            foot_lon=float(feet.foot[0, 0]),
            bearing_deg=float(feet.bearing[0]) % 360,
            boundary_set=self.name,
            dispute=self._dispute(kind),
        )

    def nearest_many(
        self,
        lats: ArrayLike,
        lons: ArrayLike,
        precision_km: ArrayLike = 0.0,
        *,
        sides: bool = True,
    ) -> BorderDistances:
        """Nearest land borders of many points (degrees, two arrays of equal length).

        ``precision_km`` is one number or one per point. Without ``sides`` all are left empty,
        which saves the country areas. Raises InputError naming the first point that is not on
        the globe.
        """
        points = checked_points(lats, lons)
        count = len(points)
        off = np.broadcast_to(checked_precisions(precision_km, count), (count,))
        distance, bearing, turn = np.empty(count), np.empty(count), np.empty(count)
        foot = np.empty((count, 2))
        kind = np.empty(count, np.int64)
        # Points near each other try the same lines: sorted, they run about twice as fast.
        order = np.argsort(cell_number(points[:, 0], points[:, 1]), kind="stable")
        for begin in range(0, count, CHUNK):
            part = order[begin : begin + CHUNK]
            feet = nearest_feet(self.mesh, self._cells, points[part])
            distance[part] = feet.distance_m / 1000
            bearing[part] = feet.bearing % 360
            foot[part] = feet.foot
            kind[part] = self.mesh.kind[feet.edge]
            turn[part] = feet.turn
        low = np.maximum(distance - off, 0.0)
        side = np.zeros(count, "U2")
        if sides and count:
            both = np.array([name.split("|") for name in self.pairs])
            side = side_codes(points, distance, turn, both, kind // 256)
            for old, new in self._rename.items():
                side[side == old] = new
            side[low <= 0] = ""
        return BorderDistances(
            distance,
            low,
            distance + off,
            foot[:, 1],
            foot[:, 0],
            bearing,
            np.array(self.pairs)[kind // 256],
            side,
            (kind % 256).astype(np.uint8),
            tuple(found.name if found else "" for found in self.disputes),
        )


def _spread(first: Ints, size: Ints) -> Ints:
    """Indices first[i], first[i]+1, ... (size[i] of them) for every i, joined."""
    begin = np.cumsum(size) - size
    spread: Ints = np.arange(int(size.sum())) - np.repeat(begin - first, size)
    return spread


@cache
def open_borders(set_name: str = "osm", policy: str = DEFAULT_POLICY) -> Borders:
    """The borders of OpenStreetMap (``osm``) or Natural Earth (``ne``), opened once.

    ``policy`` says which disputed lines count; see ``geo.borders.policy.POLICIES``. Raises
    InputError for another name, DataError if the file is missing or damaged.
    """
    if set_name not in SETS:
        msg = f"there is no border set {set_name!r}; choose one of: {', '.join(SETS)}"
        raise InputError(msg)
    path, title = SETS[set_name]
    try:
        with np.load(path) as data:
            arrays = {key: data[key] for key in _ARRAYS}
            pairs = data["pairs"].tolist()
            names = data["marks"].tolist() if "marks" in data else [""]
            mark = data["mark"] if "mark" in data else np.zeros(len(arrays["size"]), np.uint8)
    except (OSError, KeyError, ValueError, EOFError, BadZipFile) as exc:
        name = f"data/{path.parent.name}/{path.name}"
        msg = f"{name} cannot be read; run: python -m data.build borders"
        raise DataError(msg) from exc
    choice = chosen(policy, names, pairs)
    kept = np.flatnonzero(choice.counts[mark])
    if len(kept) < len(mark):
        first = np.concatenate([[0], np.cumsum(arrays["size"], dtype=np.int64)])
        arrays["steps"] = arrays["steps"][
            _spread(first[kept], arrays["size"][kept].astype(np.int64))
        ]
        for key in _PER_BLOCK:
            arrays[key] = arrays[key][kept]
        mark = mark[kept]
    # Pairs whose every line a policy leaves out are no pairs of it.
    used, arrays["pair"] = np.unique(choice.pair[arrays["pair"]], return_inverse=True)
    return Borders(
        title,
        [choice.pairs[number] for number in used],
        **arrays,
        marks=mark,
        disputes=choice.disputes,
        cell_file=path.with_name(f"border-cells-{policy}.npz"),
        rename=choice.rename,
    )


_PER_BLOCK = ("start", "size", "pair", "centre", "radius_m")
_ARRAYS = (*_PER_BLOCK, "steps")
