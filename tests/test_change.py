"""Through time: the days on which something changes, the difference of two, and holdings."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import mapping

from geo.change import ALL, change_csv, difference
from geo.control import control_on
from geo.dates import DateSpan
from geo.holdings import history, holdings_csv
from geo.model import Zone
from geo.polygons import geodesic_km2
from geo.terrain import Terrain, Towns
from geo.timeline import DayState, candidate_days, stops
from geo.workspace import open_workspace
from geo.zones import summary

BEFORE, AFTER = date(2017, 11, 8), date(2017, 11, 12)


def box(west, south, east, north):
    return shapely.box(west, south, east, north)


def zone(who, area, kind="held"):
    return Zone(who, kind, mapping(area), 0.5, ("r/1",), geodesic_km2(area))


def terrain(*points):
    """Two provinces side by side, and towns at (lat, lon, admin-1, people)."""
    provinces = {"SY.01": box(40, 34, 42, 36), "SY.02": box(42, 34, 44, 36)}
    lat, lon, code, people = zip(*points, strict=True) if points else ((), (), (), ())
    towns = Towns(
        np.array(lat, dtype=float),
        np.array(lon, dtype=float),
        np.array(code, dtype=str),
        np.array(people, dtype=np.int64),
    )
    return Terrain(provinces, towns)


def test_ground_that_changes_hands_is_lost_by_one_and_gained_by_the_other():
    ground = terrain((35.0, 41.5, "SY.01", 900), (35.0, 42.5, "SY.02", 0))
    old = [zone(("daesh",), box(41, 34.5, 43, 35.5))]
    new = [zone(("army",), box(41, 34.5, 43, 35.5))]
    found = difference((BEFORE, old), (AFTER, new), ground)
    army, daesh = found.total("army"), found.total("daesh")
    whole = geodesic_km2(box(41, 34.5, 43, 35.5))
    assert army.gained_km2 == pytest.approx(whole, rel=1e-6)
    assert daesh.lost_km2 == pytest.approx(whole, rel=1e-6)
    assert (army.gained_unknown_km2, daesh.lost_unknown_km2) == (0, 0)
    assert (army.settlements_gained, army.population_gained) == (2, 900)
    assert (daesh.settlements_lost, daesh.population_lost) == (2, 900)
    by_province = {c.admin1: c for c in found.changes if c.actor_id == "army"}
    assert by_province["SY.01"].population_gained == 900
    parts = by_province["SY.01"].gained_km2 + by_province["SY.02"].gained_km2
    assert parts == pytest.approx(whole, rel=1e-6)


def test_first_news_of_a_place_is_told_apart_from_conquest():
    old = [zone(("daesh",), box(41, 34.5, 41.5, 35.5))]
    new = [zone(("army",), box(41, 34.5, 42, 35.5))]
    found = difference((BEFORE, old), (AFTER, new), terrain())
    army = found.total("army")
    assert army.gained_unknown_km2 == pytest.approx(geodesic_km2(box(41.5, 34.5, 42, 35.5)))
    assert army.gained_km2 > army.gained_unknown_km2
    whole = found.coverage[0]
    assert whole.admin1 == ALL
    assert 0 < whole.unknown_after < whole.unknown_before < 1


def test_contested_and_claimed_ground_are_sums_of_their_own():
    ground = box(41, 34.5, 42, 35.5)
    old = [zone(("daesh",), ground)]
    contested = [zone(("army", "daesh"), ground, "contested")]
    found = difference((BEFORE, old), (AFTER, contested), terrain())
    for actor in ("army", "daesh"):
        assert found.total(actor).contested_km2 == pytest.approx(geodesic_km2(ground))
    assert found.total("daesh").lost_unknown_km2 == 0
    claimed = [zone(("army", "daesh"), ground, "claimed")]
    found = difference((BEFORE, old), (AFTER, claimed), terrain())
    assert found.total("army").claimed_km2 == pytest.approx(geodesic_km2(ground))
    assert found.total("army").gained_km2 == 0


def test_the_same_day_twice_is_no_change_and_the_order_of_days_does_not_matter():
    zones = [zone(("daesh",), box(41, 34.5, 42, 35.5))]
    assert difference((BEFORE, zones), (AFTER, zones), terrain()).changes == ()
    there = difference((BEFORE, zones), (AFTER, []), terrain())
    back = difference((AFTER, []), (BEFORE, zones), terrain())
    assert there == back
    assert there.total("daesh").lost_unknown_km2 == pytest.approx(there.total("daesh").lost_km2)


edges = st.integers(0, 20)


@given(edges, edges, edges, edges)
@settings(max_examples=60, deadline=None)
def test_what_is_gained_less_what_is_lost_is_the_difference_of_what_is_held(a, b, c, d):
    def held(start, end):
        low, high = sorted((start, end))
        return [zone(("army",), box(40 + low / 10, 34.5, 40.1 + high / 10, 35.5))]

    old, new = held(a, b), held(c, d)
    found = difference((BEFORE, old), (AFTER, new), terrain()).total("army")
    net = new[0].area_km2 - old[0].area_km2
    assert found.gained_km2 - found.lost_km2 == pytest.approx(net, abs=1e-3)


def test_the_seed_campaign_adds_up():
    opened = open_workspace()
    days = [opened.day(day) for day in (date(2017, 9, 5), date(2017, 11, 11))]
    found = difference(*[(day.on, day.zones) for day in days], opened.terrain)
    was, now = (summary(day.zones) for day in days)
    for actor in was.keys() | now.keys():
        held = [s[actor].held_km2 if actor in s else 0.0 for s in (was, now)]
        change = found.total(actor)
        net = change.gained_km2 - change.lost_km2
        assert net == pytest.approx(held[1] - held[0], abs=0.5)
        parts = [c for c in found.changes if c.actor_id == actor and c.admin1 != ALL]
        assert sum(c.gained_km2 for c in parts) == pytest.approx(change.gained_km2, abs=0.5)
    assert found.total("daesh").lost_km2 > 1000
    rows = list(csv.DictReader(io.StringIO(change_csv(found, opened.actors).decode("utf-8-sig"))))
    assert len(rows) == len(found.changes)
    assert {row["from"] for row in rows} == {"2017-09-05"}


def test_nothing_changes_between_two_stops():
    opened = open_workspace()
    first, last = opened.period
    told = dict(stops(opened.events, opened.actors, first, last))
    assert first in told

    def answer(controls):
        return [(c.place.place_id, c.holders, c.tier, c.contested, c.stale) for c in controls]

    latest = None
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        latest = told.get(day, latest)
        assert answer(control_on(opened.events, day, opened.actors)) == answer(latest)


def test_many_days_are_thinned_and_the_ends_stay():
    opened = open_workspace()
    first, last = opened.period
    few = candidate_days(opened.events, first, last, most=10)
    assert len(few) == 10
    assert (few[0], few[-1]) == (first, last)
    assert list(few) == sorted(set(few))
    assert candidate_days([], first, first) == (first,)


def test_a_date_at_the_end_of_the_calendar_breaks_nothing():
    """9999-12-31 is what some people write for "until further notice"."""
    opened = open_workspace()
    held = next(e for e in opened.events if e.type.changes_control)
    late = replace(held, id="late", date=DateSpan.parse("2017-11-11/9999-12-31"))
    rows = replace(opened.snapshot, events=(*opened.events, late))
    after = opened.with_snapshot(rows)
    assert after.period[1] == date.max
    assert [state.on for state in after.days_with_lines()][-1] == date.max


def test_holdings_count_each_side_of_contested_land_and_the_land_nobody_speaks_of():
    ground = terrain((35.0, 41.5, "SY.01", 900))
    days = [
        DayState(BEFORE, (), (zone(("daesh",), box(41, 34.5, 42, 35.5)),)),
        DayState(AFTER, (), (zone(("army", "daesh"), box(41, 34.5, 42, 35.5), "contested"),)),
    ]
    found = history(days, ground)
    (row,) = [r for r in found.on(BEFORE) if r.admin1 == ALL]
    assert (row.actor_id, row.settlements, row.population) == ("daesh", 1, 900)
    after = {r.actor_id: r for r in found.on(AFTER + timedelta(days=3)) if r.admin1 == ALL}
    assert after["army"].contested_km2 == after["daesh"].contested_km2 > 0
    assert after["daesh"].settlements == 0
    assert found.on(BEFORE - timedelta(days=1)) == ()
    land = geodesic_km2(box(40, 34, 42, 36))
    assert found.land_km2[ALL] == pytest.approx(land)
    known = geodesic_km2(box(41, 34.5, 42, 35.5)) / land
    assert found.unknown[BEFORE, ALL] == pytest.approx(1 - known)
    rows = list(csv.DictReader(io.StringIO(holdings_csv(found, {}).decode("utf-8-sig"))))
    assert len(rows) == len(found.holdings)


def test_no_days_make_an_empty_history():
    found = history([], terrain())
    assert found.holdings == ()
    assert found.actors == ()
