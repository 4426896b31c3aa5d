"""Forage and livestock: bring it to the front, write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.grazing import write_grazing
from app.dialogs.release import ask_release
from app.handlers.base import beside, handles, write_in_background
from app.messages import text
from layers.planning.grazing import grazing as compute

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("grazing")
def grazing(window: MainWindow, _on: bool) -> None:
    """Show what the pastures bear against what grazes there."""
    window.bus.show_tab.emit("checks")
    window.side.panels["checks"].show_part("grazing")  # type: ignore[attr-defined]


@handles("export_grazing")
def export_grazing(window: MainWindow, _on: bool) -> None:
    """Write the table that is looked at."""
    grazing(window, True)
    path = ask_release(
        window,
        "result",
        beside(window, text("grazing_suffix"), ".xlsx"),
        {".xlsx": "Excel", ".csv": text("file_csv"), ".gpkg": "GeoPackage", ".json": "JSON"},
    )
    if path is not None:
        asked = window.side.panels["checks"].grazing.asked()  # type: ignore[attr-defined]
        write_in_background(
            window,
            path,
            lambda snapshot, out: write_grazing(
                snapshot,
                compute(snapshot.plan, snapshot.policy, by=asked.by, year=asked.year, on=asked.on),
                out,
            ),
        )
