"""Changes put together from others: several commands as one, and a command on a plan that moved on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from layers.plan.blocks import RowBlock, gather
from layers.plan.changes import Changes, DocumentChange, LayerChange, RowChange
from layers.plan.plan import Plan
from layers.plan.table import same_value


def compose(parts: Iterable[Changes]) -> Changes:
    """Return the net effect of `parts`, oldest first; what came back to where it was is left out.

    Its inverse leads from the state after them to the state before them in one step.
    """
    rows: dict[tuple[str, int], RowChange | None] = {}
    documents: dict[tuple[str, str], DocumentChange] = {}
    layers: dict[str, LayerChange] = {}
    for part in parts:
        for row in part.every_row():
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
    single, blocks = gather(row for row in net if row is not None)
    return Changes(single,
                   tuple(change for change in documents.values() if change.before != change.after),
                   tuple(change for change in layers.values() if change.before != change.after), blocks)


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


def renumbered(changes: Changes, plan: Plan) -> Changes:
    """Return `changes` with new ids for those added rows whose id somebody else has used meanwhile.

    Two people who each add a feature do not contradict each other. Where documents change too they may
    speak of the new rows, so nothing is renumbered then and applying the changes says `row_changed`.
    """
    if changes.documents:
        return changes
    added = [(row.kind, row.fid) for row in changes.rows if row.before is None]
    new: dict[tuple[str, int], int] = {}
    for kind, fid in added:
        if kind in plan and fid in plan.tables[kind]:
            taken = [other for of, other in (*added, *((of, new[of, old]) for of, old in new)) if of == kind]
            new[kind, fid] = max(plan.tables[kind].next_fid, *(other + 1 for other in taken))
    return Changes(tuple(RowChange(row.kind, new.get((row.kind, row.fid), row.fid), row.before, row.after)
                         for row in changes.rows), changes.documents, changes.layers,
                   tuple(_moved(block, plan, new) for block in changes.blocks))


def _moved(block: RowBlock, plan: Plan, taken: dict[tuple[str, int], int]) -> RowBlock:
    if not block.added or block.kind not in plan or not len(block):
        return block
    first = max(
        [
            plan.tables[block.kind].next_fid,
            *(fid + 1 for (kind, _), fid in taken.items() if kind == block.kind),
        ]
    )
    return block if int(block.fids[0]) >= first else block.moved_to(first)
