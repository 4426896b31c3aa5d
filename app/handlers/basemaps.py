"""What lies under the layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dialogs.basemaps import BasemapsDialog
from app.handlers.base import handles

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("basemaps")
def basemaps(window: MainWindow, _on: bool) -> None:
    """Choose the basemap; the map shows it while the dialog is open."""
    dialog = window.findChild(BasemapsDialog) or BasemapsDialog(window)
    dialog.fill()
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
