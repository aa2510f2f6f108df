"""Scale bar, locator inset and the frame of the map."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.path import Path

from geo.figure.canvas import Box, Canvas
from geo.figure.ground import Ground
from geo.figure.labels import Line, Placer, around_point, block_size, draw_label
from geo.figure.lettering import clean, points
from geo.figure.projection import View, fit_round, outline_path
from geo.figure.style import Palette, Type

__all__ = [
    "KM_PER_MILE",
    "Locator",
    "bar_lengths",
    "draw_north",
    "draw_scale_bar",
    "north_boxes",
    "off_north",
    "scale_bar_box",
]

# The international mile.
KM_PER_MILE = 1.609344
# North this many degrees off is still up to any reader.
NORTH_IS_UP = 10.0
# A map wider than this across its diagonal needs no locator.
WIDEST_KM = 3200.0
_STEPS = (1, 2, 5)


def bar_lengths(px_per_km: float, room: float) -> tuple[float, float]:
    """The longest round length in km, and in miles, that fits in ``room`` px."""

    def longest(px_per_unit: float) -> float:
        most = room / px_per_unit
        power = 10.0 ** math.floor(math.log10(most))
        return max(step * power for step in _STEPS if step * power <= most * (1 + 1e-9))

    return longest(px_per_km), longest(px_per_km * KM_PER_MILE)


def _plan(view: View, t: Type) -> tuple[float, float, float, float]:
    per_km = view.px_per_km
    km, miles = bar_lengths(per_km, 150 * t.scale)
    return km, miles, km * per_km, miles * per_km * KM_PER_MILE


def scale_bar_box(view: View, t: Type) -> Box:
    """The box the scale bar takes in the lower left of the map."""
    _, _, one, two = _plan(view, t)
    left, _, _, bottom = view.box
    s = t.scale
    wide = max(one, two) + 44 * s
    return (left + 10 * s, bottom - 52 * s, left + 10 * s + wide + 12 * s, bottom - 10 * s)


def draw_scale_bar(canvas: Canvas, view: View, t: Type, colours: Palette) -> None:
    """Kilometres above, miles below; true along the parallel through the map's centre."""
    km, miles, one, two = _plan(view, t)
    s = t.scale
    box = scale_bar_box(view, t)
    x, y = box[0] + 8 * s, (box[1] + box[3]) / 2
    tick = 5 * s
    ink = colours.ink
    # One line, kilometre ticks above it and mile ticks below it.
    lines = [
        np.array([(x, y - tick), (x, y + tick)]),
        np.array([(x, y), (x + max(one, two), y)]),
        np.array([(x + one, y), (x + one, y - tick)]),
        np.array([(x + two, y), (x + two, y + tick)]),
    ]
    with canvas.layer("scale"):
        canvas.rect(box, fill=colours.land, alpha=0.72)
        canvas.lines(lines, stroke=ink, width=1.3 * s, cap="butt")
        gap, small = 5 * s, t.small
        canvas.text(x + one + gap, y - 2.5 * s, f"{km:g} km", small, ink, name="scale")
        canvas.text(x + two + gap, y + small * 0.95, f"{miles:g} mi", small, ink, name="scale")


def off_north(view: View) -> float:
    """The greatest angle in degrees between north and up, along the middle of the map's sides."""
    left, top, right, bottom = view.box
    at = [(left, (top + bottom) / 2), (right, (top + bottom) / 2), (left, top), (right, top)]
    return max(abs(_north(view, x, y)) for x, y in at)


def _north(view: View, x: float, y: float) -> float:
    """Degrees from up to north at a px point, clockwise; 0 off the globe."""
    lon, lat = view.lonlat(np.array([x]), np.array([y]))
    if not np.isfinite(lon[0] + lat[0]):
        return 0.0
    step = 0.02
    # At the pole itself there is no way north; look from a little south of it.
    low = min(float(lat[0]), 90.0 - 2 * step)
    x0, y0 = view.point(float(lon[0]), low)
    x1, y1 = view.point(float(lon[0]), low + step)
    angle = math.degrees(math.atan2(x1 - x0, y0 - y1))
    return angle if math.isfinite(angle) else 0.0


def north_boxes(view: View, t: Type, inset: Box | None = None) -> list[Box]:
    """Where arrows to the north stand: in the upper corners, if north is not up there."""
    if view.wide or off_north(view) <= NORTH_IS_UP:
        return []
    left, top, right, _ = view.box
    size, edge = 38 * t.scale, 9 * t.scale
    found = []
    for x in (left + edge, right - edge - size):
        y = top + edge
        if inset is not None and x < inset[2] and inset[0] < x + size and y < inset[3]:
            y = inset[3] + edge
        found.append((x, y, x + size, y + size))
    return found


def draw_north(canvas: Canvas, view: View, boxes: Sequence[Box], t: Type, colours: Palette) -> None:
    """An arrow to the north as it is where the arrow stands, with its letter."""
    for left, top, right, bottom in boxes:
        x, y, reach = (left + right) / 2, (top + bottom) / 2, (right - left) / 2
        turn = math.radians(_north(view, x, y))
        along = np.array([math.sin(turn), -math.cos(turn)])
        across = np.array([math.cos(turn), math.sin(turn)])
        middle = np.array([x, y])
        head = [
            middle + along * reach * 0.52,
            middle - along * reach * 0.40 + across * reach * 0.26,
            middle - along * reach * 0.18,
            middle - along * reach * 0.40 - across * reach * 0.26,
        ]
        size = t.small * 0.9
        at = middle + along * reach * 0.80
        with canvas.layer("north"):
            canvas.circle(x, y, reach, fill=colours.land, alpha=0.72)
            canvas.path(Path([*map(tuple, head), tuple(head[0])], closed=True), fill=colours.ink)
            base = float(at[1]) + size * 0.357
            canvas.text(float(at[0]), base, "N", size, colours.ink, weight=700, align="center")


@dataclass(frozen=True, slots=True)
class Locator:
    """A small map of the wider region with a frame round what is shown."""

    view: View
    read: Callable[[View], Ground]
    type: Type
    colours: Palette
    aspect: float = 0.62

    def height(self, width: float) -> float:
        """Its height at this width."""
        return min(width, 340 * self.type.scale) * self.aspect

    def draw(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Draw it with its top left at a px point."""
        tall = self.height(width)
        width = min(width, 340 * self.type.scale)
        box = (x, y, x + width, y + tall)
        around = self._around(box)
        ground = self.read(around)
        c, s = self.colours, self.type.scale
        with canvas.layer("locator"), canvas.clip(box):
            canvas.rect(box, fill=c.sea)
            canvas.path(outline_path(ground.land), fill=c.land)
            canvas.lines(ground.coast, stroke=c.coast, width=0.5 * s)
            canvas.lines(ground.borders, stroke=c.country, width=0.6 * s, alpha=0.8)
            frame = self._frame(around)
            edge = points(frame)
            placer = Placer(box)
            placer.block((edge[:, 0].min(), edge[:, 1].min(), edge[:, 0].max(), edge[:, 1].max()))
            size = self.type.small * 0.86
            for name in sorted(ground.countries, key=lambda n: (n.rank, n.words))[:30]:
                line = Line(clean(name.words), size, c.faint)
                spots = list(around_point(name.x, name.y, block_size([line])))
                label = placer.put("locator", [line], (name.x, name.y), spots, gap=4.0)
                if label is not None:
                    draw_label(canvas, label, c.land, 2.0 * s)
                if len(placer.placed) >= 9:
                    break
            canvas.path(frame, fill=c.accent, alpha=0.12)
            canvas.path(frame, stroke=c.accent, width=1.6 * s)
        canvas.rect(box, stroke=c.rule, width=0.9 * s)

    @staticmethod
    def helps(view: View) -> bool:
        """Whether a wider map would tell more than the map itself: not above half a continent."""
        left, top, right, bottom = view.box
        return math.hypot(right - left, bottom - top) / view.px_per_km < WIDEST_KM

    def _around(self, box: Box) -> View:
        """A view of the ground some five times as far across."""
        left, top, right, bottom = self.view.box
        across = math.hypot(right - left, bottom - top) / self.view.px_per_km
        reach = min(max(across * 2.9, 1190.0), 5000.0)
        return fit_round(box, self.view.centre_lon, self.view.centre_lat, reach)

    def _frame(self, around: View) -> Path:
        left, top, right, bottom = self.view.box
        side = np.linspace(0, 1, 17)
        xs = np.concatenate(
            [
                left + (right - left) * side,
                0 * side + right,
                right - (right - left) * side,
                0 * side + left,
            ]
        )
        ys = np.concatenate(
            [
                0 * side + top,
                top + (bottom - top) * side,
                0 * side + bottom,
                bottom - (bottom - top) * side,
            ]
        )
        lon, lat = self.view.lonlat(xs, ys)
        x, y = around.px(lon, lat)
        good = np.isfinite(x) & np.isfinite(y)
        corners = np.column_stack([x[good], y[good]])
        if len(corners) < 4:
            corners = np.array([(0.0, 0.0)] * 4)
        return Path(np.concatenate([corners, corners[:1]]), closed=True)
