"""Pairs, small multiples and films: one ground, many days, and nothing that moves but the news."""

import io
import itertools
import re
import shutil
import xml.etree.ElementTree as ET
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from geo.__main__ import main
from geo.animation import gif, mp4
from geo.errors import InputError
from geo.figure.labels import overlap
from geo.figure.run import Run
from geo.figure.several import draw_several
from geo.model import Tier
from geo.options import SIZES, Options, parse_size
from geo.series import composed, film, multiples, pair, series_of, stills
from geo.turns import (
    chosen_days,
    days_of_change,
    holds_words,
    span_of,
    stepped_days,
    turns,
    turns_words,
)
from geo.view import MapPosition, View
from geo.workspace import open_workspace

FIRST, LAST = date(2017, 9, 5), date(2017, 11, 11)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def opened():
    return open_workspace()


@pytest.fixture(scope="module")
def view(opened):
    return opened.default_view


@pytest.fixture(scope="module")
def three(opened, view):
    """A short film: the first day, one in between, and the last."""
    days = [FIRST, date(2017, 10, 17), LAST]
    return series_of(opened, view, Options(size="800x500"), kind="film", days=days)


@pytest.fixture(scope="module")
def run(three):
    return Run(three.panels, three.scene, three.options.sheet)


def texts(svg):
    return ["".join(e.itertext()) for e in ET.fromstring(svg).iter(f"{SVG}text")]


# -- what turned, in words -----------------------------------------------------------------------


def test_raqqa_is_told_to_have_changed_hands_on_its_day(opened, view):
    day = date(2017, 10, 17)
    found = turns(opened, view, day - timedelta(days=1), day)
    assert turns_words(found, opened.actors) == "SDF took Raqqa"


def test_nothing_turns_within_a_day(opened, view):
    assert turns(opened, view, LAST, LAST) == ()
    assert turns_words((), opened.actors) == ""


def test_only_what_is_held_beyond_a_claim_is_told_as_taken(opened, view):
    after = {c.place.place_id: c for c in opened.day(LAST).controls}
    found = turns(opened, view, FIRST, LAST)
    words = turns_words(found, opened.actors, named=99)
    taken = [t for t in found if re.search(rf"took [^;]*{re.escape(t.place)}", words)]
    assert taken
    for turn in taken:
        control = after[turn.place_id]
        assert control.tier is not Tier.CLAIMED
        assert not control.contested
        assert control.holders[0] == turn.who[0]
    claimed = {c.place.name for c in after.values() if c.tier is Tier.CLAIMED and not c.contested}
    told = " ".join(part for part in words.split("; ") if " claimed " in part)
    assert any(name in told for name in claimed)


@pytest.mark.parametrize(("named", "most"), [(1, 1), (2, 3), (3, 99)])
def test_what_is_not_named_is_counted(opened, view, named, most):
    found = turns(opened, view, FIRST, LAST)
    words = turns_words(found, opened.actors, named=named, most=most)
    *parts, last = words.split("; ")
    left = re.fullmatch(r"(\d+) more changes?", last)
    counted = int(left[1]) if left else 0
    parts = parts if left else [*parts, last]
    counted += sum(int(n) for part in parts for n in re.findall(r"and (\d+) more\b", part))
    places = {t.place for t in found}
    named_places = sum(
        1 for t in found if any(t.place in part and t.place in places for part in parts)
    )
    assert counted > 0 or named_places >= len(found)
    assert counted + named_places >= len(found)


def test_who_holds_what_agrees_with_the_page(opened):
    words = holds_words(opened.day(FIRST).controls, opened.actors)
    held = [c for c in opened.day(FIRST).controls if c.holders and c.tier is not Tier.CLAIMED]
    sure = sum(not c.contested for c in held)
    assert sum(int(n) for n in re.findall(r" (\d+)[,;]", words + ",")) >= sure
    assert "contested 2" in words


# -- which days ----------------------------------------------------------------------------------


def test_between_days_of_change_the_view_shows_the_same(opened, view):
    stops = days_of_change(opened, view, FIRST, LAST)
    assert stops[0] == FIRST
    assert len(stops) > 10

    def shows(day):
        state = [
            (c.place.place_id, c.holders, c.tier, c.contested, c.besieged_by)
            for c in opened.day(day).controls
        ]
        shown = opened.columns.selected(
            View(since=FIRST, until=day), opened.columns.judged(View(), actors={}, borders={})
        ).shown
        return state, shown

    for day in (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)):
        before = max(stop for stop in stops if stop <= day)
        assert shows(day) == shows(before), f"{day} differs from {before}"


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(count=st.integers(3, 12), start=st.integers(0, 60), length=st.integers(1, 66))
def test_chosen_days_keep_both_ends_and_their_order(opened, count, start, length):
    first = FIRST + timedelta(days=start)
    last = min(LAST, first + timedelta(days=length))
    days = chosen_days(opened, opened.default_view, first, last, count)
    assert days[0] == first
    assert days[-1] == last
    assert len(days) <= count
    assert list(days) == sorted(set(days))


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(0, 399), st.integers(1, 50))
def test_steps_walk_from_end_to_end(first, length, step):
    last = first + timedelta(days=length)
    days = stepped_days(first, last, step)
    assert (days[0], days[-1]) == (first, last)
    assert all(0 < (b - a).days <= step for a, b in itertools.pairwise(days))


def test_too_many_steps_are_refused_with_one_that_works():
    first, last = date(2010, 1, 1), date(2020, 1, 1)
    with pytest.raises(InputError, match=r"take a step of (\d+) days") as refused:
        stepped_days(first, last, 1)
    step = int(re.search(r"step of (\d+)", str(refused.value))[1])
    assert len(stepped_days(first, last, step)) <= 401


# -- the sheet -----------------------------------------------------------------------------------

SHEETS = [
    ("web", 2, "light"),
    ("social", 2, "dark"),
    ("story", 2, "grey"),
    ("square", 4, "light"),
    ("a4", 6, "grey"),
    ("a3-landscape", 12, "light"),
    ("640x900", 9, "light"),
]


@pytest.mark.parametrize(("size", "count", "style"), SHEETS)
def test_maps_and_words_stay_apart_and_on_the_sheet(opened, view, size, count, style):
    kind = "pair" if count == 2 else "multiples"
    options = Options(size=size, style=style)
    series = series_of(opened, view, options, kind=kind, count=count)
    assert len(series.days) == count
    sheet = parse_size(size)
    layout = draw_several(series.panels, series.scene, sheet, style)
    for box in layout.blocks:
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= sheet.width + 0.5
        assert box[3] <= sheet.height + 0.5
    for one, other in itertools.combinations(layout.blocks, 2):
        assert not overlap(one, other, -1.0), (one, other)
    for one, other in itertools.combinations(layout.labels, 2):
        assert not overlap(one.box, other.box, -0.01), (one, other)


def test_names_stand_in_the_same_place_on_every_map(opened, view):
    series = series_of(opened, view, kind="pair")
    layout = draw_several(series.panels, series.scene, SIZES["web"])
    _, top, right, bottom = layout.map_box
    places = {}
    for label in layout.labels:
        box = label.box
        beyond = box[0] > right
        assert top <= box[1] <= box[3] <= bottom
        places.setdefault((label.name, label.lines[0].words), []).append((beyond, box))
    both = [found for found in places.values() if {b for b, _ in found} == {False, True}]
    assert len(both) > 20
    steps = {round(b[1][0] - a[1][0], 3) for a, b in (sorted(f) for f in both if len(f) == 2)}
    assert len(steps) == 1, "the second map is the first one, moved"


def test_a_place_that_turned_is_named_before_and_after_on_a_small_pair(opened, view):
    series = series_of(opened, view, kind="pair", days=[FIRST, LAST])
    layout = draw_several(series.panels, series.scene, SIZES["social"])
    right = layout.map_box[2]
    named = {True: set(), False: set()}
    for label in layout.labels:
        if label.name == "place":
            named[label.box[0] > right].add(label.key)
    before = {control.place.place_id for control in series.panels[0].scene.controls}
    turned = named[True] & set(series.panels[1].turned) & before
    assert len(turned) > 8
    assert turned <= named[False]


def test_a_pair_says_its_days_what_turned_and_has_one_key(opened, view):
    options = Options(size="web", fmt="svg", scale=1)
    svg = pair(opened, view, options, days=[FIRST, LAST])
    found = texts(svg)
    for day in ("5 Sep 2017", "11 Nov 2017"):
        assert found.count(day) == 1
    joined = " ".join(found)
    assert "Syrian army took Deir ez-Zor" in joined
    assert "5 September 2017 and 11 November 2017" in joined
    assert "Changed since the map before" in joined
    for head in ("Who", "Areas", "Reports"):
        assert found.count(head) == 1
    assert re.search(r"Daesh lost [\d,]+ km²", joined)


def test_the_pair_takes_the_day_the_view_is_compared_with(opened, view):
    from dataclasses import replace

    compared = replace(view, compare="2017-10-17")
    assert series_of(opened, compared, kind="pair").days == (date(2017, 10, 17), LAST)


@pytest.mark.parametrize("fmt", ["svg", "pdf"])
def test_the_same_days_give_the_same_bytes(opened, view, fmt):
    options = Options(size="600x480", fmt=fmt)
    assert pair(opened, view, options) == pair(opened, view, options)


def test_a_grey_sheet_has_no_colour_at_all(opened, view):
    data = multiples(opened, view, Options(size="a4", style="grey", scale=1), count=4)
    with Image.open(io.BytesIO(data)) as image:
        dots = np.asarray(image.convert("RGB"))
    assert (dots[..., 0] == dots[..., 1]).all()
    assert (dots[..., 1] == dots[..., 2]).all()


def test_the_link_of_a_pair_opens_both_days(opened, view):
    options = Options(size="web", link="https://example.org/map")
    link = series_of(opened, view, options, kind="pair").scene.link
    again, problems = opened.parse(link.partition("?")[2])
    assert not problems
    assert (again.until, again.compare) == (LAST, "2017-09-05")


def test_a_hostile_title_is_letters_and_nothing_else(opened, view):
    title = "<script>alert(1)</script> ]]> & \u202egnp.exe\x00"
    svg = pair(opened, view, Options(size="700x600", fmt="svg", title=title))
    root = ET.fromstring(svg)
    assert not list(root.iter(f"{SVG}script"))
    assert any("<script>alert(1)</script>" in text for text in texts(svg))


def test_a_view_of_the_world_and_one_of_nothing_make_pictures(opened, view):
    from dataclasses import replace

    world = replace(view, position=MapPosition(20.0, 10.0, 1.0))
    nothing = replace(view, text="no such words", zones=False)
    for each in (world, nothing):
        data = multiples(opened, each, Options(size="700x600", scale=1), count=3)
        with Image.open(io.BytesIO(data)) as image:
            assert image.size == (700, 600)


def test_maps_that_do_not_fit_are_refused_in_words(opened, view):
    flat = Options(size="5000x480", deck="Very long. " * 70)
    series = series_of(opened, view, flat, kind="multiples", count=3)
    with pytest.raises(InputError, match="take fewer"):
        composed(series)


@pytest.mark.parametrize(
    ("kind", "how", "words"),
    [
        ("pair", {"days": [LAST]}, "a pair needs 2"),
        ("multiples", {"count": 13}, "choose 3 to 12"),
        ("multiples", {"days": [LAST]}, "change the dates"),
        ("film", {"step": 0}, "1 or more"),
    ],
)
def test_days_that_make_no_picture_are_refused(opened, view, kind, how, words):
    with pytest.raises(InputError, match=words):
        series_of(opened, view, kind=kind, **how)


@pytest.mark.parametrize("kind", ["pair", "multiples", "film"])
def test_words_for_those_who_do_not_see_it(opened, view, kind):
    series = series_of(opened, view, kind=kind)
    assert len(series.alt_text) <= 400
    assert "5 September 2017" in series.alt_text
    assert "11 November 2017" in series.alt_text
    assert "took" in series.alt_text
    assert "11 November 2017:" in series.caption
    assert "Sources: " in series.caption
    assert series.scene.description == series.alt_text


def test_positions_held_back_are_held_back_on_every_map(opened, view):
    from geo.discretion import Discretion
    from geo.sharing import for_sharing

    how = Discretion(round_km=10)
    shared = for_sharing(opened, view, how, derived=True)
    svg = pair(shared.workspace, shared.view, Options(size="web", fmt="svg", scale=1))
    joined = " ".join(texts(svg))
    assert "Conoco gas plant" in " ".join(turn.place for turn in turns(opened, view, FIRST, LAST))
    assert "Conoco" not in joined
    assert any(words.split(".")[0] in joined for words in how.words())


# -- films ---------------------------------------------------------------------------------------


def test_only_the_map_its_day_and_the_time_line_change(run):
    frames = list(run.frames())
    left, top, right, bottom = (round(v) for v in run.box)
    outside = np.ones(frames[0].shape[:2], bool)
    outside[top:bottom, left:right] = False
    for frame in frames[1:]:
        assert frame.shape == frames[0].shape
        assert (frame[outside] == frames[0][outside]).all()
    assert (frames[0] != frames[1]).any()


def test_the_ground_stays_where_it_is(run, three):
    """Land, rivers and names of the base map are the same dots where no day has its news."""
    frames = [frame.astype(int) for frame in run.frames()]
    left, top, right, bottom = (round(v) for v in run.grid.box)
    changed = np.any([f != frames[0] for f in frames[1:]], axis=(0, -1))[top:bottom, left:right]
    assert 0.005 < changed.mean() < 0.35
    again = Run(three.panels, three.scene, three.options.sheet)
    assert (again.frame(1) == frames[1]).all()


def test_a_gif_runs_for_ever_and_holds_its_ends(three):
    from geo.series import filmed

    data = filmed(three, seconds=0.5)
    assert data == filmed(three, seconds=0.5)
    with Image.open(io.BytesIO(data)) as image:
        assert image.n_frames == 3
        assert image.info["loop"] == 0
        assert image.info["comment"].startswith(b"Al Bu Kamal")
        times = [frame.info["duration"] for frame in ImageSequence.Iterator(image)]
    assert times[1] == 500
    assert times[0] > 500
    assert times[2] > times[0]


def test_what_does_not_change_does_not_flicker(run, three):
    frames = list(run.frames())
    with Image.open(io.BytesIO(gif(frames, [1.0] * 3))) as image:
        shown = [np.asarray(f.convert("RGB")) for f in ImageSequence.Iterator(image)]
    for (a, b), (x, y) in zip(itertools.pairwise(frames), itertools.pairwise(shown), strict=True):
        same = (a == b).all(axis=-1)
        assert (x[same] == y[same]).all()
    # Flat parts keep their exact colour; nothing is far from its own.
    apart = np.abs(frames[0].astype(int) - shown[0].astype(int)).max(axis=-1)
    assert (apart == 0).mean() > 0.9
    assert (apart > 40).mean() < 0.001


PICTURES = st.integers(1, 6).flatmap(
    lambda n: st.lists(
        st.binary(min_size=60, max_size=60).map(
            lambda b: np.frombuffer(b, np.uint8).reshape(4, 5, 3)
        ),
        min_size=n,
        max_size=n,
    )
)


@settings(max_examples=60, deadline=None)
@given(PICTURES)
def test_a_gif_of_few_colours_is_exact(frames):
    times = [0.1] * len(frames)
    with Image.open(io.BytesIO(gif(frames, times))) as image:
        shown, lasting = [], []
        for frame in ImageSequence.Iterator(image):
            shown.append(np.asarray(frame.convert("RGB")))
            lasting.append(frame.info.get("duration", 0))
    kept = [frames[0], *(b for a, b in itertools.pairwise(frames) if (a != b).any())]
    assert len(shown) == len(kept)
    assert all((a == b).all() for a, b in zip(shown, kept, strict=True))
    if len(kept) > 1:
        assert sum(lasting) == 100 * len(frames)


def test_a_film_of_every_day_of_change_stays_small(opened, view):
    told = []
    data = film(
        opened,
        view,
        Options(size="social"),
        progress=lambda done, whole: told.append((done, whole)),
    )
    assert len(data) < 3_000_000
    days = len(days_of_change(opened, view, *span_of(opened, view)))
    assert told == [(n, days) for n in range(1, days + 1)]


def test_stills_are_the_frames(run, three):
    made = dict(stills(three))
    assert list(made) == ["2017-09-05.png", "2017-10-17.png", "2017-11-11.png"]
    with Image.open(io.BytesIO(made["2017-10-17.png"])) as image:
        assert (np.asarray(image.convert("RGB")) == run.frame(1)).all()


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg here to make MP4 with")
def test_an_mp4_of_odd_sides_is_made_and_the_same_twice():
    frames = [np.full((75, 121, 3), shade, np.uint8) for shade in (20, 200)]
    data = mp4(frames, [0.5, 0.5], title="Two greys")
    assert data[4:8] == b"ftyp"
    assert data == mp4(frames, [0.5, 0.5], title="Two greys")


def test_without_ffmpeg_the_way_to_it_is_told(opened, view, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match=r"apt-get install ffmpeg.*GIF"):
        film(opened, view, fmt="mp4")


@pytest.mark.parametrize(
    ("how", "words"),
    [({"fmt": "avi"}, "gif or mp4"), ({"seconds": 0.0}, "0.1 to 20"), ({"scale": 9}, "scale")],
)
def test_films_that_cannot_be_made_are_refused(opened, view, how, words):
    with pytest.raises(InputError, match=words):
        film(opened, view, days=[FIRST, LAST], **how)


# -- the command line ----------------------------------------------------------------------------


def test_pairs_from_the_command_line(tmp_path, capsys):
    target = tmp_path / "two.png"
    how = "--size 700x600 --scale 1 --before 2017-10-01 --after 2017-10-20 --words"
    assert main(["pair", "-o", str(target), *how.split()]) == 0
    said = capsys.readouterr().out
    assert "2 days from 2017-10-01 to 2017-10-20" in said
    assert "Alternative text: Two maps" in said
    with Image.open(target) as image:
        assert image.size == (700, 600)


def test_multiples_and_films_from_the_command_line(tmp_path, capsys):
    days = ["--days", "2017-09-05,2017-10-01,2017-11-11", "--size", "700x600"]
    target = tmp_path / "several.svg"
    assert main(["multiples", "-o", str(target), *days]) == 0
    assert target.read_bytes().startswith(b"<?xml")
    moving, folder = tmp_path / "run.gif", tmp_path / "frames"
    assert main(["film", "-o", str(moving), "--frames", str(folder), *days]) == 0
    assert moving.read_bytes()[:6] == b"GIF89a"
    assert len(list(folder.glob("*.png"))) == 3
    assert "3 pictures" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["film"],
        ["film", "-o", "run.avi"],
        ["pair", "-o", "two.jpg"],
        ["pair", "-o", "two.png", "--before", "2017-11-11"],
        ["multiples", "-o", "m.png", "--count", "40"],
    ],
)
def test_what_cannot_be_done_ends_with_two_and_a_reason(arguments, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("Error: ")
