"""Reading events: who did what, to whom, where, when, according to whom."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.dates import DateSpan
from geo.model import EventType, Role, Status, Tier
from geo.reading.actors import book, shipped_actors
from geo.reading.found import FoundEvent, Reading
from geo.reading.reader import read
from geo.reading.tokens import tokens
from geo.reading.when import find_dates
from geo.reading.words import Document

ROOT = Path(__file__).resolve().parents[1]
PUBLISHED = DateSpan.parse("2017-11-10")  # a Friday
ABOUT = " This is about Daesh and the Syrian army in Al Bu Kamal, Syria."


def reading(text: str, *, published: DateSpan | None = PUBLISHED, about: str = ABOUT) -> Reading:
    """A text as read, with a last sentence that says which war it is about."""
    return read(Document("r", text + about, publisher="The Paper", published=published))


def events(text: str, **options: object) -> list[FoundEvent]:
    return list(reading(text, **options).events)  # type: ignore[arg-type]


def told(text: str, **options: object) -> list[tuple[str, tuple[str, ...], str]]:
    """Type, agents and place of every event."""
    return [
        (f.event.type.value, f.event.actors(Role.AGENT), f.event.place.name)
        for f in events(text, **options)
    ]


# --- what happened


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Syrian army captured Mayadin.", ("captures", ("syrian-government",), "Mayadin")),
        (
            "Mayadin was captured by the Syrian army.",
            ("captures", ("syrian-government",), "Mayadin"),
        ),
        ("Mayadin fell to the Syrian army.", ("captures", ("syrian-government",), "Mayadin")),
        ("The capture of Mayadin by the SDF came fast.", ("captures", ("sdf",), "Mayadin")),
        ("Daesh withdrew from Mayadin.", ("withdraws", ("daesh",), "Mayadin")),
        ("Daesh lost Mayadin.", ("loses", ("daesh",), "Mayadin")),
        ("Iraqi forces entered Rawa.", ("enters", ("iraqi-forces",), "Rawa")),
        ("Daesh still holds Hajin.", ("holds", ("daesh",), "Hajin")),
        ("Hajin remained in Daesh hands.", ("holds", ("daesh",), "Hajin")),
        ("The SDF besieged Raqqa.", ("besieges", ("sdf",), "Raqqa")),
        ("Russian warplanes bombed Mayadin.", ("strike", ("russia",), "Mayadin")),
        ("Russian air strikes on Mayadin went on.", ("strike", ("russia",), "Mayadin")),
        ("The SDF is advancing on Hajin.", ("approaches", ("sdf",), "Hajin")),
        (
            "Syrian troops clashed with Daesh in Mayadin.",
            ("clash", ("syrian-government",), "Mayadin"),
        ),
    ],
)
def test_events_of_every_kind_are_found(
    text: str, expected: tuple[str, tuple[str, ...], str]
) -> None:
    assert expected in told(text)


def test_several_events_in_one_sentence_and_lists_of_places() -> None:
    found = told("The Syrian army captured Mayadin, Hajin and Rawa and entered Raqqa.")
    taken = {place for kind, _, place in found if kind == "captures"}
    assert taken == {"Mayadin", "Hajin", "Rawa"}
    assert ("enters", ("syrian-government",), "Raqqa") in found


def test_whom_it_is_done_to_and_who_helps() -> None:
    (found,) = events("The SDF, backed by the US-led coalition, seized Raqqa from Daesh.")
    assert found.event.actors(Role.AGENT) == ("sdf",)
    assert found.event.actors(Role.TARGET) == ("daesh",)


@pytest.mark.parametrize(
    "text",
    [
        "The Syrian army did not capture Mayadin.",
        "The Syrian army never entered Mayadin.",
        "The Syrian army has yet to capture Mayadin, and failed to enter Hajin.",
        "The Syrian army could capture Mayadin.",
        "If the Syrian army captures Mayadin, Daesh may withdraw from Hajin.",
        "Has the Syrian army captured Mayadin?",
        "Daesh must leave Mayadin.",
        "An attack on Mayadin would be a disaster.",
        "Residents fear an assault on Mayadin.",
        "Daesh would have lost Mayadin without it.",
    ],
)
def test_what_did_not_happen_is_no_fact(text: str) -> None:
    facts = [f for f in events(text) if f.event.type is not EventType.INTENTION]
    assert [told_of for told_of in facts if told_of.event.place.name in ("Mayadin", "Hajin")] == []


@pytest.mark.parametrize(
    "text",
    [
        "The SDF will capture Mayadin.",
        "The SDF vowed to capture Mayadin.",
        "The SDF plans to enter Mayadin.",
    ],
)
def test_an_aim_is_an_intention_never_a_fact(text: str) -> None:
    assert told(text) == [("intention", ("sdf",), "Mayadin")]


def test_a_denial_keeps_what_is_denied_as_denied() -> None:
    (found,) = events("Daesh denied that the Syrian army had captured Mayadin.")
    assert found.event.type is EventType.CAPTURES
    assert found.event.attribution.tier is Tier.DENIED
    assert found.event.attribution.party == "daesh"


def test_old_news_is_dated_when_it_was() -> None:
    (found,) = events("Daesh had captured Mayadin in 2014.")
    assert str(found.event.date) == "2014"


# --- who says so


def test_tiers_follow_from_who_speaks() -> None:
    own = events("The Syrian army said it had captured Mayadin.")[0].event
    assert own.attribution.party == "syrian-government"
    assert own.attribution.tier is Tier.CLAIMED
    monitor = events(
        "The Syrian army captured Mayadin, the Syrian Observatory for Human Rights said."
    )[0]
    assert monitor.event.attribution.party is None
    assert monitor.event.attribution.tier is Tier.REPORTED
    assert "Observatory" in monitor.event.attribution.speaker
    admitted = events("The Syrian army admitted that it had lost Mayadin.")[0].event
    assert admitted.attribution.tier is Tier.ASSESSED
    paper = events("The Syrian army captured Mayadin.")[0].event
    assert paper.attribution.speaker == "The Paper"
    assert paper.attribution.tier is Tier.REPORTED


def test_according_to() -> None:
    found = events("According to residents, Daesh withdrew from Mayadin.")[0].event
    assert found.attribution.speaker == "residents"
    found = events("Daesh withdrew from Mayadin, according to a Syrian army spokesman.")[0].event
    assert found.attribution.party == "syrian-government"


# --- who is meant


def test_pronouns_and_common_nouns() -> None:
    text = "Daesh fighters held Mayadin for years. On Monday the militants left the town."
    assert ("withdraws", ("daesh",), "Mayadin") in told(text)
    text = "The SDF reached Hajin. Its fighters entered the town on Tuesday."
    assert ("enters", ("sdf",), "Hajin") in told(text)


def test_names_stand_on_whole_words() -> None:
    found = book(None)
    text = "The ambassador spoke of bass and assadullah in the crisis."
    toks = tokens(text)
    low = [token.lower for token in toks]
    assert all(found.named(toks, low, i) == [] for i in range(len(toks)))


def test_small_letters_are_no_acronym() -> None:
    assert told("It is in Mayadin that is held.") == []


def test_a_group_that_no_set_knows_is_proposed() -> None:
    found = reading(
        "An armed group calling itself the Lions of the River attacked Mayadin on Monday."
    )
    (actor,) = found.new_actors
    assert actor.name == "Lions of the River"
    assert actor.id not in shipped_actors()
    assert ("clash", (actor.id,), "Mayadin") in [
        (f.event.type.value, f.event.actors(Role.AGENT), f.event.place.name) for f in found.events
    ]


@pytest.mark.parametrize(
    ("text", "day", "actor", "theatre"),
    [
        (
            "Russian troops entered Bakhmut in Ukraine.",
            "2023-05-20",
            "russian-forces",
            "ukraine-2014-2026",
        ),
        ("The RSF captured El Fasher in Sudan.", "2025-10-27", "rsf", "sudan-2013-2026"),
        ("M23 rebels seized Goma in Congo.", "2025-01-28", "m23", "eastern-congo-2012-2026"),
        ("Houthi fighters entered Aden in Yemen.", "2015-04-02", "houthis", "yemen-2014-2026"),
        (
            "The Taliban captured Kunduz in Afghanistan.",
            "2021-08-08",
            "taliban",
            "afghanistan-2001-2026",
        ),
        ("Haftar's forces entered Sirte in Libya.", "2020-01-06", "lna", "libya-2011-2026"),
        (
            "The Arakan Army captured Sittwe in Myanmar.",
            "2025-01-06",
            "arakan-army",
            "myanmar-2017-2026",
        ),
        ("Malian troops entered Kidal in Mali.", "2023-11-14", "malian-forces", "sahel-2012-2026"),
        (
            "Israeli tanks entered Khan Younis in the Gaza Strip after Hamas left.",
            "2024-01-10",
            "israeli-forces",
            "israel-palestine-lebanon-2006-2026",
        ),
    ],
)
def test_the_actor_set_follows_the_text(text: str, day: str, actor: str, theatre: str) -> None:
    found = reading(text, published=DateSpan.parse(day), about="")
    assert found.theatres[0] == theatre
    assert actor in {a for f in found.events for a in f.event.actors(Role.AGENT)}


# --- when


@pytest.mark.parametrize(
    ("words", "span"),
    [
        ("yesterday", "2017-11-09"),
        ("late Wednesday", "2017-11-08"),
        ("last weekend", "2017-11-03/2017-11-05"),
        ("last week", "2017-10-30/2017-11-05"),
        ("two days ago", "2017-11-08"),
        ("in September", "2017-09"),
        ("since Monday", "2017-11-06/.."),
        ("on 18 October", "2017-10-18"),
        ("on Nov. 3, 2016", "2016-11-03"),
        ("in early March", "2017-03-01/2017-03-10"),
        ("before Tuesday", "../2017-11-06"),
    ],
)
def test_dates_are_told_from_the_day_of_publication(words: str, span: str) -> None:
    (found,) = find_dates(tokens(f"It happened {words}, people say."), PUBLISHED)
    assert str(found.span) == span


def test_a_date_is_never_made_up() -> None:
    (found,) = events("Daesh withdrew from Mayadin on Friday.", published=None)
    assert found.event.date == DateSpan(None, None)
    (found,) = events("Daesh withdrew from Mayadin.")
    assert found.event.date == DateSpan(None, PUBLISHED.latest)


@given(st.dates(min_value=DateSpan.parse("1950").start, max_value=DateSpan.parse("2090").start))
def test_a_weekday_is_within_the_week_before(day: object) -> None:
    published = DateSpan.day(day)  # type: ignore[arg-type]
    for name in ("Monday", "Thursday", "Sunday"):
        (found,) = find_dates(tokens(f"They left on {name}."), published)
        assert found.span is not None
        assert found.span.start is not None
        assert 0 <= (published.latest - found.span.start).days <= 6  # type: ignore[operator]
        assert found.span.start.strftime("%A") == name


# --- the whole event


def test_an_event_carries_its_words_and_waits_for_review() -> None:
    text = "Daesh withdrew yesterday from Mayadin, a town on the Euphrates."
    found = events(text)[0]
    assert found.event.status is Status.FOUND
    assert text[slice(*found.trigger)] == "withdrew"
    assert found.place is not None
    assert text[slice(*found.place)] == "Mayadin"
    quote = found.event.quote
    assert "withdrew yesterday from Mayadin" in text[quote.start : quote.end]
    assert 0 < found.score < 1
    assert found.event.candidates


def test_a_place_that_no_gazetteer_has_is_kept_unplaced() -> None:
    (found,) = events("The Syrian army captured Qwertabad on Monday.")
    assert not found.placed
    assert found.event.place.text == "Qwertabad"
    assert "the place is not in the gazetteer" in found.reasons


def test_numbers_of_fighters_are_an_estimate() -> None:
    found = [
        f.event
        for f in events(
            "US officials said there were between 2,500 and 3,500 Daesh fighters in Mayadin."
        )
        if f.event.type is EventType.ESTIMATE
    ]
    (event,) = found
    assert event.numbers is not None
    assert (event.numbers.low, event.numbers.high, event.numbers.unit) == (2500, 3500, "fighters")
    assert event.actors(Role.AGENT) == ("daesh",)


def test_other_languages_are_said_not_to_be_read() -> None:
    found = read(Document("r", "دخل الجيش السوري مدينة البوكمال", language="ar"))
    assert found.events == ()
    assert found.notes


def test_own_words_seed_report_gives_all_eleven_claims() -> None:
    path = ROOT / "seeds" / "reports" / "2017-11-10-gulf-news.toml"
    report = tomllib.loads(path.read_text(encoding="utf-8"))
    doc = Document(
        report["report"]["id"],
        report["report"]["text"],
        publisher="Gulf News",
        published=PUBLISHED,
    )
    found = read(doc).events
    for claim in report["event"]:
        low = doc.text.index(claim["quote"])
        high = low + len(claim["quote"])
        span = DateSpan.parse(claim["date"])
        assert any(
            f.event.type.value == claim["type"]
            and set(f.event.actors(Role.AGENT, Role.ALLY))
            & {*claim["agents"], *claim.get("allies", [])}
            and f.event.place.place_id == claim["place"]
            and f.event.attribution.tier.value == claim["tier"]
            and (f.event.attribution.party or "") == claim["party"]
            and low <= f.trigger[1]
            and f.trigger[0] <= high
            and f.event.date.within(span.start, span.end)
            for f in found
        ), claim["summary"]


# --- hostile text


@pytest.mark.parametrize(
    "text",
    [
        "captured " * 20_000,
        "The Syrian army captured Mayadin and " * 5_000,
        "Daesh, " * 30_000,
        "said that " * 20_000,
        "a" * 1_000_000,
        "\n" * 100_000 + "(" * 100_000,
        "1 " * 100_000,
        "in the hands of the " * 10_000,
    ],
    ids=["verbs", "joined", "commas", "speech", "one word", "signs", "numbers", "phrases"],
)
def test_hostile_texts_are_read_to_their_end(text: str) -> None:
    found = read(Document("r", text, published=PUBLISHED))
    assert all(0 <= f.trigger[0] < f.trigger[1] <= len(text) for f in found.events)


WORDS = """Daesh the Syrian army captured withdrew from Mayadin , . said that it will not Raqqa " “
    Friday yesterday 2,500 fighters they its and who in if by Iraq ' 's - to have been hands"""


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(WORDS.split()),
        max_size=40,
    ).map(" ".join)
    | st.text(max_size=120)
)
def test_any_text_is_read_and_every_span_lies_in_it(text: str) -> None:
    found = read(Document("r", text, published=PUBLISHED))
    for event in found.events:
        quote = event.event.quote
        assert 0 <= quote.start < quote.end <= len(text)
        assert 0 <= event.trigger[0] < event.trigger[1] <= len(text)
        assert quote.start <= event.trigger[1]
        assert 0 < event.score < 1
        latest = event.event.date.latest
        assert (
            event.event.type is EventType.INTENTION or latest is None or latest <= PUBLISHED.latest
        )
