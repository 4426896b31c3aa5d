"""The project library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.handlers.base import handles

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("projects")
def projects(window: MainWindow, _on: bool) -> None:
    """Open the project library beside the map."""
    from app.dialogs.project_library import ProjectLibrary

    ProjectLibrary(window, window.session, window.bus).show()
