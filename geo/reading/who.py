"""Who does it, who helps, and to whom it is done, around one event word."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from geo.reading.actors import ActorWords
from geo.reading.draft import Parts, Resolve
from geo.reading.lexicon import Form
from geo.reading.page import BE, DETERMINERS, Page, PlaceWords
from geo.reading.triggers import Trigger

__all__ = ["find_agents", "find_targets"]

SUBJECT_LIMIT = 2.3  # the cost up to which an actor is taken for the subject


_OWN = frozenset({"name", "state", "rebel", "army", "group", "pronoun", "country"})


_AWAY = {"by": 1.6, "against": 1.6, "from": 1.2, "with": 1.1, "to": 1.2, "in": 1.2, "for": 1.1}


_AWAY |= {"near": 1.6, "into": 1.6, "on": 1.3, "at": 1.3, "between": 0.5, "among": 0.8, "of": 0.7}


_AWAY |= {"over": 1.3, "around": 1.3, "under": 1.3, "toward": 1.6, "towards": 1.6, "after": 0.6}


def _left_cost(page: Page, item: ActorWords, trigger: Trigger) -> float:
    """How far an actor before the event word is from being its subject."""
    low = page.low
    head = trigger.head if trigger.aim < 0 else trigger.aim
    cost = page.cost(item.last, head)
    if head >= 2 and low[head - 1] == ",":
        # "X, with Y that had come over the border, were sweeping": the aside does not count.
        back = head - 2
        while back > item.last and low[back] != ",":
            back -= 1
        if back > item.first and low[back] == "," and back >= item.last:
            cost = min(cost, page.cost(item.last, back) + 0.3)
    before = low[head - 1] if head else ""
    if before in ("who", "which", "that") or (
        before == "," and low[head - 2 : head - 1] == ["who"]
    ):
        cost -= 0.9 if page.cost(item.last, head) < 3 else 0.0
    elif before in ("and", "but", "then", "or") and page.verbs(item.last, head):
        cost -= 0.75
    elif before == "," and trigger.form == Form.ING and page.verbs(item.last, head):
        cost -= 1.0
    elif (
        trigger.form == Form.ING
        and before in ("after", "while", "by", "since", "as")
        and page.verbs(item.last, head)
    ):
        cost -= 1.2
    if low[item.last : item.last + 1] in (["who"], ["which"], ["that"]) and (
        page.verbs(item.last, head)
    ):
        cost -= 1.5  # "the men who routed the army vowed": the clause in between is theirs
    governed = page.before(item.first)
    if governed:
        cost += _AWAY.get(governed, 1.0)
        if governed == "of" and "part" in low[max(0, item.first - 4) : item.first]:
            cost += 1.2  # "his men, part of the Iraqi forces"
    elif item.first and low[item.first - 1] in ("including", "like"):
        cost += 1.2
    if "alongside" in low[max(0, item.first - 2) : item.first]:
        cost += 1.5  # "those defending it alongside the army have fallen back"
    if item.last < len(low) and low[item.last] in ("'s", "’s"):
        cost += 0.5 if item.kind == "name" else 0.9
    if item.last < len(low) and low[item.last] == "-":
        cost += 2.0
    if page.is_object(item.first):
        cost += 0.9  # "drove troops out and took": not the troops
    if item.kind == "country":
        cost += 3.0 if governed else 0.3
    if item.kind == "official":
        cost += 1.5
    if item.kind == "pronoun":
        cost += 0.15
        if (
            item.noun in ("its", "their", "his", "her", "them", "him")
            and item.last - item.first == 1
        ):
            cost += 3.0
    return cost


def find_agents(
    page: Page,
    trigger: Trigger,
    actors: Sequence[ActorWords],
    parts: Parts,
    resolve: Resolve,
) -> None:
    """Add to ``parts`` who does it and who acts beside them."""
    frame = trigger.frame
    by_side: list[tuple[float, ActorWords]] = []
    subject_is_agent = (frame.subject == "agent") != trigger.passive
    if trigger.entry.frame in ("leave", "be-there"):
        subject_is_agent = True  # "troops were evacuated from": those who leave
    if frame.subject in {"place", ""}:
        subject_is_agent = False
    for item in actors:
        ids = resolve(item)
        if not ids or item.kind not in _OWN | {"official"}:
            continue
        if (
            trigger.entry.frame == "held-by"
            and item.first < trigger.last
            and item.last > trigger.first
        ):
            cost = 0.0  # "in Russian hands"
        elif item.last <= trigger.first:
            if frame.noun:
                cost = _noun_left(page, item, trigger)
            elif subject_is_agent:
                cost = _left_cost(page, item, trigger)
            elif frame.subject == "" and frame.object == "agent":
                cost = page.cost(item.last, trigger.first) + 0.3
            else:
                continue
        elif item.first >= trigger.last:
            cost = _right_agent(page, item, trigger)
        else:
            continue
        if cost <= SUBJECT_LIMIT:
            by_side.append((cost, item))
    if not by_side and not frame.noun and subject_is_agent:
        by_side = _after_clause(page, trigger, actors, resolve)
    if not by_side:
        return
    cost, chosen = min(by_side, key=lambda pair: pair[0])
    parts.agent_cost, parts.agent_kind = cost, chosen.kind
    parts.agents = list(resolve(chosen))
    parts.tokens += [chosen.first, chosen.last - 1]
    _joined(page, chosen, actors, parts, resolve, trigger)


_OPENING = frozenset("after before while since by when having upon on".split())


def _after_clause(
    page: Page, trigger: Trigger, actors: Sequence[ActorWords], resolve: Resolve
) -> list[tuple[float, ActorWords]]:
    """Who acts in a clause that opens the sentence: "Having entered X, the army was …"."""
    low, head = page.low, trigger.head
    if trigger.form != Form.ING and "having" not in low[head : trigger.last]:
        return []
    if low[head - 1 : head] and low[head - 1] in _OPENING:
        head -= 1
    if (
        head
        and low[head - 1] not in (".", "”", '"', "?", "!", "-", "•", ":")
        and not (page.toks[head].is_capital)
    ):
        return []
    comma = next(
        (n for n in range(trigger.last, min(trigger.last + 25, len(low))) if low[n] == ","), None
    )
    if comma is None:
        return []
    for item in actors:
        if comma < item.first <= comma + 5 and resolve(item) and not page.before(item.first):
            return [(0.5, item)]
    return []


def _joined(
    page: Page,
    chosen: ActorWords,
    actors: Sequence[ActorWords],
    parts: Parts,
    resolve: Resolve,
    trigger: Trigger,
) -> None:
    """Others who act with the agent: "A and B", "A, backed by B", "with B"."""
    low = page.low
    for item in actors:
        ids = [i for i in resolve(item) if i not in parts.agents]
        if not ids or item.kind == "pronoun" or item is chosen:
            continue
        if item.first >= chosen.last and item.last <= trigger.head:
            gap = low[chosen.last : item.first]
            if len(gap) <= 3 and gap and gap[0] in ("and", ","):
                if all(w in ("and", ",", "the", "its", "their", "allied") for w in gap):
                    parts.agents += ids
            elif (
                (
                    "backed" in gap
                    or "supported" in gap
                    or "with" in gap
                    or "alongside" in gap
                    or "including" in gap
                )
                and len(gap) <= 10
                and _HOSTILE.isdisjoint(gap)
            ):
                parts.allies += [i for i in ids if i not in parts.allies]
        elif item.last <= chosen.first and 0 < chosen.first - item.last <= 3:
            gap = low[item.last : chosen.first]
            plain = all(w in ("and", ",", "the", "its", "their", "allied") for w in gap)
            if plain and "and" in gap:
                parts.agents = ids + parts.agents
    if trigger.entry.frame in ("take", "enter", "be-there", "hold", "approach"):
        for item in actors:
            if trigger.last <= item.first <= trigger.last + 14 and _beside(page, item, trigger):
                ids = [i for i in resolve(item) if i not in parts.agents + parts.allies]
                parts.allies += ids


_HOSTILE = frozenset("war odds fighting fought clashing clashed battling against".split())


def _beside(page: Page, item: ActorWords, trigger: Trigger) -> bool:
    """Whether an actor after the event word acts with the agent: "entered X with B"."""
    at = item.first - 1
    while at > trigger.last and page.low[at] in DETERMINERS:
        at -= 1
    if page.low[at] == "alongside":
        return True
    if page.low[at] != "with":
        return False
    ends = at == trigger.last or page.low[at - 1] in ("together", "along")
    return ends or any(
        isinstance(words, PlaceWords) and words.last == at
        for words in page.within(page.places, max(0, at - 8), at)
    )


_LIGHT = frozenset(
    "launch launched launches launching carry carried carries carrying conduct conducted "
    "conducting "
    "mount mounted mounting press pressed presses pressing continue continued continues resume "
    "resumed began begun begin start started make made making stage staged staging wage waged "
    "waging busy engaged announce announced announces declared reported complete completed "
    "lead "
    "led leading join joined win won lose lost open opened step stepped intensified".split()
)


_SINCE = frozenset("since after before during despite following amid until while when".split())


def _noun_left(page: Page, item: ActorWords, trigger: Trigger) -> float:
    """Costs of "Russian air strikes", "Hezbollah's capture of", "the army launched an assault"."""
    gap = page.low[item.last : trigger.first]
    if not _SINCE.isdisjoint(gap):
        return 9.0  # "the worst for Ukraine since the fall of X"
    if (
        len(gap) <= 4
        and not any(w in page.low[item.last : trigger.first] for w in (",", "of", "in"))
        and (not gap or gap[0] in ("'s", "’s") or all(w.isalpha() and w not in BE for w in gap))
    ):
        return 0.05 * len(gap) + (0.4 if page.verbs(item.last, trigger.first) else 0.0)
    if item.kind == "pronoun" and item.noun in ("its", "their") and trigger.first - item.last <= 3:
        return 0.2
    if (
        item.kind == "pronoun"
        and item.last - item.first == 1
        and item.noun in ("its", "their", "his", "her")
    ):
        return 9.0
    if page.is_object(item.first):
        return 9.0  # "killed 17 soldiers in an ambush"
    verbs = page.verbs(item.last, trigger.first)
    if verbs and not _LIGHT.intersection(page.low[item.last : trigger.first]):
        return 9.0  # the verb in between is not one of launching
    governed = page.before(item.first)
    cost = page.cost(item.last, trigger.first) + (0.4 if verbs == 1 else 0.8)
    if governed:
        cost += _AWAY.get(governed, 1.0)
    if item.kind == "country":
        cost += 0.5
    return cost + (1.5 if item.kind == "official" else 0.0)


def _right_agent(page: Page, item: ActorWords, trigger: Trigger) -> float:
    """An agent after the event word: "by X", "fell to X", "clashes between X and Y"."""
    before = page.before(item.first)
    gap = page.cost(trigger.last, item.first)
    frame = trigger.frame
    if item.kind in ("country", "official", "pronoun") and before != "by":
        return 9.0
    if frame.subject == "" and frame.object == "agent":
        return gap + 0.2
    if trigger.entry.frame in ("agree", "agreeing"):
        return 0.5 * gap + 0.9  # "it was agreed that X would be sent"
    if frame.object == "agent" and item.first - trigger.last <= 3:
        return gap
    if before in frame.agent and (trigger.passive or frame.noun or frame.subject == "place"):
        return gap + (0.3 if before == "of" else 0.0)
    if trigger.entry.rest[-1:] == (("from",),):
        return 9.0  # "slipped from the army": those who lost it
    if trigger.entry.frame == "fall" and item.first - trigger.last <= 3:
        return gap + 0.1
    return 9.0


def find_targets(
    page: Page,
    trigger: Trigger,
    actors: Sequence[ActorWords],
    parts: Parts,
    resolve: Resolve,
) -> None:
    """Add to ``parts`` to whom it is done."""
    frame = trigger.frame
    best: tuple[float, ActorWords] | None = None
    for item in actors:
        ids = [i for i in resolve(item) if i not in parts.agents and i not in parts.allies]
        ousted = trigger.entry.frame == "expel" and trigger.passive
        if not ids or item.kind == "official" or (item.kind == "pronoun" and not ousted):
            continue
        if item.first >= trigger.last:
            before = page.before(item.first)
            cost = page.cost(trigger.last, item.first)
            gap = page.low[trigger.last : item.first]
            if any(a == "," and b in ("and", "but", "while") for a, b in pairwise(gap)):
                cost += 1.0  # a new clause
            between = (
                trigger.entry.frame == "fighting"
                and parts.agents
                and (
                    page.low[item.first - 1] == "and"
                    or page.low[item.first - 2 : item.first - 1] == ["and"]
                )
            )
            if (
                between
                or before in frame.target
                or (trigger.entry.rest[-1:] == (("from",),) and item.first - trigger.last <= 3)
                or (frame.object == "target" and not trigger.passive and before in ("", "of"))
            ) or (frame.noun and before in ("on", "against", "and", "with")):
                pass
            else:
                continue
        elif item.last <= trigger.first and frame.object == "target" and trigger.passive:
            cost = _left_cost(page, item, trigger)
        elif trigger.entry.rest and trigger.first < item.first < trigger.last:
            cost = 0.0
        else:
            continue
        if cost < 1.6 and (best is None or cost < best[0]):
            best = (cost, item)
    if trigger.entry.rest:
        for item in actors:
            if trigger.first < item.first and item.last <= trigger.last and resolve(item):
                best = (0.0, item)
    if best is not None:
        parts.targets = [i for i in resolve(best[1]) if i not in parts.agents]
        parts.tokens += [best[1].first, best[1].last - 1]
