"""What of a profile may leave: small counts as the gap table withholds them, less for the public."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest

from app.exports.gap_table import release_gaps
from app.exports.profile_data import profile_data
from layers.errors import RuleError
from layers.plan.plan import Plan
from layers.planning.profile import profile
from layers.policy import load_policy
from layers.release import PUBLIC
from tests.layers.planning.conftest import S1, A, B, C, at, line, plan_of

NUMBERS = ("have", "need", "gap", "unknown")
POLICY = load_policy()
DAY = datetime.date(2024, 6, 30)


def source(in_c: int = 6) -> SimpleNamespace:
    """2 of the 5 households of A have no toilet, 4 of 6 in B, `in_c` of 9 in C; a scheme gives A one in
    2024."""
    homes, toilets = [], []
    for code, x, without, many in ((A, 2, 2, 5), (B, 12, 4, 6), (C, 22, in_c, 9)):
        for n in range(many):
            homes.append({"code": f"{code}{n}", "gacha_code": code, "geom": at(x, 2)})
            toilets.append({"code": f"T{code}{n}", "household_code": f"{code}{n}", "geom": at(x, 2),
                            "state": "unimproved" if n < without else "accepted"})  # fmt: skip
    works = [
        {"code": "P1", "name": "甲路", "status": "approved", "budget": 10.0, "geom": line((1, 1), (4, 1))},
        {"code": "P2", "name": "乙路", "scheme": "甲案", "status": "idea", "geom": line((1, 3), (4, 3))},
    ]
    plan = plan_of(household=homes, toilet=toilets, proposed_line=works)
    scheme = {"service": "toilets", "quotas": {"2024": 10, "2025": 3}, "locks": [], "policy": "",
              "cells": {A: {"2024": 1}, B: {"2024": 3, "2025": 0}, C: {"2024": 6, "2025": 3}}}  # fmt: skip
    documents = {"scheme": {"甲案": scheme}, "adopted": {"toilets": "甲案"}}
    plan = Plan(plan.catalogue, plan.crs, plan.tables, documents)
    return SimpleNamespace(plan=plan, policy=POLICY, catalogue=plan.catalogue)


def test_a_page_withholds_what_the_gap_table_withholds_and_its_scheme_too():
    house = source()
    found = profile(house.plan, POLICY, A, on=DAY)
    data = profile_data(house, found)
    rows = found.gaps.rows
    released = release_gaps(house, rows, words=False)
    at_ = {key: released.keys.index(key) for key in NUMBERS}
    table = {(row.unit_code, row.service): [cells[at_[key]] for key in NUMBERS]
             for row, cells in zip(rows, released.rows, strict=True)}  # fmt: skip
    assert {row["service"]: [row[key] for key in NUMBERS] for row in data["services"]} == {
        service: cells for (code, service), cells in table.items() if code == A
    }
    toilets = next(row for row in data["services"] if row["service"] == "toilets")
    assert "*" in [toilets[key] for key in NUMBERS] and toilets["reason"] is None
    assert data["planned"][0]["by_year"]["2024"] == "*" and data["planned"][0]["by_year"]["2025"] == 0
    assert data["withheld"] > 0 and data["guarantees"]
    assert {work["code"] for work in data["works"]} == {"P1"}
    above = profile_data(house, profile(house.plan, POLICY, S1, on=DAY))
    assert above["planned"][0]["by_year"]["2024"] == "*", "a sum would give its only small part away"


def test_the_public_sees_no_scheme_no_budget_no_herd_and_no_ledger():
    house = source()
    data = profile_data(house, profile(house.plan, POLICY, A, on=DAY, scheme="甲案"), audience=PUBLIC)
    assert not {"ledger", "guarantees", "monitored", "livestock"} & set(data)
    assert data["planned"] == [] and data["scheme"] is None
    assert [work["code"] for work in data["works"]] == ["P1"]
    assert not {"budget", "scheme", "status"} & set(data["works"][0])


def test_where_sums_give_a_small_count_away_no_count_of_households_is_told():
    house = source(in_c=7)  # 2 have one in C, the only gacha of its sumu: the banner's sum says so
    found = profile(house.plan, POLICY, A, on=DAY, scheme="甲案")
    with pytest.raises(RuleError, match="small_count_exposed"):
        release_gaps(house, found.gaps.rows, words=False)
    data = profile_data(house, found)
    toilets = next(row for row in data["services"] if row["service"] == "toilets")
    assert [toilets[key] for key in NUMBERS] == ["*"] * 4 and data["households"] == "*"
    clinics = next(row for row in data["services"] if row["service"] == "clinics")
    assert clinics["need"] == 1, "what counts no households is told"
    assert {work["code"] for work in data["works"]} == {"P1", "P2"}
