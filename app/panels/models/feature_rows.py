"""The rows of a layer's table: virtual over the plan's arrays, so that a million rows open at once.

A row is read when it is seen; a whole column only when it is sorted, searched or added up, and then in a job.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from app.messages import language, sentence, text, tr
from app.panels.models.feature_order import NUMBERS
from app.panels.rows import Index, number
from app.session import Session
from layers.catalogue.model import Column, LayerKind
from layers.catalogue.privacy import Privacy
from layers.errors import PlannerError
from layers.plan.table import Table

MASK = "••••"
KEPT = 4096  # rows that were read, the latest seen


def hidden(kind: LayerKind, column: Column) -> bool:
    """Whether a column's values stay behind a click: personal data."""
    return column.privacy >= Privacy.SENSITIVE


def shown_value(column: Column, value: Any) -> str:
    """Return a value in words: a choice's title, yes or no, a number with commas, a dash for null."""
    if value is None:
        return "—"
    if column.choices:
        return column.choice_title(value, language())
    if column.type == "boolean":
        return text("yes" if value else "no")
    if column.type == "integer" and column.unit:
        return number(int(value))
    if column.type == "real":
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.1f}"
    return str(value)


def typed_value(column: Column, value: Any) -> str:
    """Return a value as one would type it."""
    if value is None:
        return ""
    if column.choices:
        return column.choice_title(value, language())
    if column.type == "boolean":
        return text("yes" if value else "no")
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def unit_words(unit: str) -> str:
    """Return a column's unit as it is read in the language that is spoken: 户 is households."""
    words = text(f"symbol_{unit}")
    return unit if words.startswith("symbol_") else words


def with_unit(column: Column) -> str:
    """Return a column's title with its unit in brackets."""
    if not column.unit:
        return tr(column.title)
    return text("title_unit", title=tr(column.title), unit=unit_words(column.unit))


class FeatureModel(QAbstractTableModel):
    """Rows of one layer in an order; `order` holds positions in the table's `fids`; None: all as they are."""

    refused = Signal(object)  # PlannerError: what was typed is not taken

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.table: Table | None = None
        self.order: np.ndarray | None = None
        self.unlocked = False
        self.sorted_column, self.sorted_down = -1, False
        self._rows: OrderedDict[int, dict[str, Any]] = OrderedDict()
        self._fids: np.ndarray = np.empty(0, np.int64)

    # -- what it holds -----------------------------------------------------------------------------

    def show(self, table: Table | None) -> None:
        """Show another layer."""
        self.beginResetModel()
        self.table, self.order, self.unlocked = table, None, False
        self.sorted_column = -1
        self._rows.clear()
        self._fids = table.fids if table is not None else np.empty(0, np.int64)
        self.endResetModel()

    def follow(self, table: Table) -> None:
        """The same layer after a change: rows keep their places unless some came or went."""
        if self.table is table:
            return
        same = len(table.fids) == len(self._fids) and (
            table.fids is self._fids or np.array_equal(table.fids, self._fids)
        )
        self._rows.clear()
        if same:
            self.table, self._fids = table, table.fids
            if self.rowCount():
                self.dataChanged.emit(
                    self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1)
                )
            return
        self.beginResetModel()
        if self.order is not None:  # rows that are still there stay in order, new ones follow at the end
            kept = self._fids[self.order]
            kept = kept[np.isin(kept, table.fids)]
            new = np.setdiff1d(table.fids, self._fids, assume_unique=True)
            self.order = np.searchsorted(table.fids, np.concatenate([kept, new]))
        self.table, self._fids = table, table.fids
        self.endResetModel()

    def set_order(self, order: np.ndarray | None) -> None:
        """Show these positions, in this order."""
        self.beginResetModel()
        self.order = order
        self.endResetModel()

    def set_unlocked(self, unlocked: bool) -> None:
        """Show or mask personal data."""
        self.unlocked = unlocked
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    @property
    def columns(self) -> tuple[Column, ...]:
        """The layer's columns."""
        return self.table.kind.columns if self.table is not None else ()

    def masked(self, column: Column) -> bool:
        """Whether a column is masked now."""
        return self.table is not None and not self.unlocked and hidden(self.table.kind, column)

    def fid(self, row: int) -> int:
        """Return the id of the feature in a row."""
        return int(self._fids[row if self.order is None else self.order[row]])

    def fids(self) -> np.ndarray:
        """Return the ids of all rows in their order."""
        return self._fids if self.order is None else self._fids[self.order]

    def rows_of(self, fids: frozenset[int]) -> np.ndarray:
        """Return the rows (ascending) where features stand; those that are filtered out are left out."""
        wanted = np.fromiter(fids, np.int64, len(fids))
        return np.flatnonzero(np.isin(self.fids(), wanted))

    def values(self, row: int) -> dict[str, Any]:
        """Return a row's values by column; read once, kept for a while."""
        fid = self.fid(row)
        found = self._rows.get(fid)
        if found is None:
            assert self.table is not None
            found = self._rows[fid] = self.table.row(fid)
            if len(self._rows) > KEPT:
                self._rows.popitem(last=False)
        return found

    # -- for the view ------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many rows."""
        return (
            0
            if parent.isValid() or self.table is None
            else len(self._fids if self.order is None else self.order)
        )

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """A column's title with its unit."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            title = with_unit(column)
            return f"{title} *" if column.required else title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._align(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            privacy = text(f"privacy_{column.privacy.name.lower()}")
            said = f"{tr(column.title)} · {column.name}\n{text('type_' + column.type)} · {privacy}"
            return f"{said}\n{text('table_trace_tip')}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What is not masked can be edited where the project can."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not self.masked(self.columns[index.column()]) and self.session.read_only is None:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = 0) -> Any:
        """A cell."""
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._align(column)
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.EditRole,
            Qt.ItemDataRole.ForegroundRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        if self.masked(column):
            return {
                Qt.ItemDataRole.DisplayRole: MASK,
                Qt.ItemDataRole.ForegroundRole: "ink3",
                Qt.ItemDataRole.ToolTipRole: text("masked"),
            }.get(Qt.ItemDataRole(role))
        value = self.values(index.row()).get(column.name)
        if role == Qt.ItemDataRole.DisplayRole:
            return shown_value(column, value)
        if role == Qt.ItemDataRole.EditRole:
            return typed_value(column, value)
        if role == Qt.ItemDataRole.ForegroundRole:
            return "ink3" if value is None or column.name == "quality" else None
        return str(value) if isinstance(value, str) and len(value) > 12 else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Store what was typed as one undoable command."""
        if role != Qt.ItemDataRole.EditRole or self.table is None:
            return False
        from app.actions.editing import edit

        column = self.columns[index.column()]
        try:
            parsed = column.parse(str(value))
            edit(self.session, self.table.kind.id, self.fid(index.row()), {column.name: parsed})
        except PlannerError as error:
            self.refused.emit(error)
            return False
        return True

    def fault_of(self, index: Index, typed: str) -> str:
        """Return why what was typed cannot be stored, in words; empty when it can."""
        try:
            self.columns[index.column()].parse(typed)
        except PlannerError as error:
            return " ".join(sentence(error))
        return ""

    @staticmethod
    def _align(column: Column) -> Qt.AlignmentFlag:
        numeric = column.type in NUMBERS and not column.choices
        return Qt.AlignmentFlag.AlignRight if numeric else Qt.AlignmentFlag.AlignLeft
