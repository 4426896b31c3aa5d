"""Broken geometry: what is wrong with it, and a repair that says what it did.

Repair follows the rings' own meaning: what a shell encloses is land, what a hole encloses is not. So a
bow-tie keeps both halves, a hole outside its shell adds no land, and a polygon stays polygonal. No width is
smoothed, no vertex moved. GEOS's make_valid alone won't do: it turns a hole outside the shell into land.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.errors import InputError
from layers.geo.measure import areas_m2

REASONS = {
    "Self-intersection": "self_intersection",
    "Ring Self-intersection": "ring_self_intersection",
    "Hole lies outside shell": "hole_outside_shell",
    "Holes are nested": "nested_holes",
    "Nested shells": "nested_shells",
    "Nested holes": "nested_holes",
    "Duplicate Rings": "duplicate_rings",
    "Interior is disconnected": "interior_disconnected",
    "Too few points in geometry component": "too_few_points",
    "Invalid Coordinate": "non_finite",
    "Ring is not closed": "ring_not_closed",
}
"""GEOS's sentence up to its bracket -> our reason code."""

HALVED_FROM = 20_000  # geometries from which a second thread is worth its start
MISSING, EMPTY, NON_FINITE, COLLAPSED, OTHER = "missing", "empty", "non_finite", "collapsed", "invalid"


@dataclass(frozen=True, slots=True)
class Repaired:
    """A geometry after repair; areas as `repair` states; `reason` is None where nothing was wrong."""

    geometry: BaseGeometry | None
    area_before_m2: float
    area_after_m2: float
    reason: str | None

    @property
    def changed(self) -> bool:
        return self.reason not in (None, MISSING, EMPTY)


def validity(geometries: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
    """Reason codes (n,) of what is wrong with each geometry (n,); None where it is valid.

    `missing` for None, `empty`, `non_finite`, or one of the values of REASONS.
    """
    array = np.asarray(geometries, dtype=object).reshape(-1)
    codes = np.full(len(array), None, dtype=object)
    codes[shapely.is_empty(array)] = EMPTY
    wrong = np.flatnonzero(~_valid(array))
    doubtful = array[wrong]
    sentences = shapely.is_valid_reason(doubtful)
    codes[wrong] = [REASONS.get((text or "").split("[")[0].strip(), OTHER) for text in sentences]
    codes[wrong[shapely.is_missing(doubtful)]] = MISSING
    codes[wrong[_non_finite(doubtful) > 0]] = NON_FINITE  # what is valid has numbers for coordinates
    return codes


def repair(geometry: BaseGeometry | None, *, crs_epsg: int | None = None) -> Repaired:
    """The geometry made valid without inventing land, and what that did to its area.

    With `crs_epsg` the areas are ellipsoidal; without it they are plane areas in the units of the
    coordinates, which are square metres in a project's planning CRS. `area_before_m2` is what the broken
    rings add up to, signs and all. A polygon that has no area left comes back empty with reason `collapsed`.
    InputError `non_finite_coordinates` (with `count`).
    """
    count = int(_non_finite(np.array([geometry], dtype=object))[0])
    if count:
        raise InputError("non_finite_coordinates", count=count)
    reason = validity([geometry])[0]
    before = _area(geometry, crs_epsg)
    if geometry is None or reason in (None, EMPTY):
        return Repaired(geometry, before, before, reason)
    made = _like(_made_valid(geometry), geometry)
    return Repaired(made, before, _area(made, crs_epsg), COLLAPSED if made.is_empty else reason)


def mended(geometries: NDArray[Any]) -> NDArray[Any]:
    """Geometries (n,) with the broken ones repaired; None for none and where coordinates are not finite.

    The array itself where there is nothing to repair.
    """
    broken = np.flatnonzero(~_valid(geometries) & ~shapely.is_missing(geometries))
    if not len(broken):
        return geometries
    made = geometries.copy()
    made[broken] = None
    for at in broken[_non_finite(geometries[broken]) == 0]:
        made[at] = repair(geometries[at]).geometry
    return made


# --- inside -------------------------------------------------------------------------------------------------

_MULTI = {0: shapely.MultiPoint, 1: shapely.MultiLineString, 2: shapely.MultiPolygon}


def _made_valid(geometry: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(geometry)
    if geometry.geom_type == "GeometryCollection":
        return shapely.GeometryCollection([_made_valid(part) for part in parts])
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return shapely.union_all([_land(part) for part in parts])
    return shapely.make_valid(geometry, method="structure", keep_collapsed=False)


def _land(polygon: BaseGeometry) -> BaseGeometry:
    """What the shell encloses, less what any hole encloses."""
    shell, *holes = (_enclosed(ring) for ring in shapely.get_rings(polygon))
    return shapely.difference(shell, shapely.union_all(holes)) if holes else shell


def _enclosed(ring: BaseGeometry) -> BaseGeometry:
    made = shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False)
    return made if shapely.get_dimensions(made) == 2 else shapely.Polygon()


def _like(made: BaseGeometry, original: BaseGeometry) -> BaseGeometry:
    """Only the parts of the original's dimension, single or multi as it was where that is possible."""
    if original.geom_type == "GeometryCollection":
        return made
    dimension = int(shapely.get_dimensions(original))
    parts = shapely.get_parts(made)
    parts = parts[(shapely.get_dimensions(parts) == dimension) & ~shapely.is_empty(parts)]
    if len(parts) == 1 and not original.geom_type.startswith("Multi"):
        return parts[0]
    return _MULTI[dimension](list(parts)) if len(parts) else type(original)()


def _valid(array: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each geometry (n,) is valid; of many one half is asked on another thread."""
    if len(array) < HALVED_FROM:
        return shapely.is_valid(array)
    with ThreadPoolExecutor(1) as aside:
        half = aside.submit(shapely.is_valid, array[: len(array) // 2])
        other = shapely.is_valid(array[len(array) // 2 :])
        return np.concatenate([half.result(), other])


def _non_finite(array: NDArray[Any]) -> NDArray[np.intp]:
    """How many coordinates of each geometry are nan or infinite (empty points excepted)."""
    if np.isfinite(shapely.get_coordinates(array)).all():
        return np.zeros(len(array), np.intp)
    coordinates, owner = shapely.get_coordinates(array, return_index=True)
    bad = ~np.isfinite(coordinates).all(axis=1)
    return np.bincount(owner[bad], minlength=len(array))


def _area(geometry: BaseGeometry | None, crs_epsg: int | None) -> float:
    if geometry is None:
        return math.nan
    return float(shapely.area(geometry)) if crs_epsg is None else float(areas_m2([geometry], crs_epsg)[0])
