"""The attribute table with real keys: edited, undone, sorted, filtered, masked; a million rows at once."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit

from app.actions.editing import edit
from app.panels.models.feature_order import Wish, order_of, totals_of
from app.panels.models.feature_rows import MASK
from app.panels.table import AttributeTable
from layers.catalogue.registry import default_catalogue
from layers.geo.crs import PlanningCrs
from layers.plan.base import Base, MemorySource
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from layers.plan.table import Table
from tests.app.panels.conftest import A, small_plan

SHOWN = Qt.ItemDataRole.DisplayRole
LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def column_of(table: AttributeTable, name: str) -> int:
    return [column.name for column in table.model.columns].index(name)


def cell(table: AttributeTable, row: int, name: str) -> str:
    return table.model.index(row, column_of(table, name)).data(SHOWN)


def stand_on(table: AttributeTable, row: int, name: str) -> None:
    """Click a cell, as a user does who wants to edit it."""
    index = table.model.index(row, column_of(table, name))
    table.view.scrollTo(index)
    QTest.mouseClick(table.view.viewport(), LEFT, PLAIN, table.view.visualRect(index).center())
    assert table.view.currentIndex() == index


def editor_of(table: AttributeTable, kind: type = QLineEdit):
    found = [one for one in table.view.viewport().findChildren(kind) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def gachas(bench, qtbot):
    made = bench(small_plan())
    table = made.show(AttributeTable, 1000, 300)
    table.show_layer("gacha")
    qtbot.waitUntil(lambda: not made.jobs.running)
    return made, table


def test_a_value_is_edited_by_keys_and_undone(bench, qtbot):
    made, table = gachas(bench, qtbot)
    stand_on(table, 0, "name")
    QTest.keyClick(table.view, Qt.Key.Key_F2)
    field = editor_of(table)
    assert field.text() == "甲嘎查"
    field.selectAll()
    QTest.keyClicks(field, "new name")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: made.session.plan.table("gacha").row(1)["name"] == "new name")
    assert cell(table, 0, "name") == "new name"
    assert len(made.session.history()) == 1
    made.session.undo()
    assert cell(table, 0, "name") == "甲嘎查"
    assert made.session.plan.table("gacha").row(1)["name"] == "甲嘎查"


def test_tab_stores_and_moves_on_and_escape_leaves(bench, qtbot):
    made, table = gachas(bench, qtbot)
    stand_on(table, 1, "out_of_poverty_households")
    QTest.keyClick(table.view, Qt.Key.Key_F2)
    QTest.keyClicks(editor_of(table), "12")
    QTest.keyClick(editor_of(table), Qt.Key.Key_Tab)
    assert made.session.plan.table("gacha").row(2)["out_of_poverty_households"] == 12
    assert table.view.currentIndex().column() == column_of(table, "out_of_poverty_people")
    field = editor_of(table)  # the next cell is open
    QTest.keyClicks(field, "99")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert made.session.plan.table("gacha").row(2)["out_of_poverty_people"] is None


def test_what_does_not_fit_is_said_in_place_and_nothing_is_stored(bench, qtbot):
    made, table = gachas(bench, qtbot)
    stand_on(table, 0, "out_of_poverty_households")
    QTest.keyClick(table.view, Qt.Key.Key_F2)
    field = editor_of(table)
    QTest.keyClicks(field, "abc")
    QTest.keyClick(field, Qt.Key.Key_Return)
    message = table.view.itemDelegate().message
    assert message.isVisible() and "脱贫户数" in message.text() and "abc" in message.text()
    assert field.isVisible() and field.property("role") == "wrong"
    assert made.session.history() == []
    field.selectAll()
    QTest.keyClicks(field, "7")
    assert not message.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: made.session.plan.table("gacha").row(1)["out_of_poverty_households"] == 7)


def test_a_choice_is_chosen_from_its_words(bench, qtbot):
    made, table = gachas(bench, qtbot)
    stand_on(table, 0, "grade")
    QTest.keyClick(table.view, Qt.Key.Key_F2)
    box = editor_of(table, QComboBox)
    assert [box.itemText(at) for at in range(box.count())] == [
        "（不明）",
        "示范嘎查",
        "重点帮扶嘎查",
        "一般嘎查",
    ]
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: made.session.plan.table("gacha").row(1)["grade"] == "demonstration")
    assert cell(table, 0, "grade") == "示范嘎查"


def test_rows_are_selected_here_and_on_the_map(bench, qtbot):
    made, table = gachas(bench, qtbot)
    stand_on(table, 1, "name")
    assert (made.session.selection.kind, made.session.selection.fids) == ("gacha", frozenset({2}))
    made.session.select("gacha", [1, 3])
    assert table._selected_rows().tolist() == [0, 2]
    made.session.select("household", [1])
    assert table._selected_rows().tolist() == []
    made.session.select("gacha", [3])
    QTest.mouseClick(table.tools.only_selected, LEFT)
    qtbot.waitUntil(lambda: table.model.rowCount() == 1)
    assert cell(table, 0, "code") == "990001002001"
    assert table.tools.count.text() == "1 / 3 条"
    QTest.mouseClick(table.tools.only_selected, LEFT)
    qtbot.waitUntil(lambda: table.model.rowCount() == 3)
    index = table.model.index(1, 0)
    QTest.mouseClick(table.view.viewport(), LEFT, PLAIN, table.view.visualRect(index).center())
    QTest.mouseClick(table.tools.zoom, LEFT)
    assert made.asked["zoom_to_features"] == [("gacha", frozenset({2}))]


def test_a_double_click_edits_and_shows_the_feature_only_where_nothing_may_be_edited(
    bench, qtbot, monkeypatch
):
    made, table = gachas(bench, qtbot)
    index = table.model.index(1, column_of(table, "name"))

    def double_click():
        QTest.mouseClick(table.view.viewport(), LEFT, PLAIN, table.view.visualRect(index).center())
        QTest.mouseDClick(table.view.viewport(), LEFT, PLAIN, table.view.visualRect(index).center())

    double_click()
    field = table.view.viewport().findChild(QLineEdit)
    assert field is not None and made.asked["zoom_to_features"] == []
    field.selectAll()
    QTest.keyClicks(field, "New")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: made.session.plan.table("gacha").row(2)["name"] == "New")
    monkeypatch.setattr(type(made.session), "read_only", property(lambda session: "file_read_only"))
    double_click()
    assert made.asked["zoom_to_features"] == [("gacha", frozenset({2}))]


def test_filter_sort_view_and_totals(bench, qtbot):
    made, table = gachas(bench, qtbot)
    total = column_of(table, "reserve_ha")
    assert table._total(total) == "3.8"  # 1.5 + 2.25; the third is not known
    table.tools.filter.setText("重点")
    qtbot.waitUntil(lambda: table.model.rowCount() == 1)
    assert cell(table, 0, "name") == "乙嘎查"
    qtbot.waitUntil(lambda: table._total(total) == "2.2")
    table.tools.filter.setText("nothing like it")
    qtbot.waitUntil(lambda: table.nothing.isVisible())
    QTest.mouseClick(table.nothing.action, LEFT)
    qtbot.waitUntil(lambda: table.model.rowCount() == 3)
    head = table.view.head
    where = QPoint(head.sectionViewportPosition(total) + 12, 10)
    table.view.horizontalScrollBar().setValue(0)
    QTest.mouseClick(head.viewport(), LEFT, PLAIN, where)
    qtbot.waitUntil(lambda: table.model.fids().tolist() == [1, 2, 3] and table.model.sorted_column == total)
    QTest.mouseClick(head.viewport(), LEFT, PLAIN, where)
    qtbot.waitUntil(lambda: table.model.fids().tolist() == [2, 1, 3])  # what is not known stays last
    made.bus.view_changed.emit((500_100.0, 5_300_100.0, 500_200.0, 5_300_200.0))
    QTest.mouseClick(table.tools.only_in_view, LEFT)
    qtbot.waitUntil(lambda: table.model.fids().tolist() == [1])


def test_personal_data_stay_masked_until_unlocked(bench, qtbot):
    made = bench(small_plan())
    table = made.show(AttributeTable, 1200, 300)
    table.show_layer("household")
    qtbot.waitUntil(lambda: not made.jobs.running)
    assert cell(table, 0, "head") == MASK and cell(table, 0, "gacha_code") == A
    table.tools.filter.setText("户主1")
    qtbot.waitUntil(lambda: table.model.rowCount() == 0)  # a masked column is not searched either
    table.tools.filter.setText("")
    qtbot.waitUntil(lambda: table.model.rowCount() == 9)
    stand_on(table, 0, "head")
    QTest.keyClick(table.view, Qt.Key.Key_F2)
    assert not [one for one in table.view.viewport().findChildren(QLineEdit) if one.isVisible()]
    QTest.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "户主" not in QGuiApplication.clipboard().text().split("\n")[1]
    head = table.view.head
    QTest.mouseClick(
        head.viewport(), LEFT, PLAIN, QPoint(head.sectionViewportPosition(column_of(table, "head")) + 8, 8)
    )
    assert table.model.sorted_column == -1 and table.notice.isVisible()
    QTest.mouseClick(table.tools.unlock, LEFT)
    assert cell(table, 0, "head") == "户主0"
    table.tools.filter.setText("户主1")
    qtbot.waitUntil(lambda: table.model.rowCount() == 3)
    made.session.close()
    assert table.nothing.isVisible() and not table.model.unlocked


def test_copied_rows_are_a_table_in_text(bench, qtbot):
    made, table = gachas(bench, qtbot)
    edit(made.session, "gacha", 2, {"note": "两行\n一格"})
    made.session.select("gacha", [2])
    table.view.setFocus()
    QTest.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert len(lines) == 2
    copied = dict(zip(lines[0].split("\t"), lines[1].split("\t"), strict=True))
    assert (copied["嘎查名称"], copied["帮扶分级"], copied["备注"]) == (
        "乙嘎查",
        "重点帮扶嘎查",
        "两行 一格",
    )
    assert copied["脱贫户数"] == "", "not known is empty, not zero"


def test_rows_that_come_and_go_keep_the_order(bench, qtbot):
    made, table = gachas(bench, qtbot)
    table.model.set_order(np.array([2, 0]))
    gone = made.session.plan.table("gacha").delete(1)
    made.session.do(small_title("gone"), Changes(rows=(gone,)))
    assert table.model.fids().tolist() == [3]
    made.session.undo()
    assert table.model.fids().tolist() == [3, 1]


def small_title(words: str):
    from layers.catalogue.text import Text

    return Text(words, words)


class _NotCopied(MemorySource):
    """A source that counts what is read of it."""

    def __init__(self, count: int) -> None:
        super().__init__(np.arange(1, count + 1, dtype=np.int64), {})
        self.columns_read, self.rows_read = [], 0

    def read(self, name):
        self.columns_read.append(name)
        return super().read(name)

    def row(self, fid, names):
        self.rows_read += 1
        return {name: f"W{fid}" if name == "code" else None for name in names}


def test_a_million_rows_open_without_reading_a_column(bench, qtbot):
    made = bench(small_plan())
    source = _NotCopied(1_000_000)
    kind = default_catalogue()["water_work"]
    big = Table(kind, Base(source))
    made.session._plan = Plan(made.session.catalogue, PlanningCrs.from_epsg(4549), {"water_work": big})
    table = made.show(AttributeTable, 1000, 300)
    table._sum = lambda: None  # totals read their columns in a job, which is another matter
    table.show_layer("water_work")
    table.view.viewport().repaint()
    assert table.model.rowCount() == 1_000_000
    assert cell(table, 0, "code") == "W1"
    table.view.scrollToBottom()
    table.view.viewport().repaint()
    assert cell(table, 999_999, "code") == "W1000000"
    assert source.columns_read == [] and source.rows_read < 500


# -- the order itself ------------------------------------------------------------------------------


@pytest.mark.parametrize("down", [False, True])
def test_sorting_keeps_ties_in_order_and_the_unknown_last(down):
    kind = default_catalogue()["gacha"]
    numbers = [5, None, 1, 5, None, 3, 1]
    table = Table.from_rows(
        kind, [{"code": str(at), "reserve_ha": value} for at, value in enumerate(numbers)]
    )
    order = order_of(table, Wish(sort="reserve_ha", down=down), lambda *_: None)
    assert order.tolist() == ([0, 3, 5, 2, 6, 1, 4] if down else [2, 6, 5, 0, 3, 1, 4])


def test_a_total_is_the_same_in_any_order():
    kind = default_catalogue()["gacha"]
    values = [0.1] * 7 + [1e9, 0.3]
    table = Table.from_rows(kind, [{"code": str(at), "reserve_ha": value} for at, value in enumerate(values)])
    columns = (kind.column("reserve_ha"),)
    sums = {totals_of(table, columns, np.array(order), lambda *_: None)["reserve_ha"]
            for order in ([*range(9)], [*range(8, -1, -1)], [8, 0, 7, 1, 6, 2, 5, 3, 4])}  # fmt: skip
    assert len(sums) == 1
