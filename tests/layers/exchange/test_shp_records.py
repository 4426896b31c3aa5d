"""A .shp read by its bytes: the same records, shapes and zones as one by one, by GDAL and by PROJ."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import numpy as np
import pytest
import shapely

from layers.exchange.crs_file import _usual_zone, epsg_of
from layers.exchange.formats import shp_records
from layers.exchange.formats.shapefile import read
from layers.exchange.parcel import pack_columns, unpack_columns
from layers.exchange.reading import ReadOptions


def ring(at: float, *, turned: bool = False) -> list[tuple[float, float]]:
    made = [(at, 0.0), (at, 1.0 + at), (at + 1, 1.0), (at + 0.5, -at), (at, 0.0)]
    return made[::-1] if turned else made


def files(folder: Path, geometry: list[object]) -> Path:
    import geopandas

    path = folder / "a.shp"
    geopandas.GeoDataFrame({"n": range(len(geometry))}, geometry=geometry, crs=4549).to_file(path)
    return path


FACE = shapely.Polygon(ring(2.0))
HOLED = shapely.Polygon([(0, 0), (0, 9), (9, 9), (9, 0)], [[(1, 1), (2, 1), (2, 2), (1, 1)]])
SETS = {
    "faces": [FACE, HOLED, shapely.MultiPolygon([FACE, shapely.Polygon(ring(20.0))]), None, FACE, FACE],
    "lines": [shapely.LineString(ring(3.0)), shapely.MultiLineString([ring(1.0), ring(8.0)]), None],
    "points": [shapely.Point(1.5, 2), shapely.Point(3, 4), None],
    "high": [shapely.Polygon([(x, y, 5.0) for x, y in ring(at)]) for at in (1.0, 4.0)],
}


@pytest.mark.parametrize("name", SETS)
def test_shapes_are_those_of_gdal(name, tmp_path):
    from pyogrio import raw

    path = files(tmp_path, SETS[name])
    layer = read(path, ReadOptions(), tmp_path, lambda _: None).layer
    wanted = shapely.force_2d(shapely.from_wkb(raw.read(path)[2]))
    assert layer.rows == list(range(1, len(wanted) + 1)) and layer.stated.epsg == 4549
    assert list(shapely.to_wkb(list(layer.geometry))) == list(shapely.to_wkb(wanted))


def test_a_ring_the_wrong_way_round_is_what_gdal_makes_of_it(tmp_path):
    from layers.exchange.formats.gdal_geometry import read_geometry

    path = files(tmp_path, [FACE, FACE, FACE])
    data = bytearray(path.read_bytes())
    size = (len(data) - 100) // 3
    start = 100 + size + 8 + 48
    data[start : start + 80] = b"".join(struct.pack("<2d", *point) for point in ring(2.0, turned=True))
    path.write_bytes(data)
    layer = read(path, ReadOptions(), tmp_path, lambda _: None).layer
    assert list(shapely.to_wkb(list(layer.geometry))) == list(shapely.to_wkb(read_geometry(path)))


def test_all_at_once_finds_what_one_by_one_finds(tmp_path):
    rng, taken = random.Random(4), 0
    for name, shapes in SETS.items():
        path = files(tmp_path, shapes)
        data, index = path.read_bytes(), path.with_suffix(".shx").read_bytes()
        for trial in range(120):
            bad = bytearray(data)
            if trial:
                at = rng.randrange(100, len(bad))
                bad[at] = rng.choice([0, 1, 5, 255, bad[at] ^ 1])
            if trial % 10 == 9:
                bad = bad[: rng.randrange(104, len(bad))]
            quick, slow = shp_records._all_at_once(bytes(bad), index), shp_records._one_by_one(bytes(bad))
            if quick is not None:
                taken += 1
                assert np.array_equal(quick[0].offsets, slow[0].offsets), (name, trial)
                assert np.array_equal(quick[0].lengths, slow[0].lengths)
                assert np.array_equal(quick[1], slow[1]) and not slow[2]
    assert taken > 200


def test_the_usual_zones_are_what_proj_says():
    from pyproj import CRS

    for epsg in (4534, 4549, 4554, 4513, 4528, 4533):
        crs = CRS.from_epsg(epsg)
        text = crs.to_wkt("WKT1_ESRI")
        assert _usual_zone(text) == (epsg, crs.name) and epsg_of(CRS.from_user_input(text)) == epsg
        assert _usual_zone(text.replace("500000.0", "500001.0")) is None
    assert _usual_zone(CRS.from_epsg(4490).to_wkt("WKT1_ESRI")) is None


def test_columns_come_back_as_they_went(tmp_path):
    columns = {
        "一": [f"a{at}" for at in range(3000)],
        "b": [None if at % 3 else "围栏" for at in range(3000)],
        "c": [at / 7 for at in range(3000)],
        "d": [at if at % 2 else None for at in range(3000)],
        "e": ["x"] * 999 + [f"y{at}" for at in range(2001)],
        "f": [f"{at}\x00" for at in range(3000)],
    }
    import json

    path = tmp_path / "columns.npz"
    record = json.loads(json.dumps(pack_columns(path, columns)))
    assert path.is_file() and isinstance(record["d"], list) and isinstance(record["f"], list)
    assert record["一"] == {"at": "c0", "text": True} and record["b"]["of"] == ["围栏", None]
    assert unpack_columns(path, record) == columns
