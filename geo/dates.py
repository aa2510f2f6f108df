"""Dates with a precision: a report rarely gives more than a day, and often less.

The text form is a small part of EDTF (ISO 8601-2:2019):

    2017-11-09              a day
    2017-11                 a month
    2017                    a year
    2017-11-03/2017-11-05   some time within these days
    ../2017-11-08           not later than
    2017-11-09/..           from that day on
    2017-11-10~             about that day
    ..                      not given

Calendar dates never carry a time zone, so no export can shift a day.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geo.errors import DateError

__all__ = ["DatePrecision", "DateSpan"]

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class DatePrecision(StrEnum):
    """How much of a date is known. UCDP ``date_prec`` 1-5 and ACLED 1-3 map onto it."""

    DAY = "day"
    DAYS = "days"  # 2 to 6 days, UCDP date_prec 2
    WEEK = "week"  # up to 10 days, UCDP 3, ACLED 2
    MONTH = "month"  # up to 31 days, UCDP 4, ACLED 3
    LONGER = "longer"  # UCDP 5
    OPEN = "open"  # one end or both not given


_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(~)?")


def _one(text: str) -> tuple[date, date, bool]:
    """First and last day of one EDTF date, and whether it is approximate."""
    found = _FORM.fullmatch(text)
    if found is None:
        msg = f"{text!r} is not a date; write it as 2017-11-09, 2017-11 or 2017"
        raise DateError(msg)
    year, month, day, about = found.groups()
    try:
        if day:
            start = end = date(int(year), int(month), int(day))
        elif month:
            start = date(int(year), int(month), 1)
            end = start.replace(day=calendar.monthrange(int(year), int(month))[1])
        else:
            start, end = date(int(year), 1, 1), date(int(year), 12, 31)
    except ValueError as exc:
        msg = f"{text!r} is not in the calendar"
        raise DateError(msg) from exc
    return start, end, about is not None


@dataclass(frozen=True, slots=True, order=True)
class DateSpan:
    """The days within which something is said to have happened, both ends included.

    ``start`` or ``end`` is None where the source gives no such bound. ``approximate`` marks
    "about": the days named are then only the best reading.
    """

    start: date | None
    end: date | None
    approximate: bool = False

    def __post_init__(self) -> None:
        if self.start and self.end and self.end < self.start:
            msg = f"the span ends ({self.end}) before it starts ({self.start})"
            raise DateError(msg)

    @classmethod
    def day(cls, day: date) -> DateSpan:
        """The span of one calendar day."""
        return cls(day, day)

    @classmethod
    def parse(cls, text: str) -> DateSpan:
        """Read the text form above. Raises DateError for anything else."""
        text = text.strip()
        if text in ("", ".."):
            return cls(None, None)
        first, slash, last = text.partition("/")
        if not slash:
            return cls(*_one(first))
        low = None if first in ("", "..") else _one(first)
        high = None if last in ("", "..") else _one(last)
        approximate = bool((low and low[2]) or (high and high[2]))
        return cls(low[0] if low else None, high[1] if high else None, approximate)

    @property
    def precision(self) -> DatePrecision:
        """The class of the span's length."""
        if self.start is None or self.end is None:
            return DatePrecision.OPEN
        days = (self.end - self.start).days + 1
        if days == 1:
            return DatePrecision.DAY
        if days < 7:
            return DatePrecision.DAYS
        if days <= 10:
            return DatePrecision.WEEK
        return DatePrecision.MONTH if days <= 31 else DatePrecision.LONGER

    @property
    def latest(self) -> date | None:
        """The day by which it has happened: the end, or the start of an open "from X on"."""
        return self.end or self.start

    def within(self, since: date | None, until: date | None) -> bool:
        """Whether the span can touch the days from ``since`` to ``until``, both included.

        A span with no bound at all is within every period: it is shown, never lost.
        """
        if until is not None and self.start is not None and self.start > until:
            return False
        if since is None:
            return True
        last = self.end
        if last is None:
            return True
        return last >= since

    def _is_month(self) -> bool:
        return (
            self.start is not None
            and self.end is not None
            and self.start.day == 1
            and (self.start.year, self.start.month) == (self.end.year, self.end.month)
            and self.end.day == calendar.monthrange(self.end.year, self.end.month)[1]
        )

    def _is_year(self) -> bool:
        return (
            self.start is not None
            and self.end is not None
            and self.start.year == self.end.year
            and (self.start.month, self.start.day) == (1, 1)
            and (self.end.month, self.end.day) == (12, 31)
        )

    def __str__(self) -> str:
        """The shortest text that ``parse`` reads back to the same span."""
        about = "~" if self.approximate else ""
        if self.start is None and self.end is None:
            return ".."
        if self.start is None or self.end is None:
            low = self.start.isoformat() + about if self.start else ".."
            high = self.end.isoformat() + about if self.end else ".."
            return f"{low}/{high}"
        if self.start == self.end:
            return self.start.isoformat() + about
        if self._is_year():
            return f"{self.start.year:04d}{about}"
        if self._is_month():
            return f"{self.start.year:04d}-{self.start.month:02d}{about}"
        return f"{self.start.isoformat()}/{self.end.isoformat()}{about}"

    def words(self) -> str:
        """The span as a reader would write it: ``3–5 Nov 2017``, ``before 9 Nov 2017``."""
        about = "about " if self.approximate else ""
        low, high = self.start, self.end
        if low is None and high is None:
            return "date not given"
        if low is None:
            assert high is not None
            return f"{about}by {_day_words(high)}"
        if high is None:
            return f"{about}from {_day_words(low)}"
        if low == high:
            return about + _day_words(low)
        if self._is_year():
            return f"{about}{low.year}"
        if self._is_month():
            return f"{about}{MONTHS[low.month - 1]} {low.year}"
        if (low.year, low.month) == (high.year, high.month):
            return f"{about}{low.day}–{_day_words(high)}"
        if low.year == high.year:
            return f"{about}{low.day} {MONTHS[low.month - 1]} – {_day_words(high)}"
        return f"{about}{_day_words(low)} – {_day_words(high)}"


def _day_words(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
