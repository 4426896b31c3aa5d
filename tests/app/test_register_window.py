"""In the window: where a number is from by click and by key, on the map and in the table; a rule changed,
marks that go."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.dialogs.matrix import MatrixDialog
from app.dialogs.rules import RulesDialog
from app.dialogs.trace import TraceDialog
from tests.app.windows import settle

LEFT = Qt.MouseButton.LeftButton


def card_of(window) -> TraceDialog:
    settle(window)
    return [one for one in window.findChildren(TraceDialog) if one.isVisible()][-1]


def test_a_number_is_traced_and_a_changed_rule_marks_what_moved(window):
    window.run_command("targets")
    settle(window)
    targets = window.side.panels["targets"]
    card = targets.cards["no_blank_spots"]
    QTest.mouseClick(card.where_from, LEFT)
    dialog = card_of(window)
    assert "5" in dialog.value.text() and "{" not in dialog.formula.text()
    blank = set(dialog.trace.groups["counted"]["gacha"])
    QTest.mouseClick(dialog.rows["counted", "gacha"], LEFT)
    assert window.session.selection.kind == "gacha" and window.session.selection.fids == blank
    dialog.close()
    QTest.mouseClick(targets.cards["road_dead_ends"].on_map, LEFT)
    settle(window)
    assert window.session.selection.kind == "dead_end"

    window.run_command("gaps")
    gaps = window.side.panels["gaps"]
    gaps.show_service("road")
    settle(window)
    first = gaps.table.model.rows[0]
    gaps.table.choose([first.unit_code])
    settle(window)
    gaps.table.view.setFocus()
    QTest.keyClick(gaps.table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    heads, line = QGuiApplication.clipboard().text().splitlines()
    assert len(heads.split("\t")) == len(line.split("\t")) and first.unit_name in line
    QTest.keyClick(gaps.table.view, Qt.Key.Key_Return)
    dialog = card_of(window)
    assert [row.unit_code for row in dialog.trace.rows] == [first.unit_code]
    dialog.tabled.emit("road", frozenset(dialog.trace.fids("counted")["road"]))
    assert window.drawer.is_open() and window.drawer.table.tools.only_selected.isChecked()
    dialog.close()

    rules = RulesDialog(window, window.session)
    rules.show()
    names = [rule.id for rule, _ in rules.model.lines]
    rules.view.selectRow(names.index("road_snap_m"))
    rules.value.setText("1")
    QTest.mouseClick(rules.go, LEFT)
    assert "来源" in rules.said.text() and window.session.policy.rule("road_snap_m").value == 500
    rules.source.setText("会议定")
    QTest.mouseClick(rules.go, LEFT)
    assert window.session.policy.rule("road_snap_m").value == 1 and "●" in rules.said.text()
    rules.close()
    settle(window)
    if gaps.results.stale:
        gaps.results.compute()
        settle(window)
    rows = sorted(one for one in gaps.results.moved if one.startswith("row/"))
    assert rows and any(one.startswith("target/") for one in gaps.results.moved)
    service, code = rows[0].split("/")[1:]
    gaps.show_service(service)
    assert code in gaps.table.model.moved
    window.remember_view()
    assert window.preferences.view_of(window.session.path)["moved"]
    window.session.select("", [])
    gaps.table.view.selectRow(gaps.table.model.line_of(code))
    assert code not in gaps.table.model.moved and not gaps.results.has_moved("row", service, code)


def test_gachas_by_services_with_the_keyboard(window):
    window.run_command("gap_matrix")
    settle(window)
    dialog = window.findChildren(MatrixDialog)[-1]
    model, view = dialog.model, dialog.view
    assert model.rowCount() == 44 and len(model.services) > 8
    at = next(at for at, one in enumerate(model.services) if one.id == "clinics") + 2
    view.setCurrentIndex(model.index(0, at - 1))
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.currentIndex().column() == at
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == model.index(0, at).data()
    QTest.keyClick(view, Qt.Key.Key_Return)
    card = card_of(window)
    assert [row.service for row in card.trace.rows] == ["clinics"]
    card.close()
    model.sort_by(at)
    assert [model.cell(unit, at).status for unit in model.lines[:5]] == ["short"] * 5
    dialog.filter.setText(model.units[3].unit_code)
    assert [unit.unit_code for unit in model.lines] == [model.units[3].unit_code]
    dialog.close()
