"""Where the windows of a show stand: the stage on the meeting's screen, the desk on that of who speaks."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget


class Screens(QObject):
    """Tells when a screen is plugged in or pulled out, and puts the windows where they belong."""

    changed = Signal()

    def __init__(self, window: QWidget, stage: QWidget, desk: QWidget) -> None:
        super().__init__(stage)
        self._window, self._stage, self._desk = window, stage, desk
        self._swapped = False
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        self._wait = QTimer(self)  # a dock brings several at once, and Qt first moves windows by itself
        self._wait.setSingleShot(True)
        self._wait.setInterval(200)
        self._wait.timeout.connect(self._again)
        app.screenAdded.connect(self._stir)
        app.screenRemoved.connect(self._stir)

    def _stir(self, _screen: QScreen) -> None:
        self._wait.start()

    def _again(self) -> None:
        self.place()
        self.changed.emit()

    def swap(self) -> None:
        """Exchange the two screens; nothing where there is one."""
        if len(QGuiApplication.screens()) > 1:
            self._swapped = not self._swapped
            self.place()

    def place(self) -> None:
        """The stage fills the screen on which the program's window is not; the desk takes the other one, and
        is out of the way where there is only one."""
        own = self._window.screen()
        other = next((one for one in QGuiApplication.screens() if one is not own), own)
        two = other is not own
        stage, desk = (own, other) if self._swapped and two else (other, own)
        if self._stage.isVisible():
            self._stage.showNormal()  # a full-screen window is not moved
        self._stage.setScreen(stage)
        self._stage.setGeometry(stage.geometry())
        self._stage.showFullScreen()
        if two:
            self._desk.setScreen(desk)
            self._desk.move(desk.availableGeometry().topLeft())
            self._desk.show()
            self._desk.raise_()
        else:
            self._desk.hide()
        self._stage.activateWindow()
        self._stage.setFocus()
