"""The frame of every dialog: what it is about, why in short points, a note, at most three buttons."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app import theme
from app.messages import text

WIDTH = 460


class Glyph(QWidget):
    """A sign in a pale disc."""

    def __init__(self, name: str, level: str) -> None:
        super().__init__()
        self._name, self._level = name, level
        self.setFixedSize(36, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(f"{self._level}_bg"))
        painter.drawEllipse(QRectF(0, 0, 36, 36))
        theme.paint_icon(painter, self._name, QRectF(9, 9, 18, 18), self._level)
        painter.end()


def help_key(dialog: QDialog) -> None:
    """Let F1 open the manual in a dialog, too: the keys of the window behind it do not reach there."""

    def ask() -> None:
        part = dialog.parentWidget()
        while part is not None and not hasattr(part, "run_command"):
            part = part.parentWidget()
        if part is not None:
            part.run_command("manual")

    QShortcut(QKeySequence("F1"), dialog, activated=ask)


class Dialog(QDialog):
    """A dialog with its title in the page; `body` takes what it asks, `buttons` its buttons
    (right-aligned)."""

    def __init__(
        self, parent: QWidget | None, title: str, *, glyph: str = "", level: str = "info", width: int = WIDTH
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        help_key(self)
        self.setMinimumWidth(theme.metric(width))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 18)
        outer.setSpacing(16)
        row = QHBoxLayout()
        row.setSpacing(14)
        if glyph:
            row.addWidget(Glyph(glyph, level), 0, Qt.AlignmentFlag.AlignTop)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        head = QLabel(title)
        head.setWordWrap(True)
        theme.set_role(head, "title")
        self.body.addWidget(head)
        row.addLayout(self.body, 1)
        outer.addLayout(row, 1)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addStretch(1)
        outer.addLayout(self.buttons)

    def add_text(self, words: str, role: str = "") -> QLabel:
        """Add a paragraph."""
        label = QLabel(words)
        label.setWordWrap(True)
        if role:
            theme.set_role(label, role)
        self.body.addWidget(label)
        return label

    def add_button(self, words: str, role: str = "", *, default: bool = False) -> QPushButton:
        """Add a button at the right."""
        button = QPushButton(words)
        if role:
            theme.set_role(button, role)
        button.setAutoDefault(default)
        button.setDefault(default)
        button.setMinimumWidth(theme.metric(88))
        self.buttons.addWidget(button)
        return button

    def add_cancel(self) -> QPushButton:
        """Add the button that leaves without doing anything."""
        button = self.add_button(text("dialog_cancel"))
        button.clicked.connect(self.reject)
        return button
