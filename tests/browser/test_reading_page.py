"""Adding a report in a browser: from pasted words to a mark on the map."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SEED = next((ROOT / "seeds" / "reports").glob("2017-11-10-gulf-news*.toml"))
HOSTILE = (
    "Army enters border town\n\n10 November 2017\n\n"
    "Syrian government troops captured Al Bu Kamal on Thursday, the army said. "
    "<script>alert(1)</script> <img src=x onerror=alert(2)> {{ 7*7 }} [x](javascript:alert(3)) "
    "**bold** :red[x]\n\n"
    "دخل الجيش السوري مدينة البوكمال"
)


@pytest.fixture(scope="module")
def address(serve, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    return serve(ROOT / "dashboard.py", {"DATELINE_HOME": str(home)})


def opened(visit, address, **options):
    seen = visit(address, **options)
    seen.drawn()
    seen.settled()
    seen.page.get_by_role("button", name="Add a report").click()
    seen.dialog = seen.page.get_by_role("dialog")
    seen.dialog.get_by_role("tab", name="Paste a text").wait_for()
    return seen


def paste(seen, text):
    seen.dialog.get_by_label("Text of the report").fill(text)
    seen.dialog.get_by_role("button", name="Read", exact=True).click()
    seen.dialog.get_by_text(re.compile(r"^\d+ events? found$")).wait_for()
    seen.settled()


def count(seen):
    return int(seen.map.locator(".dl-map").get_attribute("data-shown"))


def test_the_seed_report_goes_from_pasted_words_to_marks_on_the_map(visit, address):
    seen = opened(visit, address, width=1400, height=1000)
    before = count(seen)
    report = tomllib.loads(SEED.read_text(encoding="utf-8"))["report"]
    paste(seen, f"{report['publisher']}\n\n{report['title']}\n\n{report['text']}")
    box = seen.dialog
    assert box.get_by_role("textbox", name="Title").input_value() == report["title"]
    assert box.get_by_role("textbox", name="Published by").input_value() == report["publisher"]
    box.get_by_text("does not say when it was published").wait_for()
    day = box.get_by_role("textbox", name="Published on")
    day.fill("10 November 2017")
    day.press("Enter")
    box.get_by_text("does not say when it was published").wait_for(state="hidden")
    seen.settled()
    marked = box.locator(".dlr-text").filter(has_text=report["text"].split()[0]).first
    assert marked.locator("span.place", has_text="Al Bu Kamal").count() > 0
    assert marked.locator("span.actor", has_text="Daesh").count() > 0
    assert marked.locator("sup").count() >= 9
    box.get_by_role("radio", name="Accept").nth(0).click()
    box.get_by_text(re.compile("^1 accepted, 0 rejected")).wait_for()
    box.get_by_role("radio", name="Reject").nth(1).click()
    box.get_by_text(re.compile("^1 accepted, 1 rejected")).wait_for()
    box.get_by_role("button", name="Keep the report").click()
    box.wait_for(state="hidden")
    seen.shown(before + 1)
    card = seen.map.locator(".dl-card")
    card.wait_for()
    assert "Confirmed by" in card.inner_text()
    assert seen.errors == []
    assert seen.outside == []


def test_hostile_words_stay_words_and_each_line_keeps_its_direction(visit, address):
    seen = opened(visit, address)
    paste(seen, HOSTILE)
    text = seen.dialog.locator(".dlr-text").filter(has_text="Army enters")
    words = text.first.inner_text()
    for piece in ("<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "{{ 7*7 }}",
                  "[x](javascript:alert(3))", "**bold**", ":red[x]"):  # fmt: skip
        assert piece in words
    arabic = text.first.locator("p").filter(has_text="البوكمال")
    direction = "node => getComputedStyle(node).direction"
    assert arabic.evaluate(direction) == "rtl"
    assert text.first.locator("p").first.evaluate(direction) == "ltr"
    seen.page.wait_for_timeout(300)
    assert seen.dialog.locator("img[src='x']").count() == 0
    assert seen.errors == []
    assert seen.outside == []


def test_a_file_is_read_and_a_broken_one_is_told_where_it_was_chosen(visit, address, tmp_path):
    seen = opened(visit, address)
    box = seen.dialog
    box.get_by_role("tab", name="Choose a file").click()
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing")
    choose = box.locator("input[type=file]")
    choose.set_input_files(broken)
    box.get_by_text(re.compile("broken.pdf is damaged")).wait_for()
    box.get_by_text("as soon as it is chosen").wait_for()  # the tab stays open
    seen.settled()
    whole = tmp_path / "report.html"
    whole.write_text(
        "<html><head><title>Army enters border town</title></head><body><nav>Home</nav><article>"
        f"<h1>Army enters border town</h1><p>{HOSTILE.splitlines()[4].partition('<')[0]}</p>"
        "<p>A monitor said that fighting went on in the western districts of the town.</p>"
        "</article></body></html>"
    )
    choose.set_input_files(whole)
    box.get_by_text(re.compile(r"^\d+ events? found$")).wait_for()
    assert box.get_by_role("textbox", name="Title").input_value() == "Army enters border town"


def test_of_a_feed_one_entry_is_chosen_and_read(visit, address, tmp_path):
    seen = opened(visit, address)
    box = seen.dialog
    box.get_by_role("tab", name="Choose a file").click()
    feed = tmp_path / "feed.xml"
    words = HOSTILE.splitlines()[4].partition("<")[0]
    items = "".join(
        f"<item><title>Entry {n}</title><pubDate>Fri, 10 Nov 2017 08:00:00 +0000</pubDate>"
        f"<description>{words}</description></item>"
        for n in (1, 2)
    )
    feed.write_text(f'<rss version="2.0"><channel><title>The Post</title>{items}</channel></rss>')
    box.locator("input[type=file]").set_input_files(feed)
    box.get_by_text("The feed has 2 entries").wait_for()
    seen.settled()
    box.get_by_role("button", name="Read", exact=True).click()
    box.get_by_text(re.compile(r"^\d+ events? found$")).wait_for()
    assert box.get_by_role("textbox", name="Title").input_value() == "Entry 1"
    assert box.get_by_role("textbox", name="Published by").input_value() == "The Post"
    assert box.get_by_role("textbox", name="Published on").input_value() == "2017-11-10"


def test_the_window_closed_by_mistake_opens_as_it_was(visit, address):
    seen = opened(visit, address)
    paste(seen, HOSTILE)
    seen.page.keyboard.press("Escape")
    seen.dialog.wait_for(state="hidden")
    seen.settled()
    seen.page.get_by_role("button", name="Add a report").click()
    seen.dialog.get_by_text(re.compile(r"^\d+ events? found$")).wait_for()


@pytest.mark.parametrize("width", [390, 768, 1300])
def test_nothing_to_press_is_cut_off_on_any_width(visit, address, width):
    seen = opened(visit, address, width=width, height=1000)
    paste(seen, HOSTILE)
    seen.dialog.get_by_role("button", name="Edit", exact=True).first.click()
    seen.dialog.get_by_role("button", name="Apply").wait_for()
    seen.settled()
    cut = seen.dialog.evaluate(
        "(dialog) => [...dialog.querySelectorAll('button')].filter((button) => {"
        " const own = button.getBoundingClientRect();"
        " if (!own.width) return false;"
        " for (let n = button.parentElement; n && n !== dialog; n = n.parentElement) {"
        "  const box = n.getBoundingClientRect();"
        "  const clips = getComputedStyle(n).overflowX !== 'visible';"
        "  if (clips && own.right > box.right + 1) return true;"
        " }"
        " return [...button.querySelectorAll('p')].some((p) => p.scrollWidth > p.clientWidth + 1);"
        "}).map((button) => button.innerText)"
    )
    assert cut == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_on_the_main_button_stand_out(visit, address, scheme):
    seen = opened(visit, address, color_scheme=scheme)
    seen.settled()
    button = seen.dialog.get_by_role("button", name="Read", exact=True)
    ratio = button.evaluate(
        "(button) => {"
        " const light = (colour) => {"
        "  const parts = colour.match(/[0-9.]+/g).slice(0, 3).map((n) => n / 255)"
        "   .map((n) => (n <= 0.03928 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4));"
        "  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] + 0.05; };"
        " const style = getComputedStyle(button);"
        " const words = light(getComputedStyle(button.querySelector('p')).color);"
        " const ground = light(style.backgroundColor);"
        " return Math.max(words, ground) / Math.min(words, ground); }"
    )
    assert ratio >= 4.5
