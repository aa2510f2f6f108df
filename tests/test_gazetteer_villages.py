"""The villages of the lower layers: found, placed, named, told apart, and joined when built."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from geo.gazetteer import Ask, Gazetteer, search
from geo.gazetteer.names import fold, words
from geo.gazetteer.ranking import distance_km
from geo.gazetteer.recipes import name_of, recipe_of


@pytest.fixture(scope="module")
def world() -> Gazetteer:
    return Gazetteer()


@given(st.text(max_size=40))
def test_any_name_comes_back_from_its_recipe(text):
    assert name_of(fold(text), recipe_of(fold(text), text)) == text


@pytest.mark.parametrize(
    ("name", "recipe"), [("Sarmada", ""), ("Al Bahluniyah", "B"), ("Deir ez-Zor", "Db-")]
)
def test_plain_names_have_short_recipes(name, recipe):
    assert recipe_of(fold(name), name) == recipe
    assert name_of(fold(name), recipe) == name


def test_every_village_can_be_made_a_place_and_found_again(world):
    villages = world.files.villages
    assert len(villages) > 2_000_000
    for row in range(villages.first, villages.first + len(villages), 49_999):
        place = world.place(row)
        assert place.name
        assert -90 <= place.lat <= 90
        assert -180 <= place.lon <= 180
        assert place.precision_km >= 2
        assert place.id.startswith(("maxmind:", "nga:"))
        assert world.row_of(place.id) == row
        assert world.place_by_id(place.id) == place
        assert any(hit.row == row for hit in world.hits(fold(place.name)))
        assert place.country == place.id.split(":")[1][:2]


def test_rows_and_keys_lead_to_each_other_also_for_the_commonest_names(world):
    villages = world.files.villages
    rows = villages.rows_for("buenavista")
    assert len(rows) > 255
    assert {villages.key(row) for row in (rows[0], rows[254], rows[255], rows[-1])} == {
        "buenavista"
    }
    assert villages.key(rows[-1] + 1) != "buenavista"
    keys = list(villages.main_keys(villages.rows_in("MX", world.files.admin1_codes)))
    assert keys.count("buenavista") == sum(world.files.countries_of(row) == ["MX"] for row in rows)


@pytest.mark.parametrize(
    "wrong",
    [
        "maxmind:SY/nowhere/35.0,36.0",
        "maxmind:SY/sarmada/91,400",
        "nga:",
        "nga:SY/x",
        "maxmind:SY/sarmada/nan,nan",
    ],
)
def test_an_id_of_no_village_is_refused(world, wrong):
    with pytest.raises(InputError, match="no place"):
        world.place_by_id(wrong)


# Points of OpenStreetMap, by way of Overture's divisions of September 2026, rounded.
@pytest.mark.parametrize(
    ("name", "country", "lat", "lon"),
    [
        ("Zamalka", "SY", 33.53, 36.36),
        ("Saqba", "SY", 33.52, 36.38),
        ("Anadan", "SY", 36.29, 37.04),
        ("Khan Tuman", "SY", 36.12, 37.05),
        ("Madaya", "SY", 33.69, 36.10),
        ("Kafr Nabl", "SY", 35.61, 36.56),
        ("Lataminah", "SY", 35.32, 36.62),
    ],
)
def test_villages_that_the_list_of_towns_lacks_are_there(world, name, country, lat, lon):
    best = search(world, name, Ask(countries=(country,)))[0]
    assert best.score > 0.5
    assert distance_km(best.place.lat, best.place.lon, lat, lon) < 6


def test_a_town_goes_before_a_village_of_its_name(world):
    best = search(world, "Busayrah", Ask(countries=("SY",)))[0]
    assert best.place.id == "geonames:173927"


def test_the_sources_names_come_together(world):
    names = {n for ns in world.place_by_id("geonames:174448").names.values() for n in ns}
    assert {"البوكمال", "Abu Kamal"} <= names


def test_no_village_stands_for_a_word_with_the_article(world):
    assert all(
        not world.is_village(world.row_of(c.place.id)) for c in search(world, "the Gulf", Ask())
    )


def test_scanning_finds_the_longest_name_first(world):
    text = words("from Deir ez-Zor city to the T2 pumping station")
    first, *_ = world.scan(text, 1)
    assert text[1 : first.end] == ["deir", "ez", "zor"]
    assert world.hits(first.key)
    station = world.scan(text, text.index("t2"))
    assert [s.key for s in station] == ["t2pumpingstation", "t2"]
    assert world.scan([*text[:2], "", *text[2:]], 1)[-1:] != [first]  # a stop parts names


@given(st.lists(st.text("abcdklmnorsz", max_size=6), max_size=6))
@settings(deadline=None)
def test_a_stretch_is_made_of_the_words_it_covers(parts):
    world = _shared()
    for start in range(len(parts)):
        stretches = world.scan(parts, start)
        assert [s.end for s in stretches] == sorted({s.end for s in stretches}, reverse=True)
        for end, key in stretches:
            assert "".join(parts[start:end]) == key
            assert "" not in parts[start:end]
            assert world.known(key)


def test_the_fast_way_ranks_as_the_ladder_does(world):
    rows = range(0, len(world.files), 9973)
    same = asked = 0
    for row in rows:
        name = world.label(row)
        countries = world.files.countries_of(row)
        if not countries or len(fold(name)) < 3:
            continue
        best = world.best(name, countries[0])
        found = search(world, name, Ask(countries=(countries[0],)), limit=1)
        assert best is not None, name
        asked += 1
        same += bool(found) and world.row_of(found[0].place.id) == best.row
    assert asked > 200
    assert same / asked > 0.97


@pytest.mark.parametrize("name", ["", "x", "in", "qqqqqqxx", "12345", "\x00", "a" * 10_000])
def test_the_fast_way_finds_nothing_where_nothing_is(world, name):
    assert world.best(name) is None


_KEPT: list[Gazetteer] = []


def _shared() -> Gazetteer:
    if not _KEPT:
        _KEPT.append(Gazetteer())
    return _KEPT[0]


class TestJoining:
    """The builder's rules, on places made up for it."""

    @staticmethod
    def _village(names, lat, lon, source="maxmind", country="SY"):
        villages = pytest.importorskip("data.build.gazetteer_villages")
        return villages.Village(country, lat, lon, list(names), source, 0, [(lat, lon)])

    def test_two_sources_of_one_village_are_joined_and_keep_all_names_and_points(self):
        villages = pytest.importorskip("data.build.gazetteer_villages")
        one = self._village(["Kafr Zib", "Kafar Zib"], 36.0, 37.0)
        other = self._village(["Kafer Zib"], 36.01, 37.0, "nga")
        (joined,) = villages.join([one, other])
        assert set(joined.names) == {"Kafr Zib", "Kafar Zib", "Kafer Zib"}
        assert (joined.lat, joined.source) == (36.01, "nga")
        assert joined.spread_km == pytest.approx(1.1, abs=0.1)

    @pytest.mark.parametrize(
        ("name", "lat"), [("Kafr Zib", 36.2), ("Burj Zib", 36.0)], ids=["far", "other name"]
    )
    def test_others_stay_apart(self, name, lat):
        villages = pytest.importorskip("data.build.gazetteer_villages")
        both = [self._village(["Kafr Zib"], 36.0, 37.0), self._village([name], lat, 37.0, "nga")]
        assert len(villages.join(both)) == 2

    def test_the_order_of_the_rows_does_not_matter(self):
        villages = pytest.importorskip("data.build.gazetteer_villages")
        rows = [
            self._village(["Tall Abyad"], 36.0, 37.0),
            self._village(["Tell Abiad"], 36.01, 37.0, "nga"),
            self._village(["Tall Abyad"], 36.5, 37.0),
            self._village(["Marj"], 36.0, 37.0),
        ]
        results = {
            frozenset(frozenset(v.points) for v in villages.join(list(order)))
            for order in itertools.permutations(rows)
        }
        assert len(results) == 1

    def test_a_village_that_is_a_town_of_the_better_source_is_taken_in(self):
        villages = pytest.importorskip("data.build.gazetteer_villages")
        town = villages.Known(7, 36.0, 37.0, 5.0, ["Kafr Zib"])
        here, there = self._village(["Kafar Zib"], 36.01, 37.0), self._village(["Zib"], 36.0, 37.0)
        taken, left = villages.absorb([town], [here, there], arabic=True)
        assert [index for index, _ in taken] == [7]
        assert left == [there]
