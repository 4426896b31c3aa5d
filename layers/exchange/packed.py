"""Degrees, minutes and seconds packed into one number: 119.4530 or 1194530 for 119°45′30″.

Hand-held receivers and survey tables write angles so; nothing but the digits tells them from decimal degrees:
in the two places behind the point, and in the two after them, no value reaches 60.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WHOLE = 1000.0  # from here on a number is D MM SS without a point
TELLING, FEW, FEW_PLACES = 4, 2, 4
"""Values with seconds: so many tell (by chance one file in sixty), or FEW where none has over FEW_PLACES."""


def packed(xy: NDArray[np.float64]) -> bool:
    """Whether degrees (n, 2) may be D.MMSS (or DMMSS), every one: minutes and seconds under 60."""
    values = np.abs(np.unique(xy))
    values = np.where(values >= WHOLE, values / 10_000, values)
    _, minutes, seconds = _parts(values)
    if not len(values) or (minutes >= 60).any() or (seconds >= 60).any():
        return False
    places = [len(f"{value:.9f}".rstrip("0").partition(".")[2]) for value in values[:200].tolist()]
    telling = sum(count >= 3 for count in places)
    return telling * 2 >= len(places) and (telling >= TELLING or telling >= FEW and max(places) <= FEW_PLACES)


def unpacked(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return degrees (n, 2) for packed ones."""
    values = np.abs(xy)
    degrees, minutes, seconds = _parts(np.where(values >= WHOLE, values / 10_000, values))
    return np.asarray(np.copysign(degrees + minutes / 60 + seconds / 3600, xy))


def _parts(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """(degrees, minutes, seconds); what floating point leaves under a whole number is that number."""
    degrees = np.floor(values + 1e-10)
    rest = np.maximum((values - degrees) * 100, 0.0)
    minutes = np.floor(rest + 1e-8)
    return degrees, minutes, np.round(np.maximum((rest - minutes) * 100, 0.0), 5)
