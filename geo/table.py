"""The rows behind the map: the same events, one row each, for the table and for CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from functools import lru_cache

from geo.borders import BorderDistance
from geo.borders.crossings import NearestCrossing, nearest_crossing
from geo.exchange.points import safe_cell
from geo.model import (
    AREA_CODES,
    LINE_CODES,
    Actor,
    ActorKind,
    Event,
    EventPlace,
    EventType,
    Report,
    Role,
)
from geo.passing_on import LeftOut

__all__ = ["COLUMNS", "Row", "crossing_cells", "event_rows", "left_out_rows", "to_csv"]

COLUMNS = (
    "event_id",
    "date",
    "date_start",
    "date_end",
    "date_precision",
    "type",
    "acled_event_type",
    "acled_sub_event_type",
    "agents",
    "allies",
    "targets",
    "summary",
    "tier",
    "speaker",
    "publisher",
    "published",
    "place",
    "place_arabic",
    "place_as_reported",
    "place_id",
    "lat",
    "lon",
    "precision_km",
    "country",
    "border_km",
    "border_low_km",
    "border_high_km",
    "border_pair",
    "border_dispute",
    "border_set",
    "crossing",
    "crossing_km",
    "crossing_status",
    "numbers",
    "quote",
    "report_title",
    "url",
    "status",
    "held_back",
)
Row = dict[str, str | float | None]


def _acled(event: Event, actors: Mapping[str, Actor]) -> tuple[str, str]:
    """ACLED's type and sub-type; a state that captures "regains", anyone else "overtakes"."""
    event_type, sub_type = event.type.acled
    agents = [actors[a] for a in event.actors(Role.AGENT) if a in actors]
    if event.type is EventType.CAPTURES and agents and agents[0].kind is ActorKind.STATE:
        sub_type = "Government regains territory"
    return event_type, sub_type


@lru_cache(maxsize=20_000)
def _crossing(lat: float, lon: float, pair: tuple[str, str]) -> NearestCrossing | None:
    return nearest_crossing(lat, lon, pair)


def crossing_cells(place: EventPlace, border: BorderDistance | None) -> Row:
    """The nearest known crossing of the same border, for a point; None for areas and lines."""
    found = None
    if border is not None and place.feature_code not in AREA_CODES | LINE_CODES:
        found = _crossing(place.lat, place.lon, border.pair)
    return {
        "crossing": found.crossing.name if found else None,
        "crossing_km": round(found.distance_km, 2) if found else None,
        "crossing_status": found.crossing.status_words() if found else None,
    }


def event_rows(
    events: Iterable[Event],
    *,
    actors: Mapping[str, Actor],
    reports: Mapping[str, Report],
    borders: Mapping[str, BorderDistance],
    notes: Iterable[str] = (),
) -> list[Row]:
    """One row per event with all ``COLUMNS``. Dates are ISO days, distances km, degrees WGS84.

    ``notes`` say what was held back before sharing (``Workspace.notes``); every row repeats them,
    since rows are copied from file to file.
    """
    held_back = " ".join(notes)

    def names(event: Event, role: Role) -> str:
        return "; ".join(actors[a].name if a in actors else a for a in event.actors(role))

    rows: list[Row] = []
    for event in events:
        report = reports[event.quote.report_id]
        border = borders.get(event.place.place_id)
        acled_type, acled_sub = _acled(event, actors)
        rows.append(
            {
                "event_id": event.id,
                "date": event.date.words(),
                "date_start": event.date.start.isoformat() if event.date.start else None,
                "date_end": event.date.end.isoformat() if event.date.end else None,
                "date_precision": event.date.precision.value,
                "type": event.type.value,
                "acled_event_type": acled_type,
                "acled_sub_event_type": acled_sub,
                "agents": names(event, Role.AGENT),
                "allies": names(event, Role.ALLY),
                "targets": names(event, Role.TARGET),
                "summary": event.summary,
                "tier": event.attribution.tier.value,
                "speaker": event.attribution.speaker,
                "publisher": report.publisher,
                "published": str(report.published),
                "place": event.place.name,
                "place_arabic": event.place.arabic,
                "place_as_reported": event.place.text,
                "place_id": event.place.place_id,
                "lat": round(event.place.lat, 5),
                "lon": round(event.place.lon, 5),
                "precision_km": event.place.precision_km,
                "country": event.place.country,
                "border_km": round(border.distance_km, 2) if border else None,
                "border_low_km": round(border.low_km, 2) if border else None,
                "border_high_km": round(border.high_km, 2) if border else None,
                "border_pair": "–".join(border.pair) if border else None,
                "border_dispute": border.dispute if border else None,
                "border_set": border.boundary_set if border else None,
                **crossing_cells(event.place, border),
                "numbers": event.numbers.words() if event.numbers else "",
                "quote": report.text[event.quote.start : event.quote.end],
                "report_title": report.title,
                "url": report.url,
                "status": event.status.value,
                "held_back": held_back,
            }
        )
    return rows


def left_out_rows(left: LeftOut) -> list[Row]:
    """Counts in the place of rows that may not be passed on; they have no id and no point."""
    return [
        {
            "date_start": row.since.isoformat() if row.since else None,
            "date_end": row.until.isoformat() if row.until else None,
            "summary": row.words(),
            "publisher": row.source,
            "place": row.admin1,
            "country": row.country,
            "numbers": f"{row.events} events",
            "status": "left out",
        }
        for row in left.rows
    ]


def to_csv(rows: Iterable[Row]) -> bytes:
    """The rows as UTF-8 CSV with a byte order mark, so that spreadsheets read Arabic."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: safe_cell(row.get(key)) for key in COLUMNS})
    return b"\xef\xbb\xbf" + text.getvalue().encode()
