"""Grazing in the yearly report: what the pastures bear against what grazes there, and the regimes, by sumu.

Stock and capacity are internal: for the public only the areas of the regimes are left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.exports.leaving import Leaving
from app.exports.report_parts import Cell, Report
from app.exports.stated import Quantity
from app.grazing_theme import theme_of
from app.grazing_words import notes
from app.messages import text
from app.session import Session, Snapshot
from layers.geo.measure import M2_PER_HA
from layers.maps.choropleth import MapTheme
from layers.planning.grazing import CLAUSE, OVER, UNKNOWN, WITHIN, Grazing, GrazingRow, grazing
from layers.planning.grazing_ground import REGIMES
from layers.provenance import Ask
from layers.release import INTERNAL

CLAUSES = (CLAUSE,)


def grazing_section(
    source: Session | Snapshot,
    made: Report,
    leaving: Leaving,
    year: int,
    draw: Callable[[MapTheme], None],
) -> None:
    """Write the section; where there is neither a gacha nor a pasture, nothing."""
    result = grazing(source.plan, source.policy, by="gacha", year=year)
    if not result.rows:
        return
    made.heading(text("report_grazing"))
    inside = leaving.audience == INTERNAL
    by_sumu: dict[tuple[str, str], list[GrazingRow]] = {}
    for row in result.rows:
        by_sumu.setdefault((row.sumu_code, row.sumu_name), []).append(row)
    if inside:
        words = [(name, *_herd(result, code, rows)) for (code, name), rows in sorted(by_sumu.items())]
        total = (text("story_total"), *_herd(result, "", result.rows))
        heads = (text("level_sumu"), text("report_gachas"), text("grazing_over"), text("grazing_within"),
                 text("grazing_unknown"), text("report_capacity"), text("report_stock"))  # fmt: skip
        _put(made, result, heads, [*words, total], text("report_grazing_herds"))
        draw(theme_of(result, source.policy))
    if result.totals is not None:
        areas = [(name, *_areas(result, code, rows)) for (code, name), rows in sorted(by_sumu.items())]
        total = (text("story_total"), *_areas(result, "", result.rows))
        heads = (text("level_sumu"), *(text(f"grazing_col_{name}_ha") for name in REGIMES))
        _put(made, result, heads, [*areas, total], text("report_grazing_areas"))
    if inside:
        made.points(notes(result, {rule.id: rule for rule in source.policy.rules}))


def _put(
    made: Report, result: Grazing, heads: Sequence[str], rows: Sequence[Sequence[Cell]], caption: str
) -> None:
    """Numbers of grazing rest on its own tables."""
    usual, made.numbers.source = made.numbers.source, result.provenance
    made.table(heads, rows, caption=caption, total=True)
    made.numbers.source = usual


def _herd(result: Grazing, code: str, rows: Sequence[GrazingRow]) -> tuple[Quantity, ...]:
    """Gachas in all, over, within, not known; capacity and stock of those of which both are known."""

    def count(status: str) -> Quantity:
        ask = Ask("grazing", "gacha", code, f"units.{status or 'all'}", result.year)
        number = sum(not status or row.status == status for row in rows)
        return Quantity(number, ask, text("level_gacha"), "", CLAUSES, 0)

    def herd(name: str) -> Quantity:
        values = [getattr(row, name) for row in rows if row.capacity is not None and row.stock is not None]
        ask = Ask("grazing", "gacha", code, name, result.year)
        return Quantity(sum(values) if values else None, ask, text("report_sheep_unit"), "", CLAUSES, 0)

    statuses = ("", OVER, WITHIN, UNKNOWN)
    return (*(count(status) for status in statuses), herd("capacity"), herd("stock"))


def _areas(result: Grazing, code: str, rows: Sequence[GrazingRow]) -> tuple[Quantity, ...]:
    """Hectares of each regime; not known where they are not known of a gacha."""
    made = []
    for name in REGIMES:
        parts = [None if row.regimes is None else row.regimes.get(name, 0.0) for row in rows]
        known = [part for part in parts if part is not None]
        value = sum(known) / M2_PER_HA if len(known) == len(parts) else None
        made.append(Quantity(value, Ask("grazing", "gacha", code, f"{name}_ha", result.year), "ha", "",
                             CLAUSES, 1))  # fmt: skip
    return tuple(made)
