"""What a session does with a store, without the session: apply, commit, undo, redo."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import shapely

from layers.errors import PlannerError
from layers.plan.changes import Changes, LayerChange, RowChange
from layers.plan.plan import Plan
from layers.store import JournalEntry, Store
from tests.layers.store.samples import CATALOGUE, ROAD, STOCK, TOILET, ZONE


class Driver:
    """An open project and its plan."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = Store.open(path, CATALOGUE)
        self.plan = self.store.load()

    def do(
        self, changes: Changes, title: str = "改", *, op: str = "do", ref: int | None = None
    ) -> JournalEntry:
        """Apply and commit; the plan stays as it was where the store refuses."""
        plan = self.plan.apply(changes)
        digests = {kind: plan.tables[kind].digest for kind in changes.kinds if kind in plan}
        entry = self.store.commit(changes, op=op, title=title, ref=ref, digests=digests)
        self.plan = plan
        return entry

    def undo(self) -> bool:
        """Take back the last command, if there is one."""
        return self._step(0, "undo")

    def redo(self) -> bool:
        """Repeat what was taken back last, if there is anything."""
        return self._step(1, "redo")

    def _step(self, stack: int, op: str) -> bool:
        ids = self.store.stacks()[stack]
        if not ids:
            return False
        changes = self.store.changes_of(ids[-1])
        self.do(changes.inverse() if op == "undo" else changes, op=op, ref=ids[-1])
        return True

    def reopen(self) -> None:
        """Close the file and open it again."""
        self.store.close()
        self.__init__(self.path)  # type: ignore[misc]


def values_for(kind_id: str, rng: random.Random) -> dict[str, Any]:
    """Some columns of a row of a kind, valid, at random."""
    east, north = rng.uniform(4e5, 6e5), rng.uniform(5.3e6, 5.5e6)
    text = rng.choice([None, "嘎查", 'O\'Brien "q"', "𬭎 emoji 🐑", "", "a" * rng.randrange(600)])
    rows: dict[str, dict[str, Any]] = {
        TOILET.id: {
            "name": text,
            "people": rng.choice([None, 0, -5, 2**62]),
            "accepted": rng.choice([None, 0, 1]),
            "state": rng.choice([None, "good", "broken"]),
            "built": rng.choice([None, "2025-01-31"]),
            "geom": rng.choice([None, shapely.Point(east, north)]),
        },
        ZONE.id: {
            "name": text,
            "area": rng.choice([None, 0.0, 0.1 + 0.2, 1e300, -1e-9]),
            "owner": text,
            "geom": rng.choice([None, shapely.box(east, north, east + rng.uniform(1, 999), north + 5)]),
        },
        ROAD.id: {
            "name": text,
            "geom": shapely.LineString([(east, north), (east + 9, north), (east, north + 7)]),
        },
        STOCK.id: {"sheep": rng.choice([None, 3.0, 7.25])},
    }
    row = rows[kind_id]
    return {name: row[name] for name in row if rng.random() < 0.7}


def random_changes(plan: Plan, rng: random.Random) -> Changes:
    """One command's changes: rows of one or two layers, a document, now and then a layer."""
    rows: list[RowChange] = []
    for kind_id in rng.sample(sorted(plan.tables), k=min(rng.randint(1, 2), len(plan.tables))):
        table = plan.table(kind_id)
        fids = table.fids.tolist()
        action = rng.random()
        if action < 0.35 or not fids:
            rows += [
                table.insert(values_for(kind_id, rng), offset=offset) for offset in range(rng.randint(1, 3))
            ]
        elif action < 0.8:
            rows += [
                table.update(fid, values_for(kind_id, rng)) for fid in rng.sample(fids, min(2, len(fids)))
            ]
        else:
            rows.append(table.delete(rng.choice(fids)))
    documents = []
    if rng.random() < 0.3:
        value = rng.choice([None, {"颜色": [1, 2.5, None]}, "文字", 0])
        documents.append(plan.set_document(rng.choice(["style", "scene"]), rng.choice("ab"), value))
    layers: list[LayerChange] = []
    if rng.random() < 0.15 and ROAD.id not in plan:
        layers.append(LayerChange(ROAD.id, False, True))
    elif rng.random() < 0.1 and ROAD.id in plan:
        rows = [change for change in rows if change.kind != ROAD.id]
        rows += [plan.table(ROAD.id).delete(fid) for fid in plan.table(ROAD.id).fids.tolist()]
        layers.append(LayerChange(ROAD.id, True, False))
    return Changes(tuple(rows), tuple(documents), tuple(layers))


def code_of(error: PlannerError) -> str:
    """The code of an error, for asserts."""
    return error.code
