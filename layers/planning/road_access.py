"""Households and roads: which stretch each household uses, and the share near an all-season road (SDG 9.1.1).

Distances are straight lines, as the indicator asks; a household at exactly the walking distance counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.columns import is_in, is_null, values_of
from layers.planning.context import Context
from layers.planning.network import Roads
from layers.planning.road_graph import RoadGraph
from layers.policy.bundle import Policy

HOUSEHOLD, ROAD = "household", "road"
WALK, SURFACES, RURAL = "rural_access", "all_season_surfaces", "rural"
Homesteads = list[tuple[str, int]]


@dataclass(frozen=True, eq=False)
class Homes:
    """Households: the stretch each uses (-1: none near), and metres along its line.

    line: the nearest line within walking distance (-1: none).

    there: whether that layer is in the project; without it nobody knows of any.
    """

    there: bool
    line: np.ndarray
    stretch: np.ndarray
    along: np.ndarray
    per_stretch: np.ndarray

    def on(self, stretches: list[int] | np.ndarray) -> int | None:
        """How many households use these stretches."""
        return int(self.per_stretch[stretches].sum()) if self.there else None

    @property
    def off_network(self) -> int | None:
        """How many have no road within walking distance."""
        return int((self.stretch < 0).sum()) if self.there else None


@dataclass(frozen=True, slots=True)
class RuralAccess:
    """SDG 9.1.1: households surely near, surely not near, and those of which it is not known; all, of which.

    `households` is None where the layer is absent; near, far, unknown are then None, too.
    """

    households: int | None
    near: int | None
    far: int | None
    unknown: int | None

    @property
    def share(self) -> tuple[float, float] | None:
        """(least, most) per cent of the rural households that may be near; None where nobody knows."""
        if not self.households or self.near is None or self.unknown is None:
            return None
        return 100 * self.near / self.households, 100 * (self.near + self.unknown) / self.households


def homes_on(context: Context, graph: RoadGraph) -> Homes:
    """Return every household with the stretch of road it uses: the nearest within walking distance."""
    tables = context.with_role(HOUSEHOLD)
    points = _points(tables)
    stretch = np.full(len(points), -1, np.int64)
    nearest = stretch.copy()
    along = np.zeros(len(points))
    lines = graph.network.lines
    if len(points) and len(lines):
        home, line = _nearest(lines, points, context.setting(WALK))
        nearest[home] = line
        along[home] = shapely.line_locate_point(lines[line], points[home])
        stretch[home] = graph.edge_at(line, along[home])
    count = np.bincount(stretch[stretch >= 0], minlength=len(graph.a))
    return Homes(bool(tables), nearest, stretch, along, count)


def rural_access(context: Context, tables: tuple[Table, ...], roads: Roads, homes: Homes) -> RuralAccess:
    """Return how many rural households are within `rural_access` of an all-season road.

    roads, homes: the passable roads (the network's lines), and the households on them. A road of unknown
    surface is neither; so is a household that may be rural or not or has no place on the map, and all of
    them where no road layer is there.
    """
    if not context.with_role(HOUSEHOLD):
        return RuralAccess(None, None, None, None)
    mine, near, far = _judged(context, tables, roads, homes)
    total = int(mine.sum()) + sum(int(lost.sum()) for lost in map(_nowhere, context.with_role(HOUSEHOLD)))
    return RuralAccess(total, int(near.sum()), int(far.sum()), total - int(near.sum()) - int(far.sum()))


def homes_near(plan: Plan, policy: Policy, year: int | None) -> tuple[Homesteads, Homesteads, Homesteads]:
    """Return the rural households behind `RuralAccess`: near, not known, far, each as (kind id, row id)."""
    context = Context(plan, policy, year)
    layers, tables = context.with_role(HOUSEHOLD), context.with_role(ROAD)
    if not layers:
        return [], [], []
    roads = context.roads(tables)
    graph = RoadGraph(context.network(roads, roads.certain), context.setting("road_node_m"))
    mine, near, far = _judged(context, tables, roads, homes_on(context, graph))
    places = [(table.kind.id, int(fid)) for table in layers
              for fid in table.fids[~shapely.is_missing(table.geometry)]]  # fmt: skip
    lost = [(table.kind.id, int(fid)) for table in layers for fid in table.fids[_nowhere(table)]]

    def chosen(mask: np.ndarray) -> Homesteads:
        return [places[at] for at in np.flatnonzero(mask)]

    return chosen(near), [*chosen(mine & ~near & ~far), *lost], chosen(far)


def _nowhere(table: Table) -> np.ndarray:
    """Households (bool) that are or may be rural and have no place on the map."""
    rural = values_of(table, RURAL)
    found: np.ndarray = shapely.is_missing(table.geometry) & (is_in(rural, (1, True)) | is_null(rural))
    return found


def _judged(
    context: Context, tables: tuple[Table, ...], roads: Roads, homes: Homes
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each household (bool): whether it is or may be rural; surely rural and near; surely rural and
    far."""
    layers = context.with_role(HOUSEHOLD)
    rural = np.concatenate([_column(table, RURAL) for table in layers])
    maybe = is_null(rural)
    mine = is_in(rural, (1, True)) | maybe
    none = np.zeros(len(mine), bool)
    if not tables:
        return mine, none, none
    good = [name for name, value in context.policy.rule(SURFACES).values.items() if value]
    column = _surface_column(context)
    surface = np.full(len(roads.lines), None, object)
    for number, table in enumerate(tables):
        own = roads.table_of == number
        surface[own] = values_of(table, column)[roads.row_of[own]]
    points, walk = _points(layers), context.setting(WALK)
    near = _near(points, homes, roads.lines, is_in(surface, good), walk)
    perhaps = near | _near(points, homes, roads.lines, is_null(surface), walk)
    sure = mine & ~maybe
    return mine, sure & near, sure & ~perhaps


def _near(points: np.ndarray, homes: Homes, lines: np.ndarray, chosen: np.ndarray, walk: float) -> np.ndarray:
    """Who is near one of the chosen lines: most are, by their nearest; only the others are asked about."""
    found = (homes.line >= 0) & np.append(chosen, False)[homes.line]
    open_ones = np.flatnonzero((homes.line >= 0) & ~found)
    if len(open_ones) and chosen.any():
        from scipy.spatial import cKDTree

        # A vertex within the distance says so at once; only the others are measured against the lines.
        vertices = cKDTree(shapely.get_coordinates(lines[chosen]))
        away, _ = vertices.query(shapely.get_coordinates(points[open_ones]), distance_upper_bound=walk)
        found[open_ones[np.isfinite(away)]] = True
        open_ones = open_ones[~np.isfinite(away)]
        found[open_ones[_nearest(lines[chosen], points[open_ones], walk)[0]]] = True
    return found


def _surface_column(context: Context) -> str:
    for service, _ in context.plan.catalogue.services():
        if service.method == "road_reach":
            return str(service.option("surface", "surface"))
    return "surface"


def _column(table: Table, name: str) -> np.ndarray:
    return values_of(table, name)[~shapely.is_missing(table.geometry)]


def _points(tables: tuple[Table, ...]) -> np.ndarray:
    parts = [table.geometry[~shapely.is_missing(table.geometry)] for table in tables]
    return np.concatenate(parts) if parts else np.empty(0, object)


def _nearest(lines: np.ndarray, points: np.ndarray, walk: float) -> tuple[np.ndarray, np.ndarray]:
    """(point, line) of those with a line within `walk`, inclusive; the first line of several as near.

    Neighbours are asked about one after the other, in a tree of small nodes: measured 2.5 times as quick.
    """
    tree = shapely.STRtree(lines, node_capacity=4)
    x, y = (np.floor(of(points) / max(walk, 1.0)) for of in (shapely.get_x, shapely.get_y))
    by_place = np.lexsort((y, x))
    found = tree.query_nearest(points[by_place], max_distance=walk * (1 + 1e-9) + 1e-6, all_matches=True)
    asked = by_place[found[0]]
    order = np.lexsort((found[1], asked))
    point, first = np.unique(asked[order], return_index=True)
    return point, found[1][order][first]
