"""An event in one plain sentence: who did what where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geo.model import Actor, EventType, Numbers

__all__ = ["summary"]

_VERBS = {
    EventType.CAPTURES: "takes",
    EventType.LOSES: "loses",
    EventType.WITHDRAWS: "withdraws from",
    EventType.HOLDS: "holds",
    EventType.CONTESTS: "contests",
    EventType.BESIEGES: "besieges",
    EventType.ENTERS: "enters",
    EventType.APPROACHES: "approaches",
    EventType.CLASH: "fights in",
    EventType.STRIKE: "strikes",
    EventType.PRESENCE: "is present in",
    EventType.AGREEMENT: "agrees on",
    EventType.INTENTION: "means to act in",
    EventType.ESTIMATE: "counted in",
}


def summary(
    kind: EventType,
    agents: Sequence[str],
    place: str,
    numbers: Numbers | None,
    actors: Mapping[str, Actor],
) -> str:
    """The sentence, for agents given by id and a place by name."""
    names = [actors[a].short if a in actors else a for a in agents]
    who = " and ".join(names) if names else "Somebody"
    if kind is EventType.ESTIMATE and numbers is not None:
        return f"{who}: {numbers.words()} in {place}"
    what = _VERBS[kind]
    if len(names) > 1:
        what = what.replace("takes", "take").replace("fights", "fight")
    return f"{who} {what} {place}"
