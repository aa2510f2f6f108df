"""The fast filters must give what the plain ones give, for any events and any view."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from geo.columns import EventColumns
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
from geo.view import View, select


class Near:
    def __init__(self, low_km):
        self.low_km = low_km


ACTORS = {
    key: Actor(key, key.upper(), key, ActorKind.REBEL, "#333333", "dots", part_of=whole)
    for key, whole in (("a", None), ("b", "a"), ("c", "b"), ("d", None))
}
REPORTS = {
    key: Report(key, f"Title {key}", publisher, DateSpan.parse("2017"), "They took Qaim.")
    for key, publisher in (("r1", "One"), ("r2", "Two"), ("r3", "One"))
}
BORDERS = {"p0": Near(0.0), "p1": Near(5.0), "p2": Near(12.5), "p3": Near(25.0)}  # none for p4
DAYS = st.dates(date(2017, 1, 1), date(2017, 1, 12))
ENDS = st.none() | DAYS


@st.composite
def spans(draw):
    start, end = draw(ENDS), draw(ENDS)
    if start and end and end < start:
        start, end = end, start
    return DateSpan(start, end)


@st.composite
def events(draw):
    number = draw(st.integers(0, 9))
    return Event(
        id=f"e{draw(st.integers(0, 99))}",
        type=draw(st.sampled_from(list(EventType)[:4])),
        participants=tuple(
            Participant(actor, draw(st.sampled_from(Role)))
            for actor in draw(st.lists(st.sampled_from(["a", "b", "c", "d", "x"]), max_size=3))
        ),
        place=EventPlace(
            f"p{number % 5}", "there", f"Town {number}", 34.0, 41.0, "PPL", "SY", None, 1.0
        ),
        date=draw(spans()),
        attribution=Attribution("One", "somebody", draw(st.sampled_from(Tier))),
        quote=Quote(draw(st.sampled_from(list(REPORTS))), 0, 9),
        summary=draw(st.sampled_from(["taken", "lost", ""])),
        status=draw(st.sampled_from(Status)),
    )


@st.composite
def views(draw):
    since, until = draw(ENDS), draw(ENDS)
    if since and until and until < since:
        since, until = until, since

    def some(of):
        return tuple(draw(st.lists(st.sampled_from(of), max_size=2, unique=True)))

    return View(
        actors=some(list(ACTORS)),
        since=since,
        until=until,
        tiers=some(list(Tier)),
        types=some(list(EventType)[:4]),
        publishers=some(["One", "Two", "Nobody"]),
        text=draw(st.sampled_from(["", "taken", "town 3", "QAIM", "nowhere"])),
        border_km=draw(st.sampled_from([None, 0.0, 5.0, 12.4, 12.5, 100.0])),
    )


@settings(max_examples=400)
@given(st.lists(events(), max_size=30), views())
def test_the_fast_filters_give_what_the_plain_ones_give(given_events, view):
    plain = select(given_events, view, actors=ACTORS, reports=REPORTS, borders=BORDERS)
    columns = EventColumns(given_events, REPORTS)
    reasons = columns.judged(view, actors=ACTORS, borders=BORDERS)
    fast = columns.selected(view, reasons)
    assert fast == plain
    assert list(fast.hidden_by.items()) == list(plain.hidden_by.items())  # told in this order
    assert [e for e, here in zip(given_events, fast.flags, strict=True) if here] == [*plain.shown]
    undated = replace(view, since=None, until=None)
    pool = select(given_events, undated, actors=ACTORS, reports=REPORTS, borders=BORDERS)
    passing = columns.passing(None, None, reasons)
    assert [e for e, here in zip(given_events, passing, strict=True) if here] == [*pool.shown]


def one(name):
    place = EventPlace("p0", "there", "Town", 34.0, 41.0, "PPL", "SY", None, 1.0)
    said = Attribution("One", "somebody", Tier.REPORTED)
    return Event(
        name, EventType.HOLDS, (), place, DateSpan(None, None), said, Quote("r1", 0, 9), "taken"
    )


def test_a_choice_of_rows_is_named_by_its_events_alone():
    def key(*names, status=Status.CONFIRMED):
        told = [one(name) for name in names]
        told.append(replace(one("hidden"), status=status))
        columns = EventColumns(told, REPORTS)
        view = View()
        return columns.selected(view, columns.judged(view, actors=ACTORS, borders={})).key

    assert key("a", "b") != key("b", "a")
    assert key("a", "b") != key("a", "c")
    assert key("a", "b", status=Status.REJECTED) != key("a", "b")
    # What is hidden has no part in it.
    assert key("a", "b", "hidden", status=Status.REJECTED) == key("a", "b")


def test_other_distances_for_the_same_places_are_told_apart():
    columns = EventColumns([one("a")], REPORTS)
    view = View(border_km=10.0)
    near = columns.judged(view, actors=ACTORS, borders={"p0": Near(3.0)})
    far = columns.judged(view, actors=ACTORS, borders={"p0": Near(30.0)})
    assert (near.tolist(), far.tolist()) == ([0], [7])
