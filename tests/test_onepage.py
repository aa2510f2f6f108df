"""One file with the map of a view: what is in it, what is not, and that nothing in it can run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.__main__ import main
from geo.discretion import Discretion
from geo.errors import DataError
from geo.onepage import one_page
from geo.onepage.contents import contents
from geo.onepage.ground import cut
from geo.onepage.html import link, script_json, tag, text
from geo.onepage.still import still
from geo.sharing import for_sharing
from geo.view import View
from geo.workspace import Workspace, open_workspace

SEED_LIMIT_BYTES = 3_000_000
SMALL_PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><text x="1" y="1">Map</text></svg>'
)


class Parsed(HTMLParser):
    """The page as a browser splits it: scripts, styles, data, links, and the text that is read."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.data: dict[str, Any] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._inside: tuple[str, dict[str, str | None]] | None = None
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append((tag, told))
        self._inside = (tag, told) if tag in ("script", "style") else None

    def handle_endtag(self, tag: str) -> None:
        self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside is None:
            self.words.append(data)
        elif self._inside[0] == "style":
            self.styles.append(data)
        elif self._inside[1].get("type") == "application/json":
            self.data[str(self._inside[1]["id"]).removeprefix("dl-file-")] = json.loads(data)
        else:
            self.scripts.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def policy(self) -> str:
        return next(
            str(a["content"])
            for t, a in self.tags
            if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"
        )


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    path = tmp_path_factory.mktemp("onepage") / "seeds.db"
    return open_workspace(url=f"sqlite:///{path}")


@pytest.fixture(scope="module")
def seed_page(opened: Workspace) -> bytes:
    return one_page(opened, opened.default_view)


@pytest.fixture(scope="module")
def parsed(seed_page: bytes) -> Parsed:
    return Parsed(seed_page)


def small(workspace: Workspace, view: View, **more: Any) -> Parsed:
    return Parsed(one_page(workspace, view, picture=SMALL_PICTURE, **more))


def test_the_seed_map_fits_into_three_megabytes(seed_page: bytes) -> None:
    assert len(seed_page) < SEED_LIMIT_BYTES


def test_the_same_view_gives_the_same_bytes(opened: Workspace, seed_page: bytes) -> None:
    assert one_page(opened, opened.default_view) == seed_page


def test_nothing_is_fetched_from_anywhere(parsed: Parsed) -> None:
    loading = {"src", "srcset", "poster", "data", "background", "action", "formaction", "ping"}
    for name, told in parsed.tags:
        assert not loading & told.keys(), name
        assert name not in {"link", "iframe", "object", "embed", "base", "form", "img"}
        if name not in ("a", "use"):
            assert not str(told.get("href", "")).startswith(("http", "//")), name
    for style in parsed.styles:
        for address in re.findall(r"url\(\s*([^)]*)\)", style):
            assert address.strip("\"'").startswith(("data:font/woff", "#")), address[:80]
        assert "@import" not in style


def test_every_script_and_style_is_named_by_its_hash(parsed: Parsed) -> None:
    def named(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    parts = dict(part.split(" ", 1) for part in parsed.policy.split("; "))
    assert parts["default-src"] == "'none'"
    assert set(parts["script-src"].split()) == {named(code) for code in parsed.scripts}
    assert set(parts["style-src"].split()) == {named(style) for style in parsed.styles}
    assert "unsafe" not in parsed.policy
    assert not any("style" in told for _, told in parsed.tags)
    assert not any(key.startswith("on") for _, told in parsed.tags for key in told)


def test_links_lead_to_plain_web_addresses_and_tell_nothing(parsed: Parsed) -> None:
    links = [told for name, told in parsed.tags if name == "a" and told.get("target")]
    assert links
    for told in links:
        assert re.match(r"https?://", str(told["href"]))
        assert told["rel"] == "noopener noreferrer"


def test_the_table_holds_what_the_view_shows_with_its_words(
    opened: Workspace, parsed: Parsed
) -> None:
    shown = opened.show(opened.default_view).selection.shown
    rows = [told for name, told in parsed.tags if name == "tr" and "data-row" in told]
    assert [int(str(told["data-row"])) for told in rows] == list(range(len(shown)))[::-1]
    for event in shown:
        report = opened.reports[event.quote.report_id]
        assert report.text[event.quote.start : event.quote.end] in parsed.text
        assert event.place.name in parsed.text


def test_the_head_names_what_it_is_and_as_of_when(opened: Workspace, parsed: Parsed) -> None:
    assert opened.project.title in parsed.text
    assert "As of 11 November 2017" in parsed.text
    assert "reports since 5 September 2017" in parsed.text
    given_words = small(opened, opened.default_view, title="A", deck="B", as_of="Late on Friday")
    assert {"A", "B", "Late on Friday"} <= set(given_words.words)


def test_sources_are_those_of_the_events_in_the_file(opened: Workspace, parsed: Parsed) -> None:
    shown = opened.show(opened.default_view).selection.shown
    used = {event.quote.report_id for event in shown}
    told = {report["id"] for report in parsed.data["events"]["reports"]}
    assert told == used
    others = [r for key, r in opened.reports.items() if key not in used]
    assert others
    assert not any(report.title in parsed.text for report in others)


def test_events_outside_the_view_are_counted_and_not_in_the_file(opened: Workspace) -> None:
    view = replace(opened.default_view, since=date(2017, 11, 1), actors=("daesh",))
    page = small(opened, view)
    shown = opened.show(view).selection
    assert len(page.data["events"]["events"]["id"]) == len(shown.shown)
    assert (
        f"This file holds {len(shown.shown)} of {len(opened.events)} reported events" in page.text
    )
    assert f"{shown.hidden_by['actor']} by actor" in page.text
    assert "Only reports that involve" in page.text


def test_all_days_hold_the_whole_period_and_open_on_the_view(opened: Workspace) -> None:
    page = small(opened, opened.default_view, all_days=True)
    state = page.data["state"]
    first, last = opened.period
    assert (state["first"], state["last"]) == (first.isoformat(), last.isoformat())
    assert (state["since"], state["on"]) == ("2017-09-05", "2017-11-11")
    assert len(page.data["events"]["events"]["id"]) == len(opened.events)
    hidden = [told for name, told in page.tags if name == "tr" and "hidden" in told]
    shown = opened.show(opened.default_view).selection.shown
    assert len(hidden) == len(opened.events) - len(shown)


def test_days_of_a_file_answer_as_the_workspace_does(opened: Workspace) -> None:
    """Each day between the first and the last finds the areas it would have on the page."""
    view = replace(opened.default_view, since=date(2017, 10, 20), until=date(2017, 11, 5))
    days = [state.on for state in opened.days(view.since, view.until)]
    every = [state.on for state in opened.days()]
    assert days == [
        on for on in every if on <= view.until and on >= max(d for d in every if d <= view.since)
    ]
    page = small(opened, view)
    assert [day["on"] for day in page.data["days"]["days"]] == [d.isoformat() for d in days]


def test_areas_can_be_left_out(opened: Workspace) -> None:
    page = small(opened, replace(opened.default_view, zones=False))
    assert "days" not in page.data
    assert "Blank land" not in page.text


def test_a_comparison_and_a_border_strip_come_along(opened: Workspace) -> None:
    view = replace(opened.default_view, compare="2017-10-01", border_km=25.0)
    page = small(opened, view)
    assert page.data["change"]["items"]
    assert page.data["strip"]["km"] == 25
    assert page.data["strip"]["shape"]


def test_a_view_that_shows_nothing_still_makes_a_page(opened: Workspace) -> None:
    page = small(opened, replace(opened.default_view, text="no report has these words"))
    assert "No event passes the filters of this view." in page.text
    assert page.data["events"]["events"] == {"id": []}


def test_rows_that_may_not_be_passed_on_are_counted_not_told(opened: Workspace) -> None:
    key = next(e.quote.report_id for e in reversed(opened.events[:60]))
    reports = dict(opened.reports)
    reports[key] = replace(reports[key], licence="ACLED, terms of 2026")
    restricted = replace(opened, snapshot=replace(opened.snapshot, reports=reports))
    page = small(restricted, restricted.default_view)
    kept = [e for e in opened.events if e.quote.report_id == key]
    assert reports[key].title not in page.text
    assert not {event.id for event in kept} & set(page.data["events"]["events"]["id"])
    assert "of ACLED left out" in page.text
    assert "Counts of what may not be passed on" in page.text


def test_the_permalink_in_the_foot_reads_back_to_the_view(opened: Workspace) -> None:
    view = replace(opened.default_view, actors=("daesh",), text='"quoted" & <b>')
    page = small(opened, view, link="https://maps.example.org/?old=1")
    code = page.words[page.words.index(next(w for w in page.words if w.startswith("?")))]
    again, problems = opened.parse(code)
    assert (again, problems) == (view, ())
    addresses = [str(a["href"]) for t, a in page.tags if t == "a" and a.get("href")]
    assert f"https://maps.example.org/{code}" in addresses


HOSTILE = [
    "</script><script>hurt()</script>",
    "<!--<script>hurt()//-->",
    "\u2028hurt()\u2029",
    '"><img src=x onerror=hurt()>',
    "]]><svg onload=hurt()>",
    "{{ 7*7 }}{% raw %}",
    "\x00\x01\x1b[31m",
    "half \ud83d a pair",
]


def test_hostile_texts_stay_text(opened: Workspace) -> None:
    worst = " ".join(HOSTILE)
    event = opened.events[50]
    report = opened.reports[event.quote.report_id]
    bad = replace(report, title=worst, publisher=worst, url="javascript:hurt()", text=worst)
    told = replace(
        event,
        summary=worst,
        place=replace(event.place, name=worst, arabic=worst),
        attribution=replace(event.attribution, speaker=worst, note=worst),
        quote=replace(event.quote, start=0, end=len(worst)),
    )
    events = tuple(
        told if e is event else e
        for e in opened.events
        if e is event or e.quote.report_id != report.id
    )
    snapshot = replace(opened.snapshot, events=events, reports={**opened.reports, report.id: bad})
    page = small(opened.with_snapshot(snapshot), opened.default_view, title=worst, deck=worst)
    assert len(page.scripts) == len(small(opened, opened.default_view).scripts)
    assert not any(name == "img" for name, _ in page.tags)
    found = page.data["events"]
    row = found["events"]["id"].index(event.id)
    assert found["events"]["summary"][row] == worst
    assert found["events"]["speaker"][row] == worst
    assert worst in [r["title"] for r in found["reports"]]
    shown = worst.replace("\x00", "\ufffd").replace("\ud83d", "\ufffd")
    assert page.words.count(shown) >= 6


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_comes_back_from_markup_and_from_data(value: str) -> None:
    class Reader(HTMLParser):
        seen = ""
        attribute: str | None = None

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag == "p"
            self.attribute = dict(attrs)["title"]

        def handle_data(self, data: str) -> None:
            self.seen += data

    reader = Reader(convert_charrefs=True)
    reader.feed(tag("p", value, title=value))
    reader.close()
    shown = re.sub("[\x00\ud800-\udfff]", "\ufffd", value)
    assert reader.seen == shown
    assert (reader.attribute or "") == shown
    data = script_json(json.dumps(value).encode())
    assert json.loads(data) == value
    assert not re.search(r"[<>&\u2028\u2029]", data)


def test_markup_is_only_made_of_known_names() -> None:
    assert text("<b>") == "&lt;b&gt;"
    with pytest.raises(ValueError, match="no name"):
        tag("p onclick", "x")
    for bad in ("javascript:hurt()", "data:text/html,x", "//host/x", "http:", "file:///etc"):
        assert "href" not in link(bad, "words")


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'viewBox="0 0 9 9" onload="hurt()"><style>@font-face{{font-family:x;src:url(data:font/woff,A)}}'
    'g[id^="halo"] text,text{{fill:red}}</style><defs><clipPath id="c"><rect width="9.12345" '
    'height="9"/></clipPath></defs><g id="halo1" clip-path="url(#c)" style="fill: #fff">'
    '<text>{words}</text></g>{more}<use xlink:href="#halo1"/></svg>'
)


def test_the_picture_keeps_its_words_and_brings_nothing_else() -> None:
    bad = (
        "<script>hurt()</script><foreignObject><p>x</p></foreignObject><a "
        'xlink:href="javascript:hurt()"><text>A</text></a><image xlink:href="http://x/y.png"/>'
        '<animate attributeName="href"/><set attributeName="onload" to="hurt()"/>'
    )
    found = still(SVG.format(words="a &lt;b&gt; c", more=bad).encode())
    assert "a &lt;b&gt; c" in found.markup
    for gone in ("hurt", "script", "foreignObject", "http://x", "animate", "onload", "style="):
        assert gone not in found.markup, gone
    assert 'id="s-halo1"' in found.markup
    assert "url(#s-c)" in found.markup
    assert 'href="#s-halo1"' in found.markup
    assert 'width="9.12"' in found.markup
    assert '#dl-still g[id^="s-halo"] text,#dl-still text{fill:red}' in found.style
    assert "font-face" not in found.style


@pytest.mark.parametrize(
    "data",
    [b"no picture", b"<html/>", b'<!DOCTYPE x [<!ENTITY a "b">]><svg>&a;</svg>', b"<svg/>"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(DataError, match="picture"):
        still(data)


def decoded(file: dict[str, Any], layer: str) -> Iterator[np.ndarray[Any, Any]]:
    for row in file["layers"].get(layer, []):
        for part in row["c"]:
            yield np.cumsum(np.array(part).reshape(-1, 2), axis=0) / file["q"]


def test_the_base_map_round_a_view_keeps_its_detail() -> None:
    ground = cut((40.0, 34.0, 42.0, 35.0))
    names = {
        row[2]
        for key in ground.files["index"]["detail"]
        for row in ground.files[key]["layers"].get("towns", [])
    }
    assert {"Al-Mayadin", "Al Mayadin", "Mayadin"} & names
    assert "Baghdad" not in names
    rivers = {row.get("n") for row in ground.files["x22y12"]["layers"]["rivers"]}
    assert "Euphrates" in rivers
    for key in ground.files["index"]["detail"]:
        for row in ground.files[key]["layers"].get("towns", []):
            west, south, east, north = ground.detail or (0, 0, 0, 0)
            q = ground.files[key]["q"]
            assert west <= row[0] / q <= east
            assert south <= row[1] / q <= north


def test_thinned_lines_keep_their_ends_and_stay_on_the_map() -> None:
    from geo import basemap

    ground = cut((40.0, 34.0, 42.0, 35.0))
    _, layers = basemap.file_layers("world")
    near = [part for row in layers["land"] for part in row["c"]]
    kept = list(decoded(ground.files["world"], "land"))
    assert 0 < len(kept) < len(near)
    originals = {point.tobytes() for part in near for point in np.round(part * 1000)}
    for part in kept:
        assert {point.tobytes() for point in np.round(part * 1000)} <= originals


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ((-179.9, -60.0, 179.9, 75.0), "coarse"),
        ((178.0, -19.0, -178.0, -16.0), "from 174°E to 174°W"),
        ((10.0, 60.0, 80.0, 85.0), "coarse"),
    ],
)
def test_wide_views_and_the_date_line(view: tuple[float, float, float, float], words: str) -> None:
    ground = cut(view)
    assert words in ground.words()
    assert set(ground.files) == {"index", "world", *ground.files["index"]["detail"]}


def test_without_a_position_the_events_decide_the_extent(opened: Workspace) -> None:
    west, south, east, north = contents(opened, replace(opened.default_view, position=None)).extent
    for event in opened.show(opened.default_view).selection.shown:
        if event.place.feature_code.startswith("PPL"):
            assert west <= event.place.lon <= east
            assert south <= event.place.lat <= north


def test_the_command_writes_the_page_and_says_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "home"))
    target = tmp_path / "map.html"
    view = "when=2017-11-01&when=2017-11-11&actor=daesh"
    assert main(["page", "--view", view, "--title", "Mine", "-o", str(target)]) == 0
    said = capsys.readouterr().out
    assert re.search(
        r"map\.html: \d+ events shown, \d+ hidden, as of 2017-11-11; \d\.\d\d MB", said
    )
    assert "Mine" in Parsed(target.read_bytes()).words
    assert main(["page", "-o", str(tmp_path / "map.txt")]) == 2
    assert "map.html" in capsys.readouterr().err


def test_what_was_held_back_stands_above_the_map(opened: Workspace) -> None:
    shared = for_sharing(opened, opened.default_view, Discretion(blur_km=10), key=bytes(range(32)))
    words = small(shared.workspace, shared.view).text
    for note in shared.notes:
        assert words.index(note) < words.index("Reported events")
    assert "Positions are deliberately" not in small(opened, opened.default_view).text


def test_the_command_warns_of_words_that_tell_what_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "home"))
    target = tmp_path / "abu-kamal.html"
    told = ["--title", "Hajin", "--deck", "A deck", "--round-km", "10", "-o", str(target)]
    assert main(["page", *told]) == 0
    said = capsys.readouterr().err
    assert "Warning: “Hajin” names a place" in said
    assert "Warning: “abu-kamal.html” names a place" in said
    assert "A deck" not in said


def test_a_map_with_very_many_marks_has_its_picture_as_png(opened: Workspace) -> None:
    many = [replace(e, id=f"{e.id}-{n}") for n in range(10) for e in opened.events]
    many.sort(key=lambda event: event.recency)
    workspace = opened.with_snapshot(replace(opened.snapshot, events=tuple(many)))
    page = Parsed(one_page(workspace, replace(opened.default_view, zones=False)))
    (image,) = [told for name, told in page.tags if name == "img"]
    assert str(image["src"]).startswith("data:image/png;base64,")
    assert sum("data-row" in told for _, told in page.tags) == 10 * len(
        opened.show(opened.default_view).selection.shown
    )


def test_a_title_from_right_to_left_turns_the_head(opened: Workspace) -> None:
    page = small(opened, opened.default_view, title="البوكمال 2017")
    assert [told.get("dir") for name, told in page.tags if name == "header"] == ["rtl"]
    page = small(opened, opened.default_view, title="2017: Al Bu Kamal (البوكمال)")
    assert [told.get("dir") for name, told in page.tags if name == "header"] == [None]
