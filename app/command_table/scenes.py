"""Scenes: listed, kept, shown."""

from __future__ import annotations

from app.actions import scenes
from app.command import Command
from app.command_table.parameters import PROJECT
from layers.catalogue.text import Text

COMMANDS: tuple[Command, ...] = (
    Command(
        "save_scene",
        Text("存为场景", "Save as a scene"),
        Text(
            "把眼前的范围、图层、年份、方案和专题存成一个场景；所选嘎查会高亮",
            "Keep extent, layers, year, scheme and theme as a scene; selected gachas are highlighted in it",
        ),
        menu="output",
        icon="bookmark",
        shortcut="Ctrl+Alt+S",
        needs="write",
    ),
    Command(
        "scenes",
        Text("场景…", "Scenes…"),
        Text("会议要讲的画面，一张张排好", "The pictures that the meeting is told by, in order"),
        scenes.list_scenes,
        (PROJECT,),
        cli=True,
        opens=True,
        menu="output",
        toolbar=7,
        icon="clapperboard",
        shortcut="F7",
        needs="project",
    ),
    Command(
        "web_story",
        Text("导出网页故事…", "Export a web story…"),
        Text(
            "所有场景一步步讲，一个离线网页：说明、引注、图层、年份、前后对比，手机也能看",
            "Scenes as steps of one offline page: words, callouts, layers, years, before and after",
        ),
        menu="output",
        icon="globe",
        needs="project",
    ),
    Command(
        "present",
        Text("演示", "Present"),
        Text("把场景讲给会场：全屏、讲稿、翻页器", "Tell the scenes to the meeting: full screen, notes, clicker"),
        menu="output",
        icon="presentation",
        shortcut="Shift+F5",
        needs="project",
    ),
)
