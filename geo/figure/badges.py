"""Badges beside marks: how many reports a place has, or which numbers of the list."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.figure.canvas import Box
from geo.figure.labels import overlap
from geo.figure.marks import Mark, count_box
from geo.figure.names import MANY
from geo.figure.numbered import merged, shortened

__all__ = ["Badge", "place_badges"]

Group = tuple[Mark, ...]

# Where a badge may stand round its mark, in reaches to the right and upwards, best first.
_CORNERS = (
    *((1, 1), (-1, 1), (1, -1), (-1, -1), (1.25, 0.1), (-1.25, 0.1), (0, 1.7), (0, -1.7)),
    *((1.7, 1.4), (-1.7, 1.4), (1.7, -1.4), (-1.7, -1.4)),
)


@dataclass(frozen=True, slots=True)
class Badge:
    """A placed badge: its box and middle in px, what it says, and the ids of its places."""

    box: Box
    x: float
    y: float
    says: int | str
    places: tuple[str, ...]


def place_badges(
    marks: Sequence[Mark], radius: float, size: float, numbers: Mapping[str, str]
) -> list[Badge]:
    """A badge for each mark with several reports or, with ``numbers`` (by place id), for those.

    Each stands at a corner that is off all other marks and badges. A count that finds none is
    left out; numbers join those of the nearest mark, so that none in the list is missing here.
    """
    told = sorted((m for m in marks if m.events), key=lambda m: -len(m.events))
    discs = [(m.place.place_id, m.x, m.y) for m in told][:MANY]
    if numbers:
        told = [m for m in told if m.place.place_id in numbers]
    if len(told) > MANY:
        return []
    groups: list[Group] = [(m,) for m in told if numbers or len(m.events) > 1]
    found, left = _placed(groups, discs, radius, size, numbers)
    while numbers and left and len(groups) > 1:
        groups = _joined(groups, left[0])
        found, left = _placed(groups, discs, radius, size, numbers)
    if numbers and left:
        # A single crowd, with no corner free: its badge lies on its own marks.
        box = count_box(left[0][0].x, left[0][0].y, _says(left[0], numbers), size)
        ids = tuple(m.place.place_id for m in left[0])
        found.append(Badge(box, left[0][0].x, left[0][0].y, _says(left[0], numbers), ids))
    return found


def _says(group: Group, numbers: Mapping[str, str]) -> int | str:
    if not numbers:
        return len(group[0].events)
    return shortened(merged(numbers[m.place.place_id] for m in group))


def _joined(groups: Sequence[Group], lone: Group) -> list[Group]:
    """The groups with ``lone`` added to the one nearest to it."""
    others = [g for g in groups if g is not lone]
    nearest = min(
        others, key=lambda g: min(math.dist((m.x, m.y), (n.x, n.y)) for m in g for n in lone)
    )
    return [(*g, *lone) if g is nearest else g for g in others]


def _placed(
    groups: Sequence[Group],
    discs: Sequence[tuple[str, float, float]],
    radius: float,
    size: float,
    numbers: Mapping[str, str],
) -> tuple[list[Badge], list[Group]]:
    """The badges that find a corner at one of their marks, and the groups that do not."""
    found: list[Badge] = []
    left: list[Group] = []
    for group in groups:
        badge = _corner(group, _says(group, numbers), found, discs, radius, size)
        if badge is None:
            left.append(group)
        else:
            found.append(badge)
    return found, left


def _corner(
    group: Group,
    says: int | str,
    taken: Sequence[Badge],
    discs: Sequence[tuple[str, float, float]],
    radius: float,
    size: float,
) -> Badge | None:
    wide = count_box(0, 0, says, size)[2]
    for mark in group:
        own = mark.place.place_id
        for right, up in _CORNERS:
            x = mark.x + right * (radius * 0.45 + wide * 0.75)
            y = mark.y - up * radius * 1.05
            box = count_box(x, y, says, size)
            apart = all(
                key == own or not overlap(box, (a - radius, b - radius, a + radius, b + radius))
                for key, a, b in discs
            )
            if apart and not any(overlap(box, other.box) for other in taken):
                return Badge(box, x, y, says, tuple(m.place.place_id for m in group))
    return None
