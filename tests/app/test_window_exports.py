"""What the window writes: in the background, put in place whole, logged; a cancelled one leaves nothing."""

from __future__ import annotations

import threading

from app.actions import sharing
from app.exports.picture import write_picture
from app.handlers.base import write_in_background


def test_a_picture_is_written_by_a_job_and_logged(window, qtbot, tmp_path):
    out = tmp_path / "图.png"
    view, settings = window.map.view, window.layers.settings()
    with qtbot.waitSignal(window.bus.notice, timeout=20_000) as told:
        write_in_background(window, out, lambda snapshot, path: write_picture(
            snapshot, path, settings=settings, theme=window.gap_theme, view=view))
    assert told.args[0] == "ok" and out.read_bytes()[:4] == b"\x89PNG"
    assert [item.entry.op for item in window.session.history()] == ["export"]
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["图.png"]
    assert not list(tmp_path.glob(".qitu-*"))


def test_a_fault_is_told_and_the_old_file_stays(window, qtbot, tmp_path):
    out = tmp_path / "share.gpkg"
    out.write_bytes(b"older")

    def full(snapshot, path):
        sharing.share(snapshot, path)
        raise OSError(28, "No space left on device")

    with qtbot.waitSignal(window.bus.notice, timeout=20_000) as told:
        write_in_background(window, out, full)
    assert told.args[0] == "bad" and out.read_bytes() == b"older"
    assert not window.session.history() and not list(tmp_path.glob(".qitu-*"))


def test_a_cancelled_export_leaves_nothing_behind(window, qtbot, tmp_path):
    begun, go_on = threading.Event(), threading.Event()

    def slow(_snapshot, path):
        path.write_bytes(b"half")
        begun.set()
        go_on.wait(20)

    out = tmp_path / "map.png"
    write_in_background(window, out, slow)
    qtbot.waitUntil(begun.is_set, timeout=20_000)
    window.jobs.cancel_topic(f"write {out}")
    with qtbot.waitSignal(window.jobs.ended, timeout=20_000) as ended:
        go_on.set()
    assert ended.args[1] == "cancelled"
    assert not out.exists() and not list(tmp_path.glob(".qitu-*")) and not window.session.history()


def test_the_web_map_of_the_shown_scheme_is_written_through_its_dialog(window, qtbot, tmp_path):
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from app.actions.toilets import toilets
    from app.dialogs.release import ReleaseDialog

    toilets(window.session, "甲")
    window.bus.show_years(window.session.policy.period.last_year, "甲")
    out = tmp_path / "map.html"

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ReleaseDialog)
        dialog.path.setText(str(out))
        dialog.go.click()

    QTimer.singleShot(200, fill)
    with qtbot.waitSignal(window.bus.notice, timeout=60_000) as told:
        window.run_command("web")
    page = out.read_text("utf-8")
    assert told.args[0] == "ok" and "甲" in page and "<script src" not in page
