"""Ways to tell an event that a list of verbs does not cover: ellipsis, copulas, plans, anaphora."""

from __future__ import annotations

import pytest

from geo.dates import DateSpan
from geo.model import EventType, Role, Tier
from geo.reading.found import FoundEvent
from geo.reading.lexicon import lexicon
from geo.reading.reader import read
from geo.reading.words import Document

ABOUT = " This is about Daesh and the Syrian army in Al Bu Kamal, Syria."


def events(text: str, published: str = "2017-11-10", about: str = ABOUT) -> list[FoundEvent]:
    """The events of a text, with a last sentence that says which war it is about."""
    doc = Document("r", text + about, publisher="The Paper", published=DateSpan.parse(published))
    return [f for f in read(doc).events if f.trigger[0] < len(text)]


def told(found: list[FoundEvent]) -> set[tuple[str, str, str]]:
    """Type, first agent and place of every event."""
    return {
        (f.event.type.value, (*f.event.actors(Role.AGENT), "")[0], f.event.place.name)
        for f in found
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # verbs of motion with what follows them
        ("The SDF barrelled into Hajin.", ("enters", "sdf", "Hajin")),
        ("The SDF shot its way into Hajin.", ("enters", "sdf", "Hajin")),
        ("Syrian troops crept towards Hajin.", ("approaches", "syrian-government", "Hajin")),
        ("Daesh fighters trickled out of Hajin.", ("withdraws", "daesh", "Hajin")),
        ("The army winkled Daesh out of Hajin.", ("captures", "syrian-government", "Hajin")),
        # whose a place is
        ("Hajin is Syrian again.", ("holds", "syrian-government", "Hajin")),
        ("Hajin is no longer in the hands of Daesh.", ("loses", "daesh", "Hajin")),
        ("Daesh no longer controls Hajin.", ("loses", "daesh", "Hajin")),
        ("The SDF's flag is flying over Hajin.", ("captures", "sdf", "Hajin")),
        # reduced clauses
        ("Having entered Hajin, the SDF halted.", ("enters", "sdf", "Hajin")),
        ("The SDF now has Hajin, recovered on Friday.", ("captures", "sdf", "Hajin")),
        # one subject for two verbs; an object that is a pronoun
        ("The SDF entered Mayadin and is in control of Hajin.", ("holds", "sdf", "Hajin")),
        ("The SDF attacked Hajin and took it within a day.", ("captures", "sdf", "Hajin")),
        # who fights
        ("Kurdish units pulled out of Hajin.", ("withdraws", "sdf", "Hajin")),
        ("The army's 17th Division entered Hajin.", ("enters", "syrian-government", "Hajin")),
        ("Daesh-aligned fighters entered Hajin.", ("enters", "daesh", "Hajin")),
        # plans in words of any kind
        ("The SDF vowed to celebrate in Hajin.", ("intention", "sdf", "Hajin")),
        ("Daesh urges its fighters to march on Hajin.", ("intention", "daesh", "Hajin")),
    ],
)
def test_it_is_understood(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in told(events(text))


@pytest.mark.parametrize(
    "text",
    [
        "Residents streamed out of Hajin.",
        "A line of buses pulled out of Hajin.",
        "Hajin fell silent in January.",
        "The SDF took part in talks in Hajin.",
        "Syrian troops seized weapons in Hajin.",
        "The SDF left a deal under which the rebels would hand over Hajin.",
        "The combat team of the SDF lives in Hajin.",
        "The road to Hajin was cleared of mines.",
        "Hajin lies an hour's drive from Mayadin.",
    ],
)
def test_it_is_no_event(text: str) -> None:
    changing = [f for f in events(text) if f.event.type is not EventType.PRESENCE]
    assert not [f for f in changing if f.event.place.name in ("Hajin", "Mayadin")]


def test_a_verb_left_out_is_the_one_said_before() -> None:
    found = events("The SDF captured Hajin on Monday, and on Wednesday Mayadin.")
    days = {f.event.place.name: str(f.event.date) for f in found}
    assert days == {"Hajin": "2017-11-06", "Mayadin": "2017-11-08"}
    assert {f.event.actors(Role.AGENT) for f in found} == {("sdf",)}


def test_its_fall_is_that_of_the_place_spoken_of() -> None:
    found = events("The SDF entered Hajin. Its fall was announced on Friday.")
    assert ("captures", "sdf", "Hajin") in told(found)


def test_reports_that_are_false_are_denied() -> None:
    found = events("Reports that Daesh had captured Hajin are false.")
    assert [f.event.attribution.tier for f in found] == [Tier.DENIED]


def test_what_each_does_to_the_other_is_a_clash() -> None:
    (found,) = events("The SDF and Daesh shelled each other in Hajin.")
    assert found.event.type is EventType.CLASH


def test_what_is_done_by_both_sides_has_both() -> None:
    found = events("Daesh holds on. The army is near. The two sides exchanged fire in Hajin.")
    (clash,) = (f for f in found if f.event.place.name == "Hajin")
    assert set(clash.event.actors(Role.AGENT)) == {"daesh", "syrian-government"}


def test_a_day_of_the_month_is_no_count_of_soldiers() -> None:
    found = events("A video of November 9 Syrian soldiers sent from Hajin.")
    assert not [f for f in found if f.event.type is EventType.ESTIMATE]


def test_in_a_war_between_states_a_missile_is_the_enemys() -> None:
    text = "Russian troops are in Ukraine. A missile slammed into a market in Kharkiv on Sunday."
    found = events(text, "2023-09-20", " Ukrainian and Russian forces fight in Ukraine.")
    (strike,) = (f for f in found if f.event.type is EventType.STRIKE)
    assert strike.event.actors(Role.AGENT) == ("russian-forces",)
    assert any("not said here" in reason for reason in strike.reasons)


def test_every_end_of_a_phrase_is_tried_with_every_verb() -> None:
    rests = {entry.rest for _, entry in lexicon().triggers["poured"]}
    assert (("into",),) in rests
    assert (("out",), ("of",)) in rests
