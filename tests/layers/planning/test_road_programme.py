"""The road programme on a small banner, hand-worked: what is upgraded, what is new, in which year, and
why."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
import shapely

from layers.errors import InputError
from layers.geo.terrain import Heights
from layers.planning.road_programme import road_programme
from layers.planning.road_rows import crossed, road_changes
from layers.planning.road_ways import wound
from layers.policy import load_policy
from tests.layers.planning.conftest import S1, S2, A, B, C, at, box, line, plan_of

DAY = datetime.date(2025, 1, 1)


def road(code, *points, **more):
    return {"code": code, "class": "class_iii", "surface": "asphalt", "passable": True, **more,
            "geom": shapely.multilinestrings([line(*points)])}  # fmt: skip


ROADS = [road("main", (1, 5), (5, 5), (12, 5)), road("gravel", (12, 5), (15, 5), (25, 5), surface="gravel",
                                                    **{"class": "class_iv"})]  # fmt: skip
HOMES = [{"code": f"c{n}", "gacha_code": C, "geom": at(25, 5.1)} for n in range(3)] + [
    {"code": "b1", "gacha_code": B, "geom": at(12, 5.1)}]  # fmt: skip


@pytest.fixture(scope="module")
def plan():
    return plan_of(road=ROADS, household=HOMES)


def test_the_strictest_need_comes_first_and_the_others_have_its_roads_for_nothing(plan):
    """Class III to S1 at 15 km and S2 at 25 km: the gravel from 12 km on at 130 a km, cut at S1's seat.
    Hardened roads to the gachas follow from it."""
    found = road_programme(plan, load_policy())
    rows = [(one.code, one.make, round(one.km, 6), round(one.cost, 6), one.units, one.households)
            for one in found.projects]  # fmt: skip
    assert rows == [
        ("sumu_class3-01", "upgrade", 3.0, 390.0, (S1, S2), 4),
        ("sumu_class3-02", "upgrade", 10.0, 1300.0, (S2,), 3),
    ]
    needs = {one.service: one for one in found.needs}
    assert (
        needs["sumu_class3"].open == (S1, S2)
        and needs["sumu_class3"].cost == needs["sumu_class3"].bound == 1690
    )
    assert needs["road_hardened"].open == () and found.phasing is None


def test_years_follow_the_money_and_the_locks(plan):
    """390 fit into the first year and 1,300 into the second; both serve S2's three households, the first S1's
    one."""
    found = road_programme(plan, load_policy(), money={2022: 400, 2023: 1300})
    assert {one.code: one.year for one in found.projects} == {"sumu_class3-01": 2022, "sumu_class3-02": 2023}
    assert found.phasing.value == 1 * 2 + 3 * 1 and found.phasing.optimal
    short = road_programme(plan, load_policy(), money={2022: 389.9, 2023: 390})
    assert {one.code: one.year for one in short.projects} == {"sumu_class3-01": 2023, "sumu_class3-02": None}
    by_km = road_programme(plan, load_policy(), km={2022: 13}, locks={"sumu_class3-02": None})
    assert [one.year for one in by_km.projects] == [2022, None]
    for wrong, code in (({"money": {2022: 1}, "km": {2022: 1}}, "roads_two_budgets"),
                        ({"money": {2022: 1}, "locks": {"x": 2022}}, "roads_lock_unknown"),
                        ({"money": {2022: 1}, "locks": {"sumu_class3-01": 2030}}, "roads_lock_year")):
        with pytest.raises(InputError) as told:
            road_programme(plan, load_policy(), **wrong)
        assert told.value.code == code


def test_a_gacha_off_the_network_gets_a_new_road_across_country(plan):
    """Without the gravel C is on no road: a new one from the end of the main road, 13 km to the east and a
    little for the grid; what it crosses is judged."""
    pasture = {"code": "p", "geom": shapely.multipolygons([box(18, 0, 20, 10)])}
    bare = plan_of(road=ROADS[:1], household=HOMES, contract_pasture=[pasture])
    found = road_programme(bare, load_policy())
    new = [one for one in found.projects if C in one.units or S2 in one.units]
    assert {one.make for one in new} == {"new"}
    assert 13.0 <= sum(one.km for one in new) <= 13.0 + 4 * 0.5 * 2**0.5  # each end may lie half a cell aside
    met = crossed(bare, load_policy(), found, on=DAY)
    assert sum(one.pastures for one in met) == 1


def test_a_new_road_goes_round_a_ridge_when_the_terrain_is_known_and_pays_for_winding_where_it_cannot():
    """A ridge 300 m high from 18 to 20 km, south of 8 km: its slopes of 300 m in half a kilometre are 60 %
    and take 300 / 9 % = 3.3 km each; the way round by the north is shorter."""
    assert wound(np.array([500.0] * 4), np.arange(4), np.full(4, 4), np.array([45, 45.1, 90, np.nan, 0]), 0.09
                 ) == pytest.approx([500, 45.1 / 0.09, 1000, 500])  # fmt: skip
    west, south = at(0, 0).coords[0]
    x, y = np.meshgrid(np.arange(600) * 0.1, 59.95 - np.arange(700) * 0.1)
    ridge = np.where((x > 18) & (x < 20) & (y < 8), 300.0, 0.0)
    heights = Heights(ridge, west, south + 60_000, 100.0, "dem.tif")
    bare = plan_of(road=ROADS[:1], household=HOMES)
    flat, steep = (road_programme(bare, load_policy(), heights=each) for each in (None, heights))

    def north(found) -> float:  # noqa: ANN001
        crossing = line((19, 0), (19, 30))
        return max(shapely.intersection(one.line, crossing).y for one in found.projects
                   if one.make == "new" and one.line.intersects(crossing))  # fmt: skip

    assert (north(flat) - south) / 1000 < 7 <= 8 <= (north(steep) - south) / 1000
    assert steep.cost > flat.cost and steep.terrain == "dem.tif" and flat.terrain == ""
    whole = Heights(np.where((x > 18) & (x < 20), 300.0, 0.0), west, south + 60_000, 100.0)
    over = road_programme(bare, load_policy(), heights=whole)
    assert over.cost > steep.cost


def test_a_scheme_keeps_its_roads_and_replaces_them(plan):
    found = road_programme(plan, load_policy(), money={2022: 400})
    once = plan.apply(road_changes(plan, found, "甲"))
    twice = once.apply(road_changes(once, found, "甲"))
    table = twice.table("proposed_line")
    rows = [table.row(fid) for fid in table.fids.tolist()]
    assert [(row["code"], row["year"], row["budget"], row["class"], row["status"]) for row in rows] == [
        ("甲-sumu_class3-01", 2022, 390.0, "class_iii", "idea"),
        ("甲-sumu_class3-02", None, 1300.0, "class_iii", "idea"),
    ]


def test_without_roads_it_says_so():
    with pytest.raises(InputError) as told:
        road_programme(plan_of(road=None), load_policy())
    assert told.value.code == "roads_absent"


def test_a_dead_end_is_opened_by_the_cheapest_link_that_is_worth_it():
    """Two spurs of 6 km, 2 km apart, run north from a road: 14 km round, 2 km across. One link opens both and
    closes the loop that the gacha has not; the road to the sheet's edge stays as it is."""
    spurs = [
        road("main", (1, 2), (3, 2), (5, 2)),
        road("west", (3, 2), (3, 8)),
        road("east", (5, 2), (5, 8)),
        road("frame", (0.2, 0.2), (29.8, 0.2), (29.8, 9.8), (0.2, 9.8), (0.2, 0.2)),
    ]  # data go on all round
    homes = [{"code": f"a{n}", "gacha_code": A, "geom": at(3.1, 8)} for n in range(5)]
    plan = plan_of(road=spurs, household=homes)
    found = [
        one
        for one in road_programme(plan, load_policy(), dead_ends=True).projects
        if one.service == "dead_ends"
    ]
    links = [(round(one.km, 3), round(one.cost, 3), one.units, one.closes_loop) for one in found]
    assert (2.0, 160.0, (A,), True) in links
    # 90 m up and down again in 250 m each, at 9 % at most, take a kilometre each: 6 × 0.25 + 2 = 3.5 km.
    west, south = at(0, 0).coords[0]
    x, _y = np.meshgrid(np.arange(300) * 0.1 + 0.05, np.arange(100))
    heights = Heights(np.where((x > 3.9) & (x < 4.1), 90.0, 0.0), west, south + 10_000, 100.0)
    steep = road_programme(plan, load_policy(), dead_ends=True, heights=heights).projects
    assert 280.0 in [round(one.cost, 3) for one in steep if one.service == "dead_ends"]
    assert not [one for one in road_programme(plan, load_policy()).projects if one.service == "dead_ends"]
