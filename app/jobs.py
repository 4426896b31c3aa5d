"""Work off the interface thread: a snapshot goes in, the answer comes back on the interface thread.

A job's function gets a `Progress`; it calls it with (done, total) and is stopped there when the user
cancels. Of several jobs with one `topic`, only the newest may answer: older ones are stale.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

REPORT_EVERY_S = 0.1
HELD_S = 3.0  # longest wait for the first map of a project


class Cancelled(Exception):
    """Raised inside a job at its next progress report after it was cancelled."""


class Progress:
    """What a job's function calls; safe from its worker thread."""

    def __init__(self, report: Callable[[int, int], None]) -> None:
        self._report, self._stop, self._last = report, threading.Event(), 0.0
        self._sealed, self._deciding = False, threading.Lock()

    def __call__(self, done: int, total: int) -> None:
        """Report, and raise Cancelled when the job is to stop."""
        if self._stop.is_set():
            raise Cancelled
        now = time.monotonic()
        if now - self._last >= REPORT_EVERY_S or done >= total:
            self._last = now
            self._report(done, total)

    def cancel(self) -> None:
        """Ask the job to stop at its next report; what is sealed goes on to its end."""
        with self._deciding:
            if not self._sealed:
                self._stop.set()

    def seal(self) -> None:
        """From here nothing stops the job (a transaction ends now); raises Cancelled if it was stopped
        before."""
        with self._deciding:
            if self._stop.is_set():
                raise Cancelled
            self._sealed = True

    @property
    def cancelled(self) -> bool:
        """Whether the job was asked to stop."""
        return self._stop.is_set()


@dataclass(eq=False)
class Job:
    """One piece of work under way; `title` is shown in the status bar."""

    title: str
    topic: str
    progress: Progress
    started: float
    answer: Callable[[Any], None]
    fault: Callable[[BaseException], None]

    def cancel(self) -> None:
        """Stop it; it then answers nothing."""
        self.progress.cancel()


class Jobs(QObject):
    """The jobs of a window."""

    started = Signal(object)             # Job
    progressed = Signal(object, int, int)  # Job, done, total
    ended = Signal(object, str)          # Job, "done" | "cancelled" | "failed" | "stale"
    _returned = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Python's own threads: in a pool of Qt each job has a Python state that dies with it, and with it the
        # context that pyproj keeps for the thread; the next job on that thread then ends the process (its
        # issue 1622).
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="job")
        self._futures: set[Future[None]] = set()
        self._gate = threading.Event()
        self._gate.set()
        self._newest: dict[str, Job] = {}
        self._running: set[Job] = set()
        self._returned.connect(self._finish, Qt.ConnectionType.QueuedConnection)

    def start(self, title: str, work: Callable[[Progress], Any], answer: Callable[[Any], None], *,
              topic: str = "", fault: Callable[[BaseException], None]) -> Job:
        """Run `work(progress)` on a worker; `answer(result)` or `fault(error)` follow on this thread.

        An older job of the same topic is cancelled and, should it end all the same, not heard.
        """
        older = self._newest.get(topic) if topic else None
        if older is not None:
            older.cancel()
        progress = Progress(lambda done, total: self.progressed.emit(job, done, total))
        job = Job(title, topic, progress, time.monotonic(), answer, fault)
        if topic:
            self._newest[topic] = job
        self._running.add(job)
        self.started.emit(job)
        future = self._pool.submit(_carry, work, job, self._returned, self._gate)
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)
        return job

    def hold(self) -> None:
        """Let jobs that come now wait for `release` (or HELD_S): what is looked at first goes before."""
        self._gate.clear()

    def release(self) -> None:
        """Let the jobs begin that were held."""
        self._gate.set()

    @property
    def running(self) -> int:
        """How many jobs are under way."""
        return len(self._running)

    def cancel_topic(self, topic: str) -> None:
        """Ask the newest job of a topic to stop."""
        if topic in self._newest:
            self._newest[topic].cancel()

    def cancel_all(self) -> None:
        """Ask every job to stop and wait for it (before the window goes)."""
        for job in tuple(self._running):
            job.cancel()
        self.release()
        wait(tuple(self._futures))

    @property
    def busy(self) -> bool:
        """Whether a worker is still at it."""
        return any(not future.done() for future in tuple(self._futures))

    def _finish(self, job: Job, result: Any, error: BaseException | None) -> None:
        self._running.discard(job)
        stale = bool(job.topic) and self._newest.get(job.topic) is not job
        if not stale and job.topic:
            del self._newest[job.topic]
        if stale or job.progress.cancelled or isinstance(error, Cancelled):
            self.ended.emit(job, "stale" if stale else "cancelled")
        elif error is not None:
            self.ended.emit(job, "failed")
            job.fault(error)
        else:
            self.ended.emit(job, "done")
            job.answer(result)


def _carry(work: Callable[[Progress], Any], job: Job, returned: Any, gate: threading.Event) -> None:
    """Do one job on a worker thread."""
    gate.wait(HELD_S)
    try:
        result, error = work(job.progress), None
    except BaseException as caught:  # noqa: BLE001 - carried to the interface thread and shown there
        result, error = None, caught
    try:
        returned.emit(job, result, error)
    except RuntimeError:
        pass  # the window is gone, nobody is left to hear
