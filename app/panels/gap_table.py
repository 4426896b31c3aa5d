"""The gap table and its chart: rows of one service, linked with the map both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QMenu, QStackedLayout, QWidget

from app.bus import Bus
from app.messages import text
from app.panels.copied import copy_table
from app.panels.frame import SIDE, alone, page
from app.panels.gap_summary import bars
from app.panels.models.gap_rows import GapModel, Group
from app.panels.models.unit_rows import unit_rows
from app.panels.panel import Scroll
from app.panels.parts import EmptyState
from app.panels.rows import RowTable
from app.panels.totals_strip import TotalsStrip
from app.session import Session
from layers.planning.results import GapRow
from layers.provenance import Ask

if TYPE_CHECKING:
    from app.panels.chart import BarChart


class GapTable(QWidget):
    """Table, totals and chart over one model; what is selected here is selected on the map and back."""

    explained = Signal(list)  # the selected rows: GapRow
    traced = Signal(str)  # code of a unit or sumu, "" for all: where are the numbers from
    number_asked = Signal(object)  # the Ask of a number
    cleared = Signal()  # nothing meets the filter, and the user wants to see all again

    def __init__(self, session: Session, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.bus = session, bus
        self.model = GapModel(self)
        self.charted = self._linking = False
        self._units: dict[str, tuple[str, int]] = {}
        self.view = RowTable()
        self.view.head.lead = SIDE
        self.view.setModel(self.model)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.head.sectionClicked.connect(self._sort)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._selected_here())
        self.view.doubleClicked.connect(self._zoom)
        self.view.show_hand(self._cell_ask)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._menu)
        self.view.installEventFilter(self)
        self.totals = TotalsStrip(self.view, self.model.total, ask=self._total_ask)
        self.totals.asked.connect(self.number_asked)
        self.no_hit = EmptyState("search")
        self.no_hit.acted.connect(self.cleared)
        self.chart_place = Scroll()
        self.chart_place.column.setContentsMargins(SIDE, 8, SIDE, 8)
        self.chart: BarChart | None = None  # made when first asked for: pyqtgraph need not load before
        self._lay_out()
        bus.selection_changed.connect(self.show_selection)

    def _lay_out(self) -> None:
        self.stack = QStackedLayout(self)
        for part in (page((self.view, 1), self.totals), self.chart_place, alone(self.no_hit, top=16)):
            self.stack.addWidget(part)

    # -- what it shows -----------------------------------------------------------------------------

    def forget_units(self) -> None:
        """Units may have come or gone."""
        self._units = {}

    def arrange(
        self, *, words: str | None = None, grouped: bool | None = None, charted: bool | None = None
    ) -> None:
        """Filter, group, or change to the chart; without anything just show the model as it stands."""
        if words is not None:
            self.model.set_filter(words)
        if grouped is not None:
            self.model.set_grouped(grouped)
        if charted is not None:
            self._chart(charted)
        head = self.view.head
        head.sorted_column, head.sorted_down = self.model.sorted_column, self.model.down
        head.fit_first()
        lost = bool(self.model.words and not self.model.rows)
        if lost:
            self.no_hit.set(
                text("gaps_no_hit", words=self.model.words), text("gaps_no_hit_why"), text("clear_filter")
            )
        self.stack.setCurrentIndex(2 if lost else 1 if self.charted else 0)
        self.totals.update()
        head.viewport().update()
        self.show_selection(self.session.selection.kind, self.session.selection.fids)

    def _sort(self, column: int) -> None:
        self.model.sort_by(column)
        self.arrange()

    # -- the chart ---------------------------------------------------------------------------------

    def _chart(self, charted: bool) -> None:
        self.charted = charted
        if charted and self.chart is None:
            from app.panels.chart import BarChart

            self.chart = BarChart()
            self.chart.chosen.connect(self._chosen_in_chart)
            self.chart.traced.connect(self.traced)
            self.chart_place.column.addWidget(self.chart)

    def _draw_chart(self) -> None:
        if self.chart is not None and self.charted:
            rows = self.selected_rows()
            chosen = {row.sumu_code if self.model.grouped else row.unit_code for row in rows}
            self.chart.show_bars(bars(self.model), selected=frozenset(chosen))

    def _chosen_in_chart(self, key: str) -> None:
        group = next((one for one in self.model.lines if isinstance(one, Group) and one.code == key), None)
        self.choose([row.unit_code for row in group.rows] if group is not None else [key])

    # -- linked with the map -----------------------------------------------------------------------

    def _unit_rows(self) -> dict[str, tuple[str, int]]:
        """Unit code -> (kind id, row id) of every unit for which a service is counted."""
        if not self._units and self.session.is_open:
            roles = {service.unit_role for service, _ in self.session.catalogue.services()}
            self._units = unit_rows(self.session.plan, *roles)
        return self._units

    def selected_rows(self) -> list[GapRow]:
        """Return the selected rows from top to bottom."""
        chosen = {index.row() for index in self.view.selectionModel().selectedRows()}
        return [entry for at in sorted(chosen) if isinstance(entry := self.model.lines[at], GapRow)]

    def _selected_here(self) -> None:
        rows = self.selected_rows()
        self.explained.emit(rows)
        if not self._linking:
            self.choose([row.unit_code for row in rows])

    def choose(self, codes: list[str]) -> None:
        """Select units for the whole window; a single one flashes on the map."""
        known = self._unit_rows()
        places = [known[code] for code in codes if code in known]
        kinds = {kind for kind, _ in places}
        if len(kinds) > 1:
            return  # a selection is of one layer
        self.session.select(next(iter(kinds), ""), [fid for _, fid in places])
        if len(places) == 1:
            self.bus.flash_feature.emit(*places[0])

    def show_selection(self, kind: str, fids: frozenset[int]) -> None:
        """Show what is selected in the window, and bring the first of it into sight."""
        codes = (
            {code for code, (own, fid) in self._unit_rows().items() if own == kind and fid in fids}
            if fids
            else set()
        )
        model = self.view.selectionModel()
        wanted, first = QItemSelection(), QModelIndex()
        for at, entry in enumerate(self.model.lines):
            if isinstance(entry, GapRow) and entry.unit_code in codes:
                index = self.model.index(at, 0)
                wanted.select(index, self.model.index(at, self.model.columnCount() - 1))
                first = first if first.isValid() else index
        self._linking = True
        try:
            model.select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            if first.isValid() and not model.isSelected(model.currentIndex()):
                model.setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
        finally:
            self._linking = False
        if first.isValid():
            self.view.scrollTo(first, QAbstractItemView.ScrollHint.EnsureVisible)
        self._draw_chart()

    # -- the keyboard ------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter asks where a row's numbers are from; Ctrl+C copies the selected rows."""
        if watched is self.view and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.trace()
                return True
            if event.matches(QKeySequence.StandardKey.Copy):
                self.copy()
                return True
        return super().eventFilter(watched, event)

    def _cell_ask(self, index: QModelIndex) -> Ask | None:
        return self.model.ask(index.row(), index.column(), self.bus.year)

    def _total_ask(self, column: int) -> Ask | None:
        return self.model.total_ask(column, self.bus.year)

    def trace(self) -> None:
        """Ask where the numbers of the current row (or sumu) are from, without one of the whole service."""
        rows = self.selected_rows()
        at = self.view.currentIndex().row()
        entry = self.model.lines[at] if 0 <= at < len(self.model.lines) else None
        if isinstance(entry, Group):
            self.traced.emit(entry.code)
        else:
            self.traced.emit(rows[0].unit_code if rows else "")

    def _menu(self, at: QPoint) -> None:
        """Offer what can be asked of the selected rows."""
        if not self.selected_rows():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page = menu.addAction(text("profile_open"))
        page.triggered.connect(lambda _on=False: self.bus.run_command.emit("profile"))
        menu.addAction(text("trace_title")).triggered.connect(lambda _on=False: self.trace())
        menu.popup(self.view.viewport().mapToGlobal(at))

    def copy(self) -> None:
        """Put the selected rows, with headings, on the clipboard as columns."""
        shown = [at for at in range(self.model.columnCount()) if not self.view.isColumnHidden(at)]
        chosen = sorted({index.row() for index in self.view.selectionModel().selectedRows()})
        display = int(Qt.ItemDataRole.DisplayRole)
        heads = [str(self.model.headerData(at, Qt.Orientation.Horizontal, display) or "") for at in shown]
        lines = [
            [str(self.model.words_of(row, at) or "") for at in shown] for row in chosen
        ]
        if lines:
            copy_table((heads, *lines))

    def _zoom(self, index: QModelIndex) -> None:
        """Two clicks on a number ask where it is from, on a name they show the unit on the map."""
        entry = self.model.lines[index.row()]
        ask = self._cell_ask(index)
        if ask is not None:
            self.number_asked.emit(ask)
            return
        codes = [entry.unit_code] if isinstance(entry, GapRow) else [row.unit_code for row in entry.rows]
        known = self._unit_rows()
        places = [known[code] for code in codes if code in known]
        if places:
            self.bus.zoom_to_features.emit(places[0][0], frozenset(fid for _, fid in places))
