"""The way back to the map from a printed picture: a QR code, drawn as shapes."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from geo.figure.canvas import Canvas
from geo.figure.projection import outline_path
from geo.figure.style import Type

__all__ = ["Code", "qr_code"]

# Modules of white on each side. The standard asks for four; white paper gives the rest.
QUIET = 2
# A dot of the code on the sheet: 2 px are 0.53 mm in print, and whole px keep its edges sharp.
MODULE_PX = 2


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code as rows of dark and light modules."""

    rows: tuple[tuple[bool, ...], ...]
    module: float

    @property
    def side(self) -> float:
        """Px along each side, with its white rim."""
        return (len(self.rows) + 2 * QUIET) * self.module

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw it, black on white in every style, its top left at a px point (made whole)."""
        left, top = float(round(x)), float(round(y))
        m, side = self.module, self.side
        boxes = []
        for down, row in enumerate(self.rows):
            start = None
            for along, dark in enumerate((*row, False)):
                if dark and start is None:
                    start = along
                elif not dark and start is not None:
                    at = top + (QUIET + down) * m
                    x0, x1 = left + (QUIET + start) * m, left + (QUIET + along) * m
                    boxes.append(shapely.box(x0, at, x1, at + m))
                    start = None
        with canvas.layer("link"):
            canvas.rect((left, top, left + side, top + side), fill="#FFFFFF")
            canvas.path(outline_path(shapely.union_all(boxes)), fill="#000000", name="qr-code")


def qr_code(link: str, t: Type) -> Code | None:
    """The QR code of an address (ISO/IEC 18004, level M or better); None where none holds it."""
    import segno  # a little code that pictures without a link need not load

    try:
        made = segno.make_qr(link, error="m", version=None)
    except segno.DataOverflowError:
        return None
    rows = tuple(tuple(bool(module) for module in row) for row in made.matrix)
    return Code(rows, float(MODULE_PX * max(1, round(t.scale))))
