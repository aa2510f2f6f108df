"""Marks of reported events: colour is who acts, shape is how well it is attested."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.path import Path

from geo.figure.canvas import Box, Canvas
from geo.figure.lettering import points
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
    for key, place in places.items():
        x, y = view.point(place.lon, place.lat)
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
    canvas: Canvas, x: float, y: float, radius: float, tier: Tier | None, colour: str, tint: Palette
) -> None:
    """The mark of one tier at a px point; ``None`` is a known holder without a shown event."""
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


def draw_marks(
    canvas: Canvas,
    spots: Sequence[tuple[float, float]],
    radius: float,
    tier: Tier | None,
    colour: str,
    tint: Palette,
) -> None:
    """Marks of one tier and colour at many px points, as few shapes."""
    at = np.asarray(spots, float)

    def discs(size: float) -> Path:
        one = Path.circle((0, 0), size)
        corners = (points(one)[None] + at[:, None]).reshape(-1, 2)
        return Path(corners, np.tile(np.asarray(one.codes, np.uint8), len(at)))

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
    canvas: Canvas, x: float, y: float, radius: float, colour: str, tint: Palette
) -> None:
    """A ring round a besieged place, in the besieger's colour, its teeth turned inward."""
    canvas.circle(x, y, radius, stroke=tint.knob, width=radius * 0.28)
    canvas.circle(x, y, radius, stroke=colour, width=radius * 0.12)
    turns = np.linspace(0, 2 * np.pi, 13)[:-1]
    teeth = [
        np.array([(x + r * np.cos(t), y + r * np.sin(t)) for r in (radius, radius * 0.78)])
        for t in turns
    ]
    canvas.lines(teeth, stroke=colour, width=radius * 0.12, cap="butt")


def _count_words(count: int) -> str:
    return str(count) if count < 100 else "99+"


def count_box(x: float, y: float, count: int, size: float) -> Box:
    """The box of a badge centred at a px point."""
    wide = max(size * 1.25, size * (0.62 * len(_count_words(count)) + 0.62))
    tall = size * 1.25
    return (x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)


def draw_count(canvas: Canvas, x: float, y: float, count: int, size: float, tint: Palette) -> None:
    """How many reports lie under one mark, as a small badge centred at a px point."""
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
