"""Units in which the plan counts, their seats, resettlement sites and grid cells."""

from __future__ import annotations

from layers.catalogue.columns import (
    choices,
    code,
    gacha_code,
    holding_columns,
    internal,
    name,
    public,
    sumu_code,
)
from layers.catalogue.model import Column, LayerKind, Theme, common_columns
from layers.catalogue.service import Service
from layers.catalogue.style import Band, Label, Stroke, Style, StyleClass, Symbol, facility, line, point
from layers.catalogue.text import Text

THEME = Theme("administration", Text("行政区划", "Administration"))

UNIT_CODE_ALIASES = ("行政区代码", "行政区划代码", "区划代码", "统计用区划代码", "XZQDM", "XZQHDM")
UNIT_NAME_ALIASES = ("行政区名称", "行政区划名称", "XZQMC")

GRADES = choices(
    ("demonstration", "示范嘎查", "Demonstration gacha"),
    ("key_support", "重点帮扶嘎查", "Key-support gacha"),
    ("ordinary", "一般嘎查", "Ordinary gacha"),
)
VILLAGE_PLAN_STATES = choices(
    ("none", "不需编制", "Not needed"),
    ("needed", "应编未编", "Needed, not begun"),
    ("drafted", "编制中", "Being drafted"),
    ("approved", "已批复", "Approved"),
)
SEAT_LEVELS = choices(
    ("banner", "旗政府", "Banner seat"),
    ("sumu", "苏木乡镇政府", "Sumu seat"),
    ("gacha", "嘎查委员会", "Gacha seat"),
    ("settlement", "自然村（浩特）", "Settlement"),
)


def _reserve_columns() -> tuple[Column, ...]:
    """Construction land of a plan and what of it is kept in reserve (chapter 10 section 1)."""
    return (
        internal("construction_ha", "规划建设用地", "Planned construction land", "real", "建设用地规模",
                 "村庄建设用地面积", unit="ha", minimum=0),
        internal("reserve_ha", "机动指标", "Reserve quota", "real", "预留建设用地", "预留机动指标", unit="ha",
                 minimum=0),
    )


BANNER = LayerKind(
    "banner", Text("旗界", "Banner"), THEME.id, "MultiPolygon",
    (
        code("行政区代码", "Division code", *UNIT_CODE_ALIASES[1:]),
        name("行政区名称", "Name", *UNIT_NAME_ALIASES[1:]),
        public("area_km2", "公布面积", "Published area", "real", "土地面积", unit="km²", minimum=0),
        *common_columns(),
    ),
    roles=("unit.banner",),
    style=Style(
        Symbol(
            strokes=(Stroke("banner_line", 0.50, (3.0, 0.8, 0.6, 0.8)),),
            outer=(Band("banner_band", 1.5, 0.45), Band("banner_band", 0.7, 1.0)),
        ),
        label=Label("name", "banner"), order=54, visible=True,
    ),
)

SUMU = LayerKind(
    "sumu", Text("苏木乡镇", "Sumu and towns"), THEME.id, "MultiPolygon",
    (
        code("苏木乡镇代码", "Sumu code", *UNIT_CODE_ALIASES, "乡镇代码"),
        name("苏木乡镇名称", "Name", *UNIT_NAME_ALIASES, "乡镇名称", "苏木名称"),
        public("area_km2", "公布面积", "Published area", "real", "土地面积", unit="km²", minimum=0),
        *_reserve_columns(),
        public("civilised", "文明苏木乡镇", "Civilised sumu", "boolean", "是否文明苏木"),
        *common_columns(),
    ),
    roles=("unit.sumu",),
    style=Style(
        line("sumu_line", 0.28, 1.6, 0.55, 0.4, 0.55),
        label=Label("name", "sumu", anchor="seat"), order=53, visible=True,
    ),
)

GACHA = LayerKind(
    "gacha", Text("嘎查", "Gacha"), THEME.id, "MultiPolygon",
    (
        code("嘎查代码", "Gacha code", *UNIT_CODE_ALIASES, "行政村代码"),
        name("嘎查名称", "Name", *UNIT_NAME_ALIASES, "行政村名称", "村名"),
        sumu_code(),
        public("grade", "帮扶分级", "Grade", "text", "嘎查类型", "分类分级", choices=GRADES),
        internal("out_of_poverty_households", "脱贫户数", "Out-of-poverty households", "integer", "脱贫户",
                 "脱贫牧户数", unit="户", minimum=0),
        internal("out_of_poverty_people", "脱贫人口", "Out-of-poverty people", "integer", "脱贫人数",
                 unit="人", minimum=0),
        public("village_plan", "村庄规划", "Village plan", "text", "村庄规划编制情况", "多规合一村庄规划",
               choices=VILLAGE_PLAN_STATES),
        *_reserve_columns(),
        public("able_5g", "具备 5G 条件", "Able to have 5G", "boolean", "是否具备5G条件"),
        public("civilised", "文明嘎查", "Civilised gacha", "boolean", "是否文明嘎查", "文明村"),
        *common_columns(),
    ),
    roles=("unit.gacha",),
    style=Style(
        line("gacha_line", 0.12),
        label=Label("name", "gacha", 1_200_000, anchor="seat"), order=51, min_scale=2_500_000, visible=True,
    ),
    services=(
        Service("village_plan", Text("村庄规划", "Village plan"), "unit.gacha", "unit_state",
                Text("个", "plans"),
                (("state", "village_plan"), ("satisfied", ("approved",)), ("exempt", ("none",))), order=130),
    ),
)

SEAT = LayerKind(
    "seat", Text("驻地", "Seats"), THEME.id, "Point",
    (
        code("驻地编号", "Seat code"),
        name("驻地名称", "Name", "地名"),
        public("level", "级别", "Level", "text", "驻地级别", "行政级别", choices=SEAT_LEVELS, required=True),
        public("unit_code", "所属区划代码", "Unit code", "text", *UNIT_CODE_ALIASES),
        *common_columns(),
    ),
    roles=("seat",),
    style=Style(
        column="level",
        classes=(
            StyleClass("banner", Text("旗政府驻地", "Banner seat"),
                       point("double_ring", 2.5, "label1", fill="halo")),
            StyleClass("sumu", Text("苏木乡镇驻地", "Sumu seat"),
                       point("ring_dot", 1.9, "label1", fill="halo")),
            StyleClass("gacha", Text("嘎查驻地", "Gacha seat"), point("ring", 1.0, "label2", fill="halo"),
                       2_500_000),
            StyleClass("settlement", Text("自然村（浩特）", "Settlement"),
                       point("circle", 0.7, "label3", fill="label3"), 300_000),
        ),
        order=85, visible=True,
    ),
)

RESETTLEMENT = LayerKind(
    "resettlement", Text("易地搬迁安置点", "Resettlement sites"), THEME.id, "Point",
    (
        code("安置点编号", "Site code"),
        name("安置点名称", "Name"),
        gacha_code(),
        internal("households", "安置户数", "Households", "integer", "搬迁户数", unit="户", minimum=0),
        internal("people", "安置人口", "People", "integer", "搬迁人口", unit="人", minimum=0),
        public("water", "通水", "Water", "boolean", "是否通水"),
        public("power", "通电", "Power", "boolean", "是否通电"),
        public("road", "通路", "Road", "boolean", "是否通路", "是否通公路"),
        public("telecom", "通网", "Telecoms", "boolean", "是否通网", "是否通宽带"),
        public("sewage", "污水处理", "Sewage", "boolean", "是否处理污水"),
        public("waste", "垃圾收运", "Waste collection", "boolean", "是否收运垃圾"),
        public("kindergarten", "共享幼儿园", "Shared kindergarten", "boolean", "是否共享幼儿园"),
        public("clinic", "共享卫生室", "Shared clinic", "boolean", "是否共享卫生室"),
        public("activity_room", "共享活动室", "Shared activity room", "boolean", "是否共享活动室"),
        public("shared_facilities", "共享说明", "How they are shared", "text", "共享公共服务"),
        public("moved_on", "搬迁入住日期", "Moved in on", "date", "入住日期"),
        *common_columns(),
    ),
    roles=("resettlement",),
    style=Style(facility("maki/residential-community"), label=Label("name", "place", 300_000), order=85,
                min_scale=1_000_000),
)

GRID_CELL = LayerKind(
    "grid_cell", Text("治理网格", "Grid cells"), THEME.id, "MultiPolygon",
    (
        code("网格编号", "Cell code", "网格代码", "WGBH"),
        name("网格名称", "Name", "WGMC"),
        gacha_code(),
        internal("households", "户数", "Households", "integer", "网格户数", "牧户数", unit="户", minimum=0),
        internal("keeper_post", "网格员岗位", "Keeper's post", "text", "岗位"),
        *holding_columns("划定文件"),
        *common_columns(),
    ),
    roles=("grid_cell",),
    style=Style(line("label3", 0.18, 0.4, 0.4), label=Label("name", "place", 100_000), order=50,
                min_scale=300_000),
)

KINDS = (BANNER, SUMU, GACHA, SEAT, RESETTLEMENT, GRID_CELL)
