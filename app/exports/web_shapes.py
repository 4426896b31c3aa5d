"""Geometry of a web map: simplified without opening gaps, rounded by the release rule, packed as whole
numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.geo.repair import NON_FINITE, repair, validity
from layers.policy.bundle import Policy
from layers.release import INTERNAL, round_geometries

TOLERANCES = (25.0, 50.0, 100.0, 200.0, 400.0, 800.0)
"""Metres by which outlines may move: the first that leaves few enough vertices."""
CORNER = 4.0
"""Neighbours are simplified by the area of corners: a corner of (this × tolerance)² m² may go."""
MOST_VERTICES = 20_000
"""Vertices of one layer; more say nothing on a page and make the file heavy."""

Packed = list[list[int]]
"""Lines or rings, each as x, y of its first vertex and then steps, in grid units from the origin."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Whole-number places: planning metres less `origin`, in steps of `unit` metres."""

    origin: tuple[int, int]
    unit: int

    @classmethod
    def of(cls, bounds: tuple[float, float, float, float], policy: Policy, audience: str) -> Grid:
        """The grid of a page: metres inside the house, the policy's coarse grid for the public."""
        unit = 1 if audience == INTERNAL else int(policy.rule("public_coordinate_rounding").values["metres"])
        west, south = (int(value // unit) * unit for value in bounds[:2])
        return cls((west, south), unit)

    def place(self, x: float, y: float) -> list[int]:
        """A point on the grid."""
        return [round((x - self.origin[0]) / self.unit), round((y - self.origin[1]) / self.unit)]

    def pack(self, geometry: shapely.Geometry | None) -> Packed:
        """A geometry's points, lines or rings."""
        if geometry is None:
            return []
        parts = shapely.get_parts(geometry)
        packed = []
        for part in shapely.get_rings(parts) if geometry.geom_type.endswith("Polygon") else parts:
            steps = np.rint((shapely.get_coordinates(part) - self.origin) / self.unit).astype(np.int64)
            steps[1:] = np.diff(steps, axis=0)
            kept = steps.any(axis=1)
            kept[0] = True
            if kept.sum() > 1 or geometry.geom_type.endswith("Point"):
                packed.append(steps[kept].reshape(-1).tolist())
        return packed


def prepared(
    geometries: Sequence[shapely.Geometry | None] | NDArray[np.object_], policy: Policy, audience: str
) -> NDArray[np.object_]:
    """Geometries (n,) ready to be packed: sound, simplified, rounded; None for what cannot be drawn."""
    sound = _sound(geometries)
    rounded = np.array(round_geometries(_simplified(sound), policy, audience=audience), object)
    rounded[shapely.is_empty(rounded)] = None
    return rounded


def _sound(geometries: Sequence[shapely.Geometry | None] | NDArray[np.object_]) -> NDArray[np.object_]:
    sound = np.empty(len(geometries), object)
    sound[:] = list(geometries)
    for at, reason in enumerate(validity(sound)):
        if reason == NON_FINITE:
            sound[at] = None
        elif reason is not None and sound[at] is not None:
            sound[at] = repair(sound[at]).geometry
    sound[shapely.is_empty(sound)] = None
    return sound


def _simplified(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Neighbours that fit together still do: their common lines are simplified once for both."""
    there = ~shapely.is_missing(geometries)
    simplify = _of_coverage if _fits_together(geometries[there]) else shapely.simplify
    best = geometries
    for tolerance in TOLERANCES:
        best = geometries.copy()
        best[there] = simplify(geometries[there], tolerance)
        if shapely.get_num_coordinates(best).sum() <= MOST_VERTICES:
            break
    gone = there & shapely.is_empty(best)
    best[gone] = geometries[gone]
    return best


def _fits_together(geometries: NDArray[np.object_]) -> bool:
    areas = len(geometries) > 0 and bool(np.isin(shapely.get_type_id(geometries), (3, 6)).all())
    return areas and hasattr(shapely, "coverage_simplify") and bool(shapely.coverage_is_valid(geometries))


def _of_coverage(geometries: NDArray[np.object_], tolerance: float) -> NDArray[np.object_]:
    return np.asarray(shapely.coverage_simplify(geometries, CORNER * tolerance), object)
