"""The road network as faults are looked for in it: near vertices made one, cut edges, and what lies behind
them.

Links between near vertices (`network`: no further apart than `road_node_m`) are contracted, so that a
junction drawn a hand's breadth apart is one node and makes no loop. Cut edges by low-link (Tarjan 1974),
without recursion; every sum behind an edge is a difference of running sums in the order of discovery.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from layers.planning.network import Network

SAME_M = 0.01  # two stretches between the same nodes that differ by less are one road drawn twice


class RoadGraph:
    """Stretches between contracted nodes: `a`, `b` (nodes), `km`, and the network's edge that each one is.

    edge_of: place of the network's edge among the stretches, -1 for links and what was left out.
    """

    def __init__(self, network: Network, node_m: float) -> None:
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        self.network = network
        link = network.edge_line < 0
        size = network.node_count
        joined = coo_array(
            (np.ones(int(link.sum()), np.int8), (network.edge_a[link], network.edge_b[link])),
            shape=(size, size),
        )
        self.count, self.of_node = (
            connected_components(joined.tocsr(), directed=False) if size else (0, np.empty(0, np.int32))
        )
        a, b = self.of_node[network.edge_a], self.of_node[network.edge_b]
        # A stretch from a node to itself that is no longer than the joining is the joining, not a loop.
        keep = ~link & ~((a == b) & (network.edge_m <= 2 * node_m))
        keep[keep] = ~_drawn_twice(a[keep], b[keep], network.edge_m[keep])
        self.edges = np.flatnonzero(keep)
        self.a, self.b = a[keep].astype(np.int64), b[keep].astype(np.int64)
        self.km = network.edge_m[keep] / 1000
        self.edge_of = np.full(len(link), -1, np.int64)
        self.edge_of[self.edges] = np.arange(len(self.edges))

    @cached_property
    def degree(self) -> np.ndarray:
        """How many ends of stretches meet at each node (int64)."""
        return np.bincount(np.r_[self.a, self.b], minlength=self.count)

    @cached_property
    def around(self) -> tuple[np.ndarray, np.ndarray]:
        """(starts, stretches): those of node n are stretches[starts[n]:starts[n + 1]]."""
        ends = np.r_[self.a, self.b]
        order = np.argsort(ends, kind="stable")
        starts = np.r_[0, np.cumsum(np.bincount(ends, minlength=self.count))]
        return starts, order % max(len(self.a), 1)

    @cached_property
    def parts(self) -> np.ndarray:
        """Number of each node's connected part (int32)."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        ones = np.ones(len(self.a), np.int8)
        matrix = coo_array((ones, (self.a, self.b)), shape=(self.count, self.count))
        return connected_components(matrix.tocsr(), directed=False)[1]

    def edge_at(self, line: np.ndarray, along: np.ndarray) -> np.ndarray:
        """Return the stretch at each place `along` (m) a line of the network; -1 where it was left out."""
        return self.edge_of[self.network._edge_at(line, along)]  # noqa: SLF001 - the same subject

    def spur(self, end: int) -> list[int]:
        """Return the stretches from a dead end back to the first junction."""
        starts, stretches = self.around
        found: list[int] = []
        node, last = end, -1
        while True:
            onward = [int(one) for one in stretches[starts[node] : starts[node + 1]] if one != last]
            if len(onward) != 1 or onward[0] in found[-1:]:
                return found
            last = onward[0]
            found.append(last)
            node = int(self.b[last] if self.a[last] == node else self.a[last])
            if self.degree[node] != 2:
                return found


def _drawn_twice(a: np.ndarray, b: np.ndarray, metres: np.ndarray) -> np.ndarray:
    """True for every stretch that another between the same nodes and just as long came before (bool)."""
    if not len(a):
        return np.zeros(0, bool)
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((metres, high, low))
    same = (np.diff(low[order]) == 0) & (np.diff(high[order]) == 0) & (np.diff(metres[order]) < SAME_M)
    twice = np.zeros(len(a), bool)
    twice[order[1:][same]] = True
    return twice & (a != b)


@dataclass(frozen=True, eq=False)
class CutTree:
    """Spanning forest in order of discovery.

    place: of each node in that order. last: place of the last node below the node at each place. up: the
    stretch to the node above (-1 at a root). cut: whether losing that stretch parts the road (bool); all by
    place.
    """

    place: np.ndarray
    last: np.ndarray
    up: np.ndarray
    cut: np.ndarray
    above: np.ndarray

    def nearest_cut(self) -> np.ndarray:
        """Return for each place the place at or above it whose stretch up is a cut (-1: none)."""
        found = np.full(len(self.up), -1, np.int64)
        for at in range(len(found)):
            found[at] = at if self.cut[at] else (found[self.above[at]] if self.above[at] >= 0 else -1)
        return found

    def below(self, graph: RoadGraph, of_stretch: np.ndarray) -> np.ndarray:
        """Return for each place the sum of `of_stretch` over the stretches wholly below it (float64)."""
        lower = np.maximum(self.place[graph.a], self.place[graph.b])
        own = np.zeros(len(self.up))
        np.add.at(own, lower, of_stretch)
        run = np.r_[0.0, np.cumsum(own)]
        total = run[self.last + 1] - run[np.arange(len(own))]
        up = self.up >= 0
        total[up] -= of_stretch[self.up[up]]  # the stretch that leads there is not below
        return total


def cut_tree(graph: RoadGraph, roots: list[int]) -> CutTree:
    """Return the forest that grows from `roots` first, then from every node not yet met."""
    starts, stretches = (one.tolist() for one in graph.around)
    a, b = graph.a.tolist(), graph.b.tolist()
    size = graph.count
    place, cursor = [-1] * size, starts[:-1]
    nodes: list[int] = []
    low: list[int] = []
    last: list[int] = []
    up: list[int] = []
    above: list[int] = []
    for root in [*roots, *range(size)]:
        if place[root] >= 0:
            continue
        place[root] = len(nodes)
        nodes.append(root)
        low.append(place[root])
        last.append(place[root])
        up.append(-1)
        above.append(-1)
        stack = [root]
        while stack:
            node = stack[-1]
            mine = place[node]
            if cursor[node] < starts[node + 1]:
                stretch = stretches[cursor[node]]
                cursor[node] += 1
                if stretch == up[mine]:
                    continue
                other = b[stretch] if a[stretch] == node else a[stretch]
                there = place[other]
                if there < 0:
                    there = len(nodes)
                    place[other] = there
                    nodes.append(other)
                    low.append(there)
                    last.append(there)
                    up.append(stretch)
                    above.append(mine)
                    stack.append(other)
                elif there < low[mine]:
                    low[mine] = there
                continue
            stack.pop()
            last[mine] = len(nodes) - 1
            if stack:
                parent = place[stack[-1]]
                low[parent] = min(low[parent], low[mine])
    count = len(nodes)
    lows, ups = np.array(low, np.int64), np.array(up, np.int64)
    return CutTree(
        np.array(place, np.int64), np.array(last, np.int64), ups, (lows == np.arange(count)) & (ups >= 0),
        np.array(above, np.int64),
    )  # fmt: skip


def loops_within(graph: RoadGraph, unit_of_stretch: np.ndarray, units: int) -> tuple[np.ndarray, np.ndarray]:
    """Return (loops, km) of each unit: the cyclomatic number E - V + C of its own stretches, and their
    length.

    unit_of_stretch: place of the unit that a stretch wholly belongs to, -1 for one that belongs to none.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    mine = np.flatnonzero(unit_of_stretch >= 0)
    unit = unit_of_stretch[mine].astype(np.int64)
    keys = np.r_[unit * graph.count + graph.a[mine], unit * graph.count + graph.b[mine]]
    own, number = np.unique(keys, return_inverse=True)
    one, other = number[: len(mine)], number[len(mine) :]
    km = np.bincount(unit, graph.km[mine], minlength=units)
    if not len(mine):
        return np.zeros(units, np.int64), km
    ones = np.ones(len(mine), np.int8)
    matrix = coo_array((ones, (one, other)), shape=(len(own),) * 2).tocsr()
    parts = connected_components(matrix, directed=False)[1]
    nodes = np.bincount(own // graph.count, minlength=units)
    first = np.unique(parts, return_index=True)[1]
    pieces = np.bincount(own[first] // graph.count, minlength=units)
    return np.bincount(unit, minlength=units) - nodes + pieces, km
