"""Areas and lines of a theme's own are drawn over the units, and stand in the legend without counts."""

from __future__ import annotations

import shapely

from layers.catalogue.style import Marker, Stroke, StyleClass, Symbol
from layers.catalogue.text import Text
from layers.maps.choropleth import MapTheme, Trace
from layers.maps.operations import Fill, Lines, Marks
from layers.maps.palette import colour
from layers.maps.scene import build_scene
from layers.maps.viewport import View
from tests.layers.maps.small_plan import MIDDLE, small_plan


def test_areas_and_lines_of_a_theme():
    plan = small_plan()
    (x, y), half = MIDDLE, 20_000.0
    west, south, east, north = x - half, y - half, x + half, y + half
    middle = shapely.box(
        (3 * west + east) / 4, (3 * south + north) / 4, (west + 3 * east) / 4, (south + 3 * north) / 4
    )
    line = shapely.LineString([(west, south), (east, north)])
    theme = MapTheme(
        "t", Text("t", "t"), Text("", ""), (StyleClass("in", Text("内", "in"), Symbol(fill="need3")),), {},
        areas=((0, shapely.MultiPolygon([middle])),),
        traces=(Trace(Text("路", "way"), Symbol(strokes=(Stroke("dead", 0.75),)), line),),
    )  # fmt: skip
    view = View(MIDDLE, 300_000, 800, 700)
    scene = build_scene(plan, view, theme=theme)
    fills = [
        one for one in scene.operations if isinstance(one, Fill) and one.colour == colour("need3", "light")
    ]
    lines = [
        one
        for one in scene.operations
        if isinstance(one, Lines) and one.stroke.colour == colour("dead", "light")
    ]
    assert len(fills) == len(lines) == 1
    assert scene.operations.index(lines[0]) > scene.operations.index(fills[0])
    assert [(entry.title.zh, entry.count) for entry in scene.legend.theme] == [("内", 0), ("路", 0)]
    away = build_scene(plan, View((x + 1e6, y), 300_000, 800, 700), theme=theme)
    assert not any(
        isinstance(one, Fill) and one.colour == colour("need3", "light") for one in away.operations
    )


def test_places_of_a_theme_stand_over_the_symbols_and_keep_names_off():
    plan = small_plan()
    places = shapely.MultiPoint([MIDDLE, (MIDDLE[0] + 1e6, MIDDLE[1])])
    trace = Trace(Text("新址", "site"), Symbol(marker=Marker("diamond", 4.2, "halo", fill="work")), places)
    theme = MapTheme("t", Text("t", "t"), Text("", ""), (), {}, traces=(trace,))
    scene = build_scene(plan, View(MIDDLE, 300_000, 800, 700), theme=theme)
    (marks,) = [one for one in scene.operations if isinstance(one, Marks) and one.kind == ""]
    assert marks.xy.round(6).tolist() == [[400.0, 350.0]], "what is far off is left out"
    assert [(entry.title.zh, entry.geometry) for entry in scene.legend.theme] == [("新址", "Point")]
