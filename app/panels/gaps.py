"""缺口: what every gacha lacks, service by service; linked with the map both ways."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.bus import Bus
from app.gap_themes import theme_of
from app.jobs import Jobs
from app.messages import sentence, text, tr
from app.panels.gap_summary import bars, figures, notice, provenance
from app.panels.models.gap_results import Board, results_of
from app.panels.models.gap_rows import GapModel, Group
from app.panels.panel import Panel, Scroll
from app.panels.parts import (
    Button,
    EmptyState,
    IconButton,
    NoticeBar,
    ProvenanceLine,
    Segmented,
    Tile,
    label,
    line,
    restyle_all,
)
from app.panels.rows import RowTable, TotalsStrip
from app.session import Session
from layers.catalogue.service import Service
from layers.maps.choropleth import MapTheme
from layers.planning.results import GapRow

SIDE = 14


class GapsPanel(Panel):
    """The gap table of one service, its figures, its chart, its theme on the map."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.results = results_of(session, jobs, bus)
        self.model = GapModel(self)
        self.map_theme: MapTheme | None = None
        self._linking = self._seen = False
        self._shown_board: Board | None = None
        self._units: dict[str, tuple[str, int]] = {}
        self._build()
        self.results.changed.connect(self._refresh)
        bus.selection_changed.connect(self._selected_elsewhere)
        bus.year_changed.connect(self._year_elsewhere)
        bus.show_service.connect(self.show_service)
        self.start()

    # -- parts -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.services = Segmented()
        self.services.chosen.connect(lambda _id: self._show_service())
        self.tiles = (Tile(), Tile(), Tile())
        self.notice = NoticeBar()
        self.notice.acted.connect(self.results.compute)
        self.year, self.filter = QComboBox(), QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._filter)
        self.year.activated.connect(lambda _at: self.bus.year_changed.emit(self.year.currentData()))
        self.grouped = IconButton("list-tree", checkable=True, box=30)
        self.charted = IconButton("chart-column", checkable=True, box=30)
        self.on_map = IconButton("map", checkable=True, box=30)
        self.on_map.setChecked(True)
        self.grouped.toggled.connect(self._group)
        self.charted.toggled.connect(self._chart)
        self.on_map.toggled.connect(lambda _on: self._tell_map())
        self._build_table()
        self.provenance = ProvenanceLine()
        self.why = label("note", wrap=True)
        self.export = Button("primary", "download")
        self.export.clicked.connect(lambda: self.bus.run_command.emit("export_gaps"))
        self.nothing = EmptyState("layers")
        self.nothing.acted.connect(lambda: self.bus.run_command.emit("new_sample"))
        self._lay_out()

    def _build_table(self) -> None:
        self.table = RowTable()
        self.table.head.lead = SIDE
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.table.head.sectionClicked.connect(self._sort)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._selected_here())
        self.table.doubleClicked.connect(self._zoom)
        self.totals = TotalsStrip(self.table, self.model.total)
        self.no_hit = EmptyState("search")
        self.no_hit.acted.connect(self.filter.clear)
        self.chart_place = Scroll()
        self.chart_place.column.setContentsMargins(SIDE, 8, SIDE, 8)
        self.chart = None  # made when first asked for: pyqtgraph need not load before

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(SIDE, 14, SIDE, 8)
        head.setSpacing(12)
        head.addWidget(self.services)
        tiles = QHBoxLayout()
        tiles.setSpacing(8)
        for tile in self.tiles:
            tiles.addWidget(tile, 1)
        head.addLayout(tiles)
        head.addWidget(self.notice)
        tools = QHBoxLayout()
        tools.setSpacing(4)
        tools.addWidget(self.filter, 3)
        tools.addWidget(self.year, 2)
        for button in (self.grouped, self.charted, self.on_map):
            tools.addWidget(button)
        head.addLayout(tools)
        table = QWidget()
        under = QVBoxLayout(table)
        under.setContentsMargins(0, 0, 0, 0)
        under.setSpacing(0)
        under.addWidget(self.table, 1)
        under.addWidget(self.totals)
        empty = QWidget()
        inside = QVBoxLayout(empty)
        inside.setContentsMargins(SIDE, 16, SIDE, 16)
        inside.addWidget(self.no_hit)
        inside.addStretch()
        self.stack = QStackedLayout()
        for part in (table, self.chart_place, empty):
            self.stack.addWidget(part)
        foot = QVBoxLayout()
        foot.setContentsMargins(SIDE, 8, SIDE, 12)
        foot.setSpacing(8)
        foot.addWidget(self.why)
        foot.addWidget(self.provenance)
        actions = QHBoxLayout()
        actions.addStretch()
        actions.addWidget(self.export)
        foot.addLayout(actions)
        self.full = QWidget()
        column = QVBoxLayout(self.full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(self.stack, 1)
        column.addWidget(line())
        column.addLayout(foot)
        blank = QWidget()
        alone = QVBoxLayout(blank)
        alone.setContentsMargins(SIDE, 16, SIDE, 16)
        alone.addWidget(self.nothing)
        alone.addStretch()
        self.pages = QStackedLayout(self)
        self.pages.addWidget(self.full)
        self.pages.addWidget(blank)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.filter.setPlaceholderText(text("gaps_filter"))
        self.grouped.describe(text("gaps_by_sumu"))
        self.charted.describe(text("gaps_chart"))
        self.on_map.describe(text("gaps_on_map"))
        self.export.setText(text("gaps_export"))
        self.nothing.set(text("gaps_no_units"), text("gaps_no_units_why"), text("open_sample"))
        self._fill_years()
        self._fill_services()
        self._refresh()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self._show_service()

    def _fill_services(self) -> None:
        self.services.set_items([(service.id, tr(service.title)) for service, _ in self.session.catalogue.services()])

    def _fill_years(self) -> None:
        self.year.blockSignals(True)
        self.year.clear()
        self.year.addItem(text("year_now"), None)
        if self.session.is_open:
            for year in self.session.policy.period.years:
                self.year.addItem(text("year_end", year=year), year)
        self.year.setCurrentIndex(max(self.year.findData(self.results.year), 0))
        self.year.blockSignals(False)

    # -- what happens ------------------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self._units = {}
        self._fill_years()
        self._refresh()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """Units may have come or gone; the results say themselves whether they still hold."""
        if "policy" in collections or "project" in collections:
            self._fill_years()
        if kinds:
            self._units = {}

    def showEvent(self, event: QShowEvent) -> None:
        """Compute what nobody has asked for before, and colour the map."""
        super().showEvent(event)
        if not self._seen:
            self._seen = True
            self.results.want(True)
        self._tell_map()

    def hideEvent(self, event: QHideEvent) -> None:
        """Out of sight nothing is computed; the map keeps its theme."""
        super().hideEvent(event)
        if self._seen:
            self._seen = False
            self.results.want(False)

    def show_service(self, service_id: str) -> None:
        """Show a service (asked for by another part)."""
        self.services.set_current(service_id)
        self._show_service()

    @property
    def service(self) -> Service | None:
        """The service that is shown."""
        wanted = self.services.current()
        return next((one for one, _ in self.session.catalogue.services() if one.id == wanted), None)

    def _refresh(self) -> None:
        board = self.results.board
        there = self.session.is_open and (board is None or bool(board.gaps.rows))
        self.pages.setCurrentIndex(0 if there else 1)
        self.export.setEnabled(board is not None)
        self._show_service()

    def _show_service(self) -> None:
        board, service = self.results.board, self.service
        if board is None or service is None or not self.session.is_open:
            self._show_waiting()
            return
        rows = board.gaps.of_service(service.id)
        self.map_theme = theme_of(self.session.catalogue, board.policy, board.gaps, service.id, board.built)
        self.model.show(service, rows, self._tokens())
        for tile, figure in zip(self.tiles, figures(board, service), strict=True):
            tile.setVisible(figure is not None)
            if figure is not None:
                tile.set(*figure)
        self.provenance.set(provenance(board, service, self.session))
        self._show_notice(board, service)
        self._head_changed()
        self._selected_elsewhere(self.session.selection.kind, self.session.selection.fids)
        self._tell_map()

    def _show_waiting(self) -> None:
        self.map_theme = None
        for tile in self.tiles:
            tile.hide()
        self.notice.hide()
        if self.results.error is not None:
            self.notice.show_notice("bad", *sentence(self.results.error), text("recompute"))
        elif self.results.running:
            self.notice.show_notice("info", text("gaps_running"))
        self.provenance.set("")
        self.why.hide()

    def _show_notice(self, board: Board, service: Service) -> None:
        if self.results.error is not None:
            self.notice.show_notice("bad", *sentence(self.results.error), text("recompute"))
            return
        if self.results.stale:
            self.notice.show_notice("warn", text("stale"), text("stale_why"), text("recompute"))
            return
        found = notice(board, service)
        if found is None:
            self.notice.hide()
        else:
            self.notice.show_notice(*found)

    def _tokens(self) -> dict[str, str]:
        if self.map_theme is None:
            return {}
        return {code: self.map_theme.classes[at].symbol.fill for code, at in self.map_theme.of_unit.items()}

    def _head_changed(self) -> None:
        head = self.table.head
        head.sorted_column, head.sorted_down = self.model.sorted_column, self.model.down
        head.fit_first()
        if self.filter.text() and not self.model.rows:
            self.no_hit.set(text("gaps_no_hit", words=self.filter.text()), text("gaps_no_hit_why"), text("clear_filter"))
            self.stack.setCurrentIndex(2)
        else:
            self.stack.setCurrentIndex(1 if self.charted.isChecked() else 0)
        self.grouped.setVisible(self.model.service is None or self.model.service.unit_role == "unit.gacha")
        self._draw_chart()
        self.totals.update()
        head.viewport().update()

    # -- the tools ---------------------------------------------------------------------------------

    def _filter(self, words: str) -> None:
        self.model.set_filter(words)
        self._head_changed()
        self._selected_elsewhere(self.session.selection.kind, self.session.selection.fids)

    def _sort(self, column: int) -> None:
        self.model.sort_by(column)
        self._head_changed()
        self._selected_elsewhere(self.session.selection.kind, self.session.selection.fids)

    def _group(self, grouped: bool) -> None:
        self.model.set_grouped(grouped)
        self._head_changed()
        self._selected_elsewhere(self.session.selection.kind, self.session.selection.fids)

    def _chart(self, charted: bool) -> None:
        if charted and self.chart is None:
            from app.panels.chart import BarChart

            self.chart = BarChart()
            self.chart.chosen.connect(self._chosen_in_chart)
            self.chart_place.column.addWidget(self.chart)
        self._head_changed()

    def _draw_chart(self) -> None:
        if self.chart is None or not self.charted.isChecked() or self.results.board is None:
            return
        chosen = {row.unit_code for row in self._rows_selected()}
        if self.model.grouped:
            chosen = {row.sumu_code for row in self._rows_selected()}
        self.chart.show_bars(bars(self.model), selected=frozenset(chosen))

    def _chosen_in_chart(self, key: str) -> None:
        if self.model.grouped:
            group = next((one for one in self.model.lines if isinstance(one, Group) and one.code == key), None)
            self._choose([row.unit_code for row in group.rows] if group else [])
        else:
            self._choose([key])

    def _tell_map(self) -> None:
        if self.isVisible():
            self.bus.gap_theme.emit(self.map_theme if self.on_map.isChecked() else None)

    def _year_elsewhere(self, year: int | None) -> None:
        self.year.setCurrentIndex(max(self.year.findData(year), 0))

    # -- linked with the map -----------------------------------------------------------------------

    def _unit_rows(self) -> dict[str, tuple[str, int]]:
        """Unit code -> (kind id, row id) of the units of the shown service."""
        if not self._units and self.session.is_open and self.service is not None:
            for role in {one.unit_role for one, _ in self.session.catalogue.services()}:
                for table in self.session.plan.with_role(role):
                    self._units.update({str(code): (table.kind.id, int(fid)) for fid, code in
                                        zip(table.fids, table.column(table.kind.key), strict=True) if code is not None})
        return self._units

    def _rows_selected(self) -> list[GapRow]:
        chosen = {index.row() for index in self.table.selectionModel().selectedRows()}
        return [entry for at in sorted(chosen) if isinstance(entry := self.model.lines[at], GapRow)]

    def _selected_here(self) -> None:
        rows = self._rows_selected()
        self._explain(rows)
        if not self._linking:
            self._choose([row.unit_code for row in rows])

    def _choose(self, codes: list[str]) -> None:
        known = self._unit_rows()
        places = [known[code] for code in codes if code in known]
        kinds = {kind for kind, _ in places}
        if len(kinds) > 1:
            return
        self.session.select(next(iter(kinds), ""), [fid for _, fid in places])
        if len(places) == 1:
            self.bus.flash_feature.emit(*places[0])

    def _selected_elsewhere(self, kind: str, fids: frozenset[int]) -> None:
        codes = {code for code, (own, fid) in self._unit_rows().items() if own == kind and fid in fids} if fids else set()
        model = self.table.selectionModel()
        wanted = QItemSelection()
        first = QModelIndex()
        for at, entry in enumerate(self.model.lines):
            if isinstance(entry, GapRow) and entry.unit_code in codes:
                index = self.model.index(at, 0)
                wanted.merge(QItemSelection(index, self.model.index(at, self.model.columnCount() - 1)),
                             QItemSelectionModel.SelectionFlag.Select)
                first = first if first.isValid() else index
        self._linking = True
        try:
            model.select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        finally:
            self._linking = False
        if first.isValid():
            if not model.isSelected(model.currentIndex()):
                model.setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.table.scrollTo(first, QAbstractItemView.ScrollHint.EnsureVisible)
        self._explain(self._rows_selected())
        self._draw_chart()

    def _explain(self, rows: list[GapRow]) -> None:
        from app.actions.gaps import reason_text

        self.why.setVisible(len(rows) == 1)
        if len(rows) == 1:
            self.why.setText(text("gap_why", name=self.model.title(rows[0]), why=reason_text(rows[0])))

    def _zoom(self, index: QModelIndex) -> None:
        entry = self.model.lines[index.row()]
        codes = [entry.unit_code] if isinstance(entry, GapRow) else [row.unit_code for row in entry.rows]
        known = self._unit_rows()
        places = [known[code] for code in codes if code in known]
        if places:
            self.bus.zoom_to_features.emit(places[0][0], frozenset(fid for _, fid in places))
