"""核查: what holds at a place, and what is wrong with the data."""

from __future__ import annotations

import datetime

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.bus import Bus
from app.jobs import Jobs
from app.messages import both, listed, text, tr
from app.panels.access import AccessPanel
from app.panels.bans import BansPanel
from app.panels.frame import ABOVE, FOOT, SIDE, Pages, across, down, holder, page
from app.panels.grazing import GrazingPanel
from app.panels.land_use import LandUsePanel
from app.panels.ledger import LedgerPanel
from app.panels.models.finding_rows import DataCheck, FindingGroup, FindingModel, check_all
from app.panels.panel import Panel, Scroll
from app.panels.part_picker import PartPicker
from app.panels.parts import (
    Button,
    EmptyState,
    IconButton,
    NoticeBar,
    ProvenanceLine,
    label,
    line,
    restyle_all,
)
from app.panels.patches import PatchesPanel
from app.panels.quotas import QuotasPanel
from app.panels.road_faults import RoadFaultsPanel
from app.panels.rows import RowTable, number
from app.panels.toilet_ledger import ToiletLedgerPanel
from app.panels.verdicts import VerdictsPanel
from app.panels.zone_card import ZoneCard
from app.panels.zone_change import ZoneChangePanel
from app.panels.zone_list import ZoneListPanel
from app.session import Session
from layers.catalogue.model import LayerKind
from layers.geo.crs import format_dms
from layers.planning.data_faults import repaired
from layers.planning.zones import ZoneHit, zones_at

GROUPS = (
    ("zones", ("verdict", "land", "quota", "place", "zone_list",
              "zone_change")),
    ("missing", ("access", "roads")),
    ("grassland", ("grazing", "bans", "patches")),
    ("ledgers", ("ledger", "toilets")),
    ("files", ("data",)),
)
PARTS = tuple(part for _, parts in GROUPS for part in parts)


class ChecksPanel(Panel):
    """Parts: what works touch, zones of a place, the data, access, faults of roads, forage, the ledgers."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.place: tuple[float, float] | None = None
        self.hits: tuple[ZoneHit, ...] = ()
        self.checked: DataCheck | None = None
        self.running = False
        self.cards: list[ZoneCard] = []
        self.model = FindingModel(self)
        self._build()
        bus.place_picked.connect(self.pick)
        self.start()

    # -- parts -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.parts = PartPicker()
        self.parts.chosen.connect(lambda _part: self._turn())
        self.verdicts = VerdictsPanel(self.session, self.jobs, self.bus)
        self.land_use = LandUsePanel(self.session, self.jobs, self.bus)
        self.bans = BansPanel(self.session, self.jobs, self.bus)
        self.quota = QuotasPanel(self.session, self.jobs, self.bus)
        self.zone_list = ZoneListPanel(self.session, self.jobs, self.bus)
        self.zone_change = ZoneChangePanel(self.session, self.jobs, self.bus)
        self.patches = PatchesPanel(self.session, self.jobs, self.bus)
        self.access = AccessPanel(self.session, self.jobs, self.bus)
        self.roads = RoadFaultsPanel(self.session, self.jobs, self.bus)
        self.grazing = GrazingPanel(self.session, self.jobs, self.bus)
        self.ledger = LedgerPanel(self.session, self.jobs, self.bus)
        self.toilets = ToiletLedgerPanel(self.session, self.jobs, self.bus)
        self.sections = {
            "verdict": self.verdicts, "land": self.land_use, "place": self._place_page(),
            "zone_list": self.zone_list,
            "bans": self.bans, "quota": self.quota, "zone_change": self.zone_change,
            "data": self._data_page(),
            "patches": self.patches, "access": self.access, "roads": self.roads, "grazing": self.grazing,
            "ledger": self.ledger, "toilets": self.toilets,
        }  # fmt: skip
        # Not a stacked layout: there the tallest page, seen or not, says how high all are.
        pile = down(*((self.sections[part], 1) for part in PARTS), spacing=0)
        for part in PARTS:
            self.sections[part].hide()
        head = down(self.parts, margins=(SIDE, SIDE, SIDE, 10))
        self.setLayout(down(head, (pile, 1), spacing=0))

    def _place_page(self) -> QWidget:
        self.where, self.grid = (
            label("title", wrap=True, selectable=True),
            label("note", wrap=True, selectable=True),
        )
        self.copy = IconButton("copy")
        self.copy.clicked.connect(self.copy_place)
        self.notice = NoticeBar()
        self.body = Scroll(spacing=8)
        self.body.column.setContentsMargins(SIDE, 8, SIDE, SIDE)
        self.nothing = EmptyState("map-pin")
        self.nothing.acted.connect(lambda: self.bus.run_command.emit("identify"))
        self.provenance = ProvenanceLine()
        top = across((down(self.where, self.grid, spacing=2), 1), self.copy)
        self.top = holder(down(top, self.notice, margins=ABOVE, spacing=8))
        foot = down(self.provenance, margins=FOOT)
        made = QWidget()
        full = page(self.top, line(), (self.body, 1), line(), foot)
        self.place_pages = Pages(made, full, self.nothing)
        return made

    def _data_page(self) -> QWidget:
        self.summary = NoticeBar()
        self.summary.acted.connect(self.check)
        self.table = RowTable()
        self.table.head.lead = SIDE
        self.table.setModel(self.model)
        self.table.head.hide()
        self.table.clicked.connect(self._touched)
        self.table.activated.connect(self._touched)
        self.clean = EmptyState("clipboard-check")
        self.clean.acted.connect(self.check)
        self.again = Button("", "clipboard-check")
        self.again.clicked.connect(self.check)
        self.mend = Button("", "check")
        self.mend.clicked.connect(self.repair)
        above = down(self.summary, margins=ABOVE)
        foot = across(None, self.mend, self.again, margins=FOOT)
        made = QWidget()
        self.data_pages = Pages(made, page(above, (self.table, 1), line(), foot), self.clean)
        return made

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.parts.set_items(
            [(text(f"checks_of_{group}"), [(one, text(f"checks_{one}")) for one in parts])
             for group, parts in GROUPS]
        )  # fmt: skip
        self._turn()
        self.copy.describe(text("checks_copy"))
        self.again.setText(text("checks_run"))
        self.nothing.set(text("checks_pick"), text("checks_pick_why"), text("attributes_identify"))
        self._show_place()
        self._show_findings()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self._show_place()

    def _turn(self) -> None:
        current = self.parts.current()
        for part in sorted(PARTS, key=lambda one: one == current):  # the one that comes, last
            self.sections[part].setVisible(part == current)

    def page(self) -> QWidget:
        """The page that is in front."""
        return self.sections[self.parts.current()]

    def show_part(self, part: str) -> None:
        """Bring one of PARTS to the front."""
        self.parts.set_current(part)
        self._turn()

    # -- the plan ----------------------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self.place, self.hits, self.checked = None, (), None
        self._show_place()
        self._show_findings()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """Zones may have changed; findings say themselves whether they still hold."""
        if self.place is not None and (kinds or "policy" in collections):
            self.pick(*self.place, turn=False)
        self._show_findings()

    # -- a place -----------------------------------------------------------------------------------

    def pick(self, x: float, y: float, *, turn: bool = True) -> None:
        """Say what holds at a place, given in planning metres."""
        if not self.session.is_open:
            return
        self.place = (x, y)
        self.hits = zones_at(self.session.plan, self.session.policy, x, y, on=today(), outside=True)
        if turn and not self.access.isVisible():  # there a click asks for the way
            self.show_part("place")
        self._show_place()

    def _show_place(self) -> None:
        self.place_pages.show_full(self.place is not None)
        self.body.clear()
        self.cards = []
        if self.place is None or not self.session.is_open:
            return
        crs = self.session.plan.crs
        lon, lat = crs.to_lonlat([self.place])[0]
        self.where.setText(format_dms(float(lon), float(lat)))
        self.grid.setText(
            text("checks_grid", x=f"{self.place[0]:,.1f}", y=f"{self.place[1]:,.1f}", epsg=crs.epsg)
        )
        units = [hit for hit in self.hits if hit.family == "unit"]
        zones = [hit for hit in self.hits if hit.family != "unit"]
        absent = [kind for kind in self.session.catalogue if kind.zone and kind.id not in self.session.plan]
        self._show_units(units)
        head = label("medium")
        head.setText(text("checks_zones", count=len(zones)))
        self.body.column.addWidget(head)
        for hit in zones:
            card = ZoneCard(hit, self.session.catalogue[hit.kind])
            card.opened.connect(self._open)
            self.cards.append(card)
            self.body.column.addWidget(card)
        self._warn(zones, absent)
        self.provenance.set(
            text("checks_provenance", day=today().isoformat(), rules=self.session.policy.version)
        )

    def _show_units(self, units: list[ZoneHit]) -> None:
        words = label("", wrap=True)
        words.setText(" › ".join(hit.name or hit.key for hit in units) or text("checks_no_zone"))
        title = label("note")
        title.setText(text("checks_units"))
        self.body.column.addWidget(title)
        self.body.column.addWidget(words)

    def _warn(self, zones: list[ZoneHit], absent: list[LayerKind]) -> None:
        lost = (
            text("checks_no_zone_why", layers=listed(tr(kind.title) for kind in absent))
            if absent
            else text("checks_no_zone_all")
        )
        if not zones:
            self.notice.show_notice("info", text("checks_no_zone"), lost)
        elif absent:
            self.notice.show_notice("warn", lost)
        else:
            self.notice.hide()

    def copy_place(self) -> None:
        """Put the place's longitude and latitude in degrees on the clipboard, as every program reads them."""
        if self.place is None:
            return
        lon, lat = self.session.plan.crs.to_lonlat([self.place])[0]
        words = f"{lon:.6f},{lat:.6f}"
        QGuiApplication.clipboard().setText(words)
        self.notice.show_notice("ok", text("checks_copied", words=words))

    def _open(self, hit: ZoneHit) -> None:
        self.session.select(hit.kind, [hit.fid])
        self.bus.zoom_to_features.emit(hit.kind, frozenset([hit.fid]))
        self.bus.flash_feature.emit(hit.kind, hit.fid)

    # -- the data ----------------------------------------------------------------------------------

    def check(self) -> None:
        """Check every layer, off the interface thread."""
        if not self.session.is_open:
            self.bus.run_command.emit("new_sample")
            return
        plan = self.session.plan

        def answer(found: DataCheck) -> None:
            self.running, self.checked = False, found
            self._show_findings()

        def fault(error: BaseException) -> None:
            self.running = False
            self._show_findings()
            self.fault(error)

        self.running = True
        self.show_part("data")
        self.jobs.start(
            text("job_checks"),
            lambda progress: check_all(plan, progress),
            answer,
            topic="checks",
            fault=fault,
        )
        self._show_findings()

    def repair(self) -> None:
        """Mend what can be mended without inventing anything, as one command that can be undone; check
        again."""
        if self.checked is None or not self.session.is_open:
            return
        faults = self.checked.faults
        done = self.attempt(
            lambda: self.session.do(
                both("shapes_repaired", count=self.checked.repairable if self.checked else 0),
                lambda plan: repaired(plan, faults),
                command="validate",
            )
        )
        if done:
            self.check()

    def _show_findings(self) -> None:
        many = self.checked.repairable if self.checked is not None else 0
        self.mend.setText(text("shapes_repair", count=many))
        fresh = self.checked is not None and self.session.is_open and self.checked.plan is self.session.plan
        self.mend.setVisible(many > 0 and fresh and self.session.read_only is None)
        self.again.setEnabled(self.session.is_open and not self.running)
        if not self.session.is_open:
            self.clean.set(text("no_project"), text("checks_not_run_why"), text("open_sample"))
        elif self.checked is None:
            self.clean.set(
                text("checks_running" if self.running else "checks_not_run"),
                text("checks_not_run_why"),
                "" if self.running else text("checks_run"),
            )
        elif not self.checked.findings:
            layers = list(self.checked.plan.layers())
            rows = sum(len(table) for _, table in layers)
            self.clean.set(
                text("checks_clean"),
                text("checks_clean_why", layers=len(layers), rows=number(rows)),
                text("checks_run"),
            )
        found = self.checked.findings if self.checked is not None and self.session.is_open else {}
        self.data_pages.show_full(bool(found))
        self.model.show([(self.session.catalogue[kind], findings) for kind, findings in found.items()])
        self.table.head.fit_first()
        if not found or self.checked is None:
            return
        errors = sum(one.severity == "error" for findings in found.values() for one in findings)
        count = sum(len(findings) for findings in found.values())
        if any(
            self.session.plan.tables.get(kind) is not table
            for kind, table in self.checked.plan.tables.items()
        ):
            self.summary.show_notice("warn", text("stale"), text("stale_why"), text("recompute"))
        else:
            self.summary.show_notice(
                "bad" if errors else "warn",
                text("checks_found", findings=number(count), layers=len(found)),
                text("checks_worst", errors=number(errors)) if errors else "",
            )

    def _touched(self, index: QModelIndex) -> None:
        entry = self.model.lines[index.row()]
        if isinstance(entry, FindingGroup):
            self.model.fold(entry.kind.id)
            self.table.head.fit_first()
            return
        kind, finding = entry
        if (
            not finding.fid
            or kind.id not in self.session.plan
            or finding.fid not in self.session.plan.table(kind.id)
        ):
            return  # the layer as a whole, or a row that is gone
        self.session.select(kind.id, [finding.fid])
        self.bus.identified.emit([(kind.id, finding.fid)])
        if kind.geometry:
            self.bus.zoom_to_features.emit(kind.id, frozenset([finding.fid]))
            self.bus.flash_feature.emit(kind.id, finding.fid)


def today() -> datetime.date:
    """Return the day by which validity is judged: the engines have no clock."""
    return datetime.date.today()
