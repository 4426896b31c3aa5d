"""Many whole rows into a table or out of it, inside a transaction that is already open.

The R-tree is made from the shapes' boxes at once (`layers.store.rtree`): its triggers, which ask Python five
times a row, are put aside meanwhile and put back word for word, all in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import apsw
import numpy as np
import shapely

from layers.errors import InputError, StoreError
from layers.geo.crs import PlanningCrs
from layers.plan.blocks import RowBlock, same_values
from layers.plan.digest import GEOMETRY, MODULUS, table_digest
from layers.store.binary import bodies_of, encode_geometries
from layers.store.columns import PYTHON_TYPES, Layout, decode_column, fetch
from layers.store.connection import insert_many, quoted
from layers.store.geopackage import FID, rtree_name
from layers.store.rtree import begin_boxes, remove_boxes

Progress = Callable[[int, int], None]
PART = 4_000  # rows between two reports, and in one statement's list
GEOMETRY_TYPES = {
    "Point": 0,
    "LineString": 1,
    "Polygon": 3,
    "MultiPoint": 4,
    "MultiLineString": 5,
    "MultiPolygon": 6,
}


def quiet(_done: int, _total: int) -> None:
    """Say nothing of how far it is."""


class BulkWriter:
    """Writes blocks of one layer. box: extent of what came, (min x, min y, max x, max y), or None."""

    def __init__(
        self, connection: apsw.Connection, layout: Layout, crs: PlanningCrs, progress: Progress
    ) -> None:
        self._connection, self._layout, self._crs, self._progress = connection, layout, crs, progress
        self.box: tuple[float, float, float, float] | None = None

    def add(self, block: RowBlock) -> None:
        """Insert a block; raises StoreError `row_changed` where one of its ids is taken, `value_wrong_type`,
        InputError `geometry_wrong_type`."""
        self._check(block)
        for part in _parts(block.fids):
            if self._connection.execute(f"SELECT 1 {self._where(part)} LIMIT 1").fetchone():
                raise self._row_changed(int(part[0]))
        # A column that says nothing is not written: null is what it has of itself.
        names = [
            name
            for name, values in block.columns.items()
            if name == GEOMETRY or values.tolist().count(None) < len(block)
        ]
        columns = ", ".join([FID, *map(quoted, names)])
        into = f"{quoted(self._layout.table)} ({columns})"
        boxes = shapely.bounds(block.columns[GEOMETRY]) if GEOMETRY in block.columns else np.empty((0, 4))
        with self._index_aside("insert") as indexed, ThreadPoolExecutor(1) as aside:
            end = None
            if indexed and GEOMETRY in block.columns:
                tree = rtree_name(self._layout.table)
                end = begin_boxes(self._connection, tree, block.fids, boxes, aside)
            for start in range(0, len(block), PART):
                part = slice(start, start + PART)
                cells = [
                    encode_geometries(
                        block.columns[name][part], self._crs.epsg, block.wkb[part], boxes[part]
                    )
                    if name == GEOMETRY
                    else block.columns[name][part].tolist()
                    for name in names
                ]
                insert_many(self._connection, into, [block.fids[part].tolist(), *cells])
                self._progress(start, len(block))
            if GEOMETRY in block.columns:
                self._widen(boxes)
                if end is not None:
                    end()
                    self._progress(len(block), len(block) + 1)
        if self._layout.foreign:
            self._give_back(block)

    def remove(self, block: RowBlock) -> None:
        """Delete a block; raises StoreError `row_changed` where its rows are not in the file as it holds
        them."""
        if not self._lies_there(block) and self._digest(block) != block.digest:
            raise self._row_changed(int(block.fids[0]))
        for name in self._layout.foreign:
            for part in _parts(block.fids):
                self._connection.execute(
                    f"INSERT OR REPLACE INTO qitu_kept SELECT ?, {FID}, ?, {quoted(name)} {self._where(part)}"
                    f" AND {quoted(name)} NOTNULL",
                    (self._layout.kind.id, name),
                )
        with self._index_aside("delete") as aside:
            done = 0
            for part in _parts(block.fids):
                self._connection.execute(f"DELETE {self._where(part)}")
                done += len(part)
                self._progress((len(block) + done) // 2, len(block) + 1)
            if aside:
                remove_boxes(self._connection, rtree_name(self._layout.table), block.fids)

    def _lies_there(self, block: RowBlock) -> bool:
        """Whether the block's rows are in the file as we would write them: quick, and false where another
        program has written the same otherwise."""
        names = [name for name in block.columns if name in self._layout.present]
        if any(values.tolist().count(None) < len(block)
               for name, values in block.columns.items() if name not in names):
            return False
        start = 0
        for part in _parts(block.fids):
            rows = fetch(self._connection, names, f"{self._where(part)} ORDER BY {FID}", ())
            if len(rows) != len(part):
                return False
            chosen = slice(start, start + len(part))
            start += len(part)
            fids, *cells = zip(*rows, strict=True)
            if list(fids) != part.tolist() or not all(
                bodies_of(values) == list(block.wkb[chosen])
                if name == GEOMETRY
                else same_values(list(values), block.columns[name][chosen].tolist())
                for name, values in zip(names, cells, strict=True)
            ):
                return False
            self._progress(start // 2, len(block) + 1)
        return True

    def _digest(self, block: RowBlock) -> int | None:
        """Digest of the block's rows in the file, None where some of them are not there."""
        names = [name for name in block.columns if name in self._layout.present]
        total, found = 0, 0
        for part in _parts(block.fids):
            rows = fetch(self._connection, names, f"{self._where(part)} ORDER BY {FID}", ())
            fids, *cells = map(list, zip(*rows, strict=True)) if rows else ([], *([] for _ in names))
            found += len(rows)
            columns = {
                name: decode_column(self._layout.kind, name, values)[0]
                for name, values in zip(names, cells, strict=True)
            }
            total += table_digest(np.array(fids, np.int64), columns)
            self._progress(found // 2, len(block) + 1)
        return total % MODULUS if found == len(block) else None

    # -- inside ------------------------------------------------------------------------------------

    def _where(self, fids: np.ndarray) -> str:
        """FROM and WHERE of some ids, ascending: a range where they are in a row."""
        first, last = int(fids[0]), int(fids[-1])
        chosen = f"BETWEEN {first} AND {last}"
        if last - first + 1 != len(fids):
            chosen = f"IN ({','.join(map(str, fids.tolist()))})"
        return f"FROM {quoted(self._layout.table)} WHERE {FID} {chosen}"

    def _check(self, block: RowBlock) -> None:
        """What would come back from the file as something else is refused, as for single rows."""
        kind = self._layout.kind
        for name, values in block.columns.items():
            if name != GEOMETRY:
                column, listed = kind.column(name), values.tolist()
                if listed.count(None) == len(listed):
                    continue
                wrong = set(map(type, listed)) - {PYTHON_TYPES[column.type], type(None)}
                if wrong:
                    shown = next(value for value in listed if type(value) in wrong)
                    raise StoreError(
                        "value_wrong_type",
                        column=column.title.zh,
                        column_en=column.title.en,
                        value=repr(shown),
                    )
                continue
            if block.known_type is not None and block.known_type == GEOMETRY_TYPES.get(kind.geometry):
                continue
            missing = shapely.is_missing(values)
            there = values[~missing] if missing.any() else values
            bad = shapely.get_type_id(there) != GEOMETRY_TYPES.get(kind.geometry, -1)
            bad |= shapely.has_z(there) | shapely.is_empty(there)
            if bad.any():
                raise InputError(
                    "geometry_wrong_type",
                    kind=kind.title.zh,
                    kind_en=kind.title.en,
                    expected=kind.geometry,
                    found=there[bad][0].geom_type,
                )

    @contextmanager
    def _index_aside(self, event: str) -> Iterator[bool]:
        """Take away the R-tree's trigger for an event meanwhile; gives whether there was one."""
        name = f"{rtree_name(self._layout.table)}_{event}"
        found = self._connection.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?", (name,)
        ).fetchone()
        if found is None:
            yield False
            return
        self._connection.execute(f"DROP TRIGGER {quoted(name)}")
        yield True
        self._connection.execute(str(found[0]))

    def _widen(self, boxes: np.ndarray) -> None:
        known = np.flatnonzero(~np.isnan(boxes).any(axis=1))
        if len(known):
            west, south = boxes[known, :2].min(axis=0).tolist()
            east, north = boxes[known, 2:].max(axis=0).tolist()
            self.box = (west, south, east, north)

    def _give_back(self, block: RowBlock) -> None:
        """What another program's columns held of rows that went and come back."""
        for part in _parts(block.fids):
            inside = self._where(part).split(" WHERE ", 1)[1].replace(FID, "fid", 1)
            kept = self._connection.execute(
                f"SELECT fid, column_name, value FROM qitu_kept WHERE kind = ? AND {inside}",
                (self._layout.kind.id,),
            ).fetchall()
            for fid, name, value in kept:
                if name in self._layout.foreign:
                    self._connection.execute(
                        f"UPDATE {quoted(self._layout.table)} SET {quoted(name)} = ? WHERE {FID} = ?",
                        (value, fid),
                    )
            if kept:
                self._connection.execute(
                    f"DELETE FROM qitu_kept WHERE kind = ? AND {inside}", (self._layout.kind.id,)
                )

    def _row_changed(self, fid: int) -> StoreError:
        kind = self._layout.kind
        return StoreError("row_changed", kind=kind.title.zh, kind_en=kind.title.en, key=fid)


def _parts(fids: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(fids), PART):
        yield fids[start : start + PART]

