"""What became of a target's figures: who, when, what it was and is, as of when, from where."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app import theme
from app.actions.figures import Step, step_words
from app.dialogs.base import Dialog
from app.messages import text
from app.panels.parts import label


class FigureHistory(Dialog):
    """The steps, newest first; it only tells."""

    def __init__(self, parent: QWidget | None, title: str, steps: tuple[Step, ...]) -> None:
        super().__init__(parent, text("figure_history"), glyph="history", width=520)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.add_text(title, "medium")
        self.add_text(text("figure_history_why"), "note")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        self.lines = [step_words(step) for step in steps]
        for words in self.lines or [text("figures_none")]:
            one = label(wrap=True, selectable=True)
            one.setText(words)
            column.addWidget(one)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumHeight(theme.metric(160))
        scroll.setWidget(inside)
        self.body.addWidget(scroll, 1)
        self.add_button(text("dialog_close"), "primary", default=True).clicked.connect(self.accept)
