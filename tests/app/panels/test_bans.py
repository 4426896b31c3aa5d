"""What stands in bans: in the window by gacha and by ban, outlined on the map, and the same on the command
line, where one or two camps are not said."""

from __future__ import annotations

import json

import shapely
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest

from app.cli import main
from app.panels.bans import BansPanel
from tests.app.panels.conftest import SMALL, A, B, at, box, small_plan

LEFT = Qt.MouseButton.LeftButton


def plan():
    """In the ban (x 0-8, y 5-10 km): 3 camps, a well, 6 km of fence of A; 1 camp is outside, in B."""
    return small_plan(
        grazing_zone=[{**SMALL["grazing_zone"][0], "valid_to": "2025-12-31"}],
        camp=[{"code": f"C{x}", "geom": at(x, 7)} for x in (1, 2, 3, 15)],
        stock_well=[{"code": "W", "gacha_code": A, "geom": at(4, 8)}],
        fence=[{"code": "F", "gacha_code": A, "geom": shapely.LineString([at(2, 6), at(12, 6)])}],
        contract_pasture=[{"code": "P", "gacha_code": B, "stock": 300.0, "geom": box(7, 6, 12, 8)}],
    )


def test_in_the_window(bench, qtbot):
    made = bench(plan())
    outlined = []
    made.bus.highlight.connect(outlined.append)
    panel = made.show(BansPanel)
    panel.day.setDate(QDate(2026, 3, 1))
    qtbot.waitUntil(lambda: panel.result is not None and panel.result.on.year == 2026, timeout=20_000)
    assert panel.clean.isVisible() and not panel.table.isVisible() and not panel.export.isEnabled()
    QTest.mouseClick(panel.notice.action, LEFT)  # the last day on which a ban held
    qtbot.waitUntil(lambda: bool(panel.model.lines), timeout=20_000)
    assert panel.day.date() == QDate(2025, 12, 31)
    rows = {row.key: {sort: one.count for sort, one in row.rows.items()} for row in panel.model.lines}
    assert rows == {A: {"camp": 3, "well": 1, "fence": 1}, B: {"herd": 1}}
    assert panel.tiles[1].number.text().startswith("6.0") and panel.tiles[2].number.text() == "300"
    assert made.asked["gap_theme"][-1][0].of_unit[A] != made.asked["gap_theme"][-1][0].of_unit[B]
    panel.table.choose(lambda row: row.key == A)
    assert len(outlined[-1]) == 5 and made.session.selection.kind == "gacha"
    QTest.mouseClick(panel.by.button("zone"), LEFT)
    (row,) = panel.model.lines
    assert [one.total for one in panel.model.columns[1:]] == [None] * (len(panel.model.columns) - 1)
    assert row.name == "北禁牧区" and "2021-01-01 – 2025-12-31 · 样〔2021〕1号" in panel.model._tip(row)
    table = panel.statement()
    assert table.records[0]["document"] == "样〔2021〕1号" and table.records[0]["shed"] is None, (
        "no layer: unknown"
    )
    panel.hide()
    assert outlined[-1] == []


def test_on_the_command_line(tmp_path, capsys):
    from layers.store import create_project

    project, sheet = tmp_path / "p.gpkg", tmp_path / "bans.csv"
    create_project(project, plan())
    assert main(["bans", str(project), "--date", "2025-06-01", "--json", "--out", str(sheet)]) == 0
    found = json.loads(capsys.readouterr()[0])
    rows = {row["gacha_code"]: row for row in found["rows"]}
    assert rows[A]["camp"] == 3 and abs(rows[A]["fence_km"] - 6) < 0.01
    assert rows[B]["herd"] is None and rows[B]["herd_su"] is None and rows[B]["withheld"] == ["herd"]
    assert found["bans"] == 1 and "shed" in found["unknown"] and rows[A]["shed"] is None
    assert "北禁牧区" not in sheet.read_text("utf-8-sig") and "甲嘎查" in sheet.read_text("utf-8-sig")
    assert main(["bans", str(project), "--by", "zone", "--date", "2025-06-01", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr()[0])["rows"]
    assert (row["zone"], row["document"], row["well"]) == ("北禁牧区", "样〔2021〕1号", 1)
