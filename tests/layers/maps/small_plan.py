"""A small plan for map tests: a square banner of 2 sumu and 4 gachas, two of them with the same name."""

from __future__ import annotations

import shapely

from layers.catalogue.registry import default_catalogue
from layers.geo.crs import PlanningCrs
from layers.plan.plan import Plan
from layers.plan.table import Table

WEST, SOUTH, SIDE = 500_000.0, 5_400_000.0, 20_000.0
MIDDLE = (WEST + SIDE, SOUTH + SIDE)


def square(column: float, row: float, wide: float = 1.0, high: float = 1.0) -> shapely.Polygon:
    """A rectangle counted in gachas from the south-western corner, with a vertex at every gacha's corner."""
    return shapely.segmentize(
        shapely.box(
            WEST + column * SIDE,
            SOUTH + row * SIDE,
            WEST + (column + wide) * SIDE,
            SOUTH + (row + high) * SIDE,
        ),
        SIDE * 1.001,
    )


def at(column: float, row: float) -> tuple[float, float]:
    """A place counted in gachas from the south-western corner."""
    return WEST + column * SIDE, SOUTH + row * SIDE


def small_plan(**tables: list[dict]) -> Plan:
    """The plan; `tables` adds or replaces layers by kind id."""
    catalogue = default_catalogue()
    rows = {
        "banner": [{"code": "900000000000", "name": "试验旗", "geom": square(0, 0, 2, 2)}],
        "sumu": [
            {"code": "900000100000", "name": "东河苏木", "geom": square(0, 0, 2, 1)},
            {"code": "900000200000", "name": "西山镇", "geom": square(0, 1, 2, 1)},
        ],
        "gacha": [
            {"code": "900000100001", "name": "白音嘎查", "sumu_code": "900000100000", "geom": square(0, 0)},
            {"code": "900000100002", "name": "乌兰嘎查", "sumu_code": "900000100000", "geom": square(1, 0)},
            {"code": "900000200001", "name": "白音嘎查", "sumu_code": "900000200000", "geom": square(0, 1)},
            {"code": "900000200002", "name": "查干嘎查", "sumu_code": "900000200000", "geom": square(1, 1)},
        ],
        **tables,
    }
    made = {kind_id: Table.from_rows(catalogue[kind_id], each) for kind_id, each in rows.items()}
    return Plan(
        catalogue,
        PlanningCrs.from_epsg(4549),
        made,
        {"project": {"info": {"title": "试验", "title_en": "Trial"}}},
    )


def regime(fid_code: str, name: str, geometry: shapely.Geometry) -> dict:
    """A row of a grazing regime."""
    return {"code": fid_code, "regime": name, "geom": geometry}
