"""Gaps of the road data closed: the road's end moved, or a piece added to it, as one set of changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from layers.errors import RuleError
from layers.plan.changes import Changes
from layers.plan.digest import GEOMETRY
from layers.plan.plan import Plan
from layers.planning.dead_ends import MOVE, Repair

SAME_M = 0.002


def repaired(plan: Plan, repairs: Sequence[Repair]) -> Changes:
    """Return the changes that close all these gaps; a road that several touch changes once.

    Raises RuleError `road_moved_on` where a road's end is no longer where the repair found it.
    """
    shapes: dict[tuple[str, int], shapely.Geometry] = {}

    def shape(kind: str, fid: int) -> shapely.Geometry:
        if (kind, fid) not in shapes:
            if kind not in plan or fid not in plan.table(kind):
                raise RuleError("road_moved_on")
            shapes[kind, fid] = plan.table(kind).row(fid)[GEOMETRY]
        return shapes[kind, fid]

    for one in repairs:
        if one.vertex:
            shapes[one.onto_kind, one.onto_fid] = _with_vertex(shape(one.onto_kind, one.onto_fid), one.to)
        shapes[one.kind, one.fid] = _joined(shape(one.kind, one.fid), one)
    return Changes(
        rows=tuple(
            plan.table(kind).update(fid, {GEOMETRY: geometry}) for (kind, fid), geometry in shapes.items()
        )
    )


def _joined(geometry: shapely.Geometry, repair: Repair) -> shapely.Geometry:
    parts = [shapely.get_coordinates(part) for part in shapely.get_parts(geometry)]
    for at, xy in enumerate(parts):
        for tip in (0, -1):
            if np.hypot(*(xy[tip] - repair.end)) > SAME_M:
                continue
            if repair.how == MOVE:
                parts[at] = xy.copy()
                parts[at][tip] = repair.to
            else:
                parts[at] = np.vstack(([repair.to], xy) if tip == 0 else (xy, [repair.to]))
            return _like(geometry, parts)
    raise RuleError("road_moved_on")


def _with_vertex(geometry: shapely.Geometry, to: tuple[float, float]) -> shapely.Geometry:
    """The same line with one more vertex, where it passes `to`."""
    point = shapely.Point(to)
    lines = shapely.get_parts(geometry)
    nearest = int(shapely.distance(lines, point).argmin())
    if shapely.distance(lines[nearest], point) > SAME_M:
        raise RuleError("road_moved_on")
    parts = [shapely.get_coordinates(part) for part in lines]
    xy = parts[nearest]
    if np.hypot(*(xy - to).T).min() <= SAME_M / 2:
        return geometry
    segments = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
    after = int(shapely.distance(segments, point).argmin()) + 1
    parts[nearest] = np.insert(xy, after, to, axis=0)
    return _like(geometry, parts)


def _like(geometry: shapely.Geometry, parts: list[np.ndarray]) -> shapely.Geometry:
    lines = [shapely.linestrings(xy) for xy in parts]
    return lines[0] if geometry.geom_type == "LineString" else shapely.multilinestrings(lines)
