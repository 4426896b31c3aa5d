"""Grazing: regimes by area, what the pastures bear against what grazes there."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np

from app.command import Answer
from app.exports.result_table import ResultColumn, ResultTable, write_result
from app.grazing_words import law_words, notes, reason_words, row_data
from app.messages import text
from app.session import Session, Snapshot
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.planning.grazing import Grazing, GrazingRow
from layers.planning.grazing import grazing as compute
from layers.planning.grazing_ground import PASTURES
from layers.planning.units import GACHA

TITLE = {
    "gacha": Text("各嘎查草畜平衡表", "Forage and livestock by gacha"),
    "pasture": Text("各承包草场草畜平衡表", "Forage and livestock by contract pasture"),
}
INTERNAL_KEYS = frozenset(
    {
        "registered",
        "stock",
        "over",
        "load_percent",
        "overload_percent",
        "found",
        "status",
        "reason",
        "law",
        "capacity",
    }
)
NUMBERS = frozenset(
    {"area_ha", "ban_ha", "ban_mu", "rest_ha", "rest_mu", "balance_ha", "balance_mu", "capacity",
     "registered",
     "stock", "over", "load_percent", "overload_percent"}
)  # fmt: skip
WHOLE = frozenset({"pastures", "unknown_pastures", "found"})


def grazing(
    session: Session,
    *,
    by: str = "gacha",
    year: int | None = None,
    date: str | None = None,
    out: Path | None = None,
) -> Answer:
    """Regimes, capacity, stock, overload and what the law attaches, by gacha or by contract pasture.

    date: the day for zones and law (ISO); without one the last day of the livestock's year. Raises InputError
    `not_a_date`, `format_unknown`, `unknown_rule`; StoreError `cannot_write`.
    """
    result = compute(
        session.plan, session.policy, by=by, year=year, on=None if date is None else day_of(date)
    )
    written: tuple[str, ...] = ()
    if out is not None:
        write_grazing(session, result, out)
        written = (text("wrote", path=out),)
    return Answer(_data(session, result), (*_lines(session, result), *written))


def day_of(typed: str) -> datetime.date:
    """Return the day that was typed (2025-06-01). Raises InputError `not_a_date`."""
    try:
        return datetime.date.fromisoformat(typed)
    except ValueError:
        raise InputError("not_a_date", given=typed) from None


def write_grazing(session: Session | Snapshot, result: Grazing, out: Path) -> None:
    """Write the rows to .csv, .xlsx, .json or .gpkg (with the outlines). Errors as in `write_result`."""
    records, words = [], []
    for row in result.rows:
        record = row_data(row)
        law = record.pop("law")
        records.append({**record, "law": "; ".join(f"{one['rule']}:{one['why']}" for one in law)})
        words.append(
            {
                **record,
                "status": text(f"grazing_{row.status}"),
                "reason": reason_words(row),
                "law": " ".join(law_words(row.verdict)),
            }
        )
    keys = tuple(records[0]) if records else ()
    write_result(
        session,
        ResultTable(
            TITLE[result.by],
            tuple(_column(key) for key in keys),
            records,
            result.provenance,
            words,
            _shapes(session, result),
            notes=notes(result, {rule.id: rule for rule in session.policy.rules}),
        ),
        out,
    )


def _column(key: str) -> ResultColumn:
    from app.messages import both

    kind = "real" if key in NUMBERS else "integer" if key in WHOLE else "text"
    privacy = Privacy.INTERNAL if key in INTERNAL_KEYS else Privacy.PUBLIC
    return ResultColumn(key, both(f"grazing_col_{key}"), kind, privacy)


def _shapes(session: Session | Snapshot, result: Grazing) -> np.ndarray:
    """The outline of each row, in their order."""
    tables = session.plan.with_role(GACHA if result.by == "gacha" else PASTURES)
    shapes: dict[Any, Any] = {}
    for table in tables:
        for fid, code, shape in zip(table.fids, table.column(table.kind.key), table.geometry, strict=True):
            shapes.setdefault(str(code) if result.by == "gacha" else int(fid), shape)
    found = np.empty(len(result.rows), object)
    found[:] = [shapes.get(row.code if result.by == "gacha" else row.fid) for row in result.rows]
    return found


def _data(session: Session, result: Grazing) -> dict[str, Any]:
    def hectares(areas: Any) -> dict[str, float] | None:
        return None if areas is None else {name: round(m2 / 10_000, 2) for name, m2 in areas.items()}

    return {
        "by": result.by,
        "year": result.year,
        "date": result.on.isoformat() if result.on else None,
        "totals_ha": hectares(result.totals),
        "outside_ha": hectares(result.outside),
        "tolerance_ha": round(result.tolerance_m2 / 10_000, 4),
        "unverified": list(result.unverified),
        "rules": session.policy.version,
        "left_out": result.left_out,
        "zones_not_in_force": result.ended,
        "rows": [row_data(row) for row in result.rows],
    }


def _lines(session: Session, result: Grazing) -> list[str]:
    if not result.rows:
        return [text("grazing_nothing")]
    lines = [text("grazing_head")]
    for row in result.rows:
        record = row_data(row)
        where = f"{row.name}（{row.sumu_name if result.by == 'gacha' else row.gacha_name or '—'}）"
        areas = "  ".join(_number(record[f"{name}_ha"]) for name in ("ban", "rest", "balance"))
        herd = "  ".join(_number(record[key]) for key in ("capacity", "stock"))
        load = "—" if row.overload is None else f"{row.overload:+.1f}%"
        lines.append(
            f"{row.code}  {where}  {areas}  {herd}  {load}  {text('grazing_' + row.status)}{_law(row)}"
        )
    return [*lines, *notes(result, {rule.id: rule for rule in session.policy.rules})]


def _law(row: GrazingRow) -> str:
    return "".join(f"\n    {words}" for words in law_words(row.verdict) if row.verdict.attached)


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:,.1f}"
