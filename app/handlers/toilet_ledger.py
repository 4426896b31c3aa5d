"""The toilet ledger: bring it to the front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.handlers.base import handles

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("toilet-ledger")
def toilet_ledger(window: MainWindow, _on: bool) -> None:
    """Show the ledger."""
    window.bus.show_tab.emit("checks")
    window.side.panels["checks"].show_part("toilets")  # type: ignore[attr-defined]
