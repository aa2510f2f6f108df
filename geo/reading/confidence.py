"""How likely an event is right as found: a score with reasons in words."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from geo.model import EventType

__all__ = ["Signs", "judge"]


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against an event as found."""

    type: EventType
    noun: bool
    agent: bool
    agent_cost: float
    agent_kind: str
    place_cost: float
    place_noun: str
    place_known: bool
    place_score: float
    dated: bool
    hedged: bool
    denied: bool


_SELDOM = frozenset({EventType.PRESENCE, EventType.AGREEMENT, EventType.ESTIMATE})
_MOVES = frozenset({EventType.ENTERS, EventType.APPROACHES, EventType.INTENTION})


def judge(signs: Signs) -> tuple[float, tuple[str, ...]]:
    """The score of an event and the reasons for it.

    A logistic in a few signs; the weights were fitted, with a ridge, on 30 development reports
    and (at half weight, for their gold leaves out what was not coded) the 38 seed reports, and
    rounded. The constant is 0.4 lower than the fit: of reports that nobody had learnt from, fewer
    events were right than of those, and such reports are what a user brings.
    ``benchmarks/reading_claims.py`` prints the reliability tables.
    """
    reasons = []
    z = 1.25
    if not signs.agent:
        z -= 1.0
        reasons.append("the text does not say who")
    else:
        z -= 0.1 * min(signs.agent_cost, 3.0)
        if signs.agent_kind == "inferred":
            z -= 0.3
            reasons.append("who did it is not said here, but follows from the rest of the text")
        elif signs.agent_kind in ("rebel", "group", "army", "pronoun"):
            z -= 0.2
            reasons.append("who is meant follows from the words before")
    z -= 0.4 * min(signs.place_cost, 3.0)
    if signs.place_noun:
        z -= 0.15
        reasons.append("which place is meant follows from the words before")
    if not signs.place_known:
        z -= 1.8
        reasons.append("the place is not in the gazetteer")
    else:
        z += 0.4 * (signs.place_score - 0.8)
    if signs.place_cost > 2.0:
        reasons.append("the place stands in another sentence")
    if not signs.dated:
        reasons.append("no date is given for it")
    else:
        z += 0.2
    if signs.type in _SELDOM:
        z -= 0.3
    elif signs.type in _MOVES:
        z -= 0.45
    if signs.noun:
        z -= 0.25
    if signs.hedged:
        z -= 0.2
        reasons.append("the text itself is not sure")
    return round(1 / (1 + exp(-z)), 3), tuple(reasons)
