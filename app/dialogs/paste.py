"""Pasting shapes: text from the clipboard, looked at as it is typed, kept in the layer that is drawn into."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app import theme
from app.dialogs.base import Dialog
from app.messages import sentence, text
from layers.errors import PlannerError


class PasteDialog(Dialog):
    """`look(text)` says what is in it, `keep(text)` keeps it; both may refuse."""

    def __init__(
        self, parent: QWidget | None, layer: str, look: Callable[[str], str], keep: Callable[[str], None]
    ) -> None:
        super().__init__(parent, text("draw_paste_title"), glyph="clipboard-check", width=600)
        self._look, self._keep = look, keep
        self.add_text(text("draw_paste_why", layer=layer), "secondary")
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(text("draw_paste_title"))
        self.text.setMinimumHeight(theme.metric(220))
        self.text.setTabChangesFocus(True)
        self.body.addWidget(self.text, 1)
        self.found = self.add_text("", "note")
        self.add_cancel()
        self.go = self.add_button(text("draw_paste_go"), "primary", default=True)
        self.go.clicked.connect(self._accept)
        self.text.textChanged.connect(self._changed)
        self.text.setPlainText(QGuiApplication.clipboard().text()[:2_000_000])
        self._changed()

    def _changed(self) -> None:
        typed = self.text.toPlainText()
        try:
            words, role = (self._look(typed), "ok") if typed.strip() else ("", "note")
        except PlannerError as error:
            words, role = " ".join(sentence(error)), "bad"
        self.found.setText(words)
        theme.set_role(self.found, role)
        self.go.setEnabled(role == "ok")

    def _accept(self) -> None:
        try:
            self._keep(self.text.toPlainText())
        except PlannerError as error:
            self.found.setText(" ".join(sentence(error)))
            theme.set_role(self.found, "bad")
            return
        self.accept()
