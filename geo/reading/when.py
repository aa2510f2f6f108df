"""Dates in a text, absolute or told from the day it was published, as spans with a precision.

Without a publication date only dates that give their year are known; the others stay unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from geo.dates import DateSpan
from geo.reading.date_phrases import opens_clause
from geo.reading.day_reader import DayReader
from geo.reading.tokens import Token

__all__ = ["DateWords", "find_dates"]

_OPENING = frozenset({"since"})
_UNTIL = frozenset({"until", "till", "by"})
_BEFORE = frozenset({"before"})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DateWords:
    """Tokens ``first`` to ``last`` (half-open) that give a date.

    ``span`` is None where the day it is told from is not known. ``opens`` marks "since", ``ahead``
    a date of what is told behind it alone: "nine months after it was driven out". ``whole`` is the
    time itself where "since", "until" or "before" leaves another ``span`` of it.
    """

    first: int
    last: int
    span: DateSpan | None
    opens: bool = False
    ahead: bool = False
    whole: DateSpan | None = None


_LONGEST_ANCHOR = timedelta(days=31)  # "three days earlier" counts from no season or year


def _is_short(span: DateSpan) -> bool:
    if span.start is None or span.end is None:
        return False
    return span.end - span.start <= _LONGEST_ANCHOR


def _bounded(found: DateSpan, before: str) -> DateSpan:
    """The span as the word before it leaves it: "since", "until", "before"."""
    if before in _OPENING:
        return DateSpan(found.start, None, found.approximate)
    if before in _UNTIL:
        return DateSpan(None, found.end, found.approximate)
    if before in _BEFORE and found.start:
        return DateSpan(None, found.start - _DAY, found.approximate)
    return found


def find_dates(toks: Sequence[Token], published: DateSpan | None) -> list[DateWords]:
    """Dates in order. ``published`` is the day the text is told from, or None."""
    day = published.latest if published else None
    reader = DayReader(toks, day)
    found: list[DateWords] = []
    i = 0
    while i < len(toks):
        try:
            read = reader.at(i)
        except (OverflowError, ValueError):  # a year out of the calendar
            read = None
        if read is None:
            i += 1
            continue
        end, span = read
        before = reader.word(i - 1)
        if span is not None and before not in _OPENING and _is_short(span):
            reader.anchor = span
        first = i
        while first > 0 and (
            reader.word(first - 1) in _LEAD
            or (reader.word(first - 1) == "the" and reader.word(first) in _OF_THE)
        ):
            first -= 1
            before = reader.word(first) if reader.word(first) in _STRONG else before
            if first and reader.word(first - 1) in _STRONG:
                before = reader.word(first - 1)
        opens = before in _OPENING
        bounded = _bounded(span, before) if span is not None else None
        ahead = reader.word(end - 1) == "after" and opens_clause(reader, end)
        words = DateWords(first, end, bounded, opens, ahead, span)
        joined = _joined(reader, found[-1], words, i) if found else None
        if joined is not None:
            found[-1] = joined
        elif not _is_dateline(reader, first, end) and not (opens and _ranks(reader, first)):
            found.append(words)
        i = end
    return found


def _joined(reader: DayReader, one: DateWords, other: DateWords, i: int) -> DateWords | None:
    """Reads "Between 24 May and 2 June", "from Monday to Wednesday" as one time, or None."""
    if i - one.last != 1 or reader.word(one.last) not in ("and", "to", "until", "till", "-", "–"):
        return None
    lead = reader.word(one.first - 1) if reader.word(one.first) not in _RANGING else "from"
    if lead not in _RANGING or one.span is None or other.span is None:
        return None
    start, end = one.span.start, other.span.end
    if start is None or end is None or start > end:
        return None
    return DateWords(one.first, other.last, DateSpan(start, end))


def _ranks(reader: DayReader, first: int) -> bool:
    """Whether it only says since when something is the first or the biggest of its kind."""
    for at in range(first - 1, max(-1, first - _LONGEST_RANK), -1):
        word = reader.word(at)
        if word in (",", ".", ";", ":", "and", "but"):
            return False
        if word in _RANKS:
            return reader.word(at - 1) in _RANKED
    return False


_LONGEST_RANK = 12  # words between "the first …" and "since"
_RANKS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth biggest largest worst "
    "deadliest heaviest bloodiest fiercest most greatest".split()
)
_RANKED = frozenset("the its their his a one".split())
_OF_THE = frozenset("end beginning start middle close first last second night".split())
_RANGING = frozenset(("between", "from"))
_DATELINE = 14  # tokens in which a text may begin with place and day


def _is_dateline(reader: DayReader, first: int, end: int) -> bool:
    """Whether it is the day in "KYIV, Feb 18 (Agency) –", which tells of no event."""
    if first == 0 or end > _DATELINE or any(w in (".", "on") for w in reader.low[:first]):
        return False
    opening = [t for t in reader.toks[:first] if t.is_word]
    if not all(t.is_capital for t in opening):
        return False
    return reader.word(end) in ("(", "-", "–", "—") and reader.low[end - 1][:1].isdigit()


_STRONG = _OPENING | _UNTIL | _BEFORE
_LEAD = frozenset(
    "on in late early earlier since until till by before at over during -".split()
) | {"mid"}
