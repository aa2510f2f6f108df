"""Sides and sources: who stands with whom, and how much a statement weighs coming from whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from geo.model import Actor, Event, Status, Tier

__all__ = ["Sides", "same_source", "weigh"]

_SMALL_WORDS = frozenset("a an and by for from in its of on the through to".split())
_NOBODY = frozenset({"widely", "reported"})


class Sides:
    """Who stands with whom, from the actor set. An unknown actor is a side of its own."""

    def __init__(self, actors: Mapping[str, Actor]) -> None:
        self._actors = actors

    def chain(self, actor_id: str) -> tuple[str, ...]:
        """The actor and everything it is part of, nearest first (a loop is cut)."""
        found = [actor_id]
        while (actor := self._actors.get(found[-1])) and actor.part_of:
            if actor.part_of in found:
                break
            found.append(actor.part_of)
        return tuple(found)

    def same(self, one: str, other: str) -> bool:
        """Whether one is the other, or part of it, or both are part of the same."""
        return not set(self.chain(one)).isdisjoint(self.chain(other))

    def friendly(self, one: str, other: str) -> bool:
        """Whether they are the same side or directly allied, whichever of them says so."""
        if self.same(one, other):
            return True
        ones, others = self.chain(one), self.chain(other)
        return self._allied(ones, others) or self._allied(others, ones)

    def any_friendly(self, ones: Iterable[str], others: Sequence[str]) -> bool:
        """Whether anyone of ``ones`` is friendly to anyone of ``others``."""
        return any(self.friendly(a, b) for a in ones for b in others)

    def any_same(self, ones: Iterable[str], others: Sequence[str]) -> bool:
        """Whether anyone of ``ones`` is the same side as anyone of ``others``."""
        return any(self.same(a, b) for a in ones for b in others)

    def short(self, actor_id: str) -> str:
        """The name for a sentence; the id itself where no set knows the actor."""
        actor = self._actors.get(actor_id)
        return actor.short or actor.name if actor else actor_id

    def leading(self, actor_ids: Sequence[str]) -> tuple[str, ...]:
        """The first id of every group of friends, or the one it is part of if that is named."""
        found: list[str] = []
        for actor_id in actor_ids:
            if not self.any_friendly((actor_id,), found):
                whole = [i for i in self.chain(actor_id)[1:] if i in actor_ids]
                found.append(whole[-1] if whole else actor_id)
        return tuple(found)

    def _allied(self, ones: tuple[str, ...], others: tuple[str, ...]) -> bool:
        actors = [self._actors[i] for i in ones if i in self._actors]
        return any(ally in others for actor in actors for ally in actor.allied_with)


def same_source(one: str, other: str) -> bool:
    """Whether two names of speakers may be one source: one within the other, or its initials.

    Errs towards yes, so that agreement is never made of one voice heard twice. "Widely reported"
    names nobody and so is never a second source.
    """
    a, b = _words(one), _words(other)
    if _NOBODY in (a, b) or a <= b or b <= a:
        return True
    return _initials(one) in b or _initials(other) in a


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", name.casefold())) - _SMALL_WORDS


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper()).casefold()


def weigh(event: Event, gainers: Sequence[str], losers: Sequence[str], sides: Sides) -> Tier:
    """The tier one statement can carry alone, from who says so (rule 2).

    ``gainers`` and ``losers`` are the actor ids that gain and lose by what the event says.
    """
    said = event.attribution
    if said.tier is Tier.DENIED:
        return Tier.DENIED
    if event.reviewed_by and event.status is Status.CONFIRMED and said.tier is Tier.ASSESSED:
        return Tier.ASSESSED
    if said.party:
        if sides.any_friendly((said.party,), gainers):
            return Tier.CLAIMED
        if sides.any_friendly((said.party,), losers):
            return Tier.ASSESSED
        if not gainers:
            return Tier.CLAIMED  # the other side speaking of its enemy's loss
    return said.tier
