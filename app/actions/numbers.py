"""The numbers that a file carries: where each stands and is from, and whether the project still says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.actions.register import counted
from app.command import Answer
from app.exports.stated import Quantity, with_unit
from app.exports.story_facts import Reckoned, sumu_rows
from app.messages import listed, text
from app.session import Session, Snapshot
from layers.errors import InputError, StoreError
from layers.planning.results import GapRow
from layers.provenance import WITHHELD, Ask, Stated, read_numbers

SAME, MOVED, KEPT, LEFT = "same", "moved", "withheld", "not_compared"
NEAR = 1e-9
"""Part by which a number of one state may differ through the order of adding up."""


def numbers(session: Session, file: Path, *, project_: Path | None = None) -> Answer:
    """List the numbers of slides, a report or a .numbers.json; project_: say which of them have moved since.

    Gaps and targets are reckoned anew; other numbers are listed and not compared. The exit code is 1 where
    one has moved. Raises InputError `numbers_unreadable`, those of opening; StoreError
    `numbers_file_missing`.
    """
    from app.exports.office import numbers_of  # readers of slides and reports: not for the window's start

    try:
        data = file.read_bytes()
    except OSError as error:
        raise StoreError("numbers_file_missing", path=str(file)) from error
    listed = read_numbers(data) if data[:1] == b"{" else numbers_of(data)
    found = dict.fromkeys((one.id for one in listed), (LEFT, None))
    if project_ is not None:
        session.open(project_)
        found = {one.id: verdict for one, verdict in compared(session, listed)}
    rows = [_record(one, *found[one.id], project_ is not None) for one in listed]
    moved = [row for row in rows if row.get("state") == MOVED]
    lines = [_line(one, *found[one.id], project_ is not None) for one in listed]
    if project_ is not None:
        counts = {name: sum(row["state"] == name for row in rows) for name in (SAME, MOVED, KEPT, LEFT)}
        lines.append(text("numbers_compared", **counts))
    return Answer({"file": str(file), "numbers": rows}, tuple(lines), exit_code=1 if moved else 0)


def compared(
    source: Session | Snapshot, listed: tuple[Stated, ...]
) -> list[tuple[Stated, tuple[str, float | None]]]:
    """Return each number with (SAME, MOVED, KEPT or LEFT, what the project says now)."""
    states: dict[tuple[int | None, str], Reckoned | None] = {}
    made = []
    for one in listed:
        ask = one.ask
        if one.value == WITHHELD or ask.what not in _RECKON:
            made.append((one, (KEPT if one.value == WITHHELD else LEFT, None)))
            continue
        key = ask.year, ask.scheme
        if key not in states:
            try:
                states[key] = Reckoned(*counted(source, year=ask.year, scheme=ask.scheme or None))
            except InputError:
                states[key] = None  # the scheme is gone
        reckoned = states[key]
        now = None if reckoned is None else _RECKON[ask.what](reckoned, ask)
        same = now is None if one.value is None else now is not None and _equal(float(one.value), now)
        made.append((one, (SAME if same else MOVED, now)))
    return made


def _equal(one: float, other: float) -> bool:
    return abs(one - other) <= NEAR * max(abs(one), abs(other), 1.0)


def _gap(reckoned: Reckoned, ask: Ask) -> float | None:
    """A number of a service: units by status, a row, a sumu's sum, or the sum of all."""
    part, _, name = ask.field.partition(".")
    if part == "units":
        counts = reckoned.gaps.counts(ask.subject)
        return float(sum(counts.values()) if name == "all" else counts.get(name, 0))
    row = reckoned.gaps.row(ask.subject, ask.unit)
    rows: tuple[GapRow, ...] = (row,) if row is not None else sumu_rows(reckoned.gaps, ask.subject)
    values = [getattr(one, ask.field, None) for one in rows if ask.unit in ("", one.unit_code)]
    known = [value for value in values if value is not None]
    return float(sum(known)) if known else None


def _target(reckoned: Reckoned, ask: Ask) -> float | None:
    """A number of a target, or of one of its years; `all`: of those that have come."""
    state = next((one for one in reckoned.states if one.target.id == ask.subject), None)
    if state is None:
        return None
    if not ask.field.startswith("years."):
        return getattr(state, ask.field, None)
    _, year, name = ask.field.split(".", 2)
    chosen = [at for at in state.years if year in ("all", str(at))]
    late = name == "delivered" and ask.year is not None
    values = [getattr(state.years[at], name) for at in chosen if not (late and at > (ask.year or 0))]
    known = [value for value in values if value is not None]
    return float(sum(known)) if known else None


def _targets(reckoned: Reckoned, ask: Ask) -> float:
    from app.exports.report_yearly import status_of  # it paints: the command line begins without Qt

    wanted = ask.field.removeprefix("status.")
    return float(sum(wanted in ("all", status_of(one)) for one in reckoned.states))


_RECKON: dict[str, Callable[[Reckoned, Ask], float | None]] = {
    "gap": _gap, "target": _target, "targets": _targets,
}  # fmt: skip


def _record(one: Stated, state: str, now: float | None, is_compared: bool) -> dict[str, Any]:
    ask = one.ask
    record = {
        "id": one.id, "where": one.where, "value": one.value, "shown": one.shown, "unit": one.unit,
        "ask": {"what": ask.what, "subject": ask.subject, "unit": ask.unit, "field": ask.field,
                "year": ask.year, "scheme": ask.scheme or None},
        "formula": one.formula, "clauses": list(one.clauses), "digest": one.digest, "rules": one.rules,
    }  # fmt: skip
    return record | ({"state": state, "now": now} if is_compared else {})


def _line(one: Stated, state: str, now: float | None, is_compared: bool) -> str:
    ask = one.ask
    asked = (ask.what, ask.subject, ask.unit, ask.field, str(ask.year or ""))
    what = "/".join(part for part in asked if part)
    said = with_unit(one.shown, one.unit)
    clauses = text("report_chapter", chapter=listed(one.clauses)) if one.clauses else ""
    parts = [one.where, said, what, clauses, one.digest[:8], one.rules]
    if is_compared and state == MOVED:
        parts.append(text("numbers_moved", now=Quantity(now, ask).words))
    return "  ".join(part for part in parts if part)
