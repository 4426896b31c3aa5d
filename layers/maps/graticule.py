"""Where meridians and parallels cross a map's edge, every so many minutes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely

from layers.errors import InputError
from layers.geo.crs import PlanningCrs
from layers.maps.viewport import METRES_PER_MM, Bounds

STEPS_SECONDS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 18_000, 36_000)
CLOSEST_MM = 25.0
"""Ticks of meridians stand at least so far apart on paper."""
SAMPLES = 257


@dataclass(frozen=True, slots=True)
class Tick:
    """A crossing: the edge (`top`, `bottom`, `left`, `right`), metres from its west or south end, words."""

    edge: str
    at: float
    text: str


def ticks(crs: PlanningCrs, bounds: Bounds, scale: float) -> tuple[Tick, ...]:
    """Return the ticks of a map with `bounds` (planning metres) at 1:`scale`; none without degrees."""
    west, south, east, north = bounds
    line = np.linspace(0.0, 1.0, SAMPLES)
    x, y = west + (east - west) * line, south + (north - south) * line
    edges = {
        "top": (np.column_stack([x, np.full(SAMPLES, north)]), 0, east - west),
        "bottom": (np.column_stack([x, np.full(SAMPLES, south)]), 0, east - west),
        "left": (np.column_stack([np.full(SAMPLES, west), y]), 1, north - south),
        "right": (np.column_stack([np.full(SAMPLES, east), y]), 1, north - south),
    }
    try:
        degrees = {edge: crs.to_lonlat(points)[:, axis] for edge, (points, axis, _) in edges.items()}
    except InputError:
        return ()
    step = step_seconds(degrees["bottom"], east - west, scale)
    found = []
    for edge, (_, axis, length) in edges.items():
        seconds = degrees[edge] * 3600
        for at in np.arange(math.ceil(seconds[0] / step), math.floor(seconds[-1] / step) + 1) * step:
            along = float(np.interp(at, seconds, line)) * length
            found.append(Tick(edge, along, degree_text(int(at), axis == 0, with_seconds=step < 60)))
    return tuple(found)


def graticule(crs: PlanningCrs, bounds: Bounds, scale: float) -> tuple[np.ndarray, ...]:
    """Return meridians and parallels within `bounds` as lines (n, 2) in metres; none without degrees.

    They stand where the ticks of the same map do, and are as curved as they are.
    """
    west, south, east, north = bounds
    line = np.linspace(0.0, 1.0, SAMPLES)
    x, y = west + (east - west) * line, south + (north - south) * line
    edges = [
        np.column_stack(pair)
        for pair in (
            (x, np.full(SAMPLES, south)), (x, np.full(SAMPLES, north)),
            (np.full(SAMPLES, west), y), (np.full(SAMPLES, east), y),
        )
    ]  # fmt: skip
    try:
        degrees = [crs.to_lonlat(edge) for edge in edges]
    except InputError:
        return ()
    step = step_seconds(degrees[0][:, 0], east - west, scale)
    around = np.concatenate(degrees) * 3600
    low, high = around.min(axis=0), around.max(axis=0)
    frame = shapely.box(*bounds)
    found = []
    for axis in (0, 1):
        along = np.linspace(low[1 - axis], high[1 - axis], SAMPLES) / 3600
        for at in np.arange(math.ceil(low[axis] / step), math.floor(high[axis] / step) + 1) * step:
            points = np.column_stack([np.full(SAMPLES, at / 3600), along][:: 1 if axis == 0 else -1])
            cut = shapely.intersection(shapely.linestrings(crs.from_lonlat(points)), frame)
            found += [
                shapely.get_coordinates(part)
                for part in shapely.get_parts(cut)
                if part.geom_type == "LineString"
            ]
    return tuple(found)


def step_seconds(longitudes: np.ndarray, length: float, scale: float) -> int:
    """Seconds between ticks: the smallest round step that is at least CLOSEST_MM on paper."""
    least = CLOSEST_MM * METRES_PER_MM * scale / length * (longitudes[-1] - longitudes[0]) * 3600
    return next((step for step in STEPS_SECONDS if step >= least), STEPS_SECONDS[-1])


def degree_text(seconds: int, is_longitude: bool, *, with_seconds: bool = False) -> str:
    """`118°40′E`, `49°00′N`, `118°40′30″E`."""
    side = ("EW" if is_longitude else "NS")[seconds < 0]
    whole, rest = divmod(abs(seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{whole}°{minutes:02d}′" + (f"{left:02d}″" if with_seconds else "") + side
