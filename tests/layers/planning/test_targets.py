"""The target board by hand: quotas by year, shares with unknown units, figures, open targets."""

from __future__ import annotations

import pytest

from layers.planning.gaps import gaps
from layers.planning.targets import target_states
from layers.policy.bundle import load_policy
from layers.policy.values import Fixed


def state(village, target, layers, *, year=None):
    policy = village.policy_of(target)
    plan = village.plan_of(layers)
    return target_states(plan, policy, gaps(plan, policy, year=year), year=year)[0]


def toilets(*rows):
    return {
        "household": [{"code": "h"}],
        "toilet": [
            {"code": str(n), "household_code": "h", "state": kind, "accepted_on": date}
            for n, (kind, date) in enumerate(rows)
        ],
    }


QUOTA = {
    "level": "household",
    "unit": "toilet",
    "modality": "planned",
    "aggregate": "sum",
    "threshold": 5.0,
    "values": Fixed({2022: 2.0, 2023: 3.0}),
}


def test_a_quota_year_by_year(village):
    """Before the period and not accepted do not count; one without a date can be of any year."""
    target = village.target("toilets", "toilets", **QUOTA)
    rows = [
        ("accepted", "2022-01-01"),
        ("accepted", "2022-12-31"),
        ("rectified", "2023-06-01"),
        ("accepted", "2020-06-01"),
        ("faulty", "2022-06-01"),
        ("built", None),
    ]
    found = state(village, target, toilets(*rows))
    assert {number: (one.asked, one.delivered) for number, one in found.years.items()} == {
        2022: (2.0, 2.0),
        2023: (3.0, 1.0),
    }
    assert (found.value, found.asked, found.status, found.basis) == (3.0, 5.0, "short", "delivered")
    first = state(village, target, toilets(*rows), year=2022)
    assert (first.value, first.asked, first.status) == (2.0, 2.0, "met")
    doubtful = state(village, target, toilets(*rows, ("accepted", None), ("accepted", None)))
    assert (doubtful.value, doubtful.low, doubtful.high, doubtful.status, doubtful.undated) == (
        None,
        3.0,
        5.0,
        "unknown",
        2,
    )
    assert state(village, target, {}).status == "unknown"


@pytest.mark.parametrize(
    ("used", "value", "status"),
    [
        ((1, 1, 0), 200 / 3, "met"),
        ((1, None, None), None, "unknown"),
        ((1, 0, 0), 100 / 3, "short"),
        ((1, 1, None), None, "met"),
        ((0, 0, None), None, "short"),
    ],
)
def test_a_share_of_gachas_between_its_limits(village, used, value, status):
    target = village.target("waste", "waste", unit="percent", threshold=60.0)
    codes = (village.A, village.B, village.C)
    points = [
        {"code": code, "gacha_code": code, "facility": "collection", "operating": one}
        for code, one in zip(codes, used, strict=True)
    ]
    found = state(village, target, {"waste_point": points})
    assert found.value == (None if value is None else pytest.approx(value)) and found.status == status


def test_one_in_every_gacha_is_as_good_as_the_worst(village):
    target = village.target("fitness", "fitness")
    rows = [{"code": code, "gacha_code": code, "operating": 1} for code in (village.A, village.B)]
    short = state(village, target, {"fitness": rows})
    assert (short.value, short.status, short.good, short.units) == (0.0, "short", 2, 3)
    assert state(village, target, {}).status == "unknown"


def test_an_entered_figure_holds_for_its_year(village):
    target = village.target(
        "firms",
        "none_such",
        kind="figure",
        unit="firm",
        threshold=3.0,
        level="banner",
        values=Fixed({2022: 1.0, 2025: 3.0}),
    )
    rows = {
        "target_value": [
            {"code": "1", "target_id": "firms", "year": 2022, "value": 1},
            {"code": "2", "target_id": "firms", "year": 2024, "value": 2},
        ]
    }
    first, last = state(village, target, rows, year=2022), state(village, target, rows)
    assert (first.value, first.asked, first.status) == (1.0, 1.0, "met")
    assert (last.value, last.asked, last.status) == (2.0, 3.0, "short")
    assert state(village, target, rows, year=2021).status == "unknown"


def test_nothing_is_met_or_short_where_the_plan_states_no_threshold(village):
    target = village.target("fitness", "fitness", modality="raise", threshold=None, comparator=None)
    assert state(village, target, {"fitness": []}).status == "none"


def test_every_target_of_the_built_in_plan_has_a_state(village):
    policy = load_policy()
    plan = village.plan_of()
    states = target_states(plan, policy, gaps(plan, policy))
    assert [one.target.id for one in states] == [target.id for target in policy.targets]
    assert {one.status for one in states} == {"unknown", "none"}
    assert all(one.status == "none" for one in states if one.target.threshold is None)
