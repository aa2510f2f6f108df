"""Events of a document: every event word with its parts, made into ``geo.model.Event``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from geo.model import EventType, Numbers
from geo.reading.aims import find_aims
from geo.reading.amounts import find_numbers
from geo.reading.attribution import find_speeches
from geo.reading.coreference import Memory
from geo.reading.counts import find_counts
from geo.reading.dating import event_date
from geo.reading.draft import Draft, Parts, innermost
from geo.reading.focus import headed_by
from geo.reading.found import FoundEvent
from geo.reading.gapping import find_gapped
from geo.reading.inferred import fill_agents
from geo.reading.lexicon import Form
from geo.reading.likely import WEAPONS, falls_back, from_the_air, is_none, likely, takes_people
from geo.reading.meaning import (
    blown_up,
    by_weapons,
    civilians,
    each_other,
    is_background,
    its_own,
    no_object,
    no_part,
    object_it,
    only_describes,
    shaken,
    speaks_for,
)
from geo.reading.page import Page, PlaceWords, Speech
from geo.reading.parts import find_parts
from geo.reading.placenouns import settle_nouns
from geo.reading.predicates import find_predicates
from geo.reading.record import merged, record
from geo.reading.tokens import Sentence
from geo.reading.triggers import Trigger, find_triggers
from geo.reading.unknown import add_unknown
from geo.reading.voice import own_words
from geo.sides import Sides

__all__ = ["find_events"]


_FIGHT = frozenset({EventType.CLASH, EventType.CONTESTS})
_VIOLENT = _FIGHT | {EventType.STRIKE}


def find_events(page: Page, memory: Memory, later: Sequence[str]) -> list[FoundEvent]:
    """The events of a page in the order of the text."""
    memory.later = tuple(later)
    drafts: list[Draft] = []
    last_speech: Speech | None = None
    last_place: PlaceWords | None = None
    for sent in page.sents:
        if sent.last <= sent.first:
            continue
        memory.read(page, sent)
        memory.pronouns(page, sent, ())
        speeches = find_speeches(page, sent, memory.cast, memory.actors, last_speech)
        memory.pronouns(page, sent, speeches)
        if speeches:
            last_speech = speeches[-1]
        last_place = headed_by(page, sent) or last_place
        settle_nouns(page, sent, last_place, speeches)
        own: list[Draft] = []
        triggers = find_triggers(page, sent)
        add_unknown(page, sent, triggers)
        predicates = find_predicates(page, sent, memory)
        if predicates:
            memory.pronouns(page, sent, speeches)
        triggers = [t for t in triggers if not _spanned(t, predicates)]
        triggers += predicates
        triggers += find_aims(page, sent, triggers)
        triggers.sort(key=lambda trigger: trigger.first)
        for trigger in triggers:
            own += _drafts(page, sent, trigger, speeches, memory, last_place, own or drafts)
        own = _absorbed(own)
        own += find_gapped(page, sent, own)
        counted = find_counts(page, sent, speeches, memory)
        told = {draft.place.first for draft in counted}
        own = [d for d in own if d.type is not EventType.PRESENCE or d.place.first not in told]
        own += counted
        drafts += own
        if own:
            last_place = own[0].place
    sides = Sides(memory.cast.actors)
    fill_agents(page, drafts, memory, sides)
    events = [record(page, draft, number, sides, memory) for number, draft in enumerate(drafts, 1)]
    return merged(events)


def _spanned(trigger: Trigger, others: Sequence[Trigger]) -> bool:
    """Whether an event word is part of a longer phrase that tells the whole."""
    return any(o.first <= trigger.first and trigger.last <= o.last for o in others)


# -- one event word ----------------------------------------------------------------------------


def _drafts(
    page: Page,
    sent: Sentence,
    trigger: Trigger,
    speeches: Sequence[Speech],
    memory: Memory,
    last_place: PlaceWords | None,
    drafts: Sequence[Draft],
) -> list[Draft]:
    parts = find_parts(page, sent, trigger, speeches, memory.actors)
    kind = trigger.entry.type
    speech = innermost(speeches, trigger.first) or own_words(page)
    if any(s.name[0] <= trigger.first < s.name[1] or s.verb == trigger.first for s in speeches):
        return []
    numbers: Numbers | None = None
    if kind in (EventType.CLASH, EventType.STRIKE):
        counted = find_numbers(page.low, trigger.first, sent.last)
        numbers = counted[0] if counted else None
    said_before = page.low[sent.first : trigger.first]
    if kind is EventType.AGREEMENT and not _ALLEGED.isdisjoint(said_before):
        return []  # "accused them of a secret deal"
    if kind is EventType.ESTIMATE:
        return []  # counted by find_counts, with or without such a word
    if trigger.entry.frame == "expel" and trigger.passive and not parts.agents and parts.targets:
        kind = EventType.LOSES  # "they were driven out"
        parts.agents, parts.targets = parts.targets, []
        parts.agent_cost, parts.agent_kind = 0.5, "name"
    rest = trigger.entry.rest
    if (
        trigger.entry.frame == "expel"
        and not trigger.passive
        and parts.agents
        and rest[-1] in (("of",), ("from",))
        and not {("*",), ("**",)}.intersection(rest)
    ):
        kind, parts.targets = EventType.WITHDRAWS, []  # "soldiers drove out of the town"
    if trigger.entry.frame == "expel" and not parts.agents and not parts.targets:
        return []
    party = speech.party if speech is not None else None
    leaving = trigger.entry.frame in ("leaving", "losing") and not parts.agents
    if leaving and party is not None and party not in parts.targets:
        parts.agents, parts.agent_cost, parts.agent_kind = [party], 1.0, "group"
    denier = speech.party if speech is not None and speech.kind == "deny" else None
    if (
        denier
        and speech is not None
        and trigger.form == Form.ING
        and 0 < trigger.head - speech.verb <= 2
    ):
        parts.agents, parts.agent_cost, parts.agent_kind = [denier], 0.2, "group"
        parts.targets = []  # "denied having troops in X"
    if parts.agents and civilians(memory, parts.agents):
        if not trigger.frame.noun and not trigger.passive:
            return []  # "residents fled the town"
        parts.agents, parts.agent_cost, parts.agent_kind = [], 9.0, ""
    if parts.agents and is_none(page, parts):
        if speech is None or speech.party not in parts.agents:
            return []  # "no soldiers remain in X"
        speech = replace(speech, kind="deny")  # "Rwanda says that none of its troops are in X"
    if trigger.entry.frame == "take" and takes_people(page, sent, trigger):
        return []
    _share_subject(page, sent, trigger, parts, drafts)
    _carry_on(page, trigger, parts, kind, drafts)
    object_it(page, sent, trigger, parts, last_place)
    nobody = kind is EventType.CLASH and trigger.entry.frame == "fight" and not parts.targets
    active = trigger.form == Form.PAST and not trigger.passive and not parts.agents
    before = page.low[max(sent.first, trigger.head - 4) : trigger.head]
    if nobody and active and _BOTH.isdisjoint(before):
        return []  # "a line of buses drove off"
    if (
        not parts.agents
        and kind in _DONE_BY_SOME
        and not trigger.passive
        and (not trigger.frame.noun and trigger.frame.subject == "agent")
    ):
        return []  # "buses pulled out of the hills"
    if kind in _DONE_BY_SOME and speaks_for(page, parts):
        return []  # "the coalition's spokesman arrived in X"
    if not likely(page, trigger, parts) or no_object(page, trigger, parts):
        return []
    if page.low[trigger.first].startswith(
        ("land", "crash", "smash", "slam")
    ) and not WEAPONS.intersection(page.low[max(sent.first, trigger.first - 9) : trigger.first]):
        if not page.low[trigger.first].startswith("land") or not parts.agents:
            return []
        kind = EventType.ENTERS  # "a unit landed in X"
    by_air = (
        trigger.frame.noun
        and len(parts.tokens) > 3
        and ({"air"}.intersection(page.low[parts.tokens[2] : parts.tokens[3] + 1]))
    )
    if kind is EventType.CLASH and (by_air or from_the_air(page, parts)):
        kind = EventType.STRIKE
    if kind is EventType.STRIKE and blown_up(page, sent, trigger, parts):
        kind = EventType.CLASH  # "destroyed two tanks in X"
    if kind is EventType.STRIKE and shaken(page, sent, trigger):
        kind = EventType.CLASH  # "gunfire shook X"
    if kind is EventType.STRIKE and page.low[trigger.last : trigger.last + 1] == ["back"]:
        kind = EventType.CLASH  # "struck back in X"
    if kind is EventType.STRIKE and each_other(page, trigger):
        kind = EventType.CLASH  # "shelled each other"
    if trigger.mood == "intent":
        kind = EventType.INTENTION
        if not parts.agents:
            return []
    elif trigger.mood == "attempt":
        kind = (
            EventType.APPROACHES
            if kind in (EventType.ENTERS, EventType.CAPTURES, EventType.APPROACHES)
            else EventType.INTENTION
        )
        if not parts.agents:
            return []
    armed = trigger.entry.frame == "kill" and by_weapons(page, sent, trigger)
    if trigger.entry.frame == "kill" and not parts.agents and not armed:
        return []
    last = drafts[-1].trigger if drafts and drafts[-1].sent is sent else None
    if (
        trigger.entry.frame == "stronghold"
        and last is not None
        and (not last.frame.noun and trigger.first - last.last < 6)
    ):
        return []  # "entered the last stronghold of"
    if trigger.entry.frame == "be-there" and only_describes(page, sent, trigger):
        return []
    if trigger.passive and no_part(page, sent, trigger):
        if speech is None or speech.party is None:
            return []
        speech = replace(speech, kind="deny")  # "they said no part of X was lost"
        if kind is EventType.LOSES and speech.party:
            kind, parts.agents, parts.targets = EventType.CAPTURES, [], [speech.party]
    if trigger.frame.noun and is_background(page, sent, trigger):
        return []
    if trigger.entry.frame == "rid" and not parts.targets and not parts.agents:
        return []  # "cleared of mines"
    if armed and kind is EventType.CLASH:
        kind = EventType.STRIKE  # "rockets fired by X killed four"
    if kind is EventType.CAPTURES:
        kind = _taken_or_lost(page, trigger, parts, speech, memory)
    places = parts.places
    same = bool(drafts) and drafts[-1].sent is sent and trigger.frame.noun and bool(parts.agents)
    if not places and same and (parts.targets or trigger.entry.frame == "fighting"):
        places = [drafts[-1].place]  # "captured X after battles with the army"
        parts.place_cost = 1.5
    if last_place is not None and its_own(page, trigger) and not (places and parts.place_cost < 1):
        places = [last_place]  # "its liberation", "its fall": of the place spoken of
        parts.place_cost = 1.5
        if parts.agent_kind == "pronoun":
            parts.agents, parts.agent_cost, parts.agent_kind = [], 9.0, ""
    led = bool(trigger.entry.rest) and not _INTO.isdisjoint(trigger.entry.rest[-1])
    if not places and last_place is not None and not led and falls_back(page, trigger, parts):
        here = drafts[-1].place if drafts and drafts[-1].sent is sent else last_place
        places = [here]
        parts.place_cost = 2.4
    day = event_date(page, parts, kind)
    return [Draft(kind, trigger, sent, parts, place, speech, day, numbers) for place in places]


_BOTH = frozenset("sides rivals foes enemies factions parties".split())


_INTO = frozenset("into through across inside toward towards within".split())


_DONE_BY_SOME = frozenset(
    {
        EventType.WITHDRAWS,
        EventType.ENTERS,
        EventType.APPROACHES,
        EventType.PRESENCE,
        EventType.HOLDS,
    }
)
_ALLEGED = frozenset("accuse accuses accused accusing alleged rumoured rumored".split())
_SAME = frozenset("and , to then also".split())


def _share_subject(
    page: Page, sent: Sentence, trigger: Trigger, parts: Parts, drafts: Sequence[Draft]
) -> None:
    """One subject for verbs joined by "and": "will take part … and head north to protect Y"."""
    if trigger.frame.noun or trigger.passive:
        return
    told = (d for d in reversed(drafts) if d.sent is not sent or not d.trigger.frame.noun)
    last = next(told, None)
    if last is None or last.sent is not sent or not last.parts.agents or last.trigger.passive:
        return
    start = last.trigger.last
    if trigger.frame.subject != "agent" or last.trigger.frame.subject != "agent":
        return
    if (last.trigger.mood == "intent") != (trigger.mood == "intent"):
        return
    fresh = [
        item
        for item in page.within(page.actors, start, trigger.head)
        if not page.before(item.first) and not page.is_object(item.first)
    ]
    at = trigger.head - 1
    dated = next((d for d in page.within(page.dates, start, trigger.head) if d.last > at), None)
    if dated is not None:
        at = dated.first - 1  # "seized X in December and on 20 June drove the army from Y"
    while at > start and page.low[at] == ",":
        at -= 1
    if page.low[at : at + 1] == ["and"] and page.low[at - 1] == ",":
        last = _main_draft(page, sent, drafts) or last
    if not fresh and (page.low[trigger.head - 1] in _SAME or page.low[at] in _SAME):
        parts.agents, parts.agent_cost = list(last.parts.agents), last.parts.agent_cost


_SUBORDINATE = frozenset("after before when while as since because where until".split())


def _main_draft(page: Page, sent: Sentence, drafts: Sequence[Draft]) -> Draft | None:
    """The sentence's latest event whose clause no "after" or "when" opens."""
    for draft in reversed(drafts):
        if draft.sent is not sent:
            break
        verb = draft.trigger
        if verb.frame.noun or verb.passive or not draft.parts.agents:
            continue
        if _SUBORDINATE.isdisjoint(page.low[max(sent.first, verb.head - 5) : verb.head]):
            return draft
    return None


def _carry_on(
    page: Page, trigger: Trigger, parts: Parts, kind: EventType, drafts: Sequence[Draft]
) -> None:
    """Let whoever took the places before also have taken this: "X was also captured"."""
    if kind is not EventType.CAPTURES or parts.agents or not parts.places or not drafts:
        return
    last = drafts[-1]
    goes_on = (
        "also" in page.low[trigger.head : trigger.last] or page.low[trigger.first] == "followed"
    )
    if goes_on and last.type is EventType.CAPTURES and last.parts.agents:
        parts.agents, parts.agent_cost, parts.agent_kind = list(last.parts.agents), 1.2, "pronoun"


def _taken_or_lost(
    page: Page, trigger: Trigger, parts: Parts, speech: Speech | None, memory: Memory
) -> EventType:
    """Who takes a place where nobody is said to: "the collapse of X in", "we have freed it"."""
    if page.low[trigger.first] in ("fall", "collapse", "defeat"):
        for item in page.within(page.actors, trigger.last, trigger.last + 3):
            ids = memory.actors(item)
            if ids and page.low[trigger.last] == "of":
                parts.agents, parts.agent_cost, parts.targets = list(ids), 0.3, []
                return EventType.LOSES
    if not parts.agents and speech is not None and speech.kind == "deny":
        before = (
            memory.earlier_subject
        )  # "The government denied that X had fallen": to those before
        if before and speech.party not in before:
            parts.agents, parts.agent_cost, parts.agent_kind = list(before), 1.5, "pronoun"
    if not parts.agents and speech is not None and speech.party and speech.kind == "say":
        spoken = not trigger.frame.noun or page.low[trigger.first] in ("liberation", "recapture")
        if spoken and speech.party not in parts.targets:
            parts.agents, parts.agent_cost, parts.agent_kind = [speech.party], 1.0, "group"
    return EventType.CAPTURES


def _absorbed(drafts: list[Draft]) -> list[Draft]:
    """A sentence's events without those that only tell another of them again.

    Casualties of a strike are that strike; "the offensive reached the town" is one event.
    """
    by_verb = {
        (draft.type, agent)
        for draft in drafts
        if not draft.trigger.frame.noun and draft.trigger.entry.frame != "kill"
        for agent in draft.parts.agents
    }
    fought = any(draft.type in _VIOLENT and draft.trigger.entry.frame != "kill" for draft in drafts)
    by_noun = {draft.place.first for draft in drafts if draft.trigger.frame.noun}
    kept: list[Draft] = []
    seen: set[tuple[EventType, int, tuple[str, ...]]] = set()
    for draft in drafts:
        noun = draft.trigger.frame.noun
        if noun and any((draft.type, agent) in by_verb for agent in draft.parts.agents):
            continue
        foiled = not noun and draft.trigger.passive and draft.type in _FIGHT
        if foiled and draft.place.first in by_noun:
            continue  # "an attack on X was foiled"
        if draft.trigger.entry.frame == "kill" and fought:
            continue
        key = (draft.type, draft.place.first, tuple(draft.parts.agents))
        if key not in seen:
            seen.add(key)
            kept.append(draft)
    return kept


# -- writing it down ---------------------------------------------------------------------------
