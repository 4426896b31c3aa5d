"""A foreign file on its way into the window: chosen or dropped, looked at, then shown on the map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from app.dialogs.import_ask import whole
from app.dialogs.import_file import ImportDialog
from app.handlers.base import fault
from app.messages import text
from layers.errors import PlannerError, StoreError

if TYPE_CHECKING:
    from app.window import MainWindow

NOT_OURS = ("not_a_project", "not_a_geopackage")
AROUND = 0.15  # of what was imported, shown round it
LEAST_M = 2_500.0  # metres shown round a single point


def take_file(window: MainWindow, path: Path) -> None:
    """Open a project, look into anything else."""
    if open_project(window, path):
        return
    if window.session.is_open:
        look_at(window, path)
    else:  # not at once: a dialog inside a drop holds the program that the file was dragged from
        QTimer.singleShot(0, window, lambda: begin_with(window, path))


def begin_with(window: MainWindow, path: Path) -> None:
    """Make a project for a file of data (which may carry a banner's boundaries), and look into the file."""
    from app.handlers.project import make_new

    try:
        made = make_new(window, foreign=path.name)
    except (PlannerError, OSError) as error:
        fault(window, error)
        return
    if made:
        look_at(window, path)


def open_project(window: MainWindow, path: Path) -> bool:
    """Open a project, or say why it cannot be; False where the file is another program's."""
    if path.suffix.lower() != ".gpkg":
        return False
    window.remember_view()
    try:
        window.session.open(path)
    except StoreError as error:
        if error.code in NOT_OURS:
            return False
        window.bus.complain(error)
    else:
        window.preferences.add_recent(path)
    return True


def look_at(window: MainWindow, path: Path) -> ImportDialog | None:
    """Open the dialog on a foreign file; None where nothing can be imported now."""
    if not window.commands["import"].isEnabled():
        window.bus.notice.emit("warn", text("import_not_now"), text("import_not_now_hint"))
        return None
    if any(dialog.isVisible() for dialog in window.findChildren(ImportDialog)):
        return None  # one at a time
    dialog = ImportDialog(window, window.session, window.jobs, whole(path))
    dialog.imported.connect(lambda *told: _show(window, *told))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()  # not `exec`: who drops a file gets the mouse back at once
    return dialog


def _show(window: MainWindow, kind: str, bounds: Any, words: str, advice: str) -> None:
    """Show what was imported."""
    window.layers.show_only(window.layers.visible() | {kind})
    window.layers.choose(kind)
    if bounds is not None:
        west, south, east, north = bounds
        pad = max((east - west) * AROUND, (north - south) * AROUND, LEAST_M)
        window.map.zoom_to((west - pad, south - pad, east + pad, north + pad))
    window.bus.notice.emit("ok", words, advice)
