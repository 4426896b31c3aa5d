"""Values between a project file and a plan, and the lazy reading of a table column by column."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
import numpy as np

from layers.catalogue.model import Column, LayerKind
from layers.errors import StoreError
from layers.plan.digest import GEOMETRY, table_digest
from layers.store.binary import decode_geometries
from layers.store.connection import connect, quoted, translated
from layers.store.geopackage import FID

CHUNK = 50_000  # rows a read; between two reads a waiting commit gets its turn
PYTHON_TYPES: Mapping[str, type] = {"text": str, "date": str, "integer": int, "boolean": int, "real": float}


@dataclass(frozen=True, slots=True)
class Layout:
    """How a kind stands in the file: its table, and which of its columns are there.

    foreign: columns that another program added; they are left alone.
    """

    kind: LayerKind
    table: str
    present: frozenset[str]
    foreign: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The plan's columns that are in the file, the geometry last."""
        wanted = (*self.kind.column_names, *((GEOMETRY,) if self.kind.geometry else ()))
        return tuple(name for name in wanted if name in self.present)

    @property
    def missing(self) -> tuple[Column, ...]:
        """Columns that the catalogue has and the file has not (it was made by an older version)."""
        return tuple(column for column in self.kind.columns if column.name not in self.present)


def read_layout(connection: apsw.Connection, kind: LayerKind, table: str) -> Layout | None:
    """Return how `kind` stands in the file, None where its table is gone."""
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({quoted(table)})")]
    if FID not in names:
        return None
    ours = {*kind.column_names, FID, GEOMETRY}
    return Layout(kind, table, frozenset(names), tuple(name for name in names if name not in ours))


class Reader:
    """The one connection by which a store reads; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.RLock()
        self.faults: dict[str, set[int]] = {}  # kind -> rows of which a value cannot be read
        self._connection: apsw.Connection | None = None
        with translated(path):
            self._connection = connect(path, write=False)

    @property
    def connection(self) -> apsw.Connection:
        """The open connection; raises StoreError `store_closed`."""
        if self._connection is None:
            raise StoreError("store_closed", path=str(self.path))
        return self._connection

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return every row of a query."""
        with self.lock, translated(self.path):
            return self.connection.execute(sql, parameters).fetchall()

    def cells(self, names: Sequence[str], rest: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """Return rows of (id, columns), see `fetch`."""
        with self.lock, translated(self.path):
            return fetch(self.connection, names, rest, parameters)

    @contextmanager
    def released(self) -> Iterator[None]:
        """Let go of the file for a moment; readers wait."""
        with self.lock:
            self.connection.close()
            try:
                yield
            finally:
                self._connection = None
                self._connection = connect(self.path, write=False)

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None


class TableSource:
    """Columns of one table, read when asked for (`layers.plan.base.ColumnSource`)."""

    def __init__(self, reader: Reader, layout: Layout) -> None:
        self._reader, self._layout = reader, layout

    def fids(self) -> np.ndarray:
        """Row ids, int64, ascending."""
        parts = [np.array([row[0] for row in rows], np.int64) for rows in self._chunks()]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def read(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Return (row ids, values) of a column; null everywhere where the file has no such column."""
        if name not in self._layout.present:
            fids = self.fids()
            return fids, np.full(len(fids), None, object)
        ids, values = [np.empty(0, np.int64)], [np.empty(0, object)]
        for rows in self._chunks(name):
            ids.append(np.array([row[0] for row in rows], np.int64))
            decoded, bad = decode_column(self._layout.kind, name, [row[1] for row in rows])
            values.append(decoded)
            if bad:
                self._reader.faults.setdefault(self._layout.kind.id, set()).update(ids[-1][bad].tolist())
        return np.concatenate(ids), np.concatenate(values)

    def row(self, fid: int, names: Sequence[str]) -> dict[str, Any]:
        """Return some columns of one row; null where the row is gone."""
        with self._reader.lock, translated(self._reader.path):
            return read_row(self._reader.connection, self._layout, fid, names) or dict.fromkeys(names)

    def _chunks(self, *names: str) -> Iterator[list[tuple[Any, ...]]]:
        """Rows (id, columns) in order of id; each chunk is a read of its own."""
        rest = f"FROM {quoted(self._layout.table)} WHERE {FID} > ? ORDER BY {FID} LIMIT {CHUNK}"
        last = -(1 << 63)
        while rows := self._reader.cells(names, rest, (last,)):
            yield rows
            if len(rows) < CHUNK:
                return
            last = rows[-1][0]


def read_row(
    connection: apsw.Connection, layout: Layout, fid: int, names: Sequence[str] | None = None
) -> dict[str, Any] | None:
    """Return a row as the plan sees it (all columns, or `names`), None where there is none."""
    wanted = [name for name in (layout.names if names is None else names) if name in layout.present]
    found = fetch(connection, wanted, f"FROM {quoted(layout.table)} WHERE {FID} = ?", (fid,))
    if not found:
        return None
    row: dict[str, Any] = dict.fromkeys(names if names is not None else layout.kind.column_names)
    if names is None and layout.kind.geometry:
        row[GEOMETRY] = None
    for name, value in zip(wanted, found[0][1:], strict=True):
        row[name] = decode_column(layout.kind, name, (value,))[0][0]
    return row


def fetch(
    connection: apsw.Connection, names: Sequence[str], rest: str, parameters: tuple[Any, ...]
) -> list[tuple[Any, ...]]:
    """Return rows of (id, columns); text that is no UTF-8 (another program's, or damage) comes as bytes."""
    columns = [quoted(name) for name in names]
    try:
        return connection.execute(f"SELECT {', '.join([FID, *columns])} {rest}", parameters).fetchall()
    except UnicodeDecodeError:
        safe = [
            f"CASE typeof({column}) WHEN 'text' THEN CAST({column} AS BLOB) ELSE {column} END"
            for column in columns
        ]
    found = connection.execute(f"SELECT {', '.join([FID, *safe])} {rest}", parameters)
    return [
        (
            fid,
            *(value if name == GEOMETRY else _as_text(value) for name, value in zip(names, row, strict=True)),
        )
        for fid, *row in found
    ]


def _as_text(value: Any) -> Any:
    try:
        return value.decode("utf-8") if isinstance(value, bytes) else value
    except UnicodeDecodeError:
        return value


def decode_column(kind: LayerKind, name: str, values: Sequence[Any]) -> tuple[np.ndarray, list[int]]:
    """Return stored values as the plan's (object array) and the places of those that do not fit.

    What another program wrote into a column and does not fit its type counts as missing; it stays in
    the file until somebody sets that cell.
    """
    if name == GEOMETRY:
        return decode_geometries(values)
    wanted = PYTHON_TYPES[kind.column(name).type]
    decoded = np.empty(len(values), object)
    bad: list[int] = []
    if set(map(type, values)) <= {wanted, type(None)}:
        same: dict[Any, Any] = {}  # few words stand in many rows: one object for each
        decoded[:] = [same.setdefault(value, value) for value in values] if wanted is str else values
        return decoded, bad
    for at, value in enumerate(values):
        decoded[at] = _fit(value, wanted)
        if decoded[at] is None and value is not None:
            bad.append(at)
    return decoded, bad


def _fit(value: Any, wanted: type) -> Any:
    if value is None or type(value) is wanted:
        return value
    if wanted is str:
        return str(value) if isinstance(value, (int, float)) else None
    if wanted is float:
        return float(value) if isinstance(value, int) else None
    return int(value) if isinstance(value, float) and value.is_integer() else None


def read_digest(reader: Reader, layout: Layout) -> int:
    """Return the digest of a table as it now stands in the file (reads all of it)."""
    source = TableSource(reader, layout)
    fids = source.fids()
    columns = {}
    for name in layout.names:
        ids, values = source.read(name)
        if not np.array_equal(ids, fids):  # somebody is writing at this moment
            raise StoreError("file_changing", path=str(reader.path))
        columns[name] = values
    return table_digest(fids, columns)
