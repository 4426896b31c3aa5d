"""Atoms that are kept back: by hand, and against every table that a reader could think of."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.small_atoms import kept_back


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([0, 5, 3], set()),
        ([2, 8, 5], {0, 2}),  # alone it is the total less the others: the smallest large one goes with it
        ([1, 2, 9], {0, 1}),  # 1 + 2 or 2 + 1
        ([1, 1, 9], {0, 1, 2}),  # 2 is 1 + 1
        ([2, 2, 9], {0, 1, 2}),  # 4 is 2 + 2
        ([1, 1, 1, 0], {0, 1, 2, 3}),  # no large one is there: the marks are all alike
        ([2, 0, 0], {0, 1, 2}),
    ],
)
def test_by_hand(counts, hidden):
    assert kept_back(counts, [range(len(counts))], small_count=3) == hidden


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=2, max_size=5), st.integers(3, 4))
def test_every_small_count_may_be_another(counts, few):
    """All tables with the same total: the reader knows what is shown, and which marks are small (where
    something is shown)."""
    total = sum(counts)
    hidden = sorted(kept_back(counts, [range(len(counts))], small_count=few))
    assert {at for at, value in enumerate(counts) if 0 < value < few} <= set(hidden)
    rest = total - sum(value for at, value in enumerate(counts) if at not in hidden)
    alike = len(hidden) == len(counts)
    limits = [
        range(1, few) if not alike and 0 < counts[at] < few else range(rest + 1) for at in hidden
    ]
    tables = [one for one in itertools.product(*limits) if sum(one) == rest]
    for place, at in enumerate(hidden):
        if 0 < counts[at] < few:
            assert len({one[place] for one in tables}) > 1
