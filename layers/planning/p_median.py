"""The p-median: Lagrangian bounds, vertex interchange, variables fixed by reduced costs, and HiGHS on what is
left.

The assignment constraints are relaxed (Cornuéjols, Fisher & Nemhauser 1977); the subgradient gives the bound,
its sites improved by interchange (Teitz & Bart 1968) the answer. What the bound proves open or shut is fixed,
and a model that has become small is solved to the end in the incremental radius form (García, Labbé & Marín
2011). A large one that is not keeps its stated bound. No clock, no chance: the same numbers give the same
answer.
"""

from __future__ import annotations

import numpy as np

from layers.planning.siting_models import Problem

ROUNDS, PATIENCE, MEMORY = 1_000, 15, 0.7
LARGEST_MODEL = 40_000  # variables of the rest that HiGHS solves in seconds
NODES = 20_000


def p_median(problem: Problem, number: int) -> tuple[tuple[int, ...], float]:
    """Return (chosen, bound): `number` new sites beside the existing ones, least weight times cost.

    Clients that no site reaches, and those without weight, are left out of the sum; the others must all be
    within finite cost of the answer, which the caller has made sure is possible.
    """
    must = problem.reachable
    costs = problem.costs[must]
    weights = problem.weights[must]
    allowed, existing = problem.allowed, problem.existing
    count = number + int(existing.sum())
    if not len(costs):
        return tuple(np.flatnonzero(existing).tolist()), 0.0
    if count >= allowed.sum():
        return tuple(np.flatnonzero(allowed).tolist()), _value(costs, weights, np.flatnonzero(allowed))
    prices = _prices(costs, weights, allowed)
    chosen = _interchange(prices, _greedy(prices, existing, allowed, count), existing, allowed)
    chosen, bound, floor, reduced = _lagrangian(prices, chosen, existing, allowed, count)
    value = float(prices[:, chosen].min(axis=1).sum())
    if value - bound > 1e-9 * max(1.0, value):
        chosen, bound = _finish(prices, chosen, bound, floor, reduced, existing, allowed, count)
    return tuple(sorted(int(at) for at in chosen)), bound


def _value(costs: np.ndarray, weights: np.ndarray, chosen: np.ndarray) -> float:
    nearest = costs[:, chosen].min(axis=1, initial=np.inf)
    return float((weights * np.where(np.isfinite(nearest), nearest, 0)).sum())


def _prices(costs: np.ndarray, weights: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Weight times cost; no way at all costs more than every client going its farthest, so it is never taken
    where everyone can be served."""
    finite = np.isfinite(costs) & allowed
    prices = weights[:, None] * np.where(finite, costs, 0.0)
    farthest = prices.max(axis=1, initial=0.0).sum()
    return np.where(finite, prices, 2 * farthest + 1.0)


def _greedy(prices: np.ndarray, existing: np.ndarray, allowed: np.ndarray, count: int) -> np.ndarray:
    chosen = list(np.flatnonzero(existing))
    best = prices[:, chosen].min(axis=1, initial=prices.max(initial=0.0))
    free = allowed.copy()
    free[chosen] = False
    while len(chosen) < count:
        gain = np.where(free, np.maximum(best[:, None] - prices, 0).sum(axis=0), -1.0)
        at = int(gain.argmax())
        chosen.append(at)
        free[at] = False
        best = np.minimum(best, prices[:, at])
    return np.array(sorted(chosen))


def _interchange(
    prices: np.ndarray, chosen: np.ndarray, existing: np.ndarray, allowed: np.ndarray
) -> np.ndarray:
    """Swap one site for another as long as that helps, the best swap first (the first of equals)."""
    from scipy.sparse import csr_array

    clients = np.arange(len(prices))
    while True:
        own = prices[:, chosen]
        if own.shape[1] == 1:
            first, near, second = np.zeros(len(prices), int), own[:, 0], np.full(len(prices), np.inf)
        else:
            order = np.argpartition(own, 1, axis=1)[:, :2]
            pair = own[clients[:, None], order]
            swap = pair[:, 0] > pair[:, 1]
            first = np.where(swap, order[:, 1], order[:, 0])
            near, second = pair.min(axis=1), pair.max(axis=1)
        others = np.flatnonzero(allowed & ~np.isin(np.arange(prices.shape[1]), chosen))
        if not len(others):
            return chosen
        candidate = prices[:, others]
        # in place of its first site a client takes the newcomer or its second; any other gains or stays
        gain = np.maximum(near[:, None] - candidate, 0)
        stay = near[:, None] - np.minimum(candidate, second[:, None])
        of_first = csr_array((np.ones(len(prices)), (first, clients)), shape=(len(chosen), len(prices)))
        better = gain.sum(axis=0)[None, :] + of_first @ (stay - gain)
        better[existing[chosen]] = -np.inf
        out, into = np.unravel_index(int(better.argmax()), better.shape)
        if better[out, into] <= 1e-9 * max(1.0, near.sum()):
            return chosen
        chosen = np.sort(np.r_[np.delete(chosen, out), others[into]])


def _lagrangian(prices, chosen, existing, allowed, count):  # noqa: ANN001, ANN202
    """Return (chosen, bound, bound at the best multipliers, reduced costs there).

    Subgradient with a direction that remembers the one before (Crowder 1976); where it stalls the step is
    halved and it goes on from the best multipliers.
    """
    best = float(prices[:, chosen].min(axis=1).sum())
    multipliers = _start(prices, chosen, allowed)
    bound, keep, peak = -np.inf, None, multipliers
    step, waited, tried, direction = 1.0, 0, set(), 0.0
    for _ in range(ROUNDS):
        less = np.minimum(prices - multipliers[:, None], 0)
        reduced = less.sum(axis=0)
        reduced[~allowed] = np.inf
        taken = _cheapest(reduced, existing, count)
        now = float(multipliers.sum() + reduced[taken].sum())
        waited += 1
        if now > bound + 1e-9 * abs(now):
            bound, keep, peak, waited = now, reduced, multipliers, 0
            chosen, best = _improved(prices, taken, chosen, best, existing, allowed, tried)
        if best - bound <= 1e-9 * max(1.0, best):
            break
        if waited >= PATIENCE:
            step, waited, multipliers, direction = step / 2, 0, peak, 0.0
            if step < 1e-4:
                break
            continue
        direction = 1.0 - (less[:, taken] < 0).sum(axis=1) + MEMORY * direction
        length = float((direction**2).sum())
        if not length:
            break
        multipliers = multipliers + step * (best - now) / length * direction
    return chosen, min(bound, best), bound, keep


def _start(prices: np.ndarray, chosen: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """What a client would pay at most: between its nearest site of all and its second chosen one."""
    near = prices[:, allowed].min(axis=1)
    own = np.sort(prices[:, chosen], axis=1)
    return (near + own[:, min(1, own.shape[1] - 1)]) / 2


def _cheapest(reduced: np.ndarray, existing: np.ndarray, count: int) -> np.ndarray:
    """The existing sites and the others of least reduced cost, the first of equals."""
    order = np.lexsort((np.arange(len(reduced)), np.where(existing, -np.inf, reduced)))
    return order[:count]


def _improved(prices, taken, chosen, best, existing, allowed, tried):  # noqa: ANN001, ANN202
    """The better of the answer so far and the relaxation's sites, improved where they are near."""
    key = tuple(sorted(taken.tolist()))
    if key in tried:
        return chosen, best
    tried.add(key)
    if float(prices[:, taken].min(axis=1).sum()) < best * 1.02:
        found = _interchange(prices, np.array(key), existing, allowed)
        cost = float(prices[:, found].min(axis=1).sum())
        if cost < best - 1e-9 * max(1.0, best):
            return found, cost
    return chosen, best


def _finish(prices, chosen, bound, floor, reduced, existing, allowed, count):  # noqa: ANN001, ANN202
    """Fix what the bound decides, and solve the rest exactly where it is small enough."""
    value = float(prices[:, chosen].min(axis=1).sum())
    room = value - floor + 1e-7 * max(1.0, value)
    taken = _cheapest(reduced, existing, count)
    spare = np.setdiff1d(np.arange(len(reduced)), taken)
    last = max((reduced[at] for at in taken if not existing[at]), default=-np.inf)
    following = reduced[spare].min(initial=np.inf)
    shut = ~allowed
    shut[spare[reduced[spare] - last > room]] = True
    open_ = existing.copy()
    open_[[at for at in taken if following - reduced[at] > room]] = True
    model = _Model(prices, open_, ~shut, count)
    if model.size > LARGEST_MODEL:
        return chosen, bound
    better, model_bound = model.solve(value)
    bound = max(bound, min(model_bound, value))
    if better is not None and float(prices[:, better].min(axis=1).sum()) < value:
        chosen = better
    return chosen, bound


class _Model:
    """Incremental radius form: z_ik = 1 where client i has no open site among its k nearest costs."""

    def __init__(self, prices: np.ndarray, open_: np.ndarray, maybe: np.ndarray, count: int) -> None:
        self.open, self.count = open_, count
        self.sites = np.flatnonzero(maybe)
        own = prices[:, self.sites]
        fixed = prices[:, open_].min(axis=1, initial=np.inf)
        client, site, level, rise = [], [], [], []
        self.base = 0.0
        total = 0
        for at in range(len(own)):
            radii = np.unique(own[at][own[at] <= fixed[at]])
            self.base += float(radii[0])
            inside = np.flatnonzero(own[at] <= (radii[-2] if len(radii) > 1 else -1))
            where = np.searchsorted(radii, own[at][inside])
            client.append(np.full(len(radii) - 1, at))
            site.append(inside)
            level.append(total + where)
            rise.append(np.diff(radii))
            total += len(radii) - 1
        self.rise = np.concatenate(rise) if rise else np.empty(0)
        self.site, self.level = np.concatenate(site), np.concatenate(level)
        owner = np.concatenate(client)
        self.first = np.r_[True, owner[1:] != owner[:-1]] if len(owner) else np.empty(0, bool)

    @property
    def size(self) -> int:
        """Variables of the model."""
        return len(self.sites) + len(self.rise)

    def solve(self, value: float) -> tuple[np.ndarray | None, float]:
        """Return (chosen or None, bound)."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array, eye_array, hstack

        levels, sites = len(self.rise), len(self.sites)
        place = csr_array((np.ones(len(self.site)), (self.level, self.site)), shape=(levels, sites))
        before = np.flatnonzero(~self.first)
        chain = csr_array((-np.ones(len(before)), (before, before - 1)), shape=(levels, levels))
        rows = hstack([place, eye_array(levels) + chain])
        exactly = csr_array(np.r_[np.ones(sites), np.zeros(levels)][None, :])
        low = np.r_[self.open[self.sites].astype(float), np.zeros(levels)]
        found = milp(
            np.r_[np.zeros(sites), self.rise],
            constraints=[
                LinearConstraint(rows, self.first.astype(float), np.inf),
                LinearConstraint(exactly, self.count, self.count),
            ],
            integrality=np.r_[np.ones(sites), np.zeros(levels)],
            bounds=Bounds(low, np.ones(sites + levels)),
            options={"mip_rel_gap": 0.0, "node_limit": NODES},
        )
        bound = -np.inf if found.mip_dual_bound is None else self.base + float(found.mip_dual_bound)
        if found.x is None:
            return None, bound
        return self.sites[found.x[:sites] > 0.5], bound
