"""Zones of two versions beside each other, and the table of it."""

from __future__ import annotations

from app.actions import zone_change
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "zone-change",
        Text("分区变化", "Change of zones"),
        Text("一个分区图层两个版本（命名版本，或两个日子有效的分区）的变化：按嘎查、按类别，公顷和亩",
             "How a layer of zones changed between two named versions or two days, by gacha and class"),
        zone_change.zones_changed,
        (
            PROJECT,
            Parameter("kind", Text("分区图层", "layer of zones")),
            Parameter("from", Text("原来的版本：命名版本，或日子如 2023-01-01",
                                   "the older version: a named one, or a day as 2023-01-01"),
                      option=True, required=False),
            Parameter("to", Text("后来的版本；不给就是现在", "the newer version; now without it"), option=True,
                      required=False),
            Parameter("out", Text("写入的文件（.csv .xlsx .json .docx .pdf）",
                                "file to write (.csv .xlsx .json .docx .pdf)"),
                      "new_path", option=True, required=False),
        ),
        cli=True,
        opens=True,
        menu="check",
        icon="diff",
        needs="project",
    ),
    Command(
        "export_zone_change",
        Text("分区变化表…", "Table of zones changed…"),
        Text("把比较出来的分区变化写成表", "Write how the zones have changed as a table"),
        menu="check",
        icon="download",
        needs="project",
    ),
)  # fmt: skip
