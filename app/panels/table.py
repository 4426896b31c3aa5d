"""The attribute table: features of a layer, sorted, filtered, edited in place; linked with the map."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange, QModelIndex, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStackedLayout,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.bus import Bus
from app.jobs import Jobs
from app.messages import language, sentence, text, tr
from app.origins.features import SUM_OF, layer_ask, rows_of, shown_ask, value_ask
from app.panels.cell_editor import CellDelegate
from app.panels.copied import copy_table
from app.panels.models.feature_order import Box, Wish, adds_up, order_of, runs, totals_of
from app.panels.models.feature_rows import FeatureModel
from app.panels.panel import Panel
from app.panels.parts import EmptyState, NoticeBar, line, restyle_all
from app.panels.rows import RowTable, is_trace_key, number
from app.panels.table_tools import TableTools
from app.panels.totals_strip import TotalsStrip
from app.session import Session
from layers.plan.table import Table
from layers.provenance import Ask

SAMPLED = 40  # rows by which columns get their first width
WIDEST = 220
MOST_RANGES = 20_000  # runs of rows that a selection is drawn with


class AttributeTable(Panel):
    """The table of one layer with its tools and totals."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.model = FeatureModel(session, self)
        self.kind_id = ""
        self.view_box: Box | None = None
        self._totals: dict[str, float] = {}
        self._linking = False
        self._build()
        bus.selection_changed.connect(self._selected_elsewhere)
        bus.show_layer_table.connect(self.show_layer)
        bus.view_changed.connect(self.set_view_box)
        self.start()

    def _build(self) -> None:
        self.tools = TableTools()
        self.tools.wished.connect(self._arrange)
        self.tools.unlocked.connect(self._unlock)
        self.tools.copied.connect(self.copy_rows)
        self.tools.zoomed.connect(self._zoom_selected)
        self.notice = NoticeBar()
        self.view = RowTable(fills=False)
        self.view.setModel(self.model)
        self.view.setProperty("cell_focus", True)
        self.view.ask_of = self._value_ask
        self.view.setItemDelegate(CellDelegate(self.view))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.view.setTabKeyNavigation(True)
        self.view.head.lead = 14
        self.view.head.sectionClicked.connect(self._sort)
        self.view.head.setSectionsMovable(True)
        self.view.doubleClicked.connect(self._zoom_row)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._selected_here())
        self.view.installEventFilter(self)
        self.model.refused.connect(self._refused)
        self.model.modelReset.connect(self._reset)
        self.totals = TotalsStrip(self.view, self._total, ask=self._total_ask)
        self.totals.asked.connect(self._ask)
        self.nothing = EmptyState("table")
        self.nothing.acted.connect(self.tools.clear)
        self._lay_out()

    def _lay_out(self) -> None:
        full = QWidget()
        inside = QVBoxLayout(full)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self.view, 1)
        inside.addWidget(self.totals)
        blank = QWidget()
        alone = QVBoxLayout(blank)
        alone.setContentsMargins(14, 8, 14, 8)
        alone.addWidget(self.nothing)
        alone.addStretch()
        self.pages = QStackedLayout()
        self.pages.addWidget(full)
        self.pages.addWidget(blank)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tools)
        column.addWidget(self.notice)
        column.addWidget(line())
        column.addLayout(self.pages, 1)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.tools.retranslate()
        if self.model.columns:
            self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.model.columns) - 1)
        self._fit_columns()
        self._say()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self._fit_columns()

    # -- what it shows -----------------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self.show_table(None)

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """Rows may have changed, come or gone."""
        del collections
        if self.kind_id not in kinds:
            return
        if self.kind_id not in self.session.plan:
            self.show_table(None)
            return
        self.model.follow(self.session.plan.table(self.kind_id))
        self._sum()
        self._say()

    def show_layer(self, kind_id: str) -> None:
        """Show a layer's features."""
        if self.session.is_open and kind_id in self.session.plan and kind_id != self.kind_id:
            self.kind_id = kind_id
            self.show_table(self.session.plan.table(kind_id))

    def show_table(self, table: Table | None) -> None:
        """Show a table, or nothing."""
        self._totals = {}
        if table is None:
            self.kind_id = ""
        self.model.show(table)
        self.tools.fit(table)
        self.notice.hide()
        self._fit_columns()
        self.view.scrollToTop()
        self._sum()
        self._selected_elsewhere(self.session.selection.kind, self.session.selection.fids)

    def showEvent(self, event: QShowEvent) -> None:
        """Add up what nobody has seen before."""
        super().showEvent(event)
        self._sum()

    def set_view_box(self, box: Box) -> None:
        """The map shows another extent (west, south, east, north in planning metres)."""
        self.view_box = box
        if self.tools.only_in_view.isChecked():
            self.tools.wish_soon()

    def _fit_columns(self) -> None:
        """Give columns the width of their headings and of the rows one sees first, in bounds."""
        head = self.view.head
        delegate, option = self.view.itemDelegate(), QStyleOptionViewItem()
        rows = range(min(self.model.rowCount(), SAMPLED))
        for at in range(self.model.columnCount()):
            wide = head.sectionSizeFromContents(at).width()
            for row in rows:
                wide = max(wide, delegate.sizeHint(option, self.model.index(row, at)).width())
            head.resizeSection(at, min(wide + 14, WIDEST))

    def _say(self) -> None:
        table = self.model.table
        total = len(table) if table is not None else 0
        shown = self.model.rowCount()
        self.tools.count.setText(
            ""
            if table is None
            else text("table_count", count=number(total))
            if shown == total
            else text("table_shown", shown=number(shown), count=number(total))
        )
        if table is None:
            self.nothing.set(text("table_none"), text("table_none_why"))
            self.pages.setCurrentIndex(1)
        elif not total:
            self.nothing.set(text("table_empty", layer=tr(table.kind.title)), text("table_empty_why"))
            self.pages.setCurrentIndex(1)
        elif not shown:
            self.nothing.set(text("table_no_hit"), text("table_no_hit_why"), text("clear_filter"))
            self.pages.setCurrentIndex(1)
        else:
            self.pages.setCurrentIndex(0)
        self.totals.update()

    def _reset(self) -> None:
        self.view.head.sorted_column, self.view.head.sorted_down = (
            self.model.sorted_column,
            self.model.sorted_down,
        )
        self.view.head.viewport().update()
        self._say()

    # -- order, filter, totals ---------------------------------------------------------------------

    def _wish(self) -> Wish:
        at = self.model.sorted_column
        chosen = self.session.selection
        return Wish(
            words=self.tools.filter.text(),
            columns=tuple(column for column in self.model.columns if not self.model.masked(column)),
            sort=self.model.columns[at].name if at >= 0 else "",
            down=self.model.sorted_down,
            only=(chosen.fids if chosen.kind == self.kind_id else frozenset())
            if self.tools.only_selected.isChecked()
            else None,
            inside=self.view_box if self.tools.only_in_view.isChecked() else None,
            language=language(),
        )

    def _sort(self, at: int) -> None:
        column = self.model.columns[at]
        if self.model.masked(column):
            self.notice.show_notice("info", text("table_masked_sort"), text("table_unlock"))
            return
        if at != self.model.sorted_column:
            self.model.sorted_column, self.model.sorted_down = at, False
        elif not self.model.sorted_down:
            self.model.sorted_down = True
        else:
            self.model.sorted_column, self.model.sorted_down = -1, False
        self._arrange()

    def _arrange(self) -> None:
        """Find which rows to show and in what order, off the interface thread."""
        self.tools.settled()
        table = self.model.table
        if table is None:
            return
        wish = self._wish()

        def answer(order: np.ndarray | None) -> None:
            now = self.model.table
            if now is None or now.kind.id != table.kind.id or not np.array_equal(now.fids, table.fids):
                self._arrange()  # rows have come or gone meanwhile
                return
            self.model.set_order(order)
            self._sum()
            self._selected_elsewhere(self.session.selection.kind, self.session.selection.fids)

        if wish.plain:
            self.jobs.start(
                text("job_table"), lambda _progress: None, answer, topic="table_order", fault=self.fault
            )
        else:
            self.jobs.start(
                text("job_table"),
                lambda progress: order_of(table, wish, progress),
                answer,
                topic="table_order",
                fault=self.fault,
            )

    def _sum(self) -> None:
        table, order = self.model.table, self.model.order
        if table is None or not self.isVisible():
            return
        columns = tuple(
            column for column in table.kind.columns if adds_up(column) and not self.model.masked(column)
        )
        if not columns:
            self._totals = {}
            self.totals.update()
            return

        def answer(sums: dict[str, float]) -> None:
            if self.model.table is table:
                self._totals = sums
                self.totals.update()

        self.jobs.start(
            text("job_table"),
            lambda progress: totals_of(table, columns, order, progress),
            answer,
            topic="table_totals",
            fault=self.fault,
        )

    def _total(self, at: int) -> str:
        columns = self.model.columns
        if self.view.head.visualIndex(at) == 0:
            return text("table_total", count=number(self.model.rowCount()))
        value = self._totals.get(columns[at].name)
        return "" if value is None else number(value, digits=1 if isinstance(value, float) else None)

    def _total_ask(self, at: int) -> Ask | None:
        table, name = self.model.table, self.model.columns[at].name
        if table is None or self.view.head.visualIndex(at) == 0 or name not in self._totals:
            return None
        shown = self.model.rowCount()
        whole = shown == len(table)
        return layer_ask(self.kind_id, SUM_OF + name) if whole else shown_ask(self.kind_id, name, shown)

    def _ask(self, ask: Ask) -> None:
        """Ask where the sum of a column is from, over the rows that are listed."""
        shown = tuple(int(fid) for fid in self.model.fids())
        answer = rows_of(self.session.plan, self.session.policy, self.kind_id, shown)
        self.bus.number_asked.emit(ask, answer, None)

    def _ask_cell(self) -> None:
        ask = self._value_ask(self.view.currentIndex())
        if ask is not None:
            self.bus.number_asked.emit(ask, None, None)

    def _value_ask(self, index: QModelIndex) -> Ask | None:
        if not index.isValid() or not self.kind_id:
            return None
        return value_ask(self.kind_id, self.model.fid(index.row()), self.model.columns[index.column()].name)

    # -- selection ---------------------------------------------------------------------------------

    def _selected_rows(self) -> np.ndarray:
        rows = [
            np.arange(part.top(), part.bottom() + 1) for part in list(self.view.selectionModel().selection())
        ]
        return np.unique(np.concatenate(rows)) if rows else np.empty(0, np.int64)

    def _selected_here(self) -> None:
        if not self._linking and self.kind_id:
            fids = self.model.fids()[self._selected_rows()]
            self.session.select(self.kind_id, [int(fid) for fid in fids])

    def _selected_elsewhere(self, kind: str, fids: frozenset[int]) -> None:
        if not self.kind_id:
            return
        rows = self.model.rows_of(fids) if kind == self.kind_id else np.empty(0, np.int64)
        if np.array_equal(rows, self._selected_rows()):
            return
        selection = QItemSelection()
        last = self.model.columnCount() - 1
        for first, end in runs(rows)[:MOST_RANGES]:
            selection.append(_range(self.model, first, end, last))
        self._linking = True
        try:
            self.view.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        finally:
            self._linking = False
        if len(rows):
            at = self.model.index(int(rows[0]), max(self.view.currentIndex().column(), 0))
            self.view.selectionModel().setCurrentIndex(at, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.view.scrollTo(at, QAbstractItemView.ScrollHint.EnsureVisible)

    def _zoom_row(self, index: QModelIndex) -> None:
        """A double-click edits; where nothing can be edited it shows the feature on the map."""
        if self.model.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return
        if self.model.table is not None and self.model.table.kind.geometry:
            fid = self.model.fid(index.row())
            self.bus.zoom_to_features.emit(self.kind_id, frozenset([fid]))
            self.bus.flash_feature.emit(self.kind_id, fid)

    def _zoom_selected(self) -> None:
        fids = frozenset(int(fid) for fid in self.model.fids()[self._selected_rows()])
        if fids:
            self.bus.zoom_to_features.emit(self.kind_id, fids)

    # -- hands -------------------------------------------------------------------------------------

    def eventFilter(self, watched: Any, event: Any) -> bool:
        """Copy from the keyboard; Ctrl+Enter asks where a value is from."""
        if watched is self.view and is_trace_key(event):
            self._ask_cell()
            return True
        if (
            watched is self.view
            and isinstance(event, QKeyEvent)
            and event.type() == QKeyEvent.Type.KeyPress
            and event.matches(QKeySequence.StandardKey.Copy)
        ):
            self.copy_rows()
            return True
        return super().eventFilter(watched, event)

    def copy_rows(self) -> None:
        """Put the selected rows (all, where none is) as text with tabs on the clipboard; masks stay."""
        rows = self._selected_rows()
        chosen = rows if len(rows) else np.arange(self.model.rowCount())
        head = self.view.head
        order = sorted(range(self.model.columnCount()), key=head.visualIndex)
        lines = [[tr(self.model.columns[at].title) for at in order]]
        for row in chosen:
            cells = (self.model.index(int(row), at).data(Qt.ItemDataRole.DisplayRole) for at in order)
            lines.append(["" if words in (None, "—") else words for words in cells])
        copy_table(lines)
        self.notice.show_notice("ok", text("table_copied", count=number(len(chosen))))
        QTimer.singleShot(2500, self.notice, self.notice.hide)

    def _unlock(self, open_: bool) -> None:
        self.model.set_unlocked(open_)
        at = self.model.sorted_column
        if not open_ and at >= 0 and self.model.masked(self.model.columns[at]):
            self.model.sorted_column, self.model.sorted_down = -1, False
        self._arrange()

    def _refused(self, error: Any) -> None:
        self.notice.show_notice("bad", *sentence(error))


def _range(model: FeatureModel, first: int, last: int, column: int) -> QItemSelectionRange:
    return QItemSelectionRange(model.index(first, 0), model.index(last, column))
