"""The row of years: a cell a year with its column; click, drag and arrow keys change the year."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app import theme
from app.messages import text
from app.panels.gap_summary import year_token
from app.panels.models.years import Cell, Years
from app.panels.rows import number

LEAST, COLUMN, DONE, PAD = 56, 22, 5, 6  # px: a cell, its column, the bar of what was built, round a cell
TWO_LINES_FROM = 66  # px of height from which what was built stands under the number


class YearStrip(QWidget):
    """Years side by side; the one that is looked at is framed. None: all records are looked at."""

    chosen = Signal(object)  # a year, or None
    play_asked = Signal()
    asked = Signal(str, int)  # `asked`, `planned` or `done` of a year: where the number is from

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.years = Years()
        self.year: int | None = None
        self.moved: frozenset[int] = frozenset()  # years of which a changed rule moved a number
        self._ring = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(False)

    def show_years(self, years: Years, year: int | None) -> None:
        """Show other years, or the same with another one looked at."""
        self.years, self.year = years, year
        shown = text("timeline_all") if year is None else str(year)
        self.setAccessibleName(text("timeline_name", year=shown))
        self.setAccessibleDescription(text("timeline_keys"))
        self.setMinimumWidth(LEAST * max(len(years.cells), 1))
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(120 * max(len(self.years.cells), 1), theme.metric(52))

    def cell_box(self, at: int) -> QRectF:
        """Return where the cell `at` is."""
        wide = self.width() / max(len(self.years.cells), 1)
        return QRectF(at * wide, 0, wide, self.height()).adjusted(PAD / 2, 3, -PAD / 2, -3)

    # -- changing the year -------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look at the year under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Dragging scrubs through the years."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose_at(event.position().x())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click asks where a year's number is from: that under the mouse."""
        cells = self.years.cells
        if event.button() == Qt.MouseButton.LeftButton and cells:
            at = self._at(event.position().x())
            below = event.position().y() > (self.cell_box(at).top() + self._base()) / 2
            self._ask(cells[at], done=below and self._two_lines(cells[at]))

    def _ask(self, cell: Cell, *, done: bool) -> None:
        """Ask for what was built, else for the number beside the column."""
        if cell.number is None and cell.done is None:
            return
        if done and cell.done is not None:
            self.asked.emit("done", cell.year)
        else:
            self.asked.emit("planned" if cell.planned is not None else "asked", cell.year)

    def _two_lines(self, cell: Cell) -> bool:
        """Whether what was built stands under the number."""
        reached = self.years.reached(cell, self.year) and cell.done is not None
        return reached and self.height() >= theme.metric(TWO_LINES_FROM)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows step, Home and End go to the ends, Space plays, Escape shows all records; Enter asks where
        the number of the year that is looked at is from, with Shift what was built in it."""
        years = [cell.year for cell in self.years.cells]
        key, last = event.key(), len(years) - 1
        at = years.index(self.year) if self.year in years else None
        places = {
            Qt.Key.Key_Left: last if at is None else max(at - 1, 0),
            Qt.Key.Key_Right: 0 if at is None else min(at + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if key == Qt.Key.Key_Space:
            self.play_asked.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at is not None:
            built = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._ask(self.years.cells[at], done=built)
        elif key == Qt.Key.Key_Escape:
            self._choose(None)
        elif key in places and years:
            self._choose(years[places[Qt.Key(key)]])
        else:
            super().keyPressEvent(event)

    def _choose_at(self, x: float) -> None:
        if self.years.cells:
            self._choose(self.years.cells[self._at(x)].year)

    def _at(self, x: float) -> int:
        """Which cell is under a place."""
        last = len(self.years.cells) - 1
        return min(max(int(x * (last + 1) / max(self.width(), 1)), 0), last)

    def _choose(self, year: int | None) -> None:
        if year != self.year:
            self.chosen.emit(year)

    # -- how it looks ------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring is for those who came by key."""
        self._ring = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No ring any more."""
        self._ring = False
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """A cell's tip says its numbers in words."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.years.cells:
            cell = self.years.cells[
                min(int(event.x() * len(self.years.cells) / max(self.width(), 1)), len(self.years.cells) - 1)
            ]
            QToolTip.showText(event.globalPos(), f"{self.words(cell)}\n{text('timeline_keys')}", self)
            return True
        return super().event(event)

    def words(self, cell: Cell) -> str:
        """Return what a cell says."""
        if cell.at < 0:
            return text("timeline_baseline_tip", year=cell.year)
        key = "timeline_year_scheme_tip" if self.years.scheme else "timeline_year_tip"
        return text(
            key,
            year=cell.year,
            asked=number(cell.asked),
            done=number(cell.done),
            planned=number(cell.planned),
            scheme=self.years.scheme,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the base line, the frame, the columns, the numbers, the years."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        base = self._base()
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(0, round(base), self.width(), round(base))
        for at, cell in enumerate(self.years.cells):
            box = self.cell_box(at)
            if cell.year == self.year:
                painter.setPen(QPen(theme.color("accent"), 1))
                painter.setBrush(theme.color("accent_pale"))
                painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
                painter.setPen(QPen(theme.color("control"), 1))
                painter.drawLine(round(box.left()) + 1, round(base), round(box.right()) - 1, round(base))
            self._cell(painter, cell, box, base)
        if self._ring:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def _base(self) -> float:
        return self.height() - theme.type_px(theme.NOTE) - 11

    def _cell(self, painter: QPainter, cell: Cell, box: QRectF, base: float) -> None:
        current = cell.year == self.year
        painter.setFont(theme.font(theme.NOTE, medium=current))
        painter.setPen(theme.color("ink1" if current else "ink2"))
        foot = QRectF(box.left(), base + 1, box.width(), box.bottom() - base - 1)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, str(cell.year))
        head = QRectF(box.left(), box.top(), box.width(), base - box.top())
        if cell.at < 0:
            painter.setFont(theme.font(theme.NOTE))
            painter.setPen(theme.color("ink1" if current else "ink2"))
            painter.drawText(head, Qt.AlignmentFlag.AlignCenter, text("timeline_baseline"))
            return
        if cell.number is None:
            return
        self._with_column(painter, cell, head, base)

    def _with_column(self, painter: QPainter, cell: Cell, head: QRectF, base: float) -> None:
        reached = self.years.reached(cell, self.year)
        words = f"● {number(cell.number)}" if cell.year in self.moved else number(cell.number)
        two = self._two_lines(cell)
        done = text("timeline_done", number=number(cell.done)) if two else ""
        big, small = theme.font(theme.TAB, medium=True), theme.font(theme.NOTE)
        wide = max(
            QFontMetricsF(big).horizontalAdvance(words),
            QFontMetricsF(small).horizontalAdvance(done) if two else 0,
        )
        bar = (DONE + 2) if self.years.scheme and reached else 0
        column = theme.metric(COLUMN)
        left = head.center().x() - (column + bar + 6 + wide) / 2
        self._column(
            painter, cell, QRectF(left, head.top() + 5, column, base - head.top() - 5), reached=reached
        )
        beside = QRectF(left + column + bar + 6, head.top(), wide + 4, head.height())
        painter.setPen(theme.color("ink1"))
        painter.setFont(big)
        if not two:
            painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, words)
            return
        half = beside.height() / 2
        painter.drawText(beside.adjusted(0, 2, 0, -half + 1), Qt.AlignmentFlag.AlignVCenter, words)
        painter.setFont(small)
        painter.setPen(theme.color("ink2"))
        painter.drawText(beside.adjusted(0, half - 3, 0, -2), Qt.AlignmentFlag.AlignVCenter, done)

    def _column(self, painter: QPainter, cell: Cell, room: QRectF, *, reached: bool) -> None:
        """What is still to come is hollow; a year that has come is filled: as planned, else as far as it was
        built."""
        cells = self.years.quotas
        largest = max(
            [value for one in cells for value in (one.asked, one.planned, one.done) if value], default=1
        )

        def box(value: int | None, left: float, wide: float) -> QRectF:
            tall = room.height() * (value or 0) / largest
            return QRectF(left, room.bottom() - tall, wide, tall)

        edge = QPen(theme.color("year_edge"), 1)
        dashed = QPen(edge)
        dashed.setDashPattern([2, 2])
        fill = theme.color(year_token(cell.at, len(cells)))
        filled = (cell.planned if self.years.scheme else cell.done) if reached else None
        if cell.asked is not None and cell.asked != filled:
            painter.setPen(dashed)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box(cell.asked, room.left(), room.width()))
        if filled is not None:
            painter.setPen(edge)
            painter.setBrush(fill)
            painter.drawRect(box(filled, room.left(), room.width()))
        elif self.years.scheme and cell.planned != cell.asked:
            painter.setPen(dashed)
            painter.setBrush(theme.color("panel"))
            painter.drawRect(box(cell.planned, room.left(), room.width()))
        if self.years.scheme and reached and cell.done:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("year_edge"))
            painter.drawRect(box(cell.done, room.right() + 2, DONE))

    def restyle(self) -> None:
        """Take the palette's colours."""
        self.update()
