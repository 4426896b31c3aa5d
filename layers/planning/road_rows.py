"""A road programme as proposals of a scheme, and what each road crosses."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from layers.plan.changes import Changes, LayerChange, RowChange
from layers.plan.digest import GEOMETRY
from layers.plan.plan import Plan, empty_table
from layers.planning.columns import code_text
from layers.planning.conflicts import Judged, conflicts
from layers.planning.footprints import Work, ground_of
from layers.planning.road_programme import RoadProgramme
from layers.policy.bundle import Policy

WORK = "road"


@dataclass(frozen=True, eq=False)
class Crossed:
    """What a road lies in: its verdict with every zone (None: no zone layer is there), and pastures that it
    crosses (how many; None where there is no such layer)."""

    judged: Judged | None
    pastures: int | None


def crossed(
    plan: Plan, policy: Policy, programme: RoadProgramme, *, on: datetime.date
) -> tuple[Crossed, ...]:
    """Return what each road of a programme crosses, in their order. on: the day of roads without a year."""
    works = []
    for at, one in enumerate(programme.projects):
        row = {"width_m": one.width_m, "year": one.year}
        ground, width = ground_of(policy, one.line, WORK, row)
        day = None if one.year is None else datetime.date(one.year, 12, 31)
        works.append(Work("", at, one.code, one.code, WORK, one.line, ground, one.line, width, 0.0, day, row))
    judged = conflicts(plan, policy, works, on=on).judged if works else ()
    tables = plan.with_role("pasture.contract")
    pastures: list[int | None] = [None] * len(works)
    if tables and works:
        lines = np.array([one.line for one in programme.projects], object)
        counts = np.zeros(len(works), np.int64)
        for table in tables:
            shapes = table.geometry[~shapely.is_missing(table.geometry)]
            hit, _ = shapely.STRtree(shapes).query(lines, predicate="intersects")
            counts += np.bincount(hit, minlength=len(works))
        pastures = [int(count) for count in counts]
    return tuple(Crossed(one, count) for one, count in zip(judged, pastures, strict=True))


def road_changes(plan: Plan, programme: RoadProgramme, scheme: str) -> Changes:
    """Return the changes that put the roads of a scheme on the map in the place of those it had before."""
    kind = next(one for one in plan.catalogue.with_role("proposal") if one.geometry == "MultiLineString")
    table = plan.tables.get(kind.id)
    layers = () if table is not None else (LayerChange(kind.id, False, True),)
    table = empty_table(kind) if table is None else table
    rows = [
        RowChange(kind.id, int(fid), row, None)
        for fid in table.fids
        if (row := table.row(int(fid))).get("scheme") == scheme and row.get("kind_of_work") == WORK
        and row.get("status") in (None, "idea") and code_text(row.get(kind.key)).startswith(f"{scheme}-")
    ]  # fmt: skip
    classes = _classes(plan)
    gachas = {
        code_text(code) for gacha in plan.with_role("unit.gacha") for code in gacha.column(gacha.kind.key)
    }
    for fid, one in enumerate(programme.projects, start=table.next_fid):
        row = dict.fromkeys(kind.column_names) | {
            kind.key: f"{scheme}-{one.code}", "kind_of_work": WORK, "scheme": scheme, "year": one.year,
            "status": "idea", "budget": round(one.cost, 2), "width_m": one.width_m,
            "class": classes.get(one.service, "village"),
            "gacha_code": one.units[0] if len(one.units) == 1 and one.units[0] in gachas else None,
            "quality": "schematic", GEOMETRY: _multi(one.line),
        }  # fmt: skip
        rows.append(RowChange(kind.id, fid, None, row))
    return Changes(tuple(rows), (), layers)


def _multi(line: shapely.Geometry) -> shapely.Geometry:
    return line if line.geom_type == "MultiLineString" else shapely.multilinestrings([line])


def _classes(plan: Plan) -> Mapping[str, str]:
    """The class that a need asks for: the least of its service's, else the one below."""
    return {service.id: "class_iii" if service.option("classes") else "class_iv"
            for service, _ in plan.catalogue.services()}  # fmt: skip

