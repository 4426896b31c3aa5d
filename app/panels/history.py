"""The history: who changed what and when; undo or redo to a line; named versions, and the way back to one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.actions.feature_history import differences
from app.bus import Bus
from app.dialogs.changes import CompareDialog
from app.dialogs.confirm import confirm
from app.jobs import Jobs
from app.messages import text, tr
from app.panels.parts import Button, EmptyState, IconButton, line
from app.panels.status import local_time
from app.session import HistoryItem, Session
from layers.errors import PlannerError

SHOWN = 300  # lines at first; more on demand
ITEM = Qt.ItemDataRole.UserRole
ROW = 46
GLYPHS = {
    "do": "pencil",
    "undo": "undo-2",
    "redo": "redo-2",
    "version": "bookmark",
    "outside": "external-link",
    "export": "file-output",
}


class HistoryPanel(QWidget):
    """The journal, newest first."""

    closed = Signal()

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs, self._bus = session, jobs, bus
        self._limit = SHOWN
        self._walking = False
        self._build()
        bus.history_changed.connect(self._changed)
        bus.project_changed.connect(self._project_changed)
        bus.language_changed.connect(self.retranslate)
        bus.palette_changed.connect(lambda _name: self.retranslate())
        self.retranslate()

    def _build(self) -> None:
        theme.set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self._close = QLabel(), IconButton("x", size=18)
        theme.set_role(self._title, "title")
        self._close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(16, 6, 8, 6)
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        self.list = QListWidget()
        self.list.setItemDelegate(Painter(self.list))
        self.list.setMouseTracking(True)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.currentItemChanged.connect(lambda *_: self._refresh_buttons())
        self.list.itemDoubleClicked.connect(lambda _item: self._go())
        self._more = Button("quiet")
        self._more.clicked.connect(self._show_more)
        self._empty = EmptyState("history")
        self._empty.acted.connect(lambda: self._bus.run_command.emit("name_version"))
        self._room = QWidget()
        room = QVBoxLayout(self._room)
        room.setContentsMargins(16, 16, 16, 16)
        room.addWidget(self._empty)
        room.addStretch(1)
        self.go_button, self.name_button = Button(), Button("primary")
        self.go_button.clicked.connect(self._go)
        self.compare_button = Button("quiet", "diff")
        self.compare_button.clicked.connect(self._compare)
        self.compare_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.name_button.clicked.connect(lambda: self._bus.run_command.emit("name_version"))
        for button in (self._more, self.go_button, self.name_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 10, 16, 12)
        foot.setSpacing(8)
        foot.addWidget(self.go_button)
        foot.addStretch(1)
        foot.addWidget(self.name_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addWidget(self.list, 1)
        layout.addWidget(self._more, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._room, 1)
        layout.addWidget(self.compare_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(foot)

    # -- lines -------------------------------------------------------------------------------------

    def _project_changed(self) -> None:
        self._limit = SHOWN
        self.refresh()

    def _changed(self) -> None:
        if self.isVisible() and not self._walking:
            self.refresh()

    def showEvent(self, event: object) -> None:
        """Read the journal when the panel comes up."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.refresh()

    def refresh(self) -> None:
        """Read the journal again."""
        chosen = self.chosen()
        items = self._items()
        self.list.clear()
        for item in items[: self._limit]:
            row = QListWidgetItem(tr(item.title))
            row.setData(ITEM, item)
            row.setToolTip(f"{tr(item.title)}<br>{local_time(item.entry.at, '%Y-%m-%d %H:%M:%S')}")
            self.list.addItem(row)
            if chosen is not None and chosen.entry.id == item.entry.id:
                self.list.setCurrentItem(row)
        self.list.setVisible(bool(items))
        self._more.setVisible(len(items) > self._limit)
        self._room.setVisible(not items)
        self._refresh_buttons()

    def _items(self) -> list[HistoryItem]:
        if not self._session.is_open:
            return []
        try:
            return self._session.history(limit=self._limit + 1)
        except PlannerError as error:
            self._bus.complain(error)
            return []

    def chosen(self) -> HistoryItem | None:
        """Return the selected line."""
        item = self.list.currentItem()
        return item.data(ITEM) if item is not None else None

    def _show_more(self) -> None:
        self._limit *= 4
        self.refresh()

    # -- going back and forth ----------------------------------------------------------------------

    def _refresh_buttons(self) -> None:
        writable = self._session.is_open and self._session.read_only is None
        item = self.chosen()
        key, enabled = "history_go_undo", False
        if item is not None and writable:
            if item.entry.op == "version":
                key, enabled = "history_go_version", True
            elif item.entry.op == "do":
                key = "history_go_redo" if item.undone else "history_go_undo"
                enabled = item.undone or self._steps_back(item) > 0
        self.go_button.setText(text(key))
        self.go_button.setEnabled(enabled and not self._walking)
        self.name_button.setEnabled(writable)
        self.compare_button.setVisible(item is not None and item.entry.op == "version")

    def _steps_back(self, item: HistoryItem) -> int:
        done, _ = self._session.store.stacks()
        return len(done) - 1 - done.index(item.entry.id) if item.entry.id in done else 0

    def _go(self) -> None:
        item = self.chosen()
        if item is None or not self.go_button.isEnabled():
            return
        if item.entry.op == "version":
            self._return_to(item)
            return
        done, undone = self._session.store.stacks()
        entry = item.entry.id
        if entry in undone:
            self._walk(self._session.redo, len(undone) - undone.index(entry))
        elif entry in done:
            self._walk(self._session.undo, len(done) - 1 - done.index(entry))

    def _walk(self, step: Callable[[], object], steps: int) -> None:
        """Take steps one by one, so that the window stays alive between them."""
        self._walking = steps > 0
        if not steps or not self._session.is_open:
            self._walking = False
            self.refresh()
            return
        try:
            step()
        except PlannerError as error:
            self._walking = False
            self._bus.complain(error)
            self.refresh()
            return
        QTimer.singleShot(0, self, lambda: self._walk(step, steps - 1))

    def _return_to(self, item: HistoryItem) -> None:
        if not confirm(
            self,
            text("history_return_title", name=tr(item.title)),
            points=(text("history_return_point"),),
            note=text("history_return_note"),
            action=text("history_go_version"),
        ):
            return
        try:
            if self._session.return_to(item.entry) is None:
                self._bus.notice.emit("info", text("history_return_same", name=tr(item.title)), "")
        except PlannerError as error:
            self._bus.complain(error)

    def _compare(self) -> None:
        """Show what differs between the chosen version and now."""
        item = self.chosen()
        if item is None:
            return
        self._jobs.start(
            text("versions_compare"),
            lambda _progress: differences(self._session.store.changes_since(item.entry.id)),
            lambda found: CompareDialog(
                self.window(), self._session, self._bus, tr(item.title), found
            ).show(),
            topic="compare versions",
            fault=self._fault,
        )

    def _fault(self, error: BaseException) -> None:
        if not isinstance(error, PlannerError):
            raise error
        self._bus.complain(error)

    def _menu(self, place: QPoint) -> None:
        if self.list.itemAt(place) is None:
            return
        menu = QMenu(self)
        menu.addAction(self.go_button.text(), self._go).setEnabled(self.go_button.isEnabled())
        menu.exec(self.list.mapToGlobal(place))
        menu.deleteLater()

    # -- language and looks ------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Speak the current language, in the palette in use."""
        self._title.setText(text("history_title"))
        self._close.restyle()
        self._close.describe(text("history_close"))
        self._more.setText(text("history_more"))
        self.name_button.setText(text("history_name"))
        self.compare_button.setText(text("versions_compare"))
        self.compare_button.restyle()
        self.list.setAccessibleName(text("history_title"))
        self._empty.restyle()
        self._empty.set(text("history_none"), text("history_none_why"))
        self.refresh()


class Painter(QStyledItemDelegate):
    """A line of the history: glyph, title; below it time, who, how many rows. Undone ones are grey."""

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:
        """Two lines."""
        return QSize(100, theme.metric(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        """Draw one line."""
        item: HistoryItem = index.data(ITEM)  # type: ignore[attr-defined]
        row, entry = option.rect, item.entry
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(row, theme.color("row_sel"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(row, theme.color("sunken"))
        version = entry.op == "version"
        quiet = item.undone or entry.op in ("undo", "redo")
        token = "disabled" if item.undone else "accent" if version else "ink3"
        theme.paint_icon(
            painter,
            GLYPHS.get(entry.op, "pencil"),
            QRectF(row.left() + 16, row.center().y() - 8, 16, 16),
            token,
        )
        inner = row.adjusted(44, 4, -16, -5)
        painter.setFont(theme.font(medium=version))
        painter.setPen(theme.color("ink3" if quiet else "accent" if version else "ink1"))
        title = tr(item.title)
        if entry.op in ("undo", "redo"):
            title = text(f"history_{entry.op}", title=title)
        state = text("history_undone") if item.undone else ""
        width = painter.fontMetrics().horizontalAdvance(state) + 8 if state else 0
        painter.drawText(
            inner,
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop,
            painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, inner.width() - width),
        )
        painter.setPen(theme.color("ink3"))
        painter.setFont(theme.font(theme.NOTE))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, state)
        parts = [
            local_time(entry.at, "%m-%d %H:%M"),
            entry.author,
            text("history_row" if entry.rows == 1 else "history_rows", count=entry.rows)
            if entry.rows
            else "",
        ]
        painter.drawText(
            inner,
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom,
            " · ".join(part for part in parts if part),
        )
        painter.restore()
