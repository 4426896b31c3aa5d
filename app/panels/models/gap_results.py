"""One computation of gaps and targets for all panels of a window; it knows when the plan has moved on."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from app.bus import Bus
from app.gap_themes import Built, built_by_year
from app.jobs import Jobs, Progress
from app.messages import text
from app.session import Session
from layers.errors import PlannerError
from layers.plan.plan import Plan
from layers.planning.gaps import gaps as compute_gaps
from layers.planning.results import Gaps
from layers.planning.targets import FIGURE, TargetState, target_states
from layers.policy.bundle import Policy

DEBOUNCE_MS = 250
QUICK_S = 3.0  # a computation that took longer is not started unasked


@dataclass(frozen=True, eq=False)
class Board:
    """What the panels show: gap rows, target states, what was newly had by year; all of one plan and year."""

    gaps: Gaps
    states: tuple[TargetState, ...]
    built: Built
    year: int | None
    policy: Policy


def compute(plan: Plan, policy: Policy, year: int | None, progress: Progress) -> Board:
    """Return the board of a plan; runs on a worker."""
    result = compute_gaps(plan, policy, year=year, progress=progress)
    states = target_states(plan, policy, result, year=year)
    built = built_by_year(plan, policy, plan.catalogue, year=year, progress=progress)
    return Board(result, states, built, year, policy)


class GapResults(QObject):
    """The board as it was last computed, and whether it still holds."""

    changed = Signal()  # another board, another state of it

    def __init__(self, session: Session, jobs: Jobs, bus: Bus) -> None:
        super().__init__(bus)
        self.session, self.jobs = session, jobs
        self.board: Board | None = None
        self.stale = self.running = False
        self.error: PlannerError | None = None
        self.year: int | None = None
        self._took = 0.0
        self._wanted = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._timer.timeout.connect(self.compute)
        bus.project_changed.connect(self._project_changed)
        bus.plan_changed.connect(self._plan_changed)
        bus.year_changed.connect(self._year_changed)

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
        plan, policy, year, begun = self.session.plan, self.session.policy, self.year, time.monotonic()

        def answer(board: Board) -> None:
            self.running, self.error, self.board = False, None, board
            self._took = time.monotonic() - begun
            self.stale = self._moved_on()
            self.changed.emit()

        def fault(error: BaseException) -> None:
            self.running = False
            if not isinstance(error, PlannerError):
                raise error
            self.error = error
            self.changed.emit()

        self.running = True
        self.jobs.start(
            text("job_gaps"),
            lambda progress: compute(plan, policy, year, progress),
            answer,
            topic="gaps",
            fault=fault,
        )
        self.changed.emit()

    def _moved_on(self) -> bool:
        if self.board is None or not self.session.is_open:
            return False
        plan = self.session.plan
        figures = any(
            plan.tables.get(kind.id) is not self.board.gaps.provenance.plan.tables.get(kind.id)
            for kind in plan.catalogue.with_role(FIGURE)
        )
        return (
            figures
            or not self.board.gaps.provenance.is_current(plan)
            or self.board.year != self.year
            or self.board.policy is not self.session.policy
        )

    def _project_changed(self) -> None:
        self.board, self.stale, self.error = None, False, None
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

    def _year_changed(self, year: int | None) -> None:
        if year != self.year:
            self.year = year
            self.stale = self.board is not None
            if self._wanted:
                self.compute()


def results_of(session: Session, jobs: Jobs, bus: Bus) -> GapResults:
    """Return the window's one board (it belongs to the bus)."""
    found = bus.findChild(GapResults)
    return found if found is not None else GapResults(session, jobs, bus)
