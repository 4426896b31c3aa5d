"""What is wrong with a layer's data: findings, collected. Bad data never raises here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely

from layers.catalogue.model import Column
from layers.geo.repair import validity
from layers.plan.plan import Plan
from layers.plan.table import Table

ERROR, WARNING, NOTE = "error", "warning", "note"
UNIT_COLUMNS = {"gacha_code": "unit.gacha", "sumu_code": "unit.sumu"}
UNIT_ROLES = ("unit.banner", "unit.sumu", "unit.gacha")
CODE_DIGITS = {"": (12,), "unit.banner": (6, 12)}
"""Digits of a unit's code by role; a banner is also known by its six."""
COVERAGE_TOLERANCE_M2 = 1.0
"""Gaps and overlaps of units up to this size are the rounding of their corners."""
DATE_PAIRS = (
    ("valid_from", "valid_to"),
    ("built_on", "accepted_on"),
    ("fault_on", "rectified_on"),
    ("found_on", "assigned_on"),
    ("assigned_on", "done_on"),
    ("done_on", "closed_on"),
    ("found_on", "closed_on"),
    ("issued_on", "visited_on"),
    ("visited_on", "closed_on"),
    ("found_on", "opened_on"),
    ("monitored_on", "risk_cleared_on"),
)
MOST_OF_ONE_CODE = 200
"""Findings of one code that are listed one by one; the rest is one finding with their number."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong. code: its sentence is `[ui.finding_CODE]`, filled with `fields`. fid: the row; 0 means
    the layer as a whole. severity: `error` (engines cannot use the row), `warning`, `note`.
    """

    code: str
    severity: str
    fid: int
    fields: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(slots=True)
class _Findings:
    """Collects; keeps the first of each code and counts the rest."""

    table: Table
    found: list[Finding]

    def add(
        self,
        code: str,
        severity: str,
        rows: np.ndarray,
        facts: Callable[[int], dict[str, Any]] | None = None,
        **same: Any,
    ) -> None:
        """Add one finding a row (positions in the table), at most MOST_OF_ONE_CODE and one for the rest."""
        fids = self.table.fids
        for at in rows[:MOST_OF_ONE_CODE]:
            fields = {**same, **(facts(int(at)) if facts else {})}
            self.found.append(Finding(code, severity, int(fids[at]), MappingProxyType(fields)))
        if len(rows) > MOST_OF_ONE_CODE:
            rest = {"of": code, "count": len(rows) - MOST_OF_ONE_CODE, **same}
            self.found.append(Finding("and_more", severity, 0, MappingProxyType(rest)))


def check_layer(table: Table, plan: Plan) -> tuple[Finding, ...]:
    """Return what is wrong with a layer's rows: errors first, then by row.

    Looks at keys (missing, duplicate), geometry (missing, broken), codes of units (form, unknown, not where
    the feature lies), values (outside choices or limits, required but missing, dates that are no dates or
    in the wrong order), and for unit layers at gaps and overlaps. Absent unit layers leave their checks out.
    """
    findings = _Findings(table, [])
    for check in (_keys, _geometry, _unit_codes, _values, _dates, _coverage):
        check(findings, plan)
    rank = {ERROR: 0, WARNING: 1, NOTE: 2}
    return tuple(sorted(findings.found, key=lambda one: (rank[one.severity], one.fid, one.code)))


def _null(values: np.ndarray) -> np.ndarray:
    return np.fromiter((value is None or value == "" for value in values), bool, len(values))


def _column(table: Table, name: str) -> np.ndarray | None:
    return table.column(name) if name in table.kind.column_names else None


# -- keys and geometry -------------------------------------------------------------------------------------


def _keys(findings: _Findings, plan: Plan) -> None:
    table = findings.table
    keys = _column(table, table.kind.key)
    if keys is None:
        return
    null = _null(keys)
    findings.add("key_missing", WARNING, np.flatnonzero(null), **_names(table.kind.column(table.kind.key)))
    counts: dict[str, int] = {}
    for key in keys[~null]:
        counts[str(key)] = counts.get(str(key), 0) + 1
    repeated = {key for key, count in counts.items() if count > 1}
    rows = np.array([at for at, key in enumerate(keys) if not null[at] and str(key) in repeated], np.int64)
    findings.add(
        "key_duplicate",
        ERROR if _is_unit(table) else WARNING,
        rows,
        lambda at: {"key": str(keys[at]), "count": counts[str(keys[at])]},
    )


def _geometry(findings: _Findings, plan: Plan) -> None:
    table = findings.table
    if not table.kind.geometry:
        return
    codes = validity(table.geometry)
    findings.add("geometry_missing", WARNING, np.flatnonzero(np.isin(codes, ["missing", "empty"])))
    wrong = np.flatnonzero(~np.isin(codes, ["missing", "empty", None]))
    findings.add("geometry_invalid", ERROR, wrong, lambda at: {"problem": codes[at]})
    banner = [unit for unit in plan.with_role("unit.banner") if unit is not table]
    if banner and banner[0].bounds and len(table) and table.bounds:
        _outside(findings, banner[0])


def _outside(findings: _Findings, banner: Table) -> None:
    """Features wholly outside the banner's extent: a wrong CRS or swapped axes, not a matter of outlines."""
    west, south, east, north = banner.bounds or (0, 0, 0, 0)
    box = shapely.bounds(findings.table.geometry)
    with np.errstate(invalid="ignore"):
        away = (box[:, 0] > east) | (box[:, 2] < west) | (box[:, 1] > north) | (box[:, 3] < south)
    findings.add("outside_banner", WARNING, np.flatnonzero(away))


# -- units -------------------------------------------------------------------------------------------------


def _is_unit(table: Table) -> bool:
    return any(role in table.kind.roles for role in UNIT_ROLES)


def _unit_codes(findings: _Findings, plan: Plan) -> None:
    table = findings.table
    columns = {name: role for name, role in UNIT_COLUMNS.items() if name in table.kind.column_names}
    if _is_unit(table):
        columns[table.kind.key] = ""
    for name, role in columns.items():
        values = table.column(name)
        there = ~_null(values)
        digits = CODE_DIGITS["unit.banner" if not role and "unit.banner" in table.kind.roles else ""]
        formed = np.fromiter((_is_code(value, digits) for value in values), bool, len(values))
        names = _names(table.kind.column(name))
        findings.add(
            "code_malformed",
            WARNING,
            np.flatnonzero(there & ~formed),
            lambda at, values=values: {"value": str(values[at])},
            **names,
        )
        units = plan.with_role(role) if role else ()
        if units:
            _against_units(findings, units, values, there & formed, names)


def _is_code(value: Any, digits: tuple[int, ...]) -> bool:
    text = str(value)
    return len(text) in digits and text.isascii() and text.isdigit()


def _against_units(
    findings: _Findings,
    units: tuple[Table, ...],
    values: np.ndarray,
    there: np.ndarray,
    names: dict[str, str],
) -> None:
    table = findings.table
    outlines: dict[str, Any] = {}
    for unit in units:
        outlines.update(
            {
                str(code): outline
                for code, outline in zip(unit.column(unit.kind.key), unit.geometry, strict=True)
                if code is not None
            }
        )
    known = np.fromiter((str(value) in outlines for value in values), bool, len(values))
    findings.add(
        "unit_unknown",
        WARNING,
        np.flatnonzero(there & ~known),
        lambda at: {"value": str(values[at])},
        **names,
    )
    if table.kind.geometry != "Point":
        return
    rows = np.flatnonzero(there & known & ~shapely.is_missing(table.geometry))
    polygons = np.empty(len(rows), object)
    polygons[:] = [outlines[str(value)] for value in values[rows]]
    usable = ~shapely.is_missing(polygons) & shapely.is_valid(polygons)
    rows, polygons = rows[usable], polygons[usable]
    for polygon in set(polygons):
        shapely.prepare(polygon)
    points = table.geometry[rows]
    inside = shapely.intersects_xy(polygons, shapely.get_x(points), shapely.get_y(points))
    findings.add("outside_unit", WARNING, rows[~inside], lambda at: {"value": str(values[at])}, **names)


def _coverage(findings: _Findings, plan: Plan) -> None:
    """Overlaps of neighbouring units, and land of the level above that no unit covers."""
    table = findings.table
    level = next((at for at, role in enumerate(UNIT_ROLES) if role in table.kind.roles), 0)
    if level == 0 or not len(table):
        return
    polygons = table.geometry
    usable = np.flatnonzero(~shapely.is_missing(polygons) & shapely.is_valid(polygons))
    tree = shapely.STRtree(polygons[usable])
    one, other = (usable[side] for side in tree.query(polygons[usable], predicate="intersects"))
    pairs = one < other
    one, other = one[pairs], other[pairs]
    common = shapely.area(shapely.intersection(polygons[one], polygons[other]))
    bad = np.flatnonzero(common > COVERAGE_TOLERANCE_M2)
    keys = table.column(table.kind.key)
    about = {
        int(one[at]): {"other": str(keys[other[at]]), "ha": round(float(common[at]) / 1e4, 4)} for at in bad
    }
    findings.add("units_overlap", ERROR, np.array(sorted(about), np.int64), lambda at: about[at])
    above = plan.with_role(UNIT_ROLES[0])
    if above and len(usable):
        outline = [shape for shape in above[0].geometry if shape is not None and shape.is_valid]
        if outline:
            missing = shapely.difference(shapely.union_all(outline), shapely.union_all(polygons[usable]))
            pieces = [piece for piece in shapely.get_parts(missing) if piece.area > COVERAGE_TOLERANCE_M2]
            if pieces:
                # Towns, forests and state farms may lie outside every gacha, but not outside every sumu.
                severity = NOTE if UNIT_ROLES[level] == "unit.gacha" else WARNING
                findings.found.append(
                    Finding(
                        "units_gap",
                        severity,
                        0,
                        MappingProxyType(
                            {"count": len(pieces), "ha": round(sum(piece.area for piece in pieces) / 1e4, 4)}
                        ),
                    )
                )


# -- values ------------------------------------------------------------------------------------------------


def _names(column: Column) -> dict[str, str]:
    return {"column": column.title.zh, "column_en": column.title.en}


def _values(findings: _Findings, plan: Plan) -> None:
    table = findings.table
    for column in table.kind.columns:
        values = table.column(column.name)
        there = np.fromiter((value is not None for value in values), bool, len(values))
        if column.required and column.name != table.kind.key:
            findings.add("value_missing", WARNING, np.flatnonzero(~there), **_names(column))
        test = _test_of(column)
        if test is None:
            continue
        known: dict[Any, bool] = {None: True}
        fits = np.fromiter((_remembered(known, value, test) for value in values), bool, len(values))
        code = (
            "value_not_a_choice"
            if column.choices
            else ("value_not_a_date" if column.type == "date" else "value_out_of_range")
        )
        findings.add(
            code,
            WARNING,
            np.flatnonzero(~fits),
            lambda at, values=values: {"value": str(values[at])},
            **_names(column),
        )


def _remembered(known: dict[Any, bool], value: Any, test: Callable[[Any], bool]) -> bool:
    if value not in known:
        known[value] = test(value)
    return known[value]


def _test_of(column: Column) -> Callable[[Any], bool] | None:
    if column.choices:
        allowed = frozenset(choice.value for choice in column.choices)
        return lambda value: value in allowed
    if column.type == "date":
        return lambda value: _date(value) is not None
    if column.minimum is not None or column.maximum is not None:
        low = -np.inf if column.minimum is None else column.minimum
        high = np.inf if column.maximum is None else column.maximum
        return lambda value: isinstance(value, (int, float)) and bool(low <= value <= high)
    return None


def _date(value: Any) -> str | None:
    import datetime

    try:
        return datetime.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        return None


def _dates(findings: _Findings, plan: Plan) -> None:
    table = findings.table
    for first, last in DATE_PAIRS:
        begin, end = _column(table, first), _column(table, last)
        if begin is None or end is None:
            continue
        known: dict[Any, str | None] = {}
        for value in (*begin, *end):
            if value is not None and value not in known:
                known[value] = _date(value)
        wrong = [
            at
            for at, (one, other) in enumerate(zip(begin, end, strict=True))
            if one is not None and other is not None and (known[one] or "") > (known[other] or "9999")
        ]
        findings.add(
            "dates_reversed",
            WARNING,
            np.array(wrong, np.int64),
            lambda at, begin=begin, end=end: {"begin": begin[at], "end": end[at]},
            column=table.kind.column(first).title.zh,
            column_en=table.kind.column(first).title.en,
            other=table.kind.column(last).title.zh,
            other_en=table.kind.column(last).title.en,
        )
