"""Quotas by hand: each square metre once, by sumu; a limit that nobody entered is unknown."""

from __future__ import annotations

import pytest

from layers.geo.crs import PlanningCrs
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.footprints import planned_works
from layers.planning.quotas import COLLECTION, quotas
from tests.layers.planning.verdict_ground import CATALOGUE, DAY, SINCE, box, policy


def plan(documents=None):
    rows = {
        "sumu": [{"code": "990001001000", "name": "东苏木", "geom": box(0, 0, 500, 1000)},
                 {"code": "990001002000", "name": "西苏木", "geom": box(500, 0, 1000, 1000)}],
        "basic_grassland": [{"code": "B", **SINCE, "geom": box(0, 0, 1000, 400)}],
        "grazing_zone": [{"code": "G", "regime": "ban", **SINCE, "geom": box(0, 200, 1000, 600)}],
        "village_construction": [{"code": "V", "reserve": 1, **SINCE, "geom": box(0, 800, 100, 900)}],
        "proposed_area": [
            # 100 m of it in basic grassland, 300 m in the ban zone, 200 m in both: 200 m × 400 m in all
            {"code": "A", "kind_of_work": "industry", "year": 2024, "scheme": "甲",
             "geom": box(450, 300, 650, 700)},
            {"code": "C", "kind_of_work": "grassland", "year": 2024, "geom": box(0, 0, 100, 100)},
            {"code": "R", "kind_of_work": "fitness", "year": 2023, "geom": box(0, 800, 50, 850)},
        ],
    }  # fmt: skip
    tables = {kind: Table.from_rows(CATALOGUE[kind], own) for kind, own in rows.items()}
    return Plan(CATALOGUE, PlanningCrs.from_epsg(4549), tables, documents or {})


def test_each_square_metre_once_by_sumu_year_and_scheme():
    made, rules = plan(), policy()
    found = quotas(made, rules, planned_works(made, rules), on=DAY)
    used = {(one.quota, one.sumu_name, one.year, one.scheme): round(one.used_ha, 3) for one in found.rows}
    assert used == {
        ("grassland", "东苏木", 2024, "甲"): 1.5,  # 50 m × 300 m
        ("grassland", "西苏木", 2024, "甲"): 4.5,
        ("reserve", "东苏木", 2023, None): 0.25,
    }
    assert [(one.quota, one.limit_ha, one.left_ha) for one in found.totals] == [
        ("grassland", None, None), ("reserve", None, None)]  # fmt: skip
    assert found.reserve_share_ha == pytest.approx(0.05, rel=1e-4)


def test_a_limit_is_entered_with_its_source():
    record = {"ha": 10.0, "source": "林草字1号", "date": "2024-01-05"}
    made, rules = plan({COLLECTION: {"grassland:2024": record, "grassland:2025": record}}), policy()
    found = {
        (one.quota, one.year): one for one in quotas(made, rules, planned_works(made, rules), on=DAY).totals
    }
    assert found["grassland", 2024].left_ha == pytest.approx(4.0, abs=1e-3)
    assert found["grassland", 2025].left_ha == 10.0 and found["grassland", 2024].source == "林草字1号"
    assert found["reserve", 2023].left_ha is None
