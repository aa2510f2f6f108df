"""Sizes, grey print, numbered reports, links and north: what each of them promises a reader."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.font_manager import fontManager
from PIL import Image
from pypdf import PdfReader
from shapely.geometry import mapping

from geo.dates import DateSpan
from geo.errors import InputError
from geo.figure import Scene, compose
from geo.figure.canvas import Canvas
from geo.figure.compose import finished, lay_out
from geo.figure.furniture import north_boxes, off_north
from geo.figure.lettering import font
from geo.figure.linked import QUIET, qr_code
from geo.figure.looks import PATTERNS, dressed
from geo.figure.numbered import badges, entries
from geo.figure.projection import fit
from geo.figure.style import GREY, LIGHT, Type
from geo.figure.territory import draw_patch, patches
from geo.figure.told import how_sure, sources
from geo.model import (
    Actor,
    ActorKind,
    Attribution,
    Control,
    Event,
    EventPlace,
    EventType,
    Participant,
    Quote,
    Role,
    Status,
    Tier,
    Zone,
)
from geo.options import SIZES, Options, Size, parse_size

ON = date(2017, 11, 14)
NS = "http://www.w3.org/2000/svg"
COLOURS = ["#333333", "#E2503A", "#7B5EA7", "#E6B422"]


def actor(number: int, pattern: str = "solid") -> Actor:
    name = f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number % 26]}lpha {number}"
    colour = COLOURS[number % 4]
    return Actor(f"a{number}", name, name, ActorKind.STATE, colour, pattern, order=number)


def place(key: str, lat: float, lon: float, code: str = "PPL", km: float = 1.0) -> EventPlace:
    return EventPlace(key, key, key.title(), lat, lon, code, "SY", None, km)


TOWN, VILLAGE = place("town", 34.45, 40.92), place("village", 34.7, 40.8, km=8.0)
DESERT = place("desert", 34.35, 40.2, "DSRT", 35.0)


def event(
    key: str,
    where: EventPlace,
    when: str,
    tier: Tier = Tier.REPORTED,
    who: int = 1,
    words: str = "",
) -> Event:
    return Event(
        key,
        EventType.CAPTURES,
        (Participant(f"a{who}", Role.AGENT),),
        where,
        DateSpan.parse(when),
        Attribution("A paper", "An observatory", tier),
        Quote("r", 0, 1),
        words,
    )


EVENTS = (
    event("e1", TOWN, "2017-11-11", words="The town is taken back"),
    event("e2", TOWN, "2017-11-09", Tier.CLAIMED, 2, "The army says it has the town"),
    event("e3", VILLAGE, "2017-11-09", Tier.CLAIMED, 2, "The army says it has the town"),
    event("e4", VILLAGE, "2017-11-01", Tier.ASSESSED, 2),
    event("e5", DESERT, "2017-11-10", Tier.DENIED, 1, "Fighters in the desert"),
)


def zone(who: tuple[str, ...], kind: str, lon: float, sure: float = 0.8) -> Zone:
    ground = mapping(shapely.Point(lon, 34.6).buffer(0.12))
    return Zone(who, kind, ground, sure, (), 1.0)


SCENE = Scene(
    title="A town changes hands",
    as_of=ON,
    deck="What was reported",
    events=EVENTS,
    hidden=3,
    zones=(
        zone(("a1",), "held", 40.3),
        zone(("a1",), "held", 40.3, 0.4),
        zone(("a2",), "claimed", 40.6),
        zone(("a1", "a2"), "contested", 40.9),
    ),
    controls=(
        Control(TOWN, ON, ("a1",), Tier.REPORTED, None, True, False, ("a2",), (), ""),
        Control(VILLAGE, ON, ("a2",), None, None, False, True, (), (), ""),
    ),
    actors={a.id: a for a in (actor(1, "diagonal-right"), actor(2, "dots"))},
    sources=("A paper",),
    credits=("Borders shown without endorsement",),
)


def words(data: bytes) -> list[str]:
    root = ET.fromstring(data)
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


# -- sizes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(SIZES))
@pytest.mark.parametrize("numbered", [False, True])
def test_every_named_size_holds_its_blocks_and_a_map(name: str, numbered: bool) -> None:
    size = SIZES[name]
    scene = replace(SCENE, numbered=numbered, link="https://example.org/?when=2017-11-14")
    layout = lay_out(scene, size=size)
    left, top, right, bottom = layout.map_box
    assert bottom - top > 0.33 * size.height
    for box in layout.blocks:
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= size.width + 0.5
        assert box[3] <= size.height + 0.5
        assert (
            box[2] <= left + 1 or box[0] >= right - 1 or box[3] <= top + 1 or box[1] >= bottom - 1
        )


@pytest.mark.parametrize(
    ("name", "millimetres"),
    [("a4", (210, 297)), ("a4-landscape", (297, 210)), ("a3", (297, 420))],
)
def test_a_paper_pdf_is_a_page_of_that_paper(name: str, millimetres: tuple[int, int]) -> None:
    data = compose(SCENE, size=SIZES[name], fmt="pdf")
    (page,) = PdfReader(io.BytesIO(data)).pages
    sides = (float(page.mediabox.width), float(page.mediabox.height))
    assert sides == pytest.approx([mm / 25.4 * 72 for mm in millimetres], abs=0.01)
    assert data == compose(SCENE, size=SIZES[name], fmt="pdf")


def test_a_pdf_says_its_title_words_and_language() -> None:
    scene = replace(SCENE, description="Alternative text", language="en")
    read = PdfReader(io.BytesIO(compose(scene, fmt="pdf")))
    assert read.metadata is not None
    assert read.metadata.title == SCENE.title
    assert read.metadata.subject == "Alternative text"
    assert read.root_object["/Lang"] == "en"
    assert "/CreationDate" not in read.metadata
    assert "A town changes hands" in read.pages[0].extract_text()


@pytest.mark.parametrize(
    "text", ["", "a5", "100x100", "1600", "x", "1e3x900", "99999x99999", "１x２"]
)
def test_a_size_that_cannot_be_is_refused_with_the_names(text: str) -> None:
    with pytest.raises(InputError, match="social"):
        parse_size(text)


def test_sizes_in_px_are_read_however_they_are_written() -> None:
    assert parse_size("1600x1000") == parse_size(" 1600×1000 ") == parse_size("1600X1000")
    assert parse_size("A4") is SIZES["a4"]


# -- options -----------------------------------------------------------------------------------


@given(
    st.builds(
        Options,
        size=st.sampled_from([*SIZES, "900x700"]),
        style=st.sampled_from(["light", "dark", "grey"]),
        fmt=st.sampled_from(["png", "svg", "pdf"]),
        scale=st.sampled_from([1, 2, 3, 0.5]),
        title=st.none() | st.text(max_size=50),
        as_of=st.none() | st.text(max_size=50),
        numbered=st.booleans(),
        order=st.sampled_from(["newest", "date"]),
        link=st.sampled_from(["", "https://example.org/a?b=c"]),
    )
)
def test_options_come_back_from_plain_values(options: Options) -> None:
    assert Options.from_dict(options.to_dict()) == options


@pytest.mark.parametrize(
    "wrong",
    [
        {"style": "sepia"},
        {"fmt": "gif"},
        {"order": "x"},
        {"size": "huge"},
        {"scale": 9},
        {"scale": True},
        {"numbered": "yes"},
        {"title": 3},
        {"title": "x" * 1000},
        {"link": "javascript:alert(1)"},
        {"link": "https://a b"},
        {"colour": "red"},
    ],
)
def test_options_that_cannot_be_used_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Options.from_dict(wrong)


# -- grey --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["web", "square"])
def test_grey_has_no_colour_in_any_dot(name: str) -> None:
    scene = replace(SCENE, numbered=True, link="https://example.org/")
    image = Image.open(io.BytesIO(compose(scene, size=SIZES[name], style="grey", scale=1)))
    dots = np.asarray(image.convert("RGB"))
    assert (dots[..., 0] == dots[..., 1]).all()
    assert (dots[..., 1] == dots[..., 2]).all()
    assert len(np.unique(dots[..., 0])) > 20


def test_in_grey_every_actor_on_the_ground_has_its_own_pattern_and_letter() -> None:
    many = {f"a{i}": actor(i, "dots") for i in range(len(PATTERNS))}
    scene = replace(SCENE, actors=many, zones=tuple(zone((a,), "held", 40.3) for a in many))
    looks = dressed(scene, GREY).looks
    assert len({looks[a].pattern for a in many}) == len(PATTERNS)
    assert len({looks[a].letter for a in many}) == len(many)
    assert dressed(scene, LIGHT) is LIGHT


def test_in_grey_an_actor_keeps_the_pattern_it_has_in_colour() -> None:
    looks = dressed(SCENE, GREY).looks
    assert looks["a1"].pattern == "diagonal-right"
    assert looks["a2"].pattern == "dots"


def _swatch(look: int, kind: str = "held", sure: float = 0.8) -> np.ndarray:
    """A patch of ground in grey, as dots."""
    pattern = PATTERNS[look][0]
    actors = {"a1": actor(1, pattern), "a2": actor(2, PATTERNS[(look + 1) % len(PATTERNS)][0])}
    holders = ("a1", "a2") if kind == "contested" else ("a1",)
    scene = replace(SCENE, actors=actors, zones=(zone(holders, kind, 40.5, sure),))
    colours = dressed(scene, GREY)
    canvas = Canvas(80, 80, colours.paper)
    view = fit((0, 0, 80, 80), extent=(40.45, 34.55, 40.55, 34.65))
    for patch in patches(scene.zones, view):
        draw_patch(canvas, patch, actors, colours)
    data = canvas.save("png", 1, title="", summary="")
    return np.asarray(Image.open(io.BytesIO(data)).convert("L"), float)


def test_in_grey_no_two_patterns_look_alike() -> None:
    found = [_swatch(i) for i in range(len(PATTERNS))]
    for i, one in enumerate(found):
        for other in found[i + 1 :]:
            assert np.abs(one - other).mean() > 8
    # Most of the patterns are patterns: they have light and dark in them.
    assert sum(float(one[20:60, 20:60].std()) > 5 for one in found) >= len(found) - 1


def test_in_grey_certainty_and_kind_can_be_seen() -> None:
    for look in range(4):
        sure, unsure = _swatch(look), _swatch(look, sure=0.3)
        assert sure.mean() < unsure.mean() - 1
        for kind in ("claimed", "contested"):
            assert np.abs(_swatch(look, kind) - sure).mean() > 6


def test_grey_says_who_by_letters_in_the_key() -> None:
    told = words(compose(SCENE, style="grey", fmt="svg"))
    assert told.count("A") + told.count("B") >= 2
    assert "Besieged, with the besieger’s letter" in told


# -- numbered reports --------------------------------------------------------------------------


def test_numbered_reports_are_told_with_their_source_and_certainty() -> None:
    told = words(compose(replace(SCENE, numbered=True), fmt="svg"))
    for needed in (
        "Reports, newest first",
        "The town is taken back",
        "reported · An observatory, in A paper",
        "The army says it has the town",
        "Numbers of reports in the list",
    ):
        assert needed in told, needed
    assert "Several reports, newest shown" not in told
    # The numbers of the list stand on the map too.
    assert any(re.fullmatch(r"1, 3|1, 2|1–3", text) for text in told)


def _marks(scene: Scene):
    from geo.figure.marks import group

    return group(scene.events, scene.controls, fit((0, 0, 800, 600), extent=(40, 34, 41.5, 35)))


def test_one_sentence_has_one_number_wherever_it_speaks_of() -> None:
    found, left = entries(_marks(SCENE), SCENE.actors, most=40)
    assert left == 0
    assert [entry.number for entry in found] == [1, 2, 3, 4]
    shared = next(e for e in found if len(e.events) == 2)
    numbers = badges(found)
    assert str(shared.number) in numbers["town"].split(", ")
    assert str(shared.number) in numbers["village"].split(", ")
    days = [entry.events[0].date.latest for entry in found]
    assert days == sorted(days, reverse=True)


def test_the_newest_are_told_and_the_rest_is_counted() -> None:
    found, left = entries(_marks(SCENE), SCENE.actors, most=2, order="date")
    assert left == len(EVENTS) - sum(len(e.events) for e in found)
    assert [e.words for e in found] == ["Fighters in the desert", "The town is taken back"]
    many = tuple(
        event(f"m{i}", place(f"p{i}", 34 + i / 50, 40.5), "2017-11-10", words=f"Report {i}")
        for i in range(60)
    )
    told = words(compose(replace(SCENE, events=many, numbered=True), fmt="svg"))
    listed = sum(text.startswith("Report ") for text in told)
    rest = next(text for text in told if "more events on this map" in text)
    assert int(re.findall(r"\d+", rest)[0]) == 60 - listed
    assert 3 < listed < 60


def test_an_event_without_words_is_told_from_its_parts() -> None:
    found, _ = entries(_marks(SCENE), SCENE.actors, most=40)
    assert "captures Village" in found[-1].words


def test_no_room_for_a_list_is_said() -> None:
    crowd = {f"a{i}": actor(i) for i in range(40)}
    events = tuple(
        event(f"m{i}", place(f"p{i}", 34 + i / 50, 40.5), "2017-11-10", who=i, words=f"R {i}")
        for i in range(40)
    )
    scene = replace(SCENE, actors=crowd, events=events, numbered=True)
    told = words(compose(scene, size=Size("", "", 640, 640), fmt="svg"))
    listed = any(text == "Reports, newest first" for text in told)
    joined = " ".join(told)
    assert listed or "no room for a list" in joined
    assert listed or "Numbers of reports in the list" not in joined


def _numbers(texts: list[str]) -> set[int]:
    """The numbers that badges and names of areas tell."""
    found: set[int] = set()
    for text in texts:
        for part in re.sub(r"^Nos?\.? ", "", text).split(", "):
            if run := re.fullmatch(r"(\d+)(?:–(\d+))?", part):
                found.update(range(int(run[1]), int(run[2] or run[1]) + 1))
    return found


@pytest.mark.parametrize("spread", [0.0, 0.004, 0.02, 0.1, 0.4])
@pytest.mark.parametrize("size", ["web", "a4", "social"])
def test_every_number_of_the_list_stands_on_the_map(size: str, spread: float) -> None:
    events = tuple(
        event(
            f"m{i}",
            place(f"p{i}", 34 + spread * (i % 5), 40.5 + spread * (i // 5)),
            f"2017-11-{1 + i % 9:02d}",
            words=f"Report {i}",
        )
        for i in range(25)
    )
    far = event("far", place("far", 38.0, 47.0), "2017-10-01")
    scene = replace(SCENE, events=(*events, far), zones=(), controls=(), numbered=True)
    root = ET.fromstring(compose(scene, size=SIZES[size], fmt="svg"))
    layers = {
        group.get("id"): ["".join(node.itertext()) for node in group.iter(f"{{{NS}}}text")]
        for group in root.iter(f"{{{NS}}}g")
    }
    column = layers.get("reports") or layers["key"]
    listed = {int(text) for text in column if text.isdigit()}
    assert listed == set(range(1, len(listed) + 1))
    assert len(listed) > 3
    assert listed <= _numbers(layers["marks"])


def test_a_list_of_nothing_leaves_no_sign_in_the_key() -> None:
    told = words(compose(replace(SCENE, events=(), numbered=True), fmt="svg"))
    assert "Held, by earlier reports" in told
    assert "Numbers of reports in the list" not in told
    assert not any("no room for a list" in text for text in told)


# -- link --------------------------------------------------------------------------------------


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=300))
@settings(max_examples=40, deadline=None)
def test_a_code_has_the_three_marks_that_a_reader_looks_for(tail: str) -> None:
    code = qr_code(f"https://example.org/?{tail}", Type(1.0))
    assert code is not None
    side = len(code.rows)
    assert side == len(code.rows[0])
    assert (side - 17) % 4 == 0
    ring = [(0, k) for k in range(7)] + [(6, k) for k in range(7)] + [(k, 0) for k in range(7)]
    for down, along in ((0, 0), (0, side - 7), (side - 7, 0)):
        assert all(code.rows[down + a][along + b] for a, b in ring)
        assert not any(code.rows[down + 1][along + b] for b in range(1, 6))
    assert code.side == (side + 2 * QUIET) * code.module


def test_the_link_is_printed_and_drawn_only_where_there_is_one() -> None:
    link = "https://example.org/?when=2017-11-14"
    with_link = compose(replace(SCENE, link=link), fmt="svg")
    assert f"Open this map: {link}" in words(with_link)
    assert b'id="qr-code"' in with_link
    assert b"qr-code" not in compose(SCENE, fmt="svg")
    long = f"{link}&q={'x' * 90}"
    told = " ".join(words(compose(replace(SCENE, link=long), fmt="svg")))
    assert "scan the code, or go to https://example.org/" in told
    assert "xxxx" not in told


@pytest.mark.parametrize("length", [900, 4000])
def test_a_link_too_long_for_the_sheet_is_told_of_and_kept_in_the_file(length: int) -> None:
    link = "https://example.org/?q=" + "x" * length
    data = compose(replace(SCENE, link=link), size=SIZES["social"], fmt="svg")
    assert b"qr-code" not in data
    assert "too long to print" in " ".join(words(data))
    picture = Image.open(io.BytesIO(compose(replace(SCENE, link=link), scale=0.5)))
    assert picture.info["Source"] == link


def test_a_png_carries_its_words() -> None:
    scene = replace(SCENE, description="Alternative text ‘ا’", view_text="when=2017-11-14")
    image = Image.open(io.BytesIO(compose(scene, scale=1)))
    assert image.info["Title"] == SCENE.title
    assert image.info["Description"] == "Alternative text ‘ا’"
    assert image.info["Source"] == "when=2017-11-14"
    assert image.info["Software"] == "Dateline"


# -- words -------------------------------------------------------------------------------------


def test_the_date_line_can_be_worded() -> None:
    said = "As of 14 November 2017, 6 p.m. in Damascus"
    told = words(compose(replace(SCENE, as_of_words=said, since=date(2017, 1, 1)), fmt="svg"))
    assert said in told
    assert not any(text.startswith("reports since") for text in told)
    assert "As of 14 November 2017" not in told


def test_a_picture_of_one_day_says_so() -> None:
    told = words(compose(replace(SCENE, since=ON), fmt="svg"))
    assert "reports of this day only" in told
    assert not any(text.startswith("reports since") for text in told)


def test_a_title_from_right_to_left_starts_at_the_right_and_is_bold() -> None:
    title = "البوكمال، خريف ٢٠١٧"
    scene = replace(SCENE, title=title, deck="What was reported")
    layout = lay_out(scene)
    root = ET.fromstring(finished(layout, scene, Size("", "", 1600, 1000), "svg", 1))
    texts = {"".join(node.itertext()): node for node in root.iter(f"{{{NS}}}text")}
    assert float(texts[title].get("x", 0)) > 1500
    assert "direction:rtl" in texts[title].get("style", "")
    # In a text from right to left, the start is the right end.
    assert "text-anchor" not in texts[title].get("style", "")
    assert float(texts["What was reported"].get("x", 0)) < 100
    file = fontManager.findfont(font(20, 700, arabic=True))
    assert file.endswith("NotoSansArabic-SemiBold.ttf")
    assert fontManager.findfont(font(20, 400, arabic=True)).endswith("Arabic-Regular.ttf")


def test_the_line_on_doubt_counts_what_there_is() -> None:
    unchecked = replace(EVENTS[0], status=Status.FOUND)
    line = how_sure(replace(SCENE, events=(unchecked, *EVENTS[1:])))
    assert "5 events selected (1 assessed, 1 reported, 2 claimed by one side, 1 denied)" in line
    assert "3 hidden by the filters" in line
    assert "1 place contested" in line
    assert "1 place not heard of for long" in line
    assert "2 of 3 places known only roughly" in line
    assert "1 event not yet checked by a person" in line


def test_sources_that_do_not_fit_are_counted() -> None:
    scene = replace(SCENE, sources=tuple(f"Paper {i}" for i in range(9)))
    assert sources(scene, lambda text: len(text) < 70).endswith("; and 5 more in the table.")
    assert "Paper 8." in sources(scene)


def test_credits_are_whole_on_every_named_size() -> None:
    credit = "Borders © OpenStreetMap contributors (ODbL), and lakes as well"
    scene = replace(SCENE, credits=(credit,), sources=tuple(f"A long paper {i}" for i in range(60)))
    for size in SIZES.values():
        assert credit in " ".join(words(compose(scene, size=size, fmt="svg"))), size.name


def test_every_size_says_what_its_terms_mean() -> None:
    for size in SIZES.values():
        told = " ".join(words(compose(SCENE, size=size, fmt="svg")))
        assert "sources disagree" in told, size.name
        assert re.search("only the side that gains|the gaining side only", told), size.name


# -- north -------------------------------------------------------------------------------------


def test_north_is_marked_only_where_it_is_not_up() -> None:
    box = (0.0, 0.0, 1000.0, 700.0)
    near = fit(box, extent=(38.0, 33.0, 43.0, 37.0))
    assert off_north(near) < 5
    assert north_boxes(near, Type(1.0)) == []
    assert "N" not in words(compose(SCENE, fmt="svg"))
    far = fit(box, extent=(-60.0, 62.0, 40.0, 84.0))
    assert off_north(far) > 30
    assert len(north_boxes(far, Type(1.0))) == 2
    told = words(compose(replace(SCENE, extent=(-60.0, 62.0, 40.0, 84.0)), fmt="svg"))
    assert told.count("N") == 2
    assert any("arrows show it" in text for text in " ".join(told).split(". "))


def test_an_arrow_to_the_north_points_there() -> None:
    from geo.figure.furniture import _north

    view = fit((0, 0, 1000, 700), extent=(-60.0, 62.0, 40.0, 84.0))
    for x, y in ((50, 50), (950, 50), (500, 350)):
        lon, lat = view.lonlat(np.array([x]), np.array([y]))
        there = view.point(float(lon[0]), float(lat[0]) + 0.3)
        angle = np.degrees(np.arctan2(there[0] - x, y - there[1]))
        assert _north(view, x, y) == pytest.approx(angle, abs=1.0)
    assert _north(view, 500, 350) == pytest.approx(0.0, abs=0.5)
