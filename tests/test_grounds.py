"""A country's ground follows the very border lines that the map shows."""

import pytest
import shapely
from shapely.geometry import Point

from geo import basemap
from geo.areas import admin1_area, country_area, land_area
from geo.borders import open_borders
from geo.grounds import country_ground, province_ground

BOX = (38, 33, 44, 37)
ABU_KAMAL, AL_QAIM = Point(40.9186, 34.4523), Point(40.9895, 34.3925)


def test_towns_on_either_side_lie_on_their_own_ground():
    syria, iraq = country_ground("SY", *BOX), country_ground("IQ", *BOX)
    assert syria.contains(ABU_KAMAL)
    assert not syria.contains(AL_QAIM)
    assert iraq.contains(AL_QAIM)
    assert not iraq.contains(ABU_KAMAL)


def test_neighbours_meet_along_the_drawn_line_without_gap_or_overlap():
    syria, iraq = country_ground("SY", *BOX), country_ground("IQ", *BOX)
    assert syria.intersection(iraq).area < 1e-9
    drawn = shapely.union_all(
        [
            shapely.LineString(part)
            for line in basemap.load(*BOX, 8).borders
            if line.pair and set(line.pair) == {"IQ", "SY"}
            for part in line.parts
        ]
    )
    inner = shapely.clip_by_rect(drawn, 38.1, 33.1, 43.9, 36.9)
    shared = syria.boundary.intersection(iraq.boundary)
    assert inner.length > 4
    assert inner.difference(shared.buffer(3e-4)).length < 0.01 * inner.length


def test_the_ground_agrees_with_the_side_that_border_distance_tells():
    border = open_borders()
    syria = country_ground("SY", *BOX)
    for lat, lon in ((34.6, 40.9), (34.2, 40.9), (35.2, 41.0), (35.2, 41.6)):
        assert syria.contains(Point(lon, lat)) == (border.nearest(lat, lon).side == "SY")


def test_an_unknown_country_gives_all_land():
    assert country_ground("XX", *BOX).equals(land_area(*BOX))


def test_a_country_without_a_drawn_line_round_it_has_its_ground():
    ground = country_ground("HK", 113, 22, 115, 23)
    assert ground.contains(Point(114.17, 22.32))  # Kowloon
    assert not ground.contains(Point(114.06, 22.55))  # Shenzhen
    assert ground.area == pytest.approx(country_area("HK").area, rel=0.15)


def test_ground_ends_at_the_border_for_an_overseas_department():
    ground = country_ground("GF", -56, 2, -51, 6)
    assert ground.contains(Point(-52.33, 4.92))
    assert not ground.contains(Point(-55.17, 5.4))  # Suriname


def test_a_province_ends_at_the_drawn_border_and_at_its_neighbours():
    province = province_ground("SY.07")
    syria = country_ground("SY", *BOX)
    assert province.contains(ABU_KAMAL)
    assert not province.contains(AL_QAIM)
    assert province.difference(syria).area < 1e-9
    raqqa = province_ground("SY.04")
    assert province.intersection(raqqa).area < 0.01 * province.area
    assert province.area == pytest.approx(admin1_area("SY.07").area, rel=0.03)


def test_an_unknown_province_has_no_ground():
    assert province_ground("SY.99") is None
