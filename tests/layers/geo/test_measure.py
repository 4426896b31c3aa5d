import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import affinity
from shapely.ops import split

from layers.errors import RuleError
from layers.geo.crs import transform_geometries
from layers.geo.measure import (
    Area,
    areas_m2,
    format_area,
    format_length,
    lengths_m,
    plane_areas_m2,
)

GRS80 = Geod(a=6378137.0, rf=298.257222101)

# A hand-drawn outline of a banner's size (about 18,000 km²), with edges from 5 to 90 km.
BANNER = shapely.Polygon(
    [(118.80, 48.55), (119.05, 48.85), (119.30, 49.20), (119.80, 49.30), (120.30, 49.15), (120.55, 48.90),
     (120.62, 48.86), (121.10, 48.60), (121.05, 48.00), (120.69, 47.68), (120.20, 47.62), (119.95, 47.55),
     (119.85, 48.05), (119.30, 48.10)]
)  # fmt: skip


def cell(south, degrees=1.0):
    return shapely.box(119.0, south, 119.0 + degrees, south + degrees)


def zone_area(south, north, degrees):
    """Closed formula for a latitude-longitude cell, from the semi-minor axis: an independent form."""
    f = 1 / 298.257222101
    b, e = 6378137.0 * (1 - f), math.sqrt(f * (2 - f))

    def part(latitude):
        s = math.sin(math.radians(latitude))
        return s / (2 * (1 - (e * s) ** 2)) + math.log((1 + e * s) / (1 - e * s)) / (4 * e)

    return b * b * math.radians(degrees) * (part(north) - part(south))


def test_one_degree_cell_agrees_with_the_closed_formula():
    expected = zone_area(48.5, 49.5, 1.0)
    assert expected == pytest.approx(8.1373e9, rel=1e-4)
    assert areas_m2([cell(48.5)], 4490)[0] == pytest.approx(expected, rel=1e-9)


def test_the_whole_ellipsoid_is_510_million_square_kilometres():
    # 510,065,621.7 km² is the surface of GRS80 (Moritz 2000).
    corners = [(lon, lat) for lon in range(-180, 180, 30) for lat in range(-90, 90, 30)]
    boxes = [shapely.box(lon, lat, lon + 30, lat + 30) for lon, lat in corners]
    assert areas_m2(boxes, 4490).sum() / 1e6 == pytest.approx(510_065_621.7, rel=1e-9)


def test_small_polygons_agree_with_geodesics():
    rng = np.random.default_rng(7)
    angle = np.sort(rng.uniform(0, 2 * np.pi, (50, 12)), axis=1)
    radius = rng.uniform(100, 900, (50, 12))
    centre = rng.uniform([420_000, 5_280_000], [580_000, 5_480_000], (50, 2))
    polygons = [
        shapely.Polygon(np.column_stack([x + r * np.cos(a), y + r * np.sin(a)]))
        for (x, y), r, a in zip(centre, radius, angle, strict=True)
    ]
    lonlat = transform_geometries(polygons, 4549, 4490)
    geodesic = [abs(GRS80.geometry_area_perimeter(p)[0]) for p in lonlat]
    assert areas_m2(polygons, 4549) == pytest.approx(geodesic, rel=1e-6)
    assert lengths_m(polygons, 4549) == pytest.approx([GRS80.geometry_length(p) for p in lonlat], rel=1e-9)


def test_a_square_kilometre_on_the_central_meridian():
    square = shapely.box(499_500, 5_390_000, 500_500, 5_391_000)
    assert areas_m2([square], 4549)[0] == pytest.approx(1_000_000, abs=0.05)
    assert plane_areas_m2([square], 4549)[0] == 1_000_000
    away = affinity.translate(square, 100_000, 0)
    # Scale grows as 1 + x²/2R²: 1.23e-4 in length at 100 km, so the ground is smaller by twice that.
    assert areas_m2([away], 4549)[0] == pytest.approx(1_000_000 * (1 - 2.46e-4), abs=3)


@pytest.mark.parametrize("epsg", [4549, 4528, 4548, 4550, 3857])
def test_a_banner_has_one_area_whatever_file_it_came_in(epsg):
    parts = shapely.segmentize([BANNER], 0.02)  # outlines come with edges of a kilometre or two
    expected = areas_m2(parts, 4490)
    assert expected[0] > 1.5e10
    there = transform_geometries(parts, 4490, epsg)
    assert areas_m2(there, epsg) == pytest.approx(expected, rel=2e-6)
    assert lengths_m(there, epsg) == pytest.approx(lengths_m(parts, 4490), rel=1e-6)
    # Edges of 25 km bend differently in each CRS (straight means straight there); still within 0.01 %.
    coarse = shapely.segmentize([BANNER], 0.3)
    there = transform_geometries(coarse, 4490, epsg)
    assert areas_m2(there, epsg) == pytest.approx(areas_m2(coarse, 4490), rel=1e-4)


def test_long_edges_are_straight_in_their_own_crs():
    long = shapely.box(400_000, 5_200_000, 600_000, 5_500_000)
    fine = shapely.segmentize(long, 500)
    assert areas_m2([long], 4549)[0] == pytest.approx(areas_m2([fine], 4549)[0], rel=1e-11)


def test_parts_of_a_split_add_up():
    field = shapely.box(420_000, 5_300_000, 423_000, 5_302_000)
    cut = split(field, shapely.LineString([(419_000, 5_300_100), (424_000, 5_301_700)]))
    assert areas_m2(list(cut.geoms), 4549).sum() == pytest.approx(areas_m2([field], 4549)[0], abs=1e-4)


def test_holes_parts_gaps_and_other_shapes():
    outer = shapely.box(500_000, 5_300_000, 502_000, 5_302_000)
    hole = shapely.box(500_500, 5_300_500, 501_500, 5_301_500)
    ring = shapely.Polygon(outer.exterior, [hole.exterior])
    line = shapely.LineString([(500_000, 5_300_000), (500_000, 5_310_000)])
    mixed = shapely.GeometryCollection([shapely.MultiPolygon([hole]), line, shapely.Point(0, 0)])
    areas = areas_m2([outer, hole, ring, mixed, line, None, shapely.Polygon(), shapely.Point(1, 1)], 4549)
    assert areas[2] == pytest.approx(areas[0] - areas[1], rel=1e-12)
    assert areas[3] == areas[1] and areas[4] == 0 and math.isnan(areas[5]) and areas[6] == areas[7] == 0
    lengths = lengths_m([line, None, ring, mixed, shapely.Point(1, 1)], 4549)
    assert lengths[0] == pytest.approx(10_000, abs=0.01) and math.isnan(lengths[1])
    assert lengths[2] == pytest.approx(12_000, abs=0.05) and lengths[3] == pytest.approx(14_000, abs=0.05)
    assert lengths[4] == 0
    assert len(areas_m2([], 4549)) == 0 == len(lengths_m([], 4549))


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-6e4, 6e4), st.floats(-9e4, 9e4), st.floats(10, 3_000), st.booleans()),
        min_size=1,
        max_size=5,
        unique_by=lambda part: round(part[0] / 7_000),
    ),
    st.randoms(use_true_random=False),
)
def test_orientation_start_and_order_of_parts_do_not_count(parts, random):
    def ring(x, y, size, flipped, start=0):
        corners = [(x, y), (x + size, y), (x + 1.2 * size, y + size), (x, y + size)]
        corners = corners[start:] + corners[:start]
        corners = corners[::-1] if flipped else corners
        return shapely.Polygon([(500_000 + a, 5_400_000 + b) for a, b in corners])

    one = shapely.MultiPolygon([ring(x, y, s, False) for x, y, s, _ in parts])
    mixed = list(parts)
    random.shuffle(mixed)
    other = shapely.MultiPolygon([ring(x, y, s, f, random.randrange(4)) for x, y, s, f in mixed])
    measured = areas_m2([one, other], 4549)
    assert measured[1] == pytest.approx(measured[0], rel=1e-9)
    each = areas_m2(list(one.geoms), 4549)
    assert each.sum() == pytest.approx(measured[0], rel=1e-12)


@given(st.floats(-3, 3), st.floats(0.001, 0.2))
def test_moving_along_the_parallel_changes_nothing(shift, size):
    here = shapely.Polygon([(120, 48), (120 + size, 48.01), (120, 48 + size)])
    there = affinity.translate(here, shift, 0)
    areas = areas_m2([here, there], 4490)
    assert areas[1] == pytest.approx(areas[0], rel=1e-7)


@pytest.mark.parametrize("epsg", [3857, 3395, 900913, 102100, 3785])
def test_mercator_plane_areas_are_refused(epsg):
    with pytest.raises(RuleError) as caught:
        plane_areas_m2([shapely.box(0, 0, 1, 1)], epsg)
    assert caught.value.code == "web_mercator_area"


def test_square_degrees_are_refused_and_gaps_stay_gaps():
    with pytest.raises(RuleError) as caught:
        plane_areas_m2([shapely.box(0, 0, 1, 1)], 4490)
    assert caught.value.code == "degrees_area"
    assert math.isnan(plane_areas_m2([None], 4549)[0])


def test_fifteen_mu_are_a_hectare():
    assert Area(2000 / 3).mu == pytest.approx(1) and Area(10_000).mu == pytest.approx(15)
    assert (Area(1e6).ha, Area(1e6).km2) == (100.0, 1.0) and Area(1.0) < Area(2.0)


@pytest.mark.parametrize(
    ("m2", "zh", "en"),
    [
        (182_880, "18.29 公顷（274.3 亩）", "18.29 ha (274.3 mu)"),
        (450, "450 平方米（0.68 亩）", "450 m² (0.68 mu)"),
        (999.6, "0.10 公顷（1.5 亩）", "0.10 ha (1.5 mu)"),
        (12_345_678, "1,234.57 公顷（18,518.5 亩）", "1,234.57 ha (18,518.5 mu)"),
        (18_651_343_000, "18,651.3 平方公里（2,797.70 万亩）", "18,651.3 km² (27,977,000 mu)"),
        (50, "50 平方米（0.08 亩）", "50 m² (0.08 mu)"),
        (0, "0 平方米（0.00 亩）", "0 m² (0.00 mu)"),
        (float("nan"), "—", "—"),
    ],
)
def test_areas_read_as_planners_write_them(m2, zh, en):
    assert (format_area(m2, "zh"), format_area(m2, "en"), Area(m2).text("en")) == (zh, en, en)


@pytest.mark.parametrize(
    ("metres", "zh", "en"),
    [
        (21_540, "21.5 公里", "21.5 km"),
        (350.5, "351 米", "351 m"),
        (999.5, "1.0 公里", "1.0 km"),
        (1_250, "1.3 公里", "1.3 km"),
        (1_234_567, "1,235 公里", "1,235 km"),
        (float("nan"), "—", "—"),
    ],
)
def test_lengths_read_as_planners_write_them(metres, zh, en):
    assert (format_length(metres, "zh"), format_length(metres, "en")) == (zh, en)
