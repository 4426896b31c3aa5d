"""The page of a sheet on the screen: looked at, and its frames chosen, dragged and stretched on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QLabel

from app import theme
from app.messages import text, tr
from layers.maps.paper_parts import Box, Paper
from layers.maps.sheet_edit import guides, moved, placed, snapped, stretched
from layers.maps.sheet_parts import Parts

HANDLES = {
    "nw": (0.0, 0.0), "n": (0.5, 0.0), "ne": (1.0, 0.0), "e": (1.0, 0.5),
    "se": (1.0, 1.0), "s": (0.5, 1.0), "sw": (0.0, 1.0), "w": (0.0, 0.5),
}  # fmt: skip
_CURSORS = {
    "nw": Qt.CursorShape.SizeFDiagCursor, "se": Qt.CursorShape.SizeFDiagCursor,
    "ne": Qt.CursorShape.SizeBDiagCursor, "sw": Qt.CursorShape.SizeBDiagCursor,
    "n": Qt.CursorShape.SizeVerCursor, "s": Qt.CursorShape.SizeVerCursor,
    "e": Qt.CursorShape.SizeHorCursor, "w": Qt.CursorShape.SizeHorCursor,
}  # fmt: skip
HANDLE_PX, NEAR_PX, LONG_PX = 8, 5, 34
STEP_MM, LARGE_STEP_MM = 1.0, 10.0
_KEYS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


@dataclass
class _Drag:
    """A drag under way. handle: "" moves. start: mm. before: the frames as they were."""

    handle: str
    start: tuple[float, float]
    before: Parts
    lines: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    pieces: list[tuple[int, QPixmap]] = field(default_factory=list)
    moved: bool = False


class Page(QLabel):
    """The picture of a page; with `arrange` its frames can be worked on.

    `chosen`: places of frames were chosen (the last one counts for widths). `changed`: frames after a drag.
    `nudged`: mm, by keys. `dropped`: Delete was pressed.
    """

    chosen = Signal(list)
    changed = Signal(object)
    nudged = Signal(float, float)
    dropped = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.set_role(self, "sunken")
        self.setMouseTracking(True)
        self.parts: Parts = ()
        self.at: list[int] = []
        self._paper: Paper | None = None
        self._margins = (0.0, 0.0, 0.0, 0.0)
        self._drag: _Drag | None = None
        self._ghosts: list[tuple[int, QPixmap]] = []

    def arrange(
        self, parts: Parts, paper: Paper, margins: tuple[float, float, float, float], chosen: Sequence[int]
    ) -> None:
        """Show these frames, the chosen ones with handles; without frames the page is only looked at."""
        self.parts, self._paper, self._margins, self.at = parts, paper, margins, list(chosen)
        policy = Qt.FocusPolicy.StrongFocus if parts else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(policy)
        self.setAccessibleName(text("layout_page") if parts else text("sheet_preview"))
        if not parts:
            self._ghosts, self._drag = [], None
            self.unsetCursor()
        self.update()

    def show_picture(self, pixmap: QPixmap) -> None:
        """Show the page as it is now."""
        self._ghosts = []
        self.setPixmap(pixmap)

    # -- mm and px -----------------------------------------------------------------------------------------

    def _sheet(self) -> QRectF:
        """Where the page lies in the widget, px."""
        size = self.pixmap().deviceIndependentSize()
        return QRectF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2,
                      size.width(), size.height())  # fmt: skip

    def px(self, box: Box) -> QRectF:
        """A box of the page in px of the widget."""
        sheet, paper = self._sheet(), self._paper
        assert paper is not None
        across, down = sheet.width() / paper.width, sheet.height() / paper.height
        return QRectF(sheet.left() + box.left * across, sheet.top() + box.top * down,
                      box.width * across, box.height * down)  # fmt: skip

    def mm(self, at: QPointF) -> tuple[float, float]:
        """A point of the widget in mm of the page."""
        sheet, paper = self._sheet(), self._paper
        assert paper is not None
        return ((at.x() - sheet.left()) / sheet.width() * paper.width,
                (at.y() - sheet.top()) / sheet.height() * paper.height)  # fmt: skip

    def frame_at(self, at: QPointF) -> int | None:
        """The topmost frame under a point; of hollow ones only the edge is one."""
        for number in reversed(range(len(self.parts))):
            part = self.parts[number]
            outer = self.px(part.box).adjusted(-NEAR_PX, -NEAR_PX, NEAR_PX, NEAR_PX)
            inner = outer.adjusted(2 * NEAR_PX, 2 * NEAR_PX, -2 * NEAR_PX, -2 * NEAR_PX)
            thin = part.kind == "line" or part.is_a.hollow
            found = outer if thin else self.px(part.box)
            if found.contains(at) and not (part.is_a.hollow and inner.contains(at)):
                return number
        return None

    def handles(self, number: int) -> dict[str, QPointF]:
        """The handles of a frame: corners, and the middles of sides that are long enough; a line's ends."""
        part, box = self.parts[number], self.px(self.parts[number].box)
        if part.kind == "line":
            names = "we" if box.width() >= box.height() else "ns"
            shown = [name for name in HANDLES if name in names]
        else:
            long = {"n": box.width(), "s": box.width(), "e": box.height(), "w": box.height()}
            shown = [name for name in HANDLES if long.get(name, LONG_PX) >= LONG_PX]
        return {
            name: QPointF(box.left() + HANDLES[name][0] * box.width(),
                          box.top() + HANDLES[name][1] * box.height())
            for name in shown
        }  # fmt: skip

    def handle_at(self, at: QPointF) -> str:
        """The handle of the only chosen frame under a point, "" for none; small frames can still be moved."""
        if len(self.at) != 1 or self.parts[self.at[0]].locked:
            return ""
        box = self.px(self.parts[self.at[0]].box)
        reach = max(3.0, min(HANDLE_PX * 0.75, min(box.width(), box.height()) / 4))
        for name, spot in self.handles(self.at[0]).items():
            if max(abs(spot.x() - at.x()), abs(spot.y() - at.y())) <= reach:
                return name
        return ""

    # -- painting ------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The page, then what the frames need."""
        super().paintEvent(event)
        if not self.parts or self.pixmap().isNull():
            return
        painter = QPainter(self)
        painter.setOpacity(0.8)
        for number, piece in (self._drag.pieces if self._drag else self._ghosts):
            if number < len(self.parts):
                place = self.px(self.parts[number].box)
                painter.fillRect(place, theme.color("panel"))
                painter.drawPixmap(place, piece, QRectF(piece.rect()))
        painter.setOpacity(1.0)
        for number, part in enumerate(self.parts):
            taken = number in self.at
            ink = theme.color("accent")
            ink.setAlphaF(1.0 if taken else 0.45)
            style = Qt.PenStyle.SolidLine if taken else Qt.PenStyle.DashLine
            painter.setPen(QPen(ink, 2 if taken else 1, style))
            painter.drawRect(self.px(part.box))
        for number in (at for at in self.at if not self.parts[at].locked):
            self._paint_handles(painter, self.handles(number).values(), number == self.at[-1])
        if self._drag is not None:
            self._paint_guides(painter, *self._drag.lines)
        painter.end()

    def _paint_handles(self, painter: QPainter, spots: Iterable[QPointF], last: bool) -> None:
        """Squares; filled at the frame that was chosen last."""
        painter.setPen(QPen(theme.color("accent"), 1.5))
        painter.setBrush(theme.color("accent" if last else "panel"))
        half = HANDLE_PX / 2
        for spot in spots:
            painter.drawRect(QRectF(spot.x() - half, spot.y() - half, HANDLE_PX, HANDLE_PX))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_guides(self, painter: QPainter, xs: Sequence[float], ys: Sequence[float]) -> None:
        """Lines across the whole page on which an edge stands."""
        assert self._paper is not None
        painter.setPen(QPen(theme.color("draw"), 1.5))
        whole = self._sheet()
        for x in xs:
            at = self.px(Box(x, 0, 0, 0)).left()
            painter.drawLine(QPointF(at, whole.top()), QPointF(at, whole.bottom()))
        for y in ys:
            at = self.px(Box(0, y, 0, 0)).top()
            painter.drawLine(QPointF(whole.left(), at), QPointF(whole.right(), at))

    # -- mouse and keys ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the pointer (Shift or Ctrl: another one, too), and begin to drag."""
        if not self.parts or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        at, handle = event.position(), self.handle_at(event.position())
        if not handle:
            self._choose(self.frame_at(at), bool(event.modifiers() & (
                Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)))  # fmt: skip
        if self.at and not all(self.parts[number].locked for number in self.at):
            self._drag = _Drag(handle, self.mm(at), self.parts)
            self._drag.pieces = [(number, self._piece(number)) for number in self.at]
        self.update()

    def _choose(self, number: int | None, more: bool) -> None:
        if number is None:
            at = self.at if more else []
        elif more:
            at = [one for one in self.at if one != number] if number in self.at else [*self.at, number]
        elif number in self.at:
            at = [*(one for one in self.at if one != number), number]
        else:
            at = [number]
        if at != self.at:
            self.at = at
            self.chosen.emit(list(at))

    def _piece(self, number: int) -> QPixmap:
        """What the frame looks like now."""
        picture, sheet = self.pixmap(), self._sheet()
        box, ratio = self.px(self.parts[number].box), self.pixmap().devicePixelRatio()
        area = QRectF((box.left() - sheet.left()) * ratio, (box.top() - sheet.top()) * ratio,
                      box.width() * ratio, box.height() * ratio)  # fmt: skip
        piece = picture.copy(QRect(area.toAlignedRect()))
        piece.setDevicePixelRatio(1.0)
        return piece

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag with the frames that are chosen; Alt snaps to nothing."""
        if not self.parts:
            super().mouseMoveEvent(event)
            return
        if self._drag is None:
            self._point(event.position())
            return
        drag, paper = self._drag, self._paper
        assert paper is not None
        x, y = self.mm(event.position())
        dx, dy = x - drag.start[0], y - drag.start[1]
        drag.moved = drag.moved or abs(dx) + abs(dy) > 0.4
        if not drag.moved:
            return
        main = drag.before[self.at[-1]]
        drag.lines = ((), ())
        if not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            lines = guides(drag.before, paper, self._margins, self.at)
            dx, dy, *met = snapped(main.box, dx, dy, lines, handle=drag.handle)
            drag.lines = (met[0], met[1])
        if drag.handle:
            box = stretched(main.box, drag.handle, dx, dy, main.is_a.least, paper)
            self.parts = placed(drag.before, paper, self.at[-1], box)
        else:
            self.parts = moved(drag.before, paper, self.at, dx, dy)
        self.update()

    def _point(self, at: QPointF) -> None:
        """A pointer that says what a drag would do, and which frame it is."""
        handle, number = self.handle_at(at), self.frame_at(at)
        if handle:
            self.setCursor(_CURSORS[handle])
        elif number is not None and not self.parts[number].locked:
            self.setCursor(Qt.CursorShape.SizeAllCursor)
        else:
            self.unsetCursor()
        self.setToolTip(tr(self.parts[number].is_a.title) if number is not None else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The drag is over: one step."""
        drag, self._drag = self._drag, None
        if drag is None:
            super().mouseReleaseEvent(event)
            return
        if drag.moved and self.parts != drag.before:
            self._ghosts = drag.pieces
            self.changed.emit(self.parts)
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask what can be done with the frame under the pointer."""
        if not self.parts:
            super().contextMenuEvent(event)
            return
        number = self.frame_at(QPointF(event.pos()))
        if number is not None and number not in self.at:
            self._choose(number, False)
        if self.at:
            self.menu_asked.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move by 1 mm (Shift: 10 mm), Delete takes away, Escape gives a drag up or lets go."""
        key = Qt.Key(event.key())
        if not self.parts:
            super().keyPressEvent(event)
        elif key in _KEYS and self.at:
            far = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            step = LARGE_STEP_MM if far else STEP_MM
            self.nudged.emit(_KEYS[key][0] * step, _KEYS[key][1] * step)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.at:
            self.dropped.emit()
        elif key == Qt.Key.Key_Escape and self._drag is not None:
            self.parts, self._drag = self._drag.before, None
            self.update()
        elif key == Qt.Key.Key_Escape and self.at:
            self._choose(None, False)
            self.update()
        else:
            super().keyPressEvent(event)
