"""The patch ledger in the window: choose, photograph, step, and back with undo."""

from __future__ import annotations

from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest

from app.panels.patches import PatchesPanel
from tests.app.panels.conftest import box, small_plan

LEFT = Qt.MouseButton.LeftButton


def test_a_patch_is_taken_a_step_on(bench, qtbot):
    issued = {"issued_on": "2024-05-01"}
    rows = [
        {"code": "Y1", "state": "issued", **issued, "geom": box(1, 1, 2, 2)},
        {"code": "Y2", "state": "closed", **issued, "geom": box(3, 1, 4, 2)},
    ]
    made = bench(small_plan(suspect_patch=rows))
    panel = made.show(PatchesPanel)
    assert [line["code"] for line in panel.model.lines] == ["Y1", "Y2"] and not panel.step.isEnabled()
    where = panel.table.visualRect(panel.model.index(0, 0)).center()
    QTest.mouseClick(panel.table.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, where)
    assert panel.step.text() == "已核查" and panel.photo.isVisible()
    panel.day.setDate(QDate(2024, 5, 9))
    QTest.mouseClick(panel.step, LEFT)
    assert "照片" in made.asked["notice"][-1][1], "no photograph, no visit"
    QTest.keyClicks(panel.photo, "IMG7")
    QTest.mouseClick(panel.step, LEFT)
    row = made.session.plan.table("suspect_patch").row(1)
    assert (row["state"], row["visited_on"], row["photo"]) == ("visited", "2024-05-09", "IMG7")
    assert panel.step.text() == "已认定" and panel.finding.isVisible()
    made.session.undo()
    assert panel.step.text() == "已核查"
    made.session.select("suspect_patch", [2])
    assert not panel.step.isEnabled()
