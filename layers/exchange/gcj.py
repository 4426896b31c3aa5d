"""GCJ-02, the shifted coordinates of web maps in China, and the way back.

The formula is not published officially; this is the one that circulates in open source (after
"eviltransform"). It is good to a few metres, the shift itself is 100 to 700 m.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SEMI_MAJOR, ECCENTRICITY2 = 6_378_245.0, 0.00669342162296594323
ROUNDS = 4


def to_gcj(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """True longitude and latitude (n, 2) in degrees -> shifted ones."""
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    waves = (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20 * np.sin(np.pi * y) + 40 * np.sin(np.pi / 3 * y)) * 2 / 3
    north += (160 * np.sin(np.pi / 12 * y) + 320 * np.sin(np.pi / 30 * y)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20 * np.sin(np.pi * x) + 40 * np.sin(np.pi / 3 * x)) * 2 / 3
    east += (150 * np.sin(np.pi / 12 * x) + 300 * np.sin(np.pi / 30 * x)) * 2 / 3
    phi = np.radians(lat)
    magic = 1 - ECCENTRICITY2 * np.sin(phi) ** 2
    shift_lat = np.degrees(north / (SEMI_MAJOR * (1 - ECCENTRICITY2) / magic**1.5))
    shift_lon = np.degrees(east / (SEMI_MAJOR / np.sqrt(magic) * np.cos(phi)))
    return np.column_stack([lon + shift_lon, lat + shift_lat])


def from_gcj(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shifted longitude and latitude (n, 2) in degrees -> true ones, by fixed-point rounds (below a
    millimetre)."""
    found = lonlat.copy()
    for _ in range(ROUNDS):
        found += lonlat - to_gcj(found)
    return found
