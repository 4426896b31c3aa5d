"""Which works in which year: the most household-years served within each year's money or length.

A project is built whole in one year. Households are served from the end of the year in which the last project
of their way is built; a year of the period in which they are served counts once for each of them
(household-years). What is not spent in a year does not carry over. An integer programme (HiGHS) that starts
from the greedy answer and is never below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from layers.errors import InputError, RuleError

NODES = 5_000
LATER = -1


@dataclass(frozen=True, eq=False)
class Phasing:
    """year: int (projects,), place of the year, LATER for what does not fit. value: household-years; bound:
    what no plan can exceed. greedy: what the greedy plan gives. spent: float (years,)."""

    year: np.ndarray
    value: float
    bound: float
    greedy: float
    spent: np.ndarray

    @property
    def optimal(self) -> bool:
        """Whether no plan serves more."""
        return self.bound - self.value <= 1e-6 * max(1.0, self.bound)


def phase(
    cost: np.ndarray,
    needs: Sequence[Sequence[int]],
    households: np.ndarray,
    budgets: np.ndarray,
    *,
    weights: np.ndarray | None = None,
    locks: Mapping[int, int] | None = None,
) -> Phasing:
    """Return the year of every project.

    cost: float (projects,), money or km, > 0 or 0. needs: of each group of households the projects on its way
    (none: it is served anyway and counts for nothing). households: (groups,). budgets: (years,), <=. weights:
    priority of each group, 1 without. locks: project -> place of its year, or LATER.

    Raises InputError `phasing_shape`; RuleError `phasing_locks` with `year`, `money`, `locked`, where locked
    projects alone exceed a year's budget.
    """
    projects, years = len(cost), len(budgets)
    fixed = dict(locks or {})
    if any(not 0 <= one < projects for own in needs for one in own) or len(needs) != len(households):
        raise InputError("phasing_shape")
    if any(not 0 <= one < projects or not LATER <= at < years for one, at in fixed.items()):
        raise InputError("phasing_shape")
    for year in range(years):
        locked = float(sum(cost[one] for one, at in fixed.items() if at == year))
        if locked > budgets[year] + 1e-9:
            raise RuleError("phasing_locks", year=year, money=float(budgets[year]), locked=locked)
    worth = np.asarray(households, float) * (1.0 if weights is None else np.asarray(weights, float))
    first = _greedy(cost, needs, worth, budgets, fixed)
    best, bound = _exact(cost, needs, worth, budgets, fixed)
    greedy = _value(first, needs, worth, years)
    if best is None or _value(best, needs, worth, years) < greedy - 1e-9:
        best = first
    value = _value(best, needs, worth, years)
    spent = np.array([cost[best == year].sum() for year in range(years)])
    return Phasing(best, value, max(bound, value), greedy, spent)


def _value(year: np.ndarray, needs: Sequence[Sequence[int]], worth: np.ndarray, years: int) -> float:
    total = 0.0
    for own, number in zip(needs, worth.tolist(), strict=True):
        at = [int(year[one]) for one in own]
        if at and LATER not in at:
            total += number * (years - max(at))
    return total


def _greedy(cost, needs, worth, budgets, fixed) -> np.ndarray:  # noqa: ANN001
    """Year by year the group with the most households for the money that its missing projects take."""
    year = np.full(len(cost), LATER)
    left = np.asarray(budgets, float).copy()
    for one, at in fixed.items():
        year[one] = at
        if at != LATER:
            left[at] -= cost[one]
    for now in range(len(budgets)):
        while True:
            best = None
            for group, own in enumerate(needs):
                missing = [one for one in own if year[one] == LATER]
                price = float(sum(cost[one] for one in missing))
                if not missing or any(one in fixed for one in missing) or price > left[now] + 1e-9:
                    continue
                key = (worth[group] / max(price, 1e-9), -group)
                if best is None or key > best[0]:
                    best = (key, missing, price)
            if best is None or best[0][0] <= 0:
                break
            year[best[1]] = now
            left[now] -= best[2]
    return year


def _exact(cost, needs, worth, budgets, fixed):  # noqa: ANN001, ANN202
    """Variables: z (projects, years), built by the end of the year; s (groups, years), served from it on."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    projects, years = len(cost), len(budgets)
    groups = [at for at, own in enumerate(needs) if len(own) and worth[at] > 0]
    z = np.arange(projects * years).reshape(projects, years)
    s = z.size + np.arange(len(groups) * years).reshape(len(groups), years)
    rows: list[tuple[list[int], list[float], float, float]] = []
    for year in range(years):
        columns, factors = z[:, year].tolist(), np.asarray(cost, float).tolist()
        if year:
            columns, factors = columns + z[:, year - 1].tolist(), factors + (-np.asarray(cost,
            float)).tolist()
            rows += [([int(z[one, year]), int(z[one, year - 1])], [1.0, -1.0], 0.0, np.inf) for one in
            range(projects)]
        rows.append((columns, factors, -np.inf, float(budgets[year]) + 1e-9))
        rows += [([int(s[at, year]), int(z[one, year])], [1.0, -1.0], -np.inf, 0.0)
                 for at, group in enumerate(groups) for one in needs[group]]  # fmt: skip
    low, high = np.zeros(z.size + s.size), np.ones(z.size + s.size)
    for one, at in fixed.items():
        for year in range(years):
            low[z[one, year]] = high[z[one, year]] = float(at != LATER and year >= at)
    price = np.zeros(z.size + s.size)
    price[s.ravel()] = -np.repeat(worth[groups], years) if groups else 0
    at = np.concatenate([np.full(len(columns), row) for row, (columns, *_) in enumerate(rows)])
    matrix = csr_array(
        (np.concatenate([factors for _, factors, *_ in rows]), (at, np.concatenate([one for one, *_ in
        rows]))),
        shape=(len(rows), len(price)),
    )
    found = milp(
        price,
        constraints=LinearConstraint(matrix, [row[2] for row in rows], [row[3] for row in rows]),
        integrality=np.r_[np.ones(z.size), np.zeros(s.size)],
        bounds=Bounds(low, high),
        options={"mip_rel_gap": 0.0, "node_limit": NODES},
    )
    bound = np.inf if found.mip_dual_bound is None else -float(found.mip_dual_bound)
    if found.x is None:
        return None, bound
    built = found.x[: z.size].reshape(projects, years) > 0.5
    year = np.where(built.any(axis=1), built.argmax(axis=1), LATER)
    # what serves nobody in the end is not built: money is left, and the answer is the same
    useful = {one for at, group in enumerate(groups) if not (year[list(needs[group])] == LATER).any()
              for one in needs[group]}  # fmt: skip
    idle = [one for one in range(projects) if one not in useful and one not in fixed]
    year[idle] = LATER
    return year, bound
