"""The date of an event, from the date beside it and the day of publication."""

from __future__ import annotations

from datetime import date, timedelta

from geo.dates import DateSpan
from geo.model import EventType
from geo.reading.draft import Parts
from geo.reading.page import Page

__all__ = ["event_date"]

_CLAIM_LIKE = frozenset({EventType.AGREEMENT, EventType.INTENTION, EventType.ESTIMATE})


def event_date(page: Page, parts: Parts, kind: EventType) -> DateSpan:
    """The days of an event; without a date in the text, not later than the publication.

    Nothing but an intention lies after the publication.
    """
    published = page.doc.published
    latest = published.latest if published else None
    given = parts.date
    if given is not None and parts.dated_by_saying and kind not in _CLAIM_LIKE:
        given = DateSpan(None, given.end)  # said that day; it happened on it or before
    if given is None:
        return DateSpan(None, latest)
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


def _coming(given: DateSpan, latest: date | None) -> DateSpan:
    """The coming Friday for the last one: what is intended has not happened yet."""
    if latest is None or given.start is None or given.start != given.end or given.end >= latest:
        return given
    then = given.start + timedelta(days=7)
    return DateSpan.day(then) if (latest - given.start).days < 7 else given


def _ahead(span: DateSpan, latest: date) -> bool:
    return span.start is not None and span.start > latest
