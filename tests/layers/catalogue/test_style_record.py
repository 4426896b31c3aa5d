"""Styles as JSON values, classes of numbers, ramps that everybody can tell apart."""

from __future__ import annotations

import json

import numpy as np
import pytest

from layers.catalogue.classes import classify
from layers.catalogue.registry import default_catalogue
from layers.catalogue.style import Marker, Stroke, Style, StyleClass, Symbol
from layers.catalogue.style_record import read_style, style_record
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.maps.classes import Classing
from layers.maps.project_styles import change_of, checked, icon_names, project_styles
from layers.maps.restyle import MOST_VALUES, categorised, graded, plain_symbol, ramps, single
from layers.plan.changes import Changes
from tests.layers.maps.small_plan import small_plan

COLUMN = "out_of_poverty_households"


def test_every_style_of_the_catalogue_comes_back_equal_through_json():
    for kind in default_catalogue():
        kept = json.loads(json.dumps(style_record(kind.style), ensure_ascii=False))
        assert read_style(kept) == kind.style, kind.id
        if kind.geometry:
            assert checked(kind, read_style(kept)) is not None


@pytest.mark.parametrize(
    "record",
    [
        {"symbol": {"fill": 3}},
        {"symbol": {"strokes": [{"colour": "#112233", "width_mm": "1"}]}},
        {"classes": [{"title": {"zh": "甲", "en": "A"}}]},
        {"classes": [{"symbol": {}}]},
        {"classes": [{"title": {"zh": "甲", "en": "A"}, "symbol": {}, "limits": [1, "2"]}]},
        {"order": True},
        {"script": "x"},
        {"symbol": []},
        {"classes": [{"title": {"zh": "甲", "en": "A"}, "symbol": {}}] * 201},
    ],
)
def test_what_is_no_style_is_refused(record):
    with pytest.raises(InputError, match="style_malformed"):
        read_style(record)


@pytest.mark.parametrize(
    ("style", "code"),
    [
        (Style(Symbol("no_such_token")), "colour_unknown"),
        (Style(Symbol(marker=Marker("circle", 2, "#112233"))), "style_shape"),
        (Style(column="no_such", classes=(StyleClass("x", Text("x", "x"), Symbol("#112233")),)),
         "style_column_unknown"),
    ],
)  # fmt: skip
def test_a_style_that_cannot_draw_its_layer_is_refused(style, code):
    with pytest.raises(InputError) as caught:
        checked(default_catalogue()["gacha"], style)
    assert caught.value.code == code


def test_an_icon_is_one_of_the_gallery_and_never_a_path():
    clinic = default_catalogue()["clinic"]
    assert "maki/hospital" in icon_names() and len(icon_names()) > 100
    with pytest.raises(InputError, match="icon_unknown"):
        checked(clinic, Style(Symbol(marker=Marker("icon", 3, "#112233", icon="../../secret"))))


def test_a_number_on_a_limit_is_in_the_class_below_and_an_unknown_one_in_none():
    red, blue = Symbol("#ff0000"), Symbol("#0000ff")
    style = Style(column="n", classes=(
        StyleClass(None, Text("a", "a"), red, limits=(None, 10.0)),
        StyleClass(None, Text("b", "b"), blue, limits=(10.0, 20.0)),
    ))  # fmt: skip
    values = [-1, 10, 10.000001, 20, 20.5, None, float("nan"), "12"]
    assert classify(style, {"n": values}, len(values)).tolist() == [0, 0, 1, 1, -1, -1, -1, -1]


def test_classes_of_numbers_hold_their_limits_and_say_their_unit():
    rows = [
        {"code": f"9000001000{n:02}", "name": "白音嘎查", "sumu_code": "900000100000", COLUMN: value}
        for n, value in enumerate((1, 2, 3, 10, 11, 30, 31, None))
    ]
    table = small_plan(gacha=rows).table("gacha")
    base = plain_symbol(table.kind)
    style = graded(table, table.kind.style, COLUMN, base, Classing("jenks", 3), ramps()["viridis"])
    assert [each.limits for each in style.classes[:-1]] == [(None, 5.0), (5.0, 20.0), (20.0, None)]
    assert style.classes[1].title.zh == "5 – 20 户" and style.classes[-1].title.zh == "未知"
    columns = {COLUMN: table.column(COLUMN)}
    assert classify(style, columns, len(table)).tolist() == [0, 0, 0, 1, 1, 2, 2, 3]
    assert [each.symbol.fill for each in style.classes[:3]] == ["#fde725", "#21918c", "#440154"]
    assert read_style(json.loads(json.dumps(style_record(style)))) == style


def test_classes_by_value_follow_the_choices_and_too_many_values_are_said():
    plan = small_plan(
        clinic=[{"code": "c1", "name": "甲", "gacha_code": "900000100001", "geom": None}],
        gacha=[{"code": f"9000001{n:05}", "name": f"嘎查{n}", "sumu_code": "900000100000"}
               for n in range(MOST_VALUES + 1)],
    )  # fmt: skip
    road = small_plan(road=[]).table("road")
    colours = ramps()["okabe_ito"].sampled(9)
    style = categorised(road, road.kind.style, "surface", plain_symbol(road.kind), colours)
    choices = [choice.value for choice in road.kind.column("surface").choices]
    assert [each.value for each in style.classes] == [*choices, None]
    assert style.classes[1].symbol.strokes[-1].colour == "#56b4e9"
    assert style.classes[0].symbol.strokes[0] == plain_symbol(road.kind).strokes[0]  # its casing stays
    with pytest.raises(InputError, match="style_too_many_values"):
        categorised(plan.table("gacha"), style, "name", Symbol(), colours)


def test_a_project_s_style_takes_the_place_of_the_catalogue_s_and_a_damaged_one_does_not():
    plan = small_plan()
    kind = plan.catalogue["gacha"]
    style = single(kind.style, Symbol("#123456", strokes=(Stroke("#000000", 0.3),)))
    kept = plan.apply(Changes(documents=(change_of(plan, "gacha", style),)))
    assert project_styles(kept) == {"gacha": style}
    assert project_styles(kept.apply(Changes(documents=(change_of(kept, "gacha", kind.style),)))) == {}
    broken = plan.apply(Changes(documents=(plan.set_document("styles", "gacha", {"symbol": 1}),)))
    assert project_styles(broken) == {}


def test_ramps_go_from_light_to_dark_and_neighbours_differ_for_colour_blind_readers():
    """Brettel's kind of simulation by the matrices of Machado, Oliveira and Fernandes (2009), severity 1."""
    seen = {
        "usual": np.eye(3),
        "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
        "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                            [-0.011820, 0.042940, 0.968881]]),
    }  # fmt: skip
    for ramp in ramps().values():
        colours = ramp.sampled(5)
        assert len(set(colours)) == 5 and ramp.sampled(7) == tuple(each.lower() for each in ramp.colours[:7])
        for eye in seen.values():
            lab = np.array([_lab(eye @ _linear(each)) for each in colours])
            apart = np.linalg.norm(np.diff(lab, axis=0), axis=1)
            assert apart.min() > 8, (ramp.id, apart)
            if ramp.kind == "sequential":
                assert (np.diff(lab[:, 0]) < 0).all(), ramp.id


def _linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _lab(linear: np.ndarray) -> np.ndarray:
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = matrix @ np.clip(linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = [part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])
