"""Tools as state machines, the queue of frames, views back and forth, picking: no window, no Qt."""

from __future__ import annotations

import threading

import pytest
import shapely

from app.canvas.history import ViewHistory
from app.canvas.picking import box_kind, pick, pick_in
from app.canvas.render import Queue, Request, Stale
from app.canvas.tools import (
    Band,
    Identify,
    Keys,
    Measured,
    Measurer,
    Navigator,
    PanBy,
    SelectAt,
    SelectIn,
    ZoomBy,
    ZoomTo,
)
from layers.catalogue.text import Text
from layers.maps.choropleth import status_theme
from layers.maps.settings import LayerSettings
from layers.maps.viewport import View
from tests.layers.maps.small_plan import MIDDLE, at, regime, small_plan, square

VIEW = View(MIDDLE, 300_000, 800, 600)
NONE, SHIFT, CTRL, SPACE = Keys(), Keys(shift=True), Keys(ctrl=True), Keys(space=True)


def test_a_drag_pans_and_a_click_asks() -> None:
    tool = Navigator("identify")
    tool.press((100, 100), NONE)
    assert tool.move((102, 101), NONE) == []  # a shaking hand
    assert tool.move((120, 110), NONE) == [PanBy(20, 10)]
    assert tool.move((121, 110), NONE) == [PanBy(1, 0)]
    assert tool.release((121, 110), NONE, VIEW) == [PanBy(0, 0, final=True)]
    tool.press((50, 60), NONE)
    assert tool.release((50, 60), NONE, VIEW) == [Identify(VIEW.to_ground(50, 60))]


def test_the_box_zooms_and_shift_draws_it_in_other_tools() -> None:
    for tool, keys in ((Navigator("zoom_box"), NONE), (Navigator("pan"), SHIFT)):
        tool.press((10, 20), keys)
        assert tool.move((110, 220), keys) == [Band(((10, 20), (110, 220)))]
        band, zoom = tool.release((110, 220), keys, VIEW)
        assert band == Band(None) and isinstance(zoom, ZoomTo)
        assert zoom.bounds == (*VIEW.to_ground(10, 220), *VIEW.to_ground(110, 20))
    tool = Navigator("zoom_out")
    tool.press((10, 20), NONE)
    assert tool.release((10, 20), NONE, VIEW) == [ZoomBy(0.5, (10, 20))]


def test_selecting_by_click_and_box_with_keys() -> None:
    tool = Navigator("select")
    for keys, mode in ((NONE, "set"), (SHIFT, "add"), (CTRL, "remove")):
        tool.press((10, 20), keys)
        assert tool.release((10, 20), keys, VIEW) == [SelectAt(VIEW.to_ground(10, 20), mode)]
        tool.press((10, 20), keys)
        tool.move((90, 90), keys)
        effects = tool.release((90, 90), keys, VIEW)
        assert isinstance(effects[1], SelectIn) and effects[1].mode == mode


def test_space_pans_without_a_button_and_esc_drops_a_box() -> None:
    tool = Navigator("select")
    tool.move((10, 10), SPACE)
    assert tool.move((15, 12), SPACE) == [PanBy(5, 2)]
    tool.press((10, 20), NONE)
    tool.move((90, 90), NONE)
    assert tool.cancel() == [Band(None)]
    assert tool.release((90, 90), NONE, VIEW) == []


def _click(tool: Measurer, place: tuple[float, float]) -> list:
    tool.press(place, NONE)
    return tool.release(place, NONE, VIEW)


def test_measuring_a_line_follows_the_mouse_and_gives_ellipsoidal_metres() -> None:
    tool = Measurer("measure_line", 4549)
    x, y = VIEW.to_logical(500_000.0, 5_410_000.0)
    step = 10_000 / (VIEW.metres_per_px * VIEW.ratio)
    _click(tool, (x, y))
    (moving,) = tool.move((x, y - step), NONE, VIEW)
    assert isinstance(moving, Measured)
    # On the central meridian the zone's scale is 1: grid and ellipsoid agree.
    assert moving.result["length_m"] == pytest.approx(10_000, rel=1e-6)
    _click(tool, (x, y - step))
    _click(tool, (x + step, y - step))
    assert len(tool.measurement.points) == 3
    tool.backspace()
    assert len(tool.measurement.points) == 2
    (ended,) = tool.end()
    assert ended.result["ended"] and ended.result["length_m"] == pytest.approx(10_000, rel=1e-6)
    assert tool.end() == []


def test_esc_leaves_a_measurement_without_loss_and_a_drag_pans_meanwhile() -> None:
    tool = Measurer("measure_area", 4549)
    for place in ((100, 100), (300, 100), (300, 300)):
        _click(tool, place)
    tool.press((300, 300), NONE)
    assert any(isinstance(each, PanBy) for each in tool.move((340, 320), NONE, VIEW))
    tool.release((340, 320), NONE, VIEW)
    assert len(tool.measurement.points) == 3
    effects = tool.cancel()
    result = effects[-1].result
    side = 200 * VIEW.metres_per_px
    assert result["ended"] and result["area_m2"] == pytest.approx(side * side / 2, rel=1e-3)
    _click(tool, (50, 50))
    assert tool.measurement.points == (VIEW.to_ground(50, 50),)  # the next one begins afresh


def test_an_area_that_crosses_itself_has_no_figure() -> None:
    tool = Measurer("measure_area", 4549)
    for place in ((100, 100), (300, 300), (300, 100), (100, 300)):
        _click(tool, place)
    assert tool.measurement.result()["area_m2"] is None


# -- frames ----------------------------------------------------------------------------------------


def _request() -> Request:
    return Request(small_plan(), VIEW, LayerSettings())


def test_only_the_newest_request_waits() -> None:
    queue, first, second = Queue(), _request(), _request()
    queue.put(first, cancel=True)
    queue.put(second, cancel=True)
    assert queue.take() is second
    assert queue.busy and queue.waiting is None


def test_a_stale_frame_gives_up_at_its_next_step_and_a_pan_lets_it_end() -> None:
    queue = Queue()
    queue.put(_request(), cancel=True)
    queue.take()
    queue.check()
    queue.put(_request(), cancel=False)
    queue.check()
    queue.put(_request(), cancel=True)
    with pytest.raises(Stale):
        queue.check()
    queue.done(given_up=True)
    assert queue.take() is not None
    queue.check()
    assert queue.cancelled == 1


def test_stopping_wakes_the_worker() -> None:
    queue = Queue()
    taken: list[object] = []
    worker = threading.Thread(target=lambda: taken.append(queue.take()))
    worker.start()
    queue.stop()
    worker.join(30)
    assert taken == [None]


def test_a_check_lets_others_run_while_a_frame_is_painted() -> None:
    """The worker must give the interpreter away by itself: counted in steps, not in milliseconds."""
    queue = Queue()
    queue.put(_request(), cancel=True)
    queue.take()
    breaths = set()
    for _ in range(200_000):
        queue.check()
        breaths.add(queue.breathed)
        if len(breaths) > 3:
            break
    assert len(breaths) > 3


def test_views_back_and_forth() -> None:
    history = ViewHistory()
    a, b, c = (VIEW.moved(n, 0) for n in (0, 10, 20))
    for view in (a, b, b, c):
        history.visit(view)
    assert history.back() is b and history.back() is a and history.back() is None
    assert history.forward() is b
    history.visit(a)
    assert history.forward() is None and history.back() is b


# -- picking ---------------------------------------------------------------------------------------


def test_the_topmost_is_picked_first_and_the_ground_last() -> None:
    plan = small_plan(
        land_cover=[{"code": "1", "cover": "steppe", "geom": square(0, 0, 2, 2)}],
        grazing_zone=[regime("z1", "ban", square(0, 0))],
        road=[
            {
                "code": "r",
                "class": "class_iii",
                "surface": "asphalt",
                "geom": shapely.LineString([at(0, 0.5), at(2, 0.5)]),
            }
        ],
        seat=[
            {"code": "s", "level": "gacha", "unit_code": "900000100001", "geom": shapely.Point(at(0.5, 0.5))}
        ],
    )
    settings = LayerSettings(frozenset(plan.tables))
    kinds = [kind for kind, _ in pick(plan, VIEW, settings, at(0.5, 0.5))]
    assert kinds == ["seat", "road", "grazing_zone", "gacha", "sumu", "banner", "land_cover"]
    theme = status_theme("x", Text("x", "x"), {"900000100001": "met"})
    assert [kind for kind, _ in pick(plan, VIEW, settings, at(0.5, 0.6), theme=theme)][0] == "gacha"
    assert pick(plan, VIEW, LayerSettings(frozenset({"seat"})), at(0.9, 0.9)) == []
    far = View(MIDDLE, 3_000_000, 800, 600)
    assert pick(plan, far, LayerSettings(frozenset({"gacha"})), at(0.5, 0.5)) == []


def test_boxes_select_in_the_active_layer_or_the_units() -> None:
    plan = small_plan(lake=[{"code": "1", "geom": square(0.2, 0.2, 0.1, 0.1)}])
    settings = LayerSettings(frozenset(plan.tables))
    assert box_kind(plan, settings, "lake", None) == "lake"
    assert box_kind(plan, settings, "", None) == "gacha"
    bounds = (*at(0.5, 0.5), *at(1.5, 0.6))
    assert pick_in(plan.tables["gacha"], settings, bounds) == {1, 2}
