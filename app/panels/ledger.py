"""台账: the hardships, closed one by one, and the four guarantees of monitored households as counts."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit, QWidget

from app.actions.ledger import step, today
from app.bus import Bus
from app.jobs import Jobs
from app.ledger_words import count_titles, guarantee_words
from app.messages import text, tr
from app.origins.ledger import items_ask
from app.panels.computed import ComputedPanel
from app.panels.frame import FOOT, HEAD, Pages, across, down, holder, page, tile_row
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
from app.panels.models.unit_rows import unit_rows
from app.panels.parts import Button, EmptyState, NoticeBar, ProvenanceLine, Tile, label, line, restyle_all
from app.panels.record_table import RecordTable
from app.panels.rows import number
from app.panels.segmented import Segmented
from app.session import Session
from layers.planning.guarantees import GuaranteeRow
from layers.planning.ledger import ASSIGNED, CLOSED, GUARANTEE, ROLE, STATES, Item
from layers.planning.results import Provenance
from layers.provenance import Ask


class LedgerPanel(ComputedPanel):
    """A table of items with their next step, or of counts by gacha or sumu."""

    KEEPS_UP = True

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.model = RecordModel(_words_of, self._tip, self)
        self._build()
        self.start()

    @property
    def board(self) -> LedgerBoard | None:
        """What was counted."""
        found: LedgerBoard | None = self.result
        return found

    def _source(self) -> Provenance:
        return self.result.guarantees.provenance  # type: ignore[no-any-return]

    def answer_of(self, ask: Ask | None) -> Any:
        """Return the counts, with the ledger in them."""
        del ask
        return self.result.guarantees

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
        self.table = RecordTable(self.model, key=_key)
        self.table.filtered_by(self.filter)
        self.table.arranged.connect(self._tell_row)
        self.table.picked.connect(self._tell_row)
        self.table.activated.connect(lambda _index: self._to_step())
        self.table.opened.connect(lambda _index: self._to_place())
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
        self.nothing.acted.connect(self.get_data)
        tools = across((self.filter, 3), (self.state, 3), (self.guarantee, 3), spacing=4)
        head = down(self.views, tile_row(self.tiles), self.notice, tools, margins=HEAD, spacing=10)
        self.next = holder(across((self.unit, 3), (self.day, 2), self.go, spacing=6))
        below = across((self.provenance, 1), self.export)
        foot = down(self.facts, self.next, below, margins=FOOT, spacing=6)
        self.pages = Pages(self, page(head, (self.table, 1), self.table.totals, line(), foot), self.nothing)

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
        self._show()

    # -- what happens ------------------------------------------------------------------------------

    def _forget(self) -> None:
        self.table.forget()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """A step was taken, or another part of the window changed what is counted here."""
        if self.board is None or not (kinds or "policy" in collections):
            return
        self._show_notice()
        self._keep_up()

    def compute(self) -> None:
        """Count it from the plan as it stands, off the interface thread."""
        if not self.session.is_open:
            return
        day = today()
        self.ask(text("job_ledger"), lambda plan, policy, _: board_of(plan, policy, day), topic="ledger")

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
            self.nothing.set(text("ledger_none"), text("ledger_none_why"), text("queue_import"))
        self.pages.show_full(self.session.is_open and there)
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
        late = sum(item.overdue for item in items)
        for tile, shown, words, token, name in (
            (self.tiles[0], len(items) - counts[CLOSED], "ledger_tile_open", "need3", "open"),
            (self.tiles[1], late, "ledger_overdue", "bad", "overdue"),
            (self.tiles[2], counts[CLOSED], "ledger_closed", "met_ink", "closed"),
        ):
            tile.set(number(shown), unit, text(words), token, ask=items_ask(name))

    def _show_table(self) -> None:
        board = self.board
        if self.view() == "items":
            rows = (
                chosen(board.ledger, self.state.currentData(), self.guarantee.currentData()) if board else ()
            )
            self.table.show_records(item_columns(self.session.catalogue), rows, first=("ledger_due", False))
        else:
            found = board.guarantees.of_level(self.view()) if board else ()
            self.table.show_records(count_columns(), found, first=("ledger_unit", False))

    def _tip(self, row: Item | GuaranteeRow) -> str:
        if isinstance(row, GuaranteeRow) or row.due is None:
            return _key(row)
        due = text("ledger_due_by", day=row.due.isoformat())
        return f"{row.code}  {due}" + (f"  {text('ledger_overdue')}" if row.overdue else "")

    # -- one row -----------------------------------------------------------------------------------

    def row(self) -> Item | GuaranteeRow | None:
        """The row that is chosen."""
        found: Item | GuaranteeRow | None = self.table.record()
        return found

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
        """Enter on an item leads to its next step."""
        row = self.row()
        if isinstance(row, Item) and self.next.isVisible():
            (self.unit if self.unit.isVisible() and not self.unit.text() else self.day).setFocus()

    def _to_place(self) -> None:
        """A double click on a unit's name leads to the map."""
        row = self.row()
        if isinstance(row, GuaranteeRow):
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
        self.attempt(lambda: step(self.session, code, coming, day, unit=unit or None))
        self.table.setFocus()

    def _zoom(self, row: GuaranteeRow) -> None:
        place = unit_rows(self.session.plan, f"unit.{row.level}").get(row.unit_code)
        if place is not None:
            self.session.select(place[0], [place[1]])
            self.bus.zoom_to_features.emit(place[0], frozenset([place[1]]))


def _key(row: Item | GuaranteeRow) -> str:
    return row.code if isinstance(row, Item) else row.unit_code


def _words_of(row: Item | GuaranteeRow) -> tuple[str, ...]:
    if isinstance(row, Item):
        return row.code, row.gacha_name, row.sumu_name, row.unit_in_charge or ""
    return row.unit_name, row.unit_code, row.sumu_name
