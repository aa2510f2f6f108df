"""One picture from one scene: header, map, key, notes and sources, from measured heights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import InputError
from geo.figure.blocks import Block, Prose, Reports, Stack
from geo.figure.canvas import DRAWING, FORMATS, Box, Canvas
from geo.figure.furniture import Locator
from geo.figure.key import Visible, key_blocks, latest
from geo.figure.labels import Label
from geo.figure.lettering import clean, text_width, wrap
from geo.figure.mapsheet import MapSheet
from geo.figure.marks import kind_of
from geo.figure.projection import View, as_geometry, fit
from geo.figure.scene import Scene
from geo.figure.style import Palette, Type, palette
from geo.figure.survey import survey_inset
from geo.zones import CAP_KM, FACILITY_CAP_KM

__all__ = ["Layout", "compose", "lay_out"]

LEAST_PX = 480
MOST_PX = 6000
# Sheets at least this much wider than high have the key beside the map, others below it.
LANDSCAPE = 1.25
# The share of the height that the map must have, and how much smaller the type may be for it.
LEAST_MAP = 0.33
SMALLER = (1.0, 0.88, 0.76, 0.66, 0.57, 0.5)
_NAMES = "January February March April May June July August September October November December"
MONTHS = _NAMES.split()
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything went, for tests: px boxes of the map, of names, and of all blocks."""

    map_box: Box
    labels: Sequence[Label]
    obstacles: Sequence[Box]
    blocks: Sequence[Box]
    canvas: Canvas


def compose(
    scene: Scene,
    *,
    width_px: int = 1600,
    height_px: int = 1000,
    scale: float = 2,
    style: str = "light",
    fmt: str = "png",
) -> bytes:
    """The scene as a finished picture: ``png``, ``svg`` or ``pdf`` bytes.

    ``width_px`` by ``height_px`` is its size on the page; a PNG has ``scale`` dots for each px.
    ``style`` is ``light`` or ``dark``. Equal scenes give equal bytes. Raises InputError for a
    size, style or format that cannot be used.
    """
    if fmt not in FORMATS:
        msg = f"{fmt!r} is not a picture format; choose png, svg or pdf"
        raise InputError(msg)
    if not 0.25 <= scale <= 4:
        msg = f"scale {scale!r} is not between 0.25 and 4"
        raise InputError(msg)
    # One picture at a time: the drawing library's fonts and settings are shared.
    with DRAWING:
        layout = lay_out(scene, width_px=width_px, height_px=height_px, style=style)
        return layout.canvas.save(fmt, scale, title=scene.title, summary=_summary(scene))


def _summary(scene: Scene) -> str:
    parts = [scene.deck, f"As of {_long(scene)}.", f"{len(scene.events)} events selected."]
    return " ".join(part for part in parts if part)


def _long(scene: Scene) -> str:
    day = scene.as_of
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def lay_out(scene: Scene, *, width_px: int, height_px: int, style: str = "light") -> Layout:
    """The picture as a drawn sheet, not yet written to a file. Raises as ``compose``."""
    if not (LEAST_PX <= width_px <= MOST_PX and LEAST_PX <= height_px <= MOST_PX):
        msg = f"{width_px} by {height_px} px cannot be drawn; choose {LEAST_PX} to {MOST_PX} px"
        raise InputError(msg)
    colours = palette(style)
    # Long texts on a small sheet leave no map; then everything is set smaller.
    for smaller in SMALLER:
        layout = _Sheet(scene, float(width_px), float(height_px), colours, smaller).make()
        _, top, _, bottom = layout.map_box
        if bottom - top >= LEAST_MAP * height_px:
            break
    return layout


class _Sheet:
    """The parts of one sheet while it is put together."""

    def __init__(
        self, scene: Scene, width: float, height: float, colours: Palette, smaller: float
    ) -> None:
        self.scene, self.width, self.height, self.colours = scene, width, height, colours
        self.type = Type(Type.of(width, height).scale * smaller)
        self.margin = 30 * self.type.scale
        self.canvas = Canvas(width, height, colours.paper)
        self.boxes: list[Box] = []

    def make(self) -> Layout:
        top = self._header()
        wide = self.width / self.height >= LANDSCAPE
        sheet = self._beside(top) if wide else self._below(top)
        return Layout(sheet.view.box, sheet.labels, sheet.obstacles, self.boxes, self.canvas)

    # -- header and footer ---------------------------------------------------------------

    def _header(self) -> float:
        """Draw date line, title and deck; give the y below them."""
        t, c, x = self.type, self.colours, self.margin
        room = self.width - 2 * self.margin
        y = self.margin * 0.86
        with self.canvas.layer("header"):
            kicker = f"As of {_long(self.scene)}"
            y += t.head * 0.9
            self.canvas.text(x, y, kicker, t.head * 1.06, c.accent, weight=700, name="as-of")
            if self.scene.since is not None:
                day = self.scene.since
                since = f"reports since {day.day} {MONTHS[day.month - 1]} {day.year}"
                at = x + text_width(kicker, t.head * 1.06, 700) + 10 * t.scale
                self.canvas.text(at, y, since, t.head * 1.06, c.faint)
            for line in wrap(self.scene.title, t.title, room, 700, limit=3):
                y += t.title * 1.28
                self.canvas.text(x, y, line, t.title, c.ink, weight=700, name="title")
            y += t.title * 0.10
            for line in wrap(self.scene.deck, t.deck, min(room, 1180 * t.scale), limit=3):
                y += t.deck * 1.42
                self.canvas.text(x, y, line, t.deck, c.text, name="deck")
        y += t.deck * 0.55
        self.boxes.append((x, self.margin * 0.86, x + room, y))
        return y + 10 * t.scale

    def _footer(self) -> Stack:
        scene, t, c = self.scene, self.type, self.colours
        shown = f"{_count(len(scene.events), 'event')} selected"
        hidden = f"{scene.hidden} hidden by the filters" if scene.hidden else "none hidden"
        sources = "; ".join(dict.fromkeys(clean(s) for s in scene.sources if clean(s)))
        first = [f"Sources: {sources}." if sources else "Sources: none in this view."]
        credit = " ".join(
            part if part.endswith(".") else f"{part}."
            for part in (clean(p) for p in scene.credits)
            if part
        )
        last = " ".join(p for p in (f"{shown}, {hidden}.", clean(scene.made_by)) if p)
        return Stack(
            [
                Prose(first, t, c, limit=4),
                Prose([p for p in (credit, last) if p], t, c, limit=3, faint=True),
            ],
            t.small * 0.45,
        )

    def _draw_footer(self) -> float:
        """Draw the footer at the foot of the sheet; give the y above it."""
        footer, x = self._footer(), self.margin
        room = self.width - 2 * self.margin
        tall = footer.height(room)
        top = self.height - self.margin * 0.72 - tall
        with self.canvas.layer("footer"):
            footer.draw(self.canvas, x, top, room)
        self.boxes.append((x, top, x + room, top + tall))
        return top - 12 * self.type.scale

    # -- the map and its key -------------------------------------------------------------

    def _view(self, box: Box) -> View:
        lon, lat = _points(self.scene)
        return fit(box, extent=self.scene.extent, lon=lon, lat=lat)

    def _key(self, seen: Visible) -> list[Block]:
        return list(key_blocks(seen, self.scene.actors, self.type, self.colours))

    def _notes(self, sheet: MapSheet) -> Prose:
        paragraphs = list(_standing_notes(sheet))
        paragraphs += [clean(note) for note in self.scene.notes if clean(note)]
        return Prose(paragraphs, self.type, self.colours, head="Notes")

    def _sheet(self, box: Box) -> MapSheet:
        return MapSheet(self.scene, self._view(box), self.type, self.colours)

    def _beside(self, top: float) -> MapSheet:
        """The key in a column right of the map."""
        s = self.type.scale
        column, gap, air = 286 * s, 26 * s, 17 * s
        foot = self._draw_footer()
        x = self.width - self.margin - column
        box = (self.margin, top, x - gap, foot)
        sheet = self._sheet(box)
        room = foot - top
        key = self._key(sheet.visible)
        notes = self._notes(sheet)
        upper = list(key)
        if Locator.helps(sheet.view):
            upper.insert(0, Locator(sheet.view, survey_inset, self.type, self.colours))
        # When the column is full, first the locator moves into the map, then the notes below it.
        if Stack([*upper, notes], air).height(column) > room:
            upper = list(key)
            if Stack([*upper, notes], air).height(column) <= room:
                sheet.make_room()
            else:
                sheet = self._notes_below(notes, box)
                upper = self._fitted_key(sheet.visible, column, room, air)
                sheet.make_room()
                notes = Prose([], self.type, self.colours)
        if notes.paragraphs:
            left = room - Stack([*upper, notes], air).height(column) - air
            news = self._news(sheet, column, left)
            upper += [news] if news else []
            tall = notes.height(column)
            notes.draw(self.canvas, x, foot - tall, column)
            self.boxes.append((x, foot - tall, x + column, foot))
        stack = Stack(upper, air)
        with self.canvas.layer("key"):
            stack.draw(self.canvas, x, top, column)
        self.boxes.append((x, top, x + column, top + stack.height(column)))
        sheet.draw(self.canvas)
        return sheet

    def _notes_below(self, notes: Prose, box: Box) -> MapSheet:
        """Set the notes in columns under the map; give the map in what is left of ``box``."""
        s = self.type.scale
        left, top, right, bottom = box
        gap = 24 * s
        count = min(3, max(1, len(notes.paragraphs)))
        wide = (right - left - (count - 1) * gap) / count
        parts = [Prose([p], self.type, self.colours) for p in notes.paragraphs]
        columns = Stack(parts, self.type.small * 0.4).columns(count, wide)
        tall = max(part.height(wide) for part in columns)
        start = bottom - tall
        with self.canvas.layer("notes"):
            for index, part in enumerate(columns):
                part.draw(self.canvas, left + index * (wide + gap), start, wide)
        self.boxes.append((left, start, right, bottom))
        return self._sheet((left, top, right, start - 9 * s))

    def _fitted_key(self, seen: Visible, width: float, room: float, air: float) -> list[Block]:
        """The key, made terser and then smaller until it fits its column."""
        for terse, size in ((False, 1.0), (True, 1.0), (True, 0.88), (True, 0.76)):
            t = Type(self.type.scale * size)
            blocks = list(key_blocks(seen, self.scene.actors, t, self.colours, terse=terse))
            if Stack(blocks, air).height(width) <= room:
                break
        return list(blocks)

    def _news(self, sheet: MapSheet, width: float, room: float) -> Reports | None:
        """As many of the newest reports in words as there is room for."""
        for most in (6, 5, 4, 3, 2):
            items = latest(sheet.told, self.scene.actors, self.type, self.colours, most)
            block = Reports(items, self.type, self.colours)
            if len(items) >= min(most, 2) and items and block.height(width) <= room:
                return block
        return None

    def _below(self, top: float) -> MapSheet:
        """The key in columns under the map."""
        s = self.type.scale
        gap, air = 26 * s, 14 * s
        foot = self._draw_footer()
        wide = self.width - 2 * self.margin
        count = max(2, min(4, int(wide // (250 * s))))
        column = (wide - (count - 1) * gap) / count
        map_foot = foot - 0.3 * (foot - top)
        for _ in range(4):
            sheet = self._sheet((self.margin, top, self.margin + wide, map_foot))
            blocks: list[Block] = [*self._key(sheet.visible), self._notes(sheet)]
            columns = Stack(blocks, air).columns(count, column)
            wanted = foot - max(part.height(column) for part in columns) - 16 * s
            if abs(wanted - map_foot) < 1:
                break
            map_foot = max(wanted, top + 40)
        sheet.make_room()
        with self.canvas.layer("key"):
            for index, part in enumerate(columns):
                at = self.margin + index * (column + gap)
                part.draw(self.canvas, at, map_foot + 16 * s, column)
                self.boxes.append(
                    (at, map_foot + 16 * s, at + column, map_foot + 16 * s + part.height(column))
                )
        sheet.draw(self.canvas)
        return sheet


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _points(scene: Scene) -> tuple[Floats, Floats]:
    """Longitudes and latitudes the picture must hold when no extent is asked for."""
    lon: list[float] = []
    lat: list[float] = []
    for event in scene.events:
        if kind_of(event.place) in ("point", "line"):
            lon.append(event.place.lon)
            lat.append(event.place.lat)
    if not lon:
        for zone in scene.zones:
            xy = shapely.get_coordinates(as_geometry(zone.geometry))
            if len(xy):
                low, high = xy.min(axis=0), xy.max(axis=0)
                lon += [low[0], high[0]]
                lat += [low[1], high[1]]
    if not lon:
        for event in scene.events:
            lon.append(event.place.lon)
            lat.append(event.place.lat)
    return np.array(lon), np.array(lat)


def _standing_notes(sheet: MapSheet) -> list[str]:
    """Definitions of what is on this map, and what it leaves out."""
    notes = []
    if sheet.patches:
        notes.append(
            f"Colour spreads from towns whose holder is reported, at most {CAP_KM:.0f} km "
            f"({FACILITY_CAP_KM:.0f} km from fields and bases), and not across a border. "
            "Blank land: no report tells."
        )
        notes.append(
            "Deserts between towns hold few people; colour there does not mean that "
            "anyone stands on the ground."
        )
    wide: dict[str, int] = {}
    for mark in sheet.marks:
        if mark.kind == "country" and mark.events:
            wide[clean(mark.place.name)] = wide.get(clean(mark.place.name), 0) + len(mark.events)
    if wide:
        named = ", ".join(f"{name} ({count})" for name, count in sorted(wide.items()))
        notes.append(f"Reports about whole countries are not drawn: {named}.")
    if sheet.outside:
        notes.append(
            f"{_count(sheet.outside, 'report')} lie outside this map."
            if sheet.outside > 1
            else "1 report lies outside this map."
        )
    return notes
