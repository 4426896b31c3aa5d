"""Changing values, the way back, versions."""

from __future__ import annotations

from app.actions import editing
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "undo",
        Text("撤销", "Undo"),
        Text("撤销上一步，重新打开后也能撤销", "Take back the last step, also after a restart"),
        editing.undo,
        (PROJECT,),
        cli=True,
        opens=True,
        menu="edit",
        toolbar=2,
        icon="undo-2",
        shortcut="Ctrl+Z",
        needs="undo",
    ),
    Command(
        "redo",
        Text("重做", "Redo"),
        Text("恢复刚撤销的一步", "Bring back what was taken back"),
        editing.redo,
        (PROJECT,),
        cli=True,
        opens=True,
        menu="edit",
        toolbar=2,
        icon="redo-2",
        shortcut="Ctrl+Shift+Z",
        needs="redo",
    ),
    Command(
        "set",
        Text("修改属性值", "Set values"),
        Text("改一个要素的属性值，可撤销", "Change a feature's values; can be undone"),
        editing.set_values,
        (
            PROJECT,
            Parameter("kind", Text("图层", "layer")),
            Parameter("key", Text("编码或行号", "code or row id")),
            Parameter("values", Text("列=值", "FIELD=VALUE"), "assignments", many=True),
        ),
        cli=True,
        opens=True,
    ),
    Command(
        "history",
        Text("历史", "History"),
        Text("谁在什么时候改了什么；命名版本", "Who changed what and when; named versions"),
        editing.history,
        (
            PROJECT,
            Parameter("feature", Text("一个要素：图层:编码", "one feature: KIND:KEY"), option=True, required=False),
        ),
        cli=True,
        opens=True,
        menu="edit",
        toolbar=6,
        icon="history",
        shortcut="Ctrl+Shift+Y",
        needs="project",
    ),
    Command(
        "name_version",
        Text("命名当前版本…", "Name this version…"),
        Text("给现在的状态起名，以后可以回到这里", "Give the present state a name to return to"),
        menu="edit",
        toolbar=6,
        icon="bookmark",
        needs="write",
    ),
    Command(
        "deselect",
        Text("取消选择", "Deselect"),
        Text("清除选择", "Clear the selection"),
        menu="edit",
        icon="x",
        shortcut="Ctrl+Shift+A",
        needs="selection",
    ),
)
