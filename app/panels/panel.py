"""What the panels have in common: session, jobs, bus, and being retold when words or colours change."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import shapely
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app import theme
from app.bus import Bus
from app.jobs import Jobs
from app.session import Session
from layers.errors import PlannerError

MARGIN = 16


class Panel(QWidget):
    """A tab of the right side.

    Subclasses override `retranslate` (words), `restyle` (colours), `project_changed` (another project is
    open) and `plan_changed` (kinds, collections); they call `start` at the end of their own `__init__`.
    """

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.jobs, self.bus = session, jobs, bus
        theme.set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def start(self) -> None:
        """Listen to the bus and show what is there now."""
        self.bus.language_changed.connect(self.retranslate)
        self.bus.palette_changed.connect(lambda _name: self.restyle())
        self.bus.project_changed.connect(self.project_changed)
        self.bus.plan_changed.connect(self.plan_changed)
        self.retranslate()
        self.project_changed()

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""

    def restyle(self) -> None:
        """Take the colours of the palette that is used now."""
        self.update()

    def project_changed(self) -> None:
        """Another project (or none) is open."""

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """The plan has moved on."""

    def attempt(self, change: Callable[[], object]) -> bool:
        """Carry out a change; a refusal is shown where notices stand. Returns whether it was done."""
        try:
            change()
        except PlannerError as error:
            self.bus.complain(error)
            return False
        return True

    def get_data(self) -> None:
        """What an empty panel offers: the sample where nothing is open, else a file to import."""
        self.bus.run_command.emit("import" if self.session.is_open else "new_sample")

    def fault(self, error: BaseException) -> None:
        """Show what stopped a job; anything but an error of the domain is a fault of ours and is raised."""
        if not isinstance(error, PlannerError):
            raise error
        self.bus.complain(error)

    def zoom_round(
        self, shapes: Iterable[shapely.Geometry], *, least: float = 500.0, share: float = 0.08
    ) -> None:
        """Show shapes (planning metres) with room around them: a share of their size, `least` metres at
        least."""
        west, south, east, north = (float(value) for value in shapely.total_bounds(list(shapes)))
        if west <= east:  # nan for none
            more = max(least, (east - west) * share, (north - south) * share)
            self.bus.zoom_to_bounds.emit((west - more, south - more, east + more, north + more))


class Scroll(QScrollArea):
    """A column that scrolls up and down, never sideways: what stands in it wraps."""

    def __init__(self, parent: QWidget | None = None, *, spacing: int = 8) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.inside = QWidget()
        theme.set_role(self.inside, "panel")
        self.column = QVBoxLayout(self.inside)
        self.column.setContentsMargins(MARGIN, 12, MARGIN, 12)
        self.column.setSpacing(spacing)
        self.column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setWidget(self.inside)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the column as wide as the view, so that long words wrap instead of running out."""
        self.inside.setMaximumWidth(self.viewport().width())
        super().resizeEvent(event)

    def clear(self) -> None:
        """Take everything out of the column."""
        while self.column.count():
            item = self.column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
