"""Sharing in a browser: files are saved, a bundle is opened again, and all of it fits a phone."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FRAME = "iframe[title='streamlit_folium.st_folium']"
VIEW = "/?actor=daesh&map=34.45,40.92,9"


@pytest.fixture(scope="module")
def address(serve, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    return serve(ROOT / "dashboard.py", {"DATELINE_HOME": str(home)})


def shown(seen):
    return int(seen.map.locator(".dl-map").get_attribute("data-shown"))


def position(seen):
    """Where the map stands: latitude, longitude, zoom."""
    frame = seen.page.locator(FRAME).element_handle().content_frame()
    return frame.evaluate(
        "() => { const map = window.dateline.board.map, c = map.getCenter();"
        " return [c.lat, c.lng, map.getZoom()]; }"
    )


def window(visit, address, **options):
    seen = visit(f"{address}{VIEW}", **options)
    seen.drawn()
    seen.settled()
    seen.map.get_by_role("button", name=re.compile("Share")).click()
    seen.dialog = seen.page.get_by_role("dialog")
    seen.dialog.locator("img").first.wait_for(timeout=60_000)
    seen.settled()
    return seen


def saved(seen, name, path):
    seen.settled()
    with seen.page.expect_download(timeout=60_000) as waiting:
        seen.dialog.get_by_test_id("stDownloadButton").get_by_role(
            "button", name=name, exact=True
        ).click()
    waiting.value.save_as(path)
    return path.read_bytes()


def part(seen, name):
    seen.dialog.get_by_role("radio", name=name, exact=True).click()
    seen.settled()


def test_a_sealed_bundle_opens_as_the_same_map_and_one_goes_back(visit, address, tmp_path):
    seen = window(visit, address)
    count = shown(seen)
    part(seen, "Bundle")
    seen.dialog.get_by_role("button", name="Seal the bundle").click()
    seen.dialog.get_by_text("SHA-256").wait_for(timeout=60_000)
    path = tmp_path / "map.dateline"
    assert saved(seen, "Bundle", path).startswith(b"PK")
    # Somebody else's page
    other = visit(address)
    other.drawn()
    other.settled()
    own = shown(other)
    assert own != count
    other.page.get_by_role("button", name="Open a bundle").click()
    chooser = other.page.get_by_role("dialog").locator("input[type=file]")
    broken = tmp_path / "broken.dateline"
    broken.write_bytes(path.read_bytes()[:-400])
    chooser.set_input_files(broken)
    other.page.get_by_text("That bundle cannot be opened").wait_for()
    other.settled()
    chooser.set_input_files(path)
    other.page.get_by_text("You are looking at a bundle").wait_for(timeout=60_000)
    other.page.get_by_text("as it was sealed").wait_for()
    other.settled()
    other.shown(count)
    other.page.wait_for_timeout(500)
    assert position(other) == pytest.approx(position(seen), abs=0.02), "it stands where it stood"
    assert other.page.get_by_role("button", name="Add a report").count() == 0
    other.page.get_by_role("button", name="Back to my reports").click()
    other.page.get_by_text("You are looking at a bundle").wait_for(state="hidden")
    other.settled()
    other.shown(own)
    other.page.get_by_role("button", name="Add a report").wait_for()
    assert other.errors == []
    assert other.outside == []


def test_the_html_file_opens_without_a_server_or_a_network(visit, address, tmp_path, chromium):
    seen = window(visit, address)
    count = shown(seen)
    part(seen, "HTML file")
    seen.dialog.get_by_role("button", name="Make the file").click()
    seen.dialog.get_by_test_id("stDownloadButton").wait_for(timeout=60_000)
    path = tmp_path / "map.html"
    saved(seen, "HTML", path)
    context = chromium.new_context(offline=True)
    try:
        page = context.new_page()
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path.as_uri())
        page.locator(f"[data-shown='{count}']").first.wait_for(timeout=20_000)
        assert errors == []
    finally:
        context.close()


def test_two_days_are_drawn_and_saved(visit, address, tmp_path):
    seen = window(visit, address)
    part(seen, "More days")
    seen.dialog.get_by_role("button", name="Draw the two maps").click()
    seen.dialog.locator("img").first.wait_for(timeout=60_000)
    assert saved(seen, "PNG", tmp_path / "pair.png").startswith(b"\x89PNG")
    assert seen.errors == []


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1300, 900)])
def test_every_part_fits_the_window(visit, address, width, height):
    seen = window(visit, address, width=width, height=height)
    for name in ("Picture", "More days", "HTML file", "Bundle", "Words"):
        part(seen, name)
        seen.page.wait_for_timeout(300)
        box = seen.dialog.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        wide = seen.dialog.evaluate(
            "(dialog) => [...dialog.querySelectorAll('button, input, img, textarea, pre')]"
            ".filter((n) => n.getBoundingClientRect().right > dialog.getBoundingClientRect().right)"
            ".filter((n) => n.getBoundingClientRect().width > 0).map((n) => n.outerHTML)"
        )
        assert wide == [], name


def test_what_is_held_back_is_still_held_back_when_the_window_opens_again(visit, address):
    seen = window(visit, address)
    seen.dialog.get_by_text("Before you share").click()
    seen.dialog.get_by_role("radio", name="Rounded", exact=True).click()
    told = seen.dialog.get_by_text("deliberately rounded to a grid of 5 km").first
    told.wait_for()
    seen.settled()
    seen.page.keyboard.press("Escape")
    seen.dialog.wait_for(state="hidden")
    seen.settled()
    seen.map.get_by_role("button", name=re.compile("Share")).click()
    told.wait_for(timeout=30_000)
