"""The date of an event, from the date beside it and the day of publication."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from geo.dates import DateSpan
from geo.model import EventType
from geo.reading.draft import Parts
from geo.reading.lexicon import Form, lexicon
from geo.reading.page import ADVERBS, DETERMINERS, Page
from geo.reading.when import DateWords

__all__ = ["event_date"]

_CLAIM_LIKE = frozenset({EventType.AGREEMENT, EventType.INTENTION, EventType.ESTIMATE})
# What lasts: told in the present tense, it is so on the day of the telling.
_STATES = frozenset({EventType.HOLDS, EventType.PRESENCE, EventType.BESIEGES, EventType.CONTESTS})
_ACTIONS = frozenset({EventType.CLASH, EventType.APPROACHES, EventType.STRIKE})
_NOW = frozenset("is are 's 're remains remain".split())
_THEN = frozenset("was were is are remained remains".split())
_GOES_ON = frozenset(
    "continue continues rage rages persist persists go goes remain remains ongoing underway".split()
)
_KEEPS = frozenset("continue continues keep keeps try press presses".split())
_NOT_PLAIN = frozenset("to had will would could may might can should must did do does 'll".split())
_LONGEST_GROUP = 5  # words between a verb of being and what it leads to: "is still partly held"


def event_date(page: Page, parts: Parts, kind: EventType) -> DateSpan:
    """The days of an event; without a date in the text, not later than the publication.

    What lasts and is told in the present tense is so on the day of publication, fighting about
    that day. Nothing but an intention lies after the publication.
    """
    published = page.doc.published
    latest = published.latest if published else None
    given = parts.date
    if given is not None and parts.dated_by_saying and kind not in _CLAIM_LIKE:
        lasting = kind in _STATES | _ACTIONS and _was_going_on(page, parts, kind)
        if not lasting:
            given = DateSpan(None, given.end)  # said that day; it happened on it or before
    if given is None:
        given = _day_when(page, parts) or _day_before_aside(page, parts)
    if given is None:
        if latest is not None and kind in _STATES | _ACTIONS and _is_now(page, parts):
            return DateSpan(latest, latest, kind in _ACTIONS)
        return DateSpan(None, latest)
    if given.end is None and given.start is not None and kind in _HAPPENINGS:
        given = _since(page, parts, given, latest)
    if kind is EventType.INTENTION and not parts.dated_by_saying:
        given = _coming(given, latest)
        return DateSpan(None, latest) if latest and _ahead(given, latest) else given
    if latest is not None and kind is not EventType.INTENTION:
        if _ahead(given, latest):
            return DateSpan(None, latest)
        if given.end and given.end > latest:
            return DateSpan(given.start, latest, given.approximate)
        if given.end is None and given.start is not None and not kind.changes_control:
            return DateSpan(given.start, latest, given.approximate)  # "shelled since Monday"
    return given


_HAPPENINGS = frozenset(
    {EventType.CAPTURES, EventType.LOSES, EventType.WITHDRAWS, EventType.ENTERS}
)


def _since(page: Page, parts: Parts, given: DateSpan, latest: date | None) -> DateSpan:
    """When it happened: "is in their hands since Friday" that day, "have taken since" from then."""
    words = _words_of(page, parts, given)
    if words is not None and words.whole is not None and _being(page, parts):
        return words.whole
    if latest is None or given.start is None or given.start > latest:
        return given
    return replace(given, end=latest)


def _words_of(page: Page, parts: Parts, given: DateSpan) -> DateWords | None:
    """The words in the text that gave a date."""
    tokens = set(parts.tokens[2:])
    return next((w for w in page.dates if w.first in tokens and w.span == given), None)


def _group(page: Page, parts: Parts) -> tuple[int, int]:
    """The event word's first token and the token where the words that lead to it begin."""
    first = parts.tokens[0]
    at = first
    while at > 0 and first - at < _LONGEST_GROUP and page.low[at - 1] in _LINKS:
        at -= 1
    return first, at


_LINKS = ADVERBS | DETERMINERS | frozenset("been being back under out of in there".split())


def _being(page: Page, parts: Parts) -> bool:
    """Whether the event word tells a state: "is back under", "has been out of their hands"."""
    at = _group(page, parts)[1]
    last = parts.tokens[1] + 1
    verb = page.low[at - 1] if at else ""
    inside = (verb, *page.low[at:last])
    return not _NOW.isdisjoint(inside) or ("been" in inside and bool({"of", "in"} & set(inside)))


def _is_now(page: Page, parts: Parts) -> bool:
    """Whether the event word is told in the present: "still holds", "are fighting"."""
    first, at = _group(page, parts)
    last = parts.tokens[1] + 1
    before = page.low[at - 1] if at else ""
    words, forms = page.low[first:last], lexicon().triggers.get(page.low[first], ())
    kinds = {form for form, _ in forms}
    noun = not kinds & {Form.S, Form.BASE, Form.PAST, Form.PARTICIPLE}
    if before in _NOW or words[0] in _NOW:
        # "is held", "are fighting", "is in the hands of"; not "is the captured town".
        return not (Form.PAST in kinds and not kinds & {Form.ING, Form.PARTICIPLE})
    if before in _KEEPS or (before == "to" and at > 1 and page.low[at - 2] in _KEEPS):
        return True  # "continue to patrol"
    if Form.ING in kinds or noun:
        return not _GOES_ON.isdisjoint(page.low[last : last + 3])
    if Form.S in kinds and words[0].endswith("s"):
        return before not in DETERMINERS and before not in _NOT_PLAIN
    plain = Form.BASE in kinds and Form.PAST not in kinds and at == first
    return plain and (before in _MANY or (before.endswith("s") and len(before) > 3))


_MANY = frozenset("they we who which men people police".split())


def _was_going_on(page: Page, parts: Parts, kind: EventType) -> bool:
    """Whether it was so when it was said: "said on Sunday that they were fighting in X"."""
    first, at = _group(page, parts)
    before = page.low[at - 1] if at else ""
    if before in ("had", "have", "has") or "been" in page.low[at:first]:
        return False
    if _is_now(page, parts):
        return True
    kinds = {form for form, _ in lexicon().triggers.get(page.low[first], ())}
    if before in _THEN:
        return Form.ING in kinds or kind in _STATES or "there" in page.low[at:first]
    return kind is EventType.HOLDS and Form.PAST in kinds


def _day_when(page: Page, parts: Parts) -> DateSpan | None:
    """The date that a clause with "when" hangs on: "on 7 October, when the army took X"."""
    first = parts.tokens[0]
    for at in range(first - 1, max(0, first - _LONGEST_CLAUSE), -1):
        word = page.low[at]
        if word in (".", ";") or (word == "," and page.low[at + 1] != "when"):
            return None
        if word != "when":
            continue
        if page.verbs(at + 1, first):
            return None
        end = at - (page.low[at - 1] == ",")
        return next((w.whole or w.span for w in page.dates if w.last == end), None)
    return None


def _day_before_aside(page: Page, parts: Parts) -> DateSpan | None:
    """The date that an aside parts from its verb: "in July, after a long battle, they took X"."""
    first = parts.tokens[0]
    for words in reversed(page.within(page.dates, max(0, first - _LONGEST_ASIDE), first)):
        between = page.low[words.last : first]
        if between[:1] != [","] or between[1:2] not in _ASIDES or between.count(",") != 2:
            return None
        plain = not page.verbs(words.last, first) and not {".", ";", "and"}.intersection(between)
        return words.span if plain else None
    return None


_LONGEST_ASIDE = 20
_ASIDES = (["after"], ["following"], ["amid"], ["despite"], ["during"], ["with"], ["without"])
_LONGEST_CLAUSE = 12  # words from "when" to its verb


def _coming(given: DateSpan, latest: date | None) -> DateSpan:
    """The coming Friday for the last one: what is intended has not happened yet."""
    if latest is None or given.start is None or given.start != given.end or given.end >= latest:
        return given
    then = given.start + timedelta(days=7)
    return DateSpan.day(then) if (latest - given.start).days < 7 else given


def _ahead(span: DateSpan, latest: date) -> bool:
    return span.start is not None and span.start > latest
