"""核查 › 一批地点: a list of places or drawings, and every zone that each is in, since when, by which document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDate, QModelIndex
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QDateEdit, QFileDialog, QPlainTextEdit, QWidget

from app.actions.zone_report import works_selected, works_typed, zones_table
from app.bus import Bus
from app.exports.result_table import ResultTable
from app.jobs import Jobs, Progress
from app.messages import text
from app.panels.computed import ComputedPanel
from app.panels.frame import FOOT, HEAD, Pages, across, alone, down, page
from app.panels.models.records import RecordColumn, RecordModel
from app.panels.parts import Button, EmptyState, NoticeBar, ProvenanceLine, label, line, restyle_all
from app.panels.record_table import RecordTable
from app.session import Session, Snapshot
from layers.plan.plan import Plan
from layers.planning.footprints import Work
from layers.planning.results import Provenance
from layers.policy.bundle import Policy

TOKEN = "draw"
CHIPS = {
    True: ("met", "zones_chip_yes"),
    False: ("none", "zones_chip_no"),
    None: ("unknown", "zones_chip_unknown"),
}
Works = Callable[[Snapshot], list[Work]]


class ZoneListPanel(ComputedPanel):
    """Asked for by a button: what was typed or pasted, a file, or what is selected."""

    UNASKED = False
    result: ResultTable | None

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.works: list[Work] = []
        self._last: Works | None = None
        self.model = RecordModel(lambda row: tuple(str(value) for value in row.values()), self._tip, self)
        self._build()
        bus.selection_changed.connect(lambda _kind, fids: self.selected.setEnabled(bool(fids)))
        self.start()

    def _build(self) -> None:
        self.typed = QPlainTextEdit()
        self.typed.setTabChangesFocus(True)
        self.typed.setFixedHeight(84)
        self.day = QDateEdit(QDate.currentDate())
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setCalendarPopup(True)
        self.day.dateChanged.connect(lambda _day: self.compute())
        self.go, self.file = Button("primary", "check"), Button("", "folder-open")
        self.selected = Button("", "square-dashed")
        self.go.clicked.connect(self.ask_typed)
        self.file.clicked.connect(self.choose_file)
        self.selected.clicked.connect(self.ask_selected)
        self.selected.setEnabled(False)
        self.notice = NoticeBar()
        self.notice.acted.connect(self.compute)
        self.table = RecordTable(self.model)
        self.table.picked.connect(self._chosen)
        self.table.doubleClicked.connect(self._zoom)
        self.more, self.provenance = label("note", wrap=True), ProvenanceLine()
        self.export = Button("", "download")
        self.export.clicked.connect(lambda: self.bus.run_command.emit("export_zones"))
        self.nothing, self.clean = EmptyState("list"), EmptyState("list")
        self.nothing.acted.connect(lambda: self.bus.run_command.emit("new_sample"))
        self.ready = alone(self.clean)
        tools = down(across((self.day, 1), self.go, spacing=6),
                     across((self.selected, 1), (self.file, 1), spacing=6), spacing=6)  # fmt: skip
        head = down(self.typed, tools, self.notice, margins=HEAD, spacing=8)
        foot = down(self.more, self.provenance, across(None, self.export), margins=FOOT, spacing=6)
        self.pages = Pages(self, page(head, (self.table, 1), (self.ready, 1), line(), foot), self.nothing)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.typed.setPlaceholderText(text("zones_typed"))
        self.typed.setAccessibleName(text("zones_typed_name"))
        self.day.setAccessibleName(text("bans_day"))
        self.day.setToolTip(text("zones_day_tip"))
        self.go.setText(text("zones_go"))
        self.file.setText(text("zones_file"))
        self.selected.setText(text("zones_selected"))
        self.selected.setToolTip(text("zones_selected_tip"))
        self.file.setToolTip(text("zones_file_tip"))
        self.export.setText(text("zones_export"))
        self._show()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self._show()

    # -- what is asked -----------------------------------------------------------------------------

    def ask_typed(self) -> None:
        """Zones of what stands in the field."""
        typed = self.typed.toPlainText()
        if self.session.is_open and self.attempt(lambda: works_typed(self.session, typed)):
            self._ask(lambda snapshot: works_typed(snapshot, typed))

    def ask_selected(self) -> None:
        """Zones of what is selected on the map."""
        works = works_selected(self.session) if self.session.is_open else []
        if works:
            self._ask(lambda _snapshot: works)

    def choose_file(self) -> None:
        """Zones of the shapes of a file that is not imported."""
        folder = str(self.session.path.parent) if self.session.is_open else ""
        chosen, _ = QFileDialog.getOpenFileName(self, text("zones_file_tip"), folder)
        if chosen:
            self.ask_file(Path(chosen))

    def ask_file(self, path: Path) -> None:
        """Zones of the shapes of a file."""
        def read(snapshot: Snapshot) -> list[Work]:
            from app.actions.drawn_files import works_of_file

            return works_of_file(snapshot.plan, snapshot.policy, path)[0]

        self._ask(read)

    def _ask(self, works: Works) -> None:
        self._last = works
        self.compute()

    def compute(self) -> None:
        """Look them up, off the interface thread."""
        works = self._last
        if not self.session.is_open or works is None:
            return
        snapshot, day = self.session.snapshot(), self.day.date().toPython()

        def work(_plan: Plan, _policy: Policy, _progress: Progress) -> tuple[ResultTable, list[Work]]:
            given = works(snapshot)
            return zones_table(snapshot, given, day), given

        def take(found: tuple[ResultTable, list[Work]]) -> None:
            self.result, self.works = found

        self.ask(text("job_zones"), work, topic="zone list", take=take)

    def _forget(self) -> None:
        self._last, self.works = None, []
        self.bus.highlight.emit([])

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """The result says itself whether it still holds."""
        self._show()

    def _source(self) -> Provenance:
        assert self.result is not None
        return self.result.provenance

    # -- what it shows -----------------------------------------------------------------------------

    def _show(self) -> None:
        found = self.result
        self.nothing.set(text("no_project"), text("zones_nothing_why"), text("open_sample"))
        self.pages.show_full(self.session.is_open)
        self.clean.set(text("zones_ask"), text("zones_ask_why"))
        self._tell_trouble(text("zones_running"))
        for part in (self.table, self.more, self.provenance, self.export):
            part.setVisible(found is not None)
        self.ready.setVisible(found is None)
        if found is None:
            return
        forces = [record["in_force"] for record in found.records]
        rows = [{**words, "force": force, "number": at}
                for at, (words, force) in enumerate(zip(found.words or (), forces, strict=True))]  # fmt: skip
        columns = (
            RecordColumn("zones_item_head", lambda row: row["item"], order=lambda row: row["number"]),
            RecordColumn("zones_zone", lambda row: row["zone_class"] or "—"),
            RecordColumn("zones_since", lambda row: row["valid_from"] or "—", spare=2),
            RecordColumn("zones_document", lambda row: row["document"] or "—", spare=1),
            RecordColumn("zones_force", lambda row: None, order=lambda row: str(row["force"]), chip=_chip),
        )  # fmt: skip
        self.table.show_records(columns, rows, first=("zones_item_head", False))
        self.more.setText("\n".join(found.notes))
        self.say_source(found.provenance)
        self._chosen()

    def _tip(self, row: dict[str, Any]) -> str:
        held = " – ".join(str(row[key] or "…") for key in ("valid_from", "valid_to"))
        zone = f"{row['zone_kind'] or ''}  {row['zone'] or ''}".strip()
        parts = [f"{row['item']}  {row['place']}", zone, f"{held}  {row['in_force'] or ''}",
                 row["document"] or "", row["near"] or ""]  # fmt: skip
        return "\n".join(part for part in parts if part.strip())

    def _work(self, row: dict[str, Any]) -> Work | None:
        """The thing that a row is about: rows stand by things, in their order."""
        records = self.result.records if self.result is not None else ()
        items = list(dict.fromkeys((one["item"], one["place"]) for one in records))
        at = items.index((row["item"], row["place"]))
        return self.works[at] if at < len(self.works) else None

    # -- the map -----------------------------------------------------------------------------------

    def _chosen(self) -> None:
        row = self.table.record()
        work = None if row is None else self._work(row)
        if self.isVisible():
            shapes = [one.shape for one in self.works] if work is None else [work.shape]
            self.bus.highlight.emit([(shape, TOKEN) for shape in shapes])

    def _zoom(self, index: QModelIndex) -> None:
        work = self._work(self.model.lines[index.row()])
        if work is not None:
            self.zoom_round([work.shape], least=800.0, share=0.2)

    def showEvent(self, event: QShowEvent) -> None:
        """What was asked for is on the map again."""
        super().showEvent(event)
        self._chosen()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing of it stays on the map."""
        self.bus.highlight.emit([])
        super().hideEvent(event)


def _chip(row: dict[str, Any]) -> tuple[str, str] | None:
    """Whether the zone holds on the day; none for what is in no zone."""
    if not row["in_force"]:
        return None
    key, words = CHIPS[row["force"]]
    return key, text(words)
