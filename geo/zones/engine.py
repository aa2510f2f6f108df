"""Areas implied by held places: nearest known settlement, never further than a cap.

Method. Settlements closer together than two caps form a cluster; each cluster is laid out in its
own oblique stereographic projection (conformal, so that near any settlement a circle on the ground
is a circle on paper and the line half way between two settlements is straight to within metres,
which no equidistant or equal-area projection gives far from its centre). There the cells of
the points nearest to each settlement (Voronoi) are dissolved by holder, kept within the
discs of the cap, cut into distance bands and, once per band, by land. Beyond the cap there is
no information and nothing is painted. A place whose holder is unknown keeps its cell, empty.
A station, oil field or airbase says less about the land round it than a town does: within
FACILITY_CAP_KM it keeps the land nearest to it, beyond that the nearest town speaks. A border
crossing is a gate, not ground: it has no area at all.

Certainty. ``certainty`` = trust in the tier x agreement at the band's distance, lowered for stale
evidence and for places known only roughly. The agreement is measured (``benchmarks/zones.py``):
5,642 Syrian towns of 2014 with their holders, whole 60 km squares hidden, each hidden town judged
by the nearest known one; the share that agrees, above the 45 % the commonest holder would
give by itself, falls from 0.82 within 7 km to 0.35 at 30-60 km. The trust factors are judgement.
So certainty orders areas; it is not a calibrated probability.

Many places. All this is for few places, which say little about one another. A cluster of MANY or
more is told by ``geo.zones.many`` instead, whose probabilities are calibrated on those places.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Proj
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Voronoi, cKDTree
from shapely.geometry import mapping, shape

from geo.errors import InputError
from geo.model import AREA_CODES, LINE_CODES, Control, Tier, Zone
from geo.polygons import DECIMALS, geodesic_km2, is_area, moved, rounded, valid
from geo.zones.age import KEPT_YEAR
from geo.zones.many import MANY, Site, many_zones

__all__ = [
    "BANDS_KM",
    "CAP_KM",
    "FACILITY_CAP_KM",
    "MANY",
    "HolderArea",
    "no_information_km2",
    "summary",
    "zones",
]

CAP_KM = 20.0
BANDS_KM = (7.0, 14.0, 20.0)
DISC_SEGMENTS = 48  # chords at most 43 m inside a circle of 20 km (96 m with 32)
FACILITY_CAP_KM = 7.0  # judgement: the reach of what is no settlement
GATES = frozenset({"CSTM", "PSTB"})  # GeoNames codes of customs and border posts
LARGEST_CAP_KM = 200.0  # above it a disc on paper is no longer one on the ground

TIER_TRUST = {Tier.ASSESSED: 1.0, Tier.REPORTED: 0.8, Tier.CLAIMED: 0.5}
# Silent past STALE_DAYS, how much longer is not asked: what a year leaves (``geo.zones.age``). One
# step and no slope, so that a map only changes on a day on which something was reported.
STALE_TRUST = KEPT_YEAR
ROUGH_TRUST = 0.8
ROUGH_KM = 7.0  # a place known less precisely than this counts as rough
# Agreement of a town with the nearest known one above chance, by km between them (see above).
_AGREE_KM = (3.5, 10.5, 17.0, 25.0, 45.0)
_AGREE = (0.82, 0.68, 0.61, 0.51, 0.35)

_EARTH_KM = 6371.0
_STEP_M = 5000.0  # longest edge before it is bent onto longitude and latitude
_POLE_LAT = 89.0
_MARGIN = np.array([-0.01, -0.01, 0.01, 0.01])

Floats = NDArray[np.float64]
Geometry = Any  # shapely ships no types


@dataclass(frozen=True, slots=True)
class HolderArea:
    """Square kilometres of one holder. Contested land counts for every side contesting it."""

    held_km2: float = 0.0
    claimed_km2: float = 0.0
    contested_km2: float = 0.0


def zones(
    controls: Sequence[Control],
    *,
    land: Geometry | None = None,
    cap_km: float = CAP_KM,
    bands_km: Sequence[float] = BANDS_KM,
) -> tuple[Zone, ...]:
    """The areas held, claimed and contested around the places of ``controls``.

    ``land`` is a shapely (Multi)Polygon in longitude, latitude (WGS84) to clip to, or None.
    ``bands_km`` are outer radii; the cap closes the last one. One Zone per cluster of places,
    holders, kind, trust and band; together they never overlap and neighbours share their edge
    vertex by vertex. Claimed: ``holders`` is the claimant, then (if any) the last attested
    holder. Contested: all sides, in alphabetical order. Left out: areas, lines, crossings, places
    known less precisely than their cap. Geometry: RFC 7946, rounded to 5 decimals (about 1 m), cut
    at the antimeridian. Raises InputError for a cap or bands that make no sense, coordinates that
    are not on Earth, or a place so near a pole that its disc would hold it.
    """
    radii = _radii(cap_km, bands_km)
    if land is not None and not is_area(land):
        raise InputError("Zones are clipped to land given as a polygon; this is something else.")
    sites = _sites(controls, cap_km)
    found: list[Zone] = []
    for cluster in _clusters(sites, cap_km):
        own = [sites[i] for i in cluster]
        if len(own) >= MANY:
            found.extend(many_zones(own, cap_km=cap_km, land=land))
        else:
            found.extend(_cluster_zones(own, radii, land))
    return tuple(found)


def summary(areas: Iterable[Zone]) -> dict[str, HolderArea]:
    """Per holder the km² held, claimed (by the claimant alone) and contested (by every side)."""
    totals: dict[str, dict[str, float]] = {}
    for zone in areas:
        for holder in zone.holders[:1] if zone.kind == "claimed" else zone.holders:
            kinds = totals.setdefault(holder, {})
            kinds[zone.kind] = kinds.get(zone.kind, 0.0) + zone.area_km2
    return {
        holder: HolderArea(k.get("held", 0.0), k.get("claimed", 0.0), k.get("contested", 0.0))
        for holder, k in sorted(totals.items())
    }


def no_information_km2(areas: Iterable[Zone], land: Geometry) -> float:
    """How many km² of ``land`` (polygon, longitude/latitude) no zone covers."""
    painted = shapely.union_all([shape(dict(z.geometry)) for z in areas])
    return geodesic_km2(shapely.difference(valid(land), painted))


def _radii(cap_km: float, bands_km: Sequence[float]) -> tuple[float, ...]:
    if not 0 < cap_km <= LARGEST_CAP_KM:
        msg = f"The distance cap must lie between 0 and {LARGEST_CAP_KM:.0f} km, not {cap_km}."
        raise InputError(msg)
    if any(not b > 0 for b in bands_km):
        raise InputError("Distance bands are positive numbers of km.")
    return (*sorted({float(b) for b in bands_km if b < cap_km}), float(cap_km))


def _sites(controls: Sequence[Control], cap_km: float) -> list[Site]:
    """Point places as sites, one per point on the ground."""
    by_point: dict[tuple[float, float], Site] = {}
    for control in sorted(controls, key=lambda c: c.place.place_id):
        place = control.place
        if place.feature_code in AREA_CODES | LINE_CODES | GATES:
            continue
        own_cap_km = cap_km if place.feature_code.startswith("PPL") else FACILITY_CAP_KM
        if place.precision_km > min(own_cap_km, cap_km):
            continue
        if not (abs(place.lat) <= 90 and abs(place.lon) <= 180):
            msg = f"{place.name} has no point on Earth (latitude {place.lat}, {place.lon})."
            raise InputError(msg)
        if abs(place.lat) + cap_km / 111.0 > _POLE_LAT:
            msg = f"{place.name} lies too near a pole for zones; leave it out or lower the cap."
            raise InputError(msg)
        lon = -180.0 if place.lon == 180.0 else place.lon
        point = (round(place.lat, DECIMALS), round(lon, DECIMALS))
        site = _site(control, place.lat, lon, own_cap_km)
        by_point[point] = _together(by_point[point], site) if point in by_point else site
    return list(by_point.values())


def _site(control: Control, lat: float, lon: float, cap_km: float) -> Site:
    kind, holders = "held", control.holders
    if control.contested:
        kind, holders = "contested", tuple(sorted(holders))
    elif control.tier is Tier.CLAIMED:
        kind = "claimed"
    trust = TIER_TRUST.get(control.tier, 0.0) if control.tier else 0.0
    trust *= STALE_TRUST if control.stale else 1.0
    trust *= ROUGH_TRUST if control.place.precision_km > ROUGH_KM else 1.0
    known = holders if trust else ()
    return Site(lat, lon, kind, known, round(trust, 2), control.evidence, cap_km)


def _together(one: Site, other: Site) -> Site:
    """Two answers for the same point: the better attested, or contested if they differ."""
    if not one.holders or not other.holders:
        return one if one.holders else other
    evidence = tuple(dict.fromkeys(one.evidence + other.evidence))
    best = max(one, other, key=lambda s: s.trust)
    kind, holders, trust = best.key
    if one.holders != other.holders:
        kind, holders = "contested", tuple(sorted({*one.holders, *other.holders}))
        trust = min(one.trust, other.trust)
    cap_km = max(one.cap_km, other.cap_km)
    return Site(one.lat, one.lon, kind, holders, trust, evidence, cap_km)


def _clusters(sites: Sequence[Site], cap_km: float) -> list[NDArray[np.intp]]:
    """Groups of sites (indices) so far apart that the discs of two groups never meet."""
    if not sites:
        return []
    # Sites within two caps fall into the same or a touching cube of that edge.
    cubes = np.floor(_unit_vectors(sites) * _EARTH_KM / (2.02 * cap_km))
    unique, cube_of = np.unique(cubes, axis=0, return_inverse=True)
    pairs = cKDTree(unique).query_pairs(1.8, output_type="ndarray")
    ones = np.ones(len(pairs))
    graph = coo_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(len(unique), len(unique)))
    _, group = connected_components(graph, directed=False)
    group_of = group[cube_of.ravel()]
    order = np.argsort(group_of, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(group_of[order])) + 1)


def _unit_vectors(sites: Sequence[Site]) -> Floats:
    lat = np.radians([s.lat for s in sites])
    lon = np.radians([s.lon for s in sites])
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


class _Paper:
    """A conformal plane round a cluster: metres, exact scale known at every site."""

    def __init__(self, sites: Sequence[Site]) -> None:
        x, y, z = _unit_vectors(sites).mean(axis=0)
        self.lon0 = math.degrees(math.atan2(y, x))
        lat0 = math.degrees(math.atan2(z, math.hypot(x, y)))
        self._proj = Proj(proj="stere", lat_0=lat0, lon_0=self.lon0, ellps="WGS84")
        lons = np.array([s.lon for s in sites])
        lats = np.array([s.lat for s in sites])
        self.xy: Floats = np.column_stack(self._proj(lons, lats))
        self.caps_km: Floats = np.array([s.cap_km for s in sites])
        self.scale: Floats = np.asarray(self._proj.get_factors(lons, lats).meridional_scale)

    def discs(self, radius_km: float, segments: int) -> Geometry:
        """Polygons just inside the circles of ``radius_km``, or its own cap, round every site."""
        turn = np.linspace(0, 2 * np.pi, segments, endpoint=False)
        circle = np.column_stack([np.cos(turn), np.sin(turn)])
        metres = 1000 * np.minimum(radius_km, self.caps_km)
        radius = (metres * self.scale)[:, None, None]
        return shapely.polygons(self.xy[:, None, :] + radius * circle)

    def to_lonlat(self, geometry: Geometry) -> Geometry:
        """Longitude unrolled round the centre, so it may pass 180 degrees; edges kept short."""

        def back(xy: Floats) -> Floats:
            lon, lat = self._proj(xy[:, 0], xy[:, 1], inverse=True)
            lon = self.lon0 + (np.asarray(lon) - self.lon0 + 180) % 360 - 180
            return np.column_stack([lon, lat])

        return shapely.transform(shapely.segmentize(geometry, _STEP_M), back)


def _cluster_zones(
    sites: Sequence[Site], radii: tuple[float, ...], land: Geometry | None
) -> list[Zone]:
    paper = _Paper(sites)
    segments = DISC_SEGMENTS if len(sites) < 1000 else 32
    reach = [shapely.union_all(paper.discs(r, segments)) for r in radii]
    regions = {
        key: valid(paper.to_lonlat(shapely.intersection(region, reach[-1])))
        for key, region in _regions(sites, paper, radii[-1]).items()
    }
    evidence: dict[object, dict[str, None]] = {}
    for site in sites:
        evidence.setdefault(site.key, {}).update(dict.fromkeys(site.evidence))

    found: list[Zone] = []
    inner_km = 0.0
    for number, radius in enumerate(radii):
        ring = reach[number]
        if number:
            ring = shapely.difference(ring, reach[number - 1])
        agree = float(np.interp((inner_km + radius) / 2, _AGREE_KM, _AGREE))
        inner_km = radius
        # A hole may touch its rim, and does so no longer exactly once it is on the globe.
        masks = _on_earth(valid(paper.to_lonlat(ring)), land)
        for key, region in regions.items():
            kind, holders, trust = key
            geometry = rounded(
                [shapely.intersection(moved(region, shift), mask) for shift, mask in masks]
            )
            if geometry is None:
                continue
            found.append(
                Zone(
                    holders=holders,
                    kind=kind,
                    geometry=mapping(geometry),
                    certainty=round(trust * agree, 3),
                    evidence=tuple(evidence[key]),
                    area_km2=geodesic_km2(geometry),
                )
            )
    return found


def _regions(
    sites: Sequence[Site], paper: _Paper, cap_km: float
) -> dict[tuple[str, tuple[str, ...], float], Geometry]:
    """The cells nearest to each site, dissolved by what is known; unknown holders left out."""
    reach_m = 1000 * cap_km * float(paper.scale.max())
    cells: NDArray[Any] = np.asarray(_cells(paper.xy, reach_m))
    town = np.array([site.cap_km >= cap_km for site in sites])
    if not town.all():
        own = np.asarray(shapely.intersection(cells, paper.discs(cap_km, DISC_SEGMENTS)))
        kept = shapely.union_all(own[~town])
        if town.any():
            cells[town] = shapely.difference(_cells(paper.xy[town], reach_m), kept)
        cells[~town] = own[~town]
    members: dict[tuple[str, tuple[str, ...], float], list[int]] = {}
    for i, site in enumerate(sites):
        if site.holders:
            members.setdefault(site.key, []).append(i)
    # A facility's circle cuts its neighbours' edges where they have no corner: no coverage then.
    dissolve = shapely.coverage_union_all if town.all() else shapely.union_all
    regions = {}
    for key in sorted(members):
        own = cells[members[key]]
        try:
            regions[key] = dissolve(own)
        except shapely.GEOSException:  # corners a millimetre apart
            regions[key] = shapely.union_all(own)
    return regions


def _cells(xy: Floats, reach_m: float) -> Geometry:
    """Array of polygons: the plane nearest to each of ``xy`` (metres), right within the reach.

    From Qhull, since GEOS's own Voronoi breaks on points of a near-regular grid. A far ring of
    helper points makes every cell finite and one or two places no special case.
    """
    centre = (xy.min(axis=0) + xy.max(axis=0)) / 2
    far = 10 * reach_m + 2 * float(np.ptp(xy, axis=0).max())
    turn = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    ring = centre + far * np.column_stack([np.cos(turn), np.sin(turn)])
    diagram = Voronoi(np.vstack([xy, ring]) - centre)
    # Corners that differ by rounding errors only become one, for all cells alike.
    corners = np.round(diagram.vertices, 3) + centre

    sizes = [len(edge) for edge in diagram.ridge_vertices]
    corner = np.concatenate([np.asarray(e, dtype=np.intp) for e in diagram.ridge_vertices])
    pairs = np.repeat(diagram.ridge_points, sizes, axis=0)
    cell, corner = np.concatenate([pairs[:, 0], pairs[:, 1]]), np.tile(corner, 2)
    real = (cell < len(xy)) & (corner >= 0)
    cell, corner = np.unique(np.column_stack([cell[real], corner[real]]), axis=0).T
    offset = corners[corner] - xy[cell]
    order = np.lexsort([np.arctan2(offset[:, 1], offset[:, 0]), cell])
    return shapely.polygons(shapely.linearrings(corners[corner[order]], indices=cell[order]))


def _on_earth(ring: Geometry, land: Geometry | None) -> list[tuple[float, Geometry]]:
    """A band cut at the antimeridian and to land: (degrees shifted east, polygon) pairs."""
    west, _, east, _ = shapely.bounds(ring)
    found = []
    for shift in (-360.0, 0.0, 360.0):
        if west + shift >= 180 or east + shift <= -180:
            continue
        part = moved(ring, shift)
        if west + shift < -180 or east + shift > 180:
            part = shapely.intersection(part, shapely.box(-180, -90, 180, 90))
        if land is not None and not part.is_empty:
            near = shapely.clip_by_rect(land, *(shapely.bounds(part) + _MARGIN))
            part = shapely.intersection(part, valid(near))
        if not part.is_empty:
            found.append((shift, part))
    return found
