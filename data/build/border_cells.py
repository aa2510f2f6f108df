"""Short lists for the search of borders, each proven: which vertices can be nearest in a cell, and
which country holds a whole cell.

A vertex v beats w on a cell if it is nearer at every point of it. Squared straight distances to two
fixed points differ by a linear function of place, so it is enough to look at a grid of points of
the cell, and to allow for how far the curved ground lies from the flats between them. What the
ellipsoid adds is bounded by 2.5 % of what an arc is longer than its chord, less for two vertices
seen in nearly one direction (``geo.borders.many``); and an edge can be nearer than both its ends by
what half its length allows.
"""

# ruff: noqa: SLF001 - the builder of an index looks inside what it indexes
from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import shapely

from geo import areas
from geo.borders import SETS, Borders, open_borders
from geo.borders.cells import CELL
from geo.borders.many import RADIUS, UNEVEN, excess
from geo.borders.mesh import Floats, Ints, ecef
from geo.borders.policy import POLICIES

SHORT = 6  # a list this short is not divided further
FULL = 160  # a longer one is none
BUSY = 4_000  # so many vertices left for a degree: a border runs through it
PAIRWISE = 400  # so many are compared all with all


def _grid(west: float, south: float, size: float, count: int) -> Floats:
    """A square of points of a cell, earth-centred metres."""
    lon, lat = np.meshgrid(
        np.linspace(west, west + size, count), np.linspace(south, south + size, count)
    )
    return ecef(lon.ravel(), lat.ravel())


def _sag(size: float, count: int) -> float:
    """How far the ground can lie off the flats between a grid's points (metres, and half more)."""
    half = np.radians(size / (count - 1)) / np.sqrt(2) * RADIUS
    return float(1.5 * half * half / (2 * RADIUS))


def _slack(chord: Floats, gap: Floats) -> Floats:
    """Metres by which two chords may differ and the order of their arcs still be the other way."""
    return np.asarray(0.5 + UNEVEN * excess(chord) * np.minimum(1, 3 * gap / np.maximum(chord, 1)))


class Search:
    """The vertices of a set, and the lists found for its cells."""

    def __init__(self, borders: Borders) -> None:
        mesh = borders.mesh
        self.at = mesh.at
        self.half = mesh.reach.astype(np.float64)
        self.bulge = (2 * self.half) ** 2 / (4 * RADIUS)
        self.start = np.flatnonzero(mesh.joined)[borders._first[:-1]]
        self.edges = borders._size
        self.centre, self.radius = borders._centre, borders._radius
        self.leaves = np.zeros((round(180 / CELL), round(360 / CELL)), np.int32)
        self.lists: list[Ints] = [np.zeros(0, np.int64)]

    def run(self) -> None:
        """Fill ``leaves`` and ``lists`` for the whole globe."""
        every = np.arange(len(self.edges))
        for west in range(-180, 180, 18):
            for south in range(-90, 90, 18):
                blocks = self._blocks(_grid(west, south, 18, 7), _sag(18, 7), every)
                for x in range(west, west + 18, 6):
                    for y in range(south, south + 18, 6):
                        self._six_degrees(x, y, blocks)

    def _six_degrees(self, west: int, south: int, blocks: Ints) -> None:
        blocks = self._blocks(_grid(west, south, 6, 5), _sag(6, 5), blocks)
        for x in range(west, west + 6, 2):
            for y in range(south, south + 6, 2):
                self._two_degrees(x, y, blocks)

    def _two_degrees(self, west: float, south: float, blocks: Ints) -> None:
        grid, sag = _grid(west, south, 2, 3), _sag(2, 3)
        blocks = self._blocks(grid, sag, blocks)
        spread = [np.arange(self.start[k], self.start[k] + self.edges[k] + 1) for k in blocks]
        names = self._vertices(grid, sag, np.unique(np.concatenate(spread)))
        if len(names) <= SHORT:
            self._keep(west, south, 2, names)
            return
        for x in (west, west + 1):
            for y in (south, south + 1):
                few = self._vertices(_grid(x, y, 1, 3), _sag(1, 3), names)
                if len(few) <= SHORT:
                    self._keep(x, y, 1, few)
                elif len(few) <= BUSY:
                    for i in (x, x + CELL):
                        for j in (y, y + CELL):
                            grid = _grid(i, j, CELL, 3)
                            self._keep(i, j, CELL, self._vertices(grid, _sag(CELL, 3), few))

    def _keep(self, west: float, south: float, size: float, names: Ints) -> None:
        if len(names) > FULL:
            return
        x, y, n = (round(value / CELL) for value in (west + 180, south + 90, size))
        self.leaves[y : y + n, x : x + n] = len(self.lists)
        self.lists.append(names)

    def _blocks(self, grid: Floats, sag: float, blocks: Ints) -> Ints:
        """The blocks that can hold the nearest vertex of some point of a cell."""
        away = np.linalg.norm(grid[:, None] - self.centre[blocks][None], axis=2)
        high, low = away + self.radius[blocks], away - self.radius[blocks]
        alive = np.ones(len(blocks), bool)
        for best in np.unique(high.argmin(axis=1)):
            gap = np.linalg.norm(self.centre[blocks] - self.centre[blocks[best]], axis=1)
            lead = (high[:, best, None] - low).max(axis=0) + sag * 0.1
            lead += gap * sag / np.maximum(low.min(axis=0), 1000) + _slack(high.max(axis=0), gap)
            beaten = lead < 0
            beaten[best] = False
            alive &= ~beaten
        return blocks[alive]

    def _vertices(self, grid: Floats, sag: float, names: Ints) -> Ints:
        """The vertices that no other beats on a cell."""
        at = self.at[names]
        square = ((grid[:, None] - at[None]) ** 2).sum(axis=2)
        chord = np.sqrt(square.max(axis=0))
        spare = self.half[names] ** 2 + 2 * chord * self.bulge[names]
        alive = np.ones(len(names), bool)
        for best in np.unique(square.argmin(axis=1)):
            gap = np.linalg.norm(at - at[best], axis=1)
            lead = (square[:, best, None] - square).max(axis=0)
            beaten = lead + 2 * gap * sag + spare + 2 * chord * _slack(chord, gap) < 0
            beaten[best] = False
            alive &= ~beaten
        names, at, square = names[alive], at[alive], square[:, alive]
        if len(names) > PAIRWISE:
            return names
        chord, spare = chord[alive], spare[alive]
        gap = np.linalg.norm(at[:, None] - at[None], axis=2)
        lead = (square[:, :, None] - square[:, None, :]).max(axis=0)
        beaten = lead + 2 * gap * sag + spare + 2 * chord * _slack(chord[None], gap) < 0
        np.fill_diagonal(beaten, False)
        return names[~beaten.any(axis=0)]


def write_lists(set_name: str, policy: str) -> Path:
    """Write the lists of one set under one policy beside its lines."""
    borders = open_borders(set_name, policy)
    search = Search(borders)
    search.run()
    size = np.array([len(names) for names in search.lists])
    vertex = np.concatenate(search.lists)
    path = SETS[set_name][0].with_name(f"border-cells-{policy}.npz")
    np.savez_compressed(
        path,
        leaves=search.leaves,
        size=size.astype(np.uint8),
        vertex=np.diff(vertex, prepend=0).astype(np.int32),
        lines=np.int64(borders.check),
    )
    print(f"{path.name}: {len(size)} lists, {path.stat().st_size / 1e6:.2f} MB")
    return path


def write_countries() -> None:
    """Write which country holds each whole cell of 0.1 degrees (``geo.areas.countries_at``)."""
    units, tree, country = areas._units()
    names = ["", *sorted(set(country.tolist()))]
    number = np.array([names.index(code) for code in country.tolist()])
    cells = np.zeros((1800, 3600), np.uint8)
    for south in range(-90, 90):  # a row of degrees at a time
        x, y = np.meshgrid(np.arange(3600), np.arange((south + 90) * 10, (south + 91) * 10))
        x, y = x.ravel(), y.ravel()
        low = np.stack([x / 10 - 180, y / 10 - 90])
        # A hair wider than the cell, so that rounding of a point's own cell cannot matter.
        box = shapely.box(*(low - 1e-9), *(low + 0.1 + 1e-9))
        wide = shapely.box(*(low - areas.SHORE_DEG), *(low + 0.1 + areas.SHORE_DEG))
        cell, unit = tree.query(wide)
        meets = shapely.intersects(units[unit], wide[cell])
        cell, unit = cell[meets], unit[meets]
        cells[y[cell], x[cell]] = 255
        meets = shapely.intersects(units[unit], box[cell])
        both = np.unique(np.stack([cell[meets], number[unit[meets]]]), axis=1)
        one = np.bincount(both[0], minlength=len(x))[both[0]] == 1
        inside, owner = both[:, one]
        whole = [areas.country_area(names[code]) for code in owner.tolist()]
        full = shapely.contains_properly(np.array(whole), box[inside])
        cells[y[inside[full]], x[inside[full]]] = owner[full]
    path = areas.CELLS_PATH
    check = np.int64(zlib.crc32(areas.PATH.read_bytes()))
    np.savez_compressed(path, cells=cells, names=np.array(names), areas=check)
    share = (cells == 255).mean()
    print(f"{path.name}: {share:.1%} of the cells divided, {path.stat().st_size / 1e6:.2f} MB")


def build() -> None:
    """Write the lists of every set and policy, and the countries' cells."""
    write_countries()
    for set_name in SETS:
        for policy in POLICIES:
            write_lists(set_name, policy)
