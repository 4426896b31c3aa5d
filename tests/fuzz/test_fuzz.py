"""The short run: every format damaged a few times; and that the look-out sees what it looks for."""

from __future__ import annotations

import numpy as np
import pytest

from layers.exchange.source import Flag, RawLayer
from tests.fuzz.run import run, unaccounted
from tests.fuzz.seeds import make_seeds, small_plan

ROUNDS = 4


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    return make_seeds(tmp_path_factory.mktemp("seeds"))


def test_no_damage_brings_it_down_or_loses_a_row(seeds, tmp_path):
    report = run(seeds, small_plan(), tmp_path, seed=20211123, rounds=iter(range(ROUNDS)))
    assert report.faults == []
    assert sum(report.outcomes.values()) == ROUNDS * len(seeds) and len(seeds) >= 13
    outcomes = {outcome for _, outcome in report.outcomes}
    assert {"read", "flagged"} <= outcomes and len(outcomes) > 6, "the damage does nothing"


def test_a_lost_row_is_seen():
    layer = RawLayer("x", 3, [1, 2], {}, np.empty(2, object))
    assert unaccounted(layer) == 1
    layer.flags.append(Flag(3, "shape_cut"))
    assert unaccounted(layer) == 0
    layer.flags.append(Flag(2, "repaired", kept=True))
    assert unaccounted(layer) == 0
