"""The only history: one row a command, with its changes; undo, redo and named versions follow from it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import apsw

from layers.errors import StoreError
from layers.plan.changes import Changes
from layers.store.geopackage import now

OPERATIONS = ("do", "undo", "redo", "version", "outside", "export")
REFERENCE = b"r"
_COLUMNS = "id, at, op, title, command, ref, author, row_count"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One row of the history.

    at: moment in UTC, ISO 8601 with milliseconds.
    op: `do`, `undo`, `redo` (both with `ref`: the `do` they take back or repeat), `version` (a name
        for this state), `outside` (another program changed the layers that `title` names), `export`
        (something left the house: a line of the export log, which no undo takes back).
    command: what was run, for the program; title: for people.
    rows: how many row changes it holds.
    """

    id: int
    at: str
    op: str
    title: str
    command: str
    ref: int | None
    author: str
    rows: int


def append_entry(connection: apsw.Connection, changes: Changes, *, op: str, title: str, command: str = "",
                 ref: int | None = None, author: str = "", data: bytes | None = None) -> JournalEntry:
    """Write one row; inside the transaction that writes the changes themselves.

    data: `changes.to_bytes()`, where it was made already.
    """
    if op not in OPERATIONS:
        raise ValueError(op)
    at, rows = now(), changes.count
    connection.execute(
        "INSERT INTO qitu_journal (at, op, title, command, ref, author, row_count, changes)"
        " VALUES (?,?,?,?,?,?,?,?)",
        (at, op, title, command, ref, author, rows, changes.to_bytes() if data is None else data))
    return JournalEntry(connection.last_insert_rowid(), at, op, title, command, ref, author, rows)


def refer(origin: tuple[int, bool]) -> bytes:
    """Return what an undo or a redo keeps instead of its many rows: (the entry that has them, inverse)."""
    return REFERENCE + json.dumps(origin).encode()


def reference(data: object) -> tuple[int, bool] | None:
    """Return (entry, inverse) where an entry refers to another, else None; raises StoreError as
    `decode_changes`."""
    if not isinstance(data, bytes) or not data.startswith(REFERENCE):
        return None
    try:
        entry, inverse = json.loads(data[len(REFERENCE):])
        return int(entry), bool(inverse)
    except (ValueError, TypeError) as error:
        raise StoreError("journal_damaged", path="", detail=str(error)) from error


def read_entries(rows: Iterable[tuple[Any, ...]]) -> list[JournalEntry]:
    """Return journal entries from rows of `select_entries`."""
    return [JournalEntry(*row) for row in rows]


def select_entries(where: str = "") -> str:
    """Return the query for entries, newest first."""
    return f"SELECT {_COLUMNS} FROM qitu_journal {where} ORDER BY id DESC"


def replay(operations: Iterable[tuple[int, str, int | None]], undo: Iterable[int] = (),
           redo: Iterable[int] = ()) -> tuple[list[int], list[int]]:
    """Return the undo stack and the redo stack (ids of `do` entries, last = next) after `operations`.

    operations: (id, op, ref), oldest first, upon the stacks `undo` and `redo`. A new command forgets
    what could be redone.
    """
    undo, redo = list(undo), list(redo)
    for entry, op, ref in operations:
        if op == "do":
            undo.append(entry)
            redo.clear()
        elif op == "undo" and ref in undo:
            undo.remove(ref)
            redo.append(ref)
        elif op == "redo" and ref in redo:
            redo.remove(ref)
            undo.append(ref)
    return undo, redo


def decode_changes(data: object, path: str) -> Changes:
    """Return the changes of an entry; raises StoreError `journal_damaged`."""
    try:
        return Changes.from_bytes(bytes(data))  # type: ignore[call-overload]
    except Exception as error:  # damaged bytes fail in zlib, UTF-8, JSON, WKB or in their shape
        raise StoreError("journal_damaged", path=path, detail=str(error)) from error
