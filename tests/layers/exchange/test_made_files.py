"""Files made by hypothesis come back as they were: text of every script, holes, nulls, many columns."""

from __future__ import annotations

import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.exchange.reading import ReadOptions, read_file
from layers.exchange.source import RawLayer
from layers.exchange.writing import Job

TEXTS = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"),
        exclude_characters="\ufffe\uffff\ufeff'\"=+-@\u3000",
    ),
    min_size=1,
    max_size=12,
)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=6)
ROWS = st.lists(
    st.tuples(
        st.one_of(st.none(), TEXTS),
        st.one_of(st.none(), st.integers(-(10**9), 10**9)),
        st.floats(-1e9, 1e9).map(lambda value: round(value, 6)),
    ),
    min_size=1,
    max_size=6,
)


def box(at: int) -> Any:
    west, south = 119 + at / 100, 48 + at / 50
    hole = shapely.box(west + 0.001, south + 0.001, west + 0.002, south + 0.002)
    return shapely.multipolygons([shapely.box(west, south, west + 0.005, south + 0.005).difference(hole)])


def there_and_back(
    writer: str, suffix: str, rows: list[tuple[Any, ...]], heading: str, points: bool
) -> RawLayer:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "out").mkdir()
        (folder / "work").mkdir()
        shapes = np.empty(len(rows), object)
        shapes[:] = [shapely.Point(119 + at / 100, 48.5) if points else box(at) for at in range(len(rows))]
        job = Job(
            "file",
            suffix,
            "图层",
            [heading, "数", "量"],
            ["text", "integer", "real"],
            [list(row) for row in rows],
            0,
            "Point" if points else "MultiPolygon",
            shapes,
            4490,
            "",
            40,
            120,
            folder / "out",
            [],
        )
        import_module(f"layers.exchange.writers.{writer}").write(job)
        layer = read_file(
            folder / "out" / f"file{suffix}", ReadOptions(), folder / "work", lambda _: None
        ).layer
        assert layer is not None
        return layer


@pytest.mark.parametrize("points", [True, False])
@pytest.mark.parametrize(
    ("writer", "suffix"),
    [
        ("geojson", ".geojson"),
        ("gpkg", ".gpkg"),
        ("shapefile", ".shp"),
        ("kml", ".kml"),
        ("csv", ".csv"),
        ("xlsx", ".xlsx"),
    ],
)
@settings(max_examples=12)
@given(rows=ROWS, heading=HAN)
def test_comes_back(writer, suffix, points, rows, heading):
    layer = there_and_back(writer, suffix, rows, heading, points)
    assert layer.declared == len(rows) == len(layer.rows)
    plain = {"csv": str, "kml": str}.get(writer)
    for at, name in enumerate((heading, "数", "量")):
        wanted = [row[at] for row in rows]
        if plain and at:
            wanted = [None if value is None else str(value) for value in wanted]
        got = layer.columns.get(name, [None] * len(rows))
        if writer == "xlsx" and at == 2:  # a sheet has one kind of number
            assert [float(value) for value in got] == wanted
        else:
            assert got == wanted, name
    if layer.geometry is not None:
        for at, shape in enumerate(layer.geometry):
            wanted = shapely.Point(119 + at / 100, 48.5) if points else box(at)
            assert shape.symmetric_difference(wanted).area < 1e-12 and shape.distance(wanted) < 1e-8


def test_headings_that_are_alike_stay_apart():
    from layers.exchange.writers.shapefile import short_names

    names = short_names(["所在嘎查代码一", "所在嘎查代码二", "所在嘎查代码三", "a", "A"], "gbk")
    assert len({name.casefold() for name in names}) == 5 and all(
        len(name.encode("gbk")) <= 10 for name in names
    )


def test_a_drawing_with_everything(tmp_path):
    import ezdxf

    from layers.exchange.formats.dxf import count_entities

    drawing = ezdxf.new("R2000")
    drawing.encoding = "gbk"
    space = drawing.modelspace()
    space.add_lwpolyline([(0, 0), (10, 0, 0, 0, 0.5), (10, 10), (0, 10)], close=True)
    space.add_circle((5, 5), 3)
    space.add_arc((0, 0), 5, 0, 90)
    space.add_spline(fit_points=[(0, 0, 0), (1, 1, 0), (2, 0, 0)])
    space.add_text("宅基地", dxfattribs={"insert": (1, 2)})
    space.add_mtext("多行\\P文字")
    block = drawing.blocks.new("井")
    block.add_circle((0, 0), 1)
    block.add_line((0, 0), (1, 0))
    space.add_blockref("井", (50, 50))
    space.add_point((7, 7))
    drawing.layout("Layout1").add_line((0, 0), (1, 1))  # on paper: no part of the model
    drawing.saveas(tmp_path / "a.dxf")
    (tmp_path / "work").mkdir()
    layer = read_file(tmp_path / "a.dxf", ReadOptions(), tmp_path / "work", lambda _: None).layer
    assert layer.declared == len(layer.rows) == 8 == count_entities((tmp_path / "a.dxf").read_bytes())
    shapes = dict(zip(layer.columns["实体"], layer.geometry, strict=True))
    assert abs(shapes["CIRCLE"].area / (np.pi * 9) - 1) < 0.05
    assert shapes["ARC"].length > 7 and shapes["SPLINE"].length > 2.5 and shapes["LWPOLYLINE"].area > 100
    assert shapes["INSERT"].bounds == pytest.approx((49, 49, 51, 51), abs=0.2)
    assert layer.columns["文字"][4:6] == ["宅基地", "多行\n文字"] and layer.columns["块"][6] == "井"


def test_rows_without_coordinates_are_named(tmp_path, empty):
    from layers.exchange.preview import Options, preview

    rows = [f"{at},点{at},{'' if at % 2 else '119.75'},{'' if at % 2 else '49.14'}" for at in range(1, 26)]
    (tmp_path / "a.csv").write_text("\n".join(["编号,名称,经度,纬度", *rows]), encoding="utf-8")
    seen = preview(tmp_path / "a.csv", plan=empty, options=Options(kind="clinic"))
    assert (seen.declared, seen.read, seen.flagged) == (25, 25, ())
    assert ("rows_no_shape", {"count": 13, "rows": "1, 3, 5, 7, 9, 11, 13, 15, 17, 19 …"}) in seen.notes


def test_survey_geodatabase_opens_with_its_fields_mapped(tmp_path, empty):
    from pyogrio import raw

    from layers.exchange.preview import Options, preview

    names = ["BSM", "YSDM", "DLBM", "DLMC", "QSXZ", "TBMJ"]
    data = [
        np.array(["1500000000000000001", "2"], object),
        np.array(["2001010100"] * 2, object),
        np.array(["0401", "1003"], object),
        np.array(["天然牧草地", "公路用地"], object),
        np.array(["20", "20"], object),
        np.array([640.0, 12.5]),
    ]
    shapes = [
        shapely.multipolygons([shapely.box(500_000 + at * 100, 5_400_000, 500_080 + at * 100, 5_400_008)])
        for at in range(2)
    ]
    raw.write(
        str(tmp_path / "三调.gdb"),
        geometry=np.array(shapely.to_wkb(shapes), object),
        field_data=data,
        fields=np.array(names, object),
        layer="DLTB",
        driver="OpenFileGDB",
        geometry_type="MultiPolygon",
        crs="EPSG:4549",
    )
    seen = preview(tmp_path / "三调.gdb", plan=empty)
    assert seen.kind is not None and seen.kind.id == "land_parcel" and seen.crs.choice.epsg == 4549
    assert set(seen.mapping) >= set(names) and seen.read == 2 and seen.values["TBMJ"] == [640.0, 12.5]
    import shutil

    shutil.make_archive(str(tmp_path / "压缩"), "zip", tmp_path, "三调.gdb")
    assert preview(tmp_path / "压缩.zip", plan=empty, options=Options()).read == 2
