"""What the parts of the window tell each other; none of them knows another.

The window forwards the session's events as signals here, on the interface thread.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from app.session import Event, Session


class Bus(QObject):
    """Signals between the parts of one window."""

    # what happened in the session
    project_changed = Signal()                # another project (or none) is open
    plan_changed = Signal(frozenset, frozenset)  # kinds, collections of documents
    history_changed = Signal()
    selection_changed = Signal(str, frozenset)  # kind id, row ids
    language_changed = Signal()
    palette_changed = Signal(str)             # "light" | "projector"
    view_changed = Signal(tuple)              # what the map shows: west, south, east, north in planning metres
    year_changed = Signal(object)             # int, or None: as recorded now
    # what a part asks for
    zoom_to_features = Signal(str, frozenset)   # kind id, row ids
    zoom_to_bounds = Signal(tuple)              # west, south, east, north in planning metres
    flash_feature = Signal(str, int)
    show_tab = Signal(str)                      # targets | gaps | planning | checks | attributes
    show_service = Signal(str)                  # service id: show its gaps
    show_layer_table = Signal(str)              # kind id: open the attribute table on it
    gap_theme = Signal(object)                  # a maps theme to paint, or None
    place_picked = Signal(float, float)         # a click to check: planning metres
    identified = Signal(list)                   # [(kind id, row id), ...]
    notice = Signal(str, str, str)              # level info|ok|warn|bad, what happened, what to do
    run_command = Signal(str)                   # command id

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._end = session.observe(self._forward)

    def _forward(self, event: Event) -> None:
        if event.opened:
            self.project_changed.emit()
        if event.kinds or event.collections:
            self.plan_changed.emit(event.kinds, event.collections)
        if event.history:
            self.history_changed.emit()
        if event.selection:
            self.selection_changed.emit(self._session.selection.kind, self._session.selection.fids)

    def complain(self, error: Any) -> None:
        """Show an error where notices stand."""
        from app.messages import sentence

        happened, advice = sentence(error)
        self.notice.emit("bad", happened, advice)

    def close(self) -> None:
        """Stop listening to the session."""
        self._end()
