"""道路: the register of road faults; a click shows one on the map, gaps are repaired, what was said of it is
kept."""

from __future__ import annotations

import shapely
from PySide6.QtGui import QHideEvent, QIcon, QShowEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.actions.roads import judge_fault, repair_faults
from app.bus import Bus
from app.jobs import Jobs, Progress
from app.messages import listed, text
from app.origins.roads import fault_ask
from app.panels.computed import ComputedPanel
from app.panels.frame import FOOT, HEAD, Pages, across, down, page, tile_row
from app.panels.models.records import RecordModel
from app.panels.models.road_rows import chosen, columns, facts, filters, why
from app.panels.parts import Button, EmptyState, NoticeBar, ProvenanceLine, Tile, label, line, restyle_all
from app.panels.record_table import RecordTable
from app.panels.rows import number
from app.panels.swatch import swatch
from app.road_marks import marks_of, sign
from app.road_words import share_words
from app.session import Session
from layers.plan.plan import Plan
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

AROUND_M = 1_500.0  # how much is shown round a fault
AROUND_GAP, NEAREST_M = 6.0, 30.0  # round a gap: so many times its width, and at least so many metres
HARDENED = "road_hardened"


class RoadFaultsPanel(ComputedPanel):
    """Tiles, a filter that is the legend, the list, and what to do about the one that is chosen."""

    FOLLOWS_YEAR = KEEPS_UP = True
    result: RoadFaults | None

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.model = RecordModel(self._words_of, lambda fault: fault.key, self)
        self._build()
        bus.year_changed.connect(lambda _year: self._keep_up())
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
        self.table = RecordTable(self.model, key=lambda fault: fault.key, enter=False)
        self.table.filtered_by(self.filter)
        self.table.arranged.connect(self._tell)
        self.table.picked.connect(self._chosen)
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
        self.nothing.acted.connect(self.get_data)
        tools = across((self.kind, 3), (self.filter, 2), spacing=4)
        head = down(tile_row(self.tiles), self.notice, tools, margins=HEAD, spacing=10)
        steps = across((self.repair, 1), (self.repair_all, 1), spacing=6)
        below = across((self.provenance, 1), self.export)
        foot = down(self.facts, self.judged, steps, below, margins=FOOT, spacing=6)
        self.pages = Pages(self, page(head, (self.table, 1), line(), foot), self.nothing)

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

    def _forget(self) -> None:
        self.table.forget()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """A road was mended, a fault judged, or another part of the window changed what is counted here."""
        if self.result is None:
            return
        if COLLECTION in collections:
            self.result = with_judgements(self.result, self.session.plan)
            self._show()
        if kinds or "policy" in collections:
            self._show_notice()
            self._keep_up()

    def showEvent(self, event: QShowEvent) -> None:
        """Look for faults when first seen, and put their signs on the map."""
        super().showEvent(event)
        self._show_marks()

    def hideEvent(self, event: QHideEvent) -> None:
        """Take the signs off the map."""
        super().hideEvent(event)
        self.bus.fault_marks.emit((), None)

    def compute(self) -> None:
        """Look for the faults of the plan as it stands, off the interface thread."""
        if not self.session.is_open:
            return
        year = self.bus.year

        def work(plan: Plan, policy: Policy, progress: Progress) -> RoadFaults:
            return road_faults(plan, policy, year=year, progress=progress)

        def take(result: RoadFaults) -> None:
            self.result = with_judgements(result, self.session.plan)

        self.ask(text("job_faults"), work, topic="faults", take=take)

    def _repair(self, faults: object) -> None:
        chosen_ones = [one for one in faults if one is not None and one.repair]  # type: ignore[attr-defined]
        self.attempt(lambda: repair_faults(self.session, chosen_ones))

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
        found: Fault | None = self.table.record()
        return found

    # -- what it shows -----------------------------------------------------------------------------

    def _show(self) -> None:
        result = self.result
        there = result is None or result.there
        if not self.session.is_open:
            self.nothing.set(text("no_project"), text("faults_none_why"), text("open_sample"))
        else:
            self.nothing.set(text("faults_none"), text("faults_none_why"), text("queue_import"))
        self.pages.show_full(self.session.is_open and there)
        for part in (*self.tiles, self.kind, self.filter):
            part.setVisible(result is not None)
        self.export.setEnabled(result is not None)
        self._fill_kinds()
        if result is not None:
            self._show_tiles(result)
            year = result.provenance.year or text("faults_as_recorded")
            source = result.provenance
            clauses = listed(source.clauses) or "—"
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
        self.tiles[0].set(share_words(result, digits=0).rstrip("%"), "%", text("faults_tile_access"),
                          "met_ink", ask=fault_ask(result, "share"))  # fmt: skip
        reach = result.reach.get(HARDENED)
        self.tiles[1].set("—" if reach is None else number(reach[1]), text("faults_unit_gacha"),
                          text("faults_tile_unreached"), "need4",
                          ask=fault_ask(result, f"unreached.{HARDENED}") if reach else None)  # fmt: skip
        open_ones = sum(fault.judged is None for fault in result.faults)
        self.tiles[2].set(number(open_ones), text("faults_unit"), text("faults_tile_faults"), "dead",
                          ask=fault_ask(result, "open"))  # fmt: skip

    def _show_table(self) -> None:
        rows = chosen(self.result, self._wanted()) if self.result else ()
        self.table.show_records(columns(self.session, self.result), rows, first=("faults_homes", True))
        self._show_marks()

    def _wanted(self) -> tuple[str, str]:
        kind, reason = self.kind.currentData() or ("", "")
        return kind, reason

    def _chosen(self) -> None:
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
