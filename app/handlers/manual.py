"""The manual, opened at the page of where one stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from app.handlers.base import handles

if TYPE_CHECKING:
    from app.manual.reader import ManualWindow
    from app.window import MainWindow


@handles("manual")
def manual(window: MainWindow, _on: bool) -> None:
    """Open the manual where one stands."""
    from app.manual.whereabouts import page_here

    open_manual(window, page_here(window))


def open_manual(window: MainWindow, page: str) -> ManualWindow:
    """Show a page of the manual. One window serves; a modal dialog, which stops all others, gets one of its
    own."""
    from app.manual.reader import ManualWindow

    dialog = QApplication.activeModalWidget()
    owner: QWidget = dialog if dialog is not None else window
    reader = next((one for one in owner.findChildren(ManualWindow) if one.parent() is owner), None)
    if reader is None:
        reader = ManualWindow(owner)
        window.bus.language_changed.connect(reader.retranslate)
        window.bus.palette_changed.connect(lambda _name: reader.restyle())
    reader.open_page(page)
    reader.show()
    reader.raise_()
    reader.activateWindow()
    reader.view.setFocus()
    return reader
