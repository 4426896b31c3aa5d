"""Jobs that are held until the first map is there."""

from __future__ import annotations

import threading

from PySide6.QtCore import QCoreApplication

from app.jobs import Jobs


def _raise(error: BaseException) -> None:
    raise error


def test_a_held_job_begins_when_it_is_released(qapp):
    jobs, begun, answers = Jobs(), threading.Event(), []
    jobs.hold()
    jobs.start("", lambda _progress: begun.set(), answers.append, fault=_raise)
    assert not begun.wait(0.05)
    jobs.release()
    assert begun.wait(5)
    jobs.cancel_all()
    QCoreApplication.processEvents()
    assert not jobs.running


def test_the_end_does_not_wait_for_what_was_held(qapp, monkeypatch):
    monkeypatch.setattr("app.jobs.HELD_S", None)
    jobs = Jobs()
    jobs.hold()
    jobs.start("", lambda progress: progress(0, 1), _raise, fault=_raise)
    jobs.cancel_all()
    assert not jobs.busy
