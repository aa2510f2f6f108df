"""One sheet while it is put together: header, map, key, list of reports, notes and footer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.figure import told
from geo.figure.blocks import Block, Key, Prose, Reports, Stack
from geo.figure.canvas import Box, Canvas
from geo.figure.furniture import Locator
from geo.figure.key import Visible, key_blocks, latest
from geo.figure.lettering import clean, ellipsis, is_rtl, text_width, wrap
from geo.figure.linked import Code, qr_code
from geo.figure.looks import dressed
from geo.figure.mapsheet import MapSheet
from geo.figure.marks import kind_of
from geo.figure.numbered import Entry, Told, badges, blocks, entries
from geo.figure.projection import View, as_geometry, fit
from geo.figure.scene import Scene
from geo.figure.style import Palette, Type
from geo.figure.survey import survey_inset

__all__ = ["LANDSCAPE", "Sheet", "points_of"]

# Sheets at least this much wider than high have the key beside the map, others below it.
LANDSCAPE = 1.25
# More than this many numbers on one map are noise.
MOST_NUMBERS = 40
# The least share of the sheet's width, or height, that the map keeps beside a list of reports.
LEAST_BESIDE, LEAST_ABOVE = 0.48, 0.37
# The most of the sheet's shorter side that a QR code may take.
LARGEST_CODE = 0.25
Floats = NDArray[np.float64]


class Sheet:
    """The parts of one sheet. ``smaller`` shrinks and ``larger`` grows its type.

    ``brief`` leaves out what cannot be read on a picture that is shown small.
    """

    def __init__(
        self,
        scene: Scene,
        width: float,
        height: float,
        colours: Palette,
        smaller: float = 1.0,
        *,
        larger: float = 1.0,
        brief: bool = False,
    ) -> None:
        self.scene, self.width, self.height = scene, width, height
        self.colours = dressed(scene, colours)
        self.brief = brief
        self.type = Type(Type.of(width, height, larger).scale * smaller)
        self.margin = 30 * self.type.scale / max(1.0, larger)
        self.canvas = Canvas(width, height, colours.paper)
        self.boxes: list[Box] = []
        self.listed = 0  # reports told in the numbered list

    def make(self) -> MapSheet:
        """Draw the whole sheet; give its map."""
        top = self._header()
        wide = self.width / self.height >= LANDSCAPE
        return self._beside(top) if wide else self._below(top)

    # -- header and footer ---------------------------------------------------------------

    def _header(self) -> float:
        """Draw date line, title and deck; give the y below them."""
        t, c, x = self.type, self.colours, self.margin
        room = self.width - 2 * self.margin
        y = self.margin * 0.86
        with self.canvas.layer("header"):
            size = t.head * 1.06
            kicker = ellipsis(told.as_of(self.scene), size, room, 700)
            y += t.head * 0.9
            self._headed(kicker, y, size, c.accent, weight=700, name="as-of")
            since = told.since(self.scene)
            at = text_width(kicker, size, 700) + 10 * t.scale
            if since and at + text_width(since, size) <= room:
                self.canvas.text(x + at, y, since, size, c.faint, name="since")
            title, deck = self.scene.title, self.scene.deck
            for line in wrap(title, t.title, room, 700, limit=3):
                y += t.title * 1.28
                self._headed(line, y, t.title, c.ink, weight=700, name="title", rtl=is_rtl(title))
            y += t.title * 0.10
            for line in wrap(deck, t.deck, min(room, 1180 * t.scale), limit=3):
                y += t.deck * 1.42
                self._headed(line, y, t.deck, c.text, name="deck", rtl=is_rtl(deck))
        y += t.deck * 0.55
        self.boxes.append((x, self.margin * 0.86, x + room, y))
        return y + 10 * t.scale

    def _headed(
        self,
        line: str,
        y: float,
        size: float,
        colour: str,
        *,
        name: str,
        weight: int = 400,
        rtl: bool | None = None,
    ) -> None:
        """Write a line of the header where its script begins: at the left, or at the right."""
        right = is_rtl(line) if rtl is None else rtl
        x, align = (self.width - self.margin, "right") if right else (self.margin, "left")
        self.canvas.text(x, y, line, size, colour, weight=weight, align=align, name=name)

    def _footer(self, width: float, *, coded: bool = False) -> Stack:
        scene, t, c = self.scene, self.type, self.colours
        most = 2 if self.brief else 4
        sources = Prose([told.sources(scene, self._fits(width, most))], t, c, limit=most)
        # Credits are what licences ask for, and are not cut short before anything else is.
        last = [p for p in (told.credit(scene), told.printed_link(scene, coded=coded)) if p]
        return Stack(
            [
                Prose([told.how_sure(scene)], t, c, limit=4),
                sources,
                Prose(last, t, c, limit=6, faint=True),
            ],
            t.small * 0.45,
        )

    def _fits(self, width: float, most: int) -> Callable[[str], bool]:
        return lambda words: len(wrap(words, self.type.small, width)) <= most

    def _code(self) -> Code | None:
        """The QR code of the link; None where it would take too much of the sheet."""
        link = clean(self.scene.link)
        code = qr_code(link, self.type) if link else None
        most = LARGEST_CODE * min(self.width, self.height)
        return code if code is not None and code.side <= most else None

    def _draw_footer(self) -> float:
        """Draw the footer at the foot of the sheet; give the y above it."""
        code, x = self._code(), self.margin
        room = self.width - 2 * self.margin
        words = room - (code.side + 16 * self.type.scale if code else 0.0)
        footer = self._footer(words, coded=code is not None)
        tall = max(footer.height(words), code.side if code else 0.0)
        top = self.height - self.margin * 0.72 - tall
        with self.canvas.layer("footer"):
            footer.draw(self.canvas, x, top, words)
        if code is not None:
            code.draw(self.canvas, x + room - code.side, top + tall - code.side)
        self.boxes.append((x, top, x + room, top + tall))
        return top - 12 * self.type.scale

    # -- the map and its key -------------------------------------------------------------

    def _view(self, box: Box) -> View:
        lon, lat = points_of(self.scene)
        return fit(box, extent=self.scene.extent, lon=lon, lat=lat)

    def _key(self, seen: Visible) -> list[Block]:
        actors, t, c, brief = self.scene.actors, self.type, self.colours, self.brief
        return list(key_blocks(seen, actors, t, c, terse=brief, brief=brief))

    def _notes(self, sheet: MapSheet, *, terse: bool = False) -> Prose:
        paragraphs = told.standing_notes(sheet, brief=self.brief, terse=terse)
        paragraphs += [clean(note) for note in self.scene.notes if clean(note)]
        head = "" if self.brief else "Notes"
        return Prose(paragraphs, self.type, self.colours, head=head)

    def _sheet(self, box: Box) -> MapSheet:
        return MapSheet(self.scene, self._view(box), self.type, self.colours)

    # -- numbered reports ----------------------------------------------------------------

    def _list(self, sheet: MapSheet, most: int) -> tuple[list[Entry], list[Block]]:
        """The reports that ``sheet`` shows, the newest so many, and the blocks that tell them."""
        scene = self.scene
        found, left = entries(sheet.marks, scene.actors, most=most, order=scene.order)
        return found, blocks(found, left, scene.order, self.type, self.colours)

    def _longest(self, sheet: MapSheet, width: float, room: float, columns: int = 1) -> int:
        """How many reports can be told in so many columns of ``room`` px."""
        low, high = 0, MOST_NUMBERS
        while low < high:
            middle = (low + high + 1) // 2
            _, made = self._list(sheet, middle)
            if self._list_height(made, width, columns) <= room:
                low = middle
            else:
                high = middle - 1
        return low

    def _list_columns(self, made: Sequence[Block], width: float, columns: int) -> list[Stack]:
        """The list in columns; each begins with a date."""
        parts = Stack(made, self._list_gap).columns(columns, width)
        found = []
        for part in parts:
            inside = list(part.blocks)
            if inside and isinstance(inside[0], Told):
                inside[0] = replace(inside[0], first=True)
            found.append(Stack(inside, part.gap))
        return found

    def _list_height(self, made: Sequence[Block], width: float, columns: int) -> float:
        parts = self._list_columns(made, width, columns)
        return max((part.height(width) for part in parts), default=0.0)

    @property
    def _list_gap(self) -> float:
        return 6.5 * self.type.scale

    def _draw_list(self, made: Sequence[Block], x: float, y: float, width: float) -> None:
        stack = Stack(made, self._list_gap)
        with self.canvas.layer("reports"):
            stack.draw(self.canvas, x, y, width)
        self.boxes.append((x, y, x + width, y + stack.height(width)))

    def _beside(self, top: float) -> MapSheet:
        """The key in a column right of the map, and a list of reports between the two."""
        s = self.type.scale
        column, gap, air = 286 * s, 26 * s, 17 * s
        foot = self._draw_footer()
        x = self.width - self.margin - column
        right = x - gap
        room = foot - top
        own = self.scene.numbered and (
            right - column - gap - self.margin >= LEAST_BESIDE * self.width
        )
        if own:
            right -= column + gap
        box = (self.margin, top, right, foot)
        sheet = self._sheet(box)
        key = self._key(sheet.visible)
        notes = self._notes(sheet)
        upper = list(key)
        if Locator.helps(sheet.view) and not self.brief:
            upper.insert(0, Locator(sheet.view, survey_inset, self.type, self.colours))
        # When the column is full, first the locator moves into the map, then the notes below it.
        if Stack([*upper, notes], air).height(column) > room:
            upper = list(key)
            if Stack([*upper, notes], air).height(column) <= room:
                sheet.make_room()
            else:
                upper, terse = self._fitted_key(sheet.visible, column, room, air)
                notes = self._notes(sheet, terse=terse and not self.brief)
                if notes.paragraphs:
                    sheet = self._notes_below(notes, box)
                sheet.make_room()
                notes = Prose([], self.type, self.colours)
        if own:
            most = self._longest(sheet, column, room)
            found, made = self._list(sheet, most)
            sheet.numbers, self.listed = badges(found), len(found)
            self._draw_list(made, right + gap, top, column)
        left = room - Stack(upper, air).height(column) - air
        if notes.paragraphs:
            tall = notes.height(column)
            left -= tall + air
            notes.draw(self.canvas, x, foot - tall, column)
            self.boxes.append((x, foot - tall, x + column, foot))
        if self.scene.numbered and not own:
            found, made = self._list(sheet, self._longest(sheet, column, left))
            if found:
                sheet.numbers, self.listed = badges(found), len(found)
                upper.append(Stack(made, self._list_gap))
        elif not self.scene.numbered and notes.paragraphs:
            news = self._news(sheet, column, left)
            upper += [news] if news else []
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

    def _fitted_key(
        self, seen: Visible, width: float, room: float, air: float
    ) -> tuple[list[Block], bool]:
        """The key, made terser and then smaller until it fits its column; whether it is terse."""
        for terse, size in ((self.brief, 1.0), (True, 1.0), (True, 0.88), (True, 0.76)):
            t = Type(self.type.scale * size)
            made = list(
                key_blocks(seen, self.scene.actors, t, self.colours, terse=terse, brief=self.brief)
            )
            if Stack(made, air).height(width) <= room:
                break
        return list(made), terse

    def _news(self, sheet: MapSheet, width: float, room: float) -> Reports | None:
        """As many of the newest reports in words as there is room for."""
        for most in (6, 5, 4, 3, 2):
            items = latest(sheet.told, self.scene.actors, self.type, self.colours, most)
            block = Reports(items, self.type, self.colours)
            if len(items) >= min(most, 2) and items and block.height(width) <= room:
                return block
        return None

    @staticmethod
    def _shortest(
        parts: Sequence[Block], air: float, count: int, width: float
    ) -> tuple[list[Stack], float]:
        """The key in columns, as it is or with what is about areas after the marks; its height."""
        later = sorted(parts, key=lambda b: isinstance(b, Key) and b.head == "Areas")
        moved = [b for b in later if isinstance(b, Key)] + [
            b for b in later if not isinstance(b, Key)
        ]
        best: tuple[list[Stack], float] | None = None
        for order in (parts, moved):
            columns = Stack(order, air).columns(count, width)
            tall = max(part.height(width) for part in columns)
            if best is None or tall < best[1] - 1:
                best = (columns, tall)
        assert best is not None
        return best

    def _below(self, top: float) -> MapSheet:
        """The key in columns under the map, a list of reports under the key."""
        s = self.type.scale
        gap, air = 26 * s, 14 * s
        foot = self._draw_footer()
        wide = self.width - 2 * self.margin
        count = max(2, min(4, int(wide // (250 * s))))
        column = (wide - (count - 1) * gap) / count
        map_foot = foot - 0.3 * (foot - top)
        under = foot
        for turn in range(4):
            sheet = self._sheet((self.margin, top, self.margin + wide, map_foot))
            parts: list[Block] = [*self._key(sheet.visible), self._notes(sheet)]
            columns, tall = self._shortest(parts, air, count, column)
            if self.scene.numbered and turn == 0:
                # What the map can spare goes to the list, once the key has its part.
                spare = foot - top - tall - 32 * s - LEAST_ABOVE * self.height
                most = self._longest(sheet, column, spare, count)
                found, made = self._list(sheet, most)
                if found:
                    under = foot - self._list_height(made, column, count) - 16 * s
            wanted = under - tall - 16 * s
            if abs(wanted - map_foot) < 1:
                break
            map_foot = max(wanted, top + 40)
        sheet.make_room()
        if under < foot:
            sheet.numbers, self.listed = badges(found), len(found)
            for index, stack in enumerate(self._list_columns(made, column, count)):
                at = self.margin + index * (column + gap)
                self._draw_list(stack.blocks, at, under + 16 * s, column)
        with self.canvas.layer("key"):
            for index, part in enumerate(columns):
                at = self.margin + index * (column + gap)
                part.draw(self.canvas, at, map_foot + 16 * s, column)
                self.boxes.append(
                    (at, map_foot + 16 * s, at + column, map_foot + 16 * s + part.height(column))
                )
        sheet.draw(self.canvas)
        return sheet


def points_of(scene: Scene) -> tuple[Floats, Floats]:
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
