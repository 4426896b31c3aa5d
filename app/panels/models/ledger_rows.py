"""What the ledger panel shows: columns of items and of the guarantees' counts, and what an item's facts
are."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from app.ledger_words import guarantee_words
from app.messages import text
from app.origins.ledger import guarantee_ask
from app.panels.models.records import RecordColumn, summed
from layers.catalogue.model import Catalogue
from layers.plan.plan import Plan
from layers.planning.guarantees import GUARANTEES, MISSING, GuaranteeRow, Guarantees
from layers.planning.guarantees import guarantees as count
from layers.planning.ledger import ASSIGNED, CLOSED, DONE, FOUND, STATES, STEPS, Item, Ledger
from layers.policy.bundle import Policy
from layers.provenance import Ask

VIEWS = ("items", "gacha", "sumu")
CHIPS = {FOUND: "short", ASSIGNED: "cond", DONE: "allow", CLOSED: "met"}
OVERDUE = "overdue"


@dataclass(frozen=True, eq=False)
class LedgerBoard:
    """The ledger and the guarantees of one plan on one day."""

    ledger: Ledger
    guarantees: Guarantees


def board_of(plan: Plan, policy: Policy, on: datetime.date) -> LedgerBoard:
    """Count them both; runs on a worker."""
    found = count(plan, policy, on=on)
    return LedgerBoard(found.ledger, found)


def item_columns(catalogue: Catalogue) -> tuple[RecordColumn, ...]:
    """Columns of the items."""
    return (
        RecordColumn("ledger_where", lambda item: item.gacha_name or item.gacha_code or None),
        RecordColumn("ledger_item", lambda item: item.code),
        RecordColumn("ledger_what", lambda item: guarantee_words(catalogue, item.guarantee), spare=1),
        RecordColumn(
            "ledger_due",
            lambda item: item.due.strftime("%y-%m-%d") if item.due else None,
            order=lambda item: (not item.overdue, item.due) if item.due else None,
        ),
        RecordColumn(
            "ledger_state",
            lambda item: item.state,
            order=lambda item: STATES.index(item.state),
            chip=_chip,
        ),
    )


def _chip(item: Item) -> tuple[str, str]:
    return "overdue" if item.overdue else CHIPS.get(item.state, "unknown"), text(f"ledger_{item.state}")


def count_columns() -> tuple[RecordColumn, ...]:
    """Columns of the guarantees: households monitored, and how many lack each."""

    def asks(name: str) -> Callable[[GuaranteeRow], Ask]:
        return lambda row: guarantee_ask(row.unit_code, name)

    def missing(name: str) -> RecordColumn:
        def value(row: GuaranteeRow) -> int | None:
            return row.by_guarantee[name][MISSING]

        return RecordColumn(f"ledger_missing_{name}", value, True, total=summed(value), ask=asks(name))

    return (
        RecordColumn("ledger_unit", lambda row: row.unit_name, order=lambda row: row.unit_code),
        RecordColumn(
            "ledger_monitored", lambda row: row.monitored, True, total=summed(lambda row: row.monitored),
            ask=asks("monitored"),
        ),
        *(missing(name) for name in GUARANTEES),
    )


def chosen(book: Ledger, state: str | None, guarantee: str | None) -> tuple[Item, ...]:
    """Items of a state (or `overdue`) and a guarantee; None takes every one."""
    return tuple(
        item
        for item in book.items
        if (state is None or (item.overdue if state == OVERDUE else item.state == state))
        and (guarantee is None or item.guarantee == guarantee)
    )


def facts_of(item: Item, plan: Plan) -> str:
    """Return an item's dates, who is in charge, the problem and what is done about it, in lines."""
    dates = "  ".join(
        f"{text(f'ledger_{step}')} {item.dates[step].isoformat()}" for step in STEPS if step in item.dates
    )
    row = (
        plan.table(item.kind).row(item.fid) if item.kind in plan and item.fid in plan.table(item.kind) else {}
    )
    said = [str(row[name]) for name in ("problem", "measure") if row.get(name)]
    said += [item.unit_in_charge] if item.unit_in_charge else []
    faults = [text(f"ledger_fault_{code}") for code in item.faults]
    return "\n".join(part for part in (" · ".join(said), dates, " · ".join(faults)) if part)


def counts_of_words(row: GuaranteeRow, catalogue: Catalogue, titles: dict[str, str]) -> str:
    """Return one unit's counts in full: by type, and of each guarantee secured, missing, unknown, open."""
    if row.monitored is None:
        return text("ledger_no_households")
    types = " · ".join(f"{titles[f'type_{kind}']} {number}" for kind, number in row.by_type.items())
    lines = [types]
    for name in GUARANTEES:
        parts = row.by_guarantee[name]
        opened = row.open[name]
        lines.append(
            text(
                "ledger_guarantee_line",
                name=guarantee_words(catalogue, name),
                secured=parts["secured"],
                missing=parts["missing"],
                unknown=parts["unknown"],
                open="—" if opened is None else opened,
            )
        )
    return "\n".join(lines)
