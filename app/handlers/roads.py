"""Road faults: bring them to the front, write them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.dialogs.release import ask_release
from app.exports.result_table import write_result
from app.handlers.base import beside, handles, write_in_background
from app.messages import text
from app.road_words import faults_table
from layers.planning.road_faults import road_faults

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("faults")
def faults(window: MainWindow, _on: bool) -> None:
    """Show the register."""
    window.bus.show_tab.emit("checks")
    window.side.panels["checks"].show_part("roads")  # type: ignore[attr-defined]


@handles("export_faults")
def export_faults(window: MainWindow, _on: bool) -> None:
    """Write the register of the year that is looked at."""
    path = ask_release(
        window,
        "result",
        beside(window, text("faults_suffix"), ".xlsx"),
        {".xlsx": "Excel", ".csv": text("file_csv"), ".gpkg": "GeoPackage", ".json": "JSON"},
    )
    if path is None:
        return
    year = window.bus.year

    def write(snapshot: Any, out: Path) -> None:
        result = road_faults(snapshot.plan, snapshot.policy, year=year)
        write_result(snapshot, faults_table(snapshot, result, result.faults), out)

    write_in_background(window, path, write)
