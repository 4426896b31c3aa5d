"""A command with many rows, written on a worker: the window stays alive, other changes wait for it.

A worker may be stopped up to the moment in which the transaction ends; then what it wrote is taken over.
"""

from __future__ import annotations

from collections.abc import Callable

from app.jobs import Job, Jobs, Progress
from app.session import Session, Writing
from layers.store import JournalEntry

MANY = 2_000  # rows a step touches; fewer are undone at once


def carry_out(
    session: Session,
    jobs: Jobs,
    writing: Writing,
    words: str,
    *,
    done: Callable[[JournalEntry | None], None] = lambda _entry: None,
    fault: Callable[[BaseException], None],
) -> Job:
    """Run a command that `session.begin` began as a job called `words`; `done(entry)` or `fault(error)`
    follow.

    entry: None where nothing would change.
    """

    def work(progress: Progress) -> JournalEntry | None:
        entry = writing.run(progress, progress.seal)
        if entry is None:
            progress.seal()
        return entry

    def answer(entry: JournalEntry | None) -> None:
        writing.adopt()
        done(entry)

    def failed(error: BaseException) -> None:
        session.settle()
        fault(error)

    def ended(job: Job, how: str) -> None:
        if job is started:
            jobs.ended.disconnect(ended)
            if how != "done":
                session.settle()

    started = jobs.start(words, work, answer, fault=failed)
    jobs.ended.connect(ended)
    return started
