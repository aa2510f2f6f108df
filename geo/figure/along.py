"""Names bent along rivers, as outlines that follow the smoothed line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.path import Path
from numpy.typing import NDArray

from geo.figure.canvas import Box
from geo.figure.labels import Placer
from geo.figure.lettering import is_arabic, outline, points, text_width

__all__ = ["Bent", "bend"]

Floats = NDArray[np.float64]
STEP = 3.0
# The sharpest turn over a name's length that still reads well, in radians.
MOST_TURN = 1.5


@dataclass(frozen=True, slots=True)
class Bent:
    """A name set along a line: its outline in px and the boxes it takes."""

    words: str
    path: Path
    boxes: tuple[Box, ...]


def _even(line: Floats) -> Floats:
    """Points every STEP px along a polyline."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.arange(0.0, along[-1], STEP)
    return np.column_stack([np.interp(at, along, line[:, i]) for i in (0, 1)])


def _smooth(line: Floats, reach: float) -> Floats:
    """A Gaussian mean along the line; its ends stay where they are."""
    half = round(2.5 * reach / STEP)
    weights = np.exp(-0.5 * (np.arange(-half, half + 1) * STEP / reach) ** 2)
    weights /= weights.sum()
    # Ends are mirrored through the end point, which keeps them in place.
    before = 2 * line[0] - line[half:0:-1]
    after = 2 * line[-1] - line[-2 : -half - 2 : -1]
    padded = np.concatenate([before, line, after])
    return np.column_stack([np.convolve(padded[:, i], weights, mode="valid") for i in (0, 1)])


def bend(
    words: str, size: float, lines: Sequence[Floats], placer: Placer, *, spacing: float = 0.12
) -> Bent | None:
    """Set a name along the straightest free stretch of ``lines`` (px), or give None.

    The name stands above the line. The boxes it takes are handed to ``placer``.
    """
    arabic = is_arabic(words)
    gap = 0.0 if arabic else spacing * size
    wide = text_width(words, size, italic=not arabic, arabic=arabic) + gap * (len(words) - 1)
    left, top, right, bottom = placer.frame
    middle = np.array([(left + right) / 2, (top + bottom) / 2])
    best: tuple[float, Floats] | None = None
    for line in lines:
        if len(line) < 2 or np.hypot(*np.diff(line, axis=0).T).sum() < wide * 1.25:
            continue
        even = _even(line)
        reach = min(size * 1.6, len(even) * STEP / 8)
        if len(even) < 2 * round(2.5 * reach / STEP) + 4:
            continue
        smooth = _even(_smooth(even, reach))
        need = round(wide / STEP) + 6
        for start in range(0, len(smooth) - need, 4):
            part = smooth[start : start + need]
            if part[-1, 0] < part[0, 0]:
                part = part[::-1]
            if np.hypot(*np.diff(part, axis=0).T).sum() < wide + 4:
                continue
            heading = np.unwrap(np.arctan2(*np.diff(part, axis=0).T[::-1]))
            turn = float(np.ptp(heading))
            if turn > MOST_TURN or abs(heading.mean()) > 1.35:
                continue
            away = float(np.hypot(*(part[len(part) // 2] - middle))) / (right - left)
            price = turn * 1.5 + away + abs(float(heading.mean())) * 0.3
            if best is not None and price >= best[0]:
                continue
            if all(placer.free(box) for box in _boxes(part, size)):
                best = (price, part)
    if best is None:
        return None
    part = best[1]
    boxes = tuple(_boxes(part, size))
    for box in boxes:
        placer.block(box)
    return Bent(words, _warp(words, size, part, gap, wide, arabic=arabic), boxes)


def _boxes(part: Floats, size: float) -> list[Box]:
    """Small boxes over the band the letters fill."""
    found = []
    tangent = np.gradient(part, axis=0)
    tangent /= np.maximum(1e-9, np.hypot(*tangent.T))[:, None]
    normal = np.column_stack([tangent[:, 1], -tangent[:, 0]])
    for i in range(0, len(part), 4):
        x, y = part[i] + normal[i] * size * 0.62
        half = size * 0.55
        found.append((float(x - half), float(y - half), float(x + half), float(y + half)))
    return found


def _warp(words: str, size: float, part: Floats, gap: float, wide: float, *, arabic: bool) -> Path:
    """Outlines of the letters, each point carried onto the line."""
    steps = np.hypot(*np.diff(part, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    start = (along[-1] - wide) / 2
    pieces = [words] if arabic or not gap else list(words)
    vertices: list[Floats] = []
    codes: list[NDArray[np.uint8]] = []
    reached = 0.0
    for index, piece in enumerate(pieces):
        shape = outline(piece, size, italic=not arabic, arabic=arabic)
        before = words[:index] if len(pieces) > 1 else ""
        reached = text_width(before, size, italic=not arabic, arabic=arabic) + gap * index
        if shape.codes is not None and len(points(shape)):
            vertices.append(np.add(points(shape), (start + reached, 0.0)))
            codes.append(np.asarray(shape.codes, np.uint8))
    if not vertices:
        return Path(np.empty((0, 2)))
    flat = np.concatenate(vertices)
    tangent = np.gradient(part, axis=0)
    tangent /= np.maximum(1e-9, np.hypot(*tangent.T))[:, None]
    x = np.interp(flat[:, 0], along, part[:, 0])
    y = np.interp(flat[:, 0], along, part[:, 1])
    tx = np.interp(flat[:, 0], along, tangent[:, 0])
    ty = np.interp(flat[:, 0], along, tangent[:, 1])
    up = flat[:, 1] + size * 0.30
    moved = np.column_stack([x + ty * up, y - tx * up])
    return Path(moved, np.concatenate(codes))
