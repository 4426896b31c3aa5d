"""The layer tree as it looks: theme headers, layer rows with box, swatch, badge, lock and count, legend rows.

Rows are painted; what a click means is decided by where it falls. The tree knows no plan.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDropEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSlider,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app import theme
from app.messages import text
from app.panels.rows import is_trace_key
from app.panels.swatch import Sign

KIND, THEME, COUNT, BADGE, LOCKED, SWATCH, DRAWABLE, SHOWN = (
    Qt.ItemDataRole.UserRole + at for at in range(8)
)
SWATCH_SIZE = QSize(26, 14)
MARGIN, BOX_X, SWATCH_X, NAME_X, LEGEND_X, LEGEND_NAME_X = 12, 28, 52, 88, 60, 94
BOX = 14
EYE = 18
SHORT_BADGE = "≈"
Index = QModelIndex | QPersistentModelIndex


class Tree(QTreeWidget):
    """Themes, their layers, their legends."""

    box_clicked = Signal(str)              # kind id
    group_clicked = Signal(str)            # theme id: show all of it, or hide all when all are shown
    moved = Signal(str, str, bool)         # kind id, other kind id, above
    opacity_dragged = Signal(str, float)   # while the slider moves
    opacity_set = Signal(str, float)
    menu_asked = Signal(str, str, QPoint)  # kind id or "", theme id, global place
    opened = Signal(str)                   # kind id: double click
    count_asked = Signal(str, int)         # kind id, row of its legend (-1: all): where is the count from

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = OpacityRow(self.viewport())
        self.slider.hide()
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDropIndicatorShown(True)
        self.setItemDelegate(Painter(self))
        self.slider.dragged.connect(lambda value: self.opacity_dragged.emit(self.current_kind(), value))
        self.slider.set.connect(lambda value: self.opacity_set.emit(self.current_kind(), value))
        self.currentItemChanged.connect(self._current_moved)
        self.itemExpanded.connect(self.place_slider)
        self.itemCollapsed.connect(self.place_slider)
        self.verticalScrollBar().valueChanged.connect(self.place_slider)

    # -- reading -----------------------------------------------------------------------------------

    def current_kind(self) -> str:
        """Return the kind of the selected layer, "" where none is."""
        item = self.currentItem()
        return str(item.data(0, KIND) or "") if item is not None else ""

    def items(self) -> list[QTreeWidgetItem]:
        """Return the rows of layers, top to bottom."""
        heads = [self.topLevelItem(at) for at in range(self.topLevelItemCount())]
        return [head.child(at) for head in heads for at in range(head.childCount())]

    def item_of(self, kind: str) -> QTreeWidgetItem | None:
        """Return the row of a layer."""
        return next((item for item in self.items() if item.data(0, KIND) == kind), None)

    # -- the opacity of the selected layer ---------------------------------------------------------

    def _current_moved(self, now: QTreeWidgetItem | None, before: QTreeWidgetItem | None) -> None:
        for item in (now, before):
            if item is not None:
                self.itemDelegate().sizeHintChanged.emit(self.indexFromItem(item))
        self.place_slider()

    def opens(self, item: QTreeWidgetItem | None) -> bool:
        """Whether a row shows its opacity: it is selected, and can be drawn."""
        return item is not None and item is self.currentItem() and bool(item.data(0, DRAWABLE))

    def place_slider(self, *_: Any) -> None:
        """Put the slider under the selected row's name."""
        item = self.currentItem()
        shown = self.opens(item) and not item.isHidden() and item.parent().isExpanded()
        if shown:
            row = self.visualItemRect(item)
            height = row_height()
            room = self.viewport().width() - MARGIN
            left = NAME_X if room - NAME_X >= self.slider.sizeHint().width() else BOX_X
            self.slider.setGeometry(left, row.top() + height - 2, max(room - left, 80), height)
        self.slider.setVisible(bool(shown))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the slider in its row."""
        super().resizeEvent(event)
        self.place_slider()

    def updateGeometries(self) -> None:
        """Keep the slider in its row when rows come and go."""
        super().updateGeometries()
        self.place_slider()

    # -- mouse and keys ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a box shows or hides, on a header folds, elsewhere selects."""
        place = event.position().toPoint()
        item = self.itemAt(place)
        if item is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif item.parent() is None:
            if eye_box(self.visualItemRect(item)).contains(place):
                self.group_clicked.emit(item.data(0, THEME))
            else:
                item.setExpanded(not item.isExpanded())
        elif self.count_at(place) is not None:
            self._ask(item)
        elif item.data(0, KIND) and place.x() < BOX_X - 3 and item.childCount():
            item.setExpanded(not item.isExpanded())
        elif item.data(0, DRAWABLE) and place.x() < SWATCH_X - 3:
            self.box_clicked.emit(item.data(0, KIND))
        elif item.data(0, KIND):
            super().mousePressEvent(event)

    def count_at(self, place: QPoint) -> QTreeWidgetItem | None:
        """Return the row of a layer or legend whose count stands at a place."""
        item = self.itemAt(place)
        if item is None or item.parent() is None or not item.data(0, COUNT):
            return None
        row = self.visualItemRect(item)
        font = QFontMetricsF(theme.font(theme.NOTE))
        wide = font.horizontalAdvance(str(item.data(0, COUNT))) + 4
        inside = row.right() - MARGIN - wide <= place.x() <= row.right() - MARGIN + 4
        return item if inside and place.y() <= row.top() + row_height() else None

    def _ask(self, item: QTreeWidgetItem) -> None:
        kind = str(item.data(0, KIND) or "")
        if kind:
            self.count_asked.emit(kind, -1)
        else:
            self.count_asked.emit(str(item.parent().data(0, KIND)), item.parent().indexOfChild(item))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over a count."""
        over = event.buttons() == Qt.MouseButton.NoButton and self.count_at(event.position().toPoint())
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        )
        super().mouseMoveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two clicks on a name ask for its table; on a box they are two clicks."""
        item = self.itemAt(event.position().toPoint())
        if self.count_at(event.position().toPoint()) is not None:
            return  # the first of the two clicks has asked
        if item is not None and item.data(0, KIND) and event.position().x() >= SWATCH_X - 3:
            self.opened.emit(item.data(0, KIND))
        else:
            self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space shows or hides; Enter folds a header; Ctrl+Enter asks where a count is from."""
        item = self.currentItem()
        if is_trace_key(event):
            if item is not None and item.parent() is not None:
                self._ask(item)
        elif item is not None and event.key() == Qt.Key.Key_Space:
            if item.parent() is None:
                self.group_clicked.emit(item.data(0, THEME))
            elif item.data(0, DRAWABLE):
                self.box_clicked.emit(item.data(0, KIND))
        elif (
            item is not None
            and item.parent() is None
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            item.setExpanded(not item.isExpanded())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of a row."""
        item = self.itemAt(event.pos())
        if item is not None:
            kind = str(item.data(0, KIND) or "")
            if kind:
                self.setCurrentItem(item)
            self.menu_asked.emit(kind, str(item.data(0, THEME) or ""), event.globalPos())

    def dropEvent(self, event: QDropEvent) -> None:
        """A row dropped above or below another takes its place in the drawing order; rows stay where they are
        until the plan has changed."""
        target = self.itemAt(event.position().toPoint())
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if target is None or not target.data(0, DRAWABLE) or not self.current_kind():
            return
        above = event.position().y() < self.visualItemRect(target).center().y()
        if target.data(0, KIND) != self.current_kind():
            self.moved.emit(self.current_kind(), target.data(0, KIND), above)


class Painter(QStyledItemDelegate):
    """Paints the rows of a `Tree`."""

    def __init__(self, tree: Tree) -> None:
        super().__init__(tree)
        self._tree = tree

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A row is 28 high; the selected layer's has a second line, a legend's is lower."""
        item = self._tree.itemFromIndex(index)
        if item is not None and item.parent() is not None and not item.data(0, KIND):
            return QSize(100, theme.metric(23))
        return QSize(
            100, row_height() * (2 if self._tree.opens(item) else 1) - (4 if self._tree.opens(item) else 0)
        )

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        item = self._tree.itemFromIndex(index)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if item.parent() is None:
            self._header(painter, option.rect, item, hovered)
        elif item.data(0, KIND):
            self._layer(painter, option.rect, item, hovered)
        else:
            self._legend(painter, option.rect, item)
        if focused and self._tree.property("by_key"):
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(option.rect).adjusted(1, 1, -1, -1))
        painter.restore()

    def _header(self, painter: QPainter, row: QRect, item: QTreeWidgetItem, hovered: bool) -> None:
        if hovered:
            painter.fillRect(row, theme.color("sunken"))
        _chevron(painter, row, MARGIN, item.isExpanded(), 14)
        right = row.right() - MARGIN
        right = _right_text(painter, row, right, str(item.data(0, COUNT)), "ink3", theme.font(theme.NOTE))
        if hovered:
            name = "eye" if item.data(0, SHOWN) else "eye-off"
            theme.paint_icon(painter, name, QRectF(eye_box(row)), "ink2")
            right = eye_box(row).left() - 4
        _name(painter, row, 32, right, item.text(0), "ink1", theme.font(medium=True))

    def _layer(self, painter: QPainter, row: QRect, item: QTreeWidgetItem, hovered: bool) -> None:
        if item is self._tree.currentItem():
            painter.fillRect(row, theme.color("row_sel"))
            painter.fillRect(QRect(row.left(), row.top(), 3, row.height()), theme.color("accent"))
        elif hovered:
            painter.fillRect(row, theme.color("sunken"))
        line = QRect(row.left(), row.top(), row.width(), row_height())
        if item.childCount():
            _chevron(painter, line, MARGIN, item.isExpanded(), 12)
        shown = item.checkState(0) == Qt.CheckState.Checked
        if item.data(0, DRAWABLE):
            _box(painter, line, shown)
        _swatch(painter, line, SWATCH_X, item, 1.0 if shown or not item.data(0, DRAWABLE) else 0.45)
        right = _right_text(painter, line, line.right() - MARGIN, str(item.data(0, COUNT)), "ink2",
                            theme.font(theme.NOTE))
        if item.data(0, LOCKED):
            box = QRectF(right - 20, line.center().y() - 6.5, 14, 14)
            theme.paint_icon(painter, "lock", box, "warn")
            right = int(box.left()) - 2
        elif item.data(0, BADGE):
            words = str(item.data(0, BADGE))
            painter.setFont(theme.font(theme.NOTE - 1))
            room = right - 16 - painter.fontMetrics().horizontalAdvance(words) - NAME_X
            painter.setFont(theme.font())
            if painter.fontMetrics().horizontalAdvance(item.text(0)) > room:
                words = SHORT_BADGE  # the name needs the room; the tip says it in words
            right = _badge(painter, line, right - 4, words)
        _name(painter, line, NAME_X, right, item.text(0), "ink1" if shown else "ink3", theme.font())

    def _legend(self, painter: QPainter, row: QRect, item: QTreeWidgetItem) -> None:
        shown = item.parent().checkState(0) == Qt.CheckState.Checked
        _swatch(painter, row, LEGEND_X, item, 1.0 if shown else 0.45)
        right = _right_text(painter, row, row.right() - MARGIN, str(item.data(0, COUNT)), "ink3",
                            theme.font(theme.NOTE))
        _name(
            painter,
            row,
            LEGEND_NAME_X,
            right,
            item.text(0),
            "ink2" if shown else "ink3",
            theme.font(theme.NOTE),
        )


class OpacityRow(QFrame):
    """Opacity of the selected layer: a slider from 0 to 100 %."""

    dragged = Signal(float)
    set = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 2)
        layout.setSpacing(8)
        self._word, self._percent = QLabel(), QLabel()
        for label in (self._word, self._percent):
            theme.set_role(label, "note")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setMinimumWidth(48)
        self._percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._word)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self._percent)
        self.slider.valueChanged.connect(self._changed)
        self.slider.sliderReleased.connect(lambda: self.set.emit(self.slider.value() / 100))
        self._quiet = False
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the current language."""
        self._word.setText(text("layers_opacity"))
        self.slider.setAccessibleName(text("layers_opacity"))
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("100%") + 2)

    def show_value(self, opacity: float, *, enabled: bool) -> None:
        """Show a layer's opacity (0 to 1)."""
        self._quiet = True
        if not self.slider.isSliderDown():
            self.slider.setValue(round(opacity * 100))
        self._percent.setText(f"{self.slider.value()}%")
        self.slider.setEnabled(enabled)
        self._quiet = False

    def _changed(self, value: int) -> None:
        self._percent.setText(f"{value}%")
        if self._quiet:
            return
        if self.slider.isSliderDown():
            self.dragged.emit(value / 100)
        else:  # a key or a click beside the handle
            self.set.emit(value / 100)


# -- parts of a row --------------------------------------------------------------------------------

def row_height() -> int:
    """Return the height of a layer's row."""
    return theme.metric(28)


def eye_box(row: QRect) -> QRect:
    """Return where the eye of a header stands."""
    return QRect(row.right() - MARGIN - 62, row.center().y() - EYE // 2 + 1, EYE, EYE)


def _chevron(painter: QPainter, row: QRect, x: int, open_: bool, size: int) -> None:
    box = QRectF(row.left() + x - 2, row.top() + (row.height() - size) / 2, size, size)
    theme.paint_icon(painter, "chevron-down" if open_ else "chevron-right", box, "ink2")


def _box(painter: QPainter, row: QRect, checked: bool) -> None:
    box = QRectF(row.left() + BOX_X + 0.5, row.top() + (row.height() - BOX) // 2 + 0.5, BOX - 1, BOX - 1)
    painter.setPen(QPen(theme.color("accent" if checked else "control"), 1))
    painter.setBrush(theme.color("accent" if checked else "panel"))
    painter.drawRoundedRect(box, 3, 3)
    if checked:
        theme.paint_icon(painter, "check", box.adjusted(0.5, 0.5, -0.5, -0.5), "panel")


def _swatch(painter: QPainter, row: QRect, x: int, item: QTreeWidgetItem, opacity: float) -> None:
    sign = item.data(0, SWATCH)
    if sign is not None:
        picture = sign.picture() if isinstance(sign, Sign) else sign
        painter.setOpacity(opacity)
        size = picture.deviceIndependentSize()
        painter.drawPixmap(row.left() + x + round((SWATCH_SIZE.width() - size.width()) / 2),
                           row.top() + round((row.height() - size.height()) / 2), picture)
        painter.setOpacity(1.0)


def _right_text(painter: QPainter, row: QRect, right: int, words: str, token: str, font: Any) -> int:
    painter.setFont(font)
    painter.setPen(theme.color(token))
    painter.drawText(QRect(row.left(), row.top(), right - row.left(), row.height()),
                     Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
    return right - painter.fontMetrics().horizontalAdvance(words) - 4


def _badge(painter: QPainter, row: QRect, right: int, words: str) -> int:
    painter.setFont(theme.font(theme.NOTE - 1))
    width = painter.fontMetrics().horizontalAdvance(words) + 8
    height = theme.metric(17)
    box = QRectF(right - width + 0.5, row.top() + (row.height() - height) // 2 + 0.5, width - 1, height - 1)
    painter.setPen(QPen(theme.color("control"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(theme.color("ink3"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    return right - width - 4


def _name(painter: QPainter, row: QRect, x: int, right: int, words: str, token: str, font: Any) -> None:
    painter.setFont(font)
    painter.setPen(theme.color(token))
    room = QRect(row.left() + x, row.top(), max(right - x - row.left(), 0), row.height())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                     painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width()))
