"""Schemes as documents of the plan: copied, renamed, deleted; gaps and targets that answer for scheme and
year."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from layers.errors import InputError
from layers.plan.changes import Changes
from layers.planning.gaps import gaps
from layers.planning.schemes import (
    adopted_scheme,
    allocation_of,
    copy_scheme,
    delete_scheme,
    gaps_at,
    gaps_under,
    keep_scheme,
    read_scheme,
    rename_scheme,
    scheme_of,
    schemes,
    states_under,
)
from layers.planning.targets import target_states
from layers.planning.toilets import SERVICE, allocate
from tests.layers.planning.test_toilets import PLAN, POLICY

LOCK = {("150724100901", 2023): 3}
GIVEN = allocate(PLAN, POLICY, quotas={2022: 4, 2023: 3}, locks=LOCK)
KEPT = PLAN.apply(keep_scheme(PLAN, "甲案", GIVEN, SERVICE, adopt=True))


def serve_all() -> Changes:
    """Every household that was surveyed gets an accepted toilet."""
    table = PLAN.table("toilet")
    return Changes(
        rows=tuple(
            table.update(int(fid), {"state": "accepted"})
            for fid in table.fids
            if table.row(int(fid))["state"] != "accepted"
        )
    )


def test_a_copy_is_another_scheme_and_leaves_the_first_adopted():
    plan = KEPT.apply(copy_scheme(KEPT, "甲案", " 乙案 "))
    assert [one.name for one in schemes(plan)] == sorted(["甲案", "乙案"])
    assert read_scheme(plan, "乙案").cells == read_scheme(plan, "甲案").cells
    assert adopted_scheme(plan, SERVICE) == "甲案"
    with pytest.raises(InputError) as fault:
        copy_scheme(plan, "甲案", "乙案")
    assert fault.value.code == "scheme_taken"
    with pytest.raises(InputError) as fault:
        copy_scheme(plan, "丙案", "丁案")
    assert fault.value.code == "scheme_unknown"


def test_renaming_takes_the_adoption_along_and_deleting_takes_it_away():
    plan = KEPT.apply(rename_scheme(KEPT, "甲案", "定稿"))
    assert [one.name for one in schemes(plan)] == ["定稿"] and adopted_scheme(plan, SERVICE) == "定稿"
    assert not rename_scheme(KEPT, "甲案", " 甲案 ")
    with pytest.raises(InputError) as fault:
        rename_scheme(KEPT, "甲案", "  ")
    assert fault.value.code == "scheme_unnamed"
    changes = delete_scheme(plan, "定稿")
    gone = plan.apply(changes)
    assert schemes(gone) == () and gone.document("adopted", SERVICE) is None
    assert gone.apply(changes.inverse()).documents == plan.documents


def test_a_kept_scheme_comes_back_with_its_numbers_even_where_they_no_longer_fit():
    counted = gaps(PLAN, POLICY, services=(SERVICE,))
    again = allocation_of(read_scheme(KEPT, "甲案"), counted)
    assert np.array_equal(again.cells, GIVEN.cells) and again.locks == LOCK and again.after == GIVEN.after
    assert [share.why for share in again.shares] == [share.why for share in GIVEN.shares]
    less = PLAN.apply(serve_all())
    today = allocation_of(read_scheme(KEPT, "甲案"), gaps(less, POLICY, services=(SERVICE,)))
    assert np.array_equal(today.cells, GIVEN.cells), "numbers that were kept do not change by themselves"
    assert {share.need for share in today.shares} == {0, None}


def test_gaps_answer_for_the_year_and_a_threshold_is_met_by_what_a_scheme_delivers():
    scheme = scheme_of("甲案", GIVEN, SERVICE)
    assert scheme.cells == read_scheme(KEPT, "甲案").cells
    now = gaps(PLAN, POLICY)
    before = gaps_at(PLAN, POLICY, year=2021, scheme=scheme)
    after = gaps_at(PLAN, POLICY, year=2022, scheme=scheme)
    assert [row.gap for row in before.of_service(SERVICE)] == [row.gap for row in now.of_service(SERVICE)]
    less = [
        (row.gap or 0) - (late.gap or 0)
        for row, late in zip(now.of_service(SERVICE), after.of_service(SERVICE), strict=True)
    ]
    assert less == [scheme.through(row.unit_code, 2022) for row in now.of_service(SERVICE)] and sum(less) == 4
    assert after.of_service("clinics") == gaps(PLAN, POLICY, year=2022).of_service("clinics")
    assert after.provenance.year == 2022
    short = replace(
        now, rows=tuple(replace(row, status="short") for row in now.of_service(SERVICE) if row.gap)
    )
    served = gaps_under(
        short, replace(scheme, cells={row.unit_code: {2022: row.gap} for row in short.rows}), 2022
    )
    assert {(row.gap, row.status) for row in served.rows} == {(0, "met")}
    assert {row.status for row in gaps_under(short, scheme, 2021).rows} == {"short"}


def test_targets_say_what_was_delivered_and_what_is_planned_apart():
    scheme = scheme_of("甲案", GIVEN, SERVICE)
    states = target_states(PLAN, POLICY, gaps(PLAN, POLICY, year=2022), year=2022)
    under = states_under(states, scheme, 2022)
    quota = next(one for one in under if one.target.id == "toilets")
    plain = next(one for one in states if one.target.id == "toilets")
    assert (quota.scheme, quota.planned) == ("甲案", 4) and quota.years[2023].planned == 3
    assert (quota.value, quota.status) == (plain.value, plain.status), "what is planned is not built"
    assert all(one.planned is None for one in under if one.target.id != "toilets")
