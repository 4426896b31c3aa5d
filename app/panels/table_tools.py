"""The row of tools over the attribute table: filter, what to keep, unlock, copy, zoom, how many rows."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.messages import text
from app.panels.models.feature_rows import hidden
from app.panels.parts import IconButton, label
from layers.plan.table import Table

TYPING_MS = 250


class TableTools(QWidget):
    """What is asked of the table."""

    wished = Signal()  # other rows are wanted
    unlocked = Signal(bool)  # show or mask personal data
    copied = Signal()
    zoomed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(280)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self.wished)
        self.filter.textChanged.connect(lambda _words: self._typing.start())
        self.only_selected = IconButton("square-check", checkable=True)
        self.only_in_view = IconButton("scan", checkable=True)
        self.unlock = IconButton("lock", checkable=True)
        self.copy, self.zoom = IconButton("copy"), IconButton("scan-search")
        self.only_selected.toggled.connect(lambda _on: self.wished.emit())
        self.only_in_view.toggled.connect(lambda _on: self.wished.emit())
        self.unlock.toggled.connect(self._turn_lock)
        self.copy.clicked.connect(self.copied)
        self.zoom.clicked.connect(self.zoomed)
        self.count = label("note")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 10, 4)
        row.setSpacing(4)
        row.addWidget(self.filter, 2)
        for button in (self.only_selected, self.only_in_view, self.unlock, self.copy, self.zoom):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.count)

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.filter.setPlaceholderText(text("table_filter"))
        self.only_selected.describe(text("table_only_selected"))
        self.only_in_view.describe(text("table_only_in_view"))
        self.copy.describe(text("table_copy"))
        self.zoom.describe(text("table_zoom"))
        self._describe_lock()

    def fit(self, table: Table | None) -> None:
        """Offer what makes sense for a table; nothing is kept back, nothing unlocked."""
        self.reset()
        there = table is not None
        self.filter.setEnabled(there)
        self.only_selected.setEnabled(there)
        self.copy.setEnabled(there)
        located = table is not None and bool(table.kind.geometry)
        self.only_in_view.setVisible(located)
        self.zoom.setVisible(located)
        self.unlock.setVisible(
            table is not None and any(hidden(table.kind, one) for one in table.kind.columns)
        )

    def reset(self) -> None:
        """Want every row, with the masks on, without telling."""
        for part in (self.filter, self.only_selected, self.only_in_view, self.unlock):
            part.blockSignals(True)
        self.filter.clear()
        for button in (self.only_selected, self.only_in_view, self.unlock):
            button.setChecked(False)
        for part in (self.filter, self.only_selected, self.only_in_view, self.unlock):
            part.blockSignals(False)
        self._typing.stop()
        self._describe_lock()

    def clear(self) -> None:
        """Want every row; the masks stay as they are."""
        unlocked = self.unlock.isChecked()
        self.reset()
        self.unlock.blockSignals(True)
        self.unlock.setChecked(unlocked)
        self.unlock.blockSignals(False)
        self._describe_lock()
        self.wished.emit()

    def wish_soon(self) -> None:
        """Tell in a moment (the map is still moving)."""
        self._typing.start()

    def settled(self) -> None:
        """What was wanted is being done."""
        self._typing.stop()

    def _turn_lock(self, on: bool) -> None:
        self._describe_lock()
        self.unlocked.emit(on)

    def _describe_lock(self) -> None:
        self.unlock.set_icon("lock-open" if self.unlock.isChecked() else "lock")
        self.unlock.describe(text("table_lock" if self.unlock.isChecked() else "table_unlock"))
