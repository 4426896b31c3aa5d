"""A table of records as the panels have it: sorted by its head, filtered, one row chosen, totals below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.panels.frame import SIDE
from app.panels.models.records import RecordColumn, RecordModel
from app.panels.rows import RowTable, TotalsStrip


class RecordTable(RowTable):
    """Shows a RecordModel.

    key: what a record is known by; with it, the chosen one stays chosen when other rows or another order are
    shown.
    """

    arranged = Signal()  # other rows are shown, or in another order: what is chosen may be another
    picked = Signal()    # another row is chosen, or none

    def __init__(
        self, model: RecordModel, parent: QWidget | None = None, *, key: Callable[[Any], Any] | None = None
    ) -> None:
        super().__init__(parent)
        self.records, self._key, self._kept = model, key, None
        self.head.lead = SIDE
        self.setModel(model)
        self.setSelectionMode(RowTable.SelectionMode.SingleSelection)
        self.head.sectionClicked.connect(self._sort)
        self.selectionModel().selectionChanged.connect(lambda *_: self._picked())
        self._totals: TotalsStrip | None = None

    @property
    def totals(self) -> TotalsStrip:
        """The row of totals, made for whoever lays it out below the table."""
        if self._totals is None:
            self._totals = TotalsStrip(self, self.records.total)
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
