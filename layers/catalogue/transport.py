"""Roads and their faults, railways, bridges, stations, delivery and the places of visitors."""

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
    sumu_code,
)
from layers.catalogue.model import LayerKind, Theme, common_columns
from layers.catalogue.service import Service
from layers.catalogue.style import Label, Stroke, Style, StyleClass, Symbol, cased_line, facility, line, point
from layers.catalogue.text import Text

THEME = Theme("transport", Text("交通物流", "Transport"))

ROAD_CLASSES = choices(
    ("expressway", "高速公路", "Expressway"),
    ("class_i", "一级公路", "Class I"),
    ("class_ii", "二级公路", "Class II"),
    ("class_iii", "三级公路", "Class III"),
    ("class_iv", "四级公路", "Class IV"),
    ("village", "嘎查内道路", "Road in the gacha"),
    ("track", "土路（草原路）", "Track"),
)
CLASS_III_AND_ABOVE = ("expressway", "class_i", "class_ii", "class_iii")
SURFACES = choices(
    ("asphalt", "沥青", "Asphalt"),
    ("concrete", "水泥", "Concrete"),
    ("gravel", "砂石", "Gravel"),
    ("earth", "土质", "Earth"),
)
HARDENED = ("asphalt", "concrete")
DEAD_END_REASONS = choices(
    ("true", "真断头", "True dead end"),
    ("gate", "围栏门截断", "Closed by a gate"),
    ("border", "境界处终止", "Ends at the border"),
    ("data_edge", "数据图边截断", "Cut at the data's edge"),
    ("gap", "疑为接边缝隙", "Suspected gap in the data"),
)
DEAD_END_STATES = choices(
    ("found", "已发现", "Found"),
    ("checked", "已核实", "Checked"),
    ("planned", "已列计划", "Planned"),
    ("opened", "已打通", "Opened"),
    ("kept", "保留现状", "Left as it is"),
)
STATION_KINDS = choices(
    ("hub", "综合运输服务站", "Transport service station"),
    ("bus", "客运站", "Bus station"),
    ("stop", "招呼站", "Request stop"),
)
LOGISTICS_LEVELS = choices(
    ("banner", "旗级配送中心", "Banner distribution centre"),
    ("sumu", "苏木配送站", "Sumu distribution point"),
    ("gacha", "嘎查服务点", "Gacha delivery point"),
)
VISITOR_KINDS = choices(
    ("parking", "停车场", "Car park"),
    ("visitor_centre", "游客中心", "Visitor centre"),
    ("tourist_toilet", "旅游厕所", "Tourist toilet"),
    ("viewpoint", "观景台", "Viewpoint"),
)

_HARD = (("surface", HARDENED),)
_GRAVEL_LINE = Symbol(strokes=(Stroke("road_gravel", 0.48), Stroke("road_lo", 0.26, (1.1, 0.7))))
_TRACK_LINE = Symbol(strokes=(Stroke("halo", 0.60, opacity=0.88), Stroke("road_track", 0.24, (0.9, 0.55))))

# Width is the class, make of the line is the surface. Class III and above are amber whatever they are
# paved with; below that, gravel and earth are drawn as such whatever the class on paper.
_ROAD_STYLE = (
    StyleClass("expressway", Text("高速公路", "Expressway"), cased_line(1.40, 1.05, "road_hi")),
    StyleClass("class_i", Text("一级公路", "Class I"), cased_line(1.30, 0.95, "road_hi")),
    StyleClass("class_ii", Text("二级公路", "Class II"), cased_line(1.20, 0.85, "road_hi")),
    StyleClass("class_iii", Text("三级公路", "Class III"), cased_line(1.00, 0.66, "road_hi")),
    StyleClass("class_iv", Text("四级公路", "Class IV"), cased_line(0.74, 0.44, "road_lo"), 1_500_000, _HARD),
    StyleClass("village", Text("嘎查硬化路", "Hardened road in the gacha"), cased_line(0.52, 0.26, "road_lo"),
               1_000_000, _HARD),
    StyleClass(None, Text("砂石路", "Gravel road"), _GRAVEL_LINE, 600_000, (("surface", ("gravel",)),)),
    StyleClass(None, Text("土路", "Track"), _TRACK_LINE, 600_000, (("surface", ("earth",)),)),
    StyleClass("track", Text("土路", "Track"), _TRACK_LINE, 600_000),
    StyleClass("class_iv", Text("路面未知", "Surface unknown"), line("unknown_ink", 0.44, 0.8, 0.4),
               1_500_000),
    StyleClass("village", Text("路面未知", "Surface unknown"), line("unknown_ink", 0.44, 0.8, 0.4),
               1_000_000),
    StyleClass(None, Text("等级未知", "Class unknown"), line("unknown_ink", 0.24, 0.4, 0.4), 1_000_000),
)

_REACH = (("surface", "surface"), ("class", "class"), ("passable", "passable"), ("date", "opened_on"),
          ("seat", "seat"))

ROAD = LayerKind(
    "road", Text("道路", "Roads"), THEME.id, "MultiLineString",
    (
        code("路段编号", "Section code", "路段编码", "LDBM"),
        name("道路名称", "Name", "路线名称", "公路名称", "路名", "LXMC"),
        public("number", "路线编号", "Route number", "text", "路线编码", "路线代码", "公路编号", "LXBH",
               "LXBM", "LXDM"),
        public("class", "技术等级", "Class", "text", "公路等级", "道路等级", "等级", "JSDJ", "DLDJ",
               choices=ROAD_CLASSES),
        public("surface", "路面类型", "Surface", "text", "路面", "面层类型", "LMLX", "MCLX",
               choices=SURFACES),
        public("width_m", "路面宽度", "Width", "real", "路宽", "宽度", "路基宽度", "LMKD", unit="m",
               minimum=0, maximum=100),
        public("passable", "可通行", "Passable", "boolean", "是否通行", "是否畅通", "能否通车"),
        internal("chief", "路长", "Road chief", "text", "路长姓名", "责任路长"),
        opened_on(),
        public("bottleneck", "瓶颈路段", "Bottleneck", "boolean", "是否瓶颈路"),
        public("tourist", "旅游公路", "Tourist road", "boolean", "是否旅游公路"),
        *scheme_columns(), *common_columns(),
    ),
    roles=("road",),
    style=Style(column="class", classes=_ROAD_STYLE, label=Label("number", "road", 1_000_000), order=70,
                visible=True),
    services=(
        Service("road", Text("通公路", "Road to the gacha"), "unit.gacha", "road_reach", Text("个", "units"),
                _REACH, order=30),
        Service("road_hardened", Text("通硬化路", "Hardened road"), "unit.gacha", "road_reach",
                Text("个", "units"), (*_REACH, ("surfaces", HARDENED)), order=31, timed=6),
        Service("sumu_class3", Text("苏木通三级公路", "Class III to the sumu"), "unit.sumu", "road_reach",
                Text("个", "units"), (*_REACH, ("classes", CLASS_III_AND_ABOVE)), order=32),
    ),
)

RAILWAY = LayerKind(
    "railway", Text("铁路", "Railways"), THEME.id, "MultiLineString",
    (code("线路编号", "Line code"), name("铁路名称", "Name", "线路名称"),
     public("operating", "运营中", "In use", "boolean", "是否运营"), *common_columns()),
    roles=("railway",),
    style=Style(Symbol(strokes=(Stroke("rail", 0.42), Stroke("halo", 0.22, (1.4, 1.4)))),
                label=Label("name", "place", 500_000), order=71, visible=False),
)

BRIDGE = LayerKind(
    "bridge", Text("桥梁", "Bridges"), THEME.id, "Point",
    (
        code("桥梁编号", "Bridge code", "桥梁编码", "QLBM"), name("桥梁名称", "Name", "桥名", "QLMC"),
        public("length_m", "桥长", "Length", "real", "桥梁全长", unit="m", minimum=0),
        public("load_t", "限载", "Load limit", "real", "限重", unit="t", minimum=0),
        public("passable", "可通行", "Passable", "boolean", "是否通行"),
        *scheme_columns(), *common_columns(),
    ),
    roles=("bridge",),
    style=Style(facility("maki/bridge", "road_case"), order=76, min_scale=300_000),
)

DEAD_END = LayerKind(
    "dead_end", Text("断头路", "Dead ends"), THEME.id, "Point",
    (
        code("断头点编号", "Dead-end code"), gacha_code(),
        public("road_code", "路段编号", "Section code", "text", "所在路段"),
        public("reason", "原因", "Reason", "text", "断头原因", "成因", choices=DEAD_END_REASONS),
        public("state", "处理状态", "State", "text", "整治状态", "处理情况", choices=DEAD_END_STATES),
        public("bearing", "道路走向", "Bearing of the road", "real", "方位角", unit="°", minimum=0,
               maximum=360),
        public("found_on", "发现日期", "Found on", "date", "排查日期"),
        public("opened_on", "打通日期", "Opened on", "date", "打通时间"),
        *scheme_columns(), *common_columns(),
    ),
    roles=("road.dead_end",), name="",
    style=Style(
        column="reason",
        classes=(
            StyleClass("true", Text("真断头", "True dead end"), point("bar", 2.6, "dead", fill="dead")),
            StyleClass("gate", Text("围栏门截断", "Closed by a gate"),
                       point("cross_box", 2.6, "dead", fill="halo")),
            StyleClass("border", Text("境界处终止", "Ends at the border"),
                       point("bar", 2.0, "banner_line", fill="halo")),
            StyleClass("data_edge", Text("数据图边截断", "Cut at the data's edge"),
                       point("triangle", 2.0, "label2", fill="halo")),
            StyleClass("gap", Text("疑为接边缝隙", "Suspected gap"),
                       point("ring", 2.2, "dead_gap", 0.5, 0.35)),
            StyleClass(None, Text("原因未知", "Reason unknown"),
                       point("circle", 1.6, "unknown_ink", fill="unknown", icon="?")),
        ),
        order=75, min_scale=1_000_000, aggregate="count", rotation="bearing",
    ),
)

STATION = LayerKind(
    "station", Text("运输服务站", "Transport stations"), THEME.id, "Point",
    (
        code("站点编号", "Station code"), name("站点名称", "Name", "站名"), gacha_code(), sumu_code(),
        public("kind", "站点类型", "Kind", "text", "类型", "站级", choices=STATION_KINDS),
        operating(), opened_on(), *scheme_columns(), *common_columns(),
    ),
    roles=("transport.station",),
    style=Style(facility("maki/bus"), label=Label("name", "place", 200_000), order=85, min_scale=1_000_000),
    services=(
        Service("station", Text("交通运输服务站", "Transport station"), "unit.sumu", "presence",
                Text("座", "stations"),
                (("link", "sumu_code"), ("operating", "operating"), ("date", "opened_on"),
                 ("where", (("kind", ("hub", "bus")),))), order=40),
    ),
)

_DELIVERY = (("operating", "operating"), ("date", "opened_on"))

LOGISTICS_POINT = LayerKind(
    "logistics_point", Text("物流快递网点", "Delivery points"), THEME.id, "Point",
    (
        code("网点编号", "Point code"), name("网点名称", "Name"), gacha_code(), sumu_code(),
        public("level", "网点级别", "Level", "text", "级别", "网点类型", choices=LOGISTICS_LEVELS),
        public("deliveries_per_week", "每周投递次数", "Deliveries a week", "integer", "投递频次",
               unit="次/周", minimum=0),
        operating(), opened_on(), *scheme_columns(), *common_columns(),
    ),
    roles=("logistics",),
    style=Style(facility("maki/post"), order=85, min_scale=1_000_000),
    services=(
        Service("logistics", Text("快递到嘎查", "Express delivery"), "unit.gacha", "presence",
                Text("处", "points"), (("link", "gacha_code"), *_DELIVERY), order=41),
        Service("logistics_sumu", Text("苏木物流配送站", "Sumu distribution point"), "unit.sumu", "presence",
                Text("处", "points"),
                (("link", "sumu_code"), *_DELIVERY, ("where", (("level", ("sumu", "banner")),))), order=42),
        Service("logistics_centre", Text("旗级物流配送中心", "Banner distribution centre"), "unit.banner",
                "presence",
                Text("处", "centres"), (*_DELIVERY, ("where", (("level", ("banner",)),))), order=43),
    ),
)

VISITOR_SITE = LayerKind(
    "visitor_site", Text("旅游服务设施", "Visitor sites"), THEME.id, "Point",
    (
        code("设施编号", "Site code"), name("设施名称", "Name"), gacha_code(),
        public("kind", "设施类型", "Kind", "text", "类型", choices=VISITOR_KINDS),
        public("capacity", "接待能力", "Capacity", "integer", "车位数", "容量", minimum=0),
        operating(), opened_on(), *scheme_columns(), *common_columns(),
    ),
    roles=("visitor",),
    style=Style(
        column="kind",
        classes=(
            StyleClass("parking", Text("停车场", "Car park"), facility("maki/parking")),
            StyleClass("visitor_centre", Text("游客中心", "Visitor centre"), facility("maki/information")),
            StyleClass("tourist_toilet", Text("旅游厕所", "Tourist toilet"), facility("maki/toilet")),
            StyleClass("viewpoint", Text("观景台", "Viewpoint"), facility("maki/viewpoint")),
            StyleClass(None, Text("其他", "Other"), facility("maki/marker")),
        ),
        label=Label("name", "place", 200_000), order=85, min_scale=1_000_000,
    ),
)

KINDS = (ROAD, RAILWAY, BRIDGE, DEAD_END, STATION, LOGISTICS_POINT, VISITOR_SITE)
