"""Seats are named whatever stands there, columns give way inside their unit, the unknown carries its sign."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from layers.catalogue.style import Style, Symbol
from layers.catalogue.text import Text
from layers.maps.choropleth import Columns, MapTheme, amount_theme, status_theme
from layers.maps.detail import Source
from layers.maps.labels import RIVER, SEAT, Request
from layers.maps.operations import Boxes, Lines, Marks
from layers.maps.palette import colour
from layers.maps.placing import place
from layers.maps.scene import build_scene
from layers.maps.settings import LayerSettings
from layers.maps.viewport import View
from tests.layers.maps.small_plan import MIDDLE, SIDE, at, small_plan, square

VIEW = View(MIDDLE, 600_000, 800, 700)
CODES = ("900000100001", "900000100002", "900000200001", "900000200002")
YEARS = ("2022", "2023", "2024", "2025")


def test_a_seat_covers_lesser_symbols_before_it_loses_its_name_but_no_other_seat() -> None:
    view = View(MIDDLE, 800_000, 900, 600)
    steps = np.arange(0.0, 900.0, 20.0)
    left, top = (each.ravel() for each in np.meshgrid(steps, steps[:30]))
    wall = np.column_stack([left, top, left + 12, top + 12])  # no name finds a gap
    seat = Request("东河苏木", "sumu", SEAT, "s", (450.0, 300.0), 5.0, key=("s", 1))
    ring = np.array([[450.0, 250.0, 700.0, 350.0]])
    label, = place([seat], view, np.concatenate([wall, ring]), firm=ring)
    assert label.boxes[0, 2] <= 450 or label.boxes[0, 3] <= 250 or label.boxes[0, 1] >= 350
    assert not place([replace(seat, priority=SEAT + 1)], view, wall)
    assert not place([seat], view, wall, firm=wall)
    assert place([seat], view)


def test_columns_give_way_to_a_seat_inside_their_own_unit() -> None:
    middle = at(0.5, 0.62)  # among the columns, were they to stay in the middle
    plan = small_plan(seat=[{"code": "s", "level": "sumu", "unit_code": "900000100000",
                             "geom": shapely.Point(middle)}])
    columns = Columns(dict.fromkeys(CODES, (40, 30, 20, 10)), YEARS, 4)
    theme = amount_theme("t", Text("t", "t"), dict.fromkeys(CODES, 1.0), columns=columns)
    scene = build_scene(plan, VIEW, LayerSettings(frozenset({"sumu", "gacha", "seat"})), theme=theme)
    boxes = [each for each in scene.operations if isinstance(each, Boxes)]
    bars = np.concatenate([each.boxes for each in boxes if each.stroke])
    x, y = VIEW.to_px(middle)[0]
    assert not ((bars[:, 0] < x + 3) & (bars[:, 2] > x - 3) & (bars[:, 1] < y) & (bars[:, 3] > y)).any()
    unit = VIEW.to_px(np.array(square(0, 0).exterior.coords))
    inside = ((bars[:, 0] > unit[:, 0].min()) & (bars[:, 2] < unit[:, 0].max())
              & (bars[:, 3] > unit[:, 1].min()) & (bars[:, 3] < unit[:, 1].max()))
    assert inside.sum() == 4, "its four columns are still in it"
    seat, = (label for label in scene.labels if label.text == "东河苏木")
    for left, top, right, bottom in seat.boxes:
        beside = (bars[:, 0] >= right) | (bars[:, 2] <= left)
        assert (beside | (bars[:, 1] >= bottom) | (bars[:, 3] <= top)).all()


def test_a_unit_of_which_nothing_is_known_has_no_base_line() -> None:
    columns = Columns({CODES[0]: (None,) * 4, CODES[1]: (0, 0, 0, 0)}, YEARS, 4)
    theme = amount_theme("t", Text("t", "t"), {CODES[0]: None, CODES[1]: 0.5}, columns=columns)
    scene = build_scene(small_plan(), VIEW, LayerSettings(frozenset({"gacha"})), theme=theme)
    bases, = (each.boxes for each in scene.operations if isinstance(each, Boxes))
    assert len(bases) == 1


def test_the_unknown_carries_its_sign_where_there_is_room() -> None:
    plan = small_plan(lake=[{"code": "z", "geom": square(1.2, 1.2, 0.6, 0.6)},
                            {"code": "y", "geom": square(1.05, 1.05, 0.004, 0.9)}])
    theme = status_theme("x", Text("x", "x"), {CODES[0]: "unknown", CODES[1]: "met"})
    scene = build_scene(plan, VIEW, LayerSettings(frozenset({"gacha"})), theme=theme)
    signs = [label for label in scene.labels if label.text == "?"]
    assert len(signs) == 1
    area = shapely.Polygon(VIEW.to_px(np.array(square(0, 0).exterior.coords)))
    assert area.contains(shapely.box(*signs[0].boxes[0]))
    unknown = Style(Symbol(fill="unknown"))
    zones = build_scene(plan, VIEW, LayerSettings(frozenset({"lake"}), styles={"lake": unknown}))
    assert [label.text for label in zones.labels] == ["?"], "a sliver has no room for one"
    assert not [label for label in build_scene(plan, replace(VIEW, scale=20_000_000), LayerSettings(
        frozenset({"gacha"})), theme=theme).labels if label.text == "?"]


def test_roads_come_a_step_earlier_when_they_are_the_theme() -> None:
    kinds = (("class_iv", "asphalt"), ("village", "concrete"), ("track", "earth"))
    plan = small_plan(road=[{"code": f"r{n}", "class": name, "surface": surface,
                             "geom": shapely.LineString([at(0, n / 3), at(2, n / 3)])}
                            for n, (name, surface) in enumerate(kinds)])
    road_theme = MapTheme("road_hardened", Text("t", "t"), Text("", ""), (), {})
    other = replace(road_theme, id="toilets")

    def shown(scale: float, theme: MapTheme | None) -> int:
        settings = LayerSettings(frozenset({"road"})).for_theme(plan, theme)
        scene = build_scene(plan, replace(VIEW, scale=scale), settings)
        return len({int(f) for each in scene.operations if isinstance(each, Lines)
                    for chunk in each.chunks for f in chunk.rings.feature})

    scales = (600_000, 1_000_000, 1_500_000, 2_000_000)
    assert [shown(scale, other) for scale in scales] == [3, 2, 1, 0]
    assert [shown(scale, road_theme) for scale in scales] == [3, 3, 2, 1]


def test_dead_ends_are_turned_across_the_road() -> None:
    ends = (("true", 0.0), ("true", None), ("gate", 90.0))
    plan = small_plan(dead_end=[{"code": f"{n}", "reason": reason, "bearing": bearing,
                                 "geom": shapely.Point(at(1, 1 - n / 3))}
                                for n, (reason, bearing) in enumerate(ends)])
    scene = build_scene(plan, VIEW, LayerSettings(frozenset({"dead_end"})))
    turns = {int(fid): turn for each in scene.operations if isinstance(each, Marks)
             for fid, turn in zip(each.fids, [0.0] * 9 if each.turns is None else each.turns, strict=False)}
    assert turns == {1: -90.0, 2: 0.0, 3: 0.0}, "to the north: a quarter back; not known: upright"


@pytest.mark.parametrize("cell", (1.0, 40.0))
def test_lines_lose_only_vertices_that_nobody_sees(cell: float) -> None:
    x = np.arange(0.0, 2 * SIDE, 10.0)
    course = shapely.LineString(np.column_stack([x, 300 * np.sin(x / 900)]))
    loop = shapely.Point(0, 0).buffer(cell / 9).exterior
    source = Source(np.array([course, loop], object), np.zeros(2, np.int16))
    blocks = source.blocks((-SIDE, -SIDE, 3 * SIDE, SIDE), cell / 0.75, frozenset({0}))
    lines = {int(feature): chunk.rings.xy[first:last] * chunk.unit + chunk.origin
             for block in blocks for chunk in block.lines for feature, first, last in
             zip(chunk.rings.feature, chunk.rings.starts[:-1], chunk.rings.starts[1:], strict=True)}
    assert shapely.hausdorff_distance(shapely.LineString(lines[0]), course) < 0.75 * cell
    assert len(lines[0]) < len(x) / 2
    assert len(lines[1]) > 2, "a small loop does not vanish"


def test_the_sign_of_the_unknown_has_its_own_ink() -> None:
    scene = build_scene(small_plan(), VIEW, LayerSettings(frozenset({"gacha"})),
                        theme=status_theme("x", Text("x", "x"), {CODES[0]: "unknown"}))
    assert [label.colour for label in scene.labels if label.text == "?"] == [colour("unknown_ink")]


def test_a_river_s_name_stands_on_one_gentle_bend_along_the_calm_of_its_course() -> None:
    """A saw of 24 px teeth that runs out into a straight reach: the name is there; it turns evenly
    from sign to sign, on the saw alone, too."""
    saw = np.array([(x, 300.0 + 24.0 * (at % 2)) for at, x in enumerate(range(0, 420, 20))])
    straight = np.array([(x, 300.0) for x in range(420, 800, 20)])
    for line, west in ((np.vstack([saw, straight]), 390.0), (saw, 0.0)):
        asked = Request("辉河东支", "river", RIVER, "a", (0.0, 0.0), line=line)
        (label,) = place([asked], VIEW)
        turns = [piece.angle for piece in label.pieces]
        assert min(piece.x for piece in label.pieces) > west
        assert np.ptp(np.diff(turns)) < 6, turns
