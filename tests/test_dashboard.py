"""The page as Streamlit runs it: filters, links in, and what people read."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from geo.panels.text import plain
from geo.webmap import filter_group
from geo.workspace import open_workspace

TIMEOUT_S = 60


@pytest.fixture(scope="module")
def opened():
    return open_workspace()


def page(root, **link):
    app = AppTest.from_file(str(root / "dashboard.py"), default_timeout=TIMEOUT_S)
    for key, value in link.items():
        app.query_params[key] = value
    return app.run()


def counts(app):
    """How many events the page says it shows and hides."""
    text = " ".join(element.value for element in app.caption)
    shown, hidden = re.search(r"\*\*(\d+) events? shown\*\*, (\d+) hidden", text).groups()
    return int(shown), int(hidden)


def test_the_page_opens_on_the_seed_story(root, opened):
    app = page(root)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == "Al Bu Kamal, autumn 2017"
    shown, hidden = counts(app)
    assert shown > 20
    assert shown + hidden == len(opened.events)


def test_choosing_an_actor_shows_its_events_only(root, opened):
    app = page(root)
    app.button_group(key="actor").set_value(["sdf"]).run()
    expected = [e for e in opened.show(opened.default_view).selection.shown if "sdf" in e.actors()]
    assert 0 < len(expected) < counts(page(root))[0]
    assert counts(app)[0] == len(expected)


def test_a_link_with_ids_opens_that_view(root, opened):
    app = page(root, actor="daesh", when=["2017-11-01", "2017-11-11"], tier="claimed")
    view, problems = opened.parse("actor=daesh&when=2017-11-01&when=2017-11-11&tier=claimed")
    assert problems == ()
    assert counts(app)[0] == len(opened.show(view).selection.shown)
    assert not app.warning


@pytest.mark.parametrize(
    "link",
    [
        {"actor": "<script>alert(1)</script>"},
        {"when": ["2026-13-45", "junk"]},
        {"border": "-5", "map": "x,y,z"},
        {"event": "no-such-event"},
        {"tier": "{{ 7*7 }}", "q": "{% raw %}"},
    ],
)
def test_a_nonsense_link_shows_the_usual_view_and_a_plain_message(root, link):
    app = page(root, **link)
    assert not app.exception
    assert app.warning
    if "q" not in link:
        assert counts(app) == counts(page(root))


def test_the_address_after_moving_the_dates_is_a_link_to_the_same_days(root):
    app = page(root)
    for since, until in (("2017-09-05", "2017-11-09"), ("2017-10-01", "2017-11-09")):
        days = (date.fromisoformat(since), date.fromisoformat(until))
        app.slider(key="when").set_value(days).run()
        assert app.query_params["when"] == [since, until]
    again = page(root, when=app.query_params["when"])
    assert counts(again) == counts(app)
    assert not again.warning
    next(b for b in app.button if b.label == "Show everything again").click().run()
    assert "when" not in app.query_params


def test_the_border_filter_is_folded_away_unless_a_link_sets_it(root):
    def folded(app):
        return not next(e for e in app.expander if e.label == "Near a border").proto.expanded

    assert folded(page(root))
    assert not folded(page(root, border="25 km"))
    assert not folded(page(root, border_of="SY"))


def test_a_link_with_one_day_is_left_as_it_was_sent(root):
    app = page(root, when="2017-11-09")
    assert app.query_params["when"] == "2017-11-09"


def test_a_link_with_ids_stays_in_the_address_in_the_labels_of_the_page(root):
    app = page(
        root, actor=["syrian-government", "daesh"], tier="claimed", type="captures", border="25"
    )
    assert not app.warning
    assert {key: app.query_params[key] for key in ("actor", "tier", "type", "border")} == {
        "actor": ["Syrian army", "Daesh"],
        "tier": "Claimed",
        "type": "Captures",
        "border": "25 km",
    }
    again = page(root, **{key: app.query_params[key] for key in app.query_params})
    assert counts(again) == counts(app)


def test_a_distance_the_page_does_not_have_is_said(root):
    app = page(root, border="30")
    assert any("30 km" in element.value and "50 km" in element.value for element in app.text)


def test_areas_follow_the_actors_chosen_whatever_was_shown_before(root, monkeypatch):
    urls = []

    def seen(**state):
        urls.append(state["zones_url"])
        return filter_group(**state)

    monkeypatch.setattr("geo.panels.board.filter_group", seen)
    for link in ({}, {"actor": "sdf"}, {"actor": "daesh"}, {}):
        page(root, **link)
    whole, sdf, daesh, again = urls
    assert len({whole, sdf, daesh}) == 3
    assert whole == again


def test_showing_everything_again_undoes_the_filters(root):
    app = page(root, actor="daesh", q="qaim")
    assert counts(app) != counts(page(root))
    next(b for b in app.button if b.label == "Show everything again").click().run()
    assert counts(app) == counts(page(root))


def test_filters_that_hide_all_say_so(root):
    app = page(root, q="zzzz-nothing-has-this")
    assert counts(app)[0] == 0
    assert any("Widen the dates" in element.value for element in app.info)


@given(st.text(st.characters(codec="utf-8")))
def test_text_for_markdown_is_escaped_letter_for_letter(text):
    words = plain(text)
    assert re.sub(r"\\(.)", r"\1", words) == " ".join(text.split())
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`<\[$]", words)


def test_a_link_to_an_event_that_its_filters_hide_says_so(root):
    app = page(root, event="gulf-news-2017-11-10/2", actor="sdf")
    assert any("hidden by its own filters" in element.value for element in app.text)
