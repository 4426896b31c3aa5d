"""Panels on real projects: a copy of the sample, or a small banner made by hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import shapely
from PySide6.QtWidgets import QWidget

from app import theme
from app.bus import Bus
from app.jobs import Jobs
from app.messages import set_language
from app.panels.panel import Panel
from app.session import Session
from layers.catalogue.registry import default_catalogue
from layers.geo.crs import PlanningCrs
from layers.plan.plan import INFO, Plan
from layers.plan.table import Table
from tests.samples import sample_project

EAST, NORTH = 500_000.0, 5_300_000.0  # south-west corner of the small banner
A, B, C = "990001001001", "990001001002", "990001002001"


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A rectangle in km."""
    return shapely.box(EAST + 1000 * west, NORTH + 1000 * south, EAST + 1000 * east, NORTH + 1000 * north)


def at(x: float, y: float) -> shapely.Point:
    """A point in km."""
    return shapely.Point(EAST + 1000 * x, NORTH + 1000 * y)


HOUSEHOLDS = [(A, 3), (B, 2), (C, 4)]
SMALL: dict[str, list[dict[str, Any]]] = {
    "banner": [{"code": "990001", "name": "某旗", "geom": box(0, 0, 30, 10)}],
    "sumu": [
        {"code": "990001001000", "name": "东苏木", "geom": box(0, 0, 20, 10)},
        {"code": "990001002000", "name": "西苏木", "geom": box(20, 0, 30, 10)},
    ],
    "gacha": [
        {"code": A, "name": "甲嘎查", "sumu_code": "990001001000", "quality": "schematic", "reserve_ha": 1.5,
         "geom": box(0, 0, 10, 10)},
        {"code": B, "name": "乙嘎查", "sumu_code": "990001001000", "grade": "key_support", "reserve_ha": 2.25,
         "geom": box(10, 0, 20, 10)},
        {"code": C, "name": "甲嘎查", "sumu_code": "990001002000", "geom": box(20, 0, 30, 10)},
    ],
    "household": [
        {"code": f"H{gacha[-4:]}{number}", "gacha_code": gacha, "head": f"户主{number}",
         "geom": at(5, 1 + number)}
        for gacha, count in HOUSEHOLDS for number in range(count)
    ],
    # A: one accepted, one faulty, one never surveyed; B: both unimproved; C: nothing is known of any
    "toilet": [
        {"code": "T1", "household_code": f"H{A[-4:]}0", "gacha_code": A, "state": "accepted",
         "accepted_on": "2023-06-01", "geom": at(5, 1)},
        {"code": "T2", "household_code": f"H{A[-4:]}1", "gacha_code": A, "state": "faulty", "geom": at(5, 2)},
        {"code": "T3", "household_code": f"H{B[-4:]}0", "gacha_code": B, "state": "unimproved",
         "geom": at(15, 1)},
        {"code": "T4", "household_code": f"H{B[-4:]}1", "gacha_code": B, "state": "unimproved",
         "geom": at(15, 2)},
    ],
    "grazing_zone": [
        {"code": "Z1", "regime": "ban", "name": "北禁牧区", "valid_from": "2021-01-01", "document": "样〔2021〕1号",
         "quality": "surveyed", "geom": box(0, 5, 8, 10)},
    ],
}  # fmt: skip


@dataclass
class Bench:
    """A session with its bus and jobs, and what was asked of the bus."""

    session: Session
    bus: Bus
    jobs: Jobs
    show: Callable[..., Any]
    asked: dict[str, list[tuple[Any, ...]]]


def small_plan(**changed: list[dict[str, Any]] | None) -> Plan:
    """The small banner; a layer may be replaced, or left out with None."""
    catalogue = default_catalogue()
    layers = {**SMALL, **changed}
    tables = {
        kind: Table.from_rows(catalogue[kind], rows) for kind, rows in layers.items() if rows is not None
    }
    return Plan(catalogue, PlanningCrs.from_epsg(4549), tables, {INFO[0]: {INFO[1]: {"title": "某旗"}}})


@pytest.fixture
def bench(qapp, qtbot, tmp_path) -> Iterator[Callable[..., Bench]]:
    """Make a Bench on the sample (`sample=True`), on a plan, or on nothing."""
    set_language("zh")
    theme.set_palette("light")
    theme.style(qapp)
    made: list[Bench] = []

    def make(plan: Plan | None = None, *, sample: bool = False) -> Bench:
        session = Session(author="甲")
        if sample:
            session.open(Path(shutil.copyfile(sample_project(), tmp_path / "sample.gpkg")))
        elif plan is not None:
            session.create(tmp_path / "small.gpkg", plan)
        bus, jobs = Bus(session), Jobs()

        def show(kind: type[Panel], width: int = 404, height: int = 900) -> QWidget:
            panel = kind(session, jobs, bus)
            qtbot.addWidget(panel)
            panel.resize(width, height)
            with qtbot.waitExposed(panel):
                panel.show()
            return panel

        asked: dict[str, list[tuple[Any, ...]]] = {}
        for name in ("zoom_to_features", "flash_feature", "show_tab", "show_service", "gap_theme",
                     "run_command",
                     "identified", "notice", "show_layer_table"):  # fmt: skip
            asked[name] = []
            getattr(bus, name).connect(lambda *values, name=name: asked[name].append(values))
        found = Bench(session, bus, jobs, show, asked)
        made.append(found)
        return found

    yield make
    for one in made:
        one.jobs.cancel_all()
        one.bus.close()
        one.session.close()
    set_language("zh")
    theme.set_palette("light")
