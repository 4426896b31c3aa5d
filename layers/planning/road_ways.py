"""The cheapest new ways across country, as candidates for the road programme: cost by zone, bridges over
rivers.

The ground is the grid of `ground`. A step costs its length times the rate of a new road times the largest
factor of the zones at its ends (their mean); a step over a river that bars the way costs a bridge more; lakes
are not crossed. Where heights are known a step that rises more steeply than a road may (`road_max_grade`) is
as much longer as the road must wind to keep within it. From every part of the network the cost spreads out
together; where two parts meet, the cheapest way between them is a candidate (Mehlhorn 1988: these contain the
cheapest links between neighbouring parts).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from layers.geo.terrain import Heights
from layers.planning.columns import code_text, values_of
from layers.planning.context import Context
from layers.planning.ground import Ground

FACTORS, NEW, BRIDGE = "road_zone_factor", "road_new_cost", "road_bridge_cost"
MAX_GRADE = "road_max_grade"
ZONES = (
    ("zone.grazing", "regime", None), ("zone.basic_grassland", None, "basic_grassland"),
    ("zone.red_line", None, "red_line"), ("zone.water_source", None, "water_source"),
    ("zone.nature_reserve", None, "nature_reserve"),
)  # fmt: skip
"""(role of the zone, column whose value names the factor, or the factor's name)."""


@dataclass(frozen=True, eq=False)
class NewWay:
    """A new road between two sources: places in what was asked, its line, 10,000 yuan, km, and bridges on
    it."""

    one: int
    other: int
    line: shapely.LineString
    cost: float
    km: float
    bridges: int


def new_ways(
    context: Context, ground: Ground, xy: np.ndarray, part: np.ndarray, heights: Heights | None = None
) -> list[NewWay]:
    """Return the cheapest new way between every two neighbouring parts.

    xy: places (n, 2) on the network or off it, planning metres. part: int (n,), which connected part each
    belongs to. heights: None where no terrain model is given; what it does not know is taken as flat.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    one, two, cost, metres, bridge = _steps(context, ground, heights)
    cells = len(ground.cells)
    row, column = ground.place(xy)
    inside = (row >= 0) & (column >= 0) & (row < ground.pace.shape[0]) & (column < ground.pace.shape[1])
    cell = np.full(len(xy), -1)
    cell[inside] = ground.number[row[inside], column[inside]]
    usable = np.flatnonzero(cell >= 0)
    if not cells or not len(usable):
        return []
    rate = context.setting(NEW) / 1000
    into = np.maximum(np.hypot(*(ground.xy[cell[usable]] - xy[usable]).T) * rate, 1e-6)
    graph = csr_array(
        (np.r_[cost, cost, into], (np.r_[one, two, cells + usable], np.r_[two, one, cell[usable]])),
        shape=(cells + len(xy),) * 2,
    )
    spent, before, source = dijkstra(
        graph, directed=True, indices=cells + usable, min_only=True, return_predecessors=True
    )
    label = np.where(np.isfinite(spent[:cells]), part[np.clip(source[:cells] - cells, 0, None)], -1)
    meets = np.flatnonzero((label[one] >= 0) & (label[two] >= 0) & (label[one] != label[two]))
    total = spent[one[meets]] + cost[meets] + spent[two[meets]]
    low, high = (
        np.minimum(label[one[meets]], label[two[meets]]),
        np.maximum(label[one[meets]], label[two[meets]]),
    )
    order = np.lexsort((meets, np.round(total, 9), high, low))
    first = order[np.r_[True,
                        (low[order][1:] != low[order][:-1]) | (high[order][1:] != high[order][:-1])]] if len(
        order) else order  # fmt: skip
    crossing = {
        (min(a, b), max(a, b)) for a, b in zip(one[bridge].tolist(), two[bridge].tolist(), strict=True)
    }
    across = [_way(ground, xy, before, cells, int(one[meets[at]]), int(two[meets[at]]), float(total[at]),
                   crossing)
              for at in first]  # fmt: skip
    return [*_within_cells(xy, part, cell, usable, rate), *across]


def _within_cells(xy, part, cell, usable, rate) -> list[NewWay]:  # noqa: ANN001
    """Straight ways between places of different parts in one cell, of which only one can spread from it."""
    order = usable[np.lexsort((usable, cell[usable]))]
    same = np.flatnonzero((cell[order][1:] == cell[order][:-1]) & (part[order][1:] != part[order][:-1]))
    ways = []
    for at in same:
        one, other = int(order[at]), int(order[at + 1])
        metres = float(np.hypot(*(xy[one] - xy[other])))
        line = shapely.LineString([xy[one], xy[other]])
        ways.append(NewWay(one, other, line, metres * rate, metres / 1000, 0))
    return ways


def _steps(context: Context, ground: Ground, heights: Heights | None):  # noqa: ANN202
    """(from, to, cost, metres, whether a river is crossed) of steps between neighbouring cells."""
    free = ground.steps()
    every = _all_steps(ground)
    keys = free[0] * len(ground.cells) + free[1]
    one, two, metres = every
    over = ~np.isin(one * len(ground.cells) + two, keys)
    factor = factors(context, ground)
    metres = metres if heights is None else wound(metres, one, two, heights.at(ground.xy), _grade(context))
    cost = metres / 1000 * context.setting(NEW) * (factor[one] + factor[two]) / 2
    return one, two, cost + np.where(over, context.setting(BRIDGE), 0.0), metres, over


def _grade(context: Context) -> float:
    return context.setting(MAX_GRADE) / 100


def wound(
    metres: np.ndarray, one: np.ndarray, two: np.ndarray, height: np.ndarray, grade: float
) -> np.ndarray:
    """Lengths (n,) in metres that roads between cells need: as far as it is, or rise / `grade` where that is
    more.

    one, two: cells of each step. height: metres (cells,), NaN where unknown, which lengthens nothing. A step
    of just the greatest grade (a share, <=) is not lengthened.
    """
    rise = np.abs(height[two] - height[one])
    return np.fmax(metres, rise / grade)


def _all_steps(ground: Ground) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    number, found = ground.number, []
    rows, columns = number.shape
    for rise, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here = number[: rows - rise, max(0, -right) : columns - max(0, right)]
        there = number[rise:, max(0, right) : columns - max(0, -right)]
        both = (here >= 0) & (there >= 0)
        found.append(
            (here[both], there[both], np.full(int(both.sum()), ground.cell_m * np.hypot(rise, right)))
        )
    one, two, metres = (np.concatenate(part) for part in zip(*found, strict=True))
    return one, two, metres


def factors(context: Context, ground: Ground) -> np.ndarray:
    """Return the largest factor of the zones at each cell's middle, 1 where there is none; worked out once a
    run."""
    return context.once(("road factors", id(ground)), lambda: _factors(context, ground))


def _factors(context: Context, ground: Ground) -> np.ndarray:
    rule = context.policy.rule(FACTORS).values
    factor = np.ones(len(ground.cells))
    tree = shapely.STRtree(shapely.points(ground.xy))
    for role, column, name in ZONES:
        for table in context.with_role(role):
            names = [name] * len(table) if name else [code_text(value) for value in values_of(table, column)]
            own = np.array([rule.get(one, 1.0) for one in names])
            shapes = table.geometry
            good = np.flatnonzero(~shapely.is_missing(shapes) & (own > 1))
            zone, cell = tree.query(shapes[good], predicate="intersects")
            np.maximum.at(factor, cell, own[good][zone])
    return factor


def _way(ground, xy, before, cells, one, two, cost, crossing) -> NewWay:  # noqa: ANN001, PLR0913
    left, right = _back(before, cells, one), _back(before, cells, two)
    path = [*reversed(left[:-1]), *right[:-1]]
    places = np.vstack(
        [xy[left[-1] - cells], *(ground.xy[cell][None] for cell in path), xy[right[-1] - cells]]
    )
    line = shapely.LineString(places)
    bridges = sum((min(a, b), max(a, b)) in crossing for a, b in zip(path, path[1:], strict=False))
    return NewWay(left[-1] - cells, right[-1] - cells, line, cost, float(line.length) / 1000, bridges)


def _back(before: np.ndarray, cells: int, cell: int) -> list[int]:
    """From a cell back to its source, which comes last."""
    path = [cell]
    while path[-1] < cells:
        path.append(int(before[path[-1]]))
    return path
