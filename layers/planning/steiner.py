"""The cheapest connections of terminals to a root: the Steiner tree in a graph, exact on small ones.

A rooted directed flow (Wong 1984): every terminal draws one unit from the root over arcs that are built, and
no arc is built in both directions. HiGHS solves it; a model too large for that is answered by the
shortest-path heuristic (Takahashi & Matsuyama 1980) with the dual ascent of Wong as its bound.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

LARGEST = 120_000  # flow variables that HiGHS solves in well under a minute
NODES = 2_000


@dataclass(frozen=True, eq=False)
class Tree:
    """edges: places of the chosen edges, ascending. cost, bound: the same where `optimal`.

    cut_off: terminals without any way to the root, ascending; they are left out.
    """

    edges: np.ndarray
    cost: float
    bound: float
    cut_off: tuple[int, ...]

    @property
    def optimal(self) -> bool:
        """Whether no cheaper tree exists."""
        return self.cost - self.bound <= 1e-6 * max(1.0, self.cost)


def steiner_tree(a: np.ndarray, b: np.ndarray, cost: np.ndarray, root: int, terminals: np.ndarray) -> Tree:
    """Return the cheapest set of edges that joins every terminal to the root.

    a, b: nodes of each edge (int); cost: >= 0. Parallel edges and loops are allowed. The same input gives the
    same answer; of equal edges the first is taken.
    """
    graph = _Graph(a, b, cost)
    wanted = sorted({int(node) for node in terminals} - {root})
    far = graph.distances(root)
    cut = tuple(node for node in wanted if not np.isfinite(far.get(node, np.inf)))
    wanted = [node for node in wanted if node not in cut]
    if not wanted:
        return Tree(np.empty(0, np.int64), 0.0, 0.0, cut)
    chosen = _pruned(graph, _grown(graph, root, wanted), root, wanted)
    kept = _useful(graph, root, wanted, float(cost[chosen].sum()))
    if 2 * len(kept) * len(wanted) > LARGEST:
        bound = _dual_ascent(graph, root, wanted)
    else:
        exact, bound = _exact(graph, kept, root, wanted)
        exact = _pruned(graph, exact, root, wanted) if exact is not None else chosen
        if float(cost[exact].sum()) < float(cost[chosen].sum()):
            chosen = exact
    total = float(cost[chosen].sum())
    return Tree(np.array(sorted(chosen), np.int64), total, min(bound, total), cut)


class _Graph:
    """Edges by node, the first of parallel ones of the same cost first."""

    def __init__(self, a: np.ndarray, b: np.ndarray, cost: np.ndarray) -> None:
        self.a, self.b, self.cost = a.astype(np.int64), b.astype(np.int64), cost.astype(float)
        self.at: dict[int, list[tuple[int, int]]] = {}
        for edge, (one, other) in enumerate(zip(self.a.tolist(), self.b.tolist(), strict=True)):
            if one != other:
                self.at.setdefault(one, []).append((other, edge))
                self.at.setdefault(other, []).append((one, edge))

    def distances(self, *starts: int) -> dict[int, float]:
        """Cost of the cheapest way from the nearest start to every node that has one."""
        return self.ways(starts)[0]

    def ways(self, starts) -> tuple[dict[int, float], dict[int, tuple[int, int]]]:  # noqa: ANN001
        """(cost by node, (node before, edge) by node)."""
        best = dict.fromkeys(starts, 0.0)
        before: dict[int, tuple[int, int]] = {}
        heap = [(0.0, node) for node in sorted(best)]
        done = set()
        while heap:
            spent, node = heapq.heappop(heap)
            if node in done:
                continue
            done.add(node)
            for other, edge in self.at.get(node, ()):
                total = spent + float(self.cost[edge])
                if total < best.get(other, np.inf):
                    best[other], before[other] = total, (node, edge)
                    heapq.heappush(heap, (total, other))
        return best, before


def _grown(graph: _Graph, root: int, wanted: list[int]) -> list[int]:
    """Join the nearest terminal to the tree, again and again."""
    tree, edges, left = {root}, set(), set(wanted)
    while left:
        best, before = graph.ways(tree)
        node = min(left, key=lambda one: (best[one], one))
        left.discard(node)
        while node not in tree:
            tree.add(node)
            node, edge = before[node]
            edges.add(edge)
    return sorted(edges)


def _pruned(graph: _Graph, edges: list[int], root: int, wanted: list[int]) -> list[int]:
    """A cheapest tree on these edges' nodes without ends that nobody asked for."""
    parent: dict[int, int] = {}

    def find(node: int) -> int:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    kept = set()
    for edge in sorted(edges, key=lambda one: (graph.cost[one], one)):
        one, other = find(int(graph.a[edge])), find(int(graph.b[edge]))
        if one != other:
            parent[one] = other
            kept.add(edge)
    needed = {root, *wanted}
    while True:
        degree: dict[int, list[int]] = {}
        for edge in kept:
            for node in (int(graph.a[edge]), int(graph.b[edge])):
                degree.setdefault(node, []).append(edge)
        loose = {own[0] for node, own in degree.items() if len(own) == 1 and node not in needed}
        if not loose:
            return sorted(kept)
        kept -= loose


def _useful(graph: _Graph, root: int, wanted: list[int], limit: float) -> list[int]:
    """Edges that can be in a tree as cheap as `limit`: near enough to the root and to some terminal."""
    from_root, from_wanted = graph.distances(root), graph.distances(*wanted)
    kept = []
    for edge, price in enumerate(graph.cost.tolist()):
        one, other = int(graph.a[edge]), int(graph.b[edge])
        if one == other or one not in from_root or one not in from_wanted:
            continue
        least = min(from_root[one] + price + from_wanted[other], from_root[other] + price + from_wanted[one])
        if least <= limit * (1 + 1e-9) + 1e-9:
            kept.append(edge)
    return kept


def _exact(graph: _Graph, kept: list[int], root: int, wanted: list[int]) -> tuple[list[int] | None, float]:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, eye_array, hstack, kron, vstack

    edges = np.array(kept)
    nodes = sorted({*graph.a[edges].tolist(), *graph.b[edges].tolist()})
    place = {node: at for at, node in enumerate(nodes)}
    tail = np.array([place[node] for node in (*graph.a[edges].tolist(), *graph.b[edges].tolist())])
    head = np.roll(tail, len(edges))
    arcs, count = len(tail), len(wanted)
    each = np.arange(arcs)
    balance = csr_array((np.r_[-np.ones(arcs), np.ones(arcs)], (np.r_[tail, head], np.r_[each, each])),
                        shape=(len(nodes), arcs))  # fmt: skip
    demand = np.zeros((count, len(nodes)))
    demand[np.arange(count), [place[node] for node in wanted]] = 1
    demand[:, place[root]] = -1
    flows = kron(eye_array(count), balance)
    built = kron(np.ones((count, 1)), eye_array(arcs))
    once = hstack([eye_array(len(edges)), eye_array(len(edges))])
    limits = vstack([
        hstack([csr_array((flows.shape[0], arcs)), flows]),
        hstack([csr_array(built), -eye_array(count * arcs)]),
        hstack([once, csr_array((len(edges), count * arcs))]),
    ])  # fmt: skip
    low = np.r_[demand.ravel(), np.zeros(count * arcs), np.full(len(edges), -np.inf)]
    high = np.r_[demand.ravel(), np.full(count * arcs, np.inf), np.ones(len(edges))]
    price = np.r_[np.tile(graph.cost[edges], 2), np.zeros(count * arcs)]
    found = milp(price, constraints=LinearConstraint(limits, low, high), bounds=Bounds(0, 1),
                 integrality=np.r_[np.ones(arcs), np.zeros(count * arcs)],
                 options={"mip_rel_gap": 0.0, "node_limit": NODES})  # fmt: skip
    bound = -np.inf if found.mip_dual_bound is None else float(found.mip_dual_bound)
    if found.x is None:
        return None, bound
    used = found.x[:arcs] > 0.5
    return edges[used[: len(edges)] | used[len(edges) :]].tolist(), bound


def _dual_ascent(graph: _Graph, root: int, wanted: list[int]) -> float:
    """A lower bound: cuts round terminals that the root does not reach are raised until some arc is paid
    for."""
    left = {(int(one), int(other)): price for one, other, price in _arcs(graph)}
    into: dict[int, list[int]] = {}
    for tail, head in left:
        into.setdefault(head, []).append(tail)
    bound, active = 0.0, list(wanted)
    while active:
        node = active.pop(0)
        inside, heap = {node}, [node]
        while heap:
            head = heap.pop()
            for tail in into.get(head, ()):
                if tail not in inside and left[tail, head] <= 1e-12:
                    inside.add(tail)
                    heap.append(tail)
        if root in inside:
            continue
        cut = [(tail, head) for head in inside for tail in into.get(head, ()) if tail not in inside]
        least = min(left[arc] for arc in cut)
        for arc in cut:
            left[arc] -= least
        bound += least
        active.append(node)
    return bound


def _arcs(graph: _Graph):  # noqa: ANN202
    """Both directions of every edge, the cheapest of parallel ones."""
    best: dict[tuple[int, int], float] = {}
    for one, other, price in zip(graph.a.tolist(), graph.b.tolist(), graph.cost.tolist(), strict=True):
        if one != other:
            for arc in ((one, other), (other, one)):
                best[arc] = min(price, best.get(arc, np.inf))
    return [(one, other, price) for (one, other), price in best.items()]
