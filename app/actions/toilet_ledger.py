"""改厕台账: listed, one toilet a step on, duplicates, progress by gacha and year, the rest planned anew.

Toilets are told apart by their row number: their codes and households' codes are personal and are never told.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from app.actions.attachments import attaching
from app.actions.grazing import day_of
from app.actions.ledger import today
from app.actions.toilets import clash_words
from app.command import Answer
from app.exports.result_table import ResultColumn, ResultTable, write_result
from app.messages import both, listed, text, tr
from app.session import Session, Snapshot
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.errors import InputError, RuleError
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from layers.planning import toilet_ledger as engine
from layers.planning.schemes import Scheme, adopted_scheme, keep_scheme, read_scheme
from layers.planning.toilet_ledger import Cell, Duplicate, Entry, Replan, ToiletLedger
from layers.planning.toilets import SERVICE
from layers.release import Counts
from layers.store import Blob

TITLE = Text("改厕台账：各嘎查各年进度", "Toilet ledger: progress by gacha and year")


def toilet_ledger(
    session: Session,
    *,
    state: str | None = None,
    gacha: str | None = None,
    duplicates: bool = False,
    progress: bool = False,
    advance: str | None = None,
    to: str | None = None,
    on: str | None = None,
    fault: str | None = None,
    photo: Path | None = None,
    replan: int | None = None,
    scheme: str | None = None,
    out: Path | None = None,
) -> Answer:
    """List the ledger, its duplicates or its progress; take one toilet a step on; or plan the rest anew.

    `out` writes the progress, small counts withheld. Raises what `step` and `replan_rest` do, InputError
    `toilet_ledger_needs_step`, `toilet_ledger_needs_scheme`, `not_a_date`, `format_unknown`.
    """
    if advance is not None:
        if to is None or on is None:
            raise InputError("toilet_ledger_needs_step")
        kind_id, fid = toilet_at(session, advance)
        return step(session, kind_id, fid, to, day_of(on), fault=fault, photo=photo)
    if replan is not None:
        if scheme is None:
            raise InputError("toilet_ledger_needs_scheme")
        return replan_rest(session, replan, scheme)
    book = engine.toilet_ledger(session.plan, session.policy)
    if duplicates:
        answer = _duplicates(session, book, gacha)
    elif progress or out is not None:
        answer = _progress(session, book, gacha)
    else:
        answer = _entries(session, book, state, gacha)
    if out is None:
        return answer
    write_result(session, progress_table(session, book), out)
    return Answer(answer.data, (*answer.lines, text("wrote", path=out)))


def toilet_at(session: Session, key: str) -> tuple[str, int]:
    """Return kind and row of a toilet by its row number or code; raises InputError `toilet_ledger_absent`,
    `row_unknown`."""
    tables = session.plan.with_role(engine.ROLE)
    if not tables:
        raise InputError("toilet_ledger_absent")
    return tables[0].kind.id, tables[0].find(key)


def step(
    session: Session,
    kind_id: str,
    fid: int,
    to: str,
    on: datetime.date,
    *,
    fault: str | None = None,
    photo: Path | None = None,
) -> Answer:
    """Take one toilet a step on, with its photograph, as one undoable command.

    Raises RuleError `ledger_in_future` and those of `layers.planning.toilet_ledger.advance` (in words), of
    `app.actions.attachments.read_file`.
    """
    if on > today():
        raise RuleError("ledger_in_future", date=on.isoformat())
    blobs: list[Blob] = []
    more = None
    if photo is not None:
        _, more, blobs = attaching(session.policy, kind_id, fid, (photo,), day=on.isoformat())

    def build(plan: Plan) -> Changes:
        changes = engine.advance(plan, kind_id, fid, to=to, on=on, fault=fault)
        return changes if more is None else changes.then(more(plan))

    titles = {one.to: state_text(session, kind_id, one.to) for one in engine.TRANSITIONS}
    words = titles.get(to, Text(to, to))
    title = both("toilet_step_done", number=fid, state=words.zh, state_en=words.en, date=on.isoformat())
    try:
        session.do(title, build, command="toilet-ledger", blobs=blobs)
    except RuleError as error:
        raise _in_words(session, kind_id, error) from None
    row = session.plan.table(kind_id).row(fid)
    data = {"id": fid, "state": row["state"], "on": on.isoformat(), "photo": bool(photo)}
    return Answer(data, (tr(title),))


def replan_rest(session: Session, year: int, name: str) -> Answer:
    """Plan the coming years of the adopted scheme anew and keep them under a name, as one undoable command.

    Raises InputError `replan_no_scheme`, `scheme_unnamed`; RuleError `replan_no_years`,
    `allocation_impossible`.
    """
    scheme = adopted(session)
    if scheme is None:
        raise InputError("replan_no_scheme")
    try:
        found = engine.replan(session.plan, session.policy, scheme, year=year)
    except RuleError as error:
        if error.code != "allocation_impossible":
            raise
        words = clash_words(session.plan, error.fields["limits"])
        told = {
            "clash": "；".join(zh for zh, _ in words),
            "clash_en": "; ".join(en for _, en in words),
        }
        raise RuleError(error.code, **{**error.fields, **told}) from None
    session.do(
        both("replan_done", name=name, year=year),
        lambda plan: keep_scheme(plan, name, found.allocation, SERVICE),
        command="toilet-ledger",
    )
    return Answer(replan_data(name, scheme.name, year, found), replan_lines(name, found))


def adopted(session: Session | Snapshot) -> Scheme | None:
    """The scheme that the bureau goes by for toilets."""
    name = adopted_scheme(session.plan, SERVICE)
    return None if name is None else read_scheme(session.plan, name)


def replan_data(name: str, base: str, year: int, found: Replan) -> dict[str, Any]:
    """Return a replanning in stable keys."""
    return {
        "scheme": name,
        "base": base,
        "year": year,
        "short": found.short,
        "added": {str(at): number for at, number in found.added.items()},
        "quotas": {str(at): number for at, number in found.quotas.items()},
        "waiting": found.waiting,
        "total_by_year": {str(at): number for at, number in found.allocation.total_by_year.items()},
        "allocation": [
            {"gacha_code": code, "year": at, "count": number}
            for code, row in found.allocation.by_gacha().items()
            for at, number in row.items()
        ],
    }


def replan_lines(name: str, found: Replan) -> tuple[str, ...]:
    """Return a replanning as people read it."""
    quotas = listed(
        f"{at}: {number:,} (+{found.added[at]:,})" for at, number in found.quotas.items()
    )
    totals = listed(f"{at}: {number:,}" for at, number in found.allocation.total_by_year.items())
    return (
        text("replan_short", short=f"{found.short:,}", quotas=quotas),
        text("replan_waiting", count=f"{found.waiting:,}"),
        text("replan_kept", name=name, totals=totals),
    )


def entry_data(entry: Entry) -> dict[str, Any]:
    """Return a toilet in stable keys; never its code or its household."""
    return {
        "id": entry.fid,
        "gacha_code": entry.gacha_code,
        "gacha_name": entry.gacha_name,
        "sumu_name": entry.sumu_name,
        "state": entry.state,
        "type": entry.type,
        **{name: entry.dates.get(name) for name in engine.DATES},
        "fault": entry.fault or None,
        "next": list(entry.next),
    }


def state_text(session: Session | Snapshot, kind_id: str, state: str | None) -> Text:
    """The words of a state, as the layer's own column has them."""
    choices = session.catalogue[kind_id].column("state").choices
    return next((one.title for one in choices if one.value == state), both("toilet_state_unknown"))


def progress_table(session: Session | Snapshot, book: ToiletLedger) -> ResultTable:
    """Return the progress as it may be written: counts of households, the small ones withheld.

    A gacha's year stands in a row of its own; a reader may know a gacha's sum, and a year's.
    """
    cells = engine.progress_of(book, adopted(session))
    keys = ("planned", "built", "accepted")
    types = {"gacha_code": "text", "gacha_name": "text"}
    columns = tuple(
        ResultColumn(key, both(f"toilet_col_{key}"), types.get(key, "integer"), Privacy.PUBLIC)
        for key in ("gacha_code", "gacha_name", "year", *keys)
    )
    counts = Counts(lambda _row: keys[1:], groups=(("gacha_code",), ("year",)))
    return ResultTable(TITLE, columns, [cell_data(cell) for cell in cells], book.provenance, counts=counts)


def cell_data(cell: Cell) -> dict[str, Any]:
    """Return a gacha's year in stable keys."""
    return {
        "gacha_code": cell.gacha_code,
        "gacha_name": cell.gacha_name,
        "year": cell.year,
        "planned": cell.planned,
        "built": cell.built,
        "accepted": cell.accepted,
    }


def duplicate_words(found: Duplicate) -> str:
    """Return why toilets look like one too many."""
    return text(f"toilet_duplicate_{found.why}")


# --- inside -------------------------------------------------------------------------------------------------


def _entries(session: Session, book: ToiletLedger, state: str | None, gacha: str | None) -> Answer:
    chosen = [
        one for one in book.entries if state in (None, one.state) and gacha in (None, one.gacha_code)
    ]
    if not book.there:
        return Answer([], (text("toilet_ledger_none"), text("toilet_ledger_none_why")))
    lines = [summary(session, book)]
    for one in chosen:
        days = "  ".join(one.dates.get(name, "—") for name in engine.DATES)
        where = one.gacha_name or one.gacha_code or "—"
        words = tr(state_text(session, one.kind, one.state))
        lines.append(f"{one.fid}  {where}  {words}  {days}  {one.fault}".rstrip())
    return Answer([entry_data(one) for one in chosen], tuple(lines))


def summary(session: Session | Snapshot, book: ToiletLedger) -> str:
    """Return how many stand where, in words."""
    kind = session.catalogue.with_role(engine.ROLE)[0]
    words = " · ".join(
        f"{tr(state_text(session, kind.id, state))} {count:,}"
        for state, count in book.counts().items()
        if count
    )
    return words + (f" · {text('toilet_undated', count=f'{book.undated:,}')}" if book.undated else "")


def _duplicates(session: Session, book: ToiletLedger, gacha: str | None) -> Answer:
    found = [one for one in engine.duplicates(session.plan, book) if gacha in (None, one.gacha_code)]
    data = [
        {"why": one.why, "ids": list(one.fids), "gacha_code": one.gacha_code, "gacha_name": one.gacha_name}
        for one in found
    ]
    lines = [
        f"{one.gacha_name or '—'}  {', '.join(map(str, one.fids))}  {duplicate_words(one)}" for one in found
    ]
    return Answer(data, tuple(lines) or (text("toilet_duplicates_none"),))


def _progress(session: Session, book: ToiletLedger, gacha: str | None) -> Answer:
    from app.exports.result_table import release_result

    released = release_result(session, progress_table(session, book))
    rows = [dict(zip(released.keys, row, strict=True)) for row in released.rows]
    rows = [row for row in rows if gacha in (None, row["gacha_code"])]
    head = text("toilet_progress_head")
    return Answer(rows, (head, *("  ".join(str(value) for value in row.values()) for row in rows)))


def _in_words(session: Session, kind_id: str, error: RuleError) -> RuleError:
    if error.code != "toilet_not_next":
        return error
    fields = dict(error.fields)
    for name in ("state", "step"):
        words = state_text(session, kind_id, str(fields[name]) or None)
        fields |= {name: words.zh, f"{name}_en": words.en}
    following = [state_text(session, kind_id, one) for one in fields["next"]]
    fields |= {
        "next": "、".join(one.zh for one in following) or "—",
        "next_en": ", ".join(one.en for one in following) or "—",
    }
    return RuleError(error.code, **fields)
