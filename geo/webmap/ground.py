"""Zones for the page: one day's, or those of many days in one file that the page plays from.

Both say the same of a day: areas with their certainty, ``edges`` (the outer limits of claimed and
contested zones, not the steps between bands of certainty), ``fronts`` (where zones of different
holders meet) and ``sieges`` (besieged places and who besieges them). In the file of many days
every ring is kept once, however many days it lasts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.change import Difference, hatched
from geo.lines import Agreement, Layer
from geo.model import Actor, Control, Zone
from geo.timeline import DayState, sieges
from geo.webmap.shapes import GRID_DEG, actor_json, flat

__all__ = [
    "agreement_payload",
    "change_payload",
    "lines_payload",
    "timeline_payload",
    "zones_payload",
]

Group = tuple[tuple[str, ...], str]  # holders and kind
Rings = list[list[float]]
GREY = "#777777"
Q = 100_000  # steps to a degree: the five decimals that zones are rounded to


@dataclass(frozen=True, slots=True)
class _Drawn:
    zones: list[tuple[Group, float, Rings]]
    edges: list[tuple[Group, Rings]]
    fronts: list[tuple[Group, Group, Rings]]


class _Pen:
    """Draws days. Most areas of a day are those of the day before: they are worked out once."""

    def __init__(self) -> None:
        self._wholes: dict[tuple[bytes, ...], tuple[BaseGeometry, Rings]] = {}
        self._shared: dict[tuple[tuple[bytes, ...], tuple[bytes, ...]], Rings] = {}

    def draw(self, zones: Sequence[Zone]) -> _Drawn:
        groups: dict[Group, list[BaseGeometry]] = {}
        areas = []
        for zone in sorted(zones, key=lambda z: (z.kind, z.holders, -z.certainty)):
            geometry = shape(dict(zone.geometry))
            areas.append(((zone.holders, zone.kind), round(zone.certainty, 3), flat(geometry)))
            groups.setdefault((zone.holders, zone.kind), []).append(geometry)
        made = {key: tuple(shapely.to_wkb(parts)) for key, parts in groups.items()}
        edges = []
        for key, parts in groups.items():
            if made[key] not in self._wholes:
                whole = shapely.union_all(parts, grid_size=GRID_DEG)
                self._wholes[made[key]] = whole, flat(whole.boundary)
            if key[1] != "held":
                edges.append((key, self._wholes[made[key]][1]))
        fronts = []
        for one, other in combinations(groups, 2):
            if lines := self._front(made[one], made[other]):
                fronts.append((one, other, lines))
        return _Drawn(areas, edges, fronts)

    def _front(self, one: tuple[bytes, ...], other: tuple[bytes, ...]) -> Rings:
        """Where two areas meet."""
        if (one, other) not in self._shared:
            first, second = self._wholes[one][0], self._wholes[other][0]
            lines: Rings = []
            if first.intersects(second):
                shared = shapely.intersection(first.boundary, second.boundary, grid_size=GRID_DEG)
                lines = flat(shared)
            self._shared[one, other] = lines
        return self._shared[one, other]


def _sieges(controls: Iterable[Control]) -> list[dict[str, Any]]:
    return [
        {
            "place": control.place.place_id,
            "name": control.place.name,
            "lat": round(control.place.lat, 5),
            "lon": round(control.place.lon, 5),
            "by": list(control.besieged_by),
        }
        for control in sieges(controls)
    ]


def _actors(ids: Iterable[str], actors: Mapping[str, Actor]) -> list[dict[str, Any]]:
    """Actors as the legend shows them; one that no set knows in grey, under what it is called."""
    return [
        actor_json(actors[i])
        if i in actors
        else {"id": i, "name": i, "short": i, "ar": None, "colour": GREY, "pattern": "solid"}
        for i in dict.fromkeys(ids)
    ]


def zones_payload(
    zones: Sequence[Zone], actors: Mapping[str, Actor], controls: Iterable[Control] = ()
) -> dict[str, Any]:
    """One day's zones; ``controls`` give the besieged places."""
    drawn = _Pen().draw(zones)
    besieged = _sieges(controls)
    holders = [h for zone in zones for h in zone.holders]
    holders += [who for siege in besieged for who in siege["by"]]
    found: dict[str, Any] = {
        "actors": _actors(holders, actors),
        "zones": [
            {"holders": list(key[0]), "kind": key[1], "certainty": sure, "shape": rings}
            for key, sure, rings in drawn.zones
        ],
        "edges": [
            {"holders": list(key[0]), "kind": key[1], "shape": rings} for key, rings in drawn.edges
        ],
        "fronts": [line for _, _, lines in drawn.fronts for line in lines],
    }
    if besieged:
        found["sieges"] = besieged
    return found


class _Table:
    """Things kept once, by what they are, and known by their number."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self._known: dict[object, int] = {}

    def number(self, key: object, row: Any) -> int:
        if key not in self._known:
            self._known[key] = len(self.rows)
            self.rows.append(row)
        return self._known[key]


def _steps(line: Sequence[float]) -> list[int]:
    """A line as whole steps of 1/Q degree, each point counted from the one before."""
    points = np.rint(np.asarray(line).reshape(-1, 2) * Q).astype(np.int64)
    points[1:] = np.diff(points, axis=0)
    return [int(value) for value in points.ravel()]


def timeline_payload(days: Iterable[DayState], actors: Mapping[str, Actor]) -> dict[str, Any]:
    """The zones of many days. Tables (``rings``, ``groups``, ``zones`` …) and, in ``days``, rows.

    A ring is a list of steps of 1/``q`` degree: longitude, latitude, then differences. A zone is
    ``[group, certainty, rings]``, an edge ``[group, rings]``, a front ``[group, group, rings]``;
    a day lists the numbers of its zones (``z``), edges (``e``), fronts (``f``), sieges (``s``).
    """
    rings, groups, zones, edges, fronts, besieged = (_Table() for _ in range(6))
    holders: list[str] = []

    def lines(found: Rings) -> list[int]:
        rows = []
        for line in found:
            steps = _steps(line)
            rows.append(rings.number(tuple(steps), steps))
        return rows

    def group(key: Group) -> int:
        holders.extend(key[0])
        return groups.number(key, [list(key[0]), key[1]])

    def kept(table: _Table, row: list[Any]) -> int:
        return table.number(tuple(tuple(v) if isinstance(v, list) else v for v in row), row)

    said = []
    pen = _Pen()
    for day in days:
        drawn = pen.draw(day.zones)
        marks = []
        for siege in _sieges(day.controls):
            holders.extend(siege["by"])
            marks.append(besieged.number((siege["place"], *siege["by"]), siege))
        said.append(
            {
                "on": day.on.isoformat(),
                "z": [kept(zones, [group(key), sure, lines(r)]) for key, sure, r in drawn.zones],
                "e": [kept(edges, [group(key), lines(r)]) for key, r in drawn.edges],
                "f": [kept(fronts, [group(a), group(b), lines(r)]) for a, b, r in drawn.fronts],
                "s": marks,
            }
        )
    return {
        "q": Q,
        "actors": _actors(holders, actors),
        "rings": rings.rows,
        "groups": groups.rows,
        "zones": zones.rows,
        "edges": edges.rows,
        "fronts": fronts.rows,
        "sieges": besieged.rows,
        "days": said,
    }


def change_payload(found: Difference, actors: Mapping[str, Actor]) -> dict[str, Any]:
    """What changed between two days: hatched ground by actor and kind."""
    share = found.coverage[0] if found.coverage else None
    note = ""
    if share is not None:
        note = (
            f"No report tells about {share.unknown_before:.0%} of this land before, "
            f"{share.unknown_after:.0%} after."
        )
    return {
        "title": f"Changed, {_day(found.before)} – {_day(found.after)}",
        "note": note,
        "words": {
            "gained": "gained",
            "lost": "lost",
            "left": "lost to another",
            "claimed": "newly claimed",
            "contested": "newly contested",
        },
        "actors": _actors((piece.actor_id for piece in found.pieces), actors),
        "items": [
            {"actor": p.actor_id, "kind": p.kind, "shape": flat(shape(dict(p.geometry)))}
            for p in hatched(found)
        ],
    }


def agreement_payload(
    layer: Layer, rows: Iterable[Agreement], actors: Mapping[str, Actor]
) -> dict[str, Any]:
    """Where imported lines and ours differ, in the same form as a change.

    Only for the actors the lines speak of: what we give to others, they say nothing about.
    """
    told = {area.actor_id or area.label for area in layer.areas}
    items, seen = [], []
    for row in rows:
        who = row.actor_id or row.label
        if who not in told:
            continue
        seen.append(who)
        for kind, ground in (("gained", row.only_theirs), ("lost", row.only_ours)):
            if lines := flat(shape(dict(ground))):
                items.append({"actor": who, "kind": kind, "shape": lines})
    return {
        "title": f"Ours and {layer.title}",
        "note": "",
        "words": {"gained": "only theirs", "lost": "only ours"},
        "actors": _actors(seen, actors),
        "items": items,
    }


def lines_payload(layers: Iterable[Layer], actors: Mapping[str, Actor]) -> dict[str, Any]:
    """Imported lines that stand beside ours, with the days they speak of."""
    told = list(layers)
    seen = [area.actor_id or area.label for layer in told for area in layer.areas]
    return {
        "actors": _actors(seen, actors),
        "layers": [
            {
                "id": layer.id,
                "title": layer.title,
                "source": layer.source,
                "tier": layer.tier.value,
                "on": layer.on.isoformat(),
                "until": layer.until.isoformat(),
                "areas": [
                    {
                        "holder": area.actor_id or area.label,
                        "shape": flat(shape(dict(area.geometry))),
                    }
                    for area in layer.areas
                ],
            }
            for layer in told
        ],
    }


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
