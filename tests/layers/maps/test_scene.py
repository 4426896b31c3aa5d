"""Scenes: what shows at which scale, in which order, with what said about it. Free of Qt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from layers.catalogue.style import Label, Stroke, Style, Symbol
from layers.catalogue.text import Text
from layers.maps.choropleth import Columns, amount_theme, status_theme
from layers.maps.classes import round_breaks
from layers.maps.furniture import scale_bar, scale_text
from layers.maps.operations import Boxes, Discs, Fill, Hatch, Lines, Marks, Segments
from layers.maps.palette import PALETTES, colour, palette
from layers.maps.paper_parts import Swatch
from layers.maps.points import BY_SUMU_FROM
from layers.maps.scene import build_scene
from layers.maps.settings import LayerSettings
from layers.maps.sheet import build_sheet
from layers.maps.symbols import _FORMS, marker_shapes, pixel_symbol
from layers.maps.viewport import PAPER, View, round_scale
from layers.plan.plan import Plan
from tests.layers.maps.small_plan import MIDDLE, at, regime, small_plan, square
from tests.layers.maps.test_sheet import TEXT

VIEW = View(MIDDLE, 300_000, 800, 700)
CODES = ("900000100001", "900000100002", "900000200001", "900000200002")


def _showing(plan: Plan, *kinds: str) -> LayerSettings:
    return LayerSettings(frozenset(kinds))


def _of(scene, kind: type) -> list:
    return [each for each in scene.operations if isinstance(each, kind)]


def _texts(scene) -> set[str]:
    return {label.text for label in scene.labels}


# -- view ------------------------------------------------------------------------------------------


def test_ground_and_pixels_agree_both_ways() -> None:
    view = View(MIDDLE, 123_456, 801, 603, ratio=1.5)
    x, y = view.to_ground(100.0, 77.0)
    assert view.to_logical(x, y) == pytest.approx((100.0, 77.0))
    assert view.to_px([(x, y)])[0] == pytest.approx((150.0, 115.5))
    assert view.bounds[0] == pytest.approx(view.to_ground(0, 0)[0])


def test_zooming_keeps_the_ground_under_the_cursor() -> None:
    before = VIEW.to_ground(650.0, 90.0)
    for factor in (1.25, 0.3, 40.0):
        assert VIEW.zoomed(factor, (650.0, 90.0)).to_ground(650.0, 90.0) == pytest.approx(before)


def test_a_fitted_view_holds_its_bounds() -> None:
    bounds = (0.0, 0.0, 3_000.0, 400.0)
    view = VIEW.fitted(bounds)
    west, south, east, north = view.bounds
    assert west < 0 and south < 0 and east > 3_000 and north > 400
    assert round_scale(847_000) == 850_000 and round_scale(847_000, up=False) == 750_000
    assert scale_text(850_000) == "1:850 000"


def test_the_scale_bar_is_exact_and_round() -> None:
    for scale in (900, 24_000, 190_000, 850_000, 3_000_000):
        for ratio in (1.0, 2.0):
            view = View(MIDDLE, scale, 800, 600, ratio)
            bar = scale_bar(view)
            assert abs(bar.px * view.metres_per_px - bar.metres) < 1e-6
            assert 50 < bar.px / ratio <= 150
            assert float(f"{bar.metres:.1g}") == bar.metres


# -- what is drawn ---------------------------------------------------------------------------------


def test_every_kind_of_the_catalogue_can_be_drawn() -> None:
    plan = small_plan()
    for kind in plan.catalogue:
        symbols = [kind.style.symbol, *(each.symbol for each in kind.style.classes)]
        for name in PALETTES:
            view = replace(VIEW, palette=name)
            for symbol in symbols:
                pixel_symbol(symbol, view)
                if symbol.marker:
                    assert symbol.marker.form in _FORMS
                    assert marker_shapes(symbol.marker, view)


def test_both_palettes_have_every_token() -> None:
    light, beamer = palette("light"), palette("projector")
    assert light.keys() == beamer.keys()
    assert all(len(value) == 7 and colour(token) for token, value in light.items())


def test_layers_come_in_the_order_of_the_look() -> None:
    plan = small_plan(
        land_cover=[{"code": "1", "cover": "steppe", "geom": square(0, 0, 2, 2)}],
        grazing_zone=[regime("z1", "ban", square(0.2, 0.2))],
        road=[
            {
                "code": "r1",
                "class": "class_iii",
                "surface": "asphalt",
                "geom": shapely.LineString([at(0, 1), at(2, 1.2)]),
            }
        ],
    )
    scene = build_scene(
        plan, VIEW, _showing(plan, "banner", "sumu", "gacha", "land_cover", "grazing_zone", "road")
    )
    names = [colour(token)[:3] for token in ("banner_band", "land", "steppe", "ban", "road_case", "road_hi")]
    colours = [
        (each.stroke.colour if isinstance(each, Lines) else each.colour)[:3]
        for each in scene.operations
        if isinstance(each, (Fill, Lines))
    ]
    places = [colours.index(name) for name in names]
    assert places == sorted(places)


def test_casings_of_all_classes_lie_under_all_cores() -> None:
    plan = small_plan(
        road=[
            {
                "code": f"r{n}",
                "class": name,
                "surface": "asphalt",
                "geom": shapely.LineString([at(0, n / 3), at(2, n / 3)]),
            }
            for n, name in enumerate(("class_ii", "class_iii", "class_iv", "village"))
        ]
    )
    scene = build_scene(plan, VIEW, _showing(plan, "road"))
    case = colour("road_case")
    roads = [each.stroke.colour == case for each in _of(scene, Lines)]
    assert roads == [True] * 4 + [False] * 4


def test_shared_lines_of_units_are_drawn_once_by_the_highest() -> None:
    plan = small_plan()
    scene = build_scene(plan, VIEW, _showing(plan, "banner", "sumu", "gacha"))
    lengths = {}
    for each in _of(scene, Lines):
        for chunk in each.chunks:
            xy, starts = chunk.rings.xy, chunk.rings.starts
            steps = np.hypot(*np.diff(xy, axis=0).T)
            steps = np.delete(steps, starts[1:-1] - 1)
            lengths[each.stroke.colour] = lengths.get(each.stroke.colour, 0.0) + steps.sum() / 20_000
    # In sides of a gacha: 8 round the banner, 2 between the sumu, 2 between gachas of one sumu.
    drawn = {name: round(lengths[colour(name)], 6) for name in ("banner_line", "sumu_line", "gacha_line")}
    assert drawn == {"banner_line": 8, "sumu_line": 2, "gacha_line": 2}


def test_what_shows_depends_on_the_scale() -> None:
    rows = [
        {
            "code": f"t{n}",
            "gacha_code": CODES[n % 2],
            "state": "accepted",
            "geom": shapely.Point(at(0.5, 0.5 + n / 99)),
        }
        for n in range(7)
    ]
    plan = small_plan(toilet=rows)
    settings = _showing(plan, "banner", "sumu", "gacha", "toilet")
    near = build_scene(plan, View(at(0.5, 0.5), 40_000, 800, 700), settings)
    far = build_scene(plan, VIEW, settings)
    farthest = build_scene(plan, replace(VIEW, scale=1_900_000), settings)
    assert sum(len(each.xy) for each in _of(near, Marks)) > 0
    assert not _of(far, Marks) and {"4", "3"} <= _texts(far)
    assert not _of(farthest, Marks)
    assert "白音（东河）" in _texts(
        replace(far, labels=build_scene(plan, replace(VIEW, scale=500_000), settings).labels)
    )


def test_twins_carry_their_sumu_and_others_do_not() -> None:
    plan = small_plan()
    texts = _texts(build_scene(plan, replace(VIEW, scale=500_000), _showing(plan, "gacha")))
    assert {"白音（东河）", "白音（西山）", "乌兰", "查干"} == texts
    assert "乌兰嘎查" in _texts(build_scene(plan, VIEW, _showing(plan, "gacha")))


def test_patterns_and_teeth_are_never_left_out_for_speed() -> None:
    plan = small_plan(
        grazing_zone=[
            regime("z1", "ban", square(0, 0)),
            regime("z2", "rest", square(1, 0)),
            regime("z3", "balance", square(0, 1)),
            regime("z4", "ban", square(1.5, 1.5, 0.001, 0.001)),
        ],
        basic_grassland=[{"code": "b1", "geom": square(0.1, 0.1, 1.5, 1.5)}],
    )
    scene = build_scene(plan, VIEW, _showing(plan, "grazing_zone", "basic_grassland"))
    hatches = {each.pattern.form: each for each in _of(scene, Hatch)}
    assert set(hatches) == {"diagonal", "back_diagonal", "dots"}
    # A zone narrower than two gaps keeps its tint, and only that.
    assert {int(f) for c in hatches["diagonal"].chunks for f in c.rings.feature} == {0}
    tints = [each for each in _of(scene, Fill) if each.colour == colour("ban")]
    assert {int(f) for each in tints for c in each.chunks for f in c.rings.feature} == {0, 3}
    (teeth,) = _of(scene, Segments)
    foot, tip = teeth.segments[:, :2], teeth.segments[:, 2:]
    middle = VIEW.to_px([at(0.85, 0.85)])[0]
    assert len(teeth.segments) > 20
    assert (np.hypot(*(tip - middle).T) < np.hypot(*(foot - middle).T)).all()  # inwards


def test_a_throw_away_kind_is_drawn_from_its_record_alone() -> None:
    plan = small_plan()
    kind = replace(
        plan.catalogue["lake"],
        id="pond",
        title=Text("坑塘", "Ponds"),
        style=Style(
            Symbol(fill="#123456", strokes=(Stroke("#654321", 0.2),)),
            label=Label("name", "lake"),
            order=41,
            visible=True,
        ),
    )
    from layers.plan.table import Table

    table = Table.from_rows(kind, [{"code": "p1", "name": "大泡子", "geom": square(0.5, 0.5)}])
    wider = Plan(plan.catalogue.with_kind(kind), plan.crs, {**plan.tables, "pond": table}, plan.documents)
    scene = build_scene(wider, VIEW)
    assert any(each.colour[:3] == (0x12, 0x34, 0x56) for each in _of(scene, Fill))
    assert "大泡子" in _texts(scene)
    assert [entry.title.zh for entry in scene.legend.layers if entry.kind == "pond"] == ["坑塘"]


def test_an_edit_is_drawn_and_the_untouched_stays_prepared() -> None:
    rows = [regime(f"z{n}", "ban", square(n % 10 / 5, n // 10 / 5, 0.19, 0.19)) for n in range(100)]
    plan = small_plan(grazing_zone=rows)
    settings = _showing(plan, "grazing_zone")
    build_scene(plan, VIEW, settings)
    from layers.plan.changes import Changes

    table = plan.tables["grazing_zone"]
    edited = plan.apply(Changes((table.update(5, {"regime": "rest"}), table.delete(7))))
    scene = build_scene(edited, VIEW, settings)
    counts = {
        each.colour: sum(len(np.unique(c.rings.feature)) for c in each.chunks)
        for each in _of(scene, Fill)
        if each.colour in (colour("ban"), colour("rest"))
    }
    assert counts == {colour("ban"): 98, colour("rest"): 1}
    assert [(entry.title.zh, entry.count) for entry in scene.legend.layers] == [("禁牧区", 98), ("休牧区", 1)]


# -- themes ----------------------------------------------------------------------------------------


def test_a_status_theme_fills_units_by_their_code() -> None:
    plan = small_plan()
    statuses = dict(zip(CODES, ("met", "short", "exempt", "unknown"), strict=True))
    theme = status_theme("clinics", Text("卫生室", "Clinics"), statuses)
    scene = build_scene(plan, VIEW, _showing(plan, "banner", "sumu", "gacha"), theme=theme)
    fills = {each.colour: {int(f) for c in each.chunks for f in c.rings.feature} for each in _of(scene, Fill)}
    assert [fills[colour(name)] for name in ("met", "short", "exempt", "unknown")] == [{0}, {1}, {2}, {3}]
    assert {each.pattern.form for each in _of(scene, Hatch)} == {"dots", "stripes"}
    assert [(entry.title.zh, entry.count) for entry in scene.legend.theme] == [
        ("缺口", 1),
        ("按规定豁免", 1),
        ("达标", 1),
        ("未知（没有调查）", 1),
    ]
    assert scene.title.zh == "卫生室"
    white = [each for each in _of(scene, Lines) if each.stroke.colour == colour("halo")]
    assert white, "white lines between the fills"


def test_a_theme_takes_the_tint_from_zones_but_not_their_pattern() -> None:
    plan = small_plan(grazing_zone=[regime("z1", "ban", square(0, 0))])
    theme = status_theme("x", Text("x", "x"), {CODES[0]: "met"})
    scene = build_scene(plan, VIEW, _showing(plan, "gacha", "grazing_zone"), theme=theme)
    assert not [each for each in _of(scene, Fill) if each.colour == colour("ban")]
    assert [each.pattern.form for each in _of(scene, Hatch)] == ["diagonal"]


class Country:
    """A basemap without a picture."""

    credit = ""

    def for_export(self):
        return self

    def pictures(self, _view, _crs, _check):
        return iter(())


@pytest.mark.parametrize("basemap", [None, Country()])
@pytest.mark.parametrize("paper", [False, True])
def test_the_legend_is_as_strong_as_the_map(basemap, paper) -> None:
    """Each tint of the legend, its strength with it, is one of the map's; so are those of a sheet."""
    plan = small_plan(
        grazing_zone=[regime("z1", "ban", square(0, 0))],
        land_cover=[{"code": "L1", "cover": "water", "geom": square(0.1, 0.1, 3, 1)}],
    )
    settings = replace(
        _showing(plan, "gacha", "grazing_zone", "land_cover"), basemap=basemap, opacity={"grazing_zone": 0.5}
    )
    theme = status_theme("x", Text("x", "x"), {CODES[0]: "met", CODES[3]: "short"})
    for each in (None, theme):
        if paper:
            sheet = build_sheet(plan, "A3-landscape", TEXT, settings, theme=each)
            scene, entries = sheet.map.scene, [one for one in sheet.items if isinstance(one, Swatch)]
        else:
            scene = build_scene(plan, VIEW, settings, theme=each)
            entries = [*scene.legend.theme, *scene.legend.layers]
        drawn = {(one.colour[:3], round(one.opacity * one.colour[3] / 255, 2)) for one in _of(scene, Fill)}
        told = {
            (colour(one.symbol.fill)[:3], round(one.symbol.fill_opacity, 2))
            for one in entries
            if one.symbol.fill and one.geometry == "MultiPolygon"
        }
        assert told and told <= drawn, (told, drawn)
        assert any(strong < 0.61 for _, strong in told) or each is theme and basemap is None


def test_amounts_fall_into_round_classes_and_unknown_is_not_zero() -> None:
    amounts: dict[str, float | None] = {f"{n}": float(n) for n in range(41)}
    amounts["x"] = None
    theme = amount_theme("toilets", Text("改厕", "Toilets"), amounts, unit="户")
    titles = [each.title.zh for each in theme.classes]
    assert titles == ["> 30 户", "20–30 户", "11–20 户", "≤ 11 户", "不缺", "未知（没有调查）"]
    assert theme.classes[theme.of_unit["0"]].value == "nothing"
    assert theme.classes[theme.of_unit["x"]].value == "unknown"
    assert theme.of_unit["40"] == 0
    for value, at_class in theme.of_unit.items():
        if value not in ("x", "0"):
            assert at_class == 3 - sum(
                float(value) > limit for limit in round_breaks(np.arange(1.0, 41.0), 4)
            )
    assert theme.counts() == [sum(1 for each in theme.of_unit.values() if each == n) for n in range(6)]


def test_columns_share_one_scale_and_hollow_is_still_to_come() -> None:
    plan = small_plan()
    columns = Columns(
        {CODES[0]: [40, 20, 10, None], CODES[1]: [4, 0, 8, 8]}, ("2022", "2023", "2024", "2025"), 2
    )
    theme = amount_theme("t", Text("t", "t"), dict.fromkeys(CODES, 1.0), columns=columns)
    scene = build_scene(plan, replace(VIEW, scale=600_000), _showing(plan, "gacha"), theme=theme)
    bars = [each for each in _of(scene, Boxes) if each.stroke is not None]
    heights = {(each.fill, n): row[3] - row[1] for each in bars for n, row in enumerate(each.boxes)}
    assert heights[colour("y2022"), 0] == pytest.approx(10 * heights[colour("y2022"), 1])
    assert [each.fill for each in bars] == [colour("y2022"), colour("y2023"), colour("halo"), colour("halo")]


def test_from_far_columns_become_a_circle_a_sumu_with_a_key_of_its_own() -> None:
    """The sum of what is known of its gachas: 40 + 20 + 10 and 4 + 8 + 8; the legend says what is drawn."""
    plan = small_plan()
    columns = Columns({CODES[0]: [40, 20, 10, None], CODES[1]: [4, 0, 8, 8]}, ("1", "2", "3", "4"), 2,
                      by_sumu=Text("按苏木", "by sumu"))  # fmt: skip
    theme = amount_theme("t", Text("t", "t"), dict.fromkeys(CODES, 1.0), columns=columns)
    for scale, far in ((BY_SUMU_FROM, False), (BY_SUMU_FROM + 1, True)):
        scene = build_scene(plan, replace(VIEW, scale=scale), _showing(plan, "gacha", "sumu"), theme=theme)
        discs = _of(scene, Discs)
        assert bool(discs) == far and (scene.legend.columns is None) == far
    circles = scene.legend.circles
    assert circles is not None and circles.title.en == "by sumu" and sum(circles.values.values()) == 90
    assert discs[-1].fill == colour("y2023")


def test_selection_is_yellow_on_black_and_named_first() -> None:
    plan = small_plan()
    scene = build_scene(plan, VIEW, _showing(plan, "gacha"), selection=("gacha", frozenset({2})))
    case, core = _of(scene, Lines)[-2:]
    assert (case.stroke.colour, core.stroke.colour) == (colour("sel_case"), colour("sel"))
    assert scene.labels[0].text == "乌兰嘎查" and scene.labels[0].rank == "selected"


# -- odd plans -------------------------------------------------------------------------------------


def test_empty_and_missing_layers_make_an_empty_map() -> None:
    plan = Plan(small_plan().catalogue, small_plan().crs, {})
    scene = build_scene(plan, VIEW)
    assert scene.operations == () and not scene.legend and scene.background == colour("land")


def test_rows_without_geometry_or_name_are_no_trouble() -> None:
    plan = small_plan(
        lake=[{"code": "1", "geom": None}, {"code": "2", "name": None, "geom": square(0.2, 0.2)}],
        seat=[{"code": "s", "level": "gacha", "unit_code": None, "geom": shapely.Point(at(1, 1))}],
    )
    scene = build_scene(plan, VIEW, _showing(plan, "gacha", "lake", "seat"))
    assert len(_of(scene, Marks)) == 1


def test_giving_up_is_possible_between_steps() -> None:
    class Stop(Exception):
        pass

    steps = []

    def check() -> None:
        steps.append(1)
        if len(steps) == 3:
            raise Stop

    with pytest.raises(Stop):
        build_scene(small_plan(), VIEW, check=check)


def test_paper_is_drawn_with_thinner_hair_lines_and_its_own_ground() -> None:
    scene = build_scene(small_plan(), replace(VIEW, medium=PAPER, ratio=300 / 96))
    assert scene.background == colour("outside_paper")
    assert min(each.stroke.width for each in _of(scene, Lines)) < 2.0
