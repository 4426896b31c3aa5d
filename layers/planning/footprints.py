"""Works and the ground they take: areas as drawn, lines by width, points as a yard; widths are rules."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from layers.catalogue.model import LayerKind
from layers.errors import InputError
from layers.geo.repair import repair
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.policy.bundle import Policy

ACCURACY = "data_accuracy_m"
ROAD, SHOULDER = "footprint_road_m", "footprint_shoulder_m"
LINE, SITE, CLEARANCE = "footprint_line_m", "footprint_site_m2", "footprint_clearance_m"
PROPOSAL = "proposal"
PLANNED = ("idea", "reserve", "approved", "building")
WORK_OF_ROLE: Mapping[str, str] = {
    "road": "road", "bridge": "bridge", "transport.station": "station", "logistics": "logistics",
    "sanitation.toilet": "toilet", "sanitation.public_toilet": "toilet", "sanitation.sewage": "sewage",
    "sanitation.waste": "waste", "water.work": "water", "water.basin": "basin", "power.line": "power",
    "power.station": "power", "network": "broadband", "health.clinic": "clinic",
    "health.centre": "health_centre", "health.hospital": "health_centre",
    "education.kindergarten": "kindergarten", "care.home": "care_home", "culture.fitness": "fitness",
    "visitor": "visitor", "grassland.desertified": "desert", "pasture.camp": "livestock",
    "resettlement": "housing",
}  # fmt: skip
"""What a thing is as a work, where its row does not say: role of its kind -> kind of work."""


@dataclass(frozen=True, slots=True)
class Work:
    """A drawn or planned thing. kind, fid, key, name: which (kind "" for what is in no layer).

    work: kind of work, None unknown. shape: as drawn; ground: the polygon it takes; line: its axis or None.
    All in planning CRS metres. accuracy_m: how far its place may be off. width_m: of a line's ground.
    day: the day by which it is judged; None: the day that is asked. row: its values.
    """

    kind: str
    fid: int
    key: str
    name: str
    work: str | None
    shape: shapely.Geometry
    ground: shapely.Geometry
    line: shapely.Geometry | None
    width_m: float | None
    accuracy_m: float
    day: datetime.date | None
    row: Mapping[str, Any] = field(default_factory=dict, repr=False)


def accuracies(policy: Policy, qualities: Iterable[Any]) -> np.ndarray:
    """Metres (n,) by which positions of these qualities may be off; a quality not filled in is unknown."""
    rule = policy.rule(ACCURACY).values
    return np.fromiter((rule.get(quality or "unknown", rule["unknown"]) for quality in qualities), np.float64)


def work_of(kind: LayerKind, row: Mapping[str, Any]) -> str | None:
    """What kind of work a row is: what it says itself, else what its kind's roles say."""
    if "kind_of_work" in kind.column_names:
        return row.get("kind_of_work")
    return next((WORK_OF_ROLE[role] for role in kind.roles if role in WORK_OF_ROLE), None)


def day_of(row: Mapping[str, Any]) -> datetime.date | None:
    """The day a project is judged by: when it was begun, else the last day of its planned year; None:
    neither."""
    begun, year = row.get("begun_on"), row.get("year")
    try:
        return datetime.date.fromisoformat(str(begun)) if begun else datetime.date(int(year), 12, 31)
    except (TypeError, ValueError):
        return None


def ground_of(
    policy: Policy, shape: shapely.Geometry, work: str | None, row: Mapping[str, Any]
) -> tuple[shapely.Geometry, float | None]:
    """Return (polygon that a thing takes, width of a line in metres or None), planning CRS.

    A line: its `width_m` plus two shoulders where it is a road, else the width of its class or kind of work;
    ends are flat. A point: a square of the kind of work's area. Then the clearance all round (round corners).
    An area that crosses itself is mended first.
    """
    width = None
    dimension = shapely.get_dimensions(shape)
    if dimension == 2:
        ground = shape if shapely.is_valid(shape) else repair(shape).geometry
    elif dimension == 1:
        width = line_width(policy, work, row)
        ground = shapely.buffer(shape, width / 2, cap_style="flat", join_style="mitre", mitre_limit=2.0)
    else:
        half = float(np.sqrt(_by_work(policy, SITE, work))) / 2
        ground = shapely.union_all(
            [shapely.box(p.x - half, p.y - half, p.x + half, p.y + half) for p in shapely.get_parts(shape)]
        )
    clearance = _by_work(policy, CLEARANCE, work)
    return (shapely.buffer(ground, clearance) if clearance else ground), width


def line_width(policy: Policy, work: str | None, row: Mapping[str, Any]) -> float:
    """Width in metres of the ground that a line takes."""
    stated = row.get("width_m")
    if work in (None, "road"):
        by_class = policy.rule(ROAD).values
        if stated:
            return float(stated) + 2 * policy.rule(SHOULDER).value
        return float(by_class.get(str(row.get("class")), by_class["other"]))
    return float(stated) if stated else _by_work(policy, LINE, work)


def _by_work(policy: Policy, rule: str, work: str | None) -> float:
    values = policy.rule(rule).values
    return float(values.get(work or "other", values["other"]))


def work_of_row(plan: Plan, policy: Policy, kind_id: str, fid: int) -> Work | None:
    """One feature as a work; None where it has no shape. Raises InputError `layer_absent`, `row_unknown`."""
    table = plan.table(kind_id)
    return next(iter(works_of_table(policy, table, [fid])), None)


def works_of_table(policy: Policy, table: Table, fids: Sequence[int]) -> list[Work]:
    """Features as works, those without a shape left out.

    A proposal whose data quality is not filled in was drawn: its coordinates are the plan, its accuracy is 0.
    """
    kind = table.kind
    if not kind.geometry:
        return []
    found = []
    for fid, row in _rows(table, fids):
        shape = row.get("geom")
        if shape is None or shape.is_empty:
            continue
        quality = row.get("quality")
        exact = quality is None and PROPOSAL in kind.roles
        accuracy = 0.0 if exact else float(accuracies(policy, [quality])[0])
        found.append(
            made_work(policy, shape, work_of(kind, row), row, kind=kind.id, fid=fid,
                      key=str(row.get(kind.key) or ""), name=str(row.get(kind.name) or ""),
                      accuracy_m=accuracy)
        )  # fmt: skip
    return found


def _rows(table: Table, fids: Sequence[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows by id, read by column: that is safe beside other threads, and quick for many."""
    names = (*table.kind.column_names, "geom")
    columns = {name: table.geometry if name == "geom" else table.column(name) for name in names}
    places = np.searchsorted(table.fids, np.asarray(fids, np.int64))
    for fid, at in zip(fids, places, strict=True):
        if at >= len(table) or table.fids[at] != fid:
            table.row(int(fid))  # says that there is no such row
        yield int(fid), {name: values[at] for name, values in columns.items()}


def made_work(
    policy: Policy,
    shape: shapely.Geometry,
    work: str | None,
    row: Mapping[str, Any],
    *,
    kind: str = "",
    fid: int = 0,
    key: str = "",
    name: str = "",
    accuracy_m: float = 0.0,
) -> Work:
    """A work from a shape in planning CRS metres: a feature, a sketch, a row of a file."""
    ground, width = ground_of(policy, shape, work, row)
    line = shape if shapely.get_dimensions(shape) == 1 else None
    return Work(kind, fid, key, name, work, shape, ground, line, width, accuracy_m, day_of(row), row)


def planned_works(plan: Plan, policy: Policy, *, scheme: str | None = None) -> list[Work]:
    """Every planned thing: proposals, and rows of other layers that are planned but not built.

    scheme: only what carries this name in its column `scheme`; personal layers only count then.
    Raises InputError `scheme_unknown` (with what is known) where nothing carries it.
    """
    found: list[Work] = []
    known: set[str] = set()
    for kind, table in plan.layers():
        if not kind.geometry or "scheme" not in kind.column_names:
            continue
        names = table.column("scheme")
        known |= {str(name) for name in names if name}
        if scheme is not None:
            chosen: Collection[int] = table.fids[names == scheme]
        elif PROPOSAL in kind.roles:
            chosen = table.fids
        elif not kind.sensitive and "status" in kind.column_names:
            chosen = table.fids[np.isin(table.column("status").astype(str), PLANNED)]
        else:
            continue
        found += works_of_table(policy, table, [int(fid) for fid in chosen])
    if scheme is not None and not found:
        raise InputError("scheme_unknown", name=scheme, known=sorted(known))
    return found
