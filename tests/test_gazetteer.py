"""The gazetteer: folding, files, curated places and the ladder from a name to places."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import DataError, InputError, SeedError
from geo.gazetteer import Ask, Gazetteer, search
from geo.gazetteer.generic import without_generic
from geo.gazetteer.ladder import distance_km
from geo.gazetteer.local import read_local
from geo.gazetteer.names import core, fold, script_tag, skeleton, tidy


@pytest.fixture(scope="module")
def world() -> Gazetteer:
    return Gazetteer()


@given(st.text())
def test_folding_twice_is_folding_once(text):
    for grade in (fold, tidy):
        once = grade(text)
        assert grade(once) == once


@given(st.text(max_size=60))
def test_every_grade_takes_any_text(text):
    assert " " not in fold(text)
    assert bool(core(text)) == bool(fold(text))
    assert isinstance(skeleton(text), str)
    assert script_tag(text).startswith("und")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Al-Qa'im", "Al Qā’im"),
        ("AL QAIM", "al-qaim"),
        ("Deir ez-Zor", "Deir Ezzor"),
        ("أبو كمال", "ابو كمال"),
        ("البو كمال", "البوكمال"),
        ("الرقة", "الرقه"),
        ("إدلب", "ادلب"),
        ("عنّـة", "عنة"),
        ("حلبى", "حلبي"),
        ("تهران", "تهران\u200f"),
        ("Łódź", "Lodz"),
        ("São Paulo", "Sao Paulo"),
        ("Köln", "KOLN"),
    ],
)
def test_spellings_that_are_one_name(one, other):
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("Al-Mayadin", "Mayadin"), ("الميادين", "ميادين"), ("Deir ez-Zor", "Deir al-Zor")],
)
def test_articles_do_not_matter_to_the_core(one, other):
    assert core(one) == core(other)
    assert fold(one) != fold(other)


def test_an_article_alone_is_kept():
    assert core("Al") == "al"
    assert core("ال") == "ال"


@pytest.mark.parametrize(
    ("one", "other"),
    [("دير الزور", "Dayr az Zawr"), ("القائم", "Al Qaim"), ("الميادين", "Mayadin")],
)
def test_a_skeleton_joins_the_scripts(one, other):
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Deir Al Zor province", "Deir Al Zor", "admin1"),
        ("the province of Homs", "Homs", "admin1"),
        ("Muhafazat al Anbar", "al Anbar", "admin1"),
        ("محافظة دير الزور", "دير الزور", "admin1"),
        ("town of Hajin", "Hajin", "town"),
        ("Madaya town", "Madaya", "town"),
        ("مدينة القائم", "القائم", "town"),
        ("River Jordan", "Jordan", "river"),
        ("نهر الفرات", "الفرات", "river"),
        ("Abu Kamal District", "Abu Kamal", "district"),
    ],
)
def test_generic_words_say_what_is_meant(text, name, kind):
    wanted = without_generic(text)
    assert wanted is not None
    assert (wanted.name, wanted.kind) == (name, kind)


@pytest.mark.parametrize("text", ["Province", "Riverside", "Citytown", "قرية", ""])
def test_a_generic_word_alone_is_a_name(text):
    assert without_generic(text) is None


def test_a_place_carries_what_the_sources_say(world):
    place = world.place_by_id("geonames:174448")
    assert (place.country, place.admin1) == ("SY", "SY.07")
    assert place.admin1_name == "Deir ez-Zor Governorate"
    assert place.lat == pytest.approx(34.45226)
    assert place.lon == pytest.approx(40.91854)
    assert place.arabic == "البوكمال"
    assert not place.is_area
    assert 1 <= place.precision_km <= 5


def test_names_are_read_late_and_can_be_pickled(world):
    place = world.place_by_id("geonames:170794")
    names = pickle.loads(pickle.dumps(place)).names
    assert dict(names) == dict(place.names)
    assert "دير الزور" in names["ar"]
    assert "Дейр-эз-Зор" in names["und-Cyrl"]


def test_areas_and_rivers_have_an_extent(world):
    province = world.place_by_id("geonames:170792")
    assert province.is_area
    assert province.precision_km > 100
    west, south, east, north = province.bbox
    assert west < 40.14 < east
    assert south < 34.46 < north
    euphrates = world.place_by_id("ne:euphrates-river")
    assert euphrates.is_line
    assert euphrates.country is None
    assert euphrates.arabic == "الفرات"
    assert {"IQ", "SY", "TR"} <= set(world.files.countries_of(world.row_of(euphrates.id)))


def test_a_countrys_extent_leaves_out_what_lies_overseas(world):
    west, _, east, _ = world.place_by_id("geonames:3017382").bbox
    assert -6 < west < east < 10


def test_every_row_can_be_made_a_place(world):
    step = 997
    for row in range(0, len(world.files), step):
        place = world.place(row)
        assert place.name
        assert -90 <= place.lat <= 90
        assert -180 <= place.lon <= 180
        assert place.precision_km > 0
        assert world.row_of(place.id) == row
        assert any(place.name in names for names in place.names.values())


def test_ids_that_do_not_exist_are_refused(world):
    for wrong in ("geonames:1", "geonames:x", "local:nowhere", "ne:nothing", "", "osm:1", "174448"):
        with pytest.raises(InputError, match="gazetteer"):
            world.place_by_id(wrong)


@pytest.mark.parametrize(
    ("lat", "lon"), [(-16.8, 179.9), (-16.8, -179.9), (34.45, 40.92), (70.0, 179.99), (-89.9, 0.0)]
)
def test_nearest_settlements_are_those_a_full_search_finds(world, lat, lon):
    radius = 800
    files = world.files
    every = {
        row
        for row in range(len(files.gid))
        if files.layers[files.layer[row]] == "cities500"
        and distance_km(lat, lon, files.lat[row] / 1e5, files.lon[row] / 1e5) <= radius
    }
    found = world.near(lat, lon, radius)
    assert {row for _, row in found if not world.is_village(row)} == every
    assert [km for km, _ in found] == sorted(km for km, _ in found)


@pytest.mark.parametrize(
    ("lat", "lon"), [(-16.8, 179.9), (-16.8, -179.9), (34.45, 40.92), (70.0, 179.99), (-89.9, 0.0)]
)
def test_villages_near_are_those_a_full_search_finds(world, lat, lon):
    radius = 300
    villages = world.files.villages
    points = villages.points(np.arange(len(villages)) + villages.first)
    close = np.flatnonzero(abs(points[:, 0] - lat) < 3)
    every = {
        villages.first + at
        for at in close.tolist()
        if villages.feature(villages.first + at) == "PPL"
        and distance_km(lat, lon, *points[at]) <= radius - 0.01
    }
    found = world.near(lat, lon, radius)
    rows = {row for _, row in found if world.is_village(row)}
    assert every <= rows
    assert all(distance_km(lat, lon, *villages.point(row)) <= radius + 0.1 for row in rows)
    if lat > 0 or lat == -16.8:
        assert len(rows) > 5


@given(st.floats(-90, 90), st.floats(-180, 180))
@settings(max_examples=50, deadline=None)
def test_nearest_settlements_anywhere(lat, lon):
    world = _shared()
    for km, row in world.near(lat, lon, 50)[:5]:
        place = world.place(row)
        assert km <= 50
        assert abs(place.lat - lat) < 0.5


_KEPT: list[Gazetteer] = []


def _shared() -> Gazetteer:
    if not _KEPT:
        _KEPT.append(Gazetteer())
    return _KEPT[0]


@pytest.mark.parametrize(
    ("name", "country", "rung"),
    [
        ("Al Bu Kamal", "SY", "exact"),
        ("البوكمال", "SY", "folded"),
        ("Bukamal", "SY", "article-less"),
        ("Abou Kamal", "SY", "spelling"),
        ("Deir Al Zor province", "SY", "generic"),
        ("Umm al Qasr", "IQ", "article-less"),
    ],
)
def test_the_rung_is_told(world, name, country, rung):
    found = search(world, name, Ask(countries=(country,)))
    assert found
    assert found[0].rung == rung
    assert found[0].reasons


def test_consonants_alone_count_only_within_a_country(world):
    name = "Qamashloo"
    assert search(world, name, Ask()) == []
    (best, *_) = search(world, name, Ask(countries=("SY",)))
    assert best.place.id == "geonames:173377"
    assert best.rung == "skeleton"
    assert best.score < 0.6


def test_a_district_is_answered_by_its_town_and_says_so(world):
    (best, *_) = search(world, "Abu Kamal District", Ask())
    assert best.place.id == "geonames:174448"
    assert best.score < 0.5
    assert best.place.precision_km >= 15
    assert any("no such district" in reason for reason in best.reasons)


def test_a_province_is_never_guessed_from_a_town(world):
    assert search(world, "Hajin province", Ask()) == []


def _write(folder, text):
    (folder / "mine.toml").write_text(text, encoding="utf-8")


def test_curated_places_and_corrections_are_laid_over(tmp_path):
    _write(
        tmp_path,
        """
[[place]]
id = "local:depot"
name = "Blue Depot"
feature_code = "PMPO"
country = "SY"
admin1 = "SY.07"
lat = 34.5
lon = 40.5
precision_km = 3
names = {ar = ["المستودع الأزرق"]}
source = "a map"

[[override]]
place = "geonames:174448"
precision_km = 7.5
names = {en = ["Kamalville"]}
drop = ["Hindane"]
""",
    )
    world = Gazetteer(local_folder=tmp_path)
    (depot,) = search(world, "المستودع الأزرق", Ask())
    assert depot.place.id == "local:depot"
    assert depot.place.admin1_name == "Deir ez-Zor Governorate"
    (town,) = search(world, "Kamalville", Ask())
    assert town.place.id == "geonames:174448"
    assert town.place.precision_km == 7.5
    assert "البوكمال" in town.place.names["ar"]
    assert all(c.place.id != "geonames:174448" for c in search(world, "Hindane", Ask()))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[[place]]\nid = "local:x"\nname = "X"\nlat = 91\nlon = 0', "not on the Earth"),
        ('[[place]]\nid = "x"\nname = "X"\nlat = 1\nlon = 0', "local:<slug>"),
        ('[[place]]\nid = "local:x"\nname = "X"\nlat = 1', "'lon'"),
        (
            '[[place]]\nid = "local:x"\nname = "X"\nlat = 1\nlon = 1\nnames = ["a"]',
            "table of lists",
        ),
        ('[[override]]\nname = "X"', "'place'"),
        ('[[override]]\nplace = "geonames:1"\nname = 5', "must be a text"),
        ('[[override]]\nplace = "geonames:1"\nprecision_km = -3', "between 0 and 5000"),
        ('[[override]]\nplace = "geonames:1"\nprecision_km = nan', "between 0 and 5000"),
        ('[[override]]\nplace = "geonames:1"\ndrop = "Furat"', "list of names"),
        ('[[place]]\nid = "local:x"\nname = " "\nlat = 1\nlon = 0', "must be a text"),
    ],
)
def test_a_broken_record_is_named(tmp_path, text, reason):
    _write(tmp_path, text)
    with pytest.raises(SeedError, match=r"mine\.toml, record 1") as caught:
        read_local((tmp_path,))
    assert reason in str(caught.value)


@pytest.mark.parametrize("text", ["place = 5", '[place]\nid = "local:x"'])
def test_tables_that_are_no_list_are_named(tmp_path, text):
    _write(tmp_path, text)
    with pytest.raises(SeedError, match=r"mine\.toml: place must be tables"):
        read_local((tmp_path,))


def test_shipped_corrections_speak_of_places_that_exist(world):
    missing = [place_id for place_id in world.local.overrides if world.row_of(place_id) is None]
    assert missing == []
    for place in world.local.places.values():
        assert place.country is None or world.iso(place.country) == place.country
        assert place.admin1 is None or world.files.admin1_row(place.admin1) is not None


def test_broken_toml_is_named(tmp_path):
    _write(tmp_path, "[[place]\n")
    with pytest.raises(SeedError, match=r"mine\.toml"):
        read_local((tmp_path,))


def test_missing_or_mixed_files_say_what_to_do(tmp_path):
    with pytest.raises(DataError, match="build it: python"):
        Gazetteer(folder=tmp_path)
    (tmp_path / "tables.json").write_text(json.dumps({}))
    with pytest.raises(DataError, match="build it: python"):
        Gazetteer(folder=tmp_path)
