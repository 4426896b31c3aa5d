"""Quotas: how much of the grassland quota and of the construction-land reserve is used, and what is left.

Used is what planned works take, by the articles that say a taking counts (`quota` of a zone rule): per work
the union of the ground that lies in zones of such articles, each square metre once, measured on the ellipsoid
and as drawn, without the interval of the data's accuracy. What may be taken at most is entered as records
with date and source (documents of the collection `quotas`); where none is entered it is unknown, never zero.
The reserve has a second bound: the share of construction land that rule `reserve_land_share` allows, of the
area inside the village boundaries, for all years together. Of what is used, that is committed which is
approved, being built or built; the rest is an idea or stands in the library.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from layers.geo.measure import M2_PER_HA, areas_m2
from layers.geo.repair import repair
from layers.plan.plan import Plan
from layers.planning.footprints import Work
from layers.planning.results import Provenance
from layers.planning.zones import holds_on
from layers.policy.basis import Basis
from layers.policy.bundle import Policy
from layers.policy.rules import Rule
from layers.policy.values import Text
from layers.policy.zone_rules import QUOTAS

COLLECTION = "quotas"
SHARE = "reserve_land_share"
UNIT_ROLE = "unit.sumu"
COMMITTED = frozenset({"approved", "building", "done"})


@dataclass(frozen=True, slots=True)
class Taking:
    """What one work takes of a quota in one sumu. sumu: its code, "" outside every one."""

    quota: str
    sumu: str
    year: int | None
    scheme: str | None
    work: Work
    area_m2: float

    @property
    def committed(self) -> bool:
        """Whether the work is approved, being built or built."""
        return self.work.row.get("status") in COMMITTED


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """A quota for one sumu, year and scheme (None: not filled in). committed_ha: of used_ha."""

    quota: str
    sumu: str
    sumu_name: str
    year: int | None
    scheme: str | None
    used_ha: float
    committed_ha: float
    works: int


@dataclass(frozen=True, slots=True)
class QuotaTotal:
    """A quota in one year, all works that were given together: used, at most (entered), left."""

    quota: str
    year: int | None
    used_ha: float
    committed_ha: float
    limit_ha: float | None
    left_ha: float | None
    source: str
    entered_on: str


@dataclass(frozen=True, eq=False)
class Quotas:
    """Rows by quota, sumu, year and scheme; totals by quota and year; takings: what they are made of.

    reserve_share_ha: None where unknown. rules: quota -> title and basis of each article by which it counts,
    as far as they may be shown as law or plan.
    """

    rows: tuple[QuotaRow, ...]
    totals: tuple[QuotaTotal, ...]
    takings: tuple[Taking, ...]
    reserve_share_ha: float | None
    rules: Mapping[str, tuple[tuple[Text, Basis | Rule], ...]]
    provenance: Provenance = field(repr=False)


def quotas(plan: Plan, policy: Policy, works: Sequence[Work], *, on: datetime.date) -> Quotas:
    """Return what works use of each quota; `on`: for works without a day of their own."""
    takings = [one for work in works for one in _takings(plan, policy, work, work.day or on)]
    names = {str(code): str(name) for table in plan.with_role(UNIT_ROLE) for code, name in
             zip(table.column(table.kind.key), table.column(table.kind.name), strict=True)}  # fmt: skip
    groups: dict[tuple[Any, ...], list[Taking]] = {}
    for one in takings:
        groups.setdefault((one.quota, one.sumu, one.year, one.scheme), []).append(one)
    rows = tuple(
        QuotaRow(quota, sumu, names.get(sumu, ""), year, scheme,
                 sum(one.area_m2 for one in own) / M2_PER_HA,
                 sum(one.area_m2 for one in own if one.committed) / M2_PER_HA,
                 len({id(one.work) for one in own}))
        for (quota, sumu, year, scheme), own in sorted(groups.items(), key=lambda pair: _order(pair[0]))
    )  # fmt: skip
    years = {(one.quota, one.year) for one in rows} | set(_entered(plan))
    totals = tuple(_total(plan, rows, quota, year) for quota, year in sorted(years, key=_order))
    kinds = [kind.id for kind in plan.catalogue if kind.zone] + [
        k.id for k in plan.catalogue.with_role(UNIT_ROLE)
    ]
    origin = Provenance(plan, tuple(kinds), policy.version, policy.digest, ("7.4", "10.1"), None)
    return Quotas(rows, totals, tuple(takings), _share(plan, policy), _rules(policy), origin)


def _rules(policy: Policy) -> dict[str, tuple[tuple[Text, Basis | Rule], ...]]:
    """What makes a taking count, and what bounds it."""
    found: dict[str, list[tuple[Text, Basis | Rule]]] = {quota: [] for quota in QUOTAS}
    for rule in policy.zone_rules:
        if rule.quota is not None and rule.basis.binding:
            found[rule.quota].append((rule.title, rule.basis))
    found["reserve"] += [(rule.title, rule) for rule in policy.rules if rule.id == SHARE and rule.binding]
    return {quota: tuple(rules) for quota, rules in found.items()}


def _order(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple((value is None, "" if value is None else str(value)) for value in key)


def _takings(plan: Plan, policy: Policy, work: Work, day: datetime.date) -> list[Taking]:
    found = []
    for quota in QUOTAS:
        parts = []
        for rule in policy.zone_rules:
            if rule.quota != quota or not rule.basis.holds_on(day) or rule.speaks_of(work.work) is not True:
                continue
            for table in plan.with_role(rule.zone):
                for at in table.tree.query(work.ground, predicate="intersects"):
                    row = {name: table.column(name)[at] for name in {*rule.where, "valid_from", "valid_to"}
                           if name in table.kind.column_names}  # fmt: skip
                    if (
                        rule.fits(row)
                        and holds_on(row.get("valid_from"), row.get("valid_to"), day) is not False
                    ):
                        zone = table.geometry[at]
                        parts.append(zone if zone.is_valid else repair(zone).geometry)
        if not parts:
            continue
        taken = shapely.union_all(shapely.intersection(np.array(parts, object), work.ground))
        for sumu, piece in _by_sumu(plan, taken):
            area = float(areas_m2([piece], plan.crs.epsg)[0])
            if area > 0.01:
                year = work.row.get("year")
                found.append(
                    Taking(
                        quota, sumu, None if year is None else int(year), work.row.get("scheme"), work, area
                    )
                )
    return found


def _by_sumu(plan: Plan, taken: shapely.Geometry) -> list[tuple[str, shapely.Geometry]]:
    pieces, left = [], taken
    for table in plan.with_role(UNIT_ROLE):
        codes = table.column(table.kind.key)
        for at in np.sort(table.tree.query(taken, predicate="intersects")):
            outline = table.geometry[at]
            pieces.append((str(codes[at]), shapely.intersection(left, outline)))
            left = shapely.difference(left, outline)
    if not left.is_empty:
        pieces.append(("", left))
    return pieces


def _entered(plan: Plan) -> Mapping[tuple[str, int | None], Mapping[str, Any]]:
    """Records of what may be taken: key QUOTA:YEAR -> ha, source, date."""
    found: dict[tuple[str, int | None], Mapping[str, Any]] = {}
    for key, record in plan.documents.get(COLLECTION, {}).items():
        quota, _, year = key.partition(":")
        found[quota, int(year) if year.isdigit() else None] = record
    return found


def _total(plan: Plan, rows: Sequence[QuotaRow], quota: str, year: int | None) -> QuotaTotal:
    own = [one for one in rows if (one.quota, one.year) == (quota, year)]
    used, committed = sum(one.used_ha for one in own), sum(one.committed_ha for one in own)
    record = _entered(plan).get((quota, year))
    limit = None if record is None else float(record["ha"])
    left = None if limit is None else limit - used
    return QuotaTotal(quota, year, used, committed, limit, left, str(record["source"]) if record else "",
                      str(record["date"]) if record else "")  # fmt: skip


def _share(plan: Plan, policy: Policy) -> float | None:
    """Hectares that the allowed share of construction land makes; None where no village boundary is drawn."""
    tables = [table for table in plan.with_role("zone.village_construction") if len(table)]
    if not tables or not any(rule.id == SHARE for rule in policy.rules):
        return None
    total = sum(float(np.nansum(areas_m2(table.geometry, plan.crs.epsg))) for table in tables)
    return total / M2_PER_HA * policy.rule(SHARE).value / 100
