"""Reads single dates at a token: "9 November", "last Tuesday", "two days ago", "overnight".

A day of the week is the last such day up to the publication; "last weekend" is Friday to Sunday,
because weekends differ between countries; "a day earlier" counts from the date named before it.
Phrases of several words are in ``date_phrases``; what stands before a date ("since") in ``when``.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta

from geo.dates import DateSpan
from geo.reading.date_phrases import PHRASES, ranged
from geo.reading.tokens import Token

__all__ = ["DayReader"]

_DAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_DAYS |= {name[:3]: number for name, number in _DAYS.items()}
_DAYS |= {"tues": 1, "thurs": 3}
_MONTHS = {calendar.month_name[n].lower(): n for n in range(1, 13)}
_MONTHS |= {calendar.month_abbr[n].lower(): n for n in range(1, 13)} | {"sept": 9}
_SHORT = frozenset({"may", "mar", "sat", "sun", "march", "mon", "wed"})  # words of their own, too
_NUMBERS = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
} | {"a": 1, "an": 1, "several": 3, "few": 3, "couple": 2}
_UNITS = {"day": 1, "week": 7, "month": 30, "year": 365, "hour": 0, "fortnight": 14}
_EARLY = frozenset({"early", "late", "mid"})
_TIMES = frozenset("morning afternoon evening night midnight noon dawn dusk".split())
FIRST_YEAR, LAST_YEAR = 1900, 2100
_DAY = timedelta(days=1)


class DayReader:
    """Reads dates at a token; keeps the date last named."""

    def __init__(self, toks: Sequence[Token], published: date | None) -> None:
        self.toks = toks
        self.low: Sequence[str] = [token.lower.rstrip(".") or token.lower for token in toks]
        self.published = published
        self.quoted = _quoted(toks)
        self.anchor: DateSpan | None = DateSpan.day(published) if published else None

    def word(self, index: int) -> str:
        """The word at a token, or "" beyond the text."""
        return self.low[index] if 0 <= index < len(self.low) else ""

    def month_at(self, i: int) -> int | None:
        """The month that token ``i`` names."""
        word = self.word(i)
        known = word in _MONTHS and (word not in _SHORT or self.toks[i].is_capital)
        return _MONTHS[word] if known else None

    def at(self, i: int) -> tuple[int, DateSpan | None] | None:
        """The end of a date that begins at token ``i`` and its days, or None."""
        word = self.low[i]
        phrase = PHRASES.get(word)
        found = phrase(self, i) if phrase else None
        if found is None and word[:1].isdigit() and word.isascii() and word.isdigit():
            found = PHRASES["a"](self, i) or ranged(self, i)
        elif found is None and word in _MONTHS:
            found = ranged(self, i)
        if found is not None:
            return found
        if word[:1].isdigit():
            return self._from_number(i)
        if word in _MONTHS and (word not in _SHORT or self.toks[i].is_capital):
            return self._from_month(i)
        if word in _DAYS and self.toks[i].is_capital:
            end = i + 1
            while self.word(end) in _TIMES:
                end += 1
            named = self._after_day(end)
            return named or self._of_last_week(i, end)
        reader = _WORDS.get(word)
        return reader(self, i) if reader else None

    # -- the days meant ----------------------------------------------------------------------

    def _weekday(self, day: int, *, same: bool, coming: bool = False) -> DateSpan | None:
        if self.published is None:
            return None
        back = (self.published.weekday() - day) % 7
        if coming:
            return DateSpan.day(self.published + timedelta(days=(7 - back) % 7 or 7))
        if not same and back == 0:
            back = 7
        return DateSpan.day(self.published - timedelta(days=back))

    def _of_last_week(self, i: int, end: int) -> tuple[int, DateSpan | None]:
        """A weekday, of the week before if "last week" follows; a night runs into the next day."""
        span = self._weekday(_DAYS[self.low[i]], same=True)
        after = end + (self.word(end) == "of")
        if (self.word(after), self.word(after + 1)) == ("last", "week") and self.published:
            monday = self.published - timedelta(days=self.published.weekday() + 7)
            return after + 2, DateSpan.day(monday + timedelta(days=_DAYS[self.low[i]]))
        night = "night" in self.low[i + 1 : end]
        if night and span is not None and span.start is not None:
            last = span.start + _DAY
            if self.published is not None:
                last = min(last, max(self.published, span.start))
            span = DateSpan(span.start, last)
        return end, span

    def _after_day(self, i: int) -> tuple[int, DateSpan | None] | None:
        """The date in "Friday, 9 November 2017": the one named after a weekday."""
        start = i + 1 if self.word(i) == "," else i
        word = self.word(start)
        if not word or not (word[0].isdigit() or word in _MONTHS):
            return None
        found = self.at(start)
        return found if found and found[1] and found[1].start == found[1].end else None

    def _month(self, month: int, year: int | None) -> DateSpan | None:
        if year is None:
            if self.published is None:
                return None
            year = self.published.year - (month > self.published.month)
        last = calendar.monthrange(year, month)[1]
        return DateSpan(date(year, month, 1), date(year, month, last))

    def dated(self, day: int, month: int, year: int | None) -> DateSpan | None:
        """A day of a month; without a year, of the one that is meant. None if there is none."""
        if year is None:
            if self.published is None:
                return None
            year = self.published.year
            # A day a little ahead lies ahead; one far ahead was a year ago.
            try:
                if date(year, month, day) > self.published + timedelta(days=120):
                    year -= 1
            except ValueError:
                return None
        try:
            return DateSpan.day(date(year, month, day))
        except ValueError:
            return None

    def year(self, i: int) -> int | None:
        """The year at a token."""
        word = self.word(i)
        if len(word) == 4 and word.isdigit() and FIRST_YEAR <= int(word) <= LAST_YEAR:
            return int(word)
        return None

    # -- forms -------------------------------------------------------------------------------

    def day_number(self, i: int) -> int | None:
        """The day of a month at a token: "5", "5th"."""
        word = self.word(i)
        for ending in ("st", "nd", "rd", "th"):
            word = word.removesuffix(ending)
        return int(word) if word.isascii() and word.isdigit() and 1 <= int(word) <= 31 else None

    def _from_number(self, i: int) -> tuple[int, DateSpan | None] | None:
        year = self.year(i)
        if year is not None:
            if self.word(i + 1) == "-" == self.word(i + 3) and self.word(i + 2).isdigit():
                month, first = int(self.word(i + 2)), self.day_number(i + 4)
                if first and 1 <= month <= 12:
                    return i + 5, self.dated(first, month, year)
            if self.word(i - 1) in _YEAR_BEFORE or self.word(i - 2) in ("early", "late", "mid"):
                return i + 1, DateSpan(date(year, 1, 1), date(year, 12, 31))
            return None
        day = self.day_number(i)
        if day is not None:
            end = i + 1
            if self.word(end) == "of":
                end += 1
            if self.word(end) in _MONTHS and self.toks[end].is_capital:
                month = _MONTHS[self.word(end)]
                year = self.year(end + 1)
                return end + 1 + (year is not None), self.dated(day, month, year)
        return self._ago(i)

    def _from_month(self, i: int) -> tuple[int, DateSpan | None] | None:
        month = _MONTHS[self.low[i]]
        after = i + 1 + (self.word(i + 1) == "." and self.toks[i + 1].start == self.toks[i].end)
        day = self.day_number(after)
        if day is not None and self.word(after + 1) not in ("%", "km", "people"):
            comma = after + 2 if self.word(after + 1) == "," else after + 1
            year = self.year(comma)
            return (comma + 1 if year else after + 1), self.dated(day, month, year)
        year = self.year(after)
        if year is None and self.low[i] in _SHORT and not self._month_like(i):
            return None
        span = self._month(month, year)
        part = self.word(i - 1) if self.word(i - 1) != "-" else self.word(i - 2)
        begin = span.start if span is not None else None
        if span is not None and begin is not None:
            if part == "early":
                span = DateSpan(begin, begin.replace(day=10))
            elif part == "mid":
                span = DateSpan(begin.replace(day=10), begin.replace(day=20))
            elif part == "late":
                span = DateSpan(begin.replace(day=20), span.end)
        return after + (year is not None), span

    def _month_like(self, i: int) -> bool:
        before = self.word(i - 1)
        return before in _MONTH_BEFORE or before in _EARLY

    def _ago(self, i: int) -> tuple[int, DateSpan | None] | None:
        """Times told by a count: "two days ago", "a day earlier", "three weeks later"."""
        word = self.word(i)
        if word in _NUMBERS:
            count = _NUMBERS[word]
        elif word.isascii() and word.isdigit() and len(word) < 4:
            count = int(word)
        else:
            return None
        at = i + 1
        while self.word(at) in ("of", "few", "couple", "more"):
            at += 1
        unit = self.word(at).removesuffix("s")
        if unit not in _UNITS:
            return None
        back = self.word(at + 1)
        days = timedelta(days=count * _UNITS[unit])
        slack = timedelta(days=0 if unit in ("day", "hour") else _UNITS[unit] // 4)
        if back == "ago":
            return at + 2, _about(self.published, -days, slack)
        if back in ("earlier", "before"):
            return at + 2, _about(self.anchor.start if self.anchor else None, -days, slack)
        if back in ("later", "afterwards", "after"):
            if back == "after" and unit != "day":
                return None
            return at + 2, _about(self.anchor.end if self.anchor else None, days, slack)
        return None

    def _today(self, i: int) -> tuple[int, DateSpan | None] | None:
        word, day = self.low[i], self.published
        if day is None:
            return i + 1, None
        if word == "overnight":
            at = i + 1 + (self.word(i + 1) in ("into", "to", "on"))
            named = (
                self._weekday(_DAYS[self.word(at)], same=True) if self.word(at) in _DAYS else None
            )
            if named is not None and named.start is not None and at > i + 1:
                if self.word(i + 1) == "on":
                    return at + 1, named
                return at + 1, DateSpan(named.start - _DAY, named.end)
            return i + 1, DateSpan(day - _DAY, day)
        if word == "today" and self.quoted[i]:
            return i + 1, DateSpan(day - _DAY, day)  # the day of the saying, not of the paper
        back = {"yesterday": -1, "tomorrow": 1}.get(word, 0)
        return i + 1, DateSpan.day(day + timedelta(days=back))

    def _last(self, i: int) -> tuple[int, DateSpan | None] | None:
        which, word, day = self.low[i], self.word(i + 1), self.published
        end = i + 2
        if word in _DAYS:
            same = which == "this"
            return end, self._weekday(_DAYS[word], same=same, coming=which == "next")
        if word in _MONTHS:
            return end, self._month(_MONTHS[word], None)
        if day is None:
            return (end, None) if word in _PERIODS else None
        monday = day - timedelta(days=day.weekday())
        if word == "night" and which == "last":
            return end, DateSpan(day - _DAY, day)
        if word == "evening" and which == "last":
            return end, DateSpan.day(day - _DAY)
        if word in _TIMES and which == "this":
            return end, DateSpan.day(day)
        if word == "weekend":
            return end, self._weekend(which, day)
        if word == "week":
            shift = {"last": -7, "next": 7}.get(which, 0)
            first = monday + timedelta(days=shift)
            return end, DateSpan(first, day if which == "this" else first + timedelta(days=6))
        if word == "month":
            if which == "this":
                return end, DateSpan(day.replace(day=1), day)
            shifted = day.replace(day=1) + timedelta(days=31 if which == "next" else -1)
            return end, self._month(shifted.month, shifted.year)
        if word == "year":
            year = day.year + {"last": -1, "next": 1}.get(which, 0)
            return end, DateSpan(date(year, 1, 1), day if which == "this" else date(year, 12, 31))
        return None

    @staticmethod
    def _weekend(which: str, day: date) -> DateSpan:
        back = (day.weekday() - 4) % 7  # days since Friday
        if which == "last" and back <= 2:
            back += 7
        if which == "next":
            back -= 7
        friday = day - timedelta(days=back)
        return DateSpan(friday, friday + timedelta(days=2))

    def _the(self, i: int) -> tuple[int, DateSpan | None] | None:
        """Times with an article: "the weekend", "the past 24 hours", "the day before"."""
        word, after = self.word(i + 1), self.word(i + 2)
        if word == "weekend" and self.word(i - 1) in ("over", "at", "on", "during"):
            return i + 2, self._weekend("", self.published) if self.published else None
        if word in ("past", "last", "previous") and self.published:
            count = _NUMBERS.get(after, int(after) if after.isdigit() and len(after) < 4 else 0)
            at = i + 3 if count else i + 2
            unit = self.word(at).removesuffix("s")
            if unit not in _UNITS or self.word(i - 1) == "of":
                return None
            days = max(1, (count or 1) // 24 if unit == "hour" else (count or 1) * _UNITS[unit])
            return at + 1, DateSpan(
                self.published - timedelta(days=min(days, 3650)), self.published
            )
        if word in ("same", "next", "following", "previous") and after in ("day", "morning"):
            if self.anchor is None or self.anchor.end is None:
                return i + 3, None
            shift = {"same": 0, "previous": -1}.get(word, 1)
            return i + 3, DateSpan.day(self.anchor.end + timedelta(days=shift))
        if word == "day" and after in ("before", "after") and self.anchor and self.anchor.end:
            shift = -1 if after == "before" else 1
            last = i + 3
            if self.word(last) == "yesterday" and self.published:
                return last + 1, DateSpan.day(self.published - 2 * _DAY)
            return last, DateSpan.day(self.anchor.end + timedelta(days=shift))
        return None


_YEAR_BEFORE = frozenset("in since until till by during of from before after early late".split())
_MONTH_BEFORE = frozenset("in since until till by during of from before after last this".split())
_PERIODS = frozenset("week weekend month year night evening morning".split())
_WORDS = {
    **dict.fromkeys(("yesterday", "today", "tonight", "tomorrow", "overnight"), DayReader._today),  # noqa: SLF001
    **dict.fromkeys(("last", "this", "next"), DayReader._last),  # noqa: SLF001
    "the": DayReader._the,  # noqa: SLF001
    **dict.fromkeys(_NUMBERS, DayReader._ago),  # noqa: SLF001
}


def _quoted(toks: Sequence[Token]) -> list[bool]:
    """Whether each token stands within quotation marks."""
    inside, found = False, []
    for token in toks:
        if token.text in ('"', "“", "”", "«", "»"):
            inside = token.text in ("“", "«") or (token.text == '"' and not inside)
        found.append(inside)
    return found


def _about(anchor: date | None, shift: timedelta, slack: timedelta) -> DateSpan | None:
    if anchor is None:
        return None
    try:
        return DateSpan(anchor + shift - slack, anchor + shift + slack, approximate=bool(slack))
    except OverflowError:
        return None
