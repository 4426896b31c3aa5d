"""核查单: works, zones, articles and what to do as a table that leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.exports.result_table import Picture, ResultColumn, ResultTable
from app.messages import both, language, text
from app.session import Session, Snapshot
from app.verdict_words import (
    JSON_VERDICTS,
    article_words,
    chainage_words,
    reason_words,
    work_name,
    zone_title,
)
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.planning.conflicts import Conflict, Conflicts, Judged

OPEN, INSIDE = Privacy.PUBLIC, Privacy.INTERNAL
COLUMNS = (
    ResultColumn("feature", Text("项目", "Work"), privacy=INSIDE),
    ResultColumn("code", Text("编号", "Code"), privacy=INSIDE),
    ResultColumn("date", Text("判断日期", "Judged by"), "date", OPEN),
    ResultColumn("zone", Text("分区", "Zone"), privacy=OPEN),
    ResultColumn("verdict", Text("结论", "Verdict"), privacy=OPEN),
    ResultColumn("area_ha", Text("面积（公顷）", "Area (ha)"), "real", OPEN),
    ResultColumn("area_mu", Text("面积（亩）", "Area (mu)"), "real", OPEN),
    ResultColumn("low_ha", Text("最少（公顷）", "At least (ha)"), "real", OPEN),
    ResultColumn("high_ha", Text("最多（公顷）", "At most (ha)"), "real", OPEN),
    ResultColumn("length_m", Text("长度（米）", "Length (m)"), "real", OPEN),
    ResultColumn("chainage", Text("桩号", "Chainage"), privacy=OPEN),
    ResultColumn("todo", Text("怎么办", "What to do"), privacy=OPEN),
    ResultColumn("article", Text("依据", "Article"), privacy=OPEN),
    ResultColumn("approver", Text("审批机关", "Who approves"), privacy=OPEN),
    ResultColumn("reason", Text("为何待核实", "Why to be verified"), privacy=OPEN),
)


def verdict_table(session: Session | Snapshot, found: Conflicts,
                  judged: Sequence[Judged] | None = None) -> ResultTable:
    """Works with every article, worst first; a work that touches nothing has one row. judged: only these."""
    chosen = found.judged if judged is None else judged
    pairs = [(work, one) for work in chosen for one in (work.conflicts or (None,))]
    records = [_record(session, work, one) for work, one in pairs]
    words = [{**record, "verdict": text(f"verdict_{'allow' if one is None else one.verdict}")}
             for record, (_, one) in zip(records, pairs, strict=True)]  # fmt: skip
    seen = Picture(
        both("verdict_sheet_map"), tuple(one.work.shape for one in chosen),
        frozenset(one.kind for work in chosen for one in work.conflicts if one.area_m2),
        tuple((work_name(one), spot_of(one.work.ground)) for one in chosen),
    )  # fmt: skip
    return ResultTable(both("verdict_sheet"), COLUMNS, records, found.provenance, words=words,
                       notes=(text("verdict_sheet_note"),), picture=seen)  # fmt: skip


def spot_of(ground: Any) -> tuple[float, float]:
    """A place on the ground of a work."""
    point = ground.representative_point()
    return point.x, point.y


def _record(session: Session | Snapshot, judged: Judged, one: Conflict | None) -> dict[str, Any]:
    record: dict[str, Any] = {
        "feature": work_name(judged), "code": judged.work.key, "date": judged.day.isoformat(),
        "verdict": JSON_VERDICTS["allow"],
    }  # fmt: skip
    if one is None:
        return record
    rule = one.rule
    return record | {
        "zone": zone_title(session.catalogue, one),
        "verdict": JSON_VERDICTS[one.verdict],
        "area_ha": _per(one.area_m2, 10_000, 4),
        "area_mu": _per(one.area_m2, 10_000 / 15, 2),
        "low_ha": _per(one.low_m2, 10_000, 4),
        "high_ha": _per(one.high_m2, 10_000, 4),
        "length_m": _per(one.length_m, 1, 0),
        "chainage": chainage_words(one.stretches),
        "todo": rule.todo.in_language(language()) if rule else "",
        "article": article_words(rule.basis) if rule else "",
        "approver": rule.approver.in_language(language()) if rule else "",
        "reason": reason_words(one),
    }


def _per(value: float | None, unit: float, digits: int) -> float | None:
    return None if value is None else round(value / unit, digits)
