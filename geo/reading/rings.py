"""Shapes about points: circles, sectors, corridors, halves of boxes. Rings are lon, lat; closed."""

from __future__ import annotations

from geo.gazetteer.reckoned import ahead, destination

__all__ = ["Ring", "circle", "corridor", "half_of_box", "km_between", "sector"]

Ring = tuple[tuple[float, float], ...]
_STEPS = 32


def km_between(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Geodesic distance in km."""
    return ahead(lat1, lon1, lat2, lon2)[1]


def _arc(lat: float, lon: float, start: float, stop: float, km: float, steps: int) -> Ring:
    points = []
    for i in range(steps + 1):
        there = destination(lat, lon, start + (stop - start) * i / steps, km)
        points.append((round(there[1], 5), round(there[0], 5)))
    return tuple(points)


def circle(lat: float, lon: float, km: float) -> Ring:
    """A circle about a point."""
    ring = _arc(lat, lon, 0.0, 360.0, km, _STEPS)
    return (*ring[:-1], ring[0])


def sector(lat: float, lon: float, bearing_deg: float, half_width_deg: float, km: float) -> Ring:
    """A slice of a circle about a point, to one side of it."""
    arc = _arc(lat, lon, bearing_deg - half_width_deg, bearing_deg + half_width_deg, km, 12)
    tip = (round(lon, 5), round(lat, 5))
    return (tip, *arc, tip)


def corridor(
    a: tuple[float, float], b: tuple[float, float], half_width_km: float
) -> tuple[Ring, tuple[float, float]]:
    """A strip along the geodesic between two points (lat, lon), and its middle (lat, lon)."""
    bearing, km = ahead(*a, *b)
    left: list[tuple[float, float]] = []
    right: list[tuple[float, float]] = []
    for i in range(5):
        lat, lon = destination(a[0], a[1], bearing, km * i / 4)
        for side, turn in ((left, -90), (right, 90)):
            there = destination(lat, lon, bearing + turn, half_width_km)
            side.append((round(there[1], 5), round(there[0], 5)))
    middle = destination(a[0], a[1], bearing, km / 2)
    return (*left, *reversed(right), left[0]), middle


def half_of_box(box: tuple[float, float, float, float], bearing_deg: float | None) -> Ring:
    """The half (or quarter) of a box on one side; without a direction its middle half.

    ``box`` is west, south, east, north; the ring begins at its south-west corner.
    """
    west, south, east, north = box
    if west > east:  # over the antimeridian
        east += 360
    middle_lon, middle_lat = (west + east) / 2, (south + north) / 2
    if bearing_deg is None:
        west, east = (west + middle_lon) / 2, (east + middle_lon) / 2
        south, north = (south + middle_lat) / 2, (north + middle_lat) / 2
    else:
        turn = round(bearing_deg / 45) % 8
        south = middle_lat if turn in (7, 0, 1) else south
        north = middle_lat if turn in (3, 4, 5) else north
        west = middle_lon if turn in (1, 2, 3) else west
        east = middle_lon if turn in (5, 6, 7) else east
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return tuple((round(x, 5), round(y, 5)) for x, y in corners)
