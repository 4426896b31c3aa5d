"""Schemes: listed, compared, adopted."""

from __future__ import annotations

from app.actions import compare
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text

DATE = Parameter("date", Text("按哪一天判定，如 2025-06-01；不给就按今天",
                              "day by which works are judged, as 2025-06-01; today without one"),
                 option=True, required=False)  # fmt: skip

COMMANDS: tuple[Command, ...] = (
    Command(
        "schemes",
        Text("方案一览", "Schemes"),
        Text("每个方案有多少：改厕、公里、项目、投资、与分区的冲突",
             "What every scheme amounts to: toilets, km, works, money, conflicts with zones"),
        compare.schemes,
        (PROJECT, DATE),
        cli=True,
        opens=True,
    ),
    Command(
        "compare",
        Text("比较方案", "Compare schemes"),
        Text("两三个方案并排比较", "Two or three schemes side by side"),
        compare.compare,
        (
            PROJECT,
            Parameter("names", Text("方案名称，两个或三个", "names of two or three schemes"), many=True),
            DATE,
            Parameter("out", Text("写入的文件（.csv .xlsx .json）", "file to write (.csv .xlsx .json)"), "new_path",
                      option=True, required=False),
        ),
        cli=True,
        opens=True,
    ),
    Command(
        "adopt",
        Text("采纳方案", "Adopt a scheme"),
        Text("以一个方案为准：分配和项目一起，一步可撤销",
             "Go by a scheme, its allocation and its works: one step that can be undone"),
        compare.adopt_command,
        (PROJECT, Parameter("name", Text("方案名称", "scheme's name"))),
        cli=True,
        opens=True,
    ),
)  # fmt: skip
