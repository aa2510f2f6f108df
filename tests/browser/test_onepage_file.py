"""The page in one file, opened from disk in a real browser that can reach nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from geo.model import Report
from geo.onepage import one_page
from geo.onepage.assets import scripts
from geo.workspace import Workspace, open_workspace

HOSTILE = [
    "<script>hurt()</script>",
    "</script><script>hurt()</script>",
    "</style></textarea></title><script>hurt()</script>",
    "<img src=x onerror=hurt()>",
    '"><svg onload=hurt()>',
    "'-hurt()-'",
    "<!--<script>hurt()//",
    "]]><script>hurt()</script>",
    "{{ hurt() }} {% raw %}",
    "${hurt()}`",
    "javascript:hurt()",
    "data:text/html,<script>hurt()</script>",
    '=HYPERLINK("http://example.org";"x")',
    "</td></tr></table><iframe src=javascript:hurt()>",
    "expression(hurt()) url(//example.org) @import 'x' }</style>",
    "\u202eflipped\u202c \u2067\u0645\u0631\u062d\u0628\u0627\u2069 \u200f",
    "\u0001\u001b[31m\u0008\u007f\u0085 control",
    "line\u2028and\u2029paragraph",
    "\U0001f4a3 \u0301\u0301\u0301 \ufeff\ufff9",
]

# What the table tells of each event, oldest first.
TABLE = """() =>
  Array.from(document.querySelectorAll('#dl-events tr[data-row]')).reverse().map(row => ({
    what: row.querySelector('.dl-what').textContent,
    where: row.cells[2].firstElementChild.textContent,
    arabic: row.querySelector('.dl-arabic').textContent,
    speaker: row.cells[4].firstElementChild.textContent,
    quote: row.querySelector('q').textContent,
    publisher: row.querySelector('bdi').textContent,
  }))"""
# What the card of one event tells.
CARD = """number => {
  dateline.board.open(dateline.board.file.rows[number], null, {still: true});
  const card = document.querySelector('.dl-card');
  const words = name => card.querySelector(name).textContent;
  return {
    title: words('.dl-title'), quote: words('blockquote'), text: words('.dl-text'),
    source: words('.dl-source'), links: Array.from(card.querySelectorAll('a')).map(a => a.href),
  };
}"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    path = tmp_path_factory.mktemp("onepage") / "seeds.db"
    return open_workspace(url=f"sqlite:///{path}")


@pytest.fixture(scope="module")
def seed_file(opened: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "map.html"
    path.write_bytes(one_page(opened, opened.default_view))
    return path


class Sight:
    """One opened file: ``page``, what it asked for and what its console said."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.page = context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.on("console", lambda m: self.said.append(f"{m.type}: {m.text}"))
        self.page.on("pageerror", lambda e: self.said.append(str(e)))
        self.page.on("dialog", lambda d: (self.said.append(d.message), d.dismiss()))
        self.page.add_init_script("window.hurt = () => { window.hurts = (window.hurts || 0) + 1; }")

    def drawn(self) -> None:
        self.page.locator("#dl-map[data-shown][data-drawn='all']").wait_for()

    def shown(self, count: int) -> None:
        self.page.locator(f"#dl-map[data-shown='{count}']").wait_for()

    def rows(self) -> int:
        return int(self.page.locator("#dl-events tr[data-row]:not([hidden])").count())

    def chosen(self) -> dict[str, list[str]]:
        return parse_qs(self.page.evaluate("location.hash.slice(1)"))

    def quiet(self, path: Path) -> None:
        """It asked for the file alone (and what stands in it), and nothing went wrong."""
        assert {url.partition("#")[0] for url in self.asked if not url.startswith("data:")} == {
            path.as_uri()
        }
        assert self.said == []


@pytest.fixture
def look(chromium: Any) -> Iterator[Callable[..., Sight]]:
    contexts = []

    def opens(path: Path, fragment: str = "", **options: Any) -> Sight:
        options = {"viewport": {"width": 1280, "height": 860}, **options}
        context = chromium.new_context(offline=True, **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        sight = Sight(context)
        sight.page.goto(path.as_uri() + fragment)
        return sight

    yield opens
    for context in contexts:
        context.close()


def test_it_opens_from_disk_without_asking_anybody(
    look: Callable[..., Sight], seed_file: Path, opened: Workspace
) -> None:
    sight = look(seed_file)
    sight.drawn()
    count = len(opened.show(opened.default_view).selection.shown)
    sight.shown(count)
    assert sight.rows() == count
    assert sight.page.locator("#dl-still").is_hidden()
    assert sight.page.locator("h1").inner_text() == opened.project.title
    zones = sight.page.evaluate("dateline.board.ground.zones.length")
    assert zones > 5
    sight.quiet(seed_file)


def test_filters_change_map_table_count_and_address(
    look: Callable[..., Sight], seed_file: Path, opened: Workspace
) -> None:
    sight = look(seed_file)
    sight.drawn()
    view = opened.default_view
    page = sight.page

    def expect(wanted: Any) -> None:
        sight.shown(len(opened.show(wanted).selection.shown))
        assert sight.rows() == len(opened.show(wanted).selection.shown)

    page.get_by_role("button", name=re.compile("Only what involves Daesh")).click()
    view = replace(view, actors=("daesh",))
    expect(view)
    page.get_by_role("button", name=re.compile("Only claimed:")).click()
    view = replace(
        view, tiers=(next(t for t in type(opened.events[0].attribution.tier) if t == "claimed"),)
    )
    expect(view)
    page.get_by_role("searchbox").fill("army mayadin")
    view = replace(view, text="army mayadin")
    expect(view)
    assert sight.chosen() == {"actor": ["daesh"], "tier": ["claimed"], "q": ["army mayadin"]}
    # what the foot offers is the same view for Dateline itself
    again, problems = opened.parse(page.locator("#dl-view").inner_text())
    assert problems == ()
    assert replace(again, position=None) == replace(view, position=None)
    # and the address opens the same again
    other = look(seed_file, page.evaluate("location.hash"))
    other.drawn()
    other.shown(len(opened.show(view).selection.shown))
    assert other.page.get_by_role("searchbox").input_value() == "army mayadin"
    page.get_by_role("button", name="Show everything").click()
    expect(opened.default_view)
    assert "actor" not in sight.chosen()
    sight.quiet(seed_file)


def test_days_move_areas_events_and_the_address(
    look: Callable[..., Sight], seed_file: Path, opened: Workspace
) -> None:
    sight = look(seed_file, "#when=2017-10-14")
    sight.drawn()
    view = replace(opened.default_view, until=opened.default_view.until.replace(month=10, day=14))
    shown = opened.show(view)
    sight.shown(len(shown.selection.shown))
    assert sight.page.evaluate("dateline.board.ground.zones.length") == len(shown.zones)
    assert "14 Oct 2017" in sight.page.locator("#dl-as-of").inner_text()
    sight.page.get_by_role("button", name="To the next day with a report").click()
    sight.page.wait_for_url(re.compile(r"#.*when=(?!2017-10-14)"))
    later = sight.chosen()["when"][0]
    assert later > "2017-10-14"
    on = type(view.until).fromisoformat(later)
    sight.shown(len(opened.show(replace(view, until=on)).selection.shown))
    assert sight.rows() == len(opened.show(replace(view, until=on)).selection.shown)
    slider = sight.page.get_by_role("slider")
    slider.focus()
    slider.press("End")
    sight.shown(len(opened.show(opened.default_view).selection.shown))
    sight.page.wait_for_url(re.compile(r"html(#(?!.*when=).*)?$"))
    sight.quiet(seed_file)


def test_a_row_leads_to_its_mark_and_card_and_back_by_keyboard(
    look: Callable[..., Sight], seed_file: Path, opened: Workspace
) -> None:
    sight = look(seed_file)
    sight.drawn()
    event = opened.show(opened.default_view).selection.shown[-1]
    report = opened.reports[event.quote.report_id]
    sight.page.locator("#dl-events tr[data-row]").first.get_by_role("button").press("Enter")
    card = sight.page.locator(".dl-card")
    card.wait_for()
    assert report.text[event.quote.start : event.quote.end] in card.inner_text()
    assert event.attribution.speaker in card.inner_text()
    assert sight.chosen()["event"] == [event.id]
    sight.page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    sight.quiet(seed_file)


def test_without_scripts_picture_and_table_stand_in(
    look: Callable[..., Sight], seed_file: Path, opened: Workspace
) -> None:
    sight = look(seed_file, java_script_enabled=False)
    picture = sight.page.locator("#dl-still svg")
    assert picture.is_visible()
    assert picture.bounding_box()["width"] > 900
    assert sight.rows() == len(opened.show(opened.default_view).selection.shown)
    assert sight.page.locator(".dl-needs-script:visible").count() == 0
    assert sight.page.locator("#dl-still [aria-label]").get_attribute("aria-label")
    sight.quiet(seed_file)


@pytest.mark.parametrize("changed", [False, True])
def test_paper_has_the_picture_or_the_readers_map(
    look: Callable[..., Sight], seed_file: Path, changed: bool
) -> None:
    sight = look(seed_file, "#actor=daesh" if changed else "", color_scheme="dark")
    sight.drawn()
    pdf = sight.page.pdf(format="A4", print_background=True)
    assert pdf.startswith(b"%PDF")
    sight.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    sight.page.emulate_media(media="print")
    assert sight.page.locator("#dl-print canvas.dl-sheet").is_visible() is changed
    assert sight.page.locator("#dl-still").is_visible() is not changed
    assert sight.page.locator("#dl-map").is_hidden()
    assert sight.page.locator("#dl-events table").is_visible()
    if changed:
        assert "only Daesh" in sight.page.locator("#dl-print figcaption").inner_text()
        land = sight.page.evaluate(
            "Array.from(document.querySelector('.dl-sheet').getContext('2d')"
            ".getImageData(500, 20, 1, 1).data)"
        )
        assert min(land[:3]) > 180  # printed light, though the screen is dark
    sight.quiet(seed_file)


def test_a_phone_shows_it_without_sideways_scrolling(
    look: Callable[..., Sight], seed_file: Path
) -> None:
    sight = look(
        seed_file,
        viewport={"width": 390, "height": 844},
        color_scheme="dark",
        reduced_motion="reduce",
        has_touch=True,
    )
    sight.drawn()
    assert sight.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert (
        sight.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 27)"
    )
    sight.page.get_by_role("button", name="Light", exact=True).click()
    assert (
        sight.page.evaluate("getComputedStyle(document.body).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    sight.quiet(seed_file)


@pytest.fixture(scope="module")
def hostile_file(opened: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nineteen events, each with one of the strings in every place that takes a text."""
    base = opened.events[50]
    actor = next(iter(opened.actors.values()))
    events, reports, actors = [], {}, dict(opened.actors)
    for number, bad in enumerate(HOSTILE):
        day = base.date
        key, who = f"h{number}", f"hostile-{number}"
        reports[key] = Report(key, bad, bad, day, f"Before. {bad} After.", bad, bad, "en", bad)
        actors[who] = replace(
            actor, id=who, name=bad, short=bad, aliases={"ar": (bad,)}, part_of=None
        )
        events.append(
            replace(
                base,
                id=f"{key}/{bad}",
                summary=bad,
                place=replace(
                    base.place,
                    place_id=f"p{number}",
                    name=bad,
                    text=bad,
                    arabic=bad,
                    lat=34.0 + number / 10,
                    lon=40.0 + number / 7,
                ),
                participants=tuple(replace(p, actor_id=who) for p in base.participants[:1]),
                attribution=replace(
                    base.attribution, publisher=bad, speaker=bad, note=bad, party=who
                ),
                quote=replace(base.quote, report_id=key, start=8, end=8 + len(bad)),
                reviewed_by=bad,
                candidates=(),
            )
        )
    snapshot = replace(
        opened.snapshot, events=tuple(events), reports=reports, actors=actors, layers=()
    )
    workspace = opened.with_snapshot(snapshot)
    path = tmp_path_factory.mktemp("hostile") / "map.html"
    view = replace(opened.default_view, since=None, until=base.date.end)
    path.write_bytes(
        one_page(
            workspace,
            view,
            title=" ".join(HOSTILE),
            deck=HOSTILE[1],
            as_of=HOSTILE[3],
            notes=HOSTILE,
        )
    )
    return path


def test_nineteen_hostile_strings_run_nothing_and_come_back_whole(
    look: Callable[..., Sight], hostile_file: Path
) -> None:
    assert len(HOSTILE) == 19
    sight = look(hostile_file)
    sight.drawn()
    sight.shown(19)
    page = sight.page
    assert page.locator("h1").evaluate("n => n.textContent") == " ".join(HOSTILE)
    told = page.evaluate(TABLE)
    for bad, row in zip(HOSTILE, told, strict=True):
        assert set(row.values()) == {bad}
    for number, bad in enumerate(HOSTILE):
        card = page.evaluate(CARD, number)
        assert card["title"] == bad
        assert card["quote"] == f"“{bad}”"
        assert card["text"] == f"Before. {bad} After."
        assert bad in card["source"]
        assert card["links"] == []
    chips = page.locator(".dl-chip[data-kind=actors] span").evaluate_all(
        "found => found.map(one => one.textContent)"
    )
    assert set(chips) == set(HOSTILE)
    page.get_by_role("searchbox").fill("</script>")
    wanted = sum("</script>" in bad for bad in HOSTILE)
    sight.shown(wanted)
    assert page.evaluate("window.hurts || 0") == 0
    assert page.evaluate("document.querySelectorAll('iframe, img, object, embed').length") == 0
    own = page.evaluate("Array.from(document.scripts).filter(one => !one.type).length")
    assert own == len(scripts()) + 1
    sight.quiet(hostile_file)


def test_a_hostile_address_changes_nothing_but_filters(
    look: Callable[..., Sight], seed_file: Path, opened: Workspace
) -> None:
    bad = (
        "#actor=<script>&tier=x&when=9999-99-99&map=1e999,NaN,7&event=__proto__&q=&actor=__proto__"
    )
    sight = look(seed_file, bad)
    sight.drawn()
    sight.shown(len(opened.show(opened.default_view).selection.shown))
    sight.page.evaluate("location.hash = '#q=%3Cimg%20src%3Dx%20onerror%3Dhurt()%3E'")
    sight.shown(0)
    assert sight.page.evaluate("window.hurts || 0") == 0
    sight.quiet(seed_file)
