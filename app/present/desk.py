"""The window of who speaks: this scene, the next one, notes, the time of day and the time gone."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTime, QTimer
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app import theme
from app.messages import text
from app.panels.parts import label, line


class Desk(QWidget):
    """See the module's text."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(text("present_desk"))
        theme.set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(theme.metric(860), theme.metric(560))
        self._began = time.monotonic()
        self.place, self.now, self.gone = label("note"), label("figure"), label("figure")
        self.title, self.next = label("verdict", wrap=True), label("medium", wrap=True)
        self.notes = QPlainTextEdit()
        self.notes.setReadOnly(True)
        self.notes.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.notes.setFont(theme.font(theme.VERDICT))
        self.keys = label("note", wrap=True)
        self.keys.setText(text("present_keys"))
        top = QHBoxLayout()
        top.addWidget(self.place, 1)
        top.addWidget(self.now)
        top.addSpacing(24)
        top.addWidget(self.gone)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self.title)
        column.addWidget(self.notes, 1)
        column.addWidget(line())
        column.addWidget(self.next)
        column.addWidget(self.keys)
        self._tick = QTimer(self)
        self._tick.setInterval(500)
        self._tick.timeout.connect(self._show_time)
        self._tick.start()
        self._show_time()

    def say(self, at: int, count: int, title: str, notes: str, following: str) -> None:
        """Show a scene (counted from 0) and what comes after it."""
        self.place.setText(text("present_place", at=at + 1, count=count))
        self.title.setText(title)
        self.notes.setPlainText(notes or text("present_no_notes"))
        self.next.setText(text("present_next", name=following) if following else text("present_last"))

    def _show_time(self) -> None:
        self.now.setText(QTime.currentTime().toString("HH:mm"))
        gone = int(time.monotonic() - self._began)
        self.gone.setText(f"{gone // 60:02}:{gone % 60:02}")
