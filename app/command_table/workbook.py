"""The workbook of gaps."""

from __future__ import annotations

from app.actions import workbook
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT, SCHEME, YEAR
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "workbook",
        Text("导出缺口工作簿…", "Export the workbook of gaps…"),
        Text("嘎查、苏木、旗各一张表，另附来源表", "A sheet each for gachas, sumu and banner, and one of sources"),
        workbook.workbook,
        (PROJECT, Parameter("out", Text("写入的 .xlsx", ".xlsx to write"), "new_path"), YEAR, SCHEME),
        cli=True,
        opens=True,
        menu="output",
        icon="download",
        needs="project",
    ),
)
