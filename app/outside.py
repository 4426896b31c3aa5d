"""Looking, every few seconds, whether another program has changed the open project."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.bus import Bus
from app.messages import text
from app.session import Session
from layers.errors import PlannerError

EVERY_MS = 3_000


class OutsideWatch(QObject):
    """Reads the project again when somebody else has changed it, and says so."""

    def __init__(self, session: Session, bus: Bus, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._bus = session, bus
        self._failed = ""  # the fault that was told already: it is not told every few seconds
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Look now."""
        if not self._session.is_open:
            return
        try:
            changed = self._session.refresh()
        except PlannerError as error:
            if error.code != self._failed:
                self._failed = error.code
                self._bus.complain(error)
            return
        self._failed = ""
        if changed:
            self._bus.notice.emit("warn", text("changed_outside"), text("changed_outside_hint"))
