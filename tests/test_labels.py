"""Names on a finished picture: measured where they really are, none lost without a word."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zlib
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.figure import compose
from geo.figure.compose import lay_out
from geo.figure.labels import Line, Placer, around, block_size, overlap
from geo.figure.lettering import clean
from geo.figure.projection import fit, fit_round
from geo.options import Options
from geo.picture import picture, scene_of
from geo.workspace import open_workspace

PICTURES = Path(__file__).parent / "pictures"
sys.path.insert(0, str(PICTURES))

from measured import faults, ink  # noqa: E402
from references import drawn  # noqa: E402

VIEWS = tomllib.loads((PICTURES / "views.toml").read_text(encoding="utf-8"))["picture"]
SVG = "{http://www.w3.org/2000/svg}"
# What people, programs and attackers put into a field of text.
HOSTILE = [
    "<script>alert(1)</script>",
    "</text></svg><img src=x onerror=alert(1)>",
    "]]> <!-- --> &amp; &lt;b&gt;",
    "{{ 7*7 }} {% raw %}",
    "${7*7} #{7*7} %s %d",
    "$x^2$ \\frac{1}{2} $$",
    "C:\\20190221 & \"quotes\" 'too'",
    "'; DROP TABLE events; --",
    "=HYPERLINK(0) @SUM +1 -1",
    "javascript:alert(1)",
    "url(#a) expression(1) }*{fill:red}",
    "&#x3C;b&#x3E; &nbsp; &unknown;",
    "\u200fالبوكمال\u200f (Abu Kamal)",
    "\u202eesrever\u202c text",
    "a\u0000b\u0007c\ud800d\uffffe",
    "tab\tnew\nline\r\nend\u2028z",
    "😀 𝒳 👨‍👩‍👧 🇸🇾",
    "Zoë Ångström Łódź Київ Ελλάδα",
    "é́́́ combining ̀́̂̃",
]


@pytest.fixture(scope="module")
def opened():
    return open_workspace()


def texts(svg: bytes) -> list[str]:
    return [
        "".join(node.itertext())
        for node in ET.fromstring(svg).iter(f"{SVG}text")
        if node.get("class") != "halo"
    ]


@pytest.mark.parametrize("row", VIEWS, ids=[row["name"] for row in VIEWS])
def test_no_word_of_a_picture_lies_on_another_or_over_an_edge(row):
    svg = drawn(row, "svg")
    assert faults(svg) == []
    assert len(ink(svg)[0]) > 15


def test_the_measuring_sees_what_is_wrong():
    svg = drawn(VIEWS[0], "svg")
    # The same picture with every name of a town set twice, a little aside.
    moved = re.sub(
        rb'(<g id="town[^"]*">.*?</g>)',
        lambda found: (
            found[1] + found[1].replace(b'id="', b'id="twice-').replace(b' x="', b' x="1')
        ),
        svg,
        flags=re.DOTALL,
    )
    assert moved != svg
    assert any("leaves its frame" in fault for fault in faults(moved))
    twice = re.sub(
        rb'(<g id="(town[^"]*)">.*?</g>)',
        lambda found: found[1] + found[1].replace(found[2], b"twice-" + found[2]),
        svg,
        flags=re.DOTALL,
    )
    assert any("lies on" in fault for fault in faults(twice))


@pytest.mark.parametrize(
    "row", [r for r in VIEWS if r["name"] != "world" and "kind" not in r][:9], ids=str
)
def test_every_reported_place_is_named_numbered_or_told_to_be_nameless(opened, row):
    view, _ = opened.parse(row["view"])
    options = Options.from_dict(row.get("options", {}))
    scene = scene_of(opened, view, options=options)
    layout = lay_out(scene, size=options.sheet, style=options.style)
    told = {label.key for label in layout.labels}
    line = " ".join(
        line.words for label in layout.labels if label.name == "nameless" for line in label.lines
    )
    more = re.search(r" and (\d+) more", line)
    numbered = " ".join(texts(drawn(row, "svg"))) if options.numbered else ""
    missing = {
        event.place.name
        for event in scene.events
        if event.place.place_id not in told and event.place.feature_code.startswith("PPL")
    }
    unheard = [name for name in missing if clean(name) not in f"{line} {numbered}"]
    assert len(unheard) <= (int(more[1]) if more else 0) or not _any_on_map(layout, scene, unheard)


def _any_on_map(layout, scene, names):
    view = fit(layout.map_box, extent=scene.extent)
    return any(
        view.holds(*view.point(e.place.lon, e.place.lat))
        for e in scene.events
        if e.place.name in names
    )


def test_a_line_never_leads_to_a_name_under_the_mark_of_another_place():
    # All ground is taken but a strip: from the mark west over another, lone mark, to its end.
    placer = Placer((0.0, 0.0, 600.0, 200.0))
    placer.block((0, 0, 600, 80))
    placer.block((0, 120, 600, 200))
    placer.mark((394, 94, 406, 106))
    placer.mark((294, 94, 306, 106))
    line = [Line("Al-Qaim", 14.0, "#000000", 600)]
    wide, tall = block_size(line)
    beyond = ((200 - wide, 100 - tall / 2, 200, 100 + tall / 2), "right", 110.0)
    assert placer.put("place", line, (400, 100), [beyond], rim=6) is None
    # A mark that crowds its own may be passed under.
    crowd = Placer((0.0, 0.0, 600.0, 200.0))
    crowd.mark((394, 94, 406, 106))
    crowd.mark((374, 94, 386, 106))
    assert crowd.put("place", line, (400, 100), [beyond], rim=6) is not None


boxes = st.tuples(st.floats(20, 560), st.floats(20, 380), st.floats(4, 90), st.floats(4, 40)).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)


@given(
    st.lists(boxes, max_size=12),
    st.lists(st.tuples(st.floats(0, 600), st.floats(0, 400)), min_size=1, max_size=14),
)
@settings(max_examples=60, deadline=None)
def test_placed_names_keep_clear_of_everything(taken, anchors):
    placer = Placer((0.0, 0.0, 600.0, 400.0))
    for box in taken:
        placer.block(box)
    for x, y in anchors:
        placer.mark((x - 6, y - 6, x + 6, y + 6))
    line = [Line("Al Bu Kamal", 14.0, "#000000", 600)]
    for x, y in anchors:
        steps = (0.0, 4.0, 20.0, 56.0, 110.0)
        placer.put("place", line, (x, y), list(around(x, y, 6, block_size(line), steps)), rim=6)
    for one, other in combinations(placer.placed, 2):
        assert not overlap(one.box, other.box)
    for label in placer.placed:
        assert not any(overlap(label.box, box) for box in taken)
        assert not any(overlap(label.box, (x - 6, y - 6, x + 6, y + 6)) for x, y in anchors)
        assert label.box[0] >= 5
        assert label.box[2] <= 595
        if label.leader is not None:
            for share in np.linspace(0.02, 0.9, 60):
                (x0, y0), (x1, y1) = label.leader
                at = (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
                assert not any(b[0] < at[0] < b[2] and b[1] < at[1] < b[3] for b in taken)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_every_text_of_an_svg_survives_and_nothing_runs(opened, hostile):
    view, _ = opened.parse("when=2017-11-08&when=2017-11-11")
    scene = scene_of(opened, view)
    events = tuple(
        replace(
            event,
            summary=hostile,
            place=replace(event.place, name=hostile, arabic=hostile),
            attribution=replace(event.attribution, publisher=hostile, speaker=hostile),
        )
        for event in scene.events[:1]
    )
    actors = {key: replace(actor, name=hostile) for key, actor in scene.actors.items()}
    svg = compose(
        replace(
            scene,
            title=f"Title {hostile}",
            deck=f"Deck {hostile}",
            events=events,
            actors=actors,
            notes=(f"Note {hostile}",),
            sources=(f"Source {hostile}",),
            credits=(f"Credit {hostile}",),
        ),
        fmt="svg",
    )
    root = ET.fromstring(svg)
    words = "".join("".join(t.split()) for t in texts(svg))
    for head in ("Title", "Deck", "Note", "Source", "Credit"):
        assert "".join(clean(f"{head} {hostile}").split()) in words
    assert words.count("".join(clean(hostile).split())) >= 7  # the place and actors as well
    tags = {node.tag.rsplit("}", 1)[-1] for node in root.iter()}
    assert not tags & {"script", "foreignObject", "a", "image", "use", "iframe", "animate", "set"}
    for node in root.iter():
        for key, value in node.attrib.items():
            assert not key.rsplit("}", 1)[-1].startswith("on")
            assert "javascript:" not in value
            if key.rsplit("}", 1)[-1] in ("href", "src"):
                assert value.startswith("#")
    sheet = "".join(node.text or "" for node in root.iter(f"{SVG}style"))
    assert all(at.startswith("data:font/") for at in re.findall(r"url\(([^)]*)\)", sheet))
    assert "@import" not in sheet


def test_an_svg_opens_as_layers_with_names_of_their_own():
    root = ET.fromstring(drawn(VIEWS[0], "svg"))
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[\w-]+", key) for key in ids)
    inkscape = "{http://www.inkscape.org/namespaces/inkscape}"
    layers = [node.get("id") for node in root if node.get(f"{inkscape}groupmode") == "layer"]
    assert {"land", "zones", "water", "borders", "base-names", "marks", "place-names"} <= set(
        layers
    )
    assert {"header", "key", "footer"} <= set(layers)
    # What a drawing program must understand stands on the element, not in a style sheet.
    sheet = "".join(node.text or "" for node in root.iter(f"{SVG}style"))
    assert set(re.findall(r"(?:^|\})([^{}@]+)\{", sheet)) <= {"*"}
    halos = [n for n in root.iter(f"{SVG}text") if n.get("class") == "halo"]
    assert halos
    assert all(node.get("aria-hidden") == "true" for node in halos)
    # Where Noto is missing, narrower letters are taken before wider ones.
    for node in root.iter(f"{SVG}text"):
        family = node.get("style", "")
        assert family.index("Arial") < family.index("DejaVu")


def test_arabic_in_a_pdf_is_spelt_letter_by_letter():
    data = drawn(VIEWS[0], "pdf")
    spelt = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            page = zlib.decompress(stream)
        except zlib.error:
            continue
        for block in re.findall(rb"BT(.*?)ET", page, re.DOTALL):
            letters = re.findall(rb"/ActualText <FEFF([0-9A-F]*)>", block)
            if letters:
                read = [bytes.fromhex(one.decode()).decode("utf-16-be") for one in letters]
                # From left to right on the page is from last to first in Arabic.
                spelt.append("".join(reversed(read)))
    for word in ("البوكمال", "القائم", "دير الزور", "الجيش السوري"):
        assert word in spelt


def test_the_same_view_gives_the_same_bytes_in_a_new_process(opened, tmp_path):
    row = VIEWS[0]
    code = (
        "import sys; from geo.workspace import open_workspace; from geo.options import Options\n"
        "from geo.picture import picture\n"
        "w = open_workspace(); view, _ = w.parse(sys.argv[1])\n"
        "open(sys.argv[2], 'wb').write(picture(w, view, Options(fmt='svg')))\n"
        "open(sys.argv[3], 'wb').write(picture(w, view, Options(fmt='png', scale=1)))\n"
        "open(sys.argv[4], 'wb').write(picture(w, view, Options(fmt='pdf')))\n"
    )
    names = [str(tmp_path / name) for name in ("a.svg", "a.png", "a.pdf")]
    import os

    env = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": str(PICTURES.parents[1])}
    subprocess.run([sys.executable, "-c", code, row["view"], *names], check=True, env=env)
    view, _ = opened.parse(row["view"])
    for name, options in zip(
        names, (Options(fmt="svg"), Options(fmt="png", scale=1), Options(fmt="pdf")), strict=True
    ):
        assert Path(name).read_bytes() == picture(opened, view, options), name


@pytest.mark.parametrize(("lon", "lat"), [(16, 79), (0, 90), (-120, -89.5), (179.9, -17), (40, 34)])
def test_a_locator_shows_the_ground_round_its_place_anywhere(lon, lat):
    view = fit_round((0, 0, 300, 186), lon, lat, 1500)
    assert view.point(lon, lat) == pytest.approx((150, 93), abs=0.01)
    for bearing in (0, 45, 90, 180, 270):
        at = Geod(ellps="WGS84").fwd(lon, lat, bearing, 900_000)[:2]
        x, y = view.point(*at)
        # Equal-area: 900 km are 900 km to within two per cent at this width, to every side.
        assert np.hypot(x - 150, y - 93) == pytest.approx(90, rel=0.02)


@pytest.mark.parametrize("centre", [0, 10, -20, 100, 180])
def test_a_map_of_the_world_is_filled_by_the_world(centre):
    box = (0, 0, 1228, 690)
    view = fit(box, extent=(centre - 180, -85.0, centre + 180, 85.0))
    assert view.wide
    for lon, lat in ((-58, -34), (139, 35), (18, -33), (37, 55), (-99, 19)):
        assert view.holds(*view.point(lon, lat))
    x, _ = view.px(np.array([-165.0, 175.0]), np.array([0.0, 0.0]))
    if abs(centre) <= 30:
        assert x.max() - x.min() > 0.75 * 1228
