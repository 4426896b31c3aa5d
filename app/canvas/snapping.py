"""Where a drawn corner catches: corners, crossings and edges of the layers that are shown. Without Qt.

It looks only at what lies within the tolerance of the mouse, in the boxes that the scene has read already; a
layer that has not been read yet, or is being read, is passed over rather than waited for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.maps.settings import LayerSettings
from layers.maps.sources import SOURCES
from layers.maps.stack import shown_classes
from layers.maps.viewport import Bounds, View
from layers.plan.plan import Plan

Xy = tuple[float, float]
TOLERANCE_PX = 10.0
MODES = ("vertex", "crossing", "edge")
"""In the order in which they win."""
MOST_FEATURES, MOST_EDGES = 300, 60


@dataclass(frozen=True, slots=True)
class Snapping:
    """Whether it catches, at what, and within how many logical px."""

    on: bool = True
    modes: tuple[str, ...] = MODES
    tolerance_px: float = TOLERANCE_PX


@dataclass(frozen=True, slots=True)
class Target:
    """What was caught: the place (planning metres) and what it is of a feature."""

    at: Xy
    what: str  # `vertex`, `crossing`, `edge`


def find_target(
    plan: Plan,
    view: View,
    settings: LayerSettings,
    at: Xy,
    snapping: Snapping,
    *,
    own: Collection[Xy] = (),
    without: frozenset[tuple[str, int]] = frozenset(),
) -> Target | None:
    """Return what a place (metres) catches at, None for nothing.

    own: corners of what is being drawn, which catch too. without: features that do not (the one in hand).
    """
    if not snapping.on:
        return None
    reach = snapping.tolerance_px * view.ratio * view.metres_per_px
    x, y = at
    window = (x - reach, y - reach, x + reach, y + reach)
    corners, starts, ends = _around(plan, view, settings, window, without)
    if own:
        corners = np.vstack([corners, np.array(list(own), float)])
    here = np.array(at)
    for mode in MODES:
        if mode in snapping.modes:
            places = {
                "vertex": lambda: corners,
                "crossing": lambda: _crossings(starts, ends, here),
                "edge": lambda: _nearest_on(starts, ends, here),
            }[mode]()
            found = _nearest(places, here, reach)
            if found is not None:
                return Target(found, mode)
    return None


def _around(
    plan: Plan, view: View, settings: LayerSettings, window: Bounds, without: frozenset[tuple[str, int]]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Corners (n, 2) in the window and edges (m, 2), (m, 2) whose boxes meet it."""
    corners: list[NDArray[np.float64]] = [np.empty((0, 2))]
    starts: list[NDArray[np.float64]] = [np.empty((0, 2))]
    ends: list[NDArray[np.float64]] = [np.empty((0, 2))]
    west, south, east, north = window
    for shapes in _shapes(plan, view, settings, window, without):
        parts = shapely.get_parts(shapes)
        rings = shapely.get_rings(parts[shapely.get_dimensions(parts) == 2])
        lines = np.concatenate([rings, parts[shapely.get_dimensions(parts) < 2]])
        xy, owner = shapely.get_coordinates(lines, return_index=True)
        inside = (xy[:, 0] >= west) & (xy[:, 0] <= east) & (xy[:, 1] >= south) & (xy[:, 1] <= north)
        corners.append(xy[inside])
        joined = owner[1:] == owner[:-1]
        low, high = np.minimum(xy[1:], xy[:-1]), np.maximum(xy[1:], xy[:-1])
        meets = (
            joined & (high[:, 0] >= west) & (low[:, 0] <= east) & (high[:, 1] >= south) & (low[:, 1] <= north)
        )
        starts.append(xy[:-1][meets])
        ends.append(xy[1:][meets])
    return np.concatenate(corners), np.concatenate(starts), np.concatenate(ends)


def _shapes(
    plan: Plan, view: View, settings: LayerSettings, window: Bounds, without: frozenset[tuple[str, int]]
) -> Iterator[NDArray[np.object_]]:
    for kind in settings.sequence(plan):
        style = settings.style(kind)
        classes = shown_classes(style, view.scale)
        if not classes or not kind.geometry:
            continue
        left_out = [fid for other, fid in without if other == kind.id]
        for part in SOURCES.ready(plan.tables[kind.id], style):
            chosen = part.source.in_window(window) & np.isin(part.source.classes, list(classes))
            rows = part.shown(chosen)
            if left_out:
                rows = rows[~np.isin(part.fids[rows], left_out)]
            if len(rows):
                yield part.source.geometry[rows[:MOST_FEATURES]]


def _nearest(places: NDArray[np.float64], here: NDArray[np.float64], reach: float) -> Xy | None:
    if not len(places):
        return None
    away = np.hypot(*(places - here).T)
    best = int(np.argmin(away))
    return (float(places[best, 0]), float(places[best, 1])) if away[best] <= reach else None


def _nearest_on(
    starts: NDArray[np.float64], ends: NDArray[np.float64], here: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The place nearest to `here` on each edge (m, 2)."""
    along = ends - starts
    square = (along**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(square > 0, ((here - starts) * along).sum(axis=1) / square, 0.0)
    return starts + along * np.clip(share, 0.0, 1.0)[:, None]


def _crossings(
    starts: NDArray[np.float64], ends: NDArray[np.float64], here: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Where the edges nearest to `here` cross each other (k, 2); their common corners are no crossings."""
    if len(starts) < 2:
        return np.empty((0, 2))
    away = np.hypot(*(_nearest_on(starts, ends, here) - here).T)
    near = np.argsort(away, kind="stable")[:MOST_EDGES]
    p, r = starts[near], ends[near] - starts[near]
    one, two = np.triu_indices(len(near), 1)
    apart = p[two] - p[one]
    cross = _cross(r[one], r[two])
    with np.errstate(invalid="ignore", divide="ignore"):
        t, u = _cross(apart, r[two]) / cross, _cross(apart, r[one]) / cross
        meets = (cross != 0) & (t >= 0) & (t <= 1) & (u >= 0) & (u <= 1)
    return p[one][meets] + r[one][meets] * t[meets][:, None]


def _cross(one: NDArray[np.float64], two: NDArray[np.float64]) -> NDArray[np.float64]:
    return one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
