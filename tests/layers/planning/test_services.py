"""Water, tests and sewage by hand, to the metre and to the day; sums by sumu; what is absent stays
unknown."""

from __future__ import annotations

import pytest

from layers.planning.gaps import METHODS, gaps
from layers.policy import load_policy

POLICY = load_policy()


def answer(plan, service, **options):
    """code -> row."""
    return {row.unit_code: row for row in gaps(plan, POLICY, services=[service], **options).rows}


def numbers(row):
    return row.have, row.gap, row.unknown, row.status


def water(village, works, homes):
    """Works as (x km, test, operating, height); households as (x km, height), all in A on one line."""
    return village.plan_of(
        water_work=[
            {"code": f"w{n}", "gacha_code": village.A, "supply": "well", "test": test, "operating": used,
             "elevation_m": height, "geom": village.at(x, 5)}
            for n, (x, test, used, height) in enumerate(works)
        ],
        household=[
            {"code": f"h{n}", "gacha_code": village.A, "elevation_m": height, "geom": village.at(x, 5)}
            for n, (x, height) in enumerate(homes)
        ],
    )  # fmt: skip


def test_both_readings_of_the_norm_and_their_limits(village):
    """One safe well at 1 km; households 800, 801, 1000 and 1001 m away. The limit itself is within."""
    plan = water(village, [(1, "pass", 1, None)], [(1.8, None), (1.801, None), (2.0, None), (2.001, None)])
    assert numbers(answer(plan, "water_near")[village.A]) == (3, 1, 0, "none")
    old = answer(plan, "water_near_2006")[village.A]
    assert numbers(old) == (1, 3, 0, "none") and old.reason.code == "water_near_flat"
    assert old.reason.fields["distance"] == "800" and old.reason.fields["median"] == "0.9"


def test_a_climb_is_judged_where_both_heights_are_known(village):
    """100 m of climb is within, 101 is not, unless a farther well lies lower; without a height it is not
    judged."""
    works = [(1.0, "pass", 1, 700.0), (1.5, "pass", 1, 850.0)]
    plan = water(village, works, [(0.9, 800.0), (0.9, 801.0), (0.4, 801.0), (0.9, None)])
    row = answer(plan, "water_near")[village.A]
    assert numbers(row) == (3, 1, 0, "none") and row.reason.code == "water_near"


@pytest.mark.parametrize(
    ("test", "used", "expected"),
    [("pass", 1, (1, 0, 0)), ("fail", 1, (0, 1, 0)), (None, 1, (0, 0, 1)), ("pass", None, (0, 0, 1)),
     ("pass", 0, (0, 1, 0)), ("fail", None, (0, 1, 0))],
)  # fmt: skip
def test_only_a_point_that_is_in_use_and_passed_is_safe(village, test, used, expected):
    row = answer(water(village, [(1, test, used, None)], [(1, None)]), "water_near")[village.A]
    assert (row.have, row.gap, row.unknown) == expected


def test_a_layer_taken_away_turns_its_column_to_unknown(village):
    full = water(village, [(1, "pass", 1, None)], [(1, None)])
    for gone, services in (
        ("water_work", ("water_near", "water_tests")),
        ("household", ("water_near", "sewage_mode")),
    ):
        plan = village.plan_of(
            {kind: rows_of(full, kind) for kind in ("water_work", "household") if kind != gone}
        )
        for service in services:
            row = answer(plan, service)[village.A]
            assert (row.have, row.status, row.reason.code) == (None, "unknown", "layer_absent")
    assert answer(full, "water_near")[village.B].reason.code == "no_households_here"


def rows_of(plan, kind):
    table = plan.tables[kind]
    return [table.row(int(fid)) for fid in table.fids]


def test_tests_in_date_overdue_failed_and_never(village):
    """Day: the end of 2023. A well is due after 12 months, a central supply after 3; a stated day goes
    first."""
    works = [
        ("well", "2022-12-31", None, "pass", 1),  # 365 days later is 2023-12-31: on the day it is in date
        ("well", "2022-12-30", None, "pass", 1),
        ("central", "2023-09-30", None, "pass", 1),  # 91 days: due on 2023-12-30
        ("central", "2023-10-01", None, "pass", 1),
        ("central", "2023-01-01", "2024-02-01", "pass", 1),
        ("well", "2023-12-01", None, "fail", 1),
        ("well", None, None, None, 1),
        ("well", "2023-12-01", None, "pass", None),
        ("well", "2020-01-01", None, "pass", 0),  # not in use: needs no test
    ]
    plan = village.plan_of(
        water_work=[
            {"code": f"w{n}", "gacha_code": village.A, "supply": supply, "tested_on": tested,
             "next_test": due,
             "test": result, "operating": used, "geom": village.at(1, 1)}
            for n, (supply, tested, due, result, used) in enumerate(works)
        ],
    )  # fmt: skip
    row = answer(plan, "water_tests", year=2023)[village.A]
    assert numbers(row) == (3, 3, 2, "none")
    assert {row.reason.fields[name] for name in ("late", "failed", "unknown")} == {2, 1}
    now = answer(plan, "water_tests")[village.A]  # without a year: the latest test on record
    assert now.reason.fields["day"] == "2023-12-01" and now.reason.fields["late"] == 0


def homes(village, *places):
    return [
        {"code": f"h{n}", "gacha_code": code, "geom": village.at(x, y)}
        for n, (code, x, y) in enumerate(places)
    ]


def test_sewage_by_nearness_and_spread(village):
    """A: 30 of 75 homes together (40 %), far from a town. B: its homes 3 km from the seat. C: all
    scattered."""
    far = [(village.A, 5, 5)] * 30 + [(village.A, 0.1 + at * 0.2, 9) for at in range(45)]
    near = [(village.B, 12, 5), (village.B, 12, 5)]
    loose = [(village.C, 20.2 + at * 0.2, 1) for at in range(10)]
    plants = [
        {"code": "p1", "gacha_code": village.A, "mode": "shared", "operating": 1, "geom": village.at(5, 5)},
        {"code": "p2", "gacha_code": village.A, "mode": "town", "operating": 1, "geom": village.at(5, 5)},
        {"code": "p3", "gacha_code": village.A, "mode": "shared", "operating": 0, "geom": village.at(5, 5)},
    ]
    plan = village.plan_of(household=homes(village, *far, *near, *loose), sewage_plant=plants)
    rows = answer(plan, "sewage_mode")
    assert [rows[code].reason.fields["mode"] for code in (village.A, village.B, village.C)] == [
        "shared", "town", "household",
    ]  # fmt: skip
    a, b = rows[village.A], rows[village.B]
    assert (a.have, a.status, a.reason.fields["share"], a.reason.fields["together"]) == (1, "none", "40", 30)
    assert (
        b.reason.fields["km"] == 3.0 and b.reason.fields["together"] == "—"
    )  # two homes are not written out
    fewer = village.plan_of(household=homes(village, *far[1:], *near))
    row = answer(fewer, "sewage_mode")[village.A]  # 29 homes together; and no layer of plants
    assert (row.reason.fields["mode"], row.have, row.status) == ("household", None, "unknown")


def test_gachas_add_up_to_their_sumu(village):
    states = ("accepted", "faulty", None, "built")
    plan = village.plan_of(
        household=homes(village, *((code, 5, 5) for code in (village.A, village.A, village.B, village.C))),
        toilet=[
            {"code": f"t{n}", "household_code": f"h{n}", "gacha_code": code, "state": state,
             "geom": village.at(5, 5)}
            for n, (code, state) in enumerate(
                zip((village.A, village.A, village.B, village.C), states, strict=True)
            )
        ],
    )  # fmt: skip
    result = gaps(plan, POLICY, services=["toilets"])
    one, two = result.sumu_rows("toilets")
    assert (one.unit_code, one.have, one.gap, one.unknown, one.status) == (village.S1, 1, 1, 1, "unknown")
    assert dict(one.parts) == {"accepted": 1, "faulty": 1, "": 1} and dict(two.parts) == {"built": 1}
    assert one.households + two.households == len(plan.tables["household"])
    assert gaps(plan, POLICY, services=["health_centre"]).sumu_rows("health_centre") == ()


def test_an_arrangement_names_its_ground(village):
    plan = village.plan_of(
        clinic=[],
        health_centre=[{"code": "c", "name": "卫生院", "operating": 1, "geom": village.at(15, 5)}],
        clinic_arrangement=[
            {"gacha_code": village.A, "way": "mobile", "host_code": "c", "ground": "remote"},
            {"gacha_code": village.B, "way": "mobile", "host_code": "c"},
        ],
    )
    rows = answer(plan, "clinics")
    assert rows[village.A].reason.fields["ground"] == "边远"
    assert rows[village.B].reason.fields["ground"] == "未填写" and rows[village.B].status == "exempt"


def test_every_method_of_the_catalogue_is_a_function():
    from layers.catalogue.registry import default_catalogue

    used: set[str] = {service.method for service, _ in default_catalogue().services()}
    assert used == set(METHODS)
