"""Who holds a place on a date: each rule of geo.control by itself, then what must always hold."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.control import CONTRADICTION_DAYS, STALE_DAYS, control_of, control_on
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
    Role,
    Status,
    Tier,
)
from geo.sides import Sides, same_source

TOWN = "local:town"


def actor(actor_id, *, part_of=None, allied=()):
    return Actor(
        actor_id, actor_id.upper(), actor_id, ActorKind.STATE, "#777777", "solid", {}, part_of,
        allied,
    )  # fmt: skip


ACTORS = {
    a.id: a
    for a in (
        actor("daesh"),
        actor("army", allied=("militia",)),
        actor("militia"),
        actor("sdf"),
        actor("iraq"),
        actor("pmf", part_of="iraq"),
    )
}


def nov(day):
    return date(2017, 11, 1) + timedelta(days=day - 1)


_count = iter(range(10**9))


def event(
    kind,
    agents,
    day,
    *,
    targets=(),
    tier="reported",
    party=None,
    speaker="Monitor",
    publisher="Paper",
    place=TOWN,
    event_id=None,
    status=Status.CONFIRMED,
    reviewed_by="",
):
    agents = (agents,) if isinstance(agents, str) else agents
    targets = (targets,) if isinstance(targets, str) else targets
    span = DateSpan.parse(day) if isinstance(day, str) else DateSpan.day(nov(day))
    return Event(
        id=event_id or f"r/{next(_count)}",
        type=EventType(kind),
        participants=(
            *(Participant(a, Role.AGENT) for a in agents),
            *(Participant(t, Role.TARGET) for t in targets),
        ),
        place=EventPlace(place, "Town", "Town", 34.45, 40.92, "PPL", "SY", "SY.07", 1.0),
        date=span,
        attribution=Attribution(publisher, speaker, Tier(tier), party),
        quote=Quote("r", 0, 1),
        status=status,
        reviewed_by=reviewed_by,
    )


def on(day, *events):
    return control_of(TOWN, events, nov(day), ACTORS)


HELD = event("holds", "daesh", 1, event_id="r/held")
CLAIM = event(
    "captures", "army", 9, tier="claimed", party="army", speaker="Army", event_id="r/claim"
)


class TestWhatCounts:
    def test_nothing_said_is_no_answer(self):
        assert on(9) is None
        assert control_on([], nov(9), ACTORS) == ()

    @pytest.mark.parametrize("kind", [k for k in EventType if not k.changes_control])
    def test_other_types_never_change_a_holder(self, kind):
        other = event(kind, "army", 5, targets="daesh", tier="assessed")
        assert on(9, other) is None
        assert on(9, HELD, other) == on(9, HELD)

    def test_rejected_events_do_not_count(self):
        rejected = event("captures", "army", 5, status=Status.REJECTED)
        assert on(9, HELD, rejected) == on(9, HELD)

    def test_a_span_counts_from_its_last_day(self):
        taken = event("captures", "iraq", "2017-11-03/2017-11-05")
        assert on(4, HELD, taken).holders == ("daesh",)
        assert on(5, HELD, taken).holders == ("iraq",)

    def test_an_open_span_counts_from_its_start(self):
        assert on(5, event("holds", "iraq", "2017-11-05/..")).holders == ("iraq",)

    def test_an_event_without_any_date_is_left_out(self):
        assert on(9, event("captures", "army", "..")) is None

    def test_an_unknown_actor_is_a_side_of_its_own(self):
        found = on(9, HELD, event("captures", "nobody-knows", 5))
        assert found.holders == ("nobody-knows",)
        assert "nobody-knows" in found.reason

    def test_one_answer_for_each_place(self):
        events = [HELD, event("holds", "sdf", 2, place="local:a"), event("clash", "sdf", 2)]
        found = control_on(events, nov(9), ACTORS)
        assert [c.place.place_id for c in found] == ["local:a", TOWN]


class TestTier:
    def test_the_winner_alone_is_claimed_however_it_was_coded(self):
        told = event("captures", "army", 9, tier="assessed", party="army")
        assert on(9, told).tier is Tier.CLAIMED

    def test_an_ally_of_the_winner_is_no_independent_voice(self):
        told = event("captures", "army", 9, party="militia")
        assert on(9, told).tier is Tier.CLAIMED

    def test_a_part_of_the_winner_is_no_independent_voice(self):
        assert on(9, event("captures", "iraq", 9, party="pmf")).tier is Tier.CLAIMED

    def test_one_independent_source_is_reported(self):
        assert on(9, event("captures", "army", 9)).tier is Tier.REPORTED

    def test_two_independent_sources_are_assessed(self):
        one = event("captures", "army", 9, speaker="Monitor")
        two = event("captures", "army", 9 + CONTRADICTION_DAYS, speaker="Agency")
        assert on(30, one, two).tier is Tier.ASSESSED

    def test_two_sources_too_far_apart_are_not(self):
        one = event("captures", "army", 9, speaker="Monitor")
        two = event("captures", "army", 10 + CONTRADICTION_DAYS, speaker="Agency")
        assert on(30, one, two).tier is Tier.REPORTED

    def test_one_monitor_in_two_papers_is_one_source(self):
        one = event("captures", "army", 9, speaker="Human Rights Monitor", publisher="A")
        two = event("captures", "army", 9, speaker="HRM", publisher="B")
        assert on(9, one, two).tier is Tier.REPORTED

    def test_claim_and_one_report_are_reported(self):
        assert on(9, CLAIM, event("captures", "army", 9)).tier is Tier.REPORTED

    def test_claims_never_add_up(self):
        more = [
            event("captures", "army", 9, tier="claimed", party="army", speaker=s) for s in "ABCD"
        ]
        assert on(9, *more).tier is Tier.CLAIMED

    def test_the_loser_admitting_is_assessed(self):
        told = event("captures", "army", 9, targets="daesh", tier="reported", party="daesh")
        assert on(9, HELD, told).tier is Tier.ASSESSED

    def test_a_reviewer_must_set_the_tier_to_be_believed(self):
        seen = event("captures", "army", 9, tier="claimed", party="army", reviewed_by="Ann")
        judged = event("captures", "army", 9, tier="assessed", party="army", reviewed_by="Ann")
        assert on(9, seen).tier is Tier.CLAIMED
        assert on(9, judged).tier is Tier.ASSESSED

    def test_denied_establishes_nothing(self):
        denied = event("captures", "army", 9, tier="denied", party="daesh")
        found = on(9, denied)
        assert (found.holders, found.tier) == ((), None)
        assert on(9, HELD, denied).holders == ("daesh",)

    def test_a_denied_claim_is_contested(self):
        denied = event("captures", "army", 10, targets="daesh", tier="denied", party="daesh")
        found = on(10, CLAIM, denied)
        assert found.contested
        assert set(found.holders) == {"army", "daesh"}

    def test_a_denial_does_not_bring_back_who_is_said_to_have_left(self):
        left = event("withdraws", "daesh", 8)
        denied = event("captures", "army", 10, targets="daesh", tier="denied")
        assert on(10, HELD, left, CLAIM, denied).holders == ("army",)
        back = event("contests", "daesh", 8, event_id="r/back")
        returned = on(10, HELD, event("withdraws", "daesh", 7), back, CLAIM, denied)
        assert set(returned.holders) == {"army", "daesh"}

    def test_the_sentence_lists_every_side_and_says_whose_claim_it_is(self):
        fight = event("contests", "army", 9, targets=("daesh", "sdf"))
        assert "Contested between army, daesh and sdf" in on(9, fight).reason
        assert "claimed by its own side only" in on(9, CLAIM).reason


class TestChange:
    def test_an_independent_capture_is_a_clean_change(self):
        found = on(2, HELD, event("captures", "army", 2))
        assert (found.holders, found.contested) == (("army",), False)
        assert str(found.since) == "2017-11-02"

    def test_a_bare_claim_shows_claimant_and_former_holder(self):
        found = on(9, HELD, CLAIM)
        assert (found.holders, found.tier, found.contested) == (
            ("army", "daesh"),
            Tier.CLAIMED,
            False,
        )
        assert set(found.evidence) == {"r/held", "r/claim"}

    def test_the_former_holder_drops_out_when_it_is_old_news(self):
        found = on(2 + STALE_DAYS, HELD, CLAIM)
        assert (found.holders, found.tier) == (("army",), Tier.CLAIMED)

    def test_an_outsider_bears_the_claim_out(self):
        found = on(12, HELD, CLAIM, event("holds", "army", 12))
        assert (found.holders, found.tier, str(found.since)) == (
            ("army",),
            Tier.REPORTED,
            "2017-11-09",
        )

    def test_claim_against_fresh_claim_is_contested(self):
        other = event("captures", "sdf", 10, tier="claimed", party="sdf")
        assert on(10, CLAIM, other).contested
        assert set(on(10, CLAIM, other).holders) == {"army", "sdf"}

    def test_claim_after_old_claim_replaces_it(self):
        other = event("captures", "sdf", 20, tier="claimed", party="sdf")
        assert on(20, CLAIM, other).holders == ("sdf",)

    def test_a_report_against_a_fresh_claim_is_contested_then_stands(self):
        monitor = event("holds", "daesh", 11)
        both = on(11, HELD, CLAIM, monitor)
        assert both.contested
        assert set(both.holders) == {"army", "daesh"}
        last = on(11 + CONTRADICTION_DAYS, HELD, CLAIM, monitor)
        assert last.contested
        after = on(12 + CONTRADICTION_DAYS, HELD, CLAIM, monitor)
        assert (after.holders, after.tier, after.contested) == (("daesh",), Tier.REPORTED, False)

    def test_better_evidence_ends_a_contradiction_at_once(self):
        events = HELD, CLAIM, event("holds", "daesh", 11), event("holds", "daesh", 12)
        assert on(12, *events).holders == ("daesh",)

    def test_two_reports_of_captures_in_quick_turn_are_contested(self):
        events = event("captures", "army", 9), event("captures", "daesh", 11, speaker="Other")
        assert on(11, *events).contested
        assert on(12 + CONTRADICTION_DAYS, *events).holders == ("daesh",)

    def test_contests_last_until_an_independent_word(self):
        fight = event("contests", "army", 12, targets="daesh")
        assert on(40, HELD, fight).contested
        assert set(on(40, HELD, fight).holders) == {"daesh", "army"}
        assert on(20, HELD, fight, event("captures", "army", 19)).holders == ("army",)

    def test_a_bare_claim_does_not_end_a_contest(self):
        fight = event("contests", "army", 5, targets="daesh")
        assert on(9, HELD, fight, CLAIM).contested

    def test_a_counter_attack_on_the_day_of_a_capture_counts_from_the_next(self):
        back = event("contests", "daesh", 9, targets="army")
        assert on(9, HELD, CLAIM, back).contested is False
        assert on(10, HELD, CLAIM, back).contested is True

    def test_allies_do_not_contradict_each_other(self):
        events = event("captures", "army", 9), event("holds", "militia", 10)
        found = on(10, *events)
        assert (found.holders, found.contested) == (("army",), False)

    def test_a_part_and_the_whole_are_one_side(self):
        events = event("captures", "pmf", 9), event("holds", "iraq", 10)
        assert on(10, *events).contested is False


class TestLeaving:
    def test_no_taker_leaves_the_holder_unknown(self):
        for kind in ("loses", "withdraws"):
            found = on(9, HELD, event(kind, "daesh", 9))
            assert (found.holders, found.contested) == ((), False)
            assert "daesh left" in found.reason

    def test_the_target_of_loses_takes_it(self):
        assert on(9, HELD, event("loses", "daesh", 9, targets="army")).holders == ("army",)

    def test_the_target_of_withdraws_has_not_come_in_yet(self):
        assert on(9, HELD, event("withdraws", "daesh", 9, targets="army")).holders == ()

    def test_withdrawal_and_claim_leave_the_claimant_alone(self):
        found = on(9, HELD, CLAIM, event("withdraws", "daesh", 9, targets="army"))
        assert (found.holders, found.tier) == (("army",), Tier.CLAIMED)

    def test_the_loser_admitting_it_left_settles_the_claim(self):
        found = on(10, HELD, CLAIM, event("withdraws", "daesh", 10, party="daesh"))
        assert (found.holders, found.tier) == (("army",), Tier.ASSESSED)

    def test_only_the_other_side_saying_so_moves_nobody(self):
        found = on(9, HELD, event("withdraws", "daesh", 9, tier="claimed", party="army"))
        assert (found.holders, found.contested) == (("daesh",), False)

    def test_an_ally_can_be_handed_a_place(self):
        events = event("captures", "army", 2), event("withdraws", "army", 9, targets="militia")
        assert on(9, *events).holders == ("militia",)


class TestSiege:
    SIEGE = event("besieges", "army", 5, targets="daesh", event_id="r/siege")

    def test_the_besieged_hold_it(self):
        found = on(6, HELD, self.SIEGE)
        assert (found.holders, found.besieged_by) == (("daesh",), ("army",))
        assert "besieged by army" in found.reason

    def test_a_siege_ends_with_the_capture(self):
        assert on(9, HELD, self.SIEGE, event("captures", "army", 9)).besieged_by == ()

    def test_a_siege_ends_when_the_besieger_leaves(self):
        found = on(9, HELD, self.SIEGE, event("withdraws", "army", 9))
        assert (found.holders, found.besieged_by) == (("daesh",), ())

    def test_who_besieges_is_no_longer_inside(self):
        fight = event("contests", "army", 3, targets="daesh")
        assert on(4, HELD, fight).contested
        found = on(5, HELD, fight, self.SIEGE)
        assert (found.holders, found.contested) == (("daesh",), False)


class TestStale:
    def test_stale_after_the_days_without_a_word(self):
        assert on(1 + STALE_DAYS, HELD).stale is False
        found = on(2 + STALE_DAYS, HELD)
        assert (found.holders, found.stale) == (("daesh",), True)
        assert "no word since 1 Nov 2017" in found.reason

    def test_a_new_word_refreshes(self):
        assert on(60, HELD, event("holds", "daesh", 40)).stale is False


def test_a_town_that_changed_hands_three_times_replays_day_by_day():
    """The shape of Al Bu Kamal, 8-20 November 2017."""
    events = [
        HELD,
        event("withdraws", "daesh", 9, targets="army", speaker="Gazette"),
        CLAIM,
        event("contests", "daesh", 9, targets="army"),
        event("captures", "daesh", 11, targets="army"),
        event("contests", "army", 12, targets="daesh"),
        event("besieges", "army", 18, targets="daesh", tier="claimed", party="army"),
        event("withdraws", "daesh", 19, targets="army"),
        event("captures", "army", 19, targets="daesh", tier="claimed", party="militia"),
    ]
    seen = []
    for day in range(8, 21):
        found = on(day, *events)
        state = ("contested" if found.contested else found.holders, found.tier.value)
        if not seen or seen[-1][1:] != state:
            seen.append((day, *state))
    assert seen == [
        (8, ("daesh",), "reported"),
        (9, ("army",), "claimed"),
        (10, "contested", "claimed"),
        (11, ("daesh",), "reported"),
        (12, "contested", "reported"),
        (18, ("daesh",), "assessed"),
        (19, ("army",), "claimed"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Syrian Observatory for Human Rights", "SOHR", True),
        ("SOHR head Rami Abdel Rahman", "Syrian Observatory for Human Rights", True),
        ("the Syrian military", "Syrian military, through its spokesman", True),
        ("Reuters", "Syrian Observatory for Human Rights", False),
        ("US officials", "UN officials", False),
        ("widely reported", "Reuters", True),
    ],
)
def test_same_source(one, other, same):
    assert same_source(one, other) is same
    assert same_source(other, one) is same


def test_sides_survive_a_loop_in_the_actor_set():
    loop = {"a": actor("a", part_of="b"), "b": actor("b", part_of="a")}
    assert Sides(loop).same("a", "b")


AGENT = st.sampled_from([*ACTORS, "unknown"])


@st.composite
def histories(draw):
    size = draw(st.integers(1, 9))
    return [
        event(
            draw(st.sampled_from([k.value for k in EventType if k.changes_control])),
            draw(AGENT),
            draw(st.integers(1, 25)),
            targets=draw(st.one_of(st.just(()), AGENT)),
            tier=draw(st.sampled_from([t.value for t in Tier])),
            party=draw(st.one_of(st.none(), AGENT)),
            speaker=draw(st.sampled_from(["Monitor", "Agency", "widely reported", ""])),
            place=draw(st.sampled_from([TOWN, "local:other"])),
            event_id=f"h/{i}",
        )
        for i in range(size)
    ]


@settings(max_examples=300)
@given(histories(), st.integers(0, 90), st.randoms(use_true_random=False))
def test_no_looking_ahead_and_no_order(events, day, rng):
    answer = control_on(events, nov(day), ACTORS)
    known = [e for e in events if e.date.latest <= nov(day)]
    assert control_on(known, nov(day), ACTORS) == answer
    rng.shuffle(events)
    assert control_on(events, nov(day), ACTORS) == answer


@settings(max_examples=300)
@given(histories(), st.integers(0, 90))
def test_every_answer_is_whole(events, day):
    ids = {e.id for e in events}
    for found in control_on(events, nov(day), ACTORS):
        assert set(found.evidence) <= ids
        assert found.reason.endswith(".")
        assert len(set(found.holders)) == len(found.holders)
        if found.holders:
            assert found.evidence
            assert found.tier in {Tier.ASSESSED, Tier.REPORTED, Tier.CLAIMED}
            assert found.since is not None
        if len(found.holders) > 1 and not found.contested:
            assert found.tier is Tier.CLAIMED


@given(histories(), st.integers(0, 40))
def test_claims_alone_are_never_more_than_claimed(events, day):
    bare = [e for e in events if e.attribution.tier is Tier.CLAIMED and not e.attribution.party]
    bare = [e for e in bare if e.type in (EventType.CAPTURES, EventType.HOLDS)]
    for found in control_on(bare, nov(day), ACTORS):
        assert found.tier is Tier.CLAIMED
