"""Typed and pasted places and shapes: degrees, DMS, grid; WKT, GeoJSON, tables."""

from __future__ import annotations

import json

import pytest
import shapely

from app.actions.typed_shapes import parse_place, parse_shapes
from layers.errors import InputError
from layers.geo.crs import PlanningCrs

CRS = PlanningCrs.from_epsg(4549)
EAST, NORTH = 495_327.1, 5_389_412.6
LON, LAT = CRS.to_lonlat([(EAST, NORTH)])[0]


@pytest.mark.parametrize(
    "typed",
    [
        f"X {NORTH} Y {EAST}",
        "X 5,389,412.6  Y 495,327.1",  # as the status row shows it
        f"Y={EAST}, X={NORTH}",
        f"{EAST} {NORTH}",
        f"{NORTH},{EAST}",
        f"40{EAST} {NORTH}",
        "Ｘ５３８９４１２．６ Ｙ４９５３２７．１",
        f"{LON:.9f},{LAT:.9f}",
        f"N{LAT:.9f} E{LON:.9f}",
    ],
)
def test_a_place_is_the_same_however_it_is_typed(typed):
    assert parse_place(typed, CRS) == pytest.approx((EAST, NORTH), abs=0.01)


def test_degrees_minutes_seconds_and_what_is_no_place():
    assert parse_place("119°56′12″E 48°38′50″N", CRS) == pytest.approx(
        tuple(CRS.from_lonlat([(119 + 56 / 60 + 12 / 3600, 48 + 38 / 60 + 50 / 3600)])[0])
    )
    for typed, code in (
        ("41495327.1 5389412.6", "grid_other_zone"),
        ("1 2 3", "not_a_position"),
        ("48.6 119.9", "position_swapped"),
        ("495327.1 495327.1", "not_a_position"),
        ("", "not_a_position"),
    ):
        with pytest.raises(InputError, match=code):
            parse_place(typed, CRS)


RING = [(119.9, 48.6), (119.91, 48.6), (119.91, 48.61), (119.9, 48.6)]


def test_pasted_shapes_are_the_same_in_every_form():
    polygon = shapely.Polygon(CRS.from_lonlat(RING))
    table = "点号\t经度\t纬度\n" + "\n".join(f"J{n}\t{x}\t{y}" for n, (x, y) in enumerate(RING, 1))
    grid = "\n".join(f"{n},{y:.3f},{x:.3f}" for n, (x, y) in enumerate(CRS.from_lonlat(RING), 1))
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [RING]}}
    for pasted in (
        shapely.Polygon(RING).wkt,
        f"SRID=4326;{shapely.Polygon(RING).wkt}",
        polygon.wkt,
        json.dumps(feature),
        json.dumps({"type": "FeatureCollection", "features": [feature]}),
        table,
        grid,
    ):
        (shape,) = parse_shapes(pasted, CRS, "MultiPolygon")
        assert shape.symmetric_difference(polygon).area < 2, pasted


def test_points_become_a_feature_each_and_an_empty_line_parts_a_ring():
    assert len(parse_shapes("119.9 48.6\n119.91 48.6\n\n119.92 48.6", CRS, "Point")) == 3
    ring = "\n".join(f"{x} {y}" for x, y in RING)
    far = "\n".join(f"{x + 0.1:.3f} {y}" for x, y in RING)
    (shape,) = parse_shapes(f"{ring}\n\n{far}", CRS, "MultiPolygon")
    assert len(shape.geoms) == 2


@pytest.mark.parametrize(
    ("pasted", "form", "code"),
    [
        ("", "Point", "paste_nothing"),
        ("POLYGON((1 2))", "MultiPolygon", "paste_unreadable"),
        ("POINT(119.9 48.6)", "MultiPolygon", "geometry_form"),
        ("119.9 48.6\nhello", "Point", "paste_line"),
        ("119.9 48.6\n119.91 48.6", "MultiPolygon", "too_few_points"),
        ('{"type": "Point", "coordinates": ["1", 2]}', "Point", "paste_unreadable"),
        ('{"type": "FeatureCollection", "features": []}', "Point", "paste_nothing"),
        ("what is this", "Point", "paste_unreadable"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_code_of_its_own(pasted, form, code):
    with pytest.raises(InputError, match=code):
        parse_shapes(pasted, CRS, form)
