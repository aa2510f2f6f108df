"""A reading as plain data: the lines of ``read --batch`` and of ``read --json``.

Spans are ``[start, end)`` in characters (Unicode code points) of the text as it was given; dates
are in the text form of ``geo.dates``; coordinates are WGS84 degrees.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from geo.dates import DateSpan
from geo.documents.language import detect
from geo.documents.plain import boilerplate
from geo.documents.source import MAX_TEXT, blanked
from geo.errors import DateError, InputError
from geo.reading.found import FoundEvent
from geo.reading.words import Document, Mention

__all__ = ["event_data", "mention_data", "read_line"]

DIGITS = 5  # of a degree: a metre
_SCORE_DIGITS = 3


def _degrees(value: float) -> float | None:
    return round(value, DIGITS) if math.isfinite(value) else None


def mention_data(mention: Mention) -> dict[str, Any]:
    """A mention; ``lat``, ``lon`` and ``place_id`` are None where no place was found."""
    place = mention.place
    return {
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "lat": _degrees(place.lat) if place else None,
        "lon": _degrees(place.lon) if place else None,
        "place_id": place.id if place else None,
        "score": round(mention.score, _SCORE_DIGITS),
        "literal": mention.literal,
    }


def event_data(found: FoundEvent) -> dict[str, Any]:
    """An event. ``actors`` are ids, ``roles`` what each does in it, in the same order."""
    event = found.event
    said = event.attribution
    return {
        "trigger": list(found.trigger),
        "place": list(found.place) if found.place else None,
        "type": event.type.value,
        "actors": [part.actor_id for part in event.participants],
        "date": str(event.date),
        "attribution": {
            "publisher": said.publisher,
            "speaker": said.speaker,
            "party": said.party,
        },
        "tier": said.tier.value,
        "quote": [event.quote.start, event.quote.end],
        "score": round(found.score, _SCORE_DIGITS),
        "roles": [part.role.value for part in event.participants],
        "place_id": event.place.place_id or None,
        "lat": _degrees(event.place.lat),
        "lon": _degrees(event.place.lon),
    }


def _text(line: Mapping[str, Any], key: str) -> str:
    value = line.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"'{key}' must be a text")
    return value


def _spans(value: object, length: int) -> list[tuple[int, int]]:
    """Given spans, as pairs or as objects with start and end. Raises InputError."""
    if not isinstance(value, list):
        raise InputError("'spans' must be a list of [start, end]")
    found = []
    for item in value:
        pair = [item.get("start"), item.get("end")] if isinstance(item, dict) else item
        if (
            not isinstance(pair, list)
            or len(pair) < 2
            or not all(isinstance(n, int) and not isinstance(n, bool) for n in pair[:2])
            or not 0 <= pair[0] < pair[1] <= length
        ):
            raise InputError(
                f"'spans' holds {str(item)[:60]}, which is no [start, end] within the text"
            )
        found.append((pair[0], pair[1]))
    return found


def _document(line: Mapping[str, Any]) -> Document:
    doc_id = line.get("doc_id")
    if isinstance(doc_id, bool) or not isinstance(doc_id, str | int) or doc_id == "":
        raise InputError("'doc_id' is missing; give each line an id")
    text = line.get("text")
    if not isinstance(text, str):
        raise InputError("'text' is missing")
    if len(text) > MAX_TEXT:
        raise InputError(f"'text' has {len(text):,} characters; {MAX_TEXT:,} are read at once")
    said = _text(line, "published")
    try:
        published = DateSpan.parse(said) if said else None
    except DateError as exc:
        raise InputError(f"'published': {exc}") from exc
    if published is not None and published.latest is None:
        published = None
    return Document(
        doc_id=str(doc_id),
        text=text,
        title=_text(line, "title"),
        url=_text(line, "url"),
        publisher=_text(line, "publisher"),
        published=published,
        language=detect(text).tag,
    )


def read_line(line: Mapping[str, Any]) -> dict[str, Any]:
    """Read one line's document. With ``spans`` only these are resolved, and answered in order.

    Raises InputError, which names the field, where the line cannot be used.
    """
    from dataclasses import replace

    document = _document(line)
    if line.get("spans") is not None:
        from geo.reading.places import read_places

        spans = _spans(line["spans"], len(document.text))
        answers = read_places(document, sorted(set(spans)))
        return {
            "doc_id": line["doc_id"],
            "mentions": _in_order(answers, spans, document.text),
            "events": [],
            "given_gold": True,
        }
    from geo.reading.reader import read

    document = replace(document, text=blanked(document.text, boilerplate(document.text)))
    reading = read(document)
    return {
        "doc_id": line["doc_id"],
        "mentions": [mention_data(mention) for mention in reading.mentions],
        "events": [event_data(found) for found in reading.events],
    }


def _in_order(
    mentions: Sequence[Mention], spans: Sequence[tuple[int, int]], text: str
) -> list[dict[str, Any]]:
    """One answer for each given span, in the order given, also where no place was found."""
    by_span = {(mention.start, mention.end): mention for mention in mentions}
    found = []
    for start, end in spans:
        mention = by_span.get((start, end)) or Mention(start, end, text[start:end])
        found.append(mention_data(mention))
    return found
