"""Slope and shaded relief of a grid of heights.

The gradient is Horn's (1981, Hill shading and the reflectance map, Proceedings of the IEEE 69, 14-47):
weighted differences over the 3 × 3 neighbours, as GDAL's `gdaldem` and QGIS have it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

SUN_AZIMUTH, SUN_ALTITUDE = 315.0, 45.0


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
