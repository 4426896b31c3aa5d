"""Classes of an amount: published examples, the exact optimum, bounds, ties; colours told apart; circles."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.catalogue.text import Text
from layers.errors import InputError
from layers.maps.choropleth import LONG_RAMP, RAMP, Circles, amount_theme
from layers.maps.circles import key_sizes, largest_radius, radius
from layers.maps.classes import Classing, class_limits, natural_limits, place_of, quantile_limits, roundest
from layers.maps.operations import Discs
from layers.maps.palette import PALETTES, palette
from layers.maps.scene import build_scene
from layers.maps.settings import LayerSettings
from layers.maps.viewport import View
from tests.layers.maps.small_plan import MIDDLE, small_plan

# Employees a km² in the 58 counties of California: the example of PySAL's mapclassify, whose documentation
# and tests publish these classes.
CALEMP = [
    329.92, 0.42, 5.9, 14.03, 2.78, 1.34, 181.27, 1.65, 10.03, 16.7, 1.32, 3.99, 3.16, 0.22, 8.7, 6.56, 3.27,
    0.33, 370.5, 4.51, 75.29, 0.99, 2.74, 8.68, 0.14, 0.92, 12.63, 28.7, 12.02, 722.85, 36.68, 0.74, 29.82,
    192.05, 3.38, 11.15, 110.74, 4111.45, 49.47, 10.33, 317.11, 20.47, 264.93, 66.26, 5.39, 0.13, 0.61, 50.65,
    40.48, 36.67, 13.09, 1.81, 0.2, 7.6, 2.51, 57.26, 24.32, 6.97,
]  # fmt: skip


def counts(values: list[float], limits: tuple[float, ...]) -> list[int]:
    places = [place_of(value, limits) for value in values]
    return [places.count(at) for at in range(len(limits) + 1)]


def test_published_natural_breaks_quantiles_and_equal_intervals():
    assert natural_limits(CALEMP, 5) == (75.29, 192.05, 370.5, 722.85)
    assert quantile_limits(CALEMP, 5) == pytest.approx((1.464, 5.798, 13.278, 54.616))
    shown = class_limits(CALEMP, Classing("jenks", 5))
    assert counts(CALEMP, shown) == [49, 3, 4, 1, 1] and shown == (100, 200, 500, 2000)
    assert counts(CALEMP, class_limits(CALEMP, Classing("quantile", 5))) == [12, 11, 12, 11, 12]
    equal = class_limits(CALEMP, Classing("equal", 5))
    assert counts(CALEMP, equal) == [57, 0, 0, 0, 1]
    assert equal == pytest.approx((822.394, 1644.658, 2466.922, 3289.186), abs=20)


def spread(values: list[float], limits: tuple[float, ...]) -> float:
    places = np.array([place_of(value, limits) for value in values])
    return sum(float(np.var(np.array(values)[places == at]) * (places == at).sum()) for at in set(places))


@given(st.lists(st.integers(1, 60), min_size=1, max_size=11), st.integers(2, 5))
def test_natural_breaks_are_the_best_of_all_ways_to_part_the_values(values, classes):
    different = sorted(set(values))
    many = min(classes, len(different))
    found = natural_limits(values, classes)
    assert len(found) == many - 1 and set(found) <= set(different)
    best = min(spread(values, cut) for cut in combinations(different[:-1], many - 1))
    assert spread(values, found) == pytest.approx(best, abs=1e-6)


@given(
    st.lists(st.floats(0.001, 1e6, allow_nan=False), max_size=40),
    st.sampled_from(["round", "jenks", "quantile", "equal"]),
    st.integers(3, 7),
)
def test_limits_rise_inside_the_values_and_equal_values_share_a_class(values, method, count):
    limits = class_limits(values, Classing(method, count))
    assert len(limits) <= max(min(count, len(set(values))) - 1, 0) or method == "equal"
    assert all(low < high for low, high in pairwise(limits))
    if method != "equal" and limits:
        assert 0 not in counts(values, limits)
    if method == "jenks":  # rounding a limit parts the values as before
        assert counts(values, limits) == counts(values, natural_limits(values, count))


def test_a_class_holds_its_upper_limit_and_not_its_lower_one():
    theme = amount_theme(
        "x", Text("x", "x"), {"a": 0.0, "b": 10.0, "c": 10.5, "d": 25.0, "e": 26.0, "f": None}, unit="户",
        classing=Classing.parse("fixed:10,25"),
    )  # fmt: skip
    titles = [theme.classes[theme.of_unit[code]].title.zh for code in "abcdef"]
    assert titles == ["不缺", "≤ 10 户", "10–25 户", "10–25 户", "> 25 户", "未知（没有调查）"]
    assert theme.note.zh == "自定断点，3 级，各级含上限"
    assert "stripes" in {pattern.form for pattern in theme.classes[theme.of_unit["f"]].symbol.patterns}


def test_fewer_values_than_classes_give_fewer_classes_and_none_give_none():
    assert class_limits([], Classing("jenks", 5)) == ()
    assert class_limits([7, 7, 7], Classing("quantile", 7)) == ()
    assert class_limits([7, 7], Classing("equal", 3)) == ()
    assert class_limits([1, 1, 9, 9], Classing("jenks", 6)) == (5,)
    assert roundest(33.3333, 33.4, 33.3333) == 33.35 and roundest(3.0, 9.0, 3.0) == 5.0


@pytest.mark.parametrize(
    "given",
    ["jenks:8", "jenks:2", "pretty:4", "fixed:3,2,9", "fixed:0,5", "fixed:nan,9", "jenks:x", "fixed:", "",
     "fixed:1,2,3,4,5,6,7"],
)  # fmt: skip
def test_what_is_no_classing_is_refused(given):
    with pytest.raises(InputError, match="classes_malformed"):
        Classing.parse(given)


def test_a_classing_is_read_back_from_its_own_words():
    for spec in ("jenks:5", "quantile:3", "fixed:2.5,10,40"):
        assert Classing.parse(spec).spec == spec
    assert Classing.parse("fixed：10，25").limits == (10.0, 25.0) and Classing.parse("jenks").count == 4


# -- colours ---------------------------------------------------------------------------------------

MACHADO = {  # Machado et al. 2009, full severity, on linear RGB
    "normal": np.eye(3),
    "deuteran": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                          [-0.011820, 0.042940, 0.968881]]),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                        [-0.003882, -0.048116, 1.051998]]),
}  # fmt: skip
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                   [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip


def lab(colour: str, sight: str) -> np.ndarray:
    rgb = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(MACHADO[sight] @ linear, 0, 1) / (0.95047, 1.0, 1.08883)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("sight", MACHADO)
@pytest.mark.parametrize("ramp", [RAMP, LONG_RAMP])
def test_neighbours_of_the_ramps_are_told_apart_by_everyone_and_in_grey(name, sight, ramp):
    seen = [lab(palette(name)[token], sight) for token in ramp]
    assert all(low[0] - high[0] >= 7 for low, high in pairwise(seen)), "each darker than the one before"
    assert all(np.linalg.norm(low - high) >= 12 for low, high in pairwise(seen))


# -- circles ---------------------------------------------------------------------------------------


def test_the_area_of_a_circle_is_the_number():
    plan = small_plan()
    values = {"900000100001": 100, "900000100002": 25, "900000200001": 0, "900000200002": None}
    theme = amount_theme("toilets", Text("厕所", "Toilets"), values, unit="户")
    theme = replace(theme, circles=Circles(values, Text("户", "households"), Text("圆", "Circles")))
    view = View(MIDDLE, 300_000, 800, 700)
    scene = build_scene(plan, view, LayerSettings(frozenset({"gacha"})), theme=theme)
    radii = sorted({round(float(disc[2]), 6) for each in scene.operations if isinstance(each, Discs)
                    for disc in each.discs})  # fmt: skip
    assert radii == pytest.approx([largest_radius(view) / 2, largest_radius(view)], rel=1e-5)
    assert (radius(25, 100, 8.0) / radius(100, 100, 8.0)) ** 2 == 0.25


@pytest.mark.parametrize(("largest", "sizes"), [(225, (10, 50, 200)), (1000, (50, 200, 1000)), (3, (1, 2, 3)),
                                                (1, (1,)), (12, (1, 2, 10)), (0, ())])  # fmt: skip
def test_the_key_shows_round_sizes_at_most_as_large_as_the_largest(largest, sizes):
    assert key_sizes(largest) == sizes
