"""What a view lays over its zones: a difference, and lines of others, for the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from geo.change import difference, hatched
from geo.dates import DateSpan
from geo.lines import Mode, agreement, apply_layers, on_day
from geo.workspace import Shown, Workspace

if TYPE_CHECKING:
    from geo.figure import Overlay

__all__ = ["LaidOver", "drawn_by_others", "laid_over", "sources_of_lines"]


@dataclass(frozen=True, slots=True)
class LaidOver:
    """What a view's comparison lays over the map: ground, its words in the key, and notes."""

    overlays: tuple[Overlay, ...] = ()
    head: str = "Changed"
    words: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def laid_over(workspace: Workspace, shown: Shown) -> LaidOver:
    """The difference that the view asks for, as the page's map shows it."""
    from geo.figure import Overlay

    view = shown.view
    if not view.compare or not view.zones:
        return LaidOver()
    lines = next((layer for layer in workspace.layers if layer.id == view.compare), None)
    if lines is not None:
        if not lines.speaks_of(shown.on):
            return LaidOver(notes=(f"“{lines.title}” says nothing of this day.",))
        rows = agreement(lines, workspace.day(shown.on).zones)
        told = {area.actor_id or area.label for area in lines.areas}
        pieces = [
            Overlay(row.actor_id or row.label, kind, ground)
            for row in rows
            for kind, ground in (("gained", row.only_theirs), ("lost", row.only_ours))
            if (row.actor_id or row.label) in told
        ]
        words = {"gained": "Only theirs", "lost": "Only ours"}
        return LaidOver(tuple(pieces), f"Ours and {lines.title}", words)
    other = date.fromisoformat(view.compare)
    layers = workspace.layers if view.lines else ()
    days = sorted({other, shown.on})
    if len(days) < 2:
        return LaidOver()
    sides = [(day, apply_layers(workspace.day(day).zones, layers, day)) for day in days]
    found = difference(sides[0], sides[1], workspace.terrain)
    whole = found.coverage[0]
    since = DateSpan(found.before, found.before).words()
    note = (
        f"No report tells about {whole.unknown_before:.0%} of the land of these provinces on "
        f"{since}, and about {whole.unknown_after:.0%} on "
        f"{DateSpan(found.after, found.after).words()}."
    )
    overlays = tuple(Overlay(p.actor_id, p.kind, p.geometry) for p in hatched(found))
    return LaidOver(overlays, f"Changed since {since}", notes=(note,))


def drawn_by_others(workspace: Workspace, shown: Shown) -> list[Overlay]:
    """The imported lines that stand beside ours on the view's day."""
    from geo.figure import Overlay

    if not shown.view.lines:
        return []
    return [
        Overlay(
            area.actor_id or area.label, "drawn", area.geometry, f"{layer.title}, {layer.source}"
        )
        for layer in on_day(workspace.layers, shown.on, Mode.BESIDE)
        for area in layer.areas
    ]


def sources_of_lines(workspace: Workspace, shown: Shown) -> list[str]:
    """Who drew the imported lines that the view shows, beside ours or instead of them."""
    if not shown.view.lines:
        return []
    layers = [layer for mode in Mode for layer in on_day(workspace.layers, shown.on, mode)]
    return list(dict.fromkeys(layer.source for layer in layers))
