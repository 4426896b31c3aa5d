"""States of projects and what each step asks for: hand-worked rows."""

from __future__ import annotations

import pytest

from layers.planning.projects import MET, MISSING, NOT_ASKED, UNKNOWN, checks_of, refusals
from layers.policy import load_policy

POLICY = load_policy()
READY = {
    "performance_target": "受益 20 户",
    "document": "旗发改〔2022〕1 号",
    "named_in_plan": 1,
    "eia_state": "approved",
    "eia_document": "环评〔2022〕3 号",
    "eia_on": "2022-04-30",
    "begun_on": "2022-05-01",
}


def refused(before, after):
    return {check.need.id for check in refusals(before, after, POLICY)}


@pytest.mark.parametrize(
    ("state", "lacking", "expected"),
    [
        ("idea", {}, set()),
        ("reserve", {"performance_target": None}, {"performance"}),
        ("reserve", {"performance_target": "  "}, {"performance"}),
        ("reserve", {"document": None}, set()),
        ("approved", {"document": None}, {"approval"}),
        ("building", {}, set()),
        ("building", {"eia_state": "submitted"}, {"assessment"}),
        ("building", {"eia_document": None}, {"assessment"}),
        ("building", {"eia_on": "2022-05-01"}, set()),  # on the day that work begins
        ("building", {"eia_on": "2022-05-02"}, {"assessment"}),
        ("building", {"eia_state": "exempt", "eia_document": None, "eia_on": None}, set()),
        ("building", {"named_in_plan": 0, "eia_state": None}, set()),
        ("building", {"named_in_plan": None}, {"assessment"}),  # not known is not "no"
        ("done", {"performance_target": None, "document": None}, {"performance", "approval"}),
    ],
)
def test_a_step_forward_needs_everything_that_binds_up_to_it(state, lacking, expected):
    row = {**READY, **lacking}
    assert refused({**row, "status": "idea"}, {**row, "status": state}) == expected


def test_a_project_that_came_with_a_gap_may_be_worked_on_but_loses_nothing_it_rests_on():
    came = {**READY, "performance_target": None, "status": "reserve"}
    assert refused(came, {**came, "note": "x"}) == set()
    assert refused(came, {**came, "status": "approved"}) == {"performance"}
    assert refused(came, {**came, "status": "idea"}) == set()
    whole = {**READY, "status": "building"}
    assert refused(whole, {**whole, "document": None}) == {"approval"}
    assert refused({}, {**READY, "performance_target": None, "status": "reserve"}) == {"performance"}


def test_checks_name_their_clause_and_hold_only_where_the_policy_has_it():
    checks = {check.need.id: check for check in checks_of({"status": "building"}, POLICY, "building")}
    assert (checks["performance"].state, checks["performance"].chapter) == (MISSING, "3.4")
    assert (checks["assessment"].state, checks["assessment"].chapter) == (UNKNOWN, "7.4")
    assert checks["approval"].chapter == ""
    named = {
        check.need.id: check.state for check in checks_of({**READY, "named_in_plan": 0}, POLICY, "building")
    }
    assert named["assessment"] == NOT_ASKED and named["performance"] == MET

    class Other:
        targets = ()

    assert {check.need.id for check in checks_of({}, Other(), "building")} == {"funds", "approval", "begun"}
    assert checks_of({}, POLICY, None) == ()
