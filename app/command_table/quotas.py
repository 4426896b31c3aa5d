"""Quotas of grassland and of the construction-land reserve."""

from __future__ import annotations

from app.actions import quotas
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "quota",
        Text("占用定额", "Quotas"),
        Text("占用草原定额和建设用地机动指标：按苏木、年度、方案用了多少、还剩多少；没录入的上限是未知",
             "Grassland quota and construction-land reserve by sumu, year and scheme; "
             "a limit not entered is unknown"),
        quotas.quota,
        (
            PROJECT,
            Parameter("scheme", Text("只算这个方案", "only this scheme"), option=True, required=False),
            Parameter("enter",
                      Text("录入上限，如 grassland:2024=120", "enter a limit in ha, as grassland:2024=120"),
                      option=True, required=False),
            Parameter("source", Text("依据的文件", "the document it rests on"), option=True, required=False),
            Parameter("date", Text("文件日期", "the document's day"), option=True, required=False),
            Parameter("out", Text("写入的文件（.csv .xlsx .json .docx .pdf）",
                                "file to write (.csv .xlsx .json .docx .pdf)"),
                      "new_path", option=True, required=False),
        ),
        cli=True,
        opens=True,
        menu="check",
        icon="ruler",
        needs="project",
    ),
    Command(
        "export_quota",
        Text("占用定额表…", "Table of the quotas…"),
        Text("把定额的上限、占用和剩余写成表", "Write limits, use and what is left as a table"),
        menu="check",
        icon="download",
        needs="project",
    ),
)  # fmt: skip
