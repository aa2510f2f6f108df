"""The filters of a view over columns of numbers, for many events: the answers of ``view.select``.

A hundred thousand events are judged in a few milliseconds, so that the page answers at once. The
plain words of the rules stand in ``geo.view``; ``tests/test_columns.py`` holds the two together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from geo.model import Actor, Event, EventType, Report, Status, Tier
from geo.view import HasBorder, Selection, View, family, mentions

__all__ = ["EventColumns", "Flags", "Reasons"]

Flags = NDArray[np.bool_]
Reasons = NDArray[np.uint8]  # for each event a number in REASONS; 0 where no filter hides it
REASONS = (
    "",
    "date",
    "review",
    "actor",
    "certainty",
    "kind of event",
    "source",
    "distance to a border",
    "search text",
)
_DATE, _REVIEW = REASONS.index("date"), REASONS.index("review")
_TIERS = {tier: number for number, tier in enumerate(Tier)}
_TYPES = {kind: number for number, kind in enumerate(EventType)}
_LAST_DAY = date.max.toordinal() + 1
MOST_KEPT = 64


class EventColumns:
    """Events as columns, made once for a set of events. Read only; safe between threads."""

    def __init__(self, events: Sequence[Event], reports: Mapping[str, Report]) -> None:
        self.events = events
        self.reports = reports
        places: dict[str, int] = {}
        self._place = self._numbers(
            places.setdefault(e.place.place_id, len(places)) for e in events
        )
        self.places = tuple(places)
        sources: dict[str, int] = {}
        self._report = self._numbers(
            sources.setdefault(e.quote.report_id, len(sources)) for e in events
        )
        self.report_ids = tuple(sources)
        self._rejected = np.array([e.status is Status.REJECTED for e in events], dtype=bool)
        self._tier = self._numbers(_TIERS[e.attribution.tier] for e in events)
        self._type = self._numbers(_TYPES[e.type] for e in events)
        # A missing start is before, a missing end after every day: see DateSpan.within.
        self._start = self._numbers(e.date.start.toordinal() if e.date.start else 0 for e in events)
        self._end = self._numbers(
            e.date.end.toordinal() if e.date.end else _LAST_DAY for e in events
        )
        self._lows: dict[int, tuple[Mapping[str, HasBorder], NDArray[np.float64]]] = {}

    def __len__(self) -> int:
        return len(self.events)

    @staticmethod
    def _numbers(values: object) -> NDArray[np.int32]:
        return np.fromiter(values, dtype=np.int32)  # type: ignore[call-overload, no-any-return]

    @cached_property
    def _taking_part(self) -> Mapping[str, NDArray[np.int64]]:
        """The rows of each actor's events."""
        rows: dict[str, list[int]] = {}
        for row, event in enumerate(self.events):
            for actor in set(event.actors()):
                rows.setdefault(actor, []).append(row)
        return {actor: np.array(found, dtype=np.int64) for actor, found in rows.items()}

    @cached_property
    def _digests(self) -> NDArray[np.void]:
        """Sixteen bytes for each event's id."""
        made = b"".join(hashlib.sha256(e.id.encode()).digest()[:16] for e in self.events)
        return np.frombuffer(made, dtype="V16")

    def _low_km(self, borders: Mapping[str, HasBorder]) -> NDArray[np.float64]:
        """Least distance of each place, not a number where none is known; kept by mapping."""
        kept = self._lows.get(id(borders))
        if kept is None:  # the mapping is kept as well, so that its id stays its own
            if len(self._lows) > MOST_KEPT:
                self._lows.clear()
            found = (borders.get(place) for place in self.places)
            lows = np.array([np.nan if b is None else b.low_km for b in found], dtype=float)
            kept = self._lows[id(borders)] = (borders, lows)
        return kept[1]

    def judged(
        self, view: View, *, actors: Mapping[str, Actor], borders: Mapping[str, HasBorder]
    ) -> Reasons:
        """Why each event is hidden, its date aside: the first filter that does, or 0."""
        reasons = np.zeros(len(self), dtype=np.uint8)

        def hide(reason: str, kept: Flags) -> None:
            reasons[(reasons == 0) & ~kept] = REASONS.index(reason)

        hide("review", ~self._rejected)
        if view.actors:
            kept = np.zeros(len(self), dtype=bool)
            for actor in family(view.actors, actors) & self._taking_part.keys():
                kept[self._taking_part[actor]] = True
            hide("actor", kept)
        if view.tiers:
            hide("certainty", np.isin(self._tier, [_TIERS[tier] for tier in view.tiers]))
        if view.types:
            hide("kind of event", np.isin(self._type, [_TYPES[kind] for kind in view.types]))
        if view.publishers:
            wanted = [self.reports[key].publisher in view.publishers for key in self.report_ids]
            hide("source", np.array(wanted, dtype=bool)[self._report])
        if view.border_km is not None:
            near = self._low_km(borders) <= view.border_km
            hide("distance to a border", near[self._place])
        if words := view.text.casefold().split():
            kept = np.ones(len(self), dtype=bool)
            for row in np.flatnonzero(reasons == 0).tolist():
                event = self.events[row]
                report = self.reports[event.quote.report_id]
                kept[row] = mentions(event, report, actors, words)
            hide("search text", kept)
        return reasons

    def passing(self, since: date | None, until: date | None, reasons: Reasons) -> Flags:
        """Which events are shown between two days, row by row."""
        passing: Flags = (reasons == 0) & self._within(since, until)
        return passing

    def _within(self, since: date | None, until: date | None) -> Flags:
        kept = np.ones(len(self), dtype=bool)
        if until is not None:
            kept &= self._start <= until.toordinal()
        if since is not None:
            kept &= self._end >= since.toordinal()
        return kept

    def selected(self, view: View, reasons: Reasons) -> Selection:
        """Apply a view's dates to events whose other reasons to be hidden are known."""
        dated = np.where(
            (reasons != _REVIEW) & ~self._within(view.since, view.until), np.uint8(_DATE), reasons
        )
        flags = dated == 0
        codes, firsts, counts = np.unique(dated[~flags], return_index=True, return_counts=True)
        # In the order in which the events are hidden, as when they are gone through one by one.
        hidden = {REASONS[codes[i]]: int(counts[i]) for i in np.argsort(firsts)}
        return Selection(
            tuple(compress(self.events, flags.tolist())),
            sum(hidden.values()),
            hidden,
            flags,
            self._key(flags),
        )

    def _key(self, flags: Flags) -> str:
        """A name for a choice of events: of their ids alone, in their order."""
        return hashlib.sha256(self._digests[flags].tobytes()).hexdigest()
