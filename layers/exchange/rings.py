"""Polygons from plain rings: a ring inside another is a hole, a ring inside a hole is land again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

FEWEST = 3


def polygon_of_rings(rings: Sequence[Sequence[tuple[float, float]]]) -> tuple[Any, str]:
    """Return (Polygon or MultiPolygon or None, code of a doubt): `ring_closed` where a ring was open."""
    faces, doubt = [], ""
    for ring in rings:
        points = list(ring)
        if len(points) > 1 and points[0] == points[-1]:
            points.pop()
        else:
            doubt = "ring_closed"
        if len(set(points)) < FEWEST:
            return None, "geometry_broken"
        faces.append(shapely.Polygon(points))
    if len(faces) == 1:
        return faces[0], doubt
    faces.sort(key=lambda face: -face.area)
    depth, shell_of = _nesting(np.array(faces, object))
    holes: dict[int, list[Any]] = {at: [] for at in range(len(faces)) if depth[at] % 2 == 0}
    for at in np.flatnonzero(depth % 2):
        if shell_of[at] not in holes:
            return None, "geometry_broken"
        holes[shell_of[at]].append(faces[at].exterior)
    parts = [shapely.Polygon(faces[at].exterior, inner) for at, inner in holes.items()]
    return (parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)), doubt


def _nesting(faces: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many faces each lies in, and the innermost shell (even depth) round it, -1 for none; largest first.

    A point inside each is asked for, not a vertex: a hole may touch its shell there. A ring drawn twice lies
    not in itself.
    """
    area = shapely.area(faces)
    at, around = shapely.STRtree(faces).query(shapely.point_on_surface(faces), predicate="within")
    smaller = area[at] < area[around] * (1 - 1e-9)
    at, around = at[smaller], around[smaller]
    depth = np.bincount(at, minlength=len(faces))
    shell_of = np.full(len(faces), -1, np.int64)
    shells = depth[around] % 2 == 0
    np.maximum.at(shell_of, at[shells], around[shells])
    return depth, shell_of
