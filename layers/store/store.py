"""The store: one project file, opened without touching it, changed only in whole commands."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import apsw

from layers.catalogue.model import Catalogue
from layers.collector import without_collector
from layers.errors import StoreError
from layers.geo.crs import PlanningCrs
from layers.plan.base import Base
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.store.blobs import Blob, write_blobs
from layers.store.bulk import Progress, quiet
from layers.store.columns import Layout, Reader, TableSource, read_layout
from layers.store.connection import BUSY_MS, connect, quoted, transaction, translated
from layers.store.geopackage import FID
from layers.store.history import History
from layers.store.journal import JournalEntry, append_entry, refer
from layers.store.outside import compare, journal_outside
from layers.store.schema import (
    SCHEMA,
    check_file,
    check_project,
    parse_digest,
    read_documents,
    read_meta,
    read_only_reason,
    store_digests,
    stored_digests,
    upgrade,
    write_meta,
)
from layers.store.sketch import read_sketch, write_sketch
from layers.store.stamp import WAL_COUNTER, Stamp, look
from layers.store.writing import Writer

__all__ = ["JournalEntry", "Store"]

QUICK_MS = 20  # how long a mere look at the file may wait for a lock


class Store(History):
    """A project file.

    path: where it is. read_only: None, or why nothing can be written (`file_read_only`,
    `folder_read_only`, `schema_newer`). Every method may raise StoreError; what SQLite or the system
    say never gets out unworded. Methods may be called from any thread.
    """

    def __init__(self, path: Path, catalogue: Catalogue) -> None:
        """Use `Store.open`."""
        self.path, self.catalogue = path, catalogue
        self._lock = threading.RLock()
        self._writer: apsw.Connection | None = None
        self._moved = False  # somebody wrote, and `acknowledge_outside` has not been called yet
        self._outside_kinds: tuple[str, ...] | None = None  # None: not compared yet
        self._true_digests: dict[str, int | None] = {}
        check_file(path)
        self._reader = Reader(path)
        try:
            with translated(path):
                self._begin()
        except BaseException:
            self._reader.close()
            raise

    @classmethod
    def open(cls, path: str | Path, catalogue: Catalogue) -> Store:
        """Open a project file; no byte of it changes, and no file appears beside it.

        Only what a crash left half done is rolled back first. Raises StoreError `file_missing`,
        `file_is_folder`, `file_no_access`, `not_a_geopackage`, `not_a_project`, `schema_newer`,
        `file_damaged`, `file_locked`, `disk_error`.
        """
        return cls(Path(os.path.abspath(path)), catalogue)

    def _begin(self) -> None:
        meta = check_project(self._reader.connection, self.path)
        self.crs: PlanningCrs = meta["crs"]
        self._schema: int = meta["schema"]
        self.read_only: str | None = read_only_reason(self.path, self._schema)
        self._layouts = self._read_layouts()
        self._seen = self._look_well()
        self._outside = not self._seen.ours

    # -- reading -----------------------------------------------------------------------------------

    def load(self) -> Plan:
        """Return the plan as it stands in the file; tables read their columns when asked."""
        with self._lock, self._reader.lock, translated(self.path):
            stored = {} if self._outside else stored_digests(self._reader.connection)
            tables = {}
            for kind_id, layout in self._layouts.items():
                tables[kind_id] = Table(
                    layout.kind,
                    Base(TableSource(self._reader, layout)),
                    next_fid=self._next_fid(layout),
                    digest=stored.get(kind_id),
                )
            return Plan(self.catalogue, self.crs, tables, read_documents(self._reader.connection))

    def _next_fid(self, layout: Layout) -> int:
        """Ids are never used twice, so that the journal always means one row."""
        ((used,),) = self._reader.rows(
            f"SELECT max(ifnull((SELECT max({FID}) FROM {quoted(layout.table)}), 0),"
            " ifnull((SELECT seq FROM sqlite_sequence WHERE name = ?), 0))",
            (layout.table,),
        )
        return int(used) + 1

    def _read_layouts(self) -> dict[str, Layout]:
        layouts = {}
        for kind_id, table in self._reader.rows("SELECT kind, table_name FROM qitu_layers"):
            if kind_id in self.catalogue:
                layout = read_layout(self._reader.connection, self.catalogue[kind_id], table)
                if layout is not None:
                    layouts[kind_id] = layout
        return layouts

    def changed_on(self) -> dict[str, str]:
        """Return when each layer was last changed (ISO 8601, UTC), by kind."""
        dates = dict(self._reader.rows("SELECT table_name, last_change FROM gpkg_contents"))
        return {
            kind: str(dates[layout.table]) for kind, layout in self._layouts.items() if layout.table in dates
        }

    def foreign_tables(self) -> list[str]:
        """Tables of the file that are no layer of this project; they are left alone."""
        ours = {layout.table for layout in self._layouts.values()}
        rows = self._reader.rows(
            "SELECT table_name FROM gpkg_contents WHERE table_name != 'layer_styles' ORDER BY table_name"
        )
        return [name for (name,) in rows if name not in ours]

    @property
    def faults(self) -> dict[str, set[int]]:
        """Rows (kind -> ids) of which something could not be read so far and counts as missing."""
        return {kind: set(fids) for kind, fids in self._reader.faults.items()}

    def verify(self) -> list[str]:
        """Return the kinds whose rows are not those that this program last wrote; reads everything.

        Another program's edits show here until the next command journals them; at any other time it
        means that the file is damaged. Documents that differ are reported as ``.
        """
        with self._lock, translated(self.path):
            return list(self._compare()[0])

    # -- writing -----------------------------------------------------------------------------------

    @without_collector()
    def commit(
        self,
        changes: Changes,
        *,
        op: str,
        title: str,
        command: str = "",
        ref: int | None = None,
        author: str = "",
        digests: Mapping[str, int] | None = None,
        progress: Progress = quiet,
        blobs: Sequence[Blob] = (),
    ) -> JournalEntry:
        """Write a command's changes and its journal row in one transaction; return once it is on the disk.

        The plan must have applied `changes` already (its tables keep the originals of touched rows).
        digests: what the plan says its tables' digests are now; where it differs from the file's,
        nothing is written (`plan_differs`). progress: called with (done, total) rows of bulk changes while
        they are written, last just before the transaction ends; what it raises takes everything back. blobs:
        files that the changes' rows name; they are on the disk with them, or not at all.

        Raises StoreError; nothing is written then: `changed_outside` (somebody else wrote: call
        `acknowledge_outside` and do the command on that plan), `row_changed`, `document_changed`,
        `layer_absent`, `file_locked`, `disk_full`, the reason in `read_only` ...
        """

        def write(connection: apsw.Connection) -> JournalEntry:
            stored = stored_digests(connection)
            meta = read_meta(connection)
            writer = Writer(
                connection,
                self.catalogue,
                self.crs,
                self._layouts,
                stored,
                parse_digest(meta.get("documents")) or 0,
            )
            writer.write(changes, progress)
            moved = {kind: writer.digests[kind] for kind in changes.kinds if kind in writer.digests}
            for kind, digest in (digests or {}).items():
                if moved.get(kind) not in (None, digest):
                    raise StoreError(
                        "plan_differs",
                        kind=self.catalogue[kind].title.zh,
                        kind_en=self.catalogue[kind].title.en,
                    )
            store_digests(connection, moved)
            write_meta(connection, {"documents": f"{writer.documents_digest:032x}"})
            entry = append_entry(
                connection,
                changes,
                op=op,
                title=title,
                command=command,
                ref=ref,
                author=author,
                data=None if record is None else record.result(),
            )
            write_blobs(connection, blobs)
            after.append(writer.layouts)
            if changes.blocks or blobs:
                progress(changes.count, changes.count)
            return entry

        after: list[dict[str, Layout]] = []
        origin = changes.origin if op in ("undo", "redo") else None
        with ThreadPoolExecutor(1) as aside, self._readers_welcome(bool(changes.blocks)):
            # Deflating what many rows are in the journal takes as long as writing them, and needs no lock.
            record = None
            if changes.blocks:
                record = aside.submit(changes.to_bytes if origin is None else partial(refer, origin))
            entry = self._write(write)
        self._layouts = after[0]
        for block in changes.blocks:
            block.forget_wkb()
        return entry

    def name_version(self, name: str) -> JournalEntry:
        """Give the present state a name; raises StoreError as `commit` does."""
        return self._write(lambda connection: append_entry(connection, Changes(), op="version", title=name))

    def _write(self, write: Callable[[apsw.Connection], JournalEntry]) -> JournalEntry:
        with self._lock, translated(self.path):
            connection = self._connection
            if self._seen.wal:
                self._leave_wal(connection)
            if self._outside and self._outside_kinds is None:
                self._outside_kinds, self._true_digests = self._compare()
            with transaction(connection):
                found = look(connection)
                if not found.same_state(self._seen) and not self._harmless(found):
                    self._moved = True
                    raise StoreError("changed_outside", path=str(self.path))
                upgrade(connection, self._schema)
                if self._outside and self._outside_kinds:
                    kinds = [self.catalogue[kind] for kind in self._outside_kinds if kind]
                    journal_outside(connection, kinds, self._true_digests)
                entry = write(connection)
                counter = WAL_COUNTER if found.wal else found.counter + 1
                write_meta(connection, {"counter": counter})
            self._seen = replace(
                found, counter=found.counter + (not found.wal), written=counter, entry=entry.id
            )
            self._outside, self._outside_kinds, self._true_digests = False, None, {}
            return entry

    @contextmanager
    def _readers_welcome(self, bulk: bool) -> Iterator[None]:
        """While much is written keep it in memory to the last: a full cache would shut readers out before."""
        if not bulk:
            yield
            return
        with self._lock, translated(self.path):
            self._connection.execute("PRAGMA cache_spill = OFF")
            try:
                yield
            finally:
                self._connection.execute("PRAGMA cache_spill = ON")
                self._connection.execute("PRAGMA shrink_memory")

    def _leave_wal(self, connection: apsw.Connection) -> None:
        """Make the single file complete again, once the program that wanted a WAL has let go of it.

        While that program is there the switch is refused, and commands go into its WAL, as durable.
        """
        connection.set_busy_timeout(QUICK_MS)
        try:
            with self._reader.released():  # in a WAL file every connection stands in the way
                connection.execute("PRAGMA journal_mode = DELETE")
        except apsw.BusyError:
            return
        finally:
            connection.set_busy_timeout(BUSY_MS)
        found = look(connection)
        if not found.wal and found.version == self._seen.version:  # nobody came in between
            self._seen = found

    @property
    def _connection(self) -> apsw.Connection:
        """The connection for writing, opened with the first command."""
        if self.read_only is not None:
            raise StoreError(self.read_only, path=str(self.path), found=self._schema, known=SCHEMA)
        self._reader.connection  # noqa: B018 - says `store_closed`
        if self._writer is None:
            self._open_writer()
        assert self._writer is not None
        return self._writer

    def _open_writer(self) -> None:
        self._writer = connect(self.path, write=True)

    # -- what others do ----------------------------------------------------------------------------

    def changed_outside(self, *, patient: bool = False) -> bool:
        """Whether another program, or another window of this one, has changed the project since we looked.

        While somebody is writing it cannot be told: then False at once, unless `patient`.
        """
        with self._lock, translated(self.path):
            if self._moved:
                return True
            # A thread that reads a column has the connection: waiting for it would hold up the interface.
            if not self._reader.lock.acquire(blocking=patient):
                return False
            try:
                connection = self._writer or self._reader.connection
                connection.set_busy_timeout(BUSY_MS if patient else QUICK_MS)
                try:
                    found = look(connection)
                except apsw.BusyError:
                    return False
                finally:
                    connection.set_busy_timeout(BUSY_MS)
            finally:
                self._reader.lock.release()
            self._moved = not found.same_state(self._seen) and not self._harmless(found)
            return self._moved

    def acknowledge_outside(self) -> Plan:
        """Take over what others wrote and return that plan.

        Another window's commands are in the journal already; what another program changed is journalled
        with the next command.
        """
        with self._lock, self._reader.lock, translated(self.path):
            found = self._look_well()
            self._outside = self._outside or not found.ours
            self._outside_kinds, self._true_digests = None, {}
            self._layouts = self._read_layouts()
            self._seen, self._moved = found, False
            return self.load()

    def _harmless(self, found: Stamp) -> bool:
        """Whether what was written since concerns nobody: another window's unfinished drawing."""
        if found.ours and found.entry == self._seen.entry:
            self._seen = found
            return True
        return False

    def _look_well(self) -> Stamp:
        """Return the stamp as the connection sees it that will write: in a WAL file only that compares."""
        found = look(self._writer or self._reader.connection)
        if found.wal and self._writer is None and self.read_only is None:
            self._open_writer()
            found = look(self._connection)
        return found

    def _compare(self) -> tuple[tuple[str, ...], dict[str, int | None]]:
        """Return which kinds (`` for documents) differ from what we last wrote, and the true digests."""
        with self._reader.lock:
            return compare(self._reader, self._layouts, self.catalogue)

    # -- the unfinished drawing --------------------------------------------------------------------

    def sketch(self) -> dict[str, Any] | None:
        """Return the drawing that was not finished when the program last ended."""
        return read_sketch(self._reader)

    def keep_sketch(self, sketch: dict[str, Any] | None) -> None:
        """Keep an unfinished drawing (JSON), or with None forget it; it is no command and not journalled."""
        with self._lock, translated(self.path):
            if sketch is None and self.sketch() is None:
                return
            connection = self._connection
            with transaction(connection):
                found = look(connection)
                upgrade(connection, self._schema)
                write_sketch(connection, sketch)
                if found.ours:  # else somebody else's change is still to be journalled
                    write_meta(connection, {"counter": found.counter + 1})
            if found.same_state(self._seen) and not found.wal:
                written = found.counter + 1 if found.ours else found.written
                self._seen = replace(found, counter=found.counter + 1, written=written)

    def close(self) -> None:
        """Let go of the file; tables that are still read later raise StoreError `store_closed`."""
        with self._lock:
            if self._writer is not None:
                self._writer.close()
            self._writer = None
            self._reader.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
