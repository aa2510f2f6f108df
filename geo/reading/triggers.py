"""Words in a sentence that say what happened, and whether it is said to have happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from geo.model import EventType
from geo.reading.actors import nouns
from geo.reading.frames import FRAMES, Frame
from geo.reading.lexicon import Entry, Form, lexicon
from geo.reading.matching import match, may_skip, moves_forces
from geo.reading.moods import (
    NEGATED,
    POSSIBLE,
    head_of,
    mood_of,
    of_no_ground,
    ranked,
    unreal_before,
)
from geo.reading.page import ADVERBS, AUX, BE, DETERMINERS, PREPOSITIONS, Page
from geo.reading.tokens import Sentence

__all__ = ["Trigger", "find_triggers"]

_AHEAD = frozenset(
    "about set ready likely poised due unlikely able order bid effort efforts chance".split()
)
_UNREAL_NOUN = frozenset(
    "planned possible potential imminent expected feared threatened future looming any no "
    "alleged prospective would-be further another promised proposed pledged agreed".split()
)
_NOUN_VERBS = frozenset(
    "plan plans planned prepare prepares preparing prepared threaten threatened threatens "
    "fear fears feared avoid avoiding prevent preventing risk risks possibility threat warn "
    "warned warns ahead expect expected expects consider considering propose proposed order "
    "ordered halt halting "
    "break breaks broke broken breaking lift lifted lifting end ended ending "
    "repel repels repelled repelling repulse repulsed foil foiled thwart thwarted rebuffed "
    "massing readying bracing brace preparations "
    "deter demand demanded demands urge urged calls call called resume against without".split()
)
_VERB_BEFORE = frozenset("to who which that and then they it he we".split())


_SPANS = frozenset("hours days nights weeks months years".split())
_UNTOLD = NEGATED | POSSIBLE | {"will", "'ll", "shall", "would"}


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event word: tokens ``first`` to ``last``; its verb group begins at ``head``.

    ``mood``: fact, denied, intent (an actor's own aim), attempt. ``aim`` is the token of the
    verb of aiming.
    """

    first: int
    last: int
    head: int
    form: str
    entry: Entry
    frame: Frame
    passive: bool
    mood: str
    aim: int = -1
    hedged: bool = False


def find_triggers(page: Page, sent: Sentence) -> list[Trigger]:
    """Event words of a sentence in order, those that speak of no fact left out."""
    found: list[Trigger] = []
    triggers = lexicon().triggers
    if page.low[sent.last - 1] == "?" or page.low[max(sent.first, sent.last - 2)] == "?":
        return found
    names = {
        n
        for item in page.within(page.actors, sent.first, sent.last)
        for n in range(item.first, item.last)
        if item.kind == "name"
    }
    i = sent.first
    while i < sent.last:
        entries = triggers.get(page.low[i])
        if entries and i not in names and not _is_name(page, sent, i):
            trigger = _trigger(page, sent, i, entries)
            if trigger is not None and _no_longer(page, sent, trigger):
                entry = replace(trigger.entry, type=EventType.LOSES)
                trigger = replace(trigger, entry=entry, mood="fact")
            if trigger is not None and _keeps_ringed(page, sent, trigger):
                entry = replace(trigger.entry, type=EventType.BESIEGES)
                trigger = replace(trigger, entry=entry)
            if trigger is not None:
                found.append(trigger)
                ends_open = trigger.last - i > 1 and page.low[trigger.last - 1] in PREPOSITIONS
                i = trigger.last - ends_open  # "remained in" may go on as "in Russian hands"
                continue
        i += 1
    return found


def _no_longer(page: Page, sent: Sentence, trigger: Trigger) -> bool:
    """Whether a holding is over: "is no longer in the hands of", "no longer controls"."""
    if trigger.entry.type is not EventType.HOLDS:
        return False
    before = page.low[max(sent.first, trigger.head - 3) : trigger.first]
    return "longer" in before and "no" in before


_RINGED = frozenset("surrounded encircled besieged ringed".split())


def _keeps_ringed(page: Page, sent: Sentence, trigger: Trigger) -> bool:
    """Whether somebody has a place surrounded, not in hand: "it has had X, …, surrounded"."""
    if page.low[trigger.first] not in ("had", "has", "have") or trigger.entry.frame != "hold":
        return False
    for at in range(trigger.last, sent.last):
        if page.low[at] in _RINGED or page.low[at : at + 2] == ["under", "siege"]:
            return True
        if page.verbs(at, at + 1) or page.low[at] in (";", "and", "but"):
            return False
    return False


_NAMES = frozenset("march fall battle may field accord".split())


def _is_name(page: Page, sent: Sentence, i: int) -> bool:
    """Whether a capitalised word is part of a name or a month: "in March", "Linda Battle"."""
    if page.low[i] not in _NAMES or not page.toks[i].is_capital:
        return False
    after = page.toks[i + 1] if i + 1 < len(page.toks) else None
    return i > sent.first or (after is not None and (after.is_capital or after.text[0].isdigit()))


def _trigger(
    page: Page, sent: Sentence, i: int, entries: Sequence[tuple[str, Entry]]
) -> Trigger | None:
    following = page.low[i + 1] if i + 1 < sent.last else ""
    skips = may_skip(page, i + 1)
    for form, entry in entries:
        first = entry.rest[0] if entry.rest else ()
        if first and not skips and following not in first and first[0][0] != "*":
            continue  # seen at a glance
        last = match(page, sent, i, entry)
        if last is None:
            continue
        moving = entry.force or (("**",) in entry.rest and entry.frame == "leave")
        if moving and not moves_forces(page, i, last):
            continue
        frame = FRAMES[entry.frame]
        if form == Form.NOUN:
            if not _is_noun(page, i, entries):
                continue
            return _noun(page, sent, i, last, entry, frame)
        if form == Form.PHRASE:
            head = head_of(page, sent, i)
            if not _UNTOLD.isdisjoint(page.low[max(sent.first, min(head, i - 3)) : i]):
                return None  # "would be back under government control"
            return Trigger(i, last, head, form, entry, frame, False, "fact")
        if form == Form.ING and not entry.rest and page.low[last : last + 1] == ["of"]:
            continue  # "shelling of X": the noun
        if entry.weapon and _thrown(page, sent, i, last):
            continue  # "fell in January"
        if entry.frame == "fall" and not entry.rest and following in _NO_FALL:
            continue  # "the town fell silent"
        if form == Form.ING and i > sent.first and page.low[i - 1] in DETERMINERS:
            continue  # "a gathering near", "the fighting": nouns
        if form in (Form.BASE, Form.S) and not (
            (form == Form.S and frame.subject == "place" and entry.rest)
            or _is_verb(page, i, form)
            or (entry.rest and _after_actor(page, i))
        ):
            continue
        return _verb(page, sent, i, last, form, entry, frame)
    return None


_NO_FALL = frozenset("silent quiet short ill apart behind asleep foul victim prey flat due".split())
# Words for what falls, lands or is sent: strikes only of weapons.
_THROWN = frozenset(
    "fall falls fell fallen falling drop drops dropped dropping come comes came coming rain rains "
    "rained raining send sent sending hurl hurled aim aimed direct directed fire fired firing "
    "launch launched launching shoot shot crash crashed lob lobbed impact impacted".split()
)
_MISSILES = frozenset(
    "shell shells rocket rockets missile missiles bomb bombs drone drones mortar mortars "
    "projectile projectiles debris uav uavs munitions rounds grenades fire strike strikes "
    "salvo barrage explosives warheads".split()
)


def _thrown(page: Page, sent: Sentence, i: int, last: int) -> bool:
    """Whether something falls, lands or is sent there that is no weapon."""
    if page.low[i] not in _THROWN:
        return False
    return _MISSILES.isdisjoint([*page.low[max(sent.first, i - 9) : i], *page.low[i + 1 : last]])


def _is_noun(page: Page, i: int, entries: Sequence[tuple[str, Entry]]) -> bool:
    """Whether a word that may be noun or verb is a noun here."""
    if all(form == Form.NOUN for form, _ in entries):
        return True
    return not _is_verb(page, i, Form.BASE)


def _is_verb(page: Page, i: int, form: str) -> bool:
    """Whether a plain or -s form is a verb here, not a noun or adjective."""
    low = page.low
    at = i - 1
    while at >= 0 and (
        (low[at] in ADVERBS and low[at] not in ("all", "both"))
        or low[at] == "longer"
        or low[at : at + 2] == ["no", "longer"]
    ):
        at -= 1
    before = low[at] if at >= 0 else ""
    after = low[i + 1] if i + 1 < len(low) else ""
    if form == Form.BASE and before in ("it", "he", "she"):
        return False
    if before in AUX - BE or before in _VERB_BEFORE:
        return (
            before != "and"
            or after in DETERMINERS
            or (i + 1 < len(low) and page.toks[i + 1].is_capital)
        )
    if (
        before in DETERMINERS
        or before in PREPOSITIONS
        or before in BE
        or before in ("'s", "’s", "-")
    ):
        return False
    ends_actor = _ends_actor(page, at + 1)
    object_like = (
        after in DETERMINERS
        or (i + 1 < len(low) and page.toks[i + 1].is_capital)
        or after in PREPOSITIONS
    )
    return ends_actor and object_like


def _after_actor(page: Page, i: int) -> bool:
    """Whether an actor ends before token ``i``, adverbs aside: "the rebels still hold parts of"."""
    at = i
    while at and page.low[at - 1] in ADVERBS:
        at -= 1
    return _ends_actor(page, at)


def _ends_actor(page: Page, at: int) -> bool:
    """Whether words that name an actor end right before token ``at``."""
    return any(item.last == at for item in page.within(page.actors, max(0, at - 7), at))


def _verb(
    page: Page, sent: Sentence, i: int, last: int, form: str, entry: Entry, frame: Frame
) -> Trigger | None:
    low = page.low
    head = head_of(page, sent, i)
    group = low[head:i]
    before = low[head - 1] if head > sent.first else ""
    passive = form in (Form.PAST, Form.PARTICIPLE) and any(w in BE for w in group[-3:])
    if passive and any(w in ("has", "have", "had") for w in group) and "been" not in group:
        passive = any(w in BE for w in group)
    if form == Form.ING and "being" in group:
        passive = True
    by = next((n for n in range(last, min(last + 3, sent.last)) if low[n] == "by"), None)
    if form in (Form.PAST, Form.PARTICIPLE) and not group and by is not None and by == last:
        passive = True
    if form == Form.PARTICIPLE and not group:
        passive = True
    follows = low[last] if last < sent.last else ""
    if (
        form == Form.PAST
        and not group
        and frame.object in ("place", "target")
        and (entry.frame in ("take", "kill") and follows in ("in", "on", "during", "since"))
        and not (entry.frame == "take" and _ends_actor(page, head))
    ):
        passive = True  # "the number of fighters killed in", "a town captured in August"
    if form in (Form.PAST, Form.PARTICIPLE) and not group and before == "-":
        return None  # "rebel-held" is told by the phrase list
    if (
        form == Form.PAST
        and not group
        and (before in DETERMINERS and before not in ("both", "all"))
    ):
        return None  # "the captured town"
    if low[i] == "crossing" and not any(w in BE for w in group):
        return None  # the thing, not the deed
    if (
        form in (Form.PAST, Form.PARTICIPLE)
        and not group
        and frame.object in ("place", "target")
        and before in _BREAKS
        and (_after_place(page, sent, head - 1) or _after_name(page, sent, head, entry))
        and not _takes_object(page, last)
    ):
        passive = True  # "X, recovered on 4 September"; "Y: lost in August"
    freed = entry.rest[-1:] == (("of",),) and ("out",) not in entry.rest
    if passive and entry.frame == "expel" and freed:
        entry, frame = replace(entry, frame="rid"), FRAMES["rid"]  # "has been freed of them"
    mood, aim = mood_of(page, sent, head, i, form, group, before)
    if before == "to" and mood == "fact" and ranked(page, sent, head):
        head = next(
            (n for n in range(head - 2, max(sent.first, head - 9), -1) if low[n] in BE), head
        )
    if mood == "" or (mood == "fact" and entry.frame == "aim"):
        return None
    hedged = any(w in ("reportedly", "allegedly", "apparently") for w in group) or before == "have"
    return Trigger(i, last, head, form, entry, frame, passive, mood, aim, hedged)


_BREAKS = frozenset({",", ":", "(", "–", "—"})


def _after_place(page: Page, sent: Sentence, at: int) -> bool:
    """Whether the words for a place end right before token ``at``."""
    return any(words.last == at for words in page.within(page.places, max(sent.first, at - 8), at))


def _after_name(page: Page, sent: Sentence, head: int, entry: Entry) -> bool:
    """Whether a name that is no actor opens the sentence before: "Kawlin, taken in May, …"."""
    if entry.frame != "take" or head - 2 < sent.first or head - 2 - sent.first > 2:
        return False
    return page.toks[head - 2].is_capital and not _ends_actor(page, head - 1)


def _takes_object(page: Page, last: int) -> bool:
    """Whether a verb that ends before token ``last`` goes on with an object."""
    if last >= len(page.low):
        return False
    word = page.low[last]
    if page.within(page.dates, last, last + 1) or word in PREPOSITIONS or word in ADVERBS:
        return False
    return word in DETERMINERS or page.toks[last].is_word


_DONE = frozenset("completed finished conducted began begun started carried concluded".split())
_TIMES = frozenset("hour hours minute minutes day days km".split())
_HEARD = frozenset("heard seen felt".split())  # "gunfire could be heard": it was there
# After these an event noun only describes: "combat team", "strike force", "battle plan".
_MADE_OF = frozenset(
    "team teams vehicle vehicles group groups unit units mission missions troops line lines plan "
    "plans force forces zone zones capability capabilities site sites victim victims command "
    "commander pilot pilots aircraft helicopter helicopters jets deal agreement room wave "
    "package veteran veterans campaign doctrine talks drone drones helicopters dog dogs".split()
)


def _noun(
    page: Page, sent: Sentence, i: int, last: int, entry: Entry, frame: Frame
) -> Trigger | None:
    low = page.low
    head = i
    while (
        head > sent.first
        and i - head < 3
        and (
            page.toks[head - 1].is_word
            and low[head - 1] not in PREPOSITIONS
            and low[head - 1] not in AUX
            and not page.toks[head - 1].is_capital
            and low[head - 1] not in nouns()["force"]
        )
    ):
        head -= 1
        if low[head] in DETERMINERS:
            break
    if low[head - 1] in ("under", "despite") or low[head - 2 : head] in (
        ["backed", "by"],
        ["supported", "by"],
    ):
        return None  # "under a deal", "backed by air strikes"
    if low[i - 2 : i] in (["backed", "by"], ["supported", "by"]) or low[i - 3 : i - 1] == [
        "backed",
        "by",
    ]:
        return None
    if low[head - 1 : head] == ["of"] and low[head - 2] in _SPANS:
        return None  # "after weeks of siege": told as the background of something else
    window = low[max(sent.first, i - 6) : i]
    done = not _DONE.isdisjoint(low[max(sent.first, i - 12) : i])
    if any(w in _UNREAL_NOUN and not (done and w == "planned") for w in low[head:i]) or (
        any(w in _NOUN_VERBS and not (done and w == "planned") for w in window)
    ):
        return None
    if last < sent.last and low[last] in _MADE_OF:
        return None
    if low[i] in ("drive", "march", "walk") and not _TIMES.isdisjoint(low[max(0, i - 3) : i]):
        return None  # "an hour's drive from the capital"
    if low[i - 1 : i] == ["to"] or low[last : last + 1] == ["-"] or low[max(0, i - 1)] == "-":
        return None
    if unreal_before(page, sent, i):
        return None
    for n in range(last, min(sent.last, last + 9)):
        if low[n] in (",", ";"):
            break
        unsure = low[n] in ("would", "could", "may", "might", "will")
        if unsure and not page.toks[n].is_capital and _HEARD.isdisjoint(low[n : n + 5]):
            return None
    if "not" in window[-4:] or "no" in window[-3:]:
        return None
    if of_no_ground(page, last):
        return None
    return Trigger(i, last, head, Form.NOUN, entry, frame, False, "fact")
