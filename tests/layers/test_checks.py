"""Findings on bad data, planted one by one; checking never raises."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from layers.catalogue.registry import default_catalogue
from layers.checks import MOST_OF_ONE_CODE, check_layer
from layers.geo.crs import PlanningCrs
from layers.plan.base import Base, MemorySource
from layers.plan.plan import Plan
from layers.plan.table import Table

EAST, NORTH = 500_000, 5_300_000
A, B = "990001001001", "990001001002"


def box(west, south, east, north):
    return shapely.multipolygons([shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)])


def raw(kind_id, *rows):
    """A table as another program may have written it: nothing is checked on the way."""
    kind = default_catalogue()[kind_id]
    columns = {}
    for name in (*kind.column_names, "geom"):
        columns[name] = np.empty(len(rows), object)
        columns[name][:] = [row.get(name) for row in rows]
    return Table(kind, Base(MemorySource(np.arange(1, len(rows) + 1, dtype=np.int64), columns)))


UNITS = {
    "banner": raw("banner", {"code": "990001000000", "geom": box(0, 0, 2000, 1000)}),
    "gacha": raw(
        "gacha",
        {"code": A, "name": "甲", "geom": box(0, 0, 1000, 1000)},
        {"code": B, "name": "乙", "geom": box(1000, 0, 2000, 1000)},
    ),
}


def found(kind_id, *rows, units=UNITS):
    """Pairs (code, row) of what is found in a layer with these rows."""
    table = raw(kind_id, *rows)
    plan = Plan(default_catalogue(), PlanningCrs.from_epsg(4549), {**units, kind_id: table})
    return [(one.code, one.fid) for one in check_layer(table, plan)]


def clinic(code, gacha=A, x=500, **values):
    return {"code": code, "gacha_code": gacha, "geom": shapely.Point(EAST + x, NORTH + 500), **values}


def test_clean_rows_have_no_finding():
    assert found("clinic", clinic("1"), clinic("2", B, 1500)) == []


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (clinic(None), "key_missing"),
        (clinic("2", geom=None), "geometry_missing"),
        (clinic("2", geom=shapely.Point(np.nan, 1)), "geometry_invalid"),
        (clinic("2", "1507"), "code_malformed"),
        (clinic("2", "１２３４５６７８９０１２"), "code_malformed"),
        (clinic("2", "990001001009"), "unit_unknown"),
        (clinic("2", B, 500), "outside_unit"),
        (clinic("2", geom=shapely.Point(119.7, 48.6)), "outside_banner"),
        (clinic("2", opened_on="2023/5/1"), "value_not_a_date"),
        (clinic("2", opened_on="2023-02-30"), "value_not_a_date"),
        (clinic("2", doctors=-1), "value_out_of_range"),
        (clinic("2", doctors="三"), "value_out_of_range"),
        (clinic("2", quality="good"), "value_not_a_choice"),
    ],
)
def test_each_fault_is_found_at_its_row(row, code):
    assert (code, 2) in found("clinic", clinic("1"), row)


def test_keys_twice_and_dates_the_wrong_way_round():
    assert found("clinic", clinic("1"), clinic("1"), clinic("2")) == [
        ("key_duplicate", 1),
        ("key_duplicate", 2),
    ]
    assert found(
        "toilet",
        {
            "code": "t",
            "geom": shapely.Point(EAST + 1, NORTH + 1),
            "built_on": "2024-01-02",
            "accepted_on": "2024-01-01",
        },
    ) == [("dates_reversed", 1)]
    assert ("value_missing", 1) in found("seat", {"code": "s", "geom": shapely.Point(EAST + 1, NORTH + 1)})


def test_broken_outlines_are_named_and_stop_nothing():
    bow = shapely.multipolygons(
        [shapely.Polygon([(EAST, NORTH), (EAST + 9, NORTH + 9), (EAST + 9, NORTH), (EAST, NORTH + 9)])]
    )
    units = {**UNITS, "gacha": raw("gacha", {"code": A, "geom": bow}, {"code": B, "geom": None})}
    assert found("clinic", clinic("1"), units=units) == []
    assert [code for code, _ in found("gacha", {"code": A, "geom": bow}, {"code": B, "geom": None})][:1] == [
        "geometry_invalid"
    ]


def test_units_that_overlap_or_leave_land_out():
    overlapping = found(
        "gacha",
        {"code": A, "name": "甲", "geom": box(0, 0, 1010, 1000)},
        {"code": B, "name": "乙", "geom": box(1000, 0, 2000, 1000)},
    )
    assert overlapping == [("units_overlap", 1)]
    assert found(
        "gacha",
        {"code": A, "name": "甲", "geom": box(0, 0, 990, 1000)},
        {"code": B, "name": "乙", "geom": box(1000, 0, 2000, 1000)},
    ) == [("units_gap", 0)]
    assert found("gacha", *[UNITS["gacha"].row(fid) for fid in (1, 2)]) == []


def test_a_banner_is_known_by_six_digits_too():
    assert found("banner", {"code": "990001", "name": "旗", "geom": box(0, 0, 9, 9)}) == []
    assert found("banner", {"code": "99000", "name": "旗", "geom": box(0, 0, 9, 9)}) == [
        ("code_malformed", 1)
    ]


def test_a_flood_of_one_fault_is_counted_not_listed():
    many = found("clinic", *[clinic(str(n), "1507") for n in range(MOST_OF_ONE_CODE + 50)])
    assert len(many) == MOST_OF_ONE_CODE + 1 and ("and_more", 0) in many


@pytest.mark.parametrize("kind_id", sorted(default_catalogue().kinds))
def test_nothing_raises_whatever_stands_in_the_columns(kind_id):
    kind = default_catalogue()[kind_id]
    junk = (float("nan"), "", -1, "=1+1", 10**30, "\x00", None)
    rows = [
        dict.fromkeys(kind.column_names, value) | {"geom": shape}
        for value, shape in zip(
            junk,
            (
                None,
                shapely.Point(),
                shapely.Point(np.nan, np.inf),
                shapely.Point(1, 1),
                shapely.LineString(),
                shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]),
                shapely.box(0, 0, 1, 1),
            ),
            strict=True,
        )
    ]
    assert isinstance(found(kind_id, *rows), list)
    assert isinstance(found(kind_id, *rows, units={}), list)
