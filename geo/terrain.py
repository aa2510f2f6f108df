"""Ground to measure on: provinces as the map draws them, and the gazetteer's settlements.

Areas are geodesic (WGS84 ellipsoid, km²). Settlements are GeoNames' populated places from 500
inhabitants that stand inside a shape, with its numbers of people where it has any. The villages
below them are left out: nobody's count of their people is known, and their lists are uneven from
country to country. Measuring a shape is remembered, since zones last for days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape

from geo.areas import admin1_codes
from geo.grounds import province_ground
from geo.model import Zone
from geo.polygons import geodesic_km2, polygons

if TYPE_CHECKING:
    from geo.gazetteer import Gazetteer

__all__ = ["ELSEWHERE", "Measure", "Terrain", "Towns", "terrain_of", "towns_of"]

ELSEWHERE = ""  # the code of ground in no known province
LEAST_KM2 = 0.05  # slivers where provinces and zones were rounded differently
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Towns:
    """Settlements as columns: WGS84 degrees, GeoNames admin-1 codes, people (0: not known)."""

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    admin1: NDArray[np.str_]
    population: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Measure:
    """What lies in a shape: km², settlements and people, by admin-1 code."""

    km2: Mapping[str, float] = field(default_factory=dict)
    settlements: Mapping[str, int] = field(default_factory=dict)
    population: Mapping[str, int] = field(default_factory=dict)

    @property
    def total_km2(self) -> float:
        """All of its area."""
        return sum(self.km2.values())


def towns_of(countries: Iterable[str], gazetteer: Gazetteer | None = None) -> Towns:
    """The gazetteer's towns in these countries (ISO alpha-2)."""
    from geo.gazetteer import layout  # a picture starts sooner without

    if gazetteer is None:
        from geo.geocode import open_lookup

        gazetteer = open_lookup().gazetteer
    files = gazetteer.files
    rows = [files.rows_in(iso) for iso in countries]
    index = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
    index = index[index < len(files.gid)]  # villages are rows beyond the columns
    lived_in = np.array([name.startswith("PPL") for name in files.features], dtype=bool)
    index = index[lived_in[np.asarray(files.feature)[index]]] if len(index) else index
    codes = np.array(files.admin1_codes)
    return Towns(
        lat=np.asarray(files.lat)[index] / layout.DEGREES,
        lon=np.asarray(files.lon)[index] / layout.DEGREES,
        admin1=codes[np.asarray(files.admin1)[index]],
        population=np.asarray(files.population)[index].astype(np.int64),
    )


class Terrain:
    """Provinces (admin-1 code to shape, lon/lat) and towns; safe to share between threads."""

    def __init__(self, provinces: Mapping[str, Any], towns: Towns) -> None:
        self.provinces = dict(provinces)
        self.towns = towns
        self._codes = list(self.provinces)
        self._tree = shapely.STRtree([self.provinces[code] for code in self._codes])
        self._points = shapely.points(towns.lon, towns.lat)
        self._town_tree = shapely.STRtree(self._points)
        self._known: dict[bytes, Measure] = {}
        self._land: dict[str, float] = {}

    def land_km2(self, code: str) -> float:
        """The land of one province in km²; 0 where it is not known."""
        if code not in self._land:
            ground = self.provinces.get(code)
            self._land[code] = geodesic_km2(ground) if ground is not None else 0.0
        return self._land[code]

    def zone(self, zone: Zone) -> Measure:
        """What lies in a zone."""
        return self.measure(shape(dict(zone.geometry)))

    def measure(self, geometry: Any) -> Measure:
        """What lies in a polygon (lon/lat)."""
        if geometry.is_empty:
            return Measure()
        key = shapely.to_wkb(geometry)
        found = self._known.get(key)
        if found is None:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            found = self._known[key] = self._measure(geometry)
        return found

    def _measure(self, geometry: Any) -> Measure:
        whole = geodesic_km2(geometry)
        km2: dict[str, float] = {}
        for index in self._tree.query(geometry, predicate="intersects").tolist():
            code = self._codes[index]
            part = polygons(shapely.intersection(geometry, self.provinces[code]))
            area = geodesic_km2(part) if not part.is_empty else 0.0
            if area > LEAST_KM2:
                km2[code] = area
        rest = whole - sum(km2.values())
        if rest > max(LEAST_KM2, 0.001 * whole):
            km2[ELSEWHERE] = rest
        settlements: dict[str, int] = {}
        population: dict[str, int] = {}
        for index in self._town_tree.query(geometry, predicate="intersects").tolist():
            code = str(self.towns.admin1[index])
            settlements[code] = settlements.get(code, 0) + 1
            population[code] = population.get(code, 0) + int(self.towns.population[index])
        return Measure(km2, settlements, population)


def terrain_of(countries: Iterable[str]) -> Terrain:
    """The provinces and settlements of these countries (ISO alpha-2; unknown ones are empty)."""
    known = sorted({iso for iso in countries if iso})
    provinces = {code: province_ground(code) for iso in known for code in admin1_codes(iso)}
    return Terrain({code: area for code, area in provinces.items() if area}, towns_of(known))
