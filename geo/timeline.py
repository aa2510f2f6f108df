"""The days of a set of reports on which something changes, and what stands on each of them.

Control changes only by a report or by the passing of the day counts of ``geo.control``: so the
days to look at are few, and between two of them nothing moves. ``stops`` finds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from geo.control import CONTRADICTION_DAYS, STALE_DAYS, control_on
from geo.model import AREA_CODES, LINE_CODES, Actor, Control, Event, Status, Zone

__all__ = ["MAX_STOPS", "DayState", "candidate_days", "sieges", "stops"]

MAX_STOPS = 400
_WORK = 4_000_000  # events times days: about a minute of one core
# A fight counts from the next day; a contradiction and a silence end after their counts.
_LATER = (0, 1, CONTRADICTION_DAYS + 1, STALE_DAYS + 1)


@dataclass(frozen=True, slots=True)
class DayState:
    """What holds from the day ``on`` until the next one: who holds what, and the areas."""

    on: date
    controls: tuple[Control, ...]
    zones: tuple[Zone, ...]


def candidate_days(
    events: Iterable[Event], first: date, last: date, *, most: int = MAX_STOPS
) -> tuple[date, ...]:
    """Days from ``first`` to ``last`` (both included) on which control may change, in order.

    The first and the last day are always among them. Of more than ``most`` days, so many are
    kept, spread evenly over the list.
    """
    found = {first, last}
    work = 0
    for event in events:
        day = event.date.latest
        if day is None or event.status is Status.REJECTED or not event.type.changes_control:
            continue
        work += 1
        left = (last - day).days  # the calendar's last days have none after them
        found.update(day + timedelta(days=later) for later in _LATER if later <= left)
    days = sorted(day for day in found if first <= day <= last)
    most = max(2, min(most, _WORK // max(1, work)))
    if len(days) <= most:
        return tuple(days)
    step = (len(days) - 1) / (most - 1)
    return tuple(days[round(i * step)] for i in range(most))


def stops(
    events: Sequence[Event],
    actors: Mapping[str, Actor],
    first: date,
    last: date,
    *,
    most: int = MAX_STOPS,
) -> Iterator[tuple[date, tuple[Control, ...]]]:
    """Each day on which the answer of ``geo.control`` changes, with that answer, in order."""
    before: object = None
    for on in candidate_days(events, first, last, most=most):
        controls = control_on(events, on, actors)
        now = [replace(control, on=first) for control in controls]
        if now != before:
            yield on, controls
        before = now


def sieges(controls: Iterable[Control]) -> tuple[Control, ...]:
    """The besieged point places among these, by place id."""
    wide = AREA_CODES | LINE_CODES
    found = (c for c in controls if c.besieged_by and c.place.feature_code not in wide)
    return tuple(sorted(found, key=lambda c: c.place.place_id))
