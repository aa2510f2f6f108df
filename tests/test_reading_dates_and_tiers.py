"""When a read event was, and what the word of whoever tells it is worth."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.dates import DateSpan
from geo.model import Event
from geo.reading.reader import read
from geo.reading.tokens import tokens
from geo.reading.when import find_dates
from geo.reading.words import Document

PUBLISHED = DateSpan.parse("2017-11-10")  # a Friday
ABOUT = " This is about Daesh, the SDF and the Syrian army in Al Bu Kamal, Syria."


def events(text: str, published: DateSpan | None = PUBLISHED) -> list[Event]:
    document = Document("r", text + ABOUT, publisher="The Paper", published=published)
    return [found.event for found in read(document).events]


def one(text: str, kind: str) -> Event:
    """The only event of a type in a text."""
    found = [event for event in events(text) if event.type.value == kind]
    assert len(found) == 1, [(e.type.value, e.place.name, str(e.date)) for e in found]
    return found[0]


# -- when --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        # what lasts, told in the present, is so on the day of the telling; fighting about then
        ("Daesh still holds Hajin.", "holds", "2017-11-10"),
        ("Daesh controls most of Hajin.", "holds", "2017-11-10"),
        ("Hajin is still in the hands of Daesh.", "holds", "2017-11-10"),
        ("Daesh and the SDF are fighting in Hajin.", "clash", "2017-11-10~"),
        # the past is only known to lie before the publication
        ("Daesh held Hajin.", "holds", "../2017-11-10"),
        ("Daesh fought the SDF in Hajin.", "clash", "../2017-11-10"),
        ("The SDF captured Hajin.", "captures", "../2017-11-10"),
        # the day of the saying bounds what was done, and dates what goes on
        ("The SDF said on Tuesday that it had captured Hajin.", "captures", "../2017-11-07"),
        ("The SDF said on Tuesday that Daesh still held Hajin.", "holds", "2017-11-07"),
        # "since": how long it has lasted, since when it has been going on, or a record
        ("Daesh has held Hajin since 2014.", "holds", "2014-01-01/.."),
        ("The SDF has captured Hajin since Monday.", "captures", "2017-11-06/2017-11-10"),
        ("It is the first town that the SDF has captured since 2015: Hajin.", "captures", None),
        # a clause that hangs on a date, and a date that an aside parts from its verb
        ("The road opened on 7 October, when the SDF seized Hajin.", "captures", "2017-10-07"),
        ("In July, after a week of raids, the SDF captured Hajin.", "captures", "2017-07"),
    ],
)
def test_the_day_is_as_exact_as_the_words(text: str, kind: str, expected: str | None) -> None:
    found = [event for event in events(text) if event.type.value == kind]
    assert len(found) <= 1
    if expected is None:  # such an event may be read, but not as of the year of the record
        assert all(event.date.start != date(2015, 1, 1) for event in found)
        return
    assert found
    assert str(found[0].date) == expected


def test_a_record_gives_no_date_and_a_span_does() -> None:
    """A year that says since when something is the biggest of its kind dates nothing."""
    record = tokens("It was the biggest attack on the town since 2015.")
    lasting = tokens("The army has held the town since 2015.")
    assert find_dates(record, PUBLISHED) == []
    (since,) = find_dates(lasting, PUBLISHED)
    assert since.opens
    assert since.span == DateSpan(date(2015, 1, 1), None)
    assert since.whole == DateSpan(date(2015, 1, 1), date(2015, 12, 31))


@settings(max_examples=60, deadline=None)
@given(
    verb=st.sampled_from(["captured", "holds", "still held", "has taken", "is fighting in"]),
    when=st.sampled_from(
        ["", " on Tuesday", " since Monday", " yesterday", " last week", " in August", " on Friday"]
    ),
    said=st.sampled_from(["", "The army said on Thursday that ", "Residents say "]),
    day=st.dates(date(2014, 6, 1), date(2019, 3, 1)),
)
def test_nothing_that_has_happened_lies_ahead(verb: str, when: str, said: str, day: date) -> None:
    """No event begins after the report that tells it, whatever the words and the day."""
    for event in events(f"{said}Daesh {verb} Hajin{when}.", DateSpan.day(day)):
        assert event.date.start is None or event.date.start <= day
        assert (
            event.date.start is None
            or event.date.end is None
            or (event.date.start <= event.date.end)
        )


# -- who says so -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "tier", "party"),
    [
        # one side tells of the other's blow: its word only, also where nobody is said to be hit
        ("Daesh fired rockets at Hajin on Tuesday, the SDF said.", "strike", "claimed", "sdf"),
        (
            "Daesh fired rockets at Hajin on Tuesday, residents said.",
            "strike",
            "reported",
            None,
        ),
        # an accusation is a statement
        ("The SDF accused Daesh of shelling Hajin on Tuesday.", "strike", "claimed", "sdf"),
        # a speaker who first does something else
        (
            "The SDF posted pictures of its men, and said that it had captured Hajin.",
            "captures",
            "claimed",
            "sdf",
        ),
        # the state's own channels
        (
            "The army captured Hajin on Tuesday, state television said.",
            "captures",
            "claimed",
            "syrian-government",
        ),
        # the one who loses admits it
        (
            "The governor of Deir ez-Zor said that the army had withdrawn from Hajin.",
            "withdraws",
            "assessed",
            "syrian-government",
        ),
        # the speaker goes on
        (
            "The Russian defence ministry spoke on Tuesday. SANA said that the army had entered "
            "Mayadin. The agency added that the army had captured Hajin.",
            "captures",
            "claimed",
            "syrian-government",
        ),
        # "it" is the voice that stands apart, not the army named before
        (
            "The army said that it had won. The Syrian Observatory for Human Rights agreed in "
            "part. It said that Daesh had withdrawn from Hajin.",
            "withdraws",
            "reported",
            None,
        ),
        # what somebody means to do is that one's own word; an observer's is not
        ("Daesh vowed to march on Hajin.", "intention", "claimed", None),
    ],
)
def test_the_tier_follows_from_who_speaks(
    text: str, kind: str, tier: str, party: str | None
) -> None:
    said = one(text, kind).attribution
    assert (said.tier.value, said.party) == (tier, party)


def test_another_office_does_not_speak_for_the_one_before() -> None:
    """Only "the ministry" alone goes on with the ministry's words, "the local council" does not."""
    text = (
        "SANA said that the army had entered Mayadin. The local council said that the army had "
        "captured Hajin."
    )
    assert one(text, "captures").attribution.party is None
