"""The map widget under real mouse and key events."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.surface import EMPTY_SCALE
from app.canvas.view import MapView
from layers.catalogue.text import Text
from layers.maps.choropleth import status_theme
from layers.maps.palette import colour
from layers.maps.settings import LayerSettings
from layers.plan.plan import Plan
from tests.layers.maps.small_plan import MIDDLE, at, small_plan

CODES = ("900000100001", "900000100002", "900000200001", "900000200002")


@pytest.fixture
def view(qtbot, fonts):  # type: ignore[no-untyped-def]
    widget = MapView()
    qtbot.addWidget(widget)
    widget.resize(700, 600)
    widget.show()
    widget.show_plan(small_plan())
    widget.wait_idle()
    yield widget
    widget.stop()


def _spot(view: MapView, place: tuple[float, float]) -> QPoint:
    x, y = view.view.to_logical(*place)
    return QPoint(round(x), round(y))


def _colour(view: MapView, place: tuple[float, float]) -> tuple[int, ...]:
    image = view.grab_frame().convertToFormat(QImage.Format.Format_RGB888)
    spot = _spot(view, place) * view.devicePixelRatioF()
    return image.pixelColor(spot).getRgb()[:3]


def _drag(
    view: MapView, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.mousePress(view, Qt.MouseButton.LeftButton, keys, start)
    for share in (0.2, 0.6, 1.0):
        QTest.mouseMove(view, start + (end - start) * share)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, keys, end)


def test_a_plan_opens_on_its_whole_banner_with_cards(view: MapView) -> None:
    west, south, east, north = view.view.bounds
    assert west < at(0, 0)[0] and east > at(2, 2)[0] and south < at(0, 0)[1] and north > at(2, 2)[1]
    assert _colour(view, at(0.25, 0.4)) == colour("land")[:3]
    assert view.grab_frame().pixelColor(5, 300).getRgb()[:3] == colour("outside")[:3]


def test_a_theme_and_a_palette_change_what_is_seen(view: MapView) -> None:
    theme = status_theme(
        "x", Text("卫生室", "Clinics"), dict(zip(CODES, ("met", "short", "met", "met"), strict=True))
    )
    view.set_theme(theme)
    view.wait_idle()
    assert _colour(view, at(1.25, 0.3)) == colour("short")[:3]
    assert _colour(view, at(0.25, 0.4)) == colour("met")[:3]
    view.set_palette("projector")
    view.wait_idle()
    assert _colour(view, at(1.25, 0.3)) == colour("short", "projector")[:3]
    view.set_theme(None)
    view.wait_idle()
    assert _colour(view, at(1.25, 0.3)) == colour("land", "projector")[:3]


def test_the_wheel_zooms_at_the_cursor(view: MapView, qtbot) -> None:  # type: ignore[no-untyped-def]
    spot = QPointF(500, 180)
    before, scale = view.view.to_ground(500, 180), view.scale()
    turn = QWheelEvent(
        spot,
        view.mapToGlobal(spot),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    with qtbot.waitSignal(view.view_changed):
        QApplication.sendEvent(view, turn)
    assert view.scale() == pytest.approx(scale / 1.25**2)
    assert view.view.to_ground(500, 180) == pytest.approx(before)


def test_dragging_moves_the_last_frame_at_once(view: MapView) -> None:
    view.wait_idle()
    before = view.grab_frame()
    frame = view._frame
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(300, 300))
    QTest.mouseMove(view, QPoint(340, 320))
    assert view._frame is frame, "no new frame yet"
    after = view.grab_frame()
    assert after.pixelColor(340, 340) == before.pixelColor(300, 320)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(340, 320))
    view.wait_idle()
    assert view._frame is not None and view._frame.request.view == view.view


def test_keys_move_and_zoom(view: MapView) -> None:
    centre, scale = view.view.center, view.scale()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.view.center[0] > centre[0] and view.view.center[1] == centre[1]
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.view.center[1] < centre[1]
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.scale() < scale
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.scale() == pytest.approx(scale)


def test_views_go_back_and_forth_by_call_and_mouse(view: MapView) -> None:
    first = view.view
    view._history.visit(first)
    view.zoom_to((*at(0, 0), *at(0.5, 0.5)))
    second = view.view
    QTest.mouseClick(view, Qt.MouseButton.BackButton, Qt.KeyboardModifier.NoModifier, QPoint(9, 9))
    assert view.view.center == pytest.approx(first.center) and view.scale() == first.scale
    QTest.mouseClick(view, Qt.MouseButton.ForwardButton, Qt.KeyboardModifier.NoModifier, QPoint(9, 9))
    assert view.view == second


def test_a_click_selects_and_keys_add_and_remove(view: MapView, qtbot):
    view.set_layers(LayerSettings(frozenset({"gacha"})))
    view.set_tool("select")
    with qtbot.waitSignal(view.selection_changed) as told:
        QTest.mouseClick(
            view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, _spot(view, at(0.3, 0.4))
        )
    assert told.args == ["gacha", frozenset({1})]
    QTest.mouseClick(
        view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, _spot(view, at(1.3, 0.4))
    )
    assert view.selection == ("gacha", frozenset({1, 2}))
    QTest.mouseClick(
        view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, _spot(view, at(0.3, 0.4))
    )
    assert view.selection == ("gacha", frozenset({2}))
    _drag(view, _spot(view, at(0.3, 0.3)), _spot(view, at(0.6, 1.6)))
    assert view.selection == ("gacha", frozenset({1, 3}))
    view.wait_idle()
    x, y = view.view.to_logical(*at(0.0, 1.5))
    edge = [view.grab_frame().pixelColor(round(x) + step, round(y)).getRgb()[:3] for step in range(-3, 4)]
    assert colour("sel")[:3] in edge
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(5, 300))
    assert view.selection == ("", frozenset())


def test_identify_tells_everything_under_the_click(view: MapView, qtbot):
    view.set_tool("identify")
    told: list[tuple] = []
    view.identified.connect(lambda hits, place: told.append((hits, place)))
    with qtbot.waitSignal(view.clicked_feature) as clicked:
        QTest.mouseClick(
            view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, _spot(view, at(0.3, 0.4))
        )
    assert clicked.args == ["gacha", 1]
    hits, place = told[0]
    assert [kind for kind, _ in hits] == ["gacha", "sumu", "banner"]
    assert place == pytest.approx(at(0.3, 0.4), abs=view.view.metres_per_px)


def test_measuring_by_mouse_and_keys(view: MapView, qtbot) -> None:  # type: ignore[no-untyped-def]
    view.set_tool("measure_line")
    results: list[dict] = []
    view.measured.connect(results.append)
    for place in (at(0.2, 0.2), at(1.2, 0.2), at(1.2, 0.7)):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, _spot(view, place))
    assert results[-1]["length_m"] == pytest.approx(30_000, rel=0.01)
    grabbed = view.grab_frame()
    x, y = view.view.to_logical(*at(0.7, 0.2))
    line = [grabbed.pixelColor(round(x), round(y) + step).getRgb()[:3] for step in (-1, 0, 1)]
    assert any(np.abs(np.array(one) - colour("draw")[:3]).max() < 12 for one in line)
    QTest.keyClick(view, Qt.Key.Key_Backspace)
    assert len(results[-1]["points"]) == 2
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert results[-1]["ended"] and results[-1]["length_m"] == pytest.approx(20_000, rel=0.01)


def test_a_stale_frame_never_reaches_the_screen(view: MapView, monkeypatch):
    import threading

    from app.canvas import render

    entered, go_on = threading.Event(), threading.Event()
    real = render.build_scene
    scales = []

    def slow(plan, asked, *more, check, **options):  # type: ignore[no-untyped-def]
        scales.append(asked.scale)
        if len(scales) == 1:
            entered.set()
            go_on.wait(30)
        return real(plan, asked, *more, check=check, **options)

    monkeypatch.setattr(render, "build_scene", slow)
    shown: list[float] = []
    view.frame_done.connect(lambda _ms: shown.append(view._frame.request.view.scale))
    view.set_scale(111_000)
    assert entered.wait(30)
    view.set_scale(222_000)
    go_on.set()
    view.wait_idle()
    assert scales == [111_000, 222_000]
    assert shown == [222_000]
    assert view._renderer.queue.cancelled >= 1


def test_the_interface_lives_while_a_heavy_map_is_painted(view: MapView) -> None:
    """Beats are counted, not timed: while the worker paints thousands of areas, the event loop must turn
    often."""
    from PySide6.QtCore import QTimer

    from tests.layers.maps.small_plan import regime, square

    rows = [regime(f"z{n}", "ban", square(n % 90 / 45, n // 90 / 45, 0.02, 0.02)) for n in range(8_100)]
    beats: list[int] = []
    timer = QTimer(interval=5)
    timer.timeout.connect(lambda: beats.append(view._renderer.queue.running))
    view.show_plan(small_plan(grazing_zone=rows))
    timer.start()
    view.set_layers(LayerSettings(frozenset({"grazing_zone"})))
    view.wait_idle()
    timer.stop()
    assert sum(beats) >= 2, "the event loop turned while the worker was painting"


def test_a_failing_frame_is_said_and_the_next_one_comes(view: MapView, monkeypatch):
    from app.canvas import render

    real, calls, errors = render.build_scene, [], []

    def failing(*given, **options):  # type: ignore[no-untyped-def]
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("a fault in a layer")
        return real(*given, **options)

    monkeypatch.setattr(render, "build_scene", failing)
    view.failed.connect(errors.append)
    view.set_scale(123_000)
    view.wait_idle()
    assert len(errors) == 1
    view.set_scale(124_000)
    view.wait_idle()
    assert view._frame.request.view.scale == 124_000


def test_the_legend_folds_when_its_head_is_clicked(view: MapView) -> None:
    heights = []
    for _ in range(3):
        view.grab_frame()
        box = view._furniture.legend_box
        heights.append(box.height())
        QTest.mouseClick(
            view,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            QPoint(round(box.center().x()), round(box.top()) + 12),
        )
    assert heights[0] == heights[2] < heights[1] / 1.5, "a small map begins with a folded legend"


def test_the_whole_banner_stays_whole_when_the_window_grows(view: MapView) -> None:
    scale = view.scale()
    view.resize(1400, 1200)
    view.wait_idle()
    assert view.scale() < scale * 0.65
    west, south, east, north = view.view.bounds
    assert west < at(0, 0)[0] and east > at(2, 2)[0] and south < at(0, 0)[1] and north > at(2, 2)[1]


def test_the_title_card_of_a_small_map_covers_nothing_of_the_banner(view: MapView) -> None:
    for size in ((560, 640), (700, 500)):
        view.resize(*size)
        view.zoom_full()
        view.wait_idle()
        _, north = view.view.to_logical(*at(1, 2))
        assert north >= view._furniture.head(view.view) > 60
        assert view.view.bounds[1] < at(0, 0)[1], "the south is still seen"


def test_resizing_keeps_the_middle(view: MapView) -> None:
    view.zoom_to((*at(0.5, 0.5), *at(1.5, 1.5)))
    view.resize(900, 700)
    view.wait_idle()
    assert view.view.center == pytest.approx(MIDDLE)
    grabbed = np.array([view.grab_frame().width(), view.grab_frame().height()])
    assert (grabbed == np.array([900, 700]) * view.devicePixelRatioF()).all()


def test_nothing_open_is_an_empty_map(view: MapView) -> None:
    view.show_plan(None)
    view.set_layers(LayerSettings(frozenset({"gacha"})))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(100, 100))
    view.wait_idle()
    assert view.grab_frame().pixelColor(350, 300).getRgb()[:3] == colour("app")[:3]


def test_a_new_project_shows_nothing_of_the_last_one_and_can_be_drawn_on(view: MapView) -> None:
    late = view._frame
    view.show_plan(None)
    view.show_plan(Plan(small_plan().catalogue, small_plan().crs, {}))
    view.wait_idle()
    view._show_frame(late)  # it was still being painted
    assert view._frame.scene.operations == () and view.view.scale == EMPTY_SCALE
    assert view.grab_frame().pixelColor(350, 300).getRgb()[:3] == colour("land")[:3]
    view.show_plan(small_plan())
    west, south, east, north = view.view.bounds
    assert west < at(0, 0)[0] < east and south < at(0, 0)[1] < north, "what comes is seen"


def test_the_legend_of_the_whole_banner_covers_nothing_of_it(view: MapView) -> None:
    view.resize(1000, 640)
    statuses = dict(zip(CODES, ("met", "short", "none", "unknown"), strict=True))
    view.set_theme(status_theme("t", Text("题", "t"), statuses))
    view.wait_idle()
    view.zoom_full()
    view.wait_idle()
    view.grab()
    box = view._furniture.legend_box
    west, south, east, north = view._plan.bounds
    (left, top), (right, bottom) = view.view.to_logical(west, north), view.view.to_logical(east, south)
    land = QRectF(left, top, right - left, bottom - top)
    assert box.width() > 100 and not box.intersects(land) and land.left() > 0, (box, land)
    where = view.view
    view.set_theme(None)
    view.wait_idle()
    view.zoom_to(view._plan.bounds)
    view.wait_idle()
    assert view.view.center != where.center, "who has moved is left alone"
