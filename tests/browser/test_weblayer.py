"""The map in a real browser: a small page with a small base map, its own events and zones."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
PAGE = """
import sys
sys.path.insert(0, ROOT)
from pathlib import Path
import streamlit as st
from streamlit_folium import st_folium
from geo.dates import DateSpan
from geo.model import *
from geo.webmap import *

st.set_page_config(layout="wide")
ACTORS = {
    "army": Actor("army", "Syrian army", "Army", ActorKind.STATE, "#b7303b", "solid"),
    "daesh": Actor("daesh", "Daesh", "Daesh", ActorKind.REBEL, "#333333", "dots"),
}
HOSTILE = [
    "{{ 7*7 }}", "{% raw %}", "</script><script>hurt()</script>", "<img src=x onerror=hurt()>",
    "C:\\\\20190221", "\\u202eflip\\u202c \\u200f\\u0645\\u0631\\u062d\\u0628\\u0627", "\\U0001f4a3 \\U0001f30d", "${hurt()}`",
]
PLACES = {
    "kamal": EventPlace("geonames:174448", "Al Bu Kamal", "Al Bu Kamal", 34.45, 40.92, "PPL", "SY", "SY.07", 2.0, "\\u0627\\u0644\\u0628\\u0648\\u0643\\u0645\\u0627\\u0644"),
    "qaim": EventPlace("geonames:92138", "Qaim", "Al Qaim", 34.39, 41.10, "PPL", "IQ", "IQ.01", 10.0),
    "raqqa": EventPlace("geonames:172955", "Raqqa", "Raqqa", 35.95, 39.01, "PPL", "SY", "SY.04", 2.0),
    "deir": EventPlace("geonames:170792", "the province", "Deir ez-Zor", 35.0, 40.3, "ADM1", "SY", "SY.07", 90.0),
}
hostile = " | ".join(HOSTILE)
text = "\\U0001f4f0 Before. " + hostile + " After it all."
start = text.index(HOSTILE[0])
report = Report("r1", "Title " + hostile, "Paper " + HOSTILE[3], DateSpan.parse("2017-11-10"), text, "javascript:hurt()")
good = Report("r2", "Plain report", "The Wire", DateSpan.parse("2017-11-11"), "The army took Al Bu Kamal.", "https://example.org/r?a=1")

def event(number, place, who, tier, day, report, span, summary):
    return Event(f"{report.id}/{number}", EventType.CAPTURES, (Participant(who, Role.AGENT),), PLACES[place],
        DateSpan.parse(day), Attribution(report.publisher, "speaker " + HOSTILE[3], tier), Quote(report.id, *span), summary)

whole = (start, start + len(hostile))
EVENTS = [
    event(1, "kamal", "army", Tier.CLAIMED, "2017-11-09", good, (0, 25), "Army claims the town"),
    event(2, "kamal", "daesh", Tier.REPORTED, "2017-11-11", good, (0, 25), "Daesh is back"),
    event(3, "qaim", "army", Tier.ASSESSED, "2017-11-03", good, (0, 8), "Qaim is taken"),
    event(1, "raqqa", "daesh", Tier.DENIED, "2017-10-17", report, whole, "Summary " + hostile),
    event(4, "deir", "daesh", Tier.REPORTED, "2017-11-01", good, (0, 8), "Fighting in the province"),
]
class Near:
    distance_km, low_km, high_km, pair, side = 6.78, 4.8, 8.8, ("IQ", "SY"), "SY"
    foot_lat, foot_lon, boundary_set, dispute = 34.40, 40.95, "osm", ""
ring = [[40.8, 34.3], [41.0, 34.3], [41.0, 34.6], [40.8, 34.6], [40.8, 34.3]]
ZONES = [Zone(("daesh",), "held", {"type": "Polygon", "coordinates": [ring]}, 0.9, (), 1.0)]
run = Path("static/run")
names = {"SY": "Syria", "IQ": "Iraq"}
events_url = write_static(run, "events", events_payload(sorted(EVENTS, key=lambda e: e.recency), ACTORS, {"r1": report, "r2": good}, {"r2/1": Near}, names=names))
zones_url = write_static(run, "zones", zones_payload(ZONES, ACTORS))

st.session_state.runs = st.session_state.get("runs", 0) + 1
st.write(f"run {st.session_state.runs}")
who = st.multiselect("Actor", list(ACTORS), key="actor", bind="query-params")
choice = st.selectbox("Choose", ["", "r2/3"], key="choice")
dark = st.checkbox("Dark", key="dark")
ids = [e.id for e in EVENTS if not who or set(e.actors()) & set(who)]
answer = st_folium(
    shell((34.45, 40.92), 8), key="map", height=560, use_container_width=True, returned_objects=["share"],
    feature_group_to_add=filter_group(ids=ids, events_url=events_url, zones_url=zones_url, selected=choice or None, dark=dark),
)
st.write("shared " + str((answer or {}).get("share", {}).get("map")))
"""  # noqa: E501


def small_basemap(folder: Path) -> None:
    """A world of one square of land, a river, a border and a town, in the base map's form."""
    detail = folder / "detail"
    detail.mkdir(parents=True)
    q = 10000
    land = [200000, 200000, 400000, 0, 0, 200000, -400000, 0]
    layers: dict[str, list[object]] = {
        "land": [{"c": [land]}],
        "lakes": [],
        "coast": [{"c": [land]}],
        "rivers": [
            {"c": [[390000, 360000, 10000, -10000, 10000, -6000]], "n": "Euphrates", "r": 1}
        ],
        "borders": [
            {"c": [[410000, 380000, 0, -70000]], "a": "SY", "b": "IQ", "k": "international"}
        ],
        "admin1": [],
        "towns": [[405000, 350000, "Mayadin", "الميادين", 44000, 2]],
        "countries": [
            [385000, 350000, "Syria", None, 2, "SY"],
            [435000, 335000, "Iraq", None, 2, "IQ"],
        ],
        "regions": [],
    }
    text = json.dumps({"q": q, "layers": layers})
    (folder / "world.json").write_text(text)
    (detail / "x22y12.json").write_text(text)
    # x21y12 is named but missing: the map must do without it
    names = ["x21y12", "x22y12"]
    index = {"version": "1", "tile_deg": 10, "detail": names, "osm_detail": [], "sources": []}
    (folder / "index.json").write_text(json.dumps(index))


@pytest.fixture(scope="module")
def address(
    serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory, chromium: object
) -> str:
    folder = tmp_path_factory.mktemp("page")
    (folder / "page.py").write_text(PAGE.replace("ROOT", repr(str(ROOT)), 1), encoding="utf-8")
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "config.toml").write_text(
        "[server]\nenableStaticServing = true\n[browser]\ngatherUsageStats = false\n"
    )
    for name in ("dateline", "vendor", "fonts"):
        shutil.copytree(ROOT / "static" / name, folder / "static" / name)
    small_basemap(folder / "static" / "basemap")
    return serve(folder / "page.py")


def hostile_text() -> str:
    bits = [
        "{{ 7*7 }}",
        "{% raw %}",
        "</script><script>hurt()</script>",
        "<img src=x onerror=hurt()>",
        "C:\\20190221",
        "\u202eflip\u202c \u200f\u0645\u0631\u062d\u0628\u0627",
        "\U0001f4a3 \U0001f30d",
        "${hurt()}`",
    ]
    return " | ".join(bits)


def mark(seen, name: str):
    return seen.map.locator(f".dl-key[aria-label^='{name}']")


def query(seen) -> dict[str, list[str]]:
    return parse_qs(urlsplit(seen.page.url).query)


def test_draws_offline_and_asks_nobody_else(visit, address):
    seen = visit(address)
    seen.drawn()
    seen.shown(5)
    counts = seen.map.locator(".dl-counts")
    assert counts.text_content() == "5 events shown, 0 hidden"
    assert seen.map.locator("[role='status']").text_content() == "5 events shown, 0 hidden"
    painted = seen.map.locator("canvas.dl-canvas").evaluate_all(
        """nodes => nodes.map(node => {
            const data = node.getContext("2d").getImageData(0, 0, node.width, node.height).data;
            let n = 0;
            for (let i = 3; i < data.length; i += 4) if (data[i]) n++;
            return n;
        })"""
    )
    assert len(painted) == 3
    assert all(painted)
    assert seen.outside == []
    assert seen.errors == []


def test_a_missing_tile_is_asked_for_once_and_the_map_goes_on(visit, address):
    seen = visit(address + "/?map=34.5,40.0,8")
    seen.drawn()
    for step in range(3):
        seen.map.locator("body").evaluate(
            "(body, x) => dateline.board.map.panBy([x, 0], { animate: false })", 10 + step
        )
        seen.drawn()
    asked = seen.map.locator("body").evaluate(
        """() => performance.getEntriesByType("resource")
            .filter(entry => entry.name.includes("x21y12")).length"""
    )
    assert asked == 1
    assert seen.errors == []


def test_panning_and_opening_never_run_the_page_again(visit, address):
    seen = visit(address)
    seen.drawn()
    seen.settled()
    run = seen.page.get_by_text("run ", exact=False).first
    assert run.text_content() == "run 1"
    box = seen.page.locator("iframe[title='streamlit_folium.st_folium']").bounding_box()
    x, y = box["x"] + box["width"] - 300, box["y"] + 450
    seen.page.mouse.move(x, y)
    seen.page.mouse.down()
    seen.page.mouse.move(x - 120, y - 60, steps=5)
    seen.page.mouse.up()
    seen.page.wait_for_url("**map=*")
    lat, lon, zoom = map(float, query(seen)["map"][0].split(","))
    assert lat < 34.45
    assert lon > 40.92
    assert zoom == 8
    mark(seen, "Al Qaim").press("Enter")
    seen.map.get_by_role("dialog").wait_for()
    seen.settled()
    assert run.text_content() == "run 1"


def test_filter_repaints_the_same_frame_and_keeps_the_place(visit, address):
    seen = visit(address + "/?map=34.9,40.1,7.5")
    seen.drawn()
    seen.map.locator("body").evaluate("body => { body.dataset.mine = 'yes'; }")
    seen.page.get_by_role("combobox", name="Actor").click()
    seen.page.get_by_role("option", name="army").click()
    seen.shown(2)
    assert seen.map.locator(".dl-counts").text_content() == "2 events shown, 3 hidden"
    assert seen.map.locator("body").get_attribute("data-mine") == "yes"
    position = seen.map.locator("body").evaluate(
        """() => {
            const map = dateline.board.map;
            return [map.getCenter().lat, map.getCenter().lng, map.getZoom()];
        }"""
    )
    assert position == pytest.approx([34.9, 40.1, 7.5], abs=0.01)  # a pixel
    seen.settled()
    assert query(seen)["map"] == ["34.9,40.1,7.5"]
    assert query(seen)["actor"] == ["army"]


def test_the_address_keeps_place_and_event_through_a_filter_change(visit, address):
    seen = visit(address)
    seen.drawn()
    mark(seen, "Al Qaim").press("Enter")
    seen.page.wait_for_url("**event=r2/3*")
    seen.map.locator("body").evaluate(
        "() => dateline.board.map.setView([34.7, 40.6], 9, { animate: false })"
    )
    seen.page.wait_for_url("**map=34.7*")
    place = query(seen)["map"]
    seen.page.get_by_role("combobox", name="Actor").click()
    seen.page.get_by_role("option", name="army").click()
    seen.shown(2)
    seen.settled()
    assert query(seen) == {"event": ["r2/3"], "map": place, "actor": ["army"]}
    assert seen.map.locator(".dl-title").text_content() == "Qaim is taken"


def test_card_says_who_when_where_and_how_far(visit, address):
    seen = visit(address)
    seen.drawn()
    mark(seen, "Al Bu Kamal: 2 events").press("Enter")
    entries = seen.map.locator(".dl-entry-title")
    assert entries.all_text_contents() == ["Daesh is back", "Army claims the town"]
    seen.map.locator(".dl-entry").nth(1).click()
    card = seen.map.get_by_role("dialog")
    seen.page.wait_for_url("**event=r2/1*")
    words = card.inner_text()
    for part in (
        "Army claims the town",
        "البوكمال",
        "only the side that gains by it says so",
        "9 Nov 2017",
        "6.8 km from the Iraq–Syria border, in Syria",
        "4.8 km to 8.8 km",
        "“The army took Al Bu Kamal”",
        "The Wire, 11 Nov 2017",
    ):
        assert part in words
    link = card.get_by_role("link", name="Plain report")
    assert link.get_attribute("href") == "https://example.org/r?a=1"
    assert link.get_attribute("rel") == "noopener noreferrer"
    card.get_by_text("Read the report").click()
    assert card.locator(".dl-text mark").text_content() == "The army took Al Bu Kamal"
    assert card.locator(".dl-text").text_content() == "The army took Al Bu Kamal."


def test_hostile_text_appears_letter_for_letter_and_runs_nothing(visit, address):
    seen = visit(address)
    seen.map.locator("body").evaluate("() => { window.hurt = () => { window.hurtHere = true; }; }")
    seen.drawn()
    mark(seen, "Raqqa").press("Enter")
    card = seen.map.get_by_role("dialog")
    hostile = hostile_text()
    assert card.locator(".dl-title").text_content() == "Summary " + hostile
    assert card.locator("blockquote").text_content() == "“" + hostile + "”"
    card.get_by_text("Read the report").click()
    assert card.locator(".dl-text mark").text_content() == hostile
    whole = "\U0001f4f0 Before. " + hostile + " After it all."
    assert card.locator(".dl-text").text_content() == whole
    assert "Title " + hostile in card.locator(".dl-source").text_content()
    assert card.locator("a").count() == 0
    assert card.locator("img, script, iframe").count() == 0
    assert not seen.map.locator("body").evaluate("() => Boolean(window.hurtHere)")
    assert seen.errors == []
    assert seen.outside == []


def test_keyboard_alone_reads_every_event(visit, address):
    seen = visit(address)
    seen.drawn()
    mark(seen, "Raqqa").press("Enter")
    card = seen.map.get_by_role("dialog")
    title = card.locator(".dl-title")
    titles = [title.text_content()]
    for _ in range(4):
        seen.page.keyboard.press("ArrowRight")
        titles.append(title.text_content())
    assert len(set(titles)) == 5
    assert titles[-1] == "Daesh is back"
    assert card.get_by_role("button", name="Later event").is_disabled()
    seen.page.keyboard.press("ArrowLeft")
    assert title.text_content() == "Army claims the town"
    seen.page.keyboard.press("Escape")
    assert not card.is_visible()
    assert "event" not in query(seen)
    assert seen.map.locator("body").evaluate("() => document.activeElement.dataset.spot || ''")


def test_permalink_opens_the_event_where_the_map_stood(visit, address):
    seen = visit(address + "/?map=35.2,40.0,7&event=r2/3")
    seen.drawn()
    assert seen.map.locator(".dl-title").text_content() == "Qaim is taken"
    assert query(seen)["map"] == ["35.2,40.0,7"]


@pytest.mark.parametrize("bad", ["map=x,y,z", "map=9999,0,3", "map=1,2", "event=nothing"])
def test_nonsense_in_the_address_shows_the_default_map(visit, address, bad):
    seen = visit(f"{address}/?{bad}")
    seen.drawn()
    seen.shown(5)
    center = seen.map.locator("body").evaluate("() => dateline.board.map.getCenter().lat")
    assert round(center, 2) == 34.45
    assert seen.errors == []


def test_selecting_from_the_page_opens_a_card_once(visit, address):
    seen = visit(address)
    seen.drawn()
    seen.page.get_by_role("combobox", name="Choose").click()
    seen.page.get_by_role("option", name="r2/3").click()
    title = seen.map.locator(".dl-title")
    title.wait_for()
    assert title.text_content() == "Qaim is taken"
    seen.map.get_by_role("button", name="Close").click()
    seen.page.get_by_text("Dark").click()
    seen.map.locator(".dl-map.dl-dark").wait_for()
    assert not seen.map.get_by_role("dialog").is_visible()


def test_share_tells_the_page_where_the_map_stands(visit, address):
    seen = visit(address + "/?map=35.2,40.1,7")
    seen.drawn()
    seen.map.get_by_role("button", name="Share").click()
    seen.page.get_by_text("shared 35.2").wait_for()


def test_an_open_card_closes_when_its_event_is_filtered_away(visit, address):
    seen = visit(address)
    seen.drawn()
    mark(seen, "Raqqa").press("Enter")
    seen.map.get_by_role("dialog").wait_for()
    seen.page.get_by_role("combobox", name="Actor").click()
    seen.page.get_by_role("option", name="army").click()
    seen.shown(2)
    assert not seen.map.get_by_role("dialog").is_visible()


def test_an_area_is_a_named_frame_and_never_a_pin(visit, address):
    seen = visit(address)
    seen.drawn()
    kinds = seen.map.locator("body").evaluate(
        "() => dateline.board.groups.map(g => [g.top.name, g.kind, Boolean(g.chip)])"
    )
    assert ["Deir ez-Zor", "area", True] in kinds
    mark(seen, "Deir ez-Zor").press("Enter")
    assert "An area; no point is meant." in seen.map.get_by_role("dialog").inner_text()


def test_narrow_screen_gets_a_sheet_and_keeps_the_place_in_sight(visit, address):
    seen = visit(address, 390, 844, device_scale_factor=2, has_touch=True)
    seen.drawn()
    mark(seen, "Al Qaim").press("Enter")
    card = seen.map.get_by_role("dialog")
    card.wait_for()
    frame = seen.page.locator("iframe[title='streamlit_folium.st_folium']").bounding_box()
    box = card.bounding_box()
    assert box["width"] == frame["width"]
    assert box["y"] > frame["y"] + frame["height"] * 0.35
    assert seen.map.locator(".dl-legend-body").is_hidden()


def test_every_event_stays_reachable_where_marks_meet(visit, address):
    seen = visit(address + "/?map=35,40,2")
    seen.drawn()
    rows = seen.map.locator("body").evaluate(
        "() => dateline.board.groups.flatMap(g => g.places.flatMap(p => p.rows.map(r => r.id)))"
    )
    assert sorted(rows) == ["r1/1", "r2/1", "r2/2", "r2/3", "r2/4"]
