"""Names as people write them: phrases, units beside the name, other scripts, slips, bad input."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from geo.gazetteer import RUNGS, Ask, Gazetteer, search
from geo.gazetteer.names import bones, evened, latin
from geo.gazetteer.phrases import readings
from geo.gazetteer.ranking import Around, Found, distance_km
from geo.gazetteer.together import fits_around
from geo.gazetteer.world import Facts

_KEPT: list[Gazetteer] = []


def _world() -> Gazetteer:
    if not _KEPT:
        _KEPT.append(Gazetteer())
    return _KEPT[0]


@pytest.fixture(scope="module")
def world() -> Gazetteer:
    return _world()


def _best(world, name, country="SY", **more):
    found = search(world, name, Ask(countries=(country,), **more))
    return found[0] if found else None


@pytest.mark.parametrize(
    ("text", "names", "how"),
    [
        ("Mallah farms", ("Mallah",), "at"),
        ("Hamah Military Airport", ("Hamah air base",), "at"),
        ("Atmeh IDP camp", ("Atmeh",), "at"),
        ("near Hajin", ("Hajin",), "at"),
        ("5 km north of Hajin", ("Hajin",), "off"),
        ("Hajin and Al Bahrah", ("Hajin", "Al Bahrah"), "beside"),
        ("Road between Ariha and Idlib", ("Ariha", "Idlib"), "between"),
        ("Homs - Palmyra road", ("Homs", "Palmyra"), "between"),
        ("Tall Hawash/Al Hawash village", ("Tall Hawash", "Al Hawash"), "either"),
        ("Kubani (Ayn al Arab)", ("Kubani",), "at"),
        ("Bala al Qadimah", ("Bala",), "at"),
        ("مطار حماة", ("حماة",), "at"),
    ],
)
def test_phrases_are_taken_apart(text, names, how):
    first = readings(text)[0]
    assert (first.names, first.how) == (names, how)


@pytest.mark.parametrize("text", ["Hajin", "Deir ez-Zor", "", "farms", "البوكمال"])
def test_a_name_is_no_phrase(text):
    assert readings(text) == []


@given(st.text(max_size=60))
def test_taking_apart_never_fails_nor_grows(text):
    for reading in readings(text):
        assert all(0 < len(name) <= len(text) + 1 for name in reading.names)
        assert 0 < reading.trust <= 1


@pytest.mark.parametrize(
    ("text", "km", "north", "east"),
    [
        ("20 km east of Hajin", 20, 0, 1),
        ("10 miles south-west of Hajin", 16.09, -1, -1),
        ("camp 500 metres north of Hajin", 0.5, 1, 0),
        ("5 kms to the northwest of Hajin town", 5, 1, -1),
    ],
)
def test_so_far_off_a_place_is_a_point_of_its_own(world, text, km, north, east):
    at, off = _best(world, "Hajin").place, _best(world, text)
    assert off.rung == "phrase"
    assert distance_km(at.lat, at.lon, off.place.lat, off.place.lon) == pytest.approx(km, rel=0.01)
    for moved, sign in ((off.place.lat - at.lat, north), (off.place.lon - at.lon, east)):
        assert moved * sign > 0 if sign else abs(moved) < 0.01
    assert off.place.precision_km >= at.precision_km + km / 4 - 0.1
    assert off.score < 0.8
    assert any("reckoned" in reason for reason in off.reasons)


def test_a_side_without_a_distance_is_told_widely(world):
    at = _best(world, "Palmyra").place
    off = _best(world, "silos east of Palmyra/Tadmur").place
    assert off.lon > at.lon
    assert off.precision_km >= distance_km(at.lat, at.lon, off.lat, off.lon) >= 5


@pytest.mark.parametrize("text", ["12 km from Hajin", "12 km outside of Hajin", "12km off Hajin"])
def test_a_distance_without_a_direction_widens_the_place(world, text):
    at, far = _best(world, "Hajin").place, _best(world, text).place
    assert far.id == at.id
    assert far.precision_km >= 12


@pytest.mark.parametrize(
    "text",
    [
        "900 km east of Hajin",
        "1,100 km east of Hajin",
        "999999999999 km north of Hajin",
        "0 km north of Hajin",
        "0 m from Hajin",
        "20 km east of Nowhereatall",
    ],
)
def test_what_is_told_too_vaguely_has_no_point(world, text):
    assert _best(world, text) is None


@pytest.mark.parametrize(
    "text", ["20 km east of Aleppo Governorate", "10 km east of 5 km north of Hajin"]
)
def test_off_an_area_or_off_a_point_is_not_reckoned_but_wide(world, text):
    best = _best(world, text)
    assert best is None or best.place.precision_km >= 10


def test_between_two_places_is_the_point_halfway_and_reaches_both(world):
    best = _best(world, "road between Ariha and Jisr ash Shughur").place
    for end in (_best(world, n).place for n in ("Ariha", "Jisr ash Shughur")):
        away = distance_km(end.lat, end.lon, best.lat, best.lon)
        assert away == pytest.approx(best.precision_km, rel=0.02)
        assert end.id in best.id
    homs = _best(world, "between Homs and Palmyra")  # the towns, not the province of that name
    assert homs is None or homs.place.precision_km > 60


def test_a_site_at_a_village_of_whatever_country_is_not_clear(world):
    for text in ("Good Farm", "Old Bridge Farm", "Nur Station"):
        for found in search(world, text, Ask()):
            assert found.score <= 0.5 or not found.place.id.startswith(("maxmind:", "nga:"))


@pytest.mark.parametrize(
    "text", ["20 km east of Hajin", "between Ariha and Jisr ash Shughur", "south of Al Bahluliyah"]
)
def test_a_reckoned_point_is_found_again_by_its_id(world, text):
    place = _best(world, text).place
    again = world.place_by_id(place.id)
    assert (again.id, again.name, again.lat, again.lon) == (
        place.id, place.name, place.lat, place.lon
    )  # fmt: skip
    assert "reckoned" in again.note


@pytest.mark.parametrize(
    "wrong",
    [
        "offset:10km@090:geonames:1",
        "offset:999km@090:geonames:174448",
        "offset:10km@999:geonames:174448",
        "offset:10km@090:offset:10km@090:geonames:174448",
        "between:geonames:174448|",
        "between:" * 80,
        "offset:1km@000:" + "x" * 5000,
    ],
)
def test_ids_of_points_that_cannot_be_reckoned_are_refused(world, wrong):
    with pytest.raises(InputError):
        world.place_by_id(wrong)


def test_a_part_of_a_province_is_not_answered_by_its_middle(world):
    best = _best(world, "Eastern Homs Governorate")
    assert best is None or best.score < 0.5


# "Abu Hanaya" is the name of a village in each of these two districts.
@pytest.mark.parametrize(
    ("adm1", "adm2", "code"),
    [
        ("Hamah Governorate", "Salamiyah district", "SY.10"),
        ("Aleppo Governorate", "Manbij district", "SY.09"),
    ],
)
def test_the_units_named_settle_namesakes(world, adm1, adm2, code):
    best = _best(world, "Abu Hanaya village", adm1_name=adm1, adm2_name=adm2)
    assert best.place.admin1 == code
    assert best.score > 0.5
    assert any(adm2 in reason for reason in best.reasons)


@pytest.mark.parametrize("text", ["Ќ", "Ѳеодосия", "Ѫ", "Ќ ќ Ќ"])
def test_cyrillic_letters_without_a_latin_one_are_no_endless_search(world, text):
    assert _best(world, text) is None
    assert search(world, text, Ask()) == []


def test_the_farther_from_the_district_named_the_less_sure():
    around = Around(("SY.09",), ((36.5, 35.4, 38.7, 36.9),), (36.0, 37.0))

    def left(north_km: float, admin1: str = "SY.09") -> float:
        facts = Facts("PPL", ("SY",), admin1, 0, 1, 36.0 + north_km / 111.2, 37.0)
        return fits_around(Found(1, facts, "generic", 1.0, ""), around)

    assert left(10) == left(25) == 1.0
    assert 1.0 > left(40) > left(60) > 0.8
    assert left(80) < 0.5
    assert left(20, "SY.11") == 1.0  # beyond a boundary that may be drawn otherwise
    assert left(40, "SY.11") <= 0.5


def test_a_village_among_namesakes_is_clear_only_where_a_unit_says_which(world):
    alone = _best(world, "Mansoura village")
    named = _best(world, "Abu Hanaya village")
    assert named.score <= 0.5
    assert alone is None or alone.score < 0.95
    told = {"adm1_name": "Aleppo Governorate", "adm2_name": "Manbij district"}
    assert _best(world, "Abu Hanaya village", **told).score > 0.5


def test_a_misspelled_or_unknown_unit_does_no_harm(world):
    plain = _best(world, "Hajin")
    for adm1, adm2 in (("Dayr Azzour", None), ("Atlantis Governorate", "nan"), (None, "Nowhere")):
        found = _best(world, "Hajin", adm1_name=adm1, adm2_name=adm2)
        assert (found.place.id, found.score > 0.5) == (plain.place.id, True)


def test_a_place_far_from_the_district_named_is_not_taken(world):
    here = _best(world, "Hajin", adm1_name="Deir ez Zor Governorate")
    there = _best(world, "Hajin", adm1_name="Latakia Governorate", adm2_name="Latakia district")
    assert here.score > 0.5 > there.score
    assert any("not in" in r or "km from the middle" in r for r in there.reasons)


@pytest.mark.parametrize(
    ("name", "country", "place_id"),
    [
        ("Дейр-эз-Зор", "SY", "geonames:170794"),
        ("Маріуполь", "UA", "geonames:701822"),
        ("Мариуполь", "UA", "geonames:701822"),
        ("Mariupil", "UA", "geonames:701822"),
        ("ماريوبول", "UA", "geonames:701822"),
    ],
)
def test_scripts_lead_to_one_place(world, name, country, place_id):
    assert _best(world, name, country).place.id == place_id


@pytest.mark.parametrize(
    ("name", "shown"), [("Щастя", "Shchastya"), ("Дебальцево", "Debaltsevo"), ("Київ", "Kiyiv")]
)
def test_cyrillic_is_read_in_latin_letters(name, shown):
    assert latin(name) == shown


def test_a_village_known_in_latin_letters_only_is_found_in_cyrillic(world):
    for row in world.files.villages.rows_for("bakhmutovka"):
        assert world.files.countries_of(row)
    best = _best(world, "Бахмутовка", "UA")
    assert best.rung == "spelling"
    assert best.place.name == "Bakhmutovka"


def test_russian_and_ukrainian_spellings_have_one_skeleton():
    assert bones("Gorlovka", "UA") == bones("Horlivka", "UA") == bones("Горлівка", "UA")
    assert bones("Gorlovka", "SY") != bones("Horlivka", "SY")


def test_one_slip_is_forgiven_within_a_country_only(world):
    best = _best(world, "Kafr Takarim")
    assert best.place.name == "Kafr Takharim"
    assert best.rung in ("skeleton", "fuzzy")
    assert search(world, "Kafr Takarim", Ask()) == []


def test_what_sounds_alike_in_arabic_names_is_evened_out():
    assert evened("Sheikh Miskin") == evened("Shaykh Miskeen")
    assert evened("Qameshlo") == evened("Kamishlu")


def test_the_container_must_be_beside_the_town(world):
    assert search(world, "Hajin, Deir ez-Zor Governorate", Ask())[0].score > 0.5
    assert search(world, "Homs, Atlantis", Ask()) == []


@given(
    st.text(max_size=30) | st.integers(0, 10_000).map("ab/ -(".__mul__),
    st.sampled_from(["SY", "UA", "US", None]),
)
@settings(max_examples=60, deadline=None)
def test_any_text_gives_candidates_in_order_or_nothing(name, country):
    world = _world()
    found = search(world, name, Ask(countries=(country,) if country else ()))
    assert [c.score for c in found][1:] == sorted((c.score for c in found[1:]), reverse=True)
    for candidate in found:
        assert 0 <= candidate.score <= 1
        assert candidate.rung in RUNGS
        assert candidate.reasons
        assert (
            country is None
            or country in world.files.countries_of(world.row_of(candidate.place.id))
            or candidate.place.country == country
        )


@pytest.mark.parametrize(
    "name", ["", " ", "\x00\x07", "12345", "a" * 10_000, "/", "()", "-", "and", "near", "between"]
)
def test_what_is_no_name_has_no_place(world, name):
    assert [c for c in search(world, name, Ask(countries=("SY",))) if c.score > 0.5] == []


def test_numbered_places_are_never_taken_for_each_other(world):
    assert _best(world, "T2 station").place.id == "local:t2-station"
    for name in ("T3 station", "T5 pumping station"):
        best = _best(world, name)
        assert best is None or best.place.id != "local:t2-station"


def test_a_province_may_contain_a_place_far_from_the_city_of_its_name(world):
    best = search(world, "Al Bukamal, Deir ez-Zor, Syria", Ask())[0]
    assert best.place.id == "geonames:174448"


@pytest.mark.parametrize(
    "name", ["Shayrat airfield", "Shayrat Military Airbase", "Shayrat military airport"]
)
def test_an_air_base_has_several_words_for_it(world, name):
    assert _best(world, name).place.id == "local:shayrat-air-base"


def test_a_capital_of_its_own_unit_lies_beside_the_province_around_it(world):
    best = _best(world, "Ayn Tarma", adm1_name="Rif Dimashq Governorate")
    assert best.score > 0.5


def test_twin_towns_across_a_border_are_not_counted_as_one(world):
    first, second, *_ = search(world, "Rafah", Ask())
    assert {first.place.country, second.place.country} == {"PS", "EG"}
    assert first.score + second.score <= 1
