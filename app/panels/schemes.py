"""规划 · 方案: every scheme with what it amounts to; two or three side by side, what differs marked; one
adopted."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from app import theme
from app.actions.compare import FEWEST, MOST, adopt, comparison_table
from app.bus import Bus
from app.exports.result_table import write_result
from app.jobs import Job, Jobs
from app.messages import sentence, text, tr
from app.origins.schemes import fact_ask
from app.panels.frame import SIDE, Pages, across, down, holder
from app.panels.models.records import RecordColumn, RecordModel
from app.panels.number_desk import Answer, NumberDesk
from app.panels.panel import Panel
from app.panels.parts import Button, EmptyState, NoticeBar, label, restyle_all
from app.panels.record_table import RecordTable
from app.panels.rows import number
from app.session import Session
from layers.errors import PlannerError
from layers.planning.scheme_facts import Difference, SchemeFacts, compared, scheme_facts, scheme_names
from layers.policy.bundle import Policy
from layers.provenance import Ask

LIST_ROWS = 6


class SchemesPanel(Panel):
    """A list with boxes to tick, and the table of what the ticked ones come to."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.found: tuple[SchemeFacts, ...] = ()
        self.error: PlannerError | None = None
        self._asked, self._filling = 0, False
        self._job: Job | None = None
        self.model = RecordModel(
            lambda row: (tr(row.title),), lambda row: f"{tr(row.title)} ({tr(row.unit)})", self
        )
        self.list, self.table, self.notice = QListWidget(), RecordTable(self.model), NoticeBar()
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.itemChanged.connect(lambda _item: self._ticked())
        self.list.currentItemChanged.connect(lambda *_: self._buttons())
        self.hint = label("note", wrap=True)
        self.adopt_button, self.export_button = Button("primary", "check"), Button("", "download")
        self.maps_button = Button("", "map")
        self.maps_button.clicked.connect(self._show_maps)
        self.adopt_button.clicked.connect(self._adopt)
        self.export_button.clicked.connect(self._export)
        self.nothing = EmptyState("waypoints")
        self.policy: Policy | None = None
        self._lay_out()
        self.desk = NumberDesk(self, bus, self._numbered)
        self.start()

    def _lay_out(self) -> None:
        aside = (SIDE, 0, SIDE, 0)
        head = down(self.hint, self.list, self.notice, margins=aside, spacing=8)
        foot = across(self.export_button, self.maps_button, None, self.adopt_button, margins=aside)
        self.unticked = EmptyState("waypoints")
        self.untold = holder(down(self.unticked, None, margins=aside))
        full = holder(
            down(head, (self.table, 1), (self.untold, 1), foot, margins=(0, 12, 0, 12), spacing=8)
        )
        self.pages = Pages(self, full, self.nothing, top=16)

    def _numbered(self, _ask: Ask | None) -> Answer | None:
        return (self.found, self.policy, self.found[0].provenance) if self.found else None

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.hint.setText(text("schemes_hint"))
        self.adopt_button.setText(text("engine_adopt"))
        self.export_button.setText(text("schemes_export"))
        self.maps_button.setText(text("schemes_maps"))
        self.maps_button.setToolTip(text("compare_maps_hint"))
        self.adopt_button.setToolTip(text("schemes_adopt_tip"))
        self.unticked.set(text("schemes_unticked"), text("schemes_unticked_why"))
        self._fill()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self._show()

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self.found = ()
        self._fill()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """Schemes may have come, gone or changed."""
        if kinds or collections & {"scheme", "adopted", "policy"}:
            self._fill()

    # -- the list ----------------------------------------------------------------------------------

    def _fill(self) -> None:
        names = scheme_names(self.session.plan) if self.session.is_open else ()
        ticked, current = self.ticked(), self.list.currentItem()
        chosen = current.data(Qt.ItemDataRole.UserRole) if current is not None else None
        adopted = set(self.session.plan.documents.get("adopted", {}).values()) if names else set()
        self._filling = True
        self.list.clear()
        for name in names:
            item = QListWidgetItem(name + (text("scheme_adopted_mark") if name in adopted else ""))
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setFlags(
                Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            )
            item.setCheckState(Qt.CheckState.Checked if name in ticked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
            if name == chosen:
                self.list.setCurrentItem(item)
        self._filling = False
        rows = min(max(len(names), 2), LIST_ROWS)
        self.list.setFixedHeight(rows * max(self.list.sizeHintForRow(0), theme.metric(24)) + 8)
        self.pages.show_full(bool(names))
        why = "schemes_none_why" if self.session.is_open else "engine_nothing_why"
        self.nothing.set(text("schemes_none" if self.session.is_open else "no_project"), text(why))
        self._ticked()

    def ticked(self) -> tuple[str, ...]:
        """Names of the schemes that are ticked."""
        items = [self.list.item(at) for at in range(self.list.count())]
        return tuple(item.data(Qt.ItemDataRole.UserRole) for item in items
                     if item.checkState() == Qt.CheckState.Checked)  # fmt: skip

    def _ticked(self) -> None:
        if self._filling:
            return
        names = self.ticked()
        self._asked += 1
        self.error = None
        if not 1 <= len(names) <= MOST or not self.session.is_open:
            self.found = ()
            self._show()
            return
        asked, plan, policy = self._asked, self.session.plan, self.session.policy

        def work(progress) -> tuple[SchemeFacts, ...]:  # noqa: ANN001
            found = []
            for at, name in enumerate(names):
                progress(at, len(names))
                found.append(scheme_facts(plan, policy, name, on=datetime.date.today()))
            return tuple(found)

        def answer(found: tuple[SchemeFacts, ...]) -> None:
            if asked == self._asked:
                self.found, self.policy = found, policy
                self._show()

        def fault(error: BaseException) -> None:
            if not isinstance(error, PlannerError):
                raise error
            if asked == self._asked:
                self.error = error
                self._show()

        self._job = self.jobs.start(text("schemes_job"), work, answer, topic="schemes", fault=fault)
        self._buttons()

    # -- the table ---------------------------------------------------------------------------------

    def _show(self) -> None:
        names = self.ticked()
        if self.error is not None:
            self.notice.show_notice("bad", *sentence(self.error))
        elif len(names) > MOST:
            self.notice.show_notice("info", text("schemes_too_many", most=MOST))
        else:
            self.notice.hide()
        self.table.setVisible(bool(self.found))
        self.untold.setVisible(not self.found and self.error is None)
        self.table.show_records(self._columns(), compared(self.found), first=("", False))
        self._buttons()

    def _columns(self) -> Sequence[RecordColumn]:
        columns = [RecordColumn("schemes_fact", lambda row: f"{tr(row.title)}（{tr(row.unit)}）")]
        for at in range(len(self.found)):
            def value(row: Difference, at: int = at) -> float | None:
                return row.values[at]

            def ask(row: Difference, name: str = self.found[at].name) -> Ask:
                return fact_ask(name, row.key)

            columns.append(RecordColumn(f"schemes_column_{at + 1}", value, True, None, ask=ask))
        if len(self.found) >= FEWEST:
            columns.append(RecordColumn("schemes_differs", lambda row: "≠" if row.differs else ""))
        return columns

    def _buttons(self) -> None:
        writable = self.session.is_open and self.session.read_only is None
        self.adopt_button.setEnabled(writable and self.list.currentItem() is not None)
        self.export_button.setEnabled(len(self.found) >= FEWEST)
        self.maps_button.setEnabled(len(self.found) >= FEWEST)

    def _adopt(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        name = item.data(Qt.ItemDataRole.UserRole)
        if self.attempt(lambda: adopt(self.session, name)):
            self.bus.notice.emit("ok", text("adopted", name=name), text("engine_kept_why"))

    def _export(self) -> None:
        from app.dialogs.release import ask_release
        from app.handlers.base import beside, write_in_background

        found, window = self.found, self.window()
        path = ask_release(window, "result", beside(window, text("compare_title"), ".xlsx"),
                           {".xlsx": "Excel", ".csv": text("file_csv"), ".json": "JSON"})  # fmt: skip
        if path is not None:
            table = comparison_table(found, compared(found))
            write_in_background(
                window, path, lambda snapshot, out: write_result(snapshot, table, out) and None
            )

    def _show_maps(self) -> None:
        from app.dialogs.compare_maps import CompareMapsDialog

        window = self.window()
        view = window.map  # type: ignore[attr-defined]
        names = [one.name for one in self.found]
        dialog = CompareMapsDialog(window, self.session.plan, names, view.settings, view.view)
        dialog.exec()
        dialog.deleteLater()

    def words(self) -> dict[str, list[str]]:
        """Return the table as words, for whoever reads it aloud: fact -> numbers."""
        return {tr(row.title): [number(value) for value in row.values] for row in self.model.lines}
