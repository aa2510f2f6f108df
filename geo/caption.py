"""A picture in words: alternative text for those who do not see it, and a caption to print.

Both are written from the same scene as the picture, so they cannot say anything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from geo.model import Actor, Control, Status, Tier

if TYPE_CHECKING:
    from geo.figure import Scene  # brings matplotlib, which the page does not need to open

__all__ = ["alt_text", "caption"]

ALT_LENGTH = 400  # screen readers cannot pause or go back within an alternative text
_NAMED = 6  # places named in one sentence of a caption


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def _listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _some(names: Iterable[str]) -> str:
    found = sorted(dict.fromkeys(names))
    if len(found) <= _NAMED:
        return _listed(found)
    return f"{', '.join(found[: _NAMED - 1])} and {len(found) - _NAMED + 1} more"


def _name(actors: Mapping[str, Actor], actor_id: str) -> str:
    actor = actors.get(actor_id)
    return actor.name if actor else actor_id


def _clear(control: Control) -> bool:
    """One side holds the place, and not by its own word alone."""
    return bool(control.holders) and not control.contested and control.tier is not Tier.CLAIMED


def _held(scene: Scene) -> list[tuple[str, int]]:
    """Actors by the number of places they hold beyond their own claims, most first."""
    counts = Counter(control.holders[0] for control in scene.controls if _clear(control))
    order = {key: actor.order for key, actor in scene.actors.items()}
    return sorted(counts.items(), key=lambda item: (-item[1], order.get(item[0], 10**6), item[0]))


def _period(scene: Scene) -> str:
    if scene.since is None or scene.since == scene.as_of:
        return f"up to {_day(scene.as_of)}"
    return f"from {_day(scene.since)} to {_day(scene.as_of)}"


def _dated(scene: Scene) -> str:
    """The title and the date line, in the words given for it."""
    said = scene.as_of_words.strip().rstrip(".")
    if said:
        return f"{scene.title.rstrip('.')}. {said}."
    return f"{scene.title}, as of {_day(scene.as_of)}."


def alt_text(scene: Scene) -> str:
    """What the picture shows in at most 400 characters: subject, date, who holds what, doubt."""
    held = _held(scene)
    parts = [f"Map: {_dated(scene)}"]
    if held:
        shares = [f"{_name(scene.actors, a)} {n}" for a, n in held[:4]]
        rest = sum(n for _, n in held[4:])
        shares += [f"others {rest}"] if rest else []
        parts.append(f"Places reported held: {', '.join(shares)}.")
    contested = sum(control.contested for control in scene.controls)
    claimed = sum(
        control.tier is Tier.CLAIMED and not control.contested for control in scene.controls
    )
    doubt = [f"contested {contested}"] if contested else []
    doubt += [f"only claimed {claimed}"] if claimed else []
    if doubt:
        parts.append(f"{', '.join(doubt).capitalize()}.")
    parts.append(f"{_count(len(scene.events), 'reported event')} {_period(scene)}.")
    text = " ".join(parts)
    return text if len(text) <= ALT_LENGTH else text[: ALT_LENGTH - 1].rstrip() + "…"


def caption(scene: Scene) -> str:
    """A paragraph to print below the picture: who holds what, since when, how sure, who says so."""
    lines = [_dated(scene)]
    held = _held(scene)
    if held:
        said = [f"{_name(scene.actors, a)} at {_count(n, 'place')}" for a, n in held]
        lines.append(f"Reported in control: {_listed(said)}.")
    elif not scene.controls:
        lines.append("No report shown here says who holds a place.")
    contested = [c.place.name for c in scene.controls if c.contested]
    if contested:
        lines.append(f"Contested: {_some(contested)}.")
    claims = [
        f"{c.place.name} ({_name(scene.actors, c.holders[0])})"
        for c in scene.controls
        if c.holders and c.tier is Tier.CLAIMED and not c.contested
    ]
    if claims:
        lines.append(f"Claimed only by the side that gains: {_some(claims)}.")
    besieged = [
        f"{c.place.name} by {_listed([_name(scene.actors, a) for a in c.besieged_by])}"
        for c in scene.controls
        if c.besieged_by
    ]
    if besieged:
        lines.append(f"Besieged: {_some(besieged)}.")
    stale = sum(control.stale for control in scene.controls)
    if stale:
        lines.append(f"Of {_count(stale, 'place')} nothing has been heard for a long time.")
    tiers = Counter(event.attribution.tier for event in scene.events)
    if tiers:
        sure = [f"{tiers[tier]:,} {tier.value}" for tier in Tier if tiers[tier]]
        lines.append(
            f"Shown: {_count(len(scene.events), 'reported event')} {_period(scene)} "
            f"({_listed(sure)}){f'; {scene.hidden:,} left out by filters' if scene.hidden else ''}."
        )
    found = sum(event.status is Status.FOUND for event in scene.events)
    if found:
        lines.append(f"{_count(found, 'event')} not yet checked by a person.")
    if scene.zones:
        lines.append(
            "Areas are worked out from the reported places; land left blank is land no report "
            "tells about."
        )
    lines += [note if note.endswith(".") else f"{note}." for note in scene.notes]
    if scene.sources:
        lines.append(f"Sources: {'; '.join(scene.sources)}.")
    return " ".join(lines)
