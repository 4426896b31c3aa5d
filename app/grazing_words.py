"""Grazing rows in stable keys and in words, for the command line, the window and what is exported."""

from __future__ import annotations

from typing import Any

from app.messages import language, text
from layers.geo.measure import M2_PER_HA, M2_PER_MU
from layers.planning.grazing import Grazing, GrazingRow
from layers.planning.grazing_ground import REGIMES
from layers.planning.overload import NOT_IN_FORCE, Attached, Verdict
from layers.policy.rules import Rule


def row_data(row: GrazingRow) -> dict[str, Any]:
    """Return a row in stable English keys: hectares, mu, sheep units, per cent; null is not known."""
    regimes: dict[str, Any] = {}
    for name in REGIMES:
        m2 = None if row.regimes is None else row.regimes.get(name, 0.0)
        regimes[f"{name}_ha"] = None if m2 is None else round(m2 / M2_PER_HA, 2)
        regimes[f"{name}_mu"] = None if m2 is None else round(m2 / M2_PER_MU, 1)
    return {
        "code": row.code,
        "name": row.name,
        "gacha_code": row.gacha_code,
        "gacha_name": row.gacha_name,
        "sumu_code": row.sumu_code,
        "sumu_name": row.sumu_name,
        "area_ha": None if row.area_m2 is None else round(row.area_m2 / M2_PER_HA, 2),
        **regimes,
        "pastures": row.pastures,
        "unknown_pastures": row.unknown_pastures,
        "capacity": _tenth(row.capacity),
        "registered": _tenth(row.registered),
        "stock": _tenth(row.stock),
        "over": _tenth(row.over),
        "load_percent": _tenth(row.load),
        "overload_percent": _tenth(row.overload),
        "found": row.found,
        "status": row.status,
        "reason": row.reason.code,
        "law": law_data(row.verdict),
    }


def law_data(found: Verdict) -> list[dict[str, Any]]:
    """Return what is attached in stable keys."""
    return [
        {
            "rule": one.rule.id,
            "article": one.rule.article,
            "why": one.why,
            "yuan": None if one.yuan is None else round(one.yuan, 2),
            "yuan_per_sheep_unit": one.per_unit,
            "in_force": one.rule.in_force.isoformat() if one.rule.in_force else None,
            "amended": one.rule.amended.isoformat() if one.rule.amended else None,
        }
        for one in found.attached
    ]


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def reason_words(row: GrazingRow) -> str:
    """Return why a row has its status."""
    return text(f"reason_{row.reason.code}", **row.reason.fields)


def law_words(found: Verdict) -> list[str]:
    """Return a sentence for each thing attached; where nothing is, the one that says why."""
    if not found.attached:
        day = found.from_day.isoformat() if found.from_day else "—"
        return [text(f"law_none_{found.none}", day=day)] if found.none else []
    return [_attached_words(one) for one in found.attached]


def _attached_words(one: Attached) -> str:
    numbers = one.rule.values
    return text(
        f"law_{one.rule.id}_{one.why}",
        article=one.rule.article or "—",
        percent=f"{numbers.get('overload_over', 0):g}",
        times=f"{numbers.get('grazing_times', 0):g}",
        yuan="—" if one.yuan is None else f"{one.yuan:,.0f}",
        per_unit=f"{numbers.get('value', 0):g}",
    )


def source_words(rule: Rule) -> str:
    """Return a rule's law with its dates."""
    dates = [text("law_in_force", day=rule.in_force.isoformat())] if rule.in_force else []
    dates += [text("law_amended", day=rule.amended.isoformat())] if rule.amended else []
    return (
        f"{rule.source.in_language(language())}（{'，'.join(dates)}）"
        if language() != "en"
        else (f"{rule.source.in_language(language())} ({', '.join(dates)})")
    )


def head_notes(result: Grazing) -> tuple[str, ...]:
    """Return year, day, and how many zones do not hold on it."""
    said = []
    if result.by == "gacha":
        said.append(text("grazing_year", year=result.year if result.year is not None else "—"))
    said.append(text("grazing_day", day=result.on.isoformat() if result.on else "—"))
    if result.ended:
        said.append(text("grazing_ended", count=f"{result.ended:,}"))
    return tuple(said)


def notes(result: Grazing, rules: dict[str, Rule]) -> tuple[str, ...]:
    """Return what a reader must know about the numbers: year, day, parameters from memory, what adds up."""
    said = [*head_notes(result)]
    if result.totals is not None and result.outside is not None:
        said.append(
            text(
                "grazing_adds_up",
                total=f"{sum(result.totals.values()) / M2_PER_HA:,.1f}",
                outside=f"{sum(result.outside.values()) / M2_PER_HA:,.1f}",
                tolerance=f"{result.tolerance_m2 / M2_PER_HA:,.1f}",
            )
        )
    if result.unverified:
        names = [rules[name].title.in_language(language()) for name in result.unverified]
        said.append(text("grazing_unverified", rules=names))
    laws = {one.rule.source: one.rule for row in result.rows for one in row.verdict.attached}
    said += [source_words(rule) for rule in laws.values()]
    none = {row.verdict.none: row.verdict for row in result.rows}
    if NOT_IN_FORCE in none:
        said += law_words(none[NOT_IN_FORCE])
    if result.left_out:
        said.append(text("grazing_left_out", count=f"{result.left_out:,}"))
    return tuple(said)
