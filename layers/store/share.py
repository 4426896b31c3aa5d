"""A copy of a project that may be given away: a fresh file with what a list allows, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from layers.catalogue.classes import class_columns
from layers.catalogue.model import LayerKind
from layers.catalogue.privacy import Privacy
from layers.catalogue.style import Style
from layers.errors import RuleError
from layers.plan.base import Base, MemorySource
from layers.plan.digest import GEOMETRY
from layers.plan.plan import INFO, Plan
from layers.plan.table import Table
from layers.store.creation import write_project
from layers.store.schema import SHARED_TABLES

POLICY = (
    "policy"  # the targets and rules a project goes by: public documents, without which it cannot be read
)
SHARED_INFO = ("title", "title_en", "period", "unit", "sample")


def share_project(source: Plan, path: str | Path, *, allowed: Mapping[str, Collection[str]]) -> None:
    """Write a shareable copy of `source` as a new file at `path`.

    allowed: kind id -> names of the columns that may leave; a kind that is not named stays out. The
    geometry of a kind goes with it. The copy has no history, no unfinished drawing, no settings beyond
    what the project is called and its targets and rules; what is not in the list was never written to it.

    Raises RuleError `share_sensitive` where the list names a sensitive column or kind, and StoreError as
    `create_project` does; no file is made then.
    """
    tables = {
        kind_id: _shared_table(source.tables[kind_id], frozenset(columns))
        for kind_id, columns in allowed.items()
        if kind_id in source.tables
    }
    catalogue = source.catalogue
    for table in tables.values():
        catalogue = catalogue.with_kind(table.kind)
    info = {key: value for key, value in source.info.items() if key in SHARED_INFO}
    plan = Plan(catalogue, source.crs, tables)
    documents = {INFO[0]: {INFO[1]: {**info, "shared": True}}}
    if POLICY in source.documents:
        documents[POLICY] = dict(source.documents[POLICY])
    write_project(Path(path), plan, documents, SHARED_TABLES)


def _shared_style(kind: LayerKind, columns: frozenset[str]) -> Style:
    """The kind's style, without classes and labels by columns that stay inside."""
    style = kind.style
    if not set(class_columns(style)) <= columns:
        style = replace(style, column="", classes=())
    if style.label is not None and style.label.column not in columns:
        style = replace(style, label=None)
    return style


def _shared_table(table: Table, columns: frozenset[str]) -> Table:
    kind = table.kind
    for column in kind.columns:
        if column.name in columns and (kind.sensitive or column.privacy >= Privacy.SENSITIVE):
            raise RuleError(
                "share_sensitive",
                kind=kind.title.zh,
                kind_en=kind.title.en,
                column=column.title.zh,
                column_en=column.title.en,
            )
    if kind.sensitive:
        raise RuleError(
            "share_sensitive", kind=kind.title.zh, kind_en=kind.title.en, column="*", column_en="*"
        )
    kept = replace(
        kind,
        columns=tuple(column for column in kind.columns if column.name in columns),
        style=_shared_style(kind, columns),
    )
    values = {name: table.column(name) for name in kept.column_names}
    if kind.geometry:
        values[GEOMETRY] = table.geometry
    return Table(kept, Base(MemorySource(table.fids, values)))
