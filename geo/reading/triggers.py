"""Words in a sentence that say what happened, and whether it is said to have happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.reading.actors import nouns
from geo.reading.frames import FRAMES, Frame
from geo.reading.lexicon import Entry, Form, lexicon
from geo.reading.matching import match, moves_forces
from geo.reading.page import ADVERBS, AUX, BE, DETERMINERS, PREPOSITIONS, Page
from geo.reading.tokens import Sentence

__all__ = ["Trigger", "find_triggers"]

_NEGATED = frozenset("not n't never hardly barely scarcely neither".split())
_POSSIBLE = frozenset("could may might can should must cannot".split())
_UNREAL = frozenset("if unless whether until till".split())
_AHEAD = frozenset(
    "about set ready likely poised due unlikely able order bid effort efforts chance".split()
)
_UNREAL_NOUN = frozenset(
    "planned possible potential imminent expected feared threatened future looming any no "
    "alleged prospective would-be further another".split()
)
_NOUN_VERBS = frozenset(
    "plan plans planned prepare prepares preparing prepared threaten threatened threatens "
    "fear fears feared avoid avoiding prevent preventing risk risks possibility threat warn "
    "warned warns ahead expect expected expects consider considering propose proposed order "
    "ordered halt halting "
    "break breaks broke broken breaking lift lifted lifting end ended ending "
    "repel repels repelled repelling repulse repulsed foil foiled thwart thwarted rebuffed "
    "deter demand demanded demands urge urged calls call called resume against without".split()
)
_UNDERTAKINGS = frozenset("campaign operation offensive drive push plan plans battle fight".split())
_VERB_BEFORE = frozenset("to who which that and then they it he we".split())


_SPANS = frozenset("hours days nights weeks months years".split())
_UNTOLD = _NEGATED | _POSSIBLE | {"will", "'ll", "shall", "would"}


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
            if trigger is not None:
                found.append(trigger)
                ends_open = trigger.last - i > 1 and page.low[trigger.last - 1] in PREPOSITIONS
                i = trigger.last - ends_open  # "remained in" may go on as "in Russian hands"
                continue
        i += 1
    return found


_NAMES = frozenset("march fall battle may field".split())


def _is_name(page: Page, sent: Sentence, i: int) -> bool:
    """Whether a capitalised word is part of a name or a month: "in March", "Linda Battle"."""
    if page.low[i] not in _NAMES or not page.toks[i].is_capital:
        return False
    after = page.toks[i + 1] if i + 1 < len(page.toks) else None
    return i > sent.first or (after is not None and (after.is_capital or after.text[0].isdigit()))


def _trigger(
    page: Page, sent: Sentence, i: int, entries: Sequence[tuple[str, Entry]]
) -> Trigger | None:
    for form, entry in entries:
        last = match(page, sent, i, entry)
        if last is None:
            continue
        if ("**",) in entry.rest and entry.frame == "leave" and not moves_forces(page, i, last):
            continue
        frame = FRAMES[entry.frame]
        if form == Form.NOUN:
            if not _is_noun(page, i, entries):
                continue
            return _noun(page, sent, i, last, entry, frame)
        if form == Form.PHRASE:
            head = _head(page, sent, i)
            if not _UNTOLD.isdisjoint(page.low[max(sent.first, min(head, i - 3)) : i]):
                return None  # "would be back under government control"
            return Trigger(i, last, head, form, entry, frame, False, "fact")
        if form in (Form.BASE, Form.S) and not (
            (form == Form.S and frame.subject == "place" and entry.rest) or _is_verb(page, i, form)
        ):
            continue
        return _verb(page, sent, i, last, form, entry, frame)
    return None


def _is_noun(page: Page, i: int, entries: Sequence[tuple[str, Entry]]) -> bool:
    """Whether a word that may be noun or verb is a noun here."""
    if all(form == Form.NOUN for form, _ in entries):
        return True
    return not _is_verb(page, i, Form.BASE)


def _is_verb(page: Page, i: int, form: str) -> bool:
    """Whether a plain or -s form is a verb here, not a noun or adjective."""
    low = page.low
    at = i - 1
    while at >= 0 and low[at] in ADVERBS and low[at] not in ("all", "both"):
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


def _ends_actor(page: Page, at: int) -> bool:
    """Whether words that name an actor end right before token ``at``."""
    return any(item.last == at for item in page.within(page.actors, max(0, at - 7), at))


def _head(page: Page, sent: Sentence, i: int) -> int:
    """Where the verb group that ends with token ``i`` begins."""
    at = i
    while at > sent.first and (page.low[at - 1] in AUX or page.low[at - 1] in ADVERBS):
        at -= 1
    return at


def _verb(
    page: Page, sent: Sentence, i: int, last: int, form: str, entry: Entry, frame: Frame
) -> Trigger | None:
    low = page.low
    head = _head(page, sent, i)
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
    mood, aim = _mood(page, sent, head, i, form, group, before)
    if before == "to" and mood == "fact" and _ranked(page, sent, head):
        head = next(
            (n for n in range(head - 2, max(sent.first, head - 9), -1) if low[n] in BE), head
        )
    if mood == "" or (mood == "fact" and entry.frame == "aim"):
        return None
    hedged = any(w in ("reportedly", "allegedly", "apparently") for w in group) or before == "have"
    return Trigger(i, last, head, form, entry, frame, passive, mood, aim, hedged)


def _mood(
    page: Page, sent: Sentence, head: int, i: int, form: str, group: Sequence[str], before: str
) -> tuple[str, int]:
    """Whether a verb tells a fact; "" where it tells nothing that happened."""
    low = page.low
    words = lexicon().groups
    negated = any(w in _NEGATED for w in group) or before in ("no", "without", "never", "nor")
    if negated and not ("not" in group and "only" in group):
        return "", -1
    if any(w in _POSSIBLE for w in group):
        return "", -1
    if _unreal_before(page, sent, head):
        return "", -1
    if any(w in ("will", "'ll", "shall") for w in group) or "would" in group:
        if "have" in group:
            return "", -1
        return "intent", head
    if "being" in group and any(w in words["fail"] for w in low[max(sent.first, head - 3) : head]):
        return "", -1  # "to avoid being surrounded"
    if before == "to":
        at = head - 2
        while at >= sent.first and (low[at] in ADVERBS or low[at] in ("himself", "themselves")):
            at -= 1
        governing = low[at] if at >= sent.first else ""
        if any(w in _NEGATED or w == "no" for w in low[max(sent.first, at - 3) : at]):
            return "", -1
        if at > sent.first and low[at] in ("forces", "troops", "units", "fighters", "them", "him"):
            governing = low[at - 1]
        lemma = words["intend"].get(governing)
        if lemma is not None:
            passive_aim = at > sent.first and low[at - 1] in BE
            own = lemma in lexicon().own_aims and not (passive_aim and lemma != "prepare")
            return ("intent", at) if own else ("", -1)
        if governing in words["try"]:
            return "attempt", at
        if governing in words["begin"] or "have" in group:
            return "fact", _head(page, sent, at)
        if _ranked(page, sent, head):
            return "fact", -1  # "was the first city to fall"
        if governing in ("was", "were", "is", "are") or governing in _UNDERTAKINGS:
            over = {"ended", "end", "failed", "abandoned"}
            if over.intersection(low[max(sent.first, at - 8) : at]):
                return "", -1
            return "intent", at
        return _aim_before(page, sent, head)
    if form == Form.ING:
        if before == "," and low[i] == "leaving":
            return "", -1  # "…, leaving 20 dead"
        if not any(w in BE for w in group):
            if before in (
                "of",
                "from",
                "for",
                "about",
                "without",
                "before",
                "against",
                "than",
                "at",
                "on",
                "to",
            ):
                return "", -1
            earlier = low[max(sent.first, head - 3) : head]
            if any(w in words["fail"] for w in earlier):
                return "", -1
        if before and before in words["try"]:
            return "attempt", head - 1
    if form == Form.BASE and not group and before in ("and", "or"):
        # "to seize X and hold Y": as unreal as the verb it is joined to
        span = range(max(sent.first, head - 9), head - 1)
        if any(low[n] == "to" and low[n + 1] not in DETERMINERS for n in span):
            return _aim_before(page, sent, head)
    return "fact", -1


_RANKED = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth last latest".split()
)


def _ranked(page: Page, sent: Sentence, head: int) -> bool:
    """Whether "to" before the verb follows "the first", "the latest town"."""
    low = page.low
    at = head - 2
    if at > sent.first and low[at] in nouns()["settlement"] | nouns()["area"] | {"place"}:
        return not _RANKED.isdisjoint(low[max(sent.first, at - 4) : at])
    return at > sent.first and low[at] in _RANKED


def _aim_before(page: Page, sent: Sentence, head: int) -> tuple[str, int]:
    """Whether an infinitive goes on telling an aim: "they will head north to protect …"."""
    aims = lexicon().groups["intend"]
    for at in range(head - 2, max(sent.first, head - 16) - 1, -1):
        word = page.low[at]
        if word in (";", "but", "while", "”"):
            break
        if word in ("will", "would"):
            return "intent", at
        if aims.get(word) in lexicon().own_aims and page.low[at + 1 : at + 2] == ["to"]:
            return "intent", at
    return "", -1


def _unreal_before(page: Page, sent: Sentence, head: int) -> bool:
    """Whether "if", "until" and the like open the clause."""
    for at in range(head - 1, max(sent.first, head - 14) - 1, -1):
        word = page.low[at]
        if word in _UNREAL:
            return True
        if word in (",", ";", ":", "but", "while", "”", "“"):
            return False
    return False


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
    if any(w in _UNREAL_NOUN for w in low[head:i]) or any(w in _NOUN_VERBS for w in window):
        return None
    if low[i - 1 : i] == ["to"] or low[last : last + 1] == ["-"] or low[max(0, i - 1)] == "-":
        return None
    if _unreal_before(page, sent, i):
        return None
    for n in range(last, min(sent.last, last + 9)):
        if low[n] in (",", ";"):
            break
        if low[n] in ("would", "could", "may", "might", "will") and not page.toks[n].is_capital:
            return None
    if "not" in window[-4:] or "no" in window[-3:]:
        return None
    return Trigger(i, last, head, Form.NOUN, entry, frame, False, "fact")
