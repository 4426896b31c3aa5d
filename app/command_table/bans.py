"""What stands in grazing bans, and the table of it."""

from __future__ import annotations

from app.actions import bans
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "bans",
        Text("禁牧区内设施", "In grazing bans"),
        Text("禁牧区里的营地、牲畜、水井、棚圈和围栏（公里）：按嘎查，或按禁牧区和依据文件",
             "Camps, herds, wells, sheds, fences (km) in grazing bans: by gacha, or by ban"),
        bans.bans,
        (
            PROJECT,
            Parameter("by", Text("按嘎查还是按禁牧区", "by gacha or by ban"), "choice", option=True,
                      required=False, choices=bans.BY, default="gacha"),
            Parameter("date", Text("按这一天有效的禁牧区，如 2024-06-01；不给就是今天",
                                   "the bans in force on this day, as 2024-06-01; today without one"),
                      option=True, required=False),
            Parameter("out", Text("写入的文件（.csv .xlsx .json .docx .pdf）",
                                "file to write (.csv .xlsx .json .docx .pdf)"),
                      "new_path", option=True, required=False),
        ),
        cli=True,
        opens=True,
        menu="check",
        icon="fence",
        needs="project",
    ),
    Command(
        "export_bans",
        Text("禁牧区内设施表…", "Table of what is in bans…"),
        Text("把禁牧区里的东西写成表", "Write what stands in bans as a table"),
        menu="check",
        icon="download",
        needs="project",
    ),
)  # fmt: skip
