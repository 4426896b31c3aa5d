"""The basemap of one window: which one is shown for the project, its tiles as they come in, its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.basemaps.shelf import BasemapRecord, Shelf, close, opened
from app.messages import text
from layers.errors import PlannerError
from layers.maps.basemap import Basemap

if TYPE_CHECKING:
    from app.window import MainWindow

DRAWN_AGAIN_MS = 200


class BasemapDesk(QObject):
    """Shows what the user has chosen from the shelf."""

    redrawn = Signal()
    """Another basemap, or more of it has arrived: what shows it draws it again."""
    _arrived = Signal()
    _failed = Signal(str)
    _damaged = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self.shelf = window, Shelf(window.preferences)
        self.shown = ""
        self._later = QTimer(self, interval=DRAWN_AGAIN_MS, singleShot=True)
        self._later.timeout.connect(lambda: window.map.set_layers(window.layers.settings()))
        self._later.timeout.connect(self.redrawn)
        self._arrived.connect(self._tiles_arrived)
        self._failed.connect(lambda reason: window.bus.notice.emit(
            "warn", text("basemap_no_tiles", reason=reason), text("basemap_no_tiles_hint")
        ))  # fmt: skip
        self._damaged.connect(lambda reason: window.bus.notice.emit(
            "warn", text("basemap_damaged", reason=reason), text("basemap_damaged_hint")
        ))  # fmt: skip
        window.bus.project_changed.connect(self._project_changed)

    def show_record(self, record_id: str) -> None:
        """Show the basemap with this id, or none; it is remembered for the project."""
        self._show(record_id)
        path = self._window.session.path if self._window.session.is_open else None
        if path is not None:
            kept = {**self._window.preferences["basemap_of"], str(path.resolve()): self.shown}
            self._window.preferences.set("basemap_of", kept)

    def add(self, record: BasemapRecord) -> None:
        """Put one on the shelf and show it."""
        self.shelf.put(record)
        self.show_record(record.id)

    def remove(self, record_id: str) -> None:
        """Take one off the shelf."""
        if self.shown == record_id:
            self.show_record("")
        self.shelf.remove(record_id)

    def close(self) -> None:
        """The window closes: what is being fetched is let go."""
        self._later.stop()
        self._put(None)

    def _project_changed(self) -> None:
        session = self._window.session
        if session.is_open:
            self._show(str(self._window.preferences["basemap_of"].get(str(session.path.resolve()), "")))

    def _show(self, record_id: str) -> None:
        record = self.shelf.get(record_id)
        basemap = None
        if record is not None:
            try:
                basemap = opened(
                    record, arrived=self._arrived.emit, failed=self._failed.emit, damaged=self._damaged.emit
                )
            except PlannerError as error:
                self._window.bus.complain(error)
        self.shown = record_id if basemap is not None else ""
        self._put(basemap)
        self._window.layers.settings_changed.emit()
        self.redrawn.emit()

    def _put(self, basemap: Basemap | None) -> None:
        before, self._window.layers.basemap = self._window.layers.basemap, basemap
        close(before)

    def _tiles_arrived(self) -> None:
        if not self._later.isActive():
            self._later.start()
