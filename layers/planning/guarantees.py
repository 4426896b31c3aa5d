"""The four guarantees of monitored households, as counts by gacha and sumu and by why they are monitored.

A household counts while it is monitored: it has a type, and its risk is not cleared on or before the day. A
null is neither secured nor not: it is counted apart. The ledger's open problems stand beside them. Only
counts leave here.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.columns import code_text, is_null, values_of
from layers.planning.context import Context
from layers.planning.ledger import CLAUSE, CLOSED, Ledger, ledger
from layers.planning.results import Provenance
from layers.planning.units import GACHA, Units, assign
from layers.policy.bundle import Policy

GUARANTEES = ("schooling", "medical", "housing", "water")
TYPE, CLEARED = "monitored", "risk_cleared_on"
SECURED, MISSING, UNKNOWN = "secured", "missing", "unknown"


@dataclass(frozen=True, slots=True)
class GuaranteeRow:
    """Counts of one gacha or sumu; None without a household layer (or, for `open`, without a ledger).

    monitored: households; by_type adds up to it, and so does each guarantee's secured + missing + unknown.
    open: guarantee -> problems of the ledger that are not closed.
    """

    level: str
    unit_code: str
    unit_name: str
    sumu_code: str
    sumu_name: str
    monitored: int | None
    by_type: Mapping[str, int | None]
    by_guarantee: Mapping[str, Mapping[str, int | None]]
    open: Mapping[str, int | None]


@dataclass(frozen=True, eq=False)
class Guarantees:
    """Rows of the gachas, then of the sumu, each by code. left_out: monitored households in no gacha."""

    rows: tuple[GuaranteeRow, ...]
    on: datetime.date
    left_out: int
    types: tuple[str, ...]
    ledger: Ledger
    provenance: Provenance

    def of_level(self, level: str) -> tuple[GuaranteeRow, ...]:
        """The rows of the gachas or of the sumu."""
        return tuple(row for row in self.rows if row.level == level)


def guarantees(plan: Plan, policy: Policy, *, on: datetime.date) -> Guarantees:
    """Return the counts of every gacha and every sumu on the day `on`."""
    context = Context(plan, policy, on.year)
    units = context.units(GACHA)
    tables = context.with_role("household")
    book = ledger(plan, policy, on=on)
    counts: Counter[tuple[int, str]] = Counter()
    left_out = 0
    for table in tables:
        if units is None:
            break
        places = assign(units, table, link="gacha_code")
        kinds = values_of(table, TYPE)
        answers = {name: values_of(table, f"{name}_ok") for name in GUARANTEES}
        for at in np.flatnonzero(monitored(table, on)):
            kind = kinds[at]
            place = int(places[at])
            left_out += place < 0
            counts[place, str(kind)] += 1
            for name in GUARANTEES:
                value = answers[name][at]
                state = UNKNOWN if value is None else SECURED if value else MISSING
                counts[place, f"{name} {state}"] += 1
    types = _types(context)
    rows = [] if units is None else _rows(units, counts, types, book, known=bool(tables))
    kinds_read = tuple(dict.fromkeys((*context.asked, *book.provenance.kinds)))
    source = Provenance(plan, kinds_read, policy.version, policy.digest, (CLAUSE,), on.year)
    return Guarantees(tuple(rows), on, left_out, types, book, source)


def monitored(table: Table, on: datetime.date) -> np.ndarray:
    """Which households are monitored on a day (bool): they have a type, and no risk cleared by then."""
    cleared = np.fromiter(
        (bool(day) and str(day)[:10] <= on.isoformat() for day in values_of(table, CLEARED)), bool, len(table)
    )
    return ~is_null(values_of(table, TYPE)) & ~cleared


def _types(context: Context) -> tuple[str, ...]:
    """Why a household may be monitored: the values that the layer's own column allows."""
    return tuple(
        str(choice.value)
        for kind in context.plan.catalogue.with_role("household")
        for column in kind.columns
        if column.name == TYPE
        for choice in column.choices
    )


def _rows(
    units: Units, counts: Counter[tuple[int, str]], types: tuple[str, ...], book: Ledger, *, known: bool
) -> list[GuaranteeRow]:
    """Rows of every gacha, and of every sumu as the sum of its gachas."""
    opened: Counter[tuple[str, str]] = Counter(
        (code_text(item.gacha_code), str(item.guarantee)) for item in book.items if item.state != CLOSED
    )

    def row(level: str, code: str, name: str, members: list[int]) -> GuaranteeRow:
        def total(key: str) -> int | None:
            return sum(counts[at, key] for at in members) if known else None

        first = members[0]
        return GuaranteeRow(
            level,
            code,
            name,
            units.sumu_codes[first],
            units.sumu_names[first],
            sum(counts[at, kind] for at in members for kind in types) if known else None,
            MappingProxyType({kind: total(kind) for kind in types}),
            MappingProxyType(
                {
                    one: MappingProxyType(
                        {state: total(f"{one} {state}") for state in (SECURED, MISSING, UNKNOWN)}
                    )
                    for one in GUARANTEES
                }
            ),
            MappingProxyType(
                {
                    one: sum(opened[units.codes[at], one] for at in members) if book.there else None
                    for one in GUARANTEES
                }
            ),
        )

    sumus: dict[str, list[int]] = {}
    for at, code in enumerate(units.sumu_codes):
        sumus.setdefault(code, []).append(at)
    rows = [row("gacha", units.codes[at], units.names[at], [at]) for at in range(len(units))]
    return rows + [row("sumu", code, units.sumu_names[sumus[code][0]], sumus[code]) for code in sorted(sumus)]
