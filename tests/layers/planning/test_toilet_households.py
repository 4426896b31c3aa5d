"""Toilets to households on a small banner: order, types, clearances, refusals, all hand-worked."""

from __future__ import annotations

import dataclasses

import pytest
import shapely

from layers.planning.toilet_fit import spot
from layers.planning.toilet_households import candidates, proposed_rows, to_households
from layers.policy import load_policy
from tests.layers.planning.conftest import A, B, at, box, plan_of


def house(code, x, y, gacha=A, **more):
    return {"code": code, "gacha_code": gacha, "geom": at(x, y), "toilet_willing": True, **more}


def toilet(code, state="unimproved"):
    return {"code": f"T{code}", "household_code": code, "state": state}


HOUSES = [
    house("h1", 1, 1), house("h2", 1.1, 1), house("h3", 1, 1.1), house("h4", 1.1, 1.1),  # near each other
    house("h5", 8, 8, monitored="sudden"), house("h6", 4, 4, toilet_willing=None), house("h7", 5, 5,
    toilet_willing=False),
    house("h8", 15, 5, gacha=B, out_of_poverty=True), house("h9", 12, 5, gacha=B),
]
TOILETS = [toilet("h1"), toilet("h2", "faulty"), toilet("h3"), toilet("h4", "accepted"), toilet("h5"),
toilet("h6"),
           toilet("h7"), toilet("h8"), toilet("h9")]


@pytest.fixture(scope="module")
def plan():
    return plan_of(
        household=HOUSES, toilet=TOILETS,
        water_source_zone=[{"code": "z", "level": "first", "geom": box(11, 4, 13, 6)}],
        sewage_plant=[], water_work=[{"code": "w", "supply": "well", "geom": at(20, 9)}],
    )


def test_who_comes_first_and_which_type(plan):
    """h5 is monitored (4 points), h2 has a faulty toilet (1); h6 was not asked and comes last; h4 has one; h7
    says no."""
    found = candidates(plan, load_policy())
    assert found.code.tolist() == ["h5", "h2", "h1", "h3", "h6", "h8"]
    types = {code: found.types[kind].id for code, kind in zip(found.code, found.type, strict=True)}
    # three others within 200 m (h4 counts as a neighbour): a pit emptied in common; scattered: no water
    assert types == {"h5": "urine_diverting", "h2": "deep_pit", "h1": "deep_pit", "h3": "deep_pit",
                     "h6": "urine_diverting", "h8": "urine_diverting"}
    assert {(one.household_code, one.why.code) for one in found.refused} == {
        ("h7", "toilet_unwilling"), ("h9", "toilet_no_type")}


def test_toilets_go_to_households_year_by_year_and_what_is_left_over_is_said(plan):
    made = to_households(candidates(plan, load_policy()), {A: {2022: 2, 2023: 4}, B: {2022: 1, 2023: 1}})
    assert [(one.year, one.household_code) for one in made.served] == [
        (2022, "h5"), (2022, "h2"), (2022, "h8"), (2023, "h1"), (2023, "h3"), (2023, "h6")]
    assert dict(made.short) == {(A, 2023): 1, (B, 2023): 1}
    # 2022: urine-diverting 0.30 + deep pit 0.35 + urine-diverting 0.30
    assert made.cost == {2022: pytest.approx(0.95), 2023: pytest.approx(0.35 * 2 + 0.30)}
    by_type = to_households(candidates(plan, load_policy()), {A: {2022: {"deep_pit": 2}}})
    assert [one.household_code for one in by_type.served] == ["h2", "h1"]


def test_a_scheme_keeps_its_rows_apart_and_replaces_them(plan):
    found = candidates(plan, load_policy())
    first = plan.apply(proposed_rows(plan, to_households(found, {A: {2022: 3}}), "甲"))
    second = first.apply(proposed_rows(first, to_households(found, {A: {2022: 1}}), "甲"))
    table = second.table("toilet")
    rows = [row for row in map(table.row, table.fids.tolist()) if row["scheme"] == "甲"]
    assert [(row["household_code"], row["state"], row["year"], row["status"]) for row in rows] == [
        ("h5", "planned", 2022, "idea")]
    assert candidates(second, load_policy()).code.tolist() == found.code.tolist()  # on paper is not built


@pytest.mark.parametrize(("well", "stands"), [((0, 9), (0, -6)), ((0, 0.9), (0, -6)), ((-4, -4), (6 / 2**0.5,)
* 2)])
def test_the_spot_is_the_one_furthest_from_wells(well, stands):
    found = spot(shapely.Point(0, 0), [shapely.Point(well)], room_m=6, well_m=5)
    assert (found.x, found.y) == pytest.approx(stands)


def test_a_well_exactly_at_the_limit_is_far_enough_and_nearer_is_not():
    ring = [shapely.Point(0, 11), shapely.Point(0, -11), shapely.Point(11, 0), shapely.Point(-11, 0)]
    corners = [shapely.Point(x, y) for x in (-7.8, 7.8) for y in (-7.8, 7.8)]
    assert spot(shapely.Point(0, 0), ring + corners, room_m=6, well_m=5) is not None
    assert spot(shapely.Point(0, 0), [shapely.Point(0, 0)], room_m=6, well_m=6) is not None
    assert spot(shapely.Point(0, 0), [shapely.Point(0, 0)], room_m=6, well_m=6.001) is None


def test_frost_decides_at_its_own_value(plan):
    policy = load_policy()

    def at_depth(metres):
        rules = [dataclasses.replace(rule, values={"value": metres}) if rule.id == "frost_depth" else rule
                 for rule in policy.rules]
        found = candidates(plan, dataclasses.replace(policy, rules=tuple(rules)))
        return found.types[found.type[1]].id

    assert at_depth(3.5) == "deep_pit" and at_depth(3.51) == "urine_diverting"
