"""What a reviewer decides otherwise than it was found: kind, actors, day, how sure, who says so.

The words of the report stay as they are; what was found is told in the event's note.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from geo.dates import DateSpan
from geo.documents.source import one_line
from geo.errors import InputError
from geo.model import Actor, ActorKind, Event, EventType, Participant, Role, Tier
from geo.reading.summary import summary

__all__ = [
    "AS_FOUND",
    "Correction",
    "corrected",
    "correction_of",
    "differing",
    "found_words",
    "new_actor",
]

MOST_NAME = 120
NEW_COLOUR, NEW_ORDER = "#7F7F7F", 9000  # as the groups that reading proposes


@dataclass(frozen=True, slots=True)
class Correction:
    """Fields to be put in the place of what was found; None leaves a field as found.

    ``party`` is the id of the actor the speaker belongs to, "" for none.
    """

    type: EventType | None = None
    participants: tuple[Participant, ...] | None = None
    date: DateSpan | None = None
    tier: Tier | None = None
    speaker: str | None = None
    party: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields that are decided."""
        return tuple(name for name in _FIELDS if getattr(self, name) is not None)


_FIELDS = ("type", "participants", "date", "tier", "speaker", "party")
AS_FOUND = Correction()


def corrected(event: Event, change: Correction, actors: Mapping[str, Actor]) -> Event:
    """The event as the reviewer has it, its summary written anew. ``edited`` names the fields."""
    if change == AS_FOUND:
        return event
    said = event.attribution
    kind = change.type or event.type
    parts = event.participants if change.participants is None else change.participants
    agents = tuple(p.actor_id for p in parts if p.role is Role.AGENT)
    return replace(
        event,
        type=kind,
        subtype=event.subtype if kind is event.type else "",
        participants=parts,
        date=event.date if change.date is None else change.date,
        attribution=replace(
            said,
            tier=change.tier or said.tier,
            speaker=said.speaker if change.speaker is None else change.speaker,
            party=said.party if change.party is None else change.party or None,
        ),
        summary=summary(kind, agents, event.place.name or "?", event.numbers, actors),
        edited=tuple(dict.fromkeys((*event.edited, *change.fields))),
    )


def correction_of(found: Event, decided: Event) -> Correction:
    """The correction that makes ``decided`` of ``found``, of the fields it says were edited."""
    there = {
        "type": decided.type,
        "participants": decided.participants,
        "date": decided.date,
        "tier": decided.attribution.tier,
        "speaker": decided.attribution.speaker,
        "party": decided.attribution.party or "",
    }
    return differing(found, {key: there[key] for key in _FIELDS if key in decided.edited})


def differing(found: Event, wanted: Mapping[str, object]) -> Correction:
    """The correction for these values, without those that are as found."""
    said = found.attribution
    here = {
        "type": found.type,
        "participants": found.participants,
        "date": found.date,
        "tier": said.tier,
        "speaker": said.speaker,
        "party": said.party or "",
    }
    return Correction(**{k: v for k, v in wanted.items() if v != here[k]})  # type: ignore[arg-type]


def found_words(event: Event, fields: Iterable[str], actors: Mapping[str, Actor]) -> str:
    """What was found, of these fields, in words: kept with the event beside the reviewer's."""

    def names(*roles: Role) -> str:
        return ", ".join(actors[a].short if a in actors else a for a in event.actors(*roles))

    said = event.attribution
    words = {
        "type": event.type.value,
        "participants": (names(Role.AGENT, Role.ALLY) or "nobody named")
        + (f" → {names(Role.TARGET)}" if names(Role.TARGET) else ""),
        "date": event.date.words(),
        "tier": said.tier.value,
        "speaker": f"says {said.speaker or said.publisher or 'the report'}",
        "party": f"side of {_short(said.party, actors)}" if said.party else "no side",
        "place": event.place.name if event.place.place_id else "no place known",
    }
    return "; ".join(words[field] for field in (*_FIELDS, "place") if field in [*fields])


def _short(actor: str, actors: Mapping[str, Actor]) -> str:
    return actors[actor].short if actor in actors else actor


def new_actor(name: str, taken: Iterable[str], *, prefix: str) -> Actor:
    """An actor that a reviewer names; nothing but the name is known of it.

    Raises InputError for a name without letters.
    """
    name = one_line(name, MOST_NAME)
    short = re.sub(r"[*_`\[\]()<>!$:#\\]", "", name)[:40].strip()
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    if not any(letter.isalpha() for letter in short):
        raise InputError(f"“{name[:40]}” is no name of an actor. Write its name in letters.")
    if not slug:  # a name in another script
        slug = "-".join(f"{ord(letter):x}" for letter in short[:12])
    known = {*taken}
    actor_id = prefix + slug
    number = 2
    while actor_id in known:
        actor_id, number = f"{prefix}{slug}-{number}", number + 1
    return Actor(
        id=actor_id,
        name=name,
        short=short,
        kind=ActorKind.REBEL,
        colour=NEW_COLOUR,
        pattern="solid",
        aliases={"en": (name,)},
        order=NEW_ORDER,
    )
