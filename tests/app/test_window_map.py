"""The map in the window: selecting and asking, measuring, a typed scale."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.app.windows import settle


def test_a_click_with_the_selecting_tool_selects_and_says_so_and_identify_shows_the_values(window):
    table = window.session.plan.tables["gacha"]
    fid = int(table.fids[5])
    inside = table.row(fid)["geom"].representative_point()
    window.layers.show_only({"gacha"})
    window.bus.gap_theme.emit(None)
    window.layers.choose("gacha")
    window.map.zoom_to(table.row(fid)["geom"].bounds)
    settle(window)
    place = QPoint(*(round(value) for value in window.map.view.to_logical(inside.x, inside.y)))
    QTest.keyClick(window.map, Qt.Key.Key_S)
    assert window.map.tool == "select" and window.toolbar.buttons["select"].isChecked()
    QTest.mouseMove(window.map, place)
    QTest.mouseClick(window.map, Qt.MouseButton.LeftButton, pos=place)
    assert (window.session.selection.kind, window.session.selection.fids) == ("gacha", frozenset({fid}))
    assert table.row(fid)["name"] in window.status.selected.text()
    lonlat, epsg = window.status.lonlat.text(), window.status.crs.text()
    assert lonlat.endswith("N") and str(window.session.plan.crs.epsg) in epsg
    window.run_command("deselect")
    assert window.status.selected.text() == ""
    window.run_command("identify")
    QTest.mouseClick(window.map, Qt.MouseButton.LeftButton, pos=place)
    settle(window)
    assert window.side.current_tab() == "attributes" and window.session.selection.kind == "gacha"


def test_measuring_is_told_in_the_status_row(window):
    window.run_command("measure_area")
    for x, y in ((200, 200), (300, 200), (300, 300)):
        QTest.mouseClick(window.map, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
    assert "亩" in window.status.selected.text()
    window.run_command("pan")
    assert window.status.selected.text() == ""


def test_a_typed_scale_is_taken_and_nonsense_is_not(window):
    field = window.status.scale.lineEdit()
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "1:123456")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.map.scale() == pytest.approx(123_456)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "far")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.map.scale() == pytest.approx(123_456)
