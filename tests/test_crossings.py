"""Crossings, places that face each other, and the command over tables of points."""

import csv
import math

import numpy as np
import pytest

from geo.__main__ import main
from geo.borders import GEOD, open_borders
from geo.borders.crossings import STATUSES, crossings, nearest_crossing, nearest_crossings
from geo.borders.facing import Place, facing
from geo.borders.policy import disputes
from geo.errors import InputError

ABU_KAMAL = Place("a", "Al Bu Kamal", 34.4506, 40.9171, 0.5)
HUSAYBAH = Place("b", "Husaybah", 34.39251, 40.98945, 0.5)


def test_every_crossing_lies_on_its_own_border():
    """Within its stated precision, and nearest to the pair it is said to join."""
    assert len(crossings()) >= 60
    for one in crossings():
        found = open_borders().nearest(one.lat, one.lon)
        assert "|".join(found.pair) == one.pair, one.id
        assert found.distance_km <= one.precision_km, one.id


def test_every_status_has_its_day_and_its_source():
    with_status = [one for one in crossings() if one.status]
    assert with_status
    for one in with_status:
        assert one.status in STATUSES
        assert one.status_on[:2] == "20"
        assert one.status_source
        assert one.status_on in one.status_words()
    assert all(one.source for one in crossings())


def test_the_nearest_crossing_to_abu_kamal_joins_iraq_and_syria():
    found = nearest_crossing(ABU_KAMAL.lat, ABU_KAMAL.lon, ("IQ", "SY"))
    assert found.crossing.pair == "IQ|SY"
    assert found.distance_km == min(
        GEOD.inv(ABU_KAMAL.lon, ABU_KAMAL.lat, one.lon, one.lat)[2] / 1000
        for one in crossings()
        if one.pair == "IQ|SY"
    )


def test_a_border_without_known_crossings_has_none():
    assert nearest_crossing(23.0, 24.5, ("EG", "LY")) is None


def test_many_points_find_the_same_crossings():
    rng = np.random.default_rng(1)
    lat, lon = rng.uniform(30, 55, 300), rng.uniform(15, 48, 300)
    pair = np.where(np.arange(300) % 2, "IQ|SY", "PL|UA")
    index, far = nearest_crossings(lat, lon, pair)
    for i in range(0, 300, 10):
        one = nearest_crossing(lat[i], lon[i], pair[i].split("|"))
        assert crossings()[index[i]] == one.crossing
        assert far[i] == pytest.approx(one.distance_km)


def test_towns_on_both_sides_face_each_other():
    (pair,) = facing([ABU_KAMAL, HUSAYBAH], open_borders(), 25)
    assert (pair.one, pair.two) == (HUSAYBAH, ABU_KAMAL)  # Iraq first, as in the pair
    assert pair.pair == ("IQ", "SY")
    assert pair.distance_km == pytest.approx(9.3, abs=0.2)
    assert pair.sure


def test_towns_on_one_side_or_too_far_do_not_face():
    near = Place("c", "As Sukkariyah", 34.42, 40.96)
    assert not facing([ABU_KAMAL, near], open_borders(), 25)
    assert not facing([ABU_KAMAL, HUSAYBAH], open_borders(), 5)
    assert not facing([ABU_KAMAL], open_borders(), 25)


def test_a_place_that_may_lie_across_is_listed_as_unsure():
    doubtful = Place("b", "Qaim", HUSAYBAH.lat, HUSAYBAH.lon, 10)
    (pair,) = facing([ABU_KAMAL, doubtful], open_borders(), 25)
    assert not pair.sure


@pytest.mark.parametrize("within", [0, -1, math.nan, 5000])
def test_a_distance_that_is_none_is_refused(within):
    with pytest.raises(InputError, match="distance"):
        facing([ABU_KAMAL, HUSAYBAH], open_borders(), within)


@pytest.fixture
def run(tmp_path, capsys):
    """Run ``borders`` on a table; returns exit code, rows written and what was said."""

    def borders(text, *more):
        source, target = tmp_path / "in.csv", tmp_path / "out.csv"
        source.write_text(text, encoding="utf-8")
        code = main(["borders", "--points", str(source), "-o", str(target), *more])
        said = capsys.readouterr()
        rows = []
        if target.exists():
            with target.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
        return code, rows, said.out + said.err

    return borders


def test_columns_are_kept_and_ours_added(run):
    code, rows, _ = run("name,lat,lon,precision_km\n=Abu Kamal,34.4506,40.9171,0.5\n")
    assert code == 0
    (row,) = rows
    assert row["name"] == "'=Abu Kamal"  # no spreadsheet runs it
    assert float(row["border_km"]) == pytest.approx(6.784, abs=0.005)
    assert float(row["border_low_km"]) == pytest.approx(6.284, abs=0.005)
    assert float(row["border_high_km"]) == pytest.approx(7.284, abs=0.005)
    assert (row["border_pair"], row["side"]) == ("IQ-SY", "SY")
    assert "Bu Kamal" in row["crossing"]
    assert row["border_set"] == open_borders().name
    metres = GEOD.inv(40.9171, 34.4506, float(row["foot_lon"]), float(row["foot_lat"]))[2]
    assert metres / 1000 == pytest.approx(float(row["border_km"]), abs=1e-3)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("x,nan,3,", "not a position"),
        ("x,140,34,", "swapped"),
        ("x,34,181,", "beyond 180"),
        ("x,north,34,", "not a number"),
        ("x,,34,", "empty"),
        ("x,34,40,-3", "no distance"),
        ("x,34,40,far", "no distance"),
        ("x,34", "cells"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_done(run, bad, said):
    code, rows, words = run(f"name,lat,lon,precision_km\n{bad}\ngood,34.4506,40.9171,\n")
    assert code == 1
    assert [row["name"] for row in rows] == ["good"]
    assert "row 2" in words
    assert said in words


def test_a_point_in_the_ocean_has_a_distance_and_no_side(run):
    code, rows, _ = run("lat,lon\n0,-30\n")
    assert code == 0
    assert float(rows[0]["border_km"]) > 1_000
    assert rows[0]["side"] == ""
    assert rows[0]["crossing"] == ""


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("", (), "empty"),
        ("a,b\n1,2\n", (), "no column lat or lon"),
        ("lat,lon\n34,40\n", ("--of", "XX"), "XX has no land border"),
        ("lat,lon\n34,40\n", ("--of", "SY-EG"), "share no land border"),
        ("lat,lon\n34,40\n", ("--within", "-5"), "no distance"),
        ("lat,lon,side\n34,40,x\n", (), "already has a column side"),
    ],
)
def test_what_cannot_be_done_ends_with_two_and_writes_nothing(run, text, more, said):
    code, rows, words = run(text, *more)
    assert code == 2
    assert rows == []
    assert said in words


def test_within_keeps_what_may_be_that_near(run):
    table = "lat,lon,precision_km\n34.4506,40.9171,0\n34.4506,40.9171,3\n33.5,36.3,0\n"
    code, rows, words = run(table, "--within", "5")
    assert code == 0
    assert [row["precision_km"] for row in rows] == ["3"]
    assert "2 farther than 5 km" in words


def test_one_border_or_another_set_can_be_asked_for(run):
    table = "lat,lon\n34.4506,40.9171\n"
    _, rows, _ = run(table, "--of", "JO-SY")
    assert rows[0]["border_pair"] == "JO-SY"
    assert float(rows[0]["border_km"]) > 100
    _, rows, _ = run(table, "--set", "ne")
    assert "Natural Earth" in rows[0]["border_set"]


def test_the_policy_decides_what_counts(run):
    pristina = "lat,lon\n42.66,21.16\n"
    _, rows, _ = run(pristina)
    assert rows[0]["border_pair"] == "RS-XK"
    assert rows[0]["border_dispute"] == "Kosovo and Serbia"
    _, rows, _ = run(pristina, "--policy", "recognised")
    assert rows[0]["border_pair"] == "MK-RS"
    assert rows[0]["side"] == "RS"
    assert rows[0]["border_policy"] == "recognised"


def test_twins_of_a_table_are_listed(tmp_path, capsys):
    source = tmp_path / "in.csv"
    source.write_text("name,lat,lon\nAbu Kamal,34.4506,40.9171\nHusaybah,34.39251,40.98945\n")
    assert main(["borders", "--twins", "--points", str(source), "--within", "25"]) == 0
    assert "Husaybah [IQ] – Abu Kamal [SY]: 9.3 km" in capsys.readouterr().out


def test_every_dispute_says_where_it_counts_and_why():
    for dispute in disputes():
        assert dispute.policies <= {"recognised", "de-facto"}
        assert dispute.policies
        assert dispute.note.endswith(".")
