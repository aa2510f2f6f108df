"""Lines drawn by others: polygon layers with a day, a source and a tier of their own.

A layer stands *beside* our areas (outlines only) or *instead* of them: where its polygons lie,
theirs are shown and ours are not; everywhere else ours stand. It says something of the days from
``on`` to ``until`` and of no other. Ground that two of its actors both have is contested.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import Any

import orjson
import shapely
from shapely.geometry import mapping, shape

from geo.errors import InputError
from geo.exchange.points import safe_cell
from geo.model import Actor, Tier, Zone
from geo.polygons import geodesic_km2, polygons, rounded

__all__ = [
    "Agreement",
    "Area",
    "Layer",
    "Mode",
    "agreement",
    "agreement_csv",
    "apply_layers",
    "layer_id",
    "layer_zones",
    "make_layer",
    "naming_property",
    "on_day",
]

GRID_DEG = 1e-5
MAX_POINTS = 400_000
_SLIVER_DEG = 2e-5
# Judgement: how strongly lines of each tier are drawn; ours are as strong near a town.
TRUST = {Tier.ASSESSED: 0.85, Tier.REPORTED: 0.7, Tier.CLAIMED: 0.45}
_ID = re.compile(r"[^a-z0-9]+")


class Mode(StrEnum):
    """How a layer stands to our own areas."""

    BESIDE = "beside"
    INSTEAD = "instead"


@dataclass(frozen=True, slots=True)
class Area:
    """One actor's ground in a layer: GeoJSON-like (Multi)Polygon, lon/lat.

    ``actor_id`` is empty where no actor set knows the name the file gives (``label``).
    """

    actor_id: str
    label: str
    geometry: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Layer:
    """Imported lines. ``until`` is the last day they speak of (``on`` itself for a day's map)."""

    id: str
    title: str
    on: date
    until: date
    source: str
    tier: Tier
    areas: tuple[Area, ...]
    mode: Mode = Mode.BESIDE
    url: str = ""
    note: str = ""

    def speaks_of(self, day: date) -> bool:
        """Whether it says something of this day."""
        return self.on <= day <= self.until


@dataclass(frozen=True, slots=True)
class Agreement:
    """One actor's ground in a layer against ours, in geodesic km². ``iou`` runs from 0 to 1."""

    actor_id: str
    label: str
    ours_km2: float
    theirs_km2: float
    both_km2: float
    only_ours: Mapping[str, Any]
    only_theirs: Mapping[str, Any]

    @property
    def only_ours_km2(self) -> float:
        """What only we give the actor."""
        return max(0.0, self.ours_km2 - self.both_km2)

    @property
    def only_theirs_km2(self) -> float:
        """What only they give the actor."""
        return max(0.0, self.theirs_km2 - self.both_km2)

    @property
    def iou(self) -> float:
        """Common ground over all ground that either gives the actor; 1 where neither gives any."""
        either = self.ours_km2 + self.theirs_km2 - self.both_km2
        return self.both_km2 / either if either else 1.0


def layer_id(title: str, on: date) -> str:
    """An id people can type: ``deepstate-2017-11-09``."""
    stem = _ID.sub("-", title.casefold()).strip("-")[:60] or "lines"
    return f"{stem}-{on.isoformat()}"


def make_layer(
    found: Iterable[tuple[str, Any]],
    *,
    title: str,
    on: date,
    source: str,
    tier: Tier,
    actors: Mapping[str, Actor],
    known_as: Mapping[str, str] | None = None,
    until: date | None = None,
    mode: Mode = Mode.BESIDE,
    url: str = "",
    note: str = "",
) -> tuple[Layer, tuple[str, ...]]:
    """A layer of (name of the actor, valid lon/lat polygon) pairs, and a sentence for each doubt.

    ``known_as`` maps names in the file to actor ids, before names, short names and aliases of
    ``actors`` are tried, whatever their case. Raises InputError for what no layer can be: no
    ground, no source or title, a last day before the first, a denied tier, an unknown id.
    """
    title, source = " ".join(title.split())[:200], " ".join(source.split())[:300]
    if not title or not source:
        raise InputError("Imported lines need a title and a source: who drew them.")
    if until is not None and until < on:
        raise InputError(f"These lines would end ({until}) before they begin ({on}).")
    if tier is Tier.DENIED:
        raise InputError("Lines cannot be denied; choose assessed, reported or claimed.")
    given = {name.casefold().strip(): value for name, value in (known_as or {}).items()}
    for value in given.values():
        if value not in actors:
            msg = f"There is no actor with the id {value!r}. Known: {', '.join(actors)}."
            raise InputError(msg[:600])
    named = {**_names(actors), **given}
    parts: dict[tuple[str, str], list[Any]] = {}
    for name, geometry in found:
        label = " ".join(name.split())[:120]
        actor_id = named.get(label.casefold(), "")
        parts.setdefault((actor_id, "" if actor_id else label), []).append(geometry)
    areas, points = [], 0
    doubts = []
    for (actor_id, label), shapes in sorted(parts.items()):
        whole = rounded([shapely.union_all(shapes, grid_size=GRID_DEG)])
        if whole is None:
            doubts.append(f"The ground of {label or actor_id} is too small to draw; left out.")
            continue
        points += int(shapely.get_num_coordinates(whole))
        # Lists, as they come back from the store, so that a layer is the same before and after.
        kept = orjson.loads(orjson.dumps(mapping(whole)))
        areas.append(Area(actor_id, label or actors[actor_id].name, kept))
        if not actor_id:
            said = f"“{label}”" if label else "An area without a name"
            doubts.append(f"{said} is no actor of the set; its ground is drawn in grey.")
    if not areas:
        raise InputError("There is no polygon in these lines. Lines and points cannot be shown.")
    if points > MAX_POINTS:
        msg = f"These lines have {points:,} corners; simplify them to under {MAX_POINTS:,}."
        raise InputError(msg)
    layer = Layer(
        *(layer_id(title, on), title, on, until or on, source, tier, tuple(areas), mode),
        *(url.strip()[:500], " ".join(note.split())[:500]),
    )
    return layer, tuple(doubts)


def naming_property(
    features: Sequence[Mapping[str, str]], actors: Mapping[str, Actor]
) -> str | None:
    """The property of these features that names an actor most often; None if none ever does."""
    known = _names(actors)
    counts: dict[str, int] = {}
    for properties in features:
        for name, value in properties.items():
            if value.casefold() in known:
                counts[name] = counts.get(name, 0) + 1
    return max(sorted(counts), key=lambda name: counts[name], default=None)


def _names(actors: Mapping[str, Actor]) -> dict[str, str]:
    """All names an actor goes by, folded, the ids first; a name of two actors is nobody's."""
    found: dict[str, str] = {}
    doubtful: set[str] = set()
    for actor in actors.values():
        aliases = [name for names in actor.aliases.values() for name in names]
        for name in {n.casefold() for n in (actor.name, actor.short, *aliases)}:
            if found.setdefault(name, actor.id) != actor.id:
                doubtful.add(name)
    plain = {name: key for name, key in found.items() if name not in doubtful}
    return {**plain, **{actor_id.casefold(): actor_id for actor_id in actors}}


def layer_zones(layer: Layer) -> tuple[Zone, ...]:
    """The layer's ground as zones; an area of an actor nobody knows carries its label as holder.

    Ground of two actors at once is contested between them. Evidence is ``lines:`` and the id.
    """
    grounds = [(area.actor_id or area.label, shape(dict(area.geometry))) for area in layer.areas]
    trust = TRUST[layer.tier]
    evidence = (f"lines:{layer.id}",)
    kind = "claimed" if layer.tier is Tier.CLAIMED else "held"
    zones: list[Zone] = []

    def add(holders: tuple[str, ...], kind: str, geometry: Any) -> None:
        whole = rounded([geometry])
        if whole is not None:
            km2 = geodesic_km2(whole)
            zones.append(Zone(holders, kind, mapping(whole), trust, evidence, km2))

    disputed: list[Any] = []
    for (one, first), (other, second) in combinations(grounds, 2):
        if first.intersects(second):
            shared = _tidy(shapely.intersection(first, second, grid_size=GRID_DEG))
            shared = _tidy(shapely.difference(shared, shapely.union_all(disputed)))
            if not shared.is_empty:
                disputed.append(shared)
                add(tuple(sorted((one, other))), "contested", shared)
    apart = shapely.union_all(disputed)
    for holder, ground in grounds:
        add((holder,), kind, shapely.difference(ground, apart, grid_size=GRID_DEG))
    return tuple(zones)


def on_day(layers: Iterable[Layer], day: date, mode: Mode) -> tuple[Layer, ...]:
    """The layers of a mode that speak of a day, oldest map first, so that the newest is on top."""
    found = (layer for layer in layers if layer.mode is mode and layer.speaks_of(day))
    return tuple(sorted(found, key=lambda layer: (layer.on, layer.id)))


def apply_layers(zones: Sequence[Zone], layers: Iterable[Layer], day: date) -> tuple[Zone, ...]:
    """Our zones of a day with the layers that stand instead of ours laid over them."""
    shown = list(zones)
    for layer in on_day(layers, day, Mode.INSTEAD):
        theirs = layer_zones(layer)
        cover = shapely.union_all([shape(dict(zone.geometry)) for zone in theirs])
        shown = [left for zone in shown if (left := _without(zone, cover)) is not None]
        shown += theirs
    return tuple(shown)


def _without(zone: Zone, cover: Any) -> Zone | None:
    geometry = shape(dict(zone.geometry))
    if not geometry.intersects(cover):
        return zone
    left = rounded([_tidy(shapely.difference(geometry, cover, grid_size=GRID_DEG))])
    if left is None:
        return None
    return Zone(
        *(zone.holders, zone.kind, mapping(left), zone.certainty, zone.evidence),
        area_km2=geodesic_km2(left),
    )


def _tidy(geometry: Any) -> Any:
    """Its polygons without slivers."""
    flat = shapely.get_parts(polygons(geometry))
    kept = flat[~shapely.is_empty(shapely.buffer(flat, -_SLIVER_DEG))] if len(flat) else flat
    return shapely.multipolygons(list(kept)) if len(kept) else shapely.MultiPolygon()


def agreement(layer: Layer, zones: Sequence[Zone]) -> tuple[Agreement, ...]:
    """The layer against our own zones of a day, actor by actor, those we both know first.

    Ours counts what we show as held or claimed by the actor, and contested land for each side.
    Theirs is the layer's polygons as they are.
    """
    ours: dict[str, list[Any]] = {}
    for zone in zones:
        for holder in zone.holders[:1] if zone.kind == "claimed" else zone.holders:
            ours.setdefault(holder, []).append(shape(dict(zone.geometry)))
    theirs = {area.actor_id or area.label: area for area in layer.areas}
    rows = []
    for key in sorted({*ours, *theirs}, key=lambda k: (k not in theirs, k not in ours, k)):
        mine = shapely.union_all(ours.get(key, []), grid_size=GRID_DEG)
        area = theirs.get(key)
        other = shape(dict(area.geometry)) if area else shapely.MultiPolygon()
        both = polygons(shapely.intersection(mine, other, grid_size=GRID_DEG))
        only = [_tidy(shapely.difference(a, b)) for a, b in ((mine, other), (other, mine))]
        rows.append(
            Agreement(
                actor_id=area.actor_id if area else key,
                label=area.label if area else "",
                ours_km2=geodesic_km2(mine),
                theirs_km2=geodesic_km2(other),
                both_km2=geodesic_km2(both),
                only_ours=mapping(only[0]),
                only_theirs=mapping(only[1]),
            )
        )
    return tuple(rows)


def agreement_csv(rows: Iterable[Agreement], actors: Mapping[str, Actor]) -> bytes:
    """The figures as UTF-8 CSV with a byte order mark, one row for each actor; areas in km²."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    heads = ("ours_km2", "theirs_km2", "both_km2", "only_ours_km2", "only_theirs_km2")
    writer.writerow(["actor", *heads, "iou"])
    for row in rows:
        actor = actors.get(row.actor_id)
        cells = [actor.name if actor else row.label or row.actor_id]
        figures = [round(getattr(row, head), 2) for head in heads]
        writer.writerow([safe_cell(cell) for cell in (*cells, *figures, round(row.iou, 4))])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
