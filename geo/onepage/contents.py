"""What goes into one file: the events of a view and what the map's scripts need to show them.

Only what the view shows leaves: its filters and its days decide. Areas come with every day on
which they change, worked out from all the evidence, as on the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from geo.borders.places import border_label, view_band
from geo.change import difference
from geo.lines import Layer, Mode, agreement, apply_layers, on_day
from geo.model import AREA_CODES, LINE_CODES, Actor, Event, Report
from geo.picture import extent_of, outlines
from geo.timeline import DayState
from geo.view import View, family
from geo.webmap import (
    agreement_payload,
    areas_payload,
    change_payload,
    events_payload,
    lines_payload,
    timeline_payload,
)
from geo.webmap.shapes import flat
from geo.workspace import Workspace

__all__ = ["Contents", "contents"]

WORLD = (-179.9, -60.0, 179.9, 75.0)
LEAST_DEG = 0.6  # a single place is shown with this much round it


@dataclass(frozen=True, slots=True)
class Contents:
    """What the file holds. ``files`` are the map's files by name; ``state`` what it opens on."""

    events: tuple[Event, ...]  # oldest first, in the order of the events file
    reports: Mapping[str, Report]
    actors: Mapping[str, Actor]
    first: date
    last: date
    on: date
    since: date | None
    hidden: int
    hidden_by: Mapping[str, int]
    extent: tuple[float, float, float, float]
    files: Mapping[str, Any]
    state: Mapping[str, Any]


def contents(workspace: Workspace, view: View, *, all_days: bool = False) -> Contents:
    """Choose the events of a view and put together what shows them.

    Without ``all_days`` the file holds the events of the view's own days; with it those of the
    whole period of the reports, and opens on the view's.
    """
    period = workspace.period
    on = view.until or period[1]
    first, last = period if all_days else (view.since or period[0], on)
    first = min(first, last)
    found = workspace.undated(view) if all_days else workspace.show(view).selection
    events = found.shown
    used = {event.quote.report_id for event in events}
    reports = {key: report for key, report in workspace.reports.items() if key in used}
    known = workspace.borders_under(view.policy)
    near = {e.id: known[e.place.place_id] for e in events if e.place.place_id in known}
    actors = _actors(workspace, events)
    files: dict[str, Any] = {
        "events": events_payload(events, actors, reports, near, names=workspace.names),
        "areas": areas_payload(outlines(event.place for event in events)),
    }
    if view.zones:
        told = _own(workspace, view, _days(workspace, view, first, last))
        files["days"] = timeline_payload(told, workspace.actors)
    if changed := _change(workspace, view, on):
        files["change"] = changed
    if lines := _lines(workspace, view, first, last):
        files["lines"] = lines_payload(lines, workspace.actors)
    if strip := _strip(workspace, view):
        files["strip"] = strip
    state = {
        "on": on.isoformat(),
        "since": view.since.isoformat() if view.since else None,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "band": view.border_km,
        "bandOf": border_label(view.border_of, workspace.names) if view.border_of else "",
        "event": view.event_id,
        "map": [view.position.lat, view.position.lon, view.position.zoom]
        if view.position
        else None,
        "view": replace(view, event_id=None).query(),
        "families": {key: sorted(family((key,), workspace.actors)) for key in _taking_part(events)},
        "holders": sorted(family(view.actors, workspace.actors)) if view.actors else None,
    }
    return Contents(
        events,
        reports,
        actors,
        first,
        last,
        on,
        view.since,
        found.hidden,
        found.hidden_by,
        extent_of(view.position) if view.position else _extent(events),
        files,
        state,
    )


def _taking_part(events: tuple[Event, ...]) -> list[str]:
    return list(dict.fromkeys(actor for event in events for actor in event.actors()))


def _actors(workspace: Workspace, events: tuple[Event, ...]) -> dict[str, Actor]:
    """Those who take part or speak, in legend order."""
    wanted = set(_taking_part(events)) | {event.attribution.party for event in events}
    return {key: actor for key, actor in workspace.actors.items() if key in wanted}


def _days(workspace: Workspace, view: View, first: date, last: date) -> Iterator[DayState]:
    if view.lines and any(layer.mode is Mode.INSTEAD for layer in workspace.layers):
        yield from workspace.days_with_lines(first, last)
    else:
        yield from workspace.days(first, last)


def _own(workspace: Workspace, view: View, days: Iterator[DayState]) -> Iterator[DayState]:
    """The days with the areas of the actors that the view asks for."""
    wanted = family(view.actors, workspace.actors)
    for day in days:
        if view.actors:
            yield replace(day, zones=tuple(z for z in day.zones if wanted.intersection(z.holders)))
        else:
            yield day


def _change(workspace: Workspace, view: View, on: date) -> dict[str, Any] | None:
    """What the view compares its day with, as the map hatches it."""
    if not view.compare or not view.zones:
        return None
    lines = next((layer for layer in workspace.layers if layer.id == view.compare), None)
    if lines is not None:
        if not lines.speaks_of(on):
            return None
        return agreement_payload(lines, agreement(lines, workspace.day(on).zones), workspace.actors)
    other = date.fromisoformat(view.compare)
    if other == on:
        return None
    layers = workspace.layers if view.lines else ()
    one, two = (
        (day, apply_layers(workspace.day(day).zones, layers, day)) for day in sorted((other, on))
    )
    return change_payload(difference(one, two, workspace.terrain), workspace.actors)


def _lines(workspace: Workspace, view: View, first: date, last: date) -> list[Layer]:
    """Imported lines that stand beside ours on any day of the file."""
    if not view.lines:
        return []
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    told = {layer.id for day in days for layer in on_day(workspace.layers, day, Mode.BESIDE)}
    return [layer for layer in workspace.layers if layer.id in told]


def _strip(workspace: Workspace, view: View) -> dict[str, Any] | None:
    """The strip along borders that the view's distance filter draws."""
    area = view_band(
        view.border_km,
        view.border_of,
        view.policy,
        workspace.borders_under(view.policy),
        list(workspace.places.values()),
    )
    return None if area is None else {"km": view.border_km, "shape": flat(area)}


def _extent(events: tuple[Event, ...]) -> tuple[float, float, float, float]:
    """West, south, east, north round the points of these events, the short way round."""
    wide = AREA_CODES | LINE_CODES
    spots = [(e.place.lon, e.place.lat) for e in events if e.place.feature_code not in wide]
    spots = spots or [(event.place.lon, event.place.lat) for event in events]
    if not spots:
        return WORLD
    lons = sorted({lon for lon, _ in spots})
    gaps = [(b - a, a, b) for a, b in zip(lons, [*lons[1:], lons[0] + 360], strict=True)]
    _, east, west = max(gaps)  # the widest gap is what is left out
    lats = [lat for _, lat in spots]
    wide_deg = (east - west) % 360
    pad = max(0.12 * wide_deg, LEAST_DEG)
    tall = max(0.12 * (max(lats) - min(lats)), LEAST_DEG)
    south, north = max(min(lats) - tall, -85.0), min(max(lats) + tall, 85.0)
    if wide_deg + 2 * pad >= 360:
        return -179.9, south, 179.9, north
    return (west - pad + 180) % 360 - 180, south, (east + pad + 180) % 360 - 180, north
