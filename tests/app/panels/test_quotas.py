"""Quotas in the window: used by year, sumu and scheme; a limit is entered, counts at once and is taken
back."""

from __future__ import annotations

import csv
import json

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.cli import main
from app.panels.quotas import QuotasPanel
from layers.store import create_project
from tests.app.panels.conftest import box, small_plan

LEFT = Qt.MouseButton.LeftButton


def plan():
    """Basic grassland x 0-30, y 0-5 km; works of 1 km² (A, approved, 2024, 甲) and 2 km² (B, across two
    sumu)."""
    return small_plan(
        basic_grassland=[{"code": "B", "valid_from": "2020-01-01", "quality": "surveyed",
                          "geom": box(0, 0, 30, 5)}],
        proposed_area=[
            {"code": "A", "name": "甲厂", "kind_of_work": "industry", "year": 2024, "scheme": "甲",
             "status": "approved", "geom": box(1, 1, 2, 2)},
            {"code": "C", "name": "乙厂", "kind_of_work": "industry", "year": 2025, "scheme": "乙",
             "geom": box(19, 1, 21, 2)},
        ],
    )  # fmt: skip


def shown(panel) -> dict[str, float]:
    return {row.name: round(row.used_ha, 0) for row in panel.model.lines}


def test_in_the_window(bench, qtbot):
    made = bench(plan())
    outlined = []
    made.bus.highlight.connect(outlined.append)
    panel = made.show(QuotasPanel)
    qtbot.waitUntil(lambda: panel.result is not None, timeout=20_000)
    assert shown(panel) == {"2024": 100, "2025": 200} and panel.tiles[1].number.text() == "—"
    assert panel.notice.isVisible(), "a limit that nobody entered is unknown, and said to be"
    for name, words in (("year", "2024"), ("ha", "60"), ("source", "no. 1")):
        QTest.keyClicks(panel.fields[name], words)
    QTest.mouseClick(panel.enter, LEFT)
    assert not made.session.plan.documents.get("quotas"), "a limit needs its source and day"
    QTest.keyClicks(panel.fields["date"], "2024-01-05")
    QTest.keyClick(panel.fields["date"], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any(row.limit_ha == 60 for row in panel.model.lines), timeout=20_000)
    (first, second) = panel.model.lines
    assert round(first.left_ha) == -40 and first.committed_ha == first.used_ha and second.limit_ha is None
    assert panel.tiles[2].number.text().startswith("40") and panel.notice.isVisible()
    made.session.undo()
    qtbot.waitUntil(lambda: all(row.limit_ha is None for row in panel.model.lines), timeout=20_000)
    QTest.mouseClick(panel.views.button("sumu"), LEFT)
    assert shown(panel) == {"东苏木": 200, "西苏木": 100}
    panel.table.choose(lambda row: row.name == "东苏木")
    assert len(outlined[-1]) == 2
    QTest.mouseClick(panel.views.button("scheme"), LEFT)
    assert shown(panel) == {"甲": 100, "乙": 200}
    panel.scheme.setCurrentIndex(panel.scheme.findData("乙"))
    panel.scheme.activated.emit(panel.scheme.currentIndex())
    qtbot.waitUntil(lambda: shown(panel) == {"乙": 200}, timeout=20_000)
    QTest.mouseClick(panel.which.button("reserve"), LEFT)
    assert panel.clean.isVisible() and not panel.table.isVisible()


def test_on_the_command_line(tmp_path, capsys):
    project, sheet = tmp_path / "p.gpkg", tmp_path / "quota.csv"
    create_project(project, plan())
    enter = ("--enter", "grassland:2024=150", "--source", "林草1号", "--date", "2024-01-05")
    assert main(["quota", str(project), *enter, "--out", str(sheet), "--json"]) == 0
    found = json.loads(capsys.readouterr()[0])
    total = next(one for one in found["totals"] if one["year"] == 2024)
    assert (round(total["left_ha"]), round(total["committed_ha"]), total["source"]) == (50, 100, "林草1号")
    assert any("第 4 条" in one for one in found["articles"]["grassland"])
    rows = list(csv.reader(sheet.read_text("utf-8-sig").splitlines()))
    assert rows[1][:4] == ["占用草原定额", "", "全旗", "2024"] and "林草1号" in rows[1]
    for wrong in ("grassland:2024", "sand:2024=3", "grassland:2024=-1", "grassland:x=1"):
        assert main(["quota", str(project), "--enter", wrong, *enter[2:]]) == 1
