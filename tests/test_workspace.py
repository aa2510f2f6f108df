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
    assert opened.borders[qaim.place_id].side == "IQ"
    assert opened.borders[qaim.place_id].low_km == 0, "its sources lie 16 km apart"
