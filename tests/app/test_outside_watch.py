"""An open window notices by itself what another program does to its file."""

from __future__ import annotations

from app.actions.editing import edit
from app.session import Session


def test_another_window_s_edit_is_seen_and_said_without_asking(window, project, qtbot):
    told = []
    window.bus.notice.connect(lambda *what: told.append(what))
    other = Session(author="other")
    other.open(project)
    gacha = other.plan.table("gacha")
    edit(other, "gacha", int(gacha.fids[0]), {"note": "别处改的"})
    other.close()
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert [level for level, *_ in told] == ["warn"]
    assert window.session.plan.table("gacha").row(int(gacha.fids[0]))["note"] == "别处改的"


def test_a_file_that_is_gone_is_told_once(window, project):
    told = []
    window.bus.notice.connect(lambda *what: told.append(what))
    project.unlink()
    window.outside.look()
    window.outside.look()
    assert len(told) <= 1 and window.session.is_open
