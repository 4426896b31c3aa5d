"""Stretches of road that lie on no loop: the bridges of the graph (an edge whose loss parts what it joined).

Algorithm: R. E. Tarjan, A note on finding the bridges of a graph, Inf. Proc. Letters 2 (1974): an edge of the
search tree is a bridge when nothing below it leads back above it. Two edges between the same nodes are a
loop.
"""

from __future__ import annotations

import numpy as np

from layers.planning.network import Network


def on_no_loop(network: Network) -> np.ndarray:
    """Return True for each edge of the network that lies on no loop (bool)."""
    count, edges = network.node_count, len(network.edge_a)
    ends = np.r_[network.edge_a, network.edge_b]
    order = np.argsort(ends, kind="stable")
    first = np.searchsorted(ends[order], np.arange(count + 1)).tolist()
    other = np.r_[network.edge_b, network.edge_a][order].tolist()
    edge_of = (order % max(edges, 1)).tolist()
    entered, low = [-1] * count, [0] * count
    bridge = np.zeros(edges, bool)
    clock = 0
    for root in range(count):
        if entered[root] >= 0:
            continue
        entered[root] = low[root] = clock
        clock += 1
        path = [(root, -1, first[root])]
        while path:
            node, came_by, at = path[-1]
            if at < first[node + 1]:
                path[-1] = (node, came_by, at + 1)
                to, edge = other[at], edge_of[at]
                if edge == came_by or to == node:
                    continue
                if entered[to] >= 0:
                    low[node] = min(low[node], entered[to])
                    continue
                entered[to] = low[to] = clock
                clock += 1
                path.append((to, edge, first[to]))
                continue
            path.pop()
            if path:
                above = path[-1][0]
                low[above] = min(low[above], low[node])
                bridge[came_by] = low[node] > entered[above]
    return bridge
