"""Sheets as data: papers, ratio, ticks, a legend of what is seen, nothing over anything, nothing cut."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.catalogue.model import LayerKind
from layers.catalogue.registry import default_catalogue
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.geo.crs import PlanningCrs
from layers.maps.choropleth import Columns, amount_theme, status_theme
from layers.maps.graticule import degree_text, ticks
from layers.maps.hatch import hatch_marks
from layers.maps.legend import Entry
from layers.maps.paper_parts import PAPERS, Box, SheetTable, Swatch, Words, shortened, wrapped
from layers.maps.settings import LayerSettings
from layers.maps.sheet import MARGIN_MM, Sheet, build_sheet
from layers.maps.sheet_frame import SheetText, bar_length
from layers.maps.symbols import PixelPattern
from layers.maps.type import text_width
from layers.maps.viewport import ROUND_STEPS, is_whole
from layers.plan.plan import Plan
from tests.layers.maps.small_plan import SIDE, SOUTH, WEST, at, regime, small_plan, square

CODES = ("900000100001", "900000100002", "900000200001", "900000200002")
TEXT = SheetText(
    "试验旗草原管护分区图",
    "2023 年末现状",
    "内部资料 注意保存",
    "未经审图，不得公开",
    "审图号：（未送审）",
    ("编制单位：试验旗自然资源局", "编制日期：2024 年 3 月 5 日", "坐标系：CGCS2000"),
    "数据 7F3A",
    ("界线为示意。", "面积按椭球面量算。"),
    "说明：",
    "图例",
    "苏木乡镇分布",
    "北",
    "比例尺",
    ("实心：年份已到", "空心：年份未到"),
    "（个数）",
    "另有 {n} 项",
    "20240305",
)
TABLE = SheetTable(
    "苏木乡镇概况",
    ("苏木乡镇", "嘎查", "面积（km²）"),
    (("东河苏木", "2", "800"), ("西山镇", "2", "800")),
    ("合计", "4", "1,600"),
)


def plan() -> Plan:
    """Zones over two gachas, one clinic in each corner."""
    clinics = [
        {"code": f"c{x}{y}", "name": "卫生室", "geom": shapely.Point(at(x + 0.5, y + 0.5))}
        for x in (0, 1)
        for y in (0, 1)
    ]
    return small_plan(
        grazing_zone=[regime("z1", "ban", square(0, 0)), regime("z2", "rest", square(1, 1))], clinic=clinics
    )


def shown(*kinds: str) -> LayerSettings:
    return LayerSettings(frozenset(("banner", "sumu", "gacha", *kinds)))


def words(sheet: Sheet, frame: str) -> list[str]:
    return [item.text for item in sheet.items if isinstance(item, Words) and item.frame == frame]


def check_layout(sheet: Sheet) -> None:
    """No part lies over another or the page's edge; each line of text stands in its part, over no other."""
    page = Box(0, 0, sheet.paper.width, sheet.paper.height)
    frames = sheet.frames
    outer = {
        name: box for name, box in frames.items() if name not in ("whole", "column", "map", "north", "scale")
    }
    for (one, box), (other, second) in combinations({**outer, "map": frames["map"]}.items(), 2):
        assert not box.meets(second), (one, other)
    assert frames["map"].holds(frames["north"]) and frames["map"].holds(frames["scale"])
    assert not frames["north"].meets(frames["scale"])
    text = [item for item in sheet.items if isinstance(item, Words) and item.text]
    for item in text:
        assert page.holds(item.box), item
        if item.frame in frames:
            assert frames[item.frame].holds(item.box, 0.4), item
        if item.frame == "ticks":
            assert frames["whole"].holds(item.box) and not frames["map"].meets(item.box), item
        assert item.size >= 2.0 - 1e-9, item
    for one, other in combinations(text, 2):
        assert not one.box.meets(other.box, 0.25), (one, other)
    swatches = [item.box for item in sheet.items if isinstance(item, Swatch)]
    for swatch in swatches:
        assert frames["legend"].holds(swatch)
        assert not any(swatch.meets(item.box) for item in text)


@pytest.mark.parametrize("paper", ["A3-landscape", "A4-portrait", "A2-portrait"])
@pytest.mark.parametrize("themed", [False, True])
def test_every_paper_is_complete_and_nothing_overlaps(paper: str, themed: bool) -> None:
    columns = Columns(
        dict.fromkeys(CODES, (12, 40, None, 7)),
        ("2022", "2023", "2024", "2025"),
        2,
        title=Text("逐年新增", "New"),
    )
    theme = (
        amount_theme(
            "x",
            Text("还缺多少", "x"),
            dict(zip(CODES, (0.1, 0.5, None, 0.9), strict=True)),
            share=True,
            columns=columns,
        )
        if themed
        else None
    )
    sheet = build_sheet(plan(), paper, TEXT, shown("grazing_zone", "clinic"), theme=theme, table=TABLE)
    check_layout(sheet)
    assert not sheet.left_out
    assert {"title", "mark", "map", "overview", "legend", "table", "notes", "foot", "review"} <= set(
        sheet.frames
    )
    assert words(sheet, "title") == [TEXT.title, "2023 年末现状 · 比例尺 " + words(sheet, "scale")[0]]
    assert words(sheet, "mark") == [TEXT.mark] and words(sheet, "review") == [TEXT.warning, TEXT.review]


def test_the_ratio_is_the_largest_round_one_that_leaves_room() -> None:
    for paper in PAPERS:
        sheet = build_sheet(plan(), paper, TEXT, shown())
        west, south, east, north = sheet.map.extent
        leading = sheet.scale / 10 ** np.floor(np.log10(sheet.scale))
        assert any(abs(leading - step) < 1e-9 for step in ROUND_STEPS)
        margin = MARGIN_MM * sheet.scale / 1000
        room = min(WEST - west, SOUTH - south, east - WEST - 2 * SIDE, north - SOUTH - 2 * SIDE)
        assert room >= margin - 1e-6
        nearer = max(
            step * 10.0**power
            for step in ROUND_STEPS
            for power in range(3, 8)
            if step * 10.0**power < sheet.scale * (1 - 1e-9)
        )
        neat = sheet.frames["map"]
        assert 2 * SIDE * 1000 / nearer > min(neat.width, neat.height) - 2 * MARGIN_MM


def test_a_distance_on_the_page_is_the_ratio_s() -> None:
    sheet = build_sheet(plan(), "A3-landscape", TEXT, shown())
    one, other = sheet.map.to_mm(at(0, 0)), sheet.map.to_mm(at(2, 1))
    measured = np.hypot(other[0] - one[0], other[1] - one[1])
    assert measured == pytest.approx(np.hypot(2 * SIDE, SIDE) * 1000 / sheet.scale, rel=1e-9)
    px = sheet.map.scene.view.to_px([at(0, 0), at(2, 1)])
    assert np.hypot(*(px[1] - px[0])) / 600 * 25.4 == pytest.approx(measured, rel=1e-9)


def test_an_extent_is_held_whole_and_marked_in_the_overview() -> None:
    extent = (*at(0.2, 0.3), *at(0.9, 0.8))
    whole = build_sheet(plan(), "A4-landscape", TEXT, shown())
    part = build_sheet(plan(), "A4-landscape", TEXT, shown(), extent=extent)
    west, south, east, north = part.map.extent
    assert west <= extent[0] and south <= extent[1] and east >= extent[2] and north >= extent[3]
    assert part.scale < whole.scale
    assert len(part.items) and sum(getattr(item, "line", "") == "label1" for item in part.items) == 1
    assert not sum(getattr(item, "line", "") == "label1" for item in whole.items)


def test_the_legend_has_only_what_is_seen() -> None:
    everything = shown("grazing_zone", "clinic")
    whole = words(build_sheet(plan(), "A3-landscape", TEXT, everything), "legend")
    assert {"禁牧区", "休牧区"} <= set(whole) and "草畜平衡区" not in whole
    corner = words(
        build_sheet(plan(), "A3-landscape", TEXT, everything, extent=(*at(1.3, 1.3), *at(1.4, 1.4))), "legend"
    )
    assert "休牧区" in corner and "禁牧区" not in corner and "旗界" not in corner
    hidden = words(build_sheet(plan(), "A3-landscape", TEXT, shown()), "legend")
    assert "休牧区" not in hidden


def test_what_a_theme_covers_is_not_in_the_legend() -> None:
    cover = [{"code": "l1", "class": "steppe", "geom": square(0, 0, 2, 2)}]
    column = next(
        name for name in default_catalogue()["land_cover"].column_names if name in ("class", "cover", "type")
    )
    cover[0] = {
        "code": "l1",
        column: default_catalogue()["land_cover"].style.classes[0].value,
        "geom": square(0, 0, 2, 2),
    }
    made = small_plan(land_cover=cover)
    title = default_catalogue()["land_cover"].style.classes[0].title.zh
    status = status_theme("x", Text("现状", "x"), dict.fromkeys(CODES, "met"))
    partial = status_theme("x", Text("现状", "x"), dict.fromkeys(CODES[:3], "met"))
    assert title in words(build_sheet(made, "A3-landscape", TEXT, shown("land_cover")), "legend")
    assert title not in words(
        build_sheet(made, "A3-landscape", TEXT, shown("land_cover"), theme=status), "legend"
    )
    assert title in words(
        build_sheet(made, "A3-landscape", TEXT, shown("land_cover"), theme=partial), "legend"
    )
    seen = words(build_sheet(made, "A3-landscape", TEXT, shown(), theme=status), "legend")
    assert "达标" in seen and "缺口" not in seen


def test_grey_paper_has_patterns_without_tints() -> None:
    colour = build_sheet(plan(), "A4-portrait", TEXT, shown("grazing_zone"))
    grey = build_sheet(plan(), "A4-portrait", TEXT, shown("grazing_zone"), grey=True)

    def zones(sheet: Sheet) -> list[Swatch]:
        return [item for item in sheet.items if isinstance(item, Swatch) and item.symbol.patterns]

    assert len(zones(colour)) == len(zones(grey)) == 2
    assert all(swatch.symbol.fill for swatch in zones(colour)) and not any(
        swatch.symbol.fill for swatch in zones(grey)
    )
    forms = {swatch.symbol.patterns[0].form for swatch in zones(grey)}
    assert len(forms) == 2


@pytest.mark.parametrize("paper", ["A3-landscape", "A4-portrait"])
def test_long_words_and_many_layers_still_stand_apart(paper: str) -> None:
    catalogue = default_catalogue()
    rows = {
        kind.id: _rows(kind)
        for kind in catalogue
        if kind.geometry and kind.id not in ("banner", "sumu", "gacha") and not kind.sensitive
    }
    made = small_plan(**rows)
    settings_ = LayerSettings(frozenset(kind.id for kind, _ in made.layers() if kind.geometry))
    text = replace(
        TEXT,
        title="关于新巴尔虎左旗嘎查村庄规划中草原管护分区与道路断头路整治一览图（征求意见第三稿）" * 2,
        foot=("编制单位：" + "呼伦贝尔市某某旗自然资源局草原监督管理站" * 3, *TEXT.foot[1:]),
        notes=TEXT.notes * 4,
    )
    rows_ = tuple((f"一个名字特别长的民族乡苏木镇{n}", "12,345", "1,234,567") for n in range(24))
    sheet = build_sheet(made, paper, text, settings_, table=replace(TABLE, rows=rows_, least=3))
    check_layout(sheet)
    assert "legend" not in sheet.cut or paper.startswith("A4")


def _rows(kind: LayerKind) -> list[dict]:
    """A row of each class of a kind."""
    needed = {
        column.name: column.choices[0].value
        if column.choices
        else 1
        if column.type in ("integer", "real")
        else "x"
        for column in kind.columns
        if column.required
    }
    classes = [
        {kind.style.column: each.value, **{name: values[0] for name, values in each.where}}
        for each in kind.style.classes
        if each.value is not None
    ]
    return [
        {**needed, **values, kind.key: f"k{n}", "geom": _shape(kind.geometry)}
        for n, values in enumerate(classes or [{}])
    ]


def _shape(geometry: str) -> shapely.Geometry:
    return {
        "Point": shapely.Point(at(0.5, 0.5)),
        "MultiLineString": shapely.LineString([at(0, 0), at(1, 1)]),
        "MultiPolygon": square(0.1, 0.1),
    }[geometry]


def test_too_many_rows_are_counted_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    symbol = default_catalogue()["grazing_zone"].style.classes[0].symbol
    from layers.maps import sheet as module
    from layers.maps.sheet_column import Group

    many = tuple((f"第 {n} 类", Entry(Text("x", "x"), symbol, "MultiPolygon", 0)) for n in range(400))
    monkeypatch.setattr(module, "legend_groups", lambda *_: (Group("很多", many),))
    made = build_sheet(plan(), "A4-landscape", TEXT, shown())
    check_layout(made)
    count = sum(isinstance(item, Swatch) for item in made.items)
    assert made.cut == ("legend",) and "legend" not in made.left_out and 40 < count < 400
    assert f"另有 {400 - count} 项" in words(made, "legend")


def test_names_keep_off_the_scale_bar_and_the_arrow() -> None:
    sheet = build_sheet(plan(), "A3-landscape", TEXT, shown(), extent=(*at(0.8, 0.9), *at(1.2, 1.1)))
    for name in ("north", "scale"):
        box = sheet.frames[name]
        for label in sheet.map.scene.labels:
            boxes = label.boxes / 600 * 25.4
            left = sheet.frames["map"].left + boxes[:, 0]
            top = sheet.frames["map"].top + boxes[:, 1]
            for x, y, w, h in zip(
                left, top, boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1], strict=True
            ):
                assert not Box(x, y, w, h).meets(box), (label.text, name)


def test_nothing_anywhere_is_no_sheet() -> None:
    catalogue = default_catalogue()
    with pytest.raises(InputError) as caught:
        build_sheet(Plan(catalogue, PlanningCrs.from_epsg(4549), {}), "A4-portrait", TEXT)
    assert caught.value.code == "sheet_no_extent"
    with pytest.raises(InputError) as caught:
        build_sheet(plan(), "A5", TEXT)
    assert caught.value.code == "paper_unknown"


# -- parts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("epsg", "scale"), [(4549, 850_000), (4547, 50_000), (4534, 2_000)])
def test_ticks_stand_where_the_degrees_are(epsg: int, scale: float) -> None:
    crs = PlanningCrs.from_epsg(epsg)
    half = 0.12 * scale
    bounds = (520_000 - half, 5_400_000 - half, 520_000 + half, 5_400_000 + half)
    found = ticks(crs, bounds, scale)
    for edge in ("top", "bottom", "left", "right"):
        mine = [tick for tick in found if tick.edge == edge]
        assert 3 <= len(mine) <= 12
        for tick in mine:
            x = bounds[0] + tick.at if edge in ("top", "bottom") else bounds[0 if edge == "left" else 2]
            y = bounds[1] + tick.at if edge in ("left", "right") else bounds[1 if edge == "bottom" else 3]
            degrees = crs.to_lonlat([(x, y)])[0]
            value = degrees[0] if edge in ("top", "bottom") else degrees[1]
            said = sum(
                float(part) / 60**power
                for power, part in enumerate(
                    tick.text.rstrip("EN").rstrip("″′").replace("°", " ").replace("′", " ").split()
                )
            )
            assert value == pytest.approx(said, abs=0.0001 * scale / 850_000 + 1e-7)


def test_degrees_are_written_as_on_maps() -> None:
    assert degree_text(118 * 3600 + 40 * 60, True) == "118°40′E"
    assert degree_text(-(1 * 3600 + 5 * 60 + 7), False, with_seconds=True) == "1°05′07″S"


@pytest.mark.parametrize("scale", [500, 2_000, 7_500, 25_000, 85_000, 850_000, 2_500_000, 40_000_000])
def test_scale_bars_have_whole_parts(scale: float) -> None:
    metres, part, unit = bar_length(scale)
    assert metres == 4 * part and metres * 1000 / scale <= 52 + 1e-6
    assert metres * 1000 / scale >= 20
    size = part / (1000 if unit == "km" else 1)
    assert size == int(size) >= 1


@given(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=120), st.floats(8, 90)
)
@settings(max_examples=150, deadline=None)
def test_wrapped_text_fits_and_loses_nothing(text: str, width: float) -> None:
    lines = wrapped(text, width, 2.6)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width(line, 2.6) <= width + 1e-9 or len(line) == 1 for line in lines)
    assert text_width(shortened(text, width, 2.6), 2.6) <= width


def test_chinese_punctuation_does_not_begin_a_line() -> None:
    for width in np.arange(9, 40, 0.7):
        for line in wrapped(
            "旗界为示意，不作划界依据。面积、长度按椭球面量算；“—”为未知（不是零）。", float(width), 2.3
        ):
            assert line[0] not in "，。、；）"


@pytest.mark.parametrize(
    "form", ["diagonal", "back_diagonal", "stripes", "grid", "horizontal", "plus", "dots"]
)
def test_hatches_are_lines_inside_their_area_and_lie_still(form: str) -> None:
    pattern = PixelPattern(form, (0, 0, 0, 255), 10.0, 1.5, (8.0, 4.0) if form == "back_diagonal" else ())
    ring = shapely.Point(200, 150).buffer(120).difference(shapely.Point(200, 150).buffer(40))
    marks = hatch_marks(pattern, np.array([ring], object), (3.0, 7.0))
    lines = (
        shapely.linestrings(marks.segments.reshape(-1, 2, 2))
        if len(marks.segments)
        else shapely.points(marks.points)
    )
    assert len(lines) > 30
    assert shapely.within(lines, ring.buffer(1e-6)).all()
    # The neighbour's hatch goes on where this one ends: together they are the hatch of both.
    halves = [
        shapely.intersection(ring, shapely.box(0, 0, 200, 400)),
        shapely.intersection(ring, shapely.box(200, 0, 400, 400)),
    ]
    parts = [hatch_marks(pattern, np.array([half], object), (3.0, 7.0)) for half in halves]
    if form == "dots":
        assert sum(len(part.points) for part in parts) == pytest.approx(len(marks.points), abs=8)
    else:

        def length(found: np.ndarray) -> float:
            return float(np.hypot(found[:, 2] - found[:, 0], found[:, 3] - found[:, 1]).sum())

        assert sum(length(part.segments) for part in parts) == pytest.approx(length(marks.segments), rel=1e-6)


def test_a_window_that_shows_the_whole_banner_is_printed_as_the_banner() -> None:
    """A wide window of the same height; one with both sides 1.36 times the banner's is a place of its own."""
    bounds = (0.0, 0.0, 100.0, 200.0)
    assert is_whole((-300.0, -10.0, 400.0, 210.0), bounds)
    assert is_whole((-17.5, -500.0, 117.5, 700.0), bounds)
    assert not is_whole((-18.0, -36.0, 118.0, 236.0), bounds)
    assert not is_whole((1.0, 0.0, 100.0, 200.0), bounds) and not is_whole(bounds, None)
