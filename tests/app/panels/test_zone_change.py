"""Zones of two versions in the window: chosen, compared, counted by hand, stale when the plan moves on."""

from __future__ import annotations

from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest

from app.panels.zone_change import DAY, FIELDS, NOW, ZoneChangePanel
from layers.catalogue.text import Text
from layers.plan.changes import Changes
from tests.app.panels.conftest import A, B, box, small_plan

LEFT = Qt.MouseButton.LeftButton


def test_a_named_version_and_now_by_gacha(bench, qtbot):
    """The ban was x 0-8 km of gacha A (40 km²); it is x 6-12 now: 20 km² stay less 10, 10 came in each."""
    made = bench(small_plan())
    session = made.session
    session.name_version("会前版")
    ban = session.plan.table("grazing_zone").update(1, {"geom": box(6, 5, 12, 10)})
    session.do(Text("", ""), Changes(rows=(ban,)))
    panel = made.show(ZoneChangePanel)
    panel.layer.setCurrentIndex(panel.layer.findData("grazing_zone"))
    assert panel.old.versions.currentText() == "会前版" and panel.new.versions.currentData() == NOW
    assert not panel.table.isVisible() and panel.statement() is None
    QTest.mouseClick(panel.go, LEFT)
    qtbot.waitUntil(lambda: panel.result is not None, timeout=20_000)
    km2 = {row.gacha_code: [round(getattr(row.change, name) / 1e6) for name in FIELDS]
           for row in panel.model.lines}  # fmt: skip
    assert km2 == {A: [40, 20, 10, 30], B: [0, 10, 10, 0]}
    shown = {name: float(tile.number.text().replace(",", "")) for name, tile in panel.tiles.items()}
    assert {name: round(ha / 100) for name, ha in shown.items()} == {"after": 30, "gained": 20, "lost": 30}
    panel.only.setCurrentIndex(panel.only.findData("ban"))
    panel.only.activated.emit(panel.only.currentIndex())
    assert {row.value for row in panel.model.lines} == {"ban"}
    table = panel.statement()
    assert len(table.records) == len(panel.result.found.rows) and "会前版" in table.notes[0]
    session.undo()
    assert panel.stale and panel.notice.isVisible()


def test_two_days(bench, qtbot):
    made = bench(small_plan())
    panel = made.show(ZoneChangePanel)
    assert panel.hint.isVisible() and panel.old.versions.currentData() == DAY and panel.old.day.isVisible()
    panel.old.day.setDate(QDate(2020, 6, 1))  # the ban holds from 2021 on
    QTest.mouseClick(panel.go, LEFT)
    qtbot.waitUntil(lambda: panel.result is not None, timeout=20_000)
    (row,) = panel.model.lines
    assert (row.gacha_code, round(row.change.before), round(row.change.gained / 1e6)) == (A, 0, 40)
    assert panel.result.new.day is not None, "beside a day, now is what is in force today"


def test_a_project_without_zones_says_so(bench):
    panel = bench(small_plan(grazing_zone=None)).show(ZoneChangePanel)
    assert panel.nothing.isVisible() and panel.nothing.action.text() == "导入…"
