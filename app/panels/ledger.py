"""台账: the hardships, closed one by one, and the four guarantees of monitored households as counts."""

from __future__ import annotations

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLineEdit,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.actions.ledger import step, today
from app.bus import Bus
from app.jobs import Job, Jobs
from app.ledger_words import count_titles, guarantee_words
from app.messages import sentence, text, tr
from app.panels.models.ledger_rows import (
    OVERDUE,
    VIEWS,
    LedgerBoard,
    board_of,
    chosen,
    count_columns,
    counts_of_words,
    facts_of,
    item_columns,
)
from app.panels.models.records import RecordModel
from app.panels.panel import Panel
from app.panels.parts import Button, EmptyState, NoticeBar, ProvenanceLine, Tile, label, line, restyle_all
from app.panels.rows import RowTable, TotalsStrip, number
from app.panels.segmented import Segmented
from app.session import Session
from layers.errors import PlannerError
from layers.planning.guarantees import GuaranteeRow
from layers.planning.ledger import ASSIGNED, CLOSED, GUARANTEE, ROLE, STATES, Item
from layers.policy.bundle import Policy

SIDE = 14


class LedgerPanel(Panel):
    """A table of items with their next step, or of counts by gacha or sumu."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.board: LedgerBoard | None = None
        self.policy: Policy | None = None
        self.error: PlannerError | None = None
        self.running = False
        self._asked = 0
        self._job: Job | None = None
        self._keep = ""  # code of the item that stays chosen when the table is filled anew
        self.model = RecordModel(_words_of, self._tip, self)
        self._build()
        jobs.ended.connect(self._job_ended)
        self.start()

    # -- parts -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.views = Segmented()
        self.views.chosen.connect(lambda _view: self._show())
        self.tiles = (Tile(), Tile(), Tile())
        self.notice = NoticeBar()
        self.notice.acted.connect(self.compute)
        self.state, self.guarantee, self.filter = QComboBox(), QComboBox(), QLineEdit()
        for box in (self.state, self.guarantee):
            box.activated.connect(lambda _at: self._show_table())
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._filter)
        self.table = RowTable()
        self.table.head.lead = SIDE
        self.table.setModel(self.model)
        self.table.setSelectionMode(RowTable.SelectionMode.SingleSelection)
        self.table.head.sectionClicked.connect(self._sort)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._chosen())
        self.table.activated.connect(lambda _index: self._to_step())
        self.totals = TotalsStrip(self.table, self.model.total)
        self.facts = label("note", wrap=True)
        self.day, self.unit, self.go = QDateEdit(), QLineEdit(), Button("primary", "check")
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setCalendarPopup(True)
        self.go.clicked.connect(self.take_step)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(
                QKeySequence(keys),
                self,
                self.take_step,
                context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
            )
        self.provenance = ProvenanceLine()
        self.export = Button("", "download")
        self.export.clicked.connect(self._export)
        self.nothing = EmptyState("clipboard-check")
        self.nothing.acted.connect(lambda: self.bus.run_command.emit("new_sample"))
        self._lay_out()

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(SIDE, 0, SIDE, 8)
        head.setSpacing(10)
        head.addWidget(self.views)
        tiles = QHBoxLayout()
        tiles.setSpacing(8)
        for tile in self.tiles:
            tiles.addWidget(tile, 1)
        head.addLayout(tiles)
        head.addWidget(self.notice)
        tools = QHBoxLayout()
        tools.setSpacing(4)
        tools.addWidget(self.filter, 3)
        tools.addWidget(self.state, 3)
        tools.addWidget(self.guarantee, 3)
        head.addLayout(tools)
        foot = QVBoxLayout()
        foot.setContentsMargins(SIDE, 8, SIDE, 12)
        foot.setSpacing(6)
        foot.addWidget(self.facts)
        self.next = QWidget()
        steps = QHBoxLayout(self.next)
        steps.setContentsMargins(0, 0, 0, 0)
        steps.setSpacing(6)
        steps.addWidget(self.unit, 3)
        steps.addWidget(self.day, 2)
        steps.addWidget(self.go)
        foot.addWidget(self.next)
        below = QHBoxLayout()
        below.addWidget(self.provenance, 1)
        below.addWidget(self.export)
        foot.addLayout(below)
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
        self.views.set_items([(name, text(f"ledger_view_{name}")) for name in VIEWS])
        self.filter.setPlaceholderText(text("ledger_filter"))
        self.unit.setPlaceholderText(text("ledger_col_unit_in_charge"))
        self.day.setToolTip(text("ledger_day_tip"))
        self.go.setToolTip(text("ledger_go_tip"))
        self.export.setText(text("gaps_export"))
        self._fill(self.state, [(None, text("ledger_any_state")), (OVERDUE, text("ledger_overdue")),
                                *((state, text(f"ledger_{state}")) for state in STATES)])  # fmt: skip
        kinds = self.session.catalogue.with_role(ROLE)
        named = [choice.value for kind in kinds for choice in kind.column(GUARANTEE).choices]
        words = [(one, guarantee_words(self.session.catalogue, str(one))) for one in named]
        self._fill(self.guarantee, [(None, text("ledger_any_guarantee")), *words])
        self._show()

    @staticmethod
    def _fill(box: QComboBox, rows: list[tuple[object, str]]) -> None:
        kept = box.currentData()
        box.clear()
        for value, words in rows:
            box.addItem(words, value)
        box.setCurrentIndex(max(box.findData(kept), 0))
        box.setMinimumContentsLength(4)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self.totals.restyle()
        self._show()

    # -- what happens ------------------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self._asked += 1
        self.board, self.running, self.error, self._keep = None, False, None, ""
        self._show()
        if self.isVisible():
            self.compute()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """A step was taken, or another part of the window changed what is counted here."""
        if self.board is None or not (kinds or "policy" in collections):
            return
        if self.stale and self.isVisible():
            self.compute()
        else:
            self._show_notice()

    def showEvent(self, event: QShowEvent) -> None:
        """Count what nobody has asked for before."""
        super().showEvent(event)
        if (self.board is None or self.stale) and not self.running and self.error is None:
            self.compute()

    @property
    def stale(self) -> bool:
        """Whether the plan or the rules have moved on since it was counted."""
        if self.board is None or not self.session.is_open:
            return False
        source = self.board.guarantees.provenance
        return not source.is_current(self.session.plan) or self.policy is not self.session.policy

    def compute(self) -> None:
        """Count it from the plan as it stands, off the interface thread."""
        if not self.session.is_open:
            return
        plan, policy, day = self.session.plan, self.session.policy, today()
        self._asked += 1
        asked = self._asked

        def answer(board: LedgerBoard) -> None:
            if asked == self._asked:
                self.running, self.error, self.board, self.policy = False, None, board, policy
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
            text("job_ledger"),
            lambda _progress: board_of(plan, policy, day),
            answer,
            topic="ledger",
            fault=fault,
        )

    def _job_ended(self, job: Job, how: str) -> None:
        if job is self._job and how == "cancelled":
            self.running = False

    def _filter(self, words: str) -> None:
        self.model.set_filter(words)
        self._arrange()

    def _sort(self, column: int) -> None:
        self.model.sort_by(column)
        self._arrange()

    def _export(self) -> None:
        items = self.view() == "items"
        self.bus.run_command.emit("export_ledger" if items else "export_guarantees")

    # -- what it shows -----------------------------------------------------------------------------

    def view(self) -> str:
        """Which view is in front: items, gacha or sumu."""
        return self.views.current() or VIEWS[0]

    def _show(self) -> None:
        board = self.board
        there = (
            board is None
            or board.ledger.there
            or any(row.monitored is not None for row in board.guarantees.rows)
        )
        if not self.session.is_open:
            self.nothing.set(text("no_project"), text("ledger_none_why"), text("open_sample"))
        else:
            self.nothing.set(text("ledger_none"), text("ledger_none_why"))
        self.pages.setCurrentIndex(0 if self.session.is_open and there else 1)
        self.export.setEnabled(board is not None)
        for part in (self.state, self.guarantee):
            part.setVisible(self.view() == "items")
        for tile in self.tiles:
            tile.setVisible(board is not None)
        if board is not None:
            self._show_tiles(board)
            rules = text(
                "ledger_provenance",
                day=board.ledger.on.isoformat(),
                rules=board.ledger.provenance.policy_version,
            )
            self.provenance.set(rules)
        self._show_notice()
        self._show_table()

    def _show_tiles(self, board: LedgerBoard) -> None:
        items = board.ledger.items
        counts = board.ledger.counts()
        unit = text("ledger_unit_items")
        self.tiles[0].set(number(len(items) - counts[CLOSED]), unit, text("ledger_tile_open"), "need3")
        self.tiles[1].set(number(sum(item.overdue for item in items)), unit, text("ledger_overdue"), "bad")
        self.tiles[2].set(number(counts[CLOSED]), unit, text("ledger_closed"), "met_ink")

    def _show_notice(self) -> None:
        if self.error is not None:
            self.notice.show_notice("bad", *sentence(self.error), text("recompute"))
        elif self.stale and not self.isVisible():
            self.notice.show_notice("warn", text("stale"), text("stale_why"), text("recompute"))
        else:
            self.notice.hide()

    def _show_table(self) -> None:
        board = self.board
        if self.view() == "items":
            rows = (
                chosen(board.ledger, self.state.currentData(), self.guarantee.currentData()) if board else ()
            )
            self.model.show(item_columns(self.session.catalogue), rows, first=("ledger_due", False))
        else:
            found = board.guarantees.of_level(self.view()) if board else ()
            self.model.show(count_columns(), found, first=("ledger_unit", False))
        self._arrange()

    def _arrange(self) -> None:
        head = self.table.head
        head.sorted_column, head.sorted_down = self.model.sorted_column, self.model.down
        head.fit_first()
        head.viewport().update()
        self.totals.update()
        at = next((at for at, row in enumerate(self.model.lines) if _key(row) == self._keep), -1)
        if at >= 0:
            self.table.selectRow(at)
        self._tell_row()

    def _tip(self, row: Item | GuaranteeRow) -> str:
        if isinstance(row, GuaranteeRow) or row.due is None:
            return _key(row)
        due = text("ledger_due_by", day=row.due.isoformat())
        return f"{row.code}  {due}" + (f"  {text('ledger_overdue')}" if row.overdue else "")

    # -- one row -----------------------------------------------------------------------------------

    def row(self) -> Item | GuaranteeRow | None:
        """The row that is chosen."""
        chosen_rows = self.table.selectionModel().selectedRows()
        return self.model.lines[chosen_rows[0].row()] if chosen_rows else None

    def _chosen(self) -> None:
        row = self.row()
        if row is not None:
            self._keep = _key(row)
        self._tell_row()

    def _tell_row(self) -> None:
        row = self.row()
        item = row if isinstance(row, Item) else None
        self.facts.setVisible(row is not None)
        coming = item.next_step if item is not None else None
        self.next.setVisible(
            coming is not None and not self.session.read_only if self.session.is_open else False
        )
        if item is not None:
            self.facts.setText(facts_of(item, self.session.plan))
        elif isinstance(row, GuaranteeRow) and self.board is not None:
            found = self.board.guarantees
            titles = {key: tr(title) for key, title in count_titles(self.session.catalogue, found).items()}
            self.facts.setText(counts_of_words(row, self.session.catalogue, titles))
        if item is None or coming is None:
            return
        self.go.setText(text(f"ledger_do_{coming}"))
        self.unit.setVisible(coming == ASSIGNED)
        self.unit.setText(item.unit_in_charge or "")
        last, day = item.dates[item.state], today()
        self.day.setDateRange(QDate(last.year, last.month, last.day), QDate(day.year, day.month, day.day))
        self.day.setDate(QDate(day.year, day.month, day.day))

    def _to_step(self) -> None:
        """Enter on a row leads to its next step; on a unit, to the map."""
        row = self.row()
        if isinstance(row, Item) and self.next.isVisible():
            (self.unit if self.unit.isVisible() and not self.unit.text() else self.day).setFocus()
        elif isinstance(row, GuaranteeRow):
            self._zoom(row)

    def take_step(self, _checked: bool = False) -> None:
        """Take the chosen item its next step, on the day that is shown: one command that can be undone."""
        row = self.row()
        if not isinstance(row, Item) or row.next_step is None or not self.next.isVisible():
            return
        code, coming, day, unit = (
            row.code,
            row.next_step,
            self.day.date().toPython(),
            self.unit.text().strip(),
        )
        self._keep = code
        self.attempt(lambda: step(self.session, code, coming, day, unit=unit or None))
        self.table.setFocus()

    def _zoom(self, row: GuaranteeRow) -> None:
        for table in self.session.plan.with_role(f"unit.{row.level}"):
            for fid, code in zip(table.fids, table.column(table.kind.key), strict=True):
                if str(code) == row.unit_code:
                    self.session.select(table.kind.id, [int(fid)])
                    self.bus.zoom_to_features.emit(table.kind.id, frozenset([int(fid)]))
                    return


def _key(row: Item | GuaranteeRow) -> str:
    return row.code if isinstance(row, Item) else row.unit_code


def _words_of(row: Item | GuaranteeRow) -> tuple[str, ...]:
    if isinstance(row, Item):
        return row.code, row.gacha_name, row.sumu_name, row.unit_in_charge or ""
    return row.unit_name, row.unit_code, row.sumu_name
