"""The attributes panel: what is known of a feature, edited in place; personal data behind a click."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.actions.editing import edit
from app.panels.attributes import AttributesPanel
from app.panels.models.feature_rows import MASK
from layers.geo.measure import areas_m2, format_area
from tests.app.panels.conftest import A, B, small_plan

LEFT = Qt.MouseButton.LeftButton


def panel_of(bench):
    made = bench(small_plan())
    return made, made.show(AttributesPanel)


def test_every_column_with_title_unit_and_words(bench, qtbot):
    made, panel = panel_of(bench)
    assert panel.nothing.isVisible()
    made.bus.identified.emit([("gacha", 2)])
    kind = made.session.catalogue["gacha"]
    assert list(panel.rows) == list(kind.column_names)
    assert panel.name.text() == "乙嘎查" and panel.layer.text() == "嘎查"
    assert panel.rows["grade"].shown.text() == "重点帮扶嘎查"
    assert (
        panel.rows["reserve_ha"].title.text() == "机动指标（ha）"
        and panel.rows["reserve_ha"].shown.text() == "2.25"
    )
    assert panel.rows["village_plan"].shown.text() == "—"
    geometry = made.session.plan.table("gacha").row(2)["geom"]
    assert format_area(float(areas_m2([geometry], 4549)[0])) in panel.sizes.numbers().values()
    assert not panel.rows["code"].lock.isVisible()


def test_a_value_is_edited_in_place_and_who_did_it_is_said(bench, qtbot):
    made, panel = panel_of(bench)
    made.session.select("gacha", [1])
    assert panel.current == ("gacha", 1)
    assert "没有人改过" in panel.who.words.text()
    row = panel.rows["out_of_poverty_households"]
    qtbot.waitUntil(row.isVisible)
    QTest.mouseClick(row.shown, LEFT)
    QTest.keyClicks(row.editor, "minus")
    QTest.keyClick(row.editor, Qt.Key.Key_Return)
    assert row.message.isVisible() and "脱贫户数" in row.message.text() and made.session.history() == []
    row.editor.clear()
    QTest.keyClicks(row.editor, "17")
    QTest.keyClick(row.editor, Qt.Key.Key_Return)
    assert made.session.plan.table("gacha").row(1)["out_of_poverty_households"] == 17
    assert row.shown.text() == "17" and row.editor is None
    assert "甲 改过" in panel.who.words.text() and "脱贫户数" in panel.who.words.text()
    made.session.undo()
    assert row.shown.text() == "—"
    row.shown.setFocus()
    QTest.keyClick(row.shown, Qt.Key.Key_F2)
    QTest.keyClicks(row.editor, "5")
    QTest.keyClick(row.editor, Qt.Key.Key_Escape)
    assert (
        row.editor is None and made.session.plan.table("gacha").row(1)["out_of_poverty_households"] is None
    )


def test_several_features_stand_in_a_list(bench, qtbot):
    made, panel = panel_of(bench)
    made.bus.identified.emit([("gacha", 1), ("sumu", 1), ("household", 1)])
    assert [panel.list.item(at).text() for at in range(3)] == [
        "嘎查 · 甲嘎查",
        "苏木乡镇 · 东苏木",
        "牧户 · 第 1 号",
    ]
    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    assert panel.current == ("sumu", 1) and panel.name.text() == "东苏木"
    edit(made.session, "sumu", 1, {"name": "新苏木"})
    assert panel.name.text() == "新苏木" and panel.list.item(1).text().endswith("新苏木")
    QTest.mouseClick(panel.zoom, LEFT)
    assert made.asked["zoom_to_features"] == [("sumu", frozenset({1}))]
    QTest.mouseClick(panel.table, LEFT)
    assert made.asked["show_layer_table"] == [("sumu",)]


def test_personal_data_are_behind_a_click(bench, qtbot):
    made, panel = panel_of(bench)
    made.bus.identified.emit([("household", 1)])
    head = panel.rows["head"]
    assert head.shown.text() == MASK and panel.rows["gacha_code"].shown.text() == A
    assert "户主" not in panel.name.text() and "H" not in panel.name.text()
    QTest.mouseClick(head.shown, LEFT)
    assert head.editor is None, "what is masked is not edited"
    QTest.mouseClick(head.reveal, LEFT)
    assert head.shown.text() == "户主0" and panel.rows["members"].shown.text() == MASK


def test_a_feature_that_is_gone_leaves_the_panel(bench, qtbot):
    from layers.catalogue.text import Text
    from layers.plan.changes import Changes

    made, panel = panel_of(bench)
    made.bus.identified.emit([("gacha", 2), ("gacha", 1)])
    gone = made.session.plan.table("gacha").delete(2)
    made.session.do(Text("删", "delete"), Changes(rows=(gone,)))
    assert panel.features == [("gacha", 1)] and panel.rows["code"].shown.text() == A != B
    made.session.close()
    assert panel.nothing.isVisible() and panel.current is None
