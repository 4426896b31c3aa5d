"""How themes of amounts are drawn."""

from __future__ import annotations

from app.command import Command
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "classes",
        Text("专题分级与符号…", "Classes and symbols…"),
        Text("缺口专题分几级、怎样断、要不要用圆表示数量", "How the theme of gaps is classed; circles for numbers"),
        menu="view",
        icon="palette",
        needs="project",
    ),
)
