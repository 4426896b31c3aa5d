"""Rows that wait for a place, in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.handlers.base import handles

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("queue")
def queue(window: MainWindow, _on: bool) -> None:
    """Open the list beside the window."""
    from app.dialogs.placing import PlacingDialog

    dialog = PlacingDialog(window)
    dialog.finished.connect(dialog.deleteLater)
    dialog.show()
