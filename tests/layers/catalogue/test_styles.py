"""Styles: real tokens, classes for every choice, the drawing order of the look, classes told apart in
grey."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from layers.catalogue.classes import class_columns, classify, legend_rows
from layers.catalogue.model import LayerKind
from layers.catalogue.registry import default_catalogue
from layers.catalogue.style import Style, StyleClass, Symbol
from layers.catalogue.text import Text

CATALOGUE = default_catalogue()
DRAWN = [kind for kind in CATALOGUE if kind.geometry]
RESOURCES = Path(__file__).parents[3] / "resources"
TOKENS = {
    token
    for group in tomllib.loads((RESOURCES / "theme" / "tokens.toml").read_text("utf-8")).values()
    for token in group
}
PATTERNS = {"diagonal", "back_diagonal", "dots", "grid", "horizontal", "plus", "stripes"}
MARKERS = {
    "circle",
    "ring",
    "ring_dot",
    "double_ring",
    "square",
    "square_hollow",
    "diamond",
    "bar",
    "triangle",
    "cross_box",
    "wheels",
    "arrow_ring",
    "icon",
}
RANKS = {"banner", "sumu", "gacha", "river", "lake", "road", "place"}

every_drawn = pytest.mark.parametrize("kind", DRAWN, ids=lambda kind: kind.id)


def symbols(style: Style) -> list[Symbol]:
    return [entry.symbol for entry in style.classes] or [style.symbol]


def colours(symbol: Symbol) -> set[str]:
    found = {symbol.fill} | {part.colour for part in (*symbol.patterns, *symbol.strokes, *symbol.outer)}
    found |= {symbol.band.colour} if symbol.band else set()
    found |= {symbol.marker.colour, symbol.marker.fill} if symbol.marker else set()
    return found - {""}


@pytest.mark.parametrize("kind", tuple(CATALOGUE), ids=lambda kind: kind.id)
def test_colours_are_tokens_and_icons_are_files(kind: LayerKind):
    for symbol in (kind.style.symbol, *symbols(kind.style)):
        for colour in colours(symbol):
            # a literal colour is only for the survey's own palette; it would not follow the theme
            survey = kind.id == "land_parcel" and re.fullmatch("#[0-9A-F]{6}", colour)
            assert colour in TOKENS or survey, colour
        assert {pattern.form for pattern in symbol.patterns} <= PATTERNS
        if symbol.marker:
            assert symbol.marker.form in MARKERS
            if symbol.marker.form == "icon":
                assert (RESOURCES / "icons" / f"{symbol.marker.icon}.svg").is_file(), symbol.marker.icon


@every_drawn
def test_every_kind_can_be_seen_in_its_geometry(kind: LayerKind):
    for symbol in symbols(kind.style):
        if kind.geometry == "Point":
            assert symbol.marker
        elif kind.geometry == "MultiLineString":
            assert symbol.strokes
        else:
            assert symbol.strokes or symbol.fill or symbol.band


@every_drawn
def test_style_names_columns_that_exist_and_classes_cover_the_choices(kind: LayerKind):
    style = kind.style
    assert not style.label or (style.label.column in kind.column_names and style.label.rank in RANKS)
    assert not style.rotation or kind.column(style.rotation).type == "real"
    assert bool(style.column) == bool(style.classes)
    assert style.aggregate in ("", "count", "outline")
    for name in class_columns(style):
        assert name in kind.column_names
    if not style.classes:
        return
    choices = [choice.value for choice in kind.column(style.column).choices]
    values = {entry.value for entry in style.classes if entry.value is not None}
    if choices:
        assert values <= set(choices)
        blank = {name: [None] * len(choices) for name in class_columns(style)}
        assert min(classify(style, {**blank, style.column: choices}, len(choices))) >= 0
    assert all(entry.title.zh and entry.title.en for entry in style.classes)
    if not kind.column(style.column).required:  # null is seen, too
        nothing = {name: [None] for name in class_columns(style)}
        assert classify(style, nothing, 1)[0] >= 0


@every_drawn
def test_classes_differ_in_more_than_hue(kind: LayerKind):
    """In a grey print each legend row must still be another drawing; tints of land are a backdrop, they may
    differ by colour alone."""
    rows = legend_rows(kind.style, kind.title)
    tints = kind.id in ("land_cover", "land_parcel")
    forms = {repr(row.symbol) if tints else _colourless(row.symbol) for row in rows}
    assert len(forms) == len(rows)


def _colourless(symbol: Symbol) -> tuple[object, ...]:
    marker, band = symbol.marker, symbol.band
    return (
        tuple((part.form, part.gap_mm, part.dash) for part in symbol.patterns),
        tuple((part.width_mm, part.dash) for part in symbol.strokes),
        (band.width_mm, band.tooth_mm) if band else None,
        (marker.form, marker.size_mm, marker.icon, marker.dash, bool(marker.fill), marker.fill == "unknown")
        if marker
        else None,
        bool(symbol.fill),
    )


def test_first_opening_shows_a_calm_map():
    shown = {kind.id for kind in DRAWN if kind.style.visible}
    assert shown == {"land_cover", "banner", "sumu", "gacha", "road", "river", "lake", "seat"}


def test_drawing_order_is_that_of_the_look():
    bottom_to_top = [
        "land_cover",
        "land_parcel",
        "grazing_zone",
        "livestock_zone",
        "river",
        "gacha",
        "sumu",
        "banner",
        "basic_grassland",
        "red_line",
        "road",
        "dead_end",
        "proposed_line",
        "seat",
        "clinic",
        "toilet",
    ]
    orders = [CATALOGUE[kind].style.order for kind in bottom_to_top]
    assert orders == sorted(orders)
    assert all(kind.style.order <= 90 for kind in DRAWN)


@pytest.mark.parametrize(
    ("kind", "scale", "aggregate"),
    [
        ("household", 50_000, "count"),
        ("toilet", 50_000, "count"),
        ("camp", 50_000, "count"),
        ("clinic", 1_000_000, "count"),
        ("dead_end", 1_000_000, "count"),
        ("livestock_zone", 500_000, "outline"),
        ("gacha", 2_500_000, ""),
        ("banner", 0, ""),
        ("sumu", 0, ""),
        ("grazing_zone", 0, ""),
        ("red_line", 0, ""),
    ],
)
def test_layers_appear_at_the_scales_of_the_look(kind: str, scale: int, aggregate: str):
    assert (CATALOGUE[kind].style.min_scale, CATALOGUE[kind].style.aggregate) == (scale, aggregate)


def test_personal_points_are_counted_until_one_stands_close():
    for kind in DRAWN:
        if kind.sensitive:
            assert kind.style.min_scale == 50_000 and kind.style.aggregate == "count", kind.id


@pytest.mark.parametrize(
    ("road_class", "surface", "title", "scale"),
    [
        ("class_ii", "asphalt", "二级公路", 0),
        ("class_iii", None, "三级公路", 0),
        ("class_iv", "concrete", "四级公路", 1_500_000),
        ("village", "asphalt", "嘎查硬化路", 1_000_000),
        ("village", "gravel", "砂石路", 600_000),
        ("class_iv", "earth", "土路", 600_000),
        ("track", None, "土路", 600_000),
        (None, "gravel", "砂石路", 600_000),
        ("village", None, "路面未知", 1_000_000),
        (None, None, "等级未知", 1_000_000),
    ],
)
def test_a_road_is_drawn_by_class_and_surface(road_class, surface, title, scale):
    style = CATALOGUE["road"].style
    place = classify(style, {"class": [road_class], "surface": [surface]}, 1)[0]
    assert (style.classes[place].title.zh, style.classes[place].min_scale) == (title, scale)


def test_roads_have_the_widths_of_the_look():
    widths = {
        entry.title.zh: tuple(stroke.width_mm for stroke in entry.symbol.strokes)
        for entry in CATALOGUE["road"].style.classes
    }
    assert widths["二级公路"] == (1.20, 0.85) and widths["三级公路"] == (1.00, 0.66)
    assert widths["四级公路"] == (0.74, 0.44) and widths["嘎查硬化路"] == (0.52, 0.26)
    assert widths["砂石路"] == (0.48, 0.26) and widths["土路"][-1] == 0.24


def test_regimes_are_diagonal_livestock_orthogonal_law_an_edge():
    regimes = {entry.value: entry.symbol for entry in CATALOGUE["grazing_zone"].style.classes}
    assert [regimes[value].patterns[0].form for value in ("ban", "rest", "balance")] == [
        "diagonal",
        "back_diagonal",
        "dots",
    ]
    livestock = {entry.value: entry.symbol for entry in CATALOGUE["livestock_zone"].style.classes}
    assert [livestock[value].patterns[0].form for value in ("ban", "limit", "ok")] == [
        "grid",
        "horizontal",
        "plus",
    ]
    assert not any(symbol.fill for symbol in livestock.values())
    for kind in CATALOGUE:
        if kind.zone and kind.zone.family in ("legal", "construction", "reserve", "water_source"):
            assert all(
                symbol.band and not symbol.fill and not symbol.patterns for symbol in symbols(kind.style)
            )


def test_legend_has_one_row_a_title_and_keeps_the_order():
    one, other = Symbol(fill="ban"), Symbol(fill="rest")
    style = Style(
        column="c",
        classes=(
            StyleClass("a", Text("甲", "A"), one),
            StyleClass("b", Text("乙", "B"), other),
            StyleClass("c", Text("甲", "A"), other),
        ),
    )
    rows = legend_rows(style, Text("层", "Layer"))
    assert [(row.title.zh, row.symbol, row.classes) for row in rows] == [
        ("甲", one, (0, 2)),
        ("乙", other, (1,)),
    ]
    assert [row.classes for row in legend_rows(Style(symbol=one), Text("层", "Layer"))] == [(-1,)]


def test_a_feature_takes_the_first_class_that_fits_all_its_conditions():
    style = Style(
        column="c",
        classes=(
            StyleClass("a", Text("甲", "A"), Symbol(), where=(("s", (1, 2)),)),
            StyleClass(None, Text("其他", "Other"), Symbol(), where=(("s", (3,)),)),
            StyleClass("a", Text("甲二", "A2"), Symbol()),
        ),
    )
    found = classify(style, {"c": ["a", "a", "a", "b", "b", None], "s": [1, 3, None, 3, 1, 3]}, 6)
    assert found.tolist() == [0, 1, 2, 1, -1, 1]
    assert classify(Style(), {}, 2).tolist() == [-1, -1]
