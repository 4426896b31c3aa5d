"""Land-use statements and the tab of checks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.dialogs.release import ask_release
from app.exports.result_table import write_result
from app.exports.verdict_table import verdict_table
from app.handlers.base import beside, handles, result_files, write_in_background
from app.messages import text
from layers.planning.conflicts import conflicts
from layers.planning.footprints import planned_works

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("landuse")
def landuse(window: MainWindow, _on: bool) -> None:
    """Show the land-use statement of what is selected, and write it where it is asked for again."""
    panel = window.side.panels["checks"].land_use  # type: ignore[attr-defined]
    looked_at = panel.isVisible() and panel.found is not None
    window.bus.show_tab.emit("checks")
    window.side.panels["checks"].show_part("land")  # type: ignore[attr-defined]
    table = panel.statement() if looked_at else None
    if table is None:
        return
    path = ask_release(
        window,
        "result",
        beside(window, text("landuse_suffix"), ".xlsx"),
        result_files(),
    )
    if path is not None:
        write_in_background(window, path, lambda snapshot, out: write_result(snapshot, table, out) and None)


@handles("export_verdicts")
def export_verdicts(window: MainWindow, _on: bool) -> None:
    """Write the verdicts on the work that is shown, else on the shown scheme, else on all that is planned."""
    panel = window.side.panels["checks"].verdicts  # type: ignore[attr-defined]
    shown, day, scheme = panel.judged, panel.day(), window.bus.scheme
    path = ask_release(
        window,
        "result",
        beside(window, text("verdict_suffix"), ".xlsx"),
        result_files(),
    )
    if path is None:
        return

    def write(snapshot: Any, out: Path) -> None:
        every = shown is None
        works = planned_works(snapshot.plan, snapshot.policy, scheme=scheme) if every else [shown.work]
        found = conflicts(snapshot.plan, snapshot.policy, works, on=day)
        write_result(snapshot, verdict_table(snapshot, found), out)

    write_in_background(window, path, write)


@handles("zones")
def zones(window: MainWindow, _on: bool) -> None:
    """Show where places and drawings are asked for."""
    window.bus.show_tab.emit("checks")
    window.side.panels["checks"].show_part("zone_list")  # type: ignore[attr-defined]


@handles("export_zones")
def export_zones(window: MainWindow, _on: bool) -> None:
    """Write what was asked; without it, bring to the front where it is asked for."""
    zones(window, True)
    table = window.side.panels["checks"].zone_list.result  # type: ignore[attr-defined]
    if table is None:
        return
    path = ask_release(window, "result", beside(window, text("zones_suffix"), ".pdf"), result_files())
    if path is not None:
        write_in_background(window, path, lambda snapshot, out: write_result(snapshot, table, out) and None)
