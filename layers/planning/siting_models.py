"""The integer programmes of siting, solved by HiGHS through SciPy: cover, coverage, radius, and those with
capacities.

HiGHS runs on one thread without a clock, so the same model gives the same answer. Covers stop after a number
of nodes, with their bound: those of a county solve at the root, a random one of 2,000 clients and 500 sites
does not in a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

SMALL = 1e-7
COVER_NODES = 200


@dataclass(frozen=True)
class Problem:
    """costs (clients, sites), inf outside reach; weights (clients,); existing, allowed: bool (sites,);
    capacities (sites,) or None. Every existing site is allowed."""

    costs: np.ndarray
    weights: np.ndarray
    existing: np.ndarray
    allowed: np.ndarray
    capacities: np.ndarray | None = None

    @cached_property
    def within(self) -> np.ndarray:
        """Whether a site may serve a client, bool (clients, sites)."""
        return np.isfinite(self.costs) & self.allowed

    @cached_property
    def reachable(self) -> np.ndarray:
        """Clients that some allowed site reaches, bool (clients,)."""
        return self.within.any(axis=1)


def cover(problem: Problem) -> tuple[tuple[int, ...], int]:
    """Return (chosen, bound): the fewest sites, existing ones too, that serve every reachable client; fewer
    than `bound` new ones cannot."""
    if problem.capacities is not None:
        model = _Shares(problem)
        model.serve_all()
        chosen, _, bound = model.solve(np.r_[_new(problem), np.zeros(model.count)])
        return chosen, _whole(bound)
    left = problem.reachable & ~problem.within[:, problem.existing].any(axis=1)
    rows, sites = _essential(np.unique(problem.within[left], axis=0))
    chosen, bound = problem.existing.copy(), 0.0
    if len(rows):
        from scipy.sparse import csr_array

        ones = np.ones(len(sites))
        x, bound = _milp(
            ones, [(csr_array(rows.astype(float)), 1, np.inf)], 0 * ones, ones, ones, nodes=COVER_NODES
        )
        chosen[sites[x > 0.5]] = True
    return tuple(np.flatnonzero(chosen).tolist()), _whole(bound)


def _whole(bound: float) -> int:
    """A bound on a whole number."""
    return int(np.ceil(bound - SMALL))


def _essential(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows (clients) and columns (sites) that decide a cover: bool matrix and the columns' numbers.

    A client whose sites include all of another's is served when that one is; a site that reaches no more than
    another is not needed (the first of equals stays).
    """
    sites = np.arange(rows.shape[1])
    while True:
        before = rows.shape
        rows = rows[~_dominated(rows, larger=True)]
        keep = ~_dominated(rows.T, larger=False) & rows.any(axis=0)
        rows, sites = rows[:, keep], sites[keep]
        if rows.shape == before:
            return rows, sites


def _dominated(sets: np.ndarray, *, larger: bool) -> np.ndarray:
    """Whether a set (row) includes another one (`larger`), or is included in another; the first of equals is
    not."""
    numbers = sets.astype(np.float32)
    size = numbers.sum(axis=1)
    gone = np.zeros(len(sets), bool)
    place = np.arange(len(sets))
    for start in range(0, len(sets), 1000):
        part = slice(start, start + 1000)
        shared = numbers[part] @ numbers.T
        less = shared == size[None, :] if larger else shared == size[part, None]
        equal = size[part, None] == size[None, :]
        first = place[None, :] < place[part, None]
        gone[part] = (less & np.where(equal, first, place[None, :] != place[part, None])).any(axis=1)
    return gone


def coverage(problem: Problem, number: int) -> tuple[tuple[int, ...], float, np.ndarray | None]:
    """Return (chosen, bound, shares): `number` new sites that serve the most weight."""
    sites = len(problem.allowed)
    if problem.capacities is not None:
        model = _Shares(problem)
        model.at_most(number)
        weights = problem.weights[model.client]
        chosen, shares, bound = model.solve(np.r_[np.zeros(sites), -weights])
        return chosen, -bound, shares
    rows, group = np.unique(problem.within, axis=0, return_inverse=True)
    weight = np.bincount(group.ravel(), weights=problem.weights, minlength=len(rows))
    some = rows.any(axis=1) & (weight > 0)
    rows, weight = rows[some], weight[some]
    from scipy.sparse import csr_array, eye_array, hstack

    # z_g <= sum of its sites: a group of clients counts once however many reach it
    link = hstack([csr_array(rows.astype(float)), -eye_array(len(rows))]) if len(rows) else None
    new = np.r_[_new(problem), np.zeros(len(rows))]
    limits = [(new[None, :], -np.inf, number)] + ([(link, 0, np.inf)] if link is not None else [])
    x, bound = _milp(
        np.r_[np.zeros(sites), -weight],
        limits,
        np.r_[problem.existing.astype(float), np.zeros(len(rows))],
        np.r_[problem.allowed.astype(float), np.ones(len(rows))],
        np.r_[np.ones(sites), np.zeros(len(rows))],
    )
    return tuple(np.flatnonzero(x[:sites] > 0.5).tolist()), -bound, None


def median_with_capacities(problem: Problem, number: int) -> tuple[tuple[int, ...], float, np.ndarray]:
    """Return (chosen, bound, shares): everyone served within capacities, weight times cost least."""
    model = _Shares(problem)
    model.at_most(number)
    model.serve_all()
    price = problem.weights[model.client] * problem.costs[model.client, model.site]
    chosen, shares, bound = model.solve(np.r_[np.zeros(len(problem.allowed)), price])
    return chosen, bound, shares


def most_served(problem: Problem) -> float:
    """The weight that fits into all allowed sites together (capacities kept)."""
    model = _Shares(problem)
    everything = Problem(
        problem.costs, problem.weights, problem.allowed, problem.allowed, problem.capacities
    )
    model.problem = everything
    _, _, bound = model.solve(np.r_[np.zeros(len(problem.allowed)), -problem.weights[model.client]])
    return -bound


def smallest_radius(problem: Problem, number: int) -> float:
    """The smallest cost within which `number` new sites serve every reachable client (binary search on
    costs)."""
    nearest = np.where(problem.within, problem.costs, np.inf).min(axis=1)
    least = float(nearest[problem.reachable].max(initial=0.0))
    radii = np.unique(problem.costs[problem.within])
    radii = radii[radii >= least]
    low, high = 0, len(radii) - 1
    while low < high:
        middle = (low + high) // 2
        if _possible(problem, float(radii[middle]), number):
            high = middle
        else:
            low = middle + 1
    return float(radii[low]) if len(radii) else 0.0


def _possible(problem: Problem, radius: float, number: int) -> bool:
    costs = np.where(problem.costs <= radius, problem.costs, np.inf)
    closer = Problem(costs, problem.weights, problem.existing, problem.allowed, problem.capacities)
    if problem.capacities is not None:
        wanted = float(problem.weights[problem.reachable].sum())
        if most_served(closer) < wanted * (1 - 1e-9) - 1e-6:
            return False
    return len(cover(closer)[0]) - int(problem.existing.sum()) <= number


class _Shares:
    """A model with the share of each client that goes to each site within reach: y (sites), x (pairs)."""

    def __init__(self, problem: Problem) -> None:
        from scipy.sparse import csr_array, eye_array, hstack

        self.problem = problem
        self.client, self.site = np.nonzero(problem.within)
        self.count, sites = len(self.client), len(problem.allowed)
        pairs = np.arange(self.count)
        ones = np.ones(self.count)
        of_client = csr_array((ones, (self.client, pairs)), shape=(len(problem.weights), self.count))
        of_site = csr_array((ones, (self.site, pairs)), shape=(sites, self.count))
        load = of_site * problem.weights[self.client]
        room = np.minimum(problem.capacities, problem.weights.sum())
        nothing = csr_array((len(problem.weights), sites))
        self.everyone = hstack([nothing, of_client])
        self.limits = [
            (hstack([csr_array(of_site.T * -1.0), eye_array(self.count)]), -np.inf, 0),  # x <= y
            (hstack([csr_array(np.diag(-room)), csr_array(load)]), -np.inf, 0),
            (self.everyone, 0, 1),
        ]

    def at_most(self, number: int) -> None:
        """Choose no more new sites than `number`."""
        new = np.r_[_new(self.problem), np.zeros(self.count)]
        self.limits.append((new[None, :], -np.inf, number))

    def serve_all(self) -> None:
        """Serve every reachable client whole."""
        self.limits.append((self.everyone, self.problem.reachable.astype(float), np.inf))

    def solve(self, price: np.ndarray) -> tuple[tuple[int, ...], np.ndarray, float]:
        """Return (chosen, shares (clients, sites), bound)."""
        problem, sites = self.problem, len(self.problem.allowed)
        x, bound = _milp(
            price,
            self.limits,
            np.r_[problem.existing.astype(float), np.zeros(self.count)],
            np.r_[problem.allowed.astype(float), np.ones(self.count)],
            np.r_[np.ones(sites), np.zeros(self.count)],
        )
        shares = np.zeros(problem.costs.shape)
        shares[self.client, self.site] = np.where(x[sites:] > SMALL, x[sites:], 0)
        return tuple(np.flatnonzero(x[:sites] > 0.5).tolist()), shares, bound


def _new(problem: Problem) -> np.ndarray:
    return (~problem.existing).astype(float)


def _milp(price, limits, low, high, whole, nodes=None):  # noqa: ANN001, ANN202 (scipy is imported late)
    """Solve, to the end without `nodes`; returns (x, bound). The callers have made sure that there is an
    answer."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    constraints = [LinearConstraint(matrix, lower, upper) for matrix, lower, upper in limits]
    options = {"mip_rel_gap": 0.0} | ({"node_limit": nodes} if nodes else {})
    found = milp(price, constraints=constraints, integrality=whole, bounds=Bounds(low, high), options=options)
    if found.x is None:
        raise ArithmeticError(found.message)  # a fault of ours: what can't be done was refused before
    bound = found.fun if found.mip_dual_bound is None else found.mip_dual_bound
    return found.x, float(bound)
