"""The manual."""

from __future__ import annotations

from app.actions import manual
from app.command import Command, Parameter
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "manual",
        Text("手册", "Manual"),
        Text("一件事一页；F1 打开眼前这一处的那一页", "One page a task; F1 opens the page of where you are"),
        manual.manual,
        (
            Parameter("page", Text("哪一页；不给就列目录", "which page; without one the contents"), required=False),
            Parameter("list", Text("列目录", "list the pages"), "flag", option=True, required=False),
        ),
        cli=True,
        menu="help",
        icon="circle-help",
        shortcut="F1",
    ),
)
