"""A square kilometre of zone on the central meridian, where plane and ellipsoid agree, and works on it."""

from __future__ import annotations

import datetime
from typing import Any

import shapely

from layers.catalogue.registry import default_catalogue
from layers.geo.crs import PlanningCrs
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.conflicts import Judged, conflicts
from layers.planning.footprints import Work, made_work
from layers.policy import load_policy
from layers.policy.bundle import Policy

EAST, NORTH = 499_500.0, 5_300_000.0
CATALOGUE = default_catalogue()
TEXT = '{ zh = "甲", en = "a" }'
DAY = datetime.date(2024, 6, 1)
SINCE = {"valid_from": "2021-01-01", "quality": "surveyed"}  # 1 m
CLASSES = {
    "grazing_zone": "regime", "livestock_zone": "class", "water_source_zone": "level",
    "village_construction": "reserve", "nature_reserve": "part",
}  # fmt: skip
D = 1.012
"""Metres taken for an accuracy of 1 m (`overlaps.WIDER`)."""


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A rectangle in metres from the corner of the ground."""
    return shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def line(*xy: tuple[float, float]) -> shapely.LineString:
    """A line in metres from the corner of the ground."""
    return shapely.LineString([(EAST + x, NORTH + y) for x, y in xy])


ZONE = box(0, 0, 1000, 1000)


def plan_with(*zones: tuple[str, dict[str, Any]], every_layer: bool = True) -> Plan:
    """A plan with zones (kind, values); all other zone layers are there and empty, or absent."""
    rows: dict[str, list[dict[str, Any]]] = {
        kind.id: [] for kind in CATALOGUE if every_layer and kind.zone and kind.geometry == "MultiPolygon"
    }
    for number, (kind, values) in enumerate(zones, start=1):
        rows.setdefault(kind, []).append({"code": f"Z{number}", "geom": ZONE, **SINCE, **values})
    tables = {kind: Table.from_rows(CATALOGUE[kind], own) for kind, own in rows.items()}
    return Plan(CATALOGUE, PlanningCrs.from_epsg(4549), tables)


def zone(kind: str, value: Any = None, **more: Any) -> tuple[str, dict[str, Any]]:
    """A zone of a class."""
    return kind, {**({CLASSES[kind]: value} if value is not None else {}), **more}


def policy(text: str = "") -> Policy:
    """The built-in policy with more verdict records."""
    return load_policy({"verdicts_own.toml": text} if text else None)


def judge(
    plan: Plan,
    rules: Policy,
    shape: shapely.Geometry,
    work: str | None,
    *,
    day: datetime.date = DAY,
    accuracy: float = 0.0,
    row: dict[str, Any] | None = None,
) -> Judged:
    """One work judged."""
    made = made_work(rules, shape, work, row or {}, accuracy_m=accuracy, key="W")
    return conflicts(plan, rules, [made], on=day).judged[0]


__all__ = ["CATALOGUE", "DAY", "ZONE", "D", "Work", "box", "judge", "line", "plan_with", "policy", "zone"]
