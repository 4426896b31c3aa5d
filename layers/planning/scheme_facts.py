"""What a scheme amounts to, in numbers that can be set side by side: toilets, kilometres, places, money,
zones.

A scheme is whatever in the project carries its name: an allocation kept as a document, and the features whose
column `scheme` says so (proposals, toilets of households, roads). A number that the data do not give is None,
never 0: a scheme whose works state no budget has no money, one without lines has 0 km.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import shapely

from layers.catalogue.text import Text
from layers.errors import InputError
from layers.geo.measure import areas_m2, lengths_m
from layers.plan.changes import Changes, RowChange
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.columns import code_text, is_in, values_of
from layers.planning.conflicts import NO, PERMIT, conflicts
from layers.planning.footprints import planned_works
from layers.planning.results import Provenance
from layers.planning.scheme_effects import (
    HOUSEHOLD,
    Drawn,
    figures_reached,
    households_served,
    zones_crossed,
)
from layers.planning.schemes import ADOPTED, COLLECTION, Scheme, read_scheme
from layers.policy.bundle import Policy

SCHEME, IDEA, RESERVE = "scheme", "idea", "reserve"
WORKS = "works"  # key under which the adopted scheme of drawn works is kept


@dataclass(frozen=True, slots=True)
class Fact:
    """One number of a scheme: by_year only where the things have years; None is not known.

    better: +1 more is better, -1 less is, 0 neither; it is only said, nothing is judged by it.
    """

    key: str
    title: Text
    unit: Text
    value: float | None
    by_year: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    better: int = 0


@dataclass(frozen=True, eq=False)
class SchemeFacts:
    """name, adopted: for which services it is adopted (`works`: its drawn works). facts: in the order of
    display."""

    name: str
    adopted: tuple[str, ...]
    facts: tuple[Fact, ...]
    provenance: Provenance

    def value(self, key: str) -> float | None:
        """The number of a fact, None where it is not there or not known."""
        return next((one.value for one in self.facts if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact of several schemes: values in their order, by year where things have years, and whether they
    differ in either."""

    key: str
    title: Text
    unit: Text
    values: tuple[float | None, ...]
    differs: bool
    by_year: tuple[Mapping[int, float], ...] = ()


def scheme_names(plan: Plan) -> tuple[str, ...]:
    """Every scheme's name, sorted: of documents, and of features."""
    names = set(plan.documents.get(COLLECTION, {}))
    for _, table in plan.layers():
        if SCHEME in table.kind.column_names:
            names |= {str(name).strip() for name in table.column(SCHEME) if name is not None and
            str(name).strip()}
    return tuple(sorted(names))


def scheme_facts(plan: Plan, policy: Policy, name: str, *, on: datetime.date) -> SchemeFacts:
    """Return the numbers of a scheme; raises InputError `scheme_unknown`.

    on: the day by which works without one of their own are judged (the engine has no clock). Lengths are
    geodesic, areas ellipsoidal. The facts: toilets allocated, toilets with a household, works, kilometres of
    lines, hectares of areas, 10,000 yuan of stated budgets, works that some zone forbids, and works that need
    a permit; zones crossed, households served, and by year the plan's figures that are reached
    (`scheme_effects`).
    """
    if name not in scheme_names(plan):
        raise InputError("scheme_unknown", name=name, known=list(scheme_names(plan)))
    drawn = [(table, np.flatnonzero(is_in(values_of(table, SCHEME), (name,)))) for _, table in plan.layers()
             if SCHEME in table.kind.column_names]  # fmt: skip
    drawn = [(table, rows) for table, rows in drawn if len(rows)]
    proposals = [(table, rows) for table, rows in drawn if "proposal" in table.kind.roles]
    homes = [(table, rows) for table, rows in drawn if "sanitation.toilet" in table.kind.roles]
    facts = [*_allocated(plan, name), *_homes(homes), *_works(plan, proposals)]
    if drawn:
        facts += _verdicts(plan, policy, name, on)
    kept = read_scheme(plan, name) if plan.document(COLLECTION, name) is not None else None
    facts.append(_served(plan, policy, proposals, homes, kept))
    facts += _reached(policy, kept)
    asked = tuple(dict.fromkeys([
        *(table.kind.id for table, _ in drawn), *(kind.id for kind in plan.catalogue.with_role(HOUSEHOLD)),
        *(kind.id for kind in plan.catalogue if kind.zone and drawn),
    ]))
    adopted = tuple(sorted(key for key, chosen in plan.documents.get(ADOPTED, {}).items() if chosen == name))
    return SchemeFacts(
        name, adopted, tuple(facts), Provenance(plan, asked, policy.version, policy.digest, (), None)
    )


def compared(schemes: Sequence[SchemeFacts]) -> tuple[Difference, ...]:
    """Return every fact that any of the schemes has, with its values side by side (None: not known or not
    there)."""
    found: dict[str, Fact] = {}
    for one in schemes:
        for fact in one.facts:
            found.setdefault(fact.key, fact)
    rows = []
    for key, fact in found.items():
        values = tuple(one.value(key) for one in schemes)
        years = tuple(
            next((own.by_year for own in one.facts if own.key == key), MappingProxyType({}))
            for one in schemes
        )
        differs = len(set(values)) > 1 or any(one != years[0] for one in years)
        rows.append(Difference(key, fact.title, fact.unit, values, differs, years))
    return tuple(rows)


def adopt_works(plan: Plan, name: str) -> Changes:
    """Return the changes by which the bureau goes by a scheme: its allocation, its drawn works.

    Ideas of the scheme come into the project library, those with a performance target only: without one none
    may enter (plan, 3.4). Raises InputError `scheme_unknown`.
    """
    if name not in scheme_names(plan):
        raise InputError("scheme_unknown", name=name, known=list(scheme_names(plan)))
    documents, rows = [], []
    if plan.document(COLLECTION, name) is not None:
        documents.append(plan.set_document(ADOPTED, read_scheme(plan, name).service, name))
    drawn = False
    for _, table in plan.layers():
        if SCHEME not in table.kind.column_names or "proposal" not in table.kind.roles:
            continue
        for at in np.flatnonzero(is_in(values_of(table, SCHEME), (name,))):
            drawn, fid = True, int(table.fids[at])
            row = table.row(fid)
            if row.get("status") in (None, IDEA) and code_text(row.get("performance_target")):
                rows.append(RowChange(table.kind.id, fid, {"status": row.get("status")}, {"status": RESERVE}))
    if drawn:
        documents.append(plan.set_document(ADOPTED, WORKS, name))
    changed = tuple(one for one in documents if one.before != one.after)
    return Changes(tuple(rows), changed)


def _allocated(plan: Plan, name: str) -> list[Fact]:
    if plan.document(COLLECTION, name) is None:
        return []
    scheme = read_scheme(plan, name)
    years = {year: float(scheme.total(year)) for year in scheme.years}
    return [Fact("toilets", Text("改厕（分到嘎查）", "Toilets (given to gachas)"), Text("座", "toilets"),
                 sum(years.values()), MappingProxyType(years), 1)]  # fmt: skip


def _homes(homes: list[tuple[Table, np.ndarray]]) -> list[Fact]:
    if not homes:
        return []
    by_year = _per_year(homes, lambda _table, rows: np.ones(len(rows)))
    return [Fact("households", Text("改厕（落到户）", "Toilets (given to households)"), Text("户", "households"),
                 float(sum(len(rows) for _, rows in homes)), by_year, 1)]  # fmt: skip


def _works(plan: Plan, drawn: list[tuple[Table, np.ndarray]]) -> list[Fact]:
    if not drawn:
        return []
    epsg = plan.crs.epsg
    kinds = {
        "MultiLineString": ("length", Text("线路长度", "Length of lines"), Text("公里", "km"), 1e3, lengths_m),
        "MultiPolygon": ("area", Text("占地面积", "Area"), Text("公顷", "ha"), 1e4, areas_m2),
    }
    count = float(sum(len(rows) for _, rows in drawn))
    years = _per_year(drawn, lambda _table, rows: np.ones(len(rows)))
    facts = [Fact("works", Text("拟建项目", "Works"), Text("个", "works"), count, years)]
    for geometry, (key, title, unit, divisor, measure) in kinds.items():
        own = [(table, rows) for table, rows in drawn if table.kind.geometry == geometry]

        def size(table: Table, rows: np.ndarray, measure=measure, divisor=divisor) -> np.ndarray:
            shapes = table.geometry[rows]
            return np.where(shapely.is_missing(shapes), 0.0, np.nan_to_num(measure(shapes, epsg))) / divisor

        facts.append(Fact(key, title, unit, _total(own, size), _per_year(own, size)))
    facts.append(_money(drawn))
    return facts


def _money(drawn: list[tuple[Table, np.ndarray]]) -> Fact:
    """Known only where every work states its budget."""

    def budget(table: Table, rows: np.ndarray) -> np.ndarray:
        values = values_of(table, "budget")[rows]
        return np.array([np.nan if value is None else float(value) for value in values])

    total = _total(drawn, budget)
    known = total is not None and np.isfinite(total)
    return Fact("budget", Text("概算投资", "Budget"), Text("万元", "10,000 yuan"), total if known else None,
                _per_year(drawn, budget) if known else MappingProxyType({}), -1)  # fmt: skip


def _total(drawn: list[tuple[Table, np.ndarray]], size) -> float | None:  # noqa: ANN001
    return float(sum(size(table, rows).sum() for table, rows in drawn))


def _per_year(drawn: list[tuple[Table, np.ndarray]], size) -> Mapping[int, float]:  # noqa: ANN001
    years: dict[int, float] = {}
    for table, rows in drawn:
        for year, number in zip(values_of(table, "year")[rows], size(table, rows), strict=True):
            if year is not None:
                years[int(year)] = years.get(int(year), 0.0) + float(number)
    return MappingProxyType(dict(sorted(years.items())))


def _verdicts(plan: Plan, policy: Policy, name: str, on: datetime.date) -> list[Fact]:
    judged = conflicts(plan, policy, planned_works(plan, policy, scheme=name), on=on).judged
    worst = [one.verdict for one in judged]
    unit = Text("个", "works")
    return [
        Fact("not_allowed", Text("有分区不允许的项目", "Works that a zone forbids"), unit, float(worst.count(NO)),
             better=-1),
        Fact("permits", Text("须报批的项目", "Works that need a permit"), unit, float(worst.count(PERMIT)),
        better=-1),
        Fact("zones", Text("穿过的分区", "Zones crossed"), Text("个", "zones"),
             float(len(zones_crossed(judged))), better=-1),
    ]  # fmt: skip


def _served(
    plan: Plan, policy: Policy, proposals: Drawn, homes: Drawn, allocated: Scheme | None
) -> Fact:
    value, years = households_served(plan, policy, proposals, homes, allocated)
    title, unit = Text("受益牧户", "Households served"), Text("户", "households")
    return Fact("served", title, unit, value, years, 1)


def _reached(policy: Policy, allocated: Scheme | None) -> list[Fact]:
    """A fact a year: of how many targets the figure that the plan states through it is reached."""
    if allocated is None:
        return []
    return [
        Fact(f"targets_met_{year}",
             Text(f"到 {year} 年达到的年度指标（共 {stated} 条）", f"Yearly figures reached by {year} (of {stated})"),
             Text("条", "targets"), float(met), better=1)
        for year, (met, stated) in figures_reached(policy, allocated).items()
    ]  # fmt: skip
