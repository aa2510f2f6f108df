"""Several maps of the same ground on one sheet: one header, one key, one footer.

All maps have one size, projection, extent and scale; the rows and columns, and whether the key
stands beside or below them, are chosen so that the ground comes out largest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from geo.errors import InputError
from geo.figure.blocks import Block, Key, Prose, Row, Stack
from geo.figure.canvas import DRAWING, Box, Canvas
from geo.figure.compose import SMALLER, Layout, finished
from geo.figure.furniture import Locator
from geo.figure.grid import Arranged, Grid, Placed
from geo.figure.key import Visible, key_blocks
from geo.figure.labels import Label
from geo.figure.lettering import wrap
from geo.figure.looks import dressed
from geo.figure.plan import Panel, Plan, draw_turned, together
from geo.figure.projection import View, fit
from geo.figure.scene import Scene
from geo.figure.sheet import Sheet, points_of
from geo.figure.style import Palette, Type, palette
from geo.figure.survey import survey_inset
from geo.options import Size

__all__ = ["Several", "compose_several", "draw_several", "whole_sheet"]

# Names on a map of a part of the sheet are smaller, but never below this share of the usual.
LEAST_TYPE = 0.70
# A map so many px wide (at the usual type size) has names of the usual size.
FULL_WIDTH = 1000.0
GUTTER = 18.0
# The words below a day, as a share of small type, and their line height.
WORDS, LOOSE = 1.08, 1.36
# The widest, or highest, that a map of its own may be in comparison.
LONGEST = 3.0
# The least share of the sheet that all maps together must have.
LEAST_MAPS = 0.30
# A map less wide than this (at the usual type size) has few names and no counts.
SMALL_PX = 560.0
# A locator fits in the corner of a map so many px wide.
WIDE_ENOUGH = 420.0


class Several(Sheet):
    """The sheet of several panels. ``slots`` maps stand on it (one, for the frames of a run)."""

    def __init__(
        self,
        panels: Sequence[Panel],
        scene: Scene,
        size: Size,
        colours: Palette,
        smaller: float = 1.0,
        *,
        slots: int | None = None,
        limit: int = 3,
        strip: float = 0.0,
    ) -> None:
        wide, tall = float(size.width), float(size.height)
        super().__init__(scene, wide, tall, colours, smaller, larger=size.type, brief=size.brief)
        self.panels = panels
        self.ground = together(panels)
        self.colours = dressed(self.ground, colours)
        self.slots = len(panels) if slots is None else slots
        self.limit = limit  # lines below a head
        self.strip = strip * self.type.scale  # px kept free below each map
        self._span = points_of(self.ground)

    # -- measuring -----------------------------------------------------------------------

    def _words(self, panel: Panel, width: float) -> list[str]:
        """The longest of a panel's wordings that fits its lines."""
        t = self.type
        for words in panel.words:
            lines = wrap(words, t.small * WORDS, width)
            if len(lines) <= self.limit:
                return lines
        return (
            wrap(panel.words[-1], t.small * WORDS, width, limit=self.limit) if panel.words else []
        )

    def _lines(self, width: float) -> int:
        return max(len(self._words(panel, width)) for panel in self.panels)

    def _head_height(self, width: float) -> float:
        t = self.type
        words = self._lines(width) * t.small * WORDS * LOOSE
        return self._date * 1.26 + words + 4 * t.scale

    @property
    def _date(self) -> float:
        """The size of the day above a map: large where it is the one thing that changes."""
        return self.type.deck * (1.06 if self.slots > 1 else 1.5)

    def _grid(self, area: Box, columns: int, *, beside: bool) -> Grid | None:
        """That many columns of maps in ``area``; None where they would be no maps."""
        s = self.type.scale
        rows = math.ceil(self.slots / columns)
        gutter = GUTTER * s
        left, top, right, bottom = area
        wide = (right - left - gutter * (columns - 1)) / columns
        if wide < 90 * s:
            return None
        # Whole px, so that the same ground falls on the same dots of every map.
        wide = math.floor(wide)
        head = math.ceil(self._head_height(wide))
        tall = (bottom - top - gutter * 0.8 * (rows - 1)) / rows - head - self.strip
        if tall < 80 * s or not 1 / LONGEST < wide / tall < LONGEST:
            return None
        tall = math.floor(tall)
        x, y = math.ceil(left), math.ceil(top)
        box = (float(x), float(y + head), float(x + wide), float(y + head + tall))
        step = (math.floor(wide + gutter), math.floor(tall + head + self.strip + gutter * 0.8))
        return Grid(columns, rows, box, head, step, beside)

    def _best(self, area: Box, *, beside: bool) -> tuple[float, Grid] | None:
        """The columns that show the ground largest: its px for each metre, and the grid."""
        best: tuple[float, Grid] | None = None
        for columns in range(1, self.slots + 1):
            grid = self._grid(area, columns, beside=beside)
            if grid is None:
                continue
            empty = grid.columns * grid.rows - self.slots
            worth = self._fit(grid.box).scale * (1 - 0.06 * empty)
            if best is None or worth > best[0] * 1.001:
                best = (worth, grid)
        return best

    def _fit(self, box: Box) -> View:
        lon, lat = self._span
        return fit(box, extent=self.ground.extent, lon=lon, lat=lat)

    def _map_type(self, grid: Grid) -> Type:
        """The type on the maps."""
        wide = (grid.box[2] - grid.box[0]) / self.type.scale
        share = max(LEAST_TYPE, min(1.0, (wide / FULL_WIDTH) ** 0.5))
        return Type(self.type.scale * share)

    def _plan(self, grid: Grid) -> Plan:
        small = grid.box[2] - grid.box[0] < SMALL_PX * self.type.scale
        t = self._map_type(grid)
        return Plan(self.panels, self.ground, self._fit(grid.box), t, self.colours, small=small)

    # -- the key -------------------------------------------------------------------------

    def _blocks(self, plan: Plan, seen: Visible, t: Type, *, terse: bool = False) -> list[Block]:
        """The key of all maps, and the sign of what turned."""
        rows = key_blocks(seen, self.scene.actors, t, self.colours, terse=terse)
        blocks: list[Block] = list(rows)
        if plan.turned:
            blocks.append(Key("Change", [_turned_row(t, self.colours)], t, self.colours))
        return blocks

    def _fitted(self, plan: Plan, width: float, room: float, air: float) -> list[Block] | None:
        """The key, made terser and then smaller until it fits its column, if it does."""
        seen = plan.visible
        for terse, size in ((self.brief, 1.0), (True, 1.0), (True, 0.88), (True, 0.76)):
            blocks = self._blocks(plan, seen, Type(self.type.scale * size), terse=terse)
            if Stack(blocks, air * size).height(width) <= room:
                return blocks
        return None

    def _beside_it(self, plan: Plan, area: Box) -> Arranged | None:
        """The key in a column right of the maps, the notes under it or under the maps."""
        left, top, right, foot = area
        s = self.type.scale
        column, gap, air = 286 * s, 26 * s, 17 * s
        room, at = foot - top, right - 286 * s
        maps = (left, top, at - gap, foot)
        key = self._blocks(plan, plan.visible, self.type, terse=self.brief)
        notes = self._notes(plan.map)
        inset = [Locator(plan.map.view, survey_inset, self.type, self.colours)]
        for upper in ([*inset, *key] if self._locates(plan) else key, key):
            if Stack([*upper, notes], air).height(column) <= room:
                tall = notes.height(column)
                blocks = [Placed(Stack(upper, air), at, top, column, "key")]
                blocks.append(Placed(notes, at, foot - tall, column, "notes"))
                return self._arranged(maps, blocks, beside=True, located=upper is not key)
        fitted = self._fitted(plan, column, room, air)
        if fitted is None:
            return None
        key = fitted
        blocks = [Placed(Stack(key, air), at, top, column, "key")]
        parts, tall = self._in_columns([notes], maps[2] - left, 9 * s)
        blocks += [Placed(p, left + dx, foot - tall, wide, "notes") for p, dx, wide in parts]
        return self._arranged((left, top, at - gap, foot - tall - 9 * s), blocks, beside=True)

    def _locates(self, plan: Plan) -> bool:
        return Locator.helps(plan.map.view) and not self.brief

    def _below_it(self, plan: Plan, area: Box) -> Arranged | None:
        """The key and the notes in columns under the maps."""
        left, top, right, foot = area
        s = self.type.scale
        key = self._blocks(plan, plan.visible, self.type, terse=self.brief)
        blocks = [*key, self._notes(plan.map)]
        parts, tall = self._in_columns(blocks, right - left, 14 * s)
        start = foot - tall
        placed = [Placed(p, left + dx, start, wide, "key") for p, dx, wide in parts]
        return self._arranged((left, top, right, start - 16 * s), placed, beside=False)

    def _in_columns(
        self, blocks: Sequence[Block], width: float, air: float
    ) -> tuple[list[tuple[Stack, float, float]], float]:
        """Blocks in columns: each with its px from the left and its width; and their height.

        A long text is broken at its paragraphs.
        """
        s = self.type.scale
        gap = 26 * s
        count = max(2, min(5, int(width // ((185 if self.brief else 250) * s))))
        parts: list[Block] = []
        for block in blocks:
            if isinstance(block, Prose) and len(block.paragraphs) > 1:
                first, *others = block.paragraphs
                parts.append(replace(block, paragraphs=[first]))
                parts += [replace(block, paragraphs=[p], head="") for p in others]
            else:
                parts.append(block)
        count = min(count, len(parts)) or 1
        wide = (width - (count - 1) * gap) / count
        columns = Stack(parts, air * 0.6).columns(count, wide)
        tall = max(part.height(wide) for part in columns)
        return [(part, i * (wide + gap), wide) for i, part in enumerate(columns)], tall

    def _arranged(
        self, area: Box, placed: Sequence[Placed], *, beside: bool, located: bool = False
    ) -> Arranged | None:
        best = self._best(area, beside=beside)
        return Arranged(*best, placed, located=located) if best is not None else None

    def lay_out(self) -> tuple[Plan, Grid]:
        """Choose the grid, find all names their places, and draw what all days share."""
        top = self._header()
        foot = self._draw_footer()
        area = (self.margin, top, self.width - self.margin, foot)
        # What can be seen decides how high the key is, and that how large the maps are.
        right, low = area[2] - 312 * self.type.scale, top + 0.7 * (foot - top)
        guess = self._best((area[0], top, right, foot), beside=True)
        guess = guess or self._best((*area[:3], low), beside=False)
        if guess is None:
            msg = f"{self.slots} maps do not fit {self.width:g} by {self.height:g} px; take fewer"
            raise InputError(msg)
        plan = self._plan(guess[1])
        chosen = self._chosen(plan, area)
        for _ in range(2):
            plan, before = self._plan(chosen.grid), chosen
            chosen = self._chosen(plan, area)
            if before.grid == chosen.grid:
                break
        else:
            plan = self._plan(chosen.grid)
        self._finish(plan, chosen)
        return plan, chosen.grid

    def _chosen(self, plan: Plan, area: Box) -> Arranged:
        options = [self._beside_it(plan, area), self._below_it(plan, area)]
        found = [option for option in options if option is not None]
        if not found:
            msg = f"the words leave no room for {self.slots} maps; take fewer or a larger size"
            raise InputError(msg)
        return max(found, key=lambda option: option.worth)

    def _finish(self, plan: Plan, chosen: Arranged) -> None:
        wide = chosen.grid.box[2] - chosen.grid.box[0]
        if not chosen.located and wide >= WIDE_ENOUGH * self.type.scale:
            plan.map.make_room()
        plan.place()
        plan.maps[0].furnish(plan.map.inset)
        for part in chosen.placed:
            with self.canvas.layer(part.name):
                part.block.draw(self.canvas, part.x, part.y, part.width)
            tall = part.block.height(part.width)
            self.boxes.append((part.x, part.y, part.x + part.width, part.y + tall))

    # -- the maps ------------------------------------------------------------------------

    def draw_map(
        self, canvas: Canvas, plan: Plan, grid: Grid, index: int, slot: int | None = None
    ) -> None:
        """Draw one panel, its head above it, in its own slot or another one."""
        panel, sheet = self.panels[index], plan.maps[index]
        right, down = grid.offset(index if slot is None else slot)
        with canvas.layer(f"map-{panel.scene.as_of}"), canvas.moved(right, down):
            self._draw_head(canvas, panel, grid)
            sheet.draw(canvas)
        left, top, end, bottom = grid.box
        self.boxes.append((left + right, top + down - grid.head, end + right, bottom + down))

    def _draw_head(self, canvas: Canvas, panel: Panel, grid: Grid) -> None:
        t, c = self.type, self.colours
        left, top, right, _ = grid.box
        lines = self._words(panel, right - left)
        y = top - grid.head + self._date * 0.92
        if grid.columns == 1 and self.slots > 1:
            # Heads of maps under each other stand close to their own maps.
            y += (self._lines(right - left) - len(lines)) * t.small * WORDS * LOOSE
        with canvas.layer("head"):
            canvas.text(left, y, panel.head, self._date, c.ink, weight=700, name="date")
            y += t.small * 0.3
            for words in lines:
                y += t.small * WORDS * LOOSE
                canvas.text(left, y, words, t.small * WORDS, c.text, name="change")


def _turned_row(t: Type, colours: Palette) -> Row:
    def swatch(canvas: Canvas, x: float, y: float) -> None:
        s = t.scale
        canvas.circle(x + 13 * s, y, 4.2 * s, fill=colours.faint)
        draw_turned(canvas, x + 13 * s, y, 4.2 * s, colours)

    return Row(swatch, "Changed since the map before")


def whole_sheet(
    panels: Sequence[Panel],
    scene: Scene,
    size: Size,
    style: str,
    *,
    limit: int,
    slots: int | None = None,
    strip: float = 0.0,
) -> tuple[Several, Plan, Grid]:
    """The sheet with all but its maps drawn, set smaller until the maps have room.

    ``scene`` has the words of header and footer. Raises InputError where so many maps do not fit.
    """
    colours = palette(style)
    for smaller in SMALLER:
        sheet = Several(
            panels, scene, size, colours, smaller, slots=slots, limit=limit, strip=strip
        )
        try:
            plan, grid = sheet.lay_out()
        except InputError:
            if smaller == SMALLER[-1]:
                raise
            continue
        left, top, right, bottom = grid.box
        if (right - left) * (bottom - top) * sheet.slots >= LEAST_MAPS * size.width * size.height:
            break
    return sheet, plan, grid


def draw_several(
    panels: Sequence[Panel], scene: Scene, size: Size, style: str = "light", *, limit: int = 3
) -> Layout:
    """All panels on one sheet, drawn but not yet written to a file.

    ``scene`` has the words of header and footer; ``limit`` is the number of lines under each
    head. Raises InputError for a style that cannot be used, or where so many maps do not fit.
    """
    sheet, plan, grid = whole_sheet(panels, scene, size, style, limit=limit)
    labels: list[Label] = []
    for index in range(len(panels)):
        sheet.draw_map(sheet.canvas, plan, grid, index)
        dx, dy = grid.offset(index)
        labels += [_shifted(label, dx, dy) for label in plan.maps[index].labels]
    return Layout(grid.box, labels, [], sheet.boxes, sheet.canvas)


def compose_several(
    panels: Sequence[Panel],
    scene: Scene,
    size: Size,
    *,
    style: str = "light",
    scale: float = 2,
    fmt: str = "png",
    limit: int = 3,
) -> bytes:
    """All panels on one sheet as a finished picture; see ``draw_several`` and ``compose``."""
    with DRAWING:
        layout = draw_several(panels, scene, size, style, limit=limit)
        return finished(layout, scene, size, fmt, scale)


def _shifted(label: Label, dx: float, dy: float) -> Label:
    left, top, right, bottom = label.box
    return replace(label, box=(left + dx, top + dy, right + dx, bottom + dy))
