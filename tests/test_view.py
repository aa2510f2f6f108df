"""A view is one short text: it must survive the trip, and nonsense must do no harm."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.dates import DateSpan
from geo.model import (
    Actor,
    ActorKind,
    Attribution,
    Event,
    EventPlace,
    EventType,
    Participant,
    Quote,
    Report,
    Role,
    Status,
    Tier,
)
from geo.view import MapPosition, View, campaign, parse_view, select

ACTORS = {
    "daesh": Actor("daesh", "Daesh", "Daesh", ActorKind.REBEL, "#333333", "dots"),
    "iraqi-forces": Actor(
        "iraqi-forces", "Iraqi forces", "Iraqi forces", ActorKind.STATE, "#775599", "solid"
    ),
    "pmf": Actor(
        "pmf", "PMF", "PMF", ActorKind.MILITIA, "#775599", "cross", part_of="iraqi-forces"
    ),
}
PUBLISHERS = ("Gulf News", "SOHR & partners")
REPORT = Report("r1", "A title", "Gulf News", DateSpan.parse("2017-11-10"), "They took Qaim.")


def event(number=1, *, when="2017-11-03", agent="pmf", status=Status.CONFIRMED, tier="reported"):
    return Event(
        id=f"r1/{number}",
        type=EventType.CAPTURES,
        participants=(Participant(agent, Role.AGENT),),
        place=EventPlace("local:q", "Qaim", "Al-Qa'im", 34.39, 40.99, "PPL", "IQ", None, 10.0),
        date=DateSpan.parse(when),
        attribution=Attribution("Gulf News", "the paper", Tier(tier)),
        quote=Quote("r1", 0, 9),
        status=status,
    )


def chosen(events, view, **more):
    return select(events, view, actors=ACTORS, reports={"r1": REPORT}, **more)


dates = st.dates(date(2000, 1, 1), date(2030, 1, 1))


@st.composite
def views(draw):
    days = sorted(draw(st.tuples(dates, dates)))
    unique = {"unique": True, "max_size": 3}
    return View(
        actors=tuple(draw(st.lists(st.sampled_from(sorted(ACTORS)), **unique))),
        since=days[0],
        until=days[1],
        tiers=tuple(draw(st.lists(st.sampled_from(list(Tier)), **unique))),
        types=tuple(draw(st.lists(st.sampled_from(list(EventType)), **unique))),
        publishers=tuple(draw(st.lists(st.sampled_from(PUBLISHERS), **unique))),
        text=draw(st.text(st.characters(codec="utf-8"), max_size=30)).strip(),
        border_km=draw(st.none() | st.integers(0, 500).map(float)),
        position=draw(
            st.none()
            | st.builds(
                MapPosition,
                st.integers(-900, 900).map(lambda n: n / 10),
                st.integers(-1800, 1800).map(lambda n: n / 10),
                st.integers(2, 12).map(float),
            )
        ),
        zones=draw(st.booleans()),
    )


@given(views())
def test_a_permalink_reads_back_to_the_same_view(view):
    again, problems = parse_view(view.query(), actors=ACTORS, publishers=PUBLISHERS)
    assert problems == ()
    assert again == view


@given(st.text(max_size=200))
def test_any_text_is_some_view_and_never_an_error(text):
    view, _ = parse_view(text, actors=ACTORS, publishers=PUBLISHERS)
    assert isinstance(view, View)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("actor=nobody", "nobody"),
        ("when=2017-13-45", "2017-13-45"),
        ("when=2017-11-09junk", "2017-11-09junk"),
        ("when=2017-11-09/..", "2017-11-09/.."),
        ("border=near", "near"),
        ("map=95,0,3", "95,0,3"),
        ("tier=sure", "sure"),
        ("zones=perhaps", "perhaps"),
        ("actr=daesh", "actr"),
        ("actor=<script>alert(1)</script>", "<script>"),
    ],
)
def test_nonsense_falls_back_to_the_default_and_says_so(query, word):
    default = View(until=date(2017, 11, 11))
    view, problems = parse_view(query, actors=ACTORS, publishers=PUBLISHERS, default=default)
    assert view == default
    assert len(problems) == 1
    assert word in problems[0]


@pytest.mark.parametrize(
    ("query", "since", "until"),
    [
        ("when=2017-11-11", None, date(2017, 11, 11)),
        ("when=2017-11-11T00:00:00", None, date(2017, 11, 11)),
        ("when=2017-11-11&when=2017-11-03", date(2017, 11, 3), date(2017, 11, 11)),
        ("when=2017-11", date(2017, 11, 1), date(2017, 11, 30)),
        ("when=2017-09&when=2017-11", date(2017, 9, 1), date(2017, 11, 30)),
        ("when=2017-11-03/2017-11-05", date(2017, 11, 3), date(2017, 11, 5)),
    ],
)
def test_dates_in_a_link_cover_all_the_days_they_name(query, since, until):
    view, problems = parse_view(query, actors=ACTORS, publishers=())
    assert (view.since, view.until, problems) == (since, until, ())


def test_what_a_link_picks_up_on_its_way_is_passed_over():
    link = {"fbclid": ["x"], "zones": ["False"]}
    assert parse_view(link, actors=ACTORS, publishers=()) == (View(zones=False), ())


def test_labels_from_the_address_bar_read_like_ids():
    by_label, _ = parse_view(
        "actor=Iraqi+forces&border=25+km&tier=Claimed", actors=ACTORS, publishers=()
    )
    by_id, _ = parse_view("actor=iraqi-forces&border=25&tier=claimed", actors=ACTORS, publishers=())
    assert by_label == by_id
    assert by_id.border_km == 25


def test_choosing_an_actor_shows_its_parts_too():
    assert len(chosen([event()], View(actors=("iraqi-forces",))).shown) == 1
    assert len(chosen([event(agent="iraqi-forces")], View(actors=("pmf",))).shown) == 0


def test_nothing_disappears_uncounted():
    events = [
        event(1),
        event(2, when="2017-12-01"),
        event(3, agent="daesh"),
        event(4, tier="claimed"),
        event(5, status=Status.REJECTED),
        event(6, when=".."),
    ]
    view = View(
        actors=("pmf",),
        since=date(2017, 11, 1),
        until=date(2017, 11, 11),
        tiers=(Tier.REPORTED,),
    )
    result = chosen(events, view)
    assert [e.id for e in result.shown] == ["r1/1", "r1/6"]
    assert result.hidden == 4
    assert result.hidden_by == {"date": 1, "actor": 1, "certainty": 1, "review": 1}


def test_an_uncertain_place_may_be_near_the_border():
    class Near:
        low_km = 0.0

    class Far:
        low_km = 30.0

    view = View(border_km=10)
    assert len(chosen([event()], view, borders={"local:q": Near()}).shown) == 1
    assert len(chosen([event()], view, borders={"local:q": Far()}).shown) == 0


def test_search_needs_every_word_in_any_field():
    assert len(chosen([event()], View(text="QAIM gulf")).shown) == 1
    assert len(chosen([event()], View(text="qaim reuters")).shown) == 0


def test_search_knows_an_actor_by_every_name_the_page_shows():
    army = Actor(
        "army", "Government forces", "Army", ActorKind.STATE, "#777777", "dots", {"ar": ("الجيش",)}
    )
    told = event(agent="army")
    for name in ("government", "army", "الجيش"):
        found = select([told], View(text=name), actors={"army": army}, reports={"r1": REPORT})
        assert found.shown == (told,)


def test_the_campaign_runs_from_the_first_day_named_to_the_last():
    assert campaign([event(), event(when="2017-09/2017-12-09"), event(when="..")]) == (
        date(2017, 9, 1),
        date(2017, 12, 9),
    )
    assert campaign([]) is None
