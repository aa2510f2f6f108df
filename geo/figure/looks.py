"""Who is who without colour: a pattern, a tone and a letter for each actor of a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from geo.figure.scene import Scene
from geo.figure.style import Look, Palette, palette
from geo.model import Actor

__all__ = ["NO_LOOK", "SYMBOLS", "dressed", "look_of", "palette_for", "symbol_of"]

_DARK, _LIGHT = "#1C1C1C", "#FFFFFF"
# Pattern, tone below it, and its ink. Neighbours in the list differ in tone as well as in form,
# and no two forms differ by their angle alone.
PATTERNS: tuple[tuple[str, str, str], ...] = (
    ("diagonal-right", "#EFEFEF", _DARK),
    ("dots", "#787878", _LIGHT),
    ("horizontal", "#F6F6F6", "#3A3A3A"),
    ("diagonal-left", "#B4B4B4", _LIGHT),
    ("cross", "#FFFFFF", "#3A3A3A"),
    ("vertical", "#D2D2D2", _DARK),
    ("rings", "#FFFFFF", _DARK),
    ("solid", "#A0A0A0", _DARK),
    ("grid", "#8C8C8C", _LIGHT),
    ("plus", "#F2F2F2", _DARK),
    ("thick", "#FFFFFF", "#5A5A5A"),
    ("triangles", "#C4C4C4", _DARK),
    ("steep", "#6C6C6C", _LIGHT),
    ("blocks", "#FFFFFF", "#4A4A4A"),
)
# Forms of the marks on maps too crowded for letters, as corners: see ``geo.figure.marks.symbol``.
SYMBOLS = (0, 4, 3, -5, 6, -4, 5, -3, -8)
NO_LOOK = Look("solid", "#D8D8D8", _DARK, "")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ123456789"


def _on_ground(scene: Scene) -> set[str]:
    """Who has ground in the picture, and so needs a pattern first."""
    found = {holder for zone in scene.zones for holder in zone.holders}
    return found | {overlay.actor_id for overlay in scene.overlays}


def _in_reports(scene: Scene) -> set[str]:
    found = {actor for event in scene.events if (actor := event.lead)}
    for control in scene.controls:
        found.update((*control.holders, *control.besieged_by))
    return found


def _wishes(actor: Actor | None, actor_id: str) -> Iterator[str]:
    """Letters an actor would like, best first: initials, then any of its name."""
    words = (actor.short or actor.name if actor else actor_id).upper().split()
    yield from (word[0] for word in words)
    yield from "".join(words)
    yield from _LETTERS


def _letters(ids: Iterable[str], scene: Scene) -> dict[str, str]:
    found: dict[str, str] = {}
    for actor_id in ids:
        free = (w for w in _wishes(scene.actors.get(actor_id), actor_id) if w in _LETTERS)
        # With more actors than letters the last ones share a question mark with nobody's letter.
        found[actor_id] = next((w for w in free if w not in found.values()), "?")
    return found


def dressed(scene: Scene, colours: Palette) -> Palette:
    """The palette with a look for each actor of a scene; one with colours stays as it is.

    An actor keeps the pattern it has in colour where that is free, so that both prints agree.
    """
    if not colours.grey:
        return colours
    ground = _on_ground(scene)
    order = {key: actor.order for key, actor in scene.actors.items()}
    ids = sorted(
        ground | _in_reports(scene), key=lambda i: (i not in ground, order.get(i, 10**6), i)
    )
    letters = _letters(ids, scene)
    by_name = {name: (name, tone, ink) for name, tone, ink in PATTERNS}
    taken: dict[str, str] = {}
    for actor_id in ids:
        actor = scene.actors.get(actor_id)
        if actor and actor.pattern in by_name and actor.pattern not in taken.values():
            taken[actor_id] = actor.pattern
    free = [name for name in by_name if name not in taken.values()]
    for turn, actor_id in enumerate(i for i in ids if i not in taken):
        taken[actor_id] = free[turn] if turn < len(free) else PATTERNS[turn % len(PATTERNS)][0]
    looks = {i: Look(*by_name[taken[i]], letters[i]) for i in ids}
    return replace(colours, looks=looks)


def palette_for(scene: Scene, style: str) -> Palette:
    """The palette of a style, dressed for a scene. Raises InputError for an unknown style."""
    return dressed(scene, palette(style))


def look_of(colours: Palette, actor_id: str | None) -> Look:
    """The look of an actor in a grey picture."""
    return colours.looks.get(actor_id, NO_LOOK) if actor_id else NO_LOOK


def symbol_of(colours: Palette, actor_id: str | None) -> int:
    """The form of an actor's mark on a crowded grey map (``geo.figure.marks.symbol``)."""
    if actor_id is None or actor_id not in colours.looks:
        return 0
    return SYMBOLS[list(colours.looks).index(actor_id) % len(SYMBOLS)]
