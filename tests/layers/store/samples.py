"""A small catalogue and plans of any size, for the tests of the store."""

from __future__ import annotations

import numpy as np
import shapely

from layers.catalogue.model import Catalogue, Choice, Column, LayerKind, Theme
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.geo.crs import PlanningCrs
from layers.plan.base import Base, MemorySource
from layers.plan.plan import Plan
from layers.plan.table import Table

THEME = Theme("works", Text("工程", "Works"))
TOILET = LayerKind(
    "toilet",
    Text("户厕", "Toilet"),
    "works",
    "Point",
    (
        Column("code", Text("编码", "Code"), privacy=Privacy.PUBLIC),
        Column("name", Text("名称", "Name"), privacy=Privacy.PUBLIC),
        Column("people", Text("人数", "People"), "integer", privacy=Privacy.INTERNAL),
        Column(
            "state",
            Text("状态", "State"),
            choices=(Choice("good", Text("完好", "Good")), Choice("broken", Text("损坏", "Broken"))),
        ),
        Column("accepted", Text("已验收", "Accepted"), "boolean", privacy=Privacy.PUBLIC),
        Column("built", Text("建成日期", "Built"), "date", privacy=Privacy.PUBLIC),
    ),
)
ZONE = LayerKind(
    "zone",
    Text("禁牧区", "Grazing ban"),
    "works",
    "MultiPolygon",
    (
        Column("code", Text("编码", "Code"), privacy=Privacy.PUBLIC),
        Column("name", Text("名称", "Name"), privacy=Privacy.PUBLIC),
        Column("area", Text("面积", "Area"), "real", unit="ha", privacy=Privacy.PUBLIC),
        Column("owner", Text("承包人", "Holder"), privacy=Privacy.SENSITIVE),
    ),
)
ROAD = LayerKind(
    "road",
    Text("道路", "Road"),
    "works",
    "MultiLineString",
    (
        Column("code", Text("编码", "Code"), privacy=Privacy.PUBLIC),
        Column("name", Text("名称", "Name"), privacy=Privacy.PUBLIC),
    ),
)
STOCK = LayerKind(
    "stock",
    Text("牲畜", "Livestock"),
    "works",
    "",
    (
        Column("code", Text("嘎查编码", "Gacha code"), privacy=Privacy.PUBLIC),
        Column("sheep", Text("羊单位", "Sheep units"), "real", privacy=Privacy.PUBLIC),
    ),
    name="",
)
KINDS = (TOILET, ZONE, ROAD, STOCK)
CATALOGUE = Catalogue([THEME], KINDS)
CRS = PlanningCrs.from_epsg(4549)


def small_plan() -> Plan:
    """A plan with a few rows of three kinds; roads are absent."""
    toilets = [
        {
            "code": f"T{number}",
            "name": f"户厕{number}",
            "people": number,
            "state": "good",
            "accepted": number % 2,
            "built": f"2024-05-{number:02d}",
            "geom": shapely.Point(500_000 + 100 * number, 5_400_000),
        }
        for number in range(1, 9)
    ]
    toilets[3] |= {"geom": None, "people": None, "built": None}
    zones = [
        {
            "code": f"Z{number}",
            "name": f"区'\"{number}",
            "area": number / 3,
            "owner": "某某",
            "geom": shapely.box(500_000 + number, 5_400_000, 500_000 + number * 50, 5_400_900),
        }
        for number in range(1, 5)
    ]
    stock = [{"code": "150724100201", "sheep": 1234.5}, {"code": "150724100202", "sheep": None}]
    tables = {
        kind.id: Table.from_rows(kind, rows)
        for kind, rows in ((TOILET, toilets), (ZONE, zones), (STOCK, stock))
    }
    return Plan(CATALOGUE, CRS, tables, {"project": {"info": {"title": "测试旗", "period": "2021-2025"}}})


def large_plan(count: int) -> Plan:
    """A plan with `count` toilets."""
    random = np.random.default_rng(5)
    xy = np.column_stack([random.uniform(450_000, 550_000, count), random.uniform(5.3e6, 5.5e6, count)])
    numbers = np.arange(count)
    columns = {
        "code": _objects([f"T{number:07d}" for number in numbers]),
        "name": _objects([f"户厕{number % 977}" for number in numbers]),
        "people": _objects((numbers % 7).tolist()),
        "state": _objects(["good", "broken"] * (count // 2)),
        "accepted": _objects((numbers % 2).tolist()),
        "built": _objects(["2024-05-06"] * count),
        "geom": shapely.points(xy),
    }
    table = Table(TOILET, Base(MemorySource(np.arange(1, count + 1, dtype=np.int64), columns)))
    return Plan(CATALOGUE, CRS, {"toilet": table}, {"project": {"info": {"title": "大旗"}}})


def _objects(values: list[object]) -> np.ndarray:
    array = np.empty(len(values), object)
    array[:] = values
    return array


def state_of(plan: Plan) -> dict[str, object]:
    """Everything a plan holds, in a form that can be compared."""
    tables = {}
    for kind, table in plan.layers():
        names = (*kind.column_names, *(("geom",) if kind.geometry else ()))
        columns = [table.geometry if name == "geom" else table.column(name) for name in names]
        tables[kind.id] = {
            int(fid): tuple(value.wkb if isinstance(value, shapely.Geometry) else value for value in values)
            for fid, *values in zip(table.fids, *columns, strict=True)
        }
    documents = {collection: dict(values) for collection, values in plan.documents.items() if values}
    return {"tables": tables, "documents": documents}
