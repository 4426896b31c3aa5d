"""What is proposed: points, lines and areas of the project library; and suspect patches to verify."""

from __future__ import annotations

from collections.abc import Callable

from layers.catalogue.columns import (
    PROJECT_STATUS,
    YEAR_MAX,
    YEAR_MIN,
    choices,
    code,
    gacha_code,
    internal,
    name,
    public,
    scheme_columns,
    sensitive,
)
from layers.catalogue.model import Choice, Column, LayerKind, Theme, common_columns
from layers.catalogue.style import Band, Label, Stroke, Style, StyleClass, Symbol, point
from layers.catalogue.text import Text
from layers.catalogue.transport import ROAD_CLASSES, SURFACES

THEME = Theme("project", Text("项目与核查", "Projects and checks"))

KINDS_OF_WORK = choices(
    ("road", "道路", "Road"), ("bridge", "桥梁", "Bridge"), ("station", "运输站点", "Transport station"),
    ("logistics", "物流快递", "Delivery"), ("toilet", "厕所", "Toilets"), ("sewage", "污水处理", "Sewage"),
    ("waste", "垃圾收运", "Waste"), ("water", "供水", "Water supply"), ("power", "供电", "Power"),
    ("broadband", "宽带通信", "Broadband"), ("clinic", "卫生室", "Clinic"),
    ("health_centre", "卫生院", "Health centre"), ("kindergarten", "幼儿园", "Kindergarten"),
    ("care_home", "养老", "Care home"), ("fitness", "文化体育", "Culture and sport"),
    ("visitor", "旅游服务", "Visitor services"), ("housing", "住房与安置", "Housing and resettlement"),
    ("industry", "产业", "Industry"), ("livestock", "养殖", "Livestock farming"),
    ("grassland", "草原生态", "Grassland works"), ("desert", "防沙治沙", "Desertified land"),
    ("basin", "流域治理", "Basin works"), ("other", "其他", "Other"),
)
EIA_STATES = choices(
    ("none", "未开展", "Not begun"), ("submitted", "已报批", "Submitted"), ("approved", "已批复", "Approved"),
    ("registered", "登记备案", "Registered"), ("exempt", "不需开展", "Not needed"),
)
PATCH_STATES = choices(
    ("issued", "已下发", "Issued"), ("visited", "已核查", "Visited"), ("found", "已认定", "Found"),
    ("rectified", "已整改", "Rectified"), ("closed", "已销号", "Closed"),
)
PATCH_FINDINGS = choices(
    ("none", "未发现问题", "Nothing wrong"), ("grazing", "违规放牧", "Grazing in a ban"),
    ("occupation", "违法占地", "Land taken unlawfully"), ("reclaim", "开垦草原", "Grassland ploughed"),
    ("mining", "采挖", "Digging"), ("other", "其他", "Other"),
)
ATTACHMENT_SORTS = choices(("photo", "照片", "Photograph"), ("document", "文件", "Document"))


def _project_columns() -> tuple[Column, ...]:
    return (
        code("项目编号", "Project code", "项目代码", "XMBH", "XMDM"),
        name("项目名称", "Name", "XMMC"),
        public("kind_of_work", "项目类别", "Kind of work", "text", "建设类别", "项目类型", "工程类型",
               choices=KINDS_OF_WORK),
        gacha_code(),
        *scheme_columns(),
        public("unit_in_charge", "责任单位", "Unit in charge", "text", "实施单位", "建设单位", "主管部门"),
        public("document", "批准文号", "Approval document", "text", "批复文号", "批准文件", "文号", "WH"),
        internal("fund_source", "资金来源", "Source of funds", "text", "资金渠道"),
        internal("fund_year", "资金年度", "Year of funds", "integer", "资金年份", minimum=YEAR_MIN,
                 maximum=YEAR_MAX),
        internal("budget", "概算投资", "Budget", "real", "投资", "总投资", "预算", "资金规模", unit="万元",
                 minimum=0),
        internal("extent", "建设范围", "Extent", "text", "建设规模", "建设内容", "建设内容及规模"),
        internal("standard", "建设标准", "Standard", "text"),
        internal("groundwork", "前期工作进度", "Groundwork done", "text", "前期工作"),
        public("begun_on", "开工日期", "Begun on", "date", "开工时间"),
        public("finished_on", "完工日期", "Finished on", "date", "竣工日期", "完工时间"),
        internal("performance_target", "绩效目标", "Performance target", "text", "绩效"),
        public("named_in_plan", "规划列名项目", "Named in the plan", "boolean", "是否列入规划"),
        public("eia_state", "环评状态", "Environmental assessment", "text", "环评", "环境影响评价",
               choices=EIA_STATES),
        public("eia_document", "环评文号", "Assessment's number", "text", "环评批复文号"),
        public("eia_on", "环评日期", "Assessed on", "date", "环评批复日期"),
        internal("grassland_ground", "占用草原准入依据", "Ground for taking grassland", "text", "准入依据"),
        internal("place", "项目地点", "Place in words", "text", "建设地点", "地点", "位置", "坐落"),
    )


# Works are violet. How far a work has come is told by its make (dash, fill), not by another hue.
_LINE_MAKES = {"idea": (0.5, 0.6), "reserve": (1.2, 0.5), "approved": (2.4, 0.4),
               "building": (2.4, 0.3, 0.3, 0.3), "done": ()}
_POINT_MAKES = {"idea": ("ring", "halo"), "reserve": ("ring_dot", "halo"),
                "approved": ("square_hollow", "halo"),
                "building": ("triangle", "halo"), "done": ("square", "work")}


def _line_symbol(status: str) -> Symbol:
    return Symbol(strokes=(Stroke("halo", 1.30, opacity=0.88), Stroke("work", 0.75, _LINE_MAKES[status])))


def _point_symbol(status: str) -> Symbol:
    form, fill = _POINT_MAKES[status]
    return point(form, 2.4, "work", fill=fill)


def _area_symbol(status: str) -> Symbol:
    band = {"building": Band("work", 0.8, 0.17), "done": Band("work", 1.2, 0.25)}.get(status)
    return Symbol(strokes=(Stroke("halo", 0.80, opacity=0.88), Stroke("work", 0.40, _LINE_MAKES[status])),
                  band=band)


def _classes(symbol_of: Callable[[str], Symbol], unknown: Symbol) -> tuple[StyleClass, ...]:
    rows = [StyleClass(choice.value, choice.title, symbol_of(str(choice.value))) for choice in PROJECT_STATUS]
    return (*rows, StyleClass(None, Text("状态未填", "No status"), unknown))


def _proposed(id: str, zh: str, en: str, geometry: str, classes: tuple[StyleClass, ...], order: int,
              *more: Column) -> LayerKind:
    return LayerKind(
        id, Text(zh, en), THEME.id, geometry, (*_project_columns(), *more, *common_columns()),
        roles=("proposal",),
        style=Style(column="status", classes=classes, label=Label("name", "place", 500_000), order=order),
    )


PROPOSED_POINT = _proposed(
    "proposed_point", "拟建点位", "Proposed sites", "Point",
    _classes(_point_symbol, point("diamond", 2.4, "work", fill="halo", icon="?")), 82,
    internal("count", "数量", "Count", "integer", "建设数量", minimum=0),
)
PROPOSED_LINE = _proposed(
    "proposed_line", "拟建线路", "Proposed lines", "MultiLineString",
    _classes(_line_symbol,
             Symbol(strokes=(Stroke("halo", 1.30, opacity=0.88), Stroke("work", 0.40, (0.3, 0.5))))), 81,
    public("class", "技术等级", "Class", "text", "公路等级", "等级", choices=ROAD_CLASSES),
    public("surface", "路面类型", "Surface", "text", "路面", choices=SURFACES),
    public("width_m", "路面宽度", "Width", "real", "路宽", "宽度", unit="m", minimum=0, maximum=100),
)
PROPOSED_AREA = _proposed(
    "proposed_area", "拟建范围", "Proposed areas", "MultiPolygon",
    _classes(_area_symbol,
             Symbol(strokes=(Stroke("halo", 0.80, opacity=0.88), Stroke("work", 0.30, (0.3, 0.5))))), 80,
    internal("area_ha", "申报用地面积", "Area applied for", "real", "用地面积", "地块面积", "面积", "MJ", unit="ha",
             minimum=0),
)


def _patch(choice: Choice, *dash: float, band: Band | None = None) -> StyleClass:
    strokes = (Stroke("halo", 0.80, opacity=0.88), Stroke("dead", 0.35, dash))
    return StyleClass(choice.value, choice.title, Symbol(strokes=strokes, band=band))


SUSPECT_PATCH = LayerKind(
    "suspect_patch", Text("疑似图斑", "Suspect patches"), THEME.id, "MultiPolygon",
    (
        code("图斑编号", "Patch code", "TBBH"), gacha_code(),
        internal("batch", "下发批次", "Batch", "text", "批次"),
        internal("state", "核查状态", "State", "text", "状态", "办理状态", choices=PATCH_STATES),
        internal("finding", "核查结论", "Finding", "text", "认定结论", "问题类型", choices=PATCH_FINDINGS),
        internal("issued_on", "下发日期", "Issued on", "date", "下发时间"),
        internal("visited_on", "核查日期", "Visited on", "date", "实地核查日期", "外业日期"),
        sensitive("visited_by", "核查人", "Visited by", "text", "外业人员"),
        internal("found_on", "认定日期", "Found on", "date"),
        internal("rectified_on", "整改日期", "Rectified on", "date", "整改完成日期"),
        internal("closed_on", "销号日期", "Closed on", "date", "销号时间"),
        sensitive("photo", "照片", "Photograph", "text", "照片编号", "举证照片"),
        internal("area_ha", "图斑面积", "Patch area", "real", "面积", "MJ", "TBMJ", unit="ha", minimum=0),
        *common_columns(),
    ),
    roles=("check.patch",), name="",
    style=Style(
        column="state",
        classes=(
            _patch(PATCH_STATES[0], 0.4, 0.4),
            _patch(PATCH_STATES[1], 1.2, 0.5),
            _patch(PATCH_STATES[2], band=Band("dead", 0.8, 0.22)),
            _patch(PATCH_STATES[3], 2.4, 0.4, 0.4, 0.4),
            StyleClass("closed", Text("已销号", "Closed"), Symbol(strokes=(Stroke("label3", 0.25),))),
            StyleClass(None, Text("状态未知", "Unknown"),
                       Symbol(strokes=(Stroke("unknown_ink", 0.25, (0.4, 0.4)),))),
        ),
        order=79, min_scale=1_000_000,
    ),
)

ATTACHMENT = LayerKind(
    "attachment", Text("附件", "Attachments"), THEME.id, "",
    (
        sensitive("code", "附件编号", "Attachment code", "text", "编号", required=True),
        sensitive("feature_kind", "所属图层", "Layer of the feature", "text", required=True),
        sensitive("feature_fid", "所属要素", "Feature's number", "integer", required=True),
        sensitive("title", "标题", "Title", "text", "名称"),
        sensitive("dated_on", "日期", "Date", "date", "拍摄日期"),
        sensitive("shows", "内容", "What it is", "text", choices=ATTACHMENT_SORTS),
        sensitive("file_name", "文件名", "File name", "text"),
        sensitive("media_type", "文件类型", "Media type", "text"),
        sensitive("size", "大小", "Size", "integer", unit="B", minimum=0),
        sensitive("sha256", "内容摘要", "Content's hash", "text"),
        *common_columns(personal=True),
    ),
    # A photograph may show anybody and anything: none of it ever leaves with an export or a shared copy.
    roles=("attachment",), name="title", sensitive=True,
)

KINDS = (PROPOSED_POINT, PROPOSED_LINE, PROPOSED_AREA, SUSPECT_PATCH, ATTACHMENT)
