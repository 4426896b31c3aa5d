"""What the road programme starts from: the network cut at seats, and what each stretch costs to be good
enough.

Seats touch the network where it is nearest, within `road_snap_m` (inclusive), and stand alone otherwise. What
is good enough is said by a service of the method `road_reach` (its surfaces, its classes; without either
every passable road). A stretch whose surface or class is not known is not good enough. The root is the
longest connected part that is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from shapely.ops import substring

from layers.catalogue.service import Service
from layers.plan.table import Table
from layers.planning.columns import code_text, values_of
from layers.planning.context import Context
from layers.planning.network import Network, Roads

UPGRADE, CLASS_III, SNAP = "road_upgrade_cost", "road_class_iii_cost", "road_snap_m"
PAVED = ("asphalt", "concrete")
SAME_M = 0.001  # a seat no further along from a node is at the node


@dataclass(frozen=True, eq=False)
class Stretches:
    """The network as stretches between nodes: a, b, km, of (line of `roads`, -1 for a link of no cost).

    xy: nodes (n, 2). part: connected part of each node. seat_node: node of each seat asked for, -1 without
    one.
    """

    tables: tuple[Table, ...]
    roads: Roads
    a: np.ndarray
    b: np.ndarray
    km: np.ndarray
    of: np.ndarray
    start_m: np.ndarray
    end_m: np.ndarray
    xy: np.ndarray
    part: np.ndarray
    seat_node: np.ndarray

    @cached_property
    def metres(self):  # noqa: ANN201 (scipy is imported late)
        """Sparse matrix of lengths between nodes, the shortest of parallel stretches."""
        from scipy.sparse import csr_array

        low, high = np.minimum(self.a, self.b), np.maximum(self.a, self.b)
        length = np.maximum(self.km * 1000, 1e-5)
        order = np.lexsort((length, high, low))
        low, high, length = low[order], high[order], length[order]
        first = np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])] & (low != high)
        return csr_array((length[first], (low[first], high[first])), shape=(len(self.xy),) * 2)

    def line(self, at: int) -> shapely.LineString:
        """The road of a stretch."""
        return substring(self.roads.lines[self.of[at]], float(self.start_m[at]), float(self.end_m[at]))

    def column(self, name: str) -> np.ndarray:
        """A column of the roads, by line."""
        found = np.full(len(self.roads.lines), None, object)
        for number, table in enumerate(self.tables):
            own = self.roads.table_of == number
            found[own] = values_of(table, name)[self.roads.row_of[own]]
        return found


def stretches(context: Context, seats: np.ndarray) -> Stretches | None:
    """Return the passable roads cut at `seats` (shapely points or None); None where there is no road."""
    tables = context.with_role("road")
    roads = context.roads(tables)
    if not len(roads.lines):
        return None
    network = Network(roads.lines, node_m=context.setting("road_node_m"))
    snap = network.snap(seats, within_m=context.setting(SNAP))
    first = np.unique(snap.terminal, return_index=True)[1]
    terminal, line, along = snap.terminal[first], snap.line[first], snap.along[first]
    edge = network._edge_at(line, along)  # noqa: SLF001 - the same cut as its own ways make
    along = np.clip(along, network.edge_from_m[edge], network.edge_to_m[edge])
    # At a junction it does not matter on which of its roads the seat is found: the junction is its node.
    node = np.full(len(terminal), -1, np.int64)
    for ends, beyond in (
        (network.edge_b, network.edge_to_m[edge] - along),
        (network.edge_a, along - network.edge_from_m[edge]),
    ):
        node = np.where(beyond <= SAME_M, ends[edge], node)
    inner = np.flatnonzero(node < 0)
    node[inner] = network.node_count + np.arange(len(inner))
    line, along = line[inner], along[inner]
    rows = _rows(network, edge[inner], along, node[inner])
    touch = shapely.get_coordinates(shapely.line_interpolate_point(network.lines[line], along)).reshape(-1, 2)
    snapped = set(terminal.tolist())
    alone = [at for at in range(len(seats)) if seats[at] is not None and at not in snapped]
    xy = np.vstack([network.node_xy, touch, *([[seats[at].x, seats[at].y]] for at in alone)])
    seat_node = np.full(len(seats), -1)
    seat_node[terminal] = node
    seat_node[alone] = network.node_count + len(inner) + np.arange(len(alone))
    a, b, of, start, end = (np.array(column) for column in zip(*rows, strict=True))
    a, b, of = a.astype(np.int64), b.astype(np.int64), of.astype(np.int64)
    return Stretches(
        tables, roads, a, b, (end - start) / 1000, of, start, end, xy, parts(len(xy), a, b), seat_node
    )


def _rows(network: Network, edge: np.ndarray, along: np.ndarray, cut: np.ndarray) -> list[tuple]:
    """(a, b, line, from m, to m) of every edge, those that a seat touches cut there."""
    whole = np.ones(len(network.edge_a), bool)
    whole[edge] = False
    columns = (network.edge_a, network.edge_b, network.edge_line, network.edge_from_m, network.edge_to_m)
    rows = list(zip(*(column[whole].tolist() for column in columns), strict=True))
    for at in np.unique(edge):
        mine = sorted((float(along[k]), int(cut[k])) for k in np.flatnonzero(edge == at))
        first, last, line, low, high = (column[at].item() for column in columns)
        stops = [(low, first), *mine, (high, last)]
        rows += [(n1, n2, line, m1, m2) for (m1, n1), (m2, n2) in zip(stops, stops[1:], strict=False)]
    return rows


def good_enough(context: Context, found: Stretches, service: Service) -> tuple[np.ndarray, np.ndarray]:
    """Return (good enough, cost in 10,000 yuan to be so) of each stretch for a service."""
    fine = np.ones(len(found.roads.lines), bool)
    options = dict(service.options)
    for column, values in (("surface", "surfaces"), ("class", "classes")):
        if options.get(values):
            own = found.column(str(options.get(column, column)))
            fine &= np.array([code_text(value) in options[values] for value in own], bool)
    surface = [code_text(value) or "unknown" for value in found.column("surface")]
    if options.get("classes"):
        rule = context.policy.rule(CLASS_III).values
        rate = np.array([rule["hardened" if one in PAVED else "other"] for one in surface])
    else:
        rule = context.policy.rule(UPGRADE).values
        rate = np.array([rule.get(one, rule["unknown"]) for one in surface])
    real = found.of >= 0
    good = np.where(real, np.append(fine, True)[found.of], True)
    return good, np.where(good, 0.0, found.km * np.append(rate, 0.0)[found.of])


def root_of(found: Stretches, good: np.ndarray) -> int | None:
    """A node of the longest connected part of the good stretches, the first of equals; None where none is
    good."""
    real = good & (found.of >= 0)
    if not real.any():
        return None
    part = parts(len(found.xy), found.a[good], found.b[good])
    length = np.bincount(part[found.a[real]], weights=found.km[real], minlength=int(part.max()) + 1)
    return int(np.flatnonzero(part == int(length.argmax()))[0])


def parts(count: int, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Number of each node's connected part."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    matrix = coo_array((np.ones(len(a), np.int8), (a, b)), shape=(count, count))
    return connected_components(matrix.tocsr(), directed=False)[1]
