"""The one table of what the product can do; the command line, menus, toolbars and search are built from it.

Keys are QGIS's where QGIS has one.
"""

from __future__ import annotations

from functools import cache

from app.actions import editing, gaps, importing, project, sharing, toilets
from app.command import Command, Parameter
from layers.catalogue.text import Text

PROJECT = Parameter("project", Text("项目文件", "project file"), "path")
YEAR = Parameter("year", Text("年份", "year"), "integer", option=True, required=False, limits=(1900, 2200))
SCHEME = Parameter("scheme", Text("方案", "scheme"), option=True, required=False)
PICTURE_PX = (200, 10_000)
OUT = Parameter("out", Text("写入的文件（.csv 或 .json）", "file to write (.csv or .json)"), "new_path",
                option=True, required=False)

MENUS: dict[str, Text] = {
    "project": Text("项目", "Project"),
    "edit": Text("编辑", "Edit"),
    "view": Text("视图", "View"),
    "layers": Text("图层", "Layers"),
    "planning": Text("规划", "Planning"),
    "check": Text("核查", "Checks"),
    "output": Text("成果", "Output"),
    "window": Text("窗口", "Window"),
    "help": Text("帮助", "Help"),
}

COMMANDS: tuple[Command, ...] = (
    # -- project
    Command("window", Text("打开窗口", "Open the window"),
            Text("打开窗口；不给项目时打开示例的副本", "Open the window; without a project, a copy of the sample"),
            parameters=(Parameter("project", Text("项目文件", "project file"), "path", required=False),), cli=True),
    Command("new", Text("新建项目", "New project"),
            Text("在选定的 3 度带里新建一个空项目", "Make an empty project in a chosen 3-degree zone"),
            project.new, (
                Parameter("project", Text("项目文件", "project file"), "new_path", ending=".gpkg"),
                Parameter("sample", Text("示例旗的副本", "a copy of the sample banner"), "flag", option=True,
                          required=False),
                Parameter("meridian", Text("中央经线", "central meridian"), "integer", option=True,
                          required=False, unit="°E", default=120),
                Parameter("title", Text("项目名称", "title"), option=True, required=False, default=""),
            ), cli=True, menu="project", toolbar=0, icon="file-plus", shortcut="Ctrl+N"),
    Command("new_sample", Text("打开示例旗", "Open the sample banner"),
            Text("打开示例的一个副本，可以放心改", "Open a copy of the sample, safe to change"),
            menu="project", icon="map"),
    Command("open", Text("打开项目…", "Open project…"), Text("打开项目文件（.gpkg）", "Open a project file (.gpkg)"),
            project.open_project, (PROJECT,), cli=True, opens=True, menu="project", toolbar=1,
            icon="folder-open", shortcut="Ctrl+O"),
    Command("info", Text("项目信息", "Project information"),
            Text("图层、数量、坐标系、时期", "Layers, counts, coordinate system, period"),
            project.info, (PROJECT,), cli=True, opens=True, menu="project", icon="info", needs="project"),
    Command("import", Text("导入…", "Import…"),
            Text("先看清文件是什么，再作为一步可撤销的操作导入", "See what a file is, then import it as one undoable command"),
            importing.import_file, (
                PROJECT, Parameter("file", Text("要导入的文件", "file to import"), "path"),
                Parameter("layer", Text("文件里的图层", "layer in the file"), option=True, required=False),
                Parameter("as", Text("导入成哪种图层", "kind of layer"), option=True, required=False),
                Parameter("encoding", Text("文字编码，如 GBK", "encoding, as GBK"), option=True, required=False),
                Parameter("crs", Text("坐标系，如 4549、4490:yx、GCJ-02", "CRS, as 4549, 4490:yx, GCJ-02"), option=True,
                          required=False),
                Parameter("map", Text("列=表头", "FIELD=COLUMN"), "assignments", option=True, required=False, many=True),
                Parameter("place", Text("行号=嘎查代码", "row=gacha code, as 3=CODE"), option=True, required=False, many=True),
                Parameter("mode", Text("已有的行怎么办", "rows that are there already"), "choice", option=True,
                          required=False, choices=("add", "update", "replace")),
                Parameter("dry_run", Text("只看，不导入", "only look"), "flag", option=True, required=False),
            ), cli=True, opens=True),
    Command("share", Text("导出可分享的副本…", "Share a copy…"),
            Text("另存一个不含牧户、账册和敏感列的 GeoPackage", "Write a GeoPackage without households, history and sensitive columns"),
            sharing.share, (PROJECT, Parameter("out", Text("写入的 .gpkg", "the .gpkg to write"), "new_path", ending=".gpkg")),
            cli=True, opens=True, menu="output", icon="share-2", needs="project"),
    Command("export", Text("导出地图图片…", "Export the map…"),
            Text("把当前地图画成 PNG", "Paint the map as PNG"),
            sharing.export, (
                PROJECT,
                Parameter("out", Text("写入的 .png、.pdf、.svg 或 .html", "the .png, .pdf, .svg or .html to write"), "new_path"),
                Parameter("service", Text("缺口专题", "gap theme"), option=True, required=False),
                YEAR, SCHEME,
                Parameter("paper", Text("纸张，如 A3-landscape", "paper, as A3-landscape"), option=True, required=False),
                Parameter("dpi", Text("分辨率", "resolution"), "integer", option=True, required=False, unit="dpi",
                          limits=(50, 1200)),
                Parameter("public", Text("公开成果", "for the public"), "flag", option=True, required=False),
                Parameter("review_number", Text("审图号", "review number"), option=True, required=False, default=""),
                Parameter("width", Text("宽", "width"), "integer", option=True, required=False, unit="px", default=1920,
                          limits=PICTURE_PX),
                Parameter("height", Text("高", "height"), "integer", option=True, required=False, unit="px", default=1080,
                          limits=PICTURE_PX),
            ), cli=True, opens=True, menu="output", toolbar=6, icon="image", shortcut="Ctrl+E", needs="project"),
    Command("headless", Text("不开窗口做完主要工作", "Do the main job without a window"),
            Text("示例项目、各嘎查缺口（CSV、JSON）和地图（PNG）写到一个文件夹",
                 "Write the sample project, every gacha's gaps (CSV, JSON) and the map (PNG) to a folder"),
            sharing.headless, (Parameter("out", Text("文件夹", "folder"), "text", option=True, required=False,
                                         default="out"),), cli=True),
    Command("quit", Text("退出", "Quit"), Text("关闭窗口；一切都已保存", "Close the window; everything is saved"),
            menu="project", icon="log-out", shortcut="Ctrl+Q"),
    # -- edit
    Command("undo", Text("撤销", "Undo"), Text("撤销上一步，重新打开后也能撤销", "Take back the last step, also after a restart"),
            editing.undo, (PROJECT,), cli=True, opens=True, menu="edit", toolbar=2, icon="undo-2",
            shortcut="Ctrl+Z", needs="undo"),
    Command("redo", Text("重做", "Redo"), Text("恢复刚撤销的一步", "Bring back what was taken back"),
            editing.redo, (PROJECT,), cli=True, opens=True, menu="edit", toolbar=2, icon="redo-2",
            shortcut="Ctrl+Shift+Z", needs="redo"),
    Command("set", Text("修改属性值", "Set values"), Text("改一个要素的属性值，可撤销", "Change a feature's values; can be undone"),
            editing.set_values, (
                PROJECT, Parameter("kind", Text("图层", "layer")), Parameter("key", Text("编码或行号", "code or row id")),
                Parameter("values", Text("列=值", "FIELD=VALUE"), "assignments", many=True),
            ), cli=True, opens=True),
    Command("history", Text("历史", "History"), Text("谁在什么时候改了什么；命名版本", "Who changed what and when; named versions"),
            editing.history, (PROJECT,), cli=True, opens=True, menu="edit", toolbar=5, icon="history",
            shortcut="Ctrl+Shift+Y", needs="project"),
    Command("name_version", Text("命名当前版本…", "Name this version…"),
            Text("给现在的状态起名，以后可以回到这里", "Give the present state a name to return to"),
            menu="edit", toolbar=5, icon="bookmark", needs="write"),
    Command("deselect", Text("取消选择", "Deselect"), Text("清除选择", "Clear the selection"), menu="edit",
            icon="x", shortcut="Ctrl+Shift+A", needs="selection"),
    # -- view
    Command("pan", Text("平移", "Pan"), Text("拖动地图；任何工具下按住空格也能平移", "Drag the map; Space pans in any tool"),
            menu="view", toolbar=3, icon="hand", shortcut="H", needs="project", checkable=True, group="tool"),
    Command("zoom_box", Text("框选放大", "Zoom to a box"), Text("拉框放大；任何工具下按住 Shift 拖动也行", "Drag a box; Shift+drag in any tool"),
            menu="view", toolbar=3, icon="zoom-in", shortcut="Z", needs="project", checkable=True, group="tool"),
    Command("zoom_in", Text("放大", "Zoom in"), Text("放大一倍", "Twice as near"), menu="view", icon="zoom-in",
            shortcut="Ctrl++", needs="project"),
    Command("zoom_out", Text("缩小", "Zoom out"), Text("缩小一半", "Half as near"), menu="view", icon="zoom-out",
            shortcut="Ctrl+-", needs="project"),
    Command("zoom_full", Text("全图", "Full extent"), Text("看全旗", "See the whole banner"), menu="view", toolbar=3,
            icon="maximize", shortcut="Ctrl+Shift+F", needs="project"),
    Command("zoom_selection", Text("缩放到所选", "Zoom to selection"), Text("看所选要素", "See what is selected"),
            menu="view", icon="scan", shortcut="Ctrl+J", needs="selection"),
    Command("previous_view", Text("上一视图", "Previous view"), Text("回到上一个范围", "Back to the view before"),
            menu="view", toolbar=3, icon="arrow-left", shortcut="Alt+Left", needs="project"),
    Command("next_view", Text("下一视图", "Next view"), Text("回到下一个范围", "Forward to the next view"),
            menu="view", toolbar=3, icon="arrow-right", shortcut="Alt+Right", needs="project"),
    Command("select", Text("选择", "Select"), Text("单击或拉框选；Shift 加选，Ctrl 减选", "Click or drag a box; Shift adds, Ctrl removes"),
            menu="edit", toolbar=4, icon="mouse-pointer-2", shortcut="S", needs="project", checkable=True, group="tool"),
    Command("identify", Text("识别", "Identify"), Text("单击看全部属性、来源，以及这里在哪些分区里", "Click for attributes, source, and the zones of the place"),
            menu="check", toolbar=4, icon="info", shortcut="Ctrl+Shift+I", needs="project", checkable=True, group="tool"),
    Command("measure_line", Text("量距离", "Measure length"), Text("单击加点，双击或右键结束，Backspace 退一点", "Click adds, double-click ends, Backspace takes the last point"),
            menu="check", toolbar=4, icon="ruler", shortcut="Ctrl+Shift+M", needs="project", checkable=True, group="tool"),
    Command("measure_area", Text("量面积", "Measure area"), Text("公顷和亩，按椭球面计算", "Hectares and mu, on the ellipsoid"),
            menu="check", toolbar=4, icon="square-dashed", shortcut="Ctrl+Shift+J", needs="project", checkable=True, group="tool"),
    Command("refresh", Text("重画", "Redraw"), Text("重画地图，并看看别的程序有没有改过文件", "Redraw, and look for changes by other programs"),
            menu="view", icon="refresh-cw", shortcut="F5", needs="project"),
    Command("language", Text("English", "中文"), Text("切换界面语言", "Switch the language"), menu="view", icon="languages"),
    Command("theme", Text("投影配色", "Projector theme"), Text("会议室投影用的配色和字号", "Colours and type for a meeting room"),
            menu="view", icon="sun", checkable=True),
    Command("full_screen", Text("全屏", "Full screen"), Text("全屏显示", "Fill the screen"), menu="view",
            icon="expand", shortcut="F11", checkable=True),
    # -- layers
    Command("show_all", Text("全部显示", "Show all"), Text("显示所有图层", "Show every layer"), menu="layers",
            icon="eye", shortcut="Ctrl+Shift+U", needs="project"),
    Command("hide_all", Text("全部隐藏", "Hide all"), Text("隐藏所有图层", "Hide every layer"), menu="layers",
            icon="eye-off", shortcut="Ctrl+Shift+H", needs="project"),
    Command("layer_up", Text("上移一层", "Move up"), Text("当前图层画得更靠上", "Draw the current layer above"), menu="layers",
            icon="arrow-up", needs="write"),
    Command("layer_down", Text("下移一层", "Move down"), Text("当前图层画得更靠下", "Draw the current layer below"),
            menu="layers", icon="arrow-down", needs="write"),
    Command("attribute_table", Text("属性表", "Attribute table"), Text("当前图层的全部要素和值", "Every feature of the current layer"),
            menu="layers", icon="table", shortcut="F6", needs="project", checkable=True),
    # -- planning, checks
    Command("gaps", Text("缺口", "Gaps"), Text("各嘎查、各项服务：已有、需要、缺口、未知", "Every gacha and service: have, need, gap, unknown"),
            gaps.gaps, (PROJECT, YEAR, SCHEME, OUT,
                        Parameter("level", Text("层级", "level"), "choice", option=True, required=False,
                                  choices=("gacha", "sumu", "banner", "all"), default="gacha")),
            cli=True, opens=True, menu="planning", toolbar=5, icon="chart-column", shortcut="Ctrl+2", needs="project"),
    Command("targets", Text("目标", "Targets"), Text("规划的每一条目标和现状", "Every target of the plan and where it stands"),
            gaps.targets, (PROJECT, YEAR), cli=True, opens=True, menu="planning", icon="target", shortcut="Ctrl+1",
            needs="project"),
    Command("toilets", Text("分配改厕", "Allocate toilets"),
            Text("把年度指标分到嘎查，存成方案", "Give the yearly quotas to gachas and keep the result as a scheme"),
            toilets.toilets, (
                PROJECT, Parameter("scheme", Text("方案名称", "scheme's name"), option=True),
                Parameter("quotas", Text("年度指标，如 2022=946,2023=642", "quotas, as 2022=946,2023=642"), option=True,
                          required=False),
                Parameter("lock", Text("锁定，如 150724212206:2023=30", "locked cells, as CODE:YEAR=N"), option=True,
                          required=False, many=True),
                Parameter("weight", Text("优先权重，如 150724212206=1.5", "priorities, as CODE=1.5"), option=True,
                          required=False, many=True),
                Parameter("adopt", Text("同时采纳", "adopt it as well"), "flag", option=True, required=False),
            ), cli=True, opens=True),
    Command("check", Text("这里在哪些分区里", "What zones is this place in"),
            Text("一个地点所在的行政单元和各类分区", "Units and zones of one place"),
            gaps.check, (PROJECT, Parameter("at", Text("经度,纬度", "LON,LAT"), "lonlat", option=True)),
            cli=True, opens=True, menu="check", icon="map-pin", shortcut="Ctrl+4", needs="project"),
    Command("check_data", Text("数据检查", "Check the data"), Text("缺编码、重复、拓扑和越界等问题", "Missing codes, duplicates, topology, places outside"),
            gaps.check_data, (PROJECT,), cli=True, opens=True, menu="check", icon="clipboard-check", needs="project"),
    Command("export_gaps", Text("导出缺口表…", "Export the gap table…"), Text("把缺口写成 CSV 或 JSON", "Write the gaps as CSV or JSON"),
            menu="output", icon="download", needs="project"),
    # -- window, help
    Command("tab_planning", Text("规划面板", "Planning panel"), Text("面板：规划", "Panel: planning"), menu="window", shortcut="Ctrl+3"),
    Command("tab_attributes", Text("属性面板", "Attributes panel"), Text("面板：属性", "Panel: attributes"), menu="window",
            shortcut="Ctrl+5"),
    Command("toggle_layers", Text("图层面板", "Layer panel"), Text("显示或收起左侧图层", "Show or fold the layers at the left"),
            menu="window", icon="panel-left", checkable=True),
    Command("search", Text("搜索", "Search"), Text("按名称、编码、拼音首字母找地方；也找命令", "Find places by name, code, pinyin initials; also commands"),
            menu="window", icon="search", shortcut="Ctrl+K", needs="project"),
    Command("shortcuts", Text("快捷键", "Keys"), Text("所有命令和快捷键", "All commands and keys"), menu="help", icon="circle-help", shortcut="F1"),
    Command("about", Text("关于旗图", "About QiTu"), Text("版本、数据来源、字体与图标许可", "Version, sources, licences of font and icons"),
            menu="help", icon="info"),
)


@cache
def command(command_id: str) -> Command:
    """Return the command `command_id`; KeyError when there is none."""
    return {item.id: item for item in COMMANDS}[command_id]
