"""A small banner that tests fill as they need, and what a web map made of it holds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import shapely

from layers.catalogue.model import Catalogue
from layers.catalogue.registry import default_catalogue
from layers.geo.crs import PlanningCrs
from layers.plan.plan import Plan
from layers.plan.table import Table

EAST, NORTH, SIDE = 500_000.0, 5_300_000.0, 6_000.0
SUMU = "150724100000"
ISLAND = re.compile(r'<script type="application/json" id="qitu-data">(.*?)</script>', re.S)


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


def people(gachas: Iterable[int], needs: Callable[[int], tuple[int, int]]) -> dict[str, list[dict[str, Any]]]:
    """Households and toilets: `needs(at)` is (served, in need) of a gacha."""
    households: list[dict[str, Any]] = []
    toilets: list[dict[str, Any]] = []
    for at in gachas:
        served, lacking = needs(at)
        for number in range(served + lacking):
            code = f"H{at}-{number}"
            households.append({"code": code, "gacha_code": gacha_code(at), "geom": shapely.Point(place(at))})
            toilets.append(
                {
                    "code": f"T{code}",
                    "household_code": code,
                    "gacha_code": gacha_code(at),
                    "state": "accepted" if number < served else "unimproved",
                    "accepted_on": "2020-05-01",
                    "geom": shapely.Point(place(at)),
                }
            )
    return {"household": households, "toilet": toilets}


def document_of(page: bytes) -> dict:
    """What the page knows."""
    return json.loads(ISLAND.search(page.decode("utf-8")).group(1))
