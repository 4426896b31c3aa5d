"""The selector with headings, by keys and arrows."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.panels.part_picker import PartPicker
from app.panels.segmented import Segmented


def test_keys_and_arrows_go_over_headings_and_the_ends_hold(qtbot) -> None:  # type: ignore[no-untyped-def]
    picker = PartPicker()
    qtbot.addWidget(picker)
    picker.set_items([("一", [("a", "甲"), ("b", "乙")]), ("二", [("c", "丙")])])
    picker.show()
    told: list[str] = []
    picker.chosen.connect(told.append)
    assert picker.current() == "a" and not picker.back.isEnabled()
    QTest.keyClick(picker.box, Qt.Key.Key_Down)
    QTest.keyClick(picker.box, Qt.Key.Key_Down)
    assert told == ["b", "c"] and not picker.on.isEnabled()
    QTest.keyClick(picker.box, Qt.Key.Key_Down)
    assert picker.current() == "c"
    picker.back.click()
    assert told == ["b", "c", "b"] and picker.back.isEnabled() and picker.on.isEnabled()
    picker.set_items([("I", [("a", "A"), ("b", "B")]), ("II", [("c", "C")])])
    assert picker.current() == "b" and told == ["b", "c", "b"], "another language is no choice"


def test_by_tab_a_selector_comes_where_it_stands_whenever_it_gets_its_words(qtbot):
    place, before, selector, after = QWidget(), QLineEdit(), Segmented(), QLineEdit()
    qtbot.addWidget(place)
    column = QVBoxLayout(place)
    for part in (before, selector, after):
        column.addWidget(part)
    place.show()
    place.activateWindow()
    for items in ((("a", "甲"), ("b", "乙")), (("b", "乙"), ("c", "丙"))):
        selector.set_items(items)
        before.setFocus()
        QTest.keyClick(before, Qt.Key.Key_Tab)
        assert place.focusWidget() is selector.button(selector.current())
        for _ in items:  # an inactive window lets Tab go over all of them
            if place.focusWidget() is not after:
                QTest.keyClick(place.focusWidget(), Qt.Key.Key_Tab)
        assert place.focusWidget() is after
