"""A table of records as the panels have it: sorted by its head, filtered, one row chosen, totals below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.panels.frame import SIDE
from app.panels.models.records import RecordColumn, RecordModel
from app.panels.rows import RowTable
from app.panels.totals_strip import TotalsStrip


class RecordTable(RowTable):
    """Shows a RecordModel.

    enter: whether Enter asks for a number of the row whichever cell is current; else only for that of the
    current cell, since it means something else for the row. key: what a record is known by; with it, the
    chosen one stays chosen when other rows or another order are shown.
    """

    arranged = Signal()  # other rows are shown, or in another order: what is chosen may be another
    picked = Signal()    # another row is chosen, or none
    asked = Signal(object)  # the Ask of a number: it was double clicked, or Enter pressed
    opened = Signal(QModelIndex)  # a cell without such a number was double clicked

    def __init__(
        self, model: RecordModel, parent: QWidget | None = None, *, key: Callable[[Any], Any] | None = None,
        enter: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.records, self._key, self._kept, self._enter = model, key, None, enter
        self.head.lead = SIDE
        self.setModel(model)
        self.setSelectionMode(RowTable.SelectionMode.SingleSelection)
        self.head.sectionClicked.connect(self._sort)
        self.doubleClicked.connect(self._double_clicked)
        self.show_hand(lambda index: self.records.ask(index.row(), index.column()))
        self.selectionModel().selectionChanged.connect(lambda *_: self._picked())
        self._totals: TotalsStrip | None = None

    @property
    def totals(self) -> TotalsStrip:
        """The row of totals, made for whoever lays it out below the table."""
        if self._totals is None:
            self._totals = TotalsStrip(self, self.records.total, ask=self.records.total_ask)
        return self._totals

    def filtered_by(self, field: QLineEdit) -> None:
        """Let a field say what the rows have to meet."""
        field.setClearButtonEnabled(True)
        field.textChanged.connect(self._filter)

    def show_records(
        self, columns: Sequence[RecordColumn], rows: Sequence[Any], *, first: tuple[str, bool]
    ) -> None:
        """Show other rows; first: the column that they are sorted by at first, whether from the largest."""
        self.records.show(columns, rows, first=first)
        self._arrange()

    def record(self) -> Any:
        """Return the record that is chosen; None where none is."""
        chosen = self.selectionModel().selectedRows()
        at = chosen[0].row() if chosen else len(self.records.lines)
        return self.records.lines[at] if at < len(self.records.lines) else None

    def choose(self, meets: Callable[[Any], bool]) -> bool:
        """Choose the first record that meets; return whether there is one."""
        at = next((at for at, row in enumerate(self.records.lines) if meets(row)), -1)
        if at >= 0:
            self.selectRow(at)
        return at >= 0

    def _double_clicked(self, index: QModelIndex) -> None:
        ask = self.records.ask(index.row(), index.column())
        if ask is None:
            self.opened.emit(index)
        else:
            self.asked.emit(ask)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter asks where the number of the current cell is from, else the one that rows are sorted by, or
        the first of the row."""
        index = self.currentIndex()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and index.isValid():
            columns: tuple[int, ...] = (index.column(),)
            if self._enter:
                columns += (self.records.sorted_column, *range(len(self.records.columns)))
            asks = (self.records.ask(index.row(), at) for at in columns if at >= 0)
            if (ask := next((one for one in asks if one is not None), None)) is not None:
                self.asked.emit(ask)
                return
        super().keyPressEvent(event)

    def forget(self) -> None:
        """Keep no record chosen any longer."""
        self._kept = None

    def _picked(self) -> None:
        record = self.record()
        if record is not None and self._key is not None:
            self._kept = self._key(record)
        self.picked.emit()

    def _filter(self, words: str) -> None:
        self.records.set_filter(words)
        self._arrange()

    def _sort(self, column: int) -> None:
        self.records.sort_by(column)
        self._arrange()

    def _arrange(self) -> None:
        self.head.sorted_column, self.head.sorted_down = self.records.sorted_column, self.records.down
        self.head.fit_first()
        self.head.viewport().update()
        if self._totals is not None:
            self._totals.update()
        if self._key is not None and self._kept is not None:
            self.choose(lambda record: self._key(record) == self._kept)  # type: ignore[misc]
        self.arranged.emit()
