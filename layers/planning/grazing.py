"""Grazing: regimes by area, carrying capacity against livestock, overload and what the law attaches to it.

By gacha the herds of a year stand against the year-round capacity of the gacha's contract pastures; by
pasture its recorded stock against its capacity in its own season. Areas are ellipsoidal; the pieces of a
regime add up to its zones' total within `overlay.tolerance_m2`, with what lies in no unit named. Nothing is
guessed: a missing layer, yield, season or count makes the row unknown, and says which.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.geo.local_area import many_areas_m2
from layers.plan.plan import Plan
from layers.planning.columns import code_text
from layers.planning.context import Context
from layers.planning.forage import (
    RULES,
    Herds,
    herds_of,
    year_round,
)
from layers.planning.grazing_ground import Pastures, Zones, found_grazing, outlines_of
from layers.planning.overlay import Overlay
from layers.planning.overload import HAIR, Verdict, verdict
from layers.planning.results import Progress, Provenance, Reason, reason
from layers.planning.units import GACHA, Units
from layers.policy.bundle import Policy

OVER, WITHIN, UNKNOWN = "over", "within", "unknown"
STATUSES = (OVER, UNKNOWN, WITHIN)
BY = ("gacha", "pasture")
CLAUSE = "7.4"


@dataclass(frozen=True, slots=True)
class GrazingRow:
    """One gacha or one contract pasture.

    code, name: its own; gacha_code, gacha_name, sumu_code, sumu_name: where it belongs.
    area_m2: its whole area. regimes: regime -> m²; None where the zones are not known.
    capacity, stock, registered: sheep units, None not known; `registered` is the approved capacity on record.
    known: capacity of the pastures that are known, where not all are. unknown_pastures: how many are not.
    found: findings of grazing inside a ban zone, None where such checks are not on record.
    """

    code: str
    name: str
    gacha_code: str
    gacha_name: str
    sumu_code: str
    sumu_name: str
    area_m2: float | None
    regimes: Mapping[str, float] | None
    capacity: float | None
    stock: float | None
    registered: float | None
    known: float | None
    pastures: int
    unknown_pastures: int
    found: int | None
    status: str
    reason: Reason
    verdict: Verdict
    fid: int = 0

    @property
    def load(self) -> float | None:
        """Stock in per cent of the capacity; None where either is not known or nothing may graze."""
        if self.stock is None or not self.capacity:
            return None
        return self.stock / self.capacity * 100

    @property
    def overload(self) -> float | None:
        """By how many per cent the stock is over the capacity (negative: room left)."""
        return None if self.load is None else self.load - 100

    @property
    def over(self) -> float | None:
        """Sheep units over the capacity, 0 where there is room; None not known."""
        if self.stock is None or self.capacity is None:
            return None
        return max(self.stock - self.capacity, 0.0)


@dataclass(frozen=True, eq=False)
class Grazing:
    """Every row, by code. year: of the livestock. on: the day that the law was asked for.

    totals: regime -> m² of all zones that hold. outside: of that, in no unit. tolerance_m2: how exactly they
    add up. unverified: rules that the numbers rest on and that are from memory. left_out: pastures in no
    gacha. ended: zones on record that do not hold on the day (not yet, or no longer).
    """

    by: str
    rows: tuple[GrazingRow, ...]
    year: int | None
    on: datetime.date | None
    totals: Mapping[str, float] | None
    outside: Mapping[str, float] | None
    tolerance_m2: float
    unverified: tuple[str, ...]
    left_out: int
    ended: int
    provenance: Provenance

    @cached_property
    def by_code(self) -> Mapping[str, GrazingRow]:
        """Rows by code."""
        return MappingProxyType({row.code: row for row in self.rows})

    def count(self, status: str) -> int:
        """How many rows have a status."""
        return sum(row.status == status for row in self.rows)


def grazing(
    plan: Plan,
    policy: Policy,
    *,
    by: str = "gacha",
    year: int | None = None,
    on: datetime.date | None = None,
    progress: Progress | None = None,
) -> Grazing:
    """Return the grazing rows of every gacha (`by` "gacha") or contract pasture ("pasture").

    year: of the livestock, None the latest on record. on: the day for zones in force and for the law; None is
    the last day of the livestock's year, and where none is on record every zone counts and nothing is
    attached. progress: (done, total); what it raises cancels. No gacha layer: no rows.
    Raises InputError `unknown_rule` where the policy lacks a number that is needed.
    """
    context = Context(plan, policy, year)
    units = context.units(GACHA)
    herds = herds_of(context, units, year) if units is not None else Herds(year, np.empty(0), True)
    if on is None and herds.year is not None:
        on = datetime.date(herds.year, 12, 31)
    zones = Zones(context, on)
    pastures = Pastures(context, units, zones, progress)
    shared = None
    if units is None or not len(units):
        rows: list[GrazingRow] = []
    elif by == "pasture":
        rows, shared = _by_pasture(context, units, zones, pastures, on), pastures.shared
    else:
        outlines = outlines_of(units)
        shared = zones.across(outlines, plan.crs.epsg, progress)
        rows = _by_gacha(context, units, zones, pastures, herds, outlines, shared, on)
    totals, outside, tolerance = zones.balance(shared)
    provenance = Provenance(plan, tuple(context.asked), policy.version, policy.digest, (CLAUSE,), year)
    memory = tuple(name for name in RULES if policy.rule(name).confidence == "memory")
    return Grazing(
        by, tuple(sorted(rows, key=lambda row: (row.code, row.fid))), herds.year, on, totals, outside,
        tolerance,
        memory, pastures.left_out, zones.ended, provenance,
    )  # fmt: skip


# --- rows ---------------------------------------------------------------------------------------------------


def _by_gacha(
    context: Context,
    units: Units,
    zones: Zones,
    pastures: Pastures,
    herds: Herds,
    outlines: NDArray[Any],
    shared: Overlay | None,
    on: datetime.date | None,
) -> list[GrazingRow]:
    m2 = many_areas_m2(outlines, context.plan.crs.epsg)
    regimes = zones.by_area(shared, len(units))
    found = found_grazing(context, zones, outlines)
    rows = []
    for at in range(len(units)):
        mine = pastures.places == at
        hay, registered = pastures.hay[mine], pastures.registered[mine]
        unknown = int(np.isnan(hay).sum())
        known = year_round(context, float(np.nansum(hay))) if mine.any() and zones.known else None
        capacity = None if unknown or not mine.any() else known
        stock = None if np.isnan(herds.sheep_units[at]) else float(herds.sheep_units[at])
        why = _why(zones, pastures, capacity, stock, int(mine.sum()), unknown, herds)
        rows.append(
            _row(
                context, on, units, at, (units.codes[at], units.names[at], 0), m2[at], regimes[at], capacity,
                stock, None if np.isnan(registered).any() or not mine.any() else float(registered.sum()),
                known, int(mine.sum()), unknown, found[at], why,
            )
        )  # fmt: skip
    return rows


def _why(
    zones: Zones,
    pastures: Pastures,
    capacity: float | None,
    stock: float | None,
    number: int,
    unknown: int,
    herds: Herds,
) -> Reason | None:
    """Why a gacha's row is not known; None where it is."""
    if not pastures.known:
        return reason("grazing_no_pastures")
    if not zones.known:
        return reason(zones.missing)
    if capacity is None:
        return reason("grazing_no_pasture_here" if not number else "grazing_yield_unknown", unknown=unknown)
    if stock is None:
        absent = "grazing_no_livestock" if herds.absent else "grazing_stock_unknown"
        return reason(absent, year=herds.year or "—")
    return None


def _by_pasture(
    context: Context, units: Units, zones: Zones, pastures: Pastures, on: datetime.date | None
) -> list[GrazingRow]:
    regimes = zones.by_area(pastures.shared, len(pastures.shapes))
    found = found_grazing(context, zones, pastures.shapes)
    codes = [code_text(code) for table in pastures.tables for code in table.column(table.kind.key)]
    fids = [int(fid) for table in pastures.tables for fid in table.fids]
    rows = []
    for at, (code, fid) in enumerate(zip(codes, fids, strict=True)):
        capacity, stock, registered = (
            None if np.isnan(value) else float(value)
            for value in (pastures.capacity[at], pastures.stock[at], pastures.registered[at])
        )
        why = None
        if not zones.known:
            why = reason(zones.missing)
        elif capacity is None:
            why = reason("grazing_yield_unknown", unknown=1)
        elif stock is None:
            why = reason("grazing_pasture_stock_unknown")
        place = int(pastures.places[at])
        rows.append(
            _row(
                context, on, units, place, (code, code, fid), pastures.m2[at], regimes[at], capacity, stock,
                registered, capacity, 1, int(capacity is None), found[at], why,
            )
        )  # fmt: skip
    return rows


def _row(
    context: Context,
    on: datetime.date | None,
    units: Units,
    place: int,
    identity: tuple[str, str, int],
    m2: float,
    regimes: Mapping[str, float] | None,
    capacity: float | None,
    stock: float | None,
    registered: float | None,
    known: float | None,
    pastures: int,
    unknown: int,
    found: int | None,
    why: Reason | None,
) -> GrazingRow:
    there = place >= 0
    row = GrazingRow(
        identity[0], identity[1],
        units.codes[place] if there else "", units.names[place] if there else "",
        units.sumu_codes[place] if there else "", units.sumu_names[place] if there else "",
        None if np.isnan(m2) else float(m2), regimes, capacity, stock, registered, known, pastures, unknown,
        found, UNKNOWN, why or reason("grazing_within"), Verdict(()), identity[2],
    )  # fmt: skip
    over = None if why is not None else row.over
    judged = verdict(
        context.policy, on, overload=row.overload if why is None else None, over=over, found=found
    )
    status = UNKNOWN if why is not None else OVER if over and over > HAIR else WITHIN
    return replace(row, status=status, reason=why or _said(row, status), verdict=judged)


def _said(row: GrazingRow, status: str) -> Reason:
    facts = {"stock": round(row.stock or 0, 1), "capacity": round(row.capacity or 0, 1)}
    if row.overload is None:
        return reason("grazing_all_banned" if status == OVER else "grazing_empty_ban", **facts)
    code = "grazing_over" if status == OVER else "grazing_within"
    return reason(code, percent=round(abs(row.overload), 1), over=round(row.over or 0, 1), **facts)
