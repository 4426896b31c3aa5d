"""Where to put sites so that clients are served: set cover, maximum coverage, p-median and p-center.

Everything rests on a matrix of costs (minutes, kilometres: any unit, the same throughout) from clients to
candidate sites; an infinite cost is no way at all. A client is within reach of a site when its cost is <=
`reach`. What is counted is weight (people, households), never rows. Sources: Toregas et al. 1971 (set cover),
Church & ReVelle 1974 (maximum coverage), ReVelle & Swain 1970 (p-median), Hakimi 1964 (p-center).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from layers.errors import InputError, RuleError
from layers.planning import siting_models as models
from layers.planning.p_median import p_median
from layers.planning.results import Progress

COVER, COVERAGE, MEDIAN, CENTER = "cover", "coverage", "median", "center"
OBJECTIVES = (COVER, COVERAGE, MEDIAN, CENTER)
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Choice:
    """Why a new site was chosen.

    alone: weight that only this site serves. value: the objective as it stands. runner_up: the unchosen site
    that would do best in its place (None: no other candidate), and runner_up_value the objective with it.
    """

    site: int
    alone: float
    value: float
    runner_up: int | None
    runner_up_value: float | None


@dataclass(frozen=True, eq=False)
class Siting:
    """Chosen sites.

    chosen, new: places in the matrix's columns, ascending; `new` leaves out the existing ones. site_of: int64
    (clients,), the nearest chosen site (the first of equals), -1 where none is within reach. cost: float64
    (clients,), the cost to it, inf where there is none. shares: (clients, sites) of how much of each client
    goes where; None without capacities (all to `site_of`). served, total: weight within reach, and of all.
    unreachable: clients that no allowed site can reach. value: cover: number of new sites; coverage: served
    weight; median: weight times cost; center: largest cost. bound: what no choice can better; optimal when it
    equals `value`.
    """

    objective: str
    chosen: tuple[int, ...]
    new: tuple[int, ...]
    site_of: np.ndarray
    cost: np.ndarray
    shares: np.ndarray | None
    served: float
    total: float
    unreachable: tuple[int, ...]
    value: float
    bound: float
    choices: tuple[Choice, ...] = ()

    @property
    def optimal(self) -> bool:
        """Whether nothing better exists."""
        return abs(self.value - self.bound) <= TOLERANCE * max(1.0, abs(self.value))

    @property
    def share(self) -> float:
        """Share of the weight that is served, 0 to 1; 1 where there is no weight at all."""
        return self.served / self.total if self.total else 1.0


def site(
    costs: np.ndarray,
    weights: np.ndarray,
    *,
    objective: str,
    number: int | None = None,
    reach: float = np.inf,
    existing: Collection[int] = (),
    forbidden: Collection[int] = (),
    capacities: Sequence[float] | None = None,
    progress: Progress | None = None,
) -> Siting:
    """Return the best sites for an objective.

    costs: float (clients, sites), >= 0, inf for no way. weights: float (clients,), >= 0.
    objective: `cover`: the fewest new sites that reach every client that can be reached (among those, the
    least weight times cost); `coverage`: the most weight within reach with `number` new sites; `median`: the
    least weight times cost with `number`; `center`: the smallest largest cost with `number` (among those, the
    least weight times cost). Weight 0 counts for neither coverage nor median, but is still to be reached.
    existing: sites that are there and stay (they do not count as new). forbidden: sites that may not be
    chosen. capacities: weight that each site can take (float (sites,)); clients may then be shared out among
    sites.

    The same input gives the same answer. Where covering takes a large search that is not ended (see
    `siting_models.COVER_NODES`), `bound` of a cover stays below its value, and `least` and the radius of a
    center are the best found. Raises InputError `siting_shape`, `siting_negative`, `siting_number`,
    `siting_objective`; RuleError `siting_too_few` with `least`, the fewest new sites that can serve everyone,
    `siting_no_room` with the weight that fits and all of it, `siting_no_candidates`.
    """
    problem = _checked(costs, weights, objective, number, reach, existing, forbidden, capacities)
    tell = progress or (lambda _done, _total: None)
    tell(0, 3)
    chosen, bound, shares = _SOLVERS[objective](problem, number)
    chosen = _used(problem, chosen, shares)
    tell(1, 3)
    found = _result(problem, objective, chosen, bound, shares)
    tell(2, 3)
    found = replace(found, choices=_choices(problem, found)) if capacities is None else found
    tell(3, 3)
    return found


def _checked(  # noqa: ANN202
    costs, weights, objective, number, reach, existing, forbidden, capacities  # noqa: ANN001
):
    matrix, weight = np.asarray(costs, np.float64), np.asarray(weights, np.float64)
    if matrix.ndim != 2 or weight.shape != matrix.shape[:1]:
        raise InputError("siting_shape", costs=matrix.shape, weights=weight.shape)
    room = None if capacities is None else np.asarray(capacities, np.float64)
    if room is not None and room.shape != matrix.shape[1:]:
        raise InputError("siting_shape", costs=matrix.shape, weights=room.shape)
    for values in (matrix, weight, room):
        if values is not None and (np.isnan(values).any() or (values < 0).any()):
            raise InputError("siting_negative")
    if objective not in OBJECTIVES:
        raise InputError("siting_objective", objective=objective, known=", ".join(OBJECTIVES))
    if objective != COVER and (number is None or number < 0):
        raise InputError("siting_number", number=number)
    sites = matrix.shape[1]
    if any(not 0 <= at < sites for at in (*existing, *forbidden)):
        raise InputError("siting_shape", costs=matrix.shape, weights=(max((*existing, *forbidden)),))
    there = np.zeros(sites, bool)
    there[list(existing)] = True
    allowed = np.ones(sites, bool)
    allowed[list(forbidden)] = False
    problem = models.Problem(np.where(matrix <= reach, matrix, np.inf), weight, there, allowed | there, room)
    if not problem.allowed.any():
        raise RuleError("siting_no_candidates")
    return problem


def _cover(problem: models.Problem, _number: int | None) -> tuple[tuple[int, ...], float, np.ndarray | None]:
    """The fewest, and among as many the nearest."""
    _room(problem)
    least, bound = models.cover(problem)
    chosen, _, shares = _nearest(problem, len(least) - int(problem.existing.sum()))
    return chosen, float(bound), shares


def _coverage(problem: models.Problem, number: int | None):  # noqa: ANN202
    chosen, bound, shares = models.coverage(problem, _number(problem, number))
    return chosen, bound, shares


def _median(problem: models.Problem, number: int | None):  # noqa: ANN202
    _enough(problem, number)
    return _nearest(problem, _number(problem, number))


def _nearest(problem: models.Problem, count: int):  # noqa: ANN202
    """The least weight times cost with `count` new sites, which are known to be enough."""
    if problem.capacities is not None:
        return models.median_with_capacities(problem, count)
    chosen, bound = p_median(problem, count)
    return chosen, bound, None


def _center(problem: models.Problem, number: int | None):  # noqa: ANN202
    count = _number(problem, number)
    _enough(problem, number)
    radius = models.smallest_radius(problem, count)
    within = replace(problem, costs=np.where(problem.costs <= radius, problem.costs, np.inf))
    chosen, _, shares = _nearest(within, count)
    return chosen, radius, shares


_SOLVERS: dict[str, Callable[..., Any]] = {
    COVER: _cover, COVERAGE: _coverage, MEDIAN: _median, CENTER: _center,
}


def _number(problem: models.Problem, number: int | None) -> int:
    """New sites to choose: no more than there are candidates."""
    return min(number or 0, int((problem.allowed & ~problem.existing).sum()))


def _enough(problem: models.Problem, number: int | None) -> None:
    """Refuse a number that cannot serve everyone who can be served."""
    _room(problem)
    least = len(models.cover(problem)[0]) - int(problem.existing.sum())
    if least > _number(problem, number):
        raise RuleError("siting_too_few", number=number, least=least)


def _room(problem: models.Problem) -> None:
    if problem.capacities is None:
        return
    fits, wanted = models.most_served(problem), float(problem.weights[problem.reachable].sum())
    if fits < wanted * (1 - TOLERANCE) - TOLERANCE:
        raise RuleError("siting_no_room", fits=fits, wanted=wanted)


def _used(problem: models.Problem, chosen: tuple[int, ...], shares: np.ndarray | None) -> tuple[int, ...]:
    """Leave out new sites to which nobody would go: a number is a most, not a must."""
    if not chosen:
        return chosen
    columns = np.array(chosen)
    if shares is None:
        costs = problem.costs[:, columns]
        goes = np.bincount(costs.argmin(axis=1)[np.isfinite(costs).any(axis=1)], minlength=len(columns)) > 0
    else:
        goes = (shares[:, columns] > TOLERANCE).any(axis=0)
    return tuple(columns[goes | problem.existing[columns]].tolist())


def _result(problem, objective, chosen, bound, shares):  # noqa: ANN001, ANN202
    columns = np.array(chosen, np.int64)
    costs = problem.costs[:, columns]
    if len(columns):
        nearest = costs.argmin(axis=1)
        cost = costs[np.arange(len(costs)), nearest]
        site_of = np.where(np.isfinite(cost), columns[nearest], -1)
    else:
        cost, site_of = np.full(len(costs), np.inf), np.full(len(costs), -1)
    weights = problem.weights
    if shares is None:
        served = float(weights[site_of >= 0].sum())
        spent = float((weights * np.where(site_of >= 0, cost, 0)).sum())
        largest = float(cost[site_of >= 0].max(initial=0.0))
    else:
        used = shares > TOLERANCE
        served = float((weights[:, None] * shares).sum())
        spent = float((weights[:, None] * np.where(used, shares * np.where(used, problem.costs, 0), 0)).sum())
        largest = float(problem.costs[used].max(initial=0.0))
        site_of = np.where(used.any(axis=1), shares.argmax(axis=1), -1)
        cost = np.where(site_of >= 0, problem.costs[np.arange(len(costs)), site_of], np.inf)
    new = tuple(at for at in chosen if not problem.existing[at])
    value = {COVER: float(len(new)), COVERAGE: served, MEDIAN: spent, CENTER: largest}[objective]
    return Siting(
        objective, tuple(chosen), new, site_of, cost, shares, served, float(weights.sum()),
        tuple(np.flatnonzero(~problem.reachable).tolist()), value, bound,
    )  # fmt: skip


def _choices(problem: models.Problem, found: Siting) -> tuple[Choice, ...]:
    """Every new site with what it alone does and the best site in its place."""
    inside = np.isfinite(problem.costs)
    spare = np.flatnonzero(problem.allowed & ~np.isin(np.arange(len(problem.allowed)), found.chosen))
    choices = []
    for own in found.new:
        rest = [at for at in found.chosen if at != own]
        lost = inside[:, own] & ~inside[:, rest].any(axis=1)
        best, value = _best_in_place(problem, found.objective, rest, spare)
        choices.append(Choice(own, float(problem.weights[lost].sum()), found.value, best, value))
    return tuple(choices)


def _best_in_place(problem, objective, rest, spare):  # noqa: ANN001, ANN202
    """The spare site that does best together with `rest`, and the objective then; inf where someone is cut
    off.

    A cover with another site in place has as many sites: it is told by what it leaves unserved, so the
    runner-up is the one that serves the most weight, and its value that weight.
    """
    if not len(spare):
        return None, None
    base = problem.costs[:, rest].min(axis=1, initial=np.inf)
    together = np.minimum(base[:, None], problem.costs[:, spare])
    reached = np.isfinite(together)
    if objective in (COVERAGE, COVER):
        values = (problem.weights[:, None] * reached).sum(axis=0)
        at = int(values.argmax())
        return int(spare[at]), float(values[at])
    lost = (problem.reachable[:, None] & ~reached).any(axis=0)
    known = np.where(reached, together, 0)
    spent, farthest = (problem.weights[:, None] * known).sum(axis=0), known.max(axis=0, initial=0)
    values = spent if objective == MEDIAN else farthest
    values = np.where(lost, np.inf, values)
    at = int(values.argmin())
    return int(spare[at]), float(values[at])
