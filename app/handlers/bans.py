"""What stands in grazing bans: bring it to the front, write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dialogs.release import ask_release
from app.exports.result_table import write_result
from app.handlers.base import beside, handles, result_files, write_in_background
from app.messages import text

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("bans")
def bans(window: MainWindow, _on: bool) -> None:
    """Show what stands in grazing bans."""
    window.bus.show_tab.emit("checks")
    window.side.panels["checks"].show_part("bans")  # type: ignore[attr-defined]


@handles("export_bans")
def export_bans(window: MainWindow, _on: bool) -> None:
    """Write what is looked at."""
    bans(window, True)
    table = window.side.panels["checks"].bans.statement()  # type: ignore[attr-defined]
    if table is None:
        return
    path = ask_release(window, "result", beside(window, text("bans_suffix"), ".xlsx"),
                       result_files())  # fmt: skip
    if path is not None:
        write_in_background(window, path, lambda snapshot, out: write_result(snapshot, table, out) and None)
