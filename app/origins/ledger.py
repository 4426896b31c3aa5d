"""Where the numbers of the ledger and of the four guarantees are from.

Subject: `items` (field `open`, `overdue`, `closed`) or `guarantees` (unit: code of a gacha or sumu; field
`monitored` or a guarantee: households that lack it). Both of the day they are looked at.
"""

from __future__ import annotations

import datetime

import numpy as np

from app.messages import both
from app.origins.base import Made, Origin, grouped, titled, unknown
from layers.plan.plan import Plan
from layers.planning.columns import values_of
from layers.planning.guarantees import GUARANTEES, MISSING, Guarantees, guarantees, monitored
from layers.planning.ledger import CLOSED, RULE
from layers.planning.results import Provenance
from layers.planning.units import GACHA, assign, units_of
from layers.policy.bundle import Policy
from layers.provenance import Ask


def items_ask(field: str) -> Ask:
    """Return what names a count of problems."""
    return Ask("ledger", "items", "", field)


def guarantee_ask(unit: str, field: str) -> Ask:
    """Return what names a count of households of a gacha or sumu."""
    return Ask("ledger", "guarantees", unit, field)


def _compute(plan: Plan, policy: Policy, _ask: Ask) -> Guarantees:
    return guarantees(plan, policy, on=datetime.date.today())  # noqa: DTZ011 - the user's own day


def _source(result: Guarantees, ask: Ask) -> Provenance:
    return result.ledger.provenance if ask.subject == "items" else result.provenance


def _made(result: Guarantees, _policy: Policy, ask: Ask) -> Made:
    return _of_items(result, ask) if ask.subject == "items" else _of_homes(result, ask)


def _of_items(result: Guarantees, ask: Ask) -> Made:
    items = result.ledger.items
    chosen = {
        "open": [one for one in items if one.state != CLOSED],
        "overdue": [one for one in items if one.overdue],
        "closed": [one for one in items if one.state == CLOSED],
    }
    if ask.field not in chosen:
        raise unknown(ask)
    mine = chosen[ask.field]
    taken = {(one.kind, one.fid) for one in mine}
    fields = {"count": len(mine), "of": len(items), "day": result.ledger.on.isoformat()}
    rest = [place for one in items if (place := (one.kind, one.fid)) not in taken]
    return Made(
        both(f"from_ledger_{ask.field}"), float(len(mine)) if result.ledger.there else None,
        both("ledger_unit_items"), f"ledger_{ask.field}", fields, grouped(taken, rest=rest),
        (RULE,) if ask.field == "overdue" else (),
    )  # fmt: skip


def _of_homes(result: Guarantees, ask: Ask) -> Made:
    row = next((one for one in result.rows if one.unit_code == ask.unit), None)
    if row is None or ask.field not in ("monitored", *GUARANTEES):
        raise unknown(ask)
    plan, on = result.provenance.plan, result.on
    units = units_of(plan, GACHA)
    places: dict[str, list[tuple[str, int]]] = {"lack": [], "have": [], "null": []}
    for table in plan.with_role("household"):
        if units is None:
            break
        found = assign(units, table, link="gacha_code")
        at = [at for at, code in enumerate(units.codes) if row.unit_code in (code, units.sumu_codes[at])]
        mine = np.flatnonzero(np.isin(found, at) & monitored(table, on))
        answers = values_of(table, f"{ask.field}_ok") if ask.field in GUARANTEES else None
        for one in mine:
            value = False if answers is None else answers[one]
            name = "null" if value is None else "have" if value else "lack"
            places[name].append((table.kind.id, int(table.fids[one])))
    if ask.field == "monitored":
        value, counts = row.monitored, {}
    else:
        counts = row.by_guarantee[ask.field]
        value = counts[MISSING]
    fields = {"count": value, "of": row.monitored, "doubtful": counts.get("unknown"), "day": on.isoformat()}
    formula = "ledger_monitored" if ask.field == "monitored" else "ledger_missing"
    words = both(f"from_ledger_{ask.field}")
    return Made(
        titled(words, row.unit_name), None if value is None else float(value), "household", formula, fields,
        grouped(places["lack"], places["null"], places["have"]),
    )  # fmt: skip


LEDGER = Origin(_made, _source, _compute)
