"""What a picture is made from: one frozen scene, filled from a view by the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from geo.model import Actor, Control, Event, Zone

__all__ = ["MADE_BY", "Overlay", "Scene"]

MADE_BY = "Made with Dateline from published reports. Every mark can be traced to its sentence."


@dataclass(frozen=True, slots=True)
class Overlay:
    """Ground laid over the zones: what changed (``gained``, ``lost``, ``left`` to another,
    ``claimed``, ``contested``) or lines of others (``drawn``). GeoJSON-like or shapely, lon/lat.
    ``title`` names the map it comes from.
    """

    actor_id: str
    kind: str
    geometry: object
    title: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a picture shows; two equal scenes give the same bytes.

    ``events`` are already filtered, ``hidden`` counts those the filters left out. ``extent`` is
    west, south, east, north in degrees (west > east across the antimeridian); None fits the
    reported places and zones. ``outlines`` gives area places (by place id) their shape and
    ``band`` the strip along a border (``band_km`` wide): GeoJSON-like or shapely, lon/lat.
    ``overlays`` lie over the zones and ``overlay_head`` heads them in the key.
    ``notes`` are printed after the standing definitions of what is on the map. ``as_of_words``
    stand in place of the date line. With ``numbered`` the reports that can be seen are numbered
    and told beside the map, in ``order`` (newest first, or by date). ``link`` is printed and drawn
    as a QR code; ``view_text``, ``description`` (alternative text) and ``language`` (BCP 47) go
    into the file.
    """

    title: str
    as_of: date
    deck: str = ""
    since: date | None = None
    events: Sequence[Event] = ()
    hidden: int = 0
    zones: Sequence[Zone] = ()
    controls: Sequence[Control] = ()
    actors: Mapping[str, Actor] = field(default_factory=dict)
    extent: tuple[float, float, float, float] | None = None
    notes: Sequence[str] = ()
    sources: Sequence[str] = ()
    credits: Sequence[str] = ()
    made_by: str = MADE_BY
    outlines: Mapping[str, object] = field(default_factory=dict)
    band: object | None = None
    band_km: float | None = None
    overlays: Sequence[Overlay] = ()
    overlay_head: str = "Changed"
    overlay_words: Mapping[str, str] = field(default_factory=dict)
    as_of_words: str = ""
    numbered: bool = False
    order: str = "newest"
    link: str = ""
    view_text: str = ""
    description: str = ""
    language: str = "en"
