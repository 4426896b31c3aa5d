"""Slope and shaded relief of a grid of heights.

The gradient is Horn's (1981, Hill shading and the reflectance map, Proceedings of the IEEE 69, 14-47):
weighted differences over the 3 × 3 neighbours, as GDAL's `gdaldem` and QGIS have it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SUN_AZIMUTH, SUN_ALTITUDE = 315.0, 45.0


@dataclass(frozen=True, eq=False)
class Heights:
    """Heights in metres on a grid of the planning CRS: values (rows, columns), row 0 in the north, NaN
    unknown.

    west, north: the grid's upper left corner. cell: metres a cell. source: the file's name, for provenance.
    """

    values: NDArray[np.float64]
    west: float
    north: float
    cell: float
    source: str = ""

    def at(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Heights (n,) at places (n, 2), linear between the middles of cells; NaN where one of the four is
        unknown, or outside."""
        column = (xy[:, 0] - self.west) / self.cell - 0.5
        row = (self.north - xy[:, 1]) / self.cell - 0.5
        rows, columns = self.values.shape
        inside = (column >= 0) & (row >= 0) & (column <= columns - 1) & (row <= rows - 1)
        left = np.clip(np.floor(column).astype(int), 0, max(columns - 2, 0))
        top = np.clip(np.floor(row).astype(int), 0, max(rows - 2, 0))
        across, down = column - left, row - top
        right, bottom = np.minimum(left + 1, columns - 1), np.minimum(top + 1, rows - 1)
        found = (
            (self.values[top, left] * (1 - across) + self.values[top, right] * across) * (1 - down)
            + (self.values[bottom, left] * (1 - across) + self.values[bottom, right] * across) * down
        )
        return np.where(inside, found, np.nan)


def gradient(heights: NDArray[np.float64], cell: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rise a metre to the east and to the north, (rows, columns) each, of heights in metres.

    heights: row 0 in the north; NaN where unknown. cell: ground metres a cell. A cell is NaN where it or one
    of its eight neighbours is; edges repeat their row and column.
    """
    z = np.pad(heights, 1, mode="edge")
    left = z[:-2, :-2] + 2 * z[1:-1, :-2] + z[2:, :-2]
    right = z[:-2, 2:] + 2 * z[1:-1, 2:] + z[2:, 2:]
    upper = z[:-2, :-2] + 2 * z[:-2, 1:-1] + z[:-2, 2:]
    lower = z[2:, :-2] + 2 * z[2:, 1:-1] + z[2:, 2:]
    known = np.where(np.isnan(heights), np.nan, 8 * cell)  # the middle has no weight, but its own to say
    return (right - left) / known, (upper - lower) / known


def slope_percent(heights: NDArray[np.float64], cell: float) -> NDArray[np.float64]:
    """Steepest rise in percent (100 = 45°)."""
    east, north = gradient(heights, cell)
    return 100.0 * np.hypot(east, north)


def hillshade(
    heights: NDArray[np.float64],
    cell: float,
    *,
    azimuth: float = SUN_AZIMUTH,
    altitude: float = SUN_ALTITUDE,
    exaggeration: float = 1.0,
) -> NDArray[np.float64]:
    """Light on the ground from 0 (dark) to 1, NaN where unknown; flat ground has sin(altitude).

    azimuth: degrees clockwise from north the light comes from. altitude: degrees over the horizon.
    """
    east, north = (exaggeration * part for part in gradient(heights, cell))
    high, way = math.radians(altitude), math.radians(azimuth)
    light = np.array([math.cos(high) * math.sin(way), math.cos(high) * math.cos(way), math.sin(high)])
    shade = (light[2] - east * light[0] - north * light[1]) / np.sqrt(1 + east**2 + north**2)
    return np.clip(shade, 0.0, 1.0)
