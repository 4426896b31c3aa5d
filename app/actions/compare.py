"""Schemes listed, set side by side, and adopted."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from app.command import Answer
from app.exports.result_table import ResultColumn, ResultTable, write_result
from app.messages import both, language, text, tr
from app.session import Session
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.planning.scheme_facts import (
    Difference,
    SchemeFacts,
    adopt_works,
    compared,
    scheme_facts,
    scheme_names,
)

FEWEST, MOST = 2, 3


def schemes(session: Session, *, date: str | None = None) -> Answer:
    """List every scheme with what it amounts to."""
    on = _day(date)
    found = [scheme_facts(session.plan, session.policy, name, on=on) for name in scheme_names(session.plan)]
    return Answer([facts_data(one) for one in found], tuple(_lines(found)))


def compare(
    session: Session, names: Sequence[str], *, date: str | None = None, out: Path | None = None
) -> Answer:
    """Set two or three schemes side by side; raises InputError `compare_count`, `scheme_unknown`."""
    if not FEWEST <= len(dict.fromkeys(names)) == len(names) <= MOST:
        raise InputError("compare_count", count=len(names))
    on = _day(date)
    found = [scheme_facts(session.plan, session.policy, name, on=on) for name in names]
    rows = compared(found)
    lines = [
        text("compare_row", title=tr(row.title), unit=tr(row.unit),
             mark=text("compare_differs") if row.differs else "",
             values="  ".join(_number(value) for value in row.values))
        for row in rows
    ]  # fmt: skip
    if out is not None:
        write_result(session, comparison_table(found, rows), out)
        lines.append(text("wrote", path=str(out)))
    data = {"schemes": list(names), "rows": [difference_data(names, row) for row in rows]}
    return Answer(data, tuple(lines))


def adopt(session: Session, name: str) -> Any:
    """Go by a scheme, its allocation and its drawn works, as one command; None where that is so already."""
    title = both("did_scheme_adopt", name=name)
    return session.do(title, lambda plan: adopt_works(plan, name), command="adopt")


def adopt_command(session: Session, name: str) -> Answer:
    """Adopt a scheme from the command line."""
    entry = adopt(session, name)
    waiting = _waiting(session, name)
    lines = [text("adopted" if entry is not None else "adopted_already", name=name)]
    if waiting:
        lines.append(text("adopted_waiting", count=waiting))
    data = {"scheme": name, "adopted": entry is not None, "without_performance_target": waiting}
    return Answer(data, tuple(lines))


def comparison_table(found: Sequence[SchemeFacts], rows: Sequence[Difference]) -> ResultTable:
    """Return a comparison as a table that may be written."""
    columns = (
        ResultColumn("fact", Text("内容", "What"), privacy=Privacy.PUBLIC),
        ResultColumn("unit", Text("单位", "Unit"), privacy=Privacy.PUBLIC),
        *(ResultColumn(f"scheme_{at}", Text(one.name, one.name), "real", Privacy.INTERNAL)
          for at, one in enumerate(found, 1)),
    )  # fmt: skip
    records = [
        {"fact": tr(row.title), "unit": tr(row.unit),
         **{f"scheme_{at}": value for at, value in enumerate(row.values, 1)}}
        for row in rows
    ]  # fmt: skip
    return ResultTable(both("compare_title"), columns, records, found[0].provenance)


def facts_data(found: SchemeFacts) -> dict[str, Any]:
    """Return a scheme's facts in stable keys."""
    return {
        "scheme": found.name,
        "adopted_for": list(found.adopted),
        "facts": [
            {"key": one.key, "title": one.title.in_language(language()), "unit":
            one.unit.in_language(language()),
             "value": one.value, "by_year": {str(year): number for year, number in one.by_year.items()}}
            for one in found.facts
        ],
    }  # fmt: skip


def difference_data(names: Sequence[str], row: Difference) -> dict[str, Any]:
    """Return a row of a comparison in stable keys."""
    return {"key": row.key, "title": tr(row.title), "unit": tr(row.unit), "differs": row.differs,
            "values": dict(zip(names, row.values, strict=True)),
            "by_year": {name: {str(year): number for year, number in years.items()}
                        for name, years in zip(names, row.by_year, strict=True)}}  # fmt: skip


def _day(given: str | None) -> datetime.date:
    from app.actions.verdicts import parse_day

    return datetime.date.today() if given is None else parse_day(given)


def _waiting(session: Session, name: str) -> int:
    """Ideas of a scheme that stay ideas, since they state no performance target."""
    count = 0
    for table in session.plan.with_role("proposal"):
        for fid in table.fids.tolist():
            row = table.row(fid)
            count += row.get("scheme") == name and row.get("status") in (None, "idea")
    return count


def _lines(found: Sequence[SchemeFacts]) -> Iterable[str]:
    if not found:
        yield text("schemes_none")
    for one in found:
        facts = "  ".join(f"{tr(fact.title)} {_number(fact.value)} {tr(fact.unit)}" for fact in one.facts)
        yield f"{one.name}{text('scheme_adopted_mark') if one.adopted else ''}  {facts}"


def _number(value: float | None) -> str:
    if value is None:
        return text("not_known_short")
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
