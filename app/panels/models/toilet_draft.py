"""A plan of toilets on the table: what is wished, and what came of it; worked out on any thread."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from app.actions.toilets import solve_plan
from layers.errors import PlannerError
from layers.plan.plan import Plan
from layers.planning.gaps import gaps
from layers.planning.results import Gaps, Progress
from layers.planning.schemes import Scheme, allocation_of
from layers.planning.toilets import SERVICE, Allocation
from layers.policy.bundle import Policy

CellKey = tuple[str, int]  # gacha code, year


@dataclass(frozen=True, eq=True)
class Wish:
    """What the planner wants: quotas by year, locked cells, priority weights (only those that are not 1)."""

    quotas: Mapping[int, int] = field(default_factory=dict)
    locks: Mapping[CellKey, int] = field(default_factory=dict)
    weights: Mapping[str, Fraction] = field(default_factory=dict)

    def locked(self, code: str, year: int, number: int) -> Wish:
        """The same with a cell locked at a number."""
        return replace(self, locks={**self.locks, (code, year): number})

    def unlocked(self, code: str, year: int) -> Wish:
        """The same with a cell set free."""
        return replace(
            self, locks={cell: number for cell, number in self.locks.items() if cell != (code, year)}
        )

    def weighted(self, code: str, weight: Fraction) -> Wish:
        """The same with another priority of a gacha."""
        others = {one: value for one, value in self.weights.items() if one != code}
        return replace(self, weights=others if weight == 1 else {**others, code: weight})

    def with_quota(self, year: int, number: int) -> Wish:
        """The same with another quota of a year."""
        return replace(self, quotas={**self.quotas, year: number})


def wish_of(scheme: Scheme) -> Wish:
    """Return what a kept scheme was made from."""
    return Wish(
        dict(scheme.quotas),
        dict(scheme.locks),
        {code: Fraction(weight) for code, weight in scheme.weights.items()},
    )


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a wish.

    counted: the need it was held against. allocation: None where it cannot be, then `fault` says why.
    fits: whether the numbers are what a new computation gives (a kept scheme may be older than the data).
    seconds: how long solving took, without counting.
    """

    counted: Gaps
    allocation: Allocation | None
    fault: PlannerError | None = None
    fits: bool = True
    seconds: float = 0.0


def work_out(
    plan: Plan,
    policy: Policy,
    wish: Wish,
    *,
    counted: Gaps | None = None,
    kept: Scheme | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Return what comes of a wish; with `kept`, that scheme's own numbers, and whether they still fit."""
    if counted is None or not counted.provenance.is_current(plan):
        counted = gaps(plan, policy, services=(SERVICE,), progress=progress)
    begun = time.monotonic()
    fault: PlannerError | None = None
    solved: Allocation | None = None
    try:
        solved = solve_plan(
            plan, policy, quotas=wish.quotas, locks=wish.locks, weights=wish.weights, counted=counted
        )
    except PlannerError as error:
        fault = error
    seconds = time.monotonic() - begun
    if kept is None:
        return Outcome(counted, solved, fault, seconds=seconds)
    shown = allocation_of(kept, counted)
    fits = solved is not None and shown.codes == solved.codes and np.array_equal(shown.cells, solved.cells)
    return Outcome(counted, shown, None, fits, seconds)
