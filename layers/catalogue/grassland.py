"""Grassland regimes, protected and desertified grassland (chapter 7 section 4), and the land under maps."""

from __future__ import annotations

from layers.catalogue.columns import (
    area_ha,
    choices,
    code,
    gacha_code,
    holding_columns,
    name,
    public,
    scheme_columns,
)
from layers.catalogue.model import LayerKind, Theme, Zone, common_columns
from layers.catalogue.style import Band, Pattern, Stroke, Style, StyleClass, Symbol, edge
from layers.catalogue.text import Text

THEME = Theme("grassland", Text("草原保护", "Grassland"))

REGIMES = choices(
    ("ban", "禁牧区", "Grazing ban"),
    ("rest", "休牧区", "Seasonal rest"),
    ("balance", "草畜平衡区", "Forage-livestock balance"),
)
DESERT_DEGREES = choices(
    ("light", "轻度", "Light"), ("moderate", "中度", "Moderate"), ("severe", "重度", "Severe"),
    ("extreme", "极重度", "Extreme"),
)
TREATMENT_STATES = choices(
    ("untreated", "未治理", "Untreated"), ("treating", "治理中", "Being treated"),
    ("treated", "已治理", "Treated"),
)
LAND_COVERS = choices(
    ("steppe", "草原", "Steppe"), ("wood", "疏林灌丛", "Open wood and shrub"), ("forest", "森林", "Forest"),
    ("sand", "沙地", "Sand"), ("town", "城镇建设", "Built-up"), ("nograss", "其他", "Other"),
    ("water", "水体", "Water"),
)


def _regime(fill: str, pattern: Pattern) -> Symbol:
    return Symbol(fill=fill, patterns=(pattern,), strokes=(Stroke(f"{fill}_ink", 0.18),))


GRAZING_ZONE = LayerKind(
    "grazing_zone", Text("草原管理分区", "Grazing regimes"), THEME.id, "MultiPolygon",
    (
        code("分区编号", "Zone code"), name("分区名称", "Name"), gacha_code(),
        public("regime", "管理制度", "Regime", "text", "分区类型", "管护方式", "禁休牧类型", "GLLX",
               choices=REGIMES, required=True),
        public("rest_from", "休牧开始（月-日）", "Rest from (month-day)", "text", "休牧起始"),
        public("rest_to", "休牧结束（月-日）", "Rest to (month-day)", "text", "休牧截止"),
        area_ha("登记面积", "Registered area", "分区面积"),
        *holding_columns(), *common_columns(),
    ),
    roles=("zone.grazing",), zone=Zone("grazing"),
    style=Style(
        column="regime",
        classes=(
            StyleClass("ban", Text("禁牧区", "Grazing ban"),
                       _regime("ban", Pattern("diagonal", "ban_ink", 1.25, 0.16))),
            StyleClass("rest", Text("休牧区", "Seasonal rest"),
                       _regime("rest", Pattern("back_diagonal", "rest_ink", 1.5, 0.16, (1.35, 0.83)))),
            # Spacing 2.3 x 1.8: `gap_mm` is the wide one, the painter sets every second row off by half.
            StyleClass("balance", Text("草畜平衡区", "Forage-livestock balance"),
                       _regime("bal", Pattern("dots", "bal_ink", 2.3, 0.17, opacity=0.6))),
            StyleClass(None, Text("制度未知", "Regime unknown"),
                       _regime("unknown", Pattern("stripes", "halo", 2.2, 1.0))),
        ),
        order=30,
    ),
)

BASIC_GRASSLAND = LayerKind(
    "basic_grassland", Text("基本草原", "Basic grassland"), THEME.id, "MultiPolygon",
    (
        code("图斑编号", "Zone code", "TBBH", "标识码", "BSM"), name("地块名称", "Name"), gacha_code(),
        public("grass_type", "草原类型", "Grassland type", "text", "草地类型", "CYLX"),
        area_ha("划定面积", "Registered area", "基本草原面积"),
        *holding_columns("划定文件"), *common_columns(),
    ),
    roles=("zone.basic_grassland",), zone=Zone("legal"),
    style=Style(edge("basic", 0.26, 0.8, 0.17, tooth_mm=0.62, tooth_every_mm=5.5, near=(450_000, 0.8, 3.2)),
                order=60),
)

DESERTIFIED_LAND = LayerKind(
    "desertified_land", Text("沙化土地", "Desertified land"), THEME.id, "MultiPolygon",
    (
        code("图斑编号", "Patch code", "TBBH"), name("地块名称", "Name"), gacha_code(),
        public("degree", "沙化程度", "Degree", "text", "程度", "SHCD", choices=DESERT_DEGREES),
        public("state", "治理状态", "State", "text", "治理情况", choices=TREATMENT_STATES),
        public("measure", "治理措施", "Measure", "text", "措施"),
        public("treated_on", "治理完成日期", "Treated on", "date", "完成日期", "治理日期"),
        area_ha("沙化面积", "Registered area", "治理面积"),
        *scheme_columns(), *common_columns(),
    ),
    roles=("grassland.desertified",),
    style=Style(
        column="state",
        classes=(
            StyleClass("untreated", Text("未治理", "Untreated"),
                       Symbol(fill="sand", strokes=(Stroke("road_gravel", 0.18),))),
            StyleClass("treating", Text("治理中", "Being treated"),
                       Symbol(fill="sand", strokes=(Stroke("work", 0.35, (1.2, 0.5)),))),
            StyleClass("treated", Text("已治理", "Treated"),
                       Symbol(fill="sand", strokes=(Stroke("bal_ink", 0.26),),
                              band=Band("bal_ink", 0.8, 0.25))),
            StyleClass(None, Text("状态未知", "Unknown"),
                       Symbol(fill="sand", patterns=(Pattern("stripes", "halo", 2.2, 1.0),),
                              strokes=(Stroke("unknown_ink", 0.18),))),
        ),
        order=20,
    ),
)

LAND_COVER = LayerKind(
    "land_cover", Text("土地覆盖", "Land cover"), THEME.id, "MultiPolygon",
    (
        code("图斑编号", "Patch code"),
        public("cover", "覆盖类型", "Cover", "text", "地类", "土地覆盖类型", choices=LAND_COVERS,
               required=True),
        public("observed", "影像年份", "Year of the images", "integer", "数据年份", minimum=1949,
               maximum=2100),
        *common_columns(),
    ),
    roles=("backdrop.land_cover",), name="",
    style=Style(
        column="cover",
        classes=tuple(StyleClass(choice.value, choice.title, Symbol(fill=str(choice.value)))
                      for choice in LAND_COVERS),
        order=10, visible=True,
    ),
)

KINDS = (LAND_COVER, GRAZING_ZONE, BASIC_GRASSLAND, DESERTIFIED_LAND)
