"""Slides and reports from the window: asked by their dialogs, written by jobs, logged; a cancelled one leaves
nothing."""

from __future__ import annotations

from dataclasses import replace

import docx
import pptx
import shapely
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.actions import scenes as scene_actions
from app.dialogs.story import ReportDialog, ScopedDialog, StoryDialog
from app.handlers.scenes import captured
from app.session import Session
from layers.release import PUBLIC
from tests.app.exports.banners import EAST, NORTH, banner_of, document_of


def answered(out, more=lambda dialog: None, *, kind=StoryDialog):
    """Fill the dialog that will open: where to, and what `more` does; then press its button."""

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, kind)
        dialog.path.setText(str(out))
        more(dialog)
        QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)

    QTimer.singleShot(100, fill)


def small(path):
    """A project of two gachas and a planned road."""
    road = shapely.MultiLineString([[(EAST, NORTH), (EAST + 5000, NORTH + 3000)]])
    rows = {"proposed_line": [{"code": "XL1", "name": "某公路", "kind_of_work": "road", "status": "idea",
                               "geom": road}]}  # fmt: skip
    session = Session(author="tester")
    session.create(path, banner_of(["甲", "乙"], rows))
    session.close()
    return path


def test_slides_and_reports_are_asked_for_written_and_logged(make_window, qtbot, tmp_path):
    window = make_window(small(tmp_path / "p.gpkg"))
    with qtbot.waitSignal(window.bus.notice) as told:
        window.run_command("slides")
    assert told.args[0] == "info"  # no scene yet: nothing is asked, the notice says what to do
    scene_actions.save(window.session, replace(captured(window), theme="", name="全旗"))

    def public(dialog: ScopedDialog) -> None:
        """For the public nothing leaves without a review number: the dialog stays and says so."""
        dialog.audience.setCurrentIndex(dialog.audience.findData(PUBLIC))
        QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
        assert dialog.isVisible() and not dialog.fault.isHidden()
        dialog.exempt.setText("示意图")

    answered(tmp_path / "a.pptx", public)
    with qtbot.waitSignal(window.bus.notice, timeout=120_000) as told:
        window.run_command("slides")
    assert told.args[0] == "ok"
    cover, slide = pptx.Presentation(tmp_path / "a.pptx").slides
    assert slide.shapes.title.text == "全旗"

    for command in ("web_story", "web"):
        answered(tmp_path / f"{command}.html", public, kind=ScopedDialog)
        with qtbot.waitSignal(window.bus.notice, timeout=120_000) as told:
            window.run_command(command)
        assert told.args[0] == "ok"
        data = document_of((tmp_path / f"{command}.html").read_bytes())
        assert data["about"]["audience"] == PUBLIC and data["grid"]["unit"] == 100
        assert "示意图" in "".join(data["foot"]["right"]) and ("story" in data) == (command == "web_story")

    def project(dialog: ReportDialog) -> None:
        dialog.kind.setCurrentIndex(dialog.kind.findData("project"))
        assert not dialog.audience.isEnabled() and not dialog.project.isHidden()

    answered(tmp_path / "a.docx", project, kind=ReportDialog)
    with qtbot.waitSignal(window.bus.notice, timeout=120_000) as told:
        window.run_command("report")
    assert told.args[0] == "ok"
    assert docx.Document(tmp_path / "a.docx").paragraphs[0].text.startswith("项目核查表：")
    assert [item.entry.op for item in window.session.history()][:4] == ["export"] * 4

    answered(tmp_path / "b.pptx")
    window.run_command("slides")
    window.jobs.cancel_topic(f"write {tmp_path / 'b.pptx'}")
    with qtbot.waitSignal(window.jobs.ended, timeout=120_000) as ended:
        pass
    assert ended.args[1] == "cancelled"
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix in (".pptx", ".docx")) == [
        "a.docx", "a.pptx"]  # fmt: skip
    assert not list(tmp_path.glob(".qitu-*"))
