"""The coordinate system is seen from the numbers and the place, and never taken silently."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from layers.errors import InputError
from layers.exchange.crs_guess import CrsChoice, guess_crs, parse_crs, place_of, to_planning
from layers.exchange.gcj import from_gcj, to_gcj
from layers.exchange.preview import Options, interpret
from layers.exchange.source import LayerInfo, RawLayer, Source, Stated
from layers.geo.crs import transform_xy

LONLAT = np.array([[119.75, 49.14], [119.4, 48.3], [120.2, 48.9]])
READINGS = [
    (4490, False, "EPSG:4490"),
    (4490, True, "EPSG:4490:yx"),
    (4549, False, "EPSG:4549"),
    (4549, True, "EPSG:4549:yx"),
    (4528, False, "EPSG:4528"),
    (4528, True, "EPSG:4528:yx"),
    (4548, False, "EPSG:4548"),
    (4527, False, "EPSG:4527"),
    (4550, False, "EPSG:4550"),
    (4529, False, "EPSG:4529"),
    (4499, False, "EPSG:4499"),
    (3857, False, "EPSG:3857"),
]


def points(xy: np.ndarray) -> np.ndarray:
    return np.array(shapely.points(xy), object)


@pytest.mark.parametrize(("epsg", "swapped", "key"), READINGS)
def test_the_right_one_is_offered_and_lands_in_place(plan, epsg, swapped, key):
    xy = transform_xy(LONLAT, 4490, epsg)
    shapes = points(xy[:, ::-1] if swapped else xy)
    found = guess_crs(shapes, Stated(), place_of(plan), plan.crs)
    right = [one for one in found if one.choice.key == key]
    assert right and right[0].share == 1.0 and right[0].usable
    back = plan.crs.to_lonlat(shapely.get_coordinates(to_planning(shapes, right[0].choice, plan.crs.epsg)))
    assert np.abs(back - LONLAT).max() < 1e-8
    if key in ("EPSG:4490", "EPSG:4490:yx", "EPSG:4528", "EPSG:4549", "EPSG:3857"):
        assert found[0].choice.key == key, "not the first"


def test_older_datums_are_named_and_not_usable(plan):
    found = guess_crs(points(transform_xy(LONLAT, 4490, 4549)), Stated(), place_of(plan), plan.crs)
    older = [one for one in found if not one.usable]
    assert {one.name for one in older} == {"Xi'an 1980", "Beijing 1954"}
    with pytest.raises(InputError) as refused:
        to_planning(points(transform_xy(LONLAT, 4490, 4549)), older[0].choice, 4549)
    assert refused.value.code == "datum_needs_parameters"


def test_shift_is_taken_off():
    shifted = to_gcj(LONLAT)
    assert 100 < np.hypot(*((shifted - LONLAT) * 80_000).T).min() < 1000
    assert np.abs(from_gcj(shifted) - LONLAT).max() < 1e-9
    assert parse_crs("gcj02") == CrsChoice(4490, shifted=True)


def test_web_map_points_at_known_seats_are_suspected(plan):
    seats, gachas = plan.tables["seat"], plan.tables["gacha"]
    names = dict(zip(gachas.column("code"), gachas.column("name"), strict=True))
    rows = [
        (names[code], shape)
        for code, shape, level in zip(
            seats.column("unit_code"), seats.geometry, seats.column("level"), strict=True
        )
        if level == "gacha" and list(names.values()).count(names.get(code)) == 1
    ][:8]
    assert len(rows) > 4
    true = plan.crs.to_lonlat([(shape.x, shape.y) for _, shape in rows])
    for lonlat, asked in ((to_gcj(true), True), (true, False)):
        layer = RawLayer(
            "点",
            len(rows),
            list(range(1, len(rows) + 1)),
            {"嘎查": [name for name, _ in rows]},
            points(lonlat),
            stated=Stated(4326, "WGS 84", "format"),
        )
        source = Source("geojson", [LayerInfo("点")], layer)
        seen = interpret(source, path="p.geojson", plan=plan, options=Options(kind="camp"))
        assert ("shift" in [question.id for question in seen.open_questions]) is asked
        mended = interpret(source, path="p.geojson", plan=plan, options=Options(kind="camp", crs="GCJ-02"))
        if asked:
            off = [shape.distance(seat) for shape, (_, seat) in zip(mended.geometry, rows, strict=True)]
            assert max(off) < 1.0 and not mended.open_questions


@pytest.mark.parametrize("text", ["", "abc", "EPSG:", "4549:xy", "999999999"])
def test_nonsense_is_refused(text):
    with pytest.raises(InputError):
        parse_crs(text)
