"""The project library, and named versions compared with now."""

from __future__ import annotations

from app.actions import feature_history, projects
from app.command import Command, Parameter
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "projects",
        Text("项目库…", "Project library…"),
        Text(
            "所有拟建项目：状态、缺什么、下一步要什么",
            "All proposed projects: state, what is missing, what comes next",
        ),
        projects.library,
        (
            PROJECT,
            Parameter(
                "state", Text("只列这个状态的", "only those in this state"), option=True, required=False
            ),
        ),
        cli=True,
        opens=True,
        menu="planning",
        icon="list",
        shortcut="Ctrl+Shift+L",
        needs="project",
    ),
    Command(
        "versions",
        Text("版本与现在对比", "Compare with a version"),
        Text(
            "列出命名版本；给名字则说与现在差什么，--returning 回到那里",
            "List named versions; with a name say what differs from now, --returning goes back to it",
        ),
        feature_history.compare,
        (
            PROJECT,
            Parameter("name", Text("版本名", "a version's name"), required=False),
            Parameter(
                "returning", Text("回到这个版本", "go back to it"), "flag", option=True, required=False
            ),
        ),
        cli=True,
        opens=True,
    ),
)
