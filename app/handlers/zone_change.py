"""Zones of two versions beside each other: bring it to the front, write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dialogs.release import ask_release
from app.exports.result_table import write_result
from app.handlers.base import beside, handles, result_files, write_in_background
from app.messages import text

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("zone-change")
def zone_change(window: MainWindow, _on: bool) -> None:
    """Show how a layer of zones changed between two versions."""
    window.bus.show_tab.emit("checks")
    window.side.panels["checks"].show_part("zone_change")  # type: ignore[attr-defined]


@handles("export_zone_change")
def export_zone_change(window: MainWindow, _on: bool) -> None:
    """Write what was compared; without it, bring to the front where it is asked for."""
    zone_change(window, True)
    table = window.side.panels["checks"].zone_change.statement()  # type: ignore[attr-defined]
    if table is None:
        return
    path = ask_release(window, "result", beside(window, text("zone_change_suffix"), ".xlsx"),
                       result_files())  # fmt: skip
    if path is not None:
        write_in_background(window, path, lambda snapshot, out: write_result(snapshot, table, out) and None)
