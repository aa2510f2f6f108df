"""The JSON the map's scripts draw: events with all their card shows, and outlines of areas.

Columns, not rows, so that many events stay small; actors and reports are tables the columns
point into. Coordinates are WGS84 degrees, longitude before latitude inside shapes. Text spans
are counted in UTF-16 units, because that is how a browser counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.model import (
    AREA_CODES,
    LINE_CODES,
    Actor,
    CandidateNote,
    Event,
    EventPlace,
    EventType,
    Report,
    Role,
    Status,
)
from geo.table import crossing_cells
from geo.webmap.shapes import actor_json, flat

if TYPE_CHECKING:
    from geo.borders import BorderDistance

__all__ = ["areas_payload", "events_payload", "web_link"]

VERBS = {
    EventType.CAPTURES: "captures",
    EventType.LOSES: "loses",
    EventType.WITHDRAWS: "withdraws",
    EventType.HOLDS: "holds",
    EventType.CONTESTS: "contests",
    EventType.BESIEGES: "besieges",
    EventType.ENTERS: "enters",
    EventType.APPROACHES: "approaches",
    EventType.CLASH: "clash",
    EventType.STRIKE: "strike",
    EventType.PRESENCE: "presence",
    EventType.AGREEMENT: "agreement",
    EventType.INTENTION: "intention",
    EventType.ESTIMATE: "estimate",
}
FEATURES = {
    "PPL": "populated place",
    "PPLC": "capital",
    "PPLA": "provincial seat",
    "PPLA2": "district seat",
    "PPLA3": "subdistrict seat",
    "PPLA4": "local seat",
    "PPLX": "part of a town",
    "PPLQ": "abandoned place",
    "PCL": "country",
    "ADM1": "province",
    "ADM2": "district",
    "ADM3": "subdistrict",
    "DSRT": "desert",
    "RGN": "region",
    "STM": "river",
    "RD": "road",
    "BDRY": "border",
    "LK": "lake",
    "AIRB": "airbase",
    "AIRF": "airfield",
    "AIRP": "airport",
    "OILF": "oil field",
    "PMPO": "pumping station",
    "CSTM": "border crossing",
    "PSTB": "border post",
    "RSTN": "railway station",
    "BDG": "bridge",
    "DAM": "dam",
    "MT": "mountain",
}
_CHECKED = {
    Status.FOUND: "Found by reading; not checked yet",
    Status.CONFIRMED: "Confirmed",
    Status.REJECTED: "Rejected",
}


def events_payload(
    events: Sequence[Event],
    actors: Mapping[str, Actor],
    reports: Mapping[str, Report],
    borders: Mapping[str, BorderDistance] | None = None,
    *,
    names: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Everything a marker and its card show, in the order of ``events``: give them oldest first.

    ``borders`` maps an event id to its distance to the nearest land border. ``names`` maps ISO
    country codes and GeoNames admin-1 codes (``SY.07``) to plain names; a code without a name
    is shown as it is. An unknown actor or report id leaves its fields empty.
    """
    said = names or {}
    near = borders or {}
    actor_row = {actor_id: row for row, actor_id in enumerate(actors)}
    used = dict.fromkeys(e.quote.report_id for e in events if e.quote.report_id in reports)
    report_row = {report_id: row for row, report_id in enumerate(used)}
    rows = [
        _event_row(
            event,
            near.get(event.id),
            actors=(actors, actor_row),
            reports=(reports, report_row),
            names=said,
        )
        for event in events
    ]
    keys = rows[0].keys() if rows else ["id"]
    return {
        "actors": [actor_json(actor) for actor in actors.values()],
        "reports": [_report(reports[report_id]) for report_id in used],
        "events": {key: [row[key] for row in rows] for key in keys},
    }


def _event_row(
    event: Event,
    border: BorderDistance | None,
    *,
    actors: tuple[Mapping[str, Actor], Mapping[str, int]],
    reports: tuple[Mapping[str, Report], Mapping[str, int]],
    names: Mapping[str, str],
) -> dict[str, Any]:
    place, said = event.place, event.attribution
    known, actor_row = actors
    agents = [actor_row[a] for a in event.actors(Role.AGENT) if a in actor_row]
    report = reports[0].get(event.quote.report_id)
    span = None
    if report is not None:
        start = _utf16(report.text[: event.quote.start])
        quoted = report.text[event.quote.start : event.quote.end]
        span = [reports[1][report.id], start, start + _utf16(quoted)]
    lead = next((known[a].short for a in event.actors(Role.AGENT) if a in known), "")
    return {
        "id": event.id,
        "type": VERBS[event.type],
        "summary": event.summary or f"{lead}: {VERBS[event.type]}, {place.name}".lstrip(": "),
        "tier": said.tier.value,
        "lead": actor_row.get(event.lead or "", -1),
        "agents": agents,
        "allies": [actor_row[a] for a in event.actors(Role.ALLY) if a in actor_row],
        "targets": [actor_row[a] for a in event.actors(Role.TARGET) if a in actor_row],
        "place": place.place_id,
        "name": place.name,
        "ar": place.arabic,
        "words": place.text,
        "kind": _kind(place.feature_code),
        "feature": feature_words(place.feature_code),
        "country": names.get(place.country or "", place.country),
        "region": names.get(place.admin1 or "", ""),
        "lat": round(place.lat, 5),
        "lon": round(place.lon, 5),
        "precision_km": place.precision_km,
        "when": event.date.words(),
        "start": event.date.start.isoformat() if event.date.start else None,
        "end": event.date.end.isoformat() if event.date.end else None,
        "speaker": said.speaker,
        "publisher": said.publisher,
        "party": actor_row.get(said.party or "", -1),
        "note": said.note,
        "span": span,
        "numbers": event.numbers.words() if event.numbers else "",
        "border": _border(border, place, names),
        "candidates": [_candidate(note, place.place_id, names) for note in event.candidates],
        "status": event.status.value,
        "checked": _checked(event),
    }


def feature_words(code: str) -> str:
    """A GeoNames feature code in plain words; the code itself if we have none."""
    for length in range(len(code), 1, -1):
        if code[:length] in FEATURES:
            return FEATURES[code[:length]]
    return code


def _kind(code: str) -> str:
    if code in AREA_CODES:
        return "area"
    return "line" if code in LINE_CODES else "point"


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def web_link(url: str) -> str:
    """The address if a reader may follow it, else nothing: only http and https."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def _report(report: Report) -> dict[str, Any]:
    return {
        "id": report.id,
        "title": report.title,
        "publisher": report.publisher,
        "published": report.published.words(),
        "url": web_link(report.url),
        "note": report.source_note,
        "language": report.language,
        "licence": report.licence,
        "text": report.text,
    }


def _checked(event: Event) -> str:
    words = _CHECKED[event.status]
    if event.status is Status.CONFIRMED and not event.reviewed_by:
        return "Coded by hand from the report"
    if event.reviewed_by:
        words += f" by {event.reviewed_by}"
    if event.reviewed_at:
        words += f" on {event.reviewed_at.day} {event.reviewed_at:%b %Y}"
    return words


def _border(
    border: BorderDistance | None, place: EventPlace, names: Mapping[str, str]
) -> dict[str, Any] | None:
    if border is None:
        return None
    return crossing_cells(place, border) | {
        "km": round(border.distance_km, 2),
        "low": round(border.low_km, 2),
        "high": round(border.high_km, 2),
        "pair": [names.get(code, code) for code in border.pair],
        "side": names.get(border.side or "", border.side),
        "lat": round(border.foot_lat, 5),
        "lon": round(border.foot_lon, 5),
        "set": border.boundary_set,
        "dispute": border.dispute,
    }


def _candidate(note: CandidateNote, chosen: str, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": note.name,
        "feature": feature_words(note.feature_code),
        "country": names.get(note.country or "", note.country),
        "score": round(note.score, 2),
        "reasons": list(note.reasons),
        "chosen": note.place_id == chosen,
        "lat": round(note.lat, 4),
        "lon": round(note.lon, 4),
    }


def areas_payload(shapes: Mapping[str, Any]) -> dict[str, Any]:
    """Outlines for places that are areas or lines, by place id.

    Each value is a Shapely geometry or a GeoJSON-like mapping, lon/lat. A place without a shape
    here is drawn as a soft circle of its precision radius.
    """
    result: dict[str, Any] = {}
    for place_id, given in shapes.items():
        geometry = given if isinstance(given, BaseGeometry) else shape(given)
        if not geometry.is_empty:
            kind = "area" if geometry.geom_type.endswith("Polygon") else "line"
            result[place_id] = {"kind": kind, "shape": flat(geometry)}
    return {"areas": result}
