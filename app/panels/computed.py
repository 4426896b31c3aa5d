"""What panels of one computed answer have in common: it is asked for in a job and knows whether it holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.bus import Bus
from app.jobs import Job, Jobs, Progress
from app.messages import listed, sentence, text
from app.panels.number_desk import Answer, NumberDesk
from app.panels.panel import Panel
from app.panels.parts import NoticeBar, ProvenanceLine
from app.session import Session
from layers.errors import PlannerError
from layers.plan.plan import Plan
from layers.planning.results import Provenance
from layers.policy.bundle import Policy
from layers.provenance import Ask

Work = Callable[[Plan, Policy, Progress], Any]


class ComputedPanel(Panel):
    """A panel of one answer.

    Subclasses have a `compute` that calls `ask`, a `_show` for another answer, a `_show_notice` for another
    state of it, and a `notice`.

    FOLLOWS_YEAR: the answer is of the year that is looked at. UNASKED: it is computed as soon as the panel is
    seen. KEEPS_UP: and, in sight, anew when it no longer holds.
    """

    FOLLOWS_YEAR = KEEPS_UP = False
    UNASKED = True
    notice: NoticeBar
    provenance: ProvenanceLine
    compute: Callable[[], None]
    """Compute the answer from the plan as it stands, off the interface thread: each panel's own."""
    _show: Callable[[], None]
    """Show the answer as it is now: each panel's own."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.result: Any = None
        self.policy: Policy | None = None
        self.error: PlannerError | None = None
        self.running = False
        self._asked = 0
        self._job: Job | None = None
        jobs.ended.connect(self._job_ended)

    def start(self) -> None:
        """Listen to the bus, let the numbers be asked, and show what is there now."""
        self.desk = NumberDesk(self, self.bus, self._numbered)
        super().start()

    def _numbered(self, ask: Ask | None) -> Answer | None:
        """Return the answer that a number is of, the policy that it was computed by, where it is from."""
        return None if self.result is None else (self.answer_of(ask), self.policy, self._source())

    def answer_of(self, ask: Ask | None) -> Any:
        """Return the part of the answer that a number is of."""
        del ask
        return self.result

    def _source(self) -> Provenance:
        """Return where the answer is from; there has to be one."""
        found: Provenance = self.result.provenance
        return found

    @property
    def stale(self) -> bool:
        """Whether plan or rules (or the year) have moved on since it was computed."""
        if self.result is None or not self.session.is_open:
            return False
        source = self._source()
        return (
            not source.is_current(self.session.plan)
            or self.policy is not self.session.policy
            or (self.FOLLOWS_YEAR and source.year != self.bus.year)
        )

    def ask(self, title: str, work: Work, *, topic: str, take: Callable[[Any], None] | None = None) -> None:
        """Run work(plan, policy, progress) as a job.

        take: what makes the panel's `result` of the job's answer, where it is not the answer itself. An
        answer that was asked for before another question, or of another project, is not heard.
        """
        plan, policy = self.session.plan, self.session.policy
        self._asked += 1
        asked = self._asked

        def answer(result: Any) -> None:
            if asked == self._asked:
                self.running, self.error, self.policy, self.result = False, None, policy, result
                if take is not None:
                    take(result)
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
            title, lambda progress: work(plan, policy, progress), answer, topic=topic, fault=fault
        )
        self._show_notice()

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self._asked += 1
        self.result, self.error, self.running = None, None, False
        self._forget()
        self._show()
        self._keep_up()

    def showEvent(self, event: QShowEvent) -> None:
        """Compute what nobody has asked for before."""
        super().showEvent(event)
        if not self.running and self.error is None:
            self._keep_up()

    def _keep_up(self) -> None:
        wanted = self.result is None or (self.KEEPS_UP and self.stale)
        if wanted and self.UNASKED and self.isVisible():
            self.compute()

    def say_source(self, source: Provenance) -> None:
        """Say below the answer by which clauses and rules it was found."""
        self.provenance.set(
            text("gaps_source", clauses=listed(source.clauses), rules=source.policy_version,
                 digest=source.policy_digest)
        )  # fmt: skip

    def _forget(self) -> None:
        """Keep nothing of the project that was open."""

    def _show_notice(self) -> None:
        """Say how the answer stands."""
        self._tell_trouble()

    def _tell_trouble(self, running: str = "", *, retry: bool = True) -> bool:
        """Say in the notice what keeps the answer from being seen as it is; return whether anything does.

        running: what is said while it is computed, where that is said at all. retry: whether the notice of an
        error offers to compute again.
        """
        if self.error is not None:
            self.notice.show_notice("bad", *sentence(self.error), text("recompute") if retry else "")
        elif running and self.running:
            self.notice.show_notice("info", running)
        elif self.stale and not (self.KEEPS_UP and self.running):
            self.notice.show_notice("warn", text("stale"), text("stale_why"), text("recompute"))
        else:
            self.notice.hide()
            return False
        return True

    def _job_ended(self, job: Job, how: str) -> None:
        if job is self._job and how == "cancelled":
            self.running = False
            self._show_notice()
