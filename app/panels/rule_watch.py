"""When a rule is changed, every number that it moves is found as a job and marked, seen before or not."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QObject

from app.actions.rules import COLLECTION
from app.bus import Bus
from app.jobs import Job, Jobs
from app.messages import text
from app.origins.watched import Move, moves
from app.panels.number_desk import moved_numbers
from app.session import Session
from layers.errors import PlannerError
from layers.policy.bundle import Policy

TOPIC = "moved"


class RuleWatch(QObject):
    """Knows the policy up to which moves were told. A change that comes while they are being looked for is
    told together with the one before; one that is taken back meanwhile has moved nothing."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus) -> None:
        super().__init__(bus)
        self._session, self._jobs, self._bus = session, jobs, bus
        self._told: Policy | None = None
        self._job: Job | None = None
        self.record = moved_numbers(bus)
        bus.project_changed.connect(self._opened)
        bus.plan_changed.connect(self._changed)
        self._opened()

    def _opened(self) -> None:
        self._told = self._session.policy if self._session.is_open else None

    def _changed(self, _kinds: frozenset[str], collections: frozenset[str]) -> None:
        if not self._session.is_open or self._told is None or self._session.policy is self._told:
            return
        if COLLECTION not in collections:  # another period: another plan, no changed rule
            self._told = self._session.policy
            return
        old, new, plan, year = self._told, self._session.policy, self._session.plan, self._bus.year
        if new.digest == old.digest:
            self._jobs.cancel_topic(TOPIC)
            self._told = new
            return

        def answer(found: tuple[Move, ...]) -> None:
            if self._session.is_open and self._session.policy is new:
                self._told = new
                self._tell(found)

        self._job = self._jobs.start(
            text("job_moved"), lambda progress: moves(plan, old, new, year=year, progress=progress), answer,
            topic=TOPIC, fault=self._fault,
        )  # fmt: skip

    def _tell(self, found: tuple[Move, ...]) -> None:
        self.record.mark_moves({move.key: (move.before, move.after, move.rules) for move in found})
        if found:
            counts = Counter(text(f"moved_in_{move.key.partition('/')[0]}") for move in found)
            listed = text("list_comma").join(f"{name} {count:,}" for name, count in counts.items())
            self._bus.notice.emit("info", text("moved_notice", count=f"{len(found):,}"),
                                  text("moved_notice_why", listed=listed))  # fmt: skip

    def _fault(self, error: BaseException) -> None:
        if not isinstance(error, PlannerError):
            raise error
        self._bus.complain(error)
