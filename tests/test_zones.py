"""Areas from places: what they cover, what they never cover, and that they fit together."""

import json
import math
from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import shape

from geo.dates import DateSpan
from geo.errors import InputError
from geo.model import Control, EventPlace, Tier
from geo.polygons import DECIMALS, geodesic_km2
from geo.zones import (
    BANDS_KM,
    CAP_KM,
    FACILITY_CAP_KM,
    no_information_km2,
    summary,
    zones,
)

GEOD = Geod(ellps="WGS84")
DISC_KM2 = math.pi * CAP_KM**2
ABU_KAMAL = (34.4506, 40.9171)


def control(
    lat,
    lon,
    *holders,
    name="town",
    tier=Tier.REPORTED,
    contested=False,
    stale=False,
    precision_km=1.0,
    code="PPL",
):
    place = EventPlace(f"local:{name}", name, name, lat, lon, code, None, None, precision_km)
    since = DateSpan.day(date(2017, 11, 1))
    return Control(
        place, date(2017, 11, 9), holders, tier if holders else None, since, contested, stale,
        (), (f"e/{name}",), "",
    )  # fmt: skip


def at(km, bearing, lat=ABU_KAMAL[0], lon=ABU_KAMAL[1]):
    east, north, _ = GEOD.fwd(lon, lat, bearing, km * 1000)
    return north, east


def shapes(found, **wanted):
    return [shape(z.geometry) for z in found if all(getattr(z, k) == v for k, v in wanted.items())]


def area(found, **wanted):
    return sum(z.area_km2 for z in found if all(getattr(z, k) == v for k, v in wanted.items()))


def distance_km(lat1, lon1, lat2, lon2):
    return GEOD.inv(lon1, lat1, lon2, lat2)[2] / 1000


def test_no_places_no_zones():
    assert zones([]) == ()
    assert summary([]) == {}


class TestKindsOfPlace:
    def test_a_facility_reaches_less_far_than_a_town(self):
        base = area(zones([control(*ABU_KAMAL, "daesh", code="AIRB")]))
        assert base == pytest.approx(math.pi * FACILITY_CAP_KM**2, rel=0.01)

    def test_a_facility_keeps_its_neighbourhood_beside_a_town(self):
        lat, lon = at(10, 90)
        found = zones(
            [control(*ABU_KAMAL, "daesh"), control(lat, lon, "sdf", name="b", code="OILF")]
        )
        assert 0 < area(found, holders=("sdf",)) < math.pi * FACILITY_CAP_KM**2
        own = shapely.union_all(shapes(found, holders=("sdf",)))
        assert own.contains(shapely.Point(lon, lat))

    def test_beyond_its_reach_the_nearest_town_speaks(self):
        lat, lon = at(10, 90)
        town = [control(*ABU_KAMAL, "daesh")]
        both = zones([*town, control(lat, lon, "sdf", name="b", code="OILF")])
        assert area(both) == pytest.approx(area(zones(town)), rel=0.01)
        behind = at(18.5, 90)
        held = shapely.union_all(shapes(both, holders=("daesh",)))
        assert held.contains(shapely.Point(behind[1], behind[0]))

    @settings(deadline=None, max_examples=25)
    @given(
        st.lists(
            st.tuples(
                st.floats(0, 45), st.floats(0, 360), st.sampled_from(["PPL", "OILF", "AIRB"]),
                st.sampled_from(["daesh", "sdf", ""]),
            ),
            min_size=2,
            max_size=12,
        )
    )  # fmt: skip
    def test_towns_and_facilities_never_overlap(self, places):
        controls = [
            control(*at(km, bearing), *([holder] if holder else []), name=f"p{i}", code=code)
            for i, (km, bearing, code, holder) in enumerate(places)
        ]
        found = zones(controls)
        whole = shapely.union_all([shape(zone.geometry) for zone in found])
        parts = sum(shape(zone.geometry).area for zone in found)
        # Corners are rounded: an edge may lie half of the last decimal off its neighbour's.
        edges = sum(shape(zone.geometry).length for zone in found)
        assert parts == pytest.approx(whole.area, rel=1e-7, abs=edges * 0.5 * 10**-DECIMALS)

    @pytest.mark.parametrize("code", ["CSTM", "PSTB"])
    def test_a_crossing_holds_no_ground(self, code):
        assert zones([control(*ABU_KAMAL, "iraqi-forces", code=code)]) == ()

    def test_a_facility_known_only_roughly_is_not_spread(self):
        assert zones([control(*ABU_KAMAL, "daesh", code="PMPO", precision_km=10)]) == ()
        assert zones([control(*ABU_KAMAL, "daesh", code="PPL", precision_km=10)]) != ()


class TestOnePlace:
    def test_its_area_is_the_disc_of_the_cap(self):
        assert area(zones([control(*ABU_KAMAL, "daesh")])) == pytest.approx(DISC_KM2, rel=0.01)

    @pytest.mark.parametrize("lat", [0.0, 34.4, -55.0, 70.0, 84.0])
    def test_nothing_is_painted_beyond_the_cap(self, lat):
        for found in shapes(zones([control(lat, 40.9, "daesh")])):
            for lon2, lat2 in shapely.get_coordinates(found):
                assert distance_km(lat, 40.9, lat2, lon2) <= CAP_KM * 1.001

    def test_bands_fall_in_certainty_and_fit_together(self):
        found = zones([control(*ABU_KAMAL, "daesh")])
        assert len(found) == len(BANDS_KM)
        assert [z.certainty for z in found] == sorted((z.certainty for z in found), reverse=True)
        assert len({z.certainty for z in found}) == len(found)
        whole = shapely.union_all(shapes(found))
        assert whole.geom_type == "Polygon"
        assert len(whole.interiors) == 0

    def test_one_band_on_request(self):
        found = zones([control(*ABU_KAMAL, "daesh")], cap_km=10, bands_km=())
        assert len(found) == 1
        assert found[0].area_km2 == pytest.approx(math.pi * 100, rel=0.01)

    def test_evidence_travels_with_the_zone(self):
        assert zones([control(*ABU_KAMAL, "daesh")])[0].evidence == ("e/town",)


class TestWhatIsPainted:
    def test_kinds(self):
        (held, *_) = zones([control(*ABU_KAMAL, "daesh")])
        (claimed, *_) = zones([control(*ABU_KAMAL, "army", "daesh", tier=Tier.CLAIMED)])
        (contested, *_) = zones([control(*ABU_KAMAL, "daesh", "army", contested=True)])
        assert (held.kind, held.holders) == ("held", ("daesh",))
        assert (claimed.kind, claimed.holders) == ("claimed", ("army", "daesh"))
        assert (contested.kind, contested.holders) == ("contested", ("army", "daesh"))

    def test_certainty_falls_with_tier_staleness_and_precision(self):
        def certainty(**kwargs):
            return zones([control(*ABU_KAMAL, "daesh", **kwargs)])[0].certainty

        assert certainty(tier=Tier.ASSESSED) > certainty() > certainty(tier=Tier.CLAIMED) > 0
        assert certainty(stale=True) < certainty()
        assert certainty(precision_km=10.0) < certainty()

    @pytest.mark.parametrize("code", ["ADM1", "PCLI", "DSRT", "STM"])
    def test_areas_and_lines_make_no_zone(self, code):
        assert zones([control(*ABU_KAMAL, "daesh", code=code)]) == ()

    def test_a_place_known_too_roughly_makes_no_zone(self):
        assert zones([control(*ABU_KAMAL, "daesh", precision_km=25.0)]) == ()

    def test_an_unknown_holder_keeps_its_ground_empty(self):
        left = control(*ABU_KAMAL, name="left")
        found = zones([left, control(*at(10, 90), "daesh", name="b")])
        alone = area(zones([control(*at(10, 90), "daesh", name="b")]))
        point = shapely.Point(ABU_KAMAL[1], ABU_KAMAL[0])
        assert not any(s.contains(point) for s in shapes(found))
        assert area(found) < alone

    def test_two_sides_at_one_point_are_contested(self):
        found = zones([control(*ABU_KAMAL, "a", name="x"), control(*ABU_KAMAL, "b", name="y")])
        assert {(z.kind, z.holders) for z in found} == {("contested", ("a", "b"))}
        assert set(found[0].evidence) == {"e/x", "e/y"}
        assert area(found) == pytest.approx(DISC_KM2, rel=0.01)


class TestNeighbours:
    def test_the_border_of_two_lies_half_way(self):
        east = at(12, 90)
        found = zones([control(*ABU_KAMAL, "a"), control(*east, "b", name="b")])
        west_side, east_side = area(found, holders=("a",)), area(found, holders=("b",))
        assert west_side == pytest.approx(east_side, rel=0.002)
        point = shapely.Point(at(5.9, 90)[::-1])
        assert any(s.contains(point) for s in shapes(found, holders=("a",)))
        point = shapely.Point(at(6.1, 90)[::-1])
        assert any(s.contains(point) for s in shapes(found, holders=("b",)))

    def test_cells_of_one_holder_are_one_area(self):
        found = zones(
            [control(*at(8 * i, 90), "a", name=str(i)) for i in range(5)], bands_km=(CAP_KM,)
        )
        assert len(found) == 1
        assert found[0].geometry["type"] == "Polygon"
        assert set(found[0].evidence) == {f"e/{i}" for i in range(5)}

    def test_in_one_line_and_on_a_grid(self):
        line = [control(34, 40 + i / 10, "ab"[i % 2], name=f"l{i}") for i in range(6)]
        grid = [
            control(35 + i / 10, 45 + j / 10, "ab"[(i + j) % 2], name=f"g{i}{j}")
            for i in range(5)
            for j in range(5)
        ]
        found = zones(line + grid)
        assert_no_overlap(found)
        assert {z.holders for z in found} == {("a",), ("b",)}

    def test_far_places_do_not_touch(self):
        found = zones([control(*ABU_KAMAL, "a"), control(*at(100, 0), "a", name="b")])
        assert area(found) == pytest.approx(2 * DISC_KM2, rel=0.01)
        assert len({z.evidence for z in found}) == 2

    def test_input_order_does_not_matter(self):
        places = [control(*at(7 * i, 40 * i), "abc"[i % 3], name=f"{i:02d}") for i in range(12)]
        assert zones(places) == zones(places[::-1])


def assert_no_overlap(found):
    parts = [shape(z.geometry) for z in found]
    whole = shapely.union_all(parts)
    # Rounding to 5 decimals may move an edge by a metre, never more.
    slack = sum(p.length for p in parts) * 1e-5
    assert abs(sum(p.area for p in parts) - whole.area) <= slack


def assert_clean(found):
    for zone in found:
        geometry = shape(zone.geometry)
        assert geometry.is_valid
        assert not geometry.is_empty
        assert zone.area_km2 > 0
        assert 0 < zone.certainty <= 1
        xy = shapely.get_coordinates(geometry)
        assert np.array_equal(xy, np.round(xy, 5))
        assert np.abs(xy[:, 0]).max() <= 180
        for part in shapely.get_parts(geometry):
            assert part.exterior.is_ccw
            assert not any(ring.is_ccw for ring in part.interiors)
        json.dumps(zone.geometry)


class TestLand:
    def test_the_sea_stays_empty(self):
        lat, lon = ABU_KAMAL
        land = shapely.box(lon, lat - 2, lon + 2, lat + 2)
        found = zones([control(lat, lon, "a")], land=land)
        assert area(found) == pytest.approx(DISC_KM2 / 2, rel=0.02)
        assert min(shapely.get_coordinates(s)[:, 0].min() for s in shapes(found)) >= lon

    def test_no_land_near_is_nothing(self):
        assert zones([control(*ABU_KAMAL, "a")], land=shapely.box(0, 0, 1, 1)) == ()

    def test_land_that_crosses_itself_is_mended(self):
        lat, lon = ABU_KAMAL
        bow = shapely.Polygon(
            [(lon - 1, lat - 1), (lon + 1, lat + 1), (lon + 1, lat - 1), (lon - 1, lat + 1)]
        )
        assert_clean(zones([control(lat, lon, "a")], land=bow))

    def test_what_is_not_land_is_refused(self):
        with pytest.raises(InputError):
            zones([control(*ABU_KAMAL, "a")], land=shapely.Point(1, 1))

    def test_share_without_information(self):
        lat, lon = ABU_KAMAL
        land = shapely.box(lon - 1, lat - 1, lon + 1, lat + 1)
        found = zones([control(lat, lon, "a")], land=land)
        empty = no_information_km2(found, land)
        assert empty + area(found) == pytest.approx(geodesic_km2(land), rel=1e-5)
        assert no_information_km2([], land) == pytest.approx(geodesic_km2(land))


class TestEdgesOfTheWorld:
    @pytest.mark.parametrize("lon", [179.95, -179.95, 180.0, -180.0])
    def test_cut_at_the_antimeridian(self, lon):
        found = zones([control(-17.0, lon, "a")])
        assert_clean(found)
        assert area(found) == pytest.approx(DISC_KM2, rel=0.01)
        assert {s.geom_type for s in shapes(found)} == {"MultiPolygon"}

    def test_both_sides_of_it_are_neighbours(self):
        found = zones([control(-17, 179.95, "a"), control(-17, -179.95, "b", name="b")])
        assert_clean(found)
        assert_no_overlap(found)
        assert area(found, holders=("a",)) == pytest.approx(area(found, holders=("b",)), rel=0.01)

    def test_land_on_both_sides_of_it(self):
        land = shapely.MultiPolygon(
            [shapely.box(179, -18, 180, -16), shapely.box(-180, -18, -179, -16)]
        )
        found = zones([control(-17.0, 180.0, "a")], land=land)
        assert area(found) == pytest.approx(DISC_KM2, rel=0.01)

    @pytest.mark.parametrize("lat", [90.0, -90.0, 89.9])
    def test_a_pole_is_refused_in_words(self, lat):
        with pytest.raises(InputError, match="pole"):
            zones([control(lat, 0.0, "a")])

    @pytest.mark.parametrize(("lat", "lon"), [(math.nan, 0), (91, 0), (0, 181), (0, math.inf)])
    def test_no_point_on_earth_is_refused_by_name(self, lat, lon):
        with pytest.raises(InputError, match="town"):
            zones([control(lat, lon, "a")])

    @pytest.mark.parametrize("cap", [0, -1, math.nan, 1000])
    def test_a_cap_that_makes_no_sense_is_refused(self, cap):
        with pytest.raises(InputError):
            zones([control(*ABU_KAMAL, "a")], cap_km=cap)

    @pytest.mark.parametrize("bands", [(-1,), (0,), (math.nan,)])
    def test_bands_that_make_no_sense_are_refused(self, bands):
        with pytest.raises(InputError):
            zones([control(*ABU_KAMAL, "a")], bands_km=bands)


class TestSummary:
    def test_per_holder_and_kind(self):
        found = zones(
            [
                control(*ABU_KAMAL, "a"),
                control(*at(100, 0), "b", "a", name="claim", tier=Tier.CLAIMED),
                control(*at(100, 90), "a", "b", name="fight", contested=True),
            ]
        )
        totals = summary(found)
        assert totals["a"].held_km2 == pytest.approx(DISC_KM2, rel=0.01)
        assert totals["a"].claimed_km2 == 0
        assert totals["b"].claimed_km2 == pytest.approx(DISC_KM2, rel=0.01)
        assert totals["a"].contested_km2 == totals["b"].contested_km2
        assert totals["b"].held_km2 == 0


@pytest.mark.parametrize("lat", [0.0, 34.0, -60.0, 80.0])
def test_area_agrees_with_the_geodesic_one(lat):
    polygon = shapely.segmentize(shapely.box(40, lat, 41.5, lat + 1), 0.01)
    expected = abs(GEOD.geometry_area_perimeter(polygon)[0]) / 1e6
    assert geodesic_km2(polygon) == pytest.approx(expected, rel=1e-6)


@st.composite
def towns(draw):
    lat0, lon0 = draw(st.floats(-80, 80)), draw(st.floats(-180, 180))
    size = draw(st.integers(1, 12))
    found = []
    for i in range(size):
        lat, lon = at(draw(st.floats(0, 60)), draw(st.floats(0, 360)), lat0, lon0)
        contested = draw(st.booleans())
        holders = ("a", "b") if contested else draw(st.sampled_from([("a",), ("b",), ("c",), ()]))
        found.append(control(lat, lon, *holders, name=f"{i:02d}", contested=contested))
    return found


@settings(max_examples=60, deadline=None)
@given(towns(), st.lists(st.tuples(st.floats(0, 90), st.floats(0, 360)), min_size=10, max_size=10))
def test_every_point_belongs_to_its_nearest_place_or_to_nobody(places, offsets):
    found = zones(places)
    assert_clean(found)
    assert_no_overlap(found)
    drawn = [(z, shape(z.geometry)) for z in found]
    first = places[0].place
    for km, bearing in offsets:
        lat, lon = at(km, bearing, first.lat, first.lon)
        away = sorted(
            (distance_km(lat, lon, c.place.lat, c.place.lon), i) for i, c in enumerate(places)
        )
        point = shapely.Point(lon, lat)
        here = {z.holders for z, s in drawn if s.covers(point)}
        if away[0][0] > CAP_KM * 1.001:
            assert not here
            continue
        edges = [away[0][0] - r for r in BANDS_KM]
        close = len(away) > 1 and away[1][0] - away[0][0] < 0.1
        if close or any(abs(e) < 0.1 for e in edges):
            continue  # too near a line for a yes or no
        holders = places[away[0][1]].holders
        assert here == ({holders} if holders else set())
