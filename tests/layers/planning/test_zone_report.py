"""Zones of places and drawings, and what stands in bans, by hand."""

from __future__ import annotations

import datetime

import shapely

from layers.geo.crs import PlanningCrs
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.footprints import made_work
from layers.planning.zone_report import in_bans, not_drawn, zone_report
from tests.layers.planning.verdict_ground import CATALOGUE, DAY, EAST, NORTH, box, plan_with, policy, zone


def test_places_and_drawings_with_dates_and_documents():
    rules = policy()
    made = plan_with(
        zone("grazing_zone", "ban", document="样1号", valid_to="2023-12-31"),
        zone("red_line", geom=box(900, 0, 2000, 1000), valid_from=None),
    )
    works = [
        made_work(rules, shapely.Point(EAST + 500, NORTH + 500), None, {}),
        made_work(rules, box(950, 500, 1050, 600), None, {}),
        made_work(rules, shapely.Point(EAST - 500, NORTH), None, {}),
    ]
    found = zone_report(made, rules, works, on=DAY)
    assert [(one.item, one.kind, one.in_force, one.near, one.document) for one in found] == [
        (0, "grazing_zone", False, False, "样1号"),
        (1, "grazing_zone", False, True, "样1号"),
        (1, "red_line", None, False, None),
    ]
    assert [round(one.area_m2) for one in found[1:]] == [5000, 10000]


def test_camps_herds_wells_and_sheds_in_bans_that_hold():
    rows = {
        "grazing_zone": [{"code": "B", "regime": "ban", "valid_from": "2021-01-01", "valid_to": "2024-12-31",
                          "geom": box(0, 0, 100, 100)},
                         {"code": "R", "regime": "rest", "valid_from": "2021-01-01",
                          "geom": box(200, 0, 300, 100)}],
        "camp": [{"code": f"C{x}", "gacha_code": "990001001001", "geom": shapely.Point(EAST + x, NORTH + 50)}
                 for x in (10, 20, 100, 101, 250)],
        "water_work": [{"code": "W", "geom": shapely.Point(EAST + 50, NORTH + 50)},
                       {"code": "P", "status": "approved", "geom": shapely.Point(EAST + 51, NORTH + 50)}],
        "contract_pasture": [{"code": "H", "stock": 40.0, "geom": box(90, 0, 200, 100)},
                             {"code": "touches", "stock": 40.0, "geom": box(100, 0, 200, 100)},
                             {"code": "empty", "stock": 0.0, "geom": box(0, 0, 90, 100)},
                             {"code": "unknown", "geom": box(0, 0, 90, 100)}],
        "proposed_area": [{"code": "S1", "kind_of_work": "livestock", "status": "done",
                           "geom": box(20, 20, 30, 30)},
                          {"code": "S2", "kind_of_work": "livestock", "status": "reserve",
                           "geom": box(20, 20, 30, 30)},
                          {"code": "R", "kind_of_work": "road", "status": "done",
                           "geom": box(20, 20, 30, 30)}],
    }  # fmt: skip
    tables = {kind: Table.from_rows(CATALOGUE[kind], own) for kind, own in rows.items()}
    made = Plan(CATALOGUE, PlanningCrs.from_epsg(4549), tables)
    found = in_bans(made, on=DAY)
    assert [(one.kind, one.gacha_code, one.count) for one in found] == [
        ("camp", "990001001001", 3), ("contract_pasture", None, 1), ("proposed_area", None, 1),
        ("water_work", None, 1)]  # fmt: skip
    assert {kind.id for kind in not_drawn(made)} == {"proposed_point", "proposed_line"}
    assert in_bans(made, on=datetime.date(2025, 1, 1)) == ()
    assert in_bans(Plan(CATALOGUE, made.crs, {}), on=DAY) is None


def test_a_ban_whose_ring_is_drawn_twice_round_is_a_ban_all_the_same():
    corners = [(EAST + x, NORTH + y) for x, y in ((0, 0), (100, 0), (100, 100), (0, 100))]
    ban = {"code": "B", "regime": "ban", "valid_from": "2021-01-01", "geom": shapely.Polygon(corners * 2)}
    well = {"code": "W", "geom": shapely.Point(EAST + 50, NORTH + 50)}
    tables = {kind: Table.from_rows(CATALOGUE[kind], [row]) for kind, row in
              (("grazing_zone", ban), ("water_work", well))}  # fmt: skip
    made = Plan(CATALOGUE, PlanningCrs.from_epsg(4549), tables)
    assert [(one.kind, one.count) for one in in_bans(made, on=DAY)] == [("water_work", 1)]
