import math

import numpy as np
import pytest
import shapely

from layers.errors import InputError
from layers.geo.repair import mended, repair, validity

BOW_TIE = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
HOLE_OUTSIDE = shapely.Polygon(
    [(0, 0), (100, 0), (100, 100), (0, 100)], [[(200, 0), (250, 0), (250, 50), (200, 50)]]
)
SQUARE = shapely.box(0, 0, 100, 100)


def test_a_bow_tie_keeps_both_halves():
    mended = repair(BOW_TIE)
    assert mended.reason == "self_intersection" and mended.geometry.is_valid
    assert mended.geometry.geom_type == "MultiPolygon" and len(mended.geometry.geoms) == 2
    assert mended.area_before_m2 == 0 and mended.area_after_m2 == 5_000


def test_a_hole_outside_its_shell_is_flagged_and_adds_no_land():
    mended = repair(HOLE_OUTSIDE)
    assert mended.reason == "hole_outside_shell"
    assert mended.area_after_m2 == 10_000 and mended.geometry.equals(SQUARE)
    across = shapely.Polygon(SQUARE.exterior, [[(50, 50), (150, 50), (150, 60), (50, 60)]])
    assert repair(across).area_after_m2 == 9_500
    nested = shapely.Polygon(SQUARE.exterior, [[(10, 10), (90, 10), (90, 90), (10, 90)],
                                               [(40, 40), (60, 40), (60, 60), (40, 60)]])  # fmt: skip
    assert repair(nested).area_after_m2 == 3_600


def test_an_array_is_mended_where_it_is_broken_and_stays_itself_where_nothing_is():
    whole = np.array([SQUARE, None], object)
    assert mended(whole) is whole
    lost = shapely.Polygon([(0, 0), (math.inf, 0), (1, 1)])
    made = mended(np.array([SQUARE, BOW_TIE, None, HOLE_OUTSIDE, lost], object))
    assert made[0] is SQUARE and made[2] is None and made[4] is None
    assert (made[1].area, made[3].area) == (5_000, 10_000)


def test_a_spike_leaves_no_stray_line_and_the_type_stays():
    spiked = shapely.Polygon([(0, 0), (100, 0), (100, 100), (50, 100), (50, 180), (50, 100), (0, 100)])
    mended = repair(spiked)
    assert mended.geometry.geom_type == "Polygon" and mended.area_after_m2 == 10_000
    twice = repair(shapely.MultiPolygon([SQUARE, shapely.box(50, 0, 150, 100)]))
    assert twice.geometry.geom_type == "MultiPolygon" and twice.area_after_m2 == 15_000


def test_nothing_left_is_said_so():
    flat = repair(shapely.Polygon([(0, 0), (10, 0), (20, 0), (0, 0)]))
    assert flat.geometry.is_empty and flat.geometry.geom_type == "Polygon" and flat.reason == "collapsed"
    assert repair(shapely.LineString([(1, 1), (1, 1)])).reason == "collapsed"


def test_good_absent_and_empty_geometry_pass_through():
    good = repair(SQUARE)
    assert good.geometry is SQUARE and good.reason is None and not good.changed
    none = repair(None)
    assert none.geometry is None and none.reason == "missing" and math.isnan(none.area_after_m2)
    assert repair(shapely.Polygon()).reason == "empty" and not none.changed


def test_areas_are_ellipsoidal_when_the_crs_is_told():
    bow = shapely.Polygon([(119, 48), (119.1, 48.1), (119.1, 48), (119, 48.1)])
    mended = repair(bow, crs_epsg=4490)
    assert mended.area_after_m2 == pytest.approx(0.5 * 111_200 * 0.1 * 74_500 * 0.1, rel=0.01)


def test_non_finite_coordinates_are_refused_with_their_count():
    with np.errstate(invalid="ignore"):
        bad = shapely.LineString([(0, 0), (np.nan, 1), (2, np.inf)])
    with pytest.raises(InputError) as caught:
        repair(bad)
    assert (caught.value.code, caught.value.fields["count"]) == ("non_finite_coordinates", 2)


def test_validity_tells_each_row_apart():
    with np.errstate(invalid="ignore"):
        nowhere = shapely.LineString([(0, 0), (1, np.nan)])
    outer, inner = shapely.box(1, 1, 8, 8).exterior, shapely.box(2, 2, 3, 3).exterior
    nested = shapely.Polygon(shapely.box(0, 0, 9, 9).exterior, [outer, inner])
    shells = shapely.MultiPolygon([SQUARE, shapely.box(10, 10, 20, 20)])
    dot = shapely.LineString([(1, 1), (1, 1)])
    rows = [SQUARE, None, BOW_TIE, shapely.Point(), HOLE_OUTSIDE, nowhere, nested, shells, dot]
    assert validity(rows).tolist() == [
        None, "missing", "self_intersection", "empty", "hole_outside_shell", "non_finite", "nested_holes",
        "nested_shells", "too_few_points",
    ]  # fmt: skip
    assert validity([]).tolist() == []
