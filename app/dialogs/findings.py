"""What is wrong with the data: one line a finding; a double click goes to the feature."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app import theme
from app.dialogs.base import Dialog
from app.jobs import Progress
from app.messages import text, tr
from layers.plan.plan import Plan

SEVERITY_TOKENS = {"error": "bad", "warning": "warn"}


def findings_of(plan: Plan, progress: Progress) -> list[tuple[str, Any]]:
    """Return (kind id, finding) of every layer."""
    from layers.checks import check_layer

    found = []
    layers = list(plan.layers())
    for done, (kind, table) in enumerate(layers):
        progress(done, len(layers))
        found += [(kind.id, finding) for finding in check_layer(table, plan)]
    return found


class FindingsDialog(Dialog):
    """The list of findings; stays open beside the work."""

    chosen = Signal(str, int)

    def __init__(self, parent: QWidget | None, plan: Plan, found: list[tuple[str, Any]]) -> None:
        super().__init__(parent, text("findings_title", count=f"{len(found):,}"), glyph="clipboard-check", width=640)
        self.setMinimumHeight(theme.metric(440))
        self.add_text(text("findings_why"), "secondary")
        self.view = QTableView()
        self.view.setModel(Findings(plan, found, self))
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(theme.metric(28))
        header = self.view.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.resizeSection(0, theme.metric(120))
        header.resizeSection(1, theme.metric(130))
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.view.doubleClicked.connect(self._go)
        self.body.addWidget(self.view, 1)
        go = self.add_button(text("findings_go"))
        go.clicked.connect(lambda: self._go(self.view.currentIndex()))
        self.add_button(text("dialog_close"), "primary", default=True).clicked.connect(self.close)

    def _go(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(*self.view.model().place(index.row()))


class Findings(QAbstractTableModel):
    """Findings as rows: layer, feature, what."""

    def __init__(self, plan: Plan, found: list[tuple[str, Any]], parent: QWidget) -> None:
        super().__init__(parent)
        self._plan, self._found = plan, found

    def place(self, row: int) -> tuple[str, int]:
        """Return layer and row id of a finding."""
        kind, finding = self._found[row]
        return kind, -1 if finding.fid is None else int(finding.fid)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many findings."""
        return 0 if parent.isValid() else len(self._found)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Layer, feature, what."""
        return 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The heads."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return text(("findings_layer", "findings_feature", "findings_what")[section])
        return None

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        kind_id, finding = self._found[index.row()]
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 2:
            return theme.color(SEVERITY_TOKENS.get(finding.severity, "ink1"))
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        kind = self._plan.catalogue[kind_id]
        if index.column() == 0:
            return tr(kind.title)
        if index.column() == 1:
            return self._name(kind_id, finding.fid)
        return text(f"finding_{finding.code}", **finding.fields)

    def _name(self, kind_id: str, fid: int | None) -> str:
        table = self._plan.tables.get(kind_id)
        if table is None or fid is None or fid not in table:
            return "—"
        row = table.row(fid)
        return str(row.get(table.kind.name) or row.get(table.kind.key) or fid)
