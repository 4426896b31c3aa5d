"""A segmented selector: one of several, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from app import theme
from app.panels.parts import IconButton


class Segmented(QFrame):
    """One of several, side by side; where they do not fit the row scrolls, it never cuts a word."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "segmented")
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._ids: list[str] = []
        self._inside = QWidget()
        self._row = QHBoxLayout(self._inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._back, self._on = IconButton("chevron-left", box=24), IconButton("chevron-right", box=24)
        for button, step in ((self._back, -1), (self._on, 1)):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(
                lambda _=False, way=step: self._scroll_by(way * self._scroll.width() * 2 // 3)
            )
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for part in (self._back, self._scroll, self._on):
            row.addWidget(part)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._scroll.horizontalScrollBar().rangeChanged.connect(lambda *_: self._show_arrows())
        self._scroll.horizontalScrollBar().valueChanged.connect(lambda *_: self._show_arrows())
        self._group.idClicked.connect(lambda at: self._choose(at))

    def set_items(self, items: Sequence[tuple[str, str]]) -> None:
        """Show (id, words) pairs; the chosen one stays chosen if it is still there."""
        before = self.current()
        if [one for one, _ in items] != self._ids:
            for button in self._group.buttons():
                self._group.removeButton(button)
                self._row.removeWidget(button)
                button.deleteLater()
            self._ids = [one for one, _ in items]
            for at in range(len(items)):
                button = QPushButton()
                theme.set_role(button, "segment")
                button.setCheckable(True)
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
                button.installEventFilter(self)
                self._group.addButton(button, at)
                self._row.addWidget(button)
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
            at = self._ids.index(identity)
            self._group.button(at).setChecked(True)
            self._reveal(at)

    def button(self, identity: str) -> QPushButton:
        """Return the button of an id."""
        return self._group.button(self._ids.index(identity))  # type: ignore[return-value]

    def _choose(self, at: int) -> None:
        self._group.button(at).setChecked(True)
        self._reveal(at)
        self.chosen.emit(self._ids[at])

    def _reveal(self, at: int) -> None:
        self._scroll.ensureWidgetVisible(self._group.button(at), 24, 0)

    def _scroll_by(self, pixels: int) -> None:
        bar = self._scroll.horizontalScrollBar()
        bar.setValue(bar.value() + pixels)

    def _show_arrows(self) -> None:
        bar = self._scroll.horizontalScrollBar()
        self._back.setEnabled(bar.value() > bar.minimum())
        self._on.setEnabled(bar.value() < bar.maximum())

    def _fit(self) -> None:
        wanted = self._inside.sizeHint()
        self._inside.setMinimumWidth(wanted.width())
        tight = wanted.width() > self.width() - 2
        self._back.setVisible(tight)
        self._on.setVisible(tight)
        self._scroll.setFixedHeight(wanted.height())
        self._show_arrows()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show arrows when it gets tight."""
        super().resizeEvent(event)
        self._fit()
        if self._group.checkedId() >= 0:
            self._reveal(self._group.checkedId())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel moves the row sideways."""
        turn = event.angleDelta()
        self._scroll_by(-(turn.y() or turn.x()) // 2)
        event.accept()

    def eventFilter(self, watched: object, event: object) -> bool:
        """Left and right choose the neighbour."""
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
            at = self._group.checkedId() + step
            if step and 0 <= at < len(self._ids):
                self._choose(at)
                self._group.button(at).setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return False

    def restyle(self) -> None:
        """Take the palette's colours and type."""
        self._back.restyle()
        self._on.restyle()
        self._fit()
