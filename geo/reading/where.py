"""Where it happens, around one event word: the likeliest place, and those listed with it."""

from __future__ import annotations

from collections.abc import Sequence

from geo.model import EventType
from geo.reading.actors import nouns
from geo.reading.draft import Parts
from geo.reading.lexicon import Form
from geo.reading.linking import link_places
from geo.reading.page import Page, PlaceWords
from geo.reading.tokens import Sentence
from geo.reading.triggers import Trigger

__all__ = ["WINDOW", "find_event_places"]

PLACE_LIMIT = 2.0  # the cost up to which a place is taken


WINDOW = 70  # tokens to each side that are looked at


LINKED = 0.8  # how much the linking model's certainty is worth as a cost


NOUN_PLACE_LIMIT, FAR_PLACE_LIMIT = 1.5, 3.2


_WEIGHED = 8  # places that the linking model weighs, the nearest ones


def find_event_places(
    page: Page, sent: Sentence, trigger: Trigger, places: Sequence[PlaceWords], parts: Parts
) -> None:
    """Add to ``parts`` where it happened, from the places of the sentence."""
    frame = trigger.frame
    best: tuple[float, PlaceWords] | None = None
    linked = _linked(page, sent, trigger, places)
    for words in places:
        cost = _place_cost(page, sent, trigger, words)
        if words.mention is not None and not words.noun:
            cost -= LINKED * linked.get(words.mention.start, 0.0)
        if words.noun:
            cost += 0.12
        if words.found is not None and words.found.feature_code.startswith("PCL"):
            if trigger.entry.type.changes_control and _town_in(page, words):
                continue  # "left their last stronghold in Syria" is not leaving Syria
            cost += 2.0 if trigger.entry.type.changes_control else 0.6
            if page.low[words.last : words.last + 1] == ["border"]:
                cost += 0.8
        if words.mention is not None and words.found is None:
            cost += 0.15
        limit = NOUN_PLACE_LIMIT if frame.noun else PLACE_LIMIT
        if trigger.entry.type in (EventType.AGREEMENT, EventType.INTENTION):
            limit = FAR_PLACE_LIMIT
        if cost <= limit and (best is None or cost < best[0]):
            best = (cost, words)
    if best is None:
        return
    parts.place_cost = best[0]
    parts.places = _list_of(page, best[1], places)
    parts.tokens += [n for words in parts.places for n in (words.first, words.last - 1)]


def _linked(
    page: Page, sent: Sentence, trigger: Trigger, places: Sequence[PlaceWords]
) -> dict[int, float]:
    """What the linking model thinks of each place by name, by where its mention starts."""
    mentions = [words.mention for words in places if words.mention is not None and not words.noun]
    if len(mentions) < 2 and not trigger.frame.noun:
        return {}
    middle = page.toks[trigger.first].start
    mentions = sorted(mentions, key=lambda mention: abs(mention.start - middle))[:_WEIGHED]
    mentions.sort(key=lambda mention: mention.start)
    span = (page.toks[trigger.first].start, page.toks[trigger.last - 1].end)
    first = max(sent.first, trigger.first - WINDOW)
    last = min(sent.last, trigger.last + WINDOW)
    found = link_places(page.toks[first:last], span, mentions)
    return {mention.start: chance for mention, chance in found}


def _town_in(page: Page, country: PlaceWords) -> bool:
    """Whether a country only tells where a town or base without a name is."""
    before = page.low[max(0, country.first - 2) : country.first]
    kinds = nouns()
    return before[1:] == ["in"] and before[0] in kinds["settlement"] | kinds["facility"]


def _place_cost(page: Page, sent: Sentence, trigger: Trigger, words: PlaceWords) -> float:
    frame = trigger.frame
    before = page.before(words.first)
    after = page.low[words.last : words.last + 2]
    if words.noun == "" and after in (["-", "based"], ["-", "backed"], ["-", "led"]):
        return 9.0
    if words.first >= trigger.last:
        if trigger.passive and frame.object == "place" and before == "":
            return 9.0
        if trigger.entry.frame == "fall" and before == "":
            return 9.0
        cost = page.cost(trigger.last, words.first) + frame.place.get(before, 0.9)
        verbs = page.verbs(trigger.last, words.first) if frame.noun else 0
        if _new_clause(page, trigger.last, words.first):
            cost += NEW_CLAUSE  # "after the army left, and on 20 June drove them from X"
        if page.low[words.last : words.last + 1] and page.low[words.last] in _ROADS:
            cost += 0.8  # "In Rafah, fighting continues east of Salah ad Din Road"
        if not _LINKS.isdisjoint(page.low[trigger.last : words.first]):
            cost += 1.2  # "has cut the highway linking the capital to X"
        own = page.low[words.first - 2] if words.first - 2 >= trigger.last else ""
        if own in _ELSEWHERE and page.low[words.first - 1] == before:
            cost += 1.2  # "in spite of the truce signed in X"
        if 1 <= verbs <= 2 and not _GOES_ON.isdisjoint(page.low[words.first - 5 : words.first]):
            cost -= 0.8 * verbs
        return cost
    if words.last > trigger.first:
        return 0.0  # inside the phrase
    gap = page.cost(words.last, trigger.head)
    if trigger.head >= 2 and page.low[trigger.head - 1] == ",":
        # "X, a town near Y, was overrun": the aside does not count, and does not hold the place.
        back = trigger.head - 2
        while back > max(sent.first, trigger.head - 30) and page.low[back] != ",":
            back -= 1
        if page.low[back] == ",":
            if words.last <= back:
                gap = min(gap, page.cost(words.last, back) + 0.3)
            elif words.first > back:
                gap += 1.0
    is_subject = (frame.subject == "place" and not trigger.passive) or (
        trigger.passive and frame.object in ("place", "target")
    )
    if is_subject and before in ("", "of", "after", "before", "since"):
        relative = page.low[trigger.head - 1] in ("which", "that") if trigger.head else False
        joined = page.low[trigger.head - 1] in ("and", "but") if trigger.head else False
        return (
            gap
            - (0.8 if relative else 0.0)
            - (0.7 if joined and page.verbs(words.last, trigger.head) else 0.0)
            + (0.5 if before else 0.0)
        )
    if page.low[trigger.head - 1 : trigger.head] in (["where"], ["which"]) and gap < 2.2:
        return max(0.2, gap - 0.8)
    if trigger.head >= 2 and "where" in page.low[words.last : words.last + 3]:
        return max(0.3, gap - 0.9)
    told = page.low[words.last : words.last + 3]
    if (
        frame.object == "place"
        and not trigger.passive
        and (told[:1] in (["which"], ["that"]) or told[:2] == [",", "which"])
        and page.verbs(words.last, trigger.head) == 0
    ):
        return max(0.3, gap - 0.9)  # "near X, which they seized"
    if _heads(page, sent, words):
        return min(gap + 0.6, 1.2)  # "X, 90 km from Y: militants drove in"
    if before in ("in", "near", "at", "around", "across", "outside", "inside", "on"):
        opening = words.first - sent.first <= 6 and page.verbs(sent.first, words.first) == 0
        if opening and page.low[words.last : words.last + 1] == [","]:
            return min(gap + 0.45, 1.3)  # "At X, ten kilometres to the west, …"
        return gap + (0.45 if opening else 0.8)
    if (
        (trigger.form in (Form.PAST, Form.PARTICIPLE))
        and frame.object == "place"
        and "," in page.low[words.last : words.last + 2]
    ):
        between = page.low[words.last : trigger.first]
        relative = "which" in between or "that" in between  # "Zaranj, which the militants seized"
        return max(0.3, gap - 0.9) if relative else gap + 1.1
    if (
        frame.object == "place"
        and not trigger.passive
        and page.low[words.last : words.last + 1] in (["that"], ["which"])
    ):
        return max(0.3, gap - 0.9)
    if before in ("from", "to", "towards", "toward"):
        return gap + 3.0
    if before == "of" and words.mention is not None:
        return gap + 1.0
    if before == "":
        return gap + 1.1
    return gap + 1.4


NEW_CLAUSE = 1.2  # what a place costs beyond "; …" or ", and …" with a verb of its own
_LINKS = frozenset("linking connecting leading joining links connects leads".split())
_ROADS = frozenset("road street avenue highway motorway".split())
_CONNECTIVES = frozenset("and but while".split())


def _new_clause(page: Page, first: int, last: int) -> bool:
    """Whether another clause with its own verb begins between two tokens."""
    for at in range(first, last):
        if page.low[at] == ";":
            return True
        opens = (
            page.low[at] == ","
            and page.low[at + 1 : at + 2] != []
            and page.low[at + 1] in _CONNECTIVES
        )
        if opens and page.verbs(at + 1, last):
            return True
    return False


_ELSEWHERE = frozenset(
    "signed brokered negotiated agreed born based held met announced issued reached".split()
)
_HEADING = 12  # words before the colon of a heading


def _heads(page: Page, sent: Sentence, words: PlaceWords) -> bool:
    """Whether the place opens the sentence as a heading: "X: …", "X, 90 km from Y: …"."""
    if words.first - sent.first > 3 or words.noun:
        return False
    if any(page.toks[n].text[0].islower() for n in range(sent.first, words.first)):
        return False
    for at in range(words.last, min(words.last + _HEADING, sent.last)):
        if page.low[at] == ":":
            return page.verbs(words.last, at) == 0
    return False


# Verbs of which an event noun is the subject: "clashes between A and B erupted in X".
_GOES_ON = frozenset(
    "erupted broke continued raged reported went goes go occurred intensified resumed began flared "
    "persisted continues continue started took were was heard escalated rocked spread shook hit "
    "targeted struck destroyed killed wounded unfolded".split()
)


def _list_of(page: Page, chosen: PlaceWords, places: Sequence[PlaceWords]) -> list[PlaceWords]:
    """The place and those listed with it: "A, B and C"."""
    found = [chosen]
    for words in sorted(places, key=lambda w: w.first):
        if words.first >= found[-1].last:
            gap = page.low[found[-1].last : words.first]
            if _whole_country(words) and not _whole_country(found[-1]):
                continue  # "X, on the border with Bangladesh"
            listed = (
                "and" in gap
                or "including" in gap
                or (gap[:1] == [","] and _goes_on(page, words, places))
            )
            after = page.low[words.last : words.last + 1]
            if after in (["'s"], ["’s"]):
                continue
            if page.verbs(words.last, min(words.last + 2, len(page.low))) and "," in gap:
                continue  # "…, and Kyiv says": a new clause
            if gap and len(gap) <= 6 and listed and all(word in _IN_LISTS for word in gap):
                found.append(words)
    before: list[PlaceWords] = []
    for words in sorted(places, key=lambda w: -w.last):
        first = before[-1] if before else chosen
        if words.last <= first.first:
            gap = page.low[words.last : first.first]
            if (
                (
                    gap
                    and gap[0] in ("and", ",")
                    and len(gap) <= 2
                    and "and" in page.low[words.last : chosen.last]
                )
                and all(w in (",", "and", "the") for w in gap)
                and page.before(words.first) == page.before(chosen.first)
            ):
                before.append(words)
    return before[::-1] + found


def _whole_country(words: PlaceWords) -> bool:
    return words.found is not None and words.found.feature_code.startswith("PCL")


_IN_LISTS = frozenset(
    ", and the of in on near edges town towns city nearby also at including border village nearly "
    "all most much parts part into around from near as well with "
    "neighbouring neighboring adjacent then".split()
)


def _goes_on(page: Page, words: PlaceWords, places: Sequence[PlaceWords]) -> bool:
    """Whether ", X" is followed by more of the list, so that it does not say where it lies."""
    last = words.last
    for other in sorted(places, key=lambda w: w.first):
        if other.first >= last:
            gap = page.low[last : other.first]
            if len(gap) > 6 or not gap:
                return False
            if gap[0] == "and" or gap[:2] == [",", "and"]:
                return True
            if gap[0] != ",":
                return False
            last = other.last
    return False
