"""Gaps: per unit and service what is there, what is needed, what is missing, and what is not known.

Services come from the catalogue's records; how each is counted is one function a method. A new kind with a
service of a known method gets its rows without any code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from types import MappingProxyType

import numpy as np

from layers.catalogue.model import LayerKind
from layers.catalogue.service import Service
from layers.errors import InputError
from layers.plan.plan import Plan
from layers.planning.clinics import clinic_ways
from layers.planning.context import Context, Count
from layers.planning.presence import presence, unit_state
from layers.planning.results import GapRow, Gaps, Progress, Provenance
from layers.planning.road_reach import road_reach
from layers.planning.settlement import settlement_sort
from layers.planning.toilet_need import household_state
from layers.planning.units import GACHA, SUMU, Units, assign
from layers.planning.water import household_near, test_due
from layers.policy.bundle import Policy

Method = Callable[[Context, Service, tuple[LayerKind, ...], Units], tuple[list[Count], int]]

METHODS: dict[str, Method] = {
    "presence": presence,
    "household_state": household_state,
    "clinic_ways": clinic_ways,
    "road_reach": road_reach,
    "unit_state": unit_state,
    "household_near": household_near,
    "test_due": test_due,
    "settlement_sort": settlement_sort,
}
HOUSEHOLD_METHODS = frozenset({"household_state", "household_near"})
"""Methods whose numbers count households: small ones are withheld from what leaves."""
KEPT_METHODS = frozenset({"household_near"})
"""Of them, those whose numbers stay in the project altogether: several readings of one fact about the same
households, so that tables of them, laid side by side, say more about a few homes than each by itself."""
HOUSEHOLD = "household"


def gaps(
    plan: Plan,
    policy: Policy,
    *,
    year: int | None = None,
    services: Collection[str] | None = None,
    progress: Progress | None = None,
) -> Gaps:
    """Return the gap rows of every unit for every service (or only for `services`, by id).

    year: what counts is what is there on 31 December of it; None: whatever the data say is there.
    Rows need the unit layer of their service; without it the service has no rows.
    progress: called as (services done, services in all); what it raises cancels the run.
    Raises InputError `service_unknown`, `method_unknown`; `unknown_rule` where the policy lacks a setting.
    """
    chosen = _chosen(plan, services)
    context = Context(plan, policy, year)
    rows: list[GapRow] = []
    left_out: dict[str, int] = {}
    for done, (service, kinds) in enumerate(chosen):
        if progress:
            progress(done, len(chosen))
        units = context.units(service.unit_role)
        context.tables(kinds)
        if units is None or not len(units):
            left_out[service.id] = 0
            continue
        counts, left_out[service.id] = METHODS[service.method](context, service, kinds, units)
        rows += _rows(service, units, counts, households_in(context, units))
    if progress:
        progress(len(chosen), len(chosen))
    clauses = tuple(sorted({target.chapter for service, _ in chosen
                            for target in policy.targets_for_service(service.id)}))
    provenance = Provenance(plan, tuple(context.asked), policy.version, policy.digest, clauses, year)
    return Gaps(
        tuple(rows), tuple(service.id for service, _ in chosen), MappingProxyType(left_out), provenance
    )


def households_in(context: Context, units: Units) -> list[int | None]:
    """Return how many households each unit has; None everywhere where that layer is absent.

    A household belongs to the gacha whose code it carries, and with it to that gacha's sumu.
    """
    return list(context.once(("households", units.role), lambda: _households(context, units)))


def _households(context: Context, units: Units) -> list[int | None]:
    tables = context.with_role(HOUSEHOLD)
    if not tables:
        return [None] * len(units)
    counts = np.zeros(len(units), np.int64)
    gachas = context.units(GACHA) if units.role != GACHA else None
    for table in tables:
        if gachas is None:
            places = assign(units, table, link="gacha_code" if units.role == GACHA else None)
        else:
            parent = np.array(
                [units.index.get(code, -1) if units.role == SUMU else 0 for code in gachas.sumu_codes] + [-1],
                np.int64,
            )
            places = parent[np.maximum(assign(gachas, table, link="gacha_code"), -1)]
        counts += np.bincount(places[places >= 0], minlength=len(units))
    return [int(count) for count in counts]


def _chosen(plan: Plan, services: Collection[str] | None) -> list[tuple[Service, tuple[LayerKind, ...]]]:
    known = plan.catalogue.services()
    for service, _ in known:
        if service.method not in METHODS:
            raise InputError(
                "method_unknown", service=service.id, method=service.method, known=", ".join(METHODS)
            )
    if services is None:
        return list(known)
    ids = [service.id for service, _ in known]
    for wanted in services:
        if wanted not in ids:
            raise InputError("service_unknown", service=wanted, known=", ".join(ids))
    return [(service, kinds) for service, kinds in known if service.id in services]


def _rows(service: Service, units: Units, counts: list[Count], households: list[int | None]) -> list[GapRow]:
    return [
        GapRow(
            units.role,
            units.codes[at],
            units.names[at],
            units.sumu_codes[at],
            units.sumu_names[at],
            service.id,
            count.have,
            count.need,
            count.gap,
            count.unknown,
            count.status,
            count.reason,
            households[at],
            count.parts,
        )
        for at, count in enumerate(counts)
    ]
