"""Several commands as one, and a command on a plan that moved on."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import InputError
from layers.plan.changes import Changes, RowChange
from layers.plan.composition import compose, renumbered
from layers.plan.table import Table
from tests.layers.store.driver import random_changes
from tests.layers.store.samples import STOCK, small_plan, state_of


@given(st.integers(0, 2**32), st.integers(0, 12))
def test_the_net_effect_leads_there_and_back(seed: int, count: int) -> None:
    rng = random.Random(seed)
    start = plan = small_plan()
    parts: list[Changes] = []
    for _ in range(count):
        changes = parts[-1].inverse() if parts and rng.random() < 0.3 else random_changes(plan, rng)
        plan = plan.apply(changes)
        parts.append(changes)
    net = compose(parts)
    assert state_of(start.apply(net)) == state_of(plan)
    assert state_of(plan.apply(net.inverse())) == state_of(start)
    assert len({(row.kind, row.fid) for row in net.rows}) == len(net.rows)
    assert not compose([*parts, net.inverse()])
    assert compose([Changes.from_bytes(part.to_bytes()) for part in parts]).to_bytes() == net.to_bytes()


def test_added_rows_step_aside_for_those_of_others() -> None:
    plan = small_plan()
    table = plan.table("stock")
    mine = Changes(
        (
            table.insert({"code": "甲"}),
            table.insert({"code": "乙"}, offset=1),
            table.update(1, {"sheep": 1.0}),
            RowChange("stock", 3, {"code": "甲"}, {"code": "丙"}),
        )
    )
    theirs = plan.apply(Changes((table.insert({"code": "别人"}),)))
    with pytest.raises(InputError, match="row_changed"):
        theirs.apply(mine)
    moved = renumbered(mine, theirs)
    assert [row.fid for row in moved.rows] == [5, 4, 1, 5]
    after = theirs.apply(moved).table("stock")
    assert [after.row(fid)["code"] for fid in (3, 4, 5)] == ["别人", "乙", "丙"]
    assert renumbered(mine, plan) == mine
    spoken_of = Changes(mine.rows, (plan.set_document("scheme", "a", [3]),))
    assert renumbered(spoken_of, theirs) is spoken_of


def test_one_row_is_read_without_its_column() -> None:
    read: list[str] = []
    table = small_plan().table("stock")

    class Counting:
        def fids(self):  # type: ignore[no-untyped-def]
            return table.fids

        def read(self, name):  # type: ignore[no-untyped-def]
            read.append(name)
            return table.fids, table.column(name).copy()

        def row(self, fid, names):  # type: ignore[no-untyped-def]
            return {name: table.row(fid)[name] for name in names}

    from layers.plan.base import Base

    lazy = Table(STOCK, Base(Counting()), next_fid=3)
    edited = lazy.apply([lazy.update(1, {"sheep": 5.0}), lazy.delete(2)])
    assert read == []
    assert edited.column("sheep").tolist() == [5.0] and lazy.column("sheep").tolist() == [1234.5, None]
    assert read == ["sheep"]
