"""The workbook: ask where to, write it in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions import workbook as actions
from app.dialogs.release import ask_release
from app.handlers.base import beside, handles, write_in_background
from app.messages import text

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("workbook")
def workbook(window: MainWindow, _on: bool) -> None:
    """Write the workbook of the year and scheme that the window shows."""
    path = ask_release(window, "table", beside(window, text("workbook_suffix"), ".xlsx"), {".xlsx": "Excel"})
    if path is not None:
        year, scheme = window.bus.year, window.bus.scheme
        write_in_background(
            window,
            path,
            lambda snapshot, out: actions.workbook(snapshot, out, year=year, scheme=scheme) and None,
        )
