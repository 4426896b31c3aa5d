"""Drawing tools as state machines, and what they catch at: no window, no Qt."""

from __future__ import annotations

import pytest
import shapely

from app.canvas.draft import Size
from app.canvas.drafter import Drafter
from app.canvas.draw_effects import Drafted, Finished, Moved, Refused, Reshaped
from app.canvas.mover import Mover
from app.canvas.snapping import Snapping, find_target
from app.canvas.tools import Keys, PanBy
from app.canvas.vertex_editor import VertexEditor
from layers.geo.measure import areas_m2, lengths_m
from layers.maps.settings import LayerSettings
from layers.maps.sources import SOURCES
from layers.maps.viewport import View
from tests.layers.maps.small_plan import MIDDLE, SIDE, at, small_plan

VIEW = View(MIDDLE, 300_000, 800, 600)
NONE, SPACE = Keys(), Keys(space=True)


def click(tool, place):
    tool.press(place, NONE, VIEW)
    return tool.release(place, NONE, VIEW)


def test_a_polygon_is_drawn_taken_back_by_a_corner_and_finished_by_every_way():
    for finish in ("double", "right", "Enter"):
        tool = Drafter("draw_shape", "polygon", 4549)
        for place in ((100, 100), (300, 100), (300, 300), (500, 500)):
            click(tool, place)
        tool.key("Backspace")
        assert len(tool.draft.points) == 3
        effects = tool.key("Enter") if finish == "Enter" else getattr(tool, finish)((300, 300), NONE, VIEW)
        (finished,) = effects
        assert isinstance(finished, Finished) and finished.draft.shape().area > 0
        assert tool.unfinished, "it stays until it has been kept"
        tool.clear()
        assert not tool.unfinished


def test_too_few_corners_are_refused_and_esc_drops():
    tool = Drafter("draw_shape", "polygon", 4549)
    click(tool, (100, 100))
    click(tool, (200, 100))
    assert isinstance(tool.finish()[0], Refused) and len(tool.draft.points) == 2
    assert tool.key("Esc") == [Drafted(tool.draft)] and not tool.draft.points
    assert tool.finish() == []


def test_a_drag_and_space_pan_while_drawing():
    tool = Drafter("draw_shape", "line", 4549)
    click(tool, (100, 100))
    tool.press((200, 200), NONE, VIEW)
    assert PanBy(40, 20) in tool.move((240, 220), NONE, VIEW)
    tool.release((240, 220), NONE, VIEW)
    tool.move((300, 300), NONE, VIEW)
    assert PanBy(5, 5) in tool.move((305, 305), SPACE, VIEW)
    assert len(tool.draft.points) == 1


def test_shapes_of_two_corners_and_by_size_finish_by_themselves():
    for form, clicks in (("rectangle", 2), ("circle", 2), ("point", 1), ("shed", 1)):
        tool = Drafter("x", form, 4549)
        effects = [click(tool, (100 + 90 * number, 100 + 70 * number)) for number in range(clicks)][-1]
        assert isinstance(effects[-1], Finished), form
    tool = Drafter("x", "circle", 4549, size=Size(radius=250.0))
    finished = click(tool, (100, 100))[-1]
    assert areas_m2([finished.draft.shape()], 4549)[0] == pytest.approx(3.14159 * 250**2, rel=1e-3)


def test_typed_legs_follow_the_bearing_or_the_mouse():
    tool = Drafter("x", "line", 4549)
    assert isinstance(tool.add_leg(100, 90)[0], Refused)
    tool.add(MIDDLE)
    assert isinstance(tool.add_leg(100, None)[0], Refused)
    tool.add_leg(1000, 90)
    (x, y) = tool.draft.points[1]
    assert x > MIDDLE[0] and y == pytest.approx(MIDDLE[1])
    tool.move(VIEW.to_logical(x, y + 5000), NONE, VIEW)
    tool.add_leg(500, None)
    assert tool.draft.points[2] == pytest.approx((x, y + 500), abs=1)
    assert tool.draft.measures()["length_m"] == pytest.approx(1500, abs=0.01)
    assert tool.draft.measures()["leg_m"] == pytest.approx(
        float(lengths_m([tool.draft.shape()], 4549)[0]) - 1000, abs=0.01
    )


def _editor():
    square = shapely.MultiPolygon([shapely.box(*at(0.5, 0.5), *at(1, 1))])
    tool = VertexEditor(
        "edit_vertices", lambda place, view: {7: square} if square.contains(shapely.Point(place)) else {}
    )
    click(tool, VIEW.to_logical(*at(0.7, 0.7)))
    assert tool.fid == 7
    return tool, square


def test_a_corner_is_dragged_added_and_deleted():
    tool, square = _editor()
    corner, to = VIEW.to_logical(*at(1, 1)), VIEW.to_logical(*at(1.2, 1.2))
    tool.press(corner, NONE, VIEW)
    tool.move(to, NONE, VIEW)
    assert tool.dragged is not None
    (reshaped, _) = tool.release(to, NONE, VIEW)
    assert isinstance(reshaped, Reshaped) and reshaped.geometry.bounds[2:] == pytest.approx(
        at(1.2, 1.2), rel=1e-9
    )
    (added,) = tool.double(VIEW.to_logical(*at(0.75, 0.5)), NONE, VIEW)
    assert added.what == "vertex_added" and shapely.get_num_coordinates(added.geometry) == 6
    tool.active = None
    tool.press(corner, NONE, VIEW)
    tool.release(corner, NONE, VIEW)
    (deleted,) = tool.key("Delete")
    assert deleted.geometry.area == pytest.approx(square.area / 2)
    tool.press(corner, NONE, VIEW)
    tool.move(to, NONE, VIEW)
    tool.key("Esc")  # the drag is taken back, the feature stays in hand
    assert tool.dragged is None and tool.fid == 7
    tool.key("Esc")
    assert tool.fid is None


def test_features_are_moved_by_what_the_mouse_moved():
    square = shapely.MultiPolygon([shapely.box(*at(0.5, 0.5), *at(1, 1))])
    tool = Mover(
        "move_features", lambda place, view: {7: square} if square.contains(shapely.Point(place)) else {}
    )
    start = VIEW.to_logical(*at(0.7, 0.7))
    tool.press(start, NONE, VIEW)
    tool.move((start[0] + 50, start[1] - 20), NONE, VIEW)
    (moved, _) = tool.release((start[0] + 50, start[1] - 20), NONE, VIEW)
    step = VIEW.metres_per_px * VIEW.ratio
    assert moved == Moved(frozenset({7}), pytest.approx(50 * step), pytest.approx(20 * step))


# -- catching --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plan():
    roads = [
        {
            "code": "a",
            "name": "a",
            "class": "village",
            "geom": shapely.LineString([at(0.2, 0.2), at(0.8, 0.8)]),
        },
        {
            "code": "b",
            "name": "b",
            "class": "village",
            "geom": shapely.LineString([at(0.2, 0.8), at(0.8, 0.2)]),
        },
    ]
    made = small_plan(road=roads)
    settings = LayerSettings.default(made).shown("road")
    for kind in settings.sequence(made):
        SOURCES.parts(made.tables[kind.id], settings.style(kind))
    return made, settings


NEAR = View(MIDDLE, 100_000, 800, 600)


def catch(plan, place, near=NEAR, **options):
    made, settings = plan
    reach = 6 * near.ratio * near.metres_per_px
    return find_target(made, near, settings, (place[0] + reach, place[1]), Snapping(**options))


def test_corners_crossings_and_edges_catch_in_that_order(plan):
    assert catch(plan, at(1, 1)).what == "vertex" and catch(plan, at(1, 1)).at == pytest.approx(at(1, 1))
    crossing = catch(plan, at(0.5, 0.5))
    assert crossing.what == "crossing" and crossing.at == pytest.approx(at(0.5, 0.5))
    edge = catch(plan, at(0.3, 0.3))
    assert edge.what == "edge" and edge.at[0] - at(0, 0)[0] == pytest.approx(edge.at[1] - at(0, 0)[1])
    assert catch(plan, at(0.5, 0.5), modes=("edge",)).what == "edge"


def test_nothing_catches_beyond_the_tolerance_or_when_it_is_off(plan):
    assert (
        catch(plan, at(1, 1), tolerance_px=5.9) is None
        or catch(plan, at(1, 1), tolerance_px=5.9).what == "edge"
    )
    assert catch(plan, at(0.5, 0.2)) is None
    assert catch(plan, at(1, 1), on=False) is None


def test_a_layer_that_is_not_read_yet_is_not_waited_for():
    made = small_plan()
    assert find_target(made, VIEW, LayerSettings.default(made), at(1, 1), Snapping()) is None
    own = find_target(made, VIEW, LayerSettings.default(made), at(1, 1), Snapping(), own=[at(1, 1)])
    assert own is not None and own.what == "vertex" and SIDE > 0
