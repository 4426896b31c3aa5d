"""Polygons from plain rings: a ring inside another is a hole, a ring inside a hole is land again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely

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
    inner = [shapely.Point(face.exterior.coords[0]) for face in faces]
    depth = [sum(faces[other].contains(inner[at]) for other in range(at)) for at in range(len(faces))]
    shells = [at for at in range(len(faces)) if depth[at] % 2 == 0]
    holes: dict[int, list[Any]] = {at: [] for at in shells}
    for at in range(len(faces)):
        if depth[at] % 2:
            around = [shell for shell in shells if shell < at and faces[shell].contains(inner[at])]
            if not around:
                return None, "geometry_broken"
            holes[max(around)].append(faces[at].exterior)
    parts = [shapely.Polygon(faces[at].exterior, holes[at]) for at in shells]
    return (parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)), doubt
