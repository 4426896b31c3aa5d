"""What herding has built on the grassland: wells for stock, sheds and yards, fences (chapter 7 section 4).

Wells that people drink from are water works (`layers.catalogue.water`); sheds that are only planned are
proposals (`layers.catalogue.project`).
"""

from __future__ import annotations

from layers.catalogue.columns import choices, code, gacha_code, internal, name, opened_on, public, sensitive
from layers.catalogue.model import Column, LayerKind, Theme, common_columns
from layers.catalogue.style import Stroke, Style, StyleClass, Symbol, facility, line
from layers.catalogue.text import Text

THEME = Theme("herding", Text("牧业设施", "Herding works"))

WELLS = choices(("drilled", "机电井", "Drilled well"), ("dug", "筒井", "Dug well"),
                ("trough", "饮水点", "Watering place"))
SHEDS = choices(("warm_shed", "暖棚", "Warm shed"), ("shed", "棚圈", "Shed"), ("yard", "围圈", "Yard"),
                ("store", "草料库", "Fodder store"))
FENCES = choices(("mesh", "网围栏", "Wire mesh"), ("barbed", "刺丝围栏", "Barbed wire"),
                 ("other", "其他围栏", "Other fence"))
PURPOSES = choices(("pasture", "草场围栏", "Round a pasture"), ("closure", "封育围栏", "Round a closed area"),
                   ("hay", "打草场围栏", "Round a hay meadow"))


def _removed_on() -> Column:
    return public("removed_on", "拆除日期", "Removed on", "date", "拆除时间", "清理日期", "CCRQ")


STOCK_WELL = LayerKind(
    "stock_well", Text("牲畜饮水井", "Stock wells"), THEME.id, "Point",
    (
        code("水井编号", "Well code", "井编号", "机井编号"), name("水井名称", "Name", "井名"), gacha_code(),
        public("kind", "水井类型", "Kind", "text", "井类型", "类型", "饮水点类型", choices=WELLS),
        public("depth_m", "井深", "Depth", "real", "机井深度", unit="m", minimum=0),
        internal("sheep_units", "供饮牲畜", "Stock watered", "real", "饮水牲畜", unit="羊单位", minimum=0),
        opened_on(), _removed_on(), *common_columns(),
    ),
    roles=("herd.well",),
    style=Style(
        column="kind",
        classes=(
            StyleClass("drilled", Text("机电井", "Drilled well"),
                       facility("temaki/well_pump_powered", "water_label")),
            StyleClass("dug", Text("筒井", "Dug well"), facility("temaki/well_pump_manual", "water_label")),
            StyleClass("trough", Text("饮水点", "Watering place"), facility("temaki/water_tap", "water_label")),
            StyleClass(None, Text("水井类型未知", "Kind of well unknown"),
                       facility("maki/water", "unknown_ink")),
        ),
        order=85, min_scale=300_000,
    ),
)  # fmt: skip

SHED = LayerKind(
    "shed", Text("棚圈", "Sheds and yards"), THEME.id, "MultiPolygon",
    (
        sensitive("code", "棚圈编号", "Shed code", "text", "编号", "圈舍编号", required=True), gacha_code(),
        sensitive("household_code", "户编号", "Household code", "text", "户码", "牧户编号", "HBM"),
        internal("kind", "棚圈类型", "Kind", "text", "类型", "圈舍类型", choices=SHEDS),
        internal("area_m2", "登记面积", "Registered area", "real", "面积", "建筑面积", "MJ", unit="m²",
                 minimum=0),
        internal("opened_on", "建成日期", "Built on", "date", "启用日期", "建成时间"),
        internal("removed_on", "拆除日期", "Removed on", "date", "拆除时间", "清理日期"),
        *common_columns(personal=True),
    ),
    roles=("herd.shed",), name="", sensitive=True,
    style=Style(Symbol(fill="town", strokes=(Stroke("label2", 0.2),)), order=72, min_scale=50_000,
                aggregate="count"),
)  # fmt: skip

FENCE = LayerKind(
    "fence", Text("围栏", "Fences"), THEME.id, "MultiLineString",
    (
        code("围栏编号", "Fence code"), gacha_code(),
        public("kind", "围栏类型", "Kind", "text", "类型", "围栏形式", choices=FENCES),
        public("purpose", "围栏用途", "Purpose", "text", "用途", choices=PURPOSES),
        public("height_m", "围栏高度", "Height", "real", "高度", unit="m", minimum=0),
        opened_on(), _removed_on(), *common_columns(),
    ),
    roles=("herd.fence",), name="",
    style=Style(
        column="kind",
        classes=(
            StyleClass("mesh", Text("网围栏", "Wire mesh"), line("label2", 0.16, 2.0, 0.5, 0.3, 0.5)),
            StyleClass("barbed", Text("刺丝围栏", "Barbed wire"), line("label2", 0.16, 1.0, 0.5, 0.3, 0.5)),
            StyleClass(None, Text("其他围栏", "Other fence"), line("label3", 0.14, 0.6, 0.5)),
        ),
        order=73, min_scale=150_000,
    ),
)  # fmt: skip

KINDS = (STOCK_WELL, SHED, FENCE)
