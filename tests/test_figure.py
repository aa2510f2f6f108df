"""Pictures: what a reader must find in them, in every format, whatever the text holds."""

from __future__ import annotations

import io
import math
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import ft2font
from PIL import Image
from pyproj import Geod
from shapely.geometry import mapping

from geo.dates import DateSpan
from geo.errors import InputError
from geo.figure import Scene, compose
from geo.figure.compose import lay_out
from geo.figure.furniture import KM_PER_MILE, bar_lengths
from geo.figure.labels import overlap
from geo.figure.lettering import FONTS, clean, font, outline, text_width, wrap
from geo.figure.projection import fit
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
    Tier,
    Zone,
)

SIZES = [(1600, 1000), (1200, 675), (1080, 1080)]
HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% raw %}",
    "$x^2$ \\frac{1}{2}",
    "</text></svg><img src=x onerror=alert(1)>",
    "C:\\20190221 & \"quotes\" 'too'",
    "\u200fمرحبا\u200f 😀 𝒳",
    "]]> <!-- --> &amp; %s ${x}",
]


def actor(key: str, name: str, colour: str, pattern: str, order: int, arabic: str) -> Actor:
    kind = ActorKind.STATE
    return Actor(key, name, name, kind, colour, pattern, {"ar": (arabic,)}, order=order)


ACTORS = {
    a.id: a
    for a in (
        actor("daesh", "Daesh", "#333333", "dots", 1, "داعش"),
        actor("gov", "Syrian government forces", "#E2503A", "diagonal-right", 2, "الجيش السوري"),
        actor("iraq", "Iraqi forces", "#7B5EA7", "diagonal-left", 3, "القوات العراقية"),
        actor("sdf", "Syrian Democratic Forces", "#E6B422", "horizontal", 4, "قسد"),
        actor("absent", "Nobody seen here", "#00AA00", "cross", 9, "لا أحد"),
    )
}
PLACES = {
    "abk": ("Al Bu Kamal", "البوكمال", 34.4506, 40.9171, "PPL", 1.0),
    "qaim": ("Al Qaim", "القائم", 34.3925, 40.9895, "PPL", 8.0),
    "crossing": ("Al Qaim crossing", None, 34.4192, 40.9642, "PSTB", 1.5),
    "mayadin": ("Mayadin", "الميادين", 35.0196, 40.4515, "PPL", 1.0),
    "omar": ("Omar oil field", "حقل العمر", 35.11, 40.57, "OILF", 5.0),
    "hajin": ("Hajin", "هجين", 34.69, 40.83, "PPL", 2.0),
    "desert": ("Desert west of the Euphrates", None, 34.35, 40.2, "DSRT", 35.0),
    "syria": ("Syria", "سوريا", 35.0, 38.0, "PCLI", 300.0),
}


def place(key: str) -> EventPlace:
    name, arabic, lat, lon, code, km = PLACES[key]
    return EventPlace(f"local:{key}", name, name, lat, lon, code, "SY", "SY.07", km, arabic)


def event(number: int, key: str, who: str, tier: Tier, when: str, summary: str = "") -> Event:
    return Event(
        f"e{number}",
        EventType.CAPTURES,
        (Participant(who, Role.AGENT),),
        place(key),
        DateSpan.parse(when),
        Attribution("A paper", "someone", tier),
        Quote("r", 0, 1),
        summary,
    )


def zone(who: tuple[str, ...], kind: str, lon: float, lat: float, deg: float, sure: float) -> Zone:
    return Zone(who, kind, mapping(shapely.Point(lon, lat).buffer(deg)), sure, (), 1.0)


EVENTS = (
    event(1, "abk", "daesh", Tier.REPORTED, "2017-11-11", "Daesh is back in the town"),
    event(2, "abk", "gov", Tier.CLAIMED, "2017-11-09"),
    event(3, "qaim", "iraq", Tier.ASSESSED, "2017-11-03/2017-11-05"),
    event(4, "crossing", "iraq", Tier.REPORTED, "2017-11-03/.."),
    event(5, "mayadin", "gov", Tier.ASSESSED, "2017-10-14"),
    event(6, "omar", "sdf", Tier.CLAIMED, "2017-10-22"),
    event(7, "hajin", "sdf", Tier.DENIED, "2017-11-10"),
    event(8, "desert", "daesh", Tier.REPORTED, "2017-11-09/.."),
    event(9, "syria", "daesh", Tier.REPORTED, "2017-11"),
)
ZONES = (
    zone(("gov",), "held", 40.45, 35.02, 0.2, 0.3),
    zone(("gov",), "held", 40.45, 35.02, 0.1, 0.9),
    zone(("sdf",), "claimed", 40.6, 35.2, 0.1, 0.5),
    zone(("daesh", "gov"), "contested", 40.917, 34.45, 0.06, 0.7),
)
CONTROLS = (
    Control(
        place("hajin"), date(2017, 11, 14), ("daesh",), None, None, False, False, ("gov",), (), ""
    ),
)
SCENE = Scene(
    title="Al Bu Kamal changes hands",
    as_of=date(2017, 11, 14),
    deck="What was reported along the Euphrates",
    since=date(2017, 10, 1),
    events=EVENTS,
    hidden=7,
    zones=ZONES,
    controls=CONTROLS,
    actors=ACTORS,
    notes=("Two of these have not been checked.",),
    sources=("A paper", "An observatory"),
    credits=("Borders © OpenStreetMap contributors",),
)


def svg_words(data: bytes) -> list[str]:
    root = ET.fromstring(data)
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.fixture(scope="module")
def svg() -> bytes:
    return compose(SCENE, fmt="svg")


def test_svg_tells_what_when_who_and_from_whom(svg: bytes) -> None:
    words = " ".join(svg_words(svg))
    for needed in (
        *("Al Bu Kamal changes hands", "What was reported along the Euphrates"),
        *("As of 14 November 2017", "reports since 1 October 2017"),
        *("Sources: A paper; An observatory.", "7 hidden by the filters", "9 events selected"),
        *("Borders © OpenStreetMap contributors.", "Made with Dateline"),
        *("Syrian government forces", "Iraqi forces", "Syrian Democratic Forces", "Daesh"),
        *("Assessed", "Reported", "Claimed", "Denied", "Contested", "Besieged"),
        *("Blank land: no report tells", "Two of these have not been checked."),
        *(" km", " mi", "البوكمال", "القائم", "Desert west of the Euphrates"),
    ):
        assert needed in words, needed


def test_key_names_only_what_is_seen(svg: bytes) -> None:
    words = " ".join(svg_words(svg))
    assert "Nobody seen here" not in words
    quiet = replace(SCENE, events=EVENTS[2:3], zones=(), controls=(), hidden=0)
    words = " ".join(svg_words(compose(quiet, fmt="svg")))
    assert "Assessed" in words
    for absent in ("Claimed", "Contested", "Denied", "Besieged", "Daesh", "Several", "Held"):
        assert absent not in words, absent
    assert "none hidden" in words


def test_countries_and_what_lies_outside_are_told_not_drawn(svg: bytes) -> None:
    assert "Reports about whole countries are not drawn: Syria (1)." in " ".join(svg_words(svg))
    near = replace(SCENE, extent=(40.7, 34.2, 41.2, 34.6))
    assert "4 reports lie outside this map." in " ".join(svg_words(compose(near, fmt="svg")))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_letters_and_nothing_else(hostile: str) -> None:
    where = replace(EVENTS[2].place, name=hostile)
    first = replace(EVENTS[2], place=where)
    scene = replace(
        SCENE,
        title=hostile,
        deck=f"deck {hostile}",
        events=(first, *EVENTS[3:]),
        notes=(hostile,),
        sources=(hostile,),
    )
    data = compose(scene, fmt="svg")
    texts = svg_words(data)
    assert hostile in texts  # the title, and the place's name
    assert any(t.startswith("Sources: ") and hostile in t for t in texts)
    root = ET.fromstring(data)
    tags = {node.tag.rpartition("}")[2] for node in root.iter()}
    assert not tags & {"script", "img", "image", "foreignObject", "a"}
    assert b"/figure" not in data
    for fmt in ("png", "pdf"):
        assert compose(scene, fmt=fmt, scale=0.5)


def test_control_characters_are_dropped() -> None:
    data = compose(replace(SCENE, title="a\x00b\x1b[31m\ud800c\ufffe"), fmt="svg")
    assert "ab[31mc" in svg_words(data)


@pytest.mark.parametrize("fmt", ["png", "svg", "pdf"])
def test_same_scene_same_bytes(fmt: str) -> None:
    once = compose(SCENE, fmt=fmt, scale=1)
    assert once == compose(SCENE, fmt=fmt, scale=1)
    # The order in which events, zones and controls arrive says nothing.
    turned = replace(SCENE, events=EVENTS[::-1], zones=ZONES[::-1])
    assert once == compose(turned, fmt=fmt, scale=1)
    year = str(date.today().year).encode()
    if fmt != "png" and year not in (b"2017", b"2018"):
        assert re.search(rb"(?:D:|date>)" + year, once) is None


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("style", ["light", "dark"])
def test_png_has_the_size_asked_for(size: tuple[int, int], style: str) -> None:
    data = compose(SCENE, width_px=size[0], height_px=size[1], scale=2, style=style)
    image = Image.open(io.BytesIO(data))
    assert image.size == (size[0] * 2, size[1] * 2)
    corner = image.convert("RGB").getpixel((2, 2))
    assert (corner == (255, 255, 255)) is (style == "light")


def test_pdf_embeds_its_fonts() -> None:
    data = compose(SCENE, fmt="pdf")
    assert data.startswith(b"%PDF")
    assert b"/FontFile2" in data
    assert b"NotoSans-Bold" in data
    assert b"NotoSansArabic-Regular" in data
    assert b"/Type3" not in data


def test_arabic_is_joined_and_runs_right_to_left() -> None:
    assert ft2font.__libraqm_version__
    assert (FONTS / "NotoSansArabic-Regular.ttf").is_file()
    # Letters of a joined word are narrower than the same letters standing alone.
    joined = text_width("البوكمال", 20, arabic=True)
    apart = sum(text_width(letter, 20, arabic=True) for letter in "البوكمال")
    assert joined < apart * 0.95
    # The first word stands on the right: left of the round ن stands the tall ا.
    x, y = outline("ن ا", 100, arabic=True).vertices.T
    assert y[x < 0.3 * x.max()].max() > y[x > 0.5 * x.max()].max()
    assert "Noto Sans Arabic" in font(12, arabic=True).get_family()


@pytest.mark.parametrize("size", SIZES)
def test_no_name_lies_on_another_or_on_a_mark_or_leaves_the_map(size: tuple[int, int]) -> None:
    layout = lay_out(SCENE, width_px=size[0], height_px=size[1])
    assert len(layout.labels) > 8
    for one, other in combinations(layout.labels, 2):
        assert not overlap(one.box, other.box), (one.lines, other.lines)
    left, top, right, bottom = layout.map_box
    for label in layout.labels:
        assert not any(overlap(label.box, box) for box in layout.obstacles), label.lines
        assert left <= label.box[0] <= label.box[2] <= right, label.lines
        assert top <= label.box[1] <= label.box[3] <= bottom, label.lines
        # The box is at least as wide as the widest line is measured.
        widest = max(line.width for line in label.lines)
        assert label.box[2] - label.box[0] >= widest - 0.5
    named = {label.lines[0].words for label in layout.labels if label.name == "place"}
    assert {"Al Bu Kamal", "Al Qaim", "Mayadin", "Hajin", "Omar oil field"} <= named


@pytest.mark.parametrize("size", [*SIZES, (900, 1400), (640, 640), (2400, 1000)])
@pytest.mark.parametrize("much", [False, True])
def test_blocks_stay_on_the_sheet_and_apart(size: tuple[int, int], much: bool) -> None:
    scene = SCENE
    if much:
        scene = replace(
            SCENE,
            title="A long headline about many places at once, " * 4,
            deck="And a deck that goes on and on. " * 12,
            notes=tuple(f"Note number {i} that says something more." for i in range(4)),
            sources=tuple(f"Publisher number {i}" for i in range(40)),
            credits=tuple(f"Credit line number {i} with its licence" for i in range(8)),
        )
    layout = lay_out(scene, width_px=size[0], height_px=size[1])
    boxes = [*layout.blocks, layout.map_box]
    for box in boxes:
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= size[0] + 0.5
        assert box[3] <= size[1] + 0.5
        assert box[2] > box[0]
        assert box[3] >= box[1]
    for one, other in combinations(boxes, 2):
        assert not overlap(one, other, -0.5), (one, other)
    assert layout.map_box[3] - layout.map_box[1] > 0.25 * size[1]


@given(st.text(max_size=200), st.floats(40, 600))
@settings(max_examples=60, deadline=None)
def test_wrapped_lines_fit_and_lose_nothing(text: str, room: float) -> None:
    lines = wrap(text, 14, room)
    assert "".join(lines).replace(" ", "") == "".join(clean(text).split())
    for line in lines:
        assert text_width(line, 14) <= room or len(line) == 1


@given(st.floats(0.01, 500), st.floats(60, 400))
@settings(max_examples=60, deadline=None)
def test_scale_bars_are_round_and_fit(px_per_km: float, room: float) -> None:
    km, miles = bar_lengths(px_per_km, room)
    for length, px in ((km, km * px_per_km), (miles, miles * px_per_km * KM_PER_MILE)):
        assert room / 2.6 <= px <= room * 1.000001
        assert f"{length:e}"[0] in "125"


@pytest.mark.parametrize(
    "extent",
    [(40, 34, 42, 36), (-75, -56, -60, -40), (20, 68, 30, 71), (176, -20, -176, -14), (5, 5, 6, 6)],
)
def test_the_scale_bar_tells_the_truth_at_the_centre(extent: tuple[float, ...]) -> None:
    view = fit((0, 0, 1000, 700), extent=extent)
    lon, lat = view.lonlat(np.array([450.0, 550.0]), np.array([350.0, 350.0]))
    metres = Geod(ellps="WGS84").inv(lon[0], lat[0], lon[1], lat[1])[2]
    assert 100 / view.px_per_km == pytest.approx(metres / 1000, rel=0.004)
    # All four corners of the extent are in the picture, and north is up at its centre.
    west, south, east, north = extent
    for at in ((west, south), (west, north), (east, south), (east, north)):
        assert view.holds(*view.point(*at), inset=-1.0)
    _, y = view.px(np.array([view.centre_lon] * 2), np.array([south, north]))
    assert y[1] < y[0]


def test_pictures_made_at_once_on_several_threads_are_the_same() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: compose(SCENE, fmt="svg"), range(4)))
    assert set(made) == {compose(SCENE, fmt="svg")}


def test_thousands_of_places_make_a_picture() -> None:
    many = tuple(
        replace(
            event(i, "hajin", "gov", list(Tier)[i % 4], "2017-11-10"),
            place=replace(
                place("hajin"),
                place_id=f"x:{i}",
                name=f"Place {i}",
                lat=33 + (i * 7919 % 3000) / 1000,
                lon=39 + (i * 104729 % 4000) / 1000,
            ),
        )
        for i in range(3000)
    )
    layout = lay_out(replace(SCENE, events=many), width_px=1600, height_px=1000)
    for one, other in combinations(layout.labels, 2):
        assert not overlap(one.box, other.box)


def test_a_picture_of_nothing_is_still_a_picture() -> None:
    empty = Scene(title="Nothing reported", as_of=date(2017, 1, 1))
    words = " ".join(svg_words(compose(empty, fmt="svg")))
    assert "Nothing reported" in words
    assert "0 events selected" in words
    pacific = Scene(title="Fiji", as_of=date(2017, 1, 1), extent=(176.0, -20.0, -177.0, -15.0))
    assert compose(pacific, scale=0.5)


@pytest.mark.parametrize(
    "wrong",
    [{"fmt": "gif"}, {"style": "sepia"}, {"width_px": 10}, {"height_px": 99999}, {"scale": 99}],
)
def test_what_cannot_be_drawn_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        compose(SCENE, **wrong)  # type: ignore[arg-type]


def test_fonts_and_their_licence_are_shipped() -> None:
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
    sheet = (FONTS / "fonts.css").read_text(encoding="utf-8")
    for name in re.findall(r'url\("([^"]+)"\)', sheet):
        assert Path(FONTS, name).is_file()
    assert "http" not in sheet


def test_a_name_of_an_area_stands_at_its_place_or_not_at_all() -> None:
    crowd = tuple(
        replace(
            e,
            id=f"{e.id}/{n}",
            place=replace(e.place, place_id=f"local:a{n}", name=f"{e.place.name} {n}"),
        )
        for n in range(12)
        for e in EVENTS
        if e.place.feature_code == "DSRT"
    )
    scene = replace(SCENE, events=(*EVENTS, *crowd), extent=(-130.0, -50.0, 150.0, 70.0))
    layout = lay_out(scene, width_px=1200, height_px=675)
    names = [label for label in layout.labels if label.name == "area"]
    middles = [((x0 + x1) / 2, (y0 + y1) / 2) for x0, y0, x1, y1 in (n.box for n in names)]
    assert max((math.dist(a, b) for a in middles for b in middles), default=0.0) < 60
    assert any(
        label.name == "area" for label in lay_out(SCENE, width_px=1200, height_px=675).labels
    )
