"""The replay of one place's statements in order, by the rules told in ``geo.control``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum, auto

from geo.dates import DateSpan
from geo.model import Event, EventType, Role, Tier
from geo.sides import Sides, same_source, weigh

__all__ = ["CONTRADICTION_DAYS", "RANK", "STALE_DAYS", "Mode", "Replay", "Standing"]

CONTRADICTION_DAYS = 3
STALE_DAYS = 45
RANK = {Tier.DENIED: 0, Tier.CLAIMED: 1, Tier.REPORTED: 2, Tier.ASSESSED: 3}

_NEAR = timedelta(days=CONTRADICTION_DAYS)
_STALE = timedelta(days=STALE_DAYS)


class Mode(Enum):
    """What the statements so far amount to."""

    VACANT = auto()
    HELD = auto()
    CLAIM = auto()  # a bare claim over an attested holder: (claimant, former holder)
    CONTESTED = auto()


@dataclass
class Standing:
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
        independent = RANK[tier] >= RANK[Tier.REPORTED]
        if independent:
            name = _source(event)
            for other, when in self.sources:
                if day - when <= _NEAR and not same_source(name, other):
                    tier = Tier.ASSESSED
            self.sources.append((name, day))
            self.attested = day
        if RANK[tier] >= RANK[self.tier]:
            self.tier = tier
            self.last = event
        self.seen = day
        if change and (independent or self.gained is None):
            self.gained = day
        self.events.append(event)
        return tier


def _source(event: Event) -> str:
    return event.attribution.speaker.strip() or event.attribution.publisher


class Replay:
    """The state of one place while its statements are taken in day by day."""

    def __init__(self, sides: Sides) -> None:
        self.sides = sides
        self.mode = Mode.VACANT
        self.here: list[Standing] = []
        self.sieges: dict[str, Event] = {}
        self.trigger: Event | None = None  # what emptied the place, or set sides against each other
        self.explicit = False  # contested in so many words
        self.clash = date.min  # last day of a contradiction
        self.gone: set[str] = set()  # said to have left, and not to have come back

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
        if self.mode is Mode.CLAIM and day - self.here[1].seen > _STALE:
            self._hold(self.here[0])
        elif self.mode is Mode.CONTESTED and not self.explicit and day - self.clash > _NEAR:
            newest = max((s.attested for s in self.here if s.attested), default=None)
            best = [s for s in self.here if newest and s.attested == newest]
            if len(best) == 1:
                self._hold(best[0])

    def _hold(self, standing: Standing) -> None:
        self.mode = Mode.HELD
        self.here = [standing]
        self.explicit = False
        self.trigger = None
        for actor in [a for a in self.sieges if self.sides.any_friendly((a,), standing.actors)]:
            del self.sieges[actor]

    def _dispute(self, event: Event, day: date, here: list[Standing], *, explicit: bool) -> None:
        if self.mode is not Mode.CONTESTED or (explicit and not self.explicit):
            self.trigger = event
        self.mode = Mode.CONTESTED
        self.here = here
        self.explicit = self.explicit or explicit
        self.clash = day

    def _find(self, actors: Sequence[str]) -> Standing | None:
        return next((s for s in self.here if self.sides.any_friendly(s.actors, actors)), None)

    def _new(self, event: Event, day: date, actors: Sequence[str], tier: Tier) -> Standing:
        return Standing(self.sides.leading(actors), tier, event.date, day, last=event)

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
                still = [a for a in losers if a not in self.gone]
                if still and not self._find(still):
                    here.append(self._new(event, day, still, Tier.CLAIMED))
                self._dispute(event, day, here, explicit=False)
            return
        if change:
            for actor in [a for a in self.sieges if not self.sides.any_friendly((a,), gainers)]:
                del self.sieges[actor]
        self.gone.difference_update(gainers)
        old = list(self.here)
        standing = mine or self._new(event, day, gainers, tier)
        if self.mode is Mode.VACANT and self.trigger is not None:
            standing.events.append(self.trigger)
            admitted = weigh(self.trigger, (), self.trigger.actors(Role.AGENT), self.sides)
            if admitted is Tier.ASSESSED and day - self.clash <= _NEAR:
                tier = Tier.ASSESSED
        tier = standing.add(event, day, tier, change=change)
        if mine is None:
            self.here.append(standing)
        others = [s for s in old if s is not standing]
        if not others:
            if self.mode is not Mode.CONTESTED or tier is not Tier.CLAIMED:
                self._hold(standing)
        elif self._prevails(standing, tier, others, day, change=change, known=mine is not None):
            if change and self.mode is Mode.CONTESTED:
                standing.since = event.date
            self._hold(standing)
        elif self.mode is Mode.CLAIM and standing is self.here[0]:
            pass  # the claimant repeating itself
        elif self.mode is Mode.HELD and tier is Tier.CLAIMED and others[0].attested is not None:
            self.mode = Mode.CLAIM
            self.here = [standing, others[0]]
        else:
            self._dispute(event, day, self.here, explicit=False)

    def _prevails(
        self,
        mine: Standing,
        tier: Tier,
        others: list[Standing],
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
            return self.mode is Mode.HELD and all(
                o.attested is None and day - o.seen > _NEAR for o in others
            )
        if self.mode is Mode.CLAIM and known and mine is self.here[0]:
            return True  # an outsider bears the claimant out
        better = self.mode is Mode.CONTESTED and known

        def beaten(other: Standing) -> bool:
            if better and RANK[tier] > RANK[other.tier]:
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
        self.gone.update(losers)
        left = [s for s in self.here if s not in gone]
        if len(left) > 1:
            self.here = left
        elif left:
            if tier is Tier.ASSESSED:
                left[0].tier = Tier.ASSESSED
            left[0].events.append(event)
            self._hold(left[0])
        else:
            self.mode, self.here, self.trigger = Mode.VACANT, [], event
            self.explicit, self.clash = False, day

    def _hand_over(
        self, event: Event, day: date, losers: Sequence[str], takers: Sequence[str]
    ) -> None:
        """One ally leaves a place to another."""
        if event.attribution.tier is Tier.DENIED:
            return
        self.here = [s for s in self.here if not self.sides.any_same(s.actors, losers)]
        if not self.here:
            self.mode, self.trigger, self.explicit = Mode.VACANT, None, False
        elif len(self.here) == 1 and self.mode is Mode.CLAIM:
            self.mode = Mode.HELD
        self._gain(event, day, takers, (), change=True)

    def _contest(self, event: Event, day: date, parties: Sequence[str]) -> None:
        if event.attribution.tier is Tier.DENIED or not parties:
            return
        here = list(self.here)
        self.gone.difference_update(parties)
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
