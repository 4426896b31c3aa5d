"""The base of a table: columns as they stood when the table was opened, read when first asked for.

A base never changes. Its columns may be read late, from a file that edits have moved on since; so
before a row is touched, its original is kept here, and a late column takes touched rows from there.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import shapely

from layers.plan.digest import GEOMETRY


class ColumnSource(Protocol):
    """Where a base reads from."""

    def fids(self) -> np.ndarray:
        """Row ids, int64, ascending."""

    def read(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Return (row ids ascending int64, values) of a column, or of `geom` (shapely objects).

        Values are an object array (numbers, text, None). Rows may have come or gone since `fids`.
        """

    def row(self, fid: int, names: Sequence[str]) -> Mapping[str, Any]:
        """Return some columns of one row without reading the others."""


class MemorySource:
    """Columns that are already in memory."""

    def __init__(self, fids: np.ndarray, columns: Mapping[str, np.ndarray]) -> None:
        self._fids, self._columns = fids, columns

    def fids(self) -> np.ndarray:
        """Row ids, int64, ascending."""
        return self._fids

    def read(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Return all rows of a column; a column that is not there is null everywhere."""
        values = self._columns.get(name)
        return self._fids, np.full(len(self._fids), None, object) if values is None else values

    def row(self, fid: int, names: Sequence[str]) -> Mapping[str, Any]:
        """Return some columns of one row."""
        at = int(np.searchsorted(self._fids, fid))
        return {name: self._columns[name][at] if name in self._columns else None for name in names}


class Base:
    """Columns by name over `fids`; reading is lazy, once, and safe from several threads."""

    def __init__(self, source: ColumnSource) -> None:
        self._source = source
        self._columns: dict[str, np.ndarray] = {}
        self._originals: dict[int, Mapping[str, Any]] = {}
        self._lock = threading.RLock()  # held for moments only, never while a column is read
        self._reading: dict[str, threading.Lock] = {}

    @cached_property
    def fids(self) -> np.ndarray:
        """Row ids, int64, ascending."""
        fids = np.asarray(self._source.fids(), np.int64)
        fids.flags.writeable = False
        return fids

    def __len__(self) -> int:
        return len(self.fids)

    def position(self, fid: int) -> int:
        """Return the index of a row id, or -1."""
        at = int(np.searchsorted(self.fids, fid))
        return at if at < len(self.fids) and self.fids[at] == fid else -1

    def column(self, name: str) -> np.ndarray:
        """Return a column (object array, aligned with `fids`, not writeable)."""
        if name in self._columns:
            return self._columns[name]
        with self._lock:
            reading = self._reading.setdefault(name, threading.Lock())
        with reading:
            if name not in self._columns:
                fids, values = self._source.read(name)
                with self._lock:
                    self._columns[name] = self._align(name, fids, values)
        return self._columns[name]

    def row(self, fid: int, names: Sequence[str]) -> dict[str, Any]:
        """Return a base row, given the names of all its columns; columns not read yet stay unread.

        What was seen once is kept: a row that another program changes later must not look, to a command
        built on it, as if its new values had been seen.
        """
        with self._lock:
            if fid in self._originals:
                return {name: self._originals[fid].get(name) for name in names}
            at = self.position(fid)
            row = {name: self._columns[name][at] for name in names if name in self._columns}
        missing = [name for name in names if name not in row]
        if missing:
            row.update(self._source.row(fid, missing))
            self.keep_original(fid, row)
        return {name: row[name] for name in names}

    @property
    def geometry(self) -> np.ndarray:
        """Geometries (shapely objects, aligned with `fids`)."""
        return self.column(GEOMETRY)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index over `geometry`; its positions are positions in `fids`."""
        return shapely.STRtree(self.geometry)

    def keep_original(self, fid: int, row: Mapping[str, Any]) -> None:
        """Remember a base row as it was seen, at the latest before it is touched for the first time."""
        with self._lock:
            self._originals.setdefault(fid, row)

    def _align(self, name: str, fids: np.ndarray, values: np.ndarray) -> np.ndarray:
        if np.array_equal(fids, self.fids):
            aligned = values if values.flags.writeable else values.copy()
        else:
            aligned = np.full(len(self.fids), None, object)
            _, ours, theirs = np.intersect1d(self.fids, fids, assume_unique=True, return_indices=True)
            aligned[ours] = values[theirs]
        for fid, row in self._originals.items():
            at = self.position(fid)
            if at >= 0:
                aligned[at] = row.get(name)
        aligned.flags.writeable = False
        return aligned
