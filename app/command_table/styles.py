"""How layers are drawn."""

from __future__ import annotations

from app.actions import styles
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "style",
        Text("图层样式…", "Layer style…"),
        Text("改当前图层的符号、分类、分级和注记；随项目保存，QGIS 里也一样",
             "Symbols, classes and names of the current layer; kept in the project, and the same in QGIS"),
        styles.style,
        (
            PROJECT,
            Parameter("kind", Text("图层", "layer")),
            Parameter("by", Text("按这一列分类或分级", "classes by this column"), option=True, required=False),
            Parameter("classes", Text("分级方法和级数，如 jenks:5、quantile:4、fixed:10,50",
                                      "how numbers are classed: jenks:5, quantile:4, fixed:10,50"),
                      option=True, required=False, default="jenks:5"),
            Parameter("ramp", Text("色带", "ramp"), option=True, required=False, default=""),
            Parameter("file", Text("取这个文件里的样式", "take the style of this file"), "path", option=True,
                      required=False),
            Parameter("out", Text("把样式写成文件", "write the style as a file"), "new_path", option=True,
                      required=False),
            Parameter("reset", Text("恢复标准样式", "back to the catalogue's style"), "flag", option=True,
                      required=False),
        ),
        cli=True,
        opens=True,
        menu="layers",
        icon="palette",
        needs="write",
    ),
)  # fmt: skip
