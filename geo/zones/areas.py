"""Areas from many settlements: a grid of probabilities made into clean polygons.

The method (``geo.zones.methods``) is asked at the points of a grid, closely only where the answer
changes. A point belongs to the likeliest holder if its probability is at least HELD, firmly from
SURE on; below HELD two holders are too near to call and the point lies in the band contested
between them. Beyond the cap from every known settlement nothing is said. The limits between these
are drawn where they fall between the grid's points (``geo.zones.partition``), smoothed together so
that neighbours keep sharing every vertex, and cut to land once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import maximum_filter, minimum_filter
from scipy.spatial import cKDTree

from geo.errors import InputError
from geo.polygons import areas_km2, is_area, moved, rounded_all, valid
from geo.zones.methods import Method, checked, on_globe
from geo.zones.partition import faces

__all__ = ["HELD", "SURE", "Area", "areas"]

HELD = 0.8  # probability from which an area counts as held; judgement, see benchmarks/zones.py
SURE = 0.95
COARSE = 3  # every so many points of the grid are asked first
CALM = 0.985  # where the likeliest holder reaches this all round, points between are not asked
MOST_POINTS = 700_000
MANY_POINTS, MIXED = 10_000, 0.8
KM_PER_DEG = 111.195
POLE_LAT = 89.0
NOTHING = 0
WORLD = shapely.box(-180, -90, 180, 90)

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Area:
    """One face of the map: who, how sure, where, and the settlements that speak for it.

    ``holders``: one where held, two where the band is contested, the likelier first.
    ``certainty`` is the mean probability of the first. ``geometry`` is a (Multi)Polygon (lon,
    lat), RFC 7946. ``towns`` index the known settlements nearest to its ground.
    """

    holders: tuple[str, ...]
    kind: str
    certainty: float
    geometry: Any
    area_km2: float
    towns: Ints


def areas(
    method: Method,
    lat: ArrayLike,
    lon: ArrayLike,
    *,
    cap_km: float,
    land: Any | None = None,
    step_km: float | None = None,
) -> tuple[Area, ...]:
    """The areas that known settlements (degrees) imply by a fitted method, within ``cap_km``.

    ``land`` is a valid (Multi)Polygon (lon, lat) to cut to, or None. ``step_km`` is the grid's
    mesh, chosen by the number of settlements if None. Raises InputError for land that is no area,
    or settlements so near a pole that the cap would hold it.
    """
    lat, lon = checked(lat, lon)
    if np.abs(lat).max() + cap_km / 111.0 > POLE_LAT:
        raise InputError("A settlement lies too near a pole for zones; leave it out.")
    if land is not None and not is_area(land):
        raise InputError("Zones are cut to land given as a polygon; this is something else.")
    tree = cKDTree(on_globe(lat, lon))
    found: list[Area] = []
    for group in _groups(lat, lon, cap_km):
        grid = _Grid(lat[group], lon[group], tree, cap_km, step_km)
        found.extend(grid.areas(method, land))
    return tuple(found)


def _groups(lat: Floats, lon: Floats, cap_km: float) -> list[Ints]:
    """Settlements parted where a gap in longitude or latitude is wider than two caps.

    Only wide gaps are used: a grid over an empty ocean would be a waste.
    """
    todo, done = [np.arange(len(lat))], []
    while todo:
        group = todo.pop()
        for values, scale, turn in (
            (lat[group], KM_PER_DEG, False),
            (lon[group], KM_PER_DEG * math.cos(math.radians(np.abs(lat[group]).max())), True),
        ):
            order = np.argsort(values)
            ranked = values[order]
            gaps = np.diff(ranked)
            wide = np.flatnonzero(gaps * scale > 2.1 * cap_km)
            if turn and len(wide) and (ranked[0] + 360 - ranked[-1]) * scale <= 2.1 * cap_km:
                # Both ends meet at the antimeridian: they are one group.
                rest = order[wide[0] + 1 : wide[-1] + 1]
                if len(rest):
                    todo.append(group[rest])
                    ends = np.r_[order[: wide[0] + 1], order[wide[-1] + 1 :]]
                    todo.append(group[ends])
                    break
                continue
            if len(wide):
                todo.extend(group[part] for part in np.split(order, wide + 1))
                break
        else:
            done.append(np.sort(group))
    return sorted(done, key=lambda g: int(g[0]))


class _Grid:
    """A plane of km round a group of settlements, longitude unrolled round its middle."""

    def __init__(
        self, lat: Floats, lon: Floats, tree: cKDTree, cap_km: float, step_km: float | None
    ) -> None:
        self.tree, self.cap_km = tree, cap_km
        gap_at = np.sort(lon)
        gaps = np.diff(np.r_[gap_at, gap_at[0] + 360])
        west = gap_at[(int(np.argmax(gaps)) + 1) % len(gap_at)]
        east = (lon - west) % 360
        self.lon0 = west + float(np.ptp(east)) / 2
        self.narrow = math.cos(math.radians((lat.min() + lat.max()) / 2))
        wide = math.cos(math.radians(min(np.abs(lat).max() + cap_km / KM_PER_DEG, 89)))
        pad_x = 1.05 * cap_km * self.narrow / wide
        x = ((lon - self.lon0 + 180) % 360 - 180) * self.narrow * KM_PER_DEG
        y = lat * KM_PER_DEG
        if step_km is None:
            # About four points to a settlement, and caps that look round.
            cells = np.unique(np.floor(np.column_stack([x, y]) / cap_km), axis=0)
            covered = min(3.0 * len(cells), len(cells) + 60) * cap_km**2
            step_km = math.sqrt(covered / min(max(9000, 4 * len(lat)), 60_000))
            step_km = min(max(step_km, cap_km / 25), cap_km / 6)
        box = (np.ptp(x) + 2 * pad_x) * (np.ptp(y) + 2.1 * cap_km)
        self.step = step = max(step_km, math.sqrt(box / MOST_POINTS))
        self.x = np.arange(x.min() - pad_x - step, x.max() + pad_x + 2 * step, step)
        self.y = np.arange(y.min() - 1.05 * cap_km - step, y.max() + 1.05 * cap_km + 2 * step, step)
        self.shape = (len(self.y), len(self.x))
        self.lat = np.repeat(self.y, len(self.x)) / KM_PER_DEG
        self.lon = np.tile(self.x, len(self.y)) / (KM_PER_DEG * self.narrow) + self.lon0

    def areas(self, method: Method, land: Any | None) -> list[Area]:
        xyz = on_globe(self.lat, self.lon)
        away, nearest = self.tree.query(xyz, distance_upper_bound=self.cap_km + 2 * self.step)
        spare = self.cap_km - away  # -inf far from everything
        share = self._shares(method, np.isfinite(away))
        first, second, level = _ranked(share)
        # Label: 0 nothing; held by an actor (firmly or not); contested between two.
        actors = len(method.actors)
        low, high = np.minimum(first, second), np.maximum(first, second)
        label = np.where(
            level > 0, 1 + 2 * first + (level > 1), 1 + 2 * actors + low * actors + high
        )
        label[~(spare > 0)] = NOTHING
        edge = np.ones(self.shape, dtype=bool)
        edge[1:-1, 1:-1] = False
        label[edge.ravel()] = NOTHING

        def crossing(one: Ints, other: Ints) -> Floats:
            return _crossing(one, other, label, spare, share, first, level)

        made = faces(self.x, self.y, label.reshape(self.shape), crossing, empty=NOTHING)
        if not made:
            return []
        smooth = shapely.coverage_simplify(np.array([f for _, f, _ in made]), self.step / 3)
        cut = _cut(self._lonlat(smooth), land, self.step)
        kept = [(i, shape) for i, shape in enumerate(rounded_all(cut)) if shape is not None]
        sizes = areas_km2([shape for _, shape in kept])
        found = []
        for (i, shape), size in zip(kept, sizes, strict=True):
            number, _, nodes = made[i]
            towns = np.array(sorted(set(nearest[nodes].tolist())), dtype=np.intp)
            if number <= 2 * actors:
                holder = (number - 1) // 2
                names: tuple[str, ...] = (method.actors[holder],)
                kind = "held"
                certainty = float(share[nodes, holder].mean())
            else:
                pair = divmod(number - 1 - 2 * actors, actors)
                means = share[nodes][:, pair].mean(axis=0)
                order = np.argsort(-means, kind="stable")
                names = tuple(method.actors[pair[j]] for j in order)
                kind, certainty = "contested", float(means.max())
            found.append(Area(names, kind, round(certainty, 3), shape, float(size), towns))
        return found

    def _shares(self, method: Method, wanted: NDArray[np.bool_]) -> Floats:
        """Probabilities at the points of the grid: asked where they change, else read between."""
        rows, columns = self.shape
        actors = len(method.actors)
        take_y = np.unique(np.r_[np.arange(0, rows, COARSE), rows - 1])
        take_x = np.unique(np.r_[np.arange(0, columns, COARSE), columns - 1])
        wide = maximum_filter(wanted.reshape(self.shape), size=2 * COARSE + 1)
        coarse = np.full((len(take_y), len(take_x), actors), np.nan)
        ask = wide[np.ix_(take_y, take_x)]
        at = (take_y[:, None] * columns + take_x)[ask]
        coarse[ask] = method.predict_proba(self.lat[at], _turned(self.lon[at]))
        best = np.where(ask, np.nan_to_num(coarse).argmax(axis=2), -1)
        sure = np.where(ask, np.nan_to_num(coarse).max(axis=2), 0.0)
        calm = (
            (maximum_filter(best, 3) == minimum_filter(best, 3))
            & (minimum_filter(sure, 3) >= CALM)
        )  # fmt: skip
        near_y = np.searchsorted(take_y, np.arange(rows), side="right") - 1
        near_x = np.searchsorted(take_x, np.arange(columns), side="right") - 1
        share: Floats = np.zeros((rows * columns, actors))
        whole = np.nan_to_num(coarse)[np.ix_(near_y, near_x)].reshape(-1, actors)
        quiet = calm[np.ix_(near_y, near_x)].ravel()
        share[quiet] = whole[quiet]
        at = np.flatnonzero(wanted & ~quiet)
        if len(at) > MANY_POINTS and len(at) > MIXED * np.count_nonzero(wanted):
            # So mixed that a closer look would only draw noise: read between the coarse points.
            return _between(np.nan_to_num(coarse), take_y, take_x, self.shape)
        share[at] = method.predict_proba(self.lat[at], _turned(self.lon[at]))
        return share

    def _lonlat(self, shapes: NDArray[Any]) -> NDArray[Any]:
        scale = np.array([KM_PER_DEG * self.narrow, KM_PER_DEG])
        start = np.array([self.lon0, 0.0])
        turned: NDArray[Any] = shapely.transform(shapes, lambda c: c / scale + start)
        return turned


def _between(coarse: Floats, take_y: Ints, take_x: Ints, shape: tuple[int, int]) -> Floats:
    """Shares read between the coarse points (bilinear); points that were not asked count as 0."""
    y, x = np.arange(shape[0]), np.arange(shape[1])
    low_y = np.clip(np.searchsorted(take_y, y, side="right") - 1, 0, len(take_y) - 2)
    low_x = np.clip(np.searchsorted(take_x, x, side="right") - 1, 0, len(take_x) - 2)
    part_y = ((y - take_y[low_y]) / np.diff(take_y)[low_y])[:, None, None]
    part_x = ((x - take_x[low_x]) / np.diff(take_x)[low_x])[None, :, None]
    rows = coarse[low_y] * (1 - part_y) + coarse[low_y + 1] * part_y
    whole = rows[:, low_x] * (1 - part_x) + rows[:, low_x + 1] * part_x
    whole /= np.maximum(whole.sum(axis=2, keepdims=True), 1e-12)
    share: Floats = whole.reshape(-1, coarse.shape[2])
    return share


def _turned(lon: Floats) -> Floats:
    return (lon + 180) % 360 - 180


def _ranked(share: Floats) -> tuple[Ints, Ints, Ints]:
    """The likeliest actor, the next, and 2 firmly held, 1 held, 0 contested."""
    first = share.argmax(axis=1)
    rows = np.arange(len(share))
    top = share[rows, first]
    if share.shape[1] == 1:
        return first, first, np.full(len(share), 2)
    rest = share.copy()
    rest[rows, first] = -1.0
    level = (top >= HELD).astype(np.intp) + (top >= SURE)
    return first, rest.argmax(axis=1), level


def _crossing(
    one: Ints, other: Ints, label: Ints, spare: Floats, share: Floats, first: Ints, level: Ints
) -> Floats:
    """Where along an edge its limit lies (see ``geo.zones.partition.Crossing``)."""
    found = np.full(len(one), 0.5)

    def put(rows: NDArray[np.bool_], start: Floats, end: Floats) -> None:
        with np.errstate(divide="ignore", invalid="ignore"):
            at = start / (start - end)
        found[rows] = np.where(np.isfinite(at), at, 0.5)

    nothing = (label[one] == NOTHING) | (label[other] == NOTHING)
    near, far = np.maximum(spare[one], -1e6), np.maximum(spare[other], -1e6)
    put(nothing, near[nothing], far[nothing])
    a, b = first[one], first[other]
    held, too = level[one] > 0, level[other] > 0
    for rows, actor, least in (
        (~nothing & held & too & (a == b), a, SURE),
        (~nothing & held & ~too, a, HELD),
        (~nothing & ~held & too, b, HELD),
    ):
        own = actor[rows]
        put(rows, share[one[rows], own] - least, share[other[rows], own] - least)
    rows = ~nothing & held & too & (a != b)
    u, v, p, q = one[rows], other[rows], a[rows], b[rows]
    put(rows, share[u, p] - share[u, q], share[v, p] - share[v, q])
    return found


def _cut(shapes: NDArray[Any], land: Any | None, step_km: float) -> NDArray[Any]:
    """Each shape cut at the antimeridian and to land, in degrees within the globe."""
    bounds = shapely.bounds(shapes)
    west, east = float(bounds[:, 0].min()), float(bounds[:, 2].max())
    copies = []
    for shift in (-360.0, 0.0, 360.0):
        if west + shift >= 180 or east + shift <= -180:
            continue
        part = np.array([moved(s, shift) for s in shapes]) if shift else shapes
        if west + shift < -180 or east + shift > 180:
            part = shapely.intersection(part, WORLD)
        copies.append(_on_land(part, land, step_km))
    if len(copies) == 1:
        return copies[0]
    joined: NDArray[Any] = np.array(
        [shapely.GeometryCollection(list(parts)) for parts in zip(*copies, strict=True)]
    )
    return joined


def _on_land(shapes: NDArray[Any], land: Any | None, step_km: float) -> NDArray[Any]:
    if land is None:
        return shapes
    full = shapely.union_all(shapely.box(*shapely.bounds(shapes[~shapely.is_empty(shapes)]).T))
    west, south, east, north = shapely.bounds(full)
    near = valid(shapely.clip_by_rect(land, west - 0.01, south - 0.01, east + 0.01, north + 0.01))
    # A shore in more detail than the grid could tell apart costs seconds and shows nothing.
    near = valid(shapely.simplify(near, step_km / 20 / KM_PER_DEG, preserve_topology=False))
    shapely.prepare(near)
    cut = shapes.copy()
    across = ~shapely.contains_properly(near, shapes)
    cut[across] = shapely.intersection(shapes[across], near)
    return cut
