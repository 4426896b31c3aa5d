"""Search and help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dialogs.help import AboutDialog, KeysDialog
from app.handlers.base import handles

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("search")
def search(window: MainWindow, _on: bool) -> None:
    """Go to the search field."""
    window.search.begin()


@handles("shortcuts")
def shortcuts(window: MainWindow, _on: bool) -> None:
    """Show all commands and keys."""
    dialog = KeysDialog(window)
    dialog.exec()
    dialog.deleteLater()


@handles("about")
def about(window: MainWindow, _on: bool) -> None:
    """Tell what this is made of."""
    dialog = AboutDialog(window)
    dialog.exec()
    dialog.deleteLater()
