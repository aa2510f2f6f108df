"""The frames of a run of days: one sheet on which only the map, its date and the time line change.

What all frames share is drawn once; each frame is the shared sheet with one rectangle drawn anew,
so nothing else can move by even a dot.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from geo.figure.canvas import DRAWING, Box, Canvas
from geo.figure.grid import Grid
from geo.figure.lettering import text_width
from geo.figure.plan import Panel
from geo.figure.scene import Scene
from geo.figure.several import Several, whole_sheet
from geo.options import Size

__all__ = ["Pixels", "Run", "png_of"]

Pixels = NDArray[np.uint8]
STRIP = 38.0  # px below the map for the time line, at the usual type size
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class Run:
    """A run over days: laid out once, its frames drawn one by one.

    ``panels`` are in the order of their days. Raises InputError as ``compose``.
    """

    def __init__(
        self,
        panels: Sequence[Panel],
        scene: Scene,
        size: Size,
        *,
        style: str = "light",
        scale: float = 1,
    ) -> None:
        self.panels, self.scale = panels, scale
        with DRAWING:
            self.sheet, self.plan, self.grid = whole_sheet(
                panels,
                scene,
                size,
                style,
                limit=1 if size.width >= size.height else 2,
                slots=1,
                strip=STRIP,
            )
            for sheet in self.plan.maps:
                sheet.furnish(self.plan.map.inset)
            self.shared = _pixels(self.sheet.canvas, scale)

    @property
    def box(self) -> Box:
        """The rectangle in px that changes: left, top, right, bottom."""
        left, top, right, bottom = self.grid.box
        edge = 8 * self.sheet.type.scale
        return (
            max(0.0, left - edge),
            top - self.grid.head,
            min(self.sheet.width, right + edge),
            min(self.sheet.height, bottom + self.sheet.strip),
        )

    def frame(self, index: int) -> Pixels:
        """One day's picture: rows by columns by red, green, blue."""
        with DRAWING:
            canvas = self._drawn(index)
            drawn = _pixels(canvas, self.scale)
        whole = self.shared.copy()
        left, top, right, bottom = (round(v * self.scale) for v in self.box)
        whole[top:bottom, left:right] = drawn[top:bottom, left:right]
        return whole

    def frames(self) -> Iterator[Pixels]:
        """All of them in order."""
        for index in range(len(self.panels)):
            yield self.frame(index)

    def _drawn(self, index: int) -> Canvas:
        sheet = self.sheet
        canvas = Canvas(sheet.width, sheet.height, sheet.colours.paper)
        sheet.draw_map(canvas, self.plan, self.grid, index, slot=0)
        days = [panel.scene.as_of for panel in self.panels]
        with canvas.layer("time-line"):
            _time_line(canvas, sheet, self.grid, days, index)
        return canvas


def _pixels(canvas: Canvas, scale: float) -> Pixels:
    data = canvas.save("png", scale, title="", summary="")
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def png_of(frame: Pixels) -> bytes:
    """One frame as a PNG."""
    out = io.BytesIO()
    Image.fromarray(frame).save(out, "PNG", optimize=True)
    return out.getvalue()


def _time_line(
    canvas: Canvas, sheet: Several, grid: Grid, days: Sequence[date], index: int
) -> None:
    """A line from the first to the last day: how far it has come, a tick for each picture."""
    t, c = sheet.type, sheet.colours
    s = t.scale
    left, _, right, bottom = grid.box
    x0, x1, y = left + 6 * s, right - 6 * s, bottom + 14 * s
    length = max(1, (days[-1] - days[0]).days)

    def at(day: date) -> float:
        return x0 + (x1 - x0) * (day - days[0]).days / length

    here = at(days[index])
    canvas.lines([np.array([(x0, y), (x1, y)])], stroke=c.rule, width=3.0 * s)
    ticks = [np.array([(at(day), y - 4 * s), (at(day), y + 4 * s)]) for day in days]
    canvas.lines(ticks, stroke=c.faint, width=1.0 * s, cap="butt")
    if here > x0:
        canvas.lines([np.array([(x0, y), (here, y)])], stroke=c.accent, width=3.0 * s)
    canvas.circle(here, y, 5.6 * s, fill=c.accent, stroke=c.paper, width=1.6 * s)
    size, base = t.small * 0.94, y + 19 * s
    first, last = _day(days[0]), f"{_day(days[-1])} {days[-1].year}"
    canvas.text(x0, base, first, size, c.faint, name="first-day")
    canvas.text(x1, base, last, size, c.faint, align="right", name="last-day")
    low = x0 + text_width(first, size) + 12 * s
    high = x1 - text_width(last, size) - 12 * s
    for month in _months(days[0], days[-1]):
        words = MONTHS[month.month - 1] if month.month > 1 else str(month.year)
        half = text_width(words, size) / 2
        if low + half < at(month) < high - half:
            spot = at(month)
            tick = np.array([(spot, y + 4 * s), (spot, y + 9 * s)])
            canvas.lines([tick], stroke=c.faint, width=0.8 * s, cap="butt")
            canvas.text(spot, base, words, size, c.faint, align="center", name="month")
            low = at(month) + half + 12 * s


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"


def _months(first: date, last: date) -> Iterator[date]:
    """The first days of the months after ``first``, up to ``last``."""
    year, month = first.year, first.month
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        day = date(year, month, 1)
        if day > last:
            return
        yield day
