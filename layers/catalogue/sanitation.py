"""Toilets, sewage and waste (chapter 7 section 3)."""

from __future__ import annotations

from layers.catalogue.columns import (
    choices,
    code,
    gacha_code,
    internal,
    name,
    opened_on,
    operating,
    public,
    scheme_columns,
    sensitive,
    sumu_code,
)
from layers.catalogue.model import LayerKind, Theme, common_columns
from layers.catalogue.service import Service
from layers.catalogue.style import Label, Style, StyleClass, facility, point
from layers.catalogue.text import Text

THEME = Theme("sanitation", Text("厕所与环卫", "Sanitation"))

TOILET_STATES = choices(
    ("unimproved", "未改", "Unimproved"),
    ("planned", "拟改", "Planned"),
    ("built", "已建未验收", "Built"),
    ("accepted", "验收合格", "Accepted"),
    ("faulty", "问题厕所", "Faulty"),
    ("rectified", "整改复验合格", "Rectified and accepted again"),
)
# The types listed by the older national hygiene code of rural household toilets (农村户厕卫生规范).
TOILET_TYPES = choices(
    ("three_chamber", "三格化粪池式", "Three-chamber septic tank"),
    ("double_urn", "双瓮漏斗式", "Double urn"),
    ("biogas", "三联沼气池式", "Biogas"),
    ("urine_diverting", "粪尿分集式", "Urine-diverting"),
    ("double_pit", "双坑交替式", "Double pit, alternating"),
    ("sewered", "完整上下水道水冲式", "Flush, sewered"),
    ("elevated", "阁楼式", "Elevated"),
    ("deep_pit", "深坑防冻式", "Deep pit, frost-proof"),
    ("dry", "旱厕", "Plain dry toilet"),
    ("other", "其他", "Other"),
)
SEWAGE_MODES = choices(
    ("household", "分户处理", "Household units"),
    ("shared", "集中处理站", "Shared plant"),
    ("town", "纳入城镇管网", "Into the town's system"),
)
WASTE_KINDS = choices(
    ("collection", "收集点", "Collection point"),
    ("transfer", "转运站", "Transfer station"),
    ("landfill", "填埋场", "Landfill"),
    ("manure", "粪污处理点", "Manure treatment"),
)

TOILET = LayerKind(
    "toilet", Text("户厕", "Household toilets"), THEME.id, "Point",
    (
        sensitive("code", "户厕编号", "Toilet code", "text", "厕所编号", "编号", "编码", "CSBH",
                  required=True),
        sensitive("household_code", "户编号", "Household code", "text", "牧户编号", "户码", "户号", "HBH"),
        gacha_code(),
        internal("state", "改厕状态", "State", "text", "状态", "厕所状态", "是否改厕", choices=TOILET_STATES),
        internal("type", "户厕类型", "Type", "text", "厕所类型", "改厕模式", "改厕类型", "CSLX",
                 choices=TOILET_TYPES),
        internal("built_on", "建成日期", "Built on", "date", "建设日期", "改厕时间", "竣工日期"),
        internal("accepted_on", "验收日期", "Accepted on", "date", "验收时间", "合格日期"),
        internal("surveyed_on", "摸排日期", "Surveyed on", "date", "排查日期", "摸排时间"),
        internal("fault", "问题描述", "Fault", "text", "存在问题", "问题类型"),
        internal("fault_on", "发现问题日期", "Fault found on", "date", "发现日期"),
        internal("rectified_on", "整改复验日期", "Rectified on", "date", "整改日期", "复验日期",
                 "整改完成日期"),
        sensitive("upkeep", "管护方式", "Upkeep", "text", "管护责任", "后期管护"),
        sensitive("photo", "照片", "Photograph", "text", "照片编号", "影像"),
        *scheme_columns(),
        *common_columns(personal=True),
    ),
    roles=("sanitation.toilet",), name="", sensitive=True,
    style=Style(
        column="state",
        classes=(
            StyleClass("unimproved", Text("未改", "Unimproved"),
                       point("ring", 1.3, "short_ink", fill="halo")),
            StyleClass("planned", Text("拟改", "Planned"), point("ring_dot", 1.4, "work", fill="halo")),
            StyleClass("built", Text("已建未验收", "Built"),
                       point("square_hollow", 1.3, "work", fill="halo")),
            StyleClass("accepted", Text("验收合格", "Accepted"),
                       point("circle", 1.3, "met_ink", fill="met_ink")),
            StyleClass("faulty", Text("问题厕所", "Faulty"),
                       point("diamond", 1.9, "short_ink", fill="short", icon="!")),
            StyleClass("rectified", Text("整改复验合格", "Rectified"),
                       point("square", 1.3, "met_ink", fill="met_ink")),
            StyleClass(None, Text("状态未知", "Unknown"),
                       point("circle", 1.3, "unknown_ink", fill="unknown", icon="?")),
        ),
        order=90, min_scale=50_000, aggregate="count",
    ),
    services=(
        Service("toilets", Text("卫生厕所", "Sanitary toilets"), "unit.gacha", "household_state",
                Text("户", "households"),
                (("households", "household"), ("link", "household_code"), ("state", "state"),
                 ("satisfied", ("accepted", "rectified")), ("date", "accepted_on")), order=10),
    ),
)

PUBLIC_TOILET = LayerKind(
    "public_toilet", Text("公共厕所", "Public toilets"), THEME.id, "Point",
    (
        code("公厕编号", "Toilet code"), name("公厕名称", "Name"), gacha_code(), operating(), opened_on(),
        public("seats", "蹲位数", "Seats", "integer", "厕位数", unit="个", minimum=0),
        public("heated", "冬季可用", "Usable in winter", "boolean", "是否保温", "冬季是否开放"),
        *scheme_columns(), *common_columns(),
    ),
    roles=("sanitation.public_toilet",),
    style=Style(facility("maki/toilet"), order=85, min_scale=500_000),
)

SEWAGE_PLANT = LayerKind(
    "sewage_plant", Text("污水处理设施", "Sewage treatment"), THEME.id, "Point",
    (
        code("设施编号", "Plant code"), name("设施名称", "Name"), gacha_code(),
        public("mode", "治理模式", "Mode", "text", "处理方式", "治理方式", choices=SEWAGE_MODES),
        public("capacity_m3d", "处理规模", "Capacity", "real", "设计规模", "处理能力", unit="m³/d",
               minimum=0),
        public("households", "受益户数", "Households served", "integer", "覆盖户数", unit="户", minimum=0),
        operating(), opened_on(),
        *scheme_columns(), *common_columns(),
    ),
    roles=("sanitation.sewage",),
    style=Style(facility("maki/wetland"), label=Label("name", "place", 200_000), order=85,
                min_scale=1_000_000),
    services=(
        # The rate of sewage treatment is counted by administrative village, hence by gacha here.
        Service("sewage", Text("污水治理", "Sewage treatment"), "unit.gacha", "presence",
                Text("处", "plants"),
                (("link", "gacha_code"), ("operating", "operating"), ("date", "opened_on")), order=110),
        Service("sewage_mode", Text("污水治理方式", "Way of treating sewage"), "unit.gacha", "settlement_sort",
                Text("处", "plants"),
                (("link", "gacha_code"), ("operating", "operating"), ("date", "opened_on"), ("mode", "mode"),
                 ("households", "household"), ("seat", "seat"), ("towns", ("banner", "sumu")),
                 ("town_rule", "sewage_town"), ("cluster_rule", "sewage_cluster")), order=111),
    ),
)

WASTE_POINT = LayerKind(
    "waste_point", Text("垃圾收运点", "Waste points"), THEME.id, "Point",
    (
        code("点位编号", "Point code"), name("点位名称", "Name"), gacha_code(), sumu_code(),
        public("facility", "设施类型", "Facility", "text", "类型", "设施类别", choices=WASTE_KINDS),
        public("collections_per_month", "每月收运次数", "Collections a month", "integer", "收运频次",
               unit="次/月", minimum=0),
        operating(), opened_on(),
        *scheme_columns(), *common_columns(),
    ),
    roles=("sanitation.waste",),
    style=Style(facility("maki/waste-basket"), order=85, min_scale=1_000_000),
    services=(
        Service("waste", Text("垃圾收运", "Waste collection"), "unit.gacha", "presence", Text("处", "points"),
                (("link", "gacha_code"), ("operating", "operating"), ("date", "opened_on"),
                 ("where", (("facility", ("collection", "transfer")),))), order=100),
    ),
)

KINDS = (TOILET, PUBLIC_TOILET, SEWAGE_PLANT, WASTE_POINT)
