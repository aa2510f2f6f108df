"""What the words around an event word make of it: a strike or a clash, an event or none."""

from __future__ import annotations

from collections.abc import Sequence

from geo.model import ActorKind
from geo.reading.coreference import Memory
from geo.reading.draft import Parts
from geo.reading.lexicon import Form
from geo.reading.likely import WEAPONS, from_the_air
from geo.reading.page import Page, PlaceWords
from geo.reading.tokens import Sentence
from geo.reading.triggers import Trigger

__all__ = [
    "blown_up",
    "by_weapons",
    "civilians",
    "each_other",
    "is_background",
    "its_own",
    "no_object",
    "no_part",
    "object_it",
    "only_describes",
    "shaken",
    "speaks_for",
]

_MISSILES = WEAPONS | frozenset(
    "shelling strike strikes airstrike airstrikes explosion blast mine mines bombing "
    "bombardment raid warplane warplanes jet jets artillery helicopter helicopters".split()
)
_REACH = 22  # words before "killed" in which what killed is looked for
_HALF = frozenset(
    "half part parts most much percent positions control areas outskirts town city village port "
    "district districts province all rest whole towns villages swathes stretches portion third "
    "quarters quarter side bank neighbourhood neighbourhoods neighborhoods suburb suburbs camp "
    "base capital outpost region region's centre center edge edges".split()
)
_RELATIVE = frozenset({"which", "that", "where", "and", "it"})
_VEHICLES = frozenset(
    "tank tanks truck trucks vehicle vehicles convoy carrier carriers bulldozer apc apcs armour "
    "armored armoured patrol bridge".split()
) - {"bridge"}
_WRECKED = ("destroy", "damage", "wreck", "blow", "blew", "knock", "torch", "disable")
_SHAKEN = ("rock", "shake", "shook", "jolt")
_GUNS = frozenset("gunfire clashes clash fighting battle battles firefights gunfights".split())
_NO_TAKING = frozenset(
    "up part place aim cover shelter refuge heart note responsibility hostages power turns "
    "steps advantage charge office off out casualties losses".split()
)
_EARLIER = frozenset(
    "second first final full complete swift sudden rapid own earlier later".split()
)


def civilians(memory: Memory, agents: Sequence[str]) -> bool:
    """Whether those who act are no fighters: what they do is no event of the war."""
    known = memory.cast.actors
    return all(a in known and known[a].kind is ActorKind.CIVILIANS for a in agents)


def by_weapons(page: Page, sent: Sentence, trigger: Trigger) -> bool:
    """Whether what killed is a weapon from afar: "rockets fired from X killed four"."""
    before = page.low[max(sent.first, trigger.head - _REACH) : trigger.head]
    return not _MISSILES.isdisjoint(before)


def no_object(page: Page, trigger: Trigger, parts: Parts) -> bool:
    """Whether a verb of taking or holding has something else for its object than a place.

    "Took up new lines south of X", "in X the army keeps silent": only "took X" counts.
    """
    if trigger.passive or trigger.frame.object != "place" or not parts.places:
        return False
    words = parts.places[0]
    ahead = page.low[trigger.last : trigger.last + 1]
    if (
        trigger.entry.frame == "take"
        and not trigger.entry.rest
        and ahead
        and ahead[0] in _NO_TAKING
    ):
        return True  # "took up quarters at X"
    where = words.first > trigger.last and ahead[:1] in (["in"], ["at"], ["near"])
    if trigger.entry.frame == "take" and not trigger.entry.rest and where:
        return True  # "the soldiers they seized at X"
    by_whom = ahead[:1] in (["between"], ["with"], ["by"])
    if page.low[trigger.first].startswith("reach") and by_whom:
        return True  # "an arrangement reached between A and B"
    if not trigger.entry.weak:
        return False
    if words.first >= trigger.last:
        between = page.low[trigger.last : words.first]
        return page.before(words.first) != "" and not _HALF.intersection(between)
    return not _RELATIVE.intersection(page.low[words.last : trigger.head])


def only_describes(page: Page, sent: Sentence, trigger: Trigger) -> bool:
    """Whether a participle only describes who does something else: "men based in X attacked"."""
    if trigger.form not in (Form.PAST, Form.PARTICIPLE) or trigger.head != trigger.first:
        return False
    if not any(item.last == trigger.head for item in page.actors if item.first >= sent.first):
        return False
    ahead = range(trigger.last, min(trigger.last + 14, sent.last))
    end = next((n for n in ahead if page.low[n] in (",", ";", "and")), ahead.stop)
    return page.verbs(trigger.last, end) > 0


def no_part(page: Page, sent: Sentence, trigger: Trigger) -> bool:
    """Whether the subject is none of a place: "no part of the airport was lost"."""
    before = page.low[max(sent.first, trigger.head - 7) : trigger.head]
    return "of" in before and ("none" in before or "no" in before)


def blown_up(page: Page, sent: Sentence, trigger: Trigger, parts: Parts) -> bool:
    """Whether vehicles are destroyed with no word of a strike: that is done in a fight."""
    if not page.low[trigger.first].startswith(_WRECKED) or from_the_air(page, parts):
        return False
    near = page.low[max(sent.first, trigger.head - 6) : trigger.last + 6]
    return not _VEHICLES.isdisjoint(near) and _MISSILES.isdisjoint(page.low[sent.first : sent.last])


_TRADED = frozenset("exchange exchanged exchanging trade traded trading".split())
_TIMED = frozenset("before after since during until despite amid".split())


def is_background(page: Page, sent: Sentence, trigger: Trigger) -> bool:
    """Whether an event noun only says when: "Before the assault, officials put …"."""
    at = trigger.head - 1
    if at < sent.first or page.low[trigger.head] != "the" or page.low[at] not in _TIMED:
        return False
    return page.low[trigger.last : trigger.last + 1] in ([","], ["."], ["began"], ["started"])


def each_other(page: Page, trigger: Trigger) -> bool:
    """Whether both sides do it: "shelled each other", "traded fire"."""
    ahead = page.low[trigger.last : trigger.last + 3]
    before = page.low[max(0, trigger.head - 3) : trigger.first]
    if trigger.frame.noun and not _TRADED.isdisjoint(before):
        return True  # "both sides exchanged mortar fire"
    return ahead[:2] in (["each", "other"], ["one", "another"])


def object_it(
    page: Page, sent: Sentence, trigger: Trigger, parts: Parts, last_place: PlaceWords | None
) -> None:
    """Let "it" right after a verb whose object is a place mean the town spoken of."""
    if trigger.frame.noun or trigger.passive:
        return
    ahead = page.low[trigger.last : trigger.last + 3]
    at_it = any(
        pair in (["at", "it"], ["on", "it"], ["into", "it"]) for pair in (ahead[:2], ahead[1:])
    )
    ends_so = page.low[trigger.last - 1] in ("at", "on", "into") and ahead[:1] == ["it"]
    if not (at_it or ends_so) and (trigger.frame.object != "place" or ahead[:1] != ["it"]):
        return
    earlier = [
        words
        for words in page.within(page.places, sent.first, trigger.first)
        if words.mention is not None and not (words.found is not None and words.found.is_line)
    ]
    place = earlier[0] if earlier else last_place
    if place is not None and not (parts.places and parts.place_cost < 0):
        parts.places, parts.place_cost = [place], 0.6


def its_own(page: Page, trigger: Trigger) -> bool:
    """Whether the taking or loss is told of a place as "its fall", "its liberation"."""
    if trigger.entry.frame not in ("taking", "losing"):
        return False
    at = trigger.first - 1
    while at > trigger.first - 3 and at > 0 and page.low[at] in _EARLIER:
        at -= 1
    return page.low[at] == "its" and page.low[trigger.last : trigger.last + 1] != ["of"]


def shaken(page: Page, sent: Sentence, trigger: Trigger) -> bool:
    """Whether a place is shaken by fighting, not by a strike: "gunfire rocked X"."""
    by_guns = not _GUNS.isdisjoint(page.low[sent.first : trigger.head])
    return page.low[trigger.first].startswith(_SHAKEN) and by_guns


_ENVOYS = frozenset(
    "spokesman spokeswoman spokesperson minister president premier envoy ambassador diplomat "
    "delegation delegates negotiators".split()
)


def speaks_for(page: Page, parts: Parts) -> bool:
    """Whether the one who moves only speaks for the actor: "the coalition's spokesman"."""
    if len(parts.tokens) < 4:
        return False
    at = parts.tokens[3] + 1
    ahead = page.low[at : at + 2]
    return ahead[:1] in (["'s"], ["’s"]) and not _ENVOYS.isdisjoint(ahead)
