"""Slides of the story, and reports."""

from __future__ import annotations

from app.command import Command
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "slides",
        Text("导出幻灯片…", "Export slides…"),
        Text(
            "每个场景一张（.pptx）：文字可改，图表可编辑，地图清晰，备注是讲稿",
            "One slide a scene (.pptx): editable words, native charts, a sharp map, your notes",
        ),
        menu="output",
        icon="presentation",
        needs="project",
    ),
)
