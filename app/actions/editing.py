"""Values of features, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.command import Answer
from app.messages import both, text, tr
from app.session import Session
from layers.catalogue.model import LayerKind
from layers.catalogue.text import Text
from layers.errors import InputError, RuleError
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning import projects

NAME_LENGTH = 40


def set_values(session: Session, kind: str, key: str, values: Mapping[str, str]) -> Answer:
    """Set columns of one feature from what a user typed; one undoable command.

    kind: id or Chinese or English title of a layer; key: its key column's value, or the row id.
    Raises InputError: `kind_unknown`, `layer_absent`, `row_unknown`, `row_ambiguous`, `column_unknown`,
    and those of `Column.parse`.
    """
    table = session.plan.table(kind_id(session, kind))
    fid = table.find(key)
    parsed = parsed_values(table.kind, values)
    before = table.row(fid)
    entry = edit(session, table.kind.id, fid, parsed)
    after = session.plan.table(table.kind.id).row(fid)
    data = {
        "kind": table.kind.id,
        "fid": fid,
        "key": before.get(table.kind.key),
        "changed": {
            name: {"before": before[name], "after": after[name]}
            for name in parsed
            if before[name] != after[name]
        },
        "journal_id": entry.id if entry else None,
    }
    lines = tuple(
        f"{name}: {_shown(change['before'])} → {_shown(change['after'])}"
        for name, change in data["changed"].items()
    )
    return Answer(data, lines or (text("nothing_changed"),))


def edit(session: Session, kind: str, fid: int, values: Mapping[str, Any]) -> Any:
    """Set parsed values of one feature as one command; None when nothing changes.

    Raises InputError `key_taken` for a code that another feature of the layer has, RuleError `state_refused`
    for a project that lacks what its state asks for.
    """
    table = session.plan.table(kind)
    change = table.update(fid, values)
    if not change.after:
        return None
    row = table.row(fid)
    name = _short(str(row.get(table.kind.name) or row.get(table.kind.key) or fid))
    refuse_taken_key(table, fid, change.after.get(table.kind.key))
    refuse_untrue_state(session, table.kind, row, {**row, **change.after})
    columns = [table.kind.column(column).title for column in change.after]
    title = Text(
        f"{table.kind.title.zh}「{name}」：{'、'.join(column.zh for column in columns)}",
        f"{table.kind.title.en} “{name}”: {', '.join(column.en for column in columns)}",
    )
    return session.do(title, Changes(rows=(change,)), command="set")


def refuse_taken_key(table: Table, fid: int, key: Any) -> None:
    """Raise InputError `key_taken` where another feature has this code: joins would count one of them
    twice."""
    if key is None:
        return
    for other in table.fids[table.column(table.kind.key) == key]:
        if int(other) != fid:
            raise InputError(
                "key_taken",
                kind=table.kind.title.zh,
                kind_en=table.kind.title.en,
                key=key,
                name=table.row(int(other)).get(table.kind.name) or int(other),
            )


def refuse_untrue_state(
    session: Session, kind: LayerKind, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Raise RuleError `state_refused` where a project would be in a state without what that state asks
    for."""
    if projects.ROLE not in kind.roles:
        return
    unmet = projects.refusals(before, after, session.policy)
    if unmet:
        state = after.get("status")
        words = [both(f"need_{check.need.id}") for check in unmet]
        clauses = [both("need_clause", chapter=check.chapter) for check in unmet if check.chapter]
        raise RuleError(
            "state_refused",
            state=kind.column("status").choice_title(state, "zh"),
            state_en=kind.column("status").choice_title(state, "en"),
            needs="；".join(word.zh for word in words),
            needs_en="; ".join(word.en for word in words),
            clauses="、".join(dict.fromkeys(word.zh for word in clauses)) or "—",
            clauses_en=", ".join(dict.fromkeys(word.en for word in clauses)) or "—",
        )


def kind_id(session: Session, wanted: str) -> str:
    """Return the id of the kind that `wanted` names; raises InputError `kind_unknown`.

    By id (`clinic`), its plural (`clinics`), or title in either language.
    """
    for kind in session.catalogue:
        if wanted in (kind.id, f"{kind.id}s", kind.title.zh, kind.title.en):
            return kind.id
    return session.catalogue[wanted].id


def parsed_values(kind: LayerKind, values: Mapping[str, str]) -> dict[str, Any]:
    """Return what a user typed, by names of columns; raises InputError `column_unknown`, those of
    `Column.parse`."""
    columns = {name: column_named(kind.columns, name) or kind.column(name) for name in values}
    return {columns[name].name: columns[name].parse(typed) for name, typed in values.items()}


def column_named(columns: Any, wanted: str) -> Any:
    """Return the column that `wanted` names by name, title or alias, or None."""
    for column in columns:
        if wanted in (column.name, column.title.zh, column.title.en):
            return column
    return next((column for column in columns if wanted in column.aliases), None)


def undo(session: Session) -> Answer:
    """Take back the last command."""
    return _stepped("undone", session.undo(), session.plan)


def redo(session: Session) -> Answer:
    """Bring back what was taken back."""
    return _stepped("redone", session.redo(), session.plan)


def _stepped(key: str, entry: Any, plan: Plan) -> Answer:
    del plan
    from app.titles import decode_title

    title = decode_title(entry.title)
    return Answer({"journal_id": entry.id, "op": entry.op, "title": tr(title)}, (text(key, title=tr(title)),))


def history(session: Session, *, feature: str | None = None) -> Answer:
    """The journal, newest first; with `feature` (KIND:KEY) what happened to that one."""
    if feature is not None:
        from app.actions.feature_history import feature_history

        return feature_history(session, feature)
    items = session.history()
    data = [
        {
            "id": item.entry.id,
            "at": item.entry.at,
            "op": item.entry.op,
            "title": tr(item.title),
            "author": item.entry.author,
            "rows": item.entry.rows,
            "undone": item.undone,
        }
        for item in items
    ]
    lines = tuple(
        f"{row['id']:>5}  {local_moment(row['at'])}  {text('op_' + row['op'])}  {row['title']}"
        + (f"  {text('is_undone')}" if row["undone"] else "")
        for row in data
    )
    return Answer(data, lines or (text("history_empty"),))


def _short(name: str) -> str:
    """A name on one line, as long as a line of the history bears."""
    line = " ".join(name.split())
    return line if len(line) <= NAME_LENGTH else f"{line[:NAME_LENGTH]}…"


def local_moment(at: str) -> str:
    """The time of day here, to the second; the file keeps UTC."""
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M:%S}"


def _shown(value: Any) -> str:
    return "—" if value is None else str(value)
