"""The difference between two days: who gained, lost or newly contests what, and where.

Four kinds, by actor. *Gained* is ground the actor holds on the later day and did not hold on the
earlier one; *lost* the reverse; *claimed* is newly claimed by it alone; *contested* is contested
by it now and was not before. Gained and lost ground is told apart by what lay there on the other
day: somebody's ground (held, claimed or contested), or ground no report had told about. The second
is more knowledge, not more conquest, and is never hidden in the first.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import shapely
from shapely.geometry import mapping, shape

from geo.exchange.points import safe_cell
from geo.model import Actor, Zone
from geo.polygons import polygons
from geo.terrain import Measure, Terrain

__all__ = [
    "ALL",
    "KINDS",
    "Change",
    "Coverage",
    "Difference",
    "Piece",
    "change_csv",
    "difference",
    "hatched",
]

ALL = "all"  # in place of an admin-1 code: everywhere
KINDS = ("gained", "lost", "claimed", "contested")
COLUMNS = (
    *("from", "to", "actor", "admin1", "admin1_name"),
    *("gained_km2", "gained_from_no_information_km2"),
    *("lost_km2", "lost_to_no_information_km2", "claimed_km2", "contested_km2"),
    *("settlements_gained", "settlements_lost", "settlements_contested"),
    *("population_gained", "population_lost", "population_contested"),
    *("no_information_before", "no_information_after"),
)
GRID_DEG = 1e-5  # the rounding of zones
_SLIVER_DEG = 2e-5  # thinner than this is two ways of rounding one line


@dataclass(frozen=True, slots=True)
class Piece:
    """Ground that changed for one actor. ``geometry`` is GeoJSON-like, lon/lat."""

    actor_id: str
    kind: str
    geometry: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """The sums of one actor in one province (``ALL`` for everywhere): km², settlements, people."""

    actor_id: str
    admin1: str
    gained_km2: float = 0.0
    gained_unknown_km2: float = 0.0  # of it, ground no report told about before
    lost_km2: float = 0.0
    lost_unknown_km2: float = 0.0  # of it, ground no report tells about any more
    claimed_km2: float = 0.0
    contested_km2: float = 0.0
    settlements_gained: int = 0
    settlements_lost: int = 0
    settlements_contested: int = 0
    population_gained: int = 0
    population_lost: int = 0
    population_contested: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """The land of a province and the share of it (0 to 1) that no report tells about."""

    admin1: str
    land_km2: float
    unknown_before: float
    unknown_after: float


@dataclass(frozen=True, slots=True)
class Difference:
    """All of it, sorted by actor and province. ``coverage`` includes a row for ``ALL``."""

    before: date
    after: date
    pieces: tuple[Piece, ...]
    changes: tuple[Change, ...]
    coverage: tuple[Coverage, ...]

    def total(self, actor_id: str) -> Change:
        """One actor's sums everywhere."""
        found = (c for c in self.changes if c.actor_id == actor_id and c.admin1 == ALL)
        return next(found, Change(actor_id, ALL))


class _Side:
    """One day's ground: by actor what it holds, claims and contests, and all that is known."""

    def __init__(self, zones: Sequence[Zone]) -> None:
        parts: dict[tuple[str, str], list[Any]] = {}
        for zone in zones:
            geometry = shape(dict(zone.geometry))
            who = zone.holders[:1] if zone.kind == "claimed" else zone.holders
            for actor_id in who:
                parts.setdefault((zone.kind, actor_id), []).append(geometry)
        self.parts = {key: _union(found) for key, found in parts.items()}
        self.actors = {actor_id for _, actor_id in self.parts}
        self.known = _union(list(self.parts.values()))
        self.disputed = _union([g for (kind, _), g in self.parts.items() if kind == "contested"])

    def of(self, kind: str, actor_id: str) -> Any:
        return self.parts.get((kind, actor_id), _EMPTY)


_EMPTY = shapely.MultiPolygon()


def _union(parts: Sequence[Any]) -> Any:
    return shapely.union_all(list(parts), grid_size=GRID_DEG) if parts else _EMPTY


def _minus(one: Any, other: Any) -> Any:
    """What is left of ``one``, without the slivers that two roundings of one line leave."""
    if one.is_empty or other.is_empty:
        return one
    left = polygons(shapely.difference(one, other, grid_size=GRID_DEG))
    if left.is_empty:
        return left
    kept = [p for p in shapely.get_parts(left) if not p.buffer(-_SLIVER_DEG).is_empty]
    return polygons(shapely.multipolygons(kept)) if kept else _EMPTY


def difference(
    before: tuple[date, Sequence[Zone]], after: tuple[date, Sequence[Zone]], terrain: Terrain
) -> Difference:
    """Compare two days' zones (each a day with its zones); the earlier day first.

    Each Zone's geometry is lon/lat; areas come out in geodesic km².
    """
    if after[0] < before[0]:
        before, after = after, before
    old, new = _Side(before[1]), _Side(after[1])
    pieces: list[Piece] = []
    sums: dict[tuple[str, str], dict[str, float]] = {}

    def add(actor_id: str, fields: tuple[str, ...], found: Measure) -> None:
        for field_name, values in zip(
            fields, (found.km2, found.settlements, found.population), strict=False
        ):
            for code, value in values.items():
                for where in (code, ALL):
                    row = sums.setdefault((actor_id, where), {})
                    row[field_name] = row.get(field_name, 0) + value

    for actor_id in sorted(old.actors | new.actors):
        was, now = old.of("held", actor_id), new.of("held", actor_id)
        claimed = _minus(_minus(new.of("claimed", actor_id), old.of("claimed", actor_id)), was)
        found = {
            "gained": _minus(now, was),
            "lost": _minus(was, now),
            "claimed": claimed,
            "contested": _minus(new.of("contested", actor_id), old.disputed),
        }
        for kind, ground in found.items():
            if ground.is_empty:
                continue
            pieces.append(Piece(actor_id, kind, mapping(ground)))
            names = (f"{kind}_km2", f"settlements_{kind}", f"population_{kind}")
            add(actor_id, names[:1] if kind == "claimed" else names, terrain.measure(ground))
        for kind, other in (("gained", old), ("lost", new)):
            silent = _minus(found[kind], other.known)
            add(actor_id, (f"{kind}_unknown_km2",), terrain.measure(silent))

    changes = [Change(actor, code, **_typed(row)) for (actor, code), row in sums.items()]
    changes.sort(key=lambda c: (c.actor_id, c.admin1 != ALL, c.admin1))
    return Difference(
        before[0], after[0], tuple(pieces), tuple(changes), _coverage(old, new, terrain)
    )


def hatched(found: Difference) -> Iterator[Piece]:
    """The pieces as a map shows them, what is lost first.

    What one side lost to another carries the gainer's hatch and, for the loser, only an edge
    (kind ``left``): two hatches over each other would look like contested ground.
    """
    taken = _union([shape(dict(p.geometry)) for p in found.pieces if p.kind != "lost"])
    for piece in sorted(found.pieces, key=lambda p: p.kind != "lost"):
        if piece.kind != "lost":
            yield piece
            continue
        yield replace(piece, kind="left")
        rest = _minus(shape(dict(piece.geometry)), taken)
        if not rest.is_empty:
            yield replace(piece, geometry=mapping(rest))


def _typed(row: Mapping[str, float]) -> dict[str, Any]:
    return {key: value if key.endswith("km2") else int(value) for key, value in row.items()}


def _coverage(old: _Side, new: _Side, terrain: Terrain) -> tuple[Coverage, ...]:
    """Of every province that either day tells about, and of all of them together."""
    one, other = terrain.measure(old.known).km2, terrain.measure(new.known).km2
    rows = []
    told = [code for code in terrain.provinces if code in one or code in other]
    for code in sorted(told):
        land = terrain.land_km2(code)
        rows.append(Coverage(code, land, *(_silent(m.get(code, 0.0), land) for m in (one, other))))
    land = sum(row.land_km2 for row in rows)
    known = [sum(m.get(code, 0.0) for code in told) for m in (one, other)]
    return (Coverage(ALL, land, *(_silent(km2, land) for km2 in known)), *rows)


def _silent(known_km2: float, land_km2: float) -> float:
    return min(1.0, max(0.0, 1 - known_km2 / land_km2)) if land_km2 else 1.0


def change_csv(
    found: Difference, actors: Mapping[str, Actor], names: Mapping[str, str] | None = None
) -> bytes:
    """The sums as UTF-8 CSV with a byte order mark; ``names`` are the provinces' plain names."""
    shares = {row.admin1: row for row in found.coverage}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in found.changes:
        share = shares.get(row.admin1)
        actor = actors.get(row.actor_id)
        writer.writerow(
            safe_cell(value)
            for value in (
                *(found.before.isoformat(), found.after.isoformat()),
                *(actor.name if actor else row.actor_id, row.admin1),
                _plain(row.admin1, names or {}),
                *(round(row.gained_km2, 2), round(row.gained_unknown_km2, 2)),
                *(round(row.lost_km2, 2), round(row.lost_unknown_km2, 2)),
                *(round(row.claimed_km2, 2), round(row.contested_km2, 2)),
                *(row.settlements_gained, row.settlements_lost, row.settlements_contested),
                *(row.population_gained, row.population_lost, row.population_contested),
                round(share.unknown_before, 4) if share else "",
                round(share.unknown_after, 4) if share else "",
            )
        )
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _plain(code: str, names: Mapping[str, str]) -> str:
    return "everywhere" if code == ALL else names.get(code, code) or "elsewhere"
