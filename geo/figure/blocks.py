"""Blocks of type beside or below the map; each knows its height before it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from geo.figure.canvas import Canvas
from geo.figure.lettering import ellipsis, text_width, wrap
from geo.figure.style import Palette, Type

__all__ = ["Block", "Item", "Key", "Prose", "Reports", "Row", "Stack", "Swatch"]

Swatch = Callable[[Canvas, float, float], None]
# Line heights as shares of the type size.
TIGHT = 1.30
LOOSE = 1.40


class Block(Protocol):
    """Something with a height at a given width, both in px."""

    def height(self, width: float) -> float:
        """The height it takes."""
        ...

    def draw(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Draw it with its top left corner at a px point."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the key: a drawn swatch, its label, a word of explanation, an Arabic name.

    ``swatch`` draws at the middle left of the room it is given.
    """

    swatch: Swatch
    label: str
    note: str = ""
    arabic: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """A part of the key: a head and its rows."""

    head: str
    rows: Sequence[Row]
    type: Type
    colours: Palette

    @property
    def _indent(self) -> float:
        return 36 * self.type.scale

    def _lines(self, row: Row, width: float) -> tuple[list[str], list[str]]:
        room = width - self._indent
        label = wrap(row.label, self.type.body, room, limit=2)
        note = wrap(row.note, self.type.small, room, limit=3) if row.note else []
        return label, note

    def _row_height(self, row: Row, width: float) -> float:
        label, note = self._lines(row, width)
        t = self.type
        return len(label) * t.body * TIGHT + len(note) * t.small * TIGHT + 4.5 * t.scale

    def height(self, width: float) -> float:
        """Head and rows."""
        head = self.type.head * 1.75
        return head + sum(self._row_height(row, width) for row in self.rows)

    def draw(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Draw head and rows from the top left."""
        t, c = self.type, self.colours
        canvas.text(x, y + t.head, self.head, t.head, c.ink, weight=700)
        y += t.head * 1.75
        for row in self.rows:
            label, note = self._lines(row, width)
            line = y
            row.swatch(canvas, x, y + t.body * TIGHT / 2)
            for words in label:
                canvas.text(x + self._indent, line + t.body, words, t.body, c.ink, name="key")
                line += t.body * TIGHT
            room = width - self._indent - text_width(label[-1], t.body) - 12 * t.scale
            if row.arabic and text_width(row.arabic, t.small, arabic=True) <= room:
                canvas.text(
                    x + width, line - t.body * 0.30, row.arabic, t.small, c.faint, align="right"
                )
            for words in note:
                canvas.text(x + self._indent, line + t.small * 0.92, words, t.small, c.faint)
                line += t.small * TIGHT
            y += self._row_height(row, width)


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs of small type under an optional head."""

    paragraphs: Sequence[str]
    type: Type
    colours: Palette
    head: str = ""
    limit: int | None = None
    faint: bool = False

    def _lines(self, width: float) -> list[list[str]]:
        return [wrap(p, self.type.small, width, limit=self.limit) for p in self.paragraphs]

    def height(self, width: float) -> float:
        """Head and all lines."""
        t = self.type
        lines = self._lines(width)
        tall = t.head * 1.75 if self.head else 0.0
        tall += sum(len(p) for p in lines) * t.small * LOOSE
        return tall + max(0, len(lines) - 1) * t.small * 0.45

    def draw(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Draw from the top left."""
        t, c = self.type, self.colours
        if self.head:
            canvas.text(x, y + t.head, self.head, t.head, c.ink, weight=700)
            y += t.head * 1.75
        for paragraph in self._lines(width):
            for words in paragraph:
                y += t.small * LOOSE
                colour = c.faint if self.faint else c.text
                canvas.text(x, y - t.small * 0.36, words, t.small, colour, name="note")
            y += t.small * 0.45


@dataclass(frozen=True, slots=True)
class Item:
    """One report of the list beside the map."""

    date: str
    words: str
    source: str
    swatch: Swatch


@dataclass(frozen=True, slots=True)
class Reports:
    """The newest reports in words."""

    items: Sequence[Item]
    type: Type
    colours: Palette
    head: str = "Latest reports"

    def _item_height(self, item: Item, width: float) -> float:
        t = self.type
        lines = wrap(item.words, t.small * 1.06, width - 24 * t.scale, limit=3)
        return t.small * TIGHT + len(lines) * t.small * 1.06 * TIGHT + 8 * t.scale

    def height(self, width: float) -> float:
        """Head and all items."""
        return self.type.head * 1.75 + sum(self._item_height(i, width) for i in self.items)

    def draw(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Draw from the top left."""
        t, c = self.type, self.colours
        indent = 24 * t.scale
        canvas.text(x, y + t.head, self.head, t.head, c.ink, weight=700)
        y += t.head * 1.75
        for item in self.items:
            line = y + t.small
            item.swatch(canvas, x, line - t.small * 0.36)
            canvas.text(x + indent, line, item.date, t.small, c.text, weight=600)
            start = indent + text_width(item.date, t.small, 600) + 7 * t.scale
            source = ellipsis(item.source, t.small, width - start)
            canvas.text(x + start, line, source, t.small, c.faint)
            line += t.small * 0.16
            for words in wrap(item.words, t.small * 1.06, width - indent, limit=3):
                line += t.small * 1.06 * TIGHT
                canvas.text(x + indent, line, words, t.small * 1.06, c.text, name="report")
            y += self._item_height(item, width)


@dataclass(frozen=True, slots=True)
class Stack:
    """Blocks one under the other, or spread over columns."""

    blocks: Sequence[Block]
    gap: float

    def height(self, width: float) -> float:
        """All blocks with the gaps between them."""
        tall = sum(block.height(width) for block in self.blocks)
        return tall + self.gap * max(0, len(self.blocks) - 1)

    def draw(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Draw the blocks in order."""
        for block in self.blocks:
            block.draw(canvas, x, y, width)
            y += block.height(width) + self.gap

    def columns(self, count: int, width: float) -> list[Stack]:
        """The blocks in ``count`` columns of ``width`` px, in order, as even as they can be."""
        tall = [block.height(width) + self.gap for block in self.blocks]
        low, high = max(tall, default=0.0), sum(tall)
        while high - low > 1.0:
            middle = (low + high) / 2
            if len(_pour(tall, middle)) <= count:
                high = middle
            else:
                low = middle
        found, at = [], 0
        for size in _pour(tall, high):
            found.append(Stack(self.blocks[at : at + size], self.gap))
            at += size
        return found


def _pour(tall: Sequence[float], room: float) -> list[int]:
    """How many blocks go in each column when no column is higher than ``room``."""
    sizes, filled = [0], 0.0
    for height in tall:
        if sizes[-1] and filled + height > room:
            sizes.append(0)
            filled = 0.0
        sizes[-1] += 1
        filled += height
    return sizes
