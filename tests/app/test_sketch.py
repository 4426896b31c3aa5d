"""A measurement that was not finished comes back: after closing, and after the program was killed."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.session import Session
from tests.app.windows import settle

LEFT = Qt.MouseButton.LeftButton


def test_an_unfinished_measurement_is_kept_vertex_by_vertex_and_comes_back(window, make_window, project):
    window.run_command("measure_line")
    for x in (200, 260, 320):
        QTest.mouseClick(window.map, LEFT, pos=QPoint(x, 300))
    kept = window.session.sketch()
    assert kept["kind"] == "line" and len(kept["points"]) == 3
    # As a killed program leaves it: another one looks into the file now.
    other = Session()
    other.open(project)
    assert other.sketch() == kept and not other.history()
    other.close()
    window.close()
    again = make_window(project)
    assert again.map.tool == "measure_line" and again.commands["measure_line"].isChecked()
    QTest.mouseClick(again.map, LEFT, pos=QPoint(380, 340))
    assert (
        again.session.sketch()["points"][:3] == kept["points"] and len(again.session.sketch()["points"]) == 4
    )
    QTest.keyClick(again.map, Qt.Key.Key_Escape)  # ended: nothing is unfinished any more
    assert again.session.sketch() is None


def test_another_tool_ends_the_sketch_and_another_project_does_not(window, project, tmp_path):
    window.run_command("measure_area")
    QTest.mouseClick(window.map, LEFT, pos=QPoint(200, 300))
    assert window.session.sketch() is not None
    session = Session()
    session.create(tmp_path / "other.gpkg", window.session.plan)
    session.close()
    assert window.open_project(tmp_path / "other.gpkg")
    settle(window)
    assert window.map.tool == "pan" and window.session.sketch() is None
    assert window.open_project(project)
    settle(window)
    assert window.map.tool == "measure_area"
    window.run_command("pan")
    assert window.session.sketch() is None
