"""The window "Share this map", and somebody's bundle opened on the page."""

import json
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import date

import pytest
import streamlit as stl
from streamlit.testing.v1 import AppTest

from geo.bundle import make_bundle, open_bundle
from geo.discretion import Discretion
from geo.options import Options
from geo.sharing import for_sharing
from geo.workspace import open_workspace

TIMEOUT_S = 120


def share(query="", source=""):
    """The window over a view; as the page calls it."""
    from geo.panels.share import share_dialog
    from geo.workspace import open_workspace as opening

    opened = opening()
    view, problems = opened.parse(query)
    assert not problems
    share_dialog(opened, view, source=source)


@pytest.fixture(autouse=True)
def fresh():
    stl.cache_resource.clear()
    stl.cache_data.clear()
    yield
    stl.cache_resource.clear()
    stl.cache_data.clear()


def window(query="", **more):
    app = AppTest.from_function(share, args=(query,), kwargs=more, default_timeout=TIMEOUT_S)
    return app.run()


def choose(app, label, value):
    """Press one choice of a segmented control."""
    group = next(g for g in app.button_group if g.label == label)
    return group.set_value(value).run()


def part(app, name):
    group = next(g for g in app.button_group if g.key == "share_part")
    return group.set_value(name).run()


def commands(app):
    return [c.value for c in app.code if c.value.startswith("python -m geo")]


def test_the_page_opens_without_what_draws_pictures():
    code = (
        "import sys, geo.panels.share, geo.panels.opened; "
        "print([m for m in ('matplotlib', 'PIL.GifImagePlugin') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_the_picture_is_there_at_once_with_words_written_from_the_view():
    app = window("when=2017-09-05&when=2017-11-11")
    assert not app.exception
    assert not app.error
    assert app.text_input(key="share_title").value == "Al Bu Kamal, autumn 2017"
    assert "reported" in app.text_area(key="share_deck").value
    (line,) = commands(app)
    assert line.startswith("python -m geo picture --view")
    assert "--title" not in line, "words that nobody changed are written anew each time"


def test_every_choice_is_in_the_command_that_makes_the_same():
    app = window("when=2017-09-05&when=2017-11-11")
    app.selectbox(key="share_size_picture").set_value("story")
    choose(app, "Style", "grey")
    app.toggle(key="share_numbered").set_value(True).run()
    app.text_input(key="share_title").set_value("Who's where; $(rm)").run()
    app.text_input(key="share_as_of").set_value("As of dawn").run()
    app.text_input(key="share_link").set_value("https://example.org/map").run()
    choose(app, "Positions", "Rounded")
    app.number_input(key="share_delay").set_value(30).run()
    app.multiselect(key="share_out").set_value(["speakers"]).run()
    assert not app.exception
    assert not app.error
    (line,) = commands(app)
    for words in ("--size story", "--style grey", "--numbered", "--as-of 'As of dawn'",
                  "--link https://example.org/map", "--round-km 5", "--delay-days 30",
                  "--leave-out speakers"):  # fmt: skip
        assert words in line
    assert "'Who'\"'\"'s where; $(rm)'" in line


def test_a_bad_address_is_told_and_the_picture_stays():
    app = window()
    app.text_input(key="share_link").set_value("javascript:alert(1)").run()
    assert any("is not a web address" in e.value.replace("\\", "") for e in app.error)
    assert not app.exception
    assert "--link" not in commands(app)[0]


def test_what_is_held_back_is_told_and_holds_for_every_part():
    app = window("when=2017-09-05&when=2017-11-11")
    choose(app, "Positions", "Moved")
    words = Discretion(blur_km=5).words()[0]
    for name in ("Picture", "More days", "HTML file", "Bundle", "Words"):
        part(app, name)
        assert not app.exception
        assert not app.error
        assert any(words in box.value for box in app.info), name
        assert all("--blur-km 5" in line for line in commands(app)), name
    said = " ".join(code.value for code in app.code)
    assert "Al Bu Kamal (" not in said, "names go with moved positions"
    assert app.text_input(key="share_title").value == "Reported locations", (
        "a title that tells a place is not kept unless somebody writes it"
    )
    app.text_input(key="share_title").set_value("Al Bu Kamal").run()
    assert any("See that they tell no place" in c.value for c in app.caption)


def test_a_search_for_words_that_are_left_out_is_refused_in_words():
    app = window("q=border")
    choose(app, "Positions", "Rounded")
    assert not app.exception
    assert any("cannot be searched" in t.value for t in app.text)


def test_two_days_are_drawn_when_asked_for_and_kept_until_something_else_is_chosen():
    app = part(window("when=2017-09-05&when=2017-11-11"), "More days")
    assert app.session_state["share_made"] == {}, "nothing heavy is made before it is asked for"
    choose(app, "File", "svg")
    app.button(key="make_pair").click().run()
    assert not app.exception
    _, pair = app.session_state["share_made"]["pair"]
    words = "".join(ET.fromstring(pair.data).itertext())
    assert pair.days == (date(2017, 9, 5), date(2017, 11, 11))
    assert "5 Sep 2017" in words
    assert "11 Nov 2017" in words
    assert pair.alt.startswith("Two maps")
    assert not [b for b in app.button if b.key == "make_pair"]
    app.text_input(key="share_title").set_value("Other words").run()
    (again,) = [b for b in app.button if b.key == "make_pair"]
    assert "again" in again.label


def test_several_days_of_one_side_say_under_the_title_what_stands_in_the_field():
    query = "when=2017-11-05&when=2017-11-11&actor=daesh"
    app = part(window(query), "More days")
    line = app.text_area(key="share_deck").value
    assert "Daesh" in line
    assert "events" not in line, "a count would hold for one of the days only"
    choose(app, "File", "svg")
    app.button(key="make_pair").click().run()
    _, pair = app.session_state["share_made"]["pair"]
    words = " ".join(" ".join(ET.fromstring(pair.data).itertext()).split())
    assert line in words
    part(app, "Picture")
    assert "events" in app.text_area(key="share_deck").value


def test_a_moving_picture_of_few_days_is_made():
    app = part(window("when=2017-11-05&when=2017-11-11"), "More days")
    group = next(g for g in app.button_group if g.key == "share_series")
    group.set_value("Moving picture").run()
    app.selectbox(key="share_film_days").set_value("Every so many days").run()
    app.number_input(key="share_film_step").set_value(3).run()
    app.button(key="make_film").click().run()
    assert not app.exception
    _, film = app.session_state["share_made"]["film"]
    assert film.data.startswith(b"GIF89a")
    assert len(film.days) == 3
    assert "--step 3" in commands(app)[0]


def test_the_page_and_the_bundle_are_made_of_what_may_leave():
    app = part(window("when=2017-09-05&when=2017-11-11"), "HTML file")
    app.multiselect(key="share_out").set_value(["speakers"]).run()
    app.button(key="make_page").click().run()
    assert not app.exception
    _, page = app.session_state["share_made"]["page"]
    assert page.lstrip().lower().startswith(b"<!doctype html>")
    assert len(page) < 3_000_000
    part(app, "Bundle")
    app.button(key="make_bundle").click().run()
    _, sealed = app.session_state["share_made"]["bundle"]
    found = open_bundle(sealed)
    assert found.verified
    assert any("speakers" in note for note in found.notes)
    assert found.checksum in [code.value for code in app.code]


def test_the_words_hold_alternative_text_caption_sources_and_link():
    app = part(window("actor=daesh&when=2017-09-05&when=2017-11-11"), "Words")
    assert not app.exception
    alt, below, sources, link = [code.value for code in app.code]
    assert alt.startswith("Map: ")
    assert len(alt) <= 400
    assert "Sources:" in below
    assert "Gulf News" in sources
    assert "actor=daesh" in link


def test_the_same_view_is_not_composed_again_for_words_or_files(monkeypatch):
    import geo.picture

    calls = []
    real = geo.picture.picture
    monkeypatch.setattr(
        geo.picture, "picture", lambda *args: calls.append(args[2].scale) or real(*args)
    )
    app = window()
    part(app, "HTML file")
    part(app, "Words")
    part(app, "Picture")
    assert calls == [1.0]


# Somebody's bundle, on the page


def bundle(query="", how=None, change=None):
    opened = open_workspace()
    view, _ = opened.parse(query)
    shared = for_sharing(opened, view, how or Discretion(), key=b"k" * 32)
    return make_bundle(shared, Options(scale=1))


@pytest.fixture
def given(tmp_path, monkeypatch):
    """Name a bundle on the command line, as its README says."""

    def name(data):
        path = tmp_path / "map.dateline"
        path.write_bytes(data)
        monkeypatch.setattr(sys, "argv", ["dashboard.py", "--bundle", str(path)])

    return name


def dashboard(root):
    return AppTest.from_file(str(root / "dashboard.py"), default_timeout=TIMEOUT_S).run()


def counted(app):
    text = " ".join(element.value for element in app.caption)
    return int(re.search(r"\*\*([\d,]+) events? shown", text).group(1).replace(",", ""))


@pytest.mark.parametrize("words", [["--bundle"], ["--bundle="], ["--bundle=nowhere.dateline"]])
def test_a_bundle_that_is_not_there_is_told(root, monkeypatch, words):
    monkeypatch.setattr(sys, "argv", ["dashboard.py", *words])
    app = dashboard(root)
    assert not app.exception
    assert any("That bundle cannot be opened" in error.value for error in app.error)


def test_a_bundle_opens_read_only_as_it_was_sealed_and_one_goes_back(root, given):
    own = counted(dashboard(root))
    given(bundle("actor=sdf&when=2017-09-05&when=2017-10-20"))
    app = dashboard(root)
    assert not app.exception
    assert any("looking at a bundle" in m.value and "as it was sealed" in m.value
               for m in app.markdown)  # fmt: skip
    assert 0 < counted(app) < own
    assert app.session_state["actor"] == ["sdf"]
    assert not [b for b in app.button if b.key in ("add_report", "open_bundle")]
    app.button(key="close_bundle").click().run()
    assert not app.exception
    assert counted(app) == own
    assert app.button(key="add_report")
    assert app.session_state["actor"] == []


def test_a_bundle_that_was_changed_says_what_was_changed(root, given):
    import io
    import zipfile

    data = bundle("when=2017-09-05&when=2017-10-20")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            body = old.read(info)
            if info.filename == "project.json":
                told = json.loads(body)
                told["title"] = "Another title"
                body = json.dumps(told).encode()
            new.writestr(info.filename, body)
    given(out.getvalue())
    app = dashboard(root)
    assert not app.exception
    assert any("changed after it was sealed" in m.value for m in app.markdown)
    assert any("project.json" in t.value for t in app.text)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 nothing", b"x" * 5000])
def test_what_is_no_bundle_is_told_and_the_own_reports_stay(root, given, data):
    given(data)
    app = dashboard(root)
    assert not app.exception
    assert any("cannot be opened" in e.value for e in app.error)
    assert counted(app) > 0


def test_what_was_held_back_stays_held_back_in_an_opened_bundle(root, given):
    given(bundle("when=2017-09-05&when=2017-10-20", Discretion(round_km=10)))
    app = dashboard(root)
    assert not app.exception
    said = " ".join(c.value for c in app.caption).replace("\\", "")
    assert "deliberately rounded to a grid of 10 km" in said
    cells = " ".join(str(c) for f in app.dataframe for c in f.value.to_numpy().ravel())
    assert "Place 1" in cells
    assert "Mayadin" not in cells


def test_every_command_that_is_shown_is_one_the_command_line_takes():
    from geo.__main__ import _parser

    app = window("when=2017-09-05&when=2017-11-11")
    app.text_input(key="share_title").set_value("A --title").run()
    app.text_input(key="share_as_of").set_value("As of dawn").run()
    app.text_input(key="share_link").set_value("https://example.org/map").run()
    choose(app, "Style", "dark")
    seen = []
    for name in ("Picture", "HTML file", "Bundle"):
        seen += commands(part(app, name))
    for name in ("Before and after", "Several days", "Moving picture"):
        part(app, "More days")
        next(g for g in app.button_group if g.key == "share_series").set_value(name).run()
        seen += commands(app)
    assert [line.split()[3] for line in seen] == [
        "picture", "page", "bundle", "pair", "multiples", "film",
    ]  # fmt: skip
    for line in seen:
        args = _parser().parse_args(shlex.split(line)[3:])
        assert (args.title, args.link) == ("A --title", "https://example.org/map")
