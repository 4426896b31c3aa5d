"""Figures of targets that no layer measures: typed in with date and source, and what became of them."""

from __future__ import annotations

from app.actions import figures
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.columns import YEAR_MAX, YEAR_MIN
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "set-figure",
        Text("填写指标数值", "Enter a target's figure"),
        Text("没有图层可数的指标：填数值、统计日期和来源，可撤销",
             "For a target that no layer measures: its figure, the date it is of, its source; can be undone"),
        figures.enter,
        (
            PROJECT,
            Parameter("target", Text("指标编号", "target's id")),
            Parameter("year", Text("年份", "year"), "integer", limits=(YEAR_MIN, YEAR_MAX)),
            Parameter("value", Text("数值；- 表示收回", "figure; - takes it back")),
            Parameter("date", Text("统计日期，如 2025-12-31", "date that it is of, as 2025-12-31"), option=True),
            Parameter("source", Text("来源：文件、报表、单位", "source: document, return, office"), option=True),
        ),
        cli=True,
        opens=True,
    ),
    Command(
        "figures",
        Text("指标数值", "Figures of targets"),
        Text("填写过的数值；给出指标就列出谁在何时改了什么",
             "Figures that were entered; of one target, who changed what and when"),
        figures.figures,
        (PROJECT, Parameter("target", Text("指标编号", "target's id"), option=True, required=False)),
        cli=True,
        opens=True,
    ),
)  # fmt: skip
