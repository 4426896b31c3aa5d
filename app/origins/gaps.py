"""Where the numbers of the gap table are from: each column of a unit, of some units (`A+B`) or of all.

Subject: the service; unit: code of a gacha or sumu, several with `+` between them, "" for all; field: `value`
(what is missing, else what is there), `have`, `need`, `gap`, `unknown`, `households`, `share`, `km`;
`units.STATUS`, `units.all`: how many units stand so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.gap_themes import missing_share
from app.messages import both
from app.origins.base import unknown
from layers.catalogue.text import Text
from layers.plan.plan import Plan
from layers.planning.results import GapRow
from layers.planning.trace import Trace, trace_gap
from layers.policy.bundle import Policy
from layers.provenance import Ask

COUNTS = ("have", "need", "gap", "unknown")
UNITS = {"households": "household", "share": "percent", "km": "kilometre"}


def trace_gap_number(plan: Plan, policy: Policy, ask: Ask) -> Trace:
    """Return a number of a gap row, or of the sum of several; errors as of `trace_gap`, `number_unknown`."""
    found = trace_gap(plan, policy, ask.subject, ask.unit, year=ask.year)
    if ask.field == "value":
        return found
    part, _, status = ask.field.partition(".")
    if part == "units" and status:
        mine = [row for row in found.rows if status in ("all", row.status)]
        words = both(f"status_{status}") if status != "all" else both("from_gap_units")
        return _as(found, words, float(len(mine)), both("from_gap_units"))
    if part in COUNTS:
        return _as(found, both(f"gap_{part}"), _float(found.fields[part]), found.unit)
    if part not in UNITS:
        raise unknown(ask)
    return _as(found, both(f"gap_{part}"), _beside(found.rows, part), UNITS[part])


def _as(found: Trace, words: Text, value: float | None, unit: str | Text) -> Trace:
    title = Text(f"{found.title.zh} · {words.zh}", f"{found.title.en} · {words.en}")
    return replace(found, title=title, low=value, high=value, unit=unit)


def _beside(rows: Sequence[GapRow], name: str) -> float | None:
    """Households, share of them that lacks it, or the distance: as the table has them."""
    if name == "households":
        return _float(_sum(row.households for row in rows))
    if name == "km":
        return _float(rows[0].reason.fields.get("km")) if len(rows) == 1 else None
    if len(rows) == 1:
        share = missing_share(rows[0])
        return None if share is None else 100 * share
    known = [row for row in rows if row.gap is not None and row.households]
    homes = sum(row.households or 0 for row in known)
    return 100 * sum(row.gap or 0 for row in known) / homes if homes else None


def _sum(values: Any) -> int | None:
    known = [one for one in values if one is not None]
    return sum(known) if known else None


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
