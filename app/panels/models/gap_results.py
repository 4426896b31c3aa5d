"""One computation of gaps and targets for all panels of a window; it knows when the plan has moved on."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from app.bus import Bus
from app.gap_themes import Built, built_by_year
from app.jobs import Job, Jobs, Progress
from app.messages import text
from app.panels.number_desk import moved_numbers
from app.session import Session
from layers.errors import PlannerError
from layers.plan.plan import Plan
from layers.planning.figures import FIGURE
from layers.planning.gaps import gaps
from layers.planning.moved import moved
from layers.planning.results import Gaps
from layers.planning.schemes import COLLECTION, Scheme, gaps_at, read_scheme, states_under
from layers.planning.targets import TargetState, target_states
from layers.policy.bundle import Policy
from layers.provenance import Ask

DEBOUNCE_MS = 250
QUICK_S = 3.0  # a computation that took longer is not started unasked
KEPT = 12  # boards of other years and schemes that are still at hand


@dataclass(frozen=True, eq=False)
class Board:
    """What the panels show: gap rows, target states, what was newly had by year; all of one plan, year,
    scheme."""

    gaps: Gaps
    states: tuple[TargetState, ...]
    built: Built
    year: int | None
    policy: Policy
    scheme: Scheme | None = None
    base: Gaps | None = None  # all that is recorded: by it amounts are classed, whatever year is looked at


def compute(
    plan: Plan,
    policy: Policy,
    year: int | None,
    progress: Progress,
    scheme: str | None = None,
    base: Gaps | None = None,
) -> Board:
    """Return the board of a plan; runs on a worker. base: the gaps of all records, where they are at hand."""
    kept = read_scheme(plan, scheme) if scheme is not None else None
    result = gaps_at(plan, policy, year=year, scheme=kept, progress=progress)
    states = target_states(plan, policy, result, year=year)
    if kept is not None:
        states = states_under(states, kept, year)
    built = built_by_year(plan, policy, plan.catalogue, year=year, progress=progress)
    if base is None:
        base = result if year is None and kept is None else gaps(plan, policy, progress=progress)
    return Board(result, states, built, year, policy, kept, base)


class GapResults(QObject):
    """The board as it was last computed, and whether it still holds."""

    changed = Signal()  # another board, another state of it

    def __init__(self, session: Session, jobs: Jobs, bus: Bus) -> None:
        super().__init__(bus)
        self.session, self.jobs = session, jobs
        self.board: Board | None = None
        self.record = moved_numbers(bus)
        self.stale = self.running = False
        self.error: PlannerError | None = None
        self.bus = bus
        self._took = 0.0
        self._wanted = self._asked = 0
        self._kept: list[Board] = []
        self._job: Job | None = None
        jobs.ended.connect(self._job_ended)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._timer.timeout.connect(self.compute)
        bus.project_changed.connect(self._project_changed)
        bus.plan_changed.connect(self._plan_changed)
        bus.year_changed.connect(lambda _year: self._look_elsewhere())
        bus.scheme_changed.connect(lambda _name: self._look_elsewhere())

    @property
    def year(self) -> int | None:
        """The year that is looked at."""
        return self.bus.year

    @property
    def moved(self) -> frozenset[str]:
        """Numbers that a changed rule moved and nobody has looked at."""
        return self.record.marks

    def want(self, wanted: bool) -> None:
        """A panel that shows the board comes into sight or goes: nothing is computed that nobody sees."""
        self._wanted = max(self._wanted + (1 if wanted else -1), 0)
        if wanted and (self.board is None or self.stale) and not self.running and self.error is None:
            self.compute()

    def compute(self) -> None:
        """Compute it now from the plan as it stands."""
        self._timer.stop()
        if not self.session.is_open:
            return
        plan, policy, begun = self.session.plan, self.session.policy, time.monotonic()
        year, scheme = self.bus.year, self.bus.scheme
        self._asked += 1
        asked = self._asked
        self._kept = [board for board in self._kept if self._holds(board)]
        found = next((board for board in self._kept if self._looks_at(board)), None)
        base = next((board.base for board in self._kept), None)
        if found is not None:
            self._show(found)
            return

        def answer(board: Board) -> None:
            if asked != self._asked:
                return  # another year has been asked for since, and was at hand
            self._took = time.monotonic() - begun
            self._kept = [*self._kept, board][-KEPT:]
            self._show(board)

        def fault(error: BaseException) -> None:
            if asked != self._asked:
                return
            self.running = False
            if not isinstance(error, PlannerError):
                raise error
            self.error = error
            self.changed.emit()

        self.running = True
        self._job = self.jobs.start(
            text("job_gaps"),
            lambda progress: compute(plan, policy, year, progress, scheme, base),
            answer,
            topic="gaps",
            fault=fault,
        )
        self.changed.emit()

    def _job_ended(self, job: Job, how: str) -> None:
        if job is self._job and how == "cancelled":
            self.running = False
            self.changed.emit()

    def _show(self, board: Board) -> None:
        before = self.board
        if before is not None and before.policy is not board.policy and _alike(before, board):
            found = moved(before.gaps, board.gaps, before.states, board.states)
            self.record.mark({_key(one.kind, *one.id) for one in found})
        self.running, self.error, self.board = False, None, board
        self.stale = self._moved_on()
        self.changed.emit()

    def has_moved(self, kind: str, *identity: str) -> bool:
        """Whether a number (`row`: service, unit code; `target`: id) moved with a rule and was not looked at
        since."""
        return self.record.has(_key(kind, *identity))

    def looked_at(self, kind: str, *identity: str) -> None:
        """Take the mark from a number."""
        if self.has_moved(kind, *identity):
            names = [_key(kind, *identity)]
            if kind == "row":  # the same number, as a page of the unit names it
                names.append(Ask("gap", *identity, "gap", self.bus.year).key)
            self.record.looked_at(*names)
            self.changed.emit()

    def _moved_on(self) -> bool:
        if self.board is None or not self.session.is_open:
            return False
        return not (self._holds(self.board) and self._looks_at(self.board))

    def _looks_at(self, board: Board) -> bool:
        return (board.year, board.scheme.name if board.scheme else None) == (self.bus.year, self.bus.scheme)

    def _holds(self, board: Board) -> bool:
        """Whether a board still says what the plan says."""
        plan, read = self.session.plan, board.gaps.provenance.plan
        figures = all(
            plan.tables.get(kind.id) is read.tables.get(kind.id) for kind in plan.catalogue.with_role(FIGURE)
        )
        scheme = board.scheme is None or (
            plan.document(COLLECTION, board.scheme.name) == read.document(COLLECTION, board.scheme.name)
        )
        return (
            figures
            and scheme
            and board.gaps.provenance.is_current(plan)
            and board.policy is self.session.policy
        )

    def _project_changed(self) -> None:
        self.board, self.stale, self.error, self._kept = None, False, None, []
        self.changed.emit()
        if self._wanted and self.session.is_open:
            self.compute()

    def _plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        del kinds, collections
        if self.board is None and self.error is None:
            return
        self.stale = self.error is not None or self._moved_on()
        if self.stale and self._wanted and self._took < QUICK_S:
            self._timer.start()
        self.changed.emit()

    def _look_elsewhere(self) -> None:
        """Another year or scheme is looked at."""
        if self.session.is_open:
            self.stale = self.board is not None and self._moved_on()
            if self._wanted:
                self.compute()


def _key(kind: str, *identity: str) -> str:
    return "/".join((kind, *identity)).rstrip("/")


def _alike(one: Board, other: Board) -> bool:
    """Whether two boards are of the same year, scheme and data, so that only a rule can have moved a
    number."""
    name, other_name = (board.scheme.name if board.scheme else None for board in (one, other))
    return (one.year, name) == (other.year, other_name) and one.gaps.provenance.is_current(
        other.gaps.provenance.plan
    )


def results_of(session: Session, jobs: Jobs, bus: Bus) -> GapResults:
    """Return the window's one board (it belongs to the bus)."""
    found = bus.findChild(GapResults)
    return found if found is not None else GapResults(session, jobs, bus)
