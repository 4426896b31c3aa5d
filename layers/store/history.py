"""The history of a project file: what was done, undone and named, read back from its journal."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from layers.errors import StoreError
from layers.plan.changes import Changes
from layers.plan.composition import compose
from layers.store.blobs import read_blob
from layers.store.columns import Reader
from layers.store.journal import (
    JournalEntry,
    decode_changes,
    read_entries,
    reference,
    replay,
    select_entries,
)


class History:
    """What of a store looks into its journal; every method may raise StoreError."""

    path: Path
    _lock: threading.RLock
    _reader: Reader
    _stacks: tuple[int, list[int], list[int]] = (0, [], [])

    def entries(self, *, limit: int | None = None) -> list[JournalEntry]:
        """Return journal entries, newest first."""
        sql = select_entries() + ("" if limit is None else f" LIMIT {int(limit)}")
        return read_entries(self._journal_rows(sql))

    def entry(self, entry_id: int) -> JournalEntry:
        """Return one entry; raises StoreError `entry_unknown`."""
        found = read_entries(self._journal_rows(select_entries("WHERE id = ?"), (entry_id,)))
        if not found:
            raise StoreError("entry_unknown", entry=entry_id)
        return found[0]

    def changes_of(self, entry_id: int) -> Changes:
        """Return what one entry changed; raises StoreError `entry_unknown`, `journal_damaged`."""
        rows = self._journal_rows("SELECT changes FROM qitu_journal WHERE id = ?", (entry_id,))
        if not rows:
            raise StoreError("entry_unknown", entry=entry_id)
        return self._decoded(entry_id, rows[0][0])

    def _decoded(self, entry_id: int, data: object) -> Changes:
        """An entry's changes; an undo or a redo of many rows refers to the entry that has them."""
        origin = reference(data)
        if origin is None:
            return replace(decode_changes(data, str(self.path)), origin=(entry_id, False))
        if origin[0] >= entry_id:  # refers to itself or to what came later: never written so
            raise StoreError("journal_damaged", path=str(self.path), detail=f"{entry_id} -> {origin[0]}")
        changes = self.changes_of(origin[0])
        return changes.inverse() if origin[1] else changes

    def changes_since(self, entry_id: int) -> Changes:
        """Return the net effect of everything after an entry; its inverse leads back to that state."""
        rows = self._journal_rows(
            "SELECT id, changes FROM qitu_journal WHERE id > ? AND op <> 'export' ORDER BY id", (entry_id,)
        )
        return compose(self._decoded(later, data) for later, data in rows)

    def stacks(self) -> tuple[list[int], list[int]]:
        """Return ids of `do` entries that can be undone, and redone; the last of each is next."""
        with self._lock:
            last, undo, redo = self._stacks  # the journal only grows: what was replayed stays
            rows = self._journal_rows(
                "SELECT id, op, ref FROM qitu_journal WHERE id > ? ORDER BY id", (last,)
            )
            if rows:
                undo, redo = replay(rows, undo, redo)
                self._stacks = (rows[-1][0], undo, redo)
            return list(undo), list(redo)

    def blob(self, sha256: str) -> bytes:
        """Return an attached file's content; raises StoreError `blob_missing`, `blob_damaged`."""
        return read_blob(self._reader, sha256)

    def versions(self) -> list[JournalEntry]:
        """Return the named versions, newest first."""
        return read_entries(self._journal_rows(select_entries("WHERE op = 'version'")))

    def _journal_rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query on the journal; a shared copy has none before its first command."""
        if not self._reader.rows("SELECT 1 FROM sqlite_master WHERE name = 'qitu_journal'"):
            return []
        return self._reader.rows(sql, parameters)
