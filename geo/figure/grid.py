"""Where the maps of a sheet stand, and the key and notes around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.figure.blocks import Block
from geo.figure.canvas import Box

__all__ = ["Arranged", "Grid", "Placed"]


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the maps stand: ``box`` is the first map's, the others follow by ``step`` px."""

    columns: int
    rows: int
    box: Box
    head: float  # px between a map's top and that of its head
    step: tuple[float, float]
    beside: bool

    def offset(self, index: int) -> tuple[float, float]:
        """How far right and down of the first map another one stands."""
        return (index % self.columns * self.step[0], index // self.columns * self.step[1])


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its place."""

    block: Block
    x: float
    y: float
    width: float
    name: str


@dataclass(frozen=True, slots=True)
class Arranged:
    """A way to lay out the sheet, and how large it shows the ground."""

    worth: float
    grid: Grid
    placed: Sequence[Placed]
    located: bool = False
