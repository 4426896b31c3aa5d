"""One browser for all tests of pages; a small banner that tests fill as they need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import shapely

from app.messages import set_language
from app.session import Session
from layers.catalogue.model import Catalogue
from layers.catalogue.registry import default_catalogue
from layers.geo.crs import PlanningCrs
from layers.plan.plan import Plan
from layers.plan.table import Table
from tests.app.exports.browser import Browser

EAST, NORTH, SIDE = 500_000.0, 5_300_000.0, 6_000.0
SUMU = "150724100000"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser that reaches no network."""
    made = Browser()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Pages are in the interface's language, Chinese unless a test says otherwise."""
    set_language("zh")
    yield
    set_language("zh")


def place(at: int) -> tuple[float, float]:
    """The middle of the `at`-th gacha of a banner: four in a row."""
    return EAST + (at % 4 + 0.5) * SIDE, NORTH + (at // 4 + 0.5) * SIDE


def gacha_code(at: int) -> str:
    """The `at`-th gacha's code."""
    return f"150724100{200 + at}"


def banner_of(
    names: Sequence[str],
    rows: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    *,
    catalogue: Catalogue | None = None,
    info: Mapping[str, Any] | None = None,
    policy: Mapping[str, str] | None = None,
) -> Plan:
    """A banner of square gachas with the given names, each with a seat; `rows`: more rows by kind."""
    catalogue = catalogue or default_catalogue()
    boxes = [
        shapely.box(x - SIDE / 2, y - SIDE / 2, x + SIDE / 2, y + SIDE / 2)
        for x, y in (place(at) for at in range(len(names)))
    ]
    whole = shapely.union_all(boxes)
    every: dict[str, list[Mapping[str, Any]]] = {
        "banner": [{"code": "150724000000", "name": "某旗", "geom": whole}],
        "sumu": [{"code": SUMU, "name": "某苏木", "geom": whole}],
        "gacha": [
            {"code": gacha_code(at), "name": name, "sumu_code": SUMU, "geom": box}
            for at, (name, box) in enumerate(zip(names, boxes, strict=True))
        ],
        "seat": [
            {
                "code": f"ZD{at}",
                "name": name,
                "level": "gacha",
                "unit_code": gacha_code(at),
                "geom": shapely.Point(place(at)),
            }
            for at, name in enumerate(names)
        ],
    }
    for kind, more in (rows or {}).items():
        every[kind] = [*every.get(kind, []), *more]
    documents: dict[str, dict[str, Any]] = {
        "project": {"info": {"title": "某旗", "period": "2021-2025", **(info or {})}}
    }
    if policy:
        documents["policy"] = dict(policy)
    tables = {kind: Table.from_rows(catalogue[kind], values) for kind, values in every.items()}
    return Plan(catalogue, PlanningCrs.from_epsg(4549), tables, documents)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Any]:
    """`opened(plan)`: a session on a project file made from a plan."""
    sessions = []

    def make(plan: Plan) -> Session:
        session = Session(plan.catalogue, author="tester")
        session.create(tmp_path / f"project{len(sessions)}.gpkg", plan)
        sessions.append(session)
        return session

    yield make
    for session in sessions:
        session.close()
