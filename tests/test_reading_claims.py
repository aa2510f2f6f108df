"""Reading claims: what is left unsaid, communiqués, denials, other senses of words, growth."""

from __future__ import annotations

import sys
from collections import Counter
from types import FrameType

import pytest

from geo.dates import DateSpan
from geo.model import EventType, Role, Tier
from geo.reading.found import FoundEvent
from geo.reading.reader import read
from geo.reading.tokens import split
from geo.reading.words import Document

ABOUT = " This is about Daesh and the Syrian army in Al Bu Kamal, Syria."
FRIDAY = "2017-11-10"


def events(text: str, published: str = FRIDAY, about: str = ABOUT) -> list[FoundEvent]:
    """The events of a text, with a last sentence that says which war it is about."""
    doc = Document("r", text + about, publisher="The Paper", published=DateSpan.parse(published))
    return list(read(doc).events)


def told(text: str, published: str = FRIDAY, about: str = ABOUT) -> list[tuple[str, str, str]]:
    """Type, first agent and place of every event."""
    return [
        (f.event.type.value, (*f.event.actors(Role.AGENT), "")[0], f.event.place.name)
        for f in events(text, published, about)
    ]


# --- more ways to say it


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Daesh still has Hajin.", ("holds", "daesh", "Hajin")),
        ("Hajin stayed under Daesh.", ("holds", "daesh", "Hajin")),
        ("Hajin belongs to Daesh.", ("holds", "daesh", "Hajin")),
        ("The army pulled the last of its men out of Mayadin.", ("withdraws", "Mayadin")),
        ("Government soldiers drove out of Mayadin at dusk.", ("withdraws", "Mayadin")),
        ("The SDF drove Daesh fighters out of Hajin.", ("captures", "sdf", "Hajin")),
        ("The SDF withdrew on Monday from Hajin.", ("withdraws", "sdf", "Hajin")),
        ("Daesh raised its black flag over Hajin.", ("captures", "daesh", "Hajin")),
        ("Hajin was the first town to fall to the SDF.", ("captures", "sdf", "Hajin")),
        ("Syrian troops are now just 5 km from Hajin.", ("approaches", "syrian-government")),
        ("Air force jets dropped bombs near Hajin.", ("strike", "syrian-government", "Hajin")),
        ("Syrian helicopters fired on convoys near Hajin.", ("strike", "syrian-government")),
        ("Clashes between Daesh and the SDF erupted in Hajin.", ("clash", "daesh", "Hajin")),
        ("Daesh commandos have landed at Hajin.", ("enters", "daesh", "Hajin")),
    ],
)
def test_other_words_for_the_same_deeds(text: str, expected: tuple[str, ...]) -> None:
    assert any(set(expected) <= set(found) for found in told(text)), told(text)


def test_every_place_of_a_long_list() -> None:
    found = told("Daesh held Khasham, Mayadin, Al Ashara, Hajin and, at the border, Al Bu Kamal.")
    held = {place for kind, who, place in found if (kind, who) == ("holds", "daesh")}
    assert {"Khasham", "Mayadin", "Al Ashara", "Hajin", "Al Bu Kamal"} <= held


def test_each_clause_has_its_own_day() -> None:
    text = "On Wednesday the SDF seized Hajin, and on Thursday Mayadin was captured by Daesh."
    days = {f.event.place.name: str(f.event.date) for f in events(text)}
    assert days["Hajin"] == "2017-11-08"
    assert days["Mayadin"] == "2017-11-09"


def test_a_night_between_two_days() -> None:
    (found,) = (f for f in events("The SDF entered Hajin overnight into Thursday."))
    assert str(found.event.date) == "2017-11-08/2017-11-09"


# --- who, where the sentence does not say it


def test_who_is_taken_from_the_sentences_before_and_said_to_be_so() -> None:
    text = "The SDF captured Hajin on Monday. Mayadin was also captured."
    found = {f.event.place.name: f for f in events(text)}
    assert found["Mayadin"].event.actors(Role.AGENT) == ("sdf",)
    assert found["Mayadin"].score < found["Hajin"].score


def test_who_struck_is_taken_from_the_rest_of_the_text() -> None:
    text = (
        "Russian warplanes bombed Mayadin. Russian jets bombed Hajin. Daesh held on. "
        "Residents spoke of fear. Shops were shut. Air strikes on Rawa killed nine people."
    )
    found = next(f for f in events(text) if f.event.place.name == "Rawa")
    assert found.event.actors(Role.AGENT) == ("russia",)
    assert any("not said here" in reason for reason in found.reasons)


def test_a_subject_that_is_told_but_unknown_is_never_replaced() -> None:
    found = events("The SDF captured Hajin. Protesters attacked Mayadin.")
    assert all(not f.event.actors(Role.AGENT) for f in found if f.event.place.name == "Mayadin")


def test_a_communique_speaks_for_its_own_side() -> None:
    text = (
        "The Government of National Accord announces to the people of Libya that Tripoli is free. "
        "Our forces entered Tarhuna on Friday. Our heroes captured Bani Walid the same day."
    )
    found = {f.event.place.name: f.event for f in events(text, "2020-06-06", "")}
    for town in ("Tarhuna", "Bani Walid"):
        assert found[town].actors(Role.AGENT) == ("gna",)
        assert found[town].attribution.party == "gna"
        assert found[town].attribution.tier is Tier.CLAIMED


def test_one_aim_with_two_verbs_has_one_subject() -> None:
    text = (
        "A spokesman for the Popular Mobilisation Forces said that his men, part of the Iraqi "
        "security forces, will enter Syria and head north to protect Al Bu Kamal."
    )
    aims = [f.event for f in events(text) if f.event.type is EventType.INTENTION]
    assert aims
    assert all(event.actors(Role.AGENT) == ("pmf",) for event in aims)


# --- what is not so


@pytest.mark.parametrize(
    "text",
    [
        "No soldiers of the Syrian army remain in Mayadin.",
        "There are no plans by the Syrian army to enter Mayadin.",
        "Asked if the Syrian army will enter Mayadin, he shrugged.",
        "The minister promised that Mayadin would be back under government control.",
        "Syrian troops captured 20 fighters in Mayadin.",
        "Two hostages were freed in Mayadin.",
        "An earthquake struck Mayadin.",
        "Nobody was left in Mayadin.",
    ],
)
def test_what_is_no_event(text: str) -> None:
    assert [t for t in told(text) if t[2] == "Mayadin" and t[0] != "intention"] == []


@pytest.mark.parametrize(
    "text",
    [
        "The Syrian army rejects reports that Mayadin has been captured by Daesh.",
        "Reports that Daesh fighters have entered Mayadin were denied by the Syrian army.",
        "The Syrian army maintains that none of its troops are in Mayadin.",
    ],
)
def test_denials_of_every_form_stay_denials(text: str) -> None:
    found = [f.event for f in events(text) if f.event.place.name == "Mayadin"]
    assert found
    assert {event.attribution.tier for event in found} == {Tier.DENIED}


@pytest.mark.parametrize(
    "text",
    [
        "Liverpool beat Arsenal in London on Saturday and took the lead in the table. "
        "The visitors fought back but lost ground in the second half and fell to fourth place.",
        "The bank won control of its rival in Frankfurt and shares fell in Paris. "
        "The company will enter Brazil and launch an offensive on prices in Chile.",
        "A woman was taken to a hospital in Columbia after a tree fell on a wedding in Whittier. "
        "Firefighters battled the blaze and police said a man was held in Marion County.",
    ],
)
def test_sports_business_and_crime_are_no_war(text: str) -> None:
    assert told(text, about="") == []


def test_a_text_without_fighting_says_that_no_events_were_looked_for() -> None:
    found = read(Document("r", "Shares fell in Paris and a tree fell in Whittier."))
    assert found.events == ()
    assert any("does not speak of fighting" in note for note in found.notes)


# --- growth


def _calls(text: str) -> int:
    """How many Python functions of our own are called to read a text."""
    count: Counter[str] = Counter()

    def watch(frame: FrameType, event: str, _arg: object) -> None:
        if event == "call":
            count["calls"] += 1

    split.cache_clear()
    sys.setprofile(watch)
    try:
        read(Document("r", text, published=DateSpan.parse(FRIDAY)))
    finally:
        sys.setprofile(None)
    return count["calls"]


@pytest.mark.parametrize(
    "text",
    [
        "The Syrian army captured Mayadin and ",
        "Daesh withdrew on Friday from Hajin, the army said, and ",
        "in the hands of the troops who ",
        "pulled the troops of the army ",
        "Clashes in Mayadin. ",
        "said that reports that Daesh denied ",
        "Hajin, Mayadin, ",
    ],
)
def test_work_grows_no_faster_than_the_text(text: str) -> None:
    read(Document("r", text * 20, published=DateSpan.parse(FRIDAY)))  # everything is loaded
    short, long = _calls(text * 150), _calls(text * 600)
    assert long < 4 * short * 1.35
