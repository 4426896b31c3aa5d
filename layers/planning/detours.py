"""What would clear a conflict: the smallest shift of a site or area found, or a way round for a line.

What is to be avoided is every zone that gives the work its worst verdict, widened by the accuracy of the data
and a margin (rule `detour_margin_m`). A line keeps what lies outside; each stretch inside is replaced by the
shorter way round the outline, pulled taut. A site or area is pushed straight away, in 72 directions, by the
least that frees it. Both are then judged again: the answer says what verdict is left.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import affinity

from layers.geo.measure import lengths_m
from layers.geo.repair import repair
from layers.plan.plan import Plan
from layers.planning.conflicts import NO, PERMIT, Judged, conflicts
from layers.planning.footprints import ground_of
from layers.planning.overlaps import WIDER
from layers.policy.bundle import Policy

MARGIN, REACH = "detour_margin_m", "detour_reach_m"
DIRECTIONS = 72
SIMPLER_M = 1.0
TRIES = 3


@dataclass(frozen=True, slots=True)
class Clearance:
    """A way out. how: `shift` or `detour`. shape: the work as it would lie, planning CRS.

    metres: by how much it moves, or how much longer (+) or shorter (-) the line gets, on the ellipsoid.
    east_m, north_m: the shift. verdict: the worst that is left. cleared: the verdict that is gone.
    judged: the work there, judged again.
    """

    how: str
    shape: shapely.Geometry
    metres: float
    east_m: float
    north_m: float
    verdict: str
    cleared: str
    judged: Judged


def clearance(plan: Plan, policy: Policy, judged: Judged, *, on: datetime.date) -> Clearance | None:
    """Return what would clear a work's worst verdict, or None: nothing to clear, or no way within reach.

    Looks as far as rule `detour_reach_m`. A line whose end itself lies inside has no way round: its end must
    be moved. Zones are avoided that forbid (or, where none does, need a permit), surely or perhaps.
    """
    bad = _worst(judged)
    if bad is None:
        return None
    reach, margin = policy.rule(REACH).value, policy.rule(MARGIN).value
    shape = judged.work.shape
    avoided: dict[tuple[str, int], float] = {}
    for one in judged.conflicts:
        if one.fid and bad in (one.verdict, one.would_be):
            avoided[one.kind, one.fid] = WIDER * (one.distance_m or 0.0) + margin
    for _ in range(TRIES):  # going round one zone may lead into another of the same sort
        wall = _wall(plan, avoided, shapely.box(*shapely.bounds(judged.work.ground)), reach)
        moved = _moved(judged, wall, reach)
        if moved is None:
            return None
        ground, _ = ground_of(policy, moved, judged.work.work, judged.work.row)
        line = None if judged.work.line is None else moved
        there = replace(judged.work, shape=moved, ground=ground, line=line)
        again = conflicts(plan, policy, [there], on=judged.day, fixed_day=True).judged[0]
        left = {(one.kind, one.fid): WIDER * (one.distance_m or 0.0) + margin
                for one in again.conflicts if one.fid and bad in (one.verdict, one.would_be)}  # fmt: skip
        if not left.keys() - avoided.keys():
            break
        avoided.update(left)
    else:
        return None
    if left:
        return None
    return _answer(plan, judged, shape, moved, again, bad)


def _worst(judged: Judged) -> str | None:
    """The verdict to be got rid of: not allowed, else permit; what only might be so counts, too."""
    said = {one.verdict for one in judged.conflicts if one.fid} | {
        one.would_be
        for one in judged.conflicts
        if one.fid and one.would_be and one.reason == "within_accuracy"
    }
    return next((verdict for verdict in (NO, PERMIT) if verdict in said), None)


def _wall(
    plan: Plan, avoided: dict[tuple[str, int], float], middle: shapely.Geometry, reach: float
) -> shapely.Geometry:
    """The zones to be avoided, widened, as one shape near the work."""
    window = shapely.buffer(middle, reach, cap_style="square")
    shapes = []
    for (kind, fid), more in avoided.items():
        table = plan.tables[kind]
        zone = table.geometry[int(np.searchsorted(table.fids, fid))]
        near = shapely.intersection(
            zone if zone.is_valid else repair(zone).geometry, shapely.buffer(window, more)
        )
        shapes.append(shapely.buffer(near, more, quad_segs=8))
    return shapely.union_all(shapes)


def _moved(judged: Judged, wall: shapely.Geometry, reach: float) -> shapely.Geometry | None:
    if judged.work.line is None:
        return _shifted(judged.work.shape, judged.work.ground, wall, reach)
    half = (judged.work.width_m or 0.0) / 2
    return _round(judged.work.line, shapely.buffer(wall, half, quad_segs=8), reach)


# -- a site or an area -------------------------------------------------------------------------------------


def _shifted(
    shape: shapely.Geometry, ground: shapely.Geometry, wall: shapely.Geometry, reach: float
) -> shapely.Geometry | None:
    """The shape pushed out of the wall by the least found; the first direction of equals (from east, turning
    left)."""
    shapely.prepare(wall)
    best: tuple[float, float, float] | None = None
    for turn in range(DIRECTIONS):
        angle = 2 * math.pi * turn / DIRECTIONS
        east, north = math.cos(angle), math.sin(angle)
        most = best[0] if best else reach
        far = _first_free(ground, wall, east, north, most)
        if far is not None and (best is None or far < best[0] - 1e-6):
            best = (far, far * east, far * north)
    return None if best is None else affinity.translate(shape, best[1], best[2])


def _first_free(
    ground: shapely.Geometry, wall: shapely.Geometry, east: float, north: float, most: float
) -> float | None:
    """The least way in one direction that frees the ground, to a tenth of a metre; None beyond `most`."""
    steps = np.unique(np.concatenate([np.geomspace(1.0, max(most, 1.0), 40), [most]]))
    before = 0.0
    for step in steps:
        if not shapely.intersects(wall, affinity.translate(ground, east * step, north * step)):
            low, high = before, float(step)
            while high - low > 0.1:
                middle = (low + high) / 2
                hit = shapely.intersects(wall, affinity.translate(ground, east * middle, north * middle))
                low, high = (middle, high) if hit else (low, middle)
            return high
        before = float(step)
    return None


# -- a line ------------------------------------------------------------------------------------------------


def _round(line: shapely.Geometry, wall: shapely.Geometry, reach: float) -> shapely.Geometry | None:
    """Every part of the line led round the wall; None where an end lies inside or the way is too long."""
    wall = shapely.simplify(wall, SIMPLER_M)
    blocks = [shapely.Polygon(part.exterior) for part in shapely.get_parts(wall) if not part.is_empty]
    parts = []
    for part in shapely.get_parts(line):
        for block in blocks:
            led = _round_one(part, block, reach)
            if led is None:
                return None
            part = led
        parts.append(part)
    return parts[0] if line.geom_type == "LineString" else shapely.multilinestrings(parts)


def _round_one(line: shapely.Geometry, block: shapely.Polygon, reach: float) -> shapely.Geometry | None:
    if not shapely.intersects(line, block) or shapely.touches(line, block):
        return line
    start, end = shapely.get_point(line, 0), shapely.get_point(line, -1)
    if shapely.intersects(block, start) or shapely.intersects(block, end):
        return None
    inside = shapely.get_parts(shapely.intersection(line, block))
    places = [shapely.line_locate_point(line, shapely.get_point(part, at))
              for part in inside for at in (0, -1) if part.geom_type == "LineString"]  # fmt: skip
    if not places:
        return line
    first, last = min(places), max(places)
    into, out = shapely.line_interpolate_point(line, [first, last])
    way = _taut(_arc(block.exterior, into, out), block)
    if way.length - (last - first) > reach:
        return None
    before, after = _part(line, 0.0, first), _part(line, last, line.length)
    xy = np.vstack([before, shapely.get_coordinates(way), after])
    kept = np.r_[True, np.hypot(*np.diff(xy, axis=0).T) > 1e-6]
    return shapely.LineString(xy[kept])


def _arc(ring: shapely.Geometry, into: shapely.Geometry, out: shapely.Geometry) -> shapely.Geometry:
    """The shorter way along a ring from one point to another."""
    one, other = shapely.line_locate_point(ring, into), shapely.line_locate_point(ring, out)
    begin, end = min(one, other), max(one, other)
    inner = _part(ring, begin, end)
    outer = np.vstack([_part(ring, end, ring.length), _part(ring, 0.0, begin)])
    chosen = inner if end - begin <= ring.length - (end - begin) else outer
    ahead = (chosen is inner) == (one <= other)
    return shapely.LineString(chosen if ahead else chosen[::-1])


def _part(line: shapely.Geometry, begin: float, end: float) -> np.ndarray:
    """Vertices of a line between two places along it, both ends included."""
    xy = shapely.get_coordinates(line)
    along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(xy, axis=0).T))]
    inner = (along > begin) & (along < end)
    ends = shapely.get_coordinates(shapely.line_interpolate_point(line, [begin, end]))
    return np.vstack([ends[:1], xy[inner], ends[1:]])


def _taut(way: shapely.Geometry, block: shapely.Polygon) -> shapely.Geometry:
    """The way pulled taut: from each vertex straight on to the farthest that is seen past the block."""
    xy = shapely.get_coordinates(way)
    solid = shapely.buffer(block, -0.05)
    shapely.prepare(solid)
    kept, at = [0], 0
    while at < len(xy) - 1:
        ahead = np.arange(len(xy) - 1, at, -1)
        sight = shapely.linestrings(np.stack([np.broadcast_to(xy[at], (len(ahead), 2)), xy[ahead]], axis=1))
        free = ~shapely.intersects(solid, sight)
        at = int(ahead[int(np.argmax(free))]) if free.any() else at + 1
        kept.append(at)
    return shapely.LineString(xy[kept])


def _answer(
    plan: Plan, judged: Judged, shape: shapely.Geometry, moved: shapely.Geometry, again: Judged, bad: str
) -> Clearance:
    if judged.work.line is not None:
        before, after = lengths_m([shape, moved], plan.crs.epsg)
        return Clearance("detour", moved, float(after - before), 0.0, 0.0, again.verdict, bad, again)
    old, new = shapely.get_coordinates(shape)[0], shapely.get_coordinates(moved)[0]
    east, north = (float(value) for value in new - old)
    way = float(lengths_m([shapely.LineString([old, new])], plan.crs.epsg)[0])
    return Clearance("shift", moved, way, east, north, again.verdict, bad, again)


