"""Whether a verb tells what happened, what somebody means to do, or nothing that is so."""

from __future__ import annotations

from collections.abc import Sequence

from geo.reading.actors import nouns
from geo.reading.lexicon import Form, lexicon
from geo.reading.page import ADVERBS, AUX, BE, DETERMINERS, Page
from geo.reading.tokens import Sentence

__all__ = ["NEGATED", "POSSIBLE", "head_of", "mood_of", "of_no_ground", "ranked", "unreal_before"]

NEGATED = frozenset("not n't never hardly barely scarcely neither".split())
POSSIBLE = frozenset("could may might can should must cannot".split())
_UNREAL = frozenset("if unless whether until till".split())
_UNDERTAKINGS = frozenset("campaign operation offensive drive push plan plans battle fight".split())
_ACCUSING = frozenset("accuse accuses accused accusing blame blames blamed suspected".split())
_OWN_MEN = frozenset(
    "followers supporters fighters men troops forces soldiers units members brigades army "
    "militants".split()
)
_BIDDING = frozenset({"urge", "order", "call for", "ask", "tell", "instruct", "command"})
_HELPED = frozenset("helped enabled".split())
_RANKED = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth last latest".split()
)


def mood_of(
    page: Page, sent: Sentence, head: int, i: int, form: str, group: Sequence[str], before: str
) -> tuple[str, int]:
    """Whether a verb tells a fact; "" where it tells nothing that happened."""
    low = page.low
    words = lexicon().groups
    negated = any(w in NEGATED for w in group) or before in ("no", "without", "never", "nor")
    if negated and not ("not" in group and "only" in group):
        return "", -1
    if any(w in POSSIBLE for w in group):
        return "", -1
    if unreal_before(page, sent, head):
        return "", -1
    if any(w in ("will", "'ll", "shall") for w in group) or "would" in group:
        if "have" in group or _under_which(page, sent, head):
            return "", -1
        return "intent", head
    if "being" in group and any(w in words["fail"] for w in low[max(sent.first, head - 3) : head]):
        return "", -1  # "to avoid being surrounded"
    accused = before == "of" and _accused(page, sent, head)
    if before == "of" and "having" in group and not accused:
        return "", -1
    if before == "to":
        at = head - 2
        while at >= sent.first and (low[at] in ADVERBS or low[at] in ("himself", "themselves")):
            at -= 1
        for day in page.within(page.dates, max(sent.first, at - 4), at + 1):
            if day.last == at + 1:
                at = day.first - 1  # "threatened on Saturday to attack"
        governing = low[at] if at >= sent.first else ""
        if not _HELPED.isdisjoint(low[max(sent.first, at - 5) : at]):
            return "fact", -1  # "drones helped their forces to take X"
        if any(w in NEGATED or w == "no" for w in low[max(sent.first, at - 3) : at]):
            return "", -1
        lemma = words["intend"].get(governing)
        if lemma is None and _followers(page, sent, at):
            return "intent", at  # "urges followers to march on"
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
            return "fact", head_of(page, sent, at)
        if ranked(page, sent, head):
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
            if not accused and before in (
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
        if any(low[n] in ("will", "would") for n in span):
            return "intent", head
        if any(low[n] == "to" and low[n + 1] not in DETERMINERS for n in span):
            return _aim_before(page, sent, head)
    return "fact", -1


def _accused(page: Page, sent: Sentence, head: int) -> bool:
    """Whether "accused X of …ing" leads to the verb: somebody says that X did it."""
    return not _ACCUSING.isdisjoint(page.low[max(sent.first, head - 12) : head - 1])


def _followers(page: Page, sent: Sentence, at: int) -> bool:
    """Whether token ``at`` ends "urges its followers (in a message)"."""
    aims = lexicon().groups["intend"]
    for n in range(at, max(sent.first, at - 9), -1):
        if aims.get(page.low[n]) in _BIDDING:
            return not _OWN_MEN.isdisjoint(page.low[n + 1 : at + 1])
    return False


def _under_which(page: Page, sent: Sentence, head: int) -> bool:
    """Whether the clause tells what a deal or plan holds: "a deal under which X would"."""
    before = page.low[max(sent.first, head - 7) : head]
    return "which" in before and not {"under", "whereby"}.isdisjoint(before)


def ranked(page: Page, sent: Sentence, head: int) -> bool:
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


def unreal_before(page: Page, sent: Sentence, head: int) -> bool:
    """Whether "if", "until" and the like open the clause."""
    for at in range(head - 1, max(sent.first, head - 14) - 1, -1):
        word = page.low[at]
        if word in _UNREAL:
            return True
        if word in (",", ";", ":", "but", "while", "”", "“"):
            return False
    return False


_MARKS = frozenset({'"', "“", "”", "'", "‘"})


def head_of(page: Page, sent: Sentence, i: int) -> int:
    """Where the verb group that ends with token ``i`` begins."""
    at = i
    if at - 1 > sent.first and page.low[at - 1] in _MARKS and page.low[at - 2] in AUX:
        at -= 1  # has been "cleansed entirely"
    while at > sent.first and (page.low[at - 1] in AUX or page.low[at - 1] in ADVERBS):
        at -= 1
    return at


# What falls or collapses without any ground changing hands: "the collapse of their illusions".
_NO_GROUND = frozenset(
    "project projects illusion illusions dream dreams scheme schemes hope hopes myth ideology "
    "morale economy currency talks truce ceasefire agreement prices alliance".split()
)


def of_no_ground(page: Page, last: int) -> bool:
    """Whether what falls, told behind a noun that ends at token ``last``, is no ground."""
    ahead = page.low[last : last + 6]
    return ahead[:1] == ["of"] and not _NO_GROUND.isdisjoint(ahead[1:])
