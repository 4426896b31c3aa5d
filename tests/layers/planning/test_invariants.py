"""What must hold for every plan: order is of no account, progress is never punished, absence is not zero."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.plan.changes import Changes
from layers.planning.gaps import gaps

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STATES = ("unimproved", "planned", "built", "accepted", "faulty", "rectified", None)
homes = st.lists(
    st.tuples(
        st.integers(0, 300), st.sampled_from((None, 0, 1, 2)), st.lists(st.sampled_from(STATES), max_size=3)
    ),
    max_size=12,
)
roads = st.lists(
    st.tuples(
        st.sampled_from([5, 9, 12, 15, 20, 25]),
        st.sampled_from([5, 9, 12, 15, 20, 25]),
        st.sampled_from([0, 1, None]),
    ),
    max_size=8,
)


def rows_of(village, drawn):
    codes = (village.A, village.B, village.C)
    households = [
        {"code": f"h{n}", "gacha_code": None if code is None else codes[code], "geom": village.at(x / 10, 3)}
        for n, (x, code, _) in enumerate(drawn)
    ]
    toilets = [
        {"code": f"t{n}-{m}", "household_code": f"h{n}", "state": state, "geom": village.at(x / 10, 3)}
        for n, (x, _, states) in enumerate(drawn)
        for m, state in enumerate(states)
    ]
    return households, toilets


def road_rows(village, drawn):
    return [
        {"code": str(n), "passable": open_, "geom": village.line((one, 5), (other, 5))}
        for n, (one, other, open_) in enumerate(drawn)
        if one != other
    ]


def numbers(result):
    return [
        (
            row.service,
            row.unit_code,
            row.have,
            row.need,
            row.gap,
            row.unknown,
            row.status,
            row.reason.code,
            row.households,
        )
        for row in result.rows
    ]


@quick
@given(homes, roads, st.integers(0, 10**6))
def test_the_order_of_rows_changes_nothing(village, drawn, network, seed):
    households, toilets = rows_of(village, drawn)
    layers = {"household": households, "toilet": toilets, "road": road_rows(village, network)}
    mixed = {}
    for kind, rows in {**village.UNITS, **layers}.items():
        mixed[kind] = random.Random(seed).sample(rows, len(rows))
    policy = village.policy_of(village.target("t", "road", unit="percent", threshold=100.0))
    assert numbers(gaps(village.plan_of(layers), policy)) == numbers(
        gaps(village.plan_of(mixed, units={}), policy)
    )


@quick
@given(homes, st.integers(0, 50))
def test_an_accepted_toilet_never_raises_the_need(village, drawn, which):
    households, toilets = rows_of(village, drawn)
    known = [at for at, row in enumerate(toilets) if row["state"] is not None]
    if not known:
        return
    before = village.plan_of({"household": households, "toilet": toilets})
    change = before.table("toilet").update(known[which % len(known)] + 1, {"state": "accepted"})
    first, then = (
        gaps(plan, village.policy_of(), services=["toilets"]).rows
        for plan in (before, before.apply(Changes((change,))))
    )
    for old, new in zip(first, then, strict=True):
        assert (new.need or 0) <= (old.need or 0) and (new.have or 0) >= (old.have or 0)


@quick
@given(homes)
def test_every_household_is_counted_once_or_left_out(village, drawn):
    households, toilets = rows_of(village, drawn)
    result = gaps(
        village.plan_of({"household": households, "toilet": toilets}),
        village.policy_of(),
        services=["toilets"],
    )
    for row in result.rows:
        assert (row.have or 0) + (row.need or 0) + row.unknown == row.households
    assert sum(row.households for row in result.rows) + result.left_out["toilets"] == len(households)


@quick
@given(roads, st.integers(0, 7))
def test_opening_a_road_never_cuts_anyone_off(village, network, which):
    rows = road_rows(village, network)
    if not rows:
        return
    opened = [dict(row) for row in rows]
    opened[which % len(rows)]["passable"] = 1
    policy = village.policy_of(village.target("t", "road", unit="percent", threshold=100.0))
    first, then = (
        gaps(village.plan_of({"road": one}), policy, services=["road"]).rows for one in (rows, opened)
    )
    assert all(new.status == "met" for old, new in zip(first, then, strict=True) if old.status == "met")


def test_without_any_layer_but_the_units_everything_is_unknown(village):
    rows = gaps(village.plan_of(), village.policy_of()).rows
    assert rows and {row.status for row in rows} == {"unknown"}
    assert all(row.have is None and row.gap is None for row in rows)


def test_a_moved_point_counts_where_it_stands_now(village):
    """The containment of a table's base is remembered; rows that an edit touched are asked again."""
    plan = village.plan_of(
        {
            "fitness": [
                {"code": "1", "operating": 1, "geom": village.at(5, 5)},
                {"code": "2", "operating": 1, "geom": village.at(5, 6)},
            ]
        }
    )
    table = plan.table("fitness")
    edits = (
        table.update(1, {"geom": village.at(25, 5)}),
        table.delete(2),
        table.insert({"code": "3", "operating": 1, "geom": village.at(15, 5)}),
    )
    moved = plan.apply(Changes(edits))
    counts = [
        [row.have for row in gaps(one, village.policy_of(), services=["fitness"]).rows]
        for one in (plan, moved, plan, moved.apply(Changes(edits).inverse()))
    ]
    assert counts == [[2, 0, 0], [0, 1, 1], [2, 0, 0], [2, 0, 0]]
    border = plan.table("gacha").update(1, {"geom": village.box(0, 0, 4, 10)})
    shrunk = gaps(plan.apply(Changes((border,))), village.policy_of(), services=["fitness"])
    assert [row.have for row in shrunk.rows] == [0, 0, 0] and shrunk.left_out["fitness"] == 2
