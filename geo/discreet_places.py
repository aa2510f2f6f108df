"""Positions made less exact: rounded to a grid, or moved by a key, in the same country."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field, replace

from pyproj import Geod

from geo.areas import country_at
from geo.model import AREA_CODES, LINE_CODES, EventPlace

__all__ = ["MAX_KM", "Mover", "wide"]

MAX_KM = 200.0
_GEOD = Geod(ellps="WGS84")
_KM_PER_DEG = 111.195  # a degree of a great circle on the mean sphere
_TRIES = 16
_WIDE = frozenset({"ADM1", "CONT", "TERR", "SEA"})


def wide(place: EventPlace, km: float) -> bool:
    """Whether a place is so wide that neither its name nor its middle tells anything exact.

    Countries, first-order units and seas are, and areas and lines at least twice ``km`` across.
    """
    code = place.feature_code
    if code.startswith("PCL") or code in _WIDE:
        return True
    return code in AREA_CODES | LINE_CODES and place.precision_km >= 2 * km


@dataclass(slots=True)
class Mover:
    """Moves places: the same place always to the same point. Give one of the two distances."""

    round_km: float | None
    blur_km: float | None
    key: bytes = b""
    done: dict[tuple[object, ...], tuple[float, float, float]] = field(default_factory=dict)

    LEAST = 0.3  # of the distance: a moved place never stays where it was

    def moved(self, place: EventPlace) -> EventPlace:
        """The place at its new point, ``precision_km`` grown by how far it may have gone.

        Wide places stay. The point is in the same country where there is one to be had, so that
        no place seems to lie across a border.
        """
        # Reports word one place in many ways; where it lies is worked out once.
        where = (place.place_id, place.lat, place.lon, place.precision_km, place.feature_code)
        if where not in self.done:
            self.done[where] = self._point(place)
        lat, lon, precision_km = self.done[where]
        return replace(place, lat=lat, lon=lon, precision_km=precision_km)

    def _point(self, place: EventPlace) -> tuple[float, float, float]:
        """Latitude, longitude and precision in km."""
        km = self.round_km or self.blur_km
        if not km or wide(place, km):
            return place.lat, place.lon, place.precision_km
        points = self._near(place, km) if self.round_km else self._around(place, km)
        lat, lon = points[0]
        for point in points:
            if not place.country or country_at(*point) == place.country:
                lat, lon = point
                break
        _, _, metres = _GEOD.inv(place.lon, place.lat, lon, lat)
        # The farthest that the words promise, and no less than it truly is.
        shift = max(km / math.sqrt(2) if self.round_km else km, metres / 1000)
        # In steps: how exactly a place was known would tell one from another.
        step = km / 2
        precision = math.ceil((place.precision_km + shift) / step) * step
        return lat, lon, round(precision, 2)

    @staticmethod
    def rounded(lat: float, lon: float, km: float) -> tuple[float, float]:
        """The middle of the grid cell: rows of equal height, columns of equal width in a row."""
        step = km / _KM_PER_DEG
        row = math.floor(lat / step)
        return Mover._cell(row, lon, step)

    @staticmethod
    def _cell(row: int, lon: float, step: float) -> tuple[float, float]:
        middle = min(90.0, max(-90.0, (row + 0.5) * step))
        across = min(360.0, step / max(math.cos(math.radians(middle)), step / 360))
        column = math.floor((lon + 180) / across)
        point = (column + 0.5) * across - 180
        return round(middle, 5), round(min(180.0, point), 5)

    def _near(self, place: EventPlace, km: float) -> list[tuple[float, float]]:
        """The middle of the place's cell, then those of the cells around it, the nearest first."""
        step = km / _KM_PER_DEG
        row = math.floor(place.lat / step)
        own = self._cell(row, place.lon, step)
        turn = step / max(math.cos(math.radians(place.lat)), 0.01)
        others = {
            self._cell(r, ((place.lon + d * turn + 180) % 360) - 180, step)
            for r in (row - 1, row, row + 1)
            for d in (-1, 0, 1)
        } - {own}

        def far(point: tuple[float, float]) -> float:
            return float(_GEOD.inv(own[1], own[0], point[1], point[0])[2])

        return [own, *sorted(others, key=lambda point: (far(point), point))]

    def _around(self, place: EventPlace, km: float) -> list[tuple[float, float]]:
        """Points 30 to 100 % of ``km`` off, evenly likely over that ring, fixed by place and key.

        The distance is part of what is drawn from: a map moved by 5 km and another by 10 km must
        not lie on one line through the place.
        """
        points = []
        for turn in range(_TRIES):
            said = f"{place.place_id}\0{place.lat:.6f}\0{place.lon:.6f}\0{km:g}\0{turn}".encode()
            digest = hashlib.blake2b(said, key=self.key[:64], digest_size=16).digest()
            bearing = int.from_bytes(digest[:8], "big") / 2**64 * 360
            share = int.from_bytes(digest[8:], "big") / 2**64
            inner = self.LEAST**2
            far = math.sqrt(inner + share * (1 - inner)) * km
            lon, lat, _ = _GEOD.fwd(place.lon, place.lat, bearing, far * 1000)
            points.append((round(float(lat), 5), round(float(lon), 5)))
        return points
