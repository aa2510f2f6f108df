"""The methods behind zones: what they promise on any table; on plain ones they are right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.control import STALE_DAYS
from geo.errors import InputError
from geo.zones.age import KEPT_MONTH, KEPT_YEAR, age_weight, persistence
from geo.zones.blend import Blend
from geo.zones.kriging import Kriging
from geo.zones.methods import Voronoi, on_globe
from geo.zones.settlements import METHODS
from geo.zones.units import Units

ALL = pytest.mark.parametrize("name", list(METHODS))


def front(count=400, seed=0, wrong=0.0):
    """Two sides parted by a line at 41 degrees east; a share of the reports wrong."""
    rng = np.random.default_rng(seed)
    lat, lon = rng.uniform(34, 36, count), rng.uniform(40, 42, count)
    side = lon > 41
    label = np.where(side ^ (rng.random(count) < wrong), "east", "west")
    return lat, lon, label, np.where(side, "east", "west")


@ALL
def test_a_plain_front_is_found(name):
    lat, lon, label, _ = front()
    method = METHODS[name]().fit(lat, lon, label)
    share = method.predict_proba([35.0, 35.0], [40.3, 41.7])
    assert method.actors == ("east", "west")
    assert share.argmax(axis=1).tolist() == [1, 0]


def test_wrong_reports_are_outvoted_and_their_share_is_found():
    lat, lon, label, truth = front(600, wrong=0.1)
    right = {}
    for method in (Kriging(), Blend(), Voronoi()):
        share = method.fit(lat, lon, label).predict_proba(lat, lon + 0.01)
        said = np.array(method.actors)[share.argmax(axis=1)]
        right[type(method).__name__] = (said == truth).mean()
        if isinstance(method, Kriging):
            # Half of the wrong labels drawn by lot would have been right anyway: none here.
            assert 0.05 < method.pool.doubt < 0.35
    assert min(right["Kriging"], right["Blend"]) > 0.96 > right["Voronoi"]


def test_a_report_without_weight_does_not_count_and_a_light_one_counts_little():
    lat, lon = [35.0, 35.05, 35.1, 35.05], [40.0, 40.0, 40.0, 40.02]
    label = ["a", "a", "a", "b"]

    def share_of_b(weight):
        method = Kriging(divided=False).fit(lat, lon, label, [1, 1, 1, weight])
        assert ("b" in method.actors) == (weight > 0)
        found = method.predict_proba([35.05], [40.025])
        return found[0, method.actors.index("b")] if weight else 0.0

    assert share_of_b(1.0) > share_of_b(0.05) > share_of_b(0.0)


def test_far_from_all_reports_it_fades_to_the_usual():
    lat, lon, label, _ = front()
    method = Kriging().fit(lat, lon, label)
    near, far, farther = method.predict_proba([35, 35, 35], [41.9, 42.6, 44.0]).max(axis=1)
    assert near > far > farther
    assert farther < 0.8


@ALL
def test_the_order_of_rows_does_not_matter(name):
    lat, lon, label, _ = front(wrong=0.05)
    turned = np.random.default_rng(5).permutation(len(lat))
    asked = np.linspace(34, 36, 30), np.linspace(40, 42, 30)
    one = METHODS[name]().fit(lat, lon, label).predict_proba(*asked)
    other = METHODS[name]().fit(lat[turned], lon[turned], label[turned]).predict_proba(*asked)
    assert other == pytest.approx(one, abs=1e-9)


@ALL
def test_bad_tables_are_refused_in_words(name):
    make = METHODS[name]
    for lat, lon, label, weight in (
        ([], [], [], None),
        ([35.0], [40.0], ["a"], [0.0]),
        ([35.0], [40.0], ["a"], [float("nan")]),
        ([91.0], [40.0], ["a"], None),
        ([35.0, 36.0], [40.0], ["a"], None),
    ):
        with pytest.raises(InputError):
            make().fit(lat, lon, label, weight)


@ALL
def test_one_settlement_and_one_actor(name):
    alone = METHODS[name]().fit([35.0], [40.0], ["a"])
    assert alone.predict_proba([35.0, -20.0], [40.0, 100.0]).tolist() == [[1.0], [1.0]]
    same = METHODS[name]().fit([35.0, 35.5, 36.0], [40.0] * 3, ["a"] * 3)
    assert same.predict_proba([35.2], [40.0]).tolist() == [[1.0]]


@ALL
def test_two_sides_at_one_point(name):
    method = METHODS[name]().fit([35.0, 35.0, 36.0], [40.0, 40.0, 41.0], ["a", "b", "a"])
    share = method.predict_proba([35.0], [40.0])
    assert np.isfinite(share).all()
    assert share.sum() == pytest.approx(1.0)


@ALL
def test_across_the_antimeridian(name):
    rng = np.random.default_rng(1)
    lat, east = rng.uniform(-18, -16, 80), rng.uniform(178.5, 181.5, 80)
    label = np.where(east > 180, "b", "a")
    method = METHODS[name]().fit(lat, (east + 180) % 360 - 180, label)
    share = method.predict_proba([-17, -17], [179.2, -179.2])
    assert share.argmax(axis=1).tolist() == [0, 1]


POINT = st.tuples(st.floats(-89, 89), st.floats(-180, 180), st.sampled_from("abc"))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(POINT, min_size=1, max_size=12),
    st.lists(st.tuples(st.floats(-89, 89), st.floats(-180, 180)), min_size=1, max_size=5),
    st.sampled_from(list(METHODS)),
)
def test_probabilities_are_probabilities(towns, asked, name):
    lat, lon, label = zip(*towns, strict=True)
    share = METHODS[name]().fit(lat, lon, label).predict_proba(*zip(*asked, strict=True))
    assert share.shape == (len(asked), len(set(label)))
    assert (share >= 0).all()
    assert share.sum(axis=1) == pytest.approx(np.ones(len(asked)))


def test_calibration_on_what_it_has_not_seen():
    lat, lon, label, _ = front(1200, seed=3, wrong=0.05)
    known, hidden = slice(0, 600), slice(600, None)
    method = Blend().fit(lat[known], lon[known], label[known])
    share = method.predict_proba(lat[hidden], lon[hidden])
    right = np.array(method.actors)[share.argmax(axis=1)] == label[hidden]
    assert abs(share.max(axis=1).mean() - right.mean()) < 0.03
    assert right.mean() > 0.92


class TestDivides:
    def test_provinces_and_river_banks_of_syria(self):
        # Raqqa (north bank), Al-Thawrah (south bank), Damascus, and Al-Qa'im in Iraq.
        lat = np.array([35.96, 35.84, 33.51, 34.39])
        lon = np.array([39.02, 38.55, 36.29, 40.99])
        units = Units(lat, lon, on_globe(lat, lon)).own
        assert units[0, 0] == units[1, 0] == units[2, 0] != units[3, 0]
        assert units[0, 1] == units[1, 1] != units[2, 1]
        assert units[0, 2] != units[1, 2] == units[2, 2]

    def test_at_sea_the_nearest_settlement_tells(self):
        lat, lon = np.array([35.52, 34.73]), np.array([35.79, 36.72])
        units = Units(lat, lon, on_globe(lat, lon))
        sea = np.array([35.5]), np.array([34.9])
        assert units.at(*sea, on_globe(*sea)).tolist() == units.own[:1].tolist()


class TestAge:
    def test_it_goes_through_what_was_measured(self):
        assert float(persistence(365.25 / 12)) == pytest.approx(KEPT_MONTH)
        assert float(persistence(365.25)) == pytest.approx(KEPT_YEAR)

    def test_what_the_rules_call_stale_still_mostly_holds(self):
        assert 0.95 < float(persistence(STALE_DAYS)) < 0.97

    @given(st.floats(0, 20000), st.floats(0, 20000))
    def test_older_is_never_surer(self, one, other):
        young, old = sorted((one, other))
        assert float(persistence(young)) >= float(persistence(old)) >= 0
        assert 1 >= float(age_weight(young)) >= float(age_weight(old)) >= 0

    def test_a_new_report_replaces_an_old_one_nearby(self):
        rng = np.random.default_rng(0)
        lat, lon = rng.uniform(34, 35, 60), rng.uniform(40, 41, 60)
        label = np.array(["old"] * 50 + ["new"] * 10)
        days = np.where(label == "old", 365, 0)
        method = Kriging(divided=False).fit(lat, lon, label, age_weight(days))
        at = lat[-1] + 0.02, lon[-1]
        fresh = method.predict_proba([at[0]], [at[1]])[0, 0]
        flat = Kriging(divided=False).fit(lat, lon, label).predict_proba([at[0]], [at[1]])[0, 0]
        assert fresh > flat
