"""缺口: what every gacha lacks, service by service; linked with the map both ways."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.bus import Bus
from app.gap_themes import has_amounts, has_numbers, theme_of
from app.jobs import Jobs
from app.messages import sentence, text, tr
from app.panels.frame import FOOT, SIDE, Pages, across, down, page, tile_row
from app.panels.gap_summary import figures, notice, provenance
from app.panels.gap_table import GapTable
from app.panels.map_voice import MapVoice
from app.panels.models.gap_results import Board, results_of
from app.panels.panel import Panel
from app.panels.parts import (
    Button,
    EmptyState,
    IconButton,
    NoticeBar,
    ProvenanceLine,
    Tile,
    label,
    line,
    restyle_all,
)
from app.panels.segmented import Segmented
from app.session import Session
from layers.catalogue.service import Service
from layers.maps.choropleth import MapTheme
from layers.maps.classes import USUAL_LOOK
from layers.planning.results import GapRow
from layers.provenance import Ask


class GapsPanel(Panel):
    """The gap table of one service, its figures, its chart, its theme on the map."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.results = results_of(session, jobs, bus)
        self.map_theme: MapTheme | None = None
        self._seen = False
        self.voice = MapVoice(bus, self)
        self._build()
        self.results.changed.connect(self._refresh)
        bus.year_changed.connect(self._year_elsewhere)
        bus.show_service.connect(self.show_service)
        bus.look_changed.connect(lambda _service: self._show_service())
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
        self.filter.textChanged.connect(lambda words: self.table.arrange(words=words))
        self.year.activated.connect(lambda _at: self.bus.year_changed.emit(self.year.currentData()))
        self.grouped = IconButton("list-tree", checkable=True, box=30)
        self.charted = IconButton("chart-column", checkable=True, box=30)
        self.classed = IconButton("palette", box=30)
        self.classed.clicked.connect(lambda: self.bus.run_command.emit("classes"))
        self.on_map = IconButton("map", checkable=True, box=30)
        self.on_map.setChecked(True)
        self.grouped.toggled.connect(lambda on: self.table.arrange(grouped=on))
        self.charted.toggled.connect(lambda on: self.table.arrange(charted=on))
        self.on_map.toggled.connect(lambda _on: self._tell_map())
        self.table = GapTable(self.session, self.bus)
        self.table.explained.connect(self._explain)
        self.table.cleared.connect(self.filter.clear)
        self.provenance = ProvenanceLine()
        self.why = label("note", wrap=True)
        self.where_from = Button("quiet", "scan-search")
        self.where_from.clicked.connect(lambda: self.table.trace())
        self.table.traced.connect(self._trace)
        self.table.number_asked.connect(self._ask)
        for tile in self.tiles:
            tile.clicked.connect(lambda: self._trace(""))
            tile.set_traces(True)
        self.export = Button("primary", "download")
        self.export.clicked.connect(lambda: self.bus.run_command.emit("export_gaps"))
        self.nothing = EmptyState("layers")
        self.nothing.acted.connect(self.get_data)
        self._lay_out()

    def _lay_out(self) -> None:
        shown = (self.grouped, self.charted, self.classed, self.on_map)
        tools = across((self.filter, 3), (self.year, 2), *shown, spacing=4)
        head = down(self.services, tile_row(self.tiles), self.notice, tools, margins=(SIDE, 14, SIDE, 8),
                    spacing=12)  # fmt: skip
        actions = across(self.where_from, None, self.export)
        foot = down(self.why, self.provenance, actions, margins=FOOT, spacing=8)
        self.pages = Pages(self, page(head, (self.table, 1), line(), foot), self.nothing, top=16)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.filter.setPlaceholderText(text("gaps_filter"))
        self.grouped.describe(text("gaps_by_sumu"))
        self.charted.describe(text("gaps_chart"))
        self.classed.describe(text("classes_button"))
        self.on_map.describe(text("gaps_on_map"))
        self.export.setText(text("gaps_export"))
        self.where_from.setText(text("trace_title"))
        self._fill_years()
        self._fill_services()
        self._refresh()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self._show_service()

    def _fill_services(self) -> None:
        self.services.set_items(
            [(service.id, tr(service.title)) for service, _ in self.session.catalogue.services()]
        )

    def _fill_years(self) -> None:
        action = text("queue_import" if self.session.is_open else "open_sample")
        self.nothing.set(text("gaps_no_units"), text("gaps_no_units_why"), action)
        self.year.blockSignals(True)
        self.year.clear()
        self.year.addItem(text("year_now"), None)
        if self.session.is_open:
            period = self.session.policy.period
            for year in sorted({period.baseline_year, *period.years}):
                self.year.addItem(text("year_end", year=year), year)
        self.year.setCurrentIndex(max(self.year.findData(self.results.year), 0))
        self.year.blockSignals(False)

    # -- what happens ------------------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self.table.forget_units()
        self._fill_years()
        self._refresh()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """Units may have come or gone; the results say themselves whether they still hold."""
        if "policy" in collections or "project" in collections:
            self._fill_years()
        if kinds:
            self.table.forget_units()

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
        self.pages.show_full(there)
        self.export.setEnabled(board is not None)
        self.where_from.setEnabled(board is not None)
        self._show_service()

    def _show_service(self) -> None:
        board, service = self.results.board, self.service
        if board is None or service is None or not self.session.is_open:
            self._show_waiting()
            return
        rows = board.gaps.of_service(service.id)
        self.map_theme = theme_of(self.session.catalogue, board.policy, board.gaps, service.id, board.built,
                                  board.scheme, board.base,
                                  self.bus.looks.get(service.id, USUAL_LOOK))
        self.table.model.moved = frozenset(
            row.unit_code for row in rows if self.results.has_moved("row", service.id, row.unit_code)
        )
        self.table.model.show(service, rows, self._tokens())
        for tile, figure in zip(self.tiles, figures(board, service), strict=True):
            tile.setVisible(figure is not None)
            if figure is not None:
                tile.set(*figure)
        self.provenance.set(provenance(board, service, self.session))
        self._show_notice(board, service)
        self.classed.setEnabled(has_amounts(board.gaps, service) or has_numbers(board.gaps, service))
        self.grouped.setVisible(service.unit_role == "unit.gacha")
        self.table.arrange()
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
        if self.results.stale and not self.results.running:
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

    def _tell_map(self) -> None:
        self.voice.say(self.map_theme if self.on_map.isChecked() else None)

    def _year_elsewhere(self, year: int | None) -> None:
        if self.year.findData(year) < 0:
            self.year.addItem(text("year_end", year=year), year)
        self.year.setCurrentIndex(self.year.findData(year))

    def _trace(self, code: str) -> None:
        """Ask where the numbers of a unit, a sumu or (empty) the whole service are from."""
        if self.service is not None and self.results.board is not None:
            self.bus.trace_asked.emit("gap", self.service.id, code)

    def _ask(self, ask: Ask) -> None:
        """Ask where a number of the table is from."""
        board = self.results.board
        if board is not None:
            self.bus.number_asked.emit(ask, None, board.policy)

    def _explain(self, rows: list[GapRow]) -> None:
        from app.gap_words import parts_text, reason_text

        if len(rows) == 1 and self.service is not None:
            self.results.looked_at("row", self.service.id, rows[0].unit_code)

        self.why.setVisible(len(rows) == 1)
        if len(rows) == 1:
            words = text("gap_why", name=self.table.model.title(rows[0]), why=reason_text(rows[0]))
            parts = parts_text(self.session, rows[0])
            self.why.setText(f"{words}\n{parts}" if parts else words)
