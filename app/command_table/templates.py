"""Templates of sheets, on the command line; the window has them in the dialog of the sheet."""

from __future__ import annotations

from app.actions import templates
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text

HOMES = ("project", "profile")
COMMANDS: tuple[Command, ...] = (
    Command(
        "templates",
        Text("图幅模板", "Sheet templates"),
        Text(
            "列出图幅模板（自带、我的、项目的）；存入一个 TOML 模板（可带徽标），在项目和我的模板之间复制，或删掉",
            "List the templates of sheets (shipped, yours, the project's); keep one from a TOML file (with "
            "a logo), copy one between the project and your profile, or take one out",
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
                "copy", Text("复制这个编号的模板", "copy the template of this id"), option=True, required=False,
            ),
            Parameter(
                "to", Text("存到：项目，或我的模板", "kept in the project, or in your profile"), "choice",
                option=True, required=False, choices=HOMES, default="project",
            ),
            Parameter(
                "remove", Text("删掉这个编号的模板", "take out the template of this id"), option=True,
                required=False,
            ),
            Parameter(
                "source", Text("从哪里删：项目，或我的模板", "taken out of the project, or of your profile"),
                "choice", option=True, required=False, choices=HOMES, default="project",
            ),
        ),
        cli=True,
        opens=True,
    ),
)  # fmt: skip
