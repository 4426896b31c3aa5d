"""What the parts of the window tell each other; none of them knows another.

The window forwards the session's events as signals here, on the interface thread.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.session import Event, Session
from layers.maps.classes import USUAL_LOOK, Look
from layers.planning.schemes import COLLECTION as SCHEMES


class Bus(QObject):
    """Signals between the parts of one window."""

    # what happened in the session
    project_changed = Signal()  # another project (or none) is open
    plan_changed = Signal(frozenset, frozenset)  # kinds, collections of documents
    history_changed = Signal()
    selection_changed = Signal(str, frozenset)  # kind id, row ids
    language_changed = Signal()
    palette_changed = Signal(str)  # "light" | "projector"
    view_changed = Signal(tuple)  # what the map shows: west, south, east, north in planning metres
    year_changed = Signal(object)  # int, or None: all that is recorded
    scheme_changed = Signal(object)  # name of the scheme that is looked at, or None: as recorded
    # what a part asks for
    zoom_to_features = Signal(str, frozenset)  # kind id, row ids
    zoom_to_bounds = Signal(tuple)  # west, south, east, north in planning metres
    flash_feature = Signal(str, int)
    highlight = Signal(
        object
    )  # [(shape in planning metres, colour token), ...] to outline until told otherwise
    show_tab = Signal(str)  # targets | gaps | planning | checks | attributes
    show_service = Signal(str)  # service id: show its gaps
    look_changed = Signal(str)  # service id: its theme is drawn in another way
    show_layer_table = Signal(str)  # kind id: open the attribute table on it
    layer_wanted = Signal(str)  # kind id: what was made in it should be seen
    gap_theme = Signal(object)  # a maps theme to paint, or None
    fault_marks = Signal(
        tuple, object
    )  # signs (road_marks.Mark) over the map, and a geometry about to be added
    place_picked = Signal(float, float)  # a click to check: planning metres
    sketch_changed = Signal(
        object, str
    )  # the shape in the making (planning metres; may be invalid) or None, kind id
    identified = Signal(list)  # [(kind id, row id), ...]
    notice = Signal(str, str, str)  # level info|ok|warn|bad, what happened, what to do
    run_command = Signal(str)  # command id
    trace_asked = Signal(str, str, str)  # target|gap|map, id of target or service, code of unit or sumu
    number_asked = Signal(object, object, object)  # Ask, the answer that is looked at, the policy it went by
    export_layer = Signal(str)  # kind id: ask how it is written as a file
    verdict_shown = Signal(
        object, object
    )  # planning.conflicts.Judged or None, planning.detours.Clearance or None
    verdict_hovered = Signal(tuple)  # stretches ((from, to), ...) in metres along the line that is judged

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.year: int | None = None  # what is looked at; those who hear of a change find it here already
        self.scheme: str | None = None
        self.looks: dict[str, Look] = {}  # service id -> how its theme is drawn, where not as usual
        self.year_changed.connect(self._keep_year)
        self.scheme_changed.connect(self._keep_scheme)
        self._end = session.observe(self._forward)

    def _forward(self, event: Event) -> None:
        if event.opened:
            self.show_years(None, None)
            self.project_changed.emit()
        elif self.scheme is not None and self.scheme not in self._schemes():
            self.scheme_changed.emit(None)  # it was deleted, or its keeping was taken back
        if event.kinds or event.collections:
            self.plan_changed.emit(event.kinds, event.collections)
        if event.history:
            self.history_changed.emit()
        if event.selection:
            self.selection_changed.emit(self._session.selection.kind, self._session.selection.fids)

    def show_years(self, year: int | None, scheme: str | None) -> None:
        """Look at a year and a scheme; one that the project has not is not looked at."""
        if scheme not in self._schemes():
            scheme = None
        if scheme != self.scheme:
            self.scheme_changed.emit(scheme)
        if year != self.year:
            self.year_changed.emit(year)

    def show_look(self, service: str, look: Look) -> None:
        """Draw a service's theme in that way from now on."""
        if self.looks.get(service, USUAL_LOOK) != look:
            self.looks[service] = look
            self.look_changed.emit(service)

    def _schemes(self) -> Collection[str]:
        return self._session.plan.documents.get(SCHEMES, {}) if self._session.is_open else ()

    def _keep_year(self, year: int | None) -> None:
        self.year = year

    def _keep_scheme(self, scheme: str | None) -> None:
        self.scheme = scheme

    def complain(self, error: Any) -> None:
        """Show an error where notices stand."""
        from app.messages import sentence

        happened, advice = sentence(error)
        self.notice.emit("bad", happened, advice)

    def close(self) -> None:
        """Stop listening to the session."""
        self._end()
