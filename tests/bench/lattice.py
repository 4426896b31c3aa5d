"""Coverages and networks with borders that look grown, in closed form: the same numbers on every machine.

A lattice of hexagons with shaken corners is bent by a sum of sines. The bend's slope stays below one, so that
it is one-to-one: cells keep their neighbours, no border crosses another, no gap opens.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Points = NDArray[np.float64]
GRID = 0.01  # metres: the precision of every coordinate


@dataclass(frozen=True)
class Bend:
    """A smooth displacement of the plane: waves of `longest` metres, each further one half as long.

    slope: metres moved a metre of ground, of each wave; of all waves below 1/√2 the bend is one-to-one.
    seed: directions and phases.
    """

    slope: float
    longest: float
    waves: int
    seed: int

    def __call__(self, points: Points) -> Points:
        """Return places (n, 2) moved, on the grid of 0.01 m."""
        if self.slope * self.waves * 2**0.5 > 1:
            raise ValueError("borders could cross")
        rng = np.random.default_rng([self.seed, 77])
        moved = points.copy()
        for wave in range(self.waves):
            length = self.longest * 0.5**wave
            for axis in (0, 1):
                turn, phase = rng.uniform(0, 2 * np.pi, 2)
                along = points @ np.array([np.cos(turn), np.sin(turn)]) * (2 * np.pi / length) + phase
                moved[:, axis] += self.slope * length / (2 * np.pi) * np.sin(along)
        return np.round(moved / GRID) * GRID


@dataclass(frozen=True)
class Lattice:
    """Hexagons in rows, odd rows set off by half; `width`, `height` in metres of the whole."""

    rows: int
    columns: int
    west: float
    south: float
    width: float
    height: float

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a cell in metres."""
        return self.width / (self.columns + 0.5), self.height / self.rows

    def corners(self, shake: float, seed: int) -> Points:
        """Corners (n, 2), moved at random by up to `shake` of a cell.

        Line r of 2 * columns + 2 corners lies under row r.
        """
        wide, high = self.cell
        count = 2 * self.columns + 2
        line, place = np.meshgrid(np.arange(self.rows + 1), np.arange(count), indexing="ij")
        x = place * wide / 2
        # Above and below every row the corners go up and down by turns.
        y = (line + np.where((place + line) % 2 == 0, 1 / 6, -1 / 6)) * high
        rng = np.random.default_rng([seed, 11])
        moved = rng.uniform(-shake, shake, (*x.shape, 2))
        return np.column_stack([(x + moved[..., 0] * wide).ravel() + self.west,
                                (y + moved[..., 1] * high).ravel() + self.south])

    def cells(self) -> NDArray[np.int64]:
        """Corner numbers (rows * columns, 6) of each cell, counter-clockwise, row by row."""
        count = 2 * self.columns + 2
        row, column = np.meshgrid(np.arange(self.rows), np.arange(self.columns), indexing="ij")
        first = (row * count + 2 * column + row % 2).ravel()  # lower left corner
        above = first + count
        return np.stack([first, first + 1, first + 2, above + 2, above + 1, above], axis=1)


def coverage(lattice: Lattice, bend: Bend, *, steps: int, shake: float = 0.16) -> NDArray[np.object_]:
    """Return a MultiPolygon for each cell; every side has `steps` stretches, shared with its neighbour."""
    cells, corners = lattice.cells(), lattice.corners(shake, bend.seed)
    sides = np.stack([cells, np.roll(cells, -1, axis=1)], axis=2)
    low, high = sides.min(axis=2), sides.max(axis=2)
    # A side is computed from its lower corner whoever asks, so that both neighbours get the same numbers.
    key, place = np.unique(low * np.int64(len(corners)) + high, return_inverse=True)
    lines = _between(corners[key // len(corners)], corners[key % len(corners)], steps)
    lines = bend(lines.reshape(-1, 2)).reshape(len(key), steps + 1, 2)
    place = place.reshape(low.shape)
    backwards = sides[..., 0] > sides[..., 1]
    step = np.arange(steps)
    index = np.where(backwards[..., None], steps - step, step)
    rings = lines[place[..., None], index].reshape(len(cells), 6 * steps, 2)
    rings = np.concatenate([rings, rings[:, :1]], axis=1)
    return multi(shapely.polygons(shapely.linearrings(rings)), shapely.multipolygons)


def grid_roads(columns: int, rows: int, lattice: Lattice, bend: Bend, *,
               steps: int) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return a MultiLineString for each stretch of a road grid, and (n, 2): way (0 east, 1 north), line."""
    x = lattice.west + (np.arange(columns) + 0.5) * lattice.width / columns
    y = lattice.south + (np.arange(rows) + 0.5) * lattice.height / rows
    nodes = np.stack(np.meshgrid(x, y), axis=2)
    east = _between(nodes[:, :-1].reshape(-1, 2), nodes[:, 1:].reshape(-1, 2), steps)
    north = _between(nodes[:-1].reshape(-1, 2), nodes[1:].reshape(-1, 2), steps)
    lines = np.concatenate([east, north])
    lines = bend(lines.reshape(-1, 2)).reshape(lines.shape)
    line = np.r_[np.repeat(np.arange(rows), columns - 1), np.tile(np.arange(columns), rows - 1)]
    way = np.r_[np.zeros(len(east), np.int64), np.ones(len(north), np.int64)]
    return multi(shapely.linestrings(lines), shapely.multilinestrings), np.column_stack([way, line])


def _between(start: Points, end: Points, steps: int) -> Points:
    share = np.linspace(0.0, 1.0, steps + 1)[None, :, None]
    return start[:, None, :] * (1 - share) + end[:, None, :] * share


def multi(parts: NDArray[np.object_], make: np.ufunc) -> NDArray[np.object_]:
    """Return each geometry as one of many parts."""
    return make(parts, indices=np.arange(len(parts)))


def band(places: Points, *, longest: float, seed: int) -> NDArray[np.float64]:
    """Return a smooth value in about [-1, 1] at places (n, 2): neighbours are alike."""
    rng = np.random.default_rng([seed, 5])
    total = np.zeros(len(places))
    for wave in range(5):
        turn, phase = rng.uniform(0, 2 * np.pi, 2)
        along = places @ np.array([np.cos(turn), np.sin(turn)])
        total += 0.6**wave * np.sin(along * (2 * np.pi * 1.7**wave / longest) + phase)
    return total / 1.6
