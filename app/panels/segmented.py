"""A segmented selector: one of several, in the rows that their words need, or in one that is turned."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QPushButton, QSizePolicy, QWidget

from app import theme
from app.messages import text
from app.panels.parts import IconButton

EDGE, GAP = 1, 1  # px: the frame, and what lies between two segments
ROWS = 3  # so many at the most; where more were needed one is seen at a time
ARROW = 24  # px


class Segmented(QFrame):
    """One of several, side by side; where they do not fit a row they stand in more, or one row is turned on
    and back with arrows. No word is ever cut."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "segmented")
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._ids: list[str] = []
        self.rows: list[range] = []  # which segments stand in each
        self._turned = -1  # the row that is seen alone, -1: all are
        self._back, self._on = (IconButton(f"chevron-{way}", box=ARROW) for way in ("left", "right"))
        for button, step in ((self._back, -1), (self._on, 1)):
            button.setParent(self)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, way=step: self._turn(self._turned + way))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._group.idClicked.connect(self._choose)

    def set_items(self, items: Sequence[tuple[str, str]]) -> None:
        """Show (id, words) pairs; the chosen one stays chosen if it is still there."""
        before = self.current()
        if [one for one, _ in items] != self._ids:
            for old in self._group.buttons():
                self._group.removeButton(old)
                old.hide()
                old.deleteLater()
            self._ids = [one for one, _ in items]
            for at in range(len(items)):
                button = QPushButton(self)
                theme.set_role(button, "segment")
                button.setCheckable(True)
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                button.installEventFilter(self)
                button.show()
                self._group.addButton(button, at)
            # By Tab they come where the selector stands, not after all that was there before them; Qt goes by
            # no widget that takes no focus.
            self._on.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            for one, other in pairwise((self._on, *self._buttons())):
                QWidget.setTabOrder(one, other)
            self._on.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._back.describe(text("segments_back"))
        self._on.describe(text("segments_on"))
        for at, (_, words) in enumerate(items):
            self._group.button(at).setText(words)
        if self._ids:
            self.set_current(before if before in self._ids else self._ids[0])
        self._fit()

    def current(self) -> str:
        """Return the chosen id, "" for none."""
        at = self._group.checkedId()
        return self._ids[at] if 0 <= at < len(self._ids) else ""

    def set_current(self, identity: str) -> None:
        """Choose without telling anybody."""
        if identity in self._ids:
            self.button(identity).setChecked(True)
            self._reveal(self._ids.index(identity))

    def button(self, identity: str) -> QPushButton:
        """Return the button of an id."""
        return self._group.button(self._ids.index(identity))  # type: ignore[return-value]

    def _choose(self, at: int) -> None:
        self._group.button(at).setChecked(True)
        self._reveal(at)
        self.chosen.emit(self._ids[at])

    def _reveal(self, at: int) -> None:
        if self._turned >= 0 and at >= 0:
            self._turn(next((place for place, row in enumerate(self.rows) if at in row), self._turned))

    def _turn(self, row: int) -> None:
        """Show one row alone."""
        self._turned = min(max(row, 0), len(self.rows) - 1)
        for at, button in enumerate(self._buttons()):
            button.setVisible(at in self.rows[self._turned])
        self._back.setEnabled(self._turned > 0)
        self._on.setEnabled(self._turned < len(self.rows) - 1)

    def _buttons(self) -> list[QAbstractButton]:
        return [self._group.button(at) for at in range(len(self._ids))]

    def _fit(self) -> None:
        """Give each row the whole width, and each segment its words and a share of what is left."""
        buttons = self._buttons()
        for button in buttons:
            button.ensurePolished()
        words = [button.sizeHint().width() for button in buttons]
        high = max((button.sizeHint().height() for button in buttons), default=0)
        side, room = EDGE, self.width() - 2 * EDGE
        self.rows = _even_rows(words, room)
        alone = len(self.rows) > ROWS
        if alone:
            side, room = side + self._on.width(), room - 2 * self._on.width()
            self.rows = _full_rows(words, room)
        for at, row in enumerate(self.rows):
            top = EDGE + (0 if alone else at * (high + GAP))
            _place(buttons, words, row, QRect(side, top, room, high))
        for button, left in ((self._back, EDGE), (self._on, self.width() - EDGE - self._on.width())):
            button.setVisible(alone)
            button.move(left, EDGE + (high - button.height()) // 2)
        self.setFixedHeight(2 * EDGE + high + (0 if alone else max(len(self.rows) - 1, 0) * (high + GAP)))
        self._turned = max(self._turned, 0) if alone else -1
        if alone:
            self._reveal(max(self._group.checkedId(), 0))
        else:
            for button in buttons:
                button.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More rows where it gets tight."""
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel turns the rows where one is seen at a time."""
        turn = event.angleDelta().y() or event.angleDelta().x()
        if self._turned < 0 or not turn:
            event.ignore()
            return
        self._turn(self._turned + (-1 if turn > 0 else 1))
        event.accept()

    def eventFilter(self, watched: object, event: object) -> bool:
        """Left and right choose the neighbour, up and down the one that stands above or below."""
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            at = self._beside(self._group.checkedId(), Qt.Key(event.key()))
            if at is not None:
                self._choose(at)
                self._group.button(at).setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return False

    def _beside(self, at: int, key: Qt.Key) -> int | None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        if step:
            return at + step if 0 <= at + step < len(self._ids) else None
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key, 0)
        here = next((place for place, row in enumerate(self.rows) if at in row), -1)
        if not step or here < 0 or not 0 <= here + step < len(self.rows):
            return None
        middle = self._group.button(at).geometry().center().x()
        return min(
            self.rows[here + step],
            key=lambda other: abs(self._group.button(other).geometry().center().x() - middle),
        )

    def restyle(self) -> None:
        """Take the palette's colours and type."""
        self._back.restyle()
        self._on.restyle()
        self._fit()


def _even_rows(words: Sequence[int], room: int) -> list[range]:
    """Return as few rows as hold words of these widths, as many segments in one as in another."""
    count = len(words)
    for wanted in range(1, count + 1):
        ends = [-(-count * row // wanted) for row in range(wanted + 1)]
        rows = [range(start, end) for start, end in pairwise(ends)]
        if wanted == count or all(_wide(words, row) <= room for row in rows):
            return rows
    return []


def _full_rows(words: Sequence[int], room: int) -> list[range]:
    """Return rows that hold as many segments as they can."""
    rows: list[range] = []
    start = 0
    for at in range(1, len(words) + 1):
        if at == len(words) or _wide(words, range(start, at + 1)) > room:
            rows.append(range(start, at))
            start = at
    return rows


def _wide(words: Sequence[int], row: range) -> int:
    return sum(words[at] for at in row) + GAP * (len(row) - 1)


def _place(buttons: Sequence[QWidget], words: Sequence[int], row: range, box: QRect) -> None:
    """Give the segments of a row their words and what is left, each as much."""
    left, spare = box.left(), max(box.width() - _wide(words, row), 0)
    for place, at in enumerate(row):
        share = spare * (place + 1) // len(row) - spare * place // len(row)
        buttons[at].setGeometry(left, box.top(), min(words[at] + share, box.width()), box.height())
        left += words[at] + share + GAP
