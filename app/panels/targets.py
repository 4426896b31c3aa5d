"""目标: every target of the plan, how firmly it is asked, and where it stands."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.actions.figures import Step, figure_steps, set_figure
from app.bus import Bus
from app.jobs import Jobs
from app.messages import language, sentence, text, tr
from app.origins.board import board_ask
from app.panels.frame import FOOT, SIDE, down, tile_row
from app.panels.models.gap_results import Board, results_of
from app.panels.number_desk import Answer, NumberDesk
from app.panels.panel import Panel, Scroll
from app.panels.parts import EmptyState, NoticeBar, ProvenanceLine, Tile, label, line, restyle_all
from app.panels.rows import number
from app.panels.segmented import Segmented
from app.panels.target_card import TargetCard
from app.places import fold
from app.session import Session
from layers.errors import PlannerError
from layers.planning.figures import FIGURE
from layers.planning.results import MET, SHORT, UNKNOWN
from layers.planning.targets import TargetState
from layers.provenance import Ask

FILTERS = ("all", "spatial", "figure", "rule")


class TargetsPanel(Panel):
    """The board of targets: chapters with cards, filtered by kind and by words."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.results = results_of(session, jobs, bus)
        self.cards: dict[str, TargetCard] = {}
        self._seen = False
        self._shown: tuple[object, ...] = ()
        self._build()
        self.results.changed.connect(self._refresh)
        self.desk = NumberDesk(self, bus, self._numbered)
        self.start()

    def _build(self) -> None:
        self.kinds, self.search = Segmented(), QLineEdit()
        self.kinds.chosen.connect(lambda _id: self._show())
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _words: self._show())
        self.tiles = (Tile(), Tile(), Tile())
        self.notice = NoticeBar()
        self.notice.acted.connect(self.results.compute)
        self.body = Scroll(spacing=8)
        self.nothing, self.no_project = EmptyState("search"), EmptyState("target")
        self.nothing.acted.connect(self._all)
        self.no_project.acted.connect(lambda: self.bus.run_command.emit("new_sample"))
        self.provenance = ProvenanceLine()
        head = down(self.kinds, tile_row(self.tiles), self.notice, self.search, self.nothing, self.no_project,
                    margins=(SIDE, SIDE, SIDE, 10), spacing=12)  # fmt: skip
        foot = down(self.provenance, margins=FOOT)
        self.setLayout(down(head, line(), (self.body, 1), line(), foot, spacing=0))
        self.body.column.setContentsMargins(SIDE, 10, SIDE, SIDE)

    def _numbered(self, _ask: Ask | None) -> Answer | None:
        board = self.results.board
        answer = None if board is None else (board.gaps, board.states)
        return None if board is None else (answer, board.policy, board.gaps.provenance)

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.kinds.set_items([(one, text(f"targets_{one}")) for one in FILTERS])
        self.search.setPlaceholderText(text("targets_search"))
        self.no_project.set(text("no_project"), text("targets_no_project_why"), text("open_sample"))
        self._shown = ()
        self._refresh()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self._shown = ()
        self._refresh()

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Compute what nobody has asked for before."""
        super().showEvent(event)
        if not self._seen:
            self._seen = True
            self.results.want(True)
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Out of sight nothing is computed."""
        super().hideEvent(event)
        if self._seen:
            self._seen = False
            self.results.want(False)

    def _refresh(self) -> None:
        self.no_project.setVisible(not self.session.is_open)
        self.search.setEnabled(self.session.is_open)
        if self.results.error is not None:
            self.notice.show_notice("bad", *sentence(self.results.error), text("recompute"))
        elif self.results.board is not None and self.results.stale:
            self.notice.show_notice("warn", text("stale"), text("stale_why"), text("recompute"))
        elif self.results.board is None and self.results.running:
            self.notice.show_notice("info", text("gaps_running"))
        else:
            self.notice.hide()
        self._show()

    # -- the cards ---------------------------------------------------------------------------------

    def _chosen(self, board: Board) -> list[TargetState]:
        kind, wanted = self.kinds.current(), fold(self.search.text())
        return [
            state
            for state in board.states
            if kind in ("", "all", state.target.kind)
            and (
                not wanted
                or any(
                    wanted in fold(words)
                    for words in (
                        state.target.title.zh,
                        state.target.title.en,
                        state.target.chapter,
                        state.target.measured.zh,
                    )
                )
            )
        ]

    def _show(self) -> None:
        board = self.results.board if self.session.is_open else None
        shown = (board, self.kinds.current(), self.search.text(), self._can_enter(), self.results.moved)
        if shown == self._shown or not self._seen:
            return  # out of sight nothing is built
        self._shown = shown
        place = self.body.verticalScrollBar().value()
        typed = {name: card.form.typed() for name, card in self.cards.items() if card.form is not None}
        self.body.clear()
        self.cards = {}
        for tile in self.tiles:
            tile.setVisible(board is not None)
        self.nothing.hide()
        self.provenance.set("")
        if board is None:
            return
        states = self._chosen(board)
        self._show_tiles(board)
        if not states:
            self.nothing.set(
                text("targets_none", words=self.search.text() or text(f"targets_{self.kinds.current()}")),
                text("targets_none_why"),
                text("clear_filter"),
            )
            self.nothing.show()
        for chapter, group in groupby(states, key=lambda state: state.target.chapter):
            self._chapter(chapter, list(group))
        for name in typed.keys() & self.cards.keys():
            if self._can_enter():
                self.cards[name].edit(typed[name])
        period = board.policy.period
        self.provenance.set(
            text(
                "targets_provenance",
                document=period.document.in_language(language()),
                issued=period.issued.isoformat(),
                rules=board.policy.version,
                year=text("year_now") if board.year is None else text("year_end", year=board.year),
            )
        )
        self.body.inside.adjustSize()
        self.body.verticalScrollBar().setValue(place)

    def _chapter(self, chapter: str, states: list[TargetState]) -> None:
        head = label("title")
        head.setText(text("targets_chapter", chapter=chapter, count=len(states)))
        head.setContentsMargins(0, 8, 0, 0)
        self.body.column.addWidget(head)
        for state in states:
            moved = self.results.has_moved("target", state.target.id)
            card = TargetCard(state, can_enter=self._can_enter(), moved=moved, year=self.results.year)
            card.opened.connect(self._open)
            card.entered.connect(self._enter)
            card.history.connect(self._history)
            card.traced.connect(self._trace)
            self.cards[state.target.id] = card
            self.body.column.addWidget(card)

    def _show_tiles(self, board: Board) -> None:
        judged = [state for state in board.states if state.target.threshold is not None]
        counts = {status: sum(state.status == status for state in judged) for status in (MET, SHORT, UNKNOWN)}
        of = f"/ {number(len(judged))}"
        for tile, status, token in (
            (self.tiles[0], SHORT, "short"), (self.tiles[1], MET, "met_ink"),
            (self.tiles[2], UNKNOWN, "unknown_ink"),
        ):  # fmt: skip
            ask = board_ask(status, board.year)
            tile.set(number(counts[status]), of, text(f"targets_{status}"), token, ask=ask)
        self.desk.note()

    def _can_enter(self) -> bool:
        return (
            self.session.is_open
            and self.session.read_only is None
            and bool(self.session.catalogue.with_role(FIGURE))
        )

    def _all(self) -> None:
        self.search.clear()
        self.kinds.set_current("all")
        self._show()

    # -- what is asked for -------------------------------------------------------------------------

    def _open(self, target_id: str) -> None:
        state = self.cards[target_id].state
        if state.target.service is not None:
            self.bus.show_service.emit(state.target.service)
            self.bus.show_tab.emit("gaps")

    def _trace(self, target_id: str, what: str) -> None:
        """Ask where a number is from; what moved has then been looked at."""
        if what.startswith("years."):
            self.desk.trace(Ask("target", target_id, "", f"{what}.delivered"))
        else:
            self.bus.trace_asked.emit(what, target_id, "")
        self.results.looked_at("target", target_id)

    def _enter(self, target_id: str, typed: str, as_of: str, source: str) -> None:
        card = self.cards[target_id]
        try:
            entry = set_figure(self.session, target_id, typed, year=card.year, as_of=as_of, source=source)
        except PlannerError as error:
            if card.form is not None:
                card.form.refuse(" ".join(sentence(error)))
            return
        card.leave()
        if entry is not None:
            self.results.compute()

    def _history(self, target_id: str) -> None:
        """Tell who changed a figure, and when."""
        title = tr(self.session.policy.target(target_id).title)
        self.jobs.start(
            text("job_figure_history"),
            lambda progress: figure_steps(self.session, target_id, progress=progress),
            lambda steps: self._show_history(title, steps),
            topic="figure_history",
            fault=self.fault,
        )

    def _show_history(self, title: str, steps: tuple[Step, ...]) -> None:
        from app.dialogs.figure_history import FigureHistory

        FigureHistory(self.window(), title, steps).open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+F goes to the search."""
        if event.matches(QKeySequence.StandardKey.Find):
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        super().keyPressEvent(event)
