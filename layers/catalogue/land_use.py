"""Land-use parcels of the national survey and the control lines of territorial planning."""

from __future__ import annotations

from layers.catalogue.columns import (
    YEAR_MAX,
    YEAR_MIN,
    area_ha,
    choices,
    gacha_code,
    holding_columns,
    internal,
    public,
)
from layers.catalogue.model import Column, LayerKind, Theme, Zone, common_columns
from layers.catalogue.style import Label, Pattern, Stroke, Style, StyleClass, Symbol, edge
from layers.catalogue.text import Text

THEME = Theme("land_use", Text("土地利用与控制线", "Land use"))

# Codes of the database standard of the national land survey; words from memory of that standard,
# used as words for the form only, never as a rule.
OWNERSHIP = choices(
    ("10", "国有土地所有权", "State ownership"),
    ("20", "国有土地使用权", "State land, right of use"),
    ("30", "集体土地所有权", "Collective ownership"),
    ("31", "村民小组", "Collective: villagers' group"),
    ("32", "村集体经济组织", "Collective: village"),
    ("33", "乡集体经济组织", "Collective: township"),
    ("34", "其它农民集体经济组织", "Collective: other"),
    ("40", "集体土地使用权", "Collective land, right of use"),
)

# Fill colours of the third national survey as published with a vendor's template (MapGIS). They are an
# outside standard, hence literal colours; a class that is not listed is drawn neutral with its name.
_SURVEY_FILLS = (
    ("0103", "旱地", "Dry farmland", "#FFFBB1"),
    ("0301", "乔木林地", "Tree forest", "#31AD69"),
    ("0401", "天然牧草地", "Natural pasture", "#83C238"),
    ("0402", "沼泽草地", "Marsh grassland", "#83C238"),
    ("0403", "人工牧草地", "Sown pasture", "#9ACE7F"),
    ("0404", "其他草地", "Other grassland", "#C8E3A0"),
    ("0601", "工业用地", "Industrial land", "#C59A8C"),
    ("0602", "采矿用地", "Mining land", "#C59A8C"),
    ("0702", "农村宅基地", "Rural homesteads", "#EC888A"),
    ("0809", "公用设施用地", "Public utilities", "#F1A5B4"),
    ("08H2", "科教文卫用地", "Education, culture, health", "#F1A5B4"),
    ("1003", "公路用地", "Highway land", "#D2D8C9"),
    ("1006", "农村道路", "Rural roads", "#C2C1C1"),
    ("1101", "河流水面", "Rivers", "#A3D6F5"),
    ("1104", "坑塘水面", "Ponds", "#90AACF"),
    ("1107", "沟渠", "Ditches", "#A0CDF0"),
    ("1202", "设施农用地", "Farm facilities", "#DCB482"),
)
# Two classes of one colour are told apart by a pattern.
_SURVEY_PATTERNS = {
    "0402": Pattern("horizontal", "water_line", 1.7, 0.15),
    "0602": Pattern("grid", "label3", 1.5, 0.15),
    "08H2": Pattern("plus", "label3", 2.6, 0.15),
}


def _survey_class(value: str, zh: str, en: str, fill: str) -> StyleClass:
    pattern = _SURVEY_PATTERNS.get(value)
    symbol = Symbol(fill=fill, patterns=(pattern,) if pattern else (), strokes=(Stroke("label3", 0.10),))
    return StyleClass(value, Text(zh, en), symbol)


def _survey(name: str, zh: str, en: str, type: str = "text", *aliases: str, **options: object) -> Column:
    return internal(name, zh, en, type, *aliases, **options)


LAND_PARCEL = LayerKind(
    "land_parcel", Text("地类图斑", "Land-use parcels"), THEME.id, "MultiPolygon",
    (
        _survey("BSM", "标识码", "Identifier", required=True),
        _survey("YSDM", "要素代码", "Feature code"),
        _survey("TBYBH", "图斑预编号", "Preliminary parcel number"),
        _survey("TBBH", "图斑编号", "Parcel number"),
        _survey("DLBM", "地类编码", "Land-use code", "text", "地类代码"),
        _survey("DLMC", "地类名称", "Land use", "text", "地类"),
        _survey("QSXZ", "权属性质", "Ownership", choices=OWNERSHIP),
        _survey("QSDWDM", "权属单位代码", "Owner's code"),
        _survey("QSDWMC", "权属单位名称", "Owner"),
        _survey("ZLDWDM", "坐落单位代码", "Location code"),
        _survey("ZLDWMC", "坐落单位名称", "Location"),
        _survey("TBMJ", "图斑面积", "Parcel area", "real", unit="m²", minimum=0),
        _survey("KCDLBM", "扣除地类编码", "Deducted land-use code"),
        _survey("KCXS", "扣除地类系数", "Deduction factor", "real", minimum=0, maximum=1),
        _survey("KCMJ", "扣除地类面积", "Deducted area", "real", unit="m²", minimum=0),
        _survey("TBDLMJ", "图斑地类面积", "Net land-use area", "real", unit="m²", minimum=0),
        _survey("GDLX", "耕地类型", "Farmland type"),
        _survey("GDPDJB", "耕地坡度级别", "Farmland slope grade"),
        _survey("XZDWKD", "线状地物宽度", "Width of a linear feature", "real", unit="m", minimum=0),
        _survey("TBXHDM", "图斑细化代码", "Refinement code"),
        _survey("TBXHMC", "图斑细化名称", "Refinement"),
        _survey("ZZSXDM", "种植属性代码", "Planting code"),
        _survey("ZZSXMC", "种植属性名称", "Planting"),
        _survey("GDDB", "耕地等别", "Farmland grade", "integer", minimum=0),
        _survey("FRDBS", "飞入地标识", "Exclave mark"),
        _survey("CZCSXM", "城镇村属性码", "Settlement attribute"),
        _survey("SJNF", "数据年份", "Year of the data", "integer", minimum=YEAR_MIN, maximum=YEAR_MAX),
        *common_columns(),
    ),
    roles=("land.parcel",), key="BSM", name="DLMC",
    style=Style(
        column="DLBM",
        classes=(
            *(_survey_class(*row) for row in _SURVEY_FILLS),
            StyleClass(None, Text("其他地类", "Other land use"),
                       Symbol(fill="nograss", strokes=(Stroke("label3", 0.10),))),
        ),
        label=Label("DLMC", "place", 25_000), order=20, min_scale=300_000,
    ),
)


def _control_line(id: str, zh: str, en: str, role: str, family: str, style: Style,
                  *more: Column) -> LayerKind:
    """A control line of territorial planning: same columns, different law."""
    return LayerKind(
        id, Text(zh, en), THEME.id, "MultiPolygon",
        (
            internal("code", "图斑编号", "Zone code", "text", "编号", "编码", "标识码", "BSM", "TBBH", "BH",
                     required=True),
            internal("name", "名称", "Name", "text", "MC"),
            gacha_code(), *more, area_ha("划定面积"),
            *holding_columns("批准文件"), *common_columns(),
        ),
        roles=(role,), zone=Zone(family), style=style,
    )


RED_LINE = _control_line(
    "red_line", "生态保护红线", "Ecological red line", "zone.red_line", "legal",
    Style(edge("redline", 0.55, 1.5, 0.22), order=62),
    public("kind", "红线类型", "Kind", "text", "类型", "HXLX"),
)

# The next lines have no hue of their own in the look; they are dark neutral edges told apart by form.
FARMLAND = _control_line(
    "farmland", "永久基本农田", "Permanent basic farmland", "zone.farmland", "legal",
    Style(edge("road_case", 0.30, 0.8, 0.17, tooth_mm=0.62, tooth_every_mm=3.2), order=61,
          min_scale=1_000_000),
    public("land_code", "地类编码", "Land-use code", "text", "DLBM"),
)
URBAN_BOUNDARY = _control_line(
    "urban_boundary", "城镇开发边界", "Urban development boundary", "zone.urban", "construction",
    Style(edge("label1", 0.40, 0.8, 0.12, 2.0, 0.6, 0.4, 0.6), order=63),
    public("kind", "边界类型", "Kind", "text", "类型"),
)
VILLAGE_CONSTRUCTION = _control_line(
    "village_construction", "村庄建设边界", "Village construction boundary", "zone.village_construction",
    "construction",
    Style(edge("label2", 0.26, 0.6, 0.12, 0.9, 0.5), order=63, min_scale=500_000),
    public("reserve", "机动用地", "Reserve land", "boolean", "是否机动指标", "是否留白"),
)
NATURE_RESERVE = _control_line(
    "nature_reserve", "自然保护地", "Nature reserves", "zone.nature_reserve", "reserve",
    Style(edge("rail", 0.35, 1.2, 0.15, tooth_mm=0.8, tooth_every_mm=2.4),
          label=Label("name", "place", 1_000_000),
          order=61),
    public("level", "保护级别", "Level", "text", "级别"),
    public("part", "功能分区", "Part", "text", "分区", "功能区",
           choices=choices(("core", "核心保护区", "Core"), ("general", "一般控制区", "General control"))),
)

KINDS = (LAND_PARCEL, RED_LINE, FARMLAND, URBAN_BOUNDARY, VILLAGE_CONSTRUCTION, NATURE_RESERVE)
