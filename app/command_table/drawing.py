"""Drawing and changing shapes: tools of the map, and the same on the command line."""

from __future__ import annotations

from app.actions import drawing_lines
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text

KIND = Parameter("kind", Text("图层", "layer"))
KEY = Parameter("key", Text("编码或行号", "code or row id"))
WKT = Parameter("wkt", Text("WKT，经纬度或网格", "WKT, degrees or grid"), option=True, required=False)
GEOJSON = Parameter("geojson", Text("GeoJSON 文件", "GeoJSON file"), "path", option=True, required=False)


def _tool(
    id: str,
    zh: str,
    en: str,
    tip_zh: str,
    tip_en: str,
    icon: str,
    shortcut: str = "",
    *,
    toolbar: int = 0,
    needs: str = "write",
) -> Command:
    return Command(
        id,
        Text(zh, en),
        Text(tip_zh, tip_en),
        menu="drawing",
        toolbar=toolbar,
        icon=icon,
        shortcut=shortcut,
        needs=needs,
        checkable=True,
        group="tool",
    )


def _shape(name: str, zh: str, en: str) -> Parameter:
    return Parameter(name, Text(zh, en), option=True, required=False)


COMMANDS: tuple[Command, ...] = (
    _tool(
        "draw_shape",
        "绘制要素",
        "Draw a feature",
        "按当前图层画点、线或面；双击、右键或回车完成",
        "Draw a point, line or area for the layer; double-click, right click or Enter finishes",
        "pencil",
        "Ctrl+.",
        toolbar=5,
    ),
    _tool(
        "draw_rectangle",
        "画矩形",
        "Rectangle",
        "单击两个对角；沿网格方向",
        "Click two opposite corners; along the grid",
        "square",
    ),
    _tool(
        "draw_circle",
        "画圆",
        "Circle",
        "单击圆心，再点圆周或输入半径",
        "Click the middle, then the rim, or type a radius",
        "circle",
    ),
    _tool(
        "draw_shed",
        "按尺寸画棚圈",
        "Shed or yard by size",
        "输入宽、长、角度，单击放下",
        "Type width, length and angle, click to put it down",
        "house",
        "",
        toolbar=5,
    ),
    _tool(
        "draw_strip",
        "沿线画带状用地",
        "Strip along a line",
        "选道路等级或输入宽度，画中线，得出用地范围",
        "Choose a road class or type a width, draw the middle line, get the ground it takes",
        "route",
        "",
        toolbar=5,
    ),
    _tool(
        "draw_part",
        "增加部分",
        "Add a part",
        "给选中的要素再画一个部分",
        "Draw one more part of the selected feature",
        "plus",
        needs="change_selection",
    ),
    _tool(
        "draw_hole",
        "挖洞",
        "Make a hole",
        "在选中的面里画一个洞",
        "Draw a hole inside the selected area",
        "circle-dashed",
        needs="change_selection",
    ),
    _tool(
        "edit_vertices",
        "编辑节点",
        "Edit corners",
        "单击要素；拖动节点，双击边线加点，Delete 删点",
        "Click a feature; drag corners, double-click an edge to add one, Delete takes one",
        "waypoints",
        "V",
        toolbar=5,
    ),
    _tool(
        "move_features",
        "移动要素",
        "Move features",
        "拖动选中的要素，或鼠标下的一个",
        "Drag the selected features, or the one under the mouse",
        "navigation",
    ),
    _tool(
        "split_features",
        "分割",
        "Split",
        "画一条线，把选中的要素分开",
        "Draw a line that takes the selected features apart",
        "scissors",
        "",
        toolbar=5,
        needs="change_selection",
    ),
    _tool(
        "cut_out",
        "裁掉一块",
        "Cut out",
        "画一个面，从选中的要素里裁掉",
        "Draw an area that is taken out of the selected features",
        "square-dashed",
        needs="change_selection",
    ),
    Command(
        "merge_features",
        Text("合并所选", "Merge selected"),
        Text(
            "选中的要素合成一个，保留第一个的属性",
            "Make one of the selected features; the first one's values stay",
        ),
        menu="drawing",
        icon="combine",
        shortcut="Ctrl+Shift+G",
        needs="change_selection",
    ),
    Command(
        "simplify_features",
        Text("化简所选", "Simplify selected"),
        Text(
            "按容差去掉多余的节点；相邻的面一起化简，不出缝",
            "Take corners away within a tolerance; neighbours together, no gaps",
        ),
        menu="drawing",
        icon="spline",
        needs="change_selection",
    ),
    Command(
        "delete_features",
        Text("删除所选", "Delete selected"),
        Text("删除选中的要素，可撤销", "Delete the selected features; can be undone"),
        menu="drawing",
        icon="trash-2",
        shortcut="Delete",
        needs="change_selection",
    ),
    Command(
        "paste_shapes",
        Text("粘贴图形…", "Paste shapes…"),
        Text(
            "把剪贴板里的 WKT、GeoJSON 或坐标表存入当前图层",
            "Keep WKT, GeoJSON or coordinates from the clipboard in the layer",
        ),
        menu="drawing",
        icon="clipboard-check",
        shortcut="Ctrl+V",
        needs="write",
    ),
    Command(
        "snapping",
        Text("捕捉", "Snapping"),
        Text("绘制时捕捉到节点、交点、边线", "Catch at corners, crossings and edges while drawing"),
        menu="drawing",
        toolbar=5,
        icon="magnet",
        shortcut="F9",
        needs="project",
        checkable=True,
    ),
    Command(
        "draw",
        Text("存入图形", "Add a shape"),
        Text(
            "在图层里加要素：WKT、GeoJSON 或坐标，带属性；一条可撤销的命令",
            "Add features to a layer from WKT, GeoJSON or places, with values; one undoable command",
        ),
        drawing_lines.draw,
        (
            PROJECT,
            KIND,
            Parameter("values", Text("列=值", "FIELD=VALUE"), "assignments", required=False, many=True),
            WKT,
            GEOJSON,
            _shape("at", "一个点的坐标", "the place of a point"),
            _shape("shed", "棚圈：宽x长@角，配合 --at", "shed: WIDTHxLENGTH@ANGLE, with --at"),
            Parameter(
                "strip",
                Text("线变为这么宽的带", "makes a line a strip this wide"),
                "real",
                option=True,
                required=False,
                unit="m",
            ),
        ),
        cli=True,
        opens=True,
    ),
    Command(
        "edit-geometry",
        Text("改图形", "Change a shape"),
        Text(
            "替换、移动、分割、裁、挖洞、加部分、化简、合并或删除一个要素的图形",
            "Replace, move, split, cut, hole, extend, simplify, merge or delete a feature's shape",
        ),
        drawing_lines.edit_geometry,
        (
            PROJECT,
            KIND,
            KEY,
            WKT,
            GEOJSON,
            _shape("move", "向东,向北（米）", "east,north in metres"),
            _shape("split", "分割线（WKT）", "line that splits (WKT)"),
            _shape("cut", "裁掉的面（WKT）", "area taken out (WKT)"),
            _shape("hole", "洞（WKT）", "hole (WKT)"),
            _shape("part", "加的部分（WKT）", "part to add (WKT)"),
            Parameter(
                "simplify",
                Text("化简容差", "tolerance to simplify"),
                "real",
                option=True,
                required=False,
                unit="m",
            ),
            _shape("merge", "并入的另一个要素", "feature to merge into it"),
            Parameter(
                "delete", Text("删除这个要素", "delete the feature"), "flag", option=True, required=False
            ),
        ),
        cli=True,
        opens=True,
    ),
)
