"""A command that is written to the disk on another thread, while everything can be looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.titles import encode_title
from layers.catalogue.text import Text
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from layers.store import Blob, JournalEntry

if TYPE_CHECKING:
    from app.session import Session

Build = Callable[[Plan], Changes]


class Writing:
    """A command on its way to the disk on another thread; until it is adopted or has failed, no other
    begins."""

    def __init__(self, session: Session, op: str, title: Text, command: str, build: Build, ref: int | None,
                 blobs: Sequence[Blob] = ()) -> None:
        self._session, self._op, self._title, self._command, self._ref = session, op, title, command, ref
        self._plan, self._store, self._build = session.plan, session.store, build
        self.changes, self.plan, self._blobs = Changes(), session.plan, blobs
        self.entry: JournalEntry | None = None

    def run(self, progress: Callable[[int, int], None], seal: Callable[[], None]) -> JournalEntry | None:
        """Build, apply and commit; `progress` may raise to stop it, `seal` is called when nothing stops it
        any more.

        For a worker thread. Raises PlannerError as `Session.do`; the session is free again then.
        """
        def tell(done: int, total: int) -> None:
            progress(done, total)
            if done >= total:
                seal()

        try:
            self.changes = self._build(self._plan)
            if self.changes:
                progress(0, max(self.changes.count, 1))
                self.plan = self._plan.apply(self.changes)
                self.entry = self._store.commit(
                    self.changes, op=self._op, title=encode_title(self._title), command=self._command,
                    ref=self._ref, author=self._session.author, progress=tell,
                    blobs=self._blobs)
        except BaseException:
            self._session._writing = None
            raise
        return self.entry

    def adopt(self) -> None:
        """Take over what was written and tell the observers; on the session's own thread, after `run`."""
        session = self._session
        session._writing = None
        if self.entry is not None and session._store is self._store:
            session._adopt(self.plan, self.changes)
        session.settle()
