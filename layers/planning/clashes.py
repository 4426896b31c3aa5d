"""Why quotas, needs and locked cells cannot all be kept: a smallest set of limits that clash, with numbers.

There is a plan if and only if, for every set of years, what their quotas still ask for (less the locked
cells) fits into what the claimants with an open cell in one of those years may still get (max-flow min-cut on
years -> claimants), no claimant's locked cells exceed its cap, and no year's locked cells exceed its quota.
Every set of years is looked at: a plan has a handful of years.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np

from layers.planning.apportion import Problem

QUOTA, CAP, LOCK = "quota", "cap", "lock"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: a year's quota, a claimant's cap, or a locked cell; places are those in the Problem."""

    kind: str
    number: int
    claimant: int = -1
    year: int = -1


def feasible(problem: Problem) -> bool:
    """Whether the quotas can be given out within caps and locks."""
    return _violated(problem) is None


def smallest_clash(problem: Problem) -> tuple[Limit, ...]:
    """Return limits that cannot hold together, while all but any one of them can; empty if all can.

    Quotas first, then locks, then caps, each in order of claimants and years.
    """
    found = _violated(problem)
    if found is None:
        return ()
    limits = sorted(
        found, key=lambda limit: ((QUOTA, LOCK, CAP).index(limit.kind), limit.claimant, limit.year)
    )
    kept = list(limits)
    for limit in limits:  # deletion filter: what is not needed for the clash goes
        fewer = [one for one in kept if one != limit]
        if _clash(problem, fewer):
            kept = fewer
    return tuple(kept)


def _violated(problem: Problem) -> tuple[Limit, ...] | None:
    """Limits of the first violated condition, the fewest years first; None when all hold."""
    numbers, locked = problem.locked()
    for claimant in np.flatnonzero(numbers.sum(axis=1) > problem.caps):
        return (
            Limit(CAP, int(problem.caps[claimant]), claimant=int(claimant)),
            *_locks(problem, claimants=[int(claimant)]),
        )
    for year in np.flatnonzero(numbers.sum(axis=0) > problem.quotas):
        return (Limit(QUOTA, int(problem.quotas[year]), year=int(year)), *_locks(problem, years=[int(year)]))
    room = problem.caps - numbers.sum(axis=1)
    rest = problem.quotas - numbers.sum(axis=0)
    for years in _subsets(range(len(problem.quotas))):
        chosen = list(years)
        open_ = (~locked[:, chosen]).any(axis=1)
        if rest[chosen].sum() > room[open_].sum():
            return (
                *(Limit(QUOTA, int(problem.quotas[year]), year=year) for year in chosen),
                *(Limit(CAP, int(problem.caps[at]), claimant=int(at)) for at in np.flatnonzero(open_)),
                *_locks(problem),
            )
    return None


def _locks(
    problem: Problem, claimants: Iterable[int] | None = None, years: Iterable[int] | None = None
) -> tuple[Limit, ...]:
    return tuple(
        Limit(LOCK, number, claimant, year)
        for (claimant, year), number in problem.locks.items()
        if (claimants is None or claimant in claimants) and (years is None or year in years)
    )


def _subsets(years: Iterable[int]) -> Iterable[tuple[int, ...]]:
    every = list(years)
    return chain.from_iterable(combinations(every, size) for size in range(1, len(every) + 1))


def _clash(problem: Problem, limits: list[Limit]) -> bool:
    """Whether these limits alone (every other one lifted) cannot hold together.

    A lifted cap has no end; a lifted lock is an open cell; a year without its quota takes any number, so it
    asks for nothing and gives nothing: its cells are then only as large as their locks.
    """
    caps = {limit.claimant: limit.number for limit in limits if limit.kind == CAP}
    quotas = {limit.year: limit.number for limit in limits if limit.kind == QUOTA}
    locks = {(limit.claimant, limit.year): limit.number for limit in limits if limit.kind == LOCK}
    fixed = dict.fromkeys(caps, 0)
    for (claimant, _), number in locks.items():
        if claimant in fixed:
            fixed[claimant] += number
    if any(fixed[claimant] > cap for claimant, cap in caps.items()):
        return True
    asked = {
        year: quota - sum(number for (_, at), number in locks.items() if at == year)
        for year, quota in quotas.items()
    }
    if any(number < 0 for number in asked.values()):
        return True
    everyone = range(len(problem.claims))
    for years in _subsets(sorted(asked)):
        open_ = [at for at in everyone if any((at, year) not in locks for year in years)]
        if all(at in caps for at in open_) and sum(asked[year] for year in years) > sum(
            caps[at] - fixed[at] for at in open_
        ):
            return True
    return False
