"""Areas and lines beside borders, the strip along a border, policies, and published lengths."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.borders import GEOD, Borders, open_borders
from geo.borders.band import border_band
from geo.borders.extent import border_extent
from geo.borders.policy import DEFAULT_POLICY, POLICIES
from geo.errors import InputError

MERIDIAN = Borders.from_lines("test", [("AA", "BB", np.array([(25.0, 20.0), (25.0, 32.0)]))])
DATE_LINE = Borders.from_lines("test", [("AA", "BB", np.array([(180.0, -3.0), (180.0, 3.0)]))])

# Published (The World Factbook 2024), km; the agreement asked for in per cent. Rivers and coasts
# make a fine line longer than a coarse one.
LENGTHS = {
    "IQ|SY": (599, 1.0),
    "SY|TR": (899, 1.5),
    "JO|SY": (379, 1.0),
    "EG|LY": (1115, 1.0),
    "BY|UA": (1111, 3.0),
    "AF|PK": (2670, 5.0),
    "DZ|LY": (989, 3.0),
    "ET|KE": (867, 4.0),
    "IL|SY": (83, 5.0),
    "LB|SY": (403, 14.0),  # never surveyed; every detailed line is near 350
    "FI|RU": (1309, 3.0),
    "FI|SE": (545, 3.0),
    "IQ|KW": (254, 15.5),  # every detailed line is near 216
    "IQ|TR": (367, 3.0),
    "PL|UA": (498, 9.0),
}


@pytest.mark.parametrize("pair", LENGTHS)
def test_lengths_agree_with_published_ones(pair):
    published, percent = LENGTHS[pair]
    lines = open_borders().lines(pair)
    length = sum(GEOD.line_length(xy[:, 0], xy[:, 1]) for xy, _ in lines) / 1000
    assert abs(length / published - 1) * 100 <= percent, f"{pair}: {length:.0f} km"


def test_least_and_greatest_distance_of_a_line():
    found = border_extent(MERIDIAN, shapely.LineString([(26, 25), (27, 25)]))
    near, far = (GEOD.inv(25, 25, lon, 25)[2] / 1000 for lon in (26, 27))
    assert found.least_km == pytest.approx(near, abs=0.2)  # the foot lies a little off the parallel
    assert found.greatest_km == pytest.approx(far, abs=0.5)


def test_an_area_across_the_border_is_at_no_distance_from_it():
    found = border_extent(MERIDIAN, shapely.box(24.5, 24, 26.5, 25))
    assert found.least_km == 0
    assert found.greatest_km == pytest.approx(GEOD.inv(25, 24, 26.5, 24)[2] / 1000, rel=0.002)


def test_the_greatest_distance_can_lie_inside_an_area():
    ring = np.array([(10.0, 0.0), (14.0, 0.0), (14.0, 4.0), (10.0, 4.0), (10.0, 0.0)])
    found = border_extent(Borders.from_lines("r", [("AA", "BB", ring)]), shapely.Polygon(ring))
    assert found.least_km == pytest.approx(0, abs=0.01)
    assert found.greatest_km == pytest.approx(221, abs=2)


def test_a_point_is_an_area_without_extent():
    found = border_extent(open_borders(), shapely.Point(40.9171, 34.4506))
    assert found.least_km == found.greatest_km == pytest.approx(6.784, abs=0.005)


@settings(max_examples=15, deadline=None)
@given(lat=st.floats(30, 38), lon=st.floats(36, 46), size=st.floats(0.01, 0.5))
def test_points_of_an_area_lie_between_its_least_and_greatest_distance(lat, lon, size):
    area = shapely.Point(lon, lat).buffer(size, quad_segs=4)
    found = border_extent(open_borders(), area)
    rng = np.random.default_rng(0)
    at = shapely.get_coordinates(area)[rng.integers(0, 16, 20)] * 0.5 + np.array([lon, lat]) * 0.5
    inside = open_borders().nearest_many(at[:, 1], at[:, 0], sides=False).distance_km
    assert (inside >= found.least_km - found.within_km - 0.01).all()
    assert (inside <= found.greatest_km + found.within_km + 0.01).all()


@pytest.mark.parametrize("shape", [shapely.Polygon(), None, shapely.box(170, 0, 190, 5)])
def test_shapes_that_are_none_or_off_the_globe_are_refused(shape):
    with pytest.raises(InputError, match="shape"):
        border_extent(MERIDIAN, shape)


@pytest.mark.parametrize(
    ("pairs", "width"),
    [(["IQ|SY"], 25), (["IQ|SY"], 5), (["IQ|SY", "SY|TR"], 100), (["FI|RU"], 300), (["BI|RW"], 10)],
)
def test_the_strip_ends_where_the_distance_does(pairs, width):
    area = border_band(open_borders(), pairs, width)
    own = open_borders().only_pairs(pairs)
    west, south, east, north = area.bounds
    rng = np.random.default_rng(4)
    lon, lat = (
        rng.uniform(west - 0.3, east + 0.3, 4000),
        rng.uniform(south - 0.3, north + 0.3, 4000),
    )
    away = own.nearest_many(lat, lon, sides=False).distance_km
    inside = shapely.contains_xy(area, lon, lat)
    assert area.is_valid
    assert inside[away < width * 0.995].all()
    assert not inside[away > width * 1.005].any()


def test_the_strip_crosses_the_antimeridian():
    area = border_band(DATE_LINE, ["AA|BB"], 50)
    west, _, east, _ = area.bounds
    assert (west, east) == (-180, 180)
    for lon, inside in ((179.7, True), (-179.7, True), (179.4, False), (-179.4, False)):
        assert shapely.contains_xy(area, lon, 0.0) == inside


@pytest.mark.parametrize("width", [0, -1, 501, float("nan")])
def test_a_strip_of_no_width_is_refused(width):
    with pytest.raises(InputError, match="strip"):
        border_band(MERIDIAN, ["AA|BB"], width)


def test_pairs_that_are_not_there_have_no_strip():
    assert border_band(MERIDIAN, ["XX|YY"], 10).is_empty


def test_policies_leave_out_what_they_say():
    everything = set(open_borders("osm", DEFAULT_POLICY).pairs)
    recognised = open_borders("osm", "recognised")
    de_facto = open_borders("osm", "de-facto")
    assert {"RS|XK", "CY|XC", "GE|XA", "SO|XS", "EH|MA"} <= everything
    assert not recognised.lines("CY|XC")
    assert not recognised.lines("IL|SY")
    assert recognised.lines("EH|MA")
    assert not de_facto.lines("EH|MA")
    assert de_facto.lines("CY|XC")
    # Under "recognised" Kosovo's other borders are Serbia's.
    assert recognised.lines("AL|RS")
    assert not any("XK" in pair for pair in recognised.pairs)


@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy_keeps_agreed_borders(policy):
    found = open_borders("osm", policy).nearest(34.4506, 40.9171)
    assert found.distance_km == pytest.approx(6.784, abs=0.005)
    assert found.dispute == ""


def test_missing_policies_and_borders_are_refused_in_words():
    with pytest.raises(InputError, match="choose one of: all, recognised, de-facto"):
        open_borders("osm", "mine")
    with pytest.raises(InputError, match="XX has no land border"):
        open_borders().only("XX")


@pytest.mark.parametrize(
    ("place", "lat", "lon", "pair"),
    [
        ("Ceuta", 35.889, -5.32, ("ES", "MA")),
        ("Shenzhen", 22.54, 114.06, ("CN", "HK")),
        ("Armiansk", 46.106, 33.69, ("RU", "UA")),
        ("Nicosia", 35.17, 33.36, ("CY", "XC")),
    ],
)
def test_lines_that_country_outlines_lack_are_there(place, lat, lon, pair):
    found = open_borders().nearest(lat, lon)
    assert found.pair == pair, place
    assert found.distance_km < 30
    assert found.dispute
