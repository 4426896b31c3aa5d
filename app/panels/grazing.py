"""草畜: what the pastures bear against what grazes there, the regimes' areas, what the law attaches."""

from __future__ import annotations

from PySide6.QtCore import QDate, QModelIndex
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLineEdit,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.bus import Bus
from app.grazing_theme import theme_of
from app.grazing_words import head_notes, law_words, notes, reason_words
from app.jobs import Job, Jobs
from app.messages import sentence, text
from app.panels.map_voice import MapVoice
from app.panels.models.grazing_rows import (
    VIEWS,
    Asked,
    areas_words,
    columns_of,
    places_of,
    provenance_words,
)
from app.panels.models.records import RecordModel
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
from app.panels.rows import RowTable, TotalsStrip, number
from app.panels.segmented import Segmented
from app.session import Session
from layers.errors import PlannerError
from layers.planning.grazing import BY, OVER, UNKNOWN, Grazing, GrazingRow
from layers.planning.grazing import grazing as compute
from layers.policy.bundle import Policy

SIDE = 14


class GrazingPanel(Panel):
    """One result, its table, its theme on the map, and the row that is chosen in full."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.result: Grazing | None = None
        self.policy: Policy | None = None
        self.running = False
        self.error: PlannerError | None = None
        self._job: Job | None = None
        self._asked = 0
        self._wanted: Asked | None = None
        self._linking = False
        self._places: dict[object, tuple[str, int]] = {}
        self.voice = MapVoice(bus, self)
        self.model = RecordModel(
            lambda row: (row.name, row.code, row.gacha_name, row.sumu_name),
            lambda row: f"{row.name}\n{reason_words(row)}",
            self,
        )  # fmt: skip
        self._build()
        jobs.ended.connect(self._job_ended)
        bus.selection_changed.connect(self._selected_elsewhere)
        self.start()

    # -- parts -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.by, self.views = Segmented(), Segmented()
        self.by.chosen.connect(lambda _by: self.compute())
        self.views.chosen.connect(lambda _view: self._show_table())
        self.tiles = (Tile(), Tile(), Tile())
        self.notice = NoticeBar()
        self.notice.acted.connect(self.compute)
        self.year, self.day, self.filter = QComboBox(), QDateEdit(), QLineEdit()
        self.year.activated.connect(lambda _at: self._year_chosen())
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setCalendarPopup(True)
        self.day.editingFinished.connect(self._day_chosen)
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._filter)
        self.on_map = IconButton("map", checkable=True, box=30)
        self.on_map.setChecked(True)
        self.on_map.toggled.connect(lambda _on: self._tell_map())
        self.table = RowTable()
        self.table.head.lead = SIDE
        self.table.setModel(self.model)
        self.table.setSelectionMode(RowTable.SelectionMode.SingleSelection)
        self.table.head.sectionClicked.connect(self._sort)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._chosen())
        self.table.doubleClicked.connect(self._zoom)
        self.totals = TotalsStrip(self.table, self.model.total)
        self.why, self.law = label("note", wrap=True), label("note", wrap=True)
        self.provenance = ProvenanceLine()
        self.export = Button("primary", "download")
        self.export.clicked.connect(lambda: self.bus.run_command.emit("export_grazing"))
        self.nothing = EmptyState("wheat")
        self.nothing.acted.connect(lambda: self.bus.run_command.emit("new_sample"))
        self._lay_out()

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(SIDE, 0, SIDE, 8)
        head.setSpacing(10)
        choices = QHBoxLayout()
        choices.setSpacing(8)
        choices.addWidget(self.by, 1)
        choices.addWidget(self.views, 1)
        head.addLayout(choices)
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
        tools.addWidget(self.day, 3)
        tools.addWidget(self.on_map)
        head.addLayout(tools)
        foot = QVBoxLayout()
        foot.setContentsMargins(SIDE, 8, SIDE, 12)
        foot.setSpacing(6)
        foot.addWidget(self.why)
        foot.addWidget(self.law)
        foot.addWidget(self.provenance)
        actions = QHBoxLayout()
        actions.addStretch()
        actions.addWidget(self.export)
        foot.addLayout(actions)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(self.totals)
        column.addWidget(line())
        column.addLayout(foot)
        blank = QWidget()
        alone = QVBoxLayout(blank)
        alone.setContentsMargins(SIDE, 4, SIDE, 16)
        alone.addWidget(self.nothing)
        alone.addStretch()
        self.pages = QStackedLayout(self)
        self.pages.addWidget(full)
        self.pages.addWidget(blank)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.by.set_items([(name, text(f"grazing_by_{name}")) for name in BY])
        self.views.set_items([(name, text(f"grazing_view_{name}")) for name in VIEWS])
        self.filter.setPlaceholderText(text("gaps_filter"))
        self.on_map.describe(text("gaps_on_map"))
        self.day.setToolTip(text("grazing_day_tip"))
        self.year.setToolTip(text("grazing_year_tip"))
        self.export.setText(text("gaps_export"))
        self._fill_years()
        self._show()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self.totals.restyle()
        self._show()

    def _fill_years(self) -> None:
        kept = self.year.currentData()
        self.year.clear()
        years = self._years()
        for year in years:
            self.year.addItem(text("grazing_year_item", year=year), year)
        self.year.setEnabled(bool(years))
        self.year.setCurrentIndex(max(self.year.findData(kept), 0) if years else -1)

    def _years(self) -> list[int]:
        """Years of which livestock is on record, the latest first."""
        if not self.session.is_open:
            return []
        tables = self.session.plan.with_role("livestock")
        return sorted(
            {int(year) for table in tables for year in table.column("year") if year is not None}, reverse=True
        )

    # -- what happens ------------------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self._asked += 1
        self.result, self.running, self.error, self._wanted = None, False, None, None
        self._fill_years()
        self._show()
        if self.isVisible():
            self.compute()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """The result says itself whether it still holds."""
        del collections
        if kinds:
            self._fill_years()
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Compute what nobody has asked for before."""
        super().showEvent(event)
        if self.result is None and not self.running and self.error is None:
            self.compute()
        self._tell_map()

    def compute(self) -> None:
        """Compute it from the plan as it stands, off the interface thread."""
        if not self.session.is_open:
            return
        plan, policy = self.session.plan, self.session.policy
        day = self._wanted.on if self._wanted is not None else None
        wanted = Asked(self.by.current() or BY[0], self.year.currentData(), day)
        self._asked += 1
        asked = self._asked

        def answer(result: Grazing) -> None:
            if asked == self._asked:
                self.running, self.error, self.result, self.policy = False, None, result, policy
                self._places = places_of(result)
                self._show()

        def fault(error: BaseException) -> None:
            if asked == self._asked:
                self.running = False
                if not isinstance(error, PlannerError):
                    raise error
                self.error = error
                self._show()

        self.running = True
        self._job = self.jobs.start(
            text("job_grazing"),
            lambda progress: compute(
                plan, policy, by=wanted.by, year=wanted.year, on=wanted.on, progress=progress
            ),
            answer,
            topic="grazing",
            fault=fault,
        )
        self._show()

    def asked(self) -> Asked:
        """Return what is looked at now (for what is exported)."""
        return Asked(
            self.by.current() or BY[0], self.year.currentData(), self.result.on if self.result else None
        )

    def _job_ended(self, job: Job, how: str) -> None:
        if job is self._job and how == "cancelled":
            self.running = False
            self._show()

    def _year_chosen(self) -> None:
        self._wanted = None  # another year has its own last day
        self.compute()

    def _day_chosen(self) -> None:
        day = self.day.date().toPython()
        if self.result is not None and day != self.result.on:
            self._wanted = Asked(self.result.by, self.result.year, day)
            self.compute()

    def _filter(self, words: str) -> None:
        self.model.set_filter(words)
        self._arrange()

    def _sort(self, column: int) -> None:
        self.model.sort_by(column)
        self._arrange()

    @property
    def stale(self) -> bool:
        """Whether the plan or the rules have moved on since it was computed."""
        if self.result is None or not self.session.is_open:
            return False
        source = self.result.provenance
        return not source.is_current(self.session.plan) or self.policy is not self.session.policy

    # -- what it shows -----------------------------------------------------------------------------

    def _show(self) -> None:
        there = self.session.is_open and (self.result is None or bool(self.result.rows))
        if not self.session.is_open:
            self.nothing.set(text("no_project"), text("grazing_nothing_why"), text("open_sample"))
        else:
            self.nothing.set(text("grazing_nothing"), text("grazing_nothing_why"))
        self.pages.setCurrentIndex(0 if there else 1)
        self.export.setEnabled(self.result is not None)
        self._show_notice()
        self._show_tiles()
        self._show_table()
        result = self.result
        if result is None:
            self.provenance.set("")
        else:
            rules = {rule.id: rule for rule in self.session.policy.rules} if self.session.is_open else {}
            memory = (text("grazing_memory"),) if result.unverified else ()
            self.provenance.set(provenance_words(result.provenance, (*head_notes(result), *memory)))
            self.provenance.setToolTip("\n".join(notes(result, rules)))
            if result.on is not None:
                self.day.setDate(QDate(result.on.year, result.on.month, result.on.day))
        self._tell_map()

    def _show_notice(self) -> None:
        if self.error is not None:
            self.notice.show_notice("bad", *sentence(self.error), text("recompute"))
        elif self.running:
            self.notice.show_notice("info", text("job_grazing"))
        elif self.stale:
            self.notice.show_notice("warn", text("stale"), text("stale_why"), text("recompute"))
        elif self.result is not None and self.result.totals is None and self.result.rows:
            ended = "grazing_zones_ended" if self.result.ended else "grazing_no_zones"
            self.notice.show_notice("warn", text(f"reason_{ended}"), text("gaps_absent_why"))
        else:
            self.notice.hide()

    def _show_tiles(self) -> None:
        result = self.result
        for tile in self.tiles:
            tile.setVisible(result is not None)
        if result is None:
            return
        unit = text(f"grazing_unit_{result.by}")
        over = sum(row.over or 0.0 for row in result.rows)
        self.tiles[0].set(number(result.count(OVER)), unit, text("grazing_tile_over"), "need4")
        self.tiles[1].set(
            number(round(over)), text("grazing_unit_sheep"), text("grazing_tile_sheep"), "need3"
        )
        self.tiles[2].set(number(result.count(UNKNOWN)), unit, text("grazing_tile_unknown"), "unknown_ink")

    def _show_table(self) -> None:
        view = self.views.current() or VIEWS[0]
        columns = columns_of(view, self.result.by if self.result is not None else BY[0])
        rows = self.result.rows if self.result is not None else ()
        first = ("grazing_load", True) if view == "load" else ("grazing_name", False)
        self.model.show(columns, rows, first=first)
        self._arrange()

    def _arrange(self) -> None:
        head = self.table.head
        head.sorted_column, head.sorted_down = self.model.sorted_column, self.model.down
        head.fit_first()
        head.viewport().update()
        self.totals.update()
        self._selected_elsewhere(self.session.selection.kind, self.session.selection.fids)
        self._tell_row()

    def _tell_map(self) -> None:
        shown = self.on_map.isChecked() and self.result is not None and self.policy is not None
        self.voice.say(theme_of(self.result, self.policy) if shown else None)  # type: ignore[arg-type]

    # -- one row -----------------------------------------------------------------------------------

    def row(self) -> GrazingRow | None:
        """The row that is chosen."""
        chosen = self.table.selectionModel().selectedRows()
        return self.model.lines[chosen[0].row()] if chosen else None

    def _chosen(self) -> None:
        self._tell_row()
        row = self.row()
        if row is None or self._linking:
            return
        place = self._place(row)
        if place is not None:
            self._linking = True
            self.session.select(place[0], [place[1]])
            self._linking = False
            self.bus.flash_feature.emit(*place)

    def _tell_row(self) -> None:
        row = self.row()
        self.why.setVisible(row is not None)
        self.law.setVisible(row is not None)
        if row is None:
            return
        self.why.setText(f"{row.name}：{reason_words(row)}。{areas_words(row)}")
        self.law.setText("\n".join(law_words(row.verdict)))

    def _place(self, row: GrazingRow) -> tuple[str, int] | None:
        """The feature of a row: kind and row id; None where it is there no more."""
        place = self._places.get(row.fid or row.code)
        if (
            place is None
            or place[0] not in self.session.plan
            or place[1] not in self.session.plan.table(place[0])
        ):
            return None
        return place

    def _selected_elsewhere(self, kind: str, fids: frozenset[int]) -> None:
        """A single feature that is selected on the map is the chosen row, where it has one."""
        if self._linking or self.result is None or len(fids) != 1:
            return
        wanted = (kind, next(iter(fids)))
        for at, row in enumerate(self.model.lines):
            if self._places.get(row.fid or row.code) == wanted:
                self._linking = True
                self.table.selectRow(at)
                self._linking = False
                return

    def _zoom(self, index: QModelIndex) -> None:
        place = self._place(self.model.lines[index.row()])
        if place is not None:
            self.bus.zoom_to_features.emit(place[0], frozenset([place[1]]))
