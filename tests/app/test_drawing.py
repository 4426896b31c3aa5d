"""Drawing in the window, by real mouse and keys: every tool, one undoable command each, nothing lost."""

from __future__ import annotations

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.dialogs.feature_form import FeatureForm
from app.dialogs.paste import PasteDialog
from app.session import Session
from layers.geo.measure import areas_m2, lengths_m
from tests.app.windows import settle
from tests.layers.maps.small_plan import MIDDLE, at, small_plan

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
KEY = Qt.Key


@pytest.fixture
def project(tmp_path):
    """A small project of two proposed areas side by side, and nothing drawn yet but them."""
    areas = [
        {"code": "A1", "name": "西块", "status": "idea", "geom": shapely.box(*at(0.98, 0.98), *at(1, 1.02))},
        {"code": "A2", "name": "东块", "status": "idea", "geom": shapely.box(*at(1, 0.98), *at(1.02, 1.02))},
    ]
    path = tmp_path / "small.gpkg"
    session = Session(author="tester")
    ban = {"code": "Z", "regime": "ban", "geom": shapely.box(*at(1.5, 1.5), *at(1.8, 1.8))}
    session.create(path, small_plan(proposed_area=areas, grazing_zone=[ban]))
    session.close()
    return path


@pytest.fixture
def window(make_window, project):
    made = make_window(project)
    made.map.set_view(type(made.map.view)(MIDDLE, 10_000, 1, 1))
    made.draw_bar.form.setChecked(False)
    made.layers.ensure_visible("proposed_area")
    settle(made)
    return made


def spot(window, place):
    x, y = window.map.view.to_logical(*place)
    return QPoint(round(x), round(y))


def click(window, *spots, button=LEFT):
    for one in spots:
        place = one if isinstance(one, QPoint) else QPoint(*one)
        QTest.mouseMove(window.map, place)
        QTest.mouseClick(window.map, button, pos=place)


def finish(window, place=(300, 300)):
    QTest.mouseClick(window.map, RIGHT, pos=QPoint(*place))
    settle(window)


def take(window, command):
    window.run_command(command)
    settle(window)


def areas(window):
    table = window.session.plan.table("proposed_area")
    return {int(fid): table.row(int(fid)) for fid in table.fids}


def titles(window):
    return [item.title.zh for item in window.session.history()]


def test_a_polygon_is_drawn_with_the_mouse_and_kept_as_one_command(window):
    heard = []
    window.bus.sketch_changed.connect(lambda shape, kind: heard.append((shape, kind)))
    take(window, "draw_shape")
    assert window.commands["draw_shape"].isChecked() and window.draw_bar.isVisible()
    assert window.draw_bar.layer.currentData() == "proposed_area"
    click(window, (80, 80), (180, 80), (180, 160), (300, 300))
    QTest.keyClick(window.map, KEY.Key_Backspace)
    assert len(window.session.sketch()["points"]) == 3
    assert "公顷" in window.status.selected.text() and "亩" in window.status.selected.text()
    assert heard[-1][1] == "proposed_area" and heard[-1][0].area > 0
    QTest.mouseClick(window.map, LEFT, pos=QPoint(80, 160))
    QTest.mouseDClick(window.map, LEFT, pos=QPoint(80, 160))
    settle(window)
    (fid,) = set(areas(window)) - {1, 2}
    row = areas(window)[fid]
    side = window.map.view.metres_per_px * window.map.view.ratio
    assert row["geom"].area == pytest.approx(100 * 80 * side**2, rel=1e-3)
    assert row["status"] == "idea" and row["code"] == "P0003" and row["gacha_code"]
    assert window.session.selection.fids == {fid} and window.session.sketch() is None
    assert titles(window) == ["拟建范围「P0003」：绘制"] and heard[-1][0] is None
    QTest.keyClick(window, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert set(areas(window)) == {1, 2}
    take(window, "redo")
    assert areas(window)[fid] == row


def test_a_place_is_judged_before_the_first_corner_is_set(window):
    """The mouse rests in the grazing ban: the status row says so; the first corner ends it."""
    take(window, "draw_shape")
    ban = window.session.plan.table("grazing_zone").geometry[0]
    window.map.set_view(type(window.map.view)(ban.representative_point().coords[0], 10_000, 1, 1))
    settle(window)
    middle = QPoint(window.map.width() // 2, window.map.height() // 2)
    QTest.mouseMove(window.map, middle + QPoint(3, 3))
    QTest.mouseMove(window.map, middle)
    QTest.qWait(200)
    settle(window)
    assert "此处" in window.status.selected.text() and "禁牧区" in window.status.selected.text()
    click(window, middle)
    assert "此处" not in window.status.selected.text() and window.session.sketch()["points"]


def test_a_layer_that_is_not_there_is_made_by_the_first_shape_and_leaves_with_undo(window):
    take(window, "draw_shape")
    window.drawing._layer_chosen("proposed_line")
    click(window, (100, 100), (200, 130))
    QTest.keyClick(window.map, KEY.Key_Return)
    settle(window)
    row = window.session.plan.table("proposed_line").row(1)
    assert row["geom"].geom_type == "MultiLineString" and "proposed_line" in window.layers.visible()
    window.session.undo()
    assert "proposed_line" not in window.session.plan
    window.session.redo()
    window.drawing._layer_chosen("proposed_point")
    click(window, (140, 140))
    settle(window)
    assert len(window.session.plan.table("proposed_point")) == 1


def test_esc_drops_a_shape_and_another_tool_only_puts_it_down(window):
    take(window, "draw_shape")
    click(window, (100, 100), (200, 100))
    QTest.keyClick(window.map, KEY.Key_Escape)
    assert window.session.sketch() is None and window.map.tool == "draw_shape"
    click(window, (100, 100), (200, 100))
    take(window, "pan")
    assert not window.draw_bar.isVisible() and window.session.sketch() is not None
    take(window, "draw_shape")
    click(window, (200, 200))
    assert len(window.session.sketch()["points"]) == 3
    finish(window)
    assert len(areas(window)) == 3 and window.session.sketch() is None


def test_typed_places_sizes_and_legs(window):
    epsg = window.session.plan.crs.epsg
    take(window, "draw_shed")
    bar = window.draw_bar
    bar.width.setValue(15)
    bar.length.setValue(40)
    bar.angle.setValue(30)
    bar.place.setText("X 5420100 Y 520100")
    QTest.keyClick(bar.place, KEY.Key_Return)
    settle(window)
    assert areas_m2([areas(window)[3]["geom"]], epsg)[0] == pytest.approx(600, rel=1e-5)
    take(window, "draw_strip")
    bar.road.setCurrentIndex(bar.road.findData(8.5))
    bar.road.activated.emit(bar.road.currentIndex())
    bar.place.setText("somewhere")
    QTest.keyClick(bar.place, KEY.Key_Return)
    assert "认不出" in bar.place.toolTip() or bar.place.property("role") == "wrong"
    bar.place.setText("520000, 5420000")
    QTest.keyClick(bar.place, KEY.Key_Return)
    bar.leg.setText("250")
    bar.bearing.setText("90")
    QTest.keyClick(bar.leg, KEY.Key_Return)
    bar.done.click()
    settle(window)
    assert areas_m2([areas(window)[4]["geom"]], epsg)[0] == pytest.approx(250 * 8.5, rel=1e-4)
    take(window, "draw_circle")
    bar.radius.setValue(50)
    click(window, (400, 200))
    settle(window)
    assert lengths_m([areas(window)[5]["geom"]], epsg)[0] == pytest.approx(314.1, rel=1e-3)
    take(window, "draw_rectangle")
    click(window, (60, 60), (120, 100))
    settle(window)
    assert len(areas(window)) == 6 and len(titles(window)) == 4


def test_corners_catch_at_what_is_there(window):
    take(window, "draw_shape")
    corner = spot(window, at(1, 1.02))
    QTest.mouseMove(window.map, corner + QPoint(5, -4))
    assert window.drawing.easel.tool.target.what == "vertex"
    click(window, corner + QPoint(5, -4))
    assert window.session.sketch()["points"][0] == pytest.approx(list(at(1, 1.02)), abs=1e-6)
    window.run_command("snapping", False)
    QTest.mouseMove(window.map, corner + QPoint(-5, 4))
    assert window.drawing.easel.tool.target is None


def test_corners_are_dragged_added_and_deleted_each_as_a_command(window):
    window.session.select("proposed_area", [1])
    take(window, "edit_vertices")
    window.run_command("snapping", False)
    before = areas(window)[1]["geom"].area
    corner = spot(window, at(0.98, 1.02))
    QTest.mousePress(window.map, LEFT, pos=corner)
    QTest.mouseMove(window.map, corner + QPoint(-20, -10))
    QTest.mouseMove(window.map, corner + QPoint(-40, -30))
    QTest.mouseRelease(window.map, LEFT, pos=corner + QPoint(-40, -30))
    assert areas(window)[1]["geom"].area > before
    edge = spot(window, at(0.99, 0.98))
    QTest.mouseClick(window.map, LEFT, pos=edge)
    QTest.mouseDClick(window.map, LEFT, pos=edge)
    assert shapely.get_num_coordinates(areas(window)[1]["geom"]) == 6
    QTest.keyClick(window.map, KEY.Key_Delete)  # the new corner is the active one; the feature itself stays
    assert shapely.get_num_coordinates(areas(window)[1]["geom"]) == 5
    assert titles(window) == [f"拟建范围「西块」：{what}" for what in ("删除节点", "增加节点", "移动节点")]
    crossing = spot(window, at(1, 0.98))
    QTest.mousePress(window.map, LEFT, pos=crossing)
    for to in (QPoint(10, -300), QPoint(30, -420)):
        QTest.mouseMove(window.map, crossing + to)
    QTest.mouseRelease(window.map, LEFT, pos=crossing + QPoint(30, -420))
    assert len(titles(window)) == 3, "a shape that crosses itself is refused"


def test_features_are_moved_split_merged_cut_holed_and_given_parts(window):
    window.run_command("snapping", False)
    window.session.select("proposed_area", [1])
    settle(window)
    middle, far = spot(window, at(0.99, 1)), spot(window, at(0.96, 1))
    take(window, "split_features")
    top = spot(window, at(0.99, 1.03)), spot(window, at(0.99, 0.97))
    click(window, *top)
    finish(window)
    assert (
        len(areas(window)) == 3 and areas(window)[3]["code"] == "A1-2" and areas(window)[3]["name"] == "西块"
    )
    take(window, "merge_features")
    assert set(areas(window)) == {1, 2} and areas(window)[1]["geom"].area == pytest.approx(400 * 800)
    take(window, "cut_out")
    click(
        window,
        spot(window, at(0.97, 1.01)),
        spot(window, at(1.03, 1.01)),
        spot(window, at(1.03, 1.03)),
        spot(window, at(0.97, 1.03)),
    )
    finish(window)
    assert (
        areas(window)[1]["geom"].area == pytest.approx(400 * 600, rel=0.01)
        and areas(window)[2]["geom"].area == 400 * 800
    )
    take(window, "draw_hole")
    click(window, middle + QPoint(-20, -20), middle + QPoint(20, -20), middle + QPoint(20, 20))
    finish(window)
    assert len(areas(window)[1]["geom"].geoms[0].interiors) == 1
    take(window, "draw_part")
    click(window, far, far + QPoint(40, 0), far + QPoint(40, 40))
    finish(window)
    assert len(areas(window)[1]["geom"].geoms) == 2
    take(window, "move_features")
    bounds = areas(window)[1]["geom"].bounds
    grip = spot(window, at(0.985, 1.005))
    QTest.mousePress(window.map, LEFT, pos=grip)
    QTest.mouseMove(window.map, grip + QPoint(30, 0))
    QTest.mouseMove(window.map, grip + QPoint(60, 0))
    QTest.mouseRelease(window.map, LEFT, pos=grip + QPoint(60, 0))
    step = 60 * window.map.view.metres_per_px * window.map.view.ratio
    assert areas(window)[1]["geom"].bounds[0] == pytest.approx(bounds[0] + step, abs=1e-6)
    take(window, "pan")
    take(window, "delete_features")
    assert set(areas(window)) == {2}
    for _ in range(7):
        window.session.undo()
    assert areas(window)[1]["geom"].area == 400 * 800 and not window.session.next_undo()


def test_the_form_after_drawing_checks_values_and_leaving_it_keeps_the_shape(window, monkeypatch):
    window.draw_bar.form.setChecked(True)
    seen = []

    def answer(form):
        seen.append(form)
        form.show()
        if len(seen) == 1:
            return form.DialogCode.Rejected
        form.field("budget").setText("a lot")
        form._accept()
        assert form.result() != form.DialogCode.Accepted and form._faults["budget"].text()
        form.field("budget").setText("120")
        status = form.field("status")
        status.setCurrentIndex(status.findText("入库储备"))
        form._accept()
        assert "绩效目标" in form.fault.text() and "3.4" in form.fault.text()
        form.field("performance_target").setText("受益 20 户")
        form._accept()
        return form.DialogCode.Accepted

    monkeypatch.setattr(FeatureForm, "exec", answer)
    take(window, "draw_shape")
    click(window, (80, 80), (180, 80), (180, 160))
    finish(window)
    assert len(areas(window)) == 2 and window.session.sketch() is not None
    QTest.keyClick(window.map, KEY.Key_Return)
    settle(window)
    assert areas(window)[3]["budget"] == 120.0 and areas(window)[3]["status"] == "reserve"
    assert len(titles(window)) == 1


def test_shapes_are_pasted_as_one_command(window, monkeypatch):
    lonlat = window.session.plan.crs.to_lonlat([at(1, 1), at(1.01, 1), at(1.01, 1.01)])
    QApplication.clipboard().setText("\n".join(f"{x:.8f},{y:.8f}" for x, y in lonlat))

    def answer(dialog):
        assert dialog.go.isEnabled() and "1 个图形" in dialog.found.text()
        dialog.text.setPlainText("nonsense")
        assert not dialog.go.isEnabled() and dialog.found.text()
        dialog.text.setPlainText(QApplication.clipboard().text())
        dialog.go.click()

    monkeypatch.setattr(PasteDialog, "exec", answer)
    take(window, "paste_shapes")
    assert areas(window)[3]["geom"].area == pytest.approx(200 * 200 / 2, rel=1e-3)


def test_a_drawing_comes_back_after_a_restart_and_in_the_right_layer(window, make_window, project):
    take(window, "draw_strip")
    window.draw_bar.strip.setValue(12)
    click(window, (100, 100), (200, 130))
    kept = window.session.sketch()
    window.close()
    again = make_window(project)
    assert again.map.tool == "draw_strip" and again.draw_bar.strip.value() == 12
    again.draw_bar.form.setChecked(False)
    assert again.session.sketch() == kept
    QTest.keyClick(again.map, KEY.Key_Return)
    settle(again)
    assert len(areas(again)) == 3 and again.session.sketch() is None
