"""Faults of shapes that spoil areas: twice the same, overlapping, slivers, self-crossing; codes and names
that disagree. Each can be repaired where the repair invents nothing, as changes that can be undone.

Overlaps, slivers and gaps are looked for in layers whose areas are meant to exclude each other: land parcels,
contract pastures, and each zone layer. A sliver is an area narrower than SLIVER_M on average (2 × area ÷
length of its edge); a gap is a hole up to GAP_M2 that a layer leaves inside itself.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.geo.repair import MISSING, repair, validity
from layers.plan.changes import Changes, RowChange
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.land_use import PARCEL, PASTURE
from layers.planning.results import Progress

SLIVER_M, OVERLAP_M2, GAP_M2 = 2.0, 1.0, 10_000.0
FAULTS = ("self_crossing", "duplicate", "overlap", "sliver", "gap", "code_name")
REPAIRS = ("self_crossing", "duplicate", "overlap")
"""What can be repaired: the ring mended, the later twin deleted, the later area cut."""
NAMED_CODES = (("QSDWDM", "QSDWMC"), ("ZLDWDM", "ZLDWMC"))
UNITS = ("unit.gacha", "unit.sumu", "unit.banner")
CODE_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. kind, fid: the row it would be repaired in (0: the layer); other: the row it collides with.

    code: one of FAULTS. area_m2: in the planning plane, of the overlap, sliver or gap. place: (x, y) to look
    at. words: what a code or name should be.
    """

    kind: str
    fid: int
    code: str
    other: int | None = None
    area_m2: float | None = None
    place: tuple[float, float] | None = None
    words: str = ""


def data_faults(plan: Plan, *, progress: Progress = lambda _done, _total: None) -> tuple[Fault, ...]:
    """Return the faults of every layer, by layer in catalogue order, then by row."""
    found: list[Fault] = []
    layers = [(kind, table) for kind, table in plan.layers() if kind.geometry and len(table)]
    names = _unit_names(plan)
    for done, (kind, table) in enumerate(layers):
        progress(done, len(layers))
        own = _crossing(table) + _twins(table)
        if kind.geometry == "MultiPolygon" and (kind.zone or {PARCEL, PASTURE} & set(kind.roles)):
            own += _overlaps(table) + _slivers(table) + _gaps(table)
        own += _code_names(table, names)
        found += sorted(own, key=lambda one: (one.fid, FAULTS.index(one.code), one.other or 0))
    return tuple(found)


def _crossing(table: Table) -> list[Fault]:
    codes = validity(table.geometry)
    wrong = np.flatnonzero(
        [code is not None and code not in (MISSING, "empty", "non_finite") for code in codes]
    )
    return [_fault(table, at, "self_crossing", words=str(codes[at])) for at in wrong]


def _twins(table: Table) -> list[Fault]:
    """Later rows of the very same shape as an earlier one; points may well share a place and are spared."""
    if table.kind.geometry == "Point":
        return []
    first: dict[bytes, int] = {}
    found = []
    for at, data in enumerate(shapely.to_wkb(shapely.normalize(table.geometry))):
        if data is None:
            continue
        before = first.setdefault(data, at)
        if before != at:
            found.append(_fault(table, at, "duplicate", other=int(table.fids[before])))
    return found


def _good(table: Table) -> NDArray[np.intp]:
    shapes = table.geometry
    return np.flatnonzero(~shapely.is_missing(shapes) & shapely.is_valid(shapes))


def _overlaps(table: Table) -> list[Fault]:
    good, shapes = _good(table), table.geometry
    one, other = shapely.STRtree(shapes[good]).query(shapes[good], predicate="intersects")
    one, other = good[one], good[other]
    later = one > other
    one, other = one[later], other[later]
    if table.kind.zone and table.kind.style.column in table.kind.column_names:
        sort = table.column(table.kind.style.column)  # zones of different sorts may well lie on each other
        same = sort[one] == sort[other]
        one, other = one[same], other[same]
    common = shapely.intersection(shapes[one], shapes[other])
    areas = shapely.area(common)
    twins = shapely.equals(shapes[one], shapes[other])
    return [
        _fault(
            table,
            one[at],
            "overlap",
            other=int(table.fids[other[at]]),
            area=float(areas[at]),
            shape=common[at],
        )
        for at in np.flatnonzero((areas > OVERLAP_M2) & ~twins)
    ]


def _slivers(table: Table) -> list[Fault]:
    good, shapes = _good(table), table.geometry
    area, edge = shapely.area(shapes[good]), shapely.length(shapes[good])
    thin = np.flatnonzero((edge > 0) & (2 * area < SLIVER_M * edge))
    return [_fault(table, good[at], "sliver", area=float(area[at])) for at in thin]


def _gaps(table: Table) -> list[Fault]:
    shapes = table.geometry[_good(table)]
    found = []
    for part in shapely.get_parts(shapely.union_all(shapes)):
        for ring in part.interiors:
            hole = shapely.Polygon(ring)
            if hole.area <= GAP_M2:
                x, y = hole.representative_point().coords[0]
                found.append(Fault(table.kind.id, 0, "gap", area_m2=float(hole.area), place=(x, y)))
    return found


def _unit_names(plan: Plan) -> dict[str, str]:
    names: dict[str, str] = {}
    for role in UNITS:
        for table in plan.with_role(role):
            pairs = zip(table.column(table.kind.key), table.column(table.kind.name), strict=True)
            names.update({str(code): str(name) for code, name in pairs if code and name})
    return names


def _code_names(table: Table, names: dict[str, str]) -> list[Fault]:
    found = []
    for code_column, name_column in NAMED_CODES:
        if not {code_column, name_column} <= set(table.kind.column_names):
            continue
        codes, said = table.column(code_column), table.column(name_column)
        for at, (code, name) in enumerate(zip(codes, said, strict=True)):
            known = names.get(str(code)[:CODE_DIGITS]) if code and name else None
            if known is not None and known != str(name):
                found.append(
                    _fault(table, at, "code_name", words=f"{str(code)[:CODE_DIGITS]} {known} ≠ {name}")
                )
    return found


def _fault(
    table: Table,
    at: int,
    code: str,
    *,
    other: int | None = None,
    area: float | None = None,
    shape: shapely.Geometry | None = None,
    words: str = "",
) -> Fault:
    shape = table.geometry[at] if shape is None else shape
    place = None
    if shape is not None and not shape.is_empty:
        west, south, east, north = shape.bounds
        place = ((west + east) / 2, (south + north) / 2)
    return Fault(table.kind.id, int(table.fids[at]), code, other, area, place, words)


def repaired(plan: Plan, faults: Collection[Fault], *, only: Collection[str] = REPAIRS) -> Changes:
    """Return the changes that repair these faults, each row once.

    Self-crossing rings are mended without inventing land, of twins the later row goes, and from overlapping
    areas the later one (by row id) loses what both have. Slivers, gaps and names are for people to settle.
    """
    shapes: dict[tuple[str, int], shapely.Geometry | None] = {}

    def now(kind: str, fid: int) -> shapely.Geometry | None:
        if (kind, fid) not in shapes:
            shapes[kind, fid] = plan.table(kind).row(fid).get("geom")
        return shapes[kind, fid]

    gone: set[tuple[str, int]] = set()
    wanted = sorted((one for one in faults if one.code in only and one.code in REPAIRS and one.fid),
                    key=lambda one: (REPAIRS.index(one.code), one.kind, one.fid, one.other or 0))  # fmt: skip
    touched: set[tuple[str, int]] = set()
    for one in wanted:
        place = (one.kind, one.fid)
        if one.code == "duplicate":
            gone.add(place)
            continue
        shape = now(*place)
        if shape is None or place in gone:
            continue
        if one.code == "self_crossing":
            shapes[place] = repair(shape).geometry
        elif one.other is not None and (one.kind, one.other) not in gone:
            shapes[place] = _areas_only(shapely.difference(shape, now(one.kind, one.other)))
        touched.add(place)
    rows: list[RowChange] = [plan.table(kind).delete(fid) for kind, fid in sorted(gone)]
    for kind, fid in sorted(touched - gone):
        shape = shapes[kind, fid]
        if shape is None or shape.is_empty:
            rows.append(plan.table(kind).delete(fid))
        else:
            change = plan.table(kind).update(fid, {"geom": shape})
            if change.after:
                rows.append(change)
    return Changes(rows=tuple(rows))


def _areas_only(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])
