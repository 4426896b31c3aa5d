"""What stands in grazing bans, by hand: each sort, the day, the edge, two bans over each other."""

from __future__ import annotations

import datetime

import pytest
import shapely

from layers.geo.crs import PlanningCrs
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.bans import Bans, bans
from tests.layers.planning.verdict_ground import CATALOGUE, DAY, EAST, NORTH, box, policy

GACHA = "990001001001"


def at(x: float, y: float) -> shapely.Point:
    return shapely.Point(EAST + x, NORTH + y)


def fence(*places: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([(EAST + x, NORTH + y) for x, y in places])


def plan_of(**rows: list[dict]) -> Plan:
    tables = {kind: Table.from_rows(CATALOGUE[kind], own) for kind, own in rows.items()}
    return Plan(CATALOGUE, PlanningCrs.from_epsg(4549), tables)


def counted(found: Bans, key: str | None) -> dict[str, int]:
    return {row.sort: row.count for row in found.by_gacha()[key]}


BAN = {"code": "B", "name": "北禁牧区", "regime": "ban", "valid_from": "2021-01-01", "valid_to": "2024-12-31",
       "document": "样1号", "quality": "surveyed", "geom": box(0, 0, 100, 100)}  # fmt: skip


def test_every_sort_in_the_bans_that_hold():
    made = plan_of(
        grazing_zone=[BAN, {"code": "R", "regime": "rest", "valid_from": "2021-01-01",
                            "geom": box(200, 0, 300, 100)}],
        gacha=[{"code": GACHA, "name": "甲嘎查", "geom": box(0, 0, 60, 100)}],
        camp=[{"code": f"C{x}", "gacha_code": GACHA, "geom": at(x, 50)} for x in (10, 20, 100, 101, 250)],
        water_work=[{"code": "W", "geom": at(80, 50)}, {"code": "P", "status": "approved", "geom": at(81,
                                                                                                      50)}],
        stock_well=[{"code": "W1", "geom": at(30, 50)}, {"code": "W2", "opened_on": "2024-06-02",
                                                         "geom": at(3, 3)},
                    {"code": "W3", "removed_on": "2024-06-01", "geom": at(30, 51)}],
        contract_pasture=[{"code": "H", "stock": 40.0, "geom": box(90, 0, 200, 100)},
                          {"code": "touches", "stock": 40.0, "geom": box(100, 0, 200, 100)},
                          {"code": "empty", "stock": 0.0, "geom": box(0, 0, 90, 100)},
                          {"code": "unknown", "geom": box(0, 0, 90, 100)}],
        shed=[{"code": "S", "geom": box(40, 40, 50, 50)}, {"code": "out", "geom": box(140, 40, 150, 50)}],
        fence=[{"code": "F", "geom": fence((50, 50), (50, 150))}],
        proposed_area=[{"code": "S1", "kind_of_work": "livestock", "status": "done",
                        "geom": box(70, 20, 75, 30)},
                       {"code": "S2", "kind_of_work": "livestock", "status": "reserve",
                        "geom": box(20, 20, 30, 30)},
                       {"code": "R", "kind_of_work": "road", "status": "done", "geom": box(20, 20, 30, 30)}],
    )  # fmt: skip
    assert datetime.date(2024, 6, 1) == DAY
    found = bans(made, policy(), on=DAY)
    assert counted(found, GACHA) == {"camp": 3, "well": 1, "shed": 1, "fence": 1}
    assert counted(found, None) == {"herd": 1, "water": 1, "built": 1}
    herd = next(row for row in found.whole() if row.sort == "herd")
    assert herd.amount == 40.0
    (ban,) = found.bans
    assert (ban.key, ban.name, ban.document, ban.valid_from, ban.in_force) == ("B", "北禁牧区", "样1号",
                                                                               "2021-01-01",
                                                                               True)  # fmt: skip
    assert {row.sort: row.count for row in found.by_zone()[0]} == {
        row.sort: row.count for row in found.whole()
    }
    assert {kind.id for kind in found.missing} == {"proposed_point", "proposed_line"}
    assert bans(made, policy(), on=datetime.date(2025, 1, 1)).things == ()
    assert bans(plan_of(), policy(), on=DAY) is None


def test_a_fence_counts_by_what_is_inside_and_surely_inside():
    """Surveyed data are good to 1 m: a fence along the edge is near, 60 m across are 58 sure ones."""
    far = policy().rule("data_accuracy_m").values["surveyed"]
    twin = {**BAN, "code": "T", "geom": box(50, 0, 150, 100)}
    made = plan_of(
        grazing_zone=[BAN, twin],
        fence=[{"code": "across", "geom": fence((-50, 50), (200, 50))},
               {"code": "round", "geom": fence((0, 0), (0, 100))},
               {"code": "just", "geom": fence((far, 10), (far, 90))},
               {"code": "touches", "geom": fence((-50, 20), (0, 20))}],
    )  # fmt: skip
    found = bans(made, policy(), on=DAY)
    by = {one.key: one for one in found.things}
    assert set(by) == {"across", "round", "just"}
    across = by["across"]
    assert across.bans == (0, 1) and across.metres == pytest.approx((100, 100), rel=2e-3)
    assert across.inside_m == pytest.approx(150, rel=2e-3)
    assert across.sure_m == pytest.approx(150 - 2 * far, rel=2e-3) and not across.near
    assert (
        by["round"].near and by["round"].sure_m == 0 and by["round"].inside_m == pytest.approx(100, rel=2e-3)
    )
    (whole,) = found.whole()
    assert (whole.count, whole.near >= 1) == (3, True)
    zones = found.by_zone()
    assert zones[0][0].metres == pytest.approx(100 + 100 + 80, rel=2e-3)
    assert zones[1][0].metres == pytest.approx(100, rel=2e-3)


def test_a_point_is_near_up_to_the_accuracy_and_a_ring_drawn_twice_is_a_ban():
    far = policy().rule("data_accuracy_m").values["surveyed"]
    corners = [(EAST + x, NORTH + y) for x, y in ((0, 0), (100, 0), (100, 100), (0, 100))]
    made = plan_of(
        grazing_zone=[{**BAN, "geom": shapely.Polygon(corners * 2)}],
        stock_well=[{"code": "edge", "geom": at(0, 50)}, {"code": "near", "geom": at(far, 50)},
                    {"code": "in", "geom": at(far + 0.01, 50)}, {"code": "out", "geom": at(-0.01, 50)}],
    )  # fmt: skip
    found = bans(made, policy(), on=DAY)
    assert {one.key: one.near for one in found.things} == {"edge": True, "near": True, "in": False}
