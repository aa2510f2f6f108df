"""What may be passed on: rows whose terms forbid it leave no file, their counts do.

A report says under which licence it came (``Report.licence``); imported lines say it in their
source, address or note. Facts in our own words and maps made from restricted rows may be shown
with a credit; the rows themselves stay on this machine. ``passable`` is the one place that
decides, for tables, pages and bundles alike.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from geo.dates import DateSpan
from geo.lines import Layer
from geo.model import Event, Report

if TYPE_CHECKING:
    from geo.view import View
    from geo.workspace import Workspace

__all__ = ["LeftOut", "LeftOutRow", "Terms", "credits_of", "passable", "terms_of"]


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms that forbid passing rows on. ``credit`` is what a map made from them must say."""

    name: str
    credit: str = ""


# Terms read on the owners' pages in 2026: no direct access to raw data for others, attribution on
# every visual (ACLED); written consent for any use of the map layers (ISW, Critical Threats).
_ACLED = Terms(
    "ACLED",
    "Data of ACLED (Armed Conflict Location & Event Data), acleddata.com; "
    "filtered as this map says.",
)
_ISW = Terms("ISW", "Lines of the Institute for the Study of War and the Critical Threats Project.")
_ACLED_WORDS = re.compile(r"\bacled\b|armed conflict location (&|and) event data", re.IGNORECASE)
_KNOWN = (
    (_ACLED, _ACLED_WORDS),
    (
        _ISW,
        re.compile(
            r"\bisw\b|institute for the study of war|critical threats project", re.IGNORECASE
        ),
    ),
)
_HOSTS = {
    "acleddata.com": _ACLED,
    "understandingwar.org": _ISW,
    "criticalthreats.org": _ISW,
}
# A publisher that is ACLED under whichever of its names, and nothing else.
_ACLED_ONLY = re.compile(
    r"(the|acled|armed conflict location (&|and) event data|project|dataset|data|\W)+",
    re.IGNORECASE,
)
# Words of a licence that forbid it, whoever the owner is; TLP is FIRST's traffic light protocol.
_FORBIDS = re.compile(
    r"(\bno |\b(not|never)\b[^.;]{0,30}\b)"
    r"(pass(ed|ing)? on|(re-?)?(distribut|publish|publication)\w*|forward\w*|shar(e|ed|ing))\b"
    r"|\b(re-?)?(distribution|publication)\b[^.;]{0,20}\b(prohibited|forbidden)\b"
    r"|\b(confidential|internal use|restricted|embargo(ed)?|off the record)\b"
    r"|\btlp\W{0,2}(red|amber|green)\b",
    re.IGNORECASE,
)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _by_host(url: str) -> Terms | None:
    host = _host(url)
    return next(
        (t for name, t in _HOSTS.items() if host == name or host.endswith(f".{name}")), None
    )


def terms_of(item: Report | Layer) -> Terms | None:
    """The terms that forbid passing a report's rows or imported lines on; None where nothing does.

    A newspaper that quotes ACLED is no ACLED row: of a report only its licence, its publisher's
    own name and the host of its address count.
    """
    if isinstance(item, Report):
        named = _ACLED_WORDS.search(item.publisher) and _ACLED_ONLY.fullmatch(item.publisher)
        if named or _ACLED_WORDS.search(item.licence) or _by_host(item.url) is _ACLED:
            return _ACLED
        return Terms(item.publisher) if _FORBIDS.search(item.licence) else None
    said = f"{item.source} {item.note}"
    for terms, words in _KNOWN:
        if words.search(item.source):
            return terms
    return _by_host(item.url) or (Terms(item.source) if _FORBIDS.search(said) else None)


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """How many events of a source were left out of a province, and in which months.

    ``since`` and ``until`` are the first and last day of whole months, so that one event's day
    cannot be read from its count; None where no event has a date.
    """

    source: str
    country: str
    admin1: str
    since: date | None
    until: date | None
    events: int

    def words(self) -> str:
        """As a person would say it: ``12 events of ACLED in Idlib, September 2017``."""
        where = ", ".join(part for part in (self.admin1, self.country) if part)
        count = f"{self.events:,} event{'' if self.events == 1 else 's'}"
        when = DateSpan(self.since, self.until).words() if self.since else "not dated"
        return f"{count} of {self.source} in {where or 'a place not given'}, {when}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was left out because its terms forbid passing it on."""

    rows: tuple[LeftOutRow, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def events(self) -> int:
        """How many events were left out."""
        return sum(row.events for row in self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows or self.lines)

    def words(self) -> tuple[str, ...]:
        """A sentence for every source, and one for imported lines."""
        said = []
        for source in dict.fromkeys(row.source for row in self.rows):
            count = sum(row.events for row in self.rows if row.source == source)
            events = "1 event" if count == 1 else f"{count:,} events"
            said.append(
                f"{events} of {source} left out: the terms of the source do not allow passing "
                "rows on. Counts by province and month stand in their place."
            )
        if self.lines:
            said.append(
                f"Imported lines left out because their terms do not allow passing them on: "
                f"{', '.join(self.lines)}."
            )
        return tuple(said)


def _months(events: Sequence[Event]) -> tuple[date | None, date | None]:
    firsts = [event.date.start or event.date.end for event in events]
    lasts = [event.date.end or event.date.start for event in events]
    known, last = [day for day in firsts if day], [day for day in lasts if day]
    if not known:
        return None, None
    end = max(last)
    return min(known).replace(day=1), end.replace(day=calendar.monthrange(end.year, end.month)[1])


def _counted(
    events: Iterable[Event], sources: dict[str, Terms], workspace: Workspace
) -> tuple[LeftOutRow, ...]:
    names = workspace.names
    groups: dict[tuple[str, str, str], list[Event]] = {}
    for event in events:
        terms = sources.get(event.quote.report_id)
        if terms is not None:
            country, admin1 = event.place.country or "", event.place.admin1 or ""
            key = (terms.name, names.get(country, country), names.get(admin1, admin1))
            groups.setdefault(key, []).append(event)
    return tuple(
        LeftOutRow(*key, *_months(found), len(found)) for key, found in sorted(groups.items())
    )


def passable(workspace: Workspace, view: View | None = None) -> tuple[Workspace, LeftOut]:
    """The workspace without what may not be passed on, and what that was.

    With a view, the counts are of the events that the view shows. The workspace's ``notes`` gain
    the words of what was left out. It is the same object where nothing is.
    """
    snapshot = workspace.snapshot
    found = {key: terms_of(report) for key, report in snapshot.reports.items()}
    sources = {key: terms for key, terms in found.items() if terms is not None}
    lines = tuple(layer for layer in snapshot.layers if terms_of(layer) is not None)
    if not sources and not lines:
        return workspace, LeftOut()
    shown = workspace.events if view is None else workspace.show(view).selection.shown
    left = LeftOut(
        _counted(shown, sources, workspace),
        tuple(layer.title for layer in lines),
    )
    kept = replace(
        snapshot,
        events=tuple(e for e in snapshot.events if e.quote.report_id not in sources),
        reports={key: r for key, r in snapshot.reports.items() if key not in sources},
        undecided=tuple(e for e in snapshot.undecided if e.quote.report_id not in sources),
        placeless=tuple(e for e in snapshot.placeless if e.quote.report_id not in sources),
        unplaced={key: t for key, t in snapshot.unplaced.items() if key not in sources},
        layers=tuple(layer for layer in snapshot.layers if layer not in lines),
    )
    return workspace.with_snapshot(kept, notes=left.words()), left


def credits_of(reports: Iterable[Report], layers: Iterable[Layer] = ()) -> tuple[str, ...]:
    """What a map made from these reports and lines must say; each credit once.

    The day of access is part of ACLED's terms: it is read from the reports' notes by whoever
    imports them (``source_note``), and told where it is there.
    """
    said: dict[str, set[str]] = {}
    items: list[Report | Layer] = [*reports, *layers]
    for item in items:
        terms = terms_of(item)
        if terms is not None and terms.credit:
            note = item.source_note if isinstance(item, Report) else item.note
            days = re.findall(r"accessed (\d{4}-\d{2}-\d{2})", note, re.IGNORECASE)
            said.setdefault(terms.credit, set()).update(days)
    return tuple(
        credit + (f" Accessed {DateSpan.parse(max(days)).words()}." if _days(days) else "")
        for credit, days in said.items()
    )


def _days(days: set[str]) -> bool:
    """Whether these are days of the calendar: the text is a file's."""
    try:
        return bool(days) and bool(DateSpan.parse(max(days)).start)
    except ValueError:
        return False
