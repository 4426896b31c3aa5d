"""The ground between the roads: a grid of cells with a pace each, and what cannot be crossed.

A cell takes the land class at its middle: of the land-use parcels where there are any, else of the land
cover; where several lie there, the slowest. Where no class is known one goes on foot. The surface covers the
gachas (else the banner): outside it nobody is led. Rivers that the policy calls barriers, and lakes, are not
crossed, and touching one is crossing it, except within the policy's distance (inclusive) of a passable
bridge. Roads pass over rivers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely

from layers.geo.repair import mended
from layers.plan.table import Table
from layers.planning.columns import code_text, is_in, standing, values_of
from layers.planning.context import Context
from layers.planning.speeds import COVER, PARCEL, land_speeds, pace, walking_pace
from layers.planning.units import BANNER, GACHA

SAMPLES = 16  # places along a straight way at which the land is looked at
LAND = (("land.parcel", "DLBM", PARCEL), ("backdrop.land_cover", "cover", COVER))
RIVER, LAKE, BRIDGE = "water.river", "water.lake", "bridge"


@dataclass(frozen=True, eq=False)
class Barriers:
    """Straight pieces of shore and river (shapely LineStrings), and bridges as points within `bridge_m`."""

    pieces: np.ndarray
    bridges: np.ndarray
    bridge_m: float
    _tree: shapely.STRtree = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_tree", shapely.STRtree(self.pieces))

    def between(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Return whether the straight way between places (n, 2) meets a barrier (bool)."""
        barred = np.zeros(len(start), bool)
        if not len(self.pieces) or not len(start):
            return barred
        ways = shapely.linestrings(np.stack([start, end], axis=1))
        way, piece = self._tree.query(ways, predicate="intersects")
        if len(self.bridges) and len(way):
            meets = shapely.intersection(ways[way], self.pieces[piece])
            _, away = shapely.STRtree(self.bridges).query_nearest(
                meets, return_distance=True, all_matches=False
            )
            way = way[away > self.bridge_m + 1e-6]
        barred[way] = True
        return barred


@dataclass(frozen=True, eq=False)
class Ground:
    """Cells of `cell_m` from the south-west corner (west, south), row by row to the north.

    pace: (rows, columns) minutes a metre at each cell's middle, inf where none may pass, nan outside the
    surface. walking: pace where nothing is known.
    """

    west: float
    south: float
    cell_m: float
    pace: np.ndarray
    walking: float
    barriers: Barriers

    @cached_property
    def cells(self) -> np.ndarray:
        """Flat numbers of the cells that may be entered (int64, ascending)."""
        return np.flatnonzero(np.isfinite(self.pace.ravel()))

    @cached_property
    def number(self) -> np.ndarray:
        """Place of each cell of the grid among `cells`, -1 where none may pass (rows, columns)."""
        found = np.full(self.pace.size, -1, np.int64)
        found[self.cells] = np.arange(len(self.cells))
        return found.reshape(self.pace.shape)

    @cached_property
    def xy(self) -> np.ndarray:
        """Middles of `cells` (n, 2)."""
        return self.middles(self.cells)

    def middles(self, flat: np.ndarray) -> np.ndarray:
        """Middles of cells by flat number (n, 2)."""
        columns = max(self.pace.shape[1], 1)
        return np.column_stack(
            [
                self.west + (flat % columns + 0.5) * self.cell_m,
                self.south + (flat // columns + 0.5) * self.cell_m,
            ]
        )

    def place(self, xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Row and column of places (n, 2); they may lie outside the grid."""
        column = np.floor((xy[:, 0] - self.west) / self.cell_m).astype(np.int64)
        return np.floor((xy[:, 1] - self.south) / self.cell_m).astype(np.int64), column

    def straight(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Return the minutes of straight ways (n): inf over a barrier or land that nobody passes."""
        metres = np.hypot(*(end - start).T)
        total = np.zeros(len(start))
        for part in (np.arange(SAMPLES) + 0.5) / SAMPLES:
            total += self._pace_at(start + (end - start) * part)
        with np.errstate(invalid="ignore"):  # no way at all over land that nobody passes: 0 times infinite
            minutes = np.where(metres > 0, metres * total / SAMPLES, 0.0)
        minutes[np.isnan(minutes)] = np.inf
        barred = np.flatnonzero(np.isfinite(minutes) & (metres > 0))
        minutes[barred[self.barriers.between(start[barred], end[barred])]] = np.inf
        return minutes

    def _pace_at(self, xy: np.ndarray) -> np.ndarray:
        """Pace at places; outside the surface one goes on foot."""
        row, column = self.place(xy)
        inside = (row >= 0) & (column >= 0) & (row < self.pace.shape[0]) & (column < self.pace.shape[1])
        found = np.full(len(xy), self.walking)
        found[inside] = self.pace[row[inside], column[inside]]
        found[np.isnan(found)] = self.walking
        return found

    def steps(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Steps between neighbouring cells, each once: (from, to, minutes, metres), cells as in `cells`."""
        number, found = self.number, []
        for rise, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
            rows, columns = number.shape
            here = number[: rows - rise, max(0, -right) : columns - max(0, right)]
            there = number[rise:, max(0, right) : columns - max(0, -right)]
            both = (here >= 0) & (there >= 0)
            metres = self.cell_m * np.hypot(rise, right)
            found.append((here[both], there[both], np.full(int(both.sum()), metres)))
        one, two, metres = (np.concatenate(part) for part in zip(*found, strict=True))
        free = ~self.barriers.between(self.xy[one], self.xy[two])
        one, two, metres = one[free], two[free], metres[free]
        pace = self.pace.ravel()[self.cells]
        return one, two, metres * (pace[one] + pace[two]) / 2, metres


def ground_of(context: Context) -> Ground:
    """Return the ground of a plan; without gachas and banner it has no cells."""
    walking = walking_pace(context.policy)
    units = context.with_role(GACHA) or context.with_role(BANNER)
    shapes = _shapes(units)
    barriers = _barriers(context)
    if not len(shapes):
        return Ground(0.0, 0.0, 1.0, np.empty((0, 0)), walking, barriers)
    west, south, east, north = shapely.total_bounds(shapes)
    cell, most = context.setting("access_cell_m"), context.setting("access_cells")
    cell = max(cell, float(np.sqrt((east - west) * (north - south) / most)))
    west, south = np.floor(west / cell) * cell, np.floor(south / cell) * cell
    columns, rows = int(np.ceil((east - west) / cell)), int(np.ceil((north - south) / cell))
    grid = Ground(west, south, cell, np.full((rows, columns), np.nan), walking, barriers)
    points = shapely.points(grid.middles(np.arange(rows * columns)))
    tree = shapely.STRtree(points)
    inside = np.zeros(len(points), bool)
    inside[tree.query(shapes, predicate="intersects")[1]] = True
    speeds = np.full(len(points), np.nan)
    for role, column, rule in LAND:
        below = _slowest(context, role, column, rule, tree, len(points))
        speeds = np.where(np.isnan(speeds), below, speeds)
    water = _shapes(context.with_role(LAKE))
    speeds[tree.query(water, predicate="intersects")[1]] = 0.0
    found = np.where(np.isnan(speeds), walking, pace(np.nan_to_num(speeds)))
    return Ground(
        west, south, cell, np.where(inside, found, np.nan).reshape(rows, columns), walking, barriers
    )


def _shapes(tables: Sequence[Table]) -> np.ndarray:
    """Whole polygons of tables, without the empty ones."""
    found = [mended(table.geometry) for table in tables]
    shapes = np.concatenate(found) if found else np.empty(0, object)
    return shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]


def _slowest(
    context: Context, role: str, column: str, rule: str, tree: shapely.STRtree, count: int
) -> np.ndarray:
    """km/h of the slowest class at each place, nan where none is known."""
    speeds = np.full(count, np.inf)
    for table in context.with_role(role):
        of_row = land_speeds(context.policy, rule, values_of(table, column))
        shapes = mended(table.geometry)
        known = ~np.isnan(of_row) & ~shapely.is_missing(shapes)
        row, point = tree.query(shapes[known], predicate="intersects")
        np.minimum.at(speeds, point, of_row[known][row])
    return np.where(np.isinf(speeds), np.nan, speeds)


def _barriers(context: Context) -> Barriers:
    bars = context.policy.rule("river_barrier").values
    lines = [shapely.boundary(_shapes(context.with_role(LAKE)))]
    for table in context.with_role(RIVER):
        barring = [
            bool(bars.get(code_text(rank), bars.get("unknown", 1))) for rank in values_of(table, "rank")
        ]
        lines.append(table.geometry[np.array(barring, bool)])
    parts = shapely.get_parts(shapely.get_parts(np.concatenate(lines)))
    xy, line = shapely.get_coordinates(parts, return_index=True)
    joined = np.flatnonzero(line[1:] == line[:-1])
    pieces = shapely.linestrings(np.stack([xy[joined], xy[joined + 1]], axis=1)) if len(joined) else []
    bridges = []
    for table in context.with_role(BRIDGE):
        usable = standing(table, context.year, None) & ~is_in(values_of(table, "passable"), (0, False))
        bridges.append(table.geometry[usable & ~shapely.is_missing(table.geometry)])
    return Barriers(
        np.asarray(pieces, object),
        np.concatenate(bridges) if bridges else np.empty(0, object),
        context.setting("access_bridge_m"),
    )
