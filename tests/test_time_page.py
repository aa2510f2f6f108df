"""Through time on the page as Streamlit runs it: links, tabs, days that the map gives back."""

from datetime import date
from itertools import pairwise

import pytest
from streamlit.testing.v1 import AppTest

from geo.panels.holdings import _labels, picked_day
from geo.panels.timeline import days_key, player_state
from geo.workspace import open_workspace

TIMEOUT_S = 60


@pytest.fixture(scope="module")
def opened():
    return open_workspace()


def page(root, tab=None, **link):
    app = AppTest.from_file(str(root / "dashboard.py"), default_timeout=TIMEOUT_S)
    for key, value in link.items():
        app.query_params[key] = value
    if tab:
        app.session_state["tab"] = tab
    return app.run()


def words(app):
    return " ".join(element.value for element in app.caption)


def test_a_comparison_comes_from_the_link_and_stays_in_it(root):
    app = page(root, tab="Changes", compare="2017-09-20")
    assert not app.exception
    assert not app.warning
    assert app.query_params["compare"] in ("2017-09-20", ["2017-09-20"])
    assert app.date_input(key="compare_day").value == date(2017, 9, 20)
    assert "No report tells about" in words(app)
    tables = [frame.value for frame in app.dataframe]
    by_actor = next(t for t in tables if "Gained, km²" in t.columns and "Where" not in t.columns)
    daesh = by_actor[by_actor["Who"] == "Daesh"].iloc[0]
    assert daesh["Lost, km²"] > 1000
    assert daesh["Towns lost"] > 0


def test_choosing_and_clearing_a_day_to_compare_with(root):
    app = page(root, tab="Changes")
    assert app.date_input(key="compare_day").value is None
    app.button(key="compare_A week before").click().run()
    assert app.query_params["compare"] in ("2017-11-04", ["2017-11-04"])
    app.date_input(key="compare_day").set_value(None).run()
    assert "compare" not in app.query_params
    assert not app.exception


@pytest.mark.parametrize("said", ["yesterday", "<b>x</b>", "2017-13-01", "no-such-lines"])
def test_a_nonsense_comparison_is_named_and_left_out(root, said):
    app = page(root, compare=said)
    assert not app.exception
    assert app.warning
    assert "compare" not in app.query_params


def test_held_over_time_gives_the_numbers_of_the_day_with_what_nobody_knows(root, opened):
    app = page(root, tab="Over time", when="2017-11-11")
    assert not app.exception
    assert "no report tells about" in words(app)
    numbers = next(f.value for f in app.dataframe if "Held, km²" in f.value.columns)
    assert set(numbers["Who"]) >= {"Daesh", "SDF", "Syrian army", "Iraqi forces"}
    app.selectbox(key="holdings_where").set_value("SY.07").run()
    fewer = next(f.value for f in app.dataframe if "Held, km²" in f.value.columns)
    assert fewer["Held, km²"].sum() < numbers["Held, km²"].sum()


def test_the_tab_of_other_maps_opens_without_any(root):
    app = page(root, tab="Other maps")
    assert not app.exception
    assert "GeoJSON or KML" in words(app)


@pytest.mark.parametrize(
    ("answer", "day"),
    [
        ({"selection": {"day": [{"on": "2017-11-09"}]}}, date(2017, 11, 9)),
        ({"selection": {"day": [{"on": "2031-01-01"}]}}, None),
        ({"selection": {"day": [{"on": "<script>"}]}}, None),
        ({"selection": {"day": []}}, None),
        ({"selection": {}}, None),
        (None, None),
    ],
)
def test_only_a_day_of_the_period_is_taken_from_a_chart(answer, day):
    assert picked_day(answer, date(2017, 9, 1), date(2017, 12, 9)) == day


def test_labels_at_the_ends_of_lines_keep_apart_and_in_order():
    heights = _labels([("a", 10.0), ("b", 10.0), ("c", 100.0), ("d", 99.0)], 100.0)
    order = sorted(heights, key=heights.get)
    assert set(order[:2]) == {"a", "b"}
    assert order[2:] == ["d", "c"]
    gaps = [heights[y] - heights[x] for x, y in pairwise(order)]
    assert min(gaps) > 5


def test_the_player_knows_what_passes_the_filters_on_any_day(opened):
    view, _ = opened.parse("actor=sdf&when=2017-10-01&when=2017-10-02&zones=false")
    state = player_state(opened, view)
    assert state["url"] == ""  # no areas are shown, so none are asked for
    assert state["first"] == opened.period[0].isoformat()
    assert "sdf" in state["holders"]
    expected = [e for e in opened.events if "sdf" in e.actors()]
    assert len(opened.undated(view).shown) >= len(expected) > 0
    assert days_key(opened) == days_key(open_workspace())
