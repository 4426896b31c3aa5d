"""Siting against published optima, brute force, and by its promises."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.errors import InputError, RuleError
from layers.planning.siting import OBJECTIVES, site

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def pmed1() -> np.ndarray:
    """All shortest ways of instance pmed1 (100 vertices): Beasley, OR-Library, 1985; a later line replaces an
    earlier."""
    from scipy.sparse.csgraph import floyd_warshall

    lines = (HERE / "published" / "pmed1.txt").read_text("ascii").splitlines()
    costs = np.full((100, 100), np.inf)
    for line in lines[1:]:
        a, b, metres = map(int, line.split())
        costs[a - 1, b - 1] = costs[b - 1, a - 1] = metres
    return floyd_warshall(costs, directed=False)


def test_the_published_optimum_of_the_p_median(pmed1):
    """Beasley 1985: pmed1, p = 5, 5819."""
    found = site(pmed1, np.ones(100), objective="median", number=5)
    assert (found.value, found.bound, found.optimal) == (5819, pytest.approx(5819), True)
    assert found.served == found.total == 100


def test_the_published_optimum_of_the_p_center(pmed1):
    """Pullan 2008 and others: pmed1, p = 5, 127."""
    found = site(pmed1, np.ones(100), objective="center", number=5)
    assert (found.value, found.bound) == (127, 127)


def test_cover_and_coverage_meet_at_the_published_radius(pmed1):
    """Within 127 five sites reach all 100 vertices, within 126 they cannot: both follow from the p-center of
    127."""
    reach_all = site(pmed1, np.ones(100), objective="cover", reach=127)
    assert len(reach_all.new) == 5 and reach_all.served == 100
    assert len(site(pmed1, np.ones(100), objective="cover", reach=126).new) > 5
    assert site(pmed1, np.ones(100), objective="coverage", reach=127, number=5).served == 100
    assert site(pmed1, np.ones(100), objective="coverage", reach=126, number=5).served < 100


def value_of(costs, weights, chosen, objective, reach):
    near = np.where(costs <= reach, costs, np.inf)[:, list(chosen)].min(axis=1, initial=np.inf)
    if objective == "coverage":
        return -weights[np.isfinite(near)].sum()
    can = (np.isfinite(costs) & (costs <= reach)).any(axis=1)
    if not np.isfinite(near[can]).all():
        return np.inf
    return (weights[can] * near[can]).sum() if objective == "median" else near[can].max(initial=0)


@settings(max_examples=40)
@given(st.data())
def test_no_choice_is_better(data):
    clients, sites = data.draw(st.integers(1, 7)), data.draw(st.integers(1, 6))
    some = st.one_of(st.integers(0, 12).map(float), st.just(np.inf))
    costs = np.array(data.draw(st.lists(st.lists(some, min_size=sites, max_size=sites), min_size=clients,
                                        max_size=clients)))
    weights = np.array(data.draw(st.lists(st.integers(0, 5), min_size=clients, max_size=clients)), float)
    reach = data.draw(st.sampled_from([3.0, 8.0, np.inf]))
    existing = data.draw(st.sets(st.integers(0, sites - 1), max_size=2))
    number = data.draw(st.integers(0, sites))
    least = min(
        (size for size in range(sites + 1)
         for more in combinations(sorted(set(range(sites)) - existing), size)
         if np.isfinite(value_of(costs, weights, existing | set(more), "center", reach))),
        default=0,
    )
    assert len(site(costs, weights, objective="cover", reach=reach, existing=existing).new) == least
    for objective in ("coverage", "median", "center"):
        ask = {"objective": objective, "number": number, "reach": reach, "existing": existing}
        spare = sorted(set(range(sites)) - existing)
        if objective != "coverage" and number < least:
            with pytest.raises(RuleError) as told:
                site(costs, weights, **ask)
            assert told.value.code == "siting_too_few" and told.value.fields["least"] == least
            continue
        best = min(value_of(costs, weights, existing | set(more), objective, reach)
                   for size in range(min(number, len(spare)) + 1) for more in combinations(spare, size))
        found = site(costs, weights, **ask)
        assert abs(found.value) == pytest.approx(abs(best)) and found.optimal
        assert len(found.new) <= number and existing <= set(found.chosen)


def test_a_swap_named_as_runner_up_is_worth_what_it_says():
    costs = np.array([[1.0, 5, 9], [5, 1, 6], [9, 6, 2]])
    found = site(costs, np.array([10.0, 1, 1]), objective="median", number=1)
    # alone: site 0 costs 10 + 5 + 9, site 1 50 + 1 + 6, site 2 90 + 6 + 2
    assert found.new == (0,) and found.value == 24
    assert (found.choices[0].runner_up, found.choices[0].runner_up_value) == (1, 57)


def test_reach_counts_its_own_end_and_unreachable_clients_are_named():
    costs = np.array([[15.0, 30], [15.001, 30], [np.inf, np.inf]])
    found = site(costs, np.array([2.0, 3, 4]), objective="coverage", number=1, reach=15)
    assert (found.served, found.total, found.unreachable) == (2, 9, (1, 2))
    assert found.site_of.tolist() == [0, -1, -1] and found.share == pytest.approx(2 / 9)


def test_capacities_share_clients_out_and_say_when_there_is_no_room():
    costs = np.array([[1.0, 4], [1, 4], [2, 3]])
    weights = np.array([4.0, 4, 4])
    found = site(costs, weights, objective="median", number=2, capacities=[6, 10])
    # 6 of the weight goes to site 0: the clients with most to gain by it (3 a piece of the first two)
    assert found.value == pytest.approx(6 * 1 + 2 * 4 + 4 * 3) and found.served == 12
    assert found.shares.sum(axis=1).tolist() == pytest.approx([1, 1, 1])
    assert (weights[:, None] * found.shares).sum(axis=0).tolist() == pytest.approx([6, 6])
    with pytest.raises(RuleError) as told:
        site(costs, weights, objective="cover", capacities=[5, 6])
    assert told.value.code == "siting_no_room"
    assert told.value.fields == {"fits": pytest.approx(11), "wanted": 12}
    assert site(costs, weights, objective="coverage", number=1, capacities=[5, 6]).served == pytest.approx(6)


def test_forbidden_sites_are_not_taken_and_existing_ones_stay():
    costs = np.array([[1.0, 2, 3]])
    found = site(costs, np.ones(1), objective="median", number=1, forbidden=[0], existing=[2])
    assert (found.chosen, found.new, found.value) == ((1, 2), (1,), 2)
    with pytest.raises(RuleError) as told:
        site(costs, np.ones(1), objective="cover", forbidden=[0, 1, 2])
    assert told.value.code == "siting_no_candidates"


@pytest.mark.parametrize(("wrong", "code"), [
    ({"number": None}, "siting_number"), ({"objective": "best"}, "siting_objective"),
    ({"weights": np.ones(2)}, "siting_shape"), ({"costs": np.array([[-1.0]])}, "siting_negative"),
    ({"existing": [4]}, "siting_shape"),
])
def test_what_cannot_be_meant_is_refused(wrong, code):
    asked = {"costs": np.ones((1, 1)), "weights": np.ones(1), "objective": "median", "number": 1, **wrong}
    with pytest.raises(InputError) as told:
        site(asked.pop("costs"), asked.pop("weights"), **asked)
    assert told.value.code == code


def test_a_larger_p_median_is_proven_and_the_same_twice():
    rng = np.random.default_rng(5)
    clients, sites = rng.random((300, 2)), rng.random((60, 2))
    costs = np.hypot(*(clients[:, None] - sites[None]).transpose(2, 0, 1))
    weights = rng.integers(1, 9, 300).astype(float)
    one, two = (site(costs, weights, objective="median", number=8) for _ in range(2))
    assert one.optimal and one.chosen == two.chosen and one.value == two.value
    assert set(OBJECTIVES) == {"cover", "coverage", "median", "center"}
