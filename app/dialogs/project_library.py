"""The project library as a list: sorted, filtered, with what each project's state still asks for."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app import theme
from app.actions.editing import edit
from app.actions.projects import missing_words, next_words, state_words
from app.bus import Bus
from app.dialogs.base import Dialog
from app.dialogs.feature_form import fill_in
from app.messages import language, text
from app.panels.models.feature_rows import with_unit
from app.panels.rows import number
from app.places import fold
from app.session import Session
from layers.planning.projects import STATES, Project, projects

COLUMNS = ("code", "name", "kind_of_work", "status", "year", "unit_in_charge", "budget", "checks")
PROJECT = Qt.ItemDataRole.UserRole


class ProjectLibrary(Dialog):
    """See the module's text. It is no modal dialog: the map shows what is chosen while it is open."""

    closed = Signal()

    def __init__(self, parent: QWidget | None, session: Session, bus: Bus) -> None:
        super().__init__(parent, text("projects_title"), width=1060)
        self.session, self.bus = session, bus
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.counts = self.add_text("", "secondary")
        self.filter, self.state = QLineEdit(), QComboBox()
        self.filter.setPlaceholderText(text("projects_filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._apply)
        self.state.addItem(text("projects_all"), None)
        for name in STATES:
            self.state.addItem(state_words(session, name), name)
        self.state.addItem(text("projects_lacking"), "lacking")
        self.state.currentIndexChanged.connect(self._apply)
        row = QHBoxLayout()
        row.addWidget(self.filter, 1)
        row.addWidget(self.state)
        self.body.addLayout(row)
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setHorizontalHeaderLabels([self._heading(name) for name in COLUMNS])
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.metric(28))
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        head = self.table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for at, width in enumerate((90, 190, 96, 84, 84, 120, 112, 200)):
            self.table.setColumnWidth(at, theme.metric(width))
        head.setSectionResizeMode(len(COLUMNS) - 1, QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._chosen)
        self.table.itemDoubleClicked.connect(lambda _item: self._zoom())
        self.body.addWidget(self.table, 1)
        self.owed = self.add_text("", "note")
        self.zoom = self.add_button(text("projects_zoom"))
        self.zoom.clicked.connect(self._zoom)
        self.edit = self.add_button(text("projects_fill"), "primary")
        self.edit.clicked.connect(self._fill)
        self.add_button(text("dialog_close")).clicked.connect(self.close)
        self.setMinimumHeight(theme.metric(520))
        bus.plan_changed.connect(self._changed)
        bus.project_changed.connect(self.close)
        self.refresh()
        self.table.sortItems(0, Qt.SortOrder.AscendingOrder)

    def _heading(self, name: str) -> str:
        if name == "checks":
            return text("projects_checks")
        kinds = self.session.catalogue.with_role("proposal")
        column = kinds[0].column(name)
        return with_unit(column)

    def refresh(self) -> None:
        """Read the projects again."""
        kept = self.current()
        found = projects(self.session.plan, self.session.policy)
        self.table.setSortingEnabled(False)
        self.table.setRowCount(len(found))
        for at, one in enumerate(found):
            for column, name in enumerate(COLUMNS):
                self.table.setItem(at, column, self._item(one, name))
        self.table.setSortingEnabled(True)
        lacking = sum(bool(one.missing) for one in found)
        self.counts.setText(text("projects_counts", count=number(len(found)), lacking=number(lacking)))
        self._apply()
        if kept is not None:
            for at in range(self.table.rowCount()):
                one = self._project(at)
                if (one.kind, one.fid) == (kept.kind, kept.fid):
                    self.table.selectRow(at)
        self._chosen()

    def _item(self, one: Project, name: str) -> QTableWidgetItem:
        value: Any = one.row.get(name)
        if name == "checks":
            words = missing_words(one) or text("projects_in_order")
        elif name == "status":
            words = state_words(self.session, value)
        elif name == "kind_of_work":
            words = self.session.catalogue[one.kind].column(name).choice_title(value, language()) or "—"
        elif name == "budget":
            words = "—" if value is None else f"{value:,.1f}"
        else:
            words = "—" if value is None else str(value)
        item = _Item(words, _rank(name, value, one))
        item.setToolTip(words)
        item.setData(PROJECT, one)
        if name in ("budget", "year"):
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if name == "checks":
            binds = any(check.need.binds and check.need.id in one.missing for check in one.checks)
            item.setForeground(theme.color("bad" if binds else "warn" if one.missing else "ok"))
        return item

    def _project(self, row: int) -> Project:
        return self.table.item(row, 0).data(PROJECT)

    def current(self) -> Project | None:
        """Return the chosen project."""
        rows = self.table.selectionModel().selectedRows() if self.table.rowCount() else []
        return self._project(rows[0].row()) if rows else None

    def _apply(self) -> None:
        wanted, state = fold(self.filter.text()), self.state.currentData()
        for row in range(self.table.rowCount()):
            one = self._project(row)
            words = fold(" ".join(self.table.item(row, at).text() for at in range(len(COLUMNS))))
            fits = wanted in words and (
                state is None or (bool(one.missing) if state == "lacking" else one.row.get("status") == state)
            )
            self.table.setRowHidden(row, not fits)

    def _chosen(self) -> None:
        one = self.current()
        self.zoom.setEnabled(one is not None)
        self.edit.setEnabled(one is not None and self.session.read_only is None)
        words = next_words(one) if one is not None else ""
        self.owed.setText(text("projects_next", needs=words) if words else "")
        if one is not None and one.fid in self.session.plan.table(one.kind):
            self.session.select(one.kind, [one.fid])

    def _zoom(self) -> None:
        one = self.current()
        if one is not None:
            self.bus.zoom_to_features.emit(one.kind, frozenset([one.fid]))
            self.bus.flash_feature.emit(one.kind, one.fid)

    def _fill(self) -> None:
        one = self.current()
        if one is not None:
            kind = self.session.catalogue[one.kind]
            fill_in(
                self, kind, one.row, lambda values: edit(self.session, one.kind, one.fid, values) and None
            )

    def _changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        if self.session.is_open and (
            "policy" in collections
            or any(
                "proposal" in self.session.catalogue[kind].roles
                for kind in kinds
                if kind in self.session.catalogue
            )
        ):
            self.refresh()


class _Item(QTableWidgetItem):
    """A cell that is sorted by its value, not by its words."""

    def __init__(self, words: str, rank: Any) -> None:
        super().__init__(words)
        self._rank = rank

    def __lt__(self, other: QTableWidgetItem) -> bool:
        return self._rank < other._rank if isinstance(other, _Item) else super().__lt__(other)


def _rank(name: str, value: Any, one: Project) -> tuple[int, Any]:
    """What is not known comes last."""
    if name == "status":
        return (0, STATES.index(value)) if value in STATES else (1, 0)
    if name == "checks":
        return (0, -len(one.missing))
    if value is None:
        return (1, 0)
    return (0, value)
