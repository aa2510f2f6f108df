"""The picture of a view: fills the figure's scene from what the view shows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

from geo import basemap
from geo.areas import country_area
from geo.borders.places import border_label, view_band
from geo.borders.policy import DEFAULT_POLICY, POLICIES
from geo.caption import alt_text
from geo.grounds import province_ground
from geo.headline import default_deck, default_title, permalink
from geo.model import Control, EventPlace, Report
from geo.options import Options
from geo.overlays import drawn_by_others, laid_over, sources_of_lines
from geo.passing_on import credits_of
from geo.view import MapPosition, View, family
from geo.workspace import Shown, Workspace

if TYPE_CHECKING:
    from geo.figure import Scene

__all__ = ["extent_of", "outline", "outlines", "picture", "reports_used", "scene_of"]

NO_ENDORSEMENT = "Borders as mapped by OpenStreetMap; shown without endorsement."
TO_BE_ADDED = "source to be added"
# The part of the world a map position stands for, in web map pixels at its zoom (the size of
# the dashboard's map on an ordinary screen).
FRAME_PX = (1100, 620)
TILE_PX = 256


def extent_of(position: MapPosition) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees of a web map standing at ``position``."""
    world = TILE_PX * 2**position.zoom
    half_lon = FRAME_PX[0] / world * 180
    centre = math.asinh(math.tan(math.radians(max(-85.0, min(85.0, position.lat)))))
    half = FRAME_PX[1] / world * math.pi
    south, north = (math.degrees(math.atan(math.sinh(centre + d))) for d in (-half, half))
    if half_lon >= 180:
        return -180.0, south, 180.0, north
    west, east = position.lon - half_lon, position.lon + half_lon
    return (west + 180) % 360 - 180, south, (east + 180) % 360 - 180, north


def outline(place: EventPlace) -> BaseGeometry | None:
    """The shape of a place that is a country or a province (lon/lat); None for any other."""
    if place.feature_code.startswith("PCL") and place.country:
        return country_area(place.country)
    if place.feature_code == "ADM1" and place.admin1:
        return province_ground(place.admin1)
    return None


def outlines(places: Iterable[EventPlace]) -> dict[str, BaseGeometry]:
    """The shapes of those places that have one, by place id."""
    found = {place.place_id: outline(place) for place in {p.place_id: p for p in places}.values()}
    return {key: shape for key, shape in found.items() if shape is not None}


def reports_used(workspace: Workspace, view: View) -> list[Report]:
    """The reports behind what a view shows: events, areas, places with a known holder."""
    shown = workspace.show(view)
    return _reports(workspace, shown, _controls(workspace, shown))


def _reports(workspace: Workspace, shown: Shown, controls: Iterable[Control]) -> list[Report]:
    used = {event.quote.report_id for event in shown.selection.shown}
    evidence = {key for zone in shown.zones for key in zone.evidence}
    evidence |= {key for control in controls for key in control.evidence}
    used |= {e.quote.report_id for e in workspace.events if e.id in evidence}
    return [report for key, report in workspace.reports.items() if key in used]


def _publishers(reports: Iterable[Report]) -> list[str]:
    names = [f"{r.publisher} ({TO_BE_ADDED})" if _unsourced(r) else r.publisher for r in reports]
    return list(dict.fromkeys(names))


def _controls(workspace: Workspace, shown: Shown) -> tuple[Control, ...]:
    """Who holds what, of the actors that the view asks for."""
    if not shown.view.actors:
        return shown.controls
    wanted = family(shown.view.actors, workspace.actors)
    return tuple(c for c in shown.controls if wanted.intersection(c.holders))


def _unsourced(report: Report) -> bool:
    """Whether nothing was read for it yet; a text read without an address has its source."""
    return not report.url and TO_BE_ADDED in report.source_note


def _notes(workspace: Workspace, shown: Shown) -> list[str]:
    """What a reader of the picture must know of its filters and of unchecked events."""
    view, notes = shown.view, [*workspace.notes]
    if view.actors:
        names = " or ".join(workspace.actors[a].name for a in view.actors)
        notes.append(f"Only reports that involve {names}, and what they hold.")
    if view.tiers:
        notes.append(f"Only reports that are {' or '.join(view.tiers)}.")
    if view.types:
        notes.append(f"Only these kinds of event: {', '.join(view.types)}.")
    if view.publishers:
        notes.append(f"Only what was published by {' or '.join(view.publishers)}.")
    if view.text:
        notes.append(f"Only reports with the words “{view.text}”.")
    if view.border_km is not None:
        of = f"the border of {border_label(view.border_of, workspace.names)}"
        notes.append(
            f"Only places that are, or may be, within {view.border_km:g} km of "
            f"{of if view.border_of else 'a border'}; the shaded strip is that wide on either side."
        )
        if view.policy != DEFAULT_POLICY:
            notes.append(f"Disputed borders: {POLICIES[view.policy]}")
    return notes


def _has_words(workspace: Workspace) -> bool:
    """Whether the words of any report are there; they may have been left out on purpose."""
    return any(report.text for report in workspace.reports.values()) or not workspace.reports


def scene_of(
    workspace: Workspace,
    view: View,
    *,
    title: str | None = None,
    deck: str | None = None,
    options: Options | None = None,
) -> Scene:
    """The scene of a view. Without a map position the picture fits what is shown.

    ``options`` give its words; ``title`` and ``deck`` go before theirs, and what nobody gives is
    written from the view.
    """
    # Brings matplotlib, which the page does not need to open.
    from geo.figure.scene import MADE_BY, Scene

    chosen = options or Options()
    title = chosen.title if title is None else title
    deck = chosen.deck if deck is None else deck
    shown = workspace.show(view)
    controls = _controls(workspace, shown)
    changes = laid_over(workspace, shown)
    scene = Scene(
        title=default_title(workspace) if title is None else title,
        deck=default_deck(workspace, shown) if deck is None else deck,
        as_of=shown.on,
        since=view.since,
        events=shown.selection.shown,
        hidden=shown.selection.hidden,
        zones=shown.zones,
        controls=controls,
        actors=workspace.actors,
        extent=extent_of(view.position) if view.position else None,
        notes=[*_notes(workspace, shown), *changes.notes],
        sources=[
            *_publishers(_reports(workspace, shown, controls)),
            *sources_of_lines(workspace, shown),
        ],
        credits=(
            f"Base map: {'; '.join(basemap.credits())}.",
            *credits_of(
                _reports(workspace, shown, controls),
                [layer for layer in workspace.layers if view.lines and layer.speaks_of(shown.on)],
            ),
            NO_ENDORSEMENT,
        ),
        outlines=outlines(event.place for event in shown.selection.shown),
        band=view_band(
            view.border_km,
            view.border_of,
            view.policy,
            workspace.borders_under(view.policy),
            list(workspace.places.values()),
        ),
        band_km=view.border_km,
        overlays=(*changes.overlays, *drawn_by_others(workspace, shown)),
        overlay_head=changes.head,
        overlay_words=changes.words,
        as_of_words=chosen.as_of or "",
        numbered=chosen.numbered,
        order=chosen.order,
        link=permalink(chosen.link, view),
        view_text=view.query(),
        made_by=MADE_BY if _has_words(workspace) else MADE_BY.partition(".")[0] + ".",
    )
    return replace(scene, description=alt_text(scene))


def picture(workspace: Workspace, view: View, options: Options) -> bytes:
    """The picture of a view as the bytes of a file. Raises InputError as ``compose``."""
    from geo.figure import compose

    scene = scene_of(workspace, view, options=options)
    return compose(
        scene, size=options.sheet, scale=options.scale, style=options.style, fmt=options.fmt
    )
