"""The welcome of the first start: three ways to begin. It does not come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app import theme
from app.dialogs.base import Dialog
from app.dialogs.files import documents
from app.dialogs.import_ask import ask_import
from app.messages import text
from app.panels.parts import Glyph, label

if TYPE_CHECKING:
    from app.window import MainWindow

WAYS = {"sample": "map", "manual": "book-open", "own": "folder-open"}
"""Ways to begin, with their icons."""


class Way(QPushButton):
    """A large button: a sign, what it does, and why one would."""

    def __init__(self, name: str, icon: str) -> None:
        super().__init__()
        title, why = label("medium"), label("note", wrap=True)
        title.setText(text(f"welcome_{name}"))
        why.setText(text(f"welcome_{name}_why"))
        self.setAccessibleName(title.text())
        self.setAccessibleDescription(why.text())
        self.setAutoDefault(True)
        self.setFixedHeight(theme.metric(64))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch()
        words.addWidget(title)
        words.addWidget(why)
        words.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.setSpacing(16)
        sign = Glyph(icon, "accent", 24)
        row.addWidget(sign)
        row.addLayout(words, 1)
        for part in (sign, title, why):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


class WelcomeDialog(Dialog):
    """See the module's text. `chosen` is the way that was taken, "" for none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, text("welcome_title"), width=560)
        self.chosen = ""
        self.add_text(text("welcome_line"), "secondary")
        self.body.addSpacing(4)
        self.ways = {name: Way(name, icon) for name, icon in WAYS.items()}
        for name, way in self.ways.items():
            way.clicked.connect(lambda _on=False, taken=name: self._take(taken))
            self.body.addWidget(way)
        self.body.addSpacing(4)
        self.add_text(text("welcome_later"), "note")
        self.body.addStretch()
        self.ways["sample"].setFocus()

    def _take(self, name: str) -> None:
        self.chosen = name
        self.accept()


def welcome(window: MainWindow) -> WelcomeDialog:
    """Show the welcome over the window; whichever way it is left, it is remembered that it was seen."""
    dialog = WelcomeDialog(window)

    def left(_code: int) -> None:
        window.preferences.set("welcomed", True)
        dialog.deleteLater()
        if dialog.chosen == "manual":
            from app.handlers.manual import open_manual

            open_manual(window, "first_map")
        elif dialog.chosen == "own":
            open_own(window)

    dialog.finished.connect(left)
    dialog.open()
    dialog.resize(dialog.width(), max(dialog.layout().heightForWidth(dialog.width()), dialog.minimumHeight()))
    return dialog


def open_own(window: MainWindow) -> None:
    """Ask for a file: a project is opened; for anything else, another program's GeoPackage too, a project is
    made first, into which it goes: nobody wants his own data among those of the sample."""
    from app.foreign import begin_with, open_project

    path = ask_import(window, documents())
    if path is not None and not open_project(window, path):
        begin_with(window, path)
