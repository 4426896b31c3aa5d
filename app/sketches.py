"""An unfinished drawing survives a crash: what the map sketches is kept in the project, and comes back with
it.

Where the project cannot be written just now (a full disk, a folder that is gone, another program writing), it
is kept beside the user's preferences until it can.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from app.bus import Bus
from app.canvas.view import MapView
from app.messages import text
from app.preferences import Preferences
from app.session import Session
from layers.errors import PlannerError

if TYPE_CHECKING:
    from app.drawing_desk import DrawingDesk


class SketchKeeper(QObject):
    """Keeps what `view` measures and `desk` draws in the session's project, without a journal row."""

    def __init__(
        self, session: Session, bus: Bus, view: MapView, desk: DrawingDesk, preferences: Preferences
    ) -> None:
        super().__init__(view)
        self._session, self._bus, self._view, self._desk = session, bus, view, desk
        self._folder = preferences.path.parent / "sketches"
        self._last: dict[str, Any] | None = None
        self._troubled = False
        view.sketch_changed.connect(self._keep)
        desk.keep_sketch = self._keep

    def project_changed(self) -> None:
        """Another project is open: bring back what was unfinished in it."""
        self._desk.project_changed()
        self._view.forget_sketch()
        self._last, self._troubled = None, False
        if not self._session.is_open:
            return
        try:
            sketch = _read(self._beside()) or self._session.sketch()
        except PlannerError as error:
            self._bus.complain(error)
            return
        if not sketch or not _points(sketch):
            return
        if sketch.get("kind") in ("line", "area"):
            self._last = sketch
            self._view.restore_sketch(sketch)
            self._bus.notice.emit("info", text("sketch_back"), text("sketch_back_hint"))
        elif sketch.get("kind") == "draw" and self._session.read_only is None:
            self._last = sketch
            if self._desk.restore(sketch):
                self._bus.notice.emit("info", text("draw_back"), text("draw_back_hint"))

    def _keep(self, sketch: dict[str, Any] | None) -> None:
        if sketch == self._last or not self._session.is_open:
            return
        self._last = sketch
        beside = self._beside()
        try:
            self._session.keep_sketch(sketch)
        except PlannerError as error:
            _write(beside, sketch)
            if not self._troubled:
                self._bus.complain(error)
            self._troubled = True
            return
        self._troubled = False
        _write(beside, None)

    def _beside(self) -> Path:
        name = hashlib.sha256(str(self._session.path).encode("utf-8", "surrogatepass")).hexdigest()[:20]
        return self._folder / f"{name}.json"


def _points(sketch: dict[str, Any]) -> bool:
    """Whether a sketch has places that can be read; it may come from a file that somebody has changed."""
    points = sketch.get("points")
    return (
        bool(points)
        and isinstance(points, list)
        and all(
            isinstance(one, list) and len(one) == 2 and all(isinstance(part, (int, float)) for part in one)
            for one in points
        )
    )


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _write(path: Path, sketch: dict[str, Any] | None) -> None:
    """Keep or forget; a folder that cannot be written leaves the drawing on the map, which is where it is
    seen."""
    try:
        if sketch is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(sketch), "utf-8")
    except OSError:
        return
