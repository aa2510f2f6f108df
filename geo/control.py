"""Who holds a place on a date: dated statements replayed by stated rules.

1. Only control-changing types count (captures, loses, withdraws, holds, contests, besieges), only
   events that are not rejected, and only those whose last possible day is not after the day asked.
   An event without any date is left out. The order of the input never matters: statements are
   replayed by day; within a day states and fights come before the changes that end them. A
   counter-attack on the very day of a capture counts from the next day, so that a quick
   reversal shows both its steps.
2. How much a statement weighs (``geo.sides.weigh``). The coded tier stands for what an outsider
   says. The gaining side or an ally of it speaking of its own success is *claimed*, however it was
   coded; the losing side or an ally of it admitting the loss is *assessed*. A reviewer
   (``reviewed_by``) who sets the tier to assessed is believed; confirming that a text says
   something does not make it true. A second independent source that agrees within
   CONTRADICTION_DAYS of a first makes it assessed; one monitor quoted by two papers is one source.
   A bare claim never rises by repetition.
3. Change. An independent report of a capture ends the former hold. Only when the former holder had
   itself just gained the place (within CONTRADICTION_DAYS) do the two stand against each other:
   contested. "X holds it" against another side's word contradicts it within the same days and
   replaces it after them. An assessed statement always wins.
4. A bare claim over an independently attested holder shows both: ``holders`` is (claimant, last
   attested holder), tier claimed, not contested. The former holder drops out once nobody has
   placed it there for STALE_DAYS. Claim against a fresh bare claim is contested.
5. A contradiction ends with a later statement that is better attested, or an independent one when
   the other side has been silent for CONTRADICTION_DAYS; failing that, after CONTRADICTION_DAYS
   the newest independent report stands. An explicit ``contests`` ends only with such a statement.
6. ``loses``/``withdraws`` take the agents out; with nobody else there the holder is unknown. The
   target of ``loses`` is the taker; the target of ``withdraws`` is only whom they left before,
   which is not yet somebody coming in (unless it is an ally: a hand-over). Said by the other
   side alone, it moves nobody.
7. Who besieges a place does not hold it: a siege takes the besiegers out of a contest and, if
   targets are named, says they hold it. It ends when a friend of the besieger holds the place,
   somebody else captures it, the besieger withdraws, or the besieged contest the besieger.
8. *Denied* establishes nothing; it makes a bare claim contested, and an outsider's denial also a
   single report.
9. Actors that are part of one another are one side. Allies (direct, not ally of ally) do not
   contradict each other; the first of them to be named is and stays the holder.
10. Without a word for more than STALE_DAYS the answer is stale, never silently dropped.

Both day counts are judgement, chosen so that the autumn 2017 campaign replays as it is known to
have gone; learning them from data is left to a later version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum, auto

from geo.dates import DateSpan
from geo.model import Actor, Control, Event, EventType, Role, Status, Tier
from geo.sides import Sides, same_source, weigh

__all__ = ["CONTRADICTION_DAYS", "STALE_DAYS", "control_of", "control_on"]

CONTRADICTION_DAYS = 3
STALE_DAYS = 45

_NEAR = timedelta(days=CONTRADICTION_DAYS)
_STALE = timedelta(days=STALE_DAYS)
_RANK = {Tier.DENIED: 0, Tier.CLAIMED: 1, Tier.REPORTED: 2, Tier.ASSESSED: 3}
_WITHIN_DAY = {
    EventType.HOLDS: 0,
    EventType.BESIEGES: 1,
    EventType.CONTESTS: 2,
    EventType.LOSES: 3,
    EventType.WITHDRAWS: 3,
    EventType.CAPTURES: 4,
}


class _Mode(Enum):
    VACANT = auto()
    HELD = auto()
    CLAIM = auto()  # a bare claim over an attested holder: (claimant, former holder)
    CONTESTED = auto()


@dataclass
class _Standing:
    """What one side has going for it at a place, since it last came there."""

    actors: tuple[str, ...]
    tier: Tier
    since: DateSpan
    seen: date
    gained: date | None = None
    attested: date | None = None
    last: Event | None = None
    events: list[Event] = field(default_factory=list)
    sources: list[tuple[str, date]] = field(default_factory=list)

    def add(self, event: Event, day: date, tier: Tier, *, change: bool) -> Tier:
        """Take in a statement that this side is here. Returns what it weighs with the others."""
        independent = _RANK[tier] >= _RANK[Tier.REPORTED]
        if independent:
            name = _source(event)
            for other, when in self.sources:
                if day - when <= _NEAR and not same_source(name, other):
                    tier = Tier.ASSESSED
            self.sources.append((name, day))
            self.attested = day
        if _RANK[tier] >= _RANK[self.tier]:
            self.tier = tier
            self.last = event
        self.seen = day
        if change and (independent or self.gained is None):
            self.gained = day
        self.events.append(event)
        return tier


def _source(event: Event) -> str:
    return event.attribution.speaker.strip() or event.attribution.publisher


class _Replay:
    """The state of one place while its statements are taken in day by day."""

    def __init__(self, sides: Sides) -> None:
        self.sides = sides
        self.mode = _Mode.VACANT
        self.here: list[_Standing] = []
        self.sieges: dict[str, Event] = {}
        self.trigger: Event | None = None  # what emptied the place, or set sides against each other
        self.explicit = False  # contested in so many words
        self.clash = date.min  # last day of a contradiction

    def take(self, event: Event, day: date) -> None:
        """Take in one event whose last possible day is ``day``."""
        self.settle(day)
        agents = event.actors(Role.AGENT)
        targets = event.actors(Role.TARGET)
        if event.type is EventType.CONTESTS:
            self._contest(event, day, agents + targets)
        elif event.type is EventType.BESIEGES:
            self._besiege(event, day, agents, targets)
        elif event.type in (EventType.LOSES, EventType.WITHDRAWS):
            if self.sides.any_friendly(agents, targets):
                self._hand_over(event, day, agents, targets)
            elif targets and event.type is EventType.LOSES:
                self._gain(event, day, targets, agents, change=True)
            else:
                self._leave(event, day, agents)
        elif agents:
            self._gain(event, day, agents, targets, change=event.type is EventType.CAPTURES)

    def settle(self, day: date) -> None:
        """Let time resolve what it resolves by ``day`` (rules 4 and 5)."""
        if self.mode is _Mode.CLAIM and day - self.here[1].seen > _STALE:
            self._hold(self.here[0])
        elif self.mode is _Mode.CONTESTED and not self.explicit and day - self.clash > _NEAR:
            newest = max((s.attested for s in self.here if s.attested), default=None)
            best = [s for s in self.here if newest and s.attested == newest]
            if len(best) == 1:
                self._hold(best[0])

    def _hold(self, standing: _Standing) -> None:
        self.mode = _Mode.HELD
        self.here = [standing]
        self.explicit = False
        self.trigger = None
        for actor in [a for a in self.sieges if self.sides.any_friendly((a,), standing.actors)]:
            del self.sieges[actor]

    def _dispute(self, event: Event, day: date, here: list[_Standing], *, explicit: bool) -> None:
        if self.mode is not _Mode.CONTESTED or (explicit and not self.explicit):
            self.trigger = event
        self.mode = _Mode.CONTESTED
        self.here = here
        self.explicit = self.explicit or explicit
        self.clash = day

    def _find(self, actors: Sequence[str]) -> _Standing | None:
        return next((s for s in self.here if self.sides.any_friendly(s.actors, actors)), None)

    def _new(self, event: Event, day: date, actors: Sequence[str], tier: Tier) -> _Standing:
        return _Standing(self.sides.leading(actors), tier, event.date, day, last=event)

    def _gain(
        self,
        event: Event,
        day: date,
        gainers: Sequence[str],
        losers: Sequence[str],
        *,
        change: bool,
    ) -> None:
        foes = [
            a for s in self.here for a in s.actors if not self.sides.any_friendly((a,), gainers)
        ]
        tier = weigh(event, gainers, [*losers, *foes], self.sides)
        mine = self._find(gainers)
        if tier is Tier.DENIED:
            party = event.attribution.party
            outsider = not party or not self.sides.any_friendly((party,), [*losers, *foes])
            doubted = (Tier.CLAIMED, Tier.REPORTED) if outsider else (Tier.CLAIMED,)
            if mine and mine.tier in doubted:
                mine.events.append(event)
                here = list(self.here)
                if losers and not self._find(losers):
                    here.append(self._new(event, day, losers, Tier.CLAIMED))
                self._dispute(event, day, here, explicit=False)
            return
        if change:
            for actor in [a for a in self.sieges if not self.sides.any_friendly((a,), gainers)]:
                del self.sieges[actor]
        old = list(self.here)
        standing = mine or self._new(event, day, gainers, tier)
        if self.mode is _Mode.VACANT and self.trigger is not None:
            standing.events.append(self.trigger)
            admitted = weigh(self.trigger, (), self.trigger.actors(Role.AGENT), self.sides)
            if admitted is Tier.ASSESSED and day - self.clash <= _NEAR:
                tier = Tier.ASSESSED
        tier = standing.add(event, day, tier, change=change)
        if mine is None:
            self.here.append(standing)
        others = [s for s in old if s is not standing]
        if not others:
            if self.mode is not _Mode.CONTESTED or tier is not Tier.CLAIMED:
                self._hold(standing)
        elif self._prevails(standing, tier, others, day, change=change, known=mine is not None):
            if change and self.mode is _Mode.CONTESTED:
                standing.since = event.date
            self._hold(standing)
        elif self.mode is _Mode.CLAIM and standing is self.here[0]:
            pass  # the claimant repeating itself
        elif self.mode is _Mode.HELD and tier is Tier.CLAIMED and others[0].attested is not None:
            self.mode = _Mode.CLAIM
            self.here = [standing, others[0]]
        else:
            self._dispute(event, day, self.here, explicit=False)

    def _prevails(
        self,
        mine: _Standing,
        tier: Tier,
        others: list[_Standing],
        day: date,
        *,
        change: bool,
        known: bool,
    ) -> bool:
        """Whether this statement settles the place for its side against all others there."""
        if tier is Tier.ASSESSED:
            return True
        if tier is Tier.CLAIMED:
            # A bare claim replaces nothing but an old bare claim.
            return self.mode is _Mode.HELD and all(
                o.attested is None and day - o.seen > _NEAR for o in others
            )
        if self.mode is _Mode.CLAIM and known and mine is self.here[0]:
            return True  # an outsider bears the claimant out
        better = self.mode is _Mode.CONTESTED and known

        def beaten(other: _Standing) -> bool:
            if better and _RANK[tier] > _RANK[other.tier]:
                return True
            last = other.gained if change else other.seen
            return last is None or day - last > _NEAR

        return all(beaten(other) for other in others)

    def _leave(self, event: Event, day: date, losers: Sequence[str]) -> None:
        tier = weigh(event, (), losers, self.sides)
        if tier is Tier.DENIED:
            return
        gone = [s for s in self.here if self.sides.any_same(s.actors, losers)]
        if tier is Tier.CLAIMED and self.here:
            for standing in gone:
                standing.events.append(event)
            return
        for actor in [a for a in self.sieges if self.sides.any_same((a,), losers)]:
            del self.sieges[actor]
        if self.here and not gone:
            return
        left = [s for s in self.here if s not in gone]
        if len(left) > 1:
            self.here = left
        elif left:
            if tier is Tier.ASSESSED:
                left[0].tier = Tier.ASSESSED
            left[0].events.append(event)
            self._hold(left[0])
        else:
            self.mode, self.here, self.trigger = _Mode.VACANT, [], event
            self.explicit, self.clash = False, day

    def _hand_over(
        self, event: Event, day: date, losers: Sequence[str], takers: Sequence[str]
    ) -> None:
        """One ally leaves a place to another."""
        if event.attribution.tier is Tier.DENIED:
            return
        self.here = [s for s in self.here if not self.sides.any_same(s.actors, losers)]
        if not self.here:
            self.mode, self.trigger, self.explicit = _Mode.VACANT, None, False
        elif len(self.here) == 1 and self.mode is _Mode.CLAIM:
            self.mode = _Mode.HELD
        self._gain(event, day, takers, (), change=True)

    def _contest(self, event: Event, day: date, parties: Sequence[str]) -> None:
        if event.attribution.tier is Tier.DENIED or not parties:
            return
        here = list(self.here)
        for actor in parties:
            standing = next((s for s in here if self.sides.any_friendly(s.actors, (actor,))), None)
            if standing is None:
                tier = weigh(event, (actor,), (), self.sides)
                standing = self._new(event, day, (actor,), tier)
                here.append(standing)
            standing.seen = day
            if event not in standing.events:
                standing.events.append(event)
        targets = event.actors(Role.TARGET)
        for actor in [a for a in self.sieges if self.sides.any_same((a,), targets)]:
            del self.sieges[actor]
        self._dispute(event, day, here, explicit=True)

    def _besiege(
        self, event: Event, day: date, agents: Sequence[str], targets: Sequence[str]
    ) -> None:
        if event.attribution.tier is Tier.DENIED:
            return
        inside = [s for s in self.here if not self.sides.any_friendly(s.actors, agents)]
        if inside and len(inside) < len(self.here):
            if len(inside) == 1:
                self._hold(inside[0])
            else:
                self.here = inside
        if targets:
            self._gain(event, day, targets, agents, change=False)
        for actor in self.sides.leading(agents):
            self.sieges[actor] = event


def control_on(
    events: Sequence[Event], on: date, actors: Mapping[str, Actor]
) -> tuple[Control, ...]:
    """Who holds each place on a day: one answer per place with evidence up to ``on``.

    Sorted by place id. Areas and lines are answered too (``geo.zones`` leaves them out).
    """
    sides = Sides(actors)
    by_place: dict[str, list[tuple[date, Event]]] = {}
    for event in events:
        day = event.date.latest
        counts = event.type.changes_control and event.status is not Status.REJECTED
        if counts and day is not None and day <= on:
            by_place.setdefault(event.place.place_id, []).append((day, event))
    return tuple(_answer(by_place[place], on, sides) for place in sorted(by_place))


def control_of(
    place_id: str, events: Sequence[Event], on: date, actors: Mapping[str, Actor]
) -> Control | None:
    """Who holds one place on a day, or None where nothing was said of it up to then."""
    found = control_on([e for e in events if e.place.place_id == place_id], on, actors)
    return found[0] if found else None


def _in_order(dated: list[tuple[date, Event]], sides: Sides) -> list[tuple[date, Event]]:
    """The statements as they take effect (rule 1)."""
    takers: dict[date, set[str]] = {}
    for day, event in dated:
        if event.attribution.tier is not Tier.DENIED:
            if event.type is EventType.CAPTURES:
                takers.setdefault(day, set()).update(event.actors(Role.AGENT))
            elif event.type is EventType.LOSES:
                takers.setdefault(day, set()).update(event.actors(Role.TARGET))

    def effective(day: date, event: Event) -> date:
        if event.type is not EventType.CONTESTS or day not in takers:
            return day
        own = sides.any_friendly(event.actors(Role.AGENT), sorted(takers[day]))
        return day if own else day + timedelta(days=1)

    return sorted(((effective(*item), item[1]) for item in dated), key=_key)


def _key(item: tuple[date, Event]) -> tuple[date, int, int, str, str, str]:
    day, event = item
    said = event.attribution
    return (
        day,
        _WITHIN_DAY[event.type],
        _RANK[said.tier] or len(_RANK),  # a denial follows what it denies
        event.id,
        said.publisher,
        said.speaker,
    )


def _answer(dated: list[tuple[date, Event]], on: date, sides: Sides) -> Control:
    dated = _in_order(dated, sides)
    replay = _Replay(sides)
    for day, event in dated:
        if day <= on:
            replay.take(event, day)
    replay.settle(on)

    holders = [a for s in replay.here for a in s.actors]
    sole = replay.here[0].actors if len(replay.here) == 1 else ()
    besiegers = tuple(a for a in replay.sieges if not sides.any_friendly((a,), sole))
    used = {e.id for s in replay.here for e in s.events}
    used |= {replay.sieges[a].id for a in besiegers}
    since: DateSpan | None = None
    seen = [s.seen for s in replay.here]
    if replay.mode in (_Mode.VACANT, _Mode.CONTESTED) and replay.trigger is not None:
        used.add(replay.trigger.id)
        since = replay.trigger.date
        seen.append(replay.trigger.date.latest or on)
    elif replay.here:
        since = replay.here[0].since
    stale = bool(seen) and on - max(seen) > _STALE
    return Control(
        place=dated[-1][1].place,
        on=on,
        holders=tuple(dict.fromkeys(holders)),
        tier=_tier(replay),
        since=since,
        contested=replay.mode is _Mode.CONTESTED,
        stale=stale,
        besieged_by=besiegers,
        evidence=tuple(dict.fromkeys(e.id for _, e in dated if e.id in used)),
        reason=_reason(replay, besiegers, max(seen) if stale else None),
    )


def _tier(replay: _Replay) -> Tier | None:
    """The tier of the answer; of several sides against each other, the weakest."""
    if replay.here:
        return min((s.tier for s in replay.here), key=lambda t: _RANK[t])
    if replay.trigger is not None:
        return weigh(replay.trigger, (), replay.trigger.actors(Role.AGENT), replay.sides)
    return None


def _reason(replay: _Replay, besiegers: tuple[str, ...], silent_since: date | None) -> str:
    """One sentence: what is so, who says so, when."""

    def names(ids: Sequence[str]) -> str:
        return " and ".join(replay.sides.short(i) for i in ids)

    here = replay.here
    if replay.mode is _Mode.VACANT:
        if replay.trigger is None:
            text = "Nobody is said to hold it"
        else:
            left = names(replay.trigger.actors(Role.AGENT))
            text = f"{left} left ({_says(replay.trigger)}); nobody is said to hold it since"
    elif replay.mode is _Mode.CLAIM:
        text = (
            f"{names(here[0].actors)}: its own claim only ({_says(here[0].last)}); "
            f"before it {names(here[1].actors)} ({_says(here[1].last)})"
        )
    elif replay.mode is _Mode.CONTESTED:
        sides = " and ".join(names(s.actors) for s in here)
        between = f"Contested between {sides}" if len(here) > 1 else f"Contested: {sides}"
        text = f"{between} (newest word: {_says(max(_evidence(replay), key=_when))})"
    else:
        how = {Tier.ASSESSED: "assessed", Tier.CLAIMED: "its own claim only"}
        words = how.get(here[0].tier, "reported")
        text = f"{names(here[0].actors)}: {words} ({_says(here[0].last)})"
    if besiegers:
        text += f"; besieged by {names(besiegers)} ({_says(replay.sieges[besiegers[0]])})"
    if silent_since is not None:
        text += f"; no word since {DateSpan.day(silent_since).words()}"
    return text + "."


def _evidence(replay: _Replay) -> list[Event]:
    found = [e for s in replay.here for e in s.events]
    return [*found, replay.trigger] if replay.trigger is not None else found


def _when(event: Event) -> tuple[date, int, str]:
    return event.date.latest or date.min, _WITHIN_DAY[event.type], event.id


def _says(event: Event | None) -> str:
    if event is None:
        return "source not given"
    said = event.attribution
    speaker, publisher = said.speaker.strip(), said.publisher.strip()
    who = speaker or publisher or "source not given"
    if publisher and speaker and not same_source(speaker, publisher):
        who = f"{speaker} in {publisher}"
    return f"{who}, {event.date.words()}"
