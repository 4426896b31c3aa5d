"""Faults of shapes worked by hand, and repairs that invent nothing and can be taken back."""

from __future__ import annotations

import pytest
import shapely

from layers.geo.crs import PlanningCrs
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.data_faults import data_faults, repaired
from tests.layers.planning.verdict_ground import CATALOGUE, EAST, NORTH, box


def plan():
    bow = shapely.Polygon([(EAST + 2000 + x, NORTH + y) for x, y in ((0, 0), (100, 100), (100, 0), (0, 100))])
    shapes = [
        box(0, 0, 100, 100),
        box(0, 0, 100, 100),  # twin of 1
        box(90, 0, 200, 100),  # overlaps 1 and 2 by 10 m
        box(0, 300, 500, 301.5),  # 1.5 m wide
        bow,
        box(1000, 0, 1100, 100).difference(box(1040, 40, 1050, 50)),  # a hole of 100 m²
    ]
    units = [{"code": "990001001001", "name": "甲嘎查", "geom": box(-500, -500, 3000, 3000)}]
    rows = [{"BSM": str(n), "QSDWDM": "9900010010010000000", "QSDWMC": "甲嘎查", "geom": shape}
            for n, shape in enumerate(shapes)]  # fmt: skip
    rows[2]["QSDWMC"] = "乙嘎查"
    tables = {"land_parcel": Table.from_rows(CATALOGUE["land_parcel"], rows),
              "gacha": Table.from_rows(CATALOGUE["gacha"], units)}  # fmt: skip
    return Plan(CATALOGUE, PlanningCrs.from_epsg(4549), tables)


def listed(made):
    return {(one.code, one.fid, one.other, None if one.area_m2 is None else round(one.area_m2))
            for one in data_faults(made)}  # fmt: skip


def test_every_fault_is_found_once():
    assert listed(plan()) == {
        ("duplicate", 2, 1, None), ("overlap", 3, 1, 1000), ("overlap", 3, 2, 1000),
        ("code_name", 3, None, None),
        ("sliver", 4, None, 750), ("self_crossing", 5, None, None), ("gap", 0, None, 100),
    }  # fmt: skip


def test_repairs_invent_nothing_and_are_taken_back():
    made = plan()
    faults = data_faults(made)
    changes = repaired(made, faults)
    after = made.apply(changes)
    assert {code for code, *_ in listed(after)} == {"code_name", "sliver", "gap"}
    table = after.table("land_parcel")
    assert 2 not in table and table.row(3)["geom"].area == pytest.approx(10_000)
    assert table.row(5)["geom"].area == pytest.approx(5_000) and table.row(5)["geom"].is_valid
    back = after.apply(changes.inverse())
    assert listed(back) == listed(made)
    only = made.apply(repaired(made, faults, only=("duplicate",)))
    assert ("overlap", 3, 1, 1000) in listed(only) and 2 not in only.table("land_parcel")
