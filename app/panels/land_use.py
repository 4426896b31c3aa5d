"""核查 › 占地: classes and ownership of the land that the selected things take, with whose pastures."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from app.actions.land_use import (
    class_words,
    ground_at,
    notes,
    ownership_words,
    pasture_notes,
    statement_table,
)
from app.bus import Bus
from app.exports.result_table import ResultTable
from app.jobs import Jobs
from app.messages import text
from app.origins.land import LandTaken, land_ask, pasture_ask
from app.panels.frame import ABOVE, FOOT, Pages, across, down, page
from app.panels.models.records import RecordColumn, RecordModel, summed
from app.panels.number_desk import Answer, NumberDesk
from app.panels.number_words import NumberWords
from app.panels.panel import Panel
from app.panels.parts import Button, EmptyState, NoticeBar, ProvenanceLine, label, line, restyle_all
from app.panels.record_table import RecordTable
from app.panels.rows import number
from app.panels.totals_strip import TotalsStrip
from app.session import Session
from layers.geo.measure import M2_PER_HA
from layers.planning.land_use import HA_DIGITS, MU_DIGITS, LandLine, LandUse, land_use
from layers.planning.units import GACHA, units_of
from layers.policy.bundle import Policy
from layers.provenance import Ask

MOST = 500  # things that are added up at once


class LandUsePanel(Panel):
    """The statement of what is selected, computed off the interface thread."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.found: LandUse | None = None
        self.named = ""
        self.policy: Policy | None = None
        self.taken: tuple[str, tuple[int, ...]] = ("", ())
        self._build()
        self.desk = NumberDesk(self, bus, self._numbered)
        bus.selection_changed.connect(lambda _kind, _fids: self.look())
        self.start()

    def _numbered(self, _ask: Ask | None) -> Answer | None:
        """Return the statement that a number is of."""
        found = self.found
        return None if found is None else (LandTaken(found, *self.taken), self.policy, found.provenance)

    def _build(self) -> None:
        self.nothing = EmptyState("table")
        self.title, self.measure, self.notice = (
            label("title", wrap=True),
            NumberWords(),
            NoticeBar(),
        )
        self.model = RecordModel(lambda one: (class_words(one), one.code or ""), self._tip, self)
        self.table = RecordTable(self.model)
        self.totals = TotalsStrip(self.table, self._total, ask=self._total_ask)
        self.pastures = NumberWords()
        self.more, self.provenance = label("note", wrap=True, selectable=True), ProvenanceLine()
        self.write = Button("", "download")
        self.write.clicked.connect(lambda: self.bus.run_command.emit("landuse"))
        above = down(self.title, self.measure, self.notice, margins=ABOVE, spacing=6)
        foot = down(self.pastures, self.more, self.provenance, across(None, self.write), margins=FOOT,
                    spacing=8)  # fmt: skip
        self.pages = Pages(
            self, page(above, line(), (self.table, 1), self.totals, line(), foot), self.nothing
        )

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.nothing.set(text("landuse_choose"), text("landuse_choose_why"))
        self.write.setText(text("landuse_write"))
        self._show()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self.found = None
        self._show()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """Parcels or the selected thing may have changed."""
        if self.found is not None and not self.found.provenance.is_current(self.session.plan):
            self.look()
        elif self.session.selection.kind in kinds:
            self.look()

    def showEvent(self, event: Any) -> None:
        """It is looked at: what is selected now counts."""
        super().showEvent(event)
        self.look()

    def look(self) -> None:
        """Make the statement of what is selected, if anybody looks at it."""
        chosen = self.session.selection
        if not self.isVisible() or not self.session.is_open:
            return
        kind = self.session.catalogue.kinds.get(chosen.kind)
        if kind is None or not kind.geometry or not 0 < len(chosen.fids) <= MOST:
            self.found = None
            self._show()
            return
        snapshot, fids = self.session.snapshot(), sorted(chosen.fids)
        table = snapshot.plan.table(chosen.kind)
        fids = [fid for fid in fids if table.row(fid).get("geom") is not None]
        if not fids:
            self.found = None
            self._show()
            return
        made = [ground_at(snapshot, chosen.kind, fid) for fid in fids]
        grounds = [shape for shapes, _ in made for shape in shapes]
        self.named = made[0][1] if len(made) == 1 else text("landuse_several", count=len(made))

        def answer(found: LandUse) -> None:
            self.found, self.policy, self.taken = found, snapshot.policy, (chosen.kind, tuple(fids))
            self._show()

        self.jobs.start(text("job_landuse"), lambda _p: land_use(snapshot.plan, snapshot.policy, grounds),
                        answer,
                        topic="land use", fault=self.fault)  # fmt: skip

    def statement(self) -> ResultTable | None:
        """The statement that is shown, as it leaves; None where there is none."""
        return None if self.found is None else statement_table(self.session, self.found, self.named)

    def _show(self) -> None:
        self.pages.show_full(self.found is not None)
        if self.found is None:
            return
        found = self.found
        self.title.setText(self.named)
        taken = LandTaken(found, *self.taken)
        self.measure.show_numbers([
            (f"{text('landuse_total')} {text(f'landuse_{unit}')}", words, land_ask(taken, None, unit))
            for unit, words in (("ha", number(float(found.ha), digits=HA_DIGITS)),
                                ("mu", number(float(found.mu), digits=MU_DIGITS)))
        ])  # fmt: skip
        if found.known:
            self.notice.hide()
        else:
            self.notice.show_notice("warn", text("landuse_no_layer"))
        columns = (
            RecordColumn("landuse_class", lambda one: " ".join(p for p in (one.code, class_words(one)) if p)),
            RecordColumn("landuse_owner", lambda one: ownership_words(self.session, one.ownership) or "—",
                         spare=1),
            RecordColumn("landuse_ha", lambda one: float(one.ha), numeric=True, digits=HA_DIGITS,
                         total=summed(lambda one: float(one.ha)), ask=lambda one: land_ask(taken, one, "ha")),
            RecordColumn("landuse_mu", lambda one: float(one.mu), numeric=True, digits=MU_DIGITS,
                         total=summed(lambda one: float(one.mu)), ask=lambda one: land_ask(taken, one, "mu")),
        )  # fmt: skip
        self.table.show_records(columns, found.lines, first=("landuse_ha", True))
        self.totals.update()
        self.pastures.show_numbers(self._pasture_numbers(taken))
        self.pastures.setVisible(bool(self.pastures.parts))
        told = {text("landuse_no_layer"), *pasture_notes(found)}  # above, and with their numbers
        self.more.setText("\n".join(words for words in notes(found) if words not in told))
        self.more.setVisible(bool(self.more.text()))
        self.provenance.set(
            text("landuse_provenance", epsg=found.provenance.crs, rules=self.session.policy.version)
        )

    def _pasture_numbers(self, taken: LandTaken) -> list[tuple[str, str, Ask]]:
        """Whose contract pastures are taken: hectares, parcels and holders of each gacha."""
        numbers = []
        for one in taken.found.pastures or ():
            holders = "—" if one.holders is None else number(one.holders)
            for field, words in (("ha", number(one.area_m2 / M2_PER_HA, digits=HA_DIGITS)),
                                 ("parcels", number(one.parcels)), ("holders", holders)):  # fmt: skip
                said = text(f"from_land_{field}_short")
                name = said if field != "ha" else f"{self._gacha(one.gacha_code)} {said}"
                numbers.append((name, words, pasture_ask(taken, one, field)))
        return numbers

    def _gacha(self, code: str | None) -> str:
        units = units_of(self.session.plan, GACHA) if code else None
        return units.names[units.index[code]] if units is not None and code in units.index else code or "—"

    def _total(self, column: int) -> str:
        if self.found is None or column >= len(self.model.columns):
            return ""
        shown = {"landuse_class": text("landuse_total"), "landuse_ha": number(float(self.found.ha),
                                                                              digits=HA_DIGITS),
                 "landuse_mu": number(float(self.found.mu), digits=MU_DIGITS)}  # fmt: skip
        return shown.get(self.model.columns[column].key, "")

    def _total_ask(self, column: int) -> Ask | None:
        unit = {"landuse_ha": "ha", "landuse_mu": "mu"}.get(self.model.columns[column].key)
        if self.found is None or unit is None:
            return None
        return land_ask(LandTaken(self.found, *self.taken), None, unit)

    def _tip(self, one: LandLine) -> str:
        return f"{class_words(one)}\n{ownership_words(self.session, one.ownership) or '—'}"


