"""A command with many rows, on a worker: other changes are refused meanwhile, it can be stopped and
undone."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QTimer

from app.bulk import carry_out
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.exchange.importing import _next_fid
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from tests.app.windows import settle

KIND, COUNT = "basic_grassland", 2_500


def many(plan: Plan) -> Changes:
    """Rows without shapes, as a block."""
    import numpy as np

    from layers.plan.blocks import RowBlock, as_objects

    table = plan.table(KIND)
    nothing = np.full(COUNT, None, object)
    columns = dict.fromkeys((*table.kind.column_names, "geom"), nothing)
    columns[table.kind.key] = as_objects(f"B{at}" for at in range(COUNT))
    first = _next_fid(table)
    return Changes(blocks=(RowBlock(KIND, np.arange(first, first + COUNT), columns, added=True),))


def fail(error: BaseException) -> None:
    raise error


def test_the_window_lives_and_other_changes_wait(window):
    session, jobs, go = window.session, window.jobs, threading.Event()
    rows, beats, refused = len(session.plan.table(KIND)), [], []

    def build(plan: Plan) -> Changes:
        assert go.wait(20)
        return many(plan)

    carry_out(session, jobs, session.begin(Text("导入", "Import"), build), "", fault=fail)
    for change in (lambda: session.do(Text("", ""), many), session.undo, session.redo,
                   lambda: session.name_version("会前版"),
                   lambda: session.open(session.path), lambda: session.begin(Text("", ""), many)):
        with pytest.raises(InputError) as error:
            change()
        refused.append(error.value.code)
    assert set(refused) == {"session_busy"}
    assert not session.refresh() and session.next_undo() is None
    session.history()
    session.keep_sketch({"tool": "draw"})
    timer = QTimer(interval=5)
    timer.timeout.connect(lambda: (beats.append(1), go.set()))
    timer.start()
    settle(window)
    timer.stop()
    assert beats and not session.busy and len(session.plan.table(KIND)) == rows + COUNT
    window.commands["undo"].trigger()
    assert session.busy  # a step of many rows is a job, too
    settle(window)
    assert len(session.plan.table(KIND)) == rows and session.store.verify() == []
    window.commands["redo"].trigger()
    settle(window)
    assert len(session.plan.table(KIND)) == rows + COUNT
    path = session.path
    session.close()
    assert len(session.open(path).table(KIND)) == rows + COUNT


def test_stopped_in_time_nothing_is_left_and_too_late_all_is_there(window):
    session, jobs = window.session, window.jobs
    rows, entries = len(session.plan.table(KIND)), len(session.history())
    job = carry_out(session, jobs, session.begin(Text("", ""), many), "", fault=fail)
    job.cancel()
    settle(window)
    assert not session.busy and len(session.history()) == entries and len(session.plan.table(KIND)) == rows
    writing = session.begin(Text("", ""), many)
    seal = []
    run = writing.run

    def sealed(progress, tell):
        def late() -> None:
            tell()
            job.cancel()  # the transaction ends now: it is too late
            seal.append(job.progress.cancelled)
        return run(progress, late)

    writing.run = sealed
    jobs.hold()
    job = carry_out(session, jobs, writing, "", fault=fail)
    jobs.release()
    settle(window)
    assert seal == [False] and len(session.plan.table(KIND)) == rows + COUNT and not session.busy


def test_a_fault_leaves_the_session_free(window):
    faults = []

    def build(_plan: Plan) -> Changes:
        raise InputError("import_nothing")

    carry_out(window.session, window.jobs, window.session.begin(Text("", ""), build), "", fault=faults.append)
    settle(window)
    assert [error.code for error in faults] == ["import_nothing"] and not window.session.busy
    assert window.session.do(Text("", ""), many) is not None
