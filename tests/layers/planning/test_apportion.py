"""Apportionment: published cases, brute force, thousands of random instances, and clashes that are
irreducible."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.planning.apportion import Costs, Problem, flow, sequence
from layers.planning.clashes import Limit, feasible, smallest_clash


def problem(claims, caps, quotas, locks=None) -> Problem:
    return Problem(
        tuple(Fraction(claim) for claim in claims),
        np.array(caps, np.int64),
        np.array(quotas, np.int64),
        locks or {},
    )


PUBLISHED = [
    # the usual textbook example of Sainte-Laguë's method: 53,000 / 24,000 / 23,000 votes, 7 seats
    ((53_000, 24_000, 23_000), (3, 2, 2), 7),
    ((100_000, 80_000, 30_000, 20_000), (3, 3, 1, 1), 8),
    # Balinski & Young, Fair Representation, table of the five methods for a house of 26: Webster
    ((9_061, 7_179, 5_259, 3_319, 1_182), (9, 8, 5, 3, 1), 26),
]


@pytest.mark.parametrize("claims, seats, house", PUBLISHED)
def test_published_cases(claims, seats, house):
    given = sequence(problem(claims, [house] * len(claims), [house]))
    assert tuple(given[:, 0]) == seats


def test_an_equal_quotient_goes_to_the_earlier_claimant():
    assert sequence(problem([4, 4, 4], [4, 4, 4], [4, 1])).tolist() == [[2, 0], [1, 1], [1, 0]]


def test_the_case_in_which_a_greedy_sequence_goes_wrong():
    # Needs 5 and 5, quotas 5 and 5, the first cell locked at 0: the first must get all of its 5 in the second
    # year.
    given = flow(problem([5, 5], [5, 5], [5, 5], {(0, 0): 0}))
    assert given.tolist() == [[0, 5], [5, 0]]


def cost(task: Problem, cells) -> int:
    costs = Costs(task)
    return sum(
        costs.of(claimant, unit)
        for claimant, row in enumerate(cells)
        for number in itertools.accumulate(row)
        for unit in range(1, int(number) + 1)
    )


def every_solution(task: Problem):
    """All matrices that keep caps, quotas and locks."""
    claimants, years = task.shape
    ranges = [
        range(task.locks[at], task.locks[at] + 1) if at in task.locks else range(int(task.caps[at[0]]) + 1)
        for at in itertools.product(range(claimants), range(years))
    ]
    for flat in itertools.product(*ranges):
        cells = np.array(flat, np.int64).reshape(claimants, years)
        if (cells.sum(axis=0) == task.quotas).all() and (cells.sum(axis=1) <= task.caps).all():
            yield cells


@st.composite
def tasks(draw, claimants=4, years=4, most=6, locked=True):
    n, m = draw(st.integers(1, claimants)), draw(st.integers(1, years))
    caps = draw(st.lists(st.integers(0, most), min_size=n, max_size=n))
    weights = draw(
        st.lists(st.sampled_from([Fraction(1), Fraction(3, 2), Fraction(2, 3)]), min_size=n, max_size=n)
    )
    quotas = draw(st.lists(st.integers(0, most), min_size=m, max_size=m))
    cells = st.tuples(st.integers(0, n - 1), st.integers(0, m - 1))
    locks = draw(st.dictionaries(cells, st.integers(0, 3), max_size=n * m // 2)) if locked else {}
    return problem([cap * weight for cap, weight in zip(caps, weights, strict=True)], caps, quotas, locks)


@given(tasks(claimants=3, years=2, most=4))
@settings(max_examples=300)
def test_flow_is_the_best_of_all_solutions(task):
    best = min((cost(task, cells) for cells in every_solution(task)), default=None)
    assert feasible(task) is (best is not None)
    if best is not None:
        assert cost(task, flow(task)) == best


@given(tasks())
@settings(max_examples=2000)
def test_sums_caps_and_locks_hold_or_a_clash_is_named(task):
    clash = smallest_clash(task)
    if not clash:
        given = flow(task)
        assert (given >= 0).all() and (given.sum(axis=0) == task.quotas).all()
        assert (given.sum(axis=1) <= task.caps).all()
        assert all(given[at] == number for at, number in task.locks.items())
        return
    with pytest.raises(ValueError, match="room|alone"):
        flow(task)
    assert not _solvable(task, clash)
    for limit in clash:  # irreducible: without any one of them there is a way
        assert _solvable(task, [one for one in clash if one is not limit])


def _solvable(task: Problem, limits: list[Limit] | tuple[Limit, ...]) -> bool:
    """Whether cells exist that keep these limits alone, by linear programming (the limits are a network)."""
    from scipy.optimize import linprog

    claimants, years = task.shape
    equal, equal_to, below, below_to = [], [], [], []
    bounds = {}
    for limit in limits:
        row = np.zeros((claimants, years))
        if limit.kind == "quota":
            row[:, limit.year] = 1
            equal.append(row.ravel())
            equal_to.append(limit.number)
        elif limit.kind == "need":
            raise AssertionError("limits of the core are called cap")
        elif limit.kind == "cap":
            row[limit.claimant, :] = 1
            below.append(row.ravel())
            below_to.append(limit.number)
        else:
            bounds[limit.claimant * years + limit.year] = (limit.number, limit.number)
    answer = linprog(
        np.zeros(claimants * years),
        A_ub=below or None,
        b_ub=below_to or None,
        A_eq=equal or None,
        b_eq=equal_to or None,
        bounds=[bounds.get(at, (0, None)) for at in range(claimants * years)],
    )
    return answer.status == 0


@given(tasks(locked=False, claimants=8, most=30), st.integers(0, 3), st.integers(0, 7))
@settings(max_examples=1500)
def test_without_locks_both_ways_agree_and_no_cumulative_number_falls_when_a_quota_rises(task, year, more):
    if not feasible(task):
        return
    given = sequence(task)
    assert (given == flow(task)).all()
    quotas = task.quotas.copy()
    quotas[year % len(quotas)] += more
    larger = problem(task.claims, task.caps, quotas)
    if feasible(larger):
        assert (sequence(larger).cumsum(axis=1) >= given.cumsum(axis=1)).all()


@given(tasks(claimants=6, years=3, most=9), st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_the_order_of_the_rows_matters_only_among_equals(task, random):
    if not feasible(task) or len(set(task.claims)) < len(task.claims):
        return
    order = list(range(len(task.claims)))
    random.shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    shuffled = problem(
        [task.claims[at] for at in order],
        [int(task.caps[at]) for at in order],
        task.quotas,
        {(place[claimant], year): number for (claimant, year), number in task.locks.items()},
    )
    if not task.locks and all(_apart(task)):
        assert (sequence(shuffled) == sequence(task)[order]).all()
    assert (flow(shuffled).sum(axis=0) == task.quotas).all()


def _apart(task: Problem):
    """Whether no two quotients are equal."""
    quotients = [
        claim / (2 * unit - 1)
        for claim, cap in zip(task.claims, task.caps, strict=True)
        if claim
        for unit in range(1, int(cap) + 1)
    ]
    yield len(set(quotients)) == len(quotients)


def test_very_unlike_claims_stay_exact():
    task = problem([Fraction(1, 999), 10**6, 10**6 + 1], [3, 3, 3], [2, 2, 1])
    assert Costs(task).dtype is object
    assert (sequence(task) == flow(task)).all()


def test_ten_thousand_random_instances_keep_every_limit():
    """Seeded: sums, caps and locks hold wherever there is a way; without locks both ways give the same."""
    random = np.random.default_rng(2022)
    solved = 0
    for _ in range(10_000):
        n, m = random.integers(1, 7), random.integers(1, 5)
        caps, quotas = random.integers(0, 13, n), random.integers(0, 9, m)
        cells = [(at, year) for at in range(n) for year in range(m) if random.random() < 0.15]
        locks = {cell: int(random.integers(0, 4)) for cell in cells}
        task = problem(caps.tolist(), caps, quotas, locks)
        if not feasible(task):
            continue
        solved += 1
        given = flow(task)
        assert (
            (given >= 0).all() and (given.sum(axis=0) == quotas).all() and (given.sum(axis=1) <= caps).all()
        )
        assert all(given[cell] == number for cell, number in locks.items())
        if not locks:
            assert (given == sequence(task)).all()
    assert solved > 2_000  # not green by doing nothing
