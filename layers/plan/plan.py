"""The plan: tables and documents of one project as an immutable value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from layers.catalogue.model import Catalogue, LayerKind
from layers.errors import InputError
from layers.geo.crs import PlanningCrs
from layers.plan.base import Base, MemorySource
from layers.plan.changes import Changes, DocumentChange, RowChange
from layers.plan.digest import format_digest
from layers.plan.table import Table

INFO = ("project", "info")  # the document that says what the project is: title, period, units


class Plan:
    """One state of a project.

    catalogue: every kind that may occur.
    crs: the planning CRS; all geometries are in it (metres, easting, northing).
    tables: kind id -> Table, only of the layers that are there. An absent layer is not an empty one.
    documents: collection -> key -> JSON value (settings, styles, layer order, schemes, scenes).
    """

    def __init__(self, catalogue: Catalogue, crs: PlanningCrs, tables: Mapping[str, Table],
                 documents: Mapping[str, Mapping[str, Any]] = MappingProxyType({})) -> None:
        self.catalogue, self.crs = catalogue, crs
        self.tables: Mapping[str, Table] = MappingProxyType(dict(tables))
        self.documents: Mapping[str, Mapping[str, Any]] = MappingProxyType(dict(documents))

    def __contains__(self, kind_id: object) -> bool:
        return kind_id in self.tables

    def table(self, kind_id: str) -> Table:
        """Return a layer's table; raises InputError `kind_unknown` or `layer_absent`."""
        kind = self.catalogue[kind_id]
        try:
            return self.tables[kind_id]
        except KeyError:
            raise InputError("layer_absent", kind=kind.title.zh, kind_en=kind.title.en) from None

    def with_role(self, role: str) -> tuple[Table, ...]:
        """Tables of the layers that are there and play `role`."""
        return tuple(self.tables[kind.id] for kind in self.catalogue.with_role(role)
                     if kind.id in self.tables)

    def layers(self) -> Iterator[tuple[LayerKind, Table]]:
        """Each layer that is there, in catalogue order."""
        for kind in self.catalogue:
            if kind.id in self.tables:
                yield kind, self.tables[kind.id]

    def document(self, collection: str, key: str, default: Any = None) -> Any:
        """Return a document, or `default`."""
        return self.documents.get(collection, {}).get(key, default)

    @property
    def info(self) -> Mapping[str, Any]:
        """What the project is: `title`, `title_en`, `period`, `unit`, `sample` ..."""
        return self.document(*INFO, default={})

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """Extent of the banner where it is known, else of all layers (planning CRS metres)."""
        units = [table.bounds for role in ("unit.banner", "unit.sumu", "unit.gacha")
                 for table in self.with_role(role) if table.bounds]
        boxes = units[:1] or [table.bounds for _, table in self.layers()
                              if table.kind.geometry and table.bounds]
        if not boxes:
            return None
        west, south, east, north = zip(*boxes, strict=True)
        return min(west), min(south), max(east), max(north)

    def digests(self, kind_ids: Iterator[str] | None = None) -> dict[str, str]:
        """Return the digest of each table as text, for provenance."""
        chosen = self.tables if kind_ids is None else {name: self.tables[name] for name in kind_ids}
        return {name: format_digest(table.digest) for name, table in chosen.items()}

    def set_document(self, collection: str, key: str, value: Any) -> DocumentChange:
        """Return the change that sets (or, with None, removes) a document."""
        return DocumentChange(collection, key, self.document(collection, key), value)

    def apply(self, changes: Changes) -> Plan:
        """Return the plan after `changes`; untouched tables are shared.

        Raises InputError `row_changed`, `document_changed`, `layer_absent` where the plan is not as
        the changes' `before` says.
        """
        tables = dict(self.tables)
        for layer in changes.layers:
            if layer.after and layer.kind not in tables:
                tables[layer.kind] = empty_table(self.catalogue[layer.kind])
        by_kind: dict[str, list[RowChange]] = {}
        for change in changes.rows:
            by_kind.setdefault(change.kind, []).append(change)
        for kind_id, rows in by_kind.items():
            if kind_id not in tables:
                kind = self.catalogue[kind_id]
                raise InputError("layer_absent", kind=kind.title.zh, kind_en=kind.title.en)
            tables[kind_id] = tables[kind_id].apply(rows)
        for block in changes.blocks:
            if block.kind not in tables:
                kind = self.catalogue[block.kind]
                raise InputError("layer_absent", kind=kind.title.zh, kind_en=kind.title.en)
            tables[block.kind] = tables[block.kind].apply_block(block)
        for layer in changes.layers:
            if not layer.after:
                tables.pop(layer.kind, None)
        return Plan(self.catalogue, self.crs, tables, self._changed_documents(changes))

    def _changed_documents(self, changes: Changes) -> Mapping[str, Mapping[str, Any]]:
        if not changes.documents:
            return self.documents
        documents = {collection: dict(values) for collection, values in self.documents.items()}
        for change in changes.documents:
            values = documents.setdefault(change.collection, {})
            if values.get(change.key) != change.before:
                raise InputError("document_changed", collection=change.collection, key=change.key)
            if change.after is None:
                values.pop(change.key, None)
            else:
                values[change.key] = change.after
        return MappingProxyType(documents)


def empty_table(kind: LayerKind) -> Table:
    """Return a table of `kind` without rows."""
    import numpy as np

    return Table(kind, Base(MemorySource(np.empty(0, np.int64), {})))
