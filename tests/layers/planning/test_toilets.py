"""Toilets by year to gachas: on a banner worked by hand, the sample's quotas, schemes and what gaps say under
them."""

from __future__ import annotations

from fractions import Fraction

import pytest
import shapely

from layers.catalogue.registry import default_catalogue
from layers.errors import InputError, RuleError
from layers.geo.crs import PlanningCrs
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.gaps import gaps
from layers.planning.schemes import adopted_scheme, gaps_under, keep_scheme, read_scheme
from layers.planning.toilets import allocate
from layers.policy import load_policy

CATALOGUE = default_catalogue()
POLICY = load_policy()
# code -> (households served, households in need); the last gacha was never surveyed
NEEDS = {"150724100901": (2, 6), "150724100902": (0, 3), "150724100903": (5, 1), "150724100904": None}


def banner() -> Plan:
    """Four gachas side by side with households and toilets."""
    gachas, households, toilets = [], [], []
    for at, (code, need) in enumerate(NEEDS.items()):
        gachas.append(
            {
                "code": code,
                "name": f"第{at + 1}嘎查",
                "sumu_code": "150724100000",
                "geom": shapely.box(at * 100, 0, at * 100 + 100, 100),
            }
        )
        served, lacking = need or (0, 4)
        for number in range(served + lacking):
            household = f"{code}-{number}"
            households.append(
                {"code": household, "gacha_code": code, "geom": shapely.Point(at * 100 + 50, 50)}
            )
            if need:
                toilets.append(
                    {
                        "code": f"T{household}",
                        "household_code": household,
                        "gacha_code": code,
                        "state": "accepted" if number < served else "unimproved",
                        "geom": shapely.Point(at * 100 + 50, 50),
                    }
                )
    rows = {"gacha": gachas, "household": households, "toilet": toilets}
    return Plan(
        CATALOGUE,
        PlanningCrs.from_epsg(4549),
        {kind: Table.from_rows(CATALOGUE[kind], values) for kind, values in rows.items()},
    )


PLAN = banner()


def by_code(allocation):
    return {code[-1]: list(row.values()) for code, row in allocation.by_gacha().items()}


def test_worked_by_hand():
    # Quotients: A 6, 2, 1.2, 0.857, 0.667 ...; B 3, 1, 0.6; C 1. Order: A B A A B(1, before C by code) C A A
    # ...
    given = allocate(PLAN, POLICY, quotas={2022: 4, 2023: 3})
    assert by_code(given) == {"1": [3, 1], "2": [1, 1], "3": [0, 1], "4": [0, 0]}
    assert dict(given.total_by_year) == {2022: 4, 2023: 3}
    shares = {share.gacha_code[-1]: share for share in given.shares}
    assert [shares[code].limit for code in "1234"] == ["order", "order", "need_met", "unknown"]
    # A has 4: its last unit cost 6/7, the next is 6/9; B waits with 3/5, so A itself is next in line, then B.
    assert shares["1"].last == pytest.approx(6 / 7) and shares["1"].following == pytest.approx(6 / 9)
    assert shares["1"].runner_up.endswith("2") and shares["2"].runner_up.endswith("1")
    assert given.before.least == 0 and given.before.banner == pytest.approx(7 / 17)
    assert given.after.least == pytest.approx(2 / 3) and given.after.greatest == 1


def test_a_weight_moves_the_claim_but_not_the_cap():
    first = {"150724100902": Fraction(5)}
    given = allocate(PLAN, POLICY, quotas={2022: 4}, weights=first)
    assert by_code(given) == {"1": [1], "2": [3], "3": [0], "4": [0]}  # 15, 6, 5, 3 before 2


def test_locked_cells_stay_and_the_rest_is_solved_round_them():
    given = allocate(PLAN, POLICY, quotas={2022: 4, 2023: 3}, locks={("150724100901", 2022): 0})
    assert by_code(given)["1"][0] == 0 and dict(given.total_by_year) == {2022: 4, 2023: 3}
    assert by_code(given) == {"1": [0, 3], "2": [3, 0], "3": [1, 0], "4": [0, 0]}


@pytest.mark.parametrize(
    "arguments, limits",
    [
        ({"quotas": {2022: 11}}, {("quota", 11), ("need", 6), ("need", 3), ("need", 1), ("need", 0)}),
        ({"quotas": {2022: 5}, "locks": {("150724100902", 2022): 4}}, {("need", 3), ("lock", 4)}),
        ({"quotas": {2022: 2}, "locks": {("150724100901", 2022): 3}}, {("quota", 2), ("lock", 3)}),
    ],
)
def test_the_impossible_names_a_smallest_set_of_limits(arguments, limits):
    with pytest.raises(RuleError) as caught:
        allocate(PLAN, POLICY, **arguments)
    assert {(limit["limit"], limit["number"]) for limit in caught.value.fields["limits"]} == limits


@pytest.mark.parametrize(
    "arguments, code",
    [
        ({"quotas": {2022: -1}}, "quota_negative"),
        ({"quotas": {}}, "quota_missing"),
        ({"locks": {("x", 2022): 1}}, "lock_gacha_unknown"),
        ({"locks": {("150724100901", 1999): 1}}, "lock_year_unknown"),
        ({"locks": {("150724100901", 2022): -1}}, "lock_negative"),
        ({"weights": {"150724100901": 0}}, "weight_not_positive"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments, code):
    with pytest.raises(InputError) as caught:
        allocate(PLAN, POLICY, **arguments)
    assert caught.value.code == code


def test_a_scheme_is_kept_read_adopted_and_lowers_the_gaps_by_year():
    given = allocate(PLAN, POLICY, quotas={2022: 4, 2023: 3}, locks={("150724100902", 2022): 1})
    plan = PLAN.apply(keep_scheme(PLAN, " 甲 ", given, "toilets", adopt=True))
    scheme = read_scheme(plan, "甲")
    assert adopted_scheme(plan, "toilets") == "甲" and adopted_scheme(PLAN, "toilets") is None
    assert scheme.quotas == {2022: 4, 2023: 3} and scheme.locks == {("150724100902", 2022): 1}
    assert not keep_scheme(plan, "甲", given, "toilets", adopt=True)  # the same again changes nothing
    counted = gaps(plan, POLICY, services=("toilets",))
    left = {
        year: [row.gap for row in gaps_under(counted, scheme, year).of_service("toilets")]
        for year in (2021, 2022, None)
    }
    assert left[2021] == [6, 3, 1, None] and sum(left[2022][:3]) == 10 - 4 and sum(left[None][:3]) == 10 - 7
    with pytest.raises(InputError, match="scheme_unknown"):
        read_scheme(plan, "乙")
