"""Dead ends of the road graph: why each one ends, and the repair where it is a gap in the data.

The reason, first that holds: what an inspection has checked; a road that is closed (not passable) goes on; a
gap (another road no further off than `gap`); the banner's border (`border`); the data's edge (right on a line
of the map sheets, or one of several that end within `data_edge` of the same side of the roads' extent); what
an inspection has noted without a check; a gate (the edge of a contract pasture within `gate`); else true. All
distances are inclusive, in plane metres of the planning CRS.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from layers.planning.columns import is_in, values_of
from layers.planning.context import Context
from layers.planning.network import Roads, roads_of
from layers.planning.road_graph import RoadGraph
from layers.planning.units import BANNER

TRUE, GATE, BORDER, DATA_EDGE, GAP, CLOSED = "true", "gate", "border", "data_edge", "gap", "closed"
REASONS = (TRUE, GATE, BORDER, DATA_EDGE, GAP, CLOSED)
RECORDED, MEASURED, NOTHING_ELSE = "recorded", "measured", "nothing_else"
MOVE, LINK = "move", "link"
UNCHECKED = ("found",)
HAIR, ON_SHEET_M = 1e-6, 0.005


@dataclass(frozen=True, slots=True)
class Repair:
    """How a gap is closed: the road's end is moved from `end` to `to` (`move`), or a piece is added (`link`).

    kind, fid: the road. onto_kind, onto_fid: what it is joined to, with a new vertex at `to` where `vertex`.
    metres: width of the gap. end, to: x, y in the planning CRS.
    """

    how: str
    kind: str
    fid: int
    end: tuple[float, float]
    to: tuple[float, float]
    onto_kind: str
    onto_fid: int
    vertex: bool
    metres: float

    @property
    def geometry(self) -> shapely.LineString:
        """What closes the gap."""
        return shapely.LineString([self.end, self.to])


@dataclass(frozen=True, eq=False)
class DeadEnds:
    """Nodes of the graph where a road ends, where they are, the line each is the end of, and why.

    repairs: place of the dead end -> repair. Of a gap between two dead ends only one end is listed.
    """

    nodes: np.ndarray
    xy: np.ndarray
    line: np.ndarray
    reason: tuple[str, ...]
    basis: tuple[str, ...]
    repairs: dict[int, Repair]


def dead_ends(context: Context, roads: Roads, graph: RoadGraph) -> DeadEnds:
    """Return the dead ends in order of x and y."""
    limits = context.policy.rule("road_fault_m").values
    network = graph.network
    nodes = np.flatnonzero(graph.degree == 1)
    starts, stretches = graph.around
    edge = graph.edges[stretches[starts[nodes]]]
    at_a = graph.of_node[network.edge_a[edge]] == nodes
    xy = network.node_xy[np.where(at_a, network.edge_a[edge], network.edge_b[edge])].reshape(-1, 2)
    line = network.edge_line[edge]
    order = np.lexsort((xy[:, 1], xy[:, 0]))
    nodes, xy, line, edge = nodes[order], xy[order], line[order], edge[order]
    points = shapely.points(xy)
    gaps = _gaps(roads, graph, nodes, points, line, limits["gap"])
    repairs, twins = _repairs(context, roads, xy, line, gaps, limits["move"])
    record = _recorded(context, points, limits["record"])
    measured = _measured(context, graph, points, xy, limits)
    closed = _closed(context, roads, points)
    reasons, bases = [], []
    for at in range(len(nodes)):
        noted, checked = record.get(at, (None, False))
        if noted and checked:
            reason, basis = noted, RECORDED
        elif at in closed:
            reason, basis = CLOSED, MEASURED
        elif at in repairs:
            reason, basis = GAP, MEASURED
        elif at in measured and (measured[at] != GATE or not noted):
            reason, basis = measured[at], MEASURED
        elif noted:
            reason, basis = noted, RECORDED
        else:
            reason, basis = TRUE, NOTHING_ELSE
        reasons.append(reason)
        bases.append(basis)
    keep = np.array([at for at in range(len(nodes)) if at not in twins], np.int64)
    renamed = {int(at): place for place, at in enumerate(keep)}
    return DeadEnds(
        nodes[keep], xy[keep], line[keep], tuple(reasons[at] for at in keep), tuple(bases[at] for at in keep),
        {renamed[at]: repair for at, repair in repairs.items() if reasons[at] == GAP},
    )  # fmt: skip


# --- gaps -------------------------------------------------------------------------------------------------


def _gaps(
    roads: Roads, graph: RoadGraph, nodes: np.ndarray, points: np.ndarray, line: np.ndarray, within: float
) -> dict[int, tuple[int, float, float]]:
    """Dead end -> (line it nearly meets, metres along it, metres away); what it hangs on does not count."""
    if not len(points) or within <= 0:
        return {}
    lines = graph.network.lines
    tree = graph.network.tree
    end, other = tree.query(points, predicate="dwithin", distance=within * (1 + 1e-9))
    away = shapely.distance(points[end], lines[other])
    # The end of a ring that does not close lies on its own line: ask for the line's other end instead.
    own = other == line[end]
    tip = shapely.get_point(lines[line[end]], 0)
    tail = shapely.get_point(lines[line[end]], -1)
    far = np.where(shapely.distance(points[end], tip) < shapely.distance(points[end], tail), tail, tip)
    length = shapely.length(lines[other])
    away = np.where(own, shapely.distance(points[end], far), away)
    along = np.where(
        own,
        shapely.line_locate_point(lines[other], far),
        shapely.line_locate_point(lines[other], points[end]),
    )
    close = (away <= within + HAIR) & (~own | (length > 3 * within))
    # A stub shorter than three gaps ends near what it hangs on: that road is not missing.
    start = np.array([_back(graph, int(node), 3 * within) for node in nodes], object)
    hung = start[end]
    short = ~shapely.is_missing(hung)
    short[short] = shapely.distance(hung[short], lines[other[short]]) <= HAIR
    close &= ~short
    found: dict[int, tuple[int, float, float]] = {}
    for k in np.lexsort((along, other, away.round(6), end)):
        if close[k]:
            found.setdefault(int(end[k]), (int(other[k]), float(along[k]), float(away[k])))
    return found


def _back(graph: RoadGraph, node: int, within: float) -> shapely.Point | None:
    """Where the last stretch before a dead end begins, if that is within so many metres of road."""
    starts, stretches = graph.around
    stretch = int(stretches[starts[node]])
    if graph.km[stretch] * 1000 > within:
        return None
    edge = graph.edges[stretch]
    network = graph.network
    far = network.edge_b[edge] if graph.a[stretch] == node else network.edge_a[edge]
    return shapely.Point(network.node_xy[far])


def _repairs(
    context: Context,
    roads: Roads,
    xy: np.ndarray,
    line: np.ndarray,
    gaps: dict[int, tuple[int, float, float]],
    move: float,
) -> tuple[dict[int, Repair], set[int]]:
    """Repairs by dead end, and the ends that need none of their own: the other side is joined to them."""
    at_place = {tuple(place): at for at, place in enumerate(np.round(xy, 3).tolist())}
    tables = context.with_role("road")
    lines = roads.lines
    meets: dict[int, tuple[tuple[float, float], bool, int]] = {}
    for at, (other, along, _away) in gaps.items():
        target = shapely.line_interpolate_point(lines[other], along)
        vertices = shapely.get_coordinates(lines[other])
        near = np.hypot(*(vertices - [target.x, target.y]).T)
        tips = np.hypot(*(vertices[[0, -1]] - xy[at]).T)
        tip = int(np.argmin(tips))
        # Two ends that face each other are joined end to end, though a flank may be a hair nearer.
        facing = tips[tip] <= _away * 1.25 + HAIR
        vertex = 0 if facing and tip == 0 else len(vertices) - 1 if facing else int(near.argmin())
        on_vertex = facing or near[vertex] <= ON_SHEET_M
        place = vertices[vertex] if on_vertex else np.round([target.x, target.y], 3)
        meets[at] = ((float(place[0]), float(place[1])), not on_vertex, other)
    repairs: dict[int, Repair] = {}
    twins: set[int] = set()
    joined = {at_place.get(tuple(np.round(to, 3).tolist()), -1) for to, _, _ in meets.values()}
    for at, (to, vertex, other) in meets.items():
        partner = at_place.get(tuple(np.round(to, 3).tolist()), -1)
        if partner in repairs and at_place.get(tuple(np.round(repairs[partner].to, 3).tolist()), -1) == at:
            twins.add(at)
            continue
        metres = float(np.hypot(to[0] - xy[at][0], to[1] - xy[at][1]))
        mutual = partner in meets and at_place.get(tuple(np.round(meets[partner][0], 3).tolist()), -1) == at
        # An end that something else is joined to stays where it is.
        still = at in joined and not mutual
        how = MOVE if metres <= move + HAIR and not still else LINK
        mine, onto = int(line[at]), other
        table, there = tables[roads.table_of[mine]], tables[roads.table_of[onto]]
        repairs[at] = Repair(
            how, table.kind.id, int(table.fids[roads.row_of[mine]]), (float(xy[at][0]), float(xy[at][1])), to,
            there.kind.id, int(there.fids[roads.row_of[onto]]), vertex, round(metres, 3),
        )  # fmt: skip
    return repairs, twins


# --- the other reasons --------------------------------------------------------------------------------------


def _recorded(context: Context, points: np.ndarray, within: float) -> dict[int, tuple[str, bool]]:
    """Dead end -> (reason, whether it was checked) of the nearest recorded one that gives a reason."""
    found: dict[int, tuple[float, str, bool]] = {}
    for table in context.with_role("road.dead_end"):
        rows = np.flatnonzero(
            is_in(values_of(table, "reason"), REASONS) & ~shapely.is_missing(table.geometry)
        )
        if not len(rows) or not len(points):
            continue
        places, reasons, states = (
            table.geometry[rows], values_of(table, "reason")[rows], values_of(table, "state")[rows],
        )  # fmt: skip
        near, record = shapely.STRtree(places).query(points, predicate="dwithin", distance=within)
        for end, row in zip(near.tolist(), record.tolist(), strict=True):
            away = float(shapely.distance(points[end], places[row]))
            if end not in found or away < found[end][0]:
                checked = states[row] is not None and states[row] not in UNCHECKED
                found[end] = (away, str(reasons[row]), checked)
    return {end: (reason, checked) for end, (_, reason, checked) in found.items()}


def _closed(context: Context, roads: Roads, points: np.ndarray) -> set[int]:
    """Dead ends at which a road that is not passable goes on."""
    every = roads_of(context.with_role("road"), date="opened_on", year=context.year)
    used = set(zip(roads.table_of.tolist(), roads.row_of.tolist(), strict=True))
    shut = np.array(
        [pair not in used for pair in zip(every.table_of.tolist(), every.row_of.tolist(), strict=True)], bool
    )
    if not shut.any() or not len(points):
        return set()
    tree = shapely.STRtree(every.lines[shut])
    within = context.setting("road_node_m") + HAIR
    return set(tree.query(points, predicate="dwithin", distance=within)[0].tolist())


def _measured(
    context: Context, graph: RoadGraph, points: np.ndarray, xy: np.ndarray, limits: dict[str, float]
) -> dict[int, str]:
    found: dict[int, str] = {}
    if not len(points):
        return found
    for table in context.with_role("pasture.contract"):
        edges = shapely.boundary(table.geometry[~shapely.is_missing(table.geometry)])
        if len(edges):
            near, _ = shapely.STRtree(edges).query(
                points, predicate="dwithin", distance=limits["gate"] + HAIR
            )
            found |= dict.fromkeys(np.unique(near).tolist(), GATE)
    west, south, east, north = shapely.total_bounds(graph.network.lines)
    # Some road reaches farthest in every direction; only where several stop at the same line was it cut.
    sides = np.abs(np.column_stack([xy[:, 0] - west, xy[:, 0] - east, xy[:, 1] - south, xy[:, 1] - north]))
    on_side = sides <= limits["data_edge"] + HAIR
    cut = (on_side & (on_side.sum(axis=0) > 1)).any(axis=1)
    side = context.setting("road_sheet_m")
    if side > 0:
        cut |= (np.abs(xy - np.round(xy / side) * side) <= ON_SHEET_M).any(axis=1)
    found |= dict.fromkeys(np.flatnonzero(cut).tolist(), DATA_EDGE)
    outlines = [
        shapely.boundary(one)
        for table in context.with_role(BANNER)
        for one in table.geometry
        if one is not None
    ]
    if outlines:
        border = shapely.distance(points, shapely.union_all(np.array(outlines, object)))
        found |= dict.fromkeys(np.flatnonzero(border <= limits["border"] + HAIR).tolist(), BORDER)
    return found
