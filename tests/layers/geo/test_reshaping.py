"""Shapes changed: by hand-worked cases, and sums that must hold for any cut."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.errors import InputError
from layers.geo import reshaping
from layers.geo.reshaping import Vertex


def square(x: float, y: float, side: float = 10.0) -> shapely.Polygon:
    return shapely.box(x, y, x + side, y + side)


def land(*parts: shapely.Polygon) -> shapely.MultiPolygon:
    return shapely.MultiPolygon(list(parts))


def line(*places: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(places)


def test_corners_are_moved_added_and_taken():
    shape = land(shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(2, 2), (4, 2), (4, 4)]]))
    assert reshaping.move_vertex(shape, Vertex(0, 0, 2), (12, 12)).bounds == (0, 0, 12, 12)
    more = reshaping.insert_vertex(shape, Vertex(0, 0, 3), (-1, 5))  # between the last corner and the first
    assert more.area == shape.area + 5
    assert reshaping.delete_vertex(more, Vertex(0, 0, 4)).equals(shape)
    filled = reshaping.delete_vertex(shape, Vertex(0, 1, 0))  # two corners are no hole
    assert filled.area == 100
    with pytest.raises(InputError, match="too_few_points"):
        reshaping.delete_vertex(land(shapely.Polygon([(0, 0), (1, 0), (0, 1)])), Vertex(0, 0, 0))
    two = land(shapely.Polygon([(0, 0), (1, 0), (0, 1)]), square(5, 5))
    assert reshaping.delete_vertex(two, Vertex(0, 0, 0)).area == 100  # the part goes, the feature stays


def test_a_split_leaves_parts_alone_that_the_line_does_not_cross():
    shape = land(square(0, 0), square(20, 0))
    first, second = reshaping.split_by(shape, line((3, -1), (3, 11)))
    assert first.area == pytest.approx(70 + 100) and second.area == pytest.approx(30)
    assert len(first.geoms) == 2
    for useless in (line((3, -1), (3, 5)), line((50, 0), (60, 0)), line((-1, 10), (11, 10))):
        with pytest.raises(InputError, match="split_misses"):
            reshaping.split_by(shape, useless)


def test_a_line_that_comes_back_splits_more_than_once_and_a_hole_does_not_matter():
    zigzag = reshaping.split_by(land(square(0, 0)), line((-1, 3), (11, 3), (11, 6), (-1, 6)))
    assert [piece.area for piece in zigzag] == pytest.approx([40, 30, 30])
    holed = land(shapely.Polygon(square(0, 0).exterior, [square(4, 4, 2).exterior]))
    assert [piece.area for piece in reshaping.split_by(holed, line((5, -1), (5, 11)))] == pytest.approx(
        [48, 48]
    )


def test_a_road_is_split_where_it_is_crossed():
    road = shapely.MultiLineString([[(0, 0), (10, 0)], [(0, 5), (10, 5)]])
    first, second = reshaping.split_by(road, line((4, -1), (4, 1)))
    assert (first.length, second.length) == (pytest.approx(16), pytest.approx(4))
    with pytest.raises(InputError, match="split_misses"):
        reshaping.split_by(road, line((2, 0), (8, 0)))  # along it: nowhere in particular


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-20, 120), st.floats(-20, 120)), min_size=2, max_size=6, unique=True))
def test_the_pieces_of_any_split_are_the_whole(places):
    shape = land(
        shapely.Polygon(square(0, 0, 100).exterior, [square(30, 30, 15).exterior]), square(110, 0, 5)
    )
    try:
        pieces = reshaping.split_by(shape, line(*places))
    except InputError:
        return
    assert sum(piece.area for piece in pieces) == pytest.approx(shape.area, abs=0.02 * len(pieces))
    assert all(piece.is_valid for piece in pieces)
    assert shapely.union_all(pieces).symmetric_difference(shape).area < 0.05


def test_merging_cutting_holes_and_parts():
    assert len(reshaping.merge([land(square(0, 0)), land(square(10, 0))]).geoms) == 1
    assert len(reshaping.merge([land(square(0, 0)), land(square(30, 0))]).geoms) == 2
    one = reshaping.merge(
        [shapely.MultiLineString([[(0, 0), (1, 0)]]), shapely.MultiLineString([[(1, 0), (2, 0)]])]
    )
    assert len(one.geoms) == 1 and one.length == 2
    assert reshaping.cut(land(square(0, 0)), square(5, -1, 20)).area == pytest.approx(50)
    assert reshaping.add_hole(land(square(0, 0)), square(2, 2, 3)).area == pytest.approx(91)
    assert reshaping.add_part(land(square(0, 0)), square(20, 20)).area == 200
    assert (
        len(reshaping.add_part(land(square(0, 0)), square(10, 0)).geoms) == 1
    )  # edge to edge: one piece of land
    for code, act in {
        "merge_needs_two": lambda: reshaping.merge([land(square(0, 0))]),
        "merge_points": lambda: reshaping.merge([shapely.Point(0, 0)] * 2),
        "cut_misses": lambda: reshaping.cut(land(square(0, 0)), square(50, 50)),
        "cut_takes_all": lambda: reshaping.cut(land(square(0, 0)), square(-1, -1, 30)),
        "hole_outside": lambda: reshaping.add_hole(land(square(0, 0)), square(0, 2, 3)),  # touches the edge
        "part_overlaps": lambda: reshaping.add_part(land(square(0, 0)), square(5, 5)),
        "tolerance_wrong": lambda: reshaping.simplify([land(square(0, 0))], 0),
    }.items():
        with pytest.raises(InputError, match=code):
            act()


def test_neighbours_are_simplified_together_and_no_gap_opens():
    wave = [(x, 50 + 3 * np.sin(x / 3)) for x in np.linspace(0, 100, 80)]
    below = land(shapely.Polygon([(0, 0), *wave, (100, 0)]))
    above = land(shapely.Polygon([(0, 100), *wave, (100, 100)]))
    one, two = reshaping.simplify([below, above], 2.0)
    assert reshaping.corner_count(one) < reshaping.corner_count(below)
    assert shapely.union_all([one, two]).area == pytest.approx(10_000)
    assert one.intersection(two).area == pytest.approx(0, abs=1e-9)


def test_a_bow_tie_is_mended_and_said_and_nothing_is_refused():
    made, reason = reshaping.sound(shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), "MultiPolygon")
    assert reason == "self_intersection" and made.is_valid and made.area == pytest.approx(50)
    assert reshaping.sound(square(0, 0), "MultiPolygon")[1] is None
    for shape, form, code in (
        (shapely.Polygon([(0, 0), (5, 0), (9, 0)]), "MultiPolygon", "shape_collapsed"),
        (line((1, 1), (1, 1)), "MultiLineString", "shape_collapsed"),
        (shapely.Point(0, 0), "MultiPolygon", "geometry_form"),
    ):
        with pytest.raises(InputError, match=code):
            reshaping.sound(shape, form)
