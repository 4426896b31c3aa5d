"""Several commands' changes as one: what is left of them all, each row, document and layer once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from layers.plan.changes import Changes, DocumentChange, LayerChange, RowChange
from layers.plan.table import same_value


def compose(parts: Iterable[Changes]) -> Changes:
    """Return the net effect of `parts`, oldest first; what came back to where it was is left out.

    Its inverse leads from the state after them to the state before them in one step.
    """
    rows: dict[tuple[str, int], RowChange | None] = {}
    documents: dict[tuple[str, str], DocumentChange] = {}
    layers: dict[str, LayerChange] = {}
    for part in parts:
        for row in part.rows:
            place = (row.kind, row.fid)
            earlier = rows.get(place)
            rows[place] = row if earlier is None else _join(earlier, row)
        for document in part.documents:
            first = documents.get((document.collection, document.key), document)
            documents[document.collection, document.key] = DocumentChange(
                document.collection, document.key, first.before, document.after)
        for layer in part.layers:
            layers[layer.kind] = LayerChange(layer.kind, layers.get(layer.kind, layer).before, layer.after)
    net = [_net(row) for row in rows.values() if row is not None]
    return Changes(tuple(row for row in net if row is not None),
                   tuple(change for change in documents.values() if change.before != change.after),
                   tuple(change for change in layers.values() if change.before != change.after))


def _join(one: RowChange, two: RowChange) -> RowChange | None:
    """Return two changes of the same row as one, None where an inserted row went again."""
    if one.before is None:
        if two.after is None:
            return None
        return RowChange(one.kind, one.fid, None, {**(one.after or {}), **two.after})
    if one.after is None:  # it went and came back: both whole
        return RowChange(one.kind, one.fid, one.before, two.after)
    before: dict[str, Any] = {**(two.before or {}), **one.before}
    return RowChange(one.kind, one.fid, before, None if two.after is None else {**one.after, **two.after})


def _net(row: RowChange) -> RowChange | None:
    if row.before is None or row.after is None:
        return row
    moved = [name for name in row.after
             if name not in row.before or not same_value(row.before[name], row.after[name])]
    if not moved:
        return None
    return RowChange(row.kind, row.fid, {name: row.before.get(name) for name in moved},
                     {name: row.after[name] for name in moved})
