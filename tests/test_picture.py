"""The scene behind a picture says what the view shows, hides and filters."""

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from geo.__main__ import main
from geo.errors import InputError
from geo.headline import permalink
from geo.model import EventType, Tier
from geo.options import Options
from geo.picture import extent_of, scene_of
from geo.picture_list import read_list
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


# -- words and links ---------------------------------------------------------------------------


def test_the_deck_says_what_is_shown_and_how_sure(opened):
    view = opened.default_view
    deck = scene_of(opened, view).deck
    shown = opened.show(view).selection.shown
    claimed = sum(event.attribution.tier is Tier.CLAIMED for event in shown)
    assert deck.startswith(opened.project.deck)
    assert f"Of {len(shown)} reported events, {claimed} are claims of one side only" in deck
    contested = sum(control.contested for control in opened.show(view).controls)
    assert f"{contested} places are contested" in deck


def test_a_filtered_deck_speaks_of_the_filter(opened):
    view = replace(opened.default_view, actors=("sdf",), border_km=50)
    deck = scene_of(opened, view).deck
    assert deck.startswith("What Syrian Democratic Forces were reported to do and to hold")
    assert "within 50 km of a border" in deck
    claims = replace(opened.default_view, tiers=(Tier.CLAIMED,))
    assert "reported events are claims of one side only" in scene_of(opened, claims).deck
    nothing = replace(opened.default_view, text="no such words anywhere")
    assert "No report passes the filters." in scene_of(opened, nothing).deck


def test_the_deck_of_one_event_or_one_kind_reads_as_a_sentence(opened):
    view = replace(opened.default_view, types=(EventType.WITHDRAWS,), text="Rawa")
    scene = scene_of(opened, view)
    assert len(scene.events) == 1
    assert scene.deck.startswith("Reported withdrawals. The one reported event is a claim")
    for kind in EventType:
        deck = scene_of(opened, replace(opened.default_view, types=(kind,))).deck
        assert deck.startswith("Reported "), kind


def test_what_a_person_writes_goes_before_what_is_written_from_the_view(opened):
    options = Options(title="Mine", deck="", as_of="Noon in Damascus", numbered=True)
    scene = scene_of(opened, opened.default_view, options=options)
    assert (scene.title, scene.deck, scene.as_of_words) == ("Mine", "", "Noon in Damascus")
    assert scene.numbered
    assert "Noon in Damascus" in scene.description
    assert scene_of(opened, opened.default_view, title="T", options=options).title == "T"


@pytest.mark.parametrize(
    ("base", "start"),
    [
        ("https://example.org/", "https://example.org/?when="),
        ("https://example.org/?a=b", "https://example.org/?a=b&when="),
        ("https://example.org/?", "https://example.org/?when="),
    ],
)
def test_a_link_leads_back_to_the_same_view(opened, base, start):
    view = opened.default_view
    link = permalink(base, view)
    assert link.startswith(start)
    again, problems = opened.parse(parse_qs(urlsplit(link).query))
    assert (again, problems) == (view, ())
    assert permalink("", view) == ""
    assert permalink("https://example.org/#part", view).endswith("#part")


# -- many at once ------------------------------------------------------------------------------


def listed(tmp_path, text, name="views.txt", base=None):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_list(path, base or Options())


def test_a_list_is_read_line_by_line(tmp_path):
    jobs, problems = listed(
        tmp_path,
        "# comment\n\n?when=2017-11-07\n"
        '"actor=Syrian army&when=2017-11-07" --size a4 --style grey --numbered -o b.pdf\n'
        "when=2017-11-08 --title 'Two words' --scale 1\n",
        base=Options(style="dark"),
    )
    assert problems == []
    assert [job.row for job in jobs] == [3, 4, 5]
    assert [job.name for job in jobs] == ["views-003.png", "b.pdf", "views-005.png"]
    assert jobs[0].view == "when=2017-11-07"
    assert jobs[0].options == Options(style="dark")
    assert jobs[1].options == Options(size="a4", style="grey", fmt="pdf", numbered=True)
    assert (jobs[2].options.title, jobs[2].options.scale) == ("Two words", 1)


def test_a_list_may_be_toml(tmp_path):
    jobs, problems = listed(
        tmp_path,
        '[[picture]]\nview = "when=2017-11-07"\nname = "a"\nas-of = "Noon"\nformat = "svg"\n'
        '[[picture]]\nview = "when=2017-11-08"\nsize = "huge"\n[[picture]]\nview = 3\n',
        "views.toml",
    )
    assert [(job.name, job.options.as_of, job.options.fmt) for job in jobs] == [
        ("a.svg", "Noon", "svg")
    ]
    assert [problem.row for problem in problems] == [2, 3]


@pytest.mark.parametrize(
    "line",
    [
        "v -o ../x.png",
        "v -o /x.png",
        "v -o a/b.png",
        "v -o a\\\\b.png",
        "v -o .hidden.png",
        "v -o con.png",
        "v --size",
        "v --size huge",
        "v --style sepia",
        "v --colour red",
        "v w",
        "v --scale x",
        "v --size a4 --size a3",
        "v 'open",
        "v --link javascript:alert(1)",
    ],
)
def test_a_line_that_cannot_be_used_is_told_with_its_number(tmp_path, line):
    jobs, problems = listed(tmp_path, f"good\n{line}\n")
    assert [job.row for job in jobs] == [1]
    assert [problem.row for problem in problems] == [2]
    assert problems[0].reason


def test_two_pictures_never_share_a_file(tmp_path):
    jobs, problems = listed(tmp_path, "a -o x.png\nb -o X.png\n")
    assert len(jobs) == 1
    assert "row 1" in problems[0].reason


@pytest.mark.parametrize(("name", "text"), [("a.txt", ""), ("a.toml", "x = 1"), ("a.toml", "[[")])
def test_a_list_without_views_is_refused(tmp_path, name, text):
    with pytest.raises(InputError):
        listed(tmp_path, text, name)


def test_the_command_makes_all_it_can_and_names_the_rest(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "home"))
    path = tmp_path / "views.txt"
    path.write_text(
        "when=2017-11-07 --size 640x480 --scale 0.5\nactor=nobody\n"
        "when=2017-11-08 --size 640x480 --format svg -o second\n",
        encoding="utf-8",
    )
    out = tmp_path / "out"
    assert main(["picture", "--list", str(path), "-o", str(out), "--jobs", "2"]) == 1
    told = capsys.readouterr()
    assert "2 of 3 pictures made" in told.out
    assert "views.txt, row 2" in told.err
    assert "nobody" in told.err
    assert {p.name for p in out.iterdir()} == {"views-001.png", "second.svg"}
    first = (out / "views-001.png").read_bytes()
    # One process makes the same bytes as several.
    assert main(["picture", "--list", str(path), "-o", str(out), "--jobs", "1"]) == 1
    assert (out / "views-001.png").read_bytes() == first


def test_the_command_writes_the_words_too(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "home"))
    out, alt = tmp_path / "a.svg", tmp_path / "alt.txt"
    arguments = ["picture", "--view", "when=2017-11-07", "-o", str(out), "--alt", str(alt)]
    more = ["--words", "--as-of", "Noon", "--link", "https://example.org/", "--size", "square"]
    assert main([*arguments, *more]) == 0
    told = capsys.readouterr().out
    text = alt.read_text(encoding="utf-8").strip()
    assert text in told
    assert "Caption:" in told
    svg = out.read_text(encoding="utf-8")
    assert text.replace("&", "&amp;") in svg
    assert "https://example.org/?when=" in svg


@pytest.mark.parametrize(
    "wrong", [["-o", "a.gif"], ["-o", "a.png", "--size", "x"], ["-o", "a.png", "--link", "ftp://x"]]
)
def test_the_command_says_what_it_cannot_do(wrong, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "home"))
    assert main(["picture", *wrong]) == 2
    assert "Error:" in capsys.readouterr().err
