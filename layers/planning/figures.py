"""Figures of targets that are entered by hand: for which year, as of when, from where."""

from __future__ import annotations

from dataclasses import dataclass

from layers.plan.plan import Plan
from layers.planning.columns import values_of

FIGURE = "target.figure"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure in the target's unit. as_of: ISO date, "" where none is recorded; source: in words."""

    year: int
    value: float
    as_of: str
    source: str


def figures_of(plan: Plan) -> dict[str, dict[int, Figure]]:
    """Return target id -> year -> figure; of several rows for a year the last one entered (row id)."""
    found: dict[str, dict[int, Figure]] = {}
    for table in plan.with_role(FIGURE):
        columns = (values_of(table, name) for name in ("target_id", "year", "value", "as_of", "source"))
        for identity, year, value, as_of, source in zip(*columns, strict=True):
            if identity is not None and year is not None and value is not None:
                figure = Figure(int(year), float(value), str(as_of or ""), str(source or ""))
                found.setdefault(str(identity), {})[figure.year] = figure
    return found
