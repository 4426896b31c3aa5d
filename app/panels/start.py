"""What stands in the window when no project is open: the sample, a file, a new one, and the recent ones."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app import theme
from app.bus import Bus
from app.messages import text
from app.panels.parts import Button, NoticeBar, label
from app.preferences import Preferences

RECENT_SHOWN = 5


class StartScreen(QWidget):
    """The empty window."""

    asked = Signal(str)  # command id
    file_asked = Signal(str)  # a recent project

    def __init__(self, preferences: Preferences, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        theme.set_role(self, "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        card = QFrame()
        theme.set_role(card, "card")
        card.setFixedWidth(theme.metric(640))
        inner = QVBoxLayout(card)
        inner.setContentsMargins(32, 28, 32, 28)
        inner.setSpacing(12)
        self._logo, self._name, self._line = QLabel(), label("figure"), label("secondary", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(14)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._line)
        head.addWidget(self._logo)
        head.addLayout(words, 1)
        self.notice = NoticeBar()
        inner.addLayout(head)
        inner.addWidget(self.notice)
        inner.addSpacing(4)
        self.buttons: dict[str, Button] = {}
        row = QHBoxLayout()
        row.setSpacing(8)
        for command, role, icon in (
            ("new_sample", "primary", "map"),
            ("open", "", "folder-open"),
            ("new", "", "file-plus"),
            ("manual", "quiet", "circle-help"),
        ):
            button = Button(role, icon)
            button.clicked.connect(lambda _checked=False, name=command: self.asked.emit(name))
            self.buttons[command] = button
            row.addWidget(button)
        row.addStretch(1)
        inner.addLayout(row)
        self._recent_title = label("medium")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._drop = label("note", wrap=True)
        inner.addSpacing(4)
        inner.addWidget(self._recent_title)
        inner.addLayout(self._recent)
        inner.addWidget(self._drop)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        bus.language_changed.connect(self.retranslate)
        bus.palette_changed.connect(lambda _name: self.retranslate())
        bus.project_changed.connect(self.notice.hide)
        bus.project_changed.connect(self.retranslate)
        bus.notice.connect(self._tell)
        self.retranslate()

    def retranslate(self) -> None:
        """Speak the current language, in the palette in use; list the recent projects."""
        self._logo.setPixmap(theme.app_pixmap(56))
        self._name.setText(text("app_name"))
        self._line.setText(text("start_line"))
        for command, button in self.buttons.items():
            button.setText(text(f"start_{command}"))
            button.restyle()
        self._recent_title.setText(text("start_recent"))
        self._drop.setText(text("start_drop"))
        self.notice.restyle()
        while (old := self._recent.takeAt(0)) is not None:
            if old.widget() is not None:
                old.widget().deleteLater()
        recent = self._preferences["recent"][:RECENT_SHOWN]
        self._recent_title.setVisible(bool(recent))
        for path in recent:
            self._recent.addWidget(self._recent_row(path))

    def _tell(self, level: str, happened: str, advice: str) -> None:
        """Say what went wrong; there is no panel here in which it could stand."""
        if level in ("warn", "bad"):
            self.notice.show_notice(level, happened, advice)

    def _recent_row(self, path: str) -> QPushButton:
        there = Path(path).is_file()
        button = QPushButton(Path(path).name if there else text("recent_missing", name=Path(path).name))
        theme.set_role(button, "row")
        button.setIcon(theme.icon("file-text" if there else "circle-x", "ink3", 16))
        button.setToolTip(path)
        button.setEnabled(there)
        button.clicked.connect(lambda: self.file_asked.emit(path))
        return button
