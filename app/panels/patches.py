"""核查 › 图斑: the ledger of suspect patches; the chosen one's next step is one click and one command."""

from __future__ import annotations

import datetime
from typing import Any

from PySide6.QtCore import QDate, QModelIndex
from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit, QWidget

from app.actions.patches import OVERDUE_DAYS, step_patch
from app.bus import Bus
from app.jobs import Jobs
from app.messages import language, text, tr
from app.origins.patches import patch_ask, patch_source
from app.panels.frame import ABOVE, FOOT, SIDE, Pages, across, down, page
from app.panels.models.records import RecordColumn, RecordModel
from app.panels.number_desk import Answer, NumberDesk
from app.panels.number_words import NumberWords
from app.panels.panel import Panel
from app.panels.parts import Button, EmptyState, label, line, restyle_all
from app.panels.rows import RowTable
from app.session import Session
from layers.catalogue.model import LayerKind
from layers.planning.patches import ROLE, STEPS, count_patches, next_step
from layers.provenance import Ask

CHIPS = {"issued": "short", "visited": "cond", "found": "no", "rectified": "permit", "closed": "met"}


class PatchesPanel(Panel):
    """Patches by state, and the step that comes next."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.kind: LayerKind | None = None
        self.fid = 0
        self._build()
        bus.selection_changed.connect(self._selected)
        self.desk = NumberDesk(self, bus, self._numbered)
        self.start()

    def _numbered(self, _ask: Ask | None) -> Answer | None:
        """Return the answer that a count is of."""
        if self.kind is None or not self.session.is_open:
            return None
        found = patch_source(self.session.plan, self.session.policy)
        return found, self.session.policy, found

    def _build(self) -> None:
        self.nothing, self.summary = EmptyState("clipboard-check"), NumberWords()
        self.nothing.acted.connect(self.get_data)
        self.model = RecordModel(
            lambda row: (str(row["code"] or ""),), lambda row: str(row["code"] or ""), self
        )
        self.table = RowTable()
        self.table.head.lead = SIDE
        self.table.setModel(self.model)
        self.table.clicked.connect(self._touched)
        self.table.activated.connect(self._touched)
        self.title, self.day = label("medium", wrap=True), QDateEdit()
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.photo, self.finding, self.step = QLineEdit(), QComboBox(), Button("primary", "check")
        self.step.clicked.connect(self.take)
        above = down(self.summary, margins=ABOVE)
        fields = across(self.day, (self.photo, 1), (self.finding, 1))
        foot = down(self.title, fields, across(None, self.step), margins=FOOT, spacing=8)
        self.pages = Pages(self, page(above, line(), (self.table, 1), line(), foot), self.nothing)

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.nothing.set(text("patches_none"), text("patches_none_why"), text("queue_import"))
        self.photo.setPlaceholderText(text("patches_photo"))
        self.photo.setAccessibleName(text("patches_photo"))
        self.day.setAccessibleName(text("patches_day"))
        self._show()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self.fid = 0
        self.day.setDate(QDate.currentDate())
        self._show()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """A patch may have moved on."""
        if self.kind is None or self.kind.id in kinds:
            self._show()

    def _show(self) -> None:
        plan = self.session.plan if self.session.is_open else None
        there = () if plan is None else plan.with_role(ROLE)
        self.kind = there[0].kind if there and len(there[0]) else None
        self.pages.show_full(self.kind is not None)
        if self.kind is None or plan is None:
            return
        table, state = plan.table(self.kind.id), self.kind.column("state")
        columns = {name: table.column(name) for name in (self.kind.key, "state", "issued_on")}
        rows = [
            {"fid": int(fid), "code": code, "state": now, "issued_on": issued}
            for fid, code, now, issued in zip(table.fids, *columns.values(), strict=True)
        ]
        order = {step: at for at, step in enumerate(STEPS)}
        shown = (
            RecordColumn("patches_code", lambda row: row["code"] or "—"),
            RecordColumn("patches_issued", lambda row: row["issued_on"] or "—", spare=1),
            RecordColumn("patches_state", lambda row: None, order=lambda row: order.get(row["state"], 9),
                         chip=lambda row: (CHIPS.get(row["state"], "unknown"),
                                           state.choice_title(row["state"], language()) or "—")),
        )  # fmt: skip
        self.model.show(shown, rows, first=("patches_state", False))
        self.table.head.fit_first()
        counts = count_patches(plan, on=datetime.date.today(), days=OVERDUE_DAYS)  # noqa: DTZ011
        if counts is not None:
            parts = [(tr(one.title), str(counts.steps[str(one.value)]), patch_ask(str(one.value)))
                     for one in state.choices]  # fmt: skip
            if counts.unknown:
                parts.append((text("from_patches_unknown"), str(counts.unknown), patch_ask("unknown")))
            late = text("from_patches_overdue", days=OVERDUE_DAYS)
            self.summary.show_numbers([*parts, (late, str(counts.overdue), patch_ask("overdue"))])
            self.desk.note()
        self._show_step()

    def _row(self) -> dict[str, Any] | None:
        if self.kind is None or self.fid not in self.session.plan.table(self.kind.id):
            return None
        return self.session.plan.table(self.kind.id).row(self.fid)

    def _show_step(self) -> None:
        row = self._row()
        after = None if row is None else next_step(row)
        writable = self.session.is_open and self.session.read_only is None
        self.step.setEnabled(after is not None and writable)
        self.day.setVisible(after is not None)
        self.photo.setVisible(after == "visited")
        self.finding.setVisible(after == "found")
        if self.kind is None or row is None:
            self.title.setText(text("patches_choose"))
            self.step.setText(text("patches_step"))
            return
        state = self.kind.column("state")
        code = str(row.get(self.kind.key) or self.fid)
        self.title.setText(f"{code} · {state.choice_title(row.get('state'), language()) or '—'}")
        self.step.setText(text("patches_step") if after is None else state.choice_title(after, language()))
        self.finding.clear()
        for choice in self.kind.column("finding").choices:
            self.finding.addItem(tr(choice.title), choice.value)

    def take(self) -> None:
        """Take the next step of the chosen patch."""
        row = self._row()
        if row is None or self.kind is None:
            return
        after, kind, fid = next_step(row), self.kind.id, self.fid
        day = self.day.date().toPython()
        photo = self.photo.text().strip() or None if after == "visited" else None
        finding = self.finding.currentData() if after == "found" else None
        if self.attempt(lambda: step_patch(self.session, kind, fid, day, finding=finding, photo=photo)):
            self.photo.clear()

    def _touched(self, index: QModelIndex) -> None:
        fid = self.model.lines[index.row()]["fid"]
        if self.kind is not None:
            self.session.select(self.kind.id, [fid])
            self.bus.zoom_to_features.emit(self.kind.id, frozenset([fid]))

    def _selected(self, kind_id: str, fids: frozenset[int]) -> None:
        if self.kind is not None and kind_id == self.kind.id and len(fids) == 1:
            self.fid = next(iter(fids))
            self._show_step()
