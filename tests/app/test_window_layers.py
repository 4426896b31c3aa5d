"""The layers at the left of the window, with real keys and clicks: boxes, groups, filter, opacity, order."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app import layer_order
from app.messages import text
from app.panels import layer_tree
from tests.app.windows import box_of, picture, settle


def test_a_click_on_a_box_hides_the_layer_on_the_map_and_shows_it_again(window):
    place = box_of(window, "river")
    settle(window)
    before = picture(window)
    QTest.mouseClick(window.layers.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle(window)
    hidden = picture(window)
    assert not window.layers.is_visible("river")
    assert (before != hidden).any(axis=2).sum() > 200
    QTest.mouseClick(window.layers.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle(window)
    assert (picture(window) == before).all()


def test_space_on_a_header_hides_its_whole_group(window):
    tree = window.layers.tree
    head = next(
        tree.topLevelItem(at)
        for at in range(tree.topLevelItemCount())
        if tree.topLevelItem(at).data(0, layer_tree.THEME) == "water"
    )
    kinds = {head.child(at).data(0, layer_tree.KIND) for at in range(head.childCount())}
    tree.setCurrentItem(head)
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_Space)
    assert (
        kinds <= set(window.layers.remember()["visible"])
        and head.data(0, layer_tree.COUNT) == f"{len(kinds)}/{len(kinds)}"
    )
    QTest.keyClick(tree, Qt.Key.Key_Space)
    assert not kinds & set(window.layers.remember()["visible"])


def test_the_filter_finds_layers_by_pinyin_initials(window):
    window.layers._filter_button.click()
    QTest.keyClicks(window.layers._filter, "dl")
    shown = [item.text(0) for item in window.layers.tree.items() if not item.isHidden()]
    assert "道路" in shown and "河流" not in shown


def test_opacity_by_key_is_a_command_that_keys_take_back_and_bring_again(window):
    window.layers.choose("road")
    slider = window.layers.tree.slider.slider
    assert slider.isVisible()
    before = picture(window)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_PageDown)
    settle(window)
    assert layer_order.opacity_of(window.session.plan, "road") == 0.9
    assert (picture(window) != before).any()
    window.map.setFocus()
    QTest.keyClick(window.map, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    assert layer_order.opacity_of(window.session.plan, "road") == 1.0 and slider.value() == 100
    assert (picture(window) == before).all()
    QTest.keyClick(window.map, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert layer_order.opacity_of(window.session.plan, "road") == 0.9
    assert window.status.saved.text().startswith(text("status_saved_at", at="").strip())


def test_a_layer_moves_up_in_tree_and_drawing_order_and_back(window):
    window.layers.choose("gacha")
    rows = [item.data(0, layer_tree.KIND) for item in window.layers.tree.items()]
    above = rows[rows.index("gacha") - 1]
    window.run_command("layer_up")
    order = [kind.id for kind in layer_order.drawn(window.session.plan)]
    assert order.index("gacha") + 1 == order.index(above)
    assert list(reversed(order)) == list(window.layers.settings().order)
    moved = [item.data(0, layer_tree.KIND) for item in window.layers.tree.items()]
    assert moved.index("gacha") < moved.index(above) and window.layers.current_kind() == "gacha"
    window.run_command("undo")
    assert [item.data(0, layer_tree.KIND) for item in window.layers.tree.items()] == rows
