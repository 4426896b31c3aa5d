"""The ledger of hardships, closed one by one: found → assigned → done → closed (chapter 2, section 1).

A step is a date; where an item stands is read off its dates and stored nowhere else, so that state and dates
cannot disagree. One step at a time: assigned needs a unit in charge, closed needs done, and no date lies
before the one of the step before (the same day is in order).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from layers.errors import InputError, RuleError
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.columns import code_text
from layers.planning.context import Context
from layers.planning.results import Provenance
from layers.planning.units import GACHA, assign
from layers.policy.bundle import Policy

ROLE, CLAUSE, RULE = "household.hardship", "2.1", "hardship_deadlines"
FOUND, ASSIGNED, DONE, CLOSED, UNKNOWN = "found", "assigned", "done", "closed", "unknown"
STEPS = (FOUND, ASSIGNED, DONE, CLOSED)
STATES = (*STEPS, UNKNOWN)
DATE_OF: Mapping[str, str] = MappingProxyType({step: f"{step}_on" for step in STEPS})
IN_CHARGE, DUE, GUARANTEE, HOUSEHOLD_CODE = "unit_in_charge", "due_on", "guarantee", "household_code"
SKIPPED, DISORDER, UNREADABLE = "skipped", "disorder", "unreadable"


@dataclass(frozen=True, slots=True)
class Item:
    """One problem.

    dates: step -> day (only those that are there). due: day by which the next step is to be taken, None for a
    closed or unknown item. overdue: that day has passed (on the day itself it has not). faults: codes of what
    is wrong with its dates: a step `skipped`, dates in `disorder`, one `unreadable`.
    """

    kind: str
    fid: int
    code: str
    gacha_code: str
    gacha_name: str
    sumu_code: str
    sumu_name: str
    guarantee: str | None
    unit_in_charge: str | None
    state: str
    dates: Mapping[str, datetime.date]
    due: datetime.date | None
    overdue: bool
    faults: tuple[str, ...]

    @property
    def next_step(self) -> str | None:
        """The step that comes next; None where there is none, or where nobody knows."""
        return next_of(self.state)


@dataclass(frozen=True, eq=False)
class Ledger:
    """All items: the open ones first, the longest overdue first, then by code. on: the day for `overdue`."""

    items: tuple[Item, ...]
    on: datetime.date
    there: bool
    provenance: Provenance

    def counts(self) -> Mapping[str, int]:
        """How many items are in each state."""
        return MappingProxyType({state: sum(item.state == state for item in self.items) for state in STATES})


def next_of(state: str) -> str | None:
    """Return the step after `state`."""
    if state not in STEPS or state == CLOSED:
        return None
    return STEPS[STEPS.index(state) + 1]


def ledger(plan: Plan, policy: Policy, *, on: datetime.date) -> Ledger:
    """Return every item of the ledger as it stands on the day `on`.

    Raises InputError `unknown_rule` where the policy has no deadlines.
    """
    context = Context(plan, policy, on.year)
    tables = context.with_role(ROLE)
    units = context.units(GACHA)
    limits = policy.rule(RULE).values
    items: list[Item] = []
    for table in tables:
        places = assign(units, table, link="gacha_code") if units is not None else None
        for at, fid in enumerate(table.fids):
            row = table.row(int(fid))
            place = -1 if places is None else int(places[at])
            names = (
                (units.codes[place], units.names[place], units.sumu_codes[place], units.sumu_names[place])
                if units is not None and place >= 0
                else (code_text(row.get("gacha_code")), "", "", "")
            )
            items.append(_item(table, int(fid), row, names, on, limits))
    items.sort(key=lambda item: (item.state == CLOSED, item.due or datetime.date.max, item.code))
    source = Provenance(plan, tuple(context.asked), policy.version, policy.digest, (CLAUSE,), None)
    return Ledger(tuple(items), on, bool(tables), source)


def advance(
    plan: Plan, code: str, *, to: str, on: datetime.date, unit: str | None = None
) -> tuple[Changes, Item]:
    """Return the changes that take the item `code` one step on, and the item as it was.

    unit: who is in charge, for `assigned`; the one on record stays where none is given. Raises InputError
    `ledger_absent`, `row_unknown`, `row_ambiguous`, `ledger_step_unknown`; RuleError `ledger_not_next`
    (another step comes first, or nothing does), `ledger_before` (the date lies before the last step's),
    `ledger_no_unit`.
    """
    if to not in STEPS[1:]:
        raise InputError("ledger_step_unknown", step=to, known=", ".join(STEPS[1:]))
    tables = plan.with_role(ROLE)
    if not tables:
        raise InputError("ledger_absent")
    table = next((each for each in tables if code in map(code_text, each.column(each.kind.key))), tables[0])
    fid = table.find(code)
    row = table.row(fid)
    item = _item(table, fid, row, (code_text(row.get("gacha_code")), "", "", ""), on, {})
    coming = item.next_step
    if coming != to:
        raise RuleError("ledger_not_next", code=code, state=item.state, step=to, next=coming or "")
    last = item.dates[item.state]
    if on < last:
        raise RuleError("ledger_before", code=code, date=on.isoformat(), last=last.isoformat())
    values: dict[str, Any] = {DATE_OF[to]: on.isoformat()}
    if to == ASSIGNED:
        chosen = (unit or code_text(row.get(IN_CHARGE))).strip()
        if not chosen:
            raise RuleError("ledger_no_unit", code=code)
        values[IN_CHARGE] = chosen
    return Changes(rows=(table.update(fid, values),)), item


# --- inside -------------------------------------------------------------------------------------------------


def _item(
    table: Table,
    fid: int,
    row: Mapping[str, Any],
    names: tuple[str, str, str, str],
    on: datetime.date,
    limits: Mapping[str, float],
) -> Item:
    dates: dict[str, datetime.date] = {}
    faults: list[str] = []
    for step in STEPS:
        value = row.get(DATE_OF[step])
        day = _day(value)
        if day is not None:
            dates[step] = day
        elif value:
            faults.append(UNREADABLE)
    state = next((step for step in reversed(STEPS) if step in dates), UNKNOWN)
    if state in STEPS and any(step not in dates for step in STEPS[: STEPS.index(state)]):
        faults.append(SKIPPED)
    in_order = [dates[step] for step in STEPS if step in dates]
    if in_order != sorted(in_order):
        faults.append(DISORDER)
    due = _due(state, dates, _day(row.get(DUE)), limits)
    overdue = due is not None and on > due
    return Item(
        table.kind.id,
        fid,
        code_text(row.get(table.kind.key)),
        *names,
        row.get(GUARANTEE),
        code_text(row.get(IN_CHARGE)) or None,
        state,
        MappingProxyType(dates),
        due,
        overdue,
        tuple(dict.fromkeys(faults)),
    )


def _due(
    state: str, dates: Mapping[str, datetime.date], stated: datetime.date | None, limits: Mapping[str, float]
) -> datetime.date | None:
    """By when the next step is to be taken; what the ledger states goes before the policy's days."""

    def after(step: str, name: str) -> datetime.date | None:
        if step not in dates or name not in limits:
            return None
        return dates[step] + datetime.timedelta(days=int(limits[name]))

    if state == FOUND:
        return after(FOUND, "assign")
    if state == ASSIGNED:
        return stated or after(FOUND, "done")
    return after(DONE, "close") if state == DONE else None


def _day(value: Any) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None
