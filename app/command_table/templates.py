"""Templates of sheets, on the command line; the window has them in the dialog of the sheet."""

from __future__ import annotations

from app.actions import templates
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "templates",
        Text("图幅模板", "Sheet templates"),
        Text(
            "列出图幅模板；把一个 TOML 模板（可带徽标）存进项目，或删掉项目自己的模板",
            "List the templates of sheets; keep one from a TOML file (with a logo), or take your own out",
        ),
        templates.list_templates,
        (
            PROJECT,
            Parameter(
                "add", Text("存入这个 TOML 模板", "keep this TOML template"), "path", option=True,
                required=False, ending=".toml",
            ),
            Parameter(
                "logo", Text("给它配这个徽标（PNG、SVG）", "with this logo (PNG, SVG)"), "path", option=True,
                required=False,
            ),
            Parameter(
                "remove", Text("删掉这个编号的模板", "take out the template of this id"), option=True,
                required=False,
            ),
        ),
        cli=True,
        opens=True,
    ),
)  # fmt: skip
