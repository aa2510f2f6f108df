"""The scene behind a picture says what the view shows, hides and filters."""

from datetime import date

import pytest

from geo.model import EventType, Tier
from geo.picture import extent_of, scene_of
from geo.view import MapPosition, View
from geo.workspace import open_workspace


@pytest.fixture(scope="module")
def opened():
    return open_workspace()


def test_picture_and_page_show_the_same_events(opened):
    view = opened.default_view
    shown = opened.show(view)
    scene = scene_of(opened, view)
    assert scene.events == shown.selection.shown
    assert scene.hidden == shown.selection.hidden
    assert scene.zones == shown.zones
    assert scene.as_of == view.until


@pytest.mark.parametrize(
    ("view", "word"),
    [
        (View(actors=("sdf",)), "Syrian Democratic Forces"),
        (View(tiers=(Tier.CLAIMED,)), "claimed"),
        (View(types=(EventType.STRIKE,)), "strike"),
        (View(publishers=("Gulf News",)), "Gulf News"),
        (View(text="qaim"), "qaim"),
        (View(border_km=10), "10 km"),
    ],
)
def test_a_filtered_picture_says_how_it_is_filtered(opened, view, word):
    notes = " ".join(scene_of(opened, view).notes)
    assert notes.startswith("Only")
    assert word in notes


def test_an_unfiltered_picture_has_no_such_note(opened):
    assert scene_of(opened, opened.default_view).notes == []


def test_sources_are_those_in_use_and_missing_ones_are_named_as_missing(opened):
    scene = scene_of(opened, View(until=date(2017, 9, 5)))
    assert "Reuters" in scene.sources
    assert any("source to be added" in name for name in scene.sources)
    later = scene_of(opened, View(until=date(2017, 11, 10))).sources
    assert "Gulf News" in later, "its text was read; only its address is missing"
    assert "UAWire" not in scene.sources, "nothing it says is on this map yet"


def test_areas_have_their_shape_and_are_never_reduced_to_a_point(opened):
    scene = scene_of(opened, opened.default_view)
    provinces = {e.place.place_id for e in scene.events if e.place.feature_code == "ADM1"}
    assert provinces
    assert provinces <= set(scene.outlines)


@pytest.mark.parametrize("zoom", [3, 6, 9.5])
def test_the_extent_is_centred_on_the_map_position(zoom):
    west, south, east, north = extent_of(MapPosition(34.45, 40.92, zoom))
    assert (west + east) / 2 == pytest.approx(40.92)
    assert south < 34.45 < north
    assert east - west == pytest.approx(1100 / 256 / 2**zoom * 360)


def test_an_extent_may_cross_the_antimeridian():
    west, _, east, _ = extent_of(MapPosition(-17.5, 179.5, 6))
    assert west > 0 > east


def test_a_source_of_nothing_that_is_drawn_is_not_credited(opened):
    day = date(2017, 11, 11)
    assert "Diyaruna" in scene_of(opened, View(until=day)).sources
    only = scene_of(opened, View(until=day, actors=("sdf",))).sources
    assert "Rudaw" in only
    assert "Diyaruna" not in only
