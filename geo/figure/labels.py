"""Names on the map: measured boxes, tried in a fixed order, never one on another.

Names go down by importance: reported places first, then rivers and countries, then the towns
and provinces that still have room. A name without a free position is left out; a name that
cannot be left out tries positions further off, with a line to its mark.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geo.figure.canvas import Box, Canvas
from geo.figure.lettering import is_arabic, text_width

__all__ = [
    "Label",
    "Line",
    "Placer",
    "around",
    "around_point",
    "block_size",
    "draw_label",
    "overlap",
]

# Line height, and the parts of it above and below the baseline, as shares of the type size.
LEADING = 1.22
ASCENT = 0.80
DESCENT = 0.26
# The least gap in px between two names, and between a name and a mark.
GAP = 3.5
# A name that stands further off than this gets a line to its mark.
LEADER_FROM = 9.0
SHORTEST_LEADER = 9.0
# What it costs to lead a line under the mark of another place.
UNDER_MARK = 14.0
# A leader line runs under other marks only within so many radii of its own.
CROWD = 6.0
# A name that is led to its mark must not stand this near, in px, to the mark of another place.
STRANGER = 12.0
BESIDE_STRANGER = 30.0
# Beyond this many px off its mark a name may not stand nearer to another.
LED_ASTRAY = 25.0


Leader = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a label."""

    words: str
    size: float
    colour: str
    weight: int = 400
    italic: bool = False
    spaced: bool = False

    @property
    def width(self) -> float:
        """Measured width in px."""
        return text_width(
            self.words, self.size, self.weight, italic=self.italic, arabic=is_arabic(self.words)
        )


@dataclass(frozen=True, slots=True)
class Label:
    """A placed label: its lines, box in px, alignment, and a leader line if it stands off.

    ``key`` is the id of the place it names, where that is a reported one.
    """

    name: str
    lines: tuple[Line, ...]
    box: Box
    align: str
    leader: Leader | None = None
    key: str = ""


def overlap(one: Box, other: Box, gap: float = 0.0) -> bool:
    """Whether two boxes come closer than ``gap``."""
    return (
        one[0] < other[2] + gap
        and other[0] < one[2] + gap
        and one[1] < other[3] + gap
        and other[1] < one[3] + gap
    )


def block_size(lines: Sequence[Line]) -> tuple[float, float]:
    """Width and height of lines set one under the other."""
    tall = sum(line.size * LEADING for line in lines[:-1])
    tall += lines[-1].size * (ASCENT + DESCENT) if lines else 0
    return max(line.width for line in lines), tall


def around(
    x: float, y: float, radius: float, size: tuple[float, float], steps: Sequence[float] = (0.0,)
) -> Iterator[tuple[Box, str, float]]:
    """Positions round a mark, best first: box, alignment, and how far off it stands."""
    wide, tall = size
    for step in steps:
        out = radius + 3.5 + step
        if step > LEADER_FROM:
            # Far off, sixteen directions: the near edge of the box lies on a circle.
            for k in (0, 1, 15, 2, 14, 8, 7, 9, 6, 10, 3, 13, 5, 11, 4, 12):
                turn = 2 * math.pi * k / 16
                near_x, near_y = x + out * math.cos(turn), y + out * math.sin(turn)
                share_x = (1 - math.cos(turn)) / 2
                share_y = (1 - math.sin(turn)) / 2
                left, top = near_x - share_x * wide, near_y - share_y * tall
                align = "left" if share_x < 0.35 else "right" if share_x > 0.65 else "center"
                yield (left, top, left + wide, top + tall), align, step
            continue
        slant = out * 0.72
        for left, top, align in (
            (x + out, y - tall / 2, "left"),
            (x + slant, y - slant - tall, "left"),
            (x + slant, y + slant, "left"),
            (x - out - wide, y - tall / 2, "right"),
            (x - slant - wide, y - slant - tall, "right"),
            (x - slant - wide, y + slant, "right"),
            (x - wide / 2, y - out - tall, "center"),
            (x - wide / 2, y + out, "center"),
        ):
            yield (left, top, left + wide, top + tall), align, step


def around_point(x: float, y: float, size: tuple[float, float]) -> Iterator[tuple[Box, str, float]]:
    """Centred positions on a point and a little off it."""
    wide, tall = size
    for off_x, off_y in ((0, 0), (0, -0.6), (0, 0.6), (-0.3, 0), (0.3, 0)):
        left, top = x + off_x * wide - wide / 2, y + off_y * tall - tall / 2
        yield (left, top, left + wide, top + tall), "center", 0.0


@dataclass
class Placer:
    """Keeps the boxes that are taken. ``frame`` is the map's box."""

    frame: Box
    taken: list[Box] = field(default_factory=list)
    placed: list[Label] = field(default_factory=list)
    _is_mark: list[bool] = field(default_factory=list)
    _array: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 4)))
    _marks: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))
    _soft: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 3)))

    def block(self, box: Box) -> None:
        """Keep names and leader lines out of ``box`` (a name, the scale bar)."""
        self._take(box, mark=False)

    def mark(self, box: Box) -> None:
        """Keep names off a mark. Leader lines run under marks, but rather not."""
        self._take(box, mark=True)

    def _take(self, box: Box, *, mark: bool) -> None:
        self.taken.append(box)
        self._is_mark.append(mark)

    def _boxes(self) -> NDArray[np.float64]:
        if len(self._array) != len(self.taken):
            self._array = np.array(self.taken)
            self._marks = np.array(self._is_mark)
        return self._array

    def shun(self, points: NDArray[np.float64], weight: float) -> None:
        """Make names avoid these px points (N by 2) where they can (borders, rivers)."""
        if len(points):
            rows = np.column_stack([points, np.full(len(points), weight)])
            self._soft = np.concatenate([self._soft, rows])

    def free(self, box: Box, gap: float = GAP) -> bool:
        """Whether ``box`` lies in the frame, clear of everything taken."""
        return bool(self._free(np.array([box]), gap)[0])

    def _free(self, boxes: NDArray[np.float64], gap: float) -> NDArray[np.bool_]:
        """Which of N boxes lie in the frame, clear of everything taken."""
        left, top, right, bottom = self.frame
        good: NDArray[np.bool_] = (
            (boxes[:, 0] >= left + 5)
            & (boxes[:, 1] >= top + 5)
            & (boxes[:, 2] <= right - 5)
            & (boxes[:, 3] <= bottom - 5)
        )
        a = self._boxes()
        if len(a):
            low, high = boxes.min(axis=0) - gap, boxes.max(axis=0) + gap
            a = a[
                (a[:, 0] < high[2]) & (a[:, 2] > low[0]) & (a[:, 1] < high[3]) & (a[:, 3] > low[1])
            ]
        for start in range(0, len(boxes) if len(a) else 0, 256):
            one = boxes[start : start + 256, None]
            hit = (
                (one[..., 0] < a[:, 2] + gap)
                & (a[:, 0] < one[..., 2] + gap)
                & (one[..., 1] < a[:, 3] + gap)
                & (a[:, 1] < one[..., 3] + gap)
            )
            good[start : start + 256] &= ~hit.any(axis=1)
        return good

    def cost(self, box: Box) -> float:
        """What ``box`` would lie on of the things to be avoided."""
        s = self._soft
        if not len(s):
            return 0.0
        inside = (
            (s[:, 0] > box[0] - 2)
            & (s[:, 0] < box[2] + 2)
            & (s[:, 1] > box[1] - 2)
            & (s[:, 1] < box[3] + 2)
        )
        return float(s[inside, 2].sum())

    def put(
        self,
        name: str,
        lines: Sequence[Line],
        anchor: tuple[float, float],
        positions: Sequence[tuple[Box, str, float]],
        *,
        gap: float = GAP,
        worst: float = math.inf,
        rim: float = 0.0,
        key: str = "",
    ) -> Label | None:
        """Place a label at the cheapest free position, or not at all.

        Positions count dearer the later they come and the further they stand off. ``worst`` is
        the greatest cost of things lain on that is accepted. ``rim`` is the radius of the mark,
        where a leader line starts.
        """
        best: tuple[float, Box, str, float] | None = None
        if not positions:
            return None
        open_ = self._free(np.array([box for box, _, _ in positions]), gap)
        for index in np.flatnonzero(open_).tolist():
            box, align, step = positions[index]
            price = index * 0.55 + step * 0.5
            if best is not None and price >= best[0]:
                continue
            lain = self.cost(box)
            if lain > worst:
                continue
            if step > LEADER_FROM:
                crossed = self._crossed(_leader(anchor, box, rim), anchor, rim)
                if crossed is None:
                    continue
                strangers, nearer = self._strangers(box, anchor, rim)
                if nearer and step > LED_ASTRAY:
                    continue
                lain += crossed + BESIDE_STRANGER * strangers
            if best is None or price + lain < best[0]:
                best = (price + lain, box, align, step)
        if best is None:
            return None
        _, box, align, step = best
        leader = _leader(anchor, box, rim) if step > LEADER_FROM else None
        if leader is not None and math.dist(*leader) < SHORTEST_LEADER:
            leader = None
        label = Label(name, tuple(lines), box, align, leader, key)
        self.placed.append(label)
        self.block(box)
        if leader is not None:
            for x, y in _along(leader):
                self.block((x - 1, y - 1, x + 1, y + 1))
        return label

    def _own(self, anchor: tuple[float, float], rim: float) -> NDArray[np.bool_]:
        """Which boxes are its own mark, or marks that lie on it."""
        a = self._boxes()
        return (np.abs((a[:, 0] + a[:, 2]) / 2 - anchor[0]) < rim * 1.5) & (
            np.abs((a[:, 1] + a[:, 3]) / 2 - anchor[1]) < rim * 1.5
        )

    def _strangers(self, box: Box, anchor: tuple[float, float], rim: float) -> tuple[int, bool]:
        """How many strange marks a box stands next to, and whether one is nearer than its own."""
        a = self._boxes()
        others = a[self._marks & ~self._own(anchor, rim)]
        x, y = (others[:, 0] + others[:, 2]) / 2, (others[:, 1] + others[:, 3]) / 2
        across = np.maximum(0, np.maximum(box[0] - x, x - box[2]))
        along = np.maximum(0, np.maximum(box[1] - y, y - box[3]))
        away = np.hypot(across, along)
        own = math.hypot(
            max(0.0, box[0] - anchor[0], anchor[0] - box[2]),
            max(0.0, box[1] - anchor[1], anchor[1] - box[3]),
        )
        return int((away < STRANGER + rim).sum()), bool((away < min(own, 2 * STRANGER)).any())

    def _crossed(self, leader: Leader, anchor: tuple[float, float], rim: float) -> float | None:
        """What a leader line costs for the marks it runs under; None where it may not go.

        It never crosses a name. Marks only at its start, where they crowd its own: any other
        would seem to be the one named.
        """
        a = self._boxes()
        near = self._own(anchor, rim)
        at = np.array(_along(leader))
        start = min(len(at) // 2, int((np.hypot(*(at - anchor).T) < CROWD * rim).sum()))
        x, y = at[:, :1], at[:, 1:]
        over = (a[:, 0] < x + 3) & (x < a[:, 2] + 3) & (a[:, 1] < y + 2) & (y < a[:, 3] + 2)
        hit, strange = over.any(axis=0), self._marks & ~near
        if (hit & ~self._marks).any() or (over[start:].any(axis=0) & strange).any():
            return None
        return float((hit & strange).sum()) * UNDER_MARK


def _leader(anchor: tuple[float, float], box: Box, rim: float) -> Leader:
    """From the rim of the mark to the nearest point of the box."""
    x = min(max(anchor[0], box[0]), box[2])
    y = min(max(anchor[1], box[1] + 3), box[3] - 3)
    away = max(1e-9, math.hypot(x - anchor[0], y - anchor[1]))
    share = min(1.0, (rim + 1.0) / away)
    start = (anchor[0] + (x - anchor[0]) * share, anchor[1] + (y - anchor[1]) * share)
    return start, (x, y)


def _along(leader: Leader) -> list[tuple[float, float]]:
    """Points along a leader line, its ends left out."""
    (x0, y0), (x1, y1) = leader
    count = max(3, int(math.hypot(x1 - x0, y1 - y0) // 3))
    shares = [i / count for i in range(1, count)]
    return [(x0 + (x1 - x0) * s, y0 + (y1 - y0) * s) for s in shares]


def draw_label(canvas: Canvas, label: Label, halo: str | None, halo_width: float = 3.2) -> None:
    """Write a placed label."""
    left, top, right, _ = label.box
    x = {"left": left, "right": right, "center": (left + right) / 2}[label.align]
    y = top
    for line in label.lines:
        canvas.text(
            x,
            y + line.size * ASCENT,
            line.words,
            line.size,
            line.colour,
            weight=line.weight,
            italic=line.italic,
            align=label.align,
            halo=halo,
            halo_width=halo_width,
            spaced=line.spaced,
            name=label.name,
        )
        y += line.size * LEADING
