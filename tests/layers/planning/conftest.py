"""A small banner built by hand: three gachas in a row, 10 km wide each, in two sumu.

Gacha A (x 0–10 km) and B (10–20 km) belong to sumu S1, gacha C (20–30 km) to sumu S2; y from 0 to 10 km.
Seats: banner and S1 at (15, 5) km in B, S2 and C's at (25, 5), A's at (5, 5), B's at (12, 5).
"""

from __future__ import annotations

import datetime

import pytest
import shapely

from layers.catalogue.registry import default_catalogue
from layers.geo.crs import PlanningCrs
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.policy.bundle import Policy
from layers.policy.periods import Period
from layers.policy.rules import Rule
from layers.policy.targets import Target
from layers.policy.values import Fixed, Text

A, B, C = "990001001001", "990001001002", "990001002001"
S1, S2, BANNER = "990001001000", "990001002000", "990001000000"
EAST, NORTH = 500_000.0, 5_300_000.0  # of the south-west corner


def at(x_km: float, y_km: float) -> shapely.Point:
    """A point, in km from the banner's south-west corner."""
    return shapely.Point(EAST + 1000 * x_km, NORTH + 1000 * y_km)


def line(*points: tuple[float, float]) -> shapely.LineString:
    """A line through points in km."""
    return shapely.LineString([at(*point) for point in points])


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A rectangle in km."""
    return shapely.box(EAST + 1000 * west, NORTH + 1000 * south, EAST + 1000 * east, NORTH + 1000 * north)


UNITS = {
    "banner": [{"code": BANNER, "name": "某旗", "geom": box(0, 0, 30, 10)}],
    "sumu": [
        {"code": S1, "name": "东苏木", "geom": box(0, 0, 20, 10)},
        {"code": S2, "name": "西苏木", "geom": box(20, 0, 30, 10)},
    ],
    "gacha": [
        {"code": A, "name": "甲嘎查", "sumu_code": S1, "geom": box(0, 0, 10, 10)},
        {"code": B, "name": "乙嘎查", "sumu_code": S1, "geom": box(10, 0, 20, 10)},
        {"code": C, "name": "甲嘎查", "sumu_code": S2, "geom": box(20, 0, 30, 10)},
    ],
    "seat": [
        {"code": "1", "level": "banner", "unit_code": BANNER, "geom": at(15, 5)},
        {"code": "2", "level": "sumu", "unit_code": S1, "geom": at(15, 5)},
        {"code": "3", "level": "sumu", "unit_code": S2, "geom": at(25, 5)},
        {"code": "4", "level": "gacha", "unit_code": A, "geom": at(5, 5)},
        {"code": "5", "level": "gacha", "unit_code": B, "geom": at(12, 5)},
        {"code": "6", "level": "gacha", "unit_code": C, "geom": at(25, 5)},
    ],
}


def plan_of(layers=None, *, catalogue=None, units=UNITS, **more) -> Plan:
    """The three gachas with more layers: kind id -> rows; None takes a layer out."""
    catalogue = catalogue or default_catalogue()
    rows = {**units, **(layers or {}), **more}
    tables = {kind: Table.from_rows(catalogue[kind], own) for kind, own in rows.items() if own is not None}
    return Plan(catalogue, PlanningCrs.from_epsg(4549), tables)


def target(identity: str, service: str, **values) -> Target:
    """A target of chapter 9.9 for a service; by default one thing in each gacha must be there."""
    record = {
        "id": identity,
        "period": "p",
        "chapter": "9.9",
        "title": Text(identity, identity),
        "modality": "must",
        "kind": "spatial",
        "level": "gacha",
        "scope": "all",
        "unit": "facility",
        "by": 2025,
        "by_stated": True,
        "yearly": False,
        "values": Fixed({}),
        "aggregate": "last",
        "comparator": "ge",
        "threshold": 1.0,
        "service": service,
        "measured": Text("", ""),
        "note": Text("", ""),
    }
    return Target(**{**record, **values})


def setting(identity: str, number: float, unit: str) -> Rule:
    """A setting of the product."""
    return Rule(
        identity,
        Text(identity, identity),
        Fixed({"value": number}),
        Fixed({"value": unit}),
        Text("", ""),
        None,
        None,
        None,
        None,
        Text("", ""),
        "product",
        Text("", ""),
    )


SETTINGS = (
    setting("road_node_m", 1.0, "m"),
    setting("road_snap_m", 500.0, "m"),
    setting("clinic_shared_reach_km", 15.0, "km"),
)


def policy_of(*targets: Target, settings=SETTINGS) -> Policy:
    """A policy with these targets over 2021–2025."""
    period = Period(
        "p", Text("p", "p"), 2021, 2025, 2020, 2035, Text("d", "d"), None, datetime.date(2022, 1, 1)
    )
    return Policy(period, targets, settings, "2022-01-01", "0" * 16)


@pytest.fixture
def village():
    """The helpers of this file, as one namespace."""
    import types

    return types.SimpleNamespace(
        **{name: value for name, value in globals().items() if not name.startswith("_")}
    )
