"""核查 › 改厕: the toilet ledger: one toilet a step on, duplicates, progress, and the rest planned anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDate, QModelIndex
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QDateEdit, QFileDialog, QLineEdit, QWidget

from app.actions.schemes import free_name
from app.actions.toilet_ledger import adopted, duplicate_words, replan_rest, state_text, step
from app.bus import Bus
from app.jobs import Jobs
from app.messages import listed, text, tr
from app.origins.toilets import progress_ask, state_ask
from app.panels.frame import FOOT, SIDE, Pages, across, down, holder, page
from app.panels.models.records import RecordColumn, RecordModel, summed
from app.panels.number_desk import Answer, NumberDesk
from app.panels.number_words import NumberWords
from app.panels.panel import Panel
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
from app.panels.record_table import RecordTable
from app.panels.segmented import Segmented
from app.session import Session
from layers.plan.plan import Plan
from layers.planning import toilet_ledger as engine
from layers.planning.schemes import Scheme
from layers.planning.toilet_ledger import Cell, Duplicate, Entry, ToiletLedger
from layers.policy.bundle import Policy
from layers.provenance import Ask

VIEWS = ("entries", "duplicates", "progress")
COUNTS = ("planned", "built", "accepted")
CHIPS = {"planned": "permit", "built": "cond", "accepted": "met", "faulty": "short", "rectified": "met"}


@dataclass(frozen=True, eq=False)
class Board:
    """What one counting found."""

    book: ToiletLedger
    duplicates: tuple[Duplicate, ...]
    cells: tuple[Cell, ...]
    scheme: Scheme | None


class ToiletLedgerPanel(Panel):
    """A table of toilets with the step that comes next, of duplicates, or of gachas and years."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.board: Board | None = None
        self.photo: Path | None = None
        self.model = RecordModel(_words_of, lambda _row: "", self)
        self.policy: Policy | None = None
        self._build()
        self.desk = NumberDesk(self, bus, self._numbered)
        self.start()

    def _numbered(self, _ask: Ask | None) -> Answer | None:
        """Return the answer that a count is of."""
        return None if self.board is None else (self.board, self.policy, self.board.book.provenance)

    # -- parts -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.views, self.notice, self.counts = Segmented(), NoticeBar(), NumberWords()
        self.views.chosen.connect(lambda _view: self._show())
        self.state, self.filter = QComboBox(), QLineEdit()
        self.state.activated.connect(lambda _at: self._show())
        self.table = RecordTable(self.model, key=_key)
        self.table.filtered_by(self.filter)
        self.table.picked.connect(self._show_step)
        self.table.activated.connect(self._touched)
        self.title, self.to, self.day = label("medium", wrap=True), QComboBox(), QDateEdit()
        self.to.activated.connect(lambda _at: self._show_fields())
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.fault_words, self.pick, self.go = QLineEdit(), IconButton("image"), Button("primary", "check")
        self.fault_words.returnPressed.connect(self.take)
        self.pick.clicked.connect(self.choose_photo)
        self.go.clicked.connect(self.take)
        self.year, self.anew = QComboBox(), Button("", "calendar")
        self.anew.clicked.connect(self.replan)
        self.source, self.nothing = ProvenanceLine(), EmptyState("clipboard-check")
        self.nothing.acted.connect(self.get_data)
        tools = across((self.filter, 3), (self.state, 2))
        head = down(self.views, self.counts, self.notice, tools, margins=(SIDE, 0, SIDE, 8), spacing=8)
        self.fields = holder(across((self.to, 3), (self.day, 2), self.pick, self.go, spacing=6))
        self.rest = holder(across((self.year, 1), self.anew, spacing=6))
        said = (self.title, self.fault_words)
        foot = down(*said, self.fields, self.rest, self.source, margins=FOOT, spacing=6)
        self.pages = Pages(self, page(head, (self.table, 1), self.table.totals, line(), foot), self.nothing)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.views.set_items([(one, text(f"toilet_view_{one}")) for one in VIEWS])
        self.nothing.set(text("toilet_ledger_none"), text("toilet_ledger_none_why"), text("queue_import"))
        self.filter.setPlaceholderText(text("toilet_ledger_filter"))
        self.fault_words.setPlaceholderText(text("toilet_fault"))
        self.day.setToolTip(text("toilet_day"))
        self.go.setText(text("toilet_step"))
        self.anew.setText(text("toilet_replan"))
        self.anew.setToolTip(text("toilet_replan_tip"))
        self.year.setToolTip(text("toilet_replan_year"))
        kind = self.session.catalogue.with_role(engine.ROLE)[0]
        kept = self.state.currentData()
        self.state.clear()
        self.state.addItem(text("toilet_any_state"), None)
        for state in engine.STATES:
            self.state.addItem(tr(state_text(self.session, kind.id, state)), state)
        self.state.setCurrentIndex(max(self.state.findData(kept), 0))
        self._say_photo()
        self._show()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)

    # -- what it knows -----------------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self.board, self.photo = None, None
        self.table.forget()
        self.day.setDate(QDate.currentDate())
        self._say_photo()
        self._show()
        if self.isVisible():
            self.compute()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """A toilet may have moved on, a scheme may have been adopted."""
        read = set(self.board.book.provenance.kinds) if self.board is not None else set()
        if not (read & kinds or collections & {"scheme", "adopted"}):
            return
        self.board = None
        if self.isVisible():
            self.compute()

    def showEvent(self, event: QShowEvent) -> None:
        """Count what nobody has asked for before."""
        super().showEvent(event)
        if self.board is None:
            self.compute()

    def compute(self) -> None:
        """Read the ledger off the interface thread."""
        if not self.session.is_open:
            return
        plan, policy, scheme = self.session.plan, self.session.policy, adopted(self.session)

        def answer(board: Board) -> None:
            self.board, self.policy = board, policy
            self._show()

        words = text("job_toilet_ledger")
        self.jobs.start(
            words,
            lambda _progress: _board(plan, policy, scheme),
            answer,
            topic="toilet ledger",
            fault=self.fault,
        )

    # -- what it shows -----------------------------------------------------------------------------

    def view(self) -> str:
        """Which view is in front."""
        return self.views.current() or VIEWS[0]

    def _show(self) -> None:
        board, view = self.board, self.view()
        there = self.session.is_open and (board is None or bool(board.book.entries))
        self.pages.show_full(there)
        self.state.setVisible(view == "entries")
        self.rest.setVisible(view == "progress" and board is not None and board.scheme is not None)
        if board is None:
            self.counts.show_numbers(())
            self.table.show_records((), (), first=("", False))
            self.notice.hide()
        else:
            told = view == "progress" and board.scheme is None
            if told:
                self.notice.show_notice("info", text("toilet_progress_none"))
            else:
                self.notice.hide()
            self.counts.show_numbers(self._counts(board))
            self.source.set(text("toilet_rules", rules=board.book.provenance.policy_version))
            self._show_rows(board, view)
            years = board.scheme.years if board.scheme is not None else ()
            if [self.year.itemData(at) for at in range(self.year.count())] != list(years):
                self.year.clear()
                for year in years:
                    self.year.addItem(str(year), year)
                last = max((cell.year for cell in board.cells if cell.built), default=0)
                self.year.setCurrentIndex(next((at for at, year in enumerate(years) if year > last), 0))
        self._show_step()

    def _counts(self, board: Board) -> list[tuple[str, str, Ask]]:
        """How many toilets stand where, and of how many the day of building is not known."""
        kind = self.session.catalogue.with_role(engine.ROLE)[0]
        parts = [(tr(state_text(self.session, kind.id, state)), f"{count:,}", state_ask(state))
                 for state, count in board.book.counts().items() if count]  # fmt: skip
        if board.book.undated:
            parts.append((text("from_toilets_undated"), f"{board.book.undated:,}", state_ask("undated")))
        return parts

    def _show_rows(self, board: Board, view: str) -> None:
        gacha = RecordColumn("toilet_col_gacha_name", lambda row: row.gacha_name or row.gacha_code or "—")
        if view == "entries":
            wanted = self.state.currentData()
            rows: Any = [one for one in board.book.entries if wanted in (None, one.state)]
            columns = (
                gacha,
                RecordColumn("toilet_col_number", lambda row: row.fid, numeric=True, spare=1),
                RecordColumn("toilet_col_since", _since, spare=2),
                RecordColumn(
                    "toilet_col_state",
                    lambda row: None,
                    order=lambda row: engine.ORDER.index(row.state) if row.state in engine.ORDER else 9,
                    chip=self._chip,
                ),
            )
            first = ("toilet_col_state", False)
        elif view == "duplicates":
            rows, first = board.duplicates, ("toilet_col_gacha_name", False)
            numbers = RecordColumn("toilet_col_number", lambda row: listed(map(str, row.fids)))
            columns = (gacha, numbers, RecordColumn("toilet_col_why", duplicate_words))
        else:
            rows, first = board.cells, ("toilet_col_gacha_name", False)
            columns = (gacha, RecordColumn("toilet_col_year", lambda row: str(row.year)),
                       *(_count(name, board.scheme) for name in COUNTS))  # fmt: skip
        self.table.show_records(columns, rows, first=first)

    def _chip(self, row: Entry) -> tuple[str, str]:
        return CHIPS.get(row.state or "", "unknown"), tr(state_text(self.session, row.kind, row.state))

    def row(self) -> Entry | Duplicate | Cell | None:
        """The row that is chosen."""
        found: Entry | Duplicate | Cell | None = self.table.record()
        return found

    def _show_step(self) -> None:
        entry = self.row() if self.view() == "entries" else None
        writable = self.session.is_open and self.session.read_only is None
        following = entry.next if isinstance(entry, Entry) and writable else ()
        self.fields.setVisible(bool(following))
        none = self.view() == "duplicates" and self.board is not None and not self.board.duplicates
        self.title.setVisible(self.view() == "entries" or none)
        self.anew.setEnabled(writable)
        self.to.clear()
        if isinstance(entry, Entry):
            state = tr(state_text(self.session, entry.kind, entry.state))
            facts = f"{entry.gacha_name or entry.gacha_code} · {entry.fid} · {state}"
            told = entry.fault if entry.state == engine.FAULTY else ""
            stuck = text("toilet_no_step") if entry.state is None else ""
            self.title.setText("\n".join(filter(None, (facts, told, stuck))))
            for one in following:
                self.to.addItem(tr(state_text(self.session, entry.kind, one)), one)
        else:
            self.title.setText(text("toilet_duplicates_none" if none else "toilet_choose"))
        self._show_fields()

    def _show_fields(self) -> None:
        chosen = next((one for one in engine.TRANSITIONS if one.to == self.to.currentData()), None)
        self.fault_words.setVisible(chosen is not None and chosen.needs_fault)

    def _say_photo(self) -> None:
        named = self.photo is not None
        self.pick.set_icon("check" if named else "image")
        words = text("toilet_photo_chosen", name=self.photo.name) if self.photo else text("toilet_photo")
        self.pick.describe(words)

    # -- what happens ------------------------------------------------------------------------------

    def choose_photo(self, _checked: bool = False) -> None:
        """Ask for the photograph of the step; asked again and left, none."""
        name, _ = QFileDialog.getOpenFileName(
            self.window(), text("toilet_photo"), str(self.session.path.parent)
        )
        self.photo = Path(name) if name else None
        self._say_photo()

    def take(self, _checked: bool = False) -> None:
        """Take the chosen toilet to the chosen step, as one command."""
        entry, to, day = self.row(), self.to.currentData(), self.day.date().toPython()
        if not isinstance(entry, Entry) or to is None:
            return
        words, photo = self.fault_words.text().strip() or None, self.photo
        if self.attempt(
            lambda: step(self.session, entry.kind, entry.fid, to, day, fault=words, photo=photo)
        ):
            self.photo = None
            self.fault_words.clear()
            self._say_photo()

    def replan(self, _checked: bool = False) -> None:
        """Plan the years from the chosen one on anew and keep them as a scheme."""
        year = self.year.currentData()
        if year is None:
            return
        name = free_name(self.session, text("toilet_replan_name", year=year))
        found: list[Any] = []
        if self.attempt(lambda: found.append(replan_rest(self.session, int(year), name))):
            first, *more = found[0].lines
            self.bus.notice.emit("ok", more[-1], first)

    def _touched(self, index: QModelIndex) -> None:
        """Enter or a double click leads to the toilets on the map."""
        row = self.model.lines[index.row()]
        if isinstance(row, Cell):
            return
        fids = (row.fid,) if isinstance(row, Entry) else row.fids
        self.session.select(row.kind, fids)
        self.bus.zoom_to_features.emit(row.kind, frozenset(fids))


def _board(plan: Plan, policy: Policy, scheme: Scheme | None) -> Board:
    book = engine.toilet_ledger(plan, policy)
    return Board(book, engine.duplicates(plan, book), engine.progress_of(book, scheme), scheme)


def _count(name: str, scheme: Scheme | None) -> RecordColumn:
    def value(row: Cell) -> int | None:
        """What no scheme plans is not known to be nothing."""
        found: int | None = getattr(row, name)
        return found

    return RecordColumn(f"toilet_col_{name}", value, numeric=True, digits=0, total=summed(value),
                        ask=lambda row: progress_ask(row, name, scheme))  # fmt: skip


def _since(row: Entry) -> str:
    return max(row.dates.values(), default="—")


def _key(row: Entry | Duplicate | Cell) -> tuple[str, int]:
    if isinstance(row, Entry):
        return row.kind, row.fid
    return (row.kind, row.fids[0]) if isinstance(row, Duplicate) else (row.gacha_code, row.year)


def _words_of(row: Entry | Duplicate | Cell) -> tuple[str, ...]:
    if isinstance(row, Entry):
        return row.gacha_name, row.sumu_name, str(row.fid), row.fault
    return row.gacha_name, row.gacha_code
