"""The ecology desk in the window: places typed, what is selected, a file; each with its zones and
documents."""

from __future__ import annotations

import json

from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest

from app.panels.zone_list import ZoneListPanel
from tests.app.panels.conftest import at, box, small_plan

LEFT = Qt.MouseButton.LeftButton


def rows(panel) -> list[tuple[str, str, str | None, str | None]]:
    return [(row["item"], row["zone_class"], row["zone"], row["document"]) for row in panel.model.lines]


def test_typed_selected_and_from_a_file(bench, qtbot, tmp_path):
    made = bench(small_plan(proposed_area=[{"code": "X1", "name": "小区", "geom": box(7, 6, 9, 7)}]))
    outlined = []
    made.bus.highlight.connect(outlined.append)
    panel = made.show(ZoneListPanel)
    assert panel.clean.isVisible() and not panel.selected.isEnabled()
    panel.day.setDate(QDate(2024, 6, 1))
    crs = made.session.plan.crs
    (lon, lat), (away, high) = crs.to_lonlat([(at(2, 7).x, at(2, 7).y), (at(25, 3).x, at(25, 3).y)])
    panel.typed.setPlainText(f"{lon:.7f},{lat:.7f}\n{away:.7f},{high:.7f}")
    QTest.mouseClick(panel.go, LEFT)
    qtbot.waitUntil(lambda: panel.result is not None, timeout=20_000)
    assert rows(panel) == [("第 1 处", "禁牧区", "北禁牧区", "样〔2021〕1号"), ("第 2 处", "不在已有的任何分区", None, None)]
    assert len(outlined[-1]) == 2, "all of them, until one is chosen"
    panel.table.selectRow(0)
    assert len(outlined[-1]) == 1 and round(outlined[-1][0][0].x - at(2, 7).x, 1) == 0
    panel.day.setDate(QDate(2020, 6, 1))  # the ban holds from 2021 on
    qtbot.waitUntil(lambda: panel.model.lines[0]["force"] is False, timeout=20_000)
    made.session.select("proposed_area", [1])
    QTest.mouseClick(panel.selected, LEFT)
    qtbot.waitUntil(lambda: rows(panel)[0][0] == "小区", timeout=20_000)
    assert panel.result.records[0]["area_ha"] > 99 and panel.result.picture.shapes
    file = tmp_path / "drawn.geojson"
    feature = {"type": "Feature", "properties": {"name": "图上一块"},
               "geometry": {"type": "Point", "coordinates": [lon, lat]}}  # fmt: skip
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    panel.ask_file(file)
    qtbot.waitUntil(lambda: rows(panel)[0][0] == "图上一块", timeout=20_000)
    panel.typed.setPlainText("not a place")
    QTest.mouseClick(panel.go, LEFT)
    assert made.asked["notice"][-1][0] == "bad" and rows(panel)[0][0] == "图上一块", "what was asked stays"
