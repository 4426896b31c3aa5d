"""The checks panel: the zones of a picked place, near edges to be verified; findings of the data by layer."""

from __future__ import annotations

import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.actions.editing import edit
from app.panels import checks
from app.panels.checks import ChecksPanel
from app.panels.chips import StatusChip
from app.panels.models.finding_rows import FindingGroup
from layers.checks import check_layer
from tests.app.panels.conftest import EAST, NORTH, SMALL, box, small_plan

LEFT = Qt.MouseButton.LeftButton


def chips(panel) -> list[list[str]]:
    return [[chip.kind for chip in card.findChildren(StatusChip)] for card in panel.cards]


def test_a_place_has_its_units_and_zones(bench, qtbot, monkeypatch):
    monkeypatch.setattr(checks, "today", lambda: datetime.date(2023, 5, 1))
    made = bench(small_plan())
    panel = made.show(ChecksPanel)
    panel.show_part("place")
    assert panel.nothing.isVisible()
    made.bus.place_picked.emit(EAST + 4_000, NORTH + 7_000)
    assert [hit.name for hit in panel.hits] == ["某旗", "东苏木", "甲嘎查", "北禁牧区"]
    assert chips(panel) == [["in_force"]]
    assert "120°00′" in panel.where.text() or "°" in panel.where.text()
    words = [one.text() for one in panel.cards[0].findChildren(type(panel.where))]
    assert any("样〔2021〕1号" in one for one in words) and any("2.0 公里" in one for one in words)
    QTest.mouseClick(panel.copy, LEFT)
    lon, lat = (float(part) for part in QGuiApplication.clipboard().text().split(","))
    x, y = made.session.plan.crs.from_lonlat([(lon, lat)])[0]
    assert abs(x - EAST - 4_000) < 0.2 and abs(y - NORTH - 7_000) < 0.2
    QTest.mouseClick(panel.cards[0], LEFT)
    assert (made.session.selection.kind, made.session.selection.fids) == ("grazing_zone", frozenset({1}))
    edit(made.session, "grazing_zone", 1, {"valid_to": "2022-12-31"})
    assert chips(panel) == [["not_in_force"]], "the place is looked at again when its zone changes"


def test_near_an_edge_is_to_be_verified_inside_and_just_outside(bench, qtbot):
    made = bench(small_plan())
    panel = made.show(ChecksPanel)
    panel.show_part("place")
    accuracy = made.session.policy.rule("data_accuracy_m").values["surveyed"]
    for away in (accuracy / 2, -accuracy / 2):
        made.bus.place_picked.emit(EAST + 4_000, NORTH + 5_000 + away)
        assert chips(panel) == [["verify"]]
    made.bus.place_picked.emit(EAST + 4_000, NORTH + 5_000 - 2 * accuracy)
    assert chips(panel) == []
    assert panel.notice.isVisible() and "没有图层不等于没有限制" in panel.notice.advice


def test_findings_by_layer_with_the_number_the_engine_found(bench, qtbot):
    rows = [dict(row) for row in SMALL["household"]]
    rows[1]["code"] = rows[0]["code"]  # twice the same
    rows[2]["gacha_code"] = "990001009999"
    made = bench(small_plan(household=rows))
    panel = made.show(ChecksPanel)
    panel.show_part("place")
    panel.show_part("data")
    assert panel.clean.isVisible()
    QTest.mouseClick(panel.clean.action, LEFT)
    qtbot.waitUntil(lambda: panel.checked is not None, timeout=30_000)
    plan = made.session.plan
    expected = {kind.id: len(found) for kind, table in plan.layers() if (found := check_layer(table, plan))}
    shown = {
        line.kind.id: len(line.findings) for line in panel.model.lines if isinstance(line, FindingGroup)
    }
    assert shown == expected and shown["household"] >= 3
    row = next(n for n, line in enumerate(panel.model.lines)
               if isinstance(line, FindingGroup) and line.kind.id == "household")  # fmt: skip
    click(panel, row)
    kind, finding = panel.model.lines[row + 1]
    click(panel, row + 1)
    assert made.session.selection.fids == {finding.fid}
    assert made.asked["zoom_to_features"] == [("household", frozenset({finding.fid}))]
    assert all("finding_" not in str(panel.model.index(n, 0).data()) for n in range(panel.model.rowCount()))
    edit(made.session, "household", 2, {"members": 3})
    assert "旧结果" in panel.summary.happened


def test_overlaps_are_repaired_as_one_command(bench, qtbot):
    shapes = {"Z1": box(0, 5, 8, 10), "Z2": box(7, 5, 9, 10)}
    rows = [{"code": code, "regime": "ban", "geom": shape} for code, shape in shapes.items()]
    made = bench(small_plan(grazing_zone=rows))
    panel = made.show(ChecksPanel)
    panel.show_part("data")
    panel.check()
    qtbot.waitUntil(lambda: panel.checked is not None, timeout=30_000)
    assert panel.mend.isVisible() and panel.checked.repairable == 1
    QTest.mouseClick(panel.mend, LEFT)
    qtbot.waitUntil(lambda: panel.checked.plan is made.session.plan, timeout=30_000)
    assert made.session.plan.table("grazing_zone").row(2)["geom"].area == 5_000_000
    assert not panel.mend.isVisible()
    made.session.undo()
    assert made.session.plan.table("grazing_zone").row(2)["geom"].area == 10_000_000


def click(panel, row: int) -> None:
    where = panel.table.visualRect(panel.model.index(row, 0)).center()
    QTest.mouseClick(panel.table.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, where)
