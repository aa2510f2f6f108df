"""Places told by what lies near, days told in many ways, and which town "the airport" is of."""

from __future__ import annotations

import pytest
from geopy.distance import great_circle
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.dates import DateSpan
from geo.gazetteer.reckoned import ahead, bearing_of, destination, length_km
from geo.reading.alike import likeness
from geo.reading.found import Reading
from geo.reading.reader import read
from geo.reading.tokens import split
from geo.reading.when import find_dates
from geo.reading.words import Document, Mention

PUBLISHED = DateSpan.parse("2024-05-15")  # a Wednesday


def reading(text: str, day: str = "2024-02-18", title: str = "") -> Reading:
    return read(Document("r", text, title=title, published=DateSpan.parse(day)))


def named(text: str, name: str, day: str = "2024-02-18") -> Mention:
    return next(m for m in reading(text, day).mentions if m.text == name)


def days(text: str) -> list[str]:
    return [str(words.span) for words in find_dates(split(text)[0], PUBLISHED)]


# -- places by what lies near ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "lat", "lon"),
    [
        # the gazetteer has it by its Russian name only
        ("Russian troops attacked Robotyne and Orikhiv, Kyiv said.", "Robotyne", 47.448, 35.833),
        # a village of that name is nearer than the others of the same name
        ("Houthi fighters took al-Jubah, south of Marib, from the army.", "al-Jubah", 15.2, 45.28),
        # a better-known namesake is in a country the text never speaks of
        ("Israeli troops and Hezbollah fought in Blida, near Aitaroun.", "Blida", 33.14, 35.51),
    ],
)
def test_villages_are_those_near_the_other_places(
    text: str, name: str, lat: float, lon: float
) -> None:
    place = named(text, name).place
    assert place is not None
    assert great_circle((place.lat, place.lon), (lat, lon)).km < 15


def test_a_village_far_from_all_else_stays_unplaced_and_says_why() -> None:
    text = (
        "Ukrainian soldiers left Avdiivka. Heavy fighting goes on near Lastochkyne, a village to "
        "the west of Avdiivka, the Russian army says."
    )
    mention = named(text, "Lastochkyne")
    assert mention.place is None
    assert mention.candidates  # for the analyst to choose from
    assert any("far" in why for why in mention.reasons)


def test_names_that_nothing_marks_are_noticed_where_such_a_place_is_near() -> None:
    text = (
        "Russian units shelled Bakhmut. In Kherson Oblast, near Beryslav and Dudchany, the army "
        "keeps silent; the last settlement "
        "it confirmed was Vysokopillia, which Ukrainian troops recovered on 4 September."
    )
    place = named(text, "Vysokopillia", "2022-09-11").place
    assert place is not None
    assert great_circle((place.lat, place.lon), (47.489, 33.53)).km < 15


def test_people_are_not_noticed_as_villages() -> None:
    found = reading("Army troops took Goma. M23 fled, said Colonel Rutshuru. Then Rutshuru left.")
    assert "Rutshuru" not in {m.text for m in found.mentions if m.place is not None}


def test_the_town_is_meant_where_no_province_is_said() -> None:
    town = named("Niger's army repelled an attack on a post at Tillaberi.", "Tillaberi")
    region = named("Jihadists killed soldiers in the Tillaberi region of Niger.", "Tillaberi")
    assert town.place is not None
    assert region.place is not None
    assert town.place.feature_code.startswith("PPL")
    assert region.place.feature_code == "ADM1"


@pytest.mark.parametrize(
    ("one", "other", "country", "same"),
    [
        ("Klishchiivka", "kleshchiyevka", "UA", True),
        ("Pavlivka", "petrovka", "UA", False),
        ("Khiam", "alkhiyam", "LB", True),
        ("Katindo", "kihindo", "CD", False),
        ("T2", "t3", "SY", False),
    ],
)
def test_likeness_knows_spellings_from_other_names(
    one: str, other: str, country: str, same: bool
) -> None:
    assert (likeness(one, other, country) >= 0.88) is same


@given(st.text(max_size=20), st.sampled_from(["UA", "SY", "CD", "MM"]))
def test_likeness_lies_between_nothing_and_one(name: str, country: str) -> None:
    assert 0.0 <= likeness(name, "alkhiyam", country) <= 1.0 or not name


# -- which town ---------------------------------------------------------------------------------


def places(text: str, title: str = "") -> set[str]:
    return {e.event.place.name for e in reading(text, "2025-01-28", title).events}


def test_a_town_named_in_an_aside_is_not_what_the_text_goes_on_about() -> None:
    text = (
        "M23 rebels entered Goma, 100 km north of Bukavu, on Monday. They seized the airport "
        "on Tuesday."
    )
    assert places(text, "Rebels in Goma") == {"Goma"}


def test_a_noun_with_a_place_behind_it_is_there() -> None:
    text = "Troops left Idlib. The rebels captured the base at al-Mastumah on Friday."
    events = reading(text, "2015-03-28").events
    assert not any(
        e.event.type.value == "captures" and e.event.place.name == "Idlib" for e in events
    )


def test_an_unknown_suburb_is_put_at_its_town() -> None:
    events = reading("RSF fighters attacked Zzabibwe, a suburb of Omdurman.", "2025-03-26").events
    assert {e.event.place.name for e in events} <= {"Omdurman"}


# -- days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in the night of 26 to 27 January", ["2024-01-26/2024-01-27"]),
        ("on January 26-27 they attacked", ["2024-01-26/2024-01-27"]),
        ("between 24 April and 2 May", ["2024-04-24/2024-05-02"]),
        ("from Monday to Wednesday", ["2024-05-13/2024-05-15"]),
        ("since the end of January", ["2024-01-21/.."]),
        ("earlier this month", ["2024-05-01/2024-05-14"]),
        ("late last year", ["2023-09-01/2023-12-31"]),
        ("in the first week of May", ["2024-05-01/2024-05-07"]),
        ("on the nineteenth of April", ["2024-04-19"]),
        ("a year ago this month", ["2023-05"]),
        ("Tuesday of last week", ["2024-05-07"]),
        ("last night", ["2024-05-14/2024-05-15"]),
        ("on 26 April X fell, and on the 30th Y", ["2024-04-26", "2024-04-30"]),
        ("On Friday it began. That night X fell", ["2024-05-10", "2024-05-10/2024-05-11"]),
        ("for the third straight day", ["2024-05-13/2024-05-15"]),
        ("in the summer of 2014", ["2014-06-01/2014-08-31"]),
        ("KYIV, May 14 (Agency) – X fell on Monday", ["2024-05-13"]),
        ("the 17th Division", []),
        ("May 5 and 6 June", ["2024-05-05", "2024-06-06"]),
    ],
)
def test_days_are_told_in_many_ways(text: str, expected: list[str]) -> None:
    assert days(text) == expected


def test_a_time_after_something_dates_that_and_not_what_stands_before() -> None:
    text = "On Tuesday the SDF liberated Raqqa, four months after they opened the attack."
    events = reading(text, "2017-10-18").events
    taken = [e.event.date for e in events if e.event.type.value == "captures"]
    assert taken == [DateSpan.parse("2017-10-17")]


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            "the end of last week on 30th 5 to 7 May since a year ago after it was that night "
            "first days early late January , . between and 2014 summer for third".split()
        ),
        max_size=14,
    )
)
def test_no_words_break_the_reading_of_days(words: list[str]) -> None:
    text = " ".join(words)
    toks = split(text)[0]
    last = 0
    for found in find_dates(toks, PUBLISHED):
        assert 0 <= found.first < found.last <= len(toks)
        assert found.last > last
        last = found.last
        span = found.span
        assert span is None or span.start is None or span.end is None or span.start <= span.end


# -- one home for offsets ------------------------------------------------------------------------


@given(
    st.floats(-60, 60),
    st.floats(-170, 170),
    st.sampled_from(["north", "north-east", "South West", "west"]),
    st.floats(1, 100),
)
def test_a_destination_lies_as_far_off_as_asked(
    lat: float, lon: float, turn: str, km: float
) -> None:
    there = destination(lat, lon, bearing_of(turn), km)
    bearing, far = ahead(lat, lon, *there)
    assert far == pytest.approx(km, abs=1e-3)
    assert bearing % 360 == pytest.approx(bearing_of(turn), abs=0.01)


def test_lengths_in_any_unit() -> None:
    assert length_km("1,5", "km") == 1.5
    assert length_km("2,500", "m") == 2.5
    assert length_km("3", "miles") == pytest.approx(4.828, abs=0.001)
