"""Whole numbers by year to claimants: the Sainte-Laguë sequence with caps, and the convex flow with locked
cells.

A claimant's k-th unit costs (2k - 1) / claim, so units go in the order of the quotients claim / (2k - 1)
(Webster, Sainte-Laguë; Balinski & Young, Fair Representation, 1982, ch. 3); among equals, to the earlier
claimant. A year's cumulative numbers are a beginning of that sequence, so no cumulative number ever falls
when a quota rises.

With locked cells a sequence can go wrong (caps 5 and 5, quotas 5 and 5, first cell locked at 0), so the same
costs, summed over the cumulative numbers of every year, are minimised as an integer flow: year -> (claimant,
year) -> carried to the next year at convex cost -> sink. Where nothing is locked both give the same numbers.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

UNBOUNDED = np.int64(2**62)


@dataclass(frozen=True, eq=False)
class Problem:
    """Claimants (n), years (m).

    claims: positive weights of demand as exact fractions, one a claimant; 0 never gets a unit.
    caps: int64 (n,), the most a claimant may get in all years together.
    quotas: int64 (m,), what each year must give in all. locks: (claimant, year) -> fixed number.
    """

    claims: tuple[Fraction, ...]
    caps: np.ndarray
    quotas: np.ndarray
    locks: Mapping[tuple[int, int], int]

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "caps", np.where([claim > 0 for claim in self.claims], self.caps, 0).astype(np.int64)
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(claimants, years)."""
        return len(self.claims), len(self.quotas)

    def locked(self) -> tuple[np.ndarray, np.ndarray]:
        """Return (numbers, mask): int64 and bool (n, m), zero where not locked."""
        numbers, mask = np.zeros(self.shape, np.int64), np.zeros(self.shape, bool)
        for (claimant, year), number in self.locks.items():
            numbers[claimant, year], mask[claimant, year] = number, True
        return numbers, mask


def sequence(problem: Problem) -> np.ndarray:
    """Return int64 (n, m): the quotas given out along the sequence; locks are not looked at.

    The caps must hold all quotas (see `layers.planning.clashes`).
    """
    costs = Costs(problem)
    given = np.zeros(problem.shape, np.int64)
    taken = np.zeros(len(problem.claims), np.int64)
    heap = [(costs.of(claimant, 1), claimant) for claimant in range(len(taken)) if problem.caps[claimant] > 0]
    heapq.heapify(heap)
    for year, quota in enumerate(problem.quotas.tolist()):
        for _ in range(quota):
            _, claimant = heap[0]
            given[claimant, year] += 1
            taken[claimant] += 1
            if taken[claimant] < problem.caps[claimant]:
                heapq.heapreplace(heap, (costs.of(claimant, int(taken[claimant]) + 1), claimant))
            else:
                heapq.heappop(heap)
    return given


class Costs:
    """Costs of units as whole numbers, so that both ways compare exactly the same.

    cost(g, k) = floor((2k - 1) * scale / claim_g) * n + g: different quotients stay apart because scale is at
    least the product of any two claims (as whole numbers over one denominator), and equal ones go by the
    claimant's place.
    """

    def __init__(self, problem: Problem) -> None:
        denominator = int(np.lcm.reduce([claim.denominator for claim in problem.claims] or [1], dtype=object))
        self.claims = [int(claim * denominator) for claim in problem.claims]
        self.scale = max(self.claims, default=1) ** 2 + 1
        self.count = len(self.claims)
        most = 2 * int(problem.caps.max(initial=0)) + 3
        cheapest = min((claim for claim in self.claims if claim), default=1)
        largest = (most * self.scale // cheapest + 1) * self.count * (len(problem.quotas) + 1)
        # 64-bit numbers where every sum of costs fits into them, else Python's own
        self.dtype = np.int64 if max(largest, most * self.scale) < int(UNBOUNDED) else object
        self._divisors = np.array([claim or 1 for claim in self.claims], self.dtype)
        self._places = np.arange(self.count).astype(self.dtype)

    def of(self, claimant: int, unit: int) -> int:
        """Cost of a claimant's unit (1 is the first)."""
        return (2 * unit - 1) * self.scale // self.claims[claimant] * self.count + claimant

    def all(self, units: np.ndarray) -> np.ndarray:
        """Costs (n, ...) of the units (n, ...) of every claimant; 0 for unit 0 and below."""
        shape = (-1,) + (1,) * (units.ndim - 1)
        whole = units.astype(self.dtype)
        value = (2 * whole - 1) * self.scale // self._divisors.reshape(
            shape
        ) * self.count + self._places.reshape(shape)
        return np.where(units > 0, value, 0)


def flow(problem: Problem) -> np.ndarray:
    """Return int64 (n, m) of least cost with the locked cells kept; ValueError when there is none.

    Residual cycles are looked for on the years and the sink alone: moving a unit from one year to another
    costs what the cheapest claimant asks for it. A negative cycle with the fewest moves never uses one
    claimant for two moves that touch each other (else it would fall apart into shorter ones), so what it
    promises it keeps.
    """
    numbers, locked = problem.locked()
    given = _start(problem, numbers, locked)
    moves = _Moves(problem, Costs(problem), locked, given)
    for year in range(len(problem.quotas)):
        while given[:, year].sum() < problem.quotas[year]:
            path = moves.shortest_path(year)
            if path is None:
                raise ValueError("the caps and locks leave no room for the quotas")
            moves.carry_out(path)
    while (cycle := moves.negative_cycle()) is not None:
        moves.carry_out(cycle)
    return given


def _start(problem: Problem, numbers: np.ndarray, locked: np.ndarray) -> np.ndarray:
    """Locked cells, and as much of the quotas as the sequence can give besides."""
    given = numbers.copy()
    room = problem.caps - numbers.sum(axis=1)
    if (room < 0).any() or (numbers.sum(axis=0) > problem.quotas).any():
        raise ValueError("locked cells alone are over a cap or a quota")
    costs = Costs(problem)
    for year in range(len(problem.quotas)):
        taken = given[:, : year + 1].sum(axis=1)
        heap = [
            (costs.of(at, int(taken[at]) + 1), at) for at in np.flatnonzero((room > 0) & ~locked[:, year])
        ]
        heapq.heapify(heap)
        for _ in range(int(problem.quotas[year] - numbers[:, year].sum())):
            if not heap:
                break
            _, at = heap[0]
            given[at, year] += 1
            taken[at] += 1
            room[at] -= 1
            if room[at] > 0:
                heapq.heapreplace(heap, (costs.of(at, int(taken[at]) + 1), at))
            else:
                heapq.heappop(heap)
    return given


class _Moves:
    """The residual network, folded onto the years 0..m-1 and the sink m.

    A move a -> b takes a unit of one claimant out of year a and puts it into year b; from the sink it is a
    new unit, to the sink it is taken away. Its cost is that of the changed cumulative numbers in between.
    """

    def __init__(self, problem: Problem, costs: Costs, locked: np.ndarray, given: np.ndarray) -> None:
        self.problem, self.costs, self.locked, self.given = problem, costs, locked, given
        self.sink = len(problem.quotas)
        nodes = self.sink + 1
        self.cost: list[list[int | None]] = [[None] * nodes for _ in range(nodes)]
        self.by: list[list[int]] = [[-1] * nodes for _ in range(nodes)]
        self._more = np.zeros((len(problem.claims), self.sink), costs.dtype)
        self._less = np.zeros_like(self._more)
        self._table = {}
        self._prepare(np.arange(len(problem.claims)))
        self._choose()

    def _prepare(self, rows: np.ndarray) -> None:
        """Costs of one unit more and one less in each year's cumulative number, summed from the left."""
        if len(rows) == len(self.given):
            cumulative = np.cumsum(self.given, axis=1)
            more, less = self.costs.all(cumulative + 1), self.costs.all(cumulative)
            zero = np.zeros((len(rows), 1), self.costs.dtype)
            self._more = np.concatenate([zero, np.cumsum(more, axis=1)], axis=1)
            self._less = np.concatenate([zero, np.cumsum(less, axis=1)], axis=1)
            self._room = (
                self.problem.caps - cumulative[:, -1] > 0 if cumulative.shape[1] else self.problem.caps > 0
            )
            return
        for row in rows:
            total = np.cumsum(self.given[row])
            self._more[row, 1:] = np.cumsum([self.costs.of(int(row), int(unit) + 1) for unit in total])
            self._less[row, 1:] = np.cumsum(
                [self.costs.of(int(row), int(unit)) if unit > 0 else 0 for unit in total]
            )
            self._room[row] = self.problem.caps[row] > total[-1]

    def _choose(self) -> None:
        for start in range(self.sink + 1):
            for end in range(self.sink + 1):
                if start == end:
                    continue
                open_ = np.ones(len(self.given), bool)
                if start < self.sink:
                    open_ &= ~self.locked[:, start] & (self.given[:, start] > 0)
                else:
                    open_ &= self._room
                if end < self.sink:
                    open_ &= ~self.locked[:, end]
                if start < end:  # later (or away): cumulative numbers from start to end - 1 fall by one
                    change = self._less[:, start] - self._less[:, end]
                else:  # earlier (or new): they rise by one
                    change = self._more[:, start] - self._more[:, end]
                places = np.flatnonzero(open_)
                if len(places):
                    best = places[np.argmin(change[places])]
                    self.cost[start][end], self.by[start][end] = int(change[best]), int(best)
                else:
                    self.cost[start][end] = None

    def carry_out(self, walk: Sequence[int]) -> None:
        """Make the moves between the nodes of a walk."""
        steps = [(start, end, self.by[start][end]) for start, end in zip(walk, walk[1:], strict=False)]
        for start, end, claimant in steps:
            if start < self.sink:
                self.given[claimant, start] -= 1
            if end < self.sink:
                self.given[claimant, end] += 1
        self._prepare(np.unique([claimant for _, _, claimant in steps]))
        self._choose()

    def shortest_path(self, year: int) -> list[int] | None:
        """Return the nodes of the cheapest way with the fewest moves to bring a new unit into `year`.

        The fewest moves make it a way that can be gone; that it is dear is mended by `negative_cycle`.
        """
        found = self._walks(self.sink, year)
        return found[0][1] if found else None

    def negative_cycle(self) -> list[int] | None:
        """Return a negative closed walk with the fewest moves (of those, the cheapest), or None."""
        best: tuple[int, int, list[int]] | None = None
        for node in range(self.sink + 1):
            for cost, walk in self._walks(node, node):
                if cost < 0 and (best is None or (len(walk), cost) < best[:2]):
                    best = (len(walk), cost, walk)
        return None if best is None else best[2]

    def _walks(self, start: int, end: int) -> list[tuple[int, list[int]]]:
        """The cheapest walk from `start` to `end` of every number of moves up to the number of nodes."""
        nodes = range(self.sink + 1)
        reached: dict[int, tuple[int, list[int]]] = {start: (0, [start])}
        found = []
        for _ in nodes:
            step: dict[int, tuple[int, list[int]]] = {}
            for node, (cost, walk) in reached.items():
                for target in nodes:
                    price = self.cost[node][target]
                    if node == target or price is None:
                        continue
                    if target not in step or cost + price < step[target][0]:
                        step[target] = (cost + price, [*walk, target])
            if end in step:
                found.append(step[end])
            reached = step
        return found
