"""Isochrones: what lies within so many minutes of the nearest facility, as polygons off the cost surface.

Between the middles of four cells minutes run straight along each edge; the line lies where they are the
threshold, so that exactly the threshold is within (<=). Towards a cell that is not reached, or that nobody
passes, the line stands half a cell off; outside the surface there is none. Where opposite corners are in, the
two stay apart. What a road gives beyond its cells is not in it: an isochrone is as fine as the surface's
cells, stated with it.
"""

from __future__ import annotations

import numpy as np
import shapely

from layers.planning.access import Access


def isochrones(result: Access) -> tuple[tuple[float, shapely.Geometry], ...]:
    """Return (minutes, polygons in planning metres) of each threshold, ascending: each holds the ones
    before."""
    ground = result.travel.ground
    return tuple(
        (
            limit,
            contour(result.cell_minutes, limit, west=ground.west, south=ground.south, cell_m=ground.cell_m),
        )
        for limit in result.thresholds
    )


def contour(
    values: np.ndarray, limit: float, *, west: float, south: float, cell_m: float
) -> shapely.Geometry:
    """Return where `values` (rows, columns; at the cells' middles, row 0 in the south) are <= limit.

    nan and inf are never within. The rim is closed half a cell outside the middles.
    """
    grid = np.full((values.shape[0] + 2, values.shape[1] + 2), np.inf)
    grid[1:-1, 1:-1] = np.where(np.isnan(values), np.inf, values)
    # corners of every square of four middles, anticlockwise from the south-west
    corners = np.stack([grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]], axis=-1)
    within = corners <= limit + 1e-6
    count = within.sum(axis=-1)
    pieces = [_whole(count == 4)]
    saddle = (count == 2) & (within[..., 0] == within[..., 2])
    for mask, separate in (((count > 0) & (count < 4) & ~saddle, False), (saddle, True)):
        rows, columns = np.nonzero(mask)
        pieces.append(_cut(corners[rows, columns], within[rows, columns], rows, columns, limit, separate))
    shapes = np.concatenate(pieces)
    if not len(shapes):
        return shapely.MultiPolygon()
    found = shapely.union_all(shapes)
    parts = [part for part in shapely.get_parts(found) if part.geom_type == "Polygon"]
    # square (r, c) begins at the middle of cell (r - 1, c - 1)
    offset = np.array([west - 0.5 * cell_m, south - 0.5 * cell_m])
    return shapely.transform(shapely.MultiPolygon(parts), lambda xy: xy * cell_m + offset)


def _whole(full: np.ndarray) -> np.ndarray:
    """Runs of whole squares, one box a run."""
    edge = np.zeros((full.shape[0], 1), bool)
    change = np.diff(np.hstack([edge, full, edge]).astype(np.int8), axis=1)
    row, start = np.nonzero(change == 1)
    end = np.nonzero(change == -1)[1]
    return shapely.box(start, row, end, row + 1)


SIDES = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)


def _cut(corners, within, rows, columns, limit, separate):  # noqa: ANN001, ANN202
    """What of each square is within: the corners that are, and where the sides cross the limit."""
    share = np.full(corners.shape, 0.5)
    for side in range(4):
        one, two = corners[:, side], corners[:, (side + 1) % 4]
        both = np.isfinite(one) & np.isfinite(two) & (one != two)
        share[both, side] = np.clip((limit - one[both]) / (two[both] - one[both]), 0.0, 1.0)
    found = []
    for at in range(len(corners)):
        origin = np.array([columns[at], rows[at]], np.float64)
        cross = SIDES + share[at][:, None] * (np.roll(SIDES, -1, axis=0) - SIDES) + origin
        if separate:
            for corner in np.flatnonzero(within[at]):
                found.append([cross[corner - 1], SIDES[corner] + origin, cross[corner]])
            continue
        ring = []
        for side in range(4):
            if within[at, side]:
                ring.append(SIDES[side] + origin)
            if within[at, side] != within[at, (side + 1) % 4]:
                ring.append(cross[side])
        found.append(ring)
    shapes = np.empty(len(found), object)
    shapes[:] = [shapely.Polygon(ring) for ring in found]
    # a corner that is the limit itself leaves no area; snapping to a thousandth of a cell keeps unions clean
    shapes = shapely.set_precision(shapes, 1e-6) if len(shapes) else shapes
    return shapes[~shapely.is_empty(shapes)] if len(shapes) else shapes
