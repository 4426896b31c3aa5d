"""What the window does for each command of the table, by the command's id; one file a subject.

A handler gets the window and whether the command is now on (for states). Errors of the domain go up:
the window makes them notices.
"""

from app.handlers import (  # noqa: F401 - each registers its handlers
    access,
    atlas,
    bans,
    basemaps,
    checks,
    classes,
    drawing,
    grazing,
    helping,
    layer_file,
    ledger,
    looking,
    manual,
    output,
    packing,
    placing,
    profile,
    project,
    projects,
    quotas,
    register,
    roads,
    scenes,
    story,
    styles,
    toilet_ledger,
    workbook,
    zone_change,
)
from app.handlers.base import HANDLERS, fault
from app.handlers.classes import kept_looks
from app.handlers.layer_file import export_asked
from app.handlers.looking import measure_words
from app.handlers.profile import place_menu, place_opened
from app.handlers.project import fill_recent
from app.handlers.register import number_asked, trace_asked

__all__ = [
    "HANDLERS",
    "export_asked",
    "fault",
    "fill_recent",
    "kept_looks",
    "measure_words",
    "number_asked",
    "place_menu",
    "place_opened",
    "trace_asked",
]
