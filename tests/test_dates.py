"""Dates keep their precision, survive the trip through text, and are never invented."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.dates import DatePrecision, DateSpan
from geo.errors import DateError
from geo.model import Numbers

days = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@st.composite
def spans(draw):
    low, high = sorted([draw(days), draw(days)])
    keep = draw(st.sampled_from(["both", "low", "high"]))
    return DateSpan(
        low if keep != "high" else None, high if keep != "low" else None, draw(st.booleans())
    )


@given(spans())
def test_text_and_back(span):
    assert DateSpan.parse(str(span)) == span


@given(days)
def test_a_day_is_written_as_that_day(day):
    assert str(DateSpan.day(day)) == day.isoformat()
    assert str(day.year) in DateSpan.day(day).words()


@pytest.mark.parametrize(
    ("text", "precision", "words"),
    [
        ("2017-11-09", DatePrecision.DAY, "9 Nov 2017"),
        ("2017-11-03/2017-11-05", DatePrecision.DAYS, "3–5 Nov 2017"),
        ("2017-10-30/2017-11-05", DatePrecision.WEEK, "30 Oct – 5 Nov 2017"),
        ("2017-11", DatePrecision.MONTH, "Nov 2017"),
        ("2017", DatePrecision.LONGER, "2017"),
        ("../2017-11-08", DatePrecision.OPEN, "by 8 Nov 2017"),
        ("2017-11-09/..", DatePrecision.OPEN, "from 9 Nov 2017"),
        ("2017-11-10~", DatePrecision.DAY, "about 10 Nov 2017"),
        ("..", DatePrecision.OPEN, "date not given"),
    ],
)
def test_what_is_known_is_said(text, precision, words):
    span = DateSpan.parse(text)
    assert span.precision is precision
    assert span.words() == words
    assert str(span) == text


@pytest.mark.parametrize("text", ["yesterday", "2017-13-01", "2017-11-31", "9/11/2017", "0"])
def test_what_is_no_date_is_refused_by_name(text):
    with pytest.raises(DateError, match=r"."):
        DateSpan.parse(text)


def test_a_span_cannot_end_before_it_starts():
    with pytest.raises(DateError, match="before it starts"):
        DateSpan.parse("2017-11-09/2017-11-03")


def test_an_undated_event_is_within_every_period():
    assert DateSpan.parse("..").within(date(2017, 1, 1), date(2017, 1, 2))


def test_an_open_end_reaches_later_periods_only():
    span = DateSpan.parse("2017-11-09/..")
    assert span.within(date(2018, 1, 1), date(2018, 2, 1))
    assert not span.within(date(2017, 1, 1), date(2017, 11, 8))


def test_the_last_month_of_the_calendar_can_be_written():
    assert str(DateSpan.parse("9999-12")) == "9999-12"
    assert DateSpan.parse("9999-12-01/9999-12-31").words() == "Dec 9999"


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (Numbers(2500, None, 3500, "fighters"), "2,500–3,500 fighters"),
        (Numbers(2500, 3000, 3500, "fighters"), "3,000 (2,500–3,500) fighters"),
        (Numbers(60, None, None, "civilians"), "at least 60 civilians"),
        (Numbers(None, None, 60, "civilians"), "at most 60 civilians"),
        (Numbers(None, 26, None, "civilians"), "26 civilians"),
    ],
)
def test_a_count_keeps_its_bounds_in_words(numbers, words):
    assert numbers.words() == words
