"""Batches against brute force, clashes that are smallest sets, and a hand-worked case."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.errors import RuleError
from layers.planning.crews import Crews, in_batches, possible


def ask(fair, needs, quotas, **more) -> Crews:
    needs = np.array(needs)
    return Crews(np.array(fair), needs[:, None] if needs.ndim == 1 else needs, np.array(quotas), **more)


def test_a_batch_worth_the_journey_moves_as_little_as_it_can():
    """Fair is 2 and 2 in each of two years; in batches of 4 each gacha has its own year: two toilets come a
    year late in one gacha, two a year early in the other, so the cumulative numbers are off by 2 + 2."""
    found = in_batches(ask([[2, 2], [2, 2]], [4, 4], [4, 4], batch=4))
    assert sorted(found.cells.sum(axis=2).tolist()) == [[0, 4], [4, 0]]
    assert (found.off, found.bound, found.optimal) == (4, 4, True)


def test_money_by_type_decides_the_types():
    """Two types at 1 and 3 (10,000 yuan); the budget of 8 for 4 toilets holds with two of each at the
    most."""
    found = in_batches(
        ask([[4]], [[4, 4]], [4], costs=np.array([1.0, 3.0]), budgets={(0, None): 8.0, (0, 0): 2.0})
    )
    assert found.cells.tolist() == [[[2, 2]]] and found.cost.tolist() == [8.0]


def holds(asked: Crews, cells: np.ndarray) -> bool:
    """The limits, said once more and plainly (one type)."""
    works = cells > 0
    for g, row in enumerate(works):
        years = np.flatnonzero(row)
        if asked.consecutive and len(years) and years[-1] - years[0] + 1 != len(years):
            return False
        least = min(asked.batch, int(asked.needs[g].sum()))
        if (cells[g][row] < least).any():
            return False
    return (
        (cells.sum(axis=0) == asked.quotas).all()
        and (cells.sum(axis=1) <= asked.needs.sum(axis=1)).all()
        and all(works[:, year].sum() <= most for year, most in asked.places.items())
        and all(cells[cell] == number for cell, number in asked.locks.items())
    )


@settings(max_examples=30)
@given(st.data())
def test_no_answer_is_nearer_and_a_clash_is_a_smallest_set(data):
    n, m = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 2))
    whole = st.integers(0, 3)
    needs = data.draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    fair = data.draw(st.lists(st.lists(whole, min_size=m, max_size=m), min_size=n, max_size=n))
    quotas = data.draw(st.lists(st.integers(0, 4), min_size=m, max_size=m))
    locks = {(0, 0): data.draw(whole)} if data.draw(st.booleans()) else {}
    places = {0: data.draw(st.integers(0, 2))} if data.draw(st.booleans()) else {}
    asked = ask(fair, needs, quotas, batch=data.draw(st.integers(0, 3)), places=places, locks=locks,
                consecutive=data.draw(st.booleans()))
    every = [np.array(cells).reshape(n, m) for cells in product(range(5), repeat=n * m)]
    offs = [int(np.abs(cells.cumsum(axis=1) - asked.fair.cumsum(axis=1)).sum())
            for cells in every if holds(asked, cells)]
    if offs:
        found = in_batches(asked)
        assert holds(asked, found.cells.sum(axis=2)) and found.off == min(offs) == found.bound
        return
    with pytest.raises(RuleError) as told:
        in_batches(asked)
    limits = told.value.fields["limits"]
    assert limits and not possible(asked, limits)
    assert all(possible(asked, [other for other in limits if other != one]) for one in limits)


def test_the_clash_is_named():
    """A quota of 5 in a year with room for one gacha whose need is 3."""
    with pytest.raises(RuleError) as told:
        in_batches(ask([[3], [2]], [3, 3], [5], places={0: 1}, batch=2, consecutive=True))
    assert set(told.value.fields["limits"]) == {("quota", 0), ("needs", None), ("places", 0)}
