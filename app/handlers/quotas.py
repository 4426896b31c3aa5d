"""Quotas: bring them to the front, write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dialogs.release import ask_release
from app.exports.result_table import write_result
from app.handlers.base import beside, handles, result_files, write_in_background
from app.messages import text

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("quota")
def quota(window: MainWindow, _on: bool) -> None:
    """Show what is used of each quota, and what is left."""
    window.bus.show_tab.emit("checks")
    window.side.panels["checks"].show_part("quota")  # type: ignore[attr-defined]


@handles("export_quota")
def export_quota(window: MainWindow, _on: bool) -> None:
    """Write what is looked at."""
    quota(window, True)
    table = window.side.panels["checks"].quota.statement()  # type: ignore[attr-defined]
    if table is None:
        return
    path = ask_release(window, "result", beside(window, text("quota_suffix"), ".xlsx"),
                       result_files())  # fmt: skip
    if path is not None:
        write_in_background(window, path, lambda snapshot, out: write_result(snapshot, table, out) and None)
