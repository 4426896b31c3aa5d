"""An unfinished drawing survives a crash: what the map sketches is kept in the project, and comes back with it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from app.bus import Bus
from app.canvas.view import MapView
from app.messages import text
from app.session import Session
from layers.errors import PlannerError


class SketchKeeper(QObject):
    """Keeps what `view` sketches in the session's project, without a journal row."""

    def __init__(self, session: Session, bus: Bus, view: MapView) -> None:
        super().__init__(view)
        self._session, self._bus, self._view = session, bus, view
        view.sketch_changed.connect(self._keep)

    def project_changed(self) -> None:
        """Another project is open: bring back what was unfinished in it."""
        self._view.forget_sketch()
        if not self._session.is_open:
            return
        try:
            sketch = self._session.sketch()
        except PlannerError as error:
            self._bus.complain(error)
            return
        if sketch and sketch.get("kind") in ("line", "area") and sketch.get("points"):
            self._view.restore_sketch(sketch)
            self._bus.notice.emit("info", text("sketch_back"), text("sketch_back_hint"))

    def _keep(self, sketch: dict[str, Any] | None) -> None:
        if self._session.is_open:
            try:
                self._session.keep_sketch(sketch)
            except PlannerError as error:
                self._bus.complain(error)
