"""The ledger step by step, and the four guarantees as counts that add up."""

from __future__ import annotations

import datetime

import pytest

from layers.errors import InputError, RuleError
from layers.planning.guarantees import guarantees
from layers.planning.ledger import advance, ledger
from layers.policy import load_policy

POLICY = load_policy()
DAY = datetime.date(2023, 6, 30)


def day(text):
    return datetime.date.fromisoformat(text)


def book(village, *rows, **more):
    items = [{"gacha_code": village.A, "guarantee": "water", **row} for row in rows]
    return village.plan_of(hardship=items, **more)


def test_one_item_goes_through_every_step_in_order(village):
    plan = book(village, {"code": "W1", "found_on": "2023-01-01"})
    for step, on in (("assigned", "2023-01-01"), ("done", "2023-03-01"), ("closed", "2023-03-01")):
        with pytest.raises(RuleError, match="ledger_not_next"):
            advance(plan, "W1", to="closed" if step != "closed" else "done", on=DAY)
        changes, before = advance(plan, "W1", to=step, on=day(on), unit="民政局")
        assert before.next_step == step
        plan = plan.apply(changes)  # the same day as the step before is in order
    (item,) = ledger(plan, POLICY, on=DAY).items
    assert (item.state, item.next_step, item.faults, item.overdue) == ("closed", None, (), False)
    assert item.unit_in_charge == "民政局"
    with pytest.raises(RuleError, match="ledger_not_next"):
        advance(plan, "W1", to="closed", on=DAY)


def test_dates_go_forward_and_somebody_is_in_charge(village):
    plan = book(village, {"code": "W1", "found_on": "2023-01-02"}, {"code": "W2"})
    with pytest.raises(RuleError, match="ledger_no_unit"):
        advance(plan, "W1", to="assigned", on=DAY)
    with pytest.raises(RuleError, match="ledger_before"):
        advance(plan, "W1", to="assigned", on=day("2023-01-01"), unit="x")
    with pytest.raises(RuleError, match="ledger_not_next"):
        advance(plan, "W2", to="assigned", on=DAY, unit="x")  # nobody knows when it was found
    with pytest.raises(InputError, match="ledger_step_unknown"):
        advance(plan, "W1", to="found", on=DAY)
    with pytest.raises(InputError, match="row_unknown"):
        advance(plan, "W9", to="done", on=DAY)
    with pytest.raises(InputError, match="ledger_absent"):
        advance(village.plan_of(), "W1", to="done", on=DAY)


@pytest.mark.parametrize(
    ("dates", "on", "due", "overdue"),
    [
        ({"found_on": "2023-01-01"}, "2023-01-16", "2023-01-16", False),  # 15 days, the last one too
        ({"found_on": "2023-01-01"}, "2023-01-17", "2023-01-16", True),
        ({"found_on": "2023-01-01", "assigned_on": "2023-01-05"}, "2023-06-30", "2023-06-30", False),
        ({"found_on": "2023-01-01", "assigned_on": "2023-01-05", "due_on": "2023-02-01"},
         "2023-02-02", "2023-02-01", True),
        ({"found_on": "2023-01-01", "assigned_on": "2023-01-05", "done_on": "2023-02-01"},
         "2023-03-03", "2023-03-03", False),
        ({"found_on": "2023-01-01", "assigned_on": "2023-01-05", "done_on": "2023-02-01",
          "closed_on": "2023-02-01"}, "2030-01-01", None, False),
    ],
)  # fmt: skip
def test_when_it_is_overdue(village, dates, on, due, overdue):
    (item,) = ledger(book(village, {"code": "W", **dates}), POLICY, on=day(on)).items
    assert (item.due.isoformat() if item.due else None, item.overdue) == (due, overdue)


def test_foreign_dates_are_read_as_they_are_and_their_faults_named(village):
    plan = book(
        village,
        {"code": "a", "found_on": "2023-05-01", "closed_on": "2023-06-01"},
        {"code": "b", "found_on": "2023-05-01", "assigned_on": "2023-04-01"},
        {"code": "c"},
    )
    items = {item.code: item for item in ledger(plan, POLICY, on=DAY).items}
    assert (items["a"].state, items["a"].faults) == ("closed", ("skipped",))
    assert (items["b"].state, items["b"].faults) == ("assigned", ("disorder",))
    assert (items["c"].state, items["c"].due) == ("unknown", None)
    found = ledger(plan, POLICY, on=DAY)
    assert sum(found.counts().values()) == 3 and found.items[-1].state == "closed"  # what is open comes first


HOMES = [
    # gacha, type, cleared, schooling, medical, housing, water
    ("A", "unstable", None, 1, 1, 1, 0),
    ("A", "marginal", None, 1, 0, None, 0),
    ("A", "sudden", "2023-06-30", 0, 0, 0, 0),  # cleared on the day: not monitored any more
    ("B", "sudden", "2023-07-01", 1, 1, 1, 1),  # cleared the day after: still is
    ("C", None, None, 0, 0, 0, 0),  # never was
]


def homes(village):
    return [
        {"code": f"h{at}", "gacha_code": getattr(village, gacha), "monitored": kind,
         "risk_cleared_on": cleared,
         "schooling_ok": one, "medical_ok": two, "housing_ok": three, "water_ok": four,
         "geom": village.at(5, 5)}
        for at, (gacha, kind, cleared, one, two, three, four) in enumerate(HOMES)
    ]  # fmt: skip


def test_the_four_guarantees_by_gacha_and_sumu(village):
    plan = book(village, {"code": "W1", "found_on": "2023-01-01"}, household=homes(village))
    found = guarantees(plan, POLICY, on=DAY)
    rows = {row.unit_code: row for row in found.rows}
    a, s1 = rows[village.A], rows[village.S1]
    assert (a.monitored, dict(a.by_type)) == (2, {"unstable": 1, "marginal": 1, "sudden": 0})
    assert dict(a.by_guarantee["water"]) == {"secured": 0, "missing": 2, "unknown": 0}
    assert dict(a.by_guarantee["housing"]) == {"secured": 1, "missing": 0, "unknown": 1}
    assert (a.open["water"], a.open["housing"]) == (1, 0)
    assert (s1.monitored, s1.by_type["sudden"], rows[village.C].monitored) == (3, 1, 0)
    for row in found.rows:
        assert sum(row.by_type.values()) == row.monitored
        assert all(sum(parts.values()) == row.monitored for parts in row.by_guarantee.values())
    for part in ("monitored",):
        gachas, sumus = found.of_level("gacha"), found.of_level("sumu")
        assert sum(getattr(row, part) for row in gachas) == sum(getattr(row, part) for row in sumus)


def test_without_households_or_ledger_nothing_is_zero(village):
    (row, *_) = guarantees(village.plan_of(), POLICY, on=DAY).rows
    assert row.monitored is None and set(row.open.values()) == {None}
    assert set(row.by_guarantee["water"].values()) == {None}
