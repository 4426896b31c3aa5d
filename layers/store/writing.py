"""Changes into the file, inside a transaction that is already open; every `before` is verified there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import apsw
import shapely

from layers.catalogue.model import Catalogue, LayerKind
from layers.catalogue.style_record import read_style
from layers.errors import InputError, StoreError
from layers.geo.crs import PlanningCrs
from layers.plan.changes import Changes, DocumentChange, LayerChange, RowChange
from layers.plan.digest import GEOMETRY, MODULUS, document_hash, row_hash
from layers.plan.table import same_value
from layers.store.binary import encode_geometry
from layers.store.bulk import BulkWriter, Progress, quiet
from layers.store.columns import PYTHON_TYPES, Layout, read_layout, read_row
from layers.store.connection import quoted
from layers.store.geopackage import (
    FID,
    SQL_TYPES,
    create_index,
    create_table,
    create_triggers,
    describe_columns,
    drop_table,
    free_table_name,
    touch_contents,
)
from layers.store.qgis import remove_styles, write_style
from layers.store.schema import canonical, parse_document

Box = tuple[float, float, float, float]
STYLES = "styles"
"""Documents that say how a project draws its layers (`layers.maps.project_styles`); QGIS is told too."""


class Writer:
    """Writes one command's changes; holds what they move: layouts, digests, extents.

    layouts: how each layer stands in the file; updated where a layer or a column comes or goes.
    digests: kind -> digest of the table in the file, None where it is not known; moved by each row.
    """

    def __init__(self, connection: apsw.Connection, catalogue: Catalogue, crs: PlanningCrs,
                 layouts: Mapping[str, Layout], digests: Mapping[str, int | None],
                 documents_digest: int) -> None:
        self.connection, self.catalogue, self.crs = connection, catalogue, crs
        self.layouts, self.digests = dict(layouts), dict(digests)
        self.documents_digest = documents_digest
        self._boxes: dict[str, Box | None] = {}

    def write(self, changes: Changes, progress: Progress = quiet) -> None:
        """Write everything, in the order in which `Plan.apply` applies it; `progress` may raise to stop it.

        Raises StoreError `row_changed`, `document_changed`, `layer_absent`, `layer_not_empty` where
        the file is not as `before` says, `value_wrong_type`; InputError `column_unknown`.
        """
        for layer in changes.layers:
            if layer.after:
                self._add_layer(layer)
        for row in changes.rows:
            self._write_row(row)
        for block in changes.blocks:
            bulk = BulkWriter(self.connection, self._complete(block.kind), self.crs, progress)
            (bulk.add if block.added else bulk.remove)(block)
            digest = self.digests[block.kind]
            moved = block.digest if block.added else -block.digest
            self.digests[block.kind] = None if digest is None else (digest + moved) % MODULUS
            self._widen_by(block.kind, bulk.box)
        for document in changes.documents:
            self._write_document(document)
        for kind_id, box in self._boxes.items():
            touch_contents(self.connection, self.layouts[kind_id].table, box)
        for layer in changes.layers:
            if not layer.after:
                self._remove_layer(layer)

    # -- layers ------------------------------------------------------------------------------------

    def _add_layer(self, layer: LayerChange) -> None:
        if layer.kind in self.layouts:
            return
        kind = self.catalogue[layer.kind]
        table = free_table_name(self.connection, kind)
        add_table(self.connection, kind.id, table)
        create_table(self.connection, kind, table, self.crs)
        self._write_style(kind, table)
        if kind.geometry:
            create_index(self.connection, table)
            create_triggers(self.connection, table)
        layout = read_layout(self.connection, kind, table)
        assert layout is not None
        self.layouts[kind.id], self.digests[kind.id] = layout, 0

    def _remove_layer(self, layer: LayerChange) -> None:
        layout = self._layout(layer.kind)
        if self.connection.execute(f"SELECT 1 FROM {quoted(layout.table)} LIMIT 1").fetchone():
            raise StoreError("layer_not_empty", kind=layout.kind.title.zh, kind_en=layout.kind.title.en)
        drop_table(self.connection, layout.table)
        remove_styles(self.connection, layout.table)
        self.connection.execute("DELETE FROM qitu_layers WHERE kind = ?", (layer.kind,))
        del self.layouts[layer.kind], self.digests[layer.kind]

    def _layout(self, kind_id: str) -> Layout:
        if kind_id not in self.layouts:
            kind = self.catalogue[kind_id]
            raise StoreError("layer_absent", kind=kind.title.zh, kind_en=kind.title.en)
        return self.layouts[kind_id]

    def _complete(self, kind_id: str) -> Layout:
        """Give the table those columns that the catalogue has gained since the file was made."""
        layout = self._layout(kind_id)
        if not layout.missing:
            return layout
        for column in layout.missing:
            self.connection.execute(f"ALTER TABLE {quoted(layout.table)}"
                                    f" ADD COLUMN {quoted(column.name)} {SQL_TYPES[column.type]}")
        describe_columns(self.connection, layout.table, layout.missing)
        self._write_style(layout.kind, layout.table)
        fresh = read_layout(self.connection, layout.kind, layout.table)
        assert fresh is not None
        self.layouts[kind_id] = fresh
        return fresh

    # -- rows --------------------------------------------------------------------------------------

    def _write_row(self, change: RowChange) -> None:
        layout = self._complete(change.kind)
        old = read_row(self.connection, layout, change.fid)
        if (old is None) != (change.before is None):
            raise _row_changed(layout, change.fid)
        if old is not None and any(not same_value(old.get(name), value)
                                   for name, value in (change.before or {}).items()):
            raise _row_changed(layout, change.fid)
        if change.after is None:
            self._delete(layout, change.fid)
            new = None
        elif old is None:
            self._insert(layout, change.fid, change.after)
            new = dict(change.after)
        else:
            self._update(layout, change.fid, change.after)
            new = {**old, **change.after}
        self._move_digest(change, old, new)
        self._widen(change)

    def _insert(self, layout: Layout, fid: int, row: Mapping[str, Any]) -> None:
        values = self._encoded(layout, row)
        columns = ", ".join([FID, *map(quoted, values)])
        places = ", ".join("?" * (len(values) + 1))
        self.connection.execute(f"INSERT INTO {quoted(layout.table)} ({columns}) VALUES ({places})",
                                (fid, *values.values()))
        if layout.foreign:
            self._give_back(layout, fid)

    def _update(self, layout: Layout, fid: int, row: Mapping[str, Any]) -> None:
        values = self._encoded(layout, row)
        if values:
            pairs = ", ".join(f"{quoted(name)} = ?" for name in values)
            self.connection.execute(f"UPDATE {quoted(layout.table)} SET {pairs} WHERE {FID} = ?",
                                    (*values.values(), fid))

    def _delete(self, layout: Layout, fid: int) -> None:
        if layout.foreign:
            self._keep(layout, fid)
        self.connection.execute(f"DELETE FROM {quoted(layout.table)} WHERE {FID} = ?", (fid,))

    def _keep(self, layout: Layout, fid: int) -> None:
        """Remember what another program's columns hold of a row that goes, for the day it comes back."""
        for name in layout.foreign:
            self.connection.execute(
                f"INSERT OR REPLACE INTO qitu_kept SELECT ?, ?, ?, {quoted(name)} FROM {quoted(layout.table)}"
                f" WHERE {FID} = ? AND {quoted(name)} NOTNULL", (layout.kind.id, fid, name, fid))

    def _give_back(self, layout: Layout, fid: int) -> None:
        kept = self.connection.execute("SELECT column_name, value FROM qitu_kept WHERE kind = ? AND fid = ?",
                                       (layout.kind.id, fid)).fetchall()
        for name, value in kept:
            if name in layout.foreign:
                self.connection.execute(f"UPDATE {quoted(layout.table)} SET {quoted(name)} = ?"
                                        f" WHERE {FID} = ?", (value, fid))
        if kept:
            self.connection.execute("DELETE FROM qitu_kept WHERE kind = ? AND fid = ?", (layout.kind.id, fid))

    def _encoded(self, layout: Layout, row: Mapping[str, Any]) -> dict[str, Any]:
        return {name: encode_value(layout, name, value, self.crs) for name, value in row.items()}

    def _move_digest(self, change: RowChange, old: Mapping[str, Any] | None,
                     new: Mapping[str, Any] | None) -> None:
        digest = self.digests[change.kind]
        if digest is not None:
            self.digests[change.kind] = (digest - (row_hash(change.fid, old) if old is not None else 0)
                                         + (row_hash(change.fid, new) if new is not None else 0)) % MODULUS

    def _widen(self, change: RowChange) -> None:
        geometry = (change.after or {}).get(GEOMETRY)
        self._widen_by(change.kind, None if geometry is None else geometry.bounds)

    def _widen_by(self, kind_id: str, new: Box | None) -> None:
        box = self._boxes.setdefault(kind_id, None)
        if new is not None:
            west, south, east, north = new
            if box is not None:
                west, south = min(west, box[0]), min(south, box[1])
                east, north = max(east, box[2]), max(north, box[3])
            self._boxes[kind_id] = (west, south, east, north)

    # -- documents ---------------------------------------------------------------------------------

    def _write_document(self, change: DocumentChange) -> None:
        place = (change.collection, change.key)
        found = self.connection.execute(
            "SELECT value FROM qitu_documents WHERE collection = ? AND key = ?", place).fetchone()
        old = found[0] if found else None
        if parse_document(old) != (None if change.before is None else json.loads(canonical(change.before))):
            raise StoreError("document_changed", collection=change.collection, key=change.key)
        if old is not None:
            self.documents_digest -= document_hash(*place, old)
        if change.after is None:
            self.connection.execute("DELETE FROM qitu_documents WHERE collection = ? AND key = ?", place)
        else:
            text = canonical(change.after)
            self.connection.execute("INSERT OR REPLACE INTO qitu_documents VALUES (?, ?, ?)", (*place, text))
            self.documents_digest += document_hash(*place, text)
        self.documents_digest %= MODULUS
        if change.collection == STYLES and change.key in self.layouts:
            self._write_style(self.layouts[change.key].kind, self.layouts[change.key].table)

    def _write_style(self, kind: LayerKind, table: str) -> None:
        """Enter the style that QGIS opens a layer with: the project's own, else the catalogue's."""
        found = self.connection.execute(
            "SELECT value FROM qitu_documents WHERE collection = ? AND key = ?", (STYLES, kind.id)).fetchone()
        try:
            style = read_style(parse_document(found[0])) if found else None
        except InputError:
            style = None  # of a later version, or damaged: it is kept, and not drawn
        write_style(self.connection, kind, table, style)


def add_table(connection: apsw.Connection, kind_id: str, table: str) -> None:
    """Say which table holds a kind; an empty table's digest is zero."""
    connection.execute("INSERT OR REPLACE INTO qitu_layers VALUES (?, ?, ?)", (kind_id, table, f"{0:032x}"))


def encode_value(layout: Layout, name: str, value: Any, crs: PlanningCrs) -> Any:
    """Return a plan's value as it is stored.

    Raises StoreError `value_wrong_type` for what would come back as something else, InputError
    `column_unknown`, `geometry_wrong_type`.
    """
    kind = layout.kind
    if name == GEOMETRY and kind.geometry:
        if value is not None and (value.geom_type != kind.geometry or value.has_z or value.is_empty):
            raise InputError("geometry_wrong_type", kind=kind.title.zh, kind_en=kind.title.en,
                             expected=kind.geometry, found=describe_geometry(value))
        return encode_geometry(value, crs.epsg)
    column = kind.column(name)
    if value is not None and type(value) is not PYTHON_TYPES[column.type]:
        raise StoreError("value_wrong_type", column=column.title.zh, column_en=column.title.en,
                         value=repr(value))
    return value


def describe_geometry(geometry: shapely.Geometry) -> str:
    """Return a geometry's type as the sentence of `geometry_wrong_type` names it."""
    return f"{geometry.geom_type}{' Z' if geometry.has_z else ''}{' EMPTY' if geometry.is_empty else ''}"


def _row_changed(layout: Layout, fid: int) -> StoreError:
    return StoreError("row_changed", kind=layout.kind.title.zh, kind_en=layout.kind.title.en, key=fid)
