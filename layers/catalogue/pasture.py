"""Contract pastures, seasonal camps, herds and livestock-farming zones (chapters 7.1, 7.4; 草原承包)."""

from __future__ import annotations

from layers.catalogue.columns import (
    YEAR_MAX,
    YEAR_MIN,
    area_ha,
    choices,
    code,
    gacha_code,
    holding_columns,
    internal,
    name,
    public,
    sensitive,
)
from layers.catalogue.model import Column, LayerKind, Theme, Zone, common_columns
from layers.catalogue.style import Pattern, Stroke, Style, StyleClass, Symbol, line, point
from layers.catalogue.text import Text

THEME = Theme("pasture", Text("牧场与养殖", "Pasture and herds"))

SEASONS = choices(
    ("winter", "冬营地", "Winter camp"), ("spring", "春营地", "Spring camp"),
    ("summer", "夏营地", "Summer camp"), ("autumn", "秋营地", "Autumn camp"),
)
PASTURE_SEASONS = choices(
    ("year_round", "四季", "All year"), ("cold", "冷季", "Cold season"), ("warm", "暖季", "Warm season"),
    ("hay", "打草场", "Hay meadow"),
)
LIVESTOCK_CLASSES = choices(
    ("ban", "禁养区", "Banned"), ("limit", "限养区", "Restricted"), ("ok", "适养区", "Suitable"),
)


def _heads(name: str, zh: str, en: str, *aliases: str) -> Column:
    return internal(name, zh, en, "integer", *aliases, unit="头只", minimum=0)


CONTRACT_PASTURE = LayerKind(
    "contract_pasture", Text("承包草场", "Contract pastures"), THEME.id, "MultiPolygon",
    (
        code("承包地块编号", "Parcel code", "地块编码", "承包合同地块", "DKBM"),
        gacha_code(),
        sensitive("holder", "承包方", "Holder", "text", "承包人", "承包户", "户主", "承包方代表", "CBF",
                  "CBFMC"),
        sensitive("household_code", "户编号", "Household code", "text", "承包方编码", "户码", "CBFBM"),
        sensitive("contract", "承包合同号", "Contract", "text", "合同编号", "权证编号", "CBHTBM"),
        internal("season", "利用季节", "Season of use", "text", "草场类型", "季节", choices=PASTURE_SEASONS),
        internal("area_ha", "承包面积", "Contracted area", "real", "面积", "合同面积", "草场面积", "MJ",
                 unit="ha", minimum=0),
        internal("hay_kg_ha", "单位产草量", "Hay yield", "real", "产草量", "干草单产", unit="kg/ha",
                 minimum=0),
        internal("capacity", "核定载畜量", "Carrying capacity", "real", "载畜量", "合理载畜量", "ZXL",
                 unit="羊单位", minimum=0),
        internal("stock", "现有牲畜", "Present stock", "real", "实际载畜量", "实有牲畜", unit="羊单位",
                 minimum=0),
        *holding_columns("承包文件"), *common_columns(personal=True),
    ),
    roles=("pasture.contract",), name="",
    style=Style(line("bal_ink", 0.18, 1.0, 0.4), order=35, min_scale=300_000),
)

CAMP = LayerKind(
    "camp", Text("冬夏营地", "Seasonal camps"), THEME.id, "Point",
    (
        sensitive("code", "营地编号", "Camp code", "text", "编号", required=True),
        sensitive("name", "营地名称", "Name", "text", "名称", "地名", "MC"),
        gacha_code(),
        sensitive("household_code", "户编号", "Household code", "text", "户码", "牧户编号"),
        sensitive("season", "使用季节", "Season", "text", "季节", "营地类型", choices=SEASONS),
        sensitive("from_day", "迁入（月-日）", "Moved in (month-day)", "text", "迁入日期"),
        sensitive("to_day", "迁出（月-日）", "Moved out (month-day)", "text", "迁出日期"),
        internal("water", "有水源", "Water at hand", "boolean", "是否有水", "水源"),
        *common_columns(personal=True),
    ),
    roles=("pasture.camp",), sensitive=True,
    style=Style(
        column="season",
        classes=(
            StyleClass("winter", Text("冬营地", "Winter camp"),
                       point("square", 1.5, "label2", fill="label2")),
            StyleClass("spring", Text("春营地", "Spring camp"),
                       point("ring_dot", 1.6, "label2", fill="halo")),
            StyleClass("summer", Text("夏营地", "Summer camp"), point("ring", 1.6, "label2", fill="halo")),
            StyleClass("autumn", Text("秋营地", "Autumn camp"),
                       point("square_hollow", 1.5, "label2", fill="halo")),
            StyleClass(None, Text("季节未知", "Season unknown"),
                       point("circle", 1.3, "unknown_ink", fill="unknown", icon="?")),
        ),
        order=85, min_scale=50_000, aggregate="count",
    ),
)

LIVESTOCK = LayerKind(
    "livestock", Text("牲畜存栏", "Livestock"), THEME.id, "",
    (
        code("记录编号", "Record code"), gacha_code(),
        public("year", "统计年度", "Year", "integer", "年度", "年份", "ND", minimum=YEAR_MIN,
               maximum=YEAR_MAX, required=True),
        _heads("sheep", "绵羊", "Sheep", "羊", "羊只", "绵羊数"),
        _heads("goats", "山羊", "Goats", "山羊数"),
        _heads("cattle", "牛", "Cattle", "牛头数", "肉牛"),
        _heads("horses", "马", "Horses", "马匹", "马匹数"),
        _heads("camels", "骆驼", "Camels", "驼", "骆驼数"),
        internal("sheep_units", "折合羊单位", "Sheep units", "real", "羊单位", unit="羊单位", minimum=0),
        *common_columns(),
    ),
    roles=("livestock",), name="",
)

LIVESTOCK_ZONE = LayerKind(
    "livestock_zone", Text("养殖分区", "Livestock zones"), THEME.id, "MultiPolygon",
    (
        code("分区编号", "Zone code"), name("分区名称", "Name"), gacha_code(),
        public("class", "分区类别", "Class", "text", "类别", "分区类型", "养殖区类型",
               choices=LIVESTOCK_CLASSES, required=True),
        area_ha("分区面积"),
        *holding_columns("划定文件"), *common_columns(),
    ),
    roles=("zone.livestock",), zone=Zone("livestock"),
    style=Style(
        column="class",
        classes=(
            StyleClass("ban", Text("禁养区", "Banned"),
                       Symbol(patterns=(Pattern("grid", "ls_ban", 1.5, 0.15),),
                              strokes=(Stroke("ls_ban", 0.18, (1.2, 0.5)),))),
            StyleClass("limit", Text("限养区", "Restricted"),
                       Symbol(patterns=(Pattern("horizontal", "ls_lim", 1.7, 0.15),),
                              strokes=(Stroke("ls_lim", 0.18, (1.2, 0.5)),))),
            StyleClass("ok", Text("适养区", "Suitable"),
                       Symbol(patterns=(Pattern("plus", "ls_ok", 2.6, 0.15),),
                              strokes=(Stroke("ls_ok", 0.18, (1.2, 0.5)),))),
            StyleClass(None, Text("类别未知", "Class unknown"),
                       Symbol(strokes=(Stroke("unknown_ink", 0.18, (1.2, 0.5)),))),
        ),
        order=32, min_scale=500_000, aggregate="outline",
    ),
)

KINDS = (CONTRACT_PASTURE, CAMP, LIVESTOCK, LIVESTOCK_ZONE)
