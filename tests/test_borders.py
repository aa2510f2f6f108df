"""Border distances: known towns, exact lines, invariants, bad input."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.borders import GEOD, SETS, Borders, open_borders
from geo.borders.cells import read_cells
from geo.errors import DataError, InputError

MERIDIAN = np.array([(25.0, 20.0), (25.0, 32.0)])
PARALLEL = np.array([(-123.0, 49.0), (-95.0, 49.0)])


def on(line):
    return Borders.from_lines("test", [("AA", "BB", line)])


def test_abu_kamal_is_6_78_km_inside_syria():
    found = open_borders().nearest(34.4506, 40.9171)
    assert found.distance_km == pytest.approx(6.784, abs=0.005)
    assert found.pair == ("IQ", "SY")
    assert found.side == "SY"
    assert "OpenStreetMap" in found.boundary_set


def test_qaim_lies_on_the_iraqi_side():
    found = open_borders().nearest(34.39251, 40.98945)
    assert found.distance_km == pytest.approx(1.21, abs=0.02)
    assert found.side == "IQ"


@pytest.mark.parametrize(
    ("lat", "lon", "km", "pair"),
    [
        (36.8906, 38.3536, 1.029, ("SY", "TR")),
        (49.9935, 36.2304, 33.489, ("RU", "UA")),
        (-1.6792, 29.2228, 2.395, ("CD", "RW")),
        (34.1228, 71.0939, 0.008, ("AF", "PK")),
        (24.1833, 23.2833, 174.277, ("EG", "LY")),
    ],
)
def test_reference_towns_within_five_metres(lat, lon, km, pair):
    found = open_borders().nearest(lat, lon)
    assert found.distance_km == pytest.approx(km, abs=0.005)
    assert found.pair == pair


@pytest.mark.parametrize(
    ("line", "lat", "lon", "km"),
    [
        (MERIDIAN, 24.0, 23.0, 203.49671),
        (MERIDIAN, 30.0, 24.5, 48.242987),
        (PARALLEL, 49.5, -110.0, 55.607289),
        (np.array([(25.0, 22.0), (37.0, 22.0)]), 22.3, 30.0, 33.219691),
    ],
)
def test_exact_lines_to_a_millimetre(line, lat, lon, km):
    assert on(line).nearest(lat, lon).distance_km == pytest.approx(km, abs=1e-6)


def test_a_long_parallel_is_straight_in_longitude_and_latitude():
    # The geodesic between its ends would pass about 100 km farther north in the middle.
    assert on(PARALLEL).nearest(49.5, -109.0).foot_lat == pytest.approx(49.0, abs=1e-6)


def test_sides_of_an_own_line_follow_its_direction(monkeypatch):
    monkeypatch.setattr("geo.borders.sides.on_land", lambda _lat, _lon: True)
    north_going = on(MERIDIAN)
    assert north_going.nearest(25.0, 24.99).side == "AA"  # west is to the left
    assert north_going.nearest(25.0, 25.01).side == "BB"


def test_the_antimeridian_is_no_obstacle():
    line = np.array([(179.99, -10.0), (179.99, 10.0)])
    found = on(line).nearest(0.0, -179.99)
    assert found.distance_km == pytest.approx(GEOD.inv(179.99, 0, -179.99, 0)[2] / 1000, abs=1e-6)


def test_the_side_holds_across_the_antimeridian(monkeypatch):
    monkeypatch.setattr("geo.borders.sides.on_land", lambda _lat, _lon: True)
    line = np.array([(179.99, -17.0), (179.99, -16.0)])  # northwards: AA to the west
    assert on(line).nearest(-16.5, -179.99).side == "BB"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_where_three_countries_meet_the_outer_one_keeps_its_side(monkeypatch, order):
    # CC holds all but 60 degrees round the meeting point, so much of it is nearest to that point.
    monkeypatch.setattr("geo.borders.sides.on_land", lambda _lat, _lon: True)

    def ray(bearing):
        return np.array([(40.0, 34.0), GEOD.fwd(40.0, 34.0, bearing, 30_000)[:2]])

    lines = [("CC", "AA", ray(0)), ("AA", "BB", ray(30)), ("BB", "CC", ray(60))]
    borders = Borders.from_lines("test", [lines[i] for i in order])
    for bearing in range(100, 330, 10):
        lon, lat, _ = GEOD.fwd(40.0, 34.0, bearing, 3_000)
        found = borders.nearest(lat, lon)
        assert found.side == "CC"
        assert found.pair == (("BB", "CC") if bearing <= 210 else ("AA", "CC"))


def test_near_the_meeting_of_armenia_azerbaijan_and_iran_the_side_is_iran():
    found = open_borders().nearest(38.8629, 46.536)
    assert found.side == "IR"
    assert "IR" in found.pair


def test_precision_gives_an_interval_that_never_falls_below_zero():
    found = open_borders().nearest(34.39251, 40.98945, precision_km=10.0)
    assert found.low_km == 0.0
    assert found.high_km == pytest.approx(found.distance_km + 10.0)


def test_far_across_the_sea_the_side_is_the_country_itself():
    london = open_borders().nearest(51.5, -0.1)
    assert london.side == "GB"
    assert "GB" not in london.pair


def test_no_border_lies_in_the_open_sea():
    # Maritime limits, and territories that one country holds twice, are left out.
    pairs = open_borders().pairs
    assert "FR|PF" not in pairs
    assert "JP|RU" not in pairs
    assert "CA|FR" not in pairs
    assert open_borders().nearest(34.3, 34.6).distance_km > 80  # between Cyprus and Lebanon


def test_natural_earth_agrees_within_its_scale():
    found = open_borders("ne").nearest(34.4506, 40.9171)
    assert found.distance_km == pytest.approx(6.78, abs=0.1)
    assert found.side == "SY"


@pytest.mark.parametrize("near", [False, True])
def test_many_points_give_the_same_as_one_by_one(near):
    rng = np.random.default_rng(3)
    lats, lons = rng.uniform(-90, 90, 400), rng.uniform(-180, 180, 400)
    if near:  # where the tree answers instead of the cells' lists
        feet = open_borders().nearest_many(lats, lons)
        lats = np.clip(feet.foot_lat + rng.normal(0, 0.2, 400), -90, 90)
        lons = np.clip(feet.foot_lon + rng.normal(0, 0.2, 400), -180, 180)
    many = open_borders().nearest_many(lats, lons)
    for index in range(400):
        one = open_borders().nearest(lats[index], lons[index])
        assert many.distance_km[index] == pytest.approx(one.distance_km, abs=1e-6)
        assert many.pair[index] == "|".join(one.pair)
        assert many.side[index] == (one.side or "")


def test_many_points_carry_their_own_precision():
    many = open_borders().nearest_many([34.39251, 34.39251], [40.98945, 40.98945], [0.5, 10.0])
    assert many.low_km[0] == pytest.approx(many.distance_km[0] - 0.5)
    assert many.low_km[1] == 0.0
    assert many.high_km[1] == pytest.approx(many.distance_km[1] + 10.0)
    assert many.side.tolist() == ["IQ", ""]  # the second may lie on either side


@pytest.mark.parametrize("precision", [[1.0, 2.0], [1.0, -1.0, 0.0], math.nan])
def test_precisions_that_fit_no_points_are_refused(precision):
    with pytest.raises(InputError, match="precision"):
        open_borders().nearest_many([1, 2, 3], [1, 2, 3], precision)


def test_the_nearest_pairs_meet_where_three_countries_do():
    # The meeting of Syria, Iraq and Turkey on the Tigris.
    found = open_borders().nearest_pairs(37.06, 42.35, k=3)
    assert {one.pair for one in found} == {("IQ", "SY"), ("SY", "TR"), ("IQ", "TR")}
    assert [one.distance_km for one in found] == sorted(one.distance_km for one in found)
    assert found[2].distance_km < 10


def test_the_first_of_the_nearest_pairs_is_the_nearest_border():
    rng = np.random.default_rng(5)
    for lat, lon in zip(rng.uniform(-80, 80, 30), rng.uniform(-180, 180, 30), strict=True):
        one, *more = open_borders().nearest_pairs(lat, lon, k=2)
        assert one == open_borders().nearest(lat, lon)
        assert more[0].pair != one.pair


def test_a_point_within_its_own_doubt_of_the_border_has_no_side():
    assert open_borders().nearest(34.39251, 40.98945, precision_km=2.0).side is None
    assert open_borders().nearest(34.39251, 40.98945, precision_km=1.0).side == "IQ"


def test_far_points_are_exact_too():
    """The foot of a far point is where a search along the line itself finds it."""
    line = np.array([(20.0, 10.0), (22.0, 11.0)])
    for lat, lon in [(-60.0, -30.0), (75.0, 80.0), (45.0, 21.0), (10.2, 24.0)]:
        found = on(line).nearest(lat, lon)
        share = np.linspace(0, 1, 200_001)
        foot = line[0] + share[:, None] * (line[1] - line[0])
        far = GEOD.inv(np.full(len(foot), lon), np.full(len(foot), lat), *foot.T)[2]
        assert found.distance_km == pytest.approx(far.min() / 1000, abs=1e-6)


@pytest.mark.parametrize("pole", [-90.0, 90.0])
def test_the_poles_have_a_nearest_border(pole):
    here, there = open_borders().nearest(pole, 0.0), open_borders().nearest(pole, 120.0)
    assert here.distance_km == pytest.approx(there.distance_km, abs=1e-6)


def test_no_points_give_no_distances():
    assert len(open_borders().nearest_many([], []).distance_km) == 0


@settings(max_examples=60, deadline=None)
@given(lat=st.floats(-89, 89), lon=st.floats(-180, 180))
def test_the_foot_lies_at_that_distance_and_bearing(lat, lon):
    found = open_borders().nearest(lat, lon)
    bearing, _, metres = GEOD.inv(lon, lat, found.foot_lon, found.foot_lat)
    assert metres / 1000 == pytest.approx(found.distance_km, abs=1e-6)
    assert math.cos(math.radians(bearing - found.bearing_deg)) == pytest.approx(1.0, abs=1e-6)
    # From the foot itself the border is at hand.
    assert open_borders().nearest(found.foot_lat, found.foot_lon).distance_km < 0.001


@settings(max_examples=40, deadline=None)
@given(
    lat=st.floats(30, 40),
    lon=st.floats(35, 48),
    north=st.floats(-0.5, 0.5),
    east=st.floats(-0.5, 0.5),
)
def test_the_distance_changes_no_faster_than_the_point_moves(lat, lon, north, east):
    here = open_borders().nearest(lat, lon).distance_km
    there = open_borders().nearest(lat + north, lon + east).distance_km
    moved = GEOD.inv(lon, lat, lon + east, lat + north)[2] / 1000
    assert abs(here - there) <= moved + 1e-6


@pytest.mark.parametrize(
    ("lat", "lon"), [(math.nan, 0), (0, math.inf), (91, 0), (0, 181), (-95, 3)]
)
def test_points_off_the_globe_are_refused_in_words(lat, lon):
    with pytest.raises(InputError, match="not on the globe"):
        open_borders().nearest(lat, lon)


def test_unequal_lists_and_unknown_sets_are_refused():
    with pytest.raises(InputError, match="2 latitudes but 1 longitudes"):
        open_borders().nearest_many([1, 2], [1])
    with pytest.raises(InputError, match="choose one of: osm, ne"):
        open_borders("cia")
    with pytest.raises(InputError, match="precision"):
        open_borders().nearest(0, 0, precision_km=-1)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"no archive"])
def test_a_damaged_file_says_what_to_do(monkeypatch, tmp_path, content):
    path = tmp_path / "borders.npz"
    path.write_bytes(content)
    monkeypatch.setitem(SETS, "broken", (path, "broken"))
    with pytest.raises(DataError, match=r"data\.build borders"):
        open_borders("broken")


@pytest.mark.parametrize("set_name", SETS)
@pytest.mark.parametrize("policy", ["all", "recognised", "de-facto"])
def test_the_shipped_lists_of_candidates_are_of_the_shipped_lines(set_name, policy):
    borders = open_borders(set_name, policy)
    path = SETS[set_name][0].with_name(f"border-cells-{policy}.npz")
    assert read_cells(path, borders.check) is not None  # else: python -m data.build border_cells


def test_lists_of_other_lines_are_not_used(tmp_path):
    path = SETS["ne"][0].with_name("border-cells-all.npz")
    assert read_cells(path, 1) is None
    assert read_cells(tmp_path / "none.npz", 1) is None


def test_without_lists_the_answers_are_the_same(monkeypatch):
    rng = np.random.default_rng(8)
    lats, lons = rng.uniform(-90, 90, 300), rng.uniform(-180, 180, 300)
    with_lists = open_borders("ne").nearest_many(lats, lons, sides=False)
    bare = open_borders.__wrapped__("ne")
    monkeypatch.setattr(bare, "_cell_file", None)
    found = bare.nearest_many(lats, lons, sides=False)
    assert np.abs(found.distance_km - with_lists.distance_km).max() < 1e-6
    assert (found.pair == with_lists.pair).all()
