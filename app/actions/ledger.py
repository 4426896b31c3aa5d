"""The ledger of hardships: listed, counted, and closed one by one; each step is one command that can be
undone."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from app.actions.grazing import day_of
from app.command import Answer
from app.exports.result_table import ResultTable, release_result, write_result
from app.ledger_words import counts_table, item_data, item_words, items_table
from app.messages import both, text
from app.session import Session, Snapshot
from layers.catalogue.text import Text
from layers.errors import InputError, RuleError
from layers.planning.guarantees import GUARANTEES, guarantees
from layers.planning.ledger import Ledger
from layers.planning.ledger import advance as advanced
from layers.planning.ledger import ledger as compute

BY = ("items", "gacha", "sumu")


def ledger(
    session: Session,
    *,
    state: str | None = None,
    by: str = "items",
    overdue: bool = False,
    date: str | None = None,
    advance: str | None = None,
    to: str | None = None,
    on: str | None = None,
    unit: str | None = None,
    out: Path | None = None,
) -> Answer:
    """List the ledger, count the four guarantees (`by`), or take one item a step on (`advance`, `to`, `on`).

    date: the day for what is overdue, today without one. Raises what `step` does, InputError `not_a_date`,
    `ledger_needs_step`, `format_unknown`; StoreError `cannot_write`.
    """
    day = today() if date is None else day_of(date)
    if advance is not None:
        if to is None or on is None:
            raise InputError("ledger_needs_step")
        return step(session, advance, to, day_of(on), unit=unit)
    if by != "items":
        table = counts_of(session, by, day)
        lines = _count_lines(table)
    else:
        book = compute(session.plan, session.policy, on=day)
        table = chosen_items(session, book, state=state, overdue=overdue)
        lines = _item_lines(book, table)
    released = release_result(session, table)
    rows = [dict(zip(released.keys, row, strict=True)) for row in released.rows]
    written: tuple[str, ...] = ()
    if out is not None:
        write_result(session, table, out)
        written = (text("wrote", path=out),)
    return Answer({"by": by, "date": day.isoformat(), "rows": rows}, (*lines, *written))


def step(session: Session, code: str, to: str, on: datetime.date, *, unit: str | None = None) -> Answer:
    """Take one item of the ledger a step on, as one command.

    Raises RuleError `ledger_in_future`, `ledger_not_next`, `ledger_before`, `ledger_no_unit`; InputError
    `ledger_absent`, `ledger_step_unknown`, `row_unknown`.
    """
    if on > today():
        raise RuleError("ledger_in_future", date=on.isoformat())
    words = both(f"ledger_do_{to}")
    title = Text(
        f"台账 {code}：{words.zh}（{on.isoformat()}）", f"Ledger {code}: {words.en} ({on.isoformat()})"
    )
    try:
        entry = session.do(
            title, lambda plan: advanced(plan, code, to=to, on=on, unit=unit)[0], command="ledger"
        )
    except RuleError as error:
        raise _in_words(error) from None
    book = compute(session.plan, session.policy, on=today())
    item = next(one for one in book.items if one.code == code)
    data = {key: value for key, value in item_data(item).items() if key != "guarantee"}
    return Answer(
        {**data, "journal_id": entry.id if entry else None},
        (text("ledger_stepped", code=code, state=text(f"ledger_{item.state}"), date=on.isoformat()),),
    )


def _in_words(error: RuleError) -> RuleError:
    """The same refusal with the steps in words."""
    words = {
        name: text(f"ledger_{value}") if name == "state" else text(f"ledger_do_{value}")
        for name, value in error.fields.items()
        if name in ("state", "step", "next") and value
    }
    code = "ledger_finished" if error.code == "ledger_not_next" and not error.fields["next"] else error.code
    return RuleError(code, **{**error.fields, **words})


def chosen_items(
    session: Session | Snapshot, book: Ledger, *, state: str | None = None, overdue: bool = False
) -> ResultTable:
    """Return the items of one state (all without one), or only the overdue ones, to be written."""
    items = tuple(
        item
        for item in book.items
        if (state is None or item.state == state) and (item.overdue or not overdue)
    )
    return items_table(session, book, items)


def counts_of(session: Session | Snapshot, level: str, day: datetime.date) -> ResultTable:
    """Return the four guarantees by `gacha` or `sumu`, to be written."""
    return counts_table(session, guarantees(session.plan, session.policy, on=day), level)


def today() -> datetime.date:
    """The user's own day: the engines have no clock."""
    return datetime.date.today()  # noqa: DTZ011


def _item_lines(book: Ledger, table: ResultTable) -> list[str]:
    counts = "  ".join(f"{text(f'ledger_{state}')} {count}" for state, count in book.counts().items())
    if not book.there:
        return [text("ledger_none"), text("ledger_none_why")]
    lines = [text("ledger_summary", counts=counts, day=book.on.isoformat()), text("ledger_head")]
    chosen = {record["code"] for record in table.records}
    for item in book.items:
        if item.code in chosen:
            words = item_words(item)
            dates = "  ".join(
                words[key] or "—" for key in ("found_on", "assigned_on", "done_on", "closed_on")
            )
            marks = "  ".join(mark for mark in (words["overdue"], words["faults"]) if mark)
            where = item.gacha_name or item.gacha_code or "—"
            lines.append(
                f"{item.code}  {where}  {words['state']}  {dates}  {words['due_on'] or '—'}  {marks}"
            )
    return lines


def _count_lines(table: ResultTable) -> list[str]:
    """A line a unit: households monitored, then of each guarantee how many lack it and how many problems are
    open."""
    lines = [text("ledger_counts_head")]
    for record in table.records:
        parts = [f"{_cell(record[f'{one}_missing'])}/{_cell(record[f'{one}_open'])}" for one in GUARANTEES]
        lines.append(
            f"{record['unit_code']}  {record['unit_name']}  {_cell(record['monitored'])}  {'  '.join(parts)}"
        )
    return [*lines, *table.notes]


def _cell(value: Any) -> str:
    return "—" if value is None else str(value)
