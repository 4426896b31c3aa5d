"""A gacha or a sumu on one page: what it has and lacks, how far it is, its grassland, what is planned in it.

Everything is what the engines say, brought together for one unit; nothing is counted anew but works by place.
What an engine does not know stays unknown here.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely

from layers.catalogue.text import Text
from layers.errors import InputError
from layers.geo.measure import areas_m2, lengths_m
from layers.geo.repair import mended
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.access import Access, AccessRow, access
from layers.planning.columns import code_text, is_in, values_of
from layers.planning.grazing import Grazing, GrazingRow, grazing
from layers.planning.grazing_ground import REGIMES
from layers.planning.guarantees import GuaranteeRow, Guarantees, guarantees
from layers.planning.ledger import STATES, Item
from layers.planning.results import GapRow, Gaps, Progress, Provenance
from layers.planning.scheme_facts import WORKS, scheme_names
from layers.planning.schemes import ADOPTED, COLLECTION, Scheme, adopted_scheme, gaps_at, read_scheme
from layers.planning.seats import UNIT_CODE
from layers.planning.units import GACHA, SUMU, Units, units_of
from layers.policy.bundle import Policy
from layers.policy.targets import Target

ROLES = (GACHA, SUMU)
DECIDED = frozenset({"approved", "building", "done"})
"""States of works that are shown whatever scheme they are from: they are no longer a choice."""
LEAST_M, LEAST_M2 = 1.0, 1.0
"""Of a line or an area so much must lie in the unit: one that only touches it is not its own, a road along
a border belongs to both sides."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that was asked for."""

    role: str
    code: str
    name: str
    sumu_code: str
    sumu_name: str


@dataclass(frozen=True, slots=True)
class Concern:
    """A target of the plan that asks for a service here, and how the unit stands with that service."""

    target: Target
    service: str
    status: str


@dataclass(frozen=True, slots=True)
class Reach:
    """From the unit's seat to the nearest facility. row: None where the unit has no seat on record.

    facility: its name, "" where it has none or nothing is reached; at: which, as (kind id, row id).
    """

    target: str
    title: Text
    row: AccessRow | None
    facility: str = ""
    at: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Land:
    """Grassland and livestock of the unit's gachas added up; None where any of them is not known.

    regimes: regime -> m². capacity, stock: sheep units. year: of the livestock. gachas: rows behind it.
    """

    area_m2: float | None
    regimes: Mapping[str, float] | None
    capacity: float | None
    stock: float | None
    year: int | None
    gachas: tuple[GrazingRow, ...]

    @property
    def load(self) -> float | None:
        """Stock in per cent of the capacity; None where either is not known or nothing may graze."""
        return None if self.stock is None or not self.capacity else self.stock / self.capacity * 100


@dataclass(frozen=True, slots=True)
class Planned:
    """What a scheme gives the unit by year. cells: gacha code -> year -> number, of all gachas of the scheme:
    what may leave of them is decided over all. adopted: the bureau goes by it."""

    service: str
    scheme: str
    by_year: Mapping[int, int]
    cells: Mapping[str, Mapping[int, int]] = field(repr=False)
    adopted: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """A proposed work in the unit.

    measure: km of a line or ha of an area inside the unit, None for a point or without a shape. row: its
    columns.
    """

    kind: str
    fid: int
    measure: float | None
    row: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Profile:
    """One unit. gaps: the rows of all units, of which `services` are the unit's (what may leave of the counts
    of households is decided over all). ledger: state -> problems, None where no ledger is kept.

    scheme: the scheme that is looked at, "" as recorded. works: what is decided; what is not, of that scheme
    (of the adopted works without one) and of none.
    """

    unit: Unit
    households: int | None
    services: tuple[GapRow, ...]
    concerns: tuple[Concern, ...]
    reach: tuple[Reach, ...]
    land: Land
    planned: tuple[Planned, ...]
    works: tuple[Work, ...]
    guarantees: GuaranteeRow | None
    ledger: Mapping[str, int] | None
    overdue: int
    year: int | None
    scheme: str
    on: datetime.date
    gaps: Gaps = field(repr=False)
    counted: Guarantees = field(repr=False)
    provenance: Provenance = field(repr=False)

    def status_counts(self) -> Mapping[str, int]:
        """How many services have each status."""
        return MappingProxyType(Counter(row.status for row in self.services))


def timed_services(plan: Plan) -> tuple[str, ...]:
    """Return the services to whose nearest facility the time is told, in order of `Service.timed`."""
    timed = [service for service, _ in plan.catalogue.services() if service.timed]
    return tuple(service.id for service in sorted(timed, key=lambda one: (one.timed, one.id)))


def find_unit(plan: Plan, asked: str) -> Unit:
    """Return the gacha or sumu with a code, or with a name: whole, or as far as it is the only one so.

    A name may carry its sumu in brackets: `巴彦乌拉嘎查（辉苏木）`. Raises InputError `unit_not_found`;
    `unit_ambiguous` with `candidates` (name, sumu, code).
    """
    wanted = " ".join(asked.replace("（", "(").replace("）", ")").split())
    known = [unit for role in ROLES for unit in _units(units_of(plan, role))]
    bare, _, above = wanted.rstrip(")").partition("(")
    tests = (
        lambda unit: unit.code == wanted,
        lambda unit: unit.name == wanted,
        lambda unit: unit.name == bare.strip() and above and unit.sumu_name.startswith(above.strip()),
        lambda unit: unit.name.startswith(bare.strip()) and unit.sumu_name.startswith(above.strip()),
    )
    for test in tests:
        found = [unit for unit in known if test(unit)] if bare.strip() else []
        if len(found) == 1:
            return found[0]
        if found:
            candidates = [(unit.name, unit.sumu_name, unit.code) for unit in found]
            raise InputError("unit_ambiguous", name=asked, candidates=candidates)
    raise InputError("unit_not_found", name=asked)


def profile(
    plan: Plan,
    policy: Policy,
    code: str,
    *,
    year: int | None = None,
    scheme: str | None = None,
    on: datetime.date,
    progress: Progress | None = None,
) -> Profile:
    """Return the profile of a gacha or sumu (code or name).

    year, scheme: as in `gaps_at`; a scheme of drawn works without an allocation changes no gaps. on: the day
    for the ledger. progress: (steps done, steps in all); what it raises cancels. Raises InputError
    `unit_not_found`, `unit_ambiguous`, `scheme_unknown`; `unknown_rule` where the policy lacks a number.
    """
    tell, steps = progress or (lambda _done, _total: None), len(timed_services(plan)) + 4
    unit = find_unit(plan, code)
    if scheme is not None and scheme not in scheme_names(plan):
        raise InputError("scheme_unknown", name=scheme, known=list(scheme_names(plan)))
    tell(0, steps)
    kept = read_scheme(plan, scheme) if scheme in plan.documents.get(COLLECTION, {}) else None
    gaps = gaps_at(plan, policy, year=year, scheme=kept)
    services = tuple(_rows(gaps, unit))
    tell(1, steps)
    land, grazed = _land(plan, policy, unit)
    tell(2, steps)
    counted = guarantees(plan, policy, on=on)
    tell(3, steps)
    reach, asked = _reach(plan, policy, unit, year, lambda done: tell(3 + done, steps))
    items = [item for item in counted.ledger.items if unit.code in (item.gacha_code, item.sumu_code)]
    works, read = _works(plan, unit, scheme or plan.document(ADOPTED, WORKS))
    kinds = dict.fromkeys((*gaps.provenance.kinds, *grazed.provenance.kinds, *counted.provenance.kinds,
                           *asked, *read))  # fmt: skip
    clauses = sorted({*gaps.provenance.clauses, *grazed.provenance.clauses, *counted.provenance.clauses})
    tell(steps, steps)
    return Profile(
        unit, next((row.households for row in services if row.households is not None), None), services,
        _concerns(policy, services), reach, land, tuple(_planned(plan, unit, kept)), works,
        next((row for row in counted.rows if row.unit_code == unit.code), None),
        _states(items) if counted.ledger.there else None, sum(item.overdue for item in items), year,
        scheme or "", on, gaps, counted,
        replace(gaps.provenance, kinds=tuple(kinds), clauses=tuple(clauses)),
    )  # fmt: skip


# -- parts -----------------------------------------------------------------------------------------


def _units(units: Units | None) -> Iterable[Unit]:
    if units is not None:
        for at, code in enumerate(units.codes):
            yield Unit(units.role, code, units.names[at], units.sumu_codes[at], units.sumu_names[at])


def _rows(gaps: Gaps, unit: Unit) -> Iterable[GapRow]:
    """The unit's row of every service; of a sumu what its gachas add up to where they are counted."""
    for service in gaps.services:
        row = gaps.row(service, unit.code)
        if row is None and unit.role == SUMU:
            row = next((one for one in gaps.sumu_rows(service) if one.unit_code == unit.code), None)
        if row is not None:
            yield row


def _concerns(policy: Policy, rows: tuple[GapRow, ...]) -> tuple[Concern, ...]:
    """Targets by which the services of the unit are measured, in the plan's order."""
    status = {row.service: row.status for row in rows}
    return tuple(
        Concern(target, target.service, status[target.service])
        for target in policy.targets
        if target.service in status
    )


def _reach(plan: Plan, policy: Policy, unit: Unit, year: int | None, tell: Any) -> tuple[
    tuple[Reach, ...], tuple[str, ...]
]:  # fmt: skip
    """Times from the unit's own seat; the seat is the one that bears the unit's code."""
    seats = {
        (table.kind.id, int(fid))
        for table in plan.with_role("seat")
        for fid, code in zip(table.fids, values_of(table, UNIT_CODE), strict=True)
        if code_text(code) == unit.code
    }
    found, kinds = [], {}
    for done, target in enumerate(timed_services(plan), 1):
        result = access(plan, policy, to=target, year=year)
        row = min((row for row in result.rows if row.place in seats), key=lambda row: row.code, default=None)
        near = None if row is None or row.facility is None else result.facilities.places[row.facility]
        found.append(Reach(target, result.target.title, row, _facility(result, row), near))
        kinds |= dict.fromkeys(result.provenance.kinds)
        tell(done)
    return tuple(found), tuple(kinds)


def _facility(result: Access, row: AccessRow | None) -> str:
    return result.facilities.names[row.facility] if row is not None and row.facility is not None else ""


def _land(plan: Plan, policy: Policy, unit: Unit) -> tuple[Land, Grazing]:
    result = grazing(plan, policy)
    mine = tuple(row for row in result.rows if unit.code in (row.gacha_code, row.sumu_code))
    regimes = None
    if mine and all(row.regimes is not None for row in mine):
        regimes = MappingProxyType(
            {name: sum(row.regimes.get(name, 0.0) for row in mine if row.regimes) for name in REGIMES}
        )
    return Land(
        _added(row.area_m2 for row in mine), regimes, _added(row.capacity for row in mine),
        _added(row.stock for row in mine), result.year, mine,
    ), result  # fmt: skip


def _added(values: Iterable[float | None]) -> float | None:
    """The sum; None where there is nothing to add, or anything is not known."""
    known = list(values)
    return None if not known or any(value is None for value in known) else float(sum(map(float, known)))


def _planned(plan: Plan, unit: Unit, scheme: Scheme | None) -> Iterable[Planned]:
    """What the scheme that is looked at gives by year, and the adopted schemes of other services."""
    shown = [scheme] if scheme is not None else []
    for service, _ in plan.catalogue.services():
        name = adopted_scheme(plan, service.id)
        if name is not None and all(one.service != service.id for one in shown):
            shown.append(read_scheme(plan, name))
    gachas = units_of(plan, GACHA)
    mine = {one.code for one in _units(gachas) if unit.code in (one.code, one.sumu_code)}
    for one in shown:
        by_year = {year: sum(one.cells.get(code, {}).get(year, 0) for code in mine) for year in one.years}
        adopted = adopted_scheme(plan, one.service) == one.name
        yield Planned(one.service, one.name, MappingProxyType(by_year), one.cells, adopted)


def _works(plan: Plan, unit: Unit, scheme: str | None) -> tuple[tuple[Work, ...], tuple[str, ...]]:
    """Works that lie in the unit, or bear the code of it or of a gacha in it; by kind, year and code."""
    outline = shapely.union_all(mended(np.array(_outlines(plan, unit), object)))
    gachas = {one.code for one in _units(units_of(plan, GACHA)) if unit.code in (one.code, one.sumu_code)}
    found = []
    for table in plan.with_role("proposal"):
        wanted = is_in(values_of(table, "scheme"), (None, "", scheme))
        wanted |= is_in(values_of(table, "status"), DECIDED)
        coded = is_in([code_text(code) for code in values_of(table, "gacha_code")], gachas)
        measures = _measures(table, outline, plan.crs.epsg)
        for at in np.flatnonzero(wanted):
            if coded[at] or measures[at] is not None:
                fid = int(table.fids[at])
                found.append(Work(table.kind.id, fid, measures[at] or None, MappingProxyType(table.row(fid))))
    order = [table.kind.id for table in plan.with_role("proposal")]
    found.sort(key=lambda work: (order.index(work.kind), work.row.get("year") or 9999, work.fid))
    return tuple(found), tuple(order)


def _outlines(plan: Plan, unit: Unit) -> list[Any]:
    return [
        shape
        for table in plan.with_role(unit.role)
        for code, shape in zip(table.column(table.kind.key), table.geometry, strict=True)
        if code_text(code) == unit.code and shape is not None
    ]


def _measures(table: Table, outline: Any, epsg: int) -> list[float | None]:
    """km or ha of each feature inside, 0.0 for a point inside, None for what is not inside."""
    there = ~shapely.is_missing(table.geometry) & shapely.intersects(table.geometry, outline)
    found: list[float | None] = [None] * len(table)
    if table.kind.geometry == "Point":
        return [0.0 if inside else None for inside in there]
    lines = table.kind.geometry == "MultiLineString"
    for at in np.flatnonzero(there):
        piece = np.array([shapely.intersection(mended(table.geometry[at : at + 1])[0], outline)], object)
        size = float((lengths_m if lines else areas_m2)(piece, epsg)[0])
        if size >= (LEAST_M if lines else LEAST_M2):
            found[at] = size / (1e3 if lines else 1e4)
    return found


def _states(items: list[Item]) -> Mapping[str, int]:
    return MappingProxyType({state: sum(item.state == state for item in items) for state in STATES})
