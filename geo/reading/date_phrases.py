"""Ways to tell days in several words: "26 to 27 January", "the end of May", "a week ago today".

Each takes the reader of dates and the token at which the phrase may begin, and gives the token
behind it and the days; None where there is no such phrase. Days are ``DateSpan``; a part of a
longer time (early, late, the end of) is a third of it, told as about.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Protocol

from geo.dates import DateSpan
from geo.reading.tokens import Token

__all__ = ["PHRASES", "Read", "opens_clause", "ranged"]

Read = tuple[int, DateSpan | None] | None
_DAY = timedelta(days=1)
_JOINS = frozenset(("to", "-", "–", "—", "and", "until", "till", "/"))
_PARTS = {
    "beginning": 0, "start": 0, "early": 0, "middle": 1, "mid": 1, "end": 2, "close": 2, "late": 2,
    "later": 2,
}  # fmt: skip
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
_RECENT = {"days": 7, "weeks": 30, "months": 120}
_ORDINALS = {
    word: n
    for n, word in enumerate(
        "second third fourth fifth sixth seventh eighth ninth tenth".split(), start=2
    )
}
_TEENS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_DAYS_BY_NAME = {word: n for n, word in enumerate(_TEENS, 1)} | {"thirtieth": 30}
_DAYS_BY_NAME |= {f"twenty-{word}": 20 + n for n, word in enumerate(_TEENS[:9], 1)}
_DAYS_BY_NAME["thirty-first"] = 31
_ALONE = frozenset(
    ", . ; : ) and or but when while as after before in at near with by of government army rebel "
    "rebels troops fighters it they he she the a an".split()
)
_DATING = frozenset("on since until till by before of from dawn".split())
_TIMES = frozenset("day morning afternoon evening night weekend week month".split())
_UNITS = {"day": 1, "night": 1, "week": 7, "month": 30, "year": 365}
_COUNTS = {
    w: n for n, w in enumerate("one two three four five six seven eight nine ten".split(), 1)
} | {"a": 1, "an": 1, "twelve": 12, "several": 3, "couple": 2}  # fmt: skip


class Reader(Protocol):
    """What phrases need of the reader of dates."""

    toks: Sequence[Token]
    low: Sequence[str]
    published: date | None
    anchor: DateSpan | None

    def word(self, index: int) -> str:
        """The word at a token, or ""."""

    def at(self, i: int) -> Read:
        """The date that begins at a token."""

    def day_number(self, i: int) -> int | None:
        """The day of a month at a token."""

    def month_at(self, i: int) -> int | None:
        """The month named at a token."""

    def dated(self, day: int, month: int, year: int | None) -> DateSpan | None:
        """A day of a month, of the year that is meant."""

    def year(self, i: int) -> int | None:
        """The year at a token."""


def ranged(reader: Reader, i: int) -> Read:
    """Days joined: "26 to 27 January", "January 26-27", "3 and 5 May 2015"."""
    first = reader.day_number(i)
    if first is not None and reader.word(i + 1) in _JOINS:
        last = reader.day_number(i + 2)
        at = i + 3 + (reader.word(i + 3) == "of")
        month = reader.month_at(at)
        if last is not None and month is not None and last > first:
            year = reader.year(at + 1)
            return at + 1 + (year is not None), _days(reader, first, last, month, year)
    month = reader.month_at(i)
    if month is None:
        return None
    at = i + 1 + (reader.word(i + 1) == ".")
    first = reader.day_number(at)
    if first is None or reader.word(at + 1) not in _JOINS - {"/"}:
        return None
    last = reader.day_number(at + 2)
    if last is None or last <= first or reader.word(at + 3) in ("%", "km", "people", "soldiers"):
        return None
    if reader.word(at + 1) == "and" and reader.month_at(at + 3) is not None:
        return None  # "May 5 and 6 June"
    year = reader.year(at + 3 + (reader.word(at + 3) == ","))
    end = at + 3 + (0 if year is None else 1 + (reader.word(at + 3) == ","))
    return end, _days(reader, first, last, month, year)


def _days(reader: Reader, first: int, last: int, month: int, year: int | None) -> DateSpan | None:
    start, end = reader.dated(first, month, year), reader.dated(last, month, year)
    if start is None or end is None or start.start is None or end.end is None:
        return None
    return DateSpan(start.start, end.end) if start.start <= end.end else None


def _third(span: DateSpan, part: int) -> DateSpan:
    """The first, middle or last third of a time (0, 1, 2)."""
    if span.start is None or span.end is None:
        return span
    days = (span.end - span.start).days + 1
    if days > 300:  # a year: four months each
        year, last = span.start.year, (30, 31, 31)[part]
        return DateSpan(date(year, 4 * part + 1, 1), date(year, 4 * part + 4, last))
    step = max(1, days // 3)
    start = span.start + timedelta(days=part * step)
    return DateSpan(start, span.end if part == 2 else start + timedelta(days=step - 1))


def _part_of(reader: Reader, i: int) -> Read:
    """Reads "the end of January", "the start of last week", "early this month"."""
    word = reader.low[i]
    at = i + 1
    if word in ("beginning", "start", "middle", "end", "close"):
        if reader.word(at) != "of":
            return None
        at += 1
    elif reader.word(at) == "-":
        at += 1
    named = reader.month_at(at) is not None or reader.year(at) is not None
    if not named and reader.word(at) not in ("last", "this", "the", "next"):
        return None
    if word in ("early", "late", "mid") and reader.month_at(at) is not None:
        return None  # months are cut by the reader itself
    if reader.word(at) == "the" and reader.word(at + 1) in ("month", "week", "year"):
        whole = _this(reader.published, reader.word(at + 1))
        found: Read = (at + 2, whole) if whole else None
    elif reader.word(at) == "this" and reader.word(at + 1) in ("month", "week", "year"):
        whole = _this(reader.published, reader.word(at + 1))
        found = (at + 2, whole) if whole else None
    elif reader.year(at) is not None:
        year = reader.year(at) or 1900
        found = at + 1, DateSpan(date(year, 1, 1), date(year, 12, 31))
    else:
        found = reader.at(at)
    if found is None or found[1] is None or found[1].start == found[1].end:
        return None
    return found[0], _in_bounds(_third(found[1], _PARTS[word]), reader.published)


def _this(day: date | None, unit: str) -> DateSpan | None:
    if day is None:
        return None
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return DateSpan(monday, monday + timedelta(days=6))
    if unit == "month":
        last = calendar.monthrange(day.year, day.month)[1]
        return DateSpan(day.replace(day=1), day.replace(day=last))
    return DateSpan(date(day.year, 1, 1), date(day.year, 12, 31))


def _in_bounds(span: DateSpan, published: date | None) -> DateSpan:
    """A time without what lies after the publication, unless all of it does."""
    if published is None or span.end is None or span.start is None or span.start > published:
        return span
    return DateSpan(span.start, min(span.end, published), span.approximate)


def _earlier(reader: Reader, i: int) -> Read:
    """Reads "Earlier this week", "earlier in the month": before the day of publication."""
    at = i + 1 + (reader.word(i + 1) == "in")
    day = reader.published
    unit = reader.word(at + 1)
    if reader.word(at) not in ("this", "the") or unit not in ("week", "month", "year", "day"):
        return None
    if day is None:
        return at + 2, None
    if unit == "day":
        return at + 2, DateSpan.day(day)
    whole = _this(day, unit)
    if whole is None or whole.start is None:
        return None
    return at + 2, DateSpan(whole.start, max(whole.start, day - _DAY))


def _the_number(reader: Reader, i: int) -> Read:
    """Reads "On the 30th": of the month spoken of."""
    number = reader.day_number(i + 1)
    word = reader.word(i + 1)
    named = _DAYS_BY_NAME.get(word) or _DAYS_BY_NAME.get("".join(reader.low[i + 1 : i + 4]))
    if named is not None:
        at = i + 2 if word in _DAYS_BY_NAME else i + 4
        month = reader.month_at(at + 1) if reader.word(at) == "of" else None
        if month is None:
            return None
        year = reader.year(at + 2)
        return at + 2 + (year is not None), reader.dated(named, month, year)
    if number is None or not word.endswith(("st", "nd", "rd", "th")):
        return None
    if reader.month_at(i + 2) is not None or reader.word(i + 2) == "of":
        return None
    if reader.word(i - 1) not in _DATING or not _stands_alone(reader, i + 2):
        return None
    anchor = reader.anchor.end if reader.anchor and reader.anchor.end else reader.published
    if anchor is None:
        return i + 2, None
    for back in range(2):
        month = anchor.month - back
        year = anchor.year - (month < 1)
        try:
            day = date(year, month or 12, number)
        except ValueError:
            continue
        if reader.published is None or day <= reader.published:
            return i + 2, DateSpan.day(day)
    return None


def _stands_alone(reader: Reader, i: int) -> bool:
    """Whether the number before a token counts nothing: not "the 30th Infantry Division"."""
    word = reader.word(i)
    if word == "" or word in _ALONE:
        return True
    return reader.toks[i].is_capital and word not in _ARMED


_ARMED = frozenset(
    "division brigade regiment battalion corps army infantry armoured armored mechanised "
    "mechanized airborne marine marines front parallel guards tank rifle motor".split()
)


def _that(reader: Reader, i: int) -> Read:
    """Reads "That night", "that same day", "that week": of the date named before."""
    at = i + 1 + (reader.word(i + 1) == "same")
    unit = reader.word(at)
    if unit not in _TIMES or reader.anchor is None or reader.anchor.start is None:
        return None
    start, end = reader.anchor.start, reader.anchor.end
    if end is None or (end - start).days > 6:
        return None
    if unit in ("day", "morning", "afternoon", "evening", "night"):
        return at + 1, DateSpan(start, end + _DAY * (unit == "night"))
    if unit in ("week", "month"):
        return at + 1, _this(start, unit)
    return None


def _recent(reader: Reader, i: int) -> Read:
    """Reads "Recent weeks", "in recent days"."""
    days = _RECENT.get(reader.word(i + 1))
    if days is None:
        return None
    day = reader.published
    if day is None:
        return i + 2, None
    return i + 2, DateSpan(day - timedelta(days=days), day, approximate=True)


def _in_a_row(reader: Reader, i: int) -> Read:
    """Reads "For the third day running", "for a second night"."""
    at = i + 2
    count = _ORDINALS.get(reader.word(at))
    if count is None or reader.word(i + 1) not in ("the", "a"):
        return None
    at += 1
    while reader.word(at) in ("straight", "consecutive", "successive"):
        at += 1
    unit = reader.word(at)
    if unit not in ("day", "night", "week") or reader.published is None:
        return None
    days = (count - 1) * _UNITS[unit] + (unit == "night")
    return at + 1, DateSpan(reader.published - timedelta(days=days), reader.published)


def _week_of(reader: Reader, i: int) -> Read:
    """Reads "The first week of May", "the last days of September", "the second half of June"."""
    word, unit, at = reader.low[i], reader.word(i + 1), i + 3
    if reader.word(i + 2) != "of" or unit not in ("week", "days", "half", "weeks"):
        return None
    whole = reader.at(at) if reader.month_at(at) is not None else None
    if whole is None or whole[1] is None or whole[1].start is None or whole[1].end is None:
        return None
    start, end = whole[1].start, whole[1].end
    length = timedelta(days={"days": 5, "week": 7, "weeks": 14, "half": 15}[unit] - 1)
    if word == "last" or (unit == "half" and word == "second"):
        return whole[0], DateSpan(end - length, end, unit == "days")
    count = {"first": 0, "opening": 0, "second": 1, "third": 2, "fourth": 3}[word]
    begin = start + count * (length + _DAY)
    return whole[0], DateSpan(begin, min(end, begin + length), unit == "days")


def _season(reader: Reader, i: int) -> Read:
    """Reads "the summer of 2014", "last winter": northern seasons, three months each."""
    word = reader.low[i]
    after = i + 1 + (reader.word(i + 1) == "of")
    year = reader.year(after)
    before = reader.word(i - 1)
    if year is None:
        if before not in ("last", "this", "previous", "the") or reader.published is None:
            return None
        if before == "the" and reader.word(i - 2) not in ("in", "since", "over", "during"):
            return None
        year = reader.published.year
        if date(year, _SEASONS[word], 1) > reader.published:
            year -= 1
        if before == "last" and _of_season(word, year).within(reader.published, reader.published):
            year -= 1
        return i + 1, _in_bounds(_of_season(word, year), reader.published)
    return after + 1, _of_season(word, year)


def _of_season(word: str, year: int) -> DateSpan:
    month = _SEASONS[word]
    ends = year + (month == 12)
    last = 2 if month == 12 else month + 2
    return DateSpan(date(year, month, 1), date(ends, last, calendar.monthrange(ends, last)[1]))


def opens_clause(reader: Reader, i: int) -> bool:
    """Whether a clause begins at a token, behind "after": "two days after rebels took X"."""
    word = reader.word(i)
    if word in _CLAUSE or word.endswith("ing"):
        return True
    for at in range(i, i + _CLAUSE_REACH):
        word = reader.word(at)
        if word in ("", ",", ".", ";", "of"):
            return False
        if at > i and (word in _VERBS or (word.endswith("ed") and len(word) > 4)):
            return True
    return False


_CLAUSE_REACH = 12
_VERBS = frozenset(
    "was were had went fell took left began lost came ran broke drove held fled won struck".split()
)


def _count_ago(reader: Reader, i: int) -> Read:
    """Reads "A year ago this month", "nine months after it was driven out", "two nights ago"."""
    word = reader.low[i]
    count = _COUNTS.get(word, int(word) if word.isascii() and word.isdigit() else 0)
    at = i + 1 + (reader.word(i + 1) == "of")
    unit = reader.word(at).removesuffix("s")
    if not 0 < count < 200 or unit not in _UNITS:
        return None
    back, what = reader.word(at + 1), reader.word(at + 2)
    day = reader.published
    if day is None:
        return None
    if back == "ago" and unit == "year" and (what, reader.word(at + 3)) in _THIS:
        try:
            then = day.replace(year=day.year - count, day=min(day.day, 28))
        except ValueError:
            return None
        if reader.word(at + 3) in ("month", "week"):
            return at + 4, _this(then, reader.word(at + 3))
        return at + 3 + (what == "this"), DateSpan.day(then)
    if back == "ago" and unit == "night":
        night = day - timedelta(days=count)
        return at + 2, DateSpan(night, night + _DAY)
    if back == "after" and opens_clause(reader, at + 2) and reader.anchor:
        opening = i == 0 or reader.word(i - 1) in (".", ")", "”", '"') or reader.toks[i].is_capital
        anchor = day if opening else reader.anchor.end or reader.anchor.start
        if anchor is None:
            return None
        slack = timedelta(days=0 if unit in ("day", "night") else _UNITS[unit] // 4)
        then = anchor - timedelta(days=count * _UNITS[unit])
        return at + 2, DateSpan(then - slack, then + slack, approximate=bool(slack))
    return None


_THIS = {("this", "month"), ("this", "week"), ("today", ""), ("today", "."), ("today", ",")}
_CLAUSE = frozenset("it they he she its their his being".split())
PHRASES: dict[str, Callable[[Reader, int], Read]] = {
    **dict.fromkeys(("beginning", "start", "middle", "end", "close"), _part_of),
    **dict.fromkeys(("early", "late", "mid", "later"), _part_of),
    "earlier": _earlier,
    **dict.fromkeys(("first", "opening", "second", "third", "fourth", "last"), _week_of),
    "the": _the_number,
    "that": _that,
    "recent": _recent,
    "for": _in_a_row,
    **dict.fromkeys(_SEASONS, _season),
    **dict.fromkeys(_COUNTS, _count_ago),
}
