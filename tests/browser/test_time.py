"""Days on the map in a browser: the player, its agreement with the page, differences, lines."""

import re
from datetime import date
from pathlib import Path

import pytest
import shapely

from geo.lines import Mode, make_layer
from geo.model import Tier
from geo.store import open_store
from geo.workspace import open_workspace

ROOT = Path(__file__).resolve().parents[2]
BACK = "To the day before with a report"
STATE = """() => {
  const board = window.dateline.board;
  return {
    day: board.player.at(), shown: board.shown.length, zones: board.ground.zones.length,
    kinds: board.ground.zones.map((z) => z.kind + z.holders + z.certainty).sort(),
    edges: board.ground.edges.length, fronts: board.ground.fronts.length,
    sieges: board.ground.sieges.map((s) => s.name + s.by).sort(),
  };
}"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    url = f"sqlite:///{folder / 'dateline.db'}"
    opened = open_workspace(url=url)
    store = open_store(url)
    told = {"source": "<img src=x onerror=alert(1)>", "tier": Tier.REPORTED}
    for day, mode, title in (
        (date(2017, 11, 11), Mode.BESIDE, "Desk {{ 7*7 }} <b>map</b>"),
        (date(2017, 10, 3), Mode.INSTEAD, "Other desk"),
    ):
        ground = [("daesh", shapely.box(40.2, 34.2, 41.0, 34.9))]
        ground.append(("Tribes", shapely.box(39, 34, 39.5, 34.5)))
        layer, _ = make_layer(
            ground,
            title=title, on=day, actors=opened.actors, mode=mode, **told,
        )  # fmt: skip
        store.add_layer(layer, who="test", why="test")
    return folder


@pytest.fixture(scope="module")
def address(serve, home):
    return serve(ROOT / "dashboard.py", {"DATELINE_HOME": str(home)})


def frames_sent(page):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(1)))
    return sent


def ready(visit, address, query="", **options):
    """An open page whose player has its file of days; and what it sends from then on."""
    seen = visit("about:blank", **options)
    sent = frames_sent(seen.page)
    seen.page.goto(f"{address}/{query}")
    seen.drawn()
    seen.settled()
    seen.map.locator(".dl-slider").focus()
    frame = seen.page.frames[-1]
    frame.wait_for_function("() => window.dateline.board.player.file", timeout=60_000)
    seen.page.wait_for_timeout(500)
    return seen, frame, sent


def move(frame, day, *, done=False):
    """Move the slider as a hand does: many values, then (``done``) letting go."""
    frame.evaluate(
        """([day, done]) => {
          const slider = document.querySelector(".dl-slider");
          slider.value = window.dateline.dayNumber(day);
          slider.dispatchEvent(new Event("input", { bubbles: true }));
          if (done) slider.dispatchEvent(new Event("change", { bubbles: true }));
        }""",
        [day, done],
    )
    frame.wait_for_function(
        "(day) => document.querySelector('.dl-map').dataset.painted === day", arg=day
    )


def test_a_day_on_the_map_is_the_same_day_on_the_page(visit, address):
    seen, frame, sent = ready(visit, address)
    before = len(sent)
    for day in ("2017-11-10", "2017-11-09", "2017-10-30"):
        move(frame, day)
    preview = frame.evaluate(STATE)
    assert preview["day"] == "2017-10-30"
    assert len(sent) == before  # nothing is asked while the hand moves
    move(frame, "2017-10-30", done=True)
    seen.page.wait_for_url(re.compile("when=2017-09-05&when=2017-10-30"))
    seen.settled()
    seen.page.get_by_text("areas as of 30 October 2017").wait_for()
    frame.wait_for_function("() => window.dateline.board.player.day === null")
    assert frame.evaluate(STATE) == preview
    assert seen.errors == []


def test_steps_go_from_report_to_report_and_the_page_takes_the_map_along(visit, address):
    seen, frame, _ = ready(visit, address)
    seen.map.get_by_role("button", name=BACK).click()
    seen.page.wait_for_url(re.compile("when=2017-11-10"))
    seen.settled()
    seen.page.locator(".st-key-when input[type='range']").last.press("ArrowLeft")
    frame.wait_for_function("() => window.dateline.board.player.at() === '2017-11-09'")
    assert seen.map.locator(".dl-player-day").inner_text() == "9 Nov 2017"
    seen.page.wait_for_url(re.compile("when=2017-11-09"))


def test_playing_runs_in_the_page_and_pausing_tells_it_the_day(visit, address):
    seen, frame, sent = ready(visit, address, "?when=2017-09-05&when=2017-10-20")
    seen.map.get_by_label("Speed of play").select_option("Fast")
    before = len(sent)
    seen.map.get_by_role("button", name="Play from day to day").click()
    frame.wait_for_function("() => window.dateline.board.player.at() > '2017-10-23'")
    assert len(sent) == before
    seen.map.get_by_role("button", name="Pause").click()
    day = frame.evaluate("() => window.dateline.board.player.at()")
    seen.page.wait_for_url(re.compile(f"when={day}"))
    seen.settled()
    assert frame.evaluate("() => window.dateline.board.player.at()") == day


def test_arrow_keys_on_the_slider_move_the_day_and_not_the_map(visit, address):
    seen, frame, _ = ready(visit, address)
    where = "() => window.dateline.board._where()"
    before = frame.evaluate(where)
    slider = seen.map.get_by_role("slider", name="Day shown on the map")
    slider.press("ArrowLeft")
    frame.wait_for_function("() => window.dateline.board.player.at() === '2017-11-10'")
    assert "10 Nov 2017" in slider.get_attribute("aria-valuetext")
    assert frame.evaluate(where) == before


def test_a_filter_holds_on_every_day(visit, address):
    _, frame, _ = ready(visit, address, "?actor=sdf")
    move(frame, "2017-10-10")
    holders = frame.evaluate("() => window.dateline.board.ground.zones.flatMap((z) => z.holders)")
    assert holders
    assert "sdf" in holders
    kinds = frame.evaluate("() => window.dateline.board.ground.zones.map((z) => z.holders.join())")
    assert all("sdf" in held for held in kinds)
    rows = "() => window.dateline.board.shown.map((r) => r.id)"
    opened = open_workspace()
    view, _ = opened.parse("actor=sdf&when=2017-09-05&when=2017-10-10")
    assert frame.evaluate(rows) == [event.id for event in opened.show(view).selection.shown]


def test_a_comparison_is_hatched_and_told_in_the_legend_and_the_table(visit, address):
    seen, frame, _ = ready(visit, address, "?compare=2017-09-20")
    legend = seen.map.locator(".dl-legend").inner_text()
    assert "Changed, 20 Sep 2017 – 11 Nov 2017" in legend
    assert "No report tells about" in legend
    kinds = frame.evaluate("() => window.dateline.board.change.items.map((i) => i.kind)")
    assert {"gained", "left", "contested"} <= set(kinds)
    seen.page.get_by_role("tab", name="Changes").click()
    seen.page.get_by_text("By actor and province").wait_for()
    assert "compare=2017-09-20" in seen.page.url
    assert seen.errors == []


def test_lines_of_others_show_on_their_day_only_and_as_text(visit, address):
    seen, frame, _ = ready(visit, address)
    legend = seen.map.locator(".dl-legend")
    assert "Desk {{ 7*7 }} <b>map</b>" in legend.inner_text()
    move(frame, "2017-11-10")
    assert "Drawn by others" not in legend.inner_text()
    move(frame, "2017-10-03")  # lines that stand instead of ours are zones of that day
    holders = frame.evaluate("() => window.dateline.board.ground.zones.flatMap((z) => z.holders)")
    assert "Tribes" in holders
    move(frame, "2017-10-04")
    holders = frame.evaluate("() => window.dateline.board.ground.zones.flatMap((z) => z.holders)")
    assert "Tribes" not in holders
    assert seen.errors == []


def test_a_besieged_place_has_its_ring_and_its_word_in_the_legend(visit, address):
    seen, frame, _ = ready(visit, address, "?when=2017-11-18")
    by = frame.evaluate("() => window.dateline.board.ground.sieges.map((s) => s.name)")
    assert "Al Bu Kamal" in by
    assert "besieged" in seen.map.locator(".dl-legend").inner_text()
    move(frame, "2017-10-25")
    opened = open_workspace()
    expected = [c for c in opened.day(date(2017, 10, 25)).controls if c.besieged_by]
    told = "besieged" in seen.map.locator(".dl-legend").inner_text()
    assert told == bool(expected)


def test_chart_tab_opens_with_its_numbers(visit, address):
    seen, _, _ = ready(visit, address)
    seen.page.get_by_role("tab", name="Over time").click()
    seen.page.locator("[data-testid='stVegaLiteChart']").first.wait_for()
    seen.page.get_by_text("no report tells about").first.wait_for()
    assert seen.errors == []
    assert seen.outside == []


def test_on_a_phone_the_player_fits_and_covers_neither_legend_nor_credits(visit, address):
    seen, _, _ = ready(visit, address, width=390, height=844)
    player = seen.map.locator(".dl-player").bounding_box()
    assert player["width"] <= 390
    for other in (".dl-legend", ".dl-credits", ".leaflet-control-scale"):
        box = seen.map.locator(other).bounding_box()
        assert box["y"] + box["height"] <= player["y"] + 1
    for part in (".dl-step", ".dl-speed", ".dl-slider"):
        box = seen.map.locator(part).first.bounding_box()
        assert player["x"] <= box["x"]
        assert box["x"] + box["width"] <= player["x"] + player["width"] + 1


KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>Daesh</name>
<Placemark><name>{{ 7*7 }}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>
40.2,34.2 41,34.2 41,34.9 40.2,34.9 40.2,34.2</coordinates></LinearRing></outerBoundaryIs></Polygon>
</Placemark></Folder></Document></kml>"""


def test_a_map_is_added_compared_put_in_place_of_ours_and_removed_on_the_page(
    visit, serve, tmp_path
):
    home = tmp_path / "home"
    home.mkdir()
    alone = serve(ROOT / "dashboard.py", {"DATELINE_HOME": str(home)})
    seen, frame, _ = ready(visit, alone)
    page = seen.page
    page.get_by_role("tab", name="Other maps").click()
    chosen = {"name": "m.kml", "mimeType": "text/xml", "buffer": KML.encode()}
    page.locator("input[type=file]").set_input_files(chosen)
    page.get_by_label("Title", exact=True).fill("Rival map")
    page.get_by_label("Who drew it").fill("A rival desk")
    # The folder is called after an actor; so it is what the form offers first.
    assert page.get_by_label("The property that names the actor").input_value() == "folder"
    page.get_by_role("button", name="Add these lines").click()
    page.get_by_text("Rival map · 11 Nov 2017").wait_for()
    seen.map.locator(".dl-legend", has_text="Drawn by others").wait_for()
    assert "Rival map" in seen.map.locator(".dl-legend").inner_text()

    page.get_by_role("button", name="Show the difference").click()
    seen.map.locator(".dl-legend", has_text="only theirs").wait_for()
    page.wait_for_url(re.compile("compare=rival-map-2017-11-11"))
    page.get_by_role("button", name="Show instead of ours").click()
    page.get_by_role("button", name="Show beside ours").wait_for()
    frame.wait_for_function(
        "() => window.dateline.board.layers.length === 0 && window.dateline.board.ground"
    )
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("Rival map · 11 Nov 2017").wait_for(state="detached")
    page.wait_for_url(lambda url: "compare" not in url)
    told = [what.split()[0] for *_, what in open_store(f"sqlite:///{home}/dateline.db").changes()]
    assert told[-3:] == ["added", "the", "removed"]
    assert seen.errors == []


def test_the_legend_names_what_is_in_view_and_no_more(visit, address):
    seen, frame, _ = ready(visit, address, "?map=35.95,39.01,10")  # Raqqa alone
    legend = seen.map.locator(".dl-legend")
    assert "SDF" in legend.inner_text()
    assert "Iraqi forces" not in legend.inner_text()
    frame.evaluate("() => window.dateline.board.map.setView([34.4, 41.1], 9, { animate: false })")
    seen.map.locator(".dl-legend", has_text="Iraqi forces").wait_for()


def test_pressing_a_chart_goes_to_that_day(visit, address):
    seen, _, _ = ready(visit, address, height=1700)
    page = seen.page
    page.get_by_role("tab", name="Over time").click()
    chart = page.locator("[data-testid='stVegaLiteChart']").first
    chart.locator("canvas, svg").first.wait_for()
    seen.settled()
    page.wait_for_timeout(1000)
    box = chart.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    page.wait_for_url(re.compile(r"when=2017-09-05&when=2017-(09|10)-\d\d"))
    seen.settled()
    day = re.findall(r"when=([\d-]+)", page.url)[-1]
    seen.map.locator(f".dl-map[data-on='{day}']").wait_for()
