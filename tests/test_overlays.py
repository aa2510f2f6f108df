"""The picture of a comparison, and lines of others on it."""

from datetime import date

import pytest
import shapely

from geo.figure import compose
from geo.lines import Mode, make_layer
from geo.model import Tier
from geo.overlays import drawn_by_others, laid_over, sources_of_lines
from geo.picture import scene_of
from geo.store import open_store
from geo.view import View, parse_view
from geo.workspace import open_workspace

PLACED = "map=34.95,40.85,8&when=2017-11-11"


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('lines') / 'x.db'}"
    actors = open_workspace(url=url).actors
    store = open_store(url)
    for title, mode, west in (("Desk map", Mode.BESIDE, 40.2), ("Other map", Mode.INSTEAD, 39.0)):
        layer, _ = make_layer(
            [("daesh", shapely.box(west, 34.2, west + 0.8, 34.9))],
            title=title, on=date(2017, 11, 11), source=f"{title} source", tier=Tier.REPORTED,
            actors=actors, mode=mode,
        )  # fmt: skip
        store.add_layer(layer, who="test", why="test")
    return open_workspace(url=url)


def svg(opened, query):
    view, problems = opened.parse(query)
    assert problems == ()
    return compose(scene_of(opened, view), width_px=1600, height_px=1000, fmt="svg").decode()


def test_a_comparison_of_days_is_in_the_picture_with_its_key_and_note(opened):
    text = svg(opened, f"{PLACED}&compare=2017-09-20")
    for words in ("Changed since 20 Sep 2017", "Gained", "Lost to another", "Newly contested"):
        assert words in text
    assert "No report tells about" in text
    assert "Changed since" not in svg(opened, PLACED)


def test_lines_of_others_are_drawn_named_and_credited(opened):
    text = svg(opened, PLACED)
    assert "Drawn by others" in text
    assert "Desk map" in text
    assert "Other map source" in text
    hidden = svg(opened, f"{PLACED}&lines=false")
    assert "Desk map" not in hidden
    assert "Other map source" not in hidden


def test_a_comparison_with_lines_shows_what_only_one_of_both_has(opened):
    view, _ = opened.parse(f"{PLACED}&compare=desk-map-2017-11-11")
    found = laid_over(opened, opened.show(view))
    assert {overlay.kind for overlay in found.overlays} == {"gained", "lost"}
    assert {overlay.actor_id for overlay in found.overlays} == {"daesh"}
    assert found.words == {"gained": "Only theirs", "lost": "Only ours"}


def test_lines_say_nothing_of_other_days(opened):
    view, _ = opened.parse("when=2017-11-10&compare=desk-map-2017-11-11")
    shown = opened.show(view)
    found = laid_over(opened, shown)
    assert found.overlays == ()
    assert "says nothing of this day" in found.notes[0]
    assert drawn_by_others(opened, shown) == []
    assert sources_of_lines(opened, shown) == []


def test_lines_instead_of_ours_are_in_the_areas_until_they_are_hidden(opened):
    with_lines = opened.show(opened.parse("when=2017-11-11")[0]).zones
    without = opened.show(opened.parse("when=2017-11-11&lines=false")[0]).zones
    assert any(z.evidence == ("lines:other-map-2017-11-11",) for z in with_lines)
    assert all(not e.startswith("lines:") for z in without for e in z.evidence)


@pytest.mark.parametrize(
    ("said", "kept"),
    [("2017-09-20", "2017-09-20"), ("2017-09", "2017-09-30"), ("a-map", "a-map"), ("other", "")],
)
def test_what_a_view_is_compared_with_comes_through_the_link(said, kept):
    view, problems = parse_view(
        f"compare={said}&lines=0", actors={}, publishers=(), layers=["a-map"]
    )
    assert (view.compare, view.lines) == (kept, False)
    assert bool(problems) == (not kept)
    again, _ = parse_view(view.query(), actors={}, publishers=(), layers=["a-map"])
    assert again == view
    assert parse_view("lines=maybe", actors={}, publishers=())[1]
    assert View().query() == ""
