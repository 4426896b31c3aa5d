"""Road faults: listed and written; gaps repaired and faults judged, each as one command that can be
undone."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.command import Answer
from app.exports.result_table import release_result, write_result
from app.messages import both, text
from app.road_words import fault_data, faults_table, reason_words, repair_words, summary_data, summary_lines
from app.session import Session
from layers.errors import InputError
from layers.plan.changes import Changes
from layers.planning.road_faults import Fault, RoadFaults, judge, road_faults
from layers.planning.road_repairs import repaired

ALL = "all"


def faults(
    session: Session,
    *,
    kind: str | None = None,
    year: int | None = None,
    repair: str | None = None,
    judge: str | None = None,  # noqa: A002 - the option's name
    judgement: str | None = None,
    note: str = "",
    out: Path | None = None,
) -> Answer:
    """List the register (of one kind), or close a gap (`repair`: a key, or `all`), or say what a fault is
    (`judge`).

    Raises InputError `fault_unknown`, `fault_no_repair`, `format_unknown`; RuleError `road_moved_on`;
    StoreError `cannot_write`.
    """
    result = road_faults(session.plan, session.policy, year=year)
    if repair is not None:
        chosen = [one for one in result.faults if one.repair] if repair == ALL else [_find(result, repair)]
        return repair_faults(session, chosen)
    if judge is not None:
        return judge_fault(session, _find(result, judge).key, judgement, note=note)
    listed = result.faults if kind is None else result.of_kind(kind)
    table = faults_table(session, result, listed)
    released = release_result(session, table)
    place = released.keys.index("households_behind")
    crs = session.plan.crs
    rows = []
    for fault, row in zip(listed, released.rows, strict=True):
        behind = row[place]
        withheld = isinstance(behind, str)
        rows.append({**fault_data(fault, crs), "households_behind": None if withheld else behind,
                     "households_withheld": withheld})  # fmt: skip
    small = int(session.policy.rule("small_count").value)
    lines = _lines(session, result, listed, rows)
    if out is not None:
        write_result(session, table, out)
        lines.append(text("wrote", path=out))
    return Answer({"faults": rows, "summary": summary_data(result, small)}, tuple(lines))


def repair_faults(session: Session, chosen: Sequence[Fault]) -> Answer:
    """Close these gaps as one command; raises InputError `fault_no_repair`, RuleError `road_moved_on`."""
    repairs = [one.repair for one in chosen if one.repair is not None]
    if not repairs:
        raise InputError("fault_no_repair")
    crs = session.plan.crs
    entry = session.do(
        both("did_faults_repair", count=len(repairs)), lambda plan: repaired(plan, repairs), command="faults"
    )
    data = {
        "repaired": [
            {"key": one.key, "repair": fault_data(one, crs)["repair"]} for one in chosen if one.repair
        ],
        "journal_id": entry.id if entry else None,
    }
    said = [f"{one.key}  {repair_words(one.repair)}" for one in chosen if one.repair]
    return Answer(data, (*said, text("faults_repaired", count=len(repairs))))


def judge_fault(session: Session, key: str, judgement: str | None, *, note: str = "") -> Answer:
    """Remember what a fault is (None forgets it), as one command."""
    day = datetime.date.today().isoformat()  # noqa: DTZ011 - the user's own day
    words = both(f"fault_judged_{judgement or 'none'}")

    def build(plan: Any) -> Changes:
        change = judge(plan, key, judgement, note=note, on=day)
        return Changes(documents=(change,) if change.before != change.after else ())

    entry = session.do(both("did_faults_judge", key=key, judgement=words), build, command="faults")
    data = {"key": key, "judgement": judgement, "journal_id": entry.id if entry else None}
    said = text("faults_judged", key=key, judgement=text(f"fault_judged_{judgement or 'none'}"))
    return Answer(data, (said,))


def _find(result: RoadFaults, key: str) -> Fault:
    fault = result.find(key)
    if fault is None:
        raise InputError("fault_unknown", key=key)
    return fault


def _lines(
    session: Session, result: RoadFaults, listed: Sequence[Fault], rows: Sequence[dict[str, Any]]
) -> list[str]:
    if not result.there:
        return [text("faults_none"), text("faults_none_why")]
    lines = [text("faults_head")] if listed else []
    for fault, row in zip(listed, rows, strict=True):
        where = "—" if row["at"] is None else f"{row['at'][0]:.4f},{row['at'][1]:.4f}"
        behind = "<" if row["households_withheld"] else row["households_behind"]
        cells = (
            fault.key, reason_words(session, fault), fault.road or "—", fault.gacha_name or "—",
            "—" if fault.km is None else f"{fault.km:.1f}", "—" if behind is None else str(behind), where,
            repair_words(fault.repair),
        )  # fmt: skip
        lines.append("  ".join(cells).rstrip())
    return [*lines, *summary_lines(session, result)]
