"""A theme whose classes have symbols draws one a unit, what is missing on top, and names keep clear of
them."""

from __future__ import annotations

from layers.catalogue.health import WAY_CLASSES
from layers.catalogue.text import Text
from layers.maps.choropleth import UNKNOWN, MapTheme
from layers.maps.operations import Marks
from layers.maps.points import unit_anchors
from layers.maps.scene import build_scene
from layers.maps.settings import LayerSettings
from layers.maps.sources import SOURCES
from layers.maps.stack import Context
from layers.maps.viewport import View
from tests.layers.maps.small_plan import MIDDLE, small_plan

VIEW = View(MIDDLE, 300_000, 800, 700)
CODES = ("900000100001", "900000100002", "900000200001", "900000200002")
BLANK = next(at for at, each in enumerate(WAY_CLASSES) if each.value == "blank")


def scene_of(of_unit: dict[str, int], flagged: frozenset[str] = frozenset()):
    plan = small_plan()
    theme = MapTheme(
        "clinics", Text("x", "x"), Text("", ""), (*WAY_CLASSES, UNKNOWN), of_unit, flagged=flagged
    )
    settings = LayerSettings(frozenset({"gacha"}))
    return plan, theme, settings, build_scene(plan, VIEW, settings, theme=theme)


def test_one_symbol_a_unit_none_for_unknown_and_blank_on_top() -> None:
    of_unit = dict(zip(CODES, (BLANK, 0, 1, len(WAY_CLASSES)), strict=True))
    plan, theme, settings, scene = scene_of(of_unit, frozenset(CODES[:1]))
    marks = [each for each in scene.operations if isinstance(each, Marks)]
    gacha = plan.table("gacha")
    drawn = {gacha.row(int(fid))["code"] for mark in marks for fid in mark.fids}
    assert drawn == set(CODES[:3]), "what is not known has stripes, not a symbol"
    assert [gacha.row(int(fid))["code"] for fid in marks[-1].fids] == [CODES[0]]
    context = Context(plan, VIEW, settings, theme, "zh", ("", frozenset()), SOURCES, lambda: None)
    x, y = VIEW.to_px(unit_anchors(context, gacha, "seat")[CODES[0]].xy)[0]
    assert abs(marks[-1].xy[0] - (x, y)).max() < 0.01


def test_names_keep_clear_of_the_symbols() -> None:
    *_, scene = scene_of(dict.fromkeys(CODES, BLANK), frozenset(CODES))
    marks = [each for each in scene.operations if isinstance(each, Marks)]
    assert len(scene.labels) >= 4
    for mark in marks:
        for x, y in mark.xy:
            for label in scene.labels:
                for west, north, east, south in label.boxes:
                    assert not (west < x < east and north < y < south)


def test_a_theme_without_symbols_draws_none() -> None:
    plan = small_plan()
    theme = MapTheme("t", Text("x", "x"), Text("", ""), (UNKNOWN,), dict.fromkeys(CODES, 0))
    scene = build_scene(plan, VIEW, LayerSettings(frozenset({"gacha"})), theme=theme)
    assert not [each for each in scene.operations if isinstance(each, Marks)]
