"""Whether the parts found around an event word are those of an event at all.

Many event words mean something else in other company: "captured 20 soldiers" takes no place, a
quake that struck is no strike, "nobody was left" is no withdrawal.
"""

from __future__ import annotations

from itertools import pairwise

from geo.model import EventType
from geo.reading.draft import Parts
from geo.reading.lexicon import Form
from geo.reading.page import BE, PREPOSITIONS, Page
from geo.reading.tokens import Sentence
from geo.reading.triggers import Trigger

__all__ = ["WEAPONS", "falls_back", "from_the_air", "is_none", "likely", "takes_people"]

WEAPONS = frozenset(
    "shell shells rocket rockets missile missiles bomb bombs drone drones mortar mortars "
    "projectile projectiles debris".split()
)


_NATURE = frozenset(
    "quake quakes earthquake earthquakes storm storms hurricane typhoon cyclone tornado flood "
    "floods landslide landslides tremor tremors lightning avalanche tsunami meteor asteroid "
    "train bus tree wildfire wildfires fire fires recession inflation".split()
)


def is_none(page: Page, parts: Parts) -> bool:
    """Whether the agent is nobody: "no troops", "none of its men"."""
    if len(parts.tokens) < 3:
        return False
    at = parts.tokens[2]
    before = page.low[max(0, at - 3) : at + 1]
    return "none" in before or "no" in before[-2:] or before[-3:-1] == ["not", "a"]


_PEOPLE = frozenset(
    "soldier soldiers troops fighters militants rebels men people civilians prisoners hostages "
    "officers policemen women children suspects insurgents members gunmen commander commanders "
    "boys girls students pilots villagers journalists detainees patients leader leaders pilot "
    "who police man woman boy girl body bodies weapons vehicles tanks ammunition".split()
)


def takes_people(page: Page, sent: Sentence, trigger: Trigger) -> bool:
    """Whether people or things are taken, not a place: "captured 20 soldiers in X"."""
    low = page.low
    if trigger.passive:
        at = trigger.head - 1
        return (
            at >= sent.first
            and low[at] in _PEOPLE
            and (low[at] != "who" or low[at - 1] in _PEOPLE or low[at - 1] == ",")
        )
    if trigger.entry.rest:
        return False
    at, steps = trigger.last, 0
    while at < sent.last and steps < 4:
        word = low[at]
        if word in _PEOPLE:
            return True
        if word in PREPOSITIONS or word == "," or page.toks[at].is_capital:
            return False
        at, steps = at + 1, steps + 1
    return False


_AIR = frozenset(
    "jet jets helicopter helicopters warplane warplanes aircraft plane planes bomber bombers drone "
    "drones gunship gunships artillery gunners batteries".split()
)


def from_the_air(page: Page, parts: Parts) -> bool:
    """Whether the agent is aircraft or guns: what they do is a strike, not a clash."""
    return len(parts.tokens) >= 4 and not _AIR.isdisjoint(
        page.low[parts.tokens[2] : parts.tokens[3] + 1]
    )


def likely(page: Page, trigger: Trigger, parts: Parts) -> bool:
    """Whether the parts are those of an event, for words that often mean something else."""
    frame = trigger.frame
    if frame.needs_agent and not (parts.agents or parts.targets):
        return False
    if frame.needs_place and not parts.places:
        return False
    if trigger.entry.frame == "fight" and page.low[trigger.last : trigger.last + 1] in (
        ["beside"],
        ["alongside"],
    ):
        return False  # "a militia that fights beside them"
    if trigger.entry.frame == "leave-direct" and _walks_off(page, trigger, parts):
        return True
    if trigger.entry.frame == "leave-direct":
        if trigger.passive and page.low[trigger.first] == "left" and not parts.agents:
            return False
        behind = bool(parts.places) and parts.places[0].first >= trigger.last
        left = trigger.passive and page.low[trigger.first] != "left" and parts.place_cost < 0.8
        if not behind and not left and not (trigger.passive and parts.agents):
            return False  # "nobody was left", "all that it has left"
    if trigger.form == Form.PHRASE and trigger.entry.frame == "approach":
        last = parts.tokens[3] if len(parts.tokens) > 3 else trigger.first
        stands = not BE.isdisjoint(page.low[last : trigger.first])
        if not (stands and parts.agents and parts.agent_cost < 1.6 and trigger.first - last < 9):
            return False
    if (
        page.low[trigger.first].startswith("threat")
        and "to" in page.low[trigger.last : trigger.last + 3]
    ):
        return False  # "threatened on Saturday to attack X": told by the other verb
    if page.low[trigger.first] == "sealed" and not _FATES.isdisjoint(
        page.low[max(0, trigger.head - 3) : trigger.head]
    ):
        return False  # "its fate was sealed"
    if trigger.entry.type is EventType.APPROACHES and trigger.frame.noun and not parts.agents:
        return False  # "offensives in Iraq and Syria"
    if trigger.entry.direct and not _stands_next(page, trigger.last, parts):
        return False
    if trigger.entry.weak:
        return parts.place_cost < 0.75 and (bool(parts.agents) or trigger.passive)
    if page.low[trigger.first].startswith("cross") and not trigger.entry.rest:
        return _crosses(page, trigger, parts)
    if trigger.entry.weapon:
        if not _NATURE.isdisjoint(page.low[max(0, trigger.first - 9) : trigger.first]):
            return False
        armed = not WEAPONS.isdisjoint(page.low[max(0, trigger.first - 9) : trigger.first])
        near = parts.place_cost < (1.2 if armed else 0.5)
        return bool(parts.places) and (bool(parts.agents) or (trigger.passive and armed) or near)
    if page.low[trigger.first].startswith("follow"):
        return bool(parts.agents) and parts.place_cost < 1.0  # "X followed on Saturday"
    if trigger.entry.frame == "fall" and not trigger.entry.rest:
        return parts.place_cost < 1.4
    if trigger.entry.frame == "held-by":
        return bool(parts.agents)
    return True


def _walks_off(page: Page, trigger: Trigger, parts: Parts) -> bool:
    """Whether fighters leave with no word of what: "the soldiers had left on Saturday"."""
    if trigger.passive or not parts.agents or parts.agent_cost > 0.5:
        return False
    if page.low[trigger.first] != "left" or page.low[trigger.head] not in (
        "had",
        "have",
        "has",
        "left",
    ):
        return False
    ends = page.low[trigger.last : trigger.last + 1] in (["."], [","], ["overnight"])
    return ends or bool(page.within(page.dates, trigger.last, trigger.last + 1))


_FATES = frozenset("fate deal agreement victory win pact".split())
_BETWEEN = frozenset("the a most much nearly almost all half part parts some of town city".split())


def _stands_next(page: Page, at: int, parts: Parts) -> bool:
    """Whether the place is the direct object right after token ``at``: "still has X"."""
    first = parts.places[0].first if parts.places else -1
    return at <= first <= at + 4 and all(w in _BETWEEN for w in page.low[at:first])


def _crosses(page: Page, trigger: Trigger, parts: Parts) -> bool:
    """Whether "crossed" means a river or border, or goes on with "into X"."""
    kept = []
    for words in page.within(page.places, trigger.last, trigger.last + 14):
        place = words.found
        line = place is not None and (place.is_line or place.feature_code in ("STM", "BDRY"))
        if page.before(words.first) == "into" or (line and words.first - trigger.last <= 4):
            kept.append(words)
    parts.places = kept
    return bool(kept) and bool(parts.agents)


_SHARES = frozenset(
    "neighbourhoods neighborhoods quarters districts suburbs half positions".split()
)
_FAR_OFF = frozenset("elsewhere other another abroad next".split())
_WHOLE = frozenset("country region province state north south east west countryside world".split())


def falls_back(page: Page, trigger: Trigger, parts: Parts) -> bool:
    """Whether an event with no place of its own may be at the place spoken of before."""
    if any(words == ("border",) for words in trigger.entry.rest):
        return False
    ahead = page.low[trigger.last : trigger.last + 7]
    if any(
        a in ("in", "at", "near", "around") and b in ("a", "an", "several", "some")
        for a, b in pairwise(ahead)
    ):
        return False  # a place is told, only not by name
    if not _FAR_OFF.isdisjoint(ahead) or any(
        a in ("in", "across", "throughout") and b == "the" and c in _WHOLE
        for a, b, c in zip(ahead, ahead[1:], ahead[2:], strict=False)
    ):
        return False  # "fights at the other end of the country"
    weak = trigger.entry.weak and not _walks_off(page, trigger, parts)
    if weak or trigger.entry.weapon or not parts.agents or trigger.mood != "fact":
        return False
    if trigger.entry.type is EventType.HOLDS and trigger.entry.frame == "hold":
        # "they still controlled most neighbourhoods": of the town spoken of
        return parts.agent_cost < 1.2 and not _SHARES.isdisjoint(
            page.low[trigger.last : trigger.last + 3]
        )
    if trigger.entry.frame == "be-there" and (
        page.low[trigger.last - 1] in PREPOSITIONS or ahead[:1] in (["to"], ["in"], ["over"])
    ):
        return False
    return (
        parts.agent_cost < 1.2
        and trigger.entry.frame
        in (
            "take",
            "leave",
            "leave-direct",
            "enter",
            "fight",
            "be-there",
            "besiege",
            "hold",
            "expel",
            "striking",
        )
        and trigger.entry.type
        in (
            EventType.WITHDRAWS,
            EventType.ENTERS,
            EventType.CAPTURES,
            EventType.PRESENCE,
            EventType.CLASH,
            EventType.STRIKE,
            EventType.LOSES,
        )
    )
