"""The workbook."""

from __future__ import annotations

from app.actions import workbook
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT, SCHEME, YEAR
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "workbook",
        Text("导出工作簿…", "Export the workbook…"),
        Text("缺口（嘎查、苏木、旗）、指标、分配、道路计划、项目库和来源，各一张表",
             "A sheet each: gaps of gachas, sumu and banner, targets, allocation, roads, projects, sources"),
        workbook.workbook,
        (PROJECT, Parameter("out", Text("写入的 .xlsx", ".xlsx to write"), "new_path"), YEAR, SCHEME),
        cli=True,
        opens=True,
        menu="output",
        icon="download",
        needs="project",
    ),
)
