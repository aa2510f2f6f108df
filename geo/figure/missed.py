"""A line on the map that says which marks had no room for a name.

It stands on the map and is written when the names have been placed, so it is right whatever
the size of the map came to be.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace

from geo.figure.labels import Label, Line, Placer, block_size
from geo.figure.lettering import clean, wrap
from geo.figure.marks import Mark
from geo.figure.style import Palette, Type

__all__ = ["name_or_tell"]

Labels = list[Label]
# Rows of small type at most, and the share of the map's width they may take.
ROWS = 3
SHARES = (0.36, 0.5, 0.7)
_SPARE = "n" * 12


def name_or_tell(
    placer: Placer,
    name: Callable[[Placer], tuple[Labels, Labels]],
    marks: Sequence[Mark],
    t: Type,
    colours: Palette,
) -> tuple[Placer, Labels, Labels, Label | None]:
    """Place the names of places and areas; a line tells of those ``marks`` that got none.

    Gives the placer to go on with, the labels of places and of areas, and the line if needed.
    """
    trial = copy.deepcopy(placer)
    places, areas = name(trial)
    missing = _missing(marks, (*places, *areas))
    if not missing:
        return trial, places, areas, None
    # The line itself takes room, which may cost a name more: it is kept a little larger.
    room = _room(placer, missing, t, colours)
    places, areas = name(placer)
    missing = _missing(marks, (*places, *areas))
    if room is None or not missing:
        return placer, places, areas, None
    line = _written(placer, room, missing, t, colours)
    placer.placed[placer.placed.index(room)] = line
    return placer, places, areas, line


def _missing(marks: Sequence[Mark], labels: Sequence[Label]) -> list[str]:
    """Names of marks without a label, those with most reports first."""
    told = {label.key for label in labels}
    ordered = sorted(marks, key=lambda m: (-len(m.events), m.place.name))
    return [
        clean(mark.place.name)
        for mark in ordered
        if mark.kind != "country" and mark.place.place_id not in told and clean(mark.place.name)
    ]


def _lines(names: Sequence[str], width: float, t: Type, colours: Palette) -> list[Line]:
    """The names in small lines of at most ``width`` px, what is too many only counted."""
    rows: list[str] = []
    for most in (14, 11, 8, 6, 4, 2, 1):
        rest = len(names) - most
        words = f"Also reported, with no room for a name: {'; '.join(names[:most])}"
        rows = wrap(words + (f" and {rest} more." if rest > 0 else "."), t.small * 0.9, width)
        if len(rows) <= ROWS:
            break
    return [Line(row, t.small * 0.9, colours.text) for row in rows[:ROWS]]


def _room(placer: Placer, names: Sequence[str], t: Type, colours: Palette) -> Label | None:
    """Keep room for the line in a corner of the map, or at its head or foot."""
    left, top, right, bottom = placer.frame
    for share in SHARES:
        wide = share * (right - left)
        lines = _lines([*names, _SPARE], wide, t, colours)
        tall = block_size(lines)[1]
        spots = [
            ((x, y, x + wide, y + tall), "left", 0.0)
            for y in (bottom - tall - 9, top + 9)
            for x in (right - wide - 9, left + 9, (left + right - wide) / 2)
        ]
        label = placer.put("nameless", lines, (0, 0), spots)
        if label is not None:
            return label
    return None


def _written(placer: Placer, room: Label, names: Sequence[str], t: Type, colours: Palette) -> Label:
    """The line in the room kept for it, set into the corner."""
    left, top, right, bottom = room.box
    lines = _lines(names, right - left, t, colours)
    wide, tall = block_size(lines)
    if left > (placer.frame[0] + placer.frame[2]) / 2:
        left = right - wide
    if top > (placer.frame[1] + placer.frame[3]) / 2:
        top = bottom - tall
    return replace(room, lines=tuple(lines), box=(left, top, left + wide, top + tall))
