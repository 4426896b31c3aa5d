"""What stands in the way of keeping a drawing ends in a sentence, and the drawing is not lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import apsw
import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.session import Session
from tests.app.windows import settle
from tests.layers.maps.small_plan import MIDDLE, at, small_plan

LEFT = Qt.MouseButton.LeftButton
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "pulled"
    folder.mkdir()
    session = Session(author="tester")
    rows = [{"code": "A1", "geom": shapely.box(*at(0.98, 0.98), *at(1, 1.02))}]
    session.create(folder / "small.gpkg", small_plan(proposed_area=rows))
    session.close()
    return folder / "small.gpkg"


@pytest.fixture
def window(make_window, project):
    made = make_window(project)
    made.map.set_view(type(made.map.view)(MIDDLE, 10_000, 1, 1))
    made.draw_bar.form.setChecked(False)
    made.run_command("draw_shape")
    settle(made)
    return made


def corners(window, *places):
    for place in places:
        QTest.mouseMove(window.map, QPoint(*place))
        QTest.mouseClick(window.map, LEFT, pos=QPoint(*place))


def enter(window):
    QTest.keyClick(window.map, Qt.Key.Key_Return)
    settle(window)


def count(window):
    return len(window.session.plan.table("proposed_area"))


def said(window):
    return [one.level for one in window.side.notices.notices]


def beside(make_window_preferences: Path) -> list[Path]:
    return list((make_window_preferences / "sketches").glob("*.json"))


def test_another_program_that_holds_the_file_is_waited_for_no_longer_than_it_takes_to_say_so(window, project):
    corners(window, (100, 100), (200, 100), (200, 200))
    other = apsw.Connection(str(project))
    other.execute("BEGIN IMMEDIATE")
    enter(window)
    assert "bad" in said(window) and count(window) == 1
    assert len(window.drawing.easel.tool.draft.points) == 3
    other.execute("ROLLBACK")
    other.close()
    enter(window)
    assert count(window) == 2 and window.session.sketch() is None


def test_rows_that_another_window_added_meanwhile_do_not_stand_in_the_way(window, project):
    corners(window, (100, 100), (200, 100), (200, 200))
    from app.actions import drawing

    other = Session(author="colleague")
    other.open(project)
    drawing.add(other, "proposed_area", [shapely.box(*at(0.5, 0.5), *at(0.6, 0.6))], {"code": "Z9"})
    other.close()
    enter(window)
    assert count(window) == 3


@pytest.mark.parametrize("trouble", ["folder", "disk"])
def test_a_pulled_folder_and_a_full_disk_keep_the_drawing_beside_the_preferences(
    window, make_window, project, tmp_path, monkeypatch, trouble
):
    corners(window, (100, 100), (200, 100), (200, 200))
    away = project.parent.with_name("away")
    if trouble == "folder":
        project.parent.rename(away)
    else:
        from layers.errors import StoreError
        from layers.store import Store

        def full(*_args, **_options):
            raise StoreError("disk_full", path=str(project))

        monkeypatch.setattr(Store, "_write", full)
        monkeypatch.setattr(Store, "keep_sketch", full)
    corners(window, (100, 200))
    (kept,) = beside(tmp_path)
    assert len(json.loads(kept.read_text("utf-8"))["points"]) == 4
    enter(window)
    assert "bad" in said(window) and len(window.drawing.easel.tool.draft.points) == 4
    words = "找不到项目文件" if trouble == "folder" else "磁盘空间不足"
    assert any(words in one.words.text() for one in window.side.notices.notices)
    window.close()
    if trouble == "folder":
        shutil.move(away, project.parent)
    monkeypatch.undo()
    again = make_window(project)
    again.draw_bar.form.setChecked(False)
    assert again.map.tool == "draw_shape" and len(again.drawing.easel.tool.draft.points) == 4
    enter(again)
    assert count(again) == 2 and again.session.sketch() is None and not beside(tmp_path)


def test_a_file_that_has_become_read_only_says_so_and_keeps_the_shape_on_the_map(window, project):
    corners(window, (100, 100), (200, 100), (200, 200))
    window.session.store.read_only = (
        "file_read_only"  # as a file does whose rights were taken away while it is open
    )
    enter(window)
    assert "bad" in said(window) and count(window) == 1
    assert len(window.drawing.easel.tool.draft.points) == 3


CHILD = """
import sys
from app.session import Session
from app.actions import drawing
import shapely
session = Session(author="killed")
session.open(sys.argv[1])
x, number = 520000.0, 0
while True:
    number += 1
    points = [[x + number, 5420000.0], [x + number + 50, 5420000.0], [x + number, 5420050.0]]
    session.keep_sketch({"kind": "draw", "tool": "draw_shape", "layer": "proposed_area", "points": points})
    print("sketch", number, flush=True)
    drawing.add(session, "proposed_area", [shapely.Polygon(points)])
    print("done", number, flush=True)
"""


@pytest.mark.parametrize("at_line", [3, 8])
def test_a_killed_program_loses_nothing_that_it_has_acknowledged(project, at_line):
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(project)], stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert child.stdout is not None
    seen = [child.stdout.readline().split() for _ in range(at_line)]
    child.kill()
    seen += [line.split() for line in child.stdout.read().splitlines()]
    child.stdout.close()
    child.wait()
    done = max((int(number) for what, number in seen if what == "done"), default=0)
    sketched = max(int(number) for what, number in seen if what == "sketch")
    session = Session()
    session.open(project)
    assert len(session.plan.table("proposed_area")) - 1 in (done, done + 1)
    assert session.sketch()["points"][0][0] - 520_000 in (sketched, sketched + 1)
    assert session.store.verify() == []
    session.close()
