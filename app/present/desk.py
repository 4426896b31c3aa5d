"""The window of who speaks: this scene, the next with its picture, notes, the time of day, the time gone."""

from __future__ import annotations

import time

from PySide6.QtCore import QSize, Qt, QTime, QTimer
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app import theme
from app.messages import text
from app.panels.parts import label, line
from layers.plan.scenes import SavedScene

PICTURE = QSize(288, 180)


class Desk(QWidget):
    """See the module's text."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(text("present_desk"))
        theme.set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(theme.metric(960), theme.metric(640))
        self._began = time.monotonic()
        self.place, self.now, self.gone = label("note"), label("figure"), label("figure")
        self.title, self.next = label("verdict", wrap=True), label("medium", wrap=True)
        self.notes = QPlainTextEdit()
        self.notes.setReadOnly(True)
        self.notes.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.notes.setFont(theme.font(theme.VERDICT))
        self.keys = label("note", wrap=True)
        self.keys.setText(text("present_keys"))
        self.picture = QLabel()
        self.picture.setFixedSize(PICTURE)
        self._pictures: dict[str, QPixmap] = {}
        self._following = ""
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
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addWidget(self.next)
        words.addStretch(1)
        words.addWidget(self.keys)
        below = QHBoxLayout()
        below.setSpacing(20)
        below.addWidget(self.picture)
        below.addLayout(words, 1)
        column.addLayout(below)
        self._tick = QTimer(self)
        self._tick.setInterval(500)
        self._tick.timeout.connect(self._show_time)
        self._tick.start()
        self._show_time()

    def say(self, at: int, count: int, scene: SavedScene, following: SavedScene | None) -> None:
        """Show a scene (counted from 0) and what comes after it."""
        place = text("present_place", at=at + 1, count=count)
        self.place.setText(f"{place} · {text('present_has_before')}" if scene.before else place)
        self.title.setText(scene.name)
        self.notes.setPlainText(scene.notes or text("present_no_notes"))
        self.next.setText(text("present_next", name=following.name) if following else text("present_last"))
        self._following = following.id if following else ""
        self._show_picture()

    def have_pictures(self, found: list[tuple[SavedScene, QImage]]) -> None:
        """Take the pictures of scenes, of the next of which one is shown."""
        self._pictures = {scene.id: QPixmap.fromImage(image) for scene, image in found}
        self._show_picture()

    def _show_picture(self) -> None:
        self.picture.setVisible(bool(self._following))
        self.picture.setPixmap(self._pictures.get(self._following, QPixmap()))

    def _show_time(self) -> None:
        self.now.setText(QTime.currentTime().toString("HH:mm"))
        gone = int(time.monotonic() - self._began)
        self.gone.setText(f"{gone // 60:02}:{gone % 60:02}")
