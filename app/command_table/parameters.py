"""Arguments that several commands share."""

from __future__ import annotations

from app.command import Parameter
from layers.catalogue.text import Text

PROJECT = Parameter("project", Text("项目文件", "project file"), "path")
YEAR = Parameter("year", Text("年份", "year"), "integer", option=True, required=False, limits=(1900, 2200))
SCHEME = Parameter("scheme", Text("方案", "scheme"), option=True, required=False)
EXEMPT = Parameter(
    "exempt", Text("免予审图的依据", "ground of exemption from review"), option=True, required=False, default=""
)
CLASSES = Parameter(
    "classes",
    Text(
        "数量分级：round、jenks、quantile、equal 加级数（3–7），如 jenks:5，或断点，如 fixed:10,25,50",
        "classes: round, jenks, quantile or equal with a number (3–7), as jenks:5; or fixed:10,25,50",
    ),
    option=True,
    required=False,
)
SYMBOLS = Parameter(
    "symbols",
    Text("用圆的面积表示还缺多少", "circles whose area is the number that is missing"),
    "flag",
    option=True,
    required=False,
)
TEMPLATE = Parameter(
    "template",
    Text(
        "图幅模板（“templates”列出），或幻灯片自己的模板（.pptx）",
        "template of the sheet (“templates” lists them), or your own of slides (.pptx)",
    ),
    option=True,
    required=False,
)
PICTURE_PX = (200, 10_000)
OUT = Parameter(
    "out",
    Text("写入的文件（.csv .xlsx .json .gpkg）", "file to write (.csv .xlsx .json .gpkg)"),
    "new_path",
    option=True,
    required=False,
)
DATE = Parameter(
    "date", Text("印在上面的日期", "the date printed on it"), option=True, required=False, unit="YYYY-MM-DD"
)
SLIDES = (
    Parameter("template", Text("本局自己的模板（.pptx 或 .docx）", "a template of your own (.pptx or .docx)"), "path",
              option=True, required=False),
    DATE,
)  # fmt: skip
"""How slides and reports are made."""
