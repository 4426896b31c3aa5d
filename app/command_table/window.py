"""Panels, search, help."""

from __future__ import annotations

from app.command import Command
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "tab_planning",
        Text("规划面板", "Planning panel"),
        Text("面板：规划", "Panel: planning"),
        menu="window",
        shortcut="Ctrl+3",
    ),
    Command(
        "tab_attributes",
        Text("属性面板", "Attributes panel"),
        Text("面板：属性", "Panel: attributes"),
        menu="window",
        shortcut="Ctrl+5",
    ),
    Command(
        "toggle_layers",
        Text("图层面板", "Layer panel"),
        Text("显示或收起左侧图层", "Show or fold the layers at the left"),
        menu="window",
        icon="panel-left",
        checkable=True,
    ),
    Command(
        "search",
        Text("搜索", "Search"),
        Text(
            "按名称、编码、拼音首字母找地方；也找命令",
            "Find places by name, code, pinyin initials; also commands",
        ),
        menu="window",
        icon="search",
        shortcut="Ctrl+K",
        needs="project",
    ),
    Command(
        "shortcuts",
        Text("快捷键", "Keys"),
        Text("所有命令和快捷键", "All commands and keys"),
        menu="help",
        icon="keyboard",
        shortcut="Ctrl+F1",
    ),
    Command(
        "about",
        Text("关于旗图", "About QiTu"),
        Text("版本、数据来源、字体与图标许可", "Version, sources, licences of font and icons"),
        menu="help",
        icon="info",
    ),
)
