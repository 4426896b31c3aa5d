"""Many rows at once mean what they would mean one by one, in the plan, in the file, and taken back."""

from __future__ import annotations

import hashlib
from pathlib import Path

import apsw
import numpy as np
import pytest
import shapely

from layers.errors import InputError, StoreError
from layers.plan.blocks import RowBlock, as_objects, gather
from layers.plan.changes import Changes
from layers.plan.composition import compose
from layers.store import Store
from layers.store.connection import connect, transaction
from layers.store.rtree import read_cells, remove_boxes
from tests.layers.store.samples import CATALOGUE, state_of

COUNT = 2_303


def zones(first: int, count: int = COUNT) -> RowBlock:
    """Zones in a lattice; some without a shape, a name or an area."""
    at = np.arange(count)
    boxes = shapely.box(at % 50 * 10.0, at // 50 * 10.0, at % 50 * 10.0 + 8, at // 50 * 10.0 + 9)
    shapes = shapely.multipolygons(boxes, indices=at)
    shapes[::97] = None
    return RowBlock(
        "zone",
        np.arange(first, first + count),
        {
            "code": as_objects(f"Z{one}" for one in at),
            "name": as_objects(None if one % 3 else "草场" for one in at),
            "area": as_objects(None if one % 5 == 0 else one / 7 for one in at.tolist()),
            "owner": as_objects([None] * count),
            "geom": shapes,
        },
        added=True,
    )


def file_state(path: Path) -> list[list[tuple[object, ...]]]:
    """Rows, R-tree, triggers and extent as they stand in the file."""
    connection = connect(path, write=False)
    try:
        return [connection.execute(sql).fetchall() for sql in (
            'SELECT * FROM "禁牧区" ORDER BY fid', 'SELECT * FROM "rtree_禁牧区_geom" ORDER BY id',
            "SELECT name, sql FROM sqlite_master ORDER BY name",
            "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = '禁牧区'",
            "SELECT kind, digest FROM qitu_layers ORDER BY kind")]
    finally:
        connection.close()


def commit(path: Path, *parts: Changes, progress=lambda _done, _total: None):
    with Store.open(path, CATALOGUE) as store:
        plan = store.load()
        for part in parts:
            plan = plan.apply(part)
            store.commit(part, op="do", title="", progress=progress)
        assert store.verify() == []
        return state_of(plan), {kind: table.digest for kind, table in plan.tables.items()}


@pytest.mark.parametrize("large", [False, True])
def test_a_block_is_its_rows(project, tmp_path, monkeypatch, large):
    if large:  # a new base instead of an overlay
        monkeypatch.setattr("layers.plan.table.CONSOLIDATE_FROM", 1_000)
    single = tmp_path / "single.gpkg"
    single.write_bytes(project.read_bytes())
    before = file_state(project)
    with Store.open(project, CATALOGUE) as store:
        block = zones(store.load().table("zone").next_fid)
    at_once, one_by_one = Changes(blocks=(block,)), Changes(tuple(block.expanded()))
    again = Changes.from_bytes(at_once.to_bytes())
    assert again.count == at_once.count == COUNT and again.to_bytes() == at_once.to_bytes()
    assert commit(project, at_once) == commit(single, one_by_one)
    assert file_state(project) == file_state(single) != before
    commit(project, again.inverse())
    gone = file_state(project)
    assert gone[:2] + gone[4:] == before[:2] + before[4:]
    with Store.open(project, CATALOGUE) as store:
        assert state_of(store.load().apply(compose([again]))) == commit(project, again)[0]
        assert [entry.rows for entry in store.entries()] == [COUNT] * 3


def test_an_emptied_layer_has_an_empty_index_that_still_grows(project):
    with Store.open(project, CATALOGUE) as store:
        table = store.load().table("zone")
        emptied = Changes(tuple(table.delete(int(fid)) for fid in table.fids))
    block = zones(100)
    commit(project, emptied, Changes(blocks=(block,)), Changes(blocks=(block.inverse(),)))
    assert file_state(project)[1] == []
    commit(project, Changes(blocks=(zones(9_000, 3),)))
    assert [row[0] for row in file_state(project)[1]] == [9_001, 9_002]


def test_what_is_not_as_it_was_seen_is_not_taken_away(project):
    block = zones(100)
    commit(project, Changes(blocks=(block,)))
    with Store.open(project, CATALOGUE) as store:
        plan = store.load()
        edit = Changes((plan.table("zone").update(2_000, {"name": "新名"}),))
        edited = plan.apply(edit)
        store.commit(edit, op="do", title="")
        for take in (lambda: edited.apply(Changes(blocks=(block.inverse(),))),
                     lambda: store.commit(Changes(blocks=(block.inverse(),)), op="undo", title=""),
                     lambda: store.commit(Changes(blocks=(block,)), op="redo", title="")):
            with pytest.raises((InputError, StoreError)) as error:
                take()
            assert error.value.code == "row_changed"
        wrong = RowBlock(
            "zone", block.fids + 9_000, {**block.columns, "area": block.columns["code"]}, added=True
        )
        with pytest.raises(StoreError) as error:
            store.commit(Changes(blocks=(wrong,)), op="do", title="")
        assert error.value.code == "value_wrong_type"
        assert store.verify() == []


def test_the_same_written_otherwise_is_still_taken_away(project):
    block = zones(100)
    block.columns["area"][7] = 3.0
    commit(project, Changes(blocks=(block,)))
    connection = connect(project, write=True)
    with transaction(connection):
        head = connection.execute('SELECT substr(geom, 1, 40) FROM "禁牧区" WHERE fid = 107').get
        other = head + shapely.to_wkb(block.columns["geom"][7], byte_order=0)
        connection.execute('UPDATE "禁牧区" SET area = ?, geom = ? WHERE fid = 107', (3, other))
    connection.close()
    with Store.open(project, CATALOGUE) as store:
        store.acknowledge_outside()
        store.commit(Changes(blocks=(block.inverse(),)), op="do", title="")
        assert store.verify() == []


@pytest.mark.parametrize("stop_at", [0, COUNT])
def test_stopped_before_its_end_it_leaves_the_file_as_it_was(project, stop_at):
    before = hashlib.sha256(project.read_bytes()).hexdigest()

    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done >= min(stop_at, total):
            raise Stop

    with pytest.raises(Stop):
        commit(project, Changes(blocks=(zones(100),)), progress=stop)
    assert hashlib.sha256(project.read_bytes()).hexdigest() == before
    assert not isinstance(commit(project, Changes(blocks=(zones(100),))), apsw.Error)


def test_only_many_whole_rows_become_a_block():
    many = list(zones(1).expanded())
    single, blocks = gather([*many[:50], *(change.inverse() for change in many)])
    assert len(single) == 50 and [(len(block), block.added) for block in blocks] == [(COUNT, False)]
    assert blocks[0].digest == zones(1).digest


def test_taking_back_many_rows_refers_to_what_added_them(project):
    block = zones(100)
    with Store.open(project, CATALOGUE) as store:
        plan = store.load()
        states = [state_of(plan), state_of(plan.apply(Changes(blocks=(block,))))]
        entries = [store.commit(Changes(blocks=(block,)), op="do", title="")]
        for op, after in (("undo", 0), ("redo", 1), ("undo", 0)):
            changes = store.changes_of(entries[0].id)
            changes = changes.inverse() if op == "undo" else changes
            entries.append(store.commit(changes, op=op, title="", ref=entries[0].id))
            assert state_of(store.load()) == states[after] and store.verify() == []
        sizes = [
            size for (size,) in store._reader.rows("SELECT length(changes) FROM qitu_journal ORDER BY id")
        ]
        assert sizes[0] > 10_000 and max(sizes[1:]) < 30
        assert store.changes_of(entries[1].id).blocks[0].added is False
        assert not store.changes_since(entries[0].id - 1)
    with Store.open(project, CATALOGUE) as store:
        again = store.changes_of(entries[2].id)
        assert again.blocks[0].added and again.blocks[0].digest == block.digest


@pytest.mark.parametrize("going", [5, 1_900])
def test_boxes_taken_away_leave_a_whole_tree(project, going):
    """Few of them one by one, many by packing what stays."""
    commit(project, Changes(blocks=(zones(100),)))
    connection = connect(project, write=True)
    try:
        name = "rtree_禁牧区_geom"
        before = connection.execute(f'SELECT * FROM "{name}" ORDER BY id').fetchall()
        gone = np.array([row[0] for row in before[::1][:going]])
        ids, boxes = read_cells(connection, name)
        assert sorted(ids.tolist()) == [row[0] for row in before] and boxes.shape == (len(ids), 4)
        with transaction(connection):
            remove_boxes(connection, name, gone)
        assert connection.execute(f'SELECT * FROM "{name}" ORDER BY id').fetchall() == before[going:]
        assert connection.execute("SELECT rtreecheck(?)", (name,)).fetchone() == ("ok",)
    finally:
        connection.close()
