"""What the grazing panel shows of its rows: columns, areas in words, the features they stand for."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.messages import language, listed, text
from app.origins.grazing import grazing_ask
from app.panels.models.records import RecordColumn, summed
from app.panels.models.unit_rows import unit_rows
from layers.geo.measure import M2_PER_HA, format_area
from layers.planning.grazing import OVER, UNKNOWN, Grazing, GrazingRow
from layers.planning.grazing_ground import PASTURES, REGIMES
from layers.planning.results import Provenance
from layers.planning.units import GACHA
from layers.provenance import Ask

VIEWS = ("load", "regimes")
CHIPS = {OVER: "short", UNKNOWN: "unknown", "within": "met"}
ORDER = {OVER: 0, UNKNOWN: 1, "within": 2}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at: by gacha or by pasture, the livestock's year, the day (None: its end)."""

    by: str
    year: int | None
    on: datetime.date | None


def regime_column(name: str) -> RecordColumn:
    def hectares(row: GrazingRow) -> float | None:
        return None if row.regimes is None else row.regimes.get(name, 0.0) / M2_PER_HA

    return RecordColumn(f"grazing_{name}", hectares, True, 1, total=summed(hectares))


def load_bar(row: GrazingRow) -> tuple[float, str] | None:
    return (min((row.load or 0.0) / 150.0, 1.0), "need4" if row.status == OVER else "need1")


NAME = RecordColumn("grazing_name", lambda row: row.name, order=lambda row: row.code)
COLUMNS = {
    "load": (
        NAME,
        RecordColumn("grazing_capacity", lambda row: row.capacity, True, 0,
                     total=summed(lambda row: row.capacity), spare=1),
        RecordColumn("grazing_stock", lambda row: row.stock, True, 0, total=summed(lambda row: row.stock),
                     spare=2),
        RecordColumn("grazing_load", lambda row: row.load, True, 1, bar=load_bar),
        RecordColumn("grazing_status", lambda row: row.status, order=lambda row: ORDER[row.status],
                     chip=lambda row: (CHIPS[row.status], text(f"grazing_{row.status}"))),
    ),
    "regimes": (NAME, *(regime_column(name) for name in REGIMES)),
}  # fmt: skip


def columns_of(view: str, result: Grazing | None) -> tuple[RecordColumn, ...]:
    """Return the columns of a view; pastures of different seasons have capacities that do not add up."""
    if result is None:
        return COLUMNS[view]
    by_season = result.by != "gacha"

    def asks(name: str) -> Callable[[GrazingRow], Ask]:
        return lambda row: grazing_ask(result, name, row)

    return tuple(
        replace(
            one,
            total=None if by_season and one.key == "grazing_capacity" else one.total,
            ask=asks(one.key.removeprefix("grazing_")) if one.numeric else None,
        )
        for one in COLUMNS[view]
    )


def areas_words(row: GrazingRow) -> str:
    """Return the regimes' areas of a row in hectares and mu; "" where they are not known."""
    if row.regimes is None:
        return ""
    parts = [
        f"{text(f'grazing_{name}')} {format_area(row.regimes.get(name, 0.0), language())}"
        for name in REGIMES if row.regimes.get(name)
    ]  # fmt: skip
    return listed(parts)


def provenance_words(source: Provenance, said: tuple[str, ...]) -> str:
    """Return where the numbers come from, in one paragraph."""
    return ("；" if language() == "zh" else "; ").join(
        (*said, text("grazing_rules", rules=source.policy_version))
    )


def places_of(result: Grazing) -> dict[object, tuple[str, int]]:
    """Return where the feature of a row stands, as (kind, row id): by row id for pastures, by code for
    gachas."""
    plan = result.provenance.plan
    if result.by == "gacha":
        return dict(unit_rows(plan, GACHA))
    return {int(fid): (table.kind.id, int(fid)) for table in plan.with_role(PASTURES) for fid in table.fids}
