"""Other programs and other windows on the same file: noticed, journalled, never overwritten."""

from __future__ import annotations

import multiprocessing
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import apsw
import pytest

from layers.errors import InputError, PlannerError, StoreError
from layers.plan.changes import Changes
from layers.plan.composition import renumbered
from layers.store import Store, create_project
from tests.layers.store.driver import Driver
from tests.layers.store.samples import CATALOGUE, small_plan, state_of
from tests.layers.store.whole import faults_of


def elsewhere(path: Path, *statements: str) -> None:
    """Run SQL in another process with Python's own SQLite, as any other program may."""
    script = (
        "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "for name in ('ST_MinX', 'ST_MinY', 'ST_MaxX', 'ST_MaxY'):\n"
        "    c.create_function(name, 1, lambda b: 1.0)\n"
        "c.create_function('ST_IsEmpty', 1, lambda b: b is None)\n"
        "for sql in sys.argv[2:]: c.execute(sql).fetchall()\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path), *statements], check=True)


def rename(driver: Driver, fid: int, name: str) -> Changes:
    """A change of one toilet's name."""
    return Changes((driver.plan.table("toilet").update(fid, {"name": name}),))


def edit_in_turn(path: str, mine: str, count: int) -> None:
    """A whole program of its own: edits its rows, reading again whenever another was quicker."""
    driver = Driver(Path(path))
    done = 0
    while done < count:
        changes = Changes(
            (
                driver.plan.table("toilet").update(1 if mine == "a" else 2, {"name": f"{mine}{done}"}),
                driver.plan.table("stock").insert({"code": f"{mine}{done}"}),
            )
        )
        while True:
            try:
                driver.do(changes, f"{mine}{done}")
                break
            except PlannerError as error:
                if not driver.store.changed_outside(patient=True):
                    raise
                assert error.code in ("changed_outside", "row_changed")
            driver.plan = driver.store.acknowledge_outside()
            changes = renumbered(changes, driver.plan)
        done += 1


def test_two_processes_edit_one_file_and_lose_nothing(project: Path) -> None:
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=edit_in_turn, args=(str(project), name, 15)) for name in "ab"]
    for child in children:
        child.start()
    for child in children:
        child.join()
        assert child.exitcode == 0
    with Store.open(project, CATALOGUE) as store:
        plan = store.load()
        wanted = {f"{name}{number}" for name in "ab" for number in range(15)}
        assert {entry.title for entry in store.entries()} == wanted
        assert wanted <= set(plan.table("stock").column("code"))
        assert [plan.table("toilet").row(fid)["name"] for fid in (1, 2)] == ["a14", "b14"]
        assert not any(entry.op == "outside" for entry in store.entries())
        assert store.verify() == []
        assert state_of(plan.apply(store.changes_since(0).inverse())) == state_of(small_plan())
    assert faults_of(project) == []


def test_two_windows_see_each_other(project: Path) -> None:
    one, two = Driver(project), Driver(project)
    two.plan.table("toilet").column("name")  # the other window shows the old names
    one.do(rename(one, 1, "甲"))
    assert two.store.changed_outside() and not one.store.changed_outside()
    conflicting, harmless = rename(two, 1, "乙"), rename(two, 2, "乙")
    with pytest.raises(StoreError, match="changed_outside"):
        two.do(conflicting)
    two.plan = two.store.acknowledge_outside()
    assert not two.store.changed_outside()
    with pytest.raises(InputError, match="row_changed"):
        two.do(conflicting)
    two.do(harmless)
    one.plan = one.store.acknowledge_outside()
    assert [one.plan.table("toilet").row(fid)["name"] for fid in (1, 2)] == ["甲", "乙"]
    assert one.store.stacks() == ([1, 2], [])
    assert one.undo() and one.undo()
    assert state_of(one.plan) == state_of(small_plan())


def test_the_file_itself_refuses_a_row_that_is_not_as_it_was(project: Path) -> None:
    """The store does not trust the plan: `before` is checked against the file."""
    driver = Driver(project)
    stale = rename(driver, 1, "旧")
    driver.do(rename(driver, 1, "新"))
    size = len(driver.store.entries())
    for changes in (stale, Changes((driver.plan.table("zone").insert({}).inverse(),))):
        with pytest.raises(StoreError, match="row_changed"):
            driver.store.commit(changes, op="do", title="x")
    document = Changes((), (small_plan().set_document("project", "info", {}).inverse(),))
    with pytest.raises(StoreError, match="document_changed"):
        driver.store.commit(document, op="do", title="x")
    wrong = driver.plan.table("toilet").digest + 1
    with pytest.raises(StoreError, match="plan_differs"):
        driver.store.commit(rename(driver, 2, "x"), op="do", title="x", digests={"toilet": wrong})
    assert len(driver.store.entries()) == size and not driver.store.changed_outside()
    assert state_of(driver.store.load()) == state_of(driver.plan)


def test_another_windows_unfinished_drawing_disturbs_nobody(project: Path) -> None:
    one, two = Driver(project), Driver(project)
    one.store.keep_sketch({"顶点": [[1, 2]]})
    assert not two.store.changed_outside()
    two.do(rename(two, 1, "甲"))
    two.reopen()
    assert two.store.sketch() == {"顶点": [[1, 2]]}
    two.store.keep_sketch(None)
    two.do(rename(two, 1, "乙"))
    assert two.store.sketch() is None and [entry.op for entry in two.store.entries()] == ["do", "do"]


def test_what_another_program_changed_meanwhile_is_journalled(project: Path) -> None:
    driver = Driver(project)
    driver.do(rename(driver, 1, "甲"))
    elsewhere(
        project,
        "UPDATE \"户厕\" SET name = '外面' WHERE fid IN (1, 2)",
        "INSERT INTO \"户厕\" (fid, name) VALUES (500, '外来')",
    )
    assert driver.store.changed_outside()
    with pytest.raises(StoreError, match="changed_outside"):
        driver.do(rename(driver, 3, "乙"))
    driver.plan = driver.store.acknowledge_outside()
    assert driver.plan.table("toilet").row(500)["name"] == "外来"
    assert driver.store.verify() == ["toilet"]
    added = driver.plan.table("toilet").insert({"name": "新"})
    assert added.fid == 501
    driver.do(Changes((added,)))
    newest = driver.store.entries()
    assert [(entry.op, entry.title) for entry in newest[:2]] == [("do", "改"), ("outside", "户厕")]
    assert driver.store.verify() == []
    # Undo goes back through our own command, and stops where the row is no longer ours.
    assert driver.undo()
    with pytest.raises(InputError, match="row_changed"):
        driver.undo()
    assert driver.plan.table("toilet").row(1)["name"] == "外面"


def test_what_another_program_changed_between_sessions_is_journalled(project: Path) -> None:
    elsewhere(
        project, 'UPDATE "牲畜" SET sheep = 1', 'UPDATE qitu_documents SET value = \'{"title": "改名"}\''
    )
    driver = Driver(project)
    assert driver.plan.info["title"] == "改名" and not driver.store.changed_outside()
    driver.store.name_version("开工")
    assert [(entry.op, entry.title) for entry in driver.store.entries()] == [
        ("version", "开工"),
        ("outside", "牲畜"),
    ]
    driver.reopen()
    driver.do(rename(driver, 1, "甲"))
    assert sum(entry.op == "outside" for entry in driver.store.entries()) == 1
    assert driver.store.verify() == []


def test_a_write_that_changes_nothing_of_ours_makes_no_noise(project: Path) -> None:
    elsewhere(project, "CREATE TABLE notes (a)", "INSERT INTO notes VALUES (1)", "VACUUM")
    driver = Driver(project)
    driver.do(rename(driver, 1, "甲"))
    assert [entry.op for entry in driver.store.entries()] == ["do"]


def test_beside_a_program_that_wants_a_wal_nothing_is_lost(project: Path) -> None:
    """As QGIS does while a layer is being edited there."""
    driver = Driver(project)
    other = apsw.Connection(str(project))
    other.execute("PRAGMA journal_mode = WAL")
    other.execute('UPDATE "牲畜" SET sheep = 7 WHERE fid = 2')
    assert driver.store.changed_outside()
    driver.plan = driver.store.acknowledge_outside()
    driver.do(rename(driver, 1, "甲"))
    window = Driver(project)
    assert window.plan.table("toilet").row(1)["name"] == "甲" and not window.store.changed_outside()
    window.do(rename(window, 3, "乙"))
    with pytest.raises(StoreError, match="changed_outside"):
        driver.do(rename(driver, 4, "丙"))
    driver.plan = driver.store.acknowledge_outside()
    driver.do(rename(driver, 4, "丙"))
    window.store.close()
    assert Path(f"{project}-wal").exists()
    other.close()
    driver.do(rename(driver, 5, "丁"))  # alone again: the single file is complete after each command
    assert [path.name for path in project.parent.iterdir()] == [project.name]
    copy = project.with_name("copy.gpkg")
    shutil.copy(project, copy)
    assert state_of(Driver(copy).plan) == state_of(driver.store.load()) == state_of(driver.plan)
    assert [entry.op for entry in driver.store.entries()] == ["do", "do", "do", "do", "outside"]
    assert driver.plan.table("stock").row(2)["sheep"] == 7.0 and driver.store.verify() == []


def test_a_file_left_in_wal_mode_is_put_right_by_the_first_command(project: Path) -> None:
    elsewhere(project, "PRAGMA journal_mode = WAL", "UPDATE \"户厕\" SET name = '外面' WHERE fid = 2")
    driver = Driver(project)
    driver.do(rename(driver, 1, "甲"))
    assert [path.name for path in project.parent.iterdir()] == [project.name]
    driver.reopen()
    assert [driver.plan.table("toilet").row(fid)["name"] for fid in (1, 2)] == ["甲", "外面"]
    assert driver.store.verify() == []


def test_another_programs_columns_and_tables_survive(project: Path) -> None:
    elsewhere(
        project,
        'ALTER TABLE "户厕" ADD COLUMN remark TEXT',
        "UPDATE \"户厕\" SET remark = '别丢'",
        "CREATE TABLE 我的图层 (fid INTEGER PRIMARY KEY, a TEXT)",
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('我的图层', 'attributes', 'x')",
    )
    driver = Driver(project)
    assert driver.store.foreign_tables() == ["我的图层"]
    driver.do(Changes((driver.plan.table("toilet").delete(2),)))
    driver.reopen()
    assert driver.undo()
    driver.store.close()
    with Store.open(project, CATALOGUE) as store:
        rows = store._reader.rows('SELECT DISTINCT remark FROM "户厕"')
    assert rows == [("别丢",)]


def test_values_that_do_not_fit_count_as_missing_and_stay(project: Path) -> None:
    elsewhere(
        project,
        "UPDATE \"户厕\" SET people = '许多', geom = x'00' WHERE fid = 1",
        "UPDATE \"户厕\" SET name = CAST(x'bba7b2de' AS TEXT) WHERE fid = 2",
    )  # GBK: 户厕
    driver = Driver(project)
    table = driver.plan.table("toilet")
    assert (table.column("people")[0], table.geometry[0]) == (None, None)
    assert table.column("name").tolist()[:3] == ["户厕1", None, "户厕3"]
    assert driver.store.faults == {"toilet": {1, 2}}
    driver.do(rename(driver, 1, "改名"))
    driver.do(Changes((driver.plan.table("toilet").update(2, {"people": 9}),)))
    assert driver.store._reader.rows('SELECT hex(name), people FROM "户厕" WHERE fid = 2') == [
        ("BBA7B2DE", 9)
    ]
    rows = driver.store._reader.rows('SELECT name, people, geom FROM "户厕" WHERE fid = 1')
    assert rows == [("改名", "许多", b"\x00")]


def test_gdal_of_another_process_edits_the_file(project: Path) -> None:
    """What QGIS does, by the library that it uses: append a feature and move another."""
    script = """
import sys, pyogrio, shapely, geopandas
path = sys.argv[1]
frame = pyogrio.read_dataframe(path, layer="户厕")
assert frame.crs.to_epsg() == 4549 and len(frame) == 8, frame
new = geopandas.GeoDataFrame({"code": ["G1"], "name": ["自QGIS"]}, geometry=[shapely.Point(1, 2)], crs=4549)
pyogrio.write_dataframe(new, path, layer="户厕", append=True)
"""
    driver = Driver(project)
    subprocess.run([sys.executable, "-W", "ignore", "-c", script, str(project)], check=True)
    assert driver.store.changed_outside()
    driver.plan = driver.store.acknowledge_outside()
    fid = driver.plan.table("toilet").find("G1")
    assert driver.plan.table("toilet").row(fid)["geom"].coords[0] == (1.0, 2.0)
    driver.do(rename(driver, fid, "接着改"))
    assert [entry.op for entry in driver.store.entries()] == ["do", "outside"]
    driver.store.close()
    assert faults_of(project) == []


def test_looking_for_changes_does_not_meet_a_thread_that_reads(tmp_path):
    """The window looks every few seconds, while jobs read columns over the same connection."""
    path = tmp_path / "p.gpkg"
    create_project(path, small_plan())
    store = Store.open(path, CATALOGUE)
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            store._reader.rows(  # a query long enough to be met
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
                "SELECT sum(i) FROM n"
            )

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        assert not any(store.changed_outside() for _ in range(300))
        elsewhere(path, "UPDATE qitu_meta SET value = value WHERE key = 'none'")
        store.changed_outside(patient=True)
        store.acknowledge_outside()
    finally:
        ended.set()
        for reader in readers:
            reader.join()
        store.close()
