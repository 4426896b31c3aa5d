"""Shapes by size: true metres on the ellipsoid, whatever the zone's plane does with them."""

from __future__ import annotations

import math

import pytest
import shapely

from layers.errors import InputError
from layers.geo import shaping
from layers.geo.crs import PlanningCrs
from layers.geo.measure import areas_m2, lengths_m

EPSG = 4549
EDGE = tuple(PlanningCrs.from_epsg(EPSG).from_lonlat([(121.5, 48.6)])[0])  # 1.5° from the meridian


@pytest.mark.parametrize("middle", [(500_000.0, 5_390_000.0), EDGE])
@pytest.mark.parametrize("angle", [0.0, 30.0, 200.0])
def test_a_shed_of_40_by_60_metres_takes_2400_square_metres_anywhere_in_the_zone(middle, angle):
    shed = shaping.shed(middle, 40, 60, angle, EPSG)
    assert areas_m2([shed], EPSG)[0] == pytest.approx(2400, rel=1e-6)
    sides = sorted(
        float(lengths_m([shapely.LineString(pair)], EPSG)[0])
        for pair in zip(shed.exterior.coords, shed.exterior.coords[1:], strict=False)
    )
    assert sides == pytest.approx([40, 40, 60, 60], rel=2e-6)
    assert shed.centroid.coords[0] == pytest.approx(middle)


def test_the_angle_is_where_the_length_points_clockwise_from_north():
    west, south, east, north = shaping.shed((500_000, 5_390_000), 10, 100, 90, EPSG).bounds
    assert east - west == pytest.approx(100, rel=1e-3) and north - south == pytest.approx(10, rel=1e-3)


def test_a_typed_leg_is_as_long_as_typed_and_goes_where_it_was_told():
    end = shaping.step(EDGE, 1000, 60, EPSG)
    assert lengths_m([shapely.LineString([EDGE, end])], EPSG)[0] == pytest.approx(1000, abs=0.01)
    assert shaping.bearing(EDGE, end) == pytest.approx(60)
    assert shaping.bearing((0, 0), (-1, -1)) == pytest.approx(225)


def test_a_road_of_six_and_a_half_metres_takes_its_length_times_its_width():
    line = [(500_000, 5_390_000), (503_000, 5_390_000)]
    assert areas_m2([shaping.strip(line, 6.5, EPSG)], EPSG)[0] == pytest.approx(3000 * 6.5, rel=1e-6)
    # A right angle, mitred: each arm ends at the outer corner, so that width² / 2 is neither lost nor twice
    # there.
    bent = shaping.strip([*line, (503_000, 5_391_000)], 10, EPSG)
    assert bent.is_valid and areas_m2([bent], EPSG)[0] == pytest.approx(4000 * 10, rel=1e-6)


def test_a_circle_is_a_little_under_its_area_and_a_rectangle_goes_along_the_grid():
    circle = shaping.circle((0, 0), 100)
    assert 0.9995 < circle.area / (math.pi * 100**2) < 1
    assert shaping.rectangle((5, 7), (1, 2)).bounds == (1, 2, 5, 7)


def test_sizes_that_cannot_be_are_refused():
    for width in (0.09, 0, -1, 200_001, math.nan):
        with pytest.raises(InputError, match="size_out_of_range"):
            shaping.shed((0, 0), width, 10, 0, EPSG)
    with pytest.raises(InputError, match="too_few_points"):
        shaping.strip([(500_000, 5_390_000)] * 2, 5, EPSG)
    assert shaping.checked_size(0.1) == 0.1 and shaping.checked_size(200_000) == 200_000
