"""道路: the register of road faults; a click shows one on the map, gaps are repaired, what was said of it is
kept."""

from __future__ import annotations

import shapely
from PySide6.QtGui import QHideEvent, QIcon, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from app.actions.roads import judge_fault, repair_faults
from app.bus import Bus
from app.jobs import Job, Jobs, Progress
from app.messages import sentence, text
from app.panels.models.records import RecordModel
from app.panels.models.road_rows import chosen, columns, facts, filters, why
from app.panels.panel import Panel
from app.panels.parts import Button, EmptyState, NoticeBar, ProvenanceLine, Tile, label, line, restyle_all
from app.panels.rows import RowTable, number
from app.panels.swatch import swatch
from app.road_marks import marks_of, sign
from app.road_words import share_words
from app.session import Session
from layers.errors import PlannerError
from layers.planning.road_faults import (
    COLLECTION,
    JUDGEMENTS,
    Fault,
    RoadFaults,
    road_faults,
    with_judgements,
)
from layers.planning.units import GACHA
from layers.policy.bundle import Policy

SIDE = 14
AROUND_M = 1_500.0  # how much is shown round a fault
AROUND_GAP, NEAREST_M = 6.0, 30.0  # round a gap: so many times its width, and at least so many metres
HARDENED = "road_hardened"


class RoadFaultsPanel(Panel):
    """Tiles, a filter that is the legend, the list, and what to do about the one that is chosen."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.result: RoadFaults | None = None
        self.policy: Policy | None = None
        self.error: PlannerError | None = None
        self.running = False
        self._asked = 0
        self._job: Job | None = None
        self._keep = ""  # key of the fault that stays chosen
        self.model = RecordModel(self._words_of, lambda fault: fault.key, self)
        self._build()
        jobs.ended.connect(self._job_ended)
        bus.year_changed.connect(lambda _year: self._again())
        self.start()

    # -- parts -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.tiles = (Tile(), Tile(), Tile())
        self.notice = NoticeBar()
        self.notice.acted.connect(self.compute)
        self.kind, self.filter = QComboBox(), QLineEdit()
        self.kind.setMinimumContentsLength(8)
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kind.activated.connect(lambda _at: self._show_table())
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._filter)
        self.table = RowTable()
        self.table.head.lead = SIDE
        self.table.setModel(self.model)
        self.table.setSelectionMode(RowTable.SelectionMode.SingleSelection)
        self.table.head.sectionClicked.connect(self._sort)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._chosen())
        self.table.clicked.connect(lambda _index: self.show_on_map())
        self.table.activated.connect(lambda _index: self.show_on_map())
        self.facts = label("note", wrap=True)
        self.judged = QComboBox()
        self.judged.activated.connect(lambda _at: self._judge())
        self.repair, self.repair_all = Button("primary", "check"), Button("", "route")
        self.repair.clicked.connect(lambda: self._repair([self.current()]))
        self.repair_all.clicked.connect(lambda: self._repair(self.result.faults if self.result else ()))
        self.provenance = ProvenanceLine()
        self.export = Button("", "download")
        self.export.clicked.connect(lambda: self.bus.run_command.emit("export_faults"))
        self.nothing = EmptyState("route")
        self.nothing.acted.connect(lambda: self.bus.run_command.emit("new_sample"))
        self._lay_out()

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(SIDE, 0, SIDE, 8)
        head.setSpacing(10)
        tiles = QHBoxLayout()
        tiles.setSpacing(8)
        for tile in self.tiles:
            tiles.addWidget(tile, 1)
        head.addLayout(tiles)
        head.addWidget(self.notice)
        tools = QHBoxLayout()
        tools.setSpacing(4)
        tools.addWidget(self.kind, 3)
        tools.addWidget(self.filter, 2)
        head.addLayout(tools)
        foot = QVBoxLayout()
        foot.setContentsMargins(SIDE, 8, SIDE, 12)
        foot.setSpacing(6)
        foot.addWidget(self.facts)
        steps = QHBoxLayout()
        steps.setSpacing(6)
        steps.addWidget(self.repair, 1)
        steps.addWidget(self.repair_all, 1)
        foot.addWidget(self.judged)
        foot.addLayout(steps)
        below = QHBoxLayout()
        below.addWidget(self.provenance, 1)
        below.addWidget(self.export)
        foot.addLayout(below)
        full, blank = QWidget(), QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(line())
        column.addLayout(foot)
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
        self.filter.setPlaceholderText(text("faults_filter"))
        self.export.setText(text("gaps_export"))
        self.repair.setText(text("faults_repair_one"))
        self.repair.setToolTip(text("faults_repair_tip"))
        self.repair_all.setToolTip(text("faults_repair_tip"))
        self.judged.clear()
        for one in (None, *JUDGEMENTS):
            self.judged.addItem(text(f"fault_judged_{one or 'none'}"), one)
        self._show()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self._show()

    # -- what happens ------------------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self._asked += 1
        self.result, self.running, self.error, self._keep = None, False, None, ""
        self._show()
        self._again()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """A road was mended, a fault judged, or another part of the window changed what is counted here."""
        if self.result is None:
            return
        if COLLECTION in collections:
            self.result = with_judgements(self.result, self.session.plan)
            self._show()
        if kinds or "policy" in collections:
            self._show_notice()
            self._again()

    def _again(self) -> None:
        if self.isVisible() and (self.result is None or self.stale):
            self.compute()

    def showEvent(self, event: QShowEvent) -> None:
        """Look for faults when first seen, and put their signs on the map."""
        super().showEvent(event)
        if not self.running and self.error is None:
            self._again()
        self._show_marks()

    def hideEvent(self, event: QHideEvent) -> None:
        """Take the signs off the map."""
        super().hideEvent(event)
        self.bus.fault_marks.emit((), None)

    @property
    def stale(self) -> bool:
        """Whether the plan, the rules or the year have moved on since it was computed."""
        if self.result is None or not self.session.is_open:
            return False
        source = self.result.provenance
        return (
            not source.is_current(self.session.plan)
            or self.policy is not self.session.policy
            or source.year != self.bus.year
        )

    def compute(self) -> None:
        """Look for the faults of the plan as it stands, off the interface thread."""
        if not self.session.is_open:
            return
        plan, policy, year = self.session.plan, self.session.policy, self.bus.year
        self._asked += 1
        asked = self._asked

        def work(progress: Progress) -> RoadFaults:
            return road_faults(plan, policy, year=year, progress=progress)

        def answer(result: RoadFaults) -> None:
            if asked == self._asked:
                self.running, self.error, self.policy = False, None, policy
                self.result = with_judgements(result, self.session.plan)
                self._show()

        def fault(error: BaseException) -> None:
            if asked == self._asked:
                self.running = False
                if not isinstance(error, PlannerError):
                    raise error
                self.error = error
                self._show()

        self.running = True
        self._job = self.jobs.start(text("job_faults"), work, answer, topic="faults", fault=fault)

    def _job_ended(self, job: Job, how: str) -> None:
        if job is self._job and how == "cancelled":
            self.running = False
            self._show_notice()

    def _filter(self, words: str) -> None:
        self.model.set_filter(words)
        self._arrange()

    def _sort(self, column: int) -> None:
        self.model.sort_by(column)
        self._arrange()

    def _repair(self, faults: object) -> None:
        chosen_ones = [one for one in faults if one is not None and one.repair]  # type: ignore[attr-defined]
        try:
            repair_faults(self.session, chosen_ones)
        except PlannerError as error:
            self.fault(error)

    def _judge(self) -> None:
        fault = self.current()
        if fault is not None:
            judge_fault(self.session, fault.key, self.judged.currentData())

    def show_on_map(self) -> None:
        """Bring the chosen fault into the middle of the map and select its road."""
        fault = self.current()
        if fault is None:
            return
        if fault.fid is not None and fault.layer in self.session.plan:
            if fault.fid in self.session.plan.table(fault.layer):
                self.session.select(fault.layer, [fault.fid])
                self.bus.flash_feature.emit(fault.layer, fault.fid)
        if fault.at is not None:
            (x, y), around = fault.at, AROUND_M
            if fault.repair:  # so near that the gap is seen
                around = max(AROUND_GAP * fault.repair.metres, NEAREST_M)
            self.bus.zoom_to_bounds.emit((x - around, y - around, x + around, y + around))

    def current(self) -> Fault | None:
        """The fault that is chosen."""
        rows = self.table.selectionModel().selectedRows()
        return self.model.lines[rows[0].row()] if rows and rows[0].row() < len(self.model.lines) else None

    # -- what it shows -----------------------------------------------------------------------------

    def _show(self) -> None:
        result = self.result
        there = result is None or result.there
        if not self.session.is_open:
            self.nothing.set(text("no_project"), text("faults_none_why"), text("open_sample"))
        else:
            self.nothing.set(text("faults_none"), text("faults_none_why"))
        self.pages.setCurrentIndex(0 if self.session.is_open and there else 1)
        for part in (*self.tiles, self.kind, self.filter):
            part.setVisible(result is not None)
        self.export.setEnabled(result is not None)
        self._fill_kinds()
        if result is not None:
            self._show_tiles(result)
            year = result.provenance.year or text("faults_as_recorded")
            source = result.provenance
            clauses = "、".join(source.clauses) or "—"
            self.provenance.set(
                text("faults_provenance", year=year, rules=source.policy_version, clauses=clauses)
            )
        self._show_notice()
        self._show_table()

    def _fill_kinds(self) -> None:
        kept = self.kind.currentData() or ("", "")
        self.kind.clear()
        if self.result is None:
            return
        self.kind.addItem(text("faults_all", count=number(len(self.result.faults))), ("", ""))
        for (kind, reason), count in filters(self.result):
            words = text(f"fault_why_{reason}") if reason else text(f"fault_{kind}")
            shown = text("faults_count", kind=words, count=number(count))
            picture = swatch(sign(self.session.catalogue, kind, reason), "Point").picture()
            whole = kind == "dead_end" and not reason
            self.kind.addItem(QIcon() if whole else QIcon(picture), shown, (kind, reason))
        at = next((at for at in range(self.kind.count()) if tuple(self.kind.itemData(at)) == tuple(kept)), 0)
        self.kind.setCurrentIndex(at)
        self.kind.setMaxVisibleItems(self.kind.count())

    def _show_tiles(self, result: RoadFaults) -> None:
        self.tiles[0].set(
            share_words(result, digits=0).rstrip("%"), "%", text("faults_tile_access"), "met_ink"
        )
        reach = result.reach.get(HARDENED)
        self.tiles[1].set("—" if reach is None else number(reach[1]), text("faults_unit_gacha"),
                          text("faults_tile_unreached"), "need4")  # fmt: skip
        open_ones = sum(fault.judged is None for fault in result.faults)
        self.tiles[2].set(number(open_ones), text("faults_unit"), text("faults_tile_faults"), "dead")

    def _show_notice(self) -> None:
        if self.error is not None:
            self.notice.show_notice("bad", *sentence(self.error), text("recompute"))
        elif self.stale:
            self.notice.show_notice("warn", text("stale"), text("stale_why"), text("recompute"))
        else:
            self.notice.hide()

    def _show_table(self) -> None:
        rows = chosen(self.result, self._wanted()) if self.result else ()
        self.model.show(columns(self.session), rows, first=("faults_homes", True))
        self._arrange()
        self._show_marks()

    def _wanted(self) -> tuple[str, str]:
        kind, reason = self.kind.currentData() or ("", "")
        return kind, reason

    def _arrange(self) -> None:
        head = self.table.head
        head.sorted_column, head.sorted_down = self.model.sorted_column, self.model.down
        head.fit_first()
        head.viewport().update()
        at = next((at for at, row in enumerate(self.model.lines) if row.key == self._keep), -1)
        if at >= 0:
            self.table.selectRow(at)
        self._tell()

    def _chosen(self) -> None:
        fault = self.current()
        if fault is not None:
            self._keep = fault.key
        self._tell()
        self._show_marks()

    def _tell(self) -> None:
        fault = self.current()
        repairs = sum(one.repair is not None for one in self.result.faults) if self.result else 0
        usable = not self.stale
        self.facts.setVisible(fault is not None)
        self.judged.setVisible(fault is not None)
        self.repair.setVisible(fault is not None and fault.repair is not None)
        self.repair_all.setVisible(repairs > 0)
        self.repair_all.setText(text("faults_repair_all", count=number(repairs)))
        self.repair.setEnabled(usable)
        self.repair_all.setEnabled(usable)
        if fault is not None:
            self.facts.setText(facts(self.session, fault, self._names()))
            said = None if fault.judged is None else fault.judged["judgement"]
            self.judged.setCurrentIndex(self.judged.findData(said))

    def _names(self) -> dict[str, str]:
        return {
            str(code): str(name)
            for table in self.session.plan.with_role(GACHA)
            for code, name in zip(table.column(table.kind.key), table.column(table.kind.name), strict=True)
        }

    def _show_marks(self) -> None:
        """The signs of what is listed, and in violet what a repair would add."""
        if not self.isVisible():
            return
        if self.result is None or not self.session.is_open:
            self.bus.fault_marks.emit((), None)
            return
        fault = self.current()
        shown = chosen(self.result, self._wanted())
        coming: shapely.Geometry | None = fault.repair.geometry if fault and fault.repair else None
        self.bus.fault_marks.emit(marks_of(self.session.plan, shown), coming)

    def _words_of(self, fault: Fault) -> tuple[str, ...]:
        return fault.gacha_name, fault.gacha_code, fault.road, why(self.session, fault)
