"""One view (filters, dates, extent) that drives the map, the table, the picture and the export.

A view is a short query string, the permalink:

    actor=daesh&when=2017-09-05&when=2017-11-11&tier=claimed&border=25&map=34.45,40.92,9

Repeated keys are lists. The address bar of the dashboard holds the same keys: Streamlit writes
the filters there with the labels it shows (``actor=Daesh``, ``border=25 km``), and the map writes
``map`` and ``event``. Ids and labels are read alike, whatever their case.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol, TypeVar
from urllib.parse import parse_qs, urlencode

import numpy as np
from numpy.typing import NDArray

from geo.borders.policy import DEFAULT_POLICY, POLICIES
from geo.dates import DateSpan
from geo.errors import DateError
from geo.model import Actor, Event, EventType, Report, Status, Tier

__all__ = [
    "MapPosition",
    "Selection",
    "View",
    "campaign",
    "family",
    "judged",
    "mentions",
    "parse_view",
    "select",
    "selected",
]

MAX_QUERY = 4000
MAX_ZOOM = 14.0
KEYS = frozenset(
    "actor when tier type publisher q border border_of policy zones lines compare map event".split()
)
SWITCH = {"true": True, "1": True, "false": False, "0": False}

T = TypeVar("T")


class HasBorder(Protocol):
    """What selection needs of a border distance: the least distance that its place allows."""

    @property
    def low_km(self) -> float:
        """Least distance in km."""


@dataclass(frozen=True, slots=True)
class MapPosition:
    """Where the map stands: its centre in WGS84 degrees and its web map zoom level."""

    lat: float
    lon: float
    zoom: float

    def __str__(self) -> str:
        return f"{self.lat:.4f},{self.lon:.4f},{self.zoom:g}"


@dataclass(frozen=True, slots=True)
class View:
    """What is asked for. Empty tuples and None mean "no such filter"."""

    actors: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    tiers: tuple[Tier, ...] = ()
    types: tuple[EventType, ...] = ()
    publishers: tuple[str, ...] = ()
    text: str = ""
    border_km: float | None = None
    border_of: str = ""  # of one country's border (SY) or one pair's (IQ-SY) only
    policy: str = DEFAULT_POLICY  # which disputed borders count
    position: MapPosition | None = None
    event_id: str | None = None
    zones: bool = True
    lines: bool = True  # imported lines
    compare: str = ""  # an ISO day, or the id of imported lines, to compare this view with

    def query(self) -> str:
        """The permalink's query string; ``parse_view`` reads it back to the same view.

        A first day without a last one has no form in a link and is left out.
        """
        pairs: list[tuple[str, str]] = [("actor", actor) for actor in self.actors]
        if self.since is not None and self.until is not None:
            pairs += [("when", self.since.isoformat()), ("when", self.until.isoformat())]
        elif self.until is not None:
            pairs.append(("when", self.until.isoformat()))
        pairs += [("tier", tier.value) for tier in self.tiers]
        pairs += [("type", kind.value) for kind in self.types]
        pairs += [("publisher", name) for name in self.publishers]
        if self.text:
            pairs.append(("q", self.text))
        if self.border_km is not None:
            pairs.append(("border", f"{self.border_km:g}"))
        if self.border_of:
            pairs.append(("border_of", self.border_of))
        if self.policy != DEFAULT_POLICY:
            pairs.append(("policy", self.policy))
        if not self.zones:
            pairs.append(("zones", "false"))
        if not self.lines:
            pairs.append(("lines", "false"))
        if self.compare:
            pairs.append(("compare", self.compare))
        if self.position is not None:
            pairs.append(("map", str(self.position)))
        if self.event_id:
            pairs.append(("event", self.event_id))
        return urlencode(pairs, safe=",:/")


@dataclass(slots=True)
class _Reader:
    """Reads one key after the other and notes what cannot be used."""

    values: Mapping[str, Sequence[str]]
    problems: list[str] = field(default_factory=list)

    def many(self, key: str, allowed: Mapping[str, T], what: str) -> tuple[T, ...]:
        folded = {name.casefold(): value for name, value in allowed.items()}
        found: list[T] = []
        for text in self.values.get(key, ()):
            if text.strip().casefold() in folded:
                found.append(folded[text.strip().casefold()])
            else:
                self.problems.append(f"There is no {what} called {_show(text)}.")
        return tuple(dict.fromkeys(found))

    def one(self, key: str) -> str:
        return self.values.get(key, ("",))[-1].strip()

    def named(self, key: str, allowed: Mapping[str, str], what: str) -> str:
        said = self.one(key).replace("|", "-")
        if not said:
            return ""
        found = {name.casefold(): value for name, value in allowed.items()}
        if said.casefold() not in found:
            self.problems.append(f"There is no {what} called {_show(said)}.")
        return found.get(said.casefold(), "")

    def switch(self, key: str, what: str, usual: bool) -> bool:
        said = self.one(key).casefold()
        if said and said not in SWITCH:
            self.problems.append(f"{what} can be true or false, not {_show(said)}.")
        return SWITCH.get(said, usual)

    def number(self, text: str, low: float, high: float) -> float | None:
        try:
            value = float(text)
        except ValueError:
            return None
        return value if low <= value <= high else None


def _show(value: str) -> str:
    """A value from an address, short and free of control characters, to show to a person."""
    clean = "".join(c for c in value if unicodedata.category(c)[0] != "C")
    return f"“{clean[:40]}{'…' if len(clean) > 40 else ''}”"


def _compare(read: _Reader, layers: Collection[str]) -> str:
    said = read.one("compare")
    if not said or said in layers:
        return said
    try:
        span = DateSpan.parse(said.partition("T")[0])
    except DateError:
        span = DateSpan(None, None)
    if span.latest is None:
        read.problems.append(f"{_show(said)} is no day and no imported lines to compare with.")
        return ""
    return span.latest.isoformat()


def parse_view(
    query: str | Mapping[str, Sequence[str]],
    *,
    actors: Mapping[str, Actor],
    publishers: Collection[str],
    default: View | None = None,
    layers: Collection[str] = (),
    borders: Mapping[str, str] | None = None,
) -> tuple[View, tuple[str, ...]]:
    """Read a permalink. Returns the view and one plain sentence for each part not understood.

    A part that cannot be used falls back to the default's; nothing here raises. ``query`` may
    start with ``?`` or be a mapping of lists, as web frameworks give it. Keys that are not ours
    are named in a text, and passed over in a mapping: a link picks up others' on its way.
    ``layers`` are the ids of imported lines; ``borders`` maps ids (``SY``, ``IQ-SY``) and names of
    borders to ids.
    """
    strange: list[str] = []
    if isinstance(query, str):
        if len(query) > MAX_QUERY:
            return default or View(), ("The link is too long to be one of ours.",)
        try:
            query = parse_qs(query.removeprefix("?"), keep_blank_values=True, max_num_fields=200)
        except ValueError:
            return default or View(), ("The link has too many parts to be one of ours.",)
        strange = [key for key in query if key not in KEYS]
    base = default or View()
    read = _Reader(query, [f"{_show(key)} is not a filter." for key in strange])
    named = {a.short: a.id for a in actors.values()} | {a: a for a in actors}
    view = replace(
        base,
        actors=read.many("actor", named, "actor") or base.actors,
        tiers=read.many("tier", {t.value: t for t in Tier}, "degree of certainty") or base.tiers,
        types=read.many("type", {t.value: t for t in EventType}, "kind of event") or base.types,
        publishers=read.many("publisher", {p: p for p in publishers}, "source") or base.publishers,
        text=read.one("q")[:200] or base.text,
        event_id=read.one("event")[:200] or base.event_id,
    )
    view = replace(
        view,
        zones=read.switch("zones", "Areas", base.zones),
        lines=read.switch("lines", "Imported lines", base.lines),
        compare=_compare(read, layers) or base.compare,
    )
    days: list[date] = []
    for text in query.get("when", ()):
        try:
            span = DateSpan.parse(text.partition("T")[0])
        except DateError:
            span = DateSpan(None, None)
        if span.start is None or span.end is None:
            read.problems.append(f"{_show(text)} is not a date.")
        else:
            days += dict.fromkeys((span.start, span.end))
    if len(days) == 1:
        view = replace(view, until=days[0])
        if view.since is not None and view.since > days[0]:
            view = replace(view, since=None)
    elif days:
        view = replace(view, since=min(days), until=max(days))
    if border := read.one("border"):
        value = read.number(border.removesuffix("km"), 0, 25_000)
        if value is None:
            read.problems.append(f"{_show(border)} is not a distance in km.")
        view = replace(view, border_km=base.border_km if value is None else value)
    view = replace(
        view,
        border_of=read.named("border_of", {} if borders is None else borders, "land border")
        or base.border_of,
        policy=read.named("policy", dict(zip(POLICIES, POLICIES, strict=True)), "border policy")
        or base.policy,
    )
    if position := read.one("map"):
        parts = position.split(",")
        limits = ((-90.0, 90.0), (-180.0, 180.0), (0.0, MAX_ZOOM))
        numbers = (
            [read.number(p, *limit) for p, limit in zip(parts, limits, strict=True)]
            if len(parts) == 3
            else [None]
        )
        lat, lon, zoom = numbers if len(numbers) == 3 else (None, None, None)
        if lat is None or lon is None or zoom is None:
            read.problems.append(f"{_show(position)} is not a position on the map.")
        else:
            view = replace(view, position=MapPosition(lat, lon, zoom))
    return view, tuple(read.problems)


@dataclass(frozen=True, slots=True)
class Selection:
    """The events that a view shows, and how many it hides, by the first filter that hid them.

    ``flags`` says the same of all events, row by row, and ``key`` is a name for exactly these
    events in this order; a selection made by ``geo.columns`` has both.
    """

    shown: tuple[Event, ...]
    hidden: int
    hidden_by: Mapping[str, int]
    flags: NDArray[np.bool_] | None = field(default=None, compare=False, repr=False)
    key: str = field(default="", compare=False, repr=False)


def family(wanted: Iterable[str], actors: Mapping[str, Actor]) -> frozenset[str]:
    """The ids of these actors and of all that are part of them."""
    found = set(wanted)
    grown = True
    while grown:
        more = {a.id for a in actors.values() if a.part_of in found} - found
        found |= more
        grown = bool(more)
    return frozenset(found)


def select(
    events: Sequence[Event],
    view: View,
    *,
    actors: Mapping[str, Actor],
    reports: Mapping[str, Report],
    borders: Mapping[str, HasBorder] | None = None,
) -> Selection:
    """Apply a view's filters. ``borders`` maps place ids to distances.

    A place within N km is one that *may* be: its least distance, given its precision, counts.
    Rejected events are never shown and are counted as hidden.
    """
    reasons = judged(events, view, actors=actors, reports=reports, borders=borders)
    return selected(events, view, reasons)


def selected(events: Sequence[Event], view: View, reasons: Sequence[str]) -> Selection:
    """Apply a view's dates to events whose other reasons to be hidden are known (``judged``)."""
    shown: list[Event] = []
    hidden: Counter[str] = Counter()
    dated = view.since is not None or view.until is not None
    for event, reason in zip(events, reasons, strict=True):
        if dated and reason != "review" and not event.date.within(view.since, view.until):
            hidden["date"] += 1
        elif reason:
            hidden[reason] += 1
        else:
            shown.append(event)
    return Selection(tuple(shown), sum(hidden.values()), dict(hidden))


def judged(
    events: Iterable[Event],
    view: View,
    *,
    actors: Mapping[str, Actor],
    reports: Mapping[str, Report],
    borders: Mapping[str, HasBorder] | None = None,
) -> tuple[str, ...]:
    """Why each event is hidden, its date aside: the first filter that does, or nothing."""
    wanted = family(view.actors, actors)
    near = None
    if view.border_km is not None:
        known = (borders or {}).items()
        near = {key for key, found in known if found.low_km <= view.border_km}
    words = view.text.casefold().split()

    def reason(event: Event) -> str:
        if event.status is Status.REJECTED:
            return "review"
        if wanted and not wanted.intersection(event.actors()):
            return "actor"
        if view.tiers and event.attribution.tier not in view.tiers:
            return "certainty"
        if view.types and event.type not in view.types:
            return "kind of event"
        if view.publishers and reports[event.quote.report_id].publisher not in view.publishers:
            return "source"
        if near is not None and event.place.place_id not in near:
            return "distance to a border"
        if words and not mentions(event, reports[event.quote.report_id], actors, words):
            return "search text"
        return ""

    return tuple(map(reason, events))


def mentions(
    event: Event, report: Report, actors: Mapping[str, Actor], words: Sequence[str]
) -> bool:
    """Whether all words stand somewhere in what is told of an event. Words are casefolded."""
    quote = report.text[event.quote.start : event.quote.end]
    found = [actors[a] for a in event.actors() if a in actors]
    names = [name for a in found for name in (a.name, a.short, a.arabic or "")]
    place = event.place
    fields = [event.summary, quote, place.name, place.arabic or "", place.text]
    fields += [event.attribution.speaker, report.title, report.publisher, *names]
    haystack = " ".join(fields).casefold()
    return all(word in haystack for word in words)


def campaign(events: Iterable[Event]) -> tuple[date, date] | None:
    """First and last day named by any event; None if no event has a date."""
    days = [day for e in events for day in (e.date.start, e.date.end) if day is not None]
    return (min(days), max(days)) if days else None
