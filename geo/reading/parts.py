"""Who did it, to whom, where and when: the parts of a sentence that belong to an event word."""

from __future__ import annotations

from collections.abc import Sequence

from geo.reading.draft import Parts, Resolve, innermost
from geo.reading.page import Page, Speech
from geo.reading.tokens import Sentence
from geo.reading.triggers import Trigger
from geo.reading.when import DateWords
from geo.reading.where import WINDOW, find_event_places
from geo.reading.who import find_agents, find_targets

__all__ = ["find_parts"]

DATE_LIMIT = 2.2  # the cost up to which a date is taken


def find_parts(
    page: Page,
    sent: Sentence,
    trigger: Trigger,
    speeches: Sequence[Speech],
    resolve: Resolve,
) -> Parts:
    """The parts of one event."""
    parts = Parts(tokens=[trigger.first, trigger.last - 1])
    speech = innermost(speeches, trigger.first)
    scope = _scope(sent, trigger, speech)
    actors = page.within(page.actors, *scope)
    places = page.within(page.places, *scope)
    find_agents(page, trigger, actors, parts, resolve)
    find_event_places(page, sent, trigger, places, parts)
    find_targets(page, trigger, actors, parts, resolve)
    _date(page, sent, trigger, speech, parts)
    return parts


def _scope(sent: Sentence, trigger: Trigger, speech: Speech | None) -> tuple[int, int]:
    first = max(sent.first, trigger.first - WINDOW)
    last = min(sent.last, trigger.last + WINDOW)
    if speech is None:
        return first, last
    if speech.verb < speech.first and trigger.mood != "intent":
        first = max(first, speech.name[0])
    return first, last


def _date(
    page: Page, sent: Sentence, trigger: Trigger, speech: Speech | None, parts: Parts
) -> None:
    first = max(sent.first, trigger.first - WINDOW)
    last = min(sent.last, trigger.last + WINDOW)
    best: tuple[float, DateWords] | None = None
    leading, opened = -1.0, False
    for words in page.within(page.dates, first, last):
        if words.span is None:
            continue
        if words.ahead and (words.first >= trigger.last or page.commas(words.last, trigger.first)):
            continue  # "nine months after it fell": of that clause alone
        if words.last <= trigger.first:
            cost = page.cost(words.last, trigger.first)
            if words.first - sent.first <= 2:
                cost = min(cost, 1.2)
                leading = cost
            elif _opens_clause(page, words.first):
                opened = True
                cost = min(cost, DATE_LIMIT - 0.1)  # it dates all that this clause tells
            elif words.opens and page.low[words.last] == ",":
                cost += 1.5  # "the RSF, at war with the army since April, has taken"
            elif page.verbs(sent.first, words.first):
                cost += 0.9  # it belongs to the verb before it
        else:
            cost = page.cost(trigger.last, words.first) - 0.1
            if _opens_clause(page, words.first):
                cost += 1.5  # "after they left, and on 20 June …"
        if speech is not None and not speech.first <= words.first < speech.last:
            cost += 0.8
        if speech is not None and _beside_saying(page, speech, words):
            cost = max(1.6, min(cost, 2.0))
        if opened and cost < DATE_LIMIT and best is not None and best[0] == leading:
            best, opened = None, False  # "on Wednesday …, and on Thursday X was cleared"
        if best is None or cost < best[0]:
            best = (cost, words)
    if best is None or best[0] > DATE_LIMIT:
        return
    parts.date, parts.date_cost = best[1].span, best[0]
    parts.tokens += [best[1].first, best[1].last - 1]
    parts.dated_by_saying = speech is not None and _beside_saying(page, speech, best[1])


def _opens_clause(page: Page, first: int) -> bool:
    """Whether a date begins a new clause: "…, and on Thursday X was cleared"."""
    back = page.low[max(0, first - 2) : first]
    return (back[-1:] == ["and"] and "," in back) or back[-1:] in (["but"], [";"], ["while"])


def _beside_saying(page: Page, speech: Speech, words: DateWords) -> bool:
    """Whether a date is that of the saying: "said on Tuesday that …", "…, he said on Tuesday"."""
    inside = speech.first <= words.first < speech.last
    near = 0 <= words.first - speech.verb <= 7 and not page.commas(speech.verb, words.first)
    if inside and near and words.first - speech.verb == 1:
        return True  # "said on Sunday it had"
    if inside:
        return (
            near
            and words.first - speech.verb <= 4
            and "that" in page.low[words.last : words.last + 1]
        )
    return near or speech.name[0] <= words.first < speech.verb
