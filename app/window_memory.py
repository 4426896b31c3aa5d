"""How the window was looked at, kept in the preferences: where it stood, what was seen of each project."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray

from app.panels.number_desk import moved_numbers

if TYPE_CHECKING:
    from app.window import MainWindow


def how_it_looks(window: MainWindow) -> dict[str, Any]:
    """Return how the open project is looked at, for `count_again` and `look_again`."""
    view = window.map.view
    return {
        **window.layers.remember(),
        "centre": list(view.center),
        "scale": view.scale,
        "tab": window.side.current_tab(),
        "table": window.drawer.is_open(),
        "year": window.bus.year,
        "scheme": window.bus.scheme,
        "moved": moved_numbers(window.bus).kept(),
    }


def count_again(window: MainWindow, remembered: Mapping[str, Any]) -> None:
    """Count by the year and the scheme that were looked at, and know what had moved."""
    marked, year = remembered.get("moved"), remembered.get("year")
    moved_numbers(window.bus).restore(marked if isinstance(marked, list) else [])
    window.bus.show_years(year if isinstance(year, int) else None, remembered.get("scheme"))


def look_again(window: MainWindow, remembered: Mapping[str, Any]) -> None:
    """Show the tab, the table and the piece of the map that were seen; at first the whole banner."""
    window.side.show_tab(str(remembered.get("tab", "gaps")))
    window.drawer.set_open(bool(remembered.get("table", False)))
    centre, scale = remembered.get("centre"), remembered.get("scale")
    if isinstance(centre, list) and len(centre) == 2 and isinstance(scale, (int, float)):
        there = (float(centre[0]), float(centre[1]))
        window.map.set_view(replace(window.map.view, center=there, scale=float(scale)))
    else:
        window.map.zoom_full()
    window.map.setFocus()


def restore_place(window: MainWindow, smallest: tuple[int, int]) -> None:
    """Put the window where it stood, at first large on the screen; smallest: width and height in px."""
    kept = window.preferences["window"].get("geometry")
    if isinstance(kept, str) and window.restoreGeometry(
        QByteArray(base64.b64decode(kept.encode("ascii", "ignore")))
    ):
        return
    room = window.screen().availableGeometry()
    window.resize(
        min(1920, max(room.width() - 40, smallest[0])), min(1080, max(room.height() - 60, smallest[1]))
    )


def keep_place(window: MainWindow) -> None:
    """Keep where the window stands."""
    geometry = bytes(window.saveGeometry().data())
    window.preferences.set("window", {"geometry": base64.b64encode(geometry).decode("ascii")})
