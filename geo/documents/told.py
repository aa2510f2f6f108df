"""A reading told to people in a terminal, and as one line of JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from geo.documents.language import language_name
from geo.documents.lines import event_data, mention_data
from geo.documents.source import Source
from geo.model import Actor, Role
from geo.reading.found import FoundEvent, Reading
from geo.reading.words import Mention

__all__ = ["as_json", "shipped_actors", "told"]

QUOTE_LENGTH = 160
_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # of writing direction
_ACTORS = Path(__file__).resolve().parents[2] / "data" / "actors"


@cache
def shipped_actors() -> Mapping[str, Actor]:
    """All actors that ship with Dateline, by id."""
    from geo.seeds import load_actors

    return load_actors(_ACTORS)


def as_json(source: Source, reading: Reading) -> bytes:
    """A report and its reading as one line; spans index ``text``."""
    data: dict[str, Any] = {
        "doc_id": source.report_id(),
        "title": source.title,
        "publisher": source.publisher,
        "author": source.author,
        "published": str(source.published) if source.published else None,
        "url": source.url,
        "language": source.language.tag,
        "text": source.text,
        "skipped": [[part.start, part.end] for part in source.skipped],
        "mentions": [mention_data(mention) for mention in reading.mentions],
        "events": [event_data(found) for found in reading.events],
        "notes": [*source.notes, *_notes(source, reading)],
    }
    return orjson.dumps(data) + b"\n"


def _notes(source: Source, reading: Reading) -> list[str]:
    own = source.language_note()
    # The reader says the same in fewer words.
    notes = [own, *(n for n in reading.notes if not (own and n.startswith("The text is in ")))]
    return list(dict.fromkeys(note for note in notes if note))


def _plain(text: str) -> str:
    """The text on one line, without characters that a terminal takes as orders."""
    line = " ".join(text.split())
    return "".join(
        c for c in line if unicodedata.category(c) not in ("Cc", "Cs") and c not in _TURNS
    )


def _names(found: FoundEvent, role: Role, actors: Mapping[str, Actor]) -> str:
    return ", ".join(actors[a].short if a in actors else a for a in found.event.actors(role))


def _who(found: FoundEvent, actors: Mapping[str, Actor]) -> str:
    agents = _names(found, Role.AGENT, actors) or "(not said who)"
    allies, targets = (_names(found, role, actors) for role in (Role.ALLY, Role.TARGET))
    return agents + (f" with {allies}" if allies else "") + (f" → {targets}" if targets else "")


def _where(found: FoundEvent) -> str:
    place = found.event.place
    if not found.placed:
        return f"“{_plain(place.text)}” (no place known)" if place.text else "(no place named)"
    country = f", {place.country}" if place.country else ""
    return f"{place.name}{country} ±{place.precision_km:g} km"


def _event(number: int, found: FoundEvent, text: str, actors: Mapping[str, Actor]) -> list[str]:
    event = found.event
    said = event.attribution
    quote = _plain(text[event.quote.start : event.quote.end])
    if len(quote) > QUOTE_LENGTH:
        quote = quote[: QUOTE_LENGTH - 1].rstrip() + "…"
    speaker = _plain(said.speaker) or _plain(said.publisher) or "the report itself"
    party = f" (side of {actors[said.party].short})" if said.party and said.party in actors else ""
    counted = f", {event.numbers.words()}" if event.numbers else ""
    return [
        f"{number:3}  {event.type.value.upper()}{counted}: {_plain(_who(found, actors))}",
        f"     where  {_where(found)}",
        f"     when   {event.date.words()}",
        f"     says   {speaker}{party} · {said.tier.value} · score {found.score:.2f}",
        f"     “{quote}”",
    ]


def _places(mentions: tuple[Mention, ...]) -> list[str]:
    seen: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.place is not None:
            seen.setdefault(mention.place.id, []).append(mention)
    lines = []
    for group in seen.values():
        place = group[0].place
        assert place is not None
        words = ", ".join(dict.fromkeys(_plain(mention.text) for mention in group))
        within = ", ".join(part for part in (place.admin1_name, place.country) if part)
        best = max(mention.score for mention in group)
        literal = "" if any(mention.literal for mention in group) else " (not as a place)"
        times = f" ×{len(group)}" if len(group) > 1 else ""
        lines.append(
            f"     {words}{times}: {place.name}{f' ({within})' if within else ''} "
            f"{place.lat:.3f} {place.lon:.3f}, score {best:.2f}{literal}"
        )
    return lines


def told(source: Source, reading: Reading) -> str:
    """What was found in a report, as lines of text."""
    actors = {**shipped_actors(), **{actor.id: actor for actor in reading.new_actors}}
    published = source.published.words() if source.published else "date not given"
    head = [
        source.publisher or "publisher not given",
        published,
        language_name(source.language.tag) or "language not known",
        f"{len(source.text):,} characters",
    ]
    lines = [_plain(source.title) or "(no title)", _plain(" · ".join(head)), ""]
    count = len(reading.events)
    lines.append(f"{count} event{'' if count == 1 else 's'} found" + (":" if count else "."))
    for number, found in enumerate(reading.events, 1):
        lines += _event(number, found, source.text, actors)
    if places := _places(reading.mentions):
        lines += ["", "Places:", *places]
    unplaced = dict.fromkeys(_plain(m.text) for m in reading.mentions if m.place is None)
    if unplaced:
        lines += ["", "Names without a place: " + ", ".join(unplaced)]
    if reading.new_actors:
        names = ", ".join(_plain(actor.name) for actor in reading.new_actors)
        lines += ["", f"Groups that no actor set knows: {names}"]
    if source.skipped:
        parts = "; ".join(
            f"“{_plain(source.text[part.start : part.end])[:80]}”" for part in source.skipped
        )
        lines += ["", f"Not read: {parts}"]
    notes = [*source.notes, *_notes(source, reading)]
    if source.published is None:
        notes.append("Without a date of publication “yesterday” has no day; give --published.")
    lines += [f"Note: {_plain(note)}" for note in notes]
    return "\n".join(lines)
