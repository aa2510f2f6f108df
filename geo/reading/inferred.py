"""Who did what no sentence says: taken from the rest of the text, and said to be so.

"Sheberghan followed on Saturday" or "clashes went on in Sake" name nobody. Whoever took, fought or
struck in the sentences before is meant, else whoever does so most in the whole text; for fights,
the two sides the text speaks of most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from geo.model import ActorKind, EventType
from geo.reading.coreference import Memory
from geo.reading.draft import Draft
from geo.reading.lexicon import Form
from geo.reading.page import Page
from geo.sides import Sides

__all__ = ["INFERRED", "fill_agents"]

INFERRED = "inferred"
_COST = 1.8
_NEAR = 3  # sentences back to which a deed is carried on
_TAKING = {
    EventType.CAPTURES: 10,
    EventType.ENTERS: 5,
    EventType.APPROACHES: 5,
    EventType.BESIEGES: 5,
    EventType.HOLDS: 1,
}
_LEAVING = frozenset({EventType.LOSES, EventType.WITHDRAWS})
_FIGHT = frozenset({EventType.CLASH, EventType.CONTESTS})
_SHARE = 0.6  # of what is told of takers or strikers that the chief one must have


def fill_agents(page: Page, drafts: Sequence[Draft], memory: Memory, sides: Sides) -> None:
    """Give agents to those drafts whose words name none, where the text makes it clear who."""
    if not memory.cast.theatres or all(draft.parts.agents for draft in drafts):
        return
    spoken = _spoken_of(page, memory)
    takers: Counter[str] = Counter()
    strikers: Counter[str] = Counter()
    for draft in drafts:
        for agent in draft.parts.agents[:1]:
            takers[agent] += _TAKING.get(draft.type, 0)
            strikers[agent] += draft.type is EventType.STRIKE
    number = {id(sent): n for n, sent in enumerate(page.sents)}
    last: dict[str, tuple[int, list[str]]] = {}
    for draft in drafts:
        parts, kind = draft.parts, _kind(draft.type)
        at = number.get(id(draft.sent), 0)
        if draft.type in _LEAVING and parts.targets:
            last["take"] = at, list(parts.targets)  # "X was lost to them"
        if not kind:
            continue
        if not parts.agents and not (_agentless(draft) and _in_theatre(draft, memory)):
            continue
        if parts.agents:
            if parts.agent_kind != INFERRED:
                last[kind] = at, parts.agents + (parts.targets if kind == "fight" else [])
            continue
        speech = draft.speech
        denier = speech.party if speech is not None and speech.kind == "deny" else None
        against = [*parts.targets, *([denier] if denier else [])]
        found: list[str] = []
        near: list[str] = []
        if kind in last and at - last[kind][0] <= _NEAR:
            near = [a for a in last[kind][1] if not _friend(sides, a, against)]
            if at - last[kind][0] <= 1 and kind != "strike":
                found = near
        if kind == "lose":
            takers_now = last.get("take", (0, []))[1] or _chief(takers, (), sides)
            found = _pair(spoken, takers_now, sides) if takers_now else []
        if not found and kind == "take":
            found = _chief(takers, against, sides) or _chief(spoken, against, sides, sure=against)
        if not found and kind == "strike":
            found = _striker(strikers, against, sides) or _chief(
                spoken, against, sides, sure=against
            )
        if not found and kind == "fight":
            found = near or _pair(spoken, against, sides)
        found = found or near
        if found:
            parts.agents, parts.agent_cost, parts.agent_kind = found, _COST, INFERRED


def _agentless(draft: Draft) -> bool:
    """Whether the words are of a kind that may leave out who did it."""
    trigger = draft.trigger
    open_subject = trigger.frame.subject != "agent" or trigger.entry.weapon
    # "heavy shelling of X": read as a verb form, but with no subject
    return trigger.frame.noun or trigger.passive or open_subject or trigger.form == Form.ING


def _in_theatre(draft: Draft, memory: Memory) -> bool:
    """Whether the place lies in a country of the war the text is about, or nobody knows where."""
    place = draft.place.found
    if place is None or not place.country:
        return True
    return any(place.country in theatre.countries for theatre in memory.cast.theatres)


def _kind(event: EventType) -> str:
    if event is EventType.CAPTURES:
        return "take"
    if event is EventType.STRIKE:
        return "strike"
    if event is EventType.LOSES:
        return "lose"
    return "fight" if event in _FIGHT else ""


def _friend(sides: Sides, actor: str, others: Sequence[str]) -> bool:
    return sides.any_friendly((actor,), others) or sides.any_same((actor,), others)


def _spoken_of(page: Page, memory: Memory) -> Counter[str]:
    """How often the text speaks of each armed actor."""
    found: Counter[str] = Counter()
    for item in page.actors:
        if item.kind in ("pronoun", "official", "country"):
            continue
        for actor_id in memory.actors(item)[:1]:
            actor = memory.cast.actors.get(actor_id)
            if actor is not None and actor.kind is not ActorKind.CIVILIANS:
                found[actor_id] += 1
    return found


def _striker(strikers: Counter[str], against: Sequence[str], sides: Sides) -> list[str]:
    """Whoever strikes most in the text, if half of the strikes are theirs."""
    left = Counter({a: n for a, n in strikers.items() if not _friend(sides, a, against)})
    best = next(iter(left.most_common(1)), None)
    return [best[0]] if best is not None and best[1] and 2 * best[1] >= left.total() else []


def _chief(
    counts: Counter[str], against: Sequence[str], sides: Sides, *, sure: Sequence[str] | None = None
) -> list[str]:
    """The one who does it most, not friendly to those it is done to; [] if that is not clear.

    ``sure``, if given, must name somebody: only an enemy of theirs is then looked for.
    """
    if sure is not None and not sure:
        return []
    left = {a: n for a, n in counts.items() if n > 0 and not _friend(sides, a, against)}
    if not left:
        return []
    best = max(left, key=lambda a: left[a])
    return [best] if left[best] >= _SHARE * sum(left.values()) or sure else []


def _pair(spoken: Counter[str], against: Sequence[str], sides: Sides) -> list[str]:
    """The two sides spoken of most, or the one that stands against those named."""
    order = [a for a, _ in spoken.most_common()]
    if against:
        return next(([a] for a in order if not _friend(sides, a, against)), [])
    for one in order[:1]:
        other = next((b for b in order if not _friend(sides, b, (one,))), None)
        return [one, other] if other else []
    return []
