"""A preview -> Changes: into a new or an existing layer, added or brought up to date by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from layers.catalogue.model import LayerKind
from layers.errors import InputError
from layers.exchange.mapping import NUMBERED, TEMPLATES, find_template, signature
from layers.exchange.preview import Preview
from layers.exchange.returning import KEEP, by_key, moved
from layers.plan.blocks import BLOCK_FROM, RowBlock, as_objects, gather
from layers.plan.changes import Changes, DocumentChange, LayerChange, RowChange
from layers.plan.digest import GEOMETRY
from layers.plan.plan import Plan, empty_table
from layers.plan.table import Table
from layers.plan.waiting import keep_waiting

MODES = ("add", "update", "replace")
READ_WHOLE = 10  # times as many rows in a layer as in the file: fewer, and the layer is read as a whole


@dataclass(frozen=True, slots=True)
class Update:
    """What an import does: keys (or row numbers) of rows added, changed, gone; number of those that stay as
    they are; kept: keys of rows that the project has changed meanwhile, and that stay as it has them."""

    added: tuple[Any, ...] = ()
    changed: tuple[Any, ...] = ()
    gone: tuple[Any, ...] = ()
    same: int = 0
    kept: tuple[Any, ...] = ()


def to_changes(
    preview: Preview, plan: Plan, *, mode: str | None = None, template: bool = True
) -> tuple[Changes, Update]:
    """Return the changes of one undoable command, and what they do.

    mode: `add` (every row is new), `update` (rows with a known key are changed, others added), `replace` (and
    rows that the file does not have go). template: keep the mapping for the next file with these headings.
    Rows of which only the place is in doubt are kept waiting in the project (`layers.plan.waiting`).
    Raises InputError `import_open_questions`, `import_nothing`, `mode_unknown`.
    """
    if preview.open_questions:
        raise InputError(
            "import_open_questions", questions=[question.id for question in preview.open_questions]
        )
    kind = preview.kind
    if kind is None or not (preview.rows or preview.waiting):
        raise InputError("import_nothing")
    mode = mode or preview.options.mode or "add"
    if mode not in MODES:
        raise InputError("mode_unknown", mode=mode, known=", ".join(MODES))
    absent = kind.id not in plan
    table = empty_table(kind) if absent else plan.tables[kind.id]
    if len(preview.rows) >= BLOCK_FROM and (mode == "add" or not len(table)):
        rows: Sequence[RowChange] = ()
        blocks, update = _all_new(preview, kind, table)
    else:
        single, update = _rows(preview, kind, table, mode)
        rows, blocks = gather(single)
    documents: tuple[DocumentChange, ...] = ()
    if template and preview.headings:
        kept: dict[str, Any] = {
            "kind": kind.id,
            "mapping": {
                name: one.heading for name, one in preview.mapping.items() if one.heading != NUMBERED
            },
        }
        if preview.axes:
            kept["axes"] = dict(preview.axes)
        if find_template(plan, preview.headings) != kept:
            documents = (plan.set_document(TEMPLATES, signature(preview.headings), kept),)
    documents += keep_waiting(plan, preview.waiting)
    layers = (LayerChange(kind.id, before=False, after=True),) if absent and preview.rows else ()
    return Changes(tuple(rows), documents, layers, blocks), update


def foreseen(preview: Preview, plan: Plan) -> Update:
    """Return what replacing a layer that is there by the file's rows would do. Raises InputError as
    `to_changes`."""
    kind = preview.kind
    table = plan.tables[kind.id] if kind is not None and kind.id in plan else None
    if kind is None or table is None or preview.open_questions or not preview.rows:
        return to_changes(preview, plan, mode="replace")[1]
    keys, known = preview.values.get(kind.key, preview.rows), by_key(table)
    if preview.clashes or not known.keys().isdisjoint(keys):
        return to_changes(preview, plan, mode="replace")[1]
    # All rows are new: no change of each is made only to be counted.
    added = tuple(row if key is None else key for key, row in zip(keys, preview.rows, strict=True))
    return Update(added, (), tuple(table.column(kind.key).tolist()))


def _all_new(preview: Preview, kind: LayerKind, table: Table) -> tuple[tuple[RowBlock, ...], Update]:
    """Every row comes as a new one: columns stay columns."""
    nothing = np.full(len(preview.rows), None, object)
    columns = {
        name: as_objects(preview.values[name]) if name in preview.values else nothing
        for name in kind.column_names
    }
    if kind.geometry:
        shapes = preview.geometry
        columns[GEOMETRY] = nothing if shapes is None else _flat(shapes)
    keys = preview.values.get(kind.key, preview.rows)
    added = tuple(row if key is None else key for key, row in zip(keys, preview.rows, strict=True))
    first = _next_fid(table)
    fids = np.arange(first, first + len(added), dtype=np.int64)
    known = {} if preview.simple is None else {"simple": preview.simple}
    return (RowBlock(kind.id, fids, columns, True, known),), Update(added)


def _flat(shapes: np.ndarray) -> np.ndarray:
    return np.asarray(shapely.force_2d(shapes), object) if shapely.has_z(shapes).any() else shapes


def _next_fid(table: Table) -> int:
    return max(table.next_fid, int(table.base.fids[-1]) + 1 if len(table.base) else 1)


def _rows(preview: Preview, kind: LayerKind, table: Table, mode: str) -> tuple[list[RowChange], Update]:
    # Values were checked column by column (`values.convert`), shapes by `shapes.fit`: no row is checked
    # again.
    names = kind.column_names
    columns = [preview.values.get(name) for name in names]
    shapes: Any = (
        [None] * len(preview.rows) if preview.geometry is None else _flat(preview.geometry)
    )
    keys = preview.values.get(kind.key, [None] * len(preview.rows))
    known = by_key(table) if mode != "add" else {}
    if mode != "add" and len(preview.rows) * READ_WHOLE > len(known):  # else each row is a query of its own
        for name in names:
            table.column(name)
        if kind.geometry:
            table.geometry  # noqa: B018
    keeping = preview.options.clash == KEEP and mode != "add"
    left = {one.row for one in preview.clashes} if keeping else set[int]()
    next_fid = _next_fid(table)
    changes: list[RowChange] = []
    added: list[Any] = []
    changed: list[Any] = []
    kept: list[Any] = []
    met: set[int] = set()
    same = 0
    for at, key in enumerate(keys):
        fid = known.get(key) if key is not None else None
        if preview.rows[at] in left:
            kept.append(key)
            met.update(() if fid is None else (fid,))
            continue
        if fid is None:
            row = {
                name: None if column is None else column[at]
                for name, column in zip(names, columns, strict=True)
            }
            if kind.geometry:
                row[GEOMETRY] = shapes[at]
            changes.append(RowChange(kind.id, next_fid + len(added), None, row))
            added.append(key if key is not None else preview.rows[at])
            continue
        met.add(fid)
        new = {name: column[at] for name, column in preview.values.items()}
        if kind.geometry and preview.geometry is not None and shapes[at] is not None:
            new[GEOMETRY] = shapes[at]
        change = _change(kind, fid, table.row(fid), new)
        if change is None:
            same += 1
        else:
            changes.append(change)
            changed.append(key)
    gone = []
    if mode == "replace":
        for fid in table.fids:
            if int(fid) not in met:
                changes.append(table.delete(int(fid)))
                gone.append(table.row(int(fid)).get(kind.key))
    return changes, Update(tuple(added), tuple(changed), tuple(gone), same, tuple(kept))


def _change(kind: LayerKind, fid: int, row: Mapping[str, Any], new: Mapping[str, Any]) -> RowChange | None:
    names = moved(row, new)
    if not names:
        return None
    return RowChange(
        kind.id, fid, {name: row.get(name) for name in names}, {name: new[name] for name in names}
    )
