"""Access and the road network: bring them to the front, write the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.access import GACHAS, ISOCHRONES, SUMU, write_access
from app.actions.road_network import write_parts
from app.dialogs.release import ask_release
from app.handlers.base import beside, handles, write_in_background
from app.messages import text
from layers.planning.access import access as compute
from layers.planning.road_parts import road_parts

if TYPE_CHECKING:
    from app.panels.access import AccessPanel
    from app.window import MainWindow

FILES = {".xlsx": "Excel", ".csv": "", ".gpkg": "GeoPackage", ".json": "JSON"}


def _panel(window: MainWindow, view: str = "") -> AccessPanel:
    window.bus.show_tab.emit("checks")
    window.side.panels["checks"].show_part("access")  # type: ignore[attr-defined]
    panel: AccessPanel = window.side.panels["checks"].access  # type: ignore[attr-defined]
    if view:
        panel.show_view(view)
    return panel


@handles("access")
def access(window: MainWindow, _on: bool) -> None:
    """Show how long it takes to facilities."""
    _panel(window, "gachas")


@handles("network")
def network(window: MainWindow, _on: bool) -> None:
    """Show what the road network leaves cut off."""
    _panel(window, "parts")


@handles("export_access")
def export_access(window: MainWindow, _on: bool) -> None:
    """Write what is looked at: the table by gacha or sumu, the isochrones, or the parts of the network."""
    panel = _panel(window)
    asked, view, grouping = panel.asked(), panel.view(), panel.grouping()
    path = ask_release(
        window, "result", beside(window, text("access_suffix"), ".xlsx"),
        {ending: words or text("file_csv") for ending, words in FILES.items()},
    )  # fmt: skip
    if path is None:
        return
    if view == "parts":
        write_in_background(
            window, path, lambda snapshot, out: write_parts(
                snapshot, road_parts(snapshot.plan, snapshot.policy, year=asked.year), out),
        )  # fmt: skip
        return
    table = view if view in (ISOCHRONES, SUMU) else GACHAS
    write_in_background(
        window, path, lambda snapshot, out: write_access(
            snapshot,
            compute(snapshot.plan, snapshot.policy, to=asked.to, origins=asked.origins, year=asked.year),
            out, table=table, grouping=grouping),
    )  # fmt: skip
