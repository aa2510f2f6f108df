"""Opening: the seeds load once, a broken one takes nothing away, and a view is one answer."""

import shutil
from datetime import date

import pytest

from geo.model import Tier
from geo.store import open_store
from geo.view import View
from geo.workspace import open_workspace


@pytest.fixture
def copy(root, tmp_path):
    """A copy of the seeds that a test may break, and a database of its own."""
    for folder in ("seeds", "data/actors", "data/local"):
        shutil.copytree(root / folder, tmp_path / folder)
    return tmp_path, f"sqlite:///{tmp_path / 'a.db'}"


def seed_file(folder):
    return folder / "seeds" / "reports" / "2017-11-10-gulf-news.toml"


def test_seeds_load_on_first_run_and_not_again(copy):
    folder, url = copy
    first = open_workspace(root=folder, url=url)
    again = open_workspace(root=folder, url=url)
    assert first.problems == again.problems == ()
    assert first.events == again.events
    assert len(open_store(url).changes()) == 1


def test_changed_seeds_are_loaded_again(copy):
    folder, url = copy
    before = open_workspace(root=folder, url=url)
    path = seed_file(folder)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Daesh pulls out of", "Daesh leaves"), encoding="utf-8")
    after = open_workspace(root=folder, url=url)
    titles = {report.title for report in after.reports.values()}
    assert "Daesh leaves Al Bu Kamal, the last town it held" in titles
    assert len(after.events) == len(before.events)


def test_a_new_gazetteer_loads_the_seeds_again(copy, monkeypatch, tmp_path):
    folder, url = copy
    built = tmp_path / "tables.json"
    monkeypatch.setattr("geo.workspace.GAZETTEER", built)
    for places in (1, 1, 2):
        built.write_text(f'{{"places": {places}}}', encoding="utf-8")
        assert open_workspace(root=folder, url=url).problems == ()
    assert len(open_store(url).changes()) == 2


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('agents = ["daesh"]', 'agents = ["nobody"]', "nobody"),
        ('date = "2017-11-09"', 'date = "2017-11-99"', "2017-11-99"),
        ('quote = "Daesh left', 'quote = "Daesh stayed in', "quote"),
        ('place = "geonames:174448"', 'place = "geonames:0"', "geonames:0"),
        ("[report]", "[report", None),
    ],
)
def test_a_broken_row_is_named_and_the_stored_data_stay(copy, old, new, word):
    folder, url = copy
    before = open_workspace(root=folder, url=url)
    path = seed_file(folder)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    after = open_workspace(root=folder, url=url)
    assert len(after.problems) == 1
    assert path.name in after.problems[0]
    if word:
        assert word in after.problems[0]
        assert "record 1" in after.problems[0]
    assert after.events == before.events


def test_a_broken_seed_in_an_empty_database_leaves_an_empty_page(copy):
    folder, url = copy
    seed_file(folder).write_text("nonsense", encoding="utf-8")
    opened = open_workspace(root=folder, url=url)
    assert opened.problems
    assert opened.events == ()
    assert opened.show(opened.default_view).selection.shown == ()


@pytest.mark.parametrize("text", ["title = 3", "tittle = 'x'", "title ="])
def test_a_broken_title_page_is_named_and_the_reports_still_load(copy, text):
    folder, url = copy
    (folder / "seeds" / "project.toml").write_text(text, encoding="utf-8")
    opened = open_workspace(root=folder, url=url)
    assert len(opened.problems) == 1
    assert "project.toml" in opened.problems[0]
    assert "__init__" not in opened.problems[0]
    assert opened.events


def test_a_file_that_cannot_be_read_is_named(copy):
    folder, url = copy
    (folder / "seeds" / "reports" / "2017-11-12-folder.toml").mkdir()
    (problem,) = open_workspace(root=folder, url=url).problems
    assert "2017-11-12-folder.toml" in problem


@pytest.fixture(scope="module")
def opened():
    return open_workspace()


def held(opened, day, name="Al Bu Kamal"):
    controls = opened.show(View(until=day)).controls
    return next(control for control in controls if control.place.name == name)


def test_the_town_changes_hands_day_by_day_as_it_was_reported(opened):
    """The campaign's own history: what each day's map may say, and no sooner."""
    assert held(opened, date(2017, 11, 7)).holders == ("daesh",)
    claimed = held(opened, date(2017, 11, 9))
    assert claimed.holders[0] == "syrian-government"
    assert claimed.tier is Tier.CLAIMED
    assert held(opened, date(2017, 11, 10)).contested
    assert held(opened, date(2017, 11, 11)).holders == ("daesh",)
    assert held(opened, date(2017, 11, 14)).contested
    assert held(opened, date(2017, 11, 18)).besieged_by == ("syrian-government",)
    assert held(opened, date(2017, 11, 20)).holders[0] == "syrian-government"


def test_filters_choose_what_is_drawn_and_never_who_holds(opened):
    day = date(2017, 11, 11)
    whole = opened.show(View(until=day))
    one_side = opened.show(View(until=day, actors=("sdf",)))
    assert one_side.controls == whole.controls
    assert one_side.zones
    assert all("sdf" in zone.holders for zone in one_side.zones)
    assert len(one_side.zones) < len(whole.zones)


def test_the_border_is_where_the_field_puts_it(opened):
    near = {event.place.name: event.place.place_id for event in opened.events}
    border = opened.borders[near["Al Bu Kamal"]]
    assert border.pair == ("IQ", "SY")
    assert border.side == "SY"
    assert 6 < border.distance_km < 7.5
    qaim = next(e.place for e in opened.events if e.place.text == "Qaim")
    # "Qaim" is good to 10 km and the border is nearer: it may lie on either side.
    assert opened.borders[qaim.place_id].low_km == 0
    assert opened.borders[qaim.place_id].side is None
    assert opened.borders[qaim.place_id].low_km == 0, "its sources lie 16 km apart"


@pytest.mark.parametrize("query", ["when=1900-01-01", "when=2030-01-01&when=2031-01-01"])
def test_dates_outside_the_reports_show_the_usual_days_and_say_so(opened, query):
    view, problems = opened.parse(query)
    assert view == opened.default_view
    assert len(problems) == 1
    assert "1 Sep – 9 Dec 2017" in problems[0]
    assert opened.parse("when=2018-01-15")[1] == (), "a later day may be asked for"


def test_a_view_with_only_a_first_day_is_an_answer_of_its_own(opened):
    late = View(since=date(2017, 12, 1))
    assert opened.show(View()).selection.hidden == 0
    assert opened.show(late).selection.hidden > 0


def test_the_omar_field_is_between_the_two_sides_said_to_be_in_it(opened):
    """Daesh was reported to have left it; doubting the SDF's claim does not bring Daesh back."""
    name = "Al-Omar oil field"
    assert held(opened, date(2017, 10, 21), name).holders == ()
    assert held(opened, date(2017, 10, 23), name).holders == ("sdf",)
    assert set(held(opened, date(2017, 11, 11), name).holders) == {"sdf", "syrian-government"}
    assert held(opened, date(2017, 11, 14), name).holders == ("sdf",)
