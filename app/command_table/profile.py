"""A gacha or a sumu on one page."""

from __future__ import annotations

from app.actions import profile
from app.command import Command, Parameter
from app.command_table.parameters import EXEMPT, PROJECT, SCHEME, YEAR
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "profile",
        Text("嘎查一页…", "A gacha on one page…"),
        Text(
            "所选嘎查或苏木的缺口、目标、计划和小地图，一页 A4，可存为 PDF",
            "Gaps, targets, plans and a small map of the selected gacha or sumu on one A4 page",
        ),
        profile.profile,
        (
            PROJECT,
            Parameter("unit", Text("嘎查或苏木的名称或 12 位编码", "name or 12-digit code of a gacha or sumu")),
            YEAR,
            SCHEME,
            Parameter("date", Text("台账看这一天", "day for the ledger"), option=True, required=False),
            Parameter(
                "out",
                Text("写入的 .pdf、.png、.svg、.html 或 .json", "the .pdf, .png, .svg, .html or .json to write"),
                "new_path",
                option=True,
                required=False,
            ),
            Parameter("public", Text("公开成果", "for the public"), "flag", option=True, required=False),
            Parameter("review_number", Text("审图号", "review number"), option=True, required=False, default=""),
            EXEMPT,
        ),
        cli=True,
        opens=True,
        menu="output",
        icon="file-text",
        shortcut="Ctrl+Shift+P",
        needs="project",
    ),
)
