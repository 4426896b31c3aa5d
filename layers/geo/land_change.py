"""Two versions of some land beside each other: what there is, what came, what went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.geo.measure import areas_m2
from layers.geo.repair import mended

POLYGONAL = (3, 6)  # shapely's numbers of polygons, single and of several parts


@dataclass(frozen=True, slots=True)
class LandChange:
    """Ellipsoidal m², what lies under several shapes counted once: before - lost = after - gained."""

    before: float
    after: float
    gained: float
    lost: float


def land(shapes: Sequence[Any] | NDArray[Any]) -> shapely.Geometry:
    """Return the ground that shapes (n,) take together; broken ones are mended, None, points and lines take
    none."""
    there = mended(np.array([shape for shape in shapes if shape is not None], object))
    mixed = ~np.isin(shapely.get_type_id(there), POLYGONAL)
    there[mixed] = [faces(shape) for shape in there[mixed]]
    return shapely.union_all(there) if len(there) else shapely.Polygon()


def land_change(old: shapely.Geometry, new: shapely.Geometry, epsg: int) -> LandChange:
    """Compare two grounds of a planning CRS."""
    gained, lost = shapely.difference(new, old), shapely.difference(old, new)
    areas = areas_m2([faces(shape) for shape in (old, new, gained, lost)], epsg).tolist()
    return LandChange(*(0.0 if area != area else area for area in areas))


def faces(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a shape without the lines and points along which two versions touch."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.multipolygons(parts) if parts else shapely.MultiPolygon()
