"""The nearest border of very many points: candidates by cell or tree, then geodesics.

Far from all borders only a handful of vertices can be nearest to any point of a half-degree cell;
``geo.borders.cells`` lists them. Elsewhere a tree of samples at most 300 m apart gives the nearest
few; where that does not prove that no other edge can win, all samples within reach are tried.
Straight distances in earth-centred coordinates leave one or two edges per point; these are settled
by geodesics on WGS84 (Karney 2013, through pyproj).

Why a straight distance may be trusted at all: along a surface curve of curvature k an arc is longer
than its chord c by k^2 c^3 / 24, and k differs by at most 1.03 % over directions and latitudes
(meridian radius at the equator 6,335 km, at the pole 6,400 km). So two candidates whose chords
differ by more than 2.5 % of that excess, and their sagittas, keep their order on the ellipsoid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from geo.borders.cells import Cells
from geo.borders.mesh import E2, SAMPLE_M, A, Floats, Ints, Mesh, ecef

__all__ = ["Feet", "feet_on", "nearest_feet", "slack_m"]

GEOD = Geod(ellps="WGS84")
RADIUS = 6_371_000.0
NEIGHBOURS = 8  # samples asked of the tree
UNEVEN = 0.025  # of an arc's excess over its chord, see above
FAR_M = 200_000.0  # beyond this any foot is moved until the geodesic is square to its edge,
LONG_M, AWAY_M = 100.0, 300.0  # and on an edge this long also from this distance on
TIE_M = 0.0005  # feet this close to equally far are one and the same corner
GOOD_M = 1e-6  # metres that moving a foot on must still promise
STEPS = 8


@dataclass(frozen=True, slots=True)
class Feet:
    """Per point: metres, foot (longitude, latitude), bearing, edge, sign of the side (left > 0)."""

    distance_m: Floats
    foot: Floats
    bearing: Floats
    edge: Ints
    turn: Floats


def excess(chord: Floats) -> Floats:
    """By how much an arc on the mean sphere is longer than its chord (metres)."""
    return np.asarray(2 * RADIUS * np.arcsin(np.minimum(chord / (2 * RADIUS), 1.0)) - chord)


def feet_on(mesh: Mesh, point: Floats) -> Feet:
    """The nearest foot of one point (1x2 longitude, latitude) on a small mesh, all of it tried."""
    where = ecef(point[:, 0], point[:, 1])
    every = np.arange(len(mesh.at))
    entry = _feet_by_chord(mesh, where, np.zeros(len(every), np.int64), every)
    least = entry.gap.min()
    return _settle(mesh, point, entry.only(entry.gap <= least + slack_m(entry.gap)))


def nearest_feet(mesh: Mesh, cells: Cells | None, points: Floats) -> Feet:
    """Nearest feet of points (Nx2 longitude, latitude), best given sorted in space."""
    where = ecef(points[:, 0], points[:, 1])
    count = len(points)
    owner, name, proven = _listed(cells, points)
    rest = np.flatnonzero(~proven)
    bound = np.full(count, np.inf)
    if len(rest):
        tree, names = mesh.samples
        asked = min(NEIGHBOURS, len(names))
        away, found = tree.query(where[rest], k=asked)
        away, found = away.reshape(-1, asked), found.reshape(-1, asked)
        if asked == NEIGHBOURS:
            bound[rest] = away[:, -1]
        # A foot is within half a sample's stretch of a sample: farther samples cannot win.
        limit = np.sqrt(away[:, :1] ** 2 + (SAMPLE_M / 2) ** 2) + slack_m(away[:, :1])
        row, column = np.nonzero(away <= limit)
        owner = np.concatenate([owner, rest[row]])
        name = np.concatenate([name, names[found[row, column]].astype(np.int64)])
    entry = _feet_by_chord(mesh, where, owner, name)
    best = np.full(count, np.inf)
    np.minimum.at(best, entry.owner, entry.gap)
    entry = entry.only(entry.gap <= best[entry.owner] + slack_m(entry.gap))
    # Proof for points from the tree: no sample that was not seen lies within reach.
    reach = np.sqrt(best**2 + (SAMPLE_M / 2) ** 2) + slack_m(best)
    unsure = np.flatnonzero(reach >= bound)
    if len(unsure):
        entry = _all_within(mesh, where, entry, unsure, reach[unsure])
    return _settle(mesh, points, entry)


def _all_within(mesh: Mesh, where: Floats, entry: _Entries, rows: Ints, reach: Floats) -> _Entries:
    """The entries, those of some points found again among all samples within reach."""
    tree, names = mesh.samples
    lists = tree.query_ball_point(where[rows], reach)
    owner = np.repeat(rows, [len(found) for found in lists])
    name = names[np.concatenate([np.asarray(found, np.int64) for found in lists])]
    again = _feet_by_chord(mesh, where, owner, name.astype(np.int64))
    best = np.full(len(where), np.inf)
    np.minimum.at(best, again.owner, again.gap)
    again = again.only(again.gap <= best[again.owner] + slack_m(again.gap))
    searched = np.zeros(len(where), bool)
    searched[rows] = True
    return entry.only(~searched[entry.owner]).joined_by(again)


def slack_m(chord: Floats) -> Floats:
    """How much farther a chord may be than the best and still win (metres)."""
    return np.asarray(0.6 + UNEVEN * excess(chord))


def _listed(cells: Cells | None, points: Floats) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Owner and vertex of every candidate that the cells list, and which points have a list."""
    if cells is None:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, np.zeros(len(points), bool)
    leaf = cells.leaf(points[:, 0], points[:, 1])
    size = cells.size[leaf]
    owner = np.repeat(np.arange(len(points)), size)
    begin = np.cumsum(size) - size
    index = np.arange(len(owner)) - np.repeat(begin - cells.first[leaf], size)
    return owner, cells.vertex[index], size > 0


@dataclass(frozen=True, slots=True)
class _Entries:
    """Feet that may be nearest: point, edge, share along it (0..1), straight metres.

    At a vertex ``edge`` is the vertex's own number and ``corner`` is true.
    """

    owner: Ints
    edge: Ints
    share: Floats
    gap: Floats
    corner: NDArray[np.bool_]

    def only(self, keep: NDArray[np.bool_] | Ints) -> _Entries:
        return _Entries(
            self.owner[keep], self.edge[keep], self.share[keep], self.gap[keep], self.corner[keep]
        )

    def joined_by(self, other: _Entries) -> _Entries:
        return _Entries(
            np.concatenate([self.owner, other.owner]),
            np.concatenate([self.edge, other.edge]),
            np.concatenate([self.share, other.share]),
            np.concatenate([self.gap, other.gap]),
            np.concatenate([self.corner, other.corner]),
        )


def _feet_by_chord(mesh: Mesh, where: Floats, owner: Ints, name: Ints) -> _Entries:
    """The foot on the edges at each candidate, by straight lines."""
    inside = name < 0
    vertex = np.where(inside, ~name, name)
    back = where[owner] - mesh.at[vertex]
    square = np.einsum("ij,ij->i", back, back)
    # Vertices too far even if the best foot on their edges is theirs are dropped at once.
    best = np.full(len(where), np.inf)
    np.minimum.at(best, owner, np.where(inside, np.inf, square))
    reach = np.where(inside, np.inf, mesh.reach[vertex])
    away = np.sqrt(square)
    top = best[owner]
    keep = np.flatnonzero(square <= top + reach**2 + 2 * away * slack_m(away))
    owner, vertex, inside = owner[keep], vertex[keep], inside[keep]
    back, square = back[keep], square[keep]

    ahead = mesh.at[np.minimum(vertex + 1, len(mesh.at) - 1)] - mesh.at[vertex]
    behind = mesh.at[np.maximum(vertex - 1, 0)] - mesh.at[vertex]
    has_next = mesh.joined[vertex]
    has_last = (vertex > 0) & mesh.joined[vertex - 1] & ~inside
    with np.errstate(invalid="ignore", divide="ignore"):
        dot = np.einsum("ij,ij->i", back, ahead)
        long = np.einsum("ij,ij->i", ahead, ahead)
        on = np.where(has_next, dot / long, -1.0)
        gain_on = np.where(on > 0, on * dot, 0.0)
        dot = np.einsum("ij,ij->i", back, behind)
        long = np.einsum("ij,ij->i", behind, behind)
        off = np.where(has_last, dot / long, -1.0)
        gain_off = np.where(off > 0, off * dot, 0.0)
    forward = gain_on >= gain_off
    share = np.where(forward, on, off)
    gap = np.sqrt(np.maximum(square - np.maximum(gain_on, gain_off), 0.0))
    corner = share <= 0
    # Beyond an edge's other end that end itself is nearer, and is a candidate if any is. Within an
    # edge that is longer than a stretch a point may face the edge's end: the vertex stands for it.
    good = (share < 1) & ~(inside & corner)
    edge = np.where(corner | forward, vertex, vertex - 1)
    share = np.where(corner, 0.0, np.where(forward, share, 1 - share))
    order = np.flatnonzero(good)
    key = (owner[order] * len(mesh.at) + edge[order]) * 2 + corner[order]
    if len(key) > 1 and not (np.diff(key) > 0).all():
        _, first = np.unique(key, return_index=True)
        order = order[first]
    return _Entries(owner[order], edge[order], share[order], gap[order], corner[order])


def _settle(mesh: Mesh, points: Floats, entry: _Entries) -> Feet:
    """Geodesics to the feet that are left; the nearest of each point with its side."""
    count = len(points)
    lon, lat = points[entry.owner, 0], points[entry.owner, 1]
    edge, share, corner = entry.edge.copy(), entry.share.copy(), entry.corner.copy()
    foot = _foot(mesh, edge, share)
    bearing, back, metres = GEOD.inv(lon, lat, foot[:, 0], foot[:, 1])
    on_long = ~corner & (mesh.length[edge] > LONG_M) & (metres > AWAY_M)
    active = np.flatnonzero((metres > FAR_M) | on_long)
    for _ in range(STEPS):
        active = active[_walk(mesh, edge, share, corner, foot, back, metres, active)]
        if not len(active):
            break
        foot[active] = _foot(mesh, edge[active], share[active])
        bearing[active], back[active], metres[active] = GEOD.inv(
            lon[active], lat[active], foot[active, 0], foot[active, 1]
        )
    best = np.full(count, np.inf)
    np.minimum.at(best, entry.owner, metres)
    near = np.flatnonzero(metres <= best[entry.owner] + TIE_M)
    _, pick, turn = _facing(mesh, points, entry.owner[near], foot[near], edge[near], corner[near])
    at = near[pick]
    # Every point has at least one entry, so ``who`` counts them all, in order.
    return Feet(best, foot[at], bearing[at], edge[at], turn)


def _foot(mesh: Mesh, edge: Ints, share: Floats) -> Floats:
    one = mesh.lonlat[edge]
    two = mesh.lonlat[np.minimum(edge + 1, len(mesh.lonlat) - 1)]
    return np.asarray(one + share[:, None] * np.where(share[:, None] > 0, two - one, 0.0))


def _course(mesh: Mesh, edge: Ints, lat: Floats) -> tuple[Floats, Floats]:
    """Azimuth (radians) and length (metres) of an edge, straight in degrees, at a latitude."""
    step = np.radians(mesh.lonlat[edge + 1] - mesh.lonlat[edge])
    sin = np.sin(np.radians(lat))
    normal = A / np.sqrt(1 - E2 * sin * sin)
    east = step[:, 0] * normal * np.cos(np.radians(lat))
    north = step[:, 1] * normal * (1 - E2) / (1 - E2 * sin * sin)
    return np.arctan2(east, north), np.hypot(east, north)


def _walk(
    mesh: Mesh,
    edge: Ints,
    share: Floats,
    corner: NDArray[np.bool_],
    foot: Floats,
    back: Floats,
    metres: Floats,
    active: Ints,
) -> NDArray[np.bool_]:
    """Move far feet along their line to where the geodesic meets it at a right angle.

    One Newton step each, in place; returns which feet have moved. The slope of the distance is
    minus the cosine between edge and geodesic; its change comes from the sphere's cotangent and
    from the edge's own bend, being straight in degrees and no geodesic.
    """
    moved = np.zeros(len(active), bool)
    lat = foot[active, 1]
    for sign in (1, -1):
        here = np.flatnonzero(~moved)
        who = active[here]
        if sign > 0:
            use = np.where(corner[who], mesh.joined[edge[who]], True)
            along = edge[who]
        else:  # from a corner also back along the edge before it
            along = edge[who] - 1
            use = corner[who] & (along >= 0) & mesh.joined[np.maximum(along, 0)]
        here, who, along = here[use], who[use], along[use]
        if not len(who):
            continue
        course, length = _course(mesh, along, lat[here])
        start = share[who] if sign > 0 else np.ones(len(who))
        angle = np.radians(back[who]) - course
        slope = -np.cos(angle)
        sigma = np.minimum(metres[who] / RADIUS, 1.5)
        tan = np.tan(np.radians(lat[here]))
        bend = np.sin(angle) * (
            np.sin(angle) / np.tan(sigma) + np.sin(course) * tan * (1 + np.cos(course) ** 2)
        )
        step = -slope * RADIUS / np.maximum(bend, 0.05)
        goal = start + step / length
        goal = np.where(corner[who], goal, np.clip(goal, 0.0, 1.0))
        inward = np.where(corner[who], goal > 0 if sign > 0 else goal < 1, True)
        worth = np.abs(slope * (np.clip(goal, 0, 1) - start) * length) > GOOD_M
        go = inward & worth
        goal = np.clip(goal, 0.0, 1.0)
        who, here, along, goal = who[go], here[go], along[go], goal[go]
        # At an end the foot becomes that vertex, free to go on along the next edge.
        top = goal >= 1
        edge[who] = np.where(top, along + 1, along)
        share[who] = np.where(top, 0.0, goal)
        corner[who] = top | (goal <= 0)
        moved[here] = True
    return moved


def _facing(
    mesh: Mesh,
    points: Floats,
    owner: Ints,
    foot: Floats,
    edge: Ints,
    corner: NDArray[np.bool_],
) -> tuple[Ints, Ints, Floats]:
    """For each point the edge that it faces among those that share its nearest foot.

    Where edges share the foot, the one that leans most towards the point bounds its country:
    nothing lies between the two. Returns points, index into the feet, and the sign of the side.
    """
    before = corner & (edge > 0) & mesh.joined[np.maximum(edge - 1, 0)]
    after = ~corner | mesh.joined[edge]
    index = np.concatenate([np.flatnonzero(after), np.flatnonzero(before)])
    along = np.concatenate([edge[after], edge[before] - 1])
    away = np.concatenate([np.ones(int(after.sum())), -np.ones(int(before.sum()))])
    flat = np.cos(np.radians(foot[index, 1]))
    ahead = mesh.lonlat[along + 1] - mesh.lonlat[along]
    ahead[:, 0] *= flat
    ahead /= np.hypot(ahead[:, 0], ahead[:, 1])[:, None]
    back = points[owner[index]] - foot[index]
    back[:, 0] = (back[:, 0] + 180.0) % 360.0 - 180.0
    back[:, 0] *= flat
    lean = np.where(corner[index], (back * ahead).sum(axis=1) * away, 0.0)
    order = np.lexsort((-lean, owner[index]))
    first = (
        order[np.concatenate([[True], np.diff(owner[index][order]) > 0])] if len(order) else order
    )
    turn = ahead[first, 0] * back[first, 1] - ahead[first, 1] * back[first, 0]
    return owner[index[first]], index[first], turn
