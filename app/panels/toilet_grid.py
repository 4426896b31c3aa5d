"""The gacha × year grid: names and sums stay in place, years scroll between them; cells are dragged, typed,
locked."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QIntValidator, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.messages import text
from app.panels.models.toilet_rows import (
    LEFT_OVER,
    LOCK_ROLE,
    NAME,
    TOTAL,
    WEIGHT,
    WISH_ROLE,
    YEAR,
    ToiletModel,
)
from app.panels.quota_strip import Foot, QuotaStrip
from app.panels.rows import PAD, Index, RowDelegate, RowTable, number
from app.panels.totals_strip import TotalsStrip

GLYPH, GLYPH_ZONE = 11, 17  # px: the lock, and how much of a cell's left side it answers to
PX_A_STEP = 4  # of dragging, for one toilet more or less
NAME_WIDTH, YEAR_WIDTH, WEIGHT_WIDTH, TOTAL_WIDTH, LEFT_WIDTH = 96, 40, 34, 56, 36
TIGHT = 4  # px beside a heading where there is little room
WIDE_FROM = 380  # px of width from which what remains stands beside the sums


class GridDelegate(RowDelegate):
    """Draws a cell with its lock, and what is wished of it while it is dragged or cannot be."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        super().paint(painter, option, index)
        locked, wish = index.data(LOCK_ROLE), index.data(WISH_ROLE)
        box = QRectF(option.rect)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if wish != "refused" and (locked or (locked is False and hovered)):
            spot = QRectF(box.left() + 3, box.center().y() - GLYPH / 2, GLYPH, GLYPH)
            theme.paint_icon(painter, "lock" if locked else "lock-open", spot, "accent" if locked else "ink3")
        if wish:
            painter.save()
            painter.setPen(QPen(theme.color("bad" if wish == "refused" else "accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(1, 1, -1, -1))
            painter.restore()

    def createEditor(  # type: ignore[override]
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        """A field for a whole number, or for a weight."""
        field = QLineEdit(parent)
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        field.setStyleSheet("min-height: 0; padding: 0 3px;")
        if index.data(LOCK_ROLE) is not None:
            field.setValidator(QIntValidator(0, 99_999, field))
        return field

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with the cell's number."""
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole) or ""))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        """Wish for what was typed; what stands there already is no wish."""
        if (
            isinstance(editor, QLineEdit)
            and isinstance(model, ToiletModel)
            and editor.text() != str(index.data(Qt.ItemDataRole.EditRole) or "")
        ):
            model.setData(index, editor.text())


class YearsTable(RowTable):
    """The middle of the grid: cells that are dragged up and down, typed into, locked."""

    dragged = Signal(str, int, int)  # gacha code, year, number
    dropped = Signal()
    lock_asked = Signal(str, int)  # lock it, or set it free
    asked = Signal(object)  # the Ask of a cell

    def __init__(self) -> None:
        super().__init__(fills=False)
        self.setMouseTracking(True)
        self.setProperty("cell_focus", True)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.setTabKeyNavigation(False)
        self._from: tuple[str, int, int, float] | None = None  # gacha code, year, number, y of the mouse
        self._last: int | None = None
        self._most = 0  # one more than is needed: that it cannot be is told, further it need not go

    def _model(self) -> ToiletModel:
        return self.model()  # type: ignore[return-value]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a cell in hand; its left side is the lock."""
        index = self.indexAt(event.position().toPoint())
        cell = self._model().cell(index) if index.isValid() and self._model().writable else None
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            if event.position().x() < self.visualRect(index).left() + GLYPH_ZONE:
                self.setCurrentIndex(index)
                self.lock_asked.emit(*cell)
                return
            value = int(index.data(Qt.ItemDataRole.EditRole) or 0)
            self._from, self._last = (*cell, value, event.position().y()), value
            share = self._model().share(index.row())
            self._most = max(value, (share.need or 0) + 1 if share is not None else value)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Up is more, down is less."""
        if self._from is None or not event.buttons() & Qt.MouseButton.LeftButton:
            index = self.indexAt(event.position().toPoint())
            over = index.isValid() and self._model().cell(index) is not None and self._model().writable
            inside = over and event.position().x() >= self.visualRect(index).left() + GLYPH_ZONE
            self.viewport().setCursor(
                Qt.CursorShape.SizeVerCursor
                if inside
                else Qt.CursorShape.PointingHandCursor
                if over
                else Qt.CursorShape.ArrowCursor
            )
            if event.buttons() == Qt.MouseButton.NoButton:
                super().mouseMoveEvent(event)
            return
        code, year, begun, y = self._from
        value = begun + int((y - event.position().y()) / PX_A_STEP)
        value = min(max(0, value), self._most)
        if value != self._last:
            self._last = value
            self.dragged.emit(code, year, value)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the cell go."""
        moved = self._from is not None and self._last != self._from[2]
        held, self._from = self._from is not None, None
        super().mouseReleaseEvent(event)
        if held and moved:
            self.dropped.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """+ and − change a cell by one, Delete sets it free, Ctrl+L locks it, Ctrl+Enter asks where it is
        from."""
        index = self.currentIndex()
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            if index.isValid() and (ask := self._model().ask(index)) is not None:
                self.asked.emit(ask)
            return
        cell = self._model().cell(index) if index.isValid() and self._model().writable else None
        if cell is not None:
            value = int(index.data(Qt.ItemDataRole.EditRole) or 0)
            if event.key() == Qt.Key.Key_L and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
                self.lock_asked.emit(*cell)
                return
            if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
                self._model().wished.emit(
                    *cell, max(value + (1 if event.key() == Qt.Key.Key_Plus else -1), 0)
                )
                return
            if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                self._model().wished.emit(*cell, None)
                return
        super().keyPressEvent(event)


class ToiletGrid(QWidget):
    """Three tables over one model that scroll as one; the sums, and under them the quotas, stay below."""

    asked = Signal(object)  # the Ask of a number
    quota_asked = Signal(int, object)  # year, number or None (the plan's own)

    def __init__(self, model: ToiletModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.names, self.years, self.sums = RowTable(fills=False), YearsTable(), RowTable(fills=False)
        self.parts = (self.names, self.years, self.sums)
        self._quotas: dict[int, int] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.strips: list[TotalsStrip] = []
        self.quotas = QuotaStrip(self.years, model)
        self.quotas.asked.connect(self.quota_asked)
        self.years.asked.connect(self.asked)
        self._corner, self._whole = Foot(), Foot()
        for view, under in zip(self.parts, (self._corner, self.quotas, self._whole), strict=True):
            view.setModel(model)
            view.setItemDelegate(GridDelegate(view))
            view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            view.head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            view.head.sectionClicked.connect(self._sort)
            view.ask_of = model.ask
            strip = TotalsStrip(view, model.total, ask=model.total_ask)
            self.strips.append(strip)
            if view is not self.years:  # a cell of the years is typed into
                view.doubleClicked.connect(self._ask)
                view.show_hand(model.ask)
            column = QVBoxLayout()
            column.setSpacing(0)
            for part in (view, strip, under):
                column.addWidget(part, int(part is view))
            row.addLayout(column, int(view is self.years))
        self.names.head.lead = 14
        self.names.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sums.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sums.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.years.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for view in (self.names, self.sums):
            own = view.selectionModel()
            view.setSelectionModel(self.years.selectionModel())
            own.deleteLater()
            view.clicked.connect(lambda _index: self.years.setFocus(Qt.FocusReason.MouseFocusReason))
        for view in self.parts:
            for other in self.parts:
                if other is not view:
                    view.verticalScrollBar().valueChanged.connect(other.verticalScrollBar().setValue)
        self.years.horizontalScrollBar().valueChanged.connect(lambda _: self.quotas.place())
        model.modelReset.connect(self.fit)

    def _ask(self, index: QModelIndex) -> None:
        if (ask := self.model.ask(index)) is not None:
            self.asked.emit(ask)

    def fit(self) -> None:
        """Show each part its columns, give the years what is left; where that is too little they scroll."""
        beside = self.sums if self.width() >= theme.type_px(WIDE_FROM) else self.years
        parts = {NAME: self.names, YEAR: self.years, WEIGHT: self.years, TOTAL: self.sums, LEFT_OVER: beside}
        widths = {
            NAME: NAME_WIDTH,
            YEAR: YEAR_WIDTH,
            WEIGHT: WEIGHT_WIDTH,
            TOTAL: TOTAL_WIDTH,
            LEFT_OVER: LEFT_WIDTH,
        }
        unit, strong = theme.type_px(100) / 100, QFontMetricsF(theme.font(medium=True))
        for at, column in enumerate(self.model.columns):
            for view in self.parts:
                view.setColumnHidden(at, view is not parts[column.id])
                view.head.setMinimumSectionSize(20)
            words = QFontMetricsF(theme.font(theme.NOTE, medium=True)).horizontalAdvance(
                str(self.model.headerData(at, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole))
            )
            most = words + 2 * TIGHT
            if column.id == TOTAL:
                most = max(most, strong.horizontalAdvance(self.model.longest_sum()) + 2 * PAD + 1)
            parts[column.id].setColumnWidth(at, round(max(widths[column.id] * unit, most)))
        bar = self.sums.verticalScrollBar().sizeHint().width()
        self.names.setFixedWidth(self._wide(self.names))
        self.sums.setFixedWidth(self._wide(self.sums) + bar)
        for strip, foot, view in zip(self.strips, (self._corner, None, self._whole), self.parts, strict=True):
            if view is not self.years:
                strip.setFixedWidth(view.width())
                if foot is not None:
                    foot.setFixedWidth(view.width())
        tight = self._fill_years()
        self.years.setHorizontalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if tight else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        margin = self.years.horizontalScrollBar().sizeHint().height() if tight else 0
        for view in (self.names, self.sums):
            view.setContentsMargins(0, 0, 0, margin)
        for view in self.parts:
            view.head.sorted_column, view.head.sorted_down = self.model.sorted_by, self.model.down
            view.head.viewport().update()
        self._corner.say(text("grid_quota"), lead=14)
        self._say_whole()
        self.quotas.place()
        for strip in self.strips:
            strip.update()

    def _fill_years(self) -> bool:
        """Let the years take all the room there is; return whether it is too little for all columns.

        Then as many years as fit stand in it whole, and what comes after them is scrolled to.
        """
        room = self.width() - self.names.minimumWidth() - self.sums.minimumWidth()
        cells = [at for at, column in enumerate(self.model.columns) if column.id == YEAR]
        if not cells:
            return False
        wide = {at: self.years.columnWidth(at) for at in cells}
        spare = room - self._wide(self.years)
        tight = spare < 0
        if tight:
            cells = cells[: max(room // max(wide.values()), 1)]
            spare = max(room - sum(wide[at] for at in cells), 0)
        for place, at in enumerate(cells):
            more = spare * (place + 1) // len(cells) - spare * place // len(cells)
            self.years.setColumnWidth(at, wide[at] + more)
        return tight

    @staticmethod
    def _wide(view: RowTable) -> int:
        return sum(
            view.columnWidth(at) for at in range(view.model().columnCount()) if not view.isColumnHidden(at)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The years take what is left."""
        super().resizeEvent(event)
        self.fit()

    def show_quotas(self, quotas: dict[int, int], own: dict[int, int]) -> None:
        """Show the quotas that are wished for beside the plan's own."""
        self.quotas.show_quotas(quotas, own)
        self._quotas = quotas
        self._say_whole()
        for strip in self.strips:
            strip.update()

    def _say_whole(self) -> None:
        """The sum of the quotas, under the sum of the cells."""
        after = sum(
            self.sums.columnWidth(at)
            for at, column in enumerate(self.model.columns)
            if column.id == LEFT_OVER and not self.sums.isColumnHidden(at)
        )
        right = PAD + after + self.sums.verticalScrollBar().sizeHint().width()
        self._whole.say(number(sum(self._quotas.values())), right=right)

    def select(self, row: int) -> None:
        """Select a row, bring it into sight; -1 clears."""
        chosen = self.years.selectionModel()
        if row < 0:
            chosen.clearSelection()
            return
        first = next((at for at, column in enumerate(self.model.columns) if column.id == YEAR), 0)
        index = self.model.index(row, max(self.years.currentIndex().column(), first))
        flags = QItemSelectionModel.SelectionFlag
        chosen.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.years.scrollTo(index)

    def _sort(self, column: int) -> None:
        self.model.arrange(column=column)

    def index(self, code: str, year: int) -> QModelIndex:
        """Return the cell of a gacha and a year."""
        at = next(
            at for at, column in enumerate(self.model.columns) if (column.id, column.year) == (YEAR, year)
        )
        return self.model.index(self.model.line_of(code), at)

    def cell_middle(self, code: str, year: int) -> QPoint:
        """Return where in the years' viewport a cell's middle is, scrolled into sight."""
        index = self.index(code, year)
        self.years.scrollTo(index)
        return self.years.visualRect(index).center()

    def restyle(self) -> None:
        """Take the palette's sizes."""
        self.fit()
