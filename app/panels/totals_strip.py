"""The row of totals under a table: sums that stay in place, each of which can be asked where it is from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QTableView, QWidget

from app import theme
from app.messages import text
from app.panels.rows import BAR_ROLE, BAR_WIDTH, PAD, ROW, RowTable
from layers.provenance import Ask


def _no_ask(_column: int) -> Ask | None:
    return None


class TotalsStrip(QWidget):
    """Keeps to the table's columns; Tab reaches it, Left and Right go from sum to sum, Enter asks.

    total: the words of a column's total, "" where it has none. ask: what names it, where it can be traced.
    """

    asked = Signal(object)  # the Ask of a total

    def __init__(
        self, view: QTableView, total: Callable[[int], str], parent: QWidget | None = None, *,
        ask: Callable[[int], Ask | None] = _no_ask,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._view, self._total, self._ask = view, total, ask
        self._moved: Callable[[str], bool] | None = None
        self._moved_words: Callable[[str], str] | None = None
        self._current = -1
        if isinstance(view, RowTable):
            view.least = self._width
        self.setMouseTracking(True)
        self.restyle()
        head = view.horizontalHeader()
        head.sectionResized.connect(lambda *_: self.update())
        head.geometriesChanged.connect(self.update)
        view.horizontalScrollBar().valueChanged.connect(lambda _: self.update())
        if ask is not _no_ask:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setAccessibleName(text("totals_strip"))

    def restyle(self) -> None:
        """Take the palette's sizes."""
        self.setFixedHeight(theme.metric(ROW))
        self.update()

    def mark(self, moved: Callable[[str], bool] | None, words: Callable[[str], str] | None = None) -> None:
        """Mark the totals that a changed rule moved; None: none was. words: from what to what."""
        self._moved, self._moved_words = moved, words
        self.update()

    # -- what stands in it -------------------------------------------------------------------------

    def asks(self) -> dict[int, Ask]:
        """Return what names the total of each column that is shown and can be asked."""
        return {at: ask for at in self._columns() if (ask := self.ask_of(at)) is not None}

    def ask_of(self, column: int) -> Ask | None:
        """Return what names the total of a column; None where there is none, or it cannot be asked."""
        return self._ask(column) if column >= 0 and self._total(column) else None

    def untraced(self) -> list[int]:
        """Return the columns that are shown with a total which cannot be asked."""
        return [at for at in self._columns() if self._total(at) and self._ask(at) is None]

    def numbers(self) -> dict[str, str]:
        """Return every total that can be asked, by its name, as it is shown."""
        return {ask.key: self._total(at) for at, ask in self.asks().items()}

    def _columns(self) -> list[int]:
        model, head = self._view.model(), self._view.horizontalHeader()
        shown = [at for at in range(model.columnCount() if model else 0) if not head.isSectionHidden(at)]
        return sorted(shown, key=head.visualIndex)

    def _words(self, column: int) -> str:
        words = self._total(column)
        return f"● {words}" if words and self._has_moved(column) else words

    def _has_moved(self, column: int) -> bool:
        ask = self.ask_of(column) if self._moved is not None else None
        return ask is not None and self._moved is not None and self._moved(ask.key)

    def _width(self, column: int) -> float:
        """What a column's total takes up."""
        words = self._words(column)
        bar = self._view.model().headerData(column, Qt.Orientation.Horizontal, BAR_ROLE)
        wide = QFontMetricsF(theme.font(medium=True)).horizontalAdvance(words) + 2 * PAD
        return wide + (BAR_WIDTH + 6 if bar else 0) if words else 0.0

    # -- asking ------------------------------------------------------------------------------------

    def column_at(self, x: float) -> int:
        """Return the column whose total stands at a place and can be asked, -1 where none does."""
        head = self._view.horizontalHeader()
        found = head.logicalIndexAt(round(x))
        return found if self.ask_of(found) is not None else -1

    def place_of(self, column: int) -> QRectF:
        """Return where a column's total stands."""
        head = self._view.horizontalHeader()
        left, wide = head.sectionViewportPosition(column), head.sectionSize(column)
        return QRectF(left, 0, wide, self.height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over what can be asked, and the words that say so."""
        over = self.column_at(event.position().x())
        self.setCursor(Qt.CursorShape.PointingHandCursor if over >= 0 else Qt.CursorShape.ArrowCursor)
        self.setToolTip(self.tip(over) if over >= 0 else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click asks where a total is from."""
        column = self.column_at(event.position().x())
        if column >= 0 and event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self._current = column
            self.asked.emit(self.ask_of(column))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go from total to total, Enter or Space asks."""
        asks = self.asks()
        order = list(asks)
        if not order:
            super().keyPressEvent(event)
            return
        at = order.index(self._current) if self._current in order else 0
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            self._current = order[min(max(at + step, 0), len(order) - 1)]
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.asked.emit(asks[order[at]])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The first total is the current one."""
        order = list(self.asks())
        if self._current not in order:
            self._current = order[0] if order else -1
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No total is current."""
        super().focusOutEvent(event)
        self.update()

    def tip(self, column: int) -> str:
        """Return what is said over a total."""
        model = self._view.model()
        heading = model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole)
        lines = [f"{heading} {self._total(column)}"]
        ask = self.ask_of(column)
        if ask is not None and self._has_moved(column):
            lines.append(self._moved_words(ask.key) if self._moved_words else text("number_moved"))
        return "\n".join((*lines, text("trace_tip")))

    # -- painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw each column's total under its column."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("sunken"))
        painter.setPen(QPen(theme.color("control"), 1))
        painter.drawLine(0, 0, self.width(), 0)
        painter.setFont(theme.font(medium=True))
        model: QAbstractItemModel = self._view.model()
        for column in range(model.columnCount() if model else 0):
            if not self._view.horizontalHeader().isSectionHidden(column) and (words := self._words(column)):
                self._draw(painter, model, column, words)
        if self.hasFocus() and self.ask_of(self._current) is not None:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRect(self.place_of(self._current).adjusted(1, 1, -1, -1))
        painter.end()

    def _draw(self, painter: QPainter, model: Any, column: int, words: str) -> None:
        head, measure = self._view.horizontalHeader(), QFontMetricsF(theme.font(medium=True))
        painter.setPen(theme.color("ink1"))
        align = model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        lead = getattr(head, "lead", PAD) if column == 0 else PAD
        room = self.place_of(column).adjusted(lead, 0, -PAD, 0)
        flag = Qt.AlignmentFlag(align) if align is not None else Qt.AlignmentFlag.AlignLeft
        if model.headerData(column, Qt.Orientation.Horizontal, BAR_ROLE):
            room.adjust(0, 0, -BAR_WIDTH - 6, 0)
        wide = measure.horizontalAdvance(words)
        if wide > room.width() and flag & Qt.AlignmentFlag.AlignRight:
            room.setLeft(room.right() - wide)  # a sum may run over the empty cell at its left, never be cut
        elif wide > room.width():
            for after in range(column + 1, model.columnCount()):  # over empty cells, up to the next total
                if self._total(after) or head.isSectionHidden(after):
                    break
                room.setRight(head.sectionViewportPosition(after) + head.sectionSize(after) - PAD)
            words = measure.elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, flag | Qt.AlignmentFlag.AlignVCenter, words)
