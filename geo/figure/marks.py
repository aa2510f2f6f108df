"""Marks of reported events: colour is who acts, shape is how well it is attested."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.path import Path
from numpy.typing import NDArray

from geo.figure.canvas import Box, Canvas
from geo.figure.lettering import CAP_HEIGHT, points, text_width
from geo.figure.projection import GEOD, View
from geo.figure.style import Palette
from geo.model import AREA_CODES, LINE_CODES, Control, Event, EventPlace, Tier

__all__ = [
    "WIDE_KM",
    "Mark",
    "count_box",
    "draw_count",
    "draw_mark",
    "draw_marks",
    "draw_ring",
    "draw_siege",
    "group",
    "kind_of",
    "ring",
    "symbol",
]

# A place known no better than this gets a ring of its precision.
WIDE_KM = 3.0
# A ring wider than this is drawn without a wash.
WIDE_PX = 130
# Names of the deserts and regions of GeoNames that are areas to a reader.
_VAGUE = frozenset("DSRT RGN AREA RGNE".split())
_COUNTRY = "PCL"


@dataclass(frozen=True, slots=True)
class Mark:
    """All shown events at one place. ``kind`` is point, area, line or country."""

    place: EventPlace
    events: tuple[Event, ...]
    control: Control | None
    kind: str
    x: float
    y: float

    @property
    def newest(self) -> Event | None:
        """The event whose tier and actor the mark shows."""
        return self.events[0] if self.events else None


def kind_of(place: EventPlace) -> str:
    """How a place is drawn: ``country`` (not at all), ``area``, ``line`` or ``point``."""
    if place.feature_code.startswith(_COUNTRY):
        return "country"
    if place.feature_code in AREA_CODES or place.feature_code in _VAGUE:
        return "area"
    return "line" if place.feature_code in LINE_CODES else "point"


def group(events: Sequence[Event], controls: Sequence[Control], view: View) -> list[Mark]:
    """Marks for places with events or a known holder, newest event first in each."""
    at: dict[str, list[Event]] = defaultdict(list)
    places: dict[str, EventPlace] = {}
    for event in events:
        at[event.place.place_id].append(event)
        places.setdefault(event.place.place_id, event.place)
    held = {c.place.place_id: c for c in controls if c.holders or c.besieged_by}
    for key, control in held.items():
        places.setdefault(key, control.place)
    marks = []
    xs, ys = view.px(
        np.array([place.lon for place in places.values()]),
        np.array([place.lat for place in places.values()]),
    )
    for (key, place), x, y in zip(places.items(), xs.tolist(), ys.tolist(), strict=True):
        newest = tuple(sorted(at[key], key=lambda e: e.recency, reverse=True))
        marks.append(Mark(place, newest, held.get(key), kind_of(place), x, y))
    # The place with the most news lies on top.
    return sorted(marks, key=lambda m: (len(m.events), m.y, m.x, m.place.place_id))


def ring(lon: float, lat: float, radius_km: float, view: View) -> Path:
    """The px path of a geodesic circle."""
    bearing = np.linspace(0, 360, 73)
    lons, lats, _ = GEOD.fwd(
        np.full(73, lon), np.full(73, lat), bearing, np.full(73, radius_km * 1000)
    )
    x, y = view.px(np.asarray(lons), np.asarray(lats))
    return Path(np.column_stack([x, y]), closed=True)


def draw_ring(canvas: Canvas, path: Path, colour: str, scale: float) -> None:
    """A soft dashed ring: somewhere in here. Wide ones stay empty, to look like no zone."""
    if np.ptp(points(path)[:, 0]) < WIDE_PX * scale:
        canvas.path(path, fill=colour, alpha=0.08)
    canvas.path(path, stroke=colour, width=1.1 * scale, dash=(1.2 * scale, 3.4 * scale), alpha=0.9)


def draw_mark(
    canvas: Canvas,
    x: float,
    y: float,
    radius: float,
    tier: Tier | None,
    colour: str,
    tint: Palette,
    letter: str = "",
) -> None:
    """The mark of one tier at a px point; ``None`` is a known holder without a shown event.

    ``letter`` says who where colour does not.
    """
    if letter:
        _draw_lettered(canvas, x, y, radius, tier, tint, letter)
        return
    if tier is None:
        canvas.circle(x, y, radius * 0.66, fill=tint.knob)
        canvas.circle(x, y, radius * 0.46, fill=colour)
        return
    canvas.circle(x, y, radius + 2.0, fill=tint.knob, alpha=0.95)
    stroke = radius * 0.36
    rim = radius - stroke / 2
    if tier is Tier.ASSESSED:
        canvas.circle(x, y, radius, fill=colour)
    elif tier is Tier.REPORTED:
        canvas.circle(x, y, rim, fill=tint.knob, stroke=colour, width=stroke)
        canvas.circle(x, y, radius * 0.34, fill=colour)
    elif tier is Tier.CLAIMED:
        # Eight even dashes: the length of the rim decides, so that no dash is cut short.
        step = 2 * np.pi * rim / 7
        canvas.path(
            Path.circle((x, y), rim),
            stroke=colour,
            width=stroke,
            dash=(step * 0.60, step * 0.40),
            cap="butt",
        )
    else:
        canvas.circle(x, y, rim, stroke=colour, width=stroke * 0.75)
        reach = radius * 1.25
        bar = Path([(x - reach, y + reach), (x + reach, y - reach)])
        canvas.path(bar, stroke=tint.knob, width=stroke * 2.0)
        canvas.path(bar, stroke=colour, width=stroke * 0.95)


def _draw_lettered(
    canvas: Canvas,
    x: float,
    y: float,
    radius: float,
    tier: Tier | None,
    tint: Palette,
    letter: str,
) -> None:
    """A mark with its actor's letter inside; the rim has the same forms as in colour."""
    size = radius * 1.32
    base = y + size * CAP_HEIGHT / 2
    ink = tint.paper if tier is Tier.ASSESSED else tint.ink
    if tier is None:
        canvas.circle(x, y, radius * 0.80, fill=tint.knob, alpha=0.9)
        canvas.text(x, base - size * 0.07, letter, size * 0.8, ink, weight=600, align="center")
        return
    canvas.circle(x, y, radius + 2.0, fill=tint.knob)
    stroke = radius * 0.17
    rim = radius - stroke / 2
    if tier is Tier.ASSESSED:
        canvas.circle(x, y, radius, fill=tint.ink)
    elif tier is Tier.CLAIMED:
        step = 2 * np.pi * rim / 8
        canvas.path(
            Path.circle((x, y), rim),
            stroke=tint.ink,
            width=stroke * 1.25,
            dash=(step * 0.58, step * 0.42),
            cap="butt",
        )
    else:
        canvas.circle(x, y, rim, stroke=tint.ink, width=stroke)
    if tier is Tier.DENIED:
        reach = radius * 1.22
        for near, far in ((0.52, 1.0), (-0.52, -1.0)):
            bar = Path([(x - reach * near, y + reach * near), (x - reach * far, y + reach * far)])
            canvas.path(bar, stroke=tint.knob, width=stroke * 3.0, cap="butt")
            canvas.path(bar, stroke=tint.ink, width=stroke * 1.4, cap="butt")
    canvas.text(x, base, letter, size, ink, weight=700, align="center")


def symbol(corners: int, size: float) -> Path:
    """A closed shape round the origin: a circle, from 3 corners on a polygon, below 0 a star."""
    if corners == 0:
        return Path.circle((0, 0), size)
    count = abs(corners)
    if corners < 0:
        return Path(*_closed(Path.unit_regular_star(count, 0.42), size * 1.35))
    return Path(*_closed(Path.unit_regular_polygon(count), size * 1.22))


def _closed(path: Path, size: float) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    return points(path) * (size, -size), np.asarray(path.codes, np.uint8)


def draw_marks(
    canvas: Canvas,
    spots: Sequence[tuple[float, float]],
    radius: float,
    tier: Tier | None,
    colour: str,
    tint: Palette,
    corners: int = 0,
) -> None:
    """Marks of one tier and colour at many px points, as few shapes.

    ``corners`` gives them another form than the circle where colour does not say who.
    """
    at = np.asarray(spots, float)

    def discs(size: float) -> Path:
        one = symbol(corners, size)
        where = (points(one)[None] + at[:, None]).reshape(-1, 2)
        return Path(where, np.tile(np.asarray(one.codes, np.uint8), len(at)))

    stroke = radius * 0.36
    if tier is None:
        canvas.path(discs(radius * 0.46), fill=colour)
        return
    canvas.path(discs(radius + 1.0), fill=tint.knob, alpha=0.9)
    if tier is Tier.ASSESSED:
        canvas.path(discs(radius), fill=colour)
        return
    dash = (stroke * 1.4, stroke) if tier is Tier.CLAIMED else None
    canvas.path(discs(radius - stroke / 2), stroke=colour, width=stroke, dash=dash, cap="butt")
    if tier is Tier.REPORTED:
        canvas.path(discs(radius * 0.34), fill=colour)
    if tier is Tier.DENIED:
        reach = np.array([(-radius, radius), (radius, -radius)]) * 1.25
        bars = [reach + spot for spot in at]
        canvas.lines(bars, stroke=colour, width=stroke)


def draw_siege(
    canvas: Canvas,
    x: float,
    y: float,
    radius: float,
    colour: str,
    tint: Palette,
    letter: str = "",
) -> None:
    """A ring round a besieged place, in the besieger's colour, its teeth turned inward.

    ``letter`` says who besieges where colour does not.
    """
    canvas.circle(x, y, radius, stroke=tint.knob, width=radius * 0.28)
    canvas.circle(x, y, radius, stroke=colour, width=radius * 0.12)
    turns = np.linspace(0, 2 * np.pi, 13)[:-1]
    teeth = [
        np.array([(x + r * np.cos(t), y + r * np.sin(t)) for r in (radius, radius * 0.78)])
        for t in turns
    ]
    canvas.lines(teeth, stroke=colour, width=radius * 0.12, cap="butt")
    if letter:
        at_x, at_y, small = x - radius * 0.72, y + radius * 0.72, radius * 0.36
        canvas.circle(at_x, at_y, small, fill=tint.knob, stroke=tint.ink, width=radius * 0.06)
        size = small * 1.4
        base = at_y + size * CAP_HEIGHT / 2
        canvas.text(at_x, base, letter, size, tint.ink, weight=700, align="center")


def _count_words(count: int | str) -> str:
    if isinstance(count, str):
        return count
    return str(count) if count < 100 else "99+"


def count_box(x: float, y: float, count: int | str, size: float) -> Box:
    """The box of a badge centred at a px point. A text (the numbers in a list) stands as it is."""
    words = _count_words(count)
    letters = text_width(words, size, 600) if isinstance(count, str) else size * 0.62 * len(words)
    wide = max(size * 1.25, letters + 0.62 * size)
    tall = size * 1.25
    return (x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)


def draw_count(
    canvas: Canvas, x: float, y: float, count: int | str, size: float, tint: Palette
) -> None:
    """How many reports lie under one mark, or which, as a small badge centred at a px point."""
    words = _count_words(count)
    box = count_box(x, y, count, size)
    canvas.path(_pill(box, 1.3), fill=tint.knob)
    canvas.path(_pill(box, 0), fill=tint.ink)
    canvas.text(x, y + size * 0.357, words, size, tint.paper, weight=600, align="center")


def _pill(box: Box, grow: float) -> Path:
    left, top, right, bottom = box
    left, top, right, bottom = left - grow, top - grow, right + grow, bottom + grow
    radius = (bottom - top) / 2
    middle = (top + bottom) / 2
    turn = np.linspace(-np.pi / 2, np.pi / 2, 13)
    east = np.column_stack([right - radius + radius * np.cos(turn), middle + radius * np.sin(turn)])
    west = np.column_stack([left + radius - radius * np.cos(turn), middle - radius * np.sin(turn)])
    return Path(np.concatenate([east, west, east[:1]]), closed=True)
