"""Entering a target's figure where it stands: the figure, the date it is of, its source."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from app import theme
from app.messages import text
from app.panels.parts import label
from layers.planning.figures import Figure


class FigureForm(QWidget):
    """Three fields; Enter in any of them is done, Escape leaves. year: the figure's; before: that which
    stands."""

    done = Signal(str, str, str)  # figure, date, source as typed
    left = Signal()

    def __init__(self, year: int, before: Figure | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value, self.date, self.source = QLineEdit(), QLineEdit(), QLineEdit()
        self.message, keys = label("bad", wrap=True), label("note", wrap=True)
        keys.setText(text("figure_keys", year=year))
        self.message.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        grid.addWidget(self.value, 0, 0)
        grid.addWidget(self.date, 0, 1)
        grid.addWidget(self.source, 1, 0, 1, 2)
        grid.addWidget(self.message, 2, 0, 1, 2)
        grid.addWidget(keys, 3, 0, 1, 2)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        for field, words in (
            (self.value, "target_enter"), (self.date, "figure_date_hint"),
            (self.source, "figure_source_hint"),
        ):  # fmt: skip
            field.setPlaceholderText(text(words))
            field.setAccessibleName(text(words))
            field.setToolTip(text(words))
            field.returnPressed.connect(self._done)
        if before is not None:
            self.value.setText(f"{before.value:g}")
            self.date.setText(before.as_of)
            self.source.setText(before.source)
            self.value.selectAll()

    def typed(self) -> tuple[str, str, str]:
        """Return what stands in the fields."""
        return self.value.text(), self.date.text(), self.source.text()

    def type(self, value: str, date: str, source: str) -> None:
        """Put it into the fields."""
        for field, words in ((self.value, value), (self.date, date), (self.source, source)):
            field.setText(words)

    def _done(self) -> None:
        self.done.emit(*self.typed())

    def refuse(self, words: str) -> None:
        """Say in place why what was typed is not taken."""
        self.message.setText(words)
        self.message.show()
        theme.set_role(self.value, "wrong")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)
