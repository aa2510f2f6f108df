"""What a view needs to be drawn again: which events, reports, actors and lines go along."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from geo.borders.policy import POLICIES
from geo.bundle.fields import Fields
from geo.lines import Layer
from geo.model import Actor, Event, EventType, Report, Tier
from geo.view import MAX_ZOOM, MapPosition, View
from geo.webmap import web_link

if TYPE_CHECKING:
    from geo.workspace import Workspace

__all__ = ["Needs", "needs_of", "read_view", "settled", "view_json"]


@dataclass(frozen=True, slots=True)
class Needs:
    """What goes into a bundle. ``shown`` of the events pass the view's filters; the others say
    who holds what on its days. ``apart`` counts the events that stay behind.
    """

    events: tuple[Event, ...]
    reports: dict[str, Report]
    actors: dict[str, Actor]
    layers: tuple[Layer, ...]
    shown: int
    apart: int


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def settled(workspace: Workspace, view: View) -> View:
    """The view with nothing left to the reports it was made of, in the form a link keeps.

    Both days are given, and numbers are rounded as ``View.query`` writes them.
    """
    first, last = workspace.period
    until = view.until or last
    since = min(view.since or first, until)
    position = view.position
    if position is not None:
        lat, lon, zoom = (float(part) for part in str(position).split(","))
        position = MapPosition(lat, lon, zoom)
    border_km = None if view.border_km is None else float(f"{view.border_km:g}")
    return replace(view, since=since, until=until, position=position, border_km=border_km)


def needs_of(workspace: Workspace, view: View) -> Needs:
    """What a settled view needs.

    Every event that the view shows goes along, and every statement that says who holds a place on
    its last day (or on the day it is compared with): areas are judged on all the evidence. Events
    that the filters hide and that change nobody's hold stay behind.
    """
    shown = {event.id for event in workspace.show(view).selection.shown}
    on = view.until or workspace.period[1]
    compared = _day(view.compare)
    horizon = max(on, compared) if compared else on

    def needed(event: Event) -> bool:
        day = event.date.latest
        evidence = event.type.changes_control and day is not None and day <= horizon
        return evidence or event.id in shown

    events = tuple(filter(needed, workspace.events))
    used = {event.quote.report_id for event in events}
    layers = tuple(
        layer
        for layer in workspace.layers
        if view.compare == layer.id
        or (view.lines and layer.until >= (view.since or layer.until) and layer.on <= horizon)
    )
    wanted = {actor for event in events for actor in event.actors()}
    wanted |= {event.attribution.party for event in events if event.attribution.party}
    wanted |= {area.actor_id for layer in layers for area in layer.areas}
    wanted |= set(view.actors)
    for actor_id in list(wanted):
        actor = workspace.actors.get(actor_id)
        while actor is not None and actor.part_of and actor.part_of not in wanted:
            wanted.add(actor.part_of)
            actor = workspace.actors.get(actor.part_of)
    return Needs(
        events=events,
        reports={
            key: replace(report, url=web_link(report.url))
            for key, report in workspace.reports.items()
            if key in used
        },
        actors={key: actor for key, actor in workspace.actors.items() if key in wanted},
        layers=layers,
        shown=len(shown),
        apart=len(workspace.events) - len(events),
    )


def view_json(view: View) -> dict[str, Any]:
    """A settled view as JSON."""
    place = view.position
    return {
        "actors": list(view.actors),
        "since": view.since.isoformat() if view.since else None,
        "until": view.until.isoformat() if view.until else None,
        "tiers": [tier.value for tier in view.tiers],
        "types": [kind.value for kind in view.types],
        "publishers": list(view.publishers),
        "text": view.text,
        "border_km": view.border_km,
        "border_of": view.border_of,
        "policy": view.policy,
        "position": {"lat": place.lat, "lon": place.lon, "zoom": place.zoom} if place else None,
        "event_id": view.event_id,
        "zones": view.zones,
        "lines": view.lines,
        "compare": view.compare,
    }


def read_view(row: Fields, actors: dict[str, Actor], layers: tuple[Layer, ...]) -> View:
    """The view of a bundle. Raises InputError, naming the field."""
    row.known(frozenset(view_json(View())))

    def kinds(key: str, kind: type[Tier | EventType]) -> Any:
        each = [Fields(f"{row.where}, {key}", {key: value}) for value in row.texts(key)]
        return tuple(one.choice(key, kind) for one in each)

    wanted = row.texts("actors")
    strange = [actor for actor in wanted if actor not in actors]
    if strange:
        raise row.fail("actors", f"names {strange[0][:60]!r}, who is no actor of the bundle")
    if row.text("policy") not in POLICIES:
        raise row.fail("policy", f"is not one of {', '.join(POLICIES)}")
    compare = row.text("compare", most=200)
    if compare and _day(compare) is None and compare not in {layer.id for layer in layers}:
        raise row.fail("compare", "is neither a day nor lines of the bundle")
    position = None
    if row.data.get("position") is not None:
        own = row.inner("position")
        position = MapPosition(
            own.number("lat", -90, 90),
            own.number("lon", -180, 180),
            own.number("zoom", 0, MAX_ZOOM),
        )
    since, until = row.day("since"), row.day("until")
    if since > until:
        raise row.fail("since", "is after the last day")
    return View(
        actors=wanted,
        since=since,
        until=until,
        tiers=kinds("tiers", Tier),
        types=kinds("types", EventType),
        publishers=row.texts("publishers"),
        text=row.text("text", most=200),
        border_km=None if row.data.get("border_km") is None else row.number("border_km", 0, 25_000),
        border_of=row.text("border_of", most=10),
        policy=row.text("policy"),
        position=position,
        event_id=row.maybe("event_id"),
        zones=row.flag("zones"),
        lines=row.flag("lines"),
        compare=compare,
    )
