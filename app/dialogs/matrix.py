"""Gachas × services at one glance: a glyph and a colour a cell, sorted, filtered, moved through by keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStyle, QStyleOptionViewItem, QWidget

from app import theme
from app.dialogs.base import Dialog
from app.messages import text
from app.panels.copied import copy_table
from app.panels.models.matrix_rows import GLYPHS, STATUS_ROLE, MatrixModel
from app.panels.parts import label
from app.panels.rows import PAD, RowDelegate, RowTable
from layers.catalogue.model import Catalogue
from layers.planning.results import Gaps


class _Cells(RowDelegate):
    """A cell on the ground of its status; glyph and number say it without the colour."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one cell."""
        status = index.data(STATUS_ROLE)
        if status is None:
            super().paint(painter, option, index)
            return
        painter.save()
        box = QRectF(option.rect)
        painter.fillRect(box.adjusted(1, 1, 0, 0), theme.color(status))
        painter.setFont(theme.font(theme.TEXT))
        painter.setPen(theme.color(str(index.data(Qt.ItemDataRole.ForegroundRole))))
        room = box.adjusted(PAD, 0, -PAD, 0)
        where = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, where, str(index.data(Qt.ItemDataRole.DisplayRole)))
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRect(box.adjusted(2, 2, -1, -1))
        painter.restore()


class MatrixDialog(Dialog):
    """The whole of what is missing where; it stays open while numbers are traced."""

    traced = Signal(str, str)  # service, unit code
    chosen = Signal(str)  # unit code: show it on the map
    paged = Signal()  # the unit that was chosen last is wanted on one page

    def __init__(self, parent: QWidget | None, catalogue: Catalogue, gaps: Gaps, *, said: str = "") -> None:
        super().__init__(parent, text("matrix_title"), glyph="table", width=980)
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.model = MatrixModel(catalogue, gaps, self)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(text("gaps_filter"))
        self.filter.setAccessibleName(text("gaps_filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self.model.set_filter)
        self.body.addWidget(self.filter)
        self.view = RowTable(fills=False)
        self.view.setModel(self.model)
        self.view.setItemDelegate(_Cells(self.view))
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.view.setMinimumHeight(theme.metric(420))
        self.view.resizeColumnsToContents()
        self.view.head.sectionClicked.connect(self._sort)
        self.view.doubleClicked.connect(lambda _index: self._trace())
        self.view.selectionModel().currentChanged.connect(lambda now, _old: self._moved(now))
        self.view.installEventFilter(self)
        self.body.addWidget(self.view, 1)
        legend = label("note", wrap=True)
        signs = "   ".join(f"{glyph} {text('status_' + status)}" for status, glyph in GLYPHS.items())
        legend.setText(f"{signs}　{text('matrix_how')}　{said}".strip())
        self.body.addWidget(legend)
        self.add_button(text("profile_open")).clicked.connect(self.paged)
        self.add_button(text("trace_title")).clicked.connect(self._trace)
        self.add_button(text("dialog_close"), "primary").clicked.connect(self.accept)
        if self.model.lines:
            self.view.setCurrentIndex(self.model.index(0, min(2, self.model.columnCount() - 1)))
        self.view.setFocus()

    def _sort(self, column: int) -> None:
        self.model.sort_by(column)
        head = self.view.head
        head.sorted_column, head.sorted_down = column, self.model.down
        head.viewport().update()

    def _moved(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self.model.lines[index.row()].unit_code)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter asks where the number is from, Ctrl+C copies what is selected."""
        if watched is self.view and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._trace()
                return True
            if event.matches(QKeySequence.StandardKey.Copy):
                self.copy()
                return True
        return super().eventFilter(watched, event)

    def _trace(self) -> None:
        index = self.view.currentIndex()
        if index.isValid() and index.column() >= 2:
            unit = self.model.lines[index.row()]
            self.traced.emit(self.model.services[index.column() - 2].id, unit.unit_code)

    def copy(self) -> None:
        """Put the selected cells on the clipboard, rows and columns as they stand."""
        found: dict[int, list[str]] = {}
        for index in sorted(
            self.view.selectionModel().selectedIndexes(), key=lambda at: (at.row(), at.column())
        ):
            found.setdefault(index.row(), []).append(str(index.data(Qt.ItemDataRole.DisplayRole) or ""))
        if found:
            copy_table(found.values())
