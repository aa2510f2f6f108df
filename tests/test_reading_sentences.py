"""Clauses, pronouns and asides: which subject, place and day belong to which event."""

from __future__ import annotations

import pytest

from geo.dates import DateSpan
from geo.model import Role
from geo.reading.found import FoundEvent
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
        # the subject is taken up again after a clause of another's
        (
            "The SDF took Hajin in October after army units pulled out, and on Friday drove "
            "Daesh from Mayadin.",
            ("captures", "sdf", "Mayadin"),
        ),
        # a verb's place is not one behind the next clause
        (
            "The SDF took Hajin in October after army units pulled out, and on Friday drove "
            "Daesh from Mayadin.",
            ("withdraws", "syrian-government", "Hajin"),
        ),
        # whose last place it is
        ("Hajin is the only town that Daesh has left.", ("holds", "daesh", "Hajin")),
        ("Hajin is the last stronghold of Daesh.", ("holds", "daesh", "Hajin")),
        # surrounded, not held; left, with no word of what
        ("The SDF has had Hajin surrounded since May.", ("besieges", "sdf", "Hajin")),
        (
            "The SDF entered Hajin on Thursday. The Daesh fighters had left on Wednesday.",
            ("withdraws", "daesh", "Hajin"),
        ),
        # words in quotation marks, aims with a day between
        ('The SDF said its men had "taken possession" of Hajin.', ("captures", "sdf", "Hajin")),
        ("Daesh threatened on Thursday to attack Hajin.", ("intention", "daesh", "Hajin")),
        ("Daesh struck back in Hajin on Thursday.", ("clash", "daesh", "Hajin")),
    ],
)
def test_each_event_has_its_own_parts(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in told(events(text))


@pytest.mark.parametrize(
    "text",
    [
        "The fate of Hajin was sealed on Friday by the SDF.",
        "The SDF's spokesman arrived in Hajin on Friday.",
        "The SDF took up quarters at Hajin.",
        "A militia that fights alongside the SDF has a hospital in Hajin.",
        "Before the assault, the SDF counted its men.",
        "This is the collapse of its backers’ dreams of holding Hajin and the Syria-Iraq border.",
    ],
)
def test_other_uses_of_the_words_are_no_events(text: str) -> None:
    kinds = {kind for kind, _, _ in told(events(text))}
    assert kinds.isdisjoint({"captures", "besieges", "enters", "clash", "loses"})


def test_leaving_a_town_without_a_name_is_not_leaving_its_country() -> None:
    found = events("Daesh withdrew on Thursday from its last stronghold in Syria, a border town.")
    assert all(place != "Syria" for _, _, place in told(found))


def test_an_enemy_in_an_aside_is_no_ally() -> None:
    (found,) = events("The SDF, at war with Daesh, has taken Hajin.")
    assert found.event.actors(Role.ALLY) == ()
    assert found.event.actors(Role.AGENT) == ("sdf",)


def test_another_town_is_not_the_one_spoken_of() -> None:
    found = events("The SDF took Hajin on Friday. The army entered the next town.")
    assert ("enters", "syrian-government", "Hajin") not in told(found)


def test_the_capital_of_a_province_is_its_seat() -> None:
    text = "The Rapid Support Forces swept into the capital of Sennar state on Saturday."
    about = " The Sudanese army and the RSF have fought in Sudan since 2023."
    assert ("enters", "rsf", "Singa") in told(events(text, "2024-07-01", about))


def test_a_season_is_no_day_to_count_from() -> None:
    text = (
        "The SDF has clung on in Mayadin since the autumn. "
        "Three days earlier Daesh had given up Hajin."
    )
    (day,) = {f.event.date for f in events(text) if f.event.place.name == "Hajin"}
    assert day == DateSpan.parse("2017-11-07")


def test_who_held_a_place_until_then_did_not_take_it() -> None:
    found = events("Hajin had been in Daesh hands since 2014 and was seized on Tuesday.")
    assert ("captures", "daesh", "Hajin") not in told(found)
