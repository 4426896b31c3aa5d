"""The drawer under the map: a head that says what is in it, and the attribute table when it is open."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app import theme
from app.bus import Bus
from app.jobs import Jobs
from app.messages import text, tr
from app.panels.parts import Glyph, IconButton, label, line
from app.panels.table import AttributeTable
from app.session import Session

OPEN_HEIGHT = 200
FIRST_ROLE = "unit.gacha"  # whose table is shown before a layer was asked for


class TableDrawer(QWidget):
    """The attribute table in a drawer."""

    opened = Signal(bool)

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._kind, self._open = session, "", False
        theme.set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.head = _Head()
        self.table = AttributeTable(session, jobs, bus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(line())
        layout.addWidget(self.head)
        layout.addWidget(self.table, 1)
        self.head.clicked.connect(lambda: self.set_open(not self._open))
        bus.project_changed.connect(self._project_changed)
        bus.plan_changed.connect(lambda *_: self.refresh())
        bus.selection_changed.connect(lambda *_: self.refresh())
        bus.language_changed.connect(self.refresh)
        bus.palette_changed.connect(lambda _name: self.head.restyle())
        self.table.setVisible(False)
        self._fit()
        self.refresh()

    def is_open(self) -> bool:
        """Whether the table is to be seen."""
        return self._open

    def kind(self) -> str:
        """Return the layer whose table it is."""
        return self._kind

    def set_open(self, open_: bool) -> None:
        """Open or close the drawer."""
        if open_ == self._open:
            return
        self._open = open_
        if open_ and not self._kind:
            self._first_kind()
        self.table.setVisible(open_)
        self._fit()
        self.refresh()
        self.opened.emit(open_)

    def show_layer(self, kind: str) -> None:
        """Say whose table it is; the table itself hears it from the bus."""
        self._kind = kind
        self.refresh()

    def open_height(self) -> int:
        """Return the height of the open drawer."""
        return self.head.height() + 1 + theme.metric(OPEN_HEIGHT)

    def set_head_height(self, height: int) -> None:
        """Set the height of the head."""
        self.head.setFixedHeight(height)
        self._fit()

    def _fit(self) -> None:
        if self._open:
            self.setMinimumHeight(self.head.minimumHeight() + theme.metric(120))
            self.setMaximumHeight(16777215)
        else:
            self.setMinimumHeight(self.head.minimumHeight() + 1)
            self.setMaximumHeight(min(self.head.maximumHeight(), 100) + 1)

    def _project_changed(self) -> None:
        self._kind = ""
        if self._open:
            self._first_kind()
        self.refresh()

    def _first_kind(self) -> None:
        tables = self._session.plan.with_role(FIRST_ROLE) if self._session.is_open else ()
        if tables:
            self._kind = tables[0].kind.id
            self.table.show_layer(self._kind)

    def refresh(self) -> None:
        """Say which layer, how many features, how many of them are selected."""
        words = ""
        if self._session.is_open and self._kind in self._session.plan:
            table = self._session.plan.table(self._kind)
            chosen = self._session.selection
            selected = len(chosen.fids) if chosen.kind == self._kind else 0
            words = text("drawer_selected" if selected else "drawer_layer", layer=tr(table.kind.title),
                         count=f"{len(table):,}", selected=f"{selected:,}")
        self.head.say(words or text("drawer_title"), self._open)


class _Head(QFrame):
    """The drawer's head; a click anywhere on it opens or closes."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "drawer_head")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._glyph, self._words, self._hint = Glyph("table", "ink2", 16), label("medium"), label("note")
        self.button = IconButton("chevron-up", size=16, box=24)
        self.button.clicked.connect(self.clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 0, 10, 0)
        layout.setSpacing(8)
        layout.addWidget(self._glyph)
        layout.addWidget(self._words)
        layout.addStretch(1)
        layout.addWidget(self._hint)
        layout.addWidget(self.button)

    def say(self, words: str, open_: bool) -> None:
        """Show the words and which way the arrow points."""
        self._words.setText(words)
        self._hint.setText(text("drawer_close" if open_ else "drawer_open"))
        self.button.set_icon("chevron-down" if open_ else "chevron-up")
        self.button.describe(text("drawer_close" if open_ else "drawer_open"))

    def restyle(self) -> None:
        """Take the palette's colours."""
        self._glyph.restyle()
        self.button.restyle()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open or close."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()
