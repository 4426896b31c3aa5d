"""Judged works as rows: name, size, verdict; worst first or by any column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from app.messages import text, tr
from app.panels.rows import CHIP_ROLE, Index
from app.verdict_words import count_words, work_name
from layers.catalogue.model import Catalogue
from layers.planning.conflicts import VERDICTS, Judged

COLUMNS = ("name", "verdict")


def key_of(judged: Judged) -> str:
    """Return what names the verdict of a work."""
    return f"verdict/{judged.work.kind}:{judged.work.fid}"


class WorkModel(QAbstractTableModel):
    """Works, worst first, then by name."""

    def __init__(self, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self.works: list[Judged] = []
        self.marked: Callable[[str], bool] | None = None  # whether a rule moved a verdict, by its name

    def show(self, works: Sequence[Judged]) -> None:
        """Show these."""
        self.beginResetModel()
        self.works = sorted(works, key=lambda one: (-VERDICTS.index(one.verdict), work_name(one)))
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many."""
        return 0 if parent.isValid() else len(self.works)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Name and verdict."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Headings."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return text(f"verdict_column_{COLUMNS[section]}")
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """A cell."""
        one = self.works[index.row()]
        if index.column() == 0:
            moved = self.marked is not None and self.marked(key_of(one))
            if role == Qt.ItemDataRole.DisplayRole:
                return f"● {work_name(one)}" if moved else work_name(one)
            if role == Qt.ItemDataRole.ToolTipRole:
                kind = tr(self._catalogue[one.work.kind].title) if one.work.kind else ""
                said = (work_name(one), kind, count_words(one), text("number_moved") if moved else "")
                return "\n".join(part for part in said if part)
        elif role == CHIP_ROLE:
            return one.verdict
        return None
