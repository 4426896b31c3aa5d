"""How much of each area lies in each zone: pair by pair, without building the layer of pieces.

A zone wholly inside an area (`contains_properly`, boundary not touched) gives its own area; only pairs that
cross or touch an edge are intersected. Zones that overlap each other are each counted whole: the sum over
zones is then more than the area, as the data say.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.geo.local_area import RELATIVE_ERROR, many_areas_m2
from layers.geo.repair import mended

CHUNK = 8_000  # pairs intersected at a time: progress, cancel, and memory
THREADS = 2
TOLERANCE_M2 = 1.0  # absolute, per zone: slivers between edges that share no vertices
Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Overlay:
    """Pairs that share ground: `area` and `zone` (positions, int64), `m2` (ellipsoidal). By area, then zone.

    zone_m2: whole area of every zone (nan where it has no shape). inside: of each pair, that the zone lies
    wholly inside the area.
    """

    area: NDArray[np.int64]
    zone: NDArray[np.int64]
    m2: NDArray[np.float64]
    inside: NDArray[np.bool_]
    zone_m2: NDArray[np.float64]


def tolerance_m2(total_m2: float, zones: int) -> float:
    """By how much the pieces of `zones` zones of `total_m2` may miss their total where areas tile the
    ground."""
    return total_m2 * 2 * RELATIVE_ERROR + zones * TOLERANCE_M2


def overlay(
    areas: NDArray[Any], zones: NDArray[Any], crs_epsg: int, *, progress: Progress | None = None
) -> Overlay:
    """Return how much of every zone lies in every area, in m² on the ellipsoid.

    areas (n,), zones (m,): polygons in one plane CRS; None gives no pair; broken ones are repaired. What only
    touches shares no ground and is no pair. progress: (pairs done, pairs in all); what it raises cancels.
    """
    areas, zones = mended(areas), mended(zones)
    zone_m2 = many_areas_m2(zones, crs_epsg)
    shapely.prepare(areas)
    tree = shapely.STRtree(zones)
    area, zone = tree.query(areas, predicate="intersects")
    order = np.lexsort((zone, area))
    area, zone = area[order], zone[order]
    inside = shapely.contains_properly(areas[area], zones[zone])
    m2 = np.where(inside, zone_m2[zone], 0.0)
    border = np.flatnonzero(~inside)
    m2[border] = _border(areas, zones, area, zone, border, crs_epsg, progress)
    kept = m2 > 0
    return Overlay(area[kept], zone[kept], m2[kept], inside[kept], zone_m2)


def _border(
    areas: NDArray[Any],
    zones: NDArray[Any],
    area: NDArray[np.int64],
    zone: NDArray[np.int64],
    border: NDArray[np.intp],
    crs_epsg: int,
    progress: Progress | None,
) -> NDArray[np.float64]:
    """Areas of the pieces of the pairs at `border`, chunk by chunk on two threads (GEOS lets go of the
    lock)."""
    parts = np.array_split(border, max(-(-len(border) // CHUNK), 1))

    def pieces(part: NDArray[np.intp]) -> NDArray[Any]:
        made: NDArray[Any] = shapely.intersection(areas[area[part]], zones[zone[part]])
        return made

    found, done = [], 0
    with ThreadPoolExecutor(THREADS) as pool:
        try:
            for part, made in zip(parts, pool.map(pieces, parts), strict=True):
                found.append(many_areas_m2(made, crs_epsg))
                done += len(part)
                if progress:
                    progress(done, len(border))
        finally:  # of a cancelled run nothing is left to do
            pool.shutdown(wait=True, cancel_futures=True)
    return np.concatenate(found) if found else np.empty(0)
