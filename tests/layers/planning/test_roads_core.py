"""Steiner trees against brute force and hand-worked ones; phasing against brute force and the greedy
answer."""

from __future__ import annotations

from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.errors import RuleError
from layers.planning import steiner
from layers.planning.phasing import LATER, phase
from layers.planning.steiner import steiner_tree

HERE = Path(__file__).parent


def tree(edges, root, terminals):
    a, b, cost = np.array(edges, float).T
    return steiner_tree(a.astype(int), b.astype(int), cost, root, np.array(terminals))


def test_a_junction_that_nobody_asked_for_is_worth_it():
    """Three terminals round a hub at 1 each, 1.9 between neighbours: the hub's star of 4 beats any tree
    without it (5.7)."""
    rim = [(0, 1, 1.9), (1, 2, 1.9), (2, 3, 1.9), (3, 0, 1.9)]
    found = tree([*rim, *((4, corner, 1.0) for corner in range(4))], 0, [1, 2, 3])
    assert (found.cost, found.optimal, found.edges.tolist()) == (4.0, True, [4, 5, 6, 7])


def test_the_unit_cube():
    """All eight corners of a cube need seven edges. Four corners no two of which are neighbours need five: no
    other corner is a neighbour of all four, so two more are needed, and six corners hang together by five
    edges."""
    corners = list(product((0, 1), repeat=3))
    number = {corner: at for at, corner in enumerate(corners)}
    edges = [(number[one], number[other], 1.0) for one, other in combinations(corners, 2)
             if sum(x != y for x, y in zip(one, other, strict=True)) == 1]
    assert tree(edges, 0, list(range(1, 8))).cost == 7
    even = [number[corner] for corner in corners if sum(corner) % 2 == 0]
    assert tree(edges, even[0], even[1:]).cost == 5


@pytest.mark.parametrize(("instance", "optimum"), [("steiner001", 503), ("steiner009", 926)])
def test_the_published_optimum_of_a_steiner_tree(instance, optimum):
    """PACE 2018, track 1; the edges are given in two orders."""
    lines = (HERE / "published" / f"{instance}.gr").read_text("ascii").splitlines()
    edges = [tuple(map(int, line.split()[1:])) for line in lines if line.startswith("E ")]
    root, *terminals = [int(line.split()[1]) for line in lines if line.startswith("T ")]
    for listed in (edges, edges[::-1]):
        found = tree(listed, root, terminals)
        assert (found.cost, found.optimal, found.cut_off) == (optimum, True, ())
        assert sum(listed[at][2] for at in found.edges) == optimum


def test_a_terminal_without_any_way_is_named():
    found = tree([(0, 1, 2.0), (2, 3, 1.0)], 0, [1, 3])
    assert (found.cost, found.cut_off) == (2.0, (3,))


@settings(max_examples=60)
@given(st.data())
def test_no_tree_is_cheaper(data):
    nodes = data.draw(st.integers(2, 6))
    pairs = list(combinations(range(nodes), 2))
    edges = [(*pair, float(data.draw(st.integers(0, 6)))) for pair in
             data.draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=9, unique=True))]
    terminals = sorted(data.draw(st.sets(st.integers(0, nodes - 1), min_size=1, max_size=4)))

    def joined(chosen):
        reached, changed = {0}, True
        while changed:
            changed = False
            for a, b, _ in chosen:
                if (a in reached) != (b in reached):
                    reached |= {a, b}
                    changed = True
        return reached

    reachable = [node for node in terminals if node in joined(edges)]
    best = min(sum(edge[2] for edge in chosen)
               for size in range(len(edges) + 1) for chosen in combinations(edges, size)
               if set(reachable) <= joined(chosen))
    found = tree(edges, 0, terminals)
    assert found.cost == pytest.approx(best) and found.optimal
    assert set(found.cut_off) == set(terminals) - set(reachable)
    assert set(reachable) <= joined([edges[at] for at in found.edges])


def test_a_large_graph_has_a_tree_and_a_bound_below_it(monkeypatch):
    monkeypatch.setattr(steiner, "LARGEST", 0)
    rng = np.random.default_rng(3)
    edges = [(x + 12 * y, x + dx + 12 * (y + dy), float(rng.integers(1, 20)))
             for x in range(12) for y in range(12) for dx, dy in ((1, 0), (0, 1)) if x + dx < 12 and y + dy <
             12]
    rough = tree(edges, 0, [143, 60, 11, 77])
    monkeypatch.undo()
    exact = tree(edges, 0, [143, 60, 11, 77])
    assert 0 < rough.bound <= exact.cost <= rough.cost and exact.optimal


@settings(max_examples=40)
@given(st.data())
def test_no_phasing_serves_more(data):
    projects, years = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 3))
    whole = st.integers(0, 5)
    cost = np.array(data.draw(st.lists(whole, min_size=projects, max_size=projects)), float)
    groups = data.draw(st.integers(1, 3))
    ways = st.sets(st.integers(0, projects - 1), max_size=projects)
    needs = [sorted(data.draw(ways)) for _ in range(groups)]
    households = np.array(data.draw(st.lists(whole, min_size=groups, max_size=groups)))
    budgets = np.array(data.draw(st.lists(st.integers(0, 8), min_size=years, max_size=years)), float)

    def value(plan):
        if any(sum(cost[one] for one in range(projects) if plan[one] == year) > budgets[year] for year in
        range(years)):
            return -1
        return sum(number * (years - max(plan[one] for one in own))
                   for own, number in zip(needs, households.tolist(), strict=True)
                   if own and all(plan[one] != LATER for one in own))

    best = max(map(value, product(range(-1, years), repeat=projects)))
    found = phase(cost, needs, households, budgets)
    assert found.value == pytest.approx(best) == pytest.approx(value(found.year.tolist()))
    assert found.value >= found.greedy and found.optimal


def test_locks_are_kept_and_a_lock_without_money_is_said():
    """Two projects of 3; the one with fewer households is locked into the first year, in which only one
    fits."""
    found = phase(np.array([3.0, 3.0]), [[0], [1]], np.array([10, 1]), np.array([3.0, 3.0]), locks={1: 0})
    assert found.year.tolist() == [1, 0] and found.value == 10 * 1 + 1 * 2
    with pytest.raises(RuleError) as told:
        phase(np.array([3.0]), [[0]], np.array([1]), np.array([2.0]), locks={0: 0})
    assert told.value.fields == {"year": 0, "money": 2.0, "locked": 3.0}
