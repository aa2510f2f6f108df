"""Which border vertices can be nearest to the points of a cell: short lists, far from borders.

The globe is divided into cells of half a degree; neighbours with the same short list share one.
For a cell away from all borders three or four vertices are left, out of 1.5 million, that can be
nearest to any of its points (``data.build.border_cells`` proves it cell by cell). Cells near a
border have no list.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["CELL", "Cells", "cell_number", "read_cells"]

CELL = 0.5  # degrees


def cell_number(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.int64]:
    """The cells (row by row from the south-west) of points in degrees."""
    x = np.minimum(((np.asarray(lon) + 180.0) / CELL).astype(np.int64), 719)
    y = np.minimum(((np.asarray(lat) + 90.0) / CELL).astype(np.int64), 359)
    return np.asarray(y * 720 + x)


@dataclass(frozen=True, slots=True)
class Cells:
    """``leaves`` (360x720, from the south-west) numbers the lists; ``first`` and ``size`` say where
    each lies in ``vertex``. A list of size 0 means: near a border, none kept.
    """

    leaves: NDArray[np.int32]
    first: NDArray[np.int64]
    size: NDArray[np.int64]
    vertex: NDArray[np.int64]

    def leaf(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.int32]:
        """The number of the list of each point."""
        return self.leaves.ravel()[cell_number(lon, lat)]


def read_cells(path: Path, lines: int) -> Cells | None:
    """Read lists of candidates; None if there is no file, or it is not of these lines.

    ``lines`` is the checksum of the lines (``Borders.check``). The tree does without, at half the
    speed.
    """
    try:
        with np.load(path) as data:
            if int(data["lines"]) != lines:
                return None
            size = data["size"].astype(np.int64)
            return Cells(
                data["leaves"],
                np.cumsum(size) - size,
                size,
                np.cumsum(data["vertex"], dtype=np.int64),
            )
    except (OSError, KeyError, ValueError, EOFError, BadZipFile):
        return None
