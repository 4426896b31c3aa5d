"""The table of the panels: rows of 28, hair-lines across, numbers right, bars in cells, totals that stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app import theme
from app.panels.chips import chip_size, paint_chip
from layers.provenance import Ask

ROW, HEAD, PAD = 28, 30, 7
FIRST = 116  # the least width of the column with the names
BAR_WIDTH, BAR_HEIGHT = 30, 9

SORT_ROLE = int(Qt.ItemDataRole.UserRole) + 1
BAR_ROLE = SORT_ROLE + 1  # (share of the longest bar 0..1, colour token)
CHIP_ROLE = SORT_ROLE + 2  # a key of chips.CHIPS, or (key, word)
GROUP_ROLE = SORT_ROLE + 3  # True: a heading of a group
STRONG_ROLE = SORT_ROLE + 4  # True: in medium weight
GLYPH_ROLE = SORT_ROLE + 5  # an icon drawn in the middle of the cell
SPARE_ROLE = SORT_ROLE + 6  # of a heading: its column goes when the table is too narrow, 1 first

Index = QModelIndex | QPersistentModelIndex


def number(value: float | None, *, digits: int | None = None) -> str:
    """Return a number with thousands commas, a dash for what is not known."""
    if value is None:
        return "—"
    if digits is not None:
        return f"{value:,.{digits}f}"
    return (
        f"{value:,}"
        if isinstance(value, int)
        else f"{int(value):,}"
        if float(value).is_integer()
        else f"{value:,.4g}"
        if abs(value) < 1000
        else f"{value:,.1f}"
    )


def is_trace_key(event: Any) -> bool:
    """Whether a key asks where a value is from that Enter alone would edit: Ctrl+Enter."""
    if not isinstance(event, QKeyEvent) or event.type() != QKeyEvent.Type.KeyPress:
        return False
    control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
    return bool(control) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Head(QHeaderView):
    """The head of a table: 12 Medium on `sunken`; the sorted column in accent with an arrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSortIndicatorShown(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sorted_column, self.sorted_down = -1, True
        self.lead = PAD  # room before the first column
        self._left_out: set[int] = set()
        self._wanted: list[int] = []  # px: what each column's words need

    def sizeHint(self) -> QSize:
        """30 high."""
        return QSize(super().sizeHint().width(), theme.metric(HEAD))

    def fit_first(self) -> None:
        """Give every column what it needs and the first what is left, but never so little that names go.

        Where that is too much, columns that can be spared (`SPARE_ROLE`) are left out until it fits.
        """
        view = self.parent()
        if not isinstance(view, QTableView) or not self.count():
            return
        if isinstance(view, RowTable) and not view.isVisible():
            view.unfitted = True  # words are measured when they are seen
            return
        self.setMinimumSectionSize(24)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._take_all_back()
        view.resizeColumnsToContents()
        self._fit_totals(getattr(view, "least", _none))
        self._wanted = [self.sectionSize(at) for at in range(self.count())]
        self._share(view)

    def fit_room(self) -> None:
        """As `fit_first` where only the room has changed: the words are not measured again."""
        view = self.parent()
        if not isinstance(view, QTableView) or len(self._wanted) != self.count() or not self._wanted:
            self.fit_first()
            return
        self._take_all_back()
        for at, wide in enumerate(self._wanted):
            self.resizeSection(at, wide)
        self._share(view)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """What was measured holds for the rows as they were."""
        super().setModel(model)
        self._forget()
        if model is not None:
            for told in (model.modelReset, model.dataChanged, model.rowsInserted, model.layoutChanged):
                told.connect(self._forget)

    def _forget(self) -> None:
        self._wanted = []

    def _take_all_back(self) -> None:
        for at in self._left_out:
            self.setSectionHidden(at, False)
        self._left_out.clear()

    def _share(self, view: QTableView) -> None:
        """Leave out what can be spared until the rest has room; the first column takes what is left."""
        room, least = view.viewport().width(), theme.metric(FIRST)
        spare = {
            at: self.model().headerData(at, Qt.Orientation.Horizontal, SPARE_ROLE)
            for at in range(1, self.count())
        }
        for at in sorted((at for at, order in spare.items() if order), key=lambda at: spare[at]):
            if least + self._others() <= room:
                break
            self.setSectionHidden(at, True)
            self._left_out.add(at)
        self.resizeSection(0, max(room - self._others(), least))

    def _fit_totals(self, least: Callable[[int], float]) -> None:
        """Make room for the totals; one at the right edge of its column may run over those without at its
        left."""
        right, before = Qt.AlignmentFlag.AlignRight, 0
        for at in range(1, self.count()):
            wanted, wide = round(least(at)), self.sectionSize(at)
            align = self.model().headerData(
                at, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole
            )
            over = before if align is not None and Qt.AlignmentFlag(align) & right else 0
            self.resizeSection(at, max(wide, wanted - over))
            spared = self.model().headerData(at, Qt.Orientation.Horizontal, SPARE_ROLE)
            before = 0 if wanted or spared else before + wide

    def _others(self) -> int:
        """The width of all columns but the first."""
        return sum(self.sectionSize(at) for at in range(1, self.count()) if not self.isSectionHidden(at))

    def sectionSizeFromContents(self, logical: int) -> QSize:
        """Room for the words and the arrow."""
        words = str(
            self.model().headerData(logical, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole) or ""
        )
        wide = QFontMetricsF(theme.font(theme.NOTE, medium=True)).horizontalAdvance(words)
        bar = BAR_WIDTH + 6 if self.model().headerData(logical, Qt.Orientation.Horizontal, BAR_ROLE) else 0
        arrow = 14 if logical == self.sorted_column and not bar else 0
        return QSize(round(wide) + 2 * PAD + 2 + arrow + bar, theme.metric(HEAD))

    def paintSection(self, painter: QPainter, rect: Any, logical: int) -> None:
        """Draw one heading."""
        model = self.model()
        words = str(model.headerData(logical, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole) or "")
        align = model.headerData(logical, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        right = bool(align is not None and Qt.AlignmentFlag(align) & Qt.AlignmentFlag.AlignRight)
        current = logical == self.sorted_column
        box = QRectF(rect)
        painter.save()
        painter.fillRect(box, theme.color("sunken"))
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(box.bottomLeft() + _half(), box.bottomRight() + _half())
        font = theme.font(theme.NOTE, medium=True)
        painter.setFont(font)
        painter.setPen(theme.color("accent" if current else "ink2"))
        # Words at the right may use the room before them: columns of numbers are narrow.
        before = self.lead if self.visualIndex(logical) == 0 else 2 if right else PAD
        room = box.adjusted(before, 0, -PAD, 0)
        if model.headerData(logical, Qt.Orientation.Horizontal, BAR_ROLE):
            room.adjust(0, 0, -BAR_WIDTH + 8, 0)
        arrow = 14 if current else 0
        measure = QFontMetricsF(font)
        shown = measure.elidedText(words, Qt.TextElideMode.ElideRight, max(room.width() - arrow, 0))
        width = measure.horizontalAdvance(shown)
        left = room.right() - width - arrow if right else room.left()
        painter.drawText(
            QRectF(left, room.top(), width + 2, room.height()), Qt.AlignmentFlag.AlignVCenter, shown
        )
        if current:
            theme.paint_icon(
                painter,
                "chevron-down" if self.sorted_down else "chevron-up",
                QRectF(left + width + 2, room.center().y() - 6, 12, 12),
                "accent",
            )
        painter.restore()


class RowDelegate(QStyledItemDelegate):
    """Draws a cell: ground, hair-line, the map's mark on the selected row, then text, bar, chip or glyph."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        box = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        group = bool(index.data(GROUP_ROLE))
        painter.save()
        painter.fillRect(box, theme.color("row_sel" if chosen else "sunken" if group else "panel"))
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(box.bottomLeft() + _half(), box.bottomRight() + _half())
        if chosen and self._first(index):
            painter.fillRect(QRectF(box.left(), box.top(), 3, box.height()), theme.color("sel"))
            painter.fillRect(QRectF(box.left() + 3, box.top(), 1.5, box.height()), theme.color("sel_case"))
        room = box.adjusted(self.lead if self._first(index) else PAD, 0, -PAD, 0)
        chip, bar, glyph = index.data(CHIP_ROLE), index.data(BAR_ROLE), index.data(GLYPH_ROLE)
        if chip:
            kind, word = chip if isinstance(chip, tuple) else (chip, None)
            paint_chip(painter, room, kind, word=word)
        else:
            if bar is not None:
                self._bar(painter, room, bar)
                room.adjust(0, 0, -BAR_WIDTH - 6, 0)
            if glyph:
                theme.paint_icon(
                    painter,
                    glyph,
                    QRectF(
                        room.right() - 16 if bar is None else box.right() - PAD - 22,
                        room.center().y() - 8,
                        16,
                        16,
                    ),
                    "ink2",
                )
                room.adjust(0, 0, -20 if bar is None else 0, 0)
            self._text(painter, room, index, group)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if focused and isinstance(option.widget, QAbstractItemView) and cell_focus(option.widget):
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As wide as its words, a row high."""
        chip = index.data(CHIP_ROLE)
        if chip:
            kind, word = chip if isinstance(chip, tuple) else (chip, None)
            return QSize(chip_size(kind, word=word).width() + 2 * PAD, theme.metric(ROW))
        if index.data(GROUP_ROLE) and index.column():
            return QSize(0, theme.metric(ROW))  # a sum of a group may run over the empty cells at its left
        words = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        width = (
            QFontMetricsF(theme.font(medium=bool(index.data(STRONG_ROLE)))).horizontalAdvance(words)
            + 2 * PAD
            + 2
        )
        if index.data(BAR_ROLE) is not None:
            width += BAR_WIDTH + 6
        return QSize(round(width), theme.metric(ROW))

    @property
    def lead(self) -> int:
        """Room before the first column: the table's."""
        view = self.parent()
        return view.head.lead if isinstance(view, RowTable) else PAD

    @staticmethod
    def _first(index: Index) -> bool:
        return index.column() == 0

    @staticmethod
    def _text(painter: QPainter, room: QRectF, index: Index, group: bool) -> None:
        words = index.data(Qt.ItemDataRole.DisplayRole)
        if words in (None, ""):
            return
        token = index.data(Qt.ItemDataRole.ForegroundRole) or ("ink3" if words == "—" else "ink1")
        strong = group or bool(index.data(STRONG_ROLE))
        font = theme.font(theme.NOTE if group else theme.TEXT, medium=strong)
        painter.setFont(font)
        painter.setPen(theme.color(token))
        align = index.data(Qt.ItemDataRole.TextAlignmentRole) or Qt.AlignmentFlag.AlignLeft
        if group and align == Qt.AlignmentFlag.AlignRight:
            room.setLeft(min(room.left(), room.right() - QFontMetricsF(font).horizontalAdvance(str(words))))
        # Line feeds in a value would push the words out of their row.
        flat = " ".join(str(words).split("\n"))
        # The two ends of a name tell it from another: 巴彦…（锡尼河东）.
        cut = Qt.TextElideMode.ElideMiddle if index.column() == 0 else Qt.TextElideMode.ElideRight
        shown = QFontMetricsF(font).elidedText(flat, cut, room.width() + 1)
        painter.drawText(room, Qt.AlignmentFlag(align) | Qt.AlignmentFlag.AlignVCenter, shown)

    @staticmethod
    def _bar(painter: QPainter, room: QRectF, bar: tuple[float, str]) -> None:
        share, token = bar
        if share <= 0:
            return
        left = room.right() - BAR_WIDTH
        shape = QRectF(
            left, room.center().y() - BAR_HEIGHT / 2, max(2.0, BAR_WIDTH * min(share, 1.0)), BAR_HEIGHT
        )
        painter.fillRect(shape, theme.color(token))
        painter.setPen(QPen(theme.color("need4"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(shape.adjusted(0.5, 0.5, -0.5, -0.5))


def _none(_column: int) -> float:
    return 0.0


def cell_focus(view: QAbstractItemView) -> bool:
    """Whether a view shows which cell has the focus (tables that are edited do)."""
    return view.hasFocus() and bool(view.property("cell_focus"))


def _half() -> QPointF:
    return QPointF(0, -0.5)


class RowTable(QTableView):
    """A table of the panels; `fills`: its first column takes the width that is left."""

    def __init__(self, parent: QWidget | None = None, *, fills: bool = True) -> None:
        super().__init__(parent)
        self.fills, self.unfitted = fills, False
        self.least: Callable[[int], float] = _none  # the width that a column's total needs
        self.ask_of: Callable[[QModelIndex], Ask | None] = lambda _index: None
        self.setHorizontalHeader(Head(self))
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(RowDelegate(self))
        self.setTabKeyNavigation(False)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.restyle()

    def show_hand(self, ask_of: Callable[[QModelIndex], Ask | None]) -> None:
        """Show a hand over cells whose number can be asked where it is from; ask_of: what names it."""
        shapes = Qt.CursorShape
        self.ask_of = ask_of
        self.setMouseTracking(True)
        self.entered.connect(lambda index: self.viewport().setCursor(
            shapes.ArrowCursor if ask_of(index) is None else shapes.PointingHandCursor))  # fmt: skip
        self.viewportEntered.connect(lambda: self.viewport().setCursor(shapes.ArrowCursor))

    @property
    def head(self) -> Head:
        """Its head."""
        return self.horizontalHeader()  # type: ignore[return-value]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The first column takes what the others leave."""
        super().resizeEvent(event)
        if self.fills:
            self.head.fit_room()

    def showEvent(self, event: QShowEvent) -> None:
        """Columns whose contents have changed out of sight get their room."""
        super().showEvent(event)
        if self.unfitted:
            self.unfitted = False
            self.head.fit_first()

    def restyle(self) -> None:
        """Take the palette's sizes."""
        rows = self.verticalHeader()
        rows.setMinimumSectionSize(theme.metric(ROW))
        rows.setDefaultSectionSize(theme.metric(ROW))
        self.head.setMinimumHeight(theme.metric(HEAD))
        self.head.setMaximumHeight(theme.metric(HEAD))
        self.viewport().update()
