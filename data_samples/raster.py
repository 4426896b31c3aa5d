"""A square working grid in the planning CRS, smooth noise on it, and distances: the clay of the sample."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage


def generator(seed: int, subject: str) -> np.random.Generator:
    """Return the random generator of one subject, so that one subject's draws never move another's."""
    return np.random.default_rng([seed, zlib.crc32(subject.encode())])


@dataclass(frozen=True)
class Frame:
    """A grid of square cells: west and south edge in metres, cell size in metres, rows and columns.

    Row 0 is the southernmost row.
    """

    west: float
    south: float
    cell: float
    rows: int
    columns: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    def centres(self) -> tuple[np.ndarray, np.ndarray]:
        """Return x and y of the cell centres, each of the grid's shape, metres."""
        x = self.west + (np.arange(self.columns) + 0.5) * self.cell
        y = self.south + (np.arange(self.rows) + 0.5) * self.cell
        return tuple(np.meshgrid(x, y))

    def index(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return row and column of the cells that hold the places, held to the grid's edge."""
        column = np.clip(((np.asarray(x) - self.west) / self.cell).astype(int), 0, self.columns - 1)
        row = np.clip(((np.asarray(y) - self.south) / self.cell).astype(int), 0, self.rows - 1)
        return row, column

    def at(self, raster: np.ndarray, points: np.ndarray) -> np.ndarray:
        """Return the raster's values at places of shape (n, 2)."""
        points = np.asarray(points, dtype=float).reshape(-1, 2)
        return raster[self.index(points[:, 0], points[:, 1])]


def frame_around(geometry: shapely.Geometry, cell: float, margin: float = 0.0) -> Frame:
    """Return a grid over the geometry's bounds plus a margin, its corner on a multiple of the cell."""
    west, south, east, north = geometry.bounds
    west = np.floor((west - margin) / cell) * cell
    south = np.floor((south - margin) / cell) * cell
    return Frame(
        float(west),
        float(south),
        cell,
        int(np.ceil((north + margin - south) / cell)),
        int(np.ceil((east + margin - west) / cell)),
    )


def mask_of(frame: Frame, geometry: shapely.Geometry) -> np.ndarray:
    """Return true where the cell centre lies in the geometry."""
    shapely.prepare(geometry)
    x, y = frame.centres()
    return shapely.contains_xy(geometry, x, y)


def noise(x: np.ndarray, y: np.ndarray, *, wavelength: float, seed: int, octaves: int = 3) -> np.ndarray:
    """Return smooth gradient noise in about [-1, 1] at the places, halving wavelength and height by octave.

    The slopes stand on a lattice of hashed integers, so the value of a place depends on nothing but the
    place and the seed; each octave's lattice is turned, so that no direction shows.
    """
    total = np.zeros(np.shape(x))
    height = 1.6
    for octave in range(octaves):
        turn = 0.61 + 1.13 * (seed % 11) + 0.83 * octave
        cos, sin = np.cos(turn), np.sin(turn)
        u = (np.asarray(x) * cos - np.asarray(y) * sin) / wavelength
        v = (np.asarray(x) * sin + np.asarray(y) * cos) / wavelength
        i, j = np.floor(u).astype(np.int64), np.floor(v).astype(np.int64)
        f, g = u - i, v - j
        s, t = _smooth(f), _smooth(g)
        low = _slope(i, j, seed + octave, f, g) * (1 - s) + _slope(i + 1, j, seed + octave, f - 1, g) * s
        high = (
            _slope(i, j + 1, seed + octave, f, g - 1) * (1 - s)
            + _slope(i + 1, j + 1, seed + octave, f - 1, g - 1) * s
        )
        total += height * (low * (1 - t) + high * t)
        wavelength, height = wavelength / 2.0, height / 2.0
    return total


def _smooth(f: np.ndarray) -> np.ndarray:
    return f * f * f * (f * (f * 6.0 - 15.0) + 10.0)


def _slope(i: np.ndarray, j: np.ndarray, seed: int, f: np.ndarray, g: np.ndarray) -> np.ndarray:
    """Return the rise from a lattice point to a place (f, g) away, along that point's hashed direction."""
    h = (i * 374761393 + j * 668265263 + seed * 1442695041) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
    h = (h ^ (h >> 16)) & 0xFFFFFFFF
    angle = h * (2 * np.pi / 4294967296.0)
    return np.cos(angle) * f + np.sin(angle) * g


def warped(points: np.ndarray, *, amplitude: float, wavelength: float, seed: int) -> np.ndarray:
    """Return places (n, 2) moved by a smooth field of at most about `amplitude` metres each way."""
    x, y = points[:, 0], points[:, 1]
    dx = noise(x, y, wavelength=wavelength, seed=seed, octaves=2)
    dy = noise(x, y, wavelength=wavelength, seed=seed + 977, octaves=2)
    return points + amplitude * np.column_stack((dx, dy))


def distance_to(frame: Frame, geometries: list[shapely.Geometry]) -> np.ndarray:
    """Return metres from each cell to the nearest geometry, to about the size of a cell.

    Infinite everywhere when there is no geometry on the grid.
    """
    hit = np.zeros(frame.shape, dtype=bool)
    for geometry in geometries:
        for part in shapely.get_parts(geometry):
            if part.geom_type == "Polygon":
                hit |= mask_of(frame, part)
                part = part.exterior
            points = shapely.get_coordinates(shapely.segmentize(part, frame.cell / 2))
            inside = (
                (points[:, 0] > frame.west)
                & (points[:, 1] > frame.south)
                & (points[:, 0] < frame.west + frame.columns * frame.cell)
                & (points[:, 1] < frame.south + frame.rows * frame.cell)
            )
            hit[frame.index(points[inside, 0], points[inside, 1])] = True
    if not hit.any():
        return np.full(frame.shape, np.inf)
    return ndimage.distance_transform_edt(~hit) * frame.cell


def smooth_classes(classes: np.ndarray, sigma: float, *, jitter: np.ndarray | None = None) -> np.ndarray:
    """Return the class raster with blurred, natural edges: each class is blurred, the strongest wins.

    jitter: a raster in about [-1, 1] that moves the edges between neighbouring classes.
    """
    values = np.unique(classes)
    strength = np.stack(
        [ndimage.gaussian_filter((classes == value).astype(float), sigma) for value in values]
    )
    if jitter is not None:
        strength += (
            0.16
            * np.stack([np.roll(jitter, 7 * k + 3, axis=k % 2) for k in range(len(values))])
            * (strength > 0.03)
        )
    return values[np.argmax(strength, axis=0)]
