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
_MOVES = frozenset({EventType.ENTERS, EventType.APPROACHES})
_LEAVING = frozenset({EventType.LOSES, EventType.WITHDRAWS})
_FIGHT = frozenset({EventType.CLASH, EventType.CONTESTS})
_SHARE = 0.5  # of what is told of takers or strikers that the chief one must have


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
    for nth, draft in enumerate(drafts):
        parts, kind = draft.parts, _kind(draft.type)
        at = number.get(id(draft.sent), 0)
        if draft.type in _MOVES and parts.agents and parts.agent_kind != INFERRED:
            last["move"] = at, parts.agents
        if draft.type in _LEAVING and parts.targets:
            last["take"] = at, list(parts.targets)  # "X was lost to them"
        if draft.type is EventType.LOSES and parts.agents and not parts.targets:
            parts.targets = [
                a for a in last.get("take", (0, []))[1] if not _friend(sides, a, parts.agents)
            ] or _chief(takers, parts.agents, sides)
        if not kind:
            continue
        if kind == "lose" and draft.type is EventType.WITHDRAWS and not draft.trigger.passive:
            continue
        if not parts.agents and not (_agentless(page, draft) and _in_theatre(draft, memory)):
            continue
        if parts.agents:
            if parts.agent_kind != INFERRED:
                last[kind] = at, parts.agents + (parts.targets if kind == "fight" else [])
            continue
        held = (
            _held_before(page, drafts[max(0, nth - _HELD_REACH) : nth], draft)
            if kind == "take"
            else []
        )
        speech = draft.speech
        denier = speech.party if speech is not None and speech.kind == "deny" else None
        against = [*parts.targets, *([denier] if denier else []), *held]
        if kind in ("strike", "ring") and page.voice and not against:
            against = [page.voice]  # a communiqué complains of the enemy's fire
        found: list[str] = []
        near: list[str] = []
        if kind in last and at - last[kind][0] <= _NEAR:
            near = [a for a in last[kind][1] if not _friend(sides, a, against)]
            if at - last[kind][0] <= 1 and kind != "strike":
                found = near
        if kind == "take" and not near and last.get("move", (-9, []))[0] == at:
            found = [a for a in last["move"][1] if not _friend(sides, a, against)]
        if kind == "lose":
            takers_now = last.get("take", (0, []))[1] or _chief(takers, (), sides)
            found = _pair(spoken, takers_now, sides) if takers_now else []
        if not found and kind == "take":
            found = _chief(takers, against, sides) or _chief(spoken, against, sides, sure=against)
        owner = _owner(draft, memory) if not found and not against else []
        if owner and kind == "take" and page.low[draft.trigger.first].startswith(_BACK):
            found = owner
        elif owner and kind in ("take", "ring"):
            found = _chief(spoken, owner, sides, sure=owner)
        if not found and kind == "ring":
            found = _chief(takers, against, sides) or _chief(spoken, against, sides, sure=against)
        if not found and kind == "strike":
            against = against or _owner(draft, memory)
            ours, talked = strikers, spoken
            if _planted(page, draft):
                ours = strikers - _flying(strikers, memory)
                talked = spoken - _flying(spoken, memory)
            elif _from_planes(page, draft):
                ours, talked = _flying(strikers, memory), _flying(spoken, memory)
            found = _striker(ours, against, sides) or _chief(talked, against, sides, sure=against)
            found = [a for a in found if not _at_home(draft, a, memory)]
            if not found and talked is not spoken:
                found = _chief(talked, against, sides)
        if not found and kind == "fight":
            found = near or _pair(spoken, against, sides)
        found = found or near
        if found:
            parts.agents, parts.agent_cost, parts.agent_kind = found, _COST, INFERRED


_HELD_REACH = 6  # events back


def _held_before(page: Page, drafts: Sequence[Draft], draft: Draft) -> list[str]:
    """Who had the place until then: "X had been in their hands since 2014 and was seized"."""
    for other in drafts:
        if other.sent is not draft.sent or other.type is not EventType.HOLDS:
            continue
        verb = other.trigger
        if "had" not in page.low[verb.head : verb.last]:
            continue
        if verb.first < draft.trigger.first and other.place.found == draft.place.found:
            return other.parts.agents
    return []


_PLANES = frozenset(
    "air airstrike airstrikes raid raids jet jets warplane warplanes plane planes helicopter "
    "helicopters sorties bomber bombers barrel gunship gunships".split()
)
_FLYERS = frozenset({ActorKind.STATE, ActorKind.EXTERNAL})


def _from_planes(page: Page, draft: Draft) -> bool:
    """Whether the strike is told to come from aircraft, which only states have."""
    trigger = draft.trigger
    first = max(draft.sent.first, trigger.head - 8)
    return not _PLANES.isdisjoint(page.low[first : trigger.last])


def _at_home(draft: Draft, actor: str, memory: Memory) -> bool:
    """Whether, in a war between states, the place is the actor's own country."""
    place = draft.place.found
    if place is None or not place.country or not memory.cast.theatres:
        return False
    return memory.cast.theatres[0].between_states and memory.cast.state(place.country) == actor


_BACK = ("liberat", "retak", "retook", "recaptur", "regain", "reclaim", "recover", "free")


def _owner(draft: Draft, memory: Memory) -> list[str]:
    """In a war between states, the army of the country that the place lies in."""
    place = draft.place.found
    if place is None or not place.country or not memory.cast.theatres[0].between_states:
        return []
    state = memory.cast.state(place.country)
    return [state] if state else []


_PLANTED = frozenset("suicide bomber bombers car truck roadside ied ieds mine mines".split())


def _planted(page: Page, draft: Draft) -> bool:
    """Whether the strike is a bomb of the kind that armed groups plant."""
    trigger = draft.trigger
    first = max(draft.sent.first, trigger.head - 4)
    return not _PLANTED.isdisjoint(page.low[first : trigger.last])


def _flying(counts: Counter[str], memory: Memory) -> Counter[str]:
    """Of these counts those of states."""
    known = memory.cast.actors
    return Counter({a: n for a, n in counts.items() if a in known and known[a].kind in _FLYERS})


_SIDES = frozenset("sides rivals foes enemies factions parties".split())


def _agentless(page: Page, draft: Draft) -> bool:
    """Whether the words are of a kind that may leave out who did it."""
    trigger = draft.trigger
    if not trigger.frame.noun:
        before = page.low[max(draft.sent.first, trigger.head - 4) : trigger.head]
        if draft.type in _FIGHT and not _SIDES.isdisjoint(before):
            return True  # "the two sides exchanged fire"
        if draft.type is EventType.CAPTURES and before[-1:] in (["which"], ["that"], ["who"]):
            return True  # "those which overran X": told before who they are
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
    if event in _LEAVING:
        return "lose"
    if event is EventType.BESIEGES:
        return "ring"
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
