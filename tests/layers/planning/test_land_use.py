"""The land-use statement worked by hand; its lines add up to the last printed digit whatever is drawn."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.geo.crs import PlanningCrs
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.land_use import apportioned, land_use, rounded
from tests.layers.planning.verdict_ground import CATALOGUE, box, policy


def plan(parcels=None, pastures=None):
    tables = {}
    if parcels is not None:
        rows = [{"BSM": str(n), "DLBM": code, "DLMC": name, "QSXZ": own, "geom": shape}
                for n, (code, name, own, shape) in enumerate(parcels)]  # fmt: skip
        tables["land_parcel"] = Table.from_rows(CATALOGUE["land_parcel"], rows)
    if pastures is not None:
        rows = [{"code": str(n), "gacha_code": gacha, "household_code": who, "geom": shape}
                for n, (gacha, who, shape) in enumerate(pastures)]  # fmt: skip
        tables["contract_pasture"] = Table.from_rows(CATALOGUE["contract_pasture"], rows)
    return Plan(CATALOGUE, PlanningCrs.from_epsg(4549), tables)


def test_classes_and_owners_by_hand():
    made = plan(
        [
            ("0401", "天然牧草地", "30", box(0, 0, 100, 100)),
            ("0401", "天然牧草地", "10", box(100, 0, 200, 100)),
            ("1006", "农村道路", "30", box(150, 0, 250, 100)),  # half of it lies on the one before
        ],
        [("990001001001", "H1", box(0, 0, 50, 100)), ("990001001001", "H1", box(50, 0, 100, 100)),
         ("990001001001", "H2", box(100, 0, 120, 100)), ("990001001002", None, box(200, 0, 300, 100))],
    )  # fmt: skip
    found = land_use(made, policy(), [box(0, 0, 300, 100), box(0, 0, 10, 10)])
    assert [(one.code, one.ownership, one.ha, one.mu) for one in found.lines] == [
        ("0401", "10", Decimal("1.0000"), Decimal("15.00")),
        ("0401", "30", Decimal("1.0000"), Decimal("15.00")),
        ("1006", "30", Decimal("0.5000"), Decimal("7.50")),
        (None, None, Decimal("0.5000"), Decimal("7.50")),
    ]
    assert [one.covered for one in found.lines] == [True, True, True, False]
    assert (found.ha, found.mu) == (Decimal("3.0000"), Decimal("45.00"))
    assert found.overlapped_m2 == pytest.approx(5000, abs=0.5)
    assert [(one.gacha_code, one.parcels, one.holders) for one in found.pastures] == [
        ("990001001001", 3, 2), ("990001001002", 1, None)]  # fmt: skip


def test_no_parcels_is_not_no_land():
    found = land_use(plan(), policy(), [box(0, 0, 100, 100)])
    assert not found.known and found.pastures is None
    assert [(one.covered, one.ha) for one in found.lines] == [(False, Decimal("1.0000"))]
    assert land_use(plan([], []), policy(), [box(0, 0, 100, 100)]).pastures == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.0, 1e7), min_size=1, max_size=12))
def test_lines_add_up_to_the_printed_total(areas):
    for digits, per in ((4, 1e4), (2, 1e4 / 15)):
        total = rounded(sum(areas) / per, digits)
        lines = apportioned(np.array(areas), total, digits)
        if sum(areas) > 0:
            assert sum(lines) == total
            step = Decimal(1).scaleb(-digits)
            assert all(
                abs(float(one) - area / per) <= float(step) * 1.01
                for one, area in zip(lines, areas, strict=True)
            )


def test_a_third_thrice_is_one():
    assert [str(one) for one in apportioned(np.full(3, 10_000 / 3), Decimal("1.0000"), 4)] == [
        "0.3334", "0.3333", "0.3333"]  # fmt: skip
