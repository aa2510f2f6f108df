"""The page itself in a browser: what only a browser shows."""

import csv
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from playwright.sync_api import expect

from geo.dates import DateSpan
from geo.model import (
    Attribution,
    Event,
    EventPlace,
    EventType,
    Participant,
    Quote,
    Report,
    Role,
    Tier,
)
from geo.schema import EVENT_ACTORS, EVENTS, REPORTS, event_rows, report_row
from geo.store import open_store
from geo.workspace import open_workspace

ROOT = Path(__file__).resolve().parents[2]
# What a report may hold without harm: template, script and spreadsheet code, a path that looks
# like an escape, marks that turn the writing direction, and characters beyond 16 bits.
HOSTILE = (
    "{{ 7*7 }} {% raw %} </script><img src=x onerror=alert(1)> ${alert(2)} "
    "C:\\20190221 \u200fالبوكمال\u200f 😀"
)


def add_hostile(home):
    """Put a report full of hostile text into the database, as an import would."""
    url = f"sqlite:///{home / 'dateline.db'}"
    open_workspace(url=url)
    report = Report("hostile", HOSTILE, "=HYPERLINK()", DateSpan.parse("2017-11-09"), HOSTILE)
    event = Event(
        id="hostile/1",
        type=EventType.CLASH,
        participants=(Participant("daesh", Role.AGENT),),
        place=EventPlace(
            "local:hostile", HOSTILE, "Nowhere {{ 7*7 }}", 33.2, 40.1, "PPL", "IQ", None, 1.0
        ),
        date=DateSpan.parse("2017-11-09"),
        attribution=Attribution("=HYPERLINK()", HOSTILE, Tier.REPORTED),
        quote=Quote("hostile", 0, len(HOSTILE)),
        summary=HOSTILE,
    )
    store = open_store(url)
    with store._engine.begin() as connection:
        connection.execute(REPORTS.insert(), report_row(report, "user"))
        for table, rows in zip((EVENTS, EVENT_ACTORS), event_rows([event], "user"), strict=True):
            connection.execute(table.insert(), rows)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    add_hostile(folder)
    return folder


@pytest.fixture(scope="module")
def address(serve, home):
    return serve(ROOT / "dashboard.py", {"DATELINE_HOME": str(home)})


def count(visit):
    text = visit.page.get_by_text(re.compile(r"events? shown")).first.inner_text()
    return int(re.match(r"(\d+)", text).group(1))


def frames_sent(page):
    """Counts what the page sends to the server from now on."""
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(1)))
    return sent


def test_the_page_opens_whole_and_asks_nobody_else(visit, address):
    seen = visit(address)
    seen.drawn()
    seen.settled()
    assert seen.outside == []
    assert seen.errors == []
    assert seen.map.locator(".dl-map").get_attribute("data-shown") == str(count(seen))


def test_pan_zoom_and_cards_never_run_the_page_again(visit, chromium, address):
    seen = visit("about:blank")
    sent = frames_sent(seen.page)
    seen.page.goto(address)
    seen.drawn()
    seen.settled()
    seen.page.wait_for_timeout(1500)
    before = len(sent)
    box = seen.page.locator("iframe").first.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    seen.page.mouse.move(*middle)
    seen.page.mouse.down()
    seen.page.mouse.move(middle[0] - 150, middle[1] + 60, steps=8)
    seen.page.mouse.up()
    seen.page.mouse.wheel(0, -400)
    seen.map.get_by_role("button", name=re.compile("Al Bu Kamal")).first.press("Enter")
    seen.map.locator(".dl-card").first.wait_for()
    seen.page.wait_for_timeout(1500)
    assert len(sent) == before
    assert "map=" in seen.page.url


def test_a_filter_repaints_writes_the_address_and_survives_a_reload(visit, address):
    seen = visit(address)
    seen.drawn()
    seen.settled()
    whole = count(seen)
    seen.page.locator(".st-key-actor button", has_text="SDF").click()
    seen.map.locator(f".dl-map:not([data-shown='{whole}'])").wait_for()
    seen.settled()
    fewer = count(seen)
    assert 0 < fewer < whole
    assert "actor=SDF" in seen.page.url
    again = visit(seen.page.url)
    again.drawn()
    again.settled()
    again.shown(fewer)


def test_steps_through_the_dates_are_links_and_the_browser_goes_back_through_them(visit, address):
    seen = visit(address)
    seen.drawn()
    seen.settled()
    whole = count(seen)
    seen.map.get_by_role("button", name="To the day before with a report").click()
    seen.page.wait_for_url(re.compile(r"when=\d{4}-\d\d-\d\d&when=\d{4}-\d\d-\d\d"))
    seen.map.locator(f".dl-map:not([data-shown='{whole}'])").wait_for()
    seen.settled()
    fewer = count(seen)
    again = visit(seen.page.url)
    again.drawn()
    again.shown(fewer)
    assert again.page.get_by_test_id("stAlert").count() == 0
    seen.page.go_back()
    seen.shown(whole)
    assert "when=" not in seen.page.url


def test_a_chosen_row_never_becomes_another_event(visit, address):
    seen = visit(address, height=1900)
    seen.drawn()
    seen.settled()
    whole = count(seen)
    box = seen.page.get_by_test_id("stMain").get_by_test_id("stDataFrame").first.bounding_box()
    seen.page.mouse.click(box["x"] + 18, box["y"] + 18 + 3 * 35)
    card = seen.map.locator(".dl-card")
    card.wait_for()
    chosen = card.get_attribute("aria-label")
    seen.page.locator(".st-key-actor button", has_text="SDF").click()
    seen.map.locator(f".dl-map:not([data-shown='{whole}'])").wait_for()
    seen.settled()
    seen.page.wait_for_timeout(500)
    assert not card.is_visible() or card.get_attribute("aria-label") == chosen
    assert seen.page.get_by_test_id("stText").count() == 0


def test_a_filter_that_hides_the_open_card_leaves_the_focus_and_no_words_behind(visit, address):
    seen = visit(address)
    seen.drawn()
    seen.settled()
    seen.map.get_by_role("button", name=re.compile("Governorate")).first.press("Enter")
    seen.map.locator(".dl-card").wait_for()
    words = seen.page.get_by_label("Words", exact=True)
    words.fill("zzzz")
    words.press("Enter")
    seen.shown(0)
    assert not seen.map.locator(".dl-card").is_visible()
    assert not seen.map.locator(".dl-tip").is_visible()
    assert words.evaluate("node => node === document.activeElement")


COVERED = """() => {
  const board = window.dateline.board, frame = board.stack.frame;
  const home = board.map.getContainer().getBoundingClientRect();
  const boxes = board.groups.filter((g) => g.kind === "point")
    .map((g) => [g.x - g.radius, g.y - g.radius, g.x + g.radius, g.y + g.radius]);
  for (const node of board.map.getContainer().querySelectorAll(".leaflet-control")) {
    const at = node.getBoundingClientRect();
    const [x, y] = [at.left - home.left + frame.pad.x, at.top - home.top + frame.pad.y];
    if (at.width) boxes.push([x, y, x + at.width, y + at.height]);
  }
  const meet = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
  return board.groups.filter((g) => g.chip && boxes.some((box) => meet(g.chip, box)))
    .map((g) => g.text);
}"""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900)])
def test_framed_names_cover_neither_marks_nor_controls_with_or_without_a_card(
    visit, address, width, height
):
    seen = visit(f"{address}/?when=2017-09-05&when=2017-11-18", width=width, height=height)
    seen.drawn()
    seen.settled()
    frame = seen.page.frames[-1]
    assert frame.evaluate("() => window.dateline.board.groups.some((g) => g.chip)")
    assert frame.evaluate(COVERED) == []
    seen.map.get_by_role("button", name=re.compile("^Al Bu Kamal")).first.press("Enter")
    seen.map.locator(".dl-card").wait_for()
    seen.page.wait_for_timeout(600)  # the card slides in, the scale moves out of its way
    assert frame.evaluate(COVERED) == []


def test_share_offers_the_picture_of_the_map_as_it_stands(visit, address, tmp_path):
    seen = visit(f"{address}/?map=34.45,40.92,10")
    seen.drawn()
    seen.settled()
    seen.map.get_by_role("button", name=re.compile("Share")).click()
    dialog = seen.page.get_by_test_id("stDialog")
    dialog.locator("img").first.wait_for(timeout=60_000)
    # The command stands below the picture and is drawn a moment after it.
    expect(dialog).to_contain_text("map=34.45", timeout=20_000)
    for kind, start in (("PNG", b"\x89PNG"), ("SVG", b"<?xml"), ("PDF", b"%PDF")):
        with seen.page.expect_download(timeout=60_000) as waiting:
            dialog.get_by_role("button", name=kind, exact=True).click()
        target = tmp_path / kind
        waiting.value.save_as(target)
        assert target.read_bytes().startswith(start)
    assert seen.outside == []


def test_hostile_text_is_text_in_the_map_and_the_page(visit, address):
    seen = visit(f"{address}/?q=7*7&event=hostile/1")
    seen.drawn()
    seen.settled()
    seen.shown(1)
    card = seen.map.locator(".dl-card")
    card.wait_for()
    assert HOSTILE in card.inner_text()
    seen.page.wait_for_timeout(500)
    assert seen.errors == []
    assert seen.outside == []
    table = seen.page.get_by_test_id("stMain").get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    seen.page.mouse.click(box["x"] + 18, box["y"] + 52)  # the box that marks the only row
    words = seen.page.get_by_test_id("stText").filter(has_text="7*7")
    words.first.wait_for()
    assert HOSTILE in words.first.inner_text()
    assert seen.page.locator("img[src='x']").count() == 0
    assert seen.map.locator("img[src='x']").count() == 0


def run(home, *args):
    done = subprocess.run(
        [sys.executable, "-m", "geo", *args],
        cwd=ROOT,
        env={**os.environ, "DATELINE_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_hostile_text_is_text_in_picture_and_rows(home, tmp_path):
    run(home, "picture", "--view", "q=7*7&map=33.2,40.1,9", "-o", str(tmp_path / "a.svg"))
    words = "".join(ET.parse(tmp_path / "a.svg").getroot().itertext())
    assert "Nowhere {{ 7*7 }}" in words
    run(home, "table", "--view", "q=7*7", "-o", str(tmp_path / "a.csv"))
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["quote"] == HOSTILE
    assert row["publisher"] == "'=HYPERLINK()"
