"""Borders in a view: keys of a link, the filter, the strip's pairs, rows, card and picture."""

import pytest

from geo.borders.places import band_pairs, border_ids, border_label, place_borders, view_band
from geo.errors import InputError
from geo.picture import scene_of
from geo.table import COLUMNS, event_rows
from geo.webmap import events_payload
from geo.workspace import open_workspace


@pytest.fixture(scope="module")
def opened():
    return open_workspace()


@pytest.mark.parametrize("said", ["IQ-SY", "SY-IQ", "iq-sy", "Iraq–Syria"])
def test_a_link_names_a_border_by_codes_or_names(opened, said):
    view, problems = opened.parse({"border": ["25"], "border_of": [said]})
    assert not problems
    assert view.border_of == "IQ-SY"
    again, problems = opened.parse(view.query())
    assert not problems
    assert again.border_of == "IQ-SY"


def test_a_link_carries_the_policy(opened):
    view, problems = opened.parse("policy=de-facto&border=10&border_of=Syria")
    assert not problems
    assert (view.policy, view.border_of) == ("de-facto", "SY")
    assert "policy=de-facto" in view.query()


@pytest.mark.parametrize("query", ["border_of=XX", "border_of=SY-EG", "policy=mine"])
def test_borders_that_do_not_exist_are_told(opened, query):
    view, problems = opened.parse(query)
    assert len(problems) == 1
    assert (view.border_of, view.policy) == ("", "all")


def test_the_filter_measures_to_the_border_that_is_meant(opened):
    def names(query):
        view, _ = opened.parse(query)
        return {event.place.name for event in opened.show(view).selection.shown}

    assert "Al Bu Kamal" in names("border=10")
    assert "Al Bu Kamal" in names("border=10&border_of=IQ-SY")
    assert "Al Bu Kamal" not in names("border=10&border_of=SY-TR")


def test_hidden_events_are_counted_under_the_distance(opened):
    view, _ = opened.parse("border=10&border_of=SY-TR")
    selection = opened.show(view).selection
    assert selection.hidden_by["distance to a border"] > 0
    assert len(selection.shown) + selection.hidden == len(opened.events)


def test_many_places_are_measured_as_few_are(opened, monkeypatch):
    few = place_borders(opened.places.values(), "all")
    monkeypatch.setattr("geo.borders.places.MANY", 1)
    many = place_borders(opened.places.values(), "all")
    assert few.keys() == many.keys()
    for key, one in few.items():
        assert many[key].pair == one.pair
        assert many[key].side == one.side
        assert many[key].distance_km == pytest.approx(one.distance_km, abs=1e-6)
        assert many[key].low_km == pytest.approx(one.low_km, abs=1e-6)


def test_the_strip_follows_the_border_named_or_those_at_hand(opened):
    near = opened.borders
    places = opened.places.values()
    assert band_pairs("IQ-SY", near, places, 25) == ("IQ|SY",)
    assert set(band_pairs("SY", near, places, 25)) >= {"IQ|SY", "JO|SY", "LB|SY", "SY|TR"}
    at_hand = band_pairs("", near, places, 25)
    assert "IQ|SY" in at_hand
    assert all({"IQ", "SY", "TR", "IR", "JO"} & set(pair.split("|")) for pair in at_hand)
    assert view_band(None, "", "all", near, list(places)) is None
    assert view_band(5_000.0, "IQ-SY", "all", near, list(places)) is None


def test_names_of_borders(opened):
    assert border_label("IQ-SY", opened.names) == "Iraq–Syria"
    assert border_label("CY-XC", {}) == "CY–northern Cyprus"
    assert border_ids({"SY": "Syria"})["Syria"] == "SY"


def test_a_place_with_no_such_border_is_refused(opened):
    with pytest.raises(InputError, match="no land border"):
        place_borders(opened.places.values(), "all", "XX")


def test_rows_name_border_interval_and_crossing(opened):
    event = next(e for e in opened.events if e.place.name == "Al Bu Kamal")
    (row,) = event_rows(
        [event], actors=opened.actors, reports=opened.reports, borders=opened.borders
    )
    assert set(row) == set(COLUMNS)
    assert row["border_low_km"] < row["border_km"] < row["border_high_km"]
    assert row["border_pair"] == "IQ–SY"
    assert "Bu Kamal" in row["crossing"]
    assert row["crossing_km"] < 10
    area = next(e for e in opened.events if e.place.feature_code.startswith("ADM"))
    (row,) = event_rows(
        [area], actors=opened.actors, reports=opened.reports, borders=opened.borders
    )
    assert row["crossing"] is None  # no one point is meant


def test_the_card_gets_crossing_and_dispute(opened):
    event = next(e for e in opened.events if e.place.name == "Al Bu Kamal")
    near = {event.id: opened.borders[event.place.place_id]}
    found = events_payload([event], opened.actors, opened.reports, near, names=opened.names)
    border = found["events"]["border"][0]
    assert border["pair"] == ["Iraq", "Syria"]
    assert "Bu Kamal" in border["crossing"]
    assert border["dispute"] == ""


def test_the_picture_shows_the_strip_and_says_so(opened):
    view, _ = opened.parse("border=25&border_of=IQ-SY&policy=recognised")
    scene = scene_of(opened, view)
    assert scene.band is not None
    assert scene.band_km == 25
    notes = " ".join(scene.notes)
    assert "within 25 km of the border of Iraq–Syria" in notes
    assert "Disputed borders: Lines between members" in notes
    assert scene_of(opened, opened.default_view).band is None
