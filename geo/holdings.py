"""What each actor holds, day by day: km², settlements, people, everywhere and by province.

Every row stands beside the share of the land that no report tells about on that day. The land is
that of the provinces which any report of the whole period tells about, so shares of different
days can be compared.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from geo.change import ALL
from geo.exchange.points import safe_cell
from geo.model import Actor
from geo.terrain import ELSEWHERE, Terrain
from geo.timeline import DayState

__all__ = ["History", "Holding", "history", "holdings_csv"]

COLUMNS = (
    *("date", "actor", "admin1", "admin1_name", "held_km2", "claimed_km2", "contested_km2"),
    *("settlements_held", "population_held", "land_km2", "no_information"),
)


@dataclass(frozen=True, slots=True)
class Holding:
    """One actor in one province (``ALL`` for everywhere) from a day on.

    Held means reported by others or admitted, not only claimed. Contested land counts for every
    side contesting it; settlements and people are those in held land.
    """

    on: date
    actor_id: str
    admin1: str
    held_km2: float = 0.0
    claimed_km2: float = 0.0
    contested_km2: float = 0.0
    settlements: int = 0
    population: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """Holdings by day, actor and province; ``unknown`` is the share of land without information
    by day and province, ``land_km2`` the land of each province, both with a row for ``ALL``.
    """

    days: tuple[date, ...]
    holdings: tuple[Holding, ...]
    unknown: Mapping[tuple[date, str], float]
    land_km2: Mapping[str, float]

    @property
    def actors(self) -> tuple[str, ...]:
        """Actors that hold, claim or contest anything, those with most land on any day first."""
        most: dict[str, float] = {}
        for row in self.holdings:
            if row.admin1 == ALL:
                land = row.held_km2 + row.claimed_km2 + row.contested_km2
                most[row.actor_id] = max(land, most.get(row.actor_id, 0.0))
        return tuple(sorted(most, key=lambda actor: (-most[actor], actor)))

    def on(self, day: date) -> tuple[Holding, ...]:
        """The rows that hold on a day: those of the last day of change up to it."""
        before = [d for d in self.days if d <= day]
        return tuple(row for row in self.holdings if before and row.on == before[-1])


def history(days: Iterable[DayState], terrain: Terrain) -> History:
    """Measure each day's zones."""
    told: list[date] = []
    rows: list[Holding] = []
    known: dict[tuple[date, str], float] = {}
    for day in days:
        told.append(day.on)
        sums: dict[tuple[str, str], dict[str, float]] = {}
        for zone in day.zones:
            found = terrain.zone(zone)
            for code, km2 in found.km2.items():
                if code != ELSEWHERE:
                    known[day.on, code] = known.get((day.on, code), 0.0) + km2
            for actor_id in zone.holders[:1] if zone.kind == "claimed" else zone.holders:
                _add(sums, actor_id, f"{zone.kind}_km2", found.km2)
                if zone.kind == "held":
                    _add(sums, actor_id, "settlements", found.settlements)
                    _add(sums, actor_id, "population", found.population)
        for (actor_id, code), row in sorted(sums.items()):
            rows.append(
                Holding(
                    *(day.on, actor_id, code),
                    held_km2=row.get("held_km2", 0.0),
                    claimed_km2=row.get("claimed_km2", 0.0),
                    contested_km2=row.get("contested_km2", 0.0),
                    settlements=int(row.get("settlements", 0)),
                    population=int(row.get("population", 0)),
                )
            )
    codes = sorted({code for _, code in known})
    land = {code: terrain.land_km2(code) for code in codes}
    land[ALL] = sum(land.values())
    unknown = {}
    for on in told:
        for code in codes:
            unknown[on, code] = _silent(known.get((on, code), 0.0), land[code])
        unknown[on, ALL] = _silent(sum(known.get((on, c), 0.0) for c in codes), land[ALL])
    return History(tuple(told), tuple(rows), unknown, land)


def _add(
    sums: dict[tuple[str, str], dict[str, float]],
    actor_id: str,
    name: str,
    values: Mapping[str, float] | Mapping[str, int],
) -> None:
    for code, value in values.items():
        for where in (code, ALL):
            row = sums.setdefault((actor_id, where), {})
            row[name] = row.get(name, 0) + value


def _silent(known_km2: float, land_km2: float) -> float:
    return min(1.0, max(0.0, 1 - known_km2 / land_km2)) if land_km2 else 1.0


def holdings_csv(
    found: History, actors: Mapping[str, Actor], names: Mapping[str, str] | None = None
) -> bytes:
    """All rows as UTF-8 CSV with a byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    plain = {**(names or {}), ALL: "everywhere", ELSEWHERE: "elsewhere"}
    for row in found.holdings:
        actor = actors.get(row.actor_id)
        share = found.unknown.get((row.on, row.admin1))
        cells = (
            *(row.on.isoformat(), actor.name if actor else row.actor_id),
            *(row.admin1, plain.get(row.admin1, row.admin1)),
            *(round(row.held_km2, 2), round(row.claimed_km2, 2), round(row.contested_km2, 2)),
            *(row.settlements, row.population),
            round(found.land_km2[row.admin1], 1) if row.admin1 in found.land_km2 else "",
            round(share, 4) if share is not None else "",
        )
        writer.writerow([safe_cell(cell) for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
