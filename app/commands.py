"""The one table of what the product can do; the command line, menus, toolbars and search are built from it.

Keys are QGIS's where QGIS has one. The records stand in `app.command_table`, one file a subject.
"""

from __future__ import annotations

from functools import cache

from app.command import Command
from app.command_table import (
    access,
    atlas,
    attachments,
    bans,
    basemaps,
    checks,
    classes,
    drawing,
    editing,
    figures,
    grazing,
    ledger,
    looking,
    manual,
    packing,
    placing,
    planning,
    printing,
    profile,
    project,
    projects,
    quotas,
    register,
    roads,
    scenes,
    schemes,
    story,
    styles,
    templates,
    toilet_ledger,
    window,
    workbook,
    zone_change,
)
from layers.catalogue.text import Text

MENUS: dict[str, Text] = {
    "project": Text("项目", "Project"),
    "edit": Text("编辑", "Edit"),
    "drawing": Text("绘制", "Draw"),
    "view": Text("视图", "View"),
    "layers": Text("图层", "Layers"),
    "planning": Text("规划", "Planning"),
    "check": Text("核查", "Checks"),
    "output": Text("成果", "Output"),
    "window": Text("窗口", "Window"),
    "help": Text("帮助", "Help"),
}

COMMANDS: tuple[Command, ...] = (
    *project.COMMANDS,
    *editing.COMMANDS,
    *looking.COMMANDS,
    *styles.COMMANDS,
    *basemaps.COMMANDS,
    *drawing.COMMANDS,
    *planning.COMMANDS,
    *placing.COMMANDS,
    *projects.COMMANDS,
    *schemes.COMMANDS,
    *checks.COMMANDS,
    *zone_change.COMMANDS,
    *bans.COMMANDS,
    *quotas.COMMANDS,
    *register.COMMANDS,
    *figures.COMMANDS,
    *classes.COMMANDS,
    *attachments.COMMANDS,
    *grazing.COMMANDS,
    *access.COMMANDS,
    *ledger.COMMANDS,
    *toilet_ledger.COMMANDS,
    *workbook.COMMANDS,
    *atlas.COMMANDS,
    *printing.COMMANDS,
    *templates.COMMANDS,
    *packing.COMMANDS,
    *roads.COMMANDS,
    *profile.COMMANDS,
    *scenes.COMMANDS,
    *story.COMMANDS,
    *manual.COMMANDS,
    *window.COMMANDS,
)


@cache
def command(command_id: str) -> Command:
    """Return the command `command_id`; KeyError when there is none."""
    return {item.id: item for item in COMMANDS}[command_id]
