"""Archives, drawings and point files as offices make them, each read where it lies."""

from __future__ import annotations

import io
import math
import struct
import zipfile

import ezdxf
import pytest

from layers.errors import InputError
from layers.exchange.formats.curves import straightened
from layers.exchange.formats.gdal_geometry import to_shapes
from layers.exchange.preview import Options, interpret
from layers.exchange.reading import ReadOptions, read_file


def kml(name: str) -> str:
    point = "<Point><coordinates>120.1,48.9</coordinates></Point>"
    return f"<kml><Document><Placemark><name>{name}</name>{point}</Placemark></Document></kml>"


def read(path, work, layer=None):
    work.mkdir(exist_ok=True)
    return read_file(path, ReadOptions(layer), work, lambda _: None)


def pack(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_no_map_in_an_archive_is_passed_over(tmp_path):
    table = "名称,经度,纬度\n甲,120.1,48.9\n"
    path = pack(tmp_path / "a.zip", {"a.kml": kml("甲"), "b.kml": kml("乙"), "c.csv": table})
    assert [info.name for info in read(path, tmp_path / "1").layers] == ["a", "b", "c"]
    assert read(path, tmp_path / "2", "b").layer.columns["名称"] == ["乙"]
    path = pack(tmp_path / "two.kmz", {"a.kml": kml("甲"), "b.kml": kml("乙")})
    assert read(path, tmp_path / "3").layer is None
    path = pack(tmp_path / "one.kmz", {"doc.kml": kml("甲"), "files/more.kml": kml("乙"), "files/1.jpg": b"x"})
    layer = read(path, tmp_path / "4").layer
    assert layer.columns["名称"] == ["甲"]
    assert layer.notes == [("kml_others", {"count": 1, "names": ["files/more.kml"]})]
    path = pack(tmp_path / "mac.zip", {"成果/c.csv": table, "__MACOSX/成果/._c.csv": b"\0\5", ".DS_Store": b"x"})
    assert read(path, tmp_path / "5").format == "zip/csv"
    with pytest.raises(InputError, match="file_is_dwg"):
        read(pack(tmp_path / "d.zip", {"图.dwg": b"AC1032"}), tmp_path / "6")


def drawing(version: str) -> bytes:
    document = ezdxf.new(version)
    space = document.modelspace()
    space.add_text("布日都嘎查 \\U+5DF4\\U+5F66%%d", dxfattribs={"layer": "注记", "insert": (507000, 5418000)})
    document.blocks.new("井").add_circle((0, 0), 5)
    well = space.add_blockref("井", (507050, 5418050), dxfattribs={"layer": "注记"})
    well.add_attrib("编号", "W-01", (0, 0))
    well.add_attrib("名称", "东井", (0, 0))
    text = io.StringIO()
    document.write(text)
    return text.getvalue().encode("utf-8")


@pytest.mark.parametrize("page", ["absent", "wrong", "utf-8 in an old version", "GBK in a new one"])
def test_chinese_in_a_drawing_whatever_its_code_page_says(tmp_path, empty, page):
    new = page == "GBK in a new one"
    data = drawing("R2018" if new else "R2000")
    if page != "utf-8 in an old version":
        data = data.decode("utf-8").encode("gbk")
    data = data.replace(b"$DWGCODEPAGE", b"$XXXCODEPAGE" if page == "absent" else b"$DWGCODEPAGE")
    path = tmp_path / "图.dxf"
    path.write_bytes(data)
    source = read(path, tmp_path / "work")
    assert source.layer.name == "注记" and source.layer.columns["文字"] == ["布日都嘎查 巴彦°", "W-01 东井"]
    if page == "absent":
        look = interpret(source, path=path, plan=empty, options=Options(kind="stock_well", crs="4549"))
        assert look.values == {"code": ["W-01"], "name": ["东井"]}  # by what is written on the block
        assert look.geometry[0].coords[0] == (507050, 5418050)  # where it stands, not its circle


def test_a_binary_drawing(tmp_path):
    document = ezdxf.new("R2010")
    document.modelspace().add_text("嘎查", dxfattribs={"insert": (1, 2)})
    document.saveas(tmp_path / "b.dxf", fmt="bin")
    assert read(tmp_path / "b.dxf", tmp_path / "work").layer.columns["文字"] == ["嘎查"]


POINTS = "\n".join(f"J{at},1,{north},{east}" for at, (north, east) in enumerate(
    [(5418000, 40507000), (5418000, 40508000), (5417000, 40508000), (5418000, 40507000)], 1))  # fmt: skip


def test_boundary_point_files_without_the_sign_of_a_parcel(tmp_path, empty):
    head = "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n带号=40\n[地块坐标]\n"
    path = tmp_path / "报部.txt"
    path.write_text(head + "4,50.0,P1,东地块,面,K51,牧草地,0401,\n" + POINTS, "gb18030")
    source = read(path, tmp_path / "work")
    look = interpret(source, path=path, plan=empty, options=Options(kind="proposed_area"))
    assert (look.values["code"], look.values["name"], look.values["area_ha"]) == (["P1"], ["东地块"], [50.0])
    assert look.crs.choice.epsg == 4528 and look.geometry[0].area == pytest.approx(500_000)
    path.write_text(head + POINTS, "gb18030")
    with pytest.raises(InputError, match="land_txt_empty"):
        read(path, tmp_path / "work")


def test_a_track_of_one_point_says_that_it_has_no_shape(tmp_path):
    path = tmp_path / "a.gpx"
    path.write_text('<gpx><trk><trkseg><trkpt lat="48.9" lon="120.1"/></trkseg></trk></gpx>')
    assert [(flag.code, flag.kept) for flag in read(path, tmp_path / "w").layer.flags] == [("no_shape", True)]


def test_text_and_web_pages_that_are_called_workbooks(tmp_path):
    path = tmp_path / "导出.xls"
    path.write_text("名称\t经度\t纬度\n甲\t120.1\t48.9\n", "gb18030")
    assert read(path, tmp_path / "w").layer.columns["名称"] == ["甲"]
    page = (
        '<html><meta charset="gbk"><table><tr><td colspan=3>一览表</td></tr><tr><th>名称<th>经度<th>纬度</tr>'
        "<tr><td rowspan=2>甲&amp;乙</td><td>120.1</td><td>48.9</td></tr><tr><td>120.2<td>48.8</table>"
    )
    path.write_bytes(page.encode("gbk"))
    layer = read(path, tmp_path / "w").layer
    path.write_bytes(page.encode("utf-8"))  # and calls it gbk
    assert read(path, tmp_path / "w").layer.columns == layer.columns
    assert layer.columns == {"名称": ["甲&乙", None], "经度": ["120.1", "120.2"], "纬度": ["48.9", "48.8"]}
    cell = '<Cell{}><Data ss:Type="String">{}</Data></Cell>'
    rows = [[("", "名称"), ("", "经度"), ("", "纬度")], [("", "甲"), (' ss:Index="3"', "48.9")]]
    table = "".join(f"<Row>{''.join(cell.format(*one) for one in row)}</Row>" for row in rows)
    sheet = f'<Worksheet ss:Name="卫生室"><Table>{table}</Table></Worksheet>'
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    spaces = f'xmlns="{space}" xmlns:ss="{space}"'
    path.write_text(f'<?xml version="1.0"?><Workbook {spaces}>{sheet}</Workbook>', "utf-8")
    layer = read(path, tmp_path / "w").layer
    assert layer.name == "卫生室" and layer.columns == {"名称": ["甲"], "经度": [None], "纬度": ["48.9"]}
    path.write_text('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><Workbook>&a;</Workbook>', "utf-8")
    with pytest.raises(InputError, match="xml_entities"):
        read(path, tmp_path / "w")


def arc_wkb() -> bytes:
    """A square of 1 km whose eastern side is a half circle, as ISO WKB: multisurface, with heights."""
    def points(code, *xy):
        flat = [number for x, y in xy for number in (x, y, 0.0)]
        return struct.pack("<BII", 1, 1000 + code, len(xy)) + struct.pack(f"<{len(flat)}d", *flat)

    west = points(2, (1000, 0), (0, 0), (0, 1000), (1000, 1000))
    east = points(8, (1000, 1000), (1500, 500), (1000, 0))
    compound = struct.pack("<BII", 1, 1009, 2) + west + east
    polygon = struct.pack("<BII", 1, 1010, 1) + compound
    return struct.pack("<BII", 1, 1012, 1) + polygon


def test_arcs_become_chords_and_cut_ones_are_no_shape():
    whole = arc_wkb()
    (shape,), bad = to_shapes([whole])
    assert bad == [] and shape.geom_type == "MultiPolygon" and not shape.has_z
    assert shape.area == pytest.approx(1e6 + math.pi * 500**2 / 2, rel=1e-4)
    assert shape.bounds == pytest.approx((0, 0, 1500, 1000), abs=0.05)
    circle = struct.pack("<BII6d", 1, 8, 3, 0, 0, 10, 0, 0, 0)
    assert straightened(circle).length == pytest.approx(math.pi * 10, rel=1e-4)
    for cut in (3, 12, 40, len(whole) - 5):
        assert to_shapes([whole[:cut], b""])[1] == [0]
