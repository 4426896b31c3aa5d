"""Power, networks, sport, care, assets of past projects, and the figures behind the targets board."""

from __future__ import annotations

from layers.catalogue.columns import (
    YEAR_MAX,
    YEAR_MIN,
    choices,
    code,
    gacha_code,
    internal,
    name,
    opened_on,
    operating,
    public,
    scheme_columns,
    sumu_code,
)
from layers.catalogue.model import LayerKind, Theme, common_columns
from layers.catalogue.service import Service
from layers.catalogue.style import Label, Stroke, Style, StyleClass, Symbol, facility, point
from layers.catalogue.text import Text

THEME = Theme("services", Text("公共服务与资产", "Services and assets"))

POWER_KINDS = choices(
    ("substation", "变电站", "Substation"), ("transformer", "配电台区", "Distribution transformer"),
    ("solar", "分布式光伏", "Distributed solar"), ("wind", "分布式风电", "Distributed wind"),
    ("storage", "储能", "Storage"),
)
NETWORKS = choices(
    ("fibre", "光纤宽带", "Fibre"), ("mobile_4g", "4G 基站", "4G mast"), ("mobile_5g", "5G 基站", "5G mast"),
    ("satellite", "卫星宽带", "Satellite"),
)
CARE_LEVELS = choices(
    ("banner", "旗级", "Banner level"), ("sumu", "苏木级", "Sumu level"),
    ("gacha", "嘎查互助", "Gacha mutual help"),
)
ASSET_CLASSES = choices(
    ("operating", "经营性", "Operating"), ("public", "公益性", "Public"),
    ("household", "到户类", "Household"),
)
ASSET_STATES = choices(
    ("in_use", "在用", "In use"), ("idle", "闲置", "Idle"), ("lost", "损毁", "Lost"),
    ("sold", "已处置", "Disposed of"),
)
_COUNTED = (("link", "gacha_code"), ("operating", "operating"), ("date", "opened_on"))

POWER_LINE = LayerKind(
    "power_line", Text("电力线", "Power lines"), THEME.id, "MultiLineString",
    (
        internal("code", "线路编号", "Line code", "text", "编号", "编码", "BH", required=True),
        internal("name", "线路名称", "Name", "text", "名称", "MC"),
        internal("voltage_kv", "电压等级", "Voltage", "real", "电压", unit="kV", minimum=0),
        *scheme_columns(), *common_columns(),
    ),
    roles=("power.line",),
    style=Style(Symbol(strokes=(Stroke("halo", 0.45, opacity=0.88),
                                Stroke("rail", 0.20, (2.4, 0.4, 0.2, 0.4)))),
                order=72, min_scale=500_000),
)

POWER_STATION = LayerKind(
    "power_station", Text("供电设施", "Power supply"), THEME.id, "Point",
    (
        code("设施编号", "Station code"), name("设施名称", "Name"), gacha_code(),
        public("kind", "设施类型", "Kind", "text", "类型", choices=POWER_KINDS),
        internal("capacity_kva", "容量", "Capacity", "real", "变电容量", "装机容量", unit="kVA", minimum=0),
        public("households", "供电户数", "Households served", "integer", "用户数", unit="户", minimum=0),
        operating(), opened_on(), *scheme_columns(), *common_columns(),
    ),
    roles=("power.station",),
    style=Style(
        column="kind",
        classes=(
            StyleClass("substation", Text("变电站", "Substation"),
                       facility("temaki/power_tower", size_mm=3.2)),
            StyleClass("transformer", Text("配电台区", "Distribution transformer"),
                       facility("temaki/power_transformer"), 300_000),
            StyleClass("solar", Text("分布式光伏", "Distributed solar"), facility("temaki/power"), 300_000),
            StyleClass("wind", Text("分布式风电", "Distributed wind"), facility("temaki/wind_turbine"),
                       300_000),
            StyleClass("storage", Text("储能", "Storage"), facility("temaki/storage_tank"), 300_000),
            StyleClass(None, Text("类型未知", "Kind unknown"),
                       point("circle", 1.6, "unknown_ink", fill="unknown", icon="?"), 300_000),
        ),
        order=85, min_scale=1_000_000,
    ),
    services=(
        Service("power", Text("供电", "Power"), "unit.gacha", "presence", Text("处", "stations"),
                (*_COUNTED,
                 ("where", (("kind", ("transformer", "solar", "wind", "substation")),))), order=70),
    ),
)

BROADBAND = LayerKind(
    "broadband", Text("宽带与基站", "Broadband and masts"), THEME.id, "Point",
    (
        code("站点编号", "Node code"), name("站点名称", "Name"), gacha_code(),
        public("technology", "接入方式", "Technology", "text", "网络类型", "制式", choices=NETWORKS),
        public("households", "接入户数", "Households connected", "integer", "宽带用户数", unit="户",
               minimum=0),
        operating(), opened_on(), *scheme_columns(), *common_columns(),
    ),
    roles=("network",),
    style=Style(
        column="technology",
        classes=(
            StyleClass("fibre", Text("光纤宽带", "Fibre"), facility("maki/terminal")),
            StyleClass("mobile_4g", Text("4G 基站", "4G mast"), facility("maki/communications-tower")),
            StyleClass("mobile_5g", Text("5G 基站", "5G mast"), facility("temaki/mast_communication")),
            StyleClass("satellite", Text("卫星宽带", "Satellite"), facility("maki/telephone")),
            StyleClass(None, Text("接入方式未知", "Technology unknown"),

                       point("circle", 1.6, "unknown_ink", fill="unknown", icon="?")),
        ),
        order=85, min_scale=500_000,
    ),
    services=(
        Service("broadband", Text("光纤宽带", "Fibre broadband"), "unit.gacha", "presence",
                Text("处", "nodes"), (*_COUNTED, ("where", (("technology", ("fibre",)),))), order=71),
        Service("mobile_5g", Text("5G", "5G"), "unit.gacha", "presence", Text("处", "masts"),
                (*_COUNTED, ("where", (("technology", ("mobile_5g",)),))), order=72),
    ),
)

FITNESS = LayerKind(
    "fitness", Text("健身设施", "Fitness facilities"), THEME.id, "Point",
    (
        code("设施编号", "Facility code"), name("设施名称", "Name"), gacha_code(),
        public("indoor", "室内", "Indoor", "boolean", "是否室内"),
        operating(), opened_on(), *scheme_columns(), *common_columns(),
    ),
    roles=("culture.fitness",),
    style=Style(facility("maki/fitness-centre"), order=85, min_scale=500_000),
    services=(
        Service("fitness", Text("健身设施", "Fitness facilities"), "unit.gacha", "presence",
                Text("处", "facilities"), _COUNTED, order=80),
    ),
)

CARE_HOME = LayerKind(
    "care_home", Text("养老机构", "Care homes"), THEME.id, "Point",
    (
        code("机构编号", "Home code"), name("机构名称", "Name"), sumu_code(), gacha_code(),
        public("level", "机构级别", "Level", "text", "级别", choices=CARE_LEVELS),
        public("beds", "床位数", "Beds", "integer", "床位", "养老床位", unit="张", minimum=0),
        operating(), opened_on(), *scheme_columns(), *common_columns(),
    ),
    roles=("care.home",),
    style=Style(facility("temaki/social_facility", size_mm=3.0), label=Label("name", "place", 300_000),
                order=85,
                min_scale=1_500_000),
    services=(
        Service("care_home", Text("旗级养老机构", "Care home of the banner"), "unit.banner", "presence",
                Text("所", "homes"), (("operating", "operating"), ("date", "opened_on"),
                 ("where", (("level", ("banner",)),))), order=90),
    ),
)

ASSET = LayerKind(
    "asset", Text("项目资产", "Project assets"), THEME.id, "Point",
    (
        code("资产编号", "Asset code", "资产编码"), name("资产名称", "Name"), gacha_code(),
        public("class", "资产类别", "Class", "text", "类别", "资产类型", choices=ASSET_CLASSES),
        internal("state", "资产状态", "State", "text", "状态", "使用状态", choices=ASSET_STATES),
        internal("owner", "权属单位", "Owner", "text", "产权单位", "产权归属"),
        internal("keeper_unit", "管护单位", "Kept by", "text", "管护主体", "管护责任单位"),
        internal("value", "资产原值", "Original value", "real", "原值", "资产价值", unit="万元", minimum=0),
        internal("income", "年收益", "Yearly income", "real", "收益", unit="万元"),
        internal("year", "形成年度", "Year made", "integer", "年度", "年份", minimum=YEAR_MIN,
                 maximum=YEAR_MAX),
        internal("document", "确权文件", "Document", "text", "文号"),
        *common_columns(),
    ),
    roles=("asset",),
    style=Style(
        column="class",
        classes=(
            StyleClass("operating", Text("经营性资产", "Operating asset"),
                       point("square", 1.6, "label2", fill="label2")),
            StyleClass("public", Text("公益性资产", "Public asset"),
                       point("square_hollow", 1.6, "label2", fill="halo")),
            StyleClass("household", Text("到户类资产", "Household asset"),
                       point("ring_dot", 1.6, "label2", fill="halo")),
            StyleClass(None, Text("类别未知", "Class unknown"),
                       point("circle", 1.4, "unknown_ink", fill="unknown", icon="?")),
        ),
        order=84, min_scale=500_000,
    ),
)

TARGET_VALUE = LayerKind(
    "target_value", Text("指标数值", "Target figures"), THEME.id, "",
    (
        code("记录编号", "Record code"),
        public("target_id", "指标编号", "Target", "text", "指标", "指标代码", required=True),
        public("year", "年度", "Year", "integer", "年份", "统计年度", "ND", minimum=YEAR_MIN,
               maximum=YEAR_MAX, required=True),
        public("value", "数值", "Value", "real", "完成值", "实际值", "指标值"),
        public("unit", "单位", "Unit", "text", "计量单位"),
        public("as_of", "统计日期", "As of", "date", "截止日期", "截至日期", "数据日期", "统计时间"),
        *common_columns(),
    ),
    roles=("target.figure",), name="",
)

KINDS = (POWER_LINE, POWER_STATION, BROADBAND, FITNESS, CARE_HOME, ASSET, TARGET_VALUE)
