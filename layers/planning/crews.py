"""Toilets in batches: a fair allocation bent to crews, budgets and types, as an integer programme (HiGHS).

The fair allocation (`layers.planning.toilets`) knows quotas, needs and locks. A crew wants more: a batch
worth the journey, only so many gachas a year, a gacha finished in consecutive years, money by type. The
answer keeps all of these and differs as little as it can from the fair one: the sum over gachas and years of
how many toilets the cumulative numbers are off. Where the limits clash a smallest set of them is named
(deletion filter).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from layers.errors import InputError, RuleError
from layers.planning.results import Progress

QUOTA, NEEDS, LOCK, BATCH, PLACES, CONSECUTIVE, BUDGET = (
    "quota", "needs", "lock", "batch", "places", "consecutive", "budget"
)  # fmt: skip
NODES = 500  # branch-and-bound nodes after which the best answer is taken with its bound
Limit = tuple[str, object]
"""(kind, key): the year of a quota, budget or number of places; (gacha, year) of a lock; None of the
others."""


@dataclass(frozen=True, eq=False)
class Crews:
    """What is asked, gachas n, years m, types k (places, not codes).

    fair: int (n, m). needs: int (n, k), the most of each type a gacha can take. quotas: int (m,). batch:
    least number in a gacha and year where there is any (a gacha with a smaller need: all of it); 0 for none.
    places: year -> most gachas with works in it. consecutive: a gacha's years of works follow each other.
    costs: float (k,), 10,000 yuan each. budgets: (year, type or None for all) -> 10,000 yuan (<=).
    """

    fair: np.ndarray
    needs: np.ndarray
    quotas: np.ndarray
    batch: int = 0
    places: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    consecutive: bool = False
    costs: np.ndarray | None = None
    budgets: Mapping[tuple[int, int | None], float] = field(default_factory=lambda: MappingProxyType({}))
    locks: Mapping[tuple[int, int], int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Every limit that can clash, in the order in which a clash leaves them out."""
        limits: list[Limit] = [(LOCK, cell) for cell in sorted(self.locks)]
        limits += [(BUDGET, key) for key in sorted(self.budgets, key=str)]
        limits += [(PLACES, year) for year in sorted(self.places)]
        limits += [(CONSECUTIVE, None)] if self.consecutive else []
        limits += [(BATCH, None)] if self.batch > 1 else []
        return (*limits, (NEEDS, None), *((QUOTA, year) for year in range(len(self.quotas))))


@dataclass(frozen=True, eq=False)
class Batches:
    """cells: int64 (n, m, k). off: how far the cumulative numbers are from the fair ones, in toilets; bound:
    what it must at least be (equal where `optimal`). cost: float (m,), 10,000 yuan a year, None without
    costs."""

    cells: np.ndarray
    off: int
    bound: int
    cost: np.ndarray | None

    @property
    def optimal(self) -> bool:
        """Whether no answer is nearer to the fair one."""
        return self.off == self.bound


def in_batches(asked: Crews, *, progress: Progress | None = None) -> Batches:
    """Return the toilets by gacha, year and type; the same input gives the same answer.

    Raises InputError `crews_shape`; RuleError `crews_clash` with `limits`, a smallest set of limits that
    cannot hold together (all but any one of them can; the needs of all gachas are one limit).
    """
    n, m = asked.fair.shape
    if asked.needs.shape[:1] != (n,) or asked.quotas.shape != (m,) or (asked.budgets and asked.costs is None):
        raise InputError("crews_shape")
    tell = progress or (lambda _done, _total: None)
    tell(0, 2)
    model = _Model(asked, frozenset(asked.limits))
    found = model.solve(near=True)
    if found is None:
        raise RuleError("crews_clash", limits=smallest_clash(asked, progress=progress))
    cells, bound = found
    tell(2, 2)
    off = int(np.abs(cells.sum(axis=2).cumsum(axis=1) - asked.fair.cumsum(axis=1)).sum())
    cost = None if asked.costs is None else (cells.sum(axis=0) * asked.costs).sum(axis=1)
    return Batches(cells, off, min(off, int(np.ceil(bound - 1e-6))), cost)


def smallest_clash(asked: Crews, *, progress: Progress | None = None) -> tuple[Limit, ...]:
    """Return limits that cannot hold together while all but any one of them can; empty where all can."""
    kept = list(asked.limits)
    if possible(asked, kept):
        return ()
    for done, limit in enumerate(asked.limits):
        if progress:
            progress(done, len(asked.limits))
        fewer = [one for one in kept if one != limit]
        if not possible(asked, fewer):
            kept = fewer
    return tuple(reversed(kept))


def possible(asked: Crews, limits: Iterable[Limit]) -> bool:
    """Whether these limits (every other one lifted) can hold together."""
    return _Model(asked, frozenset(limits)).solve(near=False) is not None


class _Model:
    """Variables, in order: x (n, m, k) toilets; b (n, m) works in that year; s (n, m) works begin; d (n, m)
    off."""

    def __init__(self, asked: Crews, limits: frozenset[Limit]) -> None:
        self.asked, self.limits = asked, limits
        self.n, self.m = asked.fair.shape
        self.k = asked.needs.shape[1]
        cells = self.n * self.m
        self.x = np.arange(cells * self.k).reshape(self.n, self.m, self.k)
        self.b = self.x.size + np.arange(cells).reshape(self.n, self.m)
        self.s = self.b + cells
        self.d = self.s + cells
        self.size = self.x.size + 3 * cells
        self.most = int(asked.quotas.sum() + sum(asked.locks.values()) + asked.batch + 1)
        self.rows: list[tuple[np.ndarray, np.ndarray, float, float]] = []

    def solve(self, *, near: bool) -> tuple[np.ndarray, float] | None:
        """Return (cells, bound), or None where nothing keeps the limits. near: as little off as can be."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        self._sums()
        self._works()
        if near:
            self._off()
        else:
            self.rows.append((self.d.ravel()[:1], np.ones(1), 0.0, 0.0))
        at = np.concatenate([columns for columns, *_ in self.rows])
        value = np.concatenate([factors for _, factors, *_ in self.rows])
        row = np.repeat(np.arange(len(self.rows)), [len(columns) for columns, *_ in self.rows])
        matrix = csr_array((value, (row, at)), shape=(len(self.rows), self.size))
        low, high = (np.array([line[part] for line in self.rows]) for part in (2, 3))
        upper = np.full(self.size, float(self.most))
        upper[self.b.ravel()] = upper[self.s.ravel()] = 1
        upper[self.d.ravel()] = np.inf
        whole = np.ones(self.size)
        whole[self.d.ravel()] = 0
        price = np.zeros(self.size)
        price[self.d.ravel()] = 1.0 if near else 0.0
        found = milp(price, constraints=LinearConstraint(matrix, low, high), integrality=whole,
                     bounds=Bounds(0, upper), options={"mip_rel_gap": 0.0, "node_limit": NODES})  # fmt: skip
        if found.x is None:
            return None
        cells = np.rint(found.x[: self.x.size]).astype(np.int64).reshape(self.x.shape)
        bound = found.fun if found.mip_dual_bound is None else found.mip_dual_bound
        return cells, float(bound)

    def _row(self, columns: np.ndarray, factors: np.ndarray | float, low: float, high: float) -> None:
        flat = np.ravel(columns)
        self.rows.append((flat, np.broadcast_to(factors, flat.shape).astype(float), low, high))

    def _sums(self) -> None:
        """Quotas, needs, locks, budgets."""
        asked = self.asked
        for year, quota in enumerate(asked.quotas):
            if (QUOTA, year) in self.limits:
                self._row(self.x[:, year], 1, quota, quota)
        if (NEEDS, None) in self.limits:
            for g in range(self.n):
                for kind in range(self.k):
                    self._row(self.x[g, :, kind], 1, 0, asked.needs[g, kind])
        for (g, year), number in asked.locks.items():
            if (LOCK, (g, year)) in self.limits:
                self._row(self.x[g, year], 1, number, number)
        for (year, kind), money in asked.budgets.items():
            if (BUDGET, (year, kind)) in self.limits:
                chosen = self.x[:, year] if kind is None else self.x[:, year, [kind]]
                costs = asked.costs if kind is None else asked.costs[[kind]]
                self._row(chosen, np.broadcast_to(costs, chosen.shape).ravel(), 0, money + 1e-6)

    def _works(self) -> None:
        """Batches, places, years that follow each other."""
        asked = self.asked
        ones = np.ones(self.k)
        for g in range(self.n):
            least = min(asked.batch, int(asked.needs[g].sum())) if (BATCH, None) in self.limits else 0
            for year in range(self.m):
                columns = np.r_[self.x[g, year], self.b[g, year]]
                self._row(columns, np.r_[ones, -self.most], -np.inf, 0)
                if least > 0:
                    self._row(columns, np.r_[ones, -least], 0, np.inf)
        for year, most in asked.places.items():
            if (PLACES, year) in self.limits:
                self._row(self.b[:, year], 1, 0, most)
        if (CONSECUTIVE, None) in self.limits:
            for g in range(self.n):
                for year in range(self.m):
                    before = [self.b[g, year - 1]] if year else []
                    self._row(np.array([self.s[g, year], self.b[g, year], *before]),
                              np.array([1, -1, *([1] * len(before))]), 0, np.inf)  # fmt: skip
                self._row(self.s[g], 1, 0, 1)

    def _off(self) -> None:
        fair = self.asked.fair.cumsum(axis=1)
        for g in range(self.n):
            for year in range(self.m):
                columns = np.r_[self.x[g, : year + 1].ravel(), self.d[g, year]]
                ones = np.ones(len(columns) - 1)
                self._row(columns, np.r_[-ones, 1], -fair[g, year], np.inf)
                self._row(columns, np.r_[ones, 1], fair[g, year], np.inf)
